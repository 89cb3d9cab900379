package needs

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/ent/need"
	"github.com/g60-corridor/corridor/ent/needmatch"
	"github.com/g60-corridor/corridor/ent/patent"
	"github.com/g60-corridor/corridor/internal/agenda"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/matching"
	"github.com/g60-corridor/corridor/internal/store"
)

const (
	lookEvery = 30 * time.Second
	atOnce    = 400 // listings that one look weighs; what is left is next
	needsMost = 40  // needs that a listing is weighed against
)

// Start makes the agenda follow the catalogue's changes.
func (s *Service) Start(ctx context.Context) error {
	return s.db.Tx(ctx, func(tx *store.Tx) error { return s.putLook(ctx, tx, lookArgs{}) })
}

// lookArgs are the listings that are still to be weighed of what one look has read.
type lookArgs struct {
	Rest []int `json:"rest,omitempty"`
}

func (s *Service) putLook(ctx context.Context, tx *store.Tx, left lookArgs) error {
	at := s.now().Truncate(lookEvery).Add(lookEvery)
	e := agenda.Errand{Kind: lookErrand, At: at, Key: at.UTC().Format(time.RFC3339)}
	if len(left.Rest) > 0 {
		args, err := json.Marshal(left)
		if err != nil {
			return fmt.Errorf("write an errand: %w", err)
		}
		e = agenda.Errand{Kind: lookErrand, At: s.now(), Args: args} // no key: no other look has this rest
	}
	return s.agenda.Put(ctx, tx, e)
}

// look weighs what has changed in the catalogue since the last look. Its cursor moves in the transaction that puts the next
// one; what it writes can be written twice.
func (s *Service) look(ctx context.Context, d agenda.Due) error {
	var args lookArgs
	if len(d.Args) > 0 {
		if err := json.Unmarshal(d.Args, &args); err != nil {
			return fmt.Errorf("read the errand: %w", err)
		}
	}
	if len(args.Rest) > 0 {
		return s.rest(ctx, args.Rest)
	}
	err := s.Follow(ctx)
	if fault.Of(err) == fault.Unavailable { // the search is not there yet: look again at the next time
		err = nil
	}
	if err != nil {
		return err
	}
	return s.Start(ctx)
}

func (s *Service) rest(ctx context.Context, ids []int) error {
	n := min(len(ids), atOnce)
	if err := s.weighListings(ctx, ids[:n]); err != nil || n == len(ids) {
		return err
	}
	return s.db.Tx(ctx, func(tx *store.Tx) error { return s.putLook(ctx, tx, lookArgs{ids[n:]}) })
}

// Follow weighs the listings that have changed since it was last asked. Bids are changes too: it reads on until there are no
// more, or a busy sale would keep it behind for hours.
func (s *Service) Follow(ctx context.Context) error {
	for {
		more, err := s.followOnce(ctx)
		if err != nil || !more {
			return err
		}
	}
}

func (s *Service) followOnce(ctx context.Context) (more bool, err error) {
	cursor, fresh, err := s.cursor(ctx)
	if err != nil {
		return false, err
	}
	if fresh {
		return false, s.weighAll(ctx)
	}
	changes, next, more, err := s.db.Changes(ctx, store.ChangeCursor{At: cursor})
	if errors.Is(err, store.ErrChangesLost) {
		return false, s.weighAll(ctx)
	}
	if err != nil {
		return false, err
	}
	ids, err := s.touched(ctx, changes)
	if err != nil {
		return false, err
	}
	n := min(len(ids), atOnce)
	if err := s.weighListings(ctx, ids[:n]); err != nil {
		return false, err
	}
	if next.At == cursor && n == len(ids) {
		return false, nil
	}
	return more, s.db.Tx(ctx, func(tx *store.Tx) error {
		if err := tx.Ent().MatchCursor.Update().SetAt(next.At).Exec(ctx); err != nil {
			return fmt.Errorf("move the cursor of the needs: %w", err)
		}
		if n == len(ids) {
			return nil
		}
		return s.putLook(ctx, tx, lookArgs{ids[n:]})
	})
}

