package trade

import (
	"testing"

	"github.com/g60-corridor/corridor/internal/calendar"
	"github.com/g60-corridor/corridor/internal/money"
)

// R2.2: the decision lies with the listing as a file, wherever one is asked for. A private seller is asked for none.
func TestADecisionIsAttached(t *testing.T) {
	price, at := 100*money.Yuan, moment(2026, 3, 2, 9)
	loose := *goodFile(price)
	loose.Papers = nil
	offer := Offer{Object: "o", Rights: "ASSIGN", PriceFen: price}
	agreed := offer
	agreed.Buyer = "B"
	for name, c := range map[string]struct {
		s State
		c Command
	}{
		"record":     {State{Way: ByListing, Phase: InDraft, Offer: offer}, RecordDecision{File: loose}},
		"submit":     {State{Way: ByListing, Phase: InDraft, Offer: offer, Decision: &loose}, SubmitForReview{}},
		"publish":    {State{Way: ByListing, Phase: InReview, Offer: offer, Decision: &loose}, PublishListing{Rules: Standard(), GatesPassed: true}},
		"notice":     {State{Way: ByAgreement, Phase: Decided, Offer: agreed, Decision: &loose}, OpenNotice{Rules: Standard(), GatesPassed: true}},
		"commission": {State{Way: ByAuction, Phase: InDraft, Offer: offer, Decision: &loose}, SignCommission{Procedure: "EXCHANGE_BIDDING"}},
		"relist":     {State{Way: ByListing, Phase: Ended, Offer: offer, Rules: Standard()}, Relist{Child: 2, PriceFen: price, Decision: loose}},
		"reauction":  {State{Way: ByAuction, Phase: PassedSale, Offer: offer, Rules: Standard()}, Reauction{PriceFen: price, Decision: loose}},
		"change":     {State{Way: ByAgreement, Phase: NoticeOpen, Offer: agreed, Rules: Standard()}, ChangeOffer{Offer: cheaper(agreed), Decision: &loose}},
	} {
		for regime, want := range map[Regime]bool{StateUnit: true, Private: false} {
			s := c.s
			s.Regime = regime
			_, refusal := Decide(&s, at, c.c, calendar.Shipped())
			if got := reasonOf(refusal) == DecisionLoose; got != want {
				t.Errorf("%s by %q: %v", name, regime, refusal)
			}
		}
	}
}

func cheaper(o Offer) Offer {
	o.PriceFen--
	return o
}

// What was published while the rules asked for the name of a decision alone goes on under them; what was only decided then is
// decided anew, with its file.
func TestProjectsFromBefore(t *testing.T) {
	price, at := 2_000_000*money.Yuan, moment(2026, 3, 2, 9)
	then := Standard()
	then.Version, then.DecisionAttached = "2026-1", false
	loose := *goodFile(price)
	loose.Papers = nil
	s := &State{Way: ByAuction, Phase: PassedSale, Rules: then, Offer: Offer{Object: "o", Rights: "ASSIGN", PriceFen: price}}
	if _, refusal := Decide(s, at, Reauction{PriceFen: price, Decision: loose}, calendar.Shipped()); refusal != nil {
		t.Errorf("a sale of then is not sold again: %+v", refusal)
	}
	s = &State{Way: ByAgreement, Phase: NoticeDone, Notice: NoticeElapsed, Rules: then, Decision: &loose, Offer: Offer{Object: "o", Rights: "r", Buyer: "B", PriceFen: price}}
	sign := SignContract{Buyer: "B", PriceFen: price, Document: "d", PayBy: at + day}
	if _, refusal := Decide(s, at, sign, calendar.Shipped()); refusal != nil {
		t.Errorf("a notice of then is not signed: %+v", refusal)
	}
	for way, phase := range map[Way]Phase{ByAgreement: Decided, ByAuction: Commissioned, ByListing: InDraft} {
		s := &State{Way: way, Phase: phase, Decision: &loose, Commission: &Commission{}, Offer: Offer{Object: "o", Rights: "r", PriceFen: price}}
		entries, refusal := Decide(s, at, RecordDecision{File: *goodFile(price)}, calendar.Shipped())
		if refusal != nil || len(entries) != 1 {
			t.Fatalf("%s: %+v", way, refusal)
		}
		if s.Apply(entries[0]); s.Phase != phase || len(s.Decision.Papers) != 1 {
			t.Errorf("%s: %s, %+v", way, s.Phase, s.Decision)
		}
	}
}
