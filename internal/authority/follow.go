package authority

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/pendingbid"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/store"
)

const (
	lookEvery = 3 * time.Second  // covers a bell that is dead
	lookBack  = 30 * time.Second // covers clocks of nodes that differ, and transactions that take their time
)

// Heard says that something waits or was decided, here or on another node. It does not block.
func (s *Service) Heard() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// Follow tells changed of every company for which something has changed in a lot, and lets lapse what lots have left
// behind, until the context ends.
func (s *Service) Follow(ctx context.Context, changed func(company int, lot auction.LotID)) {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	told := map[int]time.Time{}
	for {
		if err := s.look(ctx, told, changed); err != nil && ctx.Err() == nil {
			slog.WarnContext(ctx, "look for pending bids", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-s.wake:
		case <-tick.C:
		}
	}
}

// look tells of what has changed and was not told of. told belongs to it.
func (s *Service) look(ctx context.Context, told map[int]time.Time, changed func(int, auction.LotID)) error {
	if err := s.lapse(ctx); err != nil {
		return err
	}
	all, err := s.db.Ent().PendingBid.Query().Where(pendingbid.ChangedAtGT(s.now().Add(-lookBack))).
		Select(pendingbid.FieldID, pendingbid.FieldOrganisationID, pendingbid.FieldLotID, pendingbid.FieldChangedAt).All(ctx)
	if err != nil {
		return fmt.Errorf("look what has changed: %w", err)
	}
	type place struct{ company, lot int }
	seen, due := map[int]bool{}, map[place]bool{}
	for _, p := range all {
		if seen[p.ID] = true; !told[p.ID].Equal(p.ChangedAt) {
			told[p.ID] = p.ChangedAt
			due[place{p.OrganisationID, p.LotID}] = true
		}
	}
	for id := range told {
		if !seen[id] {
			delete(told, id)
		}
	}
	for at := range due {
		changed(at.company, auction.LotID(at.lot))
	}
	return nil
}

// lapse ends what waits in lots that have ended.
func (s *Service) lapse(ctx context.Context) error {
	client := s.db.Ent()
	var lots []int
	err := client.PendingBid.Query().Where(pendingbid.StateEQ(pendingbid.StateWAITING)).Unique(true).Select(pendingbid.FieldLotID).Scan(ctx, &lots)
	if err != nil || len(lots) == 0 {
		return wrap(err, "look which lots bids wait in")
	}
	closed, err := closedOf(ctx, client, lots)
	if err != nil || len(closed) == 0 {
		return err
	}
	var ids []int
	for id := range closed {
		ids = append(ids, id)
	}
	waiting, err := client.PendingBid.Query().Where(pendingbid.StateEQ(pendingbid.StateWAITING), pendingbid.LotIDIn(ids...)).All(ctx)
	if err != nil {
		return wrap(err, "look which bids lapse")
	}
	for _, p := range waiting {
		if err := s.lapseOne(ctx, p); err != nil {
			return err
		}
	}
	return nil
}

// lapseOne ends one and tells its proposer, if no other node was faster.
func (s *Service) lapseOne(ctx context.Context, p *ent.PendingBid) error {
	return s.db.Tx(ctx, func(tx *store.Tx) error {
		n, err := tx.Ent().PendingBid.Update().Where(pendingbid.ID(p.ID), pendingbid.StateEQ(pendingbid.StateWAITING)).
			SetState(pendingbid.StateLAPSED).SetWhy(lotClosed).SetDecidedAt(s.now()).SetChangedAt(s.now()).Save(ctx)
		if err != nil || n == 0 {
			return wrap(err, "let a pending bid lapse")
		}
		return s.tellProposer(ctx, tx, p, pendingbid.StateLAPSED)
	})
}
