package project_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/g60-corridor/corridor/ent/mandate"
	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/inbox"
	"github.com/g60-corridor/corridor/internal/money"
	"github.com/g60-corridor/corridor/internal/project"
	"github.com/g60-corridor/corridor/internal/trade"
)

// agentOf is another agent of a company, with a power of attorney.
func (h *house) agentOf(of identity.Viewer) identity.Viewer {
	h.t.Helper()
	ctx, client := h.t.Context(), h.db.Ent()
	p := client.Person.Create().SetEmail(fmt.Sprintf("c%d@example.org", client.Person.Query().CountX(ctx))).SetNameZh("同事").SaveX(ctx)
	client.Membership.Create().SetPerson(p).SetOrganisation(of.Organisation).SetRole(membership.RoleAGENT).ExecX(ctx)
	client.Mandate.Create().SetPerson(p).SetOrganisation(of.Organisation).SetScope([]string{"BID"}).SetState(mandate.StateACCEPTED).SetSubmittedBy(p.ID).
		SetValidFrom(h.clock.now().AddDate(-1, 0, 0)).SetValidUntil(h.clock.now().AddDate(5, 0, 0)).ExecX(ctx)
	return identity.Viewer{Person: p, Organisation: of.Organisation, Membership: membership.RoleAGENT}
}

// bounded gives a member a limit, and lets him confirm up to another; 0: not at all.
func (h *house) bounded(who identity.Viewer, limit, approves money.Fen) {
	h.t.Helper()
	c := h.db.Ent().Authority.Create().SetOrganisationID(who.OrganisationID()).SetPersonID(who.PersonID()).SetBidFen(int64(limit))
	if approves > 0 {
		c.SetApproves(true).SetApproveFen(int64(approves))
	}
	c.ExecX(h.t.Context())
}

// sole brings a listing at a million to its only buyer.
func (h *house) sole() int {
	h.t.Helper()
	id := h.list(1_000_000*yuan, "2026-03-02 10:00", listingTerms(h.t, 100_000*yuan))
	h.qualify(h.buyers[0], id, "2026-03-03 10:00")
	h.clock.set(at("2026-03-10 00:00"))
	return id
}

// R2.12: the only buyer's word binds his company as a bid does. Above his limit it waits for a second person with authority
// and is no word before; scenario 5 goes on through him.
func TestAPriceAboveAuthorityWaits(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx, proposer := t.Context(), h.buyers[0]
		second, small := h.agentOf(proposer), h.agentOf(proposer)
		h.bounded(proposer, 999_999*yuan, 0)
		h.bounded(second, 0, 1_000_000*yuan)
		h.bounded(small, 0, 999_999*yuan)
		id, limits := h.sole(), h.limits()
		h.refused(proposer, id, "", trade.ConfirmPrice{PriceFen: 950_000 * yuan}, trade.PriceTooLow)
		word := trade.ConfirmPrice{PriceFen: 1_000_000 * yuan}
		for range 2 { // the same word twice is one
			if err := h.do(proposer, id, "", word); !errors.Is(err, project.ErrHeld) {
				t.Fatalf("above authority: %v", err)
			}
		}
		if h.in(id, trade.Closed1); h.count(id, "ListingClosed") != 1 || h.count(id, "Awarded") != 0 {
			t.Fatal("what the clock did is not stored, or what waits is")
		}
		held, err := limits.HeldPrices(ctx, second, id)
		must(t, err)
		if len(held) != 1 || held[0].AmountFen != word.PriceFen || held[0].Bar != "" || held[0].Approvers != 1 {
			t.Fatalf("what waits: %+v", held)
		}
		if rival, err := limits.HeldPrices(ctx, h.buyers[1], id); err != nil || len(rival) != 0 {
			t.Errorf("another company sees %+v %v", rival, err)
		}
		price := held[0].ID
		for name, c := range map[string]struct {
			by   identity.Viewer
			want fault.Problem
		}{
			"himself": {proposer, "OWN_BID"}, "a smaller one": {small, "ABOVE_AUTHORITY"}, "another company": {h.buyers[1], "NO_SUCH_PENDING"},
		} {
			if err := h.projects.ConfirmHeld(ctx, c.by, id, price); fault.In(err).Problem != c.want {
				t.Errorf("%s confirms: %v", name, err)
			}
		}
		must(t, h.projects.ConfirmHeld(ctx, second, id, price))
		h.in(id, trade.InAward)
		v := h.view(id)
		last := v.Entries[len(v.Entries)-1]
		if v.State.Award.PriceFen != word.PriceFen || v.State.Award.Buyer != project.PartyOf(proposer.OrganisationID()) || last.Person != second.PersonID() {
			t.Errorf("awarded %+v by person %d", v.State.Award, last.Person)
		}
		if err := h.projects.ConfirmHeld(ctx, second, id, price); fault.In(err).Problem != "PENDING_CONFIRMED" {
			t.Errorf("confirmed again: %v", err)
		}
	})
}

