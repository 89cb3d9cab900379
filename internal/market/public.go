package market

import (
	"context"
	"fmt"

	"entgo.io/ent/dialect/sql"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/ent/lot"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/identity"
)

// Most that a feed and a page of an organisation show.
const (
	changedMost = 100
	profileMost = 12
)

// Changed returns the lots that a filter finds, the latest change first.
func (s *Service) Changed(ctx context.Context, f Filter) ([]*ent.Lot, error) {
	phases, where, err := f.predicates()
	if err != nil {
		return nil, err
	}
	all, err := lots(s.db.Ent(), phases, where...).Order(lot.ByChangedAt(descending()), lot.ByID(descending())).Limit(changedMost).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("list changed lots: %w", err)
	}
	return all, lotsAsPublished(ctx, s.db.Ent(), all)
}

// Sales returns at most so many of the lots that a filter finds: what goes on, then what comes, the soonest first, then what is
// over, the latest first. A coming sale gives way to none that is over.
func (s *Service) Sales(ctx context.Context, f Filter, most int) ([]*ent.Lot, error) {
	phases, where, err := f.predicates()
	if err != nil {
		return nil, err
	}
	all, err := lots(s.db.Ent(), phases, where...).
		Order(liveFirst, soonestNext, lot.ByClosedAt(descending()), lot.ByID(descending())).Limit(most).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("list sales: %w", err)
	}
	return all, lotsAsPublished(ctx, s.db.Ent(), all)
}

// Profile is what the public may know of an organisation.
type Profile struct {
	Organisation *ent.Organisation
	Lots         []*ent.Lot // of its results: live ones first
	LotsInAll    int
	Listings     []*ent.Listing // published results that are in no lot
}

// Organisation returns the public profile of an organisation. Companies have none until they offer something: who bids is
// nobody's business (R2.11, rule sheet §1.1). It fails with fault.NotFound.
func (s *Service) Organisation(ctx context.Context, id int) (Profile, error) {
	client := s.db.Ent()
	o, err := client.Organisation.Query().Where(organisation.ID(id), shown).Only(ctx)
	if ent.IsNotFound(err) {
		return Profile{}, fault.New(fault.NotFound, "", "no such organisation")
	}
	if err != nil {
		return Profile{}, fmt.Errorf("read organisation %d: %w", id, err)
	}
	p := Profile{Organisation: o}
	phases := phasesOf[AnyStage]
	of := lot.HasListingWith(listing.HasSellerWith(organisation.ID(id)))
	if p.LotsInAll, err = lots(client, phases, of).Count(ctx); err != nil {
		return Profile{}, fmt.Errorf("count lots of organisation %d: %w", id, err)
	}
	if p.Lots, err = lots(client, phases, of).Order(orderOf(AnyStage)...).Limit(profileMost).All(ctx); err != nil {
		return Profile{}, fmt.Errorf("list lots of organisation %d: %w", id, err)
	}
	if err := lotsAsPublished(ctx, client, p.Lots); err != nil {
		return Profile{}, err
	}
	p.Listings, err = s.Offered(ctx, id)
	return p, err
}

// Offered are the published results of a seller that are in no public lot, the newest first.
func (s *Service) Offered(ctx context.Context, seller int) ([]*ent.Listing, error) {
	all, err := s.db.Ent().Listing.Query().Where(listing.StatusEQ(listing.StatusPUBLISHED), listing.HasSellerWith(organisation.ID(seller)),
		listing.Not(listing.HasLotsWith(lot.StatusEQ(lot.StatusPUBLISHED), lot.PhaseIn(phasesOf[AnyStage]...)))).
		Order(newestFirst, listing.ByID(descending())).Limit(profileMost).WithSeller().All(ctx)
	if err != nil {
		return nil, fmt.Errorf("list results of organisation %d: %w", seller, err)
	}
	return all, nil
}

// newestFirst orders by the day of publication; what came with none was there from the start.
func newestFirst(s *sql.Selector) {
	s.OrderExpr(sql.ExprFunc(func(b *sql.Builder) {
		b.WriteString("coalesce(").Ident(s.C(listing.FieldPublishedAt)).Comma().Ident(s.C(listing.FieldCreatedAt)).WriteString(") DESC")
	}))
}

// shown are the organisations that have a public profile.
var shown = identity.Shown
