package project_test

import (
	"testing"

	"github.com/g60-corridor/corridor/internal/calendar"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/project"
	"github.com/g60-corridor/corridor/internal/trade"
)

// Scenario 1: a notice opened on 2 March runs to the end of the 17th; the contract can be signed from the 18th on.
func TestNoticeLength(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		id := h.open(trade.ByAgreement, 2_000_000*yuan)
		h.must(h.seller, id, "2026-02-27 10:00", trade.RecordDecision{File: file(2_000_000 * yuan)})
		h.must(h.operator, id, "2026-03-02 10:00", trade.OpenNotice{Content: content()})
		sign := trade.SignContract{PriceFen: 2_000_000 * yuan, Document: "合同", PayBy: trade.Instant(at("2026-04-01 00:00").UnixMicro())}
		h.refused(h.seller, id, "2026-03-17 16:00", sign, trade.NoticeNotOver)
		h.must(h.seller, id, "2026-03-18 00:00", sign)
		h.in(id, trade.Contracted)
		if h.count(id, "NoticeCompleted") != 1 {
			t.Error("the notice did not end once")
		}
	})
}

// Scenario 2: a lower price on day 9 makes the notice void, and a new one runs for the full period.
func TestNoticeRestart(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		id := h.open(trade.ByAgreement, 2_000_000*yuan)
		h.must(h.seller, id, "2026-02-27 10:00", trade.RecordDecision{File: file(2_000_000 * yuan)})
		h.must(h.operator, id, "2026-03-02 10:00", trade.OpenNotice{Content: content()})
		offer := h.view(id).State.Offer
		offer.PriceFen = 1_800_000 * yuan
		decided := file(offer.PriceFen)
		h.must(h.seller, id, "2026-03-11 10:00", trade.ChangeOffer{Offer: offer, Decision: &decided})
		v := h.view(id)
		if h.count(id, "NoticeVoided") != 1 || v.State.Phase != trade.NoticeOpen || !v.Row.NextAt.Equal(at("2026-03-27 00:00")) {
			t.Errorf("%s until %v", v.State.Phase, v.Row.NextAt)
		}
	})
}

// Scenario 3: ten working days from 28 September 2026 run to the end of 16 October, over the holiday and its make-up day.
func TestWorkingDays(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.clock.set(at("2026-09-27 09:00"))
		for d := calendar.On(2026, 10, 1); d <= calendar.On(2026, 10, 7); d++ { // the fixture of the rule sheet
			must(t, h.projects.SetDay(t.Context(), h.operator, d.String(), false, "国庆节"))
		}
		must(t, h.projects.SetDay(t.Context(), h.operator, "2026-10-10", true, "调休"))
		terms := listingTerms(t, 500_000*yuan)
		terms.PeriodWD = 10
		id := h.list(5_000_000*yuan, "2026-09-28 10:00", terms)
		if v := h.view(id); !v.Row.NextAt.Equal(at("2026-10-17 00:00")) || v.Row.NextRule != "R2.7" {
			t.Errorf("ends %v under %s", v.Row.NextAt, v.Row.NextRule)
		}
		must(t, h.projects.SetDay(t.Context(), h.operator, "2026-10-12", false, "台风")) // clocks that run keep their instants
		if v := h.view(id); !v.Row.NextAt.Equal(at("2026-10-17 00:00")) {
			t.Errorf("moved to %v", v.Row.NextAt)
		}
	})
}

