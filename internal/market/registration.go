package market

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/lot"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/ent/predicate"
	"github.com/g60-corridor/corridor/ent/registration"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/inbox"
	"github.com/g60-corridor/corridor/internal/money"
	"github.com/g60-corridor/corridor/internal/store"
)

func organisationID(id int) predicate.Organisation { return organisation.ID(id) }

// MayApply says why the viewer may not enter his organisation for a lot; nil if he may, or has.
func (s *Service) MayApply(ctx context.Context, by identity.Viewer, lotID int) error {
	if err := mayApply(by); err != nil {
		return err
	}
	l, err := oneLot(ctx, s.db.Ent(), lotID)
	if err != nil {
		return err
	}
	_, err = s.mayEnter(ctx, s.db.Ent(), by, l)
	return err
}

func mayApply(by identity.Viewer) error {
	if !by.SignedIn() {
		return fault.New(fault.SignIn, "", "")
	}
	if !by.MayApply() {
		return fault.New(fault.Forbidden, "COMPANIES_ONLY", "only an agent or administrator of a company may apply")
	}
	return nil
}

// Apply enters the viewer's organisation for a lot. R2.11
func (s *Service) Apply(ctx context.Context, by identity.Viewer, lotID int) error {
	if err := mayApply(by); err != nil {
		return err
	}
	return s.db.Tx(ctx, func(tx *store.Tx) error {
		client := tx.Ent()
		l, err := oneLot(ctx, client, lotID)
		if err != nil {
			return err
		}
		known, err := s.mayEnter(ctx, client, by, l)
		if err != nil {
			return err
		}
		if err := s.keep(ctx, tx, known); err != nil {
			return err
		}
		had, err := registrationOf(client, lotID, by.OrganisationID()).Only(ctx)
		switch {
		case ent.IsNotFound(err):
			err = client.Registration.Create().SetLotID(lotID).SetOrganisationID(by.OrganisationID()).
				SetAppliedBy(by.PersonID()).SetAppliedAt(s.now()).Exec(ctx)
			if ent.IsConstraintError(err) {
				return fault.New(fault.Conflict, "ALREADY_APPLIED", "")
			}
		case err != nil:
		case had.State == registration.StateWITHDRAWN: // taken back before the review, so free to come again (R2.21)
			err = had.Update().SetState(registration.StateAPPLIED).SetAppliedBy(by.PersonID()).SetAppliedAt(s.now()).Exec(ctx)
		default:
			return fault.New(fault.Conflict, "ALREADY_APPLIED", "")
		}
		if err != nil {
			return fmt.Errorf("apply for lot %d: %w", lotID, err)
		}
		if err := s.tellOperator(ctx, tx, by.Organisation, l); err != nil {
			return err
		}
		return s.record(ctx, client, by, "registration_apply", lotSubject(lotID), by.Organisation.Uscc)
	})
}

// mayEnter holds the rules of who may not, and until when. It returns what is known of him.
func (s *Service) mayEnter(ctx context.Context, client *ent.Client, by identity.Viewer, l *ent.Lot) (judged, error) {
	if l.Status != lot.StatusPUBLISHED {
		return judged{}, fault.New(fault.NotFound, "", "the lot is a draft")
	}
	if l.Phase == string(auction.Closed) {
		return judged{}, fault.New(fault.Conflict, fault.Problem(auction.AlreadyClosed), "")
	}
	if l.DepositUntil != nil && s.now().After(*l.DepositUntil) {
		return judged{}, fault.New(fault.Conflict, "REGISTRATION_OVER", "")
	}
	if err := identity.Good(ctx, client, by.OrganisationID(), s.now()); err != nil { // §1.1
		return judged{}, err
	}
	known, err := s.excluded(ctx, client, by, l)
	if err != nil {
		return judged{}, err
	}
	return known, identity.Mandated(ctx, client, by, identity.ToBid, s.now(), saleEnds(l, s.now()))
}

