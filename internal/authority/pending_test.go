package authority_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/g60-corridor/corridor/ent/lot"
	"github.com/g60-corridor/corridor/ent/mandate"
	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/ent/person"
	"github.com/g60-corridor/corridor/ent/predicate"
	"github.com/g60-corridor/corridor/ent/registration"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/authority"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/feed"
	"github.com/g60-corridor/corridor/internal/identity"
)

func memberIs(v identity.Viewer) predicate.Membership {
	return membership.And(membership.HasPersonWith(person.ID(v.PersonID())), membership.HasOrganisationWith(organisation.ID(v.OrganisationID())))
}

func TestConfirmedBidIsTheSameBid(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		ctx := t.Context()
		h.limited()
		b := bid(1, 2_000_000*yuan)
		p := h.propose(b)
		if p.State != feed.Waiting || !p.Mine || p.Bar != "OWN_BID" || p.Approvers != 1 || h.bids() != 0 {
			t.Fatalf("%+v, %d bids", p, h.bids())
		}
		if again := h.propose(b); again.ID != p.ID {
			t.Fatal("the same key proposes twice")
		}
		if len(h.told) != 1 || !slices.Equal(h.told[0].Only, []int{h.second.PersonID()}) {
			t.Fatalf("told %+v", h.told)
		}
		done, err := h.service.Confirm(ctx, h.second, lotID, p.ID)
		must(t, err)
		if done.State != feed.Confirmed || done.Row == nil || !done.Row.Accepted || done.Row.Key != b.Key || done.Row.AmountFen != b.AmountFen {
			t.Fatalf("%+v", done)
		}
		// The same key at the other door is the same bid.
		a, err := h.floor.Submit(ctx, lotID, b)
		must(t, err)
		if !a.Repeated || h.bids() != 1 {
			t.Fatalf("repeated %v, %d bids", a.Repeated, h.bids())
		}
		again, err := h.service.Confirm(ctx, h.second, lotID, p.ID)
		must(t, err)
		if again.Row == nil || again.Row.Own != done.Row.Own || h.bids() != 1 {
			t.Fatalf("%+v, %d bids", again, h.bids())
		}
		mine, err := h.service.InLot(ctx, h.agent, lotID)
		must(t, err)
		if len(mine) != 1 || mine[0].Row == nil || mine[0].DecidedBy.ZH != h.second.Person.NameZh {
			t.Fatalf("the proposer sees %+v", mine)
		}
	})
}

// Each row is refused for one thing alone.
func TestWhoConfirms(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		ctx := t.Context()
		h.limited()
		client := h.db.Ent()
		looker := h.person(h.agent.Organisation, membership.RoleVIEWER)
		p, large := h.propose(bid(1, 2_000_000*yuan)), bid(2, 3_000_000*yuan+yuan)
		large.Confirmed = true
		above := h.propose(large)
		for name, c := range map[string]struct {
			by      identity.Viewer
			id      int
			code    fault.Code
			problem fault.Problem
		}{
			"nobody":          {identity.Viewer{}, p.ID, fault.SignIn, ""},
			"who proposed it": {h.agent, p.ID, fault.Forbidden, "OWN_BID"},
			"no approver":     {h.chief, p.ID, fault.Forbidden, "NOT_AN_APPROVER"},
			"who looks on":    {looker, p.ID, fault.Forbidden, "NOT_AN_APPROVER"},
			"not so much":     {h.second, above.ID, fault.Forbidden, "ABOVE_AUTHORITY"},
			"another company": {h.rival, p.ID, fault.NotFound, "NO_SUCH_PENDING"},
			"no such":         {h.second, 999, fault.NotFound, "NO_SUCH_PENDING"},
		} {
			if _, err := h.service.Confirm(ctx, c.by, lotID, c.id); fault.Of(err) != c.code || fault.In(err).Problem != c.problem {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := h.service.Cancel(ctx, h.second, lotID, p.ID); fault.In(err).Problem != "NOT_YOUR_PROPOSAL" {
			t.Errorf("cancelled by another: %v", err)
		}
		if _, err := h.service.Decline(ctx, h.agent, lotID, p.ID); fault.In(err).Problem != "OWN_BID" {
			t.Errorf("declined by himself: %v", err)
		}
		if _, err := h.service.Decline(ctx, h.second, lotID, above.ID); err != nil { // he may say no to what he may not say yes to
			t.Errorf("declined above his own limit: %v", err)
		}
		// The approver's own bids are another's to confirm, even if he may confirm as much.
		must(t, h.service.SetMember(ctx, h.chief, authority.Wish{
			Person: h.second.PersonID(), Approves: true, Approve: authority.Limit{None: true}, Version: 1,
		}))
		own, err := h.service.Propose(ctx, h.second, lotID, bid(3, 2_000_000*yuan), start)
		must(t, err)
		_, err = h.service.Confirm(ctx, h.second, lotID, own.ID)
		wants(t, err, fault.Forbidden, "OWN_BID")
		// Whoever may not approve any more does not, and nor does who has left.
		must(t, h.service.SetMember(ctx, h.chief, authority.Wish{Person: h.second.PersonID(), Approve: authority.Limit{None: true}, Version: 2}))
		_, err = h.service.Confirm(ctx, h.second, lotID, p.ID)
		wants(t, err, fault.Forbidden, "NOT_AN_APPROVER")
		must(t, h.service.SetMember(ctx, h.chief, authority.Wish{Person: h.second.PersonID(), Approves: true, Approve: authority.Limit{None: true}, Version: 3}))
		client.Membership.Delete().Where(memberIs(h.second)).ExecX(ctx)
		_, err = h.service.Confirm(ctx, h.second, lotID, p.ID)
		wants(t, err, fault.Forbidden, "NOT_AN_APPROVER")
		if h.bids() != 0 {
			t.Fatalf("%d bids", h.bids())
		}
	})
}

