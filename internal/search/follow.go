package search

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/ent/lot"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/ent/patent"
	"github.com/g60-corridor/corridor/ent/project"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/store"
	"github.com/g60-corridor/corridor/internal/trade"
)

const (
	lookEvery   = time.Second            // should the bell be dead
	afterRing   = 250 * time.Millisecond // what rings in the meantime is read together
	retryAfter  = 2 * time.Second
	forgetEvery = time.Hour
	labelEvery  = 10 * time.Minute
	readAtOnce  = 400 // listings

	// How long changes are kept. A node that has not looked for half of that reads everything anew.
	lotsKept    = time.Hour
	changesKept = 7 * 24 * time.Hour
)

// Ring says that something may have changed. It does not block.
func (s *Service) Ring() {
	select {
	case s.bell <- struct{}{}:
	default:
	}
}

// Run fills the search and keeps it true until the context ends.
func (s *Service) Run(ctx context.Context) {
	for !s.attempt(ctx, "open the search", s.open) {
		if !pause(ctx, retryAfter) {
			return
		}
	}
	defer s.close(context.WithoutCancel(ctx))
	built := make(chan struct{})
	go func() { defer close(built); s.build(ctx) }()
	defer func() { <-built }()
	look, forget := time.NewTicker(lookEvery), time.NewTicker(forgetEvery)
	defer look.Stop()
	defer forget.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.bell:
			if !pause(ctx, afterRing) {
				return
			}
		case <-look.C:
		case <-forget.C:
			s.attempt(ctx, "forget old changes", func(ctx context.Context) error {
				now := s.o.Now()
				return s.o.Database.ForgetChanges(ctx, now.Add(-lotsKept), now.Add(-changesKept))
			})
		}
		followed := s.attempt(ctx, "follow the changes", s.Follow)
		if !(s.attempt(ctx, "begin another index", s.replace) && followed) && !pause(ctx, retryAfter) {
			return
		}
		if !s.whole.Load() || s.wantsAnew() {
			select {
			case <-built:
				built = make(chan struct{})
				go func() { defer close(built); s.build(ctx) }()
			default:
			}
		}
	}
}

func (s *Service) attempt(ctx context.Context, what string, do func(context.Context) error) bool {
	err := do(ctx)
	if err != nil && ctx.Err() == nil {
		s.log.ErrorContext(ctx, what, "error", err)
	}
	return err == nil
}

func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}

// wantsAnew says whether an index is to be built beside the one that serves.
func (s *Service) wantsAnew() bool {
	s.writing.Lock()
	defer s.writing.Unlock()
	return s.next != nil
}

// Follow reads what has changed since it last looked, until there is no more.
func (s *Service) Follow(ctx context.Context) error {
	for {
		more, err := s.followOnce(ctx)
		if errors.Is(err, store.ErrChangesLost) {
			s.log.WarnContext(ctx, "the search has lost its place and is read anew", "error", err)
			return s.anew(ctx)
		}
		if err != nil || !more {
			return err
		}
	}
}

func (s *Service) followOnce(ctx context.Context) (more bool, err error) {
	s.writing.Lock()
	defer s.writing.Unlock()
	if s.o.Now().Sub(s.looked) > lotsKept/2 {
		return false, fmt.Errorf("not looked since %v: %w", s.looked, store.ErrChangesLost)
	}
	changes, next, more, err := s.o.Database.Changes(ctx, s.cursor)
	if err != nil {
		return false, err
	}
	texts, all, err := s.listingsOf(ctx, changes)
	if err != nil {
		return false, err
	}
	for part := range slices.Chunk(all, readAtOnce) {
		if err := s.reread(ctx, part, texts); err != nil {
			return false, err
		}
	}
	s.cursor, s.looked = next, s.o.Now()
	if len(texts) > 0 || s.looked.Sub(s.labeled) > labelEvery {
		return more, s.label()
	}
	return more, nil
}

