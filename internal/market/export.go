package market

import (
	"context"
	"fmt"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/ent/lot"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/ent/patent"
	"github.com/g60-corridor/corridor/ent/project"
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
	return s.withoutBidFor(ctx, by, all)
}

// withoutBidFor leaves out listings whose seller's side the viewer must not see any more: he bids for them himself. R1.7
func (s *Service) withoutBidFor(ctx context.Context, by identity.Viewer, all []*ent.Listing) (left []*ent.Listing, err error) {
	client, own := s.db.Ent(), listing.HasSellerWith(organisation.ID(by.OrganisationID()))
	lots, err := client.Lot.Query().Where(lot.HasListingWith(own)).IDs(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the lots of organisation %d: %w", by.OrganisationID(), err)
	}
	projects, err := client.Project.Query().Where(project.HasListingWith(own)).IDs(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the projects of organisation %d: %w", by.OrganisationID(), err)
	}
	if closed, err := identity.ClosedTo(ctx, client, by, lots, projects); err != nil || !closed {
		return all, err // almost everybody: no need to ask for each
	}
	for _, l := range all {
		err := openTo(ctx, client, by, l.ID)
		switch {
		case err == nil:
			left = append(left, l)
		case fault.Of(err) != fault.Forbidden:
			return nil, err
		}
	}
	return left, nil
}
