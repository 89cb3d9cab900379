package search

import (
	"cmp"
	"container/heap"
	"context"
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/blevesearch/bleve/v2/search/query"
	index "github.com/blevesearch/bleve_index_api"
)

// Word is a word of a text as the search compares it.
type Word struct {
	Key      string
	Text     string // as it was written
	Joined   bool   // its first character is the last of the word before: Chinese goes in pairs
	Listings int    // how many listings have it
}

const (
	wordsMost     = 400 // of a text; more say nothing new
	candidateMost = 32  // words that candidates are looked for by
	commonBP      = 2000

	// The work of looking for candidates grows with how often the words stand in listings: the rarest are taken until there
	// are so many places. Whoever shares none of them shares little.
	placesMost = 40_000
	termsLeast = 3
)

// ErrBuilding says that the index is not whole yet.
var ErrBuilding = errors.New("the index of the search is being built")

// Words takes texts apart as the index does, and says how many of all listings have each word.
func (s *Service) Words(ctx context.Context, texts ...string) (words []Word, all int, err error) {
	words = s.Split(texts...)
	all, err = s.Count(ctx, words)
	return words, all, err
}

// Count fills in how many listings have each of some words, and says how many there are in all.
func (s *Service) Count(ctx context.Context, words []Word) (all int, err error) {
	if s.building() != nil {
		return 0, ErrBuilding
	}
	err = s.serving(func(t *texts) error {
		all, err = t.count(ctx, words)
		return err
	})
	return all, err
}

// Split takes texts apart without counting: Listings stays nought.
func (s *Service) Split(texts ...string) (words []Word) {
	for _, text := range texts {
		words = append(words, wordsOf(text)...)
	}
	return words[:min(len(words), wordsMost)]
}

func wordsOf(text string) (words []Word) {
	end := 0
	for _, t := range asked.Analyze([]byte(text)) {
		if len(t.Term) == 0 || len(t.Term) > termMost || t.Start < 0 || t.End > len(text) || t.Start >= t.End {
			continue
		}
		key := string(t.Term)
		if isHan(key) && utf8.RuneCountInString(key) < 2 || len(key) < 2 {
			continue
		}
		words = append(words, Word{Key: key, Text: text[t.Start:t.End], Joined: isHan(key) && t.Start < end})
		end = t.End
	}
	return words
}

// count fills in how many listings have each word.
func (t *texts) count(ctx context.Context, words []Word) (all int, err error) {
	t.using.RLock()
	defer t.using.RUnlock()
	if err := t.readable(); err != nil {
		return 0, err
	}
	defer caught(&err)
	advanced, err := t.index.Advanced()
	if err != nil {
		return 0, fmt.Errorf("count words: %w", err)
	}
	reader, err := advanced.Reader()
	if err != nil {
		return 0, fmt.Errorf("count words: %w", err)
	}
	defer reader.Close()
	n, err := reader.DocCount()
	if err != nil {
		return 0, fmt.Errorf("count listings: %w", err)
	}
	known := map[string]int{}
	for i := range words {
		w := &words[i]
		have, seen := known[w.Key]
		if !seen {
			if have, err = frequency(ctx, reader, w.Key); err != nil {
				return 0, err
			}
			known[w.Key] = have
		}
		w.Listings = have
	}
	return int(n), nil
}

func frequency(ctx context.Context, reader index.IndexReader, key string) (int, error) {
	found, err := reader.TermFieldReader(ctx, []byte(key), inText, false, false, false)
	if err != nil {
		return 0, fmt.Errorf("count %q: %w", key, err)
	}
	defer found.Close()
	return int(found.Count()), nil
}

// Candidates are the published listings whose texts and classes have most in common with a text, the best first. Words
// that stand in a fifth of all listings lead nowhere.
func (s *Service) Candidates(ctx context.Context, words []Word, all int, classes []string, most int) ([]int, error) {
	if s.building() != nil {
		return nil, ErrBuilding
	}
	telling := map[string]int{}
	for _, w := range words {
		if w.Listings > 0 && (w.Listings <= most || w.Listings*10_000 <= all*commonBP) {
			telling[w.Key] = w.Listings
		}
	}
	rarest := make([]string, 0, len(telling))
	for key := range telling {
		rarest = append(rarest, key)
	}
	slices.SortFunc(rarest, func(a, b string) int { return cmp.Or(cmp.Compare(telling[a], telling[b]), cmp.Compare(a, b)) })
	var any []query.Query
	places := 0
	for i, key := range rarest[:min(len(rarest), candidateMost)] {
		if places += telling[key]; places > placesMost && i >= termsLeast {
			break
		}
		any = append(any, term(inText, key))
	}
	for _, c := range classes {
		any = append(any, (clause{class: c}).fixed()...)
	}
	if len(any) == 0 {
		return nil, nil
	}
	var hits []hit
	err := s.serving(func(t *texts) (err error) {
		hits, err = t.find(ctx, atLeast(1, any), true)
		return err
	})
	if err != nil {
		return nil, err
	}
	return s.columns.best(hits, most), nil
}

// best are the listings of the best hits, the best first.
func (c *columns) best(hits []hit, most int) []int {
	c.mu.RLock()
	defer c.mu.RUnlock()
	best := &top{less: c.before(ByRelevance), most: most}
	for _, h := range hits {
		if c.alive.Contains(h.slot) {
			best.offer(h)
		}
	}
	all := make([]int, best.Len())
	for i := len(all) - 1; i >= 0; i-- {
		all[i] = c.rows[heap.Pop(best).(hit).slot].listing
	}
	return all
}
