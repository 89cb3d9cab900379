package trade

import (
	"testing"

	"github.com/g60-corridor/corridor/internal/calendar"
	"github.com/g60-corridor/corridor/internal/money"
)

// R2.1: a state-owned enterprise has its object appraised, and goes below nine tenths of it by approval alone.
func refusalsOfASeller(t *testing.T) {
	price := 900 * money.Yuan
	s := &State{Way: ByListing, Phase: InDraft, Regime: StateOwned, Offer: Offer{Object: "o", Rights: "ASSIGN", PriceFen: price}}
	at, c := moment(2026, 3, 2, 9), RecordDecision{File: *goodFile(price)}
	f := &c.File
	climb(t, &at, s, func() Command { return c },
		rung{AppraisalMissing, func() { f.Appraisal = "a" }},
		rung{AppraisalMissing, func() { f.AppraisalFen = price*10/9 + 1 }},
		rung{BelowAppraisal, func() { f.Approval = "b" }},
	)
	f.Approval, f.AppraisalFen = "", price*10/9 // nine tenths to the fen
	climb(t, &at, s, func() Command { return c })
	if f.AppraisalFen++; appraisalFloor(f) != price+1 {
		t.Errorf("the floor of %d is %d", f.AppraisalFen, appraisalFloor(f))
	}
}

// R2.1: equity of a state-owned enterprise is listed for twenty working days; a patent of it as long as its price says.
func TestEquityOfTheStateIsListedLonger(t *testing.T) {
	price := 900_000 * money.Yuan
	for _, c := range []struct {
		regime Regime
		rights string
		want   int
	}{{StateOwned, "EQUITY", 20}, {StateOwned, "ASSIGN", 5}, {StateUnit, "EQUITY", 5}, {Private, "EQUITY", 5}} {
		s := &State{Way: ByListing, Phase: InReview, Regime: c.regime, Offer: Offer{Object: "o", Rights: c.rights, PriceFen: price}}
		s.Decision = goodFile(price)
		s.Decision.Appraisal, s.Decision.AppraisalFen = "a", price
		p := PublishListing{Rules: Standard(), GatesPassed: true, Terms: ListingTerms{
			Channels: []string{"market"}, Entrance: Entrance{DepositFen: price / 10, Mode: Mode{Name: "m"}},
		}}
		entries, refusal := Decide(s, moment(2026, 3, 2, 9), p, calendar.Shipped())
		if refusal != nil || entries[0].Event.(ListingPublished).Terms.PeriodWD != c.want {
			t.Errorf("%s %s: %+v %+v, want %d working days", c.regime, c.rights, entries, refusal, c.want)
		}
		p.Terms.PeriodWD = c.want - 1
		if _, refusal := Decide(s, moment(2026, 3, 2, 9), p, calendar.Shipped()); refusal == nil || refusal.Reason != PeriodTooShort {
			t.Errorf("%s %s: a day less: %+v", c.regime, c.rights, refusal)
		}
	}
}

// R2.1: a private seller chooses freely: he signs without a notice, and lists without a decision. A state unit does neither.
func TestPrivateSellersChooseFreely(t *testing.T) {
	price := 100 * money.Yuan
	at := moment(2026, 3, 2, 9)
	sign := SignContract{Buyer: "B", PriceFen: price, Document: "d", PayBy: at + day}
	for regime, want := range map[Regime]Reason{Private: "", StateUnit: NoticeNotOver, StateOwned: NoticeNotOver} {
		s := &State{Way: ByAgreement, Phase: Decided, Regime: regime, Offer: Offer{Object: "o", Rights: "r", Buyer: "B", PriceFen: price}}
		_, refusal := Decide(s, at, sign, calendar.Shipped())
		if got := reasonOf(refusal); got != want {
			t.Errorf("%q signs without a notice: %q", regime, got)
		}
	}
	for regime, want := range map[Regime]Reason{Private: "", StateUnit: DecisionMissing, StateOwned: DecisionMissing} {
		s := &State{Way: ByListing, Phase: InDraft, Regime: regime, Offer: Offer{Object: "o", Rights: "r", PriceFen: price}}
		_, refusal := Decide(s, at, SubmitForReview{}, calendar.Shipped())
		if got := reasonOf(refusal); got != want {
			t.Errorf("%q lists without a decision: %q", regime, got)
		}
	}
}

func reasonOf(r *Refusal) Reason {
	if r == nil {
		return ""
	}
	return r.Reason
}
