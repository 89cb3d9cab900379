package market

import (
	"context"
	"fmt"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/lot"
	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/ent/person"
	"github.com/g60-corridor/corridor/ent/project"
	"github.com/g60-corridor/corridor/ent/registration"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/inbox"
	"github.com/g60-corridor/corridor/internal/store"
)

// excluded is R1.6: the seller and the operator never bid, nor do their people through another organisation, nor whoever
// controls the seller or is controlled by it. R1.8: nor does who is of one hand with another qualified bidder.
func (s *Service) excluded(ctx context.Context, client *ent.Client, by identity.Viewer, l *ent.Lot) (judged, error) {
	seller, operator := l.Edges.Listing.Edges.Seller, l.Edges.Operator
	if by.OrganisationID() == seller.ID || by.OrganisationID() == operator.ID {
		return judged{}, fault.New(fault.Forbidden, "EXCLUDED", "the seller and the operator may not bid")
	}
	delegate, err := client.Membership.Query().Where(
		membership.HasPersonWith(person.ID(by.PersonID())),
		membership.HasOrganisationWith(organisation.IDIn(seller.ID, operator.ID)),
	).Exist(ctx)
	if err != nil {
		return judged{}, fmt.Errorf("look for ties to the seller: %w", err)
	}
	if delegate {
		return judged{}, fault.New(fault.Forbidden, "EXCLUDED", "the person also acts for the seller or the operator")
	}
	return s.judge(ctx, client, l, by.OrganisationID())
}

// saleOf are the parties of a lot's sale, for the rules of exclusion; qualified are the other bidders who may bid already.
func saleOf(ctx context.Context, client *ent.Client, l *ent.Lot, bidder int) (identity.Sale, error) {
	qualified, err := client.Registration.Query().Where(registration.HasLotWith(lot.ID(l.ID)), registration.StateEQ(registration.StateQUALIFIED),
		registration.Not(registration.HasOrganisationWith(organisation.ID(bidder)))).QueryOrganisation().IDs(ctx)
	if err != nil {
		return identity.Sale{}, fmt.Errorf("read who is qualified for lot %d: %w", l.ID, err)
	}
	return identity.Sale{
		Lot: l.ID, Bidder: bidder, Seller: l.Edges.Listing.Edges.Seller.ID, Operator: l.Edges.Operator.ID, Inventors: l.Edges.Listing.Inventors,
		Qualified: qualified,
	}, nil
}

// judged is what is known of a bidder for a sale and does not keep him out.
type judged struct {
	sale  identity.Sale
	found []identity.Finding
}

// judge says what is known of a bidder for a lot; an error if it keeps him out.
func (s *Service) judge(ctx context.Context, client *ent.Client, l *ent.Lot, bidder int) (j judged, err error) {
	if j.sale, err = saleOf(ctx, client, l, bidder); err != nil {
		return j, err
	}
	if j.found, err = identity.Judge(ctx, client, j.sale, s.now()); err != nil {
		return j, err
	}
	return j, identity.Blocking(j.found)
}

// keep writes down what is to be looked at, and what the public is told.
func (s *Service) keep(ctx context.Context, tx *store.Tx, j judged) error {
	return identity.KeepFindings(ctx, tx, s.herald, j.sale, j.found, s.now())
}

// mayQualify asks again at qualification: days have passed, and another of the same hand may have come first. R1.6, R1.8
func (s *Service) mayQualify(ctx context.Context, client *ent.Client, r *ent.Registration, l *ent.Lot) error {
	org := r.Edges.Organisation
	if err := identity.InGoodStanding(org, s.now()); err != nil {
		return err
	}
	j, err := s.judge(ctx, client, l, org.ID)
	if err != nil {
		return err
	}
	return identity.Looked(ctx, client, j.sale)
}

// lookAtApplicant writes down what is known of an applicant before it is decided on him, in a transaction of its own: what is found
// stays to be looked at though he is not qualified for it.
func (s *Service) lookAtApplicant(ctx context.Context, by identity.Viewer, id int) error {
	_, err := s.decide(ctx, by, id, func(tx *store.Tx, r *ent.Registration, l *ent.Lot) error {
		if r.State != registration.StateAPPLIED {
			return nil
		}
		j, err := s.judge(ctx, tx.Ent(), l, r.Edges.Organisation.ID)
		if err != nil {
			return err
		}
		return s.keep(ctx, tx, j)
	})
	return err
}

