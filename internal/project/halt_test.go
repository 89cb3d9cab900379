package project_test

import (
	"errors"
	"testing"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/outbox"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/calendar"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/market"
	"github.com/g60-corridor/corridor/internal/trade"
)

// bidding brings a listing to the sale between two buyers, which opens on 11 March at ten.
func (h *house) bidding() int {
	h.t.Helper()
	id := h.list(1_000_000*yuan, "2026-03-02 10:00", listingTerms(h.t, 100_000*yuan))
	h.qualify(h.buyers[0], id, "2026-03-03 10:00")
	h.qualify(h.buyers[1], id, "2026-03-03 11:00")
	h.clock.set(at("2026-03-10 09:00"))
	// Whoever looks lets time pass; a refused command too.
	h.refused(h.buyers[2], id, "", trade.Register{}, "PROJECT_PHASE")
	h.in(id, trade.Bidding)
	return id
}

func (h *house) lotOf(id int) *ent.Lot {
	h.t.Helper()
	v := h.view(id)
	if v.Row.LotID == nil {
		h.t.Fatal("the project has no lot")
	}
	_, err := h.market.Ending(h.t.Context(), *v.Row.LotID) // follows the log
	must(h.t, err)
	return h.db.Ent().Lot.GetX(h.t.Context(), *v.Row.LotID)
}

func (h *house) stands(id int, phase auction.Phase, outcome auction.Outcome) *ent.Lot {
	h.t.Helper()
	l := h.lotOf(id)
	if l.Phase != string(phase) || l.Outcome != string(outcome) {
		h.t.Fatalf("lot %d is %s %s, want %s %s", l.ID, l.Phase, l.Outcome, phase, outcome)
	}
	if n := h.db.Ent().Outbox.Query().Where(outbox.Or(outbox.DoneAtIsNil(), outbox.FaultNEQ(""))).CountX(h.t.Context()); n > 0 {
		h.t.Errorf("%d words did not arrive, or were of no use", n)
	}
	return l
}

var dispute = trade.Suspend{Cause: trade.Dispute, Note: "权属争议"}

// R3.15, R3.16: a sale under way is paused with its project and goes on with it, after a notice; what was bid stays bid.
func TestASuspendedProjectPausesItsSale(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		id := h.bidding()
		l := h.lotOf(id)
		paddle, err := h.market.Paddle(t.Context(), h.buyers[0], l.ID)
		must(t, err)
		h.submit(l.ID, "2026-03-11 10:00", auction.Tick{})
		h.submit(l.ID, "2026-03-11 10:01", auction.PlaceBid{Paddle: paddle, Key: auction.Key{1}, Kind: auction.Plain, AmountFen: 1_000_000 * yuan})
		h.must(h.operator, id, "2026-03-11 10:02", dispute)
		h.in(id, trade.Halted)
		h.stands(id, auction.Paused, "")
		h.submit(l.ID, "2026-03-11 11:30", auction.Tick{}) // nothing is due while it stands
		err = h.market.Conduct(t.Context(), h.operator, l.ID, market.Resume, "", "")
		if fault.In(err).Problem != "LOT_HELD_BY_PROJECT" {
			t.Errorf("the lot was resumed without its project: %v", err)
		}
		h.must(h.operator, id, "2026-03-11 12:00", trade.Resume{})
		paused := h.stands(id, auction.Paused, "") // its resumption is announced
		if state := h.floor.states[auction.LotID(l.ID)]; state.Interruption.ResumeAt <= auction.InstantOf(at("2026-03-11 12:00")) || paused.ID != l.ID {
			t.Fatalf("resumed without a notice: %+v", state.Interruption)
		}
		h.submit(l.ID, "2026-03-12 10:00", auction.Tick{})
		h.submit(l.ID, "2026-03-12 12:00", auction.Tick{})
		h.submit(l.ID, "2026-03-12 13:00", auction.Tick{})
		must(t, h.projects.Harvest(t.Context()))
		h.in(id, trade.InAward)
		if v := h.view(id); v.State.Award.PriceFen != 1_000_000*yuan {
			t.Errorf("awarded at %d", v.State.Award.PriceFen)
		}
	})
}

