package search

import (
	"slices"
	"strings"
	"testing"
)

// A text comes apart as the index has it, in both languages, with how many listings have each word.
func TestWords(t *testing.T) {
	h := catalogue(t)
	words, all, err := h.Words(t.Context(), "寻求超滤膜 Ｍembranes", "石墨烯 films", strings.Repeat("词语 ", 2000))
	must(t, err)
	if all != 4 || len(words) != wordsMost {
		t.Fatalf("%d words of %d listings", len(words), all)
	}
	have := map[string]Word{}
	for _, w := range words {
		have[w.Key] = w
	}
	for key, want := range map[string]Word{
		"超滤": {Key: "超滤", Text: "超滤", Joined: true, Listings: 1}, "滤膜": {Key: "滤膜", Text: "滤膜", Joined: true, Listings: 1},
		"membran": {Key: "membran", Text: "Ｍembranes", Listings: 1}, "石墨": {Key: "石墨", Text: "石墨", Listings: 1}, "寻求": {Key: "寻求", Text: "寻求"},
	} {
		if have[key] != want {
			t.Errorf("%+v, want %+v", have[key], want)
		}
	}
}

// Candidates come by words of either language and by classes, the best first; drafts never do.
func TestCandidates(t *testing.T) {
	h := catalogue(t)
	numbers := func(text string, classes ...string) (all []string) {
		words, n, err := h.Words(t.Context(), text)
		must(t, err)
		ids, err := h.Candidates(t.Context(), words, n, classes, 10)
		must(t, err)
		for _, id := range ids {
			all = append(all, h.db.Ent().Listing.GetX(t.Context(), id).Number)
		}
		return all
	}
	for text, want := range map[string]string{
		"抗污染中空纤维超滤膜": "G60-D-0001", "heat spreading with graphene": "G60-D-0002", "magnetometer": "G60-D-0004", "双特异性抗体": "G60-D-0003",
	} {
		if got := numbers(text); len(got) == 0 || got[0] != want {
			t.Errorf("%q leads to %v first, want %s", text, got, want)
		}
	}
	if got := numbers("", "C07K"); !slices.Equal(got, []string{"G60-D-0003"}) {
		t.Errorf("a class leads to %v", got)
	}
	if got := numbers("石墨烯草稿"); slices.Contains(got, "G60-D-0005") {
		t.Error("a draft is a candidate")
	}
	if got := numbers("的"); len(got) != 0 {
		t.Errorf("nothing leads to %v", got)
	}
}