// cursor is how far the changes were read; fresh says that all must be weighed: nothing is known, or it is of another
// database or of other weights.
func (s *Service) cursor(ctx context.Context) (at int64, fresh bool, err error) {
	origin, err := s.db.Origin(ctx)
	if err != nil {
		return 0, false, err
	}
	c, err := s.db.Ent().MatchCursor.Query().First(ctx)
	if ent.IsNotFound(err) {
		return 0, true, nil
	}
	if err != nil {
		return 0, false, fmt.Errorf("read the cursor of the needs: %w", err)
	}
	return c.At, c.Origin != origin || c.Weights != s.weights.Version, nil
}

// weighAll puts an errand for each open need, and begins with the changes from now.
func (s *Service) weighAll(ctx context.Context) error {
	origin, err := s.db.Origin(ctx)
	if err != nil {
		return err
	}
	end, err := s.db.ChangesEnd(ctx)
	if err != nil {
		return err
	}
	return s.db.Tx(ctx, func(tx *store.Tx) error {
		client := tx.Ent()
		if _, err := client.MatchCursor.Delete().Exec(ctx); err != nil {
			return fmt.Errorf("clear the cursor of the needs: %w", err)
		}
		if err := client.MatchCursor.Create().SetAt(end.At).SetOrigin(origin).SetWeights(s.weights.Version).Exec(ctx); err != nil {
			return fmt.Errorf("set the cursor of the needs: %w", err)
		}
		ids, err := client.Need.Query().Where(s.open()).Order(ent.Asc(need.FieldID)).IDs(ctx)
		if err != nil {
			return fmt.Errorf("list needs: %w", err)
		}
		for _, id := range ids {
			args, err := json.Marshal(needArgs{id})
			if err != nil {
				return fmt.Errorf("write an errand: %w", err)
			}
			key := fmt.Sprintf("%d:all:%d", id, s.now().UnixMicro())
			if err := s.agenda.Put(ctx, tx, agenda.Errand{Kind: matchErrand, Key: key, Args: args, At: s.now()}); err != nil {
				return err
			}
		}
		return nil
	})
}

// touched are the listings that changes are about. A bid changes nothing that matters here.
func (s *Service) touched(ctx context.Context, changes []store.Change) ([]int, error) {
	var ids, patents []int
	for _, c := range changes {
		switch c.Kind {
		case "listing":
			ids = append(ids, c.Subject)
		case "patent":
			patents = append(patents, c.Subject)
		}
	}
	for some := range slices.Chunk(patents, atOnce) {
		of, err := s.db.Ent().Listing.Query().Where(listing.HasPatentsWith(patent.IDIn(some...))).IDs(ctx)
		if err != nil {
			return nil, fmt.Errorf("read the listings of changed patents: %w", err)
		}
		ids = append(ids, of...)
	}
	slices.Sort(ids)
	return slices.Compact(ids), nil
}

// weighListings weighs listings against the open needs.
func (s *Service) weighListings(ctx context.Context, ids []int) error {
	if len(ids) == 0 {
		return nil
	}
	client := s.db.Ent()
	open, err := client.Need.Query().Where(s.open()).Order(ent.Asc(need.FieldID)).All(ctx)
	if err != nil {
		return fmt.Errorf("list needs: %w", err)
	}
	r := &register{needs: open, rare: rarities{}, byTerm: map[string][]int{}, byClass: map[string][]int{}}
	if r.sides, err = s.prepare(ctx, open); err != nil {
		return err
	}
	for i := range open {
		r.enter(i, &r.sides[i])
	}
	listings, err := client.Listing.Query().Where(listing.IDIn(ids...), listing.StatusEQ(listing.StatusPUBLISHED)).WithPatents().WithSeller().
		Order(ent.Asc(listing.FieldID)).All(ctx)
	if err != nil {
		return fmt.Errorf("read changed listings: %w", err)
	}
	published := map[int]bool{}
	for _, l := range listings {
		published[l.ID] = true
		if err := s.weighListing(ctx, r, l); err != nil {
			return err
		}
	}
	gone := slices.DeleteFunc(slices.Clone(ids), func(id int) bool { return published[id] })
	if err := client.NeedMatch.Update().Where(needmatch.ListingIDIn(gone...), needmatch.BpGT(0)).SetBp(0).Exec(ctx); err != nil {
		return fmt.Errorf("drop matches of withdrawn listings: %w", err)
	}
	return nil
}

