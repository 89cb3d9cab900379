package identity_test

import (
	"testing"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/internal/exclusion"
	"github.com/g60-corridor/corridor/internal/identity"
)

// R1.6: whoever enters under the name of a bidder does not take from him what was confirmed of him by name.
func TestANamesakeDoesNotFreeABidder(t *testing.T) {
	eachBureau(t, func(t *testing.T, b *bureau) {
		ctx, client := t.Context(), b.db.Ent()
		seller := b.verified(1)
		entry := func(n int, standing organisation.Standing) *ent.Organisation {
			return client.Organisation.Create().SetNameZh("子公司").SetNameEn("Daughter").SetKind(organisation.KindCOMPANY).SetUscc(uscc(n)).
				SetCity("310117").SetStanding(standing).SaveX(ctx)
		}
		entry(10, organisation.StandingNEW) // came first, and is nobody yet
		bidder := entry(11, organisation.StandingVERIFIED)
		entry(12, organisation.StandingSUBMITTED)
		b.must(b.s.Declare(ctx, seller, seller.OrganisationID(), identity.Tie{Outward: true, Relation: exclusion.Owns, OtherName: "子公司", ShareBP: 8000}, "", nil))
		file, err := b.s.File(ctx, b.operator, seller.OrganisationID())
		b.must(err)
		b.must(b.s.DecideTie(ctx, b.operator, seller.OrganisationID(), file.Ties[0].ID, true, ""))
		found, err := identity.Judge(ctx, client, identity.Sale{
			Lot: 1, Bidder: bidder.ID, Seller: seller.OrganisationID(), Operator: b.operator.OrganisationID(),
		}, b.clock)
		b.must(err)
		if identity.Blocking(found) == nil {
			t.Errorf("the seller's own company may bid: %+v", found)
		}
	})
}
