package project_test

import (
	"testing"

	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/project"
	"github.com/g60-corridor/corridor/internal/trade"
)

// R2.1: what an operator has verified decides how free a seller is, whatever he answers; he answers where it says nothing.
func TestTheFileSaysHowFreeASellerIs(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		for _, c := range []struct {
			name             string
			kind             organisation.Kind
			verified, se, by bool // its file was verified; it is established, or owned, by the state
			owned            string
			want             trade.Regime
			problem          fault.Problem
		}{
			{"university, no file", organisation.KindUNIVERSITY, false, false, false, "", trade.StateUnit, ""},
			{"university, no file, answers", organisation.KindUNIVERSITY, false, false, false, "private", trade.StateUnit, ""},
			{"university of the state", organisation.KindUNIVERSITY, true, true, false, "private", trade.StateUnit, ""},
			{"institute, both marks", organisation.KindINSTITUTE, true, true, true, "", trade.StateUnit, ""},
			{"private university", organisation.KindUNIVERSITY, true, false, false, "", trade.Private, ""},
			{"company, no file", organisation.KindCOMPANY, false, false, false, "", "", "REQUIRED"},
			{"company, no file, private", organisation.KindCOMPANY, false, false, false, "private", trade.Private, ""},
			{"company, no file, of the state", organisation.KindCOMPANY, false, false, false, "state", trade.StateOwned, ""},
			{"company of the state", organisation.KindCOMPANY, true, false, true, "private", trade.StateOwned, ""},
			{"private company", organisation.KindCOMPANY, true, false, false, "state", trade.Private, ""},
			{"company established by the state", organisation.KindCOMPANY, true, true, false, "", trade.StateUnit, ""},
		} {
			seller := h.member(c.kind, membership.RoleADMINISTRATOR)
			u := seller.Organisation.Update().SetStateEstablished(c.se).SetSoe(c.by)
			if c.verified {
				u.SetVerifiedAt(h.clock.now())
			}
			seller.Organisation = u.SaveX(ctx)
			listing := h.db.Ent().Listing.Create().SetNumber(c.name).SetTitleZh("膜").SetTitleEn("Membrane").SetField("NM").SetTrl(5).
				SetRights([]string{"ASSIGN"}).SetInventors([]string{"甲"}).SetCity("310000").SetStatus(h.listing.Status).
				SetSeller(seller.Organisation).SaveX(ctx)
			id, err := h.projects.Open(ctx, seller, project.Opening{
				Listing: listing.ID, Way: trade.ByListing, Rights: listing.Rights[0], PriceFen: 5_000_000 * yuan, Owned: c.owned,
			})
			if c.problem != "" {
				if e := fault.In(err); err == nil || len(e.Fields) != 1 || e.Fields[0].Problem != c.problem || e.Fields[0].Name != "owned" {
					t.Errorf("%s: %v", c.name, err)
				}
				continue
			}
			must(t, err)
			if got := h.view(id).State.Regime; got != c.want {
				t.Errorf("%s: %q, want %q", c.name, got, c.want)
			}
		}
	})
}
