package search

import (
	"fmt"
	"slices"
	"testing"

	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/internal/store/storetest"
)

// hyphened are words that look like numbers, with titles in which they stand.
var hyphened = [][2]string{
	{"COVID-19", "Rapid test for COVID-19"}, {"CRISPR-Cas9", "Delivery of CRISPR-Cas9"}, {"SARS-CoV-2", "Antigen of SARS-CoV-2"},
	{"Ti-6Al-4V", "Printing Ti-6Al-4V"}, {"1,4-butanediol", "Fermented 1,4-butanediol"}, {"3-dimensional", "A 3-dimensional scaffold"},
	{"304 316", "Welding 304 and 316 steels"}, {"100000", "Hyaluronan of 100000 Da"},
}

// A word that looks like a number is found as the word it is: by Search, with a slip of the pen, and by questions that stand.
func TestWordsThatLookLikeNumbers(t *testing.T) {
	h := newHall(t, storetest.SQLite(t), "")
	s := h.seller("甲", "A", "")
	waiting := NewWaiting()
	for i, word := range hyphened {
		h.offer(s, offer{number: fmt.Sprint("L-", i), zh: "材料", en: word[1]})
		waiting.Put(i, Stand(Request{Text: word[0]}))
	}
	h.ready()
	all, err := h.listings().WithSeller().Order(listing.ByID()).All(t.Context())
	must(t, err)
	for i, l := range all {
		word := hyphened[i][0]
		r := h.find(Request{Text: word})
		if !slices.Equal(numbers(r), []string{l.Number}) || r.Closeness != Exact || !Marked(r.Hits[0].TitleEN) {
			t.Errorf("%q finds %v (%s)", word, numbers(r), r.Closeness)
		}
		sheet := Lay(l, nil, noon)
		if stands := Stand(Request{Text: word}); !stands.Meets(&sheet) {
			t.Errorf("%q stands and is not met by %q", word, l.TitleEn)
		}
		if met := waiting.Met(&sheet); !slices.Equal(met, []int{i}) {
			t.Errorf("%q is met by those of %v", l.TitleEn, met)
		}
	}
	h.finds("CRISPT-Cas9", "L-1")
	h.finds("1,4-butandiol", "L-4")
	h.finds("3-dimensional 材料", "L-5")
}
