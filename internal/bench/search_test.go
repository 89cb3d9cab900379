package bench

import (
	"strings"
	"testing"
	"time"
)

// TestSearch runs the whole bench, briefly, on both databases: every row has its figures.
func TestSearch(t *testing.T) {
	o := Search{Listings: 600, Clients: 4, Span: 300 * time.Millisecond, Only: "both", Dir: t.TempDir(), Command: asServer}
	var out strings.Builder
	err := o.Run(t.Context(), &out)
	t.Logf("\n%s", out.String())
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(out.String(), "| Corridor |") + strings.Count(out.String(), "| LIKE |"); n != 4 {
		t.Errorf("%d rows", n)
	}
}

// The same seed makes the same listings.
func TestListingsAreTheSameEverywhere(t *testing.T) {
	if rare(0) != "xka" || rare(199) != rare(0) || rare(200) == rare(199) {
		t.Error("rare words are not those of before")
	}
	for _, list := range [][]word{materials, things, acts, traits, uses} {
		for _, w := range list {
			if w.zh == "" || w.en == "" {
				t.Errorf("%v lacks a language", w)
			}
		}
	}
}
