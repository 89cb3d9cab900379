package needs

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/ent/need"
	"github.com/g60-corridor/corridor/ent/needmatch"
	"github.com/g60-corridor/corridor/internal/agenda"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/inbox"
	"github.com/g60-corridor/corridor/internal/matching"
	"github.com/g60-corridor/corridor/internal/store"
)

const (
	candidatesMost = 80  // listings that a need is weighed against
	keptMost       = 300 // listings that fitted before and are weighed again
)

// weighed is a pair as it was found to be.
type weighed struct {
	need    *ent.Need
	listing *ent.Listing // with Seller
	match   matching.Match
}

// matchNeed weighs a need against what the search finds for it, and against what fitted before.
func (s *Service) matchNeed(ctx context.Context, d agenda.Due) error {
	var args needArgs
	if err := json.Unmarshal(d.Args, &args); err != nil {
		return fmt.Errorf("read the errand: %w", err)
	}
	return s.Match(ctx, args.Need)
}

// Match weighs one need anew.
func (s *Service) Match(ctx context.Context, id int) error {
	client := s.db.Ent()
	n, err := client.Need.Get(ctx, id)
	if err != nil {
		return fmt.Errorf("read need %d: %w", id, err)
	}
	if n.Status != need.StatusPUBLISHED {
		return nil
	}
	side, words, all, err := s.needSide(ctx, &n.Wish)
	if err != nil {
		return err
	}
	found, err := s.search.Candidates(ctx, words, all, subclasses(n.Wish.IPC), candidatesMost)
	if err != nil {
		return later(err)
	}
	var before []int
	err = client.NeedMatch.Query().Where(needmatch.NeedID(id), needmatch.BpGT(0)).Order(ent.Desc(needmatch.FieldBp)).
		Select(needmatch.FieldListingID).Scan(ctx, &before)
	if err != nil {
		return fmt.Errorf("read matches of need %d: %w", id, err)
	}
	listings, err := client.Listing.Query().Where(listing.IDIn(append(found, before[:min(len(before), keptMost)]...)...), listing.StatusEQ(listing.StatusPUBLISHED)).
		WithPatents().WithSeller().All(ctx)
	if err != nil {
		return fmt.Errorf("read candidates of need %d: %w", id, err)
	}
	rare := rarities{}
	rare.enter(side.Terms)
	var pairs []weighed
	for _, l := range listings {
		if l.Edges.Seller.ID == n.OwnerID {
			continue
		}
		offer := s.listingSide(l, rare)
		pairs = append(pairs, weighed{n, l, matching.Weigh(&side, &offer, s.weights)})
	}
	return s.db.Tx(ctx, func(tx *store.Tx) error {
		if err := lock(ctx, tx.Ent(), id); err != nil {
			return err
		}
		now, err := tx.Ent().Need.Get(ctx, id)
		if err != nil {
			return fmt.Errorf("read need %d: %w", id, err)
		}
		if now.Status != need.StatusPUBLISHED || now.Mark != n.Mark || now.Version != n.Version {
			return nil // it was changed meanwhile, which has an errand of its own
		}
		rows, err := tx.Ent().NeedMatch.Query().Where(needmatch.NeedID(id)).All(ctx)
		if err != nil {
			return fmt.Errorf("read matches of need %d: %w", id, err)
		}
		if err := drop(ctx, tx.Ent(), passed(rows, before, pairs)); err != nil {
			return err
		}
		fresh, err := s.store(ctx, tx.Ent(), rows, pairs)
		if err != nil {
			return err
		}
		return s.tellMatches(ctx, tx, now, fresh)
	})
}

// passed are the rows of what fitted a need before and was not weighed now: it is not on offer any more, or is too far down.
func passed(rows []*ent.NeedMatch, before []int, now []weighed) (gone []int) {
	for _, r := range rows {
		if r.Bp > 0 && slices.Contains(before, r.ListingID) && !slices.ContainsFunc(now, func(w weighed) bool { return w.listing.ID == r.ListingID }) {
			gone = append(gone, r.ID)
		}
	}
	return gone
}

