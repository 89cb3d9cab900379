package market

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/lot"
	"github.com/g60-corridor/corridor/ent/registration"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/money"
	"github.com/g60-corridor/corridor/internal/standing"
)

// Sale is a competitive sale that was announced beforehand, with bidders who are qualified already. R2.12
type Sale struct {
	Listing, Operator int
	Terms             auction.Terms
	OpensAt           time.Time
	DepositFen        money.Fen
	Registered        time.Time // until when bidders could come
	Bidders           []int     // organisations
	Demo              bool
}

// OpenSale makes and publishes the lot of a sale and admits its bidders, within somebody's transaction; Deliver afterwards
// hands it to the saleroom. Should the house close in between, the outbox does.
func (s *Service) OpenSale(ctx context.Context, client *ent.Client, sale Sale) (int, error) {
	var faults []fault.Field
	for _, f := range sale.Terms.Validate() {
		faults = append(faults, fault.Field{Name: f.Field, Problem: fault.Problem(f.Problem)})
	}
	if err := fault.OfFields(faults); err != nil {
		return 0, err
	}
	made, err := client.Lot.Create().SetNumber(rand.Text()).SetListingID(sale.Listing).SetOperatorID(sale.Operator).
		SetTerms(sale.Terms).SetDemo(sale.Demo).SetDepositFen(int64(sale.DepositFen)).SetDepositUntil(sale.Registered.UTC()).
		SetPriceFen(int64(sale.Terms.StartFen)).SetOpensAt(sale.OpensAt.UTC()).SetStatus(lot.StatusPUBLISHED).
		SetCreatedAt(s.now()).Save(ctx)
	if err != nil {
		return 0, fmt.Errorf("create the lot of a sale: %w", err)
	}
	number := fmt.Sprintf("G60-%d-%04d", s.now().In(Shanghai).Year(), made.ID)
	if err := client.Lot.UpdateOneID(made.ID).SetNumber(number).Exec(ctx); err != nil {
		return 0, fmt.Errorf("number lot %d: %w", made.ID, err)
	}
	open := auction.Publish{Terms: sale.Terms, OpensAt: auction.InstantOf(sale.OpensAt)}
	if err := s.post(ctx, client, made.ID, open); err != nil {
		return 0, err
	}
	for _, id := range sale.Bidders {
		if err := s.admit(ctx, client, made.ID, id, sale); err != nil {
			return 0, err
		}
	}
	return made.ID, nil
}

// admit enters a bidder who is qualified, as the lot's own registrations do.
func (s *Service) admit(ctx context.Context, client *ent.Client, lotID, org int, sale Sale) error {
	o, err := client.Organisation.Get(ctx, org)
	if err != nil {
		return fmt.Errorf("read bidder %d: %w", org, err)
	}
	code, err := s.newPaddle(ctx, client, lotID)
	if err != nil {
		return err
	}
	state := registration.StateQUALIFIED
	barred := standing.Barred(standing.State(o.Standing)) // since it was qualified: it has its place, and bids no more
	if barred {
		state = registration.StateSUSPENDED
	}
	err = client.Registration.Create().SetLotID(lotID).SetOrganisationID(org).SetState(state).
		SetPaddle(string(code)).SetDepositHeldFen(int64(sale.DepositFen)).SetDepositAt(sale.Registered.UTC()).
		SetAppliedAt(sale.Registered.UTC()).SetDecidedAt(s.now()).Exec(ctx)
	if err != nil {
		return fmt.Errorf("enter bidder %d for lot %d: %w", org, lotID, err)
	}
	if err := s.post(ctx, client, lotID, auction.AdmitBidder{Paddle: code, Identity: o.Uscc + " " + o.NameZh}); err != nil || !barred {
		return err
	}
	return s.post(ctx, client, lotID, auction.SuspendBidder{Paddle: code, Note: string(o.Standing)})
}

// Deliver hands over at once what a decision has posted for a lot.
func (s *Service) Deliver(ctx context.Context, lotID int) { s.deliver(ctx, lotID) }

// Ending is how a sale ended.
type Ending struct {
	Over     bool
	How      auction.Outcome
	Why      string // if it passed
	Winner   int    // the organisation; 0 if nobody
	PriceFen money.Fen
	Halted   bool // withdrawn, because its project was suspended before it opened
}

// Ending returns how a lot ended, by its log.
func (s *Service) Ending(ctx context.Context, lotID int) (o Ending, err error) {
	if err := s.follower.follow(ctx, auction.LotID(lotID)); err != nil {
		return o, err
	}
	l, err := s.db.Ent().Lot.Get(ctx, lotID)
	if err != nil {
		return o, fmt.Errorf("read lot %d: %w", lotID, err)
	}
	o = Ending{Over: l.Phase == string(auction.Closed), How: auction.Outcome(l.Outcome), Why: l.Why}
	if o.Over && o.How == auction.Withdrawn {
		o.Halted, err = s.halted(ctx, lotID)
	}
	if err != nil || !o.Over || o.How != auction.Sold {
		return o, err
	}
	o.PriceFen = money.Fen(l.PriceFen)
	o.Winner, err = s.db.Ent().Registration.Query().
		Where(registration.HasLotWith(lot.ID(lotID)), registration.Paddle(l.WinnerPaddle)).QueryOrganisation().OnlyID(ctx)
	if err != nil {
		return o, fmt.Errorf("who is %s of lot %d: %w", l.WinnerPaddle, lotID, err)
	}
	return o, nil
}
