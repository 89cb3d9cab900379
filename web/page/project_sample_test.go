package page

import (
	"net/url"
	"strings"

	"github.com/g60-corridor/corridor/ent"
	entproject "github.com/g60-corridor/corridor/ent/project"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/calendar"
	"github.com/g60-corridor/corridor/internal/trade"
	"github.com/g60-corridor/corridor/web/form"
)

// sampleProject is an agreement on notice against which somebody has objected.
var sampleProject = func() ProjectPage {
	row := &ent.Project{ID: 7, Number: "G60-P-2026-0007", Way: entproject.WayAGREEMENT, Phase: string(trade.ObjectionReview), PriceFen: 2_000_000_00, NextAt: &now, NextKind: "NOTICE_END", NextRule: "R2.3"}
	row.Edges.Listing, row.Edges.Seller, row.Edges.Operator = listings[0], university, operator
	s := trade.NewState(7)
	p := ProjectPage{Row: row, State: s, Names: map[trade.Party]*ent.Organisation{"org:1": company}}
	offer := trade.Offer{Object: "L-1", Rights: "ASSIGN", Buyer: "org:1", PriceFen: 2_000_000_00}
	file := trade.DecisionFile{Document: "D", Minutes: "M", Basis: "B", InventorsNotified: true, ConflictsDeclared: true, PriceFen: offer.PriceFen,
		Papers: []trade.Paper{{Document: 1, Version: 1, SHA256: strings.Repeat("0", 64)}}}
	content := trade.NoticeContent{Name: "石墨烯膜", Abstract: "一种膜", ObjectionProcedure: "书面提出", InUnit: "公告栏", OnMarket: "本市场", RelatedParty: true}
	for _, c := range []trade.Command{
		trade.Draft{Way: trade.ByAgreement, Offer: offer}, trade.RecordDecision{File: file},
		trade.OpenNotice{Content: content, Rules: trade.Standard(), GatesPassed: true}, trade.LodgeObjection{Objection: "O1", By: "org:1", Text: "价格过低"},
	} {
		entries, refusal := trade.Step(s, auction.InstantOf(now), c, calendar.Shipped())
		if refusal != nil {
			panic(refusal.Reason)
		}
		for _, e := range entries {
			s.Apply(e)
			p.Entries = append(p.Entries, e)
		}
	}
	return p
}()

// insiderProject is the same as its seller sees it, with every form that there is.
func insiderProject() ProjectPage {
	p := sampleProject
	p.Insider = true
	for _, name := range []string{"RejectObjection", "ChangeOffer", "Withdraw", "PublishListing", "Announce", "SignCommission"} {
		asks, _ := form.Asks(name, trade.StateUnit)
		p.Commands = append(p.Commands, CommandForm{
			Name: name, Asks: asks, Values: url.Values{}, Faults: form.Faults{"reasons": "x", "price_fen": "x"},
			Options: map[string][]Option{"objection": {{"O1", "O1"}}},
		})
	}
	return p
}
