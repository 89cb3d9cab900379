package watch

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/ent/lot"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/ent/watch"
	"github.com/g60-corridor/corridor/ent/watchhit"
	"github.com/g60-corridor/corridor/internal/identity"
)

// Saved is a saved search with what was new to it.
type Saved struct {
	Watch *ent.Watch
	New   int       // results since it was saved
	Last  time.Time // when the newest came; zero: none yet
}

// Path is the address of the search.
func (s Saved) Path() string { return pathOf(s.Watch) }

func pathOf(w *ent.Watch) string {
	path := "/search"
	if w.Kind == watch.KindLOTS {
		path = "/lots"
	}
	if w.Query == "" {
		return path
	}
	return path + "?" + w.Query
}

// Thing is a thing that is watched, as the public may see it.
type Thing struct {
	Watch            *ent.Watch
	Number           string
	TitleZH, TitleEN string
	Path             string // of its page; "" if it has none any more
	New              int    // results of a seller since
}

// Own lists what somebody watches, the newest first.
func (s *Service) Own(ctx context.Context, by identity.Viewer) (saved []Saved, things []Thing, err error) {
	client := s.o.Database.Ent()
	all, err := client.Watch.Query().Where(watch.PersonID(by.PersonID())).Order(ent.Desc(watch.FieldID)).Select(slim...).All(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("list watches: %w", err)
	}
	var counts []struct {
		ID int `json:"watch_id"`
		N  int `json:"count"`
	}
	err = client.WatchHit.Query().Where(watchhit.HasWatchWith(watch.PersonID(by.PersonID()))).
		GroupBy(watchhit.FieldWatchID).Aggregate(ent.Count()).Scan(ctx, &counts)
	if err != nil {
		return nil, nil, fmt.Errorf("count results: %w", err)
	}
	n := map[int]int{}
	for _, c := range counts {
		n[c.ID] = c.N
	}
	for _, w := range all {
		if slices.Contains(searches, w.Kind) {
			one := Saved{Watch: w, New: n[w.ID]}
			if one.New > 0 {
				last, err := client.WatchHit.Query().Where(watchhit.WatchID(w.ID)).Order(ent.Desc(watchhit.FieldAt)).First(ctx)
				if err != nil {
					return nil, nil, fmt.Errorf("read the newest result: %w", err)
				}
				one.Last = last.At
			}
			saved = append(saved, one)
			continue
		}
		t, err := s.thing(ctx, w)
		if err != nil {
			return nil, nil, err
		}
		t.New = n[w.ID]
		things = append(things, t)
	}
	return saved, things, nil
}

func (s *Service) thing(ctx context.Context, w *ent.Watch) (Thing, error) {
	t := Thing{Watch: w}
	if w.Kind == watch.KindORGANISATION {
		o, err := s.o.Database.Ent().Organisation.Query().Where(organisation.ID(w.Subject)).Only(ctx)
		if err != nil && !ent.IsNotFound(err) {
			return t, fmt.Errorf("read organisation %d: %w", w.Subject, err)
		}
		if o != nil {
			t.TitleZH, t.TitleEN, t.Path = o.NameZh, o.NameEn, fmt.Sprintf("/organisations/%d", o.ID)
		}
		return t, nil
	}
	is, err := look(ctx, s.o.Database.Ent(), w.Kind, w.Subject)
	if err != nil {
		return t, err
	}
	t.Number, t.TitleZH, t.TitleEN = is.number, is.titleZH, is.titleEN
	if is.public {
		t.Path = map[watch.Kind]string{watch.KindLISTING: "/listings/", watch.KindLOT: "/lots/", watch.KindPROJECT: "/projects/"}[w.Kind] + fmt.Sprint(w.Subject)
	}
	return t, nil
}

// News are the newest results of one of somebody's watches, as the public may see them now.
type News struct {
	Watch            *ent.Watch
	TitleZH, TitleEN string // of the search, or of the seller
	Path             string // of the search, or of the seller
	Total            int
	Listings         []*ent.Listing // with Seller
	Lots             []*ent.Lot     // of a search for lots, with their listings
}

const newsMost = 50

// News lists what was new to one of somebody's watches. It fails with fault.NotFound.
func (s *Service) News(ctx context.Context, by identity.Viewer, id int) (n News, err error) {
	if n.Watch, err = s.own(ctx, by, id); err != nil {
		return n, err
	}
	n.Path, n.TitleZH, n.TitleEN = pathOf(n.Watch), n.Watch.Name, n.Watch.Name
	if !slices.Contains(searches, n.Watch.Kind) {
		t, err := s.thing(ctx, n.Watch)
		if err != nil {
			return n, err
		}
		n.Path, n.TitleZH, n.TitleEN = t.Path, t.TitleZH, t.TitleEN
	}
	client := s.o.Database.Ent()
	hits := client.WatchHit.Query().Where(watchhit.WatchID(id))
	if n.Total, err = hits.Clone().Count(ctx); err != nil {
		return n, fmt.Errorf("count results: %w", err)
	}
	var ids []int
	if err := hits.Order(ent.Desc(watchhit.FieldID)).Limit(newsMost).Select(watchhit.FieldSubject).Scan(ctx, &ids); err != nil {
		return n, fmt.Errorf("list results: %w", err)
	}
	place := func(id int) int { return slices.Index(ids, id) }
	if n.Watch.Kind == watch.KindLOTS {
		q := client.Lot.Query().Where(lot.IDIn(ids...)).WithListing(func(q *ent.ListingQuery) { q.WithSeller() })
		seen(q)
		n.Lots, err = q.All(ctx)
		slices.SortFunc(n.Lots, func(a, b *ent.Lot) int { return place(a.ID) - place(b.ID) })
	} else {
		n.Listings, err = client.Listing.Query().Where(listing.IDIn(ids...), listing.StatusEQ(listing.StatusPUBLISHED)).WithSeller().All(ctx)
		slices.SortFunc(n.Listings, func(a, b *ent.Listing) int { return place(a.ID) - place(b.ID) })
	}
	if err != nil {
		return n, fmt.Errorf("read results: %w", err)
	}
	return n, nil
}
