package authority_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/g60-corridor/corridor/ent/auditaction"
	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/authority"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/money"
)

func (h *hall) above(amount money.Fen) bool {
	h.t.Helper()
	over, err := h.service.AboveNow(h.t.Context(), h.agent.OrganisationID(), h.agent.PersonID(), lotID, amount)
	must(h.t, err)
	return over
}

func TestLimits(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		ctx := t.Context()
		if h.above(auction.MaxFen) {
			t.Fatal("a limit where none was set")
		}
		h.limited()
		if h.above(1_500_000*yuan) || !h.above(1_500_000*yuan+1) {
			t.Fatal("the limit itself is within, one fen more is not")
		}
		// A limit for the lot stands before the general one, in both directions.
		must(t, h.service.SetLot(ctx, h.chief, h.agent.PersonID(), "A-1", authority.Limit{Fen: 0}, 1))
		if !h.above(1) {
			t.Fatal("within a limit of nothing")
		}
		must(t, h.service.SetLot(ctx, h.chief, h.agent.PersonID(), "A-1", authority.Limit{None: true}, 2))
		if h.above(auction.MaxFen) {
			t.Fatal("no limit in this lot, and yet above it")
		}
		must(t, h.service.SetAlways(ctx, h.chief, true, 0))
		if !h.above(1) {
			t.Fatal("nobody bids without a second person")
		}
		must(t, h.service.SetAlways(ctx, h.chief, false, 1))
		must(t, h.service.ClearLot(ctx, h.chief, h.agent.PersonID(), int(lotID), 3))
		if h.above(1_500_000*yuan) || !h.above(1_500_000*yuan+1) {
			t.Fatal("the general limit does not count again")
		}
		o, err := h.service.Overview(ctx, h.second)
		must(t, err)
		if len(o.Members) != 3 || len(o.Changes) != 7 || o.Changes[0].By.ID != h.chief.PersonID() {
			t.Fatalf("%d members, %d changes", len(o.Members), len(o.Changes))
		}
		if n := h.db.Ent().AuditAction.Query().Where(auditaction.SubjectHasPrefix("lot:")).CountX(ctx); n != 0 {
			t.Fatalf("%d records under the lot, which its operator reads", n)
		}
	})
}

// Two tabs lose nothing: who saved last is told that it has changed.
func TestLimitsFromTwoTabs(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		ctx := t.Context()
		w := authority.Wish{Person: h.agent.PersonID(), Bid: authority.Limit{Fen: yuan}, Approve: authority.Limit{None: true}}
		must(t, h.service.SetMember(ctx, h.chief, w))
		wants(t, h.service.SetMember(ctx, h.chief, w), fault.Conflict, "CHANGED_MEANWHILE")
		w.Version = 1
		must(t, h.service.SetMember(ctx, h.chief, w))
		wants(t, h.service.SetMember(ctx, h.chief, w), fault.Conflict, "CHANGED_MEANWHILE")
		wants(t, h.service.SetLot(ctx, h.chief, w.Person, "A-1", authority.Limit{}, 1), fault.Conflict, "CHANGED_MEANWHILE")
		must(t, h.service.SetAlways(ctx, h.chief, true, 0))
		wants(t, h.service.SetAlways(ctx, h.chief, false, 0), fault.Conflict, "CHANGED_MEANWHILE")
		if !h.above(1) {
			t.Fatal("the later wish has won over the earlier one")
		}
	})
}

func TestWhoSetsLimits(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		ctx := t.Context()
		w := authority.Wish{Person: h.agent.PersonID(), Bid: authority.Limit{None: true}, Approve: authority.Limit{None: true}}
		wants(t, h.service.SetMember(ctx, identity.Viewer{}, w), fault.SignIn, "")
		wants(t, h.service.SetMember(ctx, h.agent, w), fault.Forbidden, "ADMINISTRATORS_ONLY")
		w.Person = h.rival.PersonID()
		wants(t, h.service.SetMember(ctx, h.chief, w), fault.NotFound, "")
		w.Person, w.Bid = h.agent.PersonID(), authority.Limit{Fen: -1}
		wants(t, h.service.SetMember(ctx, h.chief, w), fault.Invalid, "OUT_OF_RANGE")
		w.Bid = authority.Limit{Fen: auction.MaxFen + 1}
		wants(t, h.service.SetMember(ctx, h.chief, w), fault.Invalid, "OUT_OF_RANGE")
		wants(t, h.service.SetLot(ctx, h.chief, h.agent.PersonID(), "B-9", authority.Limit{}, 0), fault.Invalid, "NO_SUCH_LOT")
		wants(t, h.service.ClearLot(ctx, h.chief, h.agent.PersonID(), 1, 0), fault.NotFound, "")
		// A session may be older than the role of who holds it.
		h.db.Ent().Membership.Update().Where(memberIs(h.chief)).SetRole(membership.RoleVIEWER).ExecX(ctx)
		wants(t, h.service.SetAlways(ctx, h.chief, true, 0), fault.Forbidden, "ADMINISTRATORS_ONLY")
	})
}

// Sockets rely on what was read a moment ago: here a change counts at once, on another node within seconds.
func TestLoweredLimitIsHeardOf(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		ctx := t.Context()
		there := h.other()
		ask := func(s *authority.Service) string {
			over, err := s.Above(ctx, h.agent.OrganisationID(), h.agent.PersonID(), lotID, 2_000_000*yuan)
			must(t, err)
			return fmt.Sprint(over)
		}
		if ask(h.service)+ask(there) != "falsefalse" {
			t.Fatal("a limit where none was set")
		}
		h.limited()
		if got := ask(h.service) + ask(there); got != "truefalse" {
			t.Fatalf("at once: %s", got)
		}
		h.clock.Add((3*time.Second + time.Millisecond).Microseconds())
		if got := ask(there); got != "true" {
			t.Fatal("another node never hears of it")
		}
	})
}
