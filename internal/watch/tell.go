package watch

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/ent/lot"
	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/ent/notice"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/ent/person"
	"github.com/g60-corridor/corridor/ent/project"
	"github.com/g60-corridor/corridor/ent/registration"
	"github.com/g60-corridor/corridor/ent/watch"
	"github.com/g60-corridor/corridor/ent/watchhit"
	"github.com/g60-corridor/corridor/ent/watchround"
	"github.com/g60-corridor/corridor/internal/inbox"
	"github.com/g60-corridor/corridor/internal/search"
	"github.com/g60-corridor/corridor/internal/store"
)

// result is what may be new: a listing, or one of its lots.
type result struct {
	subject int
	listing *ent.Listing
}

// found is what may be new to one who waits.
type found struct {
	*standing
	results []result
}

// change is what has happened to a thing that somebody watches.
type change struct {
	watch *ent.Watch
	thing thing
}

// round is what is written down of one look at the changes.
type round struct {
	s          *Service
	at, turn   int64 // of the row that it follows
	next       int64
	fresh      []*ent.Watch
	news       []found
	moved      []change
	afterwards []func() // once it is stored
}

// write tells all that is new, some watchers at a time. Only the last part moves the place: what a crash leaves untold is
// found again, and what was told is known by its key.
func (r *round) write(ctx context.Context) error {
	for len(r.news) > tellMost {
		part := r.news[:tellMost]
		r.news = r.news[tellMost:]
		if err := r.part(ctx, r.at, func(tx *store.Tx) error { return r.tellResults(ctx, tx, part) }); err != nil {
			return err
		}
	}
	return r.part(ctx, r.next, func(tx *store.Tx) error {
		var ids []int
		for _, w := range r.fresh {
			ids = append(ids, w.ID)
		}
		for some := range slices.Chunk(ids, readAtOnce) {
			if err := tx.Ent().Watch.Update().Where(watch.IDIn(some...), watch.Turn(0)).SetTurn(r.turn + 1).Exec(ctx); err != nil {
				return fmt.Errorf("take up new watches: %w", err)
			}
		}
		if err := r.tellResults(ctx, tx, r.news); err != nil {
			return err
		}
		return r.tellChanges(ctx, tx)
	})
}

// part is one transaction. Whoever counts the turn up has it; a second finds another number and looks again.
func (r *round) part(ctx context.Context, at int64, do func(*store.Tx) error) error {
	r.afterwards = nil
	err := r.s.o.Database.Tx(ctx, func(tx *store.Tx) error {
		n, err := tx.Ent().WatchRound.Update().Where(watchround.ID(theRound), watchround.Turn(r.turn)).SetAt(at).AddTurn(1).Save(ctx)
		if err != nil {
			return fmt.Errorf("take the round: %w", err)
		}
		if n == 0 {
			return errOvertaken
		}
		return do(tx)
	})
	if err != nil {
		return err
	}
	r.turn++
	for _, f := range r.afterwards {
		f()
	}
	return nil
}

// titlesMost is how many results a notice names.
const titlesMost = 3

func (r *round) tellResults(ctx context.Context, tx *store.Tx, news []found) error {
	for _, f := range news {
		if err := r.tellFound(ctx, tx, f); err != nil {
			return fmt.Errorf("tell the owner of watch %d: %w", f.id, err)
		}
	}
	return nil
}