// Scenario 4: without a buyer the listing is extended twice and ends; the next round is no more than a fifth cheaper.
func TestNoBuyer(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		terms := listingTerms(t, 300_000*yuan)
		terms.Extension = trade.Extension{DaysWD: 5, Cycles: 2}
		id := h.list(3_000_000*yuan, "2026-03-02 10:00", terms)
		stop := h.work()
		h.clock.set(at("2026-06-01 10:00")) // the house slept through all of it
		until(t, "the end", func() bool { return h.view(id).State.Phase == trade.Ended })
		stop()
		if h.count(id, "ListingExtended") != 2 || h.count(id, "ListingEnded") != 1 {
			t.Errorf("%d extensions, %d ends", h.count(id, "ListingExtended"), h.count(id, "ListingEnded"))
		}
		_, err := h.projects.Relist(t.Context(), h.seller, id, 2_300_000*yuan, file(2_300_000*yuan))
		if fault.In(err).Problem != fault.Problem(trade.PriceCutTooDeep) {
			t.Fatalf("−23.3 %%: %v", err)
		}
		child, err := h.projects.Relist(t.Context(), h.seller, id, 2_400_000*yuan, file(2_400_000*yuan))
		must(t, err)
		h.in(id, trade.Relisting)
		h.must(h.seller, child, "", trade.SubmitForReview{})
		h.must(h.operator, child, "2026-06-02 10:00", trade.PublishListing{Terms: terms})
		if v := h.view(child); v.State.Terms.PeriodWD != 10 || *v.Row.ParentID != id {
			t.Errorf("the next round: %d working days, parent %v", v.State.Terms.PeriodWD, v.Row.ParentID)
		}
		if n := h.db.Ent().Project.Query().CountX(t.Context()); n != 2 {
			t.Errorf("%d projects: a refused round left something", n)
		}
	})
}

// Scenario 5: the only buyer confirms the list price or more; there is no sale.
func TestOneBuyer(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		id := h.list(1_000_000*yuan, "2026-03-02 10:00", listingTerms(t, 100_000*yuan))
		h.qualify(h.buyers[0], id, "2026-03-03 10:00")
		h.refused(h.buyers[0], id, "2026-03-10 10:00", trade.ConfirmPrice{PriceFen: 950_000 * yuan}, trade.PriceTooLow)
		h.must(h.buyers[0], id, "", trade.ConfirmPrice{PriceFen: 1_000_000 * yuan})
		h.in(id, trade.InAward)
		if v := h.view(id); v.Row.LotID != nil || v.State.Award.Buyer != project.PartyOf(h.buyers[0].OrganisationID()) {
			t.Errorf("lot %v, award %+v", v.Row.LotID, v.State.Award)
		}
		if n := h.db.Ent().Lot.Query().CountX(t.Context()); n != 0 {
			t.Errorf("%d lots", n)
		}
	})
}

// Nobody else may decide, and nobody decides for another.
func TestWhoDecides(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		id := h.open(trade.ByAgreement, 2_000_000*yuan)
		forbidden := func(err error, code fault.Code) {
			t.Helper()
			if fault.Of(err) != code {
				t.Errorf("%v, want %s", err, code)
			}
		}
		decide := trade.RecordDecision{File: file(2_000_000 * yuan)}
		forbidden(h.do(h.operator, id, "", decide), fault.Forbidden)
		forbidden(h.do(h.buyers[0], id, "", decide), fault.NotFound) // not public yet
		h.must(h.seller, id, "", decide)
		forbidden(h.do(h.seller, id, "", trade.OpenNotice{Content: content()}), fault.Forbidden)
		h.must(h.operator, id, "", trade.OpenNotice{Content: content()})
		for _, c := range []trade.Command{trade.Elapse{}, trade.Draft{}, trade.RecordResult{}} {
			forbidden(h.do(h.operator, id, "", c), fault.Forbidden)
		}
		h.must(h.buyers[1], id, "", trade.LodgeObjection{By: "org:999", Text: "价格过低"})
		if o := h.view(id).State.Objections[0]; o.By != project.PartyOf(h.buyers[1].OrganisationID()) {
			t.Errorf("the objection is said to be of %s", o.By)
		}
		forbidden(h.do(h.operator, id, "", trade.RejectObjection{Objection: "O1", Reasons: "理由"}), fault.Forbidden)
		h.must(h.seller, id, "", trade.RejectObjection{Objection: "O1", Reasons: "理由"})
	})
}
