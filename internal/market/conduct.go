package market

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/auditaction"
	"github.com/g60-corridor/corridor/ent/lot"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/identity"
)

// Order is what an operator may do to a lot while it is being sold. No order bids, bars a bid or favours a bidder.
type Order string

const (
	OpenNow  Order = "open"
	PauseNow Order = "pause"
	Resume   Order = "resume"
	CloseNow Order = "close" // only under closing mode MANUAL
	Withdraw Order = "withdraw"
	Annul    Order = "annul"
)

// NoteMost is how many characters a reason may have.
const NoteMost = 500

// Conduct carries out an order: it is recorded first, then submitted, and a refusal is recorded too. cause and note are published with a pause and an
// annulment (R3.15, R3.17), note with a withdrawal (R2.16). What the lot does not allow fails with fault.Conflict, whose
// Problem is the engine's reason.
func (s *Service) Conduct(ctx context.Context, by identity.Viewer, id int, o Order, cause auction.PauseCause, note string) error {
	note = strings.TrimSpace(note)
	command, err := o.command(cause, note)
	if err != nil {
		return err
	}
	err = s.db.InTx(ctx, func(client *ent.Client) error {
		l, err := s.operate(ctx, client, by, id)
		if err != nil {
			return err
		}
		if l.Status != lot.StatusPUBLISHED {
			return fault.New(fault.Conflict, fault.Problem(auction.WrongPhase), "the lot is a draft")
		}
		if o == Resume {
			if err := resumable(ctx, client, id); err != nil {
				return err
			}
		}
		return s.record(ctx, client, by, "lot_"+string(o), lotSubject(id), strings.TrimSpace(string(cause)+" "+note))
	})
	if err != nil {
		return err
	}
	entry, err := s.saleroom.Submit(ctx, auction.LotID(id), command)
	if err != nil {
		return fmt.Errorf("%s lot %d: %w", o, id, err)
	}
	if err := s.follower.follow(ctx, auction.LotID(id)); err != nil {
		s.log.WarnContext(ctx, "project at once", "error", err)
	}
	if no, refused := entry.Event.(auction.CommandRefused); refused {
		err := s.record(ctx, s.db.Ent(), by, "lot_refused", lotSubject(id), string(o)+" "+string(no.Reason))
		if err != nil {
			return err
		}
		return fault.New(fault.Conflict, fault.Problem(no.Reason), "the lot does not allow it")
	}
	return nil
}

func (o Order) command(cause auction.PauseCause, note string) (auction.Command, error) {
	var faults []fault.Field
	needs := func(withCause bool) {
		switch n := utf8.RuneCountInString(note); {
		case n == 0:
			faults = append(faults, fault.Field{Name: "note", Problem: "REQUIRED"})
		case n > NoteMost:
			faults = append(faults, fault.Field{Name: "note", Problem: "TOO_LONG"})
		}
		if withCause && !known(cause) {
			faults = append(faults, fault.Field{Name: "cause", Problem: "REQUIRED"})
		}
	}
	var c auction.Command
	switch o {
	case OpenNow:
		c = auction.Open{}
	case PauseNow:
		needs(true)
		c = auction.Pause{Cause: cause, Note: note}
	case Resume:
		c = auction.Resume{}
	case CloseNow:
		c = auction.Close{}
	case Withdraw:
		needs(false)
		c = auction.Withdraw{Note: note}
	case Annul:
		needs(true)
		c = auction.Annul{Cause: cause, Note: note}
	default:
		return nil, fault.OfFields([]fault.Field{{Name: "order", Problem: "UNKNOWN_VALUE"}})
	}
	return c, fault.OfFields(faults)
}

// Causes lists why a sale may be interrupted. R3.15
var Causes = []auction.PauseCause{
	auction.AuthorityOrder, auction.MaterialChange, auction.PlatformFailure, auction.Intrusion, auction.ForceMajeure,
}

func known(cause auction.PauseCause) bool {
	for _, c := range Causes {
		if c == cause {
			return true
		}
	}
	return false
}

// OperatorLots lists the lots of the viewer's operator, the newest first.
func (s *Service) OperatorLots(ctx context.Context, by identity.Viewer, page int) (Found, error) {
	if !by.Operates() {
		return Found{}, fault.New(fault.Forbidden, "OPERATORS_ONLY", "")
	}
	mine := s.db.Ent().Organisation.Query().Where(organisationID(by.OrganisationID())).QueryOperatedLots()
	total, err := mine.Clone().Count(ctx)
	if err != nil {
		return Found{}, fmt.Errorf("count lots: %w", err)
	}
	found := Found{Total: total, Pages: max(1, (total+PageLots-1)/PageLots)}
	found.Page = min(max(1, page), found.Pages)
	found.Lots, err = mine.Order(ent.Desc(lot.FieldID)).Offset((found.Page - 1) * PageLots).Limit(PageLots).
		WithListing(func(q *ent.ListingQuery) { q.WithSeller() }).All(ctx)
	if err != nil {
		return Found{}, fmt.Errorf("list lots: %w", err)
	}
	return found, nil
}

// Actions lists what was done to a lot, the latest first.
func (s *Service) Actions(ctx context.Context, by identity.Viewer, id int) ([]*ent.AuditAction, error) {
	if _, err := s.operate(ctx, s.db.Ent(), by, id); err != nil {
		return nil, err
	}
	all, err := s.db.Ent().AuditAction.Query().Where(auditaction.Subject(lotSubject(id))).Order(ent.Desc(auditaction.FieldID)).
		Limit(200).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("list actions on lot %d: %w", id, err)
	}
	return all, nil
}
