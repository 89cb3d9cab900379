package search

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// slowSpans takes all of a text apart.
func (m marker) slowSpans(text string) (all []span) {
	for _, t := range stored.Analyze([]byte(text)) {
		if !m.asked(string(t.Term)) {
			continue
		}
		if n := len(all); n > 0 && t.Start <= all[n-1].to {
			all[n-1].to = max(all[n-1].to, t.End)
		} else {
			all = append(all, span{t.Start, t.End})
		}
	}
	return all
}

// What is marked is what the analyser would mark if it took the whole text apart.
func TestMarksAreThoseOfTheWholeText(t *testing.T) {
	parts := strings.Split("石墨烯|超滤膜|膜|graphene|Graphene's|membranes|Batteries|battery|lying|lies|self-healing|metal-organic|3.5|H2O|(PD-1)|Ｇｒａｐｈｅｎｅ|naïve|the|。|，| |  |\n|/|A61K|it’s|μm|石 墨|电池battery电池|_graphene_|dying", "|")
	asked := []string{"石墨烯", "膜", "graphene", "membrane battery", "lie", "organic 电池", "heal", "h2o", "3.5", "die", "naive", "超滤膜 self", "grapheme"}
	rapid.Check(t, func(r *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(parts), 0, 12).Draw(r, "text"), rapid.SampledFrom([]string{"", " "}).Draw(r, "between"))
		q := ask(rapid.SampledFrom(asked).Draw(r, "asked"))
		m := q.marker(rapid.SampledFrom([]Closeness{Exact, Near, Some}).Draw(r, "how"))
		if got, want := m.spans(text), m.slowSpans(text); !slices.Equal(got, want) {
			r.Fatalf("%q: marked %v, want %v", text, got, want)
		}
	})
}
