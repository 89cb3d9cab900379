package market

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"entgo.io/ent/dialect/sql"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/ent/lot"
	"github.com/g60-corridor/corridor/ent/lotsecret"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/money"
	"github.com/g60-corridor/corridor/internal/store"
)

func descending() sql.OrderTermOption { return sql.OrderDesc() }

// Draft is what an operator decides about a lot before it is published.
type Draft struct {
	Terms        auction.Terms
	ReserveFen   money.Fen // for a hidden reserve; 0 keeps the one that was entered before
	OpensAt      time.Time // zero: opened by hand
	DepositFen   money.Fen // R2.19
	DepositUntil time.Time // R2.11; zero: until the lot opens
}

const (
	depositLeastBP money.BP = 500  // R2.19: 5–20 % of the start price by custom
	depositMostBP  money.BP = 3000 // R2.19: never above 30 %
	// DepositDefaultBP is what forms propose.
	DepositDefaultBP money.BP = 1000
)

// Check names every fault of a draft. reserveKept says that a reserve was entered before.
func (d *Draft) Check(now time.Time, reserveKept bool) []fault.Field {
	var faults []fault.Field
	add := func(field string, p fault.Problem) { faults = append(faults, fault.Field{Name: field, Problem: p}) }
	for _, f := range d.Terms.Validate() {
		add(f.Field, fault.Problem(f.Problem))
	}
	hidden := d.Terms.Reserve == auction.HiddenReserve
	switch {
	case hidden && d.ReserveFen == 0 && !reserveKept:
		add("reserve_fen", "REQUIRED")
	case !hidden && d.ReserveFen != 0:
		add("reserve_fen", fault.Problem(auction.NotWithThisMode))
	case d.ReserveFen < 0 || d.ReserveFen > auction.MaxFen:
		add("reserve_fen", "OUT_OF_RANGE")
	case hidden && d.ReserveFen != 0 && d.ReserveFen < d.Terms.StartFen: // R3.4: start ≤ reserve
		add("reserve_fen", fault.Problem(auction.ReserveTooLow))
	}
	if d.Terms.StartFen > 0 && d.Terms.StartFen <= auction.MaxFen &&
		(d.DepositFen < depositLeastBP.Of(d.Terms.StartFen) || d.DepositFen > depositMostBP.Of(d.Terms.StartFen)) { // R2.19
		add("deposit_fen", "DEPOSIT_SHARE")
	}
	if !d.OpensAt.IsZero() && !d.OpensAt.After(now) {
		add("opens_at", "IN_THE_PAST")
	}
	if !d.OpensAt.IsZero() && d.DepositUntil.After(d.OpensAt) {
		add("deposit_until", "AFTER_OPENING")
	}
	if d.OpensAt.IsZero() && d.DepositUntil.IsZero() {
		add("deposit_until", "REQUIRED")
	}
	if !d.DepositUntil.IsZero() && !d.DepositUntil.After(now) {
		add("deposit_until", "IN_THE_PAST")
	}
	return faults
}

func (d *Draft) until() time.Time {
	if d.DepositUntil.IsZero() {
		return d.OpensAt
	}
	return d.DepositUntil
}

// CreateLot makes a draft of a lot from a published listing.
func (s *Service) CreateLot(ctx context.Context, by identity.Viewer, listingID int, d Draft) (id int, err error) {
	if !by.Operates() {
		return 0, fault.New(fault.Forbidden, "OPERATORS_ONLY", "")
	}
	if err := fault.OfFields(d.Check(s.now(), false)); err != nil {
		return 0, err
	}
	err = s.db.InTx(ctx, func(client *ent.Client) error {
		id, err = s.createLot(ctx, client, by, listingID, d)
		return err
	})
	return id, err
}