// A sale that has not opened is taken back, and another is opened when the project goes on: once, with notice enough, for the
// same bidders.
func TestASuspensionBeforeTheSaleTakesItBack(t *testing.T) {
	for _, days := range []int{0, 9} {
		each(t, func(t *testing.T, h *house) {
			id := h.bidding()
			first := h.lotOf(id).ID
			h.must(h.operator, id, "2026-03-10 10:00", dispute)
			h.stands(id, auction.Closed, auction.Withdrawn)
			must(t, h.projects.Harvest(t.Context()))
			if h.lotOf(id).ID != first {
				t.Fatal("a suspended project has a new lot")
			}
			resumed := at("2026-03-10 16:00").AddDate(0, 0, days)
			h.clock.set(resumed)
			h.must(h.operator, id, "", trade.Resume{})
			for range 2 {
				must(t, h.projects.Harvest(t.Context()))
			}
			second := h.stands(id, auction.Announced, "")
			if n := h.db.Ent().Lot.Query().CountX(t.Context()); n != 2 || second.ID == first {
				t.Fatalf("%d lots, the project's is %d after %d", n, second.ID, first)
			}
			notice := second.OpensAt.Sub(resumed)
			if days > 0 && notice < 5*24*time.Hour || notice < 2*time.Hour || second.OpensAt.In(calendar.Zone).Hour() != 10 {
				t.Errorf("opens at %v, resumed at %v", second.OpensAt, resumed)
			}
			paddle, err := h.market.Paddle(t.Context(), h.buyers[1], second.ID)
			must(t, err)
			if paddle == "" {
				t.Fatal("a qualified buyer was lost")
			}
			h.sellOn(second.OpensAt.In(calendar.Zone).Format(time.DateOnly), second.ID, paddle)
			must(t, h.projects.Harvest(t.Context()))
			h.in(id, trade.InAward)
		})
	}
}

// The end of a project is the end of its sale: withdrawn before it opens, annulled after that.
func TestATerminatedProjectEndsItsSale(t *testing.T) {
	lost := trade.Terminate{Cause: trade.RightLost, Note: "专利权被宣告无效"}
	each(t, func(t *testing.T, h *house) {
		id := h.bidding()
		h.must(h.operator, id, "2026-03-10 10:00", lost)
		h.in(id, trade.Terminal)
		h.stands(id, auction.Closed, auction.Withdrawn)
	})
	each(t, func(t *testing.T, h *house) {
		id := h.bidding()
		h.submit(h.lotOf(id).ID, "2026-03-11 10:00", auction.Tick{})
		h.must(h.operator, id, "2026-03-11 10:02", dispute)
		h.must(h.operator, id, "2026-03-11 10:03", lost)
		h.stands(id, auction.Closed, auction.Annulled)
	})
}

// An auction project pauses, resumes and annuls its lot in the same way.
func TestAnAuctionProjectHoldsItsLot(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		id := h.auction()
		l := h.lotOf(id)
		h.submit(l.ID, "2026-03-16 10:05", auction.Tick{})
		h.must(h.operator, id, "2026-03-16 10:06", trade.PauseSale{Cause: trade.PlatformFailure, Note: "停电"})
		h.stands(id, auction.Paused, "")
		h.must(h.operator, id, "2026-03-16 11:00", trade.ResumeSale{})
		h.submit(l.ID, "2026-03-16 14:00", auction.Tick{})
		h.stands(id, auction.Free, "")
		h.must(h.operator, id, "", trade.Annul{Cause: trade.Collusion, Note: "串通"})
		h.stands(id, auction.Closed, auction.Annulled)
	})
}

// Should the saleroom not answer, the suspension holds all the same, and its word reaches the lot as soon as it does.
func TestTheWordWaitsForTheSaleroom(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		id := h.bidding()
		l := h.lotOf(id)
		h.submit(l.ID, "2026-03-11 10:00", auction.Tick{})
		h.floor.down = errors.New("the saleroom does not answer")
		h.must(h.operator, id, "2026-03-11 10:02", dispute)
		h.in(id, trade.Halted)
		if l := h.lotOf(id); l.Phase != string(auction.Free) {
			t.Fatalf("the lot is %s", l.Phase)
		}
		h.floor.down = nil
		h.market.Deliver(t.Context(), l.ID)
		h.stands(id, auction.Paused, "")
		h.market.Deliver(t.Context(), l.ID) // and no second time
		if n := h.db.Ent().Outbox.Query().Where(outbox.Command(string(market.WordHalt))).CountX(t.Context()); n != 1 {
			t.Errorf("%d words", n)
		}
	})
}
