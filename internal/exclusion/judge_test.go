package exclusion

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/g60-corridor/corridor/internal/ident"
)

const today = "2026-01-15"

// links reads "A>60>B" (share in percent), "A>c>B" (actual control), "A>a>B" (acts for), "A>w>B" (works for), "A>h>B"
// (helps), "A>r>B" (relatives).
func links(t testing.TB, text string) (all []Link) {
	t.Helper()
	for _, s := range strings.Fields(text) {
		p := strings.Split(s, ">")
		l := Link{From: Party(p[0]), To: Party(p[2])}
		switch p[1] {
		case "c":
			l.Relation = Controls
		case "a":
			l.Relation = ActsFor
		case "w":
			l.Relation = WorksFor
		case "h":
			l.Relation = Helps
		case "r":
			l.Relation = Relative
		default:
			l.Relation = Owns
			if _, err := fmt.Sscan(p[1], &l.ShareBP); err != nil {
				t.Fatal(err)
			}
			l.ShareBP *= 100
		}
		all = append(all, l)
	}
	return all
}

func short(v Verdict) string {
	s := fmt.Sprintf("%s %s %s %s", v.Effect, v.Reason, v.Role, v.Party)
	for _, l := range v.Chain {
		s += fmt.Sprintf(" %s>%s", l.From, l.To)
	}
	return s
}

func judged(c Case) string {
	var all []string
	for _, v := range Judge(c, today) {
		all = append(all, short(v))
	}
	return strings.Join(all, "; ")
}

// sale is a university's lot; the bidder and the links vary.
func sale(t testing.TB, bidder Party, text string) Case {
	return Case{
		Bidder: bidder, Sellers: []Party{"uni"}, Delegates: []Party{"tto"}, Houses: []Party{"market", "auctions"}, Staff: []Party{"clerk"}, Helpers: []Party{"expert"},
		Inventors: []Party{"inventor", "second"}, State: []Party{"SASAC", "ministry"}, Links: links(t, text),
	}
}

