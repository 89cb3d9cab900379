package market

import (
	"context"
	"fmt"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/ent/lot"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/internal/auction"
)

// Address is what has a public page of its own.
type Address struct {
	ID      int
	Changed time.Time // zero if it is not known
}

// LastAddresses gives the highest id among listings, lots and organisations, public or not.
func (s *Service) LastAddresses(ctx context.Context) (listings, lots, organisations int, err error) {
	client := s.db.Ent()
	for _, of := range []struct {
		last *int
		ask  func(context.Context) (int, error)
	}{
		{&listings, client.Listing.Query().Order(ent.Desc(listing.FieldID)).FirstID},
		{&lots, client.Lot.Query().Order(ent.Desc(lot.FieldID)).FirstID},
		{&organisations, client.Organisation.Query().Order(ent.Desc(organisation.FieldID)).FirstID},
	} {
		if *of.last, err = of.ask(ctx); err != nil && !ent.IsNotFound(err) {
			return 0, 0, 0, fmt.Errorf("look for the last id: %w", err)
		}
	}
	return listings, lots, organisations, nil
}

// ListingAddresses gives the published listings with ids above one and up to another.
func (s *Service) ListingAddresses(ctx context.Context, above, upTo int) (out []Address, err error) {
	all, err := s.db.Ent().Listing.Query().Where(listing.StatusEQ(listing.StatusPUBLISHED), listing.IDGT(above), listing.IDLTE(upTo)).
		Order(ent.Asc(listing.FieldID)).Select(listing.FieldID, listing.FieldPublishedAt).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("list the addresses of listings: %w", err)
	}
	for _, l := range all {
		a := Address{ID: l.ID}
		if l.PublishedAt != nil {
			a.Changed = *l.PublishedAt
		}
		out = append(out, a)
	}
	return out, nil
}

// LotAddresses gives the announced lots, as ListingAddresses does.
func (s *Service) LotAddresses(ctx context.Context, above, upTo int) (out []Address, err error) {
	all, err := s.db.Ent().Lot.Query().Where(lot.StatusEQ(lot.StatusPUBLISHED), lot.PhaseNEQ(string(auction.Draft)), lot.PhaseNEQ(""),
		lot.IDGT(above), lot.IDLTE(upTo)).Order(ent.Asc(lot.FieldID)).Select(lot.FieldID, lot.FieldChangedAt, lot.FieldCreatedAt).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("list the addresses of lots: %w", err)
	}
	for _, l := range all {
		a := Address{l.ID, l.CreatedAt}
		if l.ChangedAt != nil {
			a.Changed = *l.ChangedAt
		}
		out = append(out, a)
	}
	return out, nil
}

// OrganisationAddresses gives those that have a public profile, as ListingAddresses does.
func (s *Service) OrganisationAddresses(ctx context.Context, above, upTo int) (out []Address, err error) {
	all, err := s.db.Ent().Organisation.Query().Where(shown, organisation.IDGT(above), organisation.IDLTE(upTo)).
		Order(ent.Asc(organisation.FieldID)).IDs(ctx)
	if err != nil {
		return nil, fmt.Errorf("list the addresses of organisations: %w", err)
	}
	for _, id := range all {
		out = append(out, Address{ID: id})
	}
	return out, nil
}