func (s *Service) createLot(ctx context.Context, client *ent.Client, by identity.Viewer, listingID int, d Draft) (int, error) {
	if err := lockListing(ctx, client, listingID); err != nil { // it may be about to be withdrawn
		return 0, err
	}
	l, err := client.Listing.Query().Where(listing.ID(listingID), listing.StatusEQ(listing.StatusPUBLISHED)).Only(ctx)
	if ent.IsNotFound(err) {
		return 0, fault.OfFields([]fault.Field{{Name: "listing", Problem: "REQUIRED"}})
	}
	if err != nil {
		return 0, fmt.Errorf("read listing %d: %w", listingID, err)
	}
	if taken, err := l.QueryLots().Where(takesListing()).Exist(ctx); err != nil {
		return 0, fmt.Errorf("look for lots of listing %d: %w", listingID, err)
	} else if taken {
		return 0, fault.New(fault.Conflict, "LISTING_TAKEN", "the listing is in another lot")
	}
	create := client.Lot.Create().SetNumber(rand.Text()).SetListing(l).SetOperatorID(by.OrganisationID()).SetTerms(d.Terms).
		SetDemo(l.Demo && by.Person.Demo).SetDepositFen(int64(d.DepositFen)).SetDepositUntil(d.until().UTC()).
		SetPriceFen(int64(d.Terms.StartFen)).SetCreatedAt(s.now())
	if !d.OpensAt.IsZero() {
		create.SetOpensAt(d.OpensAt.UTC())
	}
	made, err := create.Save(ctx)
	if err != nil {
		return 0, fmt.Errorf("create lot: %w", err)
	}
	number := fmt.Sprintf("G60-%d-%04d", s.now().In(Shanghai).Year(), made.ID)
	if err := client.Lot.UpdateOneID(made.ID).SetNumber(number).Exec(ctx); err != nil {
		return 0, fmt.Errorf("number lot %d: %w", made.ID, err)
	}
	if err := s.keepReserve(ctx, client, made.ID, d); err != nil {
		return 0, err
	}
	return made.ID, s.record(ctx, client, by, "lot_create", lotSubject(made.ID), number)
}

// keepReserve locks a newly entered reserve away, or removes one that the rules no longer have.
func (s *Service) keepReserve(ctx context.Context, client *ent.Client, id int, d Draft) error {
	if d.Terms.Reserve == auction.HiddenReserve && d.ReserveFen == 0 {
		return nil
	}
	if _, err := client.LotSecret.Delete().Where(lotsecret.HasLotWith(lot.ID(id))).Exec(ctx); err != nil {
		return fmt.Errorf("replace the reserve of lot %d: %w", id, err)
	}
	if d.Terms.Reserve != auction.HiddenReserve {
		return nil
	}
	if err := client.LotSecret.Create().SetLotID(id).SetReserveSealed(s.safe.lock(id, d.ReserveFen)).Exec(ctx); err != nil {
		return fmt.Errorf("keep the reserve of lot %d: %w", id, err)
	}
	return nil
}

// Draft returns a lot of the viewer's operator with whether a reserve was entered.
func (s *Service) Draft(ctx context.Context, by identity.Viewer, id int) (l *ent.Lot, hasReserve bool, err error) {
	l, err = s.operate(ctx, s.db.Ent(), by, id)
	if err != nil {
		return nil, false, err
	}
	hasReserve, err = s.hasReserve(ctx, s.db.Ent(), id)
	return l, hasReserve, err
}

func (s *Service) hasReserve(ctx context.Context, client *ent.Client, id int) (bool, error) {
	has, err := client.LotSecret.Query().Where(lotsecret.HasLotWith(lot.ID(id))).Exist(ctx)
	if err != nil {
		return false, fmt.Errorf("look for the reserve of lot %d: %w", id, err)
	}
	return has, nil
}

