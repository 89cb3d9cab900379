package matching_test

import (
	"slices"
	"testing"

	"github.com/g60-corridor/corridor/internal/matching"
	"github.com/g60-corridor/corridor/internal/money"
	"github.com/g60-corridor/corridor/internal/subject"
)

func of(m matching.Match, k matching.Kind) matching.Reason {
	for _, r := range m.Reasons {
		if r.Kind == k {
			return r
		}
	}
	return matching.Reason{}
}

// Neighbouring pairs of characters are one word again, and words that say nothing are not named.
func TestSharedTermsAreReadable(t *testing.T) {
	need := matching.Side{Terms: vocabulary}
	offer := matching.Side{Terms: []matching.Term{vocabulary[3], vocabulary[0], vocabulary[1], vocabulary[2], vocabulary[4], vocabulary[6], vocabulary[7]}}
	r := of(matching.Weigh(&need, &offer, now), matching.OfTerms)
	if want := []string{"固态电解质", "electrolytes"}; !slices.Equal(r.Terms, want) {
		t.Errorf("%q, want %q", r.Terms, want)
	}
	if want := 2*now.TermBP[matching.Rare] + 3*now.TermBP[matching.Uncommon]; r.BP != want {
		t.Errorf("%d, want %d", r.BP, want)
	}
}

func TestEachReasonNamesWhatItRestsOn(t *testing.T) {
	field := func(code string) []subject.Field { return []subject.Field{{List: subject.PlanFields, Code: code}} }
	industry := func(code string) []subject.Field {
		return []subject.Field{{List: subject.IndustryList, Code: code}}
	}
	for name, c := range map[string]struct {
		need, offer matching.Side
		want        matching.Reason
	}{
		"the same group": {matching.Side{IPC: []string{"C08J 5/22", "H01M 10/0562"}}, matching.Side{IPC: []string{"H01M 10/0562"}},
			matching.Reason{Kind: matching.OfIPC, Grade: matching.Group, Code: "H01M 10/0562", BP: 2000}},
		"the same main group": {matching.Side{IPC: []string{"H01M 10/0562"}}, matching.Side{IPC: []string{"H01M 10/04"}},
			matching.Reason{Kind: matching.OfIPC, Grade: matching.MainGroup, Code: "H01M 10", BP: 1700}},
		"a main group is not the beginning of a number": {matching.Side{IPC: []string{"H01M 1/02"}}, matching.Side{IPC: []string{"H01M 10/04"}},
			matching.Reason{Kind: matching.OfIPC, Grade: matching.Subclass, Code: "H01M", BP: 1200}},
		"the beginning of a class": {matching.Side{IPC: []string{"H01"}}, matching.Side{IPC: []string{"H01M 10/04"}},
			matching.Reason{Kind: matching.OfIPC, Grade: matching.Class, Code: "H01", BP: 300}},
		"a field next to it": {matching.Side{Fields: field("NE")}, matching.Side{Fields: field("NM")},
			matching.Reason{Kind: matching.OfField, Grade: matching.Neighbour, Code: "NE", List: subject.PlanFields, BP: 500}},
		"another field": {matching.Side{Fields: field("BIO")}, matching.Side{Fields: field("QUANTUM")},
			matching.Reason{Kind: matching.OfField, Grade: matching.Other, Code: "BIO", List: subject.PlanFields}},
		"an industry within another": {matching.Side{Fields: industry("C38")}, matching.Side{Fields: industry("C3841")},
			matching.Reason{Kind: matching.OfField, Grade: matching.Same, Code: "C38", List: subject.IndustryList, BP: 1500}},
		"one level below": {matching.Side{LevelLeast: 6, Most: 8}, matching.Side{LevelLeast: 5, Most: 5},
			matching.Reason{Kind: matching.OfMaturity, Grade: matching.JustBelow, Level: 5, BP: 350}},
		"far below": {matching.Side{LevelLeast: 6}, matching.Side{LevelLeast: 3, Most: 3},
			matching.Reason{Kind: matching.OfMaturity, Grade: matching.Below, Level: 3}},
		"readier": {matching.Side{LevelLeast: 3, Most: 5}, matching.Side{LevelLeast: 7, Most: 7},
			matching.Reason{Kind: matching.OfMaturity, Grade: matching.Mature, Level: 7, BP: 700}},
		"a fifth above the budget": {matching.Side{PriceFen: 100 * money.Yuan}, matching.Side{PriceFen: 120 * money.Yuan},
			matching.Reason{Kind: matching.OfPrice, Grade: matching.LittleOver, Fen: 20 * money.Yuan, BP: 300}},
		"more than that": {matching.Side{PriceFen: 100 * money.Yuan}, matching.Side{PriceFen: 120*money.Yuan + 1},
			matching.Reason{Kind: matching.OfPrice, Grade: matching.Over, Fen: 20*money.Yuan + 1}},
		"a right that is wished": {matching.Side{Rights: []subject.Mode{subject.Exclusive, subject.Assign}}, matching.Side{Rights: []subject.Mode{subject.Assign}},
			matching.Reason{Kind: matching.OfRights, Grade: matching.Offered, Rights: []string{"ASSIGN"}, BP: 500}},
		"the corridor": {matching.Side{City: "310117"}, matching.Side{City: "340100"},
			matching.Reason{Kind: matching.OfCity, Grade: matching.Corridor, Code: "340100", BP: 150}},
	} {
		t.Run(name, func(t *testing.T) {
			got := of(matching.Weigh(&c.need, &c.offer, now), c.want.Kind)
			if got.Grade != c.want.Grade || got.Code != c.want.Code || got.BP != c.want.BP || got.Level != c.want.Level || got.Fen != c.want.Fen ||
				got.List != c.want.List || !slices.Equal(got.Rights, c.want.Rights) {
				t.Errorf("%+v, want %+v", got, c.want)
			}
		})
	}
}