// saleEnds is when a lot's bidding ends at the earliest: an agent's power of attorney must hold until then. §1.1
func saleEnds(l *ent.Lot, now time.Time) time.Time {
	end := now
	if l.DepositUntil != nil && l.DepositUntil.After(end) {
		end = *l.DepositUntil
	}
	if l.OpensAt != nil && l.OpensAt.After(end) {
		end = *l.OpensAt
	}
	c := l.Terms.Closing
	return end.Add(time.Duration(c.FreeS+c.LimitedS+c.DurationS) * time.Second)
}

func registrationOf(client *ent.Client, lotID, org int) *ent.RegistrationQuery {
	return client.Registration.Query().Where(registration.HasLotWith(lot.ID(lotID)),
		registration.HasOrganisationWith(organisation.ID(org)))
}

// Registration returns how the viewer's organisation stands in a lot; nil if it has not applied.
func (s *Service) Registration(ctx context.Context, by identity.Viewer, lotID int) (*ent.Registration, error) {
	if by.OrganisationID() == 0 {
		return nil, nil
	}
	r, err := registrationOf(s.db.Ent(), lotID, by.OrganisationID()).Only(ctx)
	if ent.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read registration for lot %d: %w", lotID, err)
	}
	return r, nil
}

// MyRegistrations lists the lots that the viewer's organisation has applied for, the latest first.
func (s *Service) MyRegistrations(ctx context.Context, by identity.Viewer) ([]*ent.Registration, error) {
	if by.OrganisationID() == 0 {
		return nil, nil
	}
	const latest = 100
	all, err := s.db.Ent().Registration.Query().
		Where(registration.HasOrganisationWith(organisation.ID(by.OrganisationID()))).Order(ent.Desc(registration.FieldID)).Limit(latest).
		WithLot(func(q *ent.LotQuery) { q.WithListing(func(q *ent.ListingQuery) { q.WithSeller() }) }).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("list registrations: %w", err)
	}
	var of []*ent.Listing
	for _, r := range all {
		of = append(of, r.Edges.Lot.Edges.Listing)
	}
	return all, AsPublished(ctx, s.db.Ent(), of...)
}

// TakeBack withdraws an application that has not been decided. R2.21
func (s *Service) TakeBack(ctx context.Context, by identity.Viewer, lotID int) error {
	if !by.MayApply() {
		return fault.New(fault.Forbidden, "COMPANIES_ONLY", "")
	}
	return s.db.InTx(ctx, func(client *ent.Client) error {
		n, err := client.Registration.Update().Where(registration.HasLotWith(lot.ID(lotID)),
			registration.HasOrganisationWith(organisation.ID(by.OrganisationID())), registration.StateEQ(registration.StateAPPLIED)).
			SetState(registration.StateWITHDRAWN).Save(ctx)
		if err != nil {
			return fmt.Errorf("take back the application for lot %d: %w", lotID, err)
		}
		if n == 0 {
			return fault.New(fault.Conflict, "NOT_APPLIED", "")
		}
		return s.record(ctx, client, by, "registration_withdraw", lotSubject(lotID), by.Organisation.Uscc)
	})
}

// Registrations lists who has applied for a lot of the viewer's operator. The codes stay with the bidders until the lot
// has ended.
func (s *Service) Registrations(ctx context.Context, by identity.Viewer, lotID int) ([]*ent.Registration, error) {
	l, err := s.operate(ctx, s.db.Ent(), by, lotID)
	if err != nil {
		return nil, err
	}
	all, err := s.db.Ent().Registration.Query().Where(registration.HasLotWith(lot.ID(lotID))).
		Order(ent.Asc(registration.FieldID)).WithOrganisation().All(ctx)
	if err != nil {
		return nil, fmt.Errorf("list registrations of lot %d: %w", lotID, err)
	}
	for _, r := range all {
		if l.Phase != string(auction.Closed) {
			r.Paddle = ""
		}
		r.Edges.Lot = l
	}
	return all, nil
}