// Two who confirm at once make one word; what was declined or taken back, or came after the deadline, makes none.
func TestAHeldPriceIsDecidedOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx, proposer := t.Context(), h.buyers[0]
		second, third := h.agentOf(proposer), h.agentOf(proposer)
		h.bounded(proposer, 0, 0)
		h.bounded(second, 0, 2_000_000*yuan)
		h.bounded(third, 0, 2_000_000*yuan)
		id, limits := h.sole(), h.limits()
		hold := func(price money.Fen) int {
			if err := h.do(proposer, id, "", trade.ConfirmPrice{PriceFen: price}); !errors.Is(err, project.ErrHeld) {
				t.Fatalf("hold: %v", err)
			}
			held, err := limits.HeldPrices(ctx, second, id)
			must(t, err)
			return held[len(held)-1].ID
		}
		declined, taken := hold(1_000_001*yuan), hold(1_000_002*yuan)
		must(t, limits.EndPrice(ctx, second, id, declined, true))
		if err := limits.EndPrice(ctx, second, id, taken, false); fault.In(err).Problem != "NOT_YOUR_PROPOSAL" {
			t.Errorf("taken back by another: %v", err)
		}
		must(t, limits.EndPrice(ctx, proposer, id, taken, false))
		for _, price := range []int{declined, taken} {
			if err := h.projects.ConfirmHeld(ctx, second, id, price); fault.Of(err) != fault.Conflict {
				t.Errorf("what has ended is confirmed: %v", err)
			}
		}
		hold(1_000_003 * yuan)
		price := hold(1_000_000 * yuan)
		errs := make([]error, 2)
		var wait sync.WaitGroup
		for i, who := range []identity.Viewer{second, third} {
			wait.Go(func() { errs[i] = h.projects.ConfirmHeld(ctx, who, id, price) })
		}
		wait.Wait()
		if (errs[0] == nil) == (errs[1] == nil) || h.count(id, "Awarded") != 1 {
			t.Errorf("two at once: %v, %d awards", errs, h.count(id, "Awarded"))
		}
		if held, err := limits.HeldPrices(ctx, second, id); err != nil || len(held) > 0 {
			t.Errorf("once one counts, what else waited: %+v %v", held, err)
		}
	})
}

func TestAHeldPriceDoesNotStopTheClock(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx, proposer := t.Context(), h.buyers[0]
		second := h.agentOf(proposer)
		h.bounded(proposer, 0, 0)
		h.bounded(second, 0, 2_000_000*yuan)
		id := h.sole()
		if err := h.do(proposer, id, "", trade.ConfirmPrice{PriceFen: 1_000_000 * yuan}); !errors.Is(err, project.ErrHeld) {
			t.Fatalf("hold: %v", err)
		}
		held, err := h.limits().HeldPrices(ctx, second, id)
		must(t, err)
		h.clock.set(at("2026-03-13 00:00")) // three working days after 9 March
		if err := h.projects.ConfirmHeld(ctx, second, id, held[0].ID); fault.Of(err) != fault.Conflict {
			t.Errorf("after the deadline: %v", err)
		}
		h.in(id, trade.Ended)
		last := h.herald.told[len(h.herald.told)-1]
		if last.Kind != inbox.PriceLapsed || last.Person != proposer.PersonID() || last.Organisation != proposer.OrganisationID() {
			t.Errorf("who proposed it is told %+v", last)
		}
		if err := h.projects.ConfirmHeld(ctx, second, id, held[0].ID); fault.In(err).Problem != "PENDING_LAPSED" {
			t.Errorf("confirmed once it has lapsed: %v", err)
		}
	})
}

// Who proposes while a colleague's word is taken either lapses with it or is told at once that it comes too late: nothing waits on.
func TestAProposalDoesNotOutliveTheQuestion(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		proposer := h.buyers[0]
		second := h.agentOf(proposer)
		h.bounded(proposer, 0, 0)
		h.bounded(second, 2_000_000*yuan, 2_000_000*yuan)
		id := h.sole()
		var proposed, confirmed error
		var wait sync.WaitGroup
		wait.Go(func() {
			proposed = h.projects.Do(t.Context(), proposer, id, trade.ConfirmPrice{PriceFen: 1_000_001 * yuan})
		})
		wait.Go(func() {
			confirmed = h.projects.Do(t.Context(), second, id, trade.ConfirmPrice{PriceFen: 1_000_000 * yuan})
		})
		wait.Wait()
		must(t, confirmed)
		if !errors.Is(proposed, project.ErrHeld) && fault.Of(proposed) != fault.Conflict {
			t.Errorf("proposed: %v", proposed)
		}
		h.in(id, trade.InAward)
		if held, err := h.limits().HeldPrices(t.Context(), second, id); err != nil || len(held) > 0 {
			t.Errorf("waits on: %+v %v", held, err)
		}
	})
}
