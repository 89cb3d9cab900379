package search

import (
	"fmt"
	"slices"
	"testing"

	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/internal/store/storetest"
	"github.com/g60-corridor/corridor/internal/subject"
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

// A patent of another office is found as it is printed, with and without its office and its kind code.
func TestForeignPatents(t *testing.T) {
	h := newHall(t, storetest.SQLite(t), "").ready()
	s := h.seller("甲", "A", "")
	kept := map[string]subject.Subject{
		"L-US": {Kind: subject.Invention, Office: "US", Number: "US9876543B2"}, "L-EP": {Kind: subject.Invention, Office: "EP", Number: "EP7654321B1"},
		"L-APP": {Kind: subject.Application, Office: "US", Number: "US12/345678"}, "L-JP": {Kind: subject.Invention, Office: "JP", Number: "JP6543210"},
	}
	for number, of := range kept {
		h.offer(s, offer{number: number, zh: "材料", en: "Material"}).Update().SetDossier(subject.Dossier{Subjects: []subject.Subject{of}}).ExecX(t.Context())
	}
	h.offer(s, offer{number: "L-CN", zh: "材料", en: "Spun at 150000 turns in 2020", application: "201810862228.X"})
	must(t, h.Follow(t.Context()))
	all, err := h.listings().WithSeller().All(t.Context())
	must(t, err)
	for text, want := range map[string]string{
		"US9876543B2": "L-US", "us 9,876,543 b2": "L-US", "US 9,876,543": "L-US", "US-9876543-B2": "L-US", "U.S. Pat. No. 9,876,543 B2": "L-US", "U.S. Patent 9,876,543": "L-US",
		"9876543": "L-US", "9,876,543": "L-US", "ＵＳ９８７６５４３Ｂ２": "L-US", "US9876543B1": "L-US", "EP 7 654 321 B1": "L-EP", "EP7654321B1": "L-EP", "EP7654321A1": "L-EP",
		"EP 7654321": "L-EP", "7654321": "L-EP", "US 12/345,678": "L-APP", "US12/345678": "L-APP", "12/345,678": "L-APP", "JP6543210B2": "L-JP", "JP 6543210": "L-JP",
		"US9876543B2 材料": "L-US", "at 150000 turns": "L-CN", "in 2020": "L-CN", "AI 201810862228.X": "L-CN", "no 201810862228.X": "L-CN",
	} {
		h.finds(text, want)
		if text == "AI 201810862228.X" {
			continue // it finds one of two
		}
		stands := Stand(Request{Text: text})
		for _, l := range all {
			if sheet := Lay(l, nil, noon); stands.Meets(&sheet) != (l.Number == want) {
				t.Errorf("%q stands: %s", text, l.Number)
			}
		}
	}
	for _, text := range []string{"US9876544B2", "EP9876543", "JP9876543", "US 9,876"} {
		h.finds(text)
	}
}
