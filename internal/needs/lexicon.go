package needs

import (
	"context"
	"sync"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/internal/matching"
	"github.com/g60-corridor/corridor/internal/search"
)

// lexicon is how many listings have each word of the open needs, and the needs taken apart by it. A thousand needs have
// hundreds of thousands of words, which are few different ones, so each is counted once; and how rare it is changes slowly.
type lexicon struct {
	mu    sync.Mutex
	at    time.Time      // guarded by mu; when it was begun
	all   int            // guarded by mu; listings there were then
	have  map[string]int // guarded by mu; by word
	sides map[int]side   // guarded by mu; by need
}

type side struct {
	version int
	matching.Side
}

const (
	lexiconKept  = 24 * time.Hour
	grownBP      = 1000 // by so much may the listings become more or fewer
	lexiconNeeds = 20_000
	lexiconWords = 500_000
)

// prepare takes needs apart.
func (s *Service) prepare(ctx context.Context, open []*ent.Need) ([]matching.Side, error) {
	all, err := s.search.Count(ctx, nil)
	if err != nil {
		return nil, later(err)
	}
	x := &s.lexicon
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.stale(all, s.now()) {
		x.at, x.all, x.have, x.sides = s.now(), all, map[string]int{}, map[int]side{}
	}
	sides := make([]matching.Side, len(open))
	for i, n := range open {
		one, there := x.sides[n.ID]
		if !there || one.version != n.Version {
			words := s.search.Split(n.Wish.TitleZH, n.Wish.TitleEN, n.Wish.TextZH, n.Wish.TextEN)
			if err := x.count(ctx, s.search, words); err != nil {
				return nil, later(err)
			}
			one = side{n.Version, n.Wish.Side(termsOf(words, x.all))}
			x.sides[n.ID] = one
		}
		sides[i] = one.Side
	}
	return sides, nil
}

func (x *lexicon) stale(all int, now time.Time) bool {
	moved := max(all-x.all, x.all-all)
	return x.have == nil || now.Sub(x.at) >= lexiconKept || moved*10_000 > x.all*grownBP || len(x.sides) >= lexiconNeeds || len(x.have) >= lexiconWords
}

// count fills in how many listings have each word. mu is held.
func (x *lexicon) count(ctx context.Context, in Search, words []search.Word) error {
	var unknown []search.Word
	for _, w := range words {
		if _, known := x.have[w.Key]; !known {
			unknown = append(unknown, w)
		}
	}
	if len(unknown) > 0 {
		if _, err := in.Count(ctx, unknown); err != nil {
			return err
		}
	}
	for _, w := range unknown {
		x.have[w.Key] = w.Listings
	}
	for i := range words {
		words[i].Listings = x.have[words[i].Key]
	}
	return nil
}
