package project_test

import (
	"testing"

	"github.com/g60-corridor/corridor/ent/mandate"
	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/project"
	"github.com/g60-corridor/corridor/internal/trade"
)

// colleague is another member of the seller.
func (h *house) colleague(role membership.Role, address string) identity.Viewer {
	h.t.Helper()
	ctx, o := h.t.Context(), h.seller.Organisation
	p := h.db.Ent().Person.Create().SetEmail(address).SetNameZh("同事").SaveX(ctx)
	h.db.Ent().Membership.Create().SetPerson(p).SetOrganisation(o).SetRole(role).ExecX(ctx)
	return identity.Viewer{Person: p, Organisation: o, Membership: role}
}

// §1.1: who decides for a seller is his administrator, or an editor with a power of attorney; an agent bids, and decides nothing.
func TestAnEditorDecidesUnderAPowerOfAttorney(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		editor, agent := h.colleague(membership.RoleEDITOR, "editor@example.org"), h.colleague(membership.RoleAGENT, "agent@example.org")
		o := project.Opening{Listing: h.listing.ID, Way: trade.ByListing, Rights: "ASSIGN", PriceFen: 2_000_000 * yuan}
		refused := func(err error, problem fault.Problem) {
			t.Helper()
			if e := fault.In(err); err == nil || e.Code != fault.Forbidden || e.Problem != problem {
				t.Errorf("%v, want %s", err, problem)
			}
		}
		_, err := h.projects.Open(ctx, agent, o)
		refused(err, "NOT_THE_SELLER")
		_, err = h.projects.Open(ctx, editor, o)
		refused(err, "MANDATE_LIST_MISSING")
		if n := h.db.Ent().Project.Query().CountX(ctx); n != 0 {
			t.Fatalf("%d projects", n)
		}

		id := h.open(trade.ByListing, 2_400_000*yuan)
		decide := trade.RecordDecision{File: file(2_400_000 * yuan)}
		refused(h.do(agent, id, "", decide), "NOT_YOURS_TO_DECIDE")
		refused(h.do(editor, id, "", decide), "MANDATE_LIST_MISSING")
		m := h.db.Ent().Mandate.Create().SetPerson(editor.Person).SetOrganisation(h.seller.Organisation).SetScope([]string{"BID"}).
			SetState(mandate.StateACCEPTED).SetSubmittedBy(editor.PersonID()).SetValidFrom(h.clock.now().AddDate(0, -1, 0)).
			SetValidUntil(h.clock.now().AddDate(1, 0, 0)).SaveX(ctx)
		refused(h.do(editor, id, "", decide), "MANDATE_LIST_MISSING")
		m.Update().SetScope([]string{"LIST"}).ExecX(ctx)
		h.must(editor, id, "", decide)
		h.must(editor, id, "", trade.SubmitForReview{})

		// Once it is listed and has ended without a buyer, to relist it takes one too (R2.9).
		h.must(h.operator, id, "2026-03-02 10:00", trade.PublishListing{Terms: listingTerms(t, 240_000*yuan)})
		stop := h.work()
		h.clock.set(at("2026-06-01 10:00"))
		until(t, "the end", func() bool { return h.view(id).State.Phase == trade.Ended })
		stop()
		m.Update().SetState(mandate.StateREVOKED).ExecX(ctx)
		_, err = h.projects.Relist(ctx, editor, id, 2_000_000*yuan, file(2_000_000*yuan))
		refused(err, "MANDATE_LIST_MISSING")
		_, err = h.projects.Relist(ctx, h.seller, id, 2_000_000*yuan, file(2_000_000*yuan))
		must(t, err)
	})
}