// Waiting counts the applications to be decided, by lot of the viewer's operator.
func (s *Service) Waiting(ctx context.Context, by identity.Viewer) (map[int]int, error) {
	all, err := s.db.Ent().Registration.Query().
		Where(registration.StateEQ(registration.StateAPPLIED), registration.HasLotWith(
			lot.HasOperatorWith(organisation.ID(by.OrganisationID())), lot.PhaseNEQ(string(auction.Closed)))).
		WithLot(func(q *ent.LotQuery) { q.Select(lot.FieldID) }).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("count applications: %w", err)
	}
	waiting := map[int]int{}
	for _, r := range all {
		waiting[r.Edges.Lot.ID]++
	}
	return waiting, nil
}

// LotOf returns the lot of a registration, if it belongs to the viewer's operator.
func (s *Service) LotOf(ctx context.Context, by identity.Viewer, id int) (int, error) {
	return s.decide(ctx, by, id, func(*store.Tx, *ent.Registration, *ent.Lot) error { return nil })
}

// decide runs f on a registration of the viewer's operator, in a transaction that keeps the lot to itself.
func (s *Service) decide(ctx context.Context, by identity.Viewer, id int, f func(*store.Tx, *ent.Registration, *ent.Lot) error) (int, error) {
	lotID := 0
	err := s.db.Tx(ctx, func(tx *store.Tx) error {
		client := tx.Ent()
		found, err := client.Registration.Query().Where(registration.ID(id)).QueryLot().OnlyID(ctx)
		if ent.IsNotFound(err) {
			return fault.New(fault.NotFound, "", "no such registration")
		}
		if err != nil {
			return fmt.Errorf("read registration %d: %w", id, err)
		}
		lotID = found
		if err := lockLot(ctx, client, lotID); err != nil {
			return err
		}
		l, err := s.operate(ctx, client, by, lotID)
		if err != nil {
			return err
		}
		r, err := client.Registration.Query().Where(registration.ID(id)).WithOrganisation().Only(ctx)
		if err != nil {
			return fmt.Errorf("read registration %d: %w", id, err)
		}
		return f(tx, r, l)
	})
	return lotID, err
}

// RecordDeposit writes down what the bank has received for a registration, and when. It does not judge: Qualify does.
func (s *Service) RecordDeposit(ctx context.Context, by identity.Viewer, id int, held money.Fen, at time.Time) error {
	var faults []fault.Field
	if held < 0 || held > auction.MaxFen {
		faults = append(faults, fault.Field{Name: "deposit_fen", Problem: "OUT_OF_RANGE"})
	}
	if at.IsZero() {
		faults = append(faults, fault.Field{Name: "deposit_at", Problem: "REQUIRED"})
	} else if at.After(s.now()) {
		faults = append(faults, fault.Field{Name: "deposit_at", Problem: "IN_THE_FUTURE"})
	}
	if err := fault.OfFields(faults); err != nil {
		return err
	}
	_, err := s.decide(ctx, by, id, func(tx *store.Tx, r *ent.Registration, l *ent.Lot) error {
		client := tx.Ent()
		if r.State != registration.StateAPPLIED {
			return fault.New(fault.Conflict, "ALREADY_DECIDED", "")
		}
		if err := r.Update().SetDepositHeldFen(int64(held)).SetDepositAt(at.UTC()).Exec(ctx); err != nil {
			return fmt.Errorf("record deposit of registration %d: %w", id, err)
		}
		return s.record(ctx, client, by, "registration_deposit", lotSubject(l.ID),
			fmt.Sprintf("%s: %s, %s", r.Edges.Organisation.Uscc, held.Decimal(), at.In(Shanghai).Format(time.DateTime)))
	})
	return err
}

// DepositFault says what keeps a deposit from counting: nothing, "DEPOSIT_SHORT" or "DEPOSIT_LATE". One fen short or one
// second late is not qualified. R2.11
func DepositFault(r *ent.Registration, l *ent.Lot) fault.Problem {
	switch {
	case r.DepositHeldFen < l.DepositFen || r.DepositAt == nil && l.DepositFen > 0:
		return "DEPOSIT_SHORT"
	case r.DepositAt != nil && l.DepositUntil != nil && r.DepositAt.After(*l.DepositUntil):
		return "DEPOSIT_LATE"
	}
	return ""
}