// tellFound writes down what is new to one who waits, and tells him. The row of the round keeps everybody else out
// meanwhile; should somebody come round it, the unique place of a hit undoes the whole.
func (r *round) tellFound(ctx context.Context, tx *store.Tx, f found) error {
	client := tx.Ent()
	w, err := client.Watch.Query().Where(watch.ID(f.id)).Select(slim...).Only(ctx)
	if ent.IsNotFound(err) {
		return nil // taken away
	}
	if err != nil {
		return err
	}
	var subjects []int
	for _, one := range f.results {
		subjects = append(subjects, one.subject)
	}
	told := map[int]bool{}
	for part := range slices.Chunk(subjects, readAtOnce) {
		var had []int
		err := client.WatchHit.Query().Where(watchhit.WatchID(f.id), watchhit.SubjectIn(part...)).Select(watchhit.FieldSubject).Scan(ctx, &had)
		if err != nil {
			return err
		}
		for _, s := range had {
			told[s] = true
		}
	}
	var fresh []result
	var rows []*ent.WatchHitCreate
	for _, one := range f.results {
		r.afterwards = append(r.afterwards, func() { f.settled[one.subject] = struct{}{} })
		if !told[one.subject] {
			fresh = append(fresh, one)
			rows = append(rows, client.WatchHit.Create().SetWatchID(f.id).SetSubject(one.subject).SetAt(r.s.o.Now()))
		}
	}
	for part := range slices.Chunk(rows, readAtOnce) {
		if err := client.WatchHit.CreateBulk(part...).Exec(ctx); err != nil {
			return err
		}
	}
	if len(fresh) == 0 || w.How == watch.HowNONE {
		return nil
	}
	return r.s.o.Herald.Tell(ctx, tx, r.resultNews(w, fresh))
}

func (r *round) resultNews(w *ent.Watch, fresh []result) inbox.News {
	var zh, en []string
	for _, one := range fresh[:min(len(fresh), titlesMost)] {
		zh = append(zh, "《"+either(one.listing.TitleZh, one.listing.TitleEn)+"》")
		en = append(en, "“"+either(one.listing.TitleEn, one.listing.TitleZh)+"”")
	}
	more := ""
	if len(fresh) > titlesMost {
		more = " …"
	}
	n := inbox.News{
		Kind: inbox.SearchResults, Key: fmt.Sprintf("watch:%d:%d", w.ID, r.turn), Person: w.PersonID, Mail: notice.Mail(w.How),
		Link: fmt.Sprintf("/me/watching/%d", w.ID),
		Params: inbox.Params{
			"Name": w.Name, "N": strconv.Itoa(len(fresh)),
			"Titles_zh": strings.Join(zh, "、") + more, "Titles_en": strings.Join(en, ", ") + more,
		},
	}
	if seller := fresh[0].listing.Edges.Seller; w.Kind == watch.KindORGANISATION && seller != nil {
		n.Kind = inbox.SellerResults
		delete(n.Params, "Name")
		n.Params["Name_zh"], n.Params["Name_en"] = seller.NameZh, seller.NameEn
	}
	return n
}

