package project

import (
	"context"
	"fmt"
	"slices"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/ent/person"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/trade"
)

// saleOf are the parties of a project, for the rules of exclusion.
func saleOf(v *View, bidder int) identity.Sale {
	sale := identity.Sale{
		Project: v.Row.ID, Bidder: bidder, Seller: v.Row.Edges.Seller.ID, Operator: v.Row.Edges.Operator.ID,
		Inventors: v.Row.Edges.Listing.Inventors,
	}
	if l := v.State.Licence; l != nil {
		sale.House, sale.Auctioneer = l.House, l.Auctioneer
	}
	for _, r := range v.State.Registrations {
		if id, ok := OrganisationOf(r.Party); ok && id != bidder && (r.Status == trade.Accepted || r.Status == trade.Qualified) {
			sale.Qualified = append(sale.Qualified, id)
		}
	}
	return sale
}

// fit says why an organisation may not register, or be accepted: it is not verified (§1.1), or somebody keeps it out (R1.6,
// R1.8).
func (s *Service) fit(ctx context.Context, v *View, bidder int) error {
	if err := identity.Good(ctx, s.db.Ent(), bidder, s.now()); err != nil {
		return err
	}
	found, err := identity.Judge(ctx, s.db.Ent(), saleOf(v, bidder), s.now())
	if err != nil {
		return err
	}
	return identity.Blocking(found)
}

// look writes down what is known of a bidder and does not keep him out.
func (s *Service) look(ctx context.Context, id, bidder int) error {
	return s.tx(ctx, func(tx storeTx) error {
		v, err := s.view(ctx, tx.Ent(), id)
		if err != nil {
			return err
		}
		sale := saleOf(v, bidder)
		found, err := identity.Judge(ctx, tx.Ent(), sale, s.now())
		if err != nil {
			return err
		}
		return identity.KeepFindings(ctx, tx, s.herald, sale, found, s.now())
	})
}

// accepting looks at an applicant before his documents are accepted: another of the same hand may have come first, and what
// is found about him stays to be looked at though he is not accepted for it.
func (s *Service) accepting(ctx context.Context, v *View, c trade.AcceptDocuments) error {
	r, ok := v.State.Registration(c.Registration)
	bidder, known := OrganisationOf(r.Party)
	if !ok || !known || r.Status != trade.Applied {
		return nil // the machine says so
	}
	if err := s.fit(ctx, v, bidder); err != nil {
		return err
	}
	if err := s.look(ctx, v.Row.ID, bidder); err != nil {
		return err
	}
	return identity.Looked(ctx, s.db.Ent(), saleOf(v, bidder))
}

// exclusion says why the viewer's organisation may not bid; empty if it may. R1.6
func (s *Service) exclusion(ctx context.Context, by identity.Viewer, v *View) (string, error) {
	seller, operator := v.Row.Edges.Seller.ID, v.Row.Edges.Operator.ID
	if by.OrganisationID() == seller || by.OrganisationID() == operator {
		return "SELLER_OR_OPERATOR", nil
	}
	delegate, err := s.db.Ent().Membership.Query().Where(membership.HasPersonWith(person.ID(by.PersonID())),
		membership.HasOrganisationWith(organisation.IDIn(seller, operator))).Exist(ctx)
	if err != nil {
		return "", fmt.Errorf("look for ties to the seller: %w", err)
	}
	if delegate {
		return "DELEGATE", nil
	}
	return "", nil
}

// Interested says whether the buyer, or one of those who are registered, is an inventor or has an interest. R1.7
func (s *Service) Interested(ctx context.Context, v *View) (bool, error) {
	parties := []trade.Party{v.State.Offer.Buyer}
	if v.State.Award != nil {
		parties = []trade.Party{v.State.Award.Buyer}
	} else {
		for _, r := range v.State.Registrations {
			if slices.Contains([]trade.RegistrationStatus{trade.Applied, trade.Accepted, trade.Qualified}, r.Status) {
				parties = append(parties, r.Party)
			}
		}
	}
	var bidders []int
	for _, p := range parties {
		if id, ok := OrganisationOf(p); ok {
			bidders = append(bidders, id)
		}
	}
	return identity.Interested(ctx, s.db.Ent(), 0, v.Row.ID, bidders)
}

// closed says whether somebody must not see the seller's side of a project. R1.7
func closed(ctx context.Context, client *ent.Client, by identity.Viewer, v *View) (bool, error) {
	is, err := identity.ClosedTo(ctx, client, by, nil, []int{v.Row.ID})
	if err != nil {
		return false, fmt.Errorf("look who bids in project %d: %w", v.Row.ID, err)
	}
	return is, nil
}
