package search

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/listing"
)

// open finds the index that was kept, fills the columns, and says what is to be built.
func (s *Service) open(ctx context.Context) (err error) {
	s.writing.Lock()
	defer s.writing.Unlock()
	if s.origin, err = s.o.Database.Origin(ctx); err != nil {
		return err
	}
	s.looked, s.labeled = s.o.Now(), s.o.Now()
	if s.current.Load() == nil { // else an earlier attempt could not fill the columns, and its place still holds
		if err := s.begin(ctx); err != nil {
			return err
		}
	}
	return s.fill(ctx)
}

// begin takes up the index that was kept, where it stopped, or makes one that is to hold what is there now.
func (s *Service) begin(ctx context.Context) error {
	if t, l := s.kept(); t != nil {
		s.current.Store(t)
		s.cursor = l.Cursor
		s.whole.Store(true)
		return nil
	}
	end, err := s.o.Database.ChangesEnd(ctx)
	if err != nil {
		return err
	}
	if s.next, err = s.create(); err != nil {
		return err
	}
	s.cursor = end
	s.current.Store(s.next) // nothing else is there: it serves what it has
	return nil
}

// anew fills the columns again and has another index built, while the one that serves goes on. One that was being built is of
// no use: what changed since its listings were read, up to here, nobody would tell it.
func (s *Service) anew(ctx context.Context) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	another, err := s.create()
	if err != nil {
		return err
	}
	half := s.next
	s.next = another
	if half != nil && half != s.current.Load() {
		if err := s.drop(half); err != nil {
			s.log.WarnContext(ctx, "remove a half-built index", "error", err)
		}
	}
	end, err := s.o.Database.ChangesEnd(ctx)
	if err != nil {
		return err
	}
	now := s.o.Now()
	if err := s.fill(ctx); err != nil {
		return err // its place stays lost, so that it is read anew once more
	}
	s.cursor, s.looked = end, now
	return nil
}

// Rebuild has the index built anew beside the one that serves, which goes on meanwhile.
func (s *Service) Rebuild(ctx context.Context) error {
	if err := s.anew(ctx); err != nil {
		return err
	}
	s.Ring()
	return nil
}

const dirPrefix = "index-"

// kept opens the newest index that is whole and of this version and database, and removes the others.
func (s *Service) kept() (t *texts, l label) {
	if s.o.Dir == "" {
		return nil, l
	}
	dirs, err := filepath.Glob(filepath.Join(s.o.Dir, dirPrefix+"*"))
	if err != nil {
		return nil, l
	}
	slices.Sort(dirs)
	slices.Reverse(dirs)
	for _, dir := range dirs {
		one, its, err := openTexts(dir, s.columns.placeOf)
		if err != nil && busy(err) {
			continue // another process works with it
		}
		fits := err == nil && its.Version == version && its.Origin == s.origin && its.Whole && s.o.Now().Sub(its.At) < changesKept/2
		if fits && t == nil {
			t, l = one, its
			continue
		}
		if one != nil {
			_ = one.close() // it is being thrown away
		}
		if err := os.RemoveAll(dir); err != nil {
			s.log.Warn("remove an old index", "error", err)
		}
	}
	return t, l
}

func (s *Service) create() (*texts, error) {
	dir := ""
	if s.o.Dir != "" {
		if err := os.MkdirAll(s.o.Dir, 0o700); err != nil {
			return nil, fmt.Errorf("make the folder of the index: %w", err)
		}
		for at := s.o.Now().UnixNano(); ; at++ {
			dir = filepath.Join(s.o.Dir, dirPrefix+strconv.FormatInt(at, 10))
			if _, err := os.Stat(dir); errors.Is(err, os.ErrNotExist) {
				break
			}
		}
	}
	return createTexts(dir, s.columns.placeOf)
}

// fill reads the columns of all listings. Those that are there and published no more go.
func (s *Service) fill(ctx context.Context) error {
	total, err := s.o.Database.Ent().Listing.Query().Where(listing.StatusEQ(listing.StatusPUBLISHED)).Count(ctx)
	if err != nil {
		return fmt.Errorf("count listings: %w", err)
	}
	s.total.Store(int64(total))
	seen, today := map[int]bool{}, s.today()
	err = s.each(ctx, func(q *ent.ListingQuery) *ent.ListingQuery { return q }, func(part []*ent.Listing) error {
		open, err := s.projects(ctx, part)
		if err != nil {
			return err
		}
		rows := make([]row, len(part))
		for i, l := range part {
			rows[i] = rowOf(l, open[l.ID], today)
			seen[l.ID] = true
		}
		s.columns.put(rows, nil)
		return nil
	})
	if err != nil {
		return err
	}
	s.columns.keep(seen)
	s.loaded.Store(true)
	return nil
}