// store writes pairs over the rows that are there, and returns those that are strong and that nobody was told of yet. Rows of
// other pairs stay: somebody else may have weighed them meanwhile.
func (s *Service) store(ctx context.Context, client *ent.Client, rows []*ent.NeedMatch, pairs []weighed) (fresh []weighed, err error) {
	type pair struct{ need, listing int }
	there := map[pair]*ent.NeedMatch{}
	for _, r := range rows {
		there[pair{r.NeedID, r.ListingID}] = r
	}
	var gone []int
	for _, p := range pairs {
		row := there[pair{p.need.ID, p.listing.ID}]
		if !p.match.Shown(s.weights) {
			if row != nil && row.Bp > 0 {
				gone = append(gone, row.ID)
			}
			continue
		}
		strong := p.match.BP >= s.weights.StrongBP && (row == nil || row.ToldAt == nil)
		if row == nil {
			create := client.NeedMatch.Create().SetNeedID(p.need.ID).SetListingID(p.listing.ID).SetSellerID(p.listing.Edges.Seller.ID).
				SetBp(p.match.BP).SetReasons(p.match.Reasons).SetWeights(s.weights.Version).SetNeedMark(p.need.Mark).
				SetListingMark(listingMark(p.listing)).SetAt(s.now())
			if strong {
				create.SetToldAt(s.now())
			}
			err = create.Exec(ctx)
		} else {
			u := client.NeedMatch.UpdateOne(row).SetBp(p.match.BP).SetReasons(p.match.Reasons).SetWeights(s.weights.Version).
				SetNeedMark(p.need.Mark).SetListingMark(listingMark(p.listing)).SetAt(s.now())
			if strong {
				u.SetToldAt(s.now())
			}
			err = u.Exec(ctx)
		}
		if err != nil {
			return nil, fmt.Errorf("keep a match of need %d: %w", p.need.ID, err)
		}
		if strong {
			fresh = append(fresh, p)
		}
	}
	if err := drop(ctx, client, gone); err != nil {
		return nil, err
	}
	slices.SortStableFunc(fresh, func(a, b weighed) int { return b.match.BP - a.match.BP })
	return fresh, nil
}

// drop keeps that a pair was a match, so that nobody is told of it twice.
func drop(ctx context.Context, client *ent.Client, rows []int) error {
	if len(rows) == 0 {
		return nil
	}
	if err := client.NeedMatch.Update().Where(needmatch.IDIn(rows...)).SetBp(0).Exec(ctx); err != nil {
		return fmt.Errorf("drop matches: %w", err)
	}
	return nil
}

// tellMatches tells a need's company of new strong matches, and each university of the best of its own. Both sides were not
// told of these pairs before, nor are they again.
func (s *Service) tellMatches(ctx context.Context, tx *store.Tx, n *ent.Need, fresh []weighed) error {
	if len(fresh) == 0 {
		return nil
	}
	best := fresh[0].listing
	p := params(n)
	p["Count"] = fmt.Sprint(len(fresh))
	p["Listing_zh"], p["Listing_en"] = best.TitleZh, best.TitleEn
	err := s.tellOwner(ctx, tx, n, inbox.NeedMatched, fmt.Sprintf("match:%d:%d", n.ID, best.ID), p, "/matches")
	if err != nil {
		return err
	}
	told := map[int]bool{}
	for _, f := range fresh {
		seller := f.listing.Edges.Seller
		if told[seller.ID] || seller.Kind != "UNIVERSITY" && seller.Kind != "INSTITUTE" {
			continue
		}
		told[seller.ID] = true
		if n.Secrecy == need.SecrecyINVITED && len(n.Wish.Invited) > 0 && !slices.Contains(n.Wish.Invited, seller.ID) {
			continue
		}
		p := params(n)
		p["Listing_zh"], p["Listing_en"] = f.listing.TitleZh, f.listing.TitleEn
		err := s.tellSeller(ctx, tx, seller.ID, inbox.ListingMatched, fmt.Sprintf("match:%d:%d", n.ID, f.listing.ID), p, fmt.Sprintf("/needs/%d", n.ID))
		if err != nil {
			return err
		}
	}
	return nil
}

func missing() error { return fault.New(fault.NotFound, "", "no such match") }