func TestVerdicts(t *testing.T) {
	for _, c := range []struct {
		bidder Party
		links  string
		want   string
	}{
		{"X", "", ""},
		// Acceptance scenario 12.
		{"X", "uni>60>X", "BLOCK CONTROLLED_BY SELLER uni uni>X"},
		{"Y", "SASAC>100>Y SASAC>100>uni", ""},
		{"inventor", "inventor>w>uni", "FLAG_PUBLIC IS INVENTOR inventor"},
		// who they are
		{"uni", "", "BLOCK IS SELLER uni"}, {"tto", "", "BLOCK IS DELEGATE tto"}, {"market", "", "BLOCK IS HOUSE market"}, {"auctions", "", "BLOCK IS HOUSE auctions"}, {"clerk", "", "BLOCK IS HOUSE_STAFF clerk"}, {"expert", "", "BLOCK IS HELPER expert"},
		{"agent", "agent>a>uni", "BLOCK IS DELEGATE agent agent>uni"}, {"porter", "porter>w>auctions", "BLOCK IS HOUSE_STAFF porter porter>auctions"}, {"professor", "professor>w>uni", ""},
		{"appraiser", "appraiser>h>uni", "BLOCK IS HELPER appraiser appraiser>uni"}, {"X", "scorer>h>market scorer>r>wife wife>60>X", "BLOCK CONTROLLED_BY HELPER scorer scorer>market scorer>wife wife>X"}, {"appraiser", "appraiser>h>clerk", ""},
		{"wife", "clerk>r>wife", "BLOCK RELATIVE HOUSE_STAFF clerk clerk>wife"}, {"wife", "wife>r>expert", "BLOCK RELATIVE HELPER expert expert>wife"}, {"W", "clerk>r>wife wife>51>W", "BLOCK CONTROLLED_BY HOUSE_STAFF clerk clerk>wife wife>W"},
		{"aunt", "clerk>r>wife wife>r>aunt", ""},
		// control
		{"X", "uni>50>X", "ALERT HOLDS_SHARES SELLER uni uni>X"}, {"X", "X>10>uni", "ALERT HOLDS_SHARES SELLER uni X>uni"}, {"X", "uni>10>X uni>c>X", "BLOCK CONTROLLED_BY SELLER uni uni>X"}, {"X", "uni>c>X", "BLOCK CONTROLLED_BY SELLER uni uni>X"},
		{"X", "uni>100>H H>51>X", "BLOCK CONTROLLED_BY SELLER uni uni>H H>X"}, {"X", "uni>100>H H>50>X", ""},
		{"X", "uni>51>H uni>51>I H>30>X I>30>X", "BLOCK CONTROLLED_BY SELLER uni uni>H uni>I H>X I>X"}, {"X", "uni>51>H uni>50>I H>30>X I>30>X", ""}, {"X", "uni>30>X uni>60>H H>21>X", "BLOCK CONTROLLED_BY SELLER uni uni>H uni>X H>X"},
		{"X", "X>60>uni", "BLOCK CONTROLLING SELLER uni X>uni"}, {"X", "X>60>H H>c>auctions", "BLOCK CONTROLLING HOUSE auctions X>H H>auctions"}, {"X", "X>60>expert", "ALERT HOLDS_SHARES HELPER expert X>expert"},
		{"X", "tto>60>X", "BLOCK CONTROLLED_BY DELEGATE tto tto>X"}, {"X", "agent>a>uni agent>90>X", "BLOCK CONTROLLED_BY DELEGATE agent agent>uni agent>X"},
		{"X", "boss>60>uni boss>c>X", "BLOCK SAME_CONTROLLER SELLER uni boss>X boss>uni"}, {"X", "boss>60>uni boss>40>X", ""}, {"X", "boss>60>market boss>70>X", "BLOCK SAME_CONTROLLER HOUSE market boss>X boss>market"},
		// the state
		{"Y", "SASAC>100>G G>100>Y SASAC>100>F F>100>uni", ""}, {"Y", "SASAC>100>G G>60>Y G>100>uni", "BLOCK SAME_CONTROLLER SELLER uni G>Y G>uni"}, {"G", "SASAC>100>G G>100>uni", "BLOCK CONTROLLING SELLER uni G>uni"},
		{"Y", "ministry>c>uni ministry>c>Y uni>5>Y", "ALERT HOLDS_SHARES SELLER uni uni>Y"},
		{"Y", "council>c>SASAC SASAC>100>Y SASAC>100>uni", ""}, {"Y", "boss>60>uni boss>60>Y SASAC>c>boss", "BLOCK SAME_CONTROLLER SELLER uni boss>Y boss>uni"},
		// circles
		{"X", "A>60>B B>60>A uni>40>A B>20>A A>60>X", ""}, {"X", "uni>60>A A>60>B B>60>A B>60>uni B>60>X", "BLOCK CONTROLLED_BY SELLER uni uni>A A>B B>X"}, {"X", "X>100>X uni>c>uni", ""},
		// inventors
		{"C", "inventor>60>C", "FLAG_PUBLIC CONTROLLED_BY INVENTOR inventor inventor>C"}, {"C", "inventor>5>C second>60>C", "FLAG_PUBLIC HOLDS_SHARES INVENTOR inventor inventor>C; FLAG_PUBLIC CONTROLLED_BY INVENTOR second second>C"},
		{"son", "inventor>r>son", "FLAG_PUBLIC RELATIVE INVENTOR inventor inventor>son"}, {"C", "inventor>r>son son>60>C", "FLAG_PUBLIC CONTROLLED_BY INVENTOR inventor inventor>son son>C"},
		{"inventor", "inventor>a>uni", "BLOCK IS DELEGATE inventor inventor>uni; FLAG_PUBLIC IS INVENTOR inventor"},
	} {
		if got := judged(sale(t, c.bidder, c.links)); got != c.want {
			t.Errorf("%s, %s:\n got %s\nwant %s", c.bidder, c.links, got, c.want)
		}
	}
}

// R1.8: of those whom one controls, one may qualify.
func TestRivals(t *testing.T) {
	for _, c := range []struct{ links, want string }{
		{"", ""}, {"boss>60>X boss>60>Z", "BLOCK SAME_CONTROLLER OTHER_BIDDER Z boss>X boss>Z"}, {"Z>60>X boss>60>Z", "BLOCK CONTROLLED_BY OTHER_BIDDER Z Z>X"}, {"X>60>H H>60>Z", "BLOCK CONTROLLING OTHER_BIDDER Z X>H H>Z"},
		{"SASAC>100>X SASAC>100>Z", ""}, {"boss>60>X boss>50>Z", ""}, {"boss>60>H boss>60>I H>c>X I>c>Z", "BLOCK SAME_CONTROLLER OTHER_BIDDER Z boss>H boss>I H>X I>Z"},
	} {
		s := sale(t, "X", c.links)
		s.Qualified = []Party{"X", "Z"}
		if got := judged(s); got != c.want {
			t.Errorf("%s: %s, want %s", c.links, got, c.want)
		}
	}
}

func TestLinksHoldForTheirDays(t *testing.T) {
	for _, c := range []struct {
		since, until ident.Date
		blocked      bool
	}{{"", "", true}, {today, today, true}, {"2026-01-16", "", false}, {"", "2026-01-14", false}, {"2020-01-01", "2030-01-01", true}} {
		s := sale(t, "X", "uni>60>X")
		s.Links[0].Since, s.Links[0].Until = c.since, c.until
		if got := Blocked(Judge(s, today)); got != c.blocked {
			t.Errorf("%s to %s: %v", c.since, c.until, got)
		}
	}
}