func TestWhatBecameOfItIsSaid(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		ctx := t.Context()
		h.limited()
		client := h.db.Ent()
		reg := client.Registration.Query().Where(registration.Paddle("A001")).OnlyIDX(ctx)
		for i, c := range []struct {
			name    string
			before  func(id int)
			problem fault.Problem
			after   func()
		}{
			{"declined", func(id int) { _, err := h.service.Decline(ctx, h.second, lotID, id); must(t, err) }, "PENDING_DECLINED", nil},
			{"cancelled", func(id int) { _, err := h.service.Cancel(ctx, h.agent, lotID, id); must(t, err) }, "PENDING_CANCELLED", nil},
			{"suspended", func(int) { client.Registration.UpdateOneID(reg).SetState(registration.StateSUSPENDED).ExecX(ctx) }, "PENDING_SUSPENDED_THEN",
				func() { client.Registration.UpdateOneID(reg).SetState(registration.StateQUALIFIED).ExecX(ctx) }},
			{"not qualified", func(int) { client.Registration.UpdateOneID(reg).SetState(registration.StateREJECTED).ExecX(ctx) }, "PENDING_NOT_QUALIFIED",
				func() { client.Registration.UpdateOneID(reg).SetState(registration.StateQUALIFIED).ExecX(ctx) }},
			{"mandate ended", func(int) {
				client.Membership.Update().Where(memberIs(h.agent)).SetRole(membership.RoleVIEWER).ExecX(ctx)
			}, "PENDING_MANDATE_ENDED", func() { client.Membership.Update().Where(memberIs(h.agent)).SetRole(membership.RoleAGENT).ExecX(ctx) }},
			{"power of attorney revoked", func(int) {
				client.Mandate.Update().Where(mandate.PersonID(h.agent.PersonID())).SetState(mandate.StateREVOKED).ExecX(ctx)
			}, "PENDING_MANDATE_ENDED", func() {
				client.Mandate.Update().Where(mandate.PersonID(h.agent.PersonID())).SetState(mandate.StateACCEPTED).ExecX(ctx)
			}},
			{"closed", func(int) { client.Lot.UpdateOneID(1).SetPhase(string(auction.Closed)).ExecX(ctx) }, "PENDING_LOT_CLOSED", nil},
		} {
			p := h.propose(bid(byte(i+1), 2_000_000*yuan))
			c.before(p.ID)
			_, err := h.service.Confirm(ctx, h.second, lotID, p.ID)
			wants(t, err, fault.Conflict, c.problem)
			if c.after != nil { // and what has lapsed stays so
				c.after()
				_, err = h.service.Confirm(ctx, h.second, lotID, p.ID)
				wants(t, err, fault.Conflict, c.problem)
			}
			if _, err = h.service.Cancel(ctx, h.agent, lotID, p.ID); c.name != "cancelled" {
				wants(t, err, fault.Conflict, c.problem)
			}
		}
		if h.bids() != 0 {
			t.Fatalf("%d bids", h.bids())
		}
	})
}

