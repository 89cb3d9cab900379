package project_test

import (
	"testing"

	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/identity"
)

// §1.1: only a verified organisation begins a project.
func TestOnlyAVerifiedSellerBegins(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.seller.Organisation.Update().SetStanding(organisation.StandingEXPIRED).ExecX(t.Context())
		_, err := h.projects.Offered(t.Context(), h.seller, h.listing.ID)
		if e := fault.In(err); e.Code != fault.Conflict || e.Problem != "STANDING_EXPIRED" {
			t.Errorf("%v", err)
		}
		if identity.InGoodStanding(h.operator.Organisation) != nil {
			t.Error("the operator is not in good standing")
		}
	})
}
