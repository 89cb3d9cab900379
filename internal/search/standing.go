package search

import (
	"context"
	"fmt"
	"maps"
	"math/bits"
	"slices"
	"strings"
	"time"

	"github.com/RoaringBitmap/roaring/v2"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/internal/store"
)

// Standing is a question that waits for what is not there yet. It is asked of one listing at a time, without the index,
// and finds what Search would find exactly: what only comes near is no news.
type Standing struct {
	question
	chosen [facetsInAll]mask
}

// Stand takes a question apart once and for all.
func Stand(r Request) Standing {
	s := Standing{question: ask(r.Text)}
	for f, facet := range Facets {
		s.chosen[f] = facet.of(r.Chosen[facet.Name]...)
	}
	return s
}

// Empty says that it asks for nothing, so that everything would meet it.
func (s Standing) Empty() bool { return len(s.clauses) == 0 && s.chosen == [facetsInAll]mask{} }

// Sheet is a listing laid out to be asked.
type Sheet struct {
	row
	terms            map[string]struct{}
	numbers, classes []string
}

// Lay lays out a listing, and the open way to its price if there is one, as Changed gives them.
func Lay(l *ent.Listing, open *ent.Project, now time.Time) Sheet {
	s := Sheet{row: rowOf(l, open, dayOf(now.In(shanghai))), terms: map[string]struct{}{}}
	numbers, classes := set{}, set{}
	told(l, func(text string) {
		for _, t := range stored.Analyze([]byte(text)) {
			s.terms[string(t.Term)] = struct{}{}
		}
	}, numbers.add, classes.add)
	s.numbers, s.classes = numbers.all, classes.all
	return s
}

// Meets says whether a listing is what is asked for.
func (s *Standing) Meets(l *Sheet) bool {
	for f, m := range s.chosen {
		if m != 0 && l.values[f]&m == 0 {
			return false
		}
	}
	if len(s.clauses) == 0 && s.common { // only words that stand everywhere: nothing was asked
		return false
	}
	if len(s.clauses) == 1 && slices.ContainsFunc(s.clauses[0].numbers, func(n string) bool { return slices.Contains(l.row.numbers, n) }) {
		return true
	}
	for i := range s.clauses {
		if !s.clauses[i].met(l) {
			return false
		}
	}
	return true
}

// met is what strict asks of the index.
func (c *clause) met(l *Sheet) bool {
	has := func(term string) bool { _, there := l.terms[term]; return there }
	unmet := func(w clause) bool { return !w.met(l) }
	switch {
	case c.word != "" && has(c.word),
		slices.ContainsFunc(c.numbers, func(n string) bool { return slices.Contains(l.numbers, n) }),
		c.begins != "" && slices.ContainsFunc(l.numbers, func(n string) bool { return strings.HasPrefix(n, c.begins) }),
		len(c.words) > 0 && !slices.ContainsFunc(c.words, unmet),
		c.class != "" && slices.ContainsFunc(l.classes, func(of string) bool { return of == c.class || c.deep() && strings.HasPrefix(of, c.class) }):
		return true
	case len(c.pairs) == 0:
		return false
	}
	n := 0
	for _, p := range c.pairs {
		if has(p) {
			n++
		}
	}
	return n >= c.least()
}

// Matching are the published listings that meet a question exactly. It fails with ErrBuilding while the index is not whole.
func (s *Service) Matching(ctx context.Context, r Request) ([]int, error) {
	if s.building() != nil {
		return nil, ErrBuilding
	}
	s.columns.turn(s.today())
	standing := Stand(r)
	text := len(standing.clauses) > 0 || standing.common
	var hits []hit
	if text {
		found, how, err := s.hits(ctx, standing.question, false)
		if err != nil {
			return nil, err
		}
		if how == Exact {
			hits = found
		}
	}
	return s.columns.all(text, hits, standing.chosen), nil
}

func (c *columns) all(text bool, hits []hit, chosen [facetsInAll]mask) (listings []int) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	result := c.alive
	if text {
		result = roaring.And(result, c.bitmapOf(hits))
	}
	for f, m := range chosen {
		if by := c.anyOf(f, m); by != nil {
			result = roaring.And(result, by)
		}
	}
	for i := result.Iterator(); i.HasNext(); {
		listings = append(listings, c.rows[i.Next()].listing)
	}
	return listings
}

// Changes are what has changed since a cursor.
type Changes struct {
	Listings []*ent.Listing       // those that everybody may see, with seller, patents and lots
	Open     map[int]*ent.Project // by listing: the way to its price that is open
	Touched  []int                // all listings that were changed, also those that nobody may see any more
	Projects []int
	Next     store.ChangeCursor
	More     bool
}

// Changed reads what has changed since a cursor. It fails with store.ErrChangesLost.
func (s *Service) Changed(ctx context.Context, from store.ChangeCursor) (c Changes, err error) {
	changes, next, more, err := s.o.Database.Changes(ctx, from)
	if err != nil {
		return c, err
	}
	c.Next, c.More, c.Open = next, more, map[int]*ent.Project{}
	for _, one := range changes {
		if one.Kind == "project" {
			c.Projects = append(c.Projects, one.Subject)
		}
	}
	if _, c.Touched, err = s.listingsOf(ctx, changes); err != nil {
		return c, err
	}
	for part := range slices.Chunk(c.Touched, readAtOnce) {
		now, err := s.listings().Where(listing.IDIn(part...)).WithSeller().All(ctx)
		if err != nil {
			return c, fmt.Errorf("read changed listings: %w", err)
		}
		now = published(now)
		open, err := s.projects(ctx, now)
		if err != nil {
			return c, err
		}
		c.Listings = append(c.Listings, now...)
		maps.Copy(c.Open, open)
	}
	return c, nil
}

// Known is a set of results that are no news, small enough to be kept with each search.
type Known struct{ ids *roaring.Bitmap }

// Know makes a set.
func Know(ids []int) Known {
	k := Known{roaring.New()}
	for _, id := range ids {
		k.ids.Add(uint32(id))
	}
	k.ids.RunOptimize()
	return k
}

// Has says whether a result is in the set.
func (k Known) Has(id int) bool {
	return k.ids != nil && bits.Len(uint(id)) <= 32 && k.ids.Contains(uint32(id))
}

// Bytes and ReadKnown write and read a set.
func (k Known) Bytes() ([]byte, error) { return k.ids.ToBytes() }

func ReadKnown(b []byte) (Known, error) {
	k := Known{roaring.New()}
	if len(b) == 0 {
		return k, nil
	}
	if err := k.ids.UnmarshalBinary(b); err != nil {
		return k, fmt.Errorf("read a set of results: %w", err)
	}
	return k, nil
}