func TestWhatMayNotEvenWait(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		ctx := t.Context()
		h.limited()
		_, err := h.service.Propose(ctx, h.chief, lotID, bid(1, 2_000_000*yuan), start)
		wants(t, err, fault.Forbidden, "NOT_ADMITTED")
		jump := bid(1, 3_000_000*yuan) // R3.1: three times the price
		_, err = h.service.Propose(ctx, h.agent, lotID, jump, start)
		wants(t, err, fault.Conflict, "NEEDS_CONFIRMATION")
		jump.Confirmed = true
		p := h.propose(jump)
		reused := jump
		reused.AmountFen += yuan
		_, err = h.service.Propose(ctx, h.agent, lotID, reused, start)
		wants(t, err, fault.Conflict, "KEY_REUSED")
		done, err := h.service.Confirm(ctx, h.second, lotID, p.ID)
		must(t, err)
		if !done.Row.Accepted {
			t.Fatalf("a jump that its bidder has confirmed: %+v", done.Row)
		}
		for i := range 10 {
			_, err := h.service.Propose(ctx, h.agent, lotID, bid(byte(10+i), 4_000_000*yuan), 3_000_000*yuan)
			must(t, err)
		}
		_, err = h.service.Propose(ctx, h.agent, lotID, bid(30, 4_000_000*yuan), 3_000_000*yuan)
		wants(t, err, fault.Conflict, "TOO_MANY_PENDING")
	})
}

// The price has passed what waited: the engine says so, to both.
func TestConfirmedTooLate(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		ctx := t.Context()
		h.limited()
		p := h.propose(bid(1, 2_000_000*yuan))
		rival := bid(2, 2_500_000*yuan)
		rival.Paddle = "B002"
		h.command(rival)
		done, err := h.service.Confirm(ctx, h.second, lotID, p.ID)
		must(t, err)
		mine, err := h.service.InLot(ctx, h.agent, lotID)
		must(t, err)
		for _, seen := range []feed.PendingBid{done, mine[0]} {
			if seen.Row == nil || seen.Row.Accepted || seen.Row.Reason != auction.BelowMinimum {
				t.Fatalf("%+v", seen.Row)
			}
		}
	})
}

// A maximum counts with its maximum, not with the price that it makes.
func TestMaximumWaitsToo(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		h.limited()
		b := bid(1, 2_000_000*yuan)
		b.Kind = auction.Maximum
		if !h.above(b.AmountFen) {
			t.Fatal("a maximum above the limit needs nobody")
		}
		p := h.propose(b)
		done, err := h.service.Confirm(t.Context(), h.second, lotID, p.ID)
		must(t, err)
		if !done.Row.Accepted || done.Row.BidKind != auction.Maximum || done.Row.PriceFen != start {
			t.Fatalf("%+v", done.Row)
		}
	})
}

// The saleroom has done as told and its answer was lost: to confirm again is to ask again.
func TestLostAnswer(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		ctx := t.Context()
		h.limited()
		p := h.propose(bid(1, 2_000_000*yuan))
		h.loses(fault.New(fault.UnknownYet, "", "lost"))
		_, err := h.service.Confirm(ctx, h.second, lotID, p.ID)
		wants(t, err, fault.UnknownYet, "")
		mine, err := h.service.InLot(ctx, h.agent, lotID)
		must(t, err)
		if mine[0].State != feed.Confirmed || mine[0].Row != nil {
			t.Fatalf("%+v", mine[0])
		}
		h.loses(nil)
		done, err := h.service.Confirm(ctx, h.second, lotID, p.ID)
		must(t, err)
		if done.Row == nil || !done.Row.Accepted || h.bids() != 1 {
			t.Fatalf("%+v, %d bids", done, h.bids())
		}
	})
}

func TestOnlyTheCompanySeesIt(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		ctx := t.Context()
		h.limited()
		h.propose(bid(1, 2_000_000*yuan))
		operator := h.person(h.organisation(organisation.KindMARKET_OPERATOR), membership.RoleADMINISTRATOR)
		looker := h.person(h.agent.Organisation, membership.RoleVIEWER)
		for name, v := range map[string]identity.Viewer{"a rival": h.rival, "a visitor": {}, "an operator": operator, "who looks on": looker} {
			seen, err := h.service.InLot(ctx, v, lotID)
			must(t, err)
			all, err := h.service.Waiting(ctx, v)
			must(t, err)
			if len(seen)+len(all) != 0 || authority.Company(v) == h.agent.OrganisationID() {
				t.Errorf("%s sees %+v %+v", name, seen, all)
			}
		}
		all, err := h.service.Waiting(ctx, h.second)
		must(t, err)
		if len(all) != 1 || all[0].Lot.Number != "A-1" || all[0].Bar != "" {
			t.Fatalf("the second person sees %+v", all)
		}
	})
}