// Qualify lets an applicant bid: he gets a code, and the lot's log admits it. rank is 0, or that of a priority right
// (R3.13).
func (s *Service) Qualify(ctx context.Context, by identity.Viewer, id, rank int) error {
	if err := s.lookAtApplicant(ctx, by, id); err != nil {
		return err
	}
	lotID, err := s.decide(ctx, by, id, func(tx *store.Tx, r *ent.Registration, l *ent.Lot) error {
		client := tx.Ent()
		switch {
		case r.State != registration.StateAPPLIED:
			return fault.New(fault.Conflict, "ALREADY_DECIDED", "")
		case l.Phase == string(auction.Closed):
			return fault.New(fault.Conflict, fault.Problem(auction.AlreadyClosed), "")
		case rank < 0 || rank > 100 || rank > 0 && l.Terms.Priority != auction.Match:
			return fault.OfFields([]fault.Field{{Name: "rank", Problem: "OUT_OF_RANGE"}})
		}
		if p := DepositFault(r, l); p != "" {
			return fault.New(fault.Conflict, p, "")
		}
		if err := s.mayQualify(ctx, client, r, l); err != nil {
			return err
		}
		code, err := s.newPaddle(ctx, client, l.ID)
		if err != nil {
			return err
		}
		org := r.Edges.Organisation
		admit := auction.AdmitBidder{Paddle: code, Rank: rank, Identity: org.Uscc + " " + org.NameZh}
		if err := s.post(ctx, client, l.ID, admit); err != nil {
			return err
		}
		err = r.Update().SetState(registration.StateQUALIFIED).SetPaddle(string(code)).SetRank(rank).
			SetDecidedBy(by.PersonID()).SetDecidedAt(s.now()).Exec(ctx)
		if err != nil {
			return fmt.Errorf("qualify registration %d: %w", id, err)
		}
		if err := s.tellApplicant(ctx, tx, inbox.RegistrationQualified, r, l, ""); err != nil {
			return err
		}
		return s.record(ctx, client, by, "registration_qualify", lotSubject(l.ID), org.Uscc)
	})
	if err != nil {
		return err
	}
	s.deliver(ctx, lotID)
	return nil
}

// Reject turns an applicant down. Only published conditions may be the reason (R2.10), which the note names.
func (s *Service) Reject(ctx context.Context, by identity.Viewer, id int, note string) error {
	note, err := reason(note)
	if err != nil {
		return err
	}
	_, err = s.decide(ctx, by, id, func(tx *store.Tx, r *ent.Registration, l *ent.Lot) error {
		client := tx.Ent()
		if r.State != registration.StateAPPLIED {
			return fault.New(fault.Conflict, "ALREADY_DECIDED", "")
		}
		err := r.Update().SetState(registration.StateREJECTED).SetNote(note).SetDecidedBy(by.PersonID()).SetDecidedAt(s.now()).Exec(ctx)
		if err != nil {
			return fmt.Errorf("reject registration %d: %w", id, err)
		}
		if err := s.tellApplicant(ctx, tx, inbox.RegistrationRejected, r, l, note); err != nil {
			return err
		}
		return s.record(ctx, client, by, "registration_reject", lotSubject(l.ID), r.Edges.Organisation.Uscc+" "+note)
	})
	return err
}

func reason(note string) (string, error) {
	note = strings.TrimSpace(note)
	switch n := utf8.RuneCountInString(note); {
	case n == 0:
		return "", fault.OfFields([]fault.Field{{Name: "note", Problem: "REQUIRED"}})
	case n > NoteMost:
		return "", fault.OfFields([]fault.Field{{Name: "note", Problem: "TOO_LONG"}})
	}
	return note, nil
}
