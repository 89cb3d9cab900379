package matching_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/g60-corridor/corridor/internal/matching"
	"github.com/g60-corridor/corridor/internal/money"
	"github.com/g60-corridor/corridor/internal/subject"
)

var now = &matching.Current

func pick[T any](t *rapid.T, name string, from ...T) T { return rapid.SampledFrom(from).Draw(t, name) }

// vocabulary has a rarity for each word: it is the market's, so both sides have the same.
var vocabulary = []matching.Term{
	{Key: "固态", Text: "固态", Rarity: matching.Rare}, {Key: "态电", Text: "态电", Joined: true, Rarity: matching.Rare},
	{Key: "电解", Text: "电解", Joined: true, Rarity: matching.Uncommon}, {Key: "解质", Text: "解质", Joined: true, Rarity: matching.Uncommon},
	{Key: "electrolyt", Text: "electrolytes", Rarity: matching.Uncommon}, {Key: "membran", Text: "Membrane", Rarity: matching.Frequent},
	{Key: "方法", Text: "方法", Rarity: matching.Rare}, {Key: "材料", Text: "材料", Rarity: matching.Everywhere}, {Key: "超滤", Text: "超滤", Rarity: matching.Rare},
}

func side(t *rapid.T, name string) matching.Side {
	s := matching.Side{
		Terms:  rapid.SliceOfN(rapid.SampledFrom(vocabulary), 0, 8).Draw(t, name+" terms"),
		IPC:    rapid.SliceOfN(rapid.SampledFrom([]string{"H01M 10/0562", "H01M 10/0565", "H01M 4/36", "H01L 31/04", "B01D 71/68", "H01M", "C08"}), 0, 3).Draw(t, name+" ipc"),
		Rights: rapid.SliceOfN(rapid.SampledFrom(subject.Modes), 0, 3).Draw(t, name+" rights"),
		City:   pick(t, name+" city", "", "310117", "330100", "110000"),
	}
	s.PriceFen = money.Fen(rapid.Int64Range(0, 1_000_000_00).Draw(t, name+" fen"))
	for _, f := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"NM", "NE", "AI", "BIO", "SEMI3"}), 0, 2, rapid.ID).Draw(t, name+" fields") {
		s.Fields = append(s.Fields, subject.Field{List: subject.PlanFields, Code: f})
	}
	least := rapid.IntRange(0, 9).Draw(t, name+" level")
	s.LevelLeast, s.Most = subject.Level(least), subject.Level(least)
	return s
}

func sum(m matching.Match) (bp int) {
	for _, r := range m.Reasons {
		bp += r.BP
	}
	return bp
}

// The score is the sum of its reasons, within bounds, and each kind is named once.
func TestTheScoreIsItsReasons(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		need, offer := side(t, "need"), side(t, "offer")
		m := matching.Weigh(&need, &offer, now)
		if m.BP != sum(m) || m.BP < 0 || m.BP > 10_000 {
			t.Fatalf("%d of reasons that add up to %d", m.BP, sum(m))
		}
		seen := map[matching.Kind]bool{}
		for _, r := range m.Reasons {
			if seen[r.Kind] {
				t.Fatalf("%s twice", r.Kind)
			}
			seen[r.Kind] = true
		}
	})
}

// What two texts share does not hang on which of the two asks. (Price and maturity do: a budget is no price.)
func TestSharedMatterIsSymmetric(t *testing.T) {
	shared := []matching.Kind{matching.OfTerms, matching.OfIPC, matching.OfField, matching.OfRights, matching.OfCity}
	rapid.Check(t, func(t *rapid.T) {
		a, b := side(t, "a"), side(t, "b")
		x, y := matching.Weigh(&a, &b, now), matching.Weigh(&b, &a, now)
		for _, k := range shared {
			if bpOf(x, k) != bpOf(y, k) {
				t.Fatalf("%s: %d one way, %d the other", k, bpOf(x, k), bpOf(y, k))
			}
		}
	})
}

func bpOf(m matching.Match, k matching.Kind) int {
	for _, r := range m.Reasons {
		if r.Kind == k {
			return r.BP
		}
	}
	return 0
}

// The order in which words, classes, fields and rights are written changes no score.
func TestOrderDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		need, offer := side(t, "need"), side(t, "offer")
		before := matching.Weigh(&need, &offer, now)
		other := need
		other.Terms = rapid.Permutation(need.Terms).Draw(t, "terms")
		other.IPC = rapid.Permutation(need.IPC).Draw(t, "ipc")
		other.Rights = rapid.Permutation(need.Rights).Draw(t, "rights")
		other.Fields = rapid.Permutation(need.Fields).Draw(t, "fields")
		if after := matching.Weigh(&other, &offer, now); after.BP != before.BP {
			t.Fatalf("%d becomes %d", before.BP, after.BP)
		}
	})
}

// A word more in common never makes a pair fit less.
func TestASharedTermNeverLowersTheScore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		need, offer := side(t, "need"), side(t, "offer")
		before := matching.Weigh(&need, &offer, now).BP
		word := pick(t, "word", vocabulary...)
		need.Terms, offer.Terms = append(slices.Clone(need.Terms), word), append(slices.Clone(offer.Terms), word)
		if after := matching.Weigh(&need, &offer, now).BP; after < before {
			t.Fatalf("%d becomes %d by %s", before, after, word.Key)
		}
	})
}

// Whatever was declined stays away until a mark changes, then it is back.
func TestDeclinedNeverReappears(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		mark := rapid.SampledFrom([]string{"m1", "m2", "m3"})
		pair := func(name string) matching.Pair {
			return matching.Pair{Need: rapid.IntRange(1, 3).Draw(t, name), Listing: rapid.IntRange(1, 3).Draw(t, name+" l"), NeedMark: mark.Draw(t, name+" n"), ListingMark: mark.Draw(t, name+" o")}
		}
		p := pair("p")
		before := []matching.Pair{pair("a"), p, pair("b")}
		if !matching.Declined(p, before) {
			t.Fatal("it is back")
		}
		changed := p
		if rapid.Bool().Draw(t, "which") {
			changed.NeedMark = "new"
		} else {
			changed.ListingMark = "new"
		}
		if matching.Declined(changed, before) {
			t.Fatal("a changed pair stays away")
		}
	})
}

// Said once it teaches nothing, said more often ever more, never without bound, and never about matches of another kind.
func TestWhyNotTeachesWithinBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		need, offer := side(t, "need"), side(t, "offer")
		m := matching.Weigh(&need, &offer, now)
		last := m.BP
		for n := 0; n < 30; n++ {
			said := []matching.Said{{Why: matching.TooDear, N: n}, {Why: matching.HaveIt, N: 9}}
			bp, cuts := matching.For(m, said, now)
			over := slices.ContainsFunc(m.Reasons, func(r matching.Reason) bool {
				return r.Grade == matching.Over || r.Grade == matching.LittleOver
			})
			switch {
			case (n < 2 || !over) && (bp != m.BP || cuts != nil):
				t.Fatalf("said %d times, over the budget: %v: %d becomes %d", n, over, m.BP, bp)
			case bp > last, bp < 0, m.BP-bp > now.CutMost:
				t.Fatalf("said %d times: %d becomes %d, then %d", n, m.BP, last, bp)
			}
			last = bp
		}
	})
}