// Interested says whether a bidder who may bid for a lot, or has won it, is an inventor or has an interest. R1.7
func (s *Service) Interested(ctx context.Context, l *ent.Lot) (bool, error) {
	client := s.db.Ent()
	q := client.Registration.Query().Where(registration.HasLotWith(lot.ID(l.ID)),
		registration.StateIn(registration.StateQUALIFIED, registration.StateSUSPENDED))
	if l.Outcome == string(auction.Sold) {
		q = q.Where(registration.Paddle(l.WinnerPaddle))
	}
	bidders, err := q.QueryOrganisation().IDs(ctx)
	if err != nil {
		return false, fmt.Errorf("read the bidders of lot %d: %w", l.ID, err)
	}
	of := 0
	if id, err := client.Project.Query().Where(project.LotID(l.ID)).FirstID(ctx); err == nil {
		of = id
	} else if !ent.IsNotFound(err) {
		return false, fmt.Errorf("read the project of lot %d: %w", l.ID, err)
	}
	return identity.Interested(ctx, client, l.ID, of, bidders)
}

// Suspend stops further bids of a bidder. What he has bid stays binding (R3.1).
func (s *Service) Suspend(ctx context.Context, by identity.Viewer, id int, note string) error {
	note, err := reason(note)
	if err != nil {
		return err
	}
	lotID, err := s.decide(ctx, by, id, func(tx *store.Tx, r *ent.Registration, l *ent.Lot) error {
		switch {
		case r.State != registration.StateQUALIFIED:
			return fault.New(fault.Conflict, "NOT_QUALIFIED", "")
		case l.Phase == string(auction.Closed):
			return fault.New(fault.Conflict, fault.Problem(auction.AlreadyClosed), "")
		}
		return s.suspend(ctx, tx, by, r, l, note)
	})
	if err != nil {
		return err
	}
	s.deliver(ctx, lotID)
	return nil
}

// suspend stops a qualified bidder, within a transaction that keeps the lot to itself.
func (s *Service) suspend(ctx context.Context, tx *store.Tx, by identity.Viewer, r *ent.Registration, l *ent.Lot, note string) error {
	client := tx.Ent()
	if err := s.post(ctx, client, l.ID, auction.SuspendBidder{Paddle: auction.Paddle(r.Paddle), Note: note}); err != nil {
		return err
	}
	if err := r.Update().SetState(registration.StateSUSPENDED).SetNote(note).Exec(ctx); err != nil {
		return fmt.Errorf("suspend registration %d: %w", r.ID, err)
	}
	if err := s.tellApplicant(ctx, tx, inbox.RegistrationSuspended, r, l, note); err != nil {
		return err
	}
	return s.record(ctx, client, by, "registration_suspend", lotSubject(l.ID), r.Edges.Organisation.Uscc+" "+note)
}

// Bar stops an organisation that was suspended or blacklisted on every lot that it may still bid for, within the transaction
// of that decision. What it has bid stays binding (R3.1). afterwards hands it over to the sales at once.
func (s *Service) Bar(ctx context.Context, tx *store.Tx, by identity.Viewer, org int, note string) (afterwards func(context.Context), err error) {
	client := tx.Ent()
	if r := []rune(note); len(r) > NoteMost {
		note = string(r[:NoteMost])
	}
	lots, err := client.Registration.Query().Where(registration.HasOrganisationWith(organisation.ID(org)),
		registration.StateEQ(registration.StateQUALIFIED), registration.HasLotWith(lot.PhaseNEQ(string(auction.Closed)))).QueryLot().Order(ent.Asc(lot.FieldID)).IDs(ctx)
	if err != nil {
		return nil, fmt.Errorf("look where organisation %d may bid: %w", org, err)
	}
	for _, id := range lots {
		if err := lockLot(ctx, client, id); err != nil {
			return nil, err
		}
		l, err := oneLot(ctx, client, id)
		if err != nil {
			return nil, err
		}
		r, err := registrationOf(client, id, org).WithOrganisation().Only(ctx)
		if err != nil {
			return nil, fmt.Errorf("read the registration for lot %d: %w", id, err)
		}
		if r.State != registration.StateQUALIFIED || l.Phase == string(auction.Closed) {
			continue
		}
		if err := s.suspend(ctx, tx, by, r, l, note); err != nil {
			return nil, err
		}
	}
	return func(ctx context.Context) {
		for _, id := range lots {
			s.deliver(ctx, id)
		}
	}, nil
}