func either(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// moved are the watched things that stand otherwise than their watchers were told. mu is held.
func (s *Service) moved(ctx context.Context, c search.Changes, fresh []*ent.Watch) ([]change, error) {
	client := s.o.Database.Ent()
	listings, projects := slices.Clone(c.Touched), c.Projects
	var watches []*ent.Watch
	find := func(kind watch.Kind, ids []int) error {
		for part := range slices.Chunk(ids, readAtOnce) {
			some, err := client.Watch.Query().Where(watch.KindEQ(kind), watch.SubjectIn(part...)).Select(slim...).All(ctx)
			if err != nil {
				return fmt.Errorf("find who watches: %w", err)
			}
			watches = append(watches, some...)
		}
		return nil
	}
	for part := range slices.Chunk(projects, readAtOnce) {
		of, err := client.Project.Query().Where(project.IDIn(part...)).QueryListing().IDs(ctx)
		if err != nil {
			return nil, fmt.Errorf("find the listings of projects: %w", err)
		}
		listings = append(listings, of...)
	}
	if err := find(watch.KindLISTING, listings); err != nil {
		return nil, err
	}
	if err := find(watch.KindPROJECT, projects); err != nil {
		return nil, err
	}
	for part := range slices.Chunk(c.Touched, readAtOnce) {
		lots, err := client.Lot.Query().Where(lot.HasListingWith(listing.IDIn(part...))).IDs(ctx)
		if err != nil {
			return nil, fmt.Errorf("find the lots of listings: %w", err)
		}
		if err := find(watch.KindLOT, lots); err != nil {
			return nil, err
		}
	}
	for _, w := range fresh {
		if !slices.Contains(waiting, w.Kind) {
			watches = append(watches, w)
		}
	}
	return s.different(ctx, watches)
}

func (s *Service) different(ctx context.Context, watches []*ent.Watch) (all []change, err error) {
	type place struct {
		kind watch.Kind
		id   int
	}
	things, once := map[place]thing{}, map[int]bool{}
	for _, w := range watches {
		if once[w.ID] {
			continue
		}
		once[w.ID] = true
		at := place{w.Kind, w.Subject}
		t, looked := things[at]
		if !looked {
			if t, err = look(ctx, s.o.Database.Ent(), w.Kind, w.Subject); err != nil {
				return nil, err
			}
			things[at] = t
		}
		if len(t.facts) > 0 && !t.heard(w.State) {
			all = append(all, change{w, t})
		}
	}
	return all, nil
}

func (r *round) tellChanges(ctx context.Context, tx *store.Tx) error {
	for _, c := range r.moved {
		n, err := tx.Ent().Watch.Update().Where(watch.ID(c.watch.ID), watch.State(c.watch.State)).SetState(c.thing.encode()).Save(ctx)
		if err != nil {
			return fmt.Errorf("note what watcher %d knows: %w", c.watch.ID, err)
		}
		if n == 0 || c.watch.How == watch.HowNONE {
			continue
		}
		for _, h := range c.thing.since(c.watch.State) {
			if told, err := toldBySale(ctx, tx, c.watch.PersonID, h); err != nil {
				return err
			} else if told {
				continue
			}
			err := r.s.o.Herald.Tell(ctx, tx, inbox.News{
				Kind: inbox.WatchedChanged, Key: h.key, Person: c.watch.PersonID, Mail: notice.Mail(c.watch.How), Link: linkOf(c.thing, h),
				Params: inbox.Params{"Number": h.number, "Title_zh": c.thing.titleZH, "Title_en": c.thing.titleEN, "What_word": h.word},
			})
			if err != nil {
				return fmt.Errorf("tell watcher %d: %w", c.watch.ID, err)
			}
		}
	}
	return nil
}

// bySale are the happenings of which the sale itself tells those who take part in it.
var bySale = []string{
	"watch_what_PAUSED", "watch_what_RESUMED", "watch_what_SOLD", "watch_what_PASSED", "watch_what_WITHDRAWN", "watch_what_ANNULLED",
}

// toldBySale says whether somebody hears of what happened to a lot as one who bids in it or sells it.
func toldBySale(ctx context.Context, tx *store.Tx, personID int, h happening) (bool, error) {
	id, of := strings.CutPrefix(h.key, "lot:")
	if !of || !slices.Contains(bySale, h.word) {
		return false, nil
	}
	id, _, _ = strings.Cut(id, ":")
	n, err := strconv.Atoi(id)
	if err != nil {
		return false, fmt.Errorf("read which lot: %w", err)
	}
	part, err := tx.Ent().Membership.Query().Where(
		membership.HasPersonWith(person.ID(personID)),
		membership.Or(
			membership.And(membership.RoleIn(membership.RoleAGENT, membership.RoleADMINISTRATOR),
				membership.HasOrganisationWith(organisation.HasRegistrationsWith(registration.StateNotIn(registration.StateWITHDRAWN, registration.StateREJECTED),
					registration.HasLotWith(lot.ID(n))))),
			membership.And(membership.RoleIn(membership.RoleADMINISTRATOR, membership.RoleEDITOR, membership.RoleAGENT),
				membership.HasOrganisationWith(organisation.HasListingsWith(listing.HasLotsWith(lot.ID(n)))))),
	).Exist(ctx)
	if err != nil {
		return false, fmt.Errorf("look who takes part in lot %d: %w", n, err)
	}
	return part, nil
}

// linkOf leads to what something has happened to. What is withdrawn has no page.
func linkOf(t thing, h happening) string {
	what, rest, _ := strings.Cut(h.key, ":")
	id, _, _ := strings.Cut(rest, ":")
	switch {
	case what == "lot":
		return "/lots/" + id
	case what == "project":
		return "/projects/" + id
	case t.public:
		return "/listings/" + id
	}
	return "/me/watching"
}