// listingsOf are the listings that changes speak of, and those among them whose texts may have changed: a lot changes none.
func (s *Service) listingsOf(ctx context.Context, changes []store.Change) (texts map[int]bool, all []int, err error) {
	var patents, organisations []int
	texts = map[int]bool{}
	for _, c := range changes {
		switch c.Kind {
		case "lot":
			all = append(all, c.Subject)
		case "listing":
			texts[c.Subject] = true
		case "patent":
			patents = append(patents, c.Subject)
		case "organisation":
			organisations = append(organisations, c.Subject)
		}
	}
	client := s.o.Database.Ent()
	for part := range slices.Chunk(patents, readAtOnce) {
		ids, err := client.Listing.Query().Where(listing.HasPatentsWith(patent.IDIn(part...))).IDs(ctx)
		if err != nil {
			return nil, nil, fmt.Errorf("find the listings of patents: %w", err)
		}
		for _, id := range ids {
			texts[id] = true
		}
	}
	for part := range slices.Chunk(organisations, readAtOnce) {
		ids, err := client.Listing.Query().Where(listing.HasSellerWith(organisation.IDIn(part...))).IDs(ctx)
		if err != nil {
			return nil, nil, fmt.Errorf("find the listings of organisations: %w", err)
		}
		for _, id := range ids {
			texts[id] = true
		}
	}
	for id := range texts {
		all = append(all, id)
	}
	slices.Sort(all)
	return texts, slices.Compact(all), nil
}

// reread brings some listings up to what the database says of them now.
func (s *Service) reread(ctx context.Context, ids []int, changed map[int]bool) error {
	now, err := s.listings().Where(listing.IDIn(ids...)).WithSeller().All(ctx)
	if err != nil {
		return fmt.Errorf("read changed listings: %w", err)
	}
	now = published(now)
	open, err := s.projects(ctx, now)
	if err != nil {
		return err
	}
	gone := slices.Clone(ids)
	var put []*ent.Listing
	rows := make([]row, len(now))
	for i, l := range now {
		rows[i] = rowOf(l, open[l.ID], s.today())
		gone = slices.DeleteFunc(gone, func(id int) bool { return id == l.ID })
		if changed[l.ID] {
			put = append(put, l)
		}
	}
	gone = slices.DeleteFunc(gone, func(id int) bool { return !changed[id] })
	s.columns.put(rows, gone)
	if len(put)+len(gone) == 0 {
		return nil
	}
	for _, t := range s.targets() {
		if err := t.write(put, gone, nil); err != nil {
			return err
		}
	}
	return nil
}

// targets are the indexes that have to be kept true: what serves, and what is to follow it.
func (s *Service) targets() (all []*texts) {
	for _, t := range s.indexes() {
		if !t.spoilt.Load() {
			all = append(all, t)
		}
	}
	return all
}

func (s *Service) indexes() (all []*texts) {
	if t := s.current.Load(); t != nil {
		all = append(all, t)
	}
	if s.next != nil && s.next != s.current.Load() {
		all = append(all, s.next)
	}
	return all
}

// label writes down how far the index that serves has come, if it is whole.
func (s *Service) label() error {
	if !s.whole.Load() {
		return nil
	}
	s.labeled = s.o.Now()
	if s.current.Load().spoilt.Load() {
		return nil // its follower will have one
	}
	return s.current.Load().write(nil, nil, &label{Version: version, Origin: s.origin, Whole: true, Cursor: s.cursor, At: s.labeled})
}

// listings is a query with what a row needs.
func (s *Service) listings() *ent.ListingQuery {
	return s.o.Database.Ent().Listing.Query().WithPatents().WithLots(func(q *ent.LotQuery) {
		q.Where(lot.StatusEQ(lot.StatusPUBLISHED), lot.PhaseNEQ(string(auction.Draft)), lot.PhaseNEQ(""))
	})
}

// projects are the open public projects of some listings: of several the latest.
func (s *Service) projects(ctx context.Context, of []*ent.Listing) (map[int]*ent.Project, error) {
	ids := make([]int, len(of))
	for i, l := range of {
		ids[i] = l.ID
	}
	all, err := s.o.Database.Ent().Project.Query().Where(project.Published(true), project.PhaseIn(trade.Names(trade.OpenPhases)...),
		project.HasListingWith(listing.IDIn(ids...))).Order(ent.Asc(project.FieldID)).
		WithListing(func(q *ent.ListingQuery) { q.Select(listing.FieldID) }).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the projects of listings: %w", err)
	}
	open := map[int]*ent.Project{}
	for _, p := range all {
		open[p.Edges.Listing.ID] = p
	}
	return open, nil
}

// published keeps what everybody may see. The database is not asked for that: nearly all are, and SQLite would go through
// the index of states to find twenty rows by their keys.
func published(all []*ent.Listing) []*ent.Listing {
	return slices.DeleteFunc(all, func(l *ent.Listing) bool { return l.Status != listing.StatusPUBLISHED })
}
