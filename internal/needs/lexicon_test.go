package needs

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/internal/matching"
	"github.com/g60-corridor/corridor/internal/search"
)

// counted is a search that knows how many listings have a word, and keeps what it was asked.
type counted struct {
	Search
	all   int
	have  map[string]int
	asked []string
}

func (c *counted) Split(texts ...string) (words []search.Word) {
	for _, w := range strings.Fields(strings.Join(texts, " ")) {
		words = append(words, search.Word{Key: w, Text: w})
	}
	return words
}

func (c *counted) Count(_ context.Context, words []search.Word) (int, error) {
	for i := range words {
		words[i].Listings = c.have[words[i].Key]
		c.asked = append(c.asked, words[i].Key)
	}
	return c.all, nil
}

// A word of many needs is counted once, until the market is another or the figures are a day old.
func TestAWordIsCountedOnce(t *testing.T) {
	in := &counted{all: 1000, have: map[string]int{"membrane": 3, "battery": 100, "steel": 900}}
	now := time.Date(2026, 11, 26, 4, 0, 0, 0, time.UTC)
	s := &Service{search: in, now: func() time.Time { return now }}
	open := []*ent.Need{{ID: 1, Version: 1, Wish: matching.Wish{TitleEN: "membrane battery", TextEN: "membrane"}}, {ID: 2, Version: 1, Wish: matching.Wish{TitleEN: "steel battery"}}}
	prepare := func(asked ...string) []matching.Side {
		t.Helper()
		in.asked = nil
		sides, err := s.prepare(t.Context(), open)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Join(in.asked, " ") != strings.Join(asked, " ") {
			t.Errorf("counted %v, want %v", in.asked, asked)
		}
		return sides
	}
	all := []string{"membrane", "battery", "membrane", "steel"}
	sides := prepare(all...)
	for i, want := range [][]matching.Rarity{{matching.Rare, matching.Frequent, matching.Rare}, {matching.Everywhere, matching.Frequent}} {
		for k, term := range sides[i].Terms {
			if term.Rarity != want[k] {
				t.Errorf("need %d: %s is %d, want %d", i+1, term.Key, term.Rarity, want[k])
			}
		}
	}
	prepare()
	open[1].Version, open[1].Wish.TitleEN = 2, "steel battery pump"
	if sides := prepare("pump"); len(sides[1].Terms) != 3 {
		t.Errorf("a changed need is as it was: %+v", sides[1])
	}
	in.all, in.have["membrane"] = 1100, 500
	prepare()
	in.all = 1101
	if sides := prepare("membrane", "battery", "membrane", "steel", "pump"); sides[0].Terms[0].Rarity != matching.Everywhere {
		t.Errorf("%+v", sides[0])
	}
	now = now.Add(lexiconKept)
	prepare("membrane", "battery", "membrane", "steel", "pump")
}
