package market

import (
	"context"
	"fmt"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/ent/patent"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/identity"
)

// Export are all listings of the viewer's organisation with their patents, the oldest first. Every member may have
// them, of an organisation that sells.
func (s *Service) Export(ctx context.Context, by identity.Viewer) ([]*ent.Listing, error) {
	switch {
	case !by.SignedIn():
		return nil, fault.New(fault.SignIn, "", "")
	case !by.Sells():
		return nil, fault.New(fault.Forbidden, "SELLERS_ONLY", "")
	}
	all, err := s.db.Ent().Listing.Query().Where(listing.HasSellerWith(organisation.ID(by.OrganisationID()))).
		WithPatents(func(q *ent.PatentQuery) { q.Order(patent.ByID()) }).Order(listing.ByID()).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("list the listings of organisation %d: %w", by.OrganisationID(), err)
	}
	return all, nil
}
