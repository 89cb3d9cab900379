package market_test

import (
	"testing"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/ent/mandate"
	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/internal/fault"
)

// §1.1: whoever is not an administrator writes drafts freely, and puts a result on offer, or takes it back, under a power of
// attorney for that.
func TestAnEditorOffersUnderAPowerOfAttorney(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		ctx := t.Context()
		editor, boss := h.person(h.seller, membership.RoleEDITOR), h.person(h.seller, membership.RoleADMINISTRATOR)
		paper := h.db.Ent().Mandate.Query().Where(mandate.PersonID(editor.PersonID())).OnlyX(ctx)
		id, v := h.begin(editor, sheet())

		for name, change := range map[string]func(*ent.MandateUpdateOne) *ent.MandateUpdateOne{
			"for bidding only": func(u *ent.MandateUpdateOne) *ent.MandateUpdateOne { return u.SetScope([]string{"BID", "SIGN"}) },
			"not accepted":     func(u *ent.MandateUpdateOne) *ent.MandateUpdateOne { return u.SetState(mandate.StateSUBMITTED) },
			"revoked":          func(u *ent.MandateUpdateOne) *ent.MandateUpdateOne { return u.SetState(mandate.StateREVOKED) },
			"over":             func(u *ent.MandateUpdateOne) *ent.MandateUpdateOne { return u.SetValidUntil(h.clock) },
			"to come":          func(u *ent.MandateUpdateOne) *ent.MandateUpdateOne { return u.SetValidFrom(h.clock.Add(time.Second)) },
			"of another seller": func(u *ent.MandateUpdateOne) *ent.MandateUpdateOne {
				return u.SetOrganisationID(h.operator.OrganisationID())
			},
		} {
			t.Log(name)
			change(h.db.Ent().Mandate.UpdateOneID(paper.ID)).ExecX(ctx)
			problem(t, h.service.SubmitListing(ctx, editor, id, v), fault.Forbidden, "MANDATE_LIST_MISSING")
			h.db.Ent().Mandate.UpdateOneID(paper.ID).SetScope(paper.Scope).SetState(paper.State).SetValidFrom(paper.ValidFrom).
				SetValidUntil(paper.ValidUntil).SetOrganisationID(paper.OrganisationID).ExecX(ctx)
		}
		if l := h.db.Ent().Listing.GetX(ctx, id); l.Status != listing.StatusDRAFT || l.Version != v {
			t.Fatalf("refused, and %s, version %d", l.Status, l.Version)
		}

		must(t, h.service.SubmitListing(ctx, editor, id, v))
		h.db.Ent().Mandate.UpdateOneID(paper.ID).SetState(mandate.StateREVOKED).ExecX(ctx)
		problem(t, h.service.WithdrawListing(ctx, editor, id, v+1), fault.Forbidden, "MANDATE_LIST_MISSING")
		must(t, h.service.WithdrawListing(ctx, boss, id, v+1)) // he represents the organisation himself

		own, v := h.begin(editor, sheet())
		must(t, h.service.WithdrawListing(ctx, editor, own, v)) // a draft nobody was offered
	})
}
