package project_test

import (
	"testing"

	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/internal/exclusion"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/inbox"
	"github.com/g60-corridor/corridor/internal/trade"
)

// §1.1: only a verified organisation begins a project.
func TestOnlyAVerifiedSellerBegins(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.seller.Organisation.Update().SetStanding(organisation.StandingEXPIRED).ExecX(t.Context())
		_, err := h.projects.Offered(t.Context(), h.seller, h.listing.ID)
		if e := fault.In(err); e.Code != fault.Conflict || e.Problem != "STANDING_EXPIRED" {
			t.Errorf("%v", err)
		}
		if identity.InGoodStanding(h.operator.Organisation, h.clock.now()) != nil {
			t.Error("the operator is not in good standing")
		}
	})
}

// Of a project's bidders too: one of the same hand as another, and the seller's own company, are kept out (R1.6, R1.8), who is
// not verified has to wait, and an inventor is told to the public (R1.7).
func TestWhoMayNotRegisterForAProject(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		office, err := identity.New(identity.Options{Database: h.db, Now: h.clock.now, Cost: identity.Cost, Secret: make([]byte, 32)})
		must(t, err)
		link := func(v identity.Viewer, t2 identity.Tie) {
			v.Membership = membership.RoleADMINISTRATOR
			must(t, office.Declare(ctx, v, v.OrganisationID(), t2, "", nil))
			file, err := office.File(ctx, h.operator, v.OrganisationID())
			must(t, err)
			must(t, office.DecideTie(ctx, h.operator, v.OrganisationID(), file.Ties[len(file.Ties)-1].ID, true, ""))
		}
		id := h.list(5_000_000*yuan, "2026-03-02 10:00", listingTerms(t, 500_000*yuan))
		own, inventor := h.buyers[0], h.buyers[1]
		link(h.seller, identity.Tie{Outward: true, Relation: exclusion.Owns, OtherName: own.Organisation.NameZh, ShareBP: 6000})
		link(inventor, identity.Tie{Relation: exclusion.Owns, OtherName: h.listing.Inventors[0], ShareBP: 9000})
		if e := fault.In(h.do(own, id, "", trade.Register{})); e.Code != fault.Forbidden || e.Problem != "EXCLUDED" {
			t.Errorf("the seller's own company: %v", e)
		}
		inventor.Organisation.Update().SetStanding(organisation.StandingNEW).ExecX(ctx)
		if e := fault.In(h.do(inventor, id, "", trade.Register{})); e.Problem != "STANDING_NEW" {
			t.Errorf("not verified: %v", e)
		}
		inventor.Organisation.Update().SetStanding(organisation.StandingVERIFIED).ExecX(ctx)
		h.qualify(inventor, id, "2026-03-03 10:00")
		if n := len(h.herald.told); n != 0 {
			t.Errorf("the operator is told %d times of what is no alert", n)
		}
		claimed := h.buyers[2] // what was only declared is looked at by a person
		claimed.Membership = membership.RoleADMINISTRATOR
		must(t, office.Declare(ctx, claimed, claimed.OrganisationID(), identity.Tie{Relation: exclusion.Controls, OtherName: h.seller.Organisation.NameZh}, "", nil))
		h.must(claimed, id, "", trade.Register{})
		if e := fault.In(h.do(h.operator, id, "", trade.AcceptDocuments{Registration: "R2"})); e.Problem != "ALERTS_OPEN" {
			t.Errorf("accepted before it is looked at: %v", e)
		}
		if told := h.herald.told; len(told) != 1 || told[0].Kind != inbox.AlertOpened || told[0].Organisation != h.operator.OrganisationID() ||
			told[0].Params["Number"] != h.view(id).Row.Number {
			t.Errorf("the operator is told %+v", told)
		}
		if is, err := h.projects.Interested(ctx, h.view(id)); err != nil || !is {
			t.Errorf("the inventor is not told to the public: %v", err)
		}
	})
}