// together runs all at once, on two nodes in turn.
func together(h *hall, all ...func(*authority.Service) error) (errs []error) {
	nodes := []*authority.Service{h.service, h.other()}
	errs = make([]error, len(all))
	var done sync.WaitGroup
	begin := make(chan struct{})
	for i, f := range all {
		done.Go(func() {
			<-begin
			errs[i] = f(nodes[i%2])
		})
	}
	close(begin)
	done.Wait()
	return errs
}

func TestRaces(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		ctx := context.WithoutCancel(t.Context())
		h.limited()
		must(t, h.service.SetMember(ctx, h.chief, authority.Wish{Person: h.chief.PersonID(), Bid: authority.Limit{None: true}, Approves: true, Approve: authority.Limit{None: true}}))
		amount := 2_000_000 * yuan
		for round := range 6 {
			before := h.bids()
			p := h.propose(bid(byte(round+1), amount))
			amount += 100_000 * yuan
			confirm := func(v identity.Viewer) func(*authority.Service) error {
				return func(s *authority.Service) error { _, err := s.Confirm(ctx, v, lotID, p.ID); return err }
			}
			cancel := func(s *authority.Service) error { _, err := s.Cancel(ctx, h.agent, lotID, p.ID); return err }
			decline := func(s *authority.Service) error { _, err := s.Decline(ctx, h.chief, lotID, p.ID); return err }
			rival := []func(*authority.Service) error{confirm(h.second), confirm(h.chief)}
			if round%3 == 1 {
				rival = []func(*authority.Service) error{confirm(h.second), cancel}
			} else if round%3 == 2 {
				rival = []func(*authority.Service) error{confirm(h.second), decline}
			}
			errs := together(h, rival...)
			made := h.bids() - before
			if round%3 == 0 {
				if errs[0] != nil || errs[1] != nil || made != 1 {
					t.Fatalf("two confirmations: %v, %d bids", errs, made)
				}
				continue
			}
			if (errs[0] == nil) == (errs[1] == nil) || (made == 1) != (errs[0] == nil) {
				t.Fatalf("round %d: %v, %d bids: both or neither", round, errs, made)
			}
		}
	})
}

// The lot closes while a bid is confirmed: it is a bid before the close, or it is none, and both are told which.
func TestConfirmedAtTheClose(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		ctx := context.WithoutCancel(t.Context())
		h.limited()
		p := h.propose(bid(1, 2_000_000*yuan))
		errs := together(h,
			func(s *authority.Service) error { _, err := s.Confirm(ctx, h.second, lotID, p.ID); return err },
			func(*authority.Service) error { _, err := h.floor.Submit(ctx, lotID, auction.Close{}); return err })
		must(t, errors.Join(errs...))
		mine, err := h.service.InLot(ctx, h.agent, lotID)
		must(t, err)
		if r := mine[0].Row; r == nil || !r.Accepted && r.Reason != auction.AlreadyClosed {
			t.Fatalf("%+v", mine[0])
		}
	})
}

func TestFollow(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		h.limited()
		node := h.other()
		heard := make(chan int, 10)
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() { defer close(ended); node.Follow(ctx, func(company int, _ auction.LotID) { heard <- company }) }()
		p := h.propose(bid(1, 2_000_000*yuan)) // no bell reaches that node: it looks from time to time
		if got := <-heard; got != h.agent.OrganisationID() {
			t.Fatalf("company %d", got)
		}
		h.clock.Add(time.Second.Microseconds())
		h.db.Ent().Lot.Update().Where(lot.ID(1)).SetPhase(string(auction.Closed)).ExecX(t.Context())
		node.Heard()
		<-heard
		if left := h.db.Ent().PendingBid.GetX(t.Context(), p.ID); left.State != "LAPSED" || left.Why != "LOT_CLOSED" {
			t.Fatalf("%s %s", left.State, left.Why)
		}
		stop()
		<-ended
		if h.rings.Load() == 0 {
			t.Fatal("no node was told")
		}
	})
}