// A price and a city alone are no match.
func TestAMatchSharesMatter(t *testing.T) {
	s := matching.Side{
		LevelLeast: 5, Most: 5, PriceFen: 1000, Rights: []subject.Mode{subject.Assign}, City: "310117",
		Fields: []subject.Field{{List: subject.PlanFields, Code: "NM"}},
	}
	m := matching.Weigh(&s, &s, now)
	if m.BP < now.ShownBP || m.Shown(now) {
		t.Errorf("%d of nothing in common is shown: %v", m.BP, m.Shown(now))
	}
	s.IPC = []string{"H01M 10/0562"}
	if m := matching.Weigh(&s, &s, now); !m.Shown(now) {
		t.Error("the same class is no match")
	}
}

// The best of all reasons makes 10,000, which a page shows as a hundred.
func TestTheWeightsAddUp(t *testing.T) {
	sum := now.TermMost
	for _, grades := range now.GradeBP {
		best := 0
		for _, bp := range grades {
			best = max(best, bp)
		}
		sum += best
	}
	if sum != 10_000 {
		t.Errorf("%d", sum)
	}
}

// A pair of characters that only joins words is shared by texts that have no matter in common.
func TestAHingeIsNoSharedTerm(t *testing.T) {
	terms := func(pairs ...string) (all []matching.Term) {
		for i, p := range pairs {
			all = append(all, matching.Term{Key: p, Text: p, Joined: i > 0, Rarity: matching.Rare})
		}
		return all
	}
	need := matching.Side{Terms: terms("铸件", "件的", "的柔", "柔性", "性不", "不降")}
	for _, c := range []struct {
		offer []matching.Term
		want  []string
	}{
		{terms("率不", "不降"), nil},
		{terms("件的", "的柔"), nil},
		{terms("铸件", "件的", "的柔", "柔性"), []string{"铸件", "柔性"}},
	} {
		m := matching.Weigh(&need, &matching.Side{Terms: c.offer}, now)
		var got []string
		for _, r := range m.Reasons {
			got = append(got, r.Terms...)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%v shares %v, not %v", c.offer, got, c.want)
		}
	}
	steel := matching.Side{Terms: terms("不锈", "锈钢")}
	if m := matching.Weigh(&steel, &steel, now); len(m.Reasons) != 1 || m.Reasons[0].Terms[0] != "不锈钢" {
		t.Errorf("stainless steel is a matter: %v", m.Reasons)
	}
}
