package authority

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/lot"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/ent/pendingbid"
	"github.com/g60-corridor/corridor/ent/registration"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/feed"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/money"
	"github.com/g60-corridor/corridor/internal/store"
)

// Why a pending bid lapsed.
const (
	lotClosed     = "LOT_CLOSED"
	mandateEnded  = "MANDATE_ENDED"  // of who proposed it
	notAdmitted   = "NOT_QUALIFIED"  // the company is not qualified any more
	suspendedThen = "SUSPENDED_THEN" // the company is suspended
)

// answerWait is how long a confirmed bid may take to be answered.
const answerWait = 10 * time.Second

// Confirm lets a second person of the company make a pending bid a bid: it goes to the saleroom with its own key, and the
// saleroom stamps the time of this moment. Confirmed twice it is one bid. An error of the saleroom leaves it confirmed
// without an answer: to confirm again is to ask again.
func (s *Service) Confirm(ctx context.Context, by identity.Viewer, lotID auction.LotID, id int) (feed.PendingBid, error) {
	var p *ent.PendingBid
	var lapsed error
	err := s.decide(ctx, by, lotID, id, func(tx *store.Tx, found *ent.PendingBid) error {
		client := tx.Ent()
		p = found
		if p.State != pendingbid.StateWAITING && p.State != pendingbid.StateCONFIRMED {
			return decided(p)
		}
		if err := s.mayConfirm(ctx, client, by, ofBid(p)); err != nil {
			return err
		}
		if p.State == pendingbid.StateCONFIRMED && len(p.Answer) > 0 {
			return nil
		}
		why, err := lapsedFor(ctx, client, by.Organisation, p, s.now())
		switch {
		case err != nil:
			return err
		case why != "" && p.State == pendingbid.StateCONFIRMED: // whether it counts is for the saleroom's log to say
			return fault.New(fault.Conflict, fault.Problem("PENDING_"+why), "")
		case why != "":
			lapsed = fault.New(fault.Conflict, fault.Problem("PENDING_"+why), "")
			p, err = s.move(ctx, tx, by, p, pendingbid.StateLAPSED, why)
			return err
		case p.State == pendingbid.StateCONFIRMED:
			return nil
		}
		p, err = s.move(ctx, tx, by, p, pendingbid.StateCONFIRMED, "")
		if err == nil && p.State != pendingbid.StateCONFIRMED {
			return decided(p)
		}
		return err
	})
	if err != nil {
		return feed.PendingBid{}, err
	}
	defer s.ring() // with the answer, if there is one: what is confirmed is not known to count before
	if lapsed != nil {
		return feed.PendingBid{}, lapsed
	}
	if len(p.Answer) == 0 {
		if p, err = s.submit(ctx, p); err != nil {
			return feed.PendingBid{}, err
		}
	}
	return s.seen(ctx, by, p)
}

// submit hands a confirmed bid in and keeps the answer. What was confirmed goes on even if who confirmed it goes away.
func (s *Service) submit(ctx context.Context, p *ent.PendingBid) (*ent.PendingBid, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), answerWait)
	defer cancel()
	key, err := auction.ParseKey(p.Key)
	if err != nil {
		return nil, fmt.Errorf("pending bid %d: %w", p.ID, err)
	}
	entry, _, err := s.saleroom.Submit(ctx, auction.LotID(p.LotID), auction.PlaceBid{
		Paddle: auction.Paddle(p.Paddle), Key: key, Kind: auction.BidKind(p.Kind), AmountFen: money.Fen(p.AmountFen), Confirmed: p.Confirmed,
	})
	if err != nil {
		return nil, err
	}
	paddle, row, ok := feed.OwnRowOf(entry)
	if !ok || string(paddle) != p.Paddle {
		return nil, errors.New("a confirmed bid: the entry is not this bidder's")
	}
	answer, err := json.Marshal(row)
	if err != nil {
		return nil, fmt.Errorf("keep the answer to pending bid %d: %w", p.ID, err)
	}
	p, err = s.db.Ent().PendingBid.UpdateOneID(p.ID).SetAnswer(answer).SetChangedAt(s.now()).Save(ctx)
	if err != nil {
		return nil, fmt.Errorf("keep the answer to pending bid %d: %w", p.ID, err)
	}
	return p, nil
}

// Decline lets an approver refuse a pending bid of another.
func (s *Service) Decline(ctx context.Context, by identity.Viewer, lotID auction.LotID, id int) (feed.PendingBid, error) {
	return s.end(ctx, by, lotID, id, pendingbid.StateDECLINED, func(client *ent.Client, p *ent.PendingBid) error {
		return s.mayDecline(ctx, client, by, ofBid(p))
	})
}

// Cancel lets the proposer take his pending bid back.
func (s *Service) Cancel(ctx context.Context, by identity.Viewer, lotID auction.LotID, id int) (feed.PendingBid, error) {
	return s.end(ctx, by, lotID, id, pendingbid.StateCANCELLED, func(_ *ent.Client, p *ent.PendingBid) error {
		if p.ProposedBy != by.PersonID() {
			return fault.New(fault.Forbidden, "NOT_YOUR_PROPOSAL", "")
		}
		return nil
	})
}

