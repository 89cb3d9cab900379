package project

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/ent/lot"
	"github.com/g60-corridor/corridor/ent/project"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/calendar"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/money"
	"github.com/g60-corridor/corridor/internal/store"
	"github.com/g60-corridor/corridor/internal/trade"
)

type storeTx = *store.Tx

func (s *Service) tx(ctx context.Context, f func(storeTx) error) error { return s.db.Tx(ctx, f) }

// free says whether a listing is in no other project and in no lot. Transactions on one listing wait for each other.
func (s *Service) free(ctx context.Context, client *ent.Client, l *ent.Listing) error {
	taken, err := client.Project.Query().Where(project.HasListingWith(listing.ID(l.ID)), project.PhaseNotIn(trade.Names(trade.OverPhases)...)).Exist(ctx)
	if err != nil {
		return fmt.Errorf("look for projects of listing %d: %w", l.ID, err)
	}
	if taken {
		return fault.New(fault.Conflict, "LISTING_IN_PROJECT", "the listing is in another project")
	}
	taken, err = client.Lot.Query().Where(lot.HasListingWith(listing.ID(l.ID)), lot.Demo(false),
		lot.Or(lot.PhaseNEQ(string(auction.Closed)), lot.Outcome(string(auction.Sold)))).Exist(ctx)
	if err != nil {
		return fmt.Errorf("look for lots of listing %d: %w", l.ID, err)
	}
	if taken {
		return fault.New(fault.Conflict, "LISTING_TAKEN", "the listing is in a lot")
	}
	return nil
}

// insert makes a project's row.
func (s *Service) insert(ctx context.Context, client *ent.Client, l *ent.Listing, operator int, way trade.Way, parent *trade.Parent) (*ent.Project, error) {
	// An update that changes nothing holds the row: of two who begin for one listing at once, the second sees the first.
	if err := client.Listing.Update().Where(listing.ID(l.ID)).AddTrl(0).Exec(ctx); err != nil {
		return nil, fmt.Errorf("hold listing %d: %w", l.ID, err)
	}
	if parent == nil {
		if err := s.free(ctx, client, l); err != nil {
			return nil, err
		}
	}
	c := client.Project.Create().SetNumber(rand.Text()).SetWay(project.Way(way)).SetListingID(l.ID).SetSellerID(l.Edges.Seller.ID).
		SetOperatorID(operator).SetDemo(l.Demo).SetCreatedAt(s.now())
	if parent != nil {
		c.SetParentID(int(parent.Project))
	}
	row, err := c.Save(ctx)
	if err != nil {
		return nil, fmt.Errorf("create project: %w", err)
	}
	number := fmt.Sprintf("G60-P-%d-%04d", calendar.Of(s.now()).Year(), row.ID)
	if row, err = row.Update().SetNumber(number).Save(ctx); err != nil {
		return nil, fmt.Errorf("number project: %w", err)
	}
	return row, nil
}

// Relist ends a listing that found no buyer and begins its next round, at a price that is cut by no more than the rules
// allow, in one transaction. R2.9
func (s *Service) Relist(ctx context.Context, by identity.Viewer, id int, price money.Fen, d trade.DecisionFile) (child int, err error) {
	if !by.SignedIn() {
		return 0, fault.New(fault.SignIn, "", "")
	}
	for range attempts {
		child, err = s.relist(ctx, by, id, price, d)
		if !errors.Is(err, errCollided) {
			return child, err
		}
	}
	return 0, err
}

func (s *Service) relist(ctx context.Context, by identity.Viewer, id int, price money.Fen, d trade.DecisionFile) (child int, err error) {
	who := actor{person: by.PersonID(), organisation: by.OrganisationID()}
	err = s.tx(ctx, func(tx storeTx) error {
		v, err := s.view(ctx, tx.Ent(), id)
		if err != nil {
			return err
		}
		if err := s.allowed(ctx, tx.Ent(), by, v, "Relist"); err != nil {
			return err
		}
		cal, err := calendarOf(ctx, tx.Ent())
		if err != nil {
			return err
		}
		if d.Papers, err = decisionPapers(ctx, tx.Ent(), v.Row.Edges.Listing.ID); err != nil {
			return err
		}
		// The child's number must be known to the parent's log: its row comes first.
		parent := trade.Parent{Project: trade.ProjectID(id), FloorFen: v.State.Rules.FloorFen(v.State.Offer.PriceFen)}
		offer := v.State.Offer
		offer.PriceFen = price
		draft := trade.Draft{Way: v.State.Way, Offer: offer, Parent: &parent, Regime: v.State.Regime}
		commands := []trade.Command{draft, trade.RecordDecision{File: d}}
		if child, err = s.create(ctx, tx, who, v.Row.Edges.Listing, v.Row.Edges.Operator.ID, commands, &parent); err != nil {
			return err
		}
		relist := trade.Relist{Child: trade.ProjectID(child), PriceFen: price, Decision: d}
		entries, refusal := trade.Step(v.State, auction.InstantOf(s.now()), relist, cal)
		if refusal != nil {
			return Refused(refusal)
		}
		_, err = s.append(ctx, tx, v, entries, who)
		return err
	})
	return child, err
}
