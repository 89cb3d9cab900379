package dataroom_test

import (
	"testing"

	"github.com/g60-corridor/corridor/ent/document"
	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/internal/fault"
)

// §1.1: who is not verified neither promises nor reads; who loses it reads no more at once, with the session that he has.
func TestOnlyTheVerifiedPromiseAndRead(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		paper := h.hand(document.AudienceCONFIDENTIAL, text)
		public := h.hand(document.AudiencePUBLIC, text)
		stands := func(s organisation.Standing) {
			h.agent.Organisation.Update().SetStanding(s).ExecX(ctx) // the viewer holds it as it was
		}
		outside := []organisation.Standing{organisation.StandingNEW, organisation.StandingSUBMITTED, organisation.StandingEXPIRED,
			organisation.StandingSUSPENDED, organisation.StandingBLACKLISTED}
		for _, s := range outside {
			stands(s)
			problem(t, h.sign(h.agent), fault.Forbidden, fault.Problem("STANDING_"+string(s)))
		}
		if n := h.db.Ent().RoomPromise.Query().CountX(ctx); n != 0 || len(h.told) != 0 {
			t.Errorf("%d promises, told %v", n, h.told)
		}
		stands(organisation.StandingVERIFIED)
		must(t, h.sign(h.agent))
		if _, _, err := h.open(h.agent, paper, 0); err != nil {
			t.Errorf("verified, and promised: %v", err)
		}
		colleague := h.memberOf(h.agent.Organisation, membership.RoleVIEWER)
		for _, s := range outside {
			stands(s)
			want := fault.Problem("STANDING_" + string(s))
			for _, v := range []int{0, 1} {
				_, _, err := h.open(h.agent, paper, v)
				problem(t, err, fault.Forbidden, want)
			}
			_, _, err := h.open(colleague, paper, 0)
			problem(t, err, fault.Forbidden, want)
			if may, err := h.service.MayRead(ctx, h.agent, h.listing.ID); may || err != nil {
				t.Errorf("%s: may read %v %v", s, may, err)
			}
			at, err := h.service.Room(ctx, h.agent, h.listing.ID)
			must(t, err)
			if at.Closed() != want || at.MaySign {
				t.Errorf("%s: closed %q, may sign %v", s, at.Closed(), at.MaySign)
			}
			if _, _, err := h.open(h.agent, public, 0); err != nil {
				t.Errorf("%s: what is public is closed: %v", s, err)
			}
			if _, _, err := h.service.Promise(ctx, h.agent, h.listing.ID, at.Promise.ID); err != nil {
				t.Errorf("%s: his own promise: %v", s, err)
			}
		}
		stands(organisation.StandingVERIFIED) // what was promised holds
		if _, _, err := h.open(h.agent, paper, 0); err != nil {
			t.Errorf("verified again: %v", err)
		}
	})
}