// What is shared is looked at by a person and blocks nobody.
func TestTracesAlert(t *testing.T) {
	s := sale(t, "X", "")
	s.Qualified = []Party{"Z"}
	s.Traces = []Trace{
		{"X", BankAccount, "1"}, {"uni", BankAccount, "1"}, {"X", Agent, "li"}, {"Z", Agent, "li"}, {"X", Phone, "138"}, {"tto", Phone, "138"}, {"tto", Phone, "138"}, {"X", Device, "d"}, {"clerk", Device, "d"}, {"X", Address, "10.0.0.1"}, {"Z", Address, "10.0.0.1"},
		{"uni", Phone, ""}, {"X", Device, ""}, {"uni", Device, ""}, {"uni", Address, "138"}, {"stranger", BankAccount, "1"},
	}
	want := "ALERT SHARED_BANK_ACCOUNT SELLER uni; ALERT SHARED_PHONE DELEGATE tto; ALERT SHARED_DEVICE HOUSE_STAFF clerk; ALERT SHARED_AGENT OTHER_BIDDER Z; ALERT SHARED_IP OTHER_BIDDER Z"
	if got := judged(s); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}

// An inventor who bids no longer sees the seller's side. R1.7
func TestInventorsLoseTheSellersSide(t *testing.T) {
	for bidder, c := range map[Party]struct {
		links string
		want  bool
	}{"inventor": {"", true}, "C": {"inventor>60>C", true}, "D": {"inventor>5>D", false}, "X": {"uni>60>X", false}, "S": {"inventor>r>son son>60>S", false}} {
		if got := slices.ContainsFunc(Judge(sale(t, bidder, c.links), today), Verdict.ClosesSellerData); got != c.want {
			t.Errorf("%s: %v", bidder, got)
		}
	}
}

// No order of the links changes anything; a further link never lifts a block, unless it is to an organ of the state;
// circles end; every chain is of links that were given.
func TestVerdictsOnlyGrow(t *testing.T) {
	parties := []Party{"uni", "X", "A", "B", "C", "D", "market", "SASAC", "inventor", "clerk"}
	rapid.Check(t, func(t *rapid.T) {
		link := func(label string) Link {
			return Link{
				From: rapid.SampledFrom(parties).Draw(t, label+" from"), To: rapid.SampledFrom(parties).Draw(t, label+" to"),
				Relation: rapid.SampledFrom([]Relation{Owns, Owns, Owns, Controls, ActsFor, WorksFor, Helps, Relative}).Draw(t, label+" relation"), ShareBP: rapid.SampledFrom([]int64{-1, 2600, 5000, 5001, 10000}).Draw(t, label+" share"),
			}
		}
		c := Case{Bidder: "X", Sellers: []Party{"uni"}, Houses: []Party{"market"}, Inventors: []Party{"inventor"}, State: []Party{"SASAC"}, Qualified: []Party{"D"}}
		for i := range rapid.IntRange(0, 20).Draw(t, "links") {
			c.Links = append(c.Links, link(fmt.Sprint(i)))
		}
		first := Judge(c, today)
		shuffled := c
		shuffled.Links = rapid.Permutation(c.Links).Draw(t, "order")
		if got := Judge(shuffled, today); fmt.Sprint(got) != fmt.Sprint(first) {
			t.Fatalf("%v\n%v", first, got)
		}
		for _, v := range first {
			for _, l := range v.Chain {
				turned := Link{l.To, l.From, l.Relation, l.ShareBP, l.Since, l.Until}
				if !slices.Contains(c.Links, l) && !(l.Relation == Relative && slices.Contains(c.Links, turned)) {
					t.Fatalf("%s rests on what was not given", short(v))
				}
			}
		}
		c.Links = append(c.Links, link("more"))
		if Blocked(first) && !Blocked(Judge(c, today)) {
			t.Fatalf("a further link lifts %v", first)
		}
	})
}

// A deep pyramid in which every company is held by two: the paths are many, the links few.
func TestPyramidsAreCheap(t *testing.T) {
	var all []Link
	top := []Party{"uni", "uni"}
	for i := range 400 {
		next := []Party{Party(fmt.Sprintf("l%03d", i)), Party(fmt.Sprintf("r%03d", i))}
		for _, to := range next {
			for _, from := range top {
				all = append(all, Link{From: from, To: to, Relation: Owns, ShareBP: 2600 + int64(len(all)%2)})
			}
		}
		top = next
	}
	all = append(all, Link{From: top[0], To: "X", Relation: Controls})
	verdicts := Judge(Case{Bidder: "X", Sellers: []Party{"uni"}, Links: all}, today)
	if len(verdicts) != 1 || verdicts[0].Reason != ControlledBy || len(verdicts[0].Chain) < 800 {
		t.Errorf("%d verdicts", len(verdicts))
	}
}