// end closes a pending bid that nobody has decided yet. To end it the same way twice is no error.
func (s *Service) end(ctx context.Context, by identity.Viewer, lotID auction.LotID, id int, to pendingbid.State, may func(*ent.Client, *ent.PendingBid) error) (feed.PendingBid, error) {
	var p *ent.PendingBid
	err := s.decide(ctx, by, lotID, id, func(tx *store.Tx, found *ent.PendingBid) error {
		client := tx.Ent()
		p = found
		if err := may(client, p); err != nil {
			return err
		}
		if p.State == to {
			return nil
		}
		if p.State != pendingbid.StateWAITING {
			return decided(p)
		}
		closed, err := closedOf(ctx, client, []int{p.LotID})
		if err != nil {
			return err
		}
		if closed[p.LotID] {
			return fault.New(fault.Conflict, "PENDING_"+lotClosed, "")
		}
		if p, err = s.move(ctx, tx, by, p, to, ""); err == nil && p.State != to {
			return decided(p)
		}
		return err
	})
	if err != nil {
		return feed.PendingBid{}, err
	}
	s.ring()
	return s.seen(ctx, by, p)
}

// decide runs f on a pending bid of the viewer's company. Of one that is another's it says that there is none.
func (s *Service) decide(ctx context.Context, by identity.Viewer, lotID auction.LotID, id int, f func(*store.Tx, *ent.PendingBid) error) error {
	if !by.SignedIn() {
		return fault.New(fault.SignIn, "", "")
	}
	if !concerned(by) {
		return fault.New(fault.Forbidden, "NOT_AN_APPROVER", "")
	}
	return s.db.Tx(ctx, func(tx *store.Tx) error {
		p, err := tx.Ent().PendingBid.Query().Where(pendingbid.ID(id), pendingbid.LotID(int(lotID)),
			pendingbid.OrganisationID(by.OrganisationID())).Only(ctx)
		if ent.IsNotFound(err) {
			return fault.New(fault.NotFound, "NO_SUCH_PENDING", "")
		}
		if err != nil {
			return fmt.Errorf("read pending bid %d: %w", id, err)
		}
		return f(tx, p)
	})
}

// move takes a waiting bid to another state. If somebody else was faster, it returns what he made of it.
func (s *Service) move(ctx context.Context, tx *store.Tx, by identity.Viewer, p *ent.PendingBid, to pendingbid.State, why string) (*ent.PendingBid, error) {
	client := tx.Ent()
	n, err := client.PendingBid.Update().Where(pendingbid.ID(p.ID), pendingbid.StateEQ(pendingbid.StateWAITING)).
		SetState(to).SetWhy(why).SetDecidedBy(by.PersonID()).SetDecidedAt(s.now()).SetChangedAt(s.now()).Save(ctx)
	if err != nil {
		return nil, fmt.Errorf("decide pending bid %d: %w", p.ID, err)
	}
	if n == 1 {
		if err := s.record(ctx, client, by, "bid_"+string(to), fmt.Sprintf("pending bid %d", p.ID)); err != nil {
			return nil, err
		}
		if err := s.tellProposer(ctx, tx, p, to); err != nil {
			return nil, err
		}
	}
	after, err := client.PendingBid.Get(ctx, p.ID)
	if err != nil {
		return nil, fmt.Errorf("read pending bid %d: %w", p.ID, err)
	}
	return after, nil
}

// decided says what somebody else has made of it.
func decided(p *ent.PendingBid) error {
	if p.State == pendingbid.StateLAPSED {
		return fault.New(fault.Conflict, fault.Problem("PENDING_"+p.Why), "")
	}
	return fault.New(fault.Conflict, fault.Problem("PENDING_"+string(p.State)), "")
}

// lapsedFor says why a pending bid can become none any more: its lot has ended, or who proposed it or his company may not
// bid now.
func lapsedFor(ctx context.Context, client *ent.Client, company *ent.Organisation, p *ent.PendingBid, now time.Time) (string, error) {
	closed, err := closedOf(ctx, client, []int{p.LotID})
	if err != nil {
		return "", err
	}
	if closed[p.LotID] {
		return lotClosed, nil
	}
	if ended, err := mandateOver(ctx, client, company, p.ProposedBy, now); err != nil {
		return "", err
	} else if ended {
		return mandateEnded, nil
	}
	r, err := client.Registration.Query().
		Where(registration.HasLotWith(lot.ID(p.LotID)), registration.HasOrganisationWith(organisation.ID(p.OrganisationID))).Only(ctx)
	switch {
	case ent.IsNotFound(err):
		return notAdmitted, nil
	case err != nil:
		return "", fmt.Errorf("read the registration for lot %d: %w", p.LotID, err)
	case r.State == registration.StateSUSPENDED:
		return suspendedThen, nil
	case r.State != registration.StateQUALIFIED || r.Paddle != p.Paddle:
		return notAdmitted, nil
	}
	return "", nil
}