// keep takes out what is not among the given listings.
func (c *columns) keep(seen map[int]bool) {
	c.mu.RLock()
	var gone []int
	for i := c.alive.Iterator(); i.HasNext(); {
		if id := c.rows[i.Next()].listing; !seen[id] {
			gone = append(gone, id)
		}
	}
	c.mu.RUnlock()
	c.put(nil, gone)
}

// each reads all published listings, part after part.
func (s *Service) each(ctx context.Context, with func(*ent.ListingQuery) *ent.ListingQuery, do func([]*ent.Listing) error) error {
	for last := 0; ; {
		n, err := s.part(ctx, &last, with, do)
		if err != nil || n < readAtOnce {
			return err
		}
	}
}

func (s *Service) part(ctx context.Context, last *int, with func(*ent.ListingQuery) *ent.ListingQuery, do func([]*ent.Listing) error) (int, error) {
	part, err := with(s.listings()).Where(listing.IDGT(*last)).Order(ent.Asc(listing.FieldID)).Limit(readAtOnce).All(ctx)
	if err != nil {
		return 0, fmt.Errorf("read the listings: %w", err)
	}
	n := len(part)
	if n > 0 {
		*last = part[n-1].ID
	}
	return n, do(published(part))
}

// replace begins another index in the place of one that could not be written. If that one served, the other serves at once
// with what it has, as the first one of all did.
func (s *Service) replace(context.Context) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	var spoilt []*texts
	for _, t := range s.indexes() {
		if t.spoilt.Load() {
			spoilt = append(spoilt, t)
		}
	}
	if len(spoilt) == 0 {
		return nil
	}
	if s.next == nil || s.next.spoilt.Load() {
		another, err := s.create()
		if err != nil {
			return err
		}
		s.next = another
	}
	if s.current.Load().spoilt.Load() {
		s.whole.Store(false)
		s.current.Store(s.next)
	}
	var err error
	for _, t := range spoilt {
		err = errors.Join(err, s.drop(t))
	}
	return err
}

// drop closes an index that nobody is led to any more, and removes it.
func (s *Service) drop(t *texts) error {
	err := t.close()
	if t.dir != "" {
		err = errors.Join(err, os.RemoveAll(t.dir))
	}
	return err
}

// build builds the index that is wanted, if any, and puts it in the place of the one that serves.
func (s *Service) build(ctx context.Context) {
	s.writing.Lock()
	wanted := s.next
	s.writing.Unlock()
	if wanted == nil {
		return
	}
	began := s.o.Now()
	s.done.Store(0)
	for last := 0; ; {
		n, err := s.buildPart(ctx, wanted, &last)
		if err != nil {
			if ctx.Err() == nil {
				s.log.ErrorContext(ctx, "build the index of the search", "error", err)
			}
			return // Run tries again
		}
		s.done.Add(int64(n))
		if n < readAtOnce {
			break
		}
	}
	if err := s.swap(wanted); err != nil {
		s.log.ErrorContext(ctx, "put the new index of the search in place", "error", err)
		return
	}
	s.log.InfoContext(ctx, "the index of the search is built", "listings", s.done.Load(), "took", s.o.Now().Sub(began).Round(time.Millisecond))
}

// buildPart reads and writes under one lock with those who follow the changes: else what was read before a change could be
// written after it.
func (s *Service) buildPart(ctx context.Context, wanted *texts, last *int) (int, error) {
	s.writing.Lock()
	defer s.writing.Unlock()
	if s.next != wanted {
		return 0, errSpoilt // another has begun in its place
	}
	return s.part(ctx, last, func(q *ent.ListingQuery) *ent.ListingQuery { return q.WithSeller() }, func(part []*ent.Listing) error {
		return wanted.write(part, nil, nil)
	})
}

func (s *Service) swap(wanted *texts) error {
	s.writing.Lock()
	defer s.writing.Unlock()
	if s.next != wanted {
		return errSpoilt
	}
	now := s.o.Now()
	if err := s.next.write(nil, nil, &label{Version: version, Origin: s.origin, Whole: true, Cursor: s.cursor, At: now}); err != nil {
		return err
	}
	before := s.current.Swap(s.next)
	s.labeled, s.next = now, nil
	s.whole.Store(true)
	if before == nil || before == s.current.Load() {
		return nil
	}
	return s.drop(before)
}

func (s *Service) close(ctx context.Context) {
	s.writing.Lock()
	defer s.writing.Unlock()
	var err error
	if s.current.Load() != nil {
		err = s.label()
	}
	open := s.indexes()
	s.current.Store(nil)
	s.next = nil
	for _, t := range open {
		err = errors.Join(err, t.close())
	}
	if err != nil {
		s.log.ErrorContext(ctx, "close the search", "error", err)
	}
}