func (s *Service) weighListing(ctx context.Context, r *register, l *ent.Listing) error {
	offer := s.listingSide(l, r.rare)
	var before []int
	err := s.db.Ent().NeedMatch.Query().Where(needmatch.ListingID(l.ID), needmatch.BpGT(0)).Select(needmatch.FieldNeedID).Scan(ctx, &before)
	if err != nil {
		return fmt.Errorf("read matches of listing %d: %w", l.ID, err)
	}
	var pairs []weighed
	for _, i := range r.candidates(&offer, before) {
		n := r.needs[i]
		if n.OwnerID == l.Edges.Seller.ID {
			continue
		}
		if m := matching.Weigh(&r.sides[i], &offer, s.weights); m.Shown(s.weights) || slices.Contains(before, n.ID) {
			pairs = append(pairs, weighed{n, l, m})
		}
	}
	if len(pairs) == 0 && len(before) == 0 {
		return nil
	}
	return s.db.Tx(ctx, func(tx *store.Tx) error {
		slices.SortFunc(pairs, func(a, b weighed) int { return cmp.Compare(a.need.ID, b.need.ID) }) // locks in one order
		for _, p := range pairs {
			if err := lock(ctx, tx.Ent(), p.need.ID); err != nil {
				return err
			}
		}
		if pairs, err = s.still(ctx, tx.Ent(), pairs); err != nil {
			return err
		}
		rows, err := tx.Ent().NeedMatch.Query().Where(needmatch.ListingID(l.ID)).All(ctx)
		if err != nil {
			return fmt.Errorf("read matches of listing %d: %w", l.ID, err)
		}
		fresh, err := s.store(ctx, tx.Ent(), rows, pairs)
		if err != nil {
			return err
		}
		for _, f := range fresh {
			if err := s.tellMatches(ctx, tx, f.need, []weighed{f}); err != nil {
				return err
			}
		}
		return nil
	})
}

// still leaves out the needs that were closed or changed since they were read: a changed one has an errand of its own.
func (s *Service) still(ctx context.Context, client *ent.Client, pairs []weighed) ([]weighed, error) {
	var ids []int
	for _, p := range pairs {
		ids = append(ids, p.need.ID)
	}
	now, err := client.Need.Query().Where(need.IDIn(ids...), need.StatusEQ(need.StatusPUBLISHED)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read needs: %w", err)
	}
	return slices.DeleteFunc(pairs, func(p weighed) bool {
		return !slices.ContainsFunc(now, func(n *ent.Need) bool { return n.ID == p.need.ID && n.Version == p.need.Version })
	}), nil
}

// register finds the needs that a listing may fit without weighing it against all.
type register struct {
	needs           []*ent.Need
	sides           []matching.Side
	rare            rarities
	byTerm, byClass map[string][]int // places in needs
}

func (r *register) enter(i int, side *matching.Side) {
	r.rare.enter(side.Terms)
	seen := map[string]bool{}
	for _, t := range side.Terms {
		if t.Rarity >= matching.Uncommon && !seen[t.Key] {
			seen[t.Key] = true
			r.byTerm[t.Key] = append(r.byTerm[t.Key], i)
		}
	}
	for _, c := range subclasses(side.IPC) {
		r.byClass[c] = append(r.byClass[c], i)
	}
}

// candidates are the places of the needs that share most with a listing, and of those that it fitted before.
func (r *register) candidates(offer *matching.Side, before []int) []int {
	shared := map[int]int{}
	seen := map[string]bool{}
	for _, t := range offer.Terms {
		if !seen[t.Key] {
			seen[t.Key] = true
			for _, i := range r.byTerm[t.Key] {
				shared[i] += int(t.Rarity)
			}
		}
	}
	for _, c := range subclasses(offer.IPC) {
		for _, i := range r.byClass[c] {
			shared[i] += int(matching.Rare)
		}
	}
	var all []int
	for i := range shared {
		all = append(all, i)
	}
	slices.SortFunc(all, func(a, b int) int { return cmp.Or(shared[b]-shared[a], cmp.Compare(a, b)) })
	all = all[:min(len(all), needsMost)]
	for i, n := range r.needs {
		if slices.Contains(before, n.ID) && !slices.Contains(all, i) {
			all = append(all, i)
		}
	}
	return all
}
