package market

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/lot"
	"github.com/g60-corridor/corridor/ent/lotsecret"
	"github.com/g60-corridor/corridor/ent/outbox"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/fault"
)

// relayEvery is how often the outbox is looked through for what the deciding request could not deliver itself.
const relayEvery = 2 * time.Second

// relay brings the commands of the outbox to the saleroom, those of one lot in their order. Each of them may arrive
// twice, after a crash between the saleroom's commit and ours: the engine refuses the second and nothing changes.
type relay struct {
	db       Database
	saleroom Saleroom
	safe     *reserves
	now      func() time.Time
	lots     sync.Map // int → *sync.Mutex: one courier per lot
}

// post writes a command into the outbox. The reserve is not written: it is fetched from its safe on the way.
func (s *Service) post(ctx context.Context, client *ent.Client, lotID int, c auction.Command) error {
	name, payload := "", json.RawMessage("{}")
	var err error
	switch c := c.(type) {
	case auction.Publish:
		name = "Publish"
		payload, err = json.Marshal(c)
	case auction.SealReserve:
		name = "SealReserve"
	case auction.AdmitBidder:
		name = "AdmitBidder"
		payload, err = json.Marshal(c)
	case auction.SuspendBidder:
		name = "SuspendBidder"
		payload, err = json.Marshal(c)
	default:
		err = errors.New("no command for the outbox")
	}
	if err != nil {
		return fmt.Errorf("post %T to lot %d: %w", c, lotID, err)
	}
	if err := client.Outbox.Create().SetLotID(lotID).SetCommand(name).SetPayload(payload).SetCreatedAt(s.now()).Exec(ctx); err != nil {
		return fmt.Errorf("post %s to lot %d: %w", name, lotID, err)
	}
	return nil
}

// drive delivers what waits for one lot. It stops at the first command that cannot be delivered now.
func (r *relay) drive(ctx context.Context, lotID int) error {
	one, _ := r.lots.LoadOrStore(lotID, &sync.Mutex{})
	one.(*sync.Mutex).Lock()
	defer one.(*sync.Mutex).Unlock()
	rows, err := r.db.Ent().Outbox.Query().Where(outbox.LotID(lotID), outbox.DoneAtIsNil()).Order(ent.Asc(outbox.FieldID)).All(ctx)
	if err != nil {
		return fmt.Errorf("read outbox of lot %d: %w", lotID, err)
	}
	for _, row := range rows {
		if err := r.deliver(ctx, row); err != nil {
			return fmt.Errorf("deliver %s to lot %d: %w", row.Command, lotID, err)
		}
	}
	return nil
}

func (r *relay) deliver(ctx context.Context, row *ent.Outbox) error {
	commands, err := r.commands(ctx, row)
	if err != nil {
		return err
	}
	trouble := ""
	for _, c := range commands {
		entry, err := r.saleroom.Submit(ctx, auction.LotID(row.LotID), c)
		if err != nil {
			return err
		}
		no, refused := entry.Event.(auction.CommandRefused)
		if !refused {
			break
		}
		if !repeats(c, no.Reason) {
			trouble = string(no.Reason)
			break
		}
	}
	return r.db.InTx(ctx, func(client *ent.Client) error {
		if _, sealed := commands[0].(auction.SealReserve); sealed && trouble == "" { // from here on the log keeps it
			if _, err := client.LotSecret.Delete().Where(lotsecret.HasLotWith(lot.ID(row.LotID))).Exec(ctx); err != nil {
				return err
			}
		}
		return client.Outbox.UpdateOneID(row.ID).SetDoneAt(r.now()).SetFault(trouble).Exec(ctx)
	})
}

// repeats tells a refusal that says "this has been done", or of a project's word that another form of it may fit.
func repeats(c auction.Command, why auction.Reason) bool {
	switch c.(type) {
	case auction.Publish, auction.SealReserve, auction.Pause, auction.Resume, auction.Withdraw, auction.Annul:
		return why == auction.WrongPhase
	case auction.AdmitBidder:
		return why == auction.AlreadyAdmitted
	case auction.SuspendBidder:
		return why == auction.BidderIsSuspended
	}
	return false
}

// commands are what a row asks for: one command, or the forms of a word.
func (r *relay) commands(ctx context.Context, row *ent.Outbox) ([]auction.Command, error) {
	switch word := Word(row.Command); word {
	case WordHalt, WordResume, WordVoid:
		return forms(word, row.Payload)
	}
	c, err := r.command(ctx, row)
	return []auction.Command{c}, err
}

func (r *relay) command(ctx context.Context, row *ent.Outbox) (auction.Command, error) {
	switch row.Command {
	case "Publish":
		return decode[auction.Publish](row.Payload)
	case "AdmitBidder":
		return decode[auction.AdmitBidder](row.Payload)
	case "SuspendBidder":
		return decode[auction.SuspendBidder](row.Payload)
	case "SealReserve":
		secret, err := r.db.Ent().LotSecret.Query().Where(lotsecret.HasLotWith(lot.ID(row.LotID))).Only(ctx)
		if err != nil {
			return nil, fmt.Errorf("fetch the reserve: %w", err)
		}
		reserve, err := r.safe.unlock(row.LotID, secret.ReserveSealed)
		return auction.SealReserve{ReserveFen: reserve}, err
	}
	return nil, fault.New(fault.Internal, "", "unknown command "+row.Command+" in the outbox")
}

func decode[C auction.Command](payload []byte) (auction.Command, error) {
	var c C
	err := json.Unmarshal(payload, &c)
	return c, err
}

func (s *Service) runRelay(ctx context.Context) {
	ticker := time.NewTicker(relayEvery)
	defer ticker.Stop()
	for {
		s.relayAll(ctx)
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

func (s *Service) relayAll(ctx context.Context) {
	var waiting []int
	err := s.db.Ent().Outbox.Query().Where(outbox.DoneAtIsNil(), outbox.CreatedAtLT(s.now().Add(-relayEvery))).
		Unique(true).Select(outbox.FieldLotID).Scan(ctx, &waiting)
	if err != nil {
		if ctx.Err() == nil {
			s.log.ErrorContext(ctx, "look through the outbox", "error", err)
		}
		return
	}
	for _, id := range waiting {
		if err := s.relay.drive(ctx, id); err != nil && ctx.Err() == nil {
			s.log.ErrorContext(ctx, "relay the outbox", "error", err)
		}
	}
}

// deliver hands over what a decision has just posted, so that whoever decided sees it done. What cannot be delivered now
// stays in the outbox.
func (s *Service) deliver(ctx context.Context, lotID int) {
	if err := s.relay.drive(ctx, lotID); err != nil {
		s.log.WarnContext(ctx, "relay at once; the outbox will try again", "error", err)
		return
	}
	if err := s.follower.follow(ctx, auction.LotID(lotID)); err != nil {
		s.log.WarnContext(ctx, "project at once", "error", err)
	}
}