// SetRules changes a draft. Once published, rules are frozen.
func (s *Service) SetRules(ctx context.Context, by identity.Viewer, id int, d Draft) error {
	return s.db.InTx(ctx, func(client *ent.Client) error {
		if err := s.claimDraft(ctx, client, by, id); err != nil {
			return err
		}
		before, err := oneLot(ctx, client, id)
		if err != nil {
			return err
		}
		kept, err := s.hasReserve(ctx, client, id)
		if err != nil {
			return err
		}
		// R3.4: start ≤ reserve was found when the reserve was entered. Above that start it is entered again: an answer
		// to "is it less than this?" would tell it.
		if err := fault.OfFields(d.Check(s.now(), kept && d.Terms.StartFen <= before.Terms.StartFen)); err != nil {
			return err
		}
		u := client.Lot.UpdateOneID(id).SetTerms(d.Terms).SetDepositFen(int64(d.DepositFen)).
			SetDepositUntil(d.until().UTC()).SetPriceFen(int64(d.Terms.StartFen))
		if d.OpensAt.IsZero() {
			u.ClearOpensAt()
		} else {
			u.SetOpensAt(d.OpensAt.UTC())
		}
		if err := u.Exec(ctx); err != nil {
			return fmt.Errorf("set rules of lot %d: %w", id, err)
		}
		if err := s.keepReserve(ctx, client, id, d); err != nil {
			return err
		}
		return s.record(ctx, client, by, "lot_rules", lotSubject(id), "")
	})
}

// claimDraft makes sure, for the rest of the transaction, that the lot is a draft of the viewer's operator.
func (s *Service) claimDraft(ctx context.Context, client *ent.Client, by identity.Viewer, id int) error {
	if err := lockLot(ctx, client, id); err != nil {
		return err
	}
	l, err := s.operate(ctx, client, by, id)
	if err != nil {
		return err
	}
	if l.Status != lot.StatusDRAFT {
		return fault.New(fault.Conflict, "RULES_FROZEN", "the lot is published")
	}
	return nil
}

// lockLot makes transactions on one lot wait for each other. An update that changes nothing holds the row on PostgreSQL;
// SQLite has one writer anyway.
func lockLot(ctx context.Context, client *ent.Client, id int) error {
	if err := client.Lot.Update().Where(lot.ID(id)).AddLogSeq(0).Exec(ctx); err != nil {
		return fmt.Errorf("lock lot %d: %w", id, err)
	}
	return nil
}

// Publish freezes the rules of a draft and announces the lot: its log begins. The reserve, if there is a hidden one, is
// sealed into the log.
func (s *Service) Publish(ctx context.Context, by identity.Viewer, id int) error {
	err := s.db.Tx(ctx, func(tx *store.Tx) error {
		client := tx.Ent()
		if err := s.claimDraft(ctx, client, by, id); err != nil {
			return err
		}
		l, err := oneLot(ctx, client, id)
		if err != nil {
			return err
		}
		kept, err := s.hasReserve(ctx, client, id)
		if err != nil {
			return err
		}
		if err := identity.Good(ctx, client, l.Edges.Listing.Edges.Seller.ID, s.now()); err != nil { // §1.1
			return err
		}
		d := DraftOf(l)
		if err := fault.OfFields(d.Check(s.now(), kept)); err != nil {
			return err
		}
		command := auction.Publish{Terms: l.Terms}
		if l.OpensAt != nil {
			command.OpensAt = auction.InstantOf(*l.OpensAt)
		}
		if err := s.post(ctx, client, id, command); err != nil {
			return err
		}
		if l.Terms.Reserve == auction.HiddenReserve {
			if err := s.post(ctx, client, id, auction.SealReserve{}); err != nil {
				return err
			}
		}
		if err := client.Lot.UpdateOneID(id).SetStatus(lot.StatusPUBLISHED).Exec(ctx); err != nil {
			return fmt.Errorf("publish lot %d: %w", id, err)
		}
		if err := s.tellAnnounced(ctx, tx, l); err != nil {
			return err
		}
		return s.record(ctx, client, by, "lot_publish", lotSubject(id), l.Number)
	})
	if err != nil {
		return err
	}
	s.deliver(ctx, id)
	return nil
}

// DraftOf returns what was decided about a lot, without its reserve.
func DraftOf(l *ent.Lot) Draft {
	d := Draft{Terms: l.Terms, DepositFen: money.Fen(l.DepositFen)}
	if l.OpensAt != nil {
		d.OpensAt = *l.OpensAt
	}
	if l.DepositUntil != nil {
		d.DepositUntil = *l.DepositUntil
	}
	return d
}
