package market

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/lot"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/feed"
)

const (
	readAtOnce    = 1000                   // entries of a log
	projectEvery  = 200 * time.Millisecond // a hot lot is written at most this often
	lookAgain     = 5 * time.Second        // should the bell be dead
	projectionLag = 10 * time.Second       // the longest that one look may take
)

// follower writes what the log has made of each lot into the lot's row, for lists. The row's log_seq only grows, so that
// two nodes may follow the same lot. A ring is not needed for correctness: all open lots are looked at again now and then.
type follower struct {
	db      Database
	entries Log
	due     chan struct{}

	mu    sync.Mutex
	dirty map[auction.LotID]struct{} // guarded by mu
	lots  map[auction.LotID]*replica // guarded by mu; ended lots are dropped
}

type replica struct {
	mu   sync.Mutex
	feed *feed.Follower // guarded by mu
	done auction.Seq    // guarded by mu; the row is at least here
}

// Ring says that the log of a lot has grown. It does not block.
func (s *Service) Ring(id auction.LotID, _ auction.Seq) {
	f := &s.follower
	f.mu.Lock()
	f.dirty[id] = struct{}{}
	f.mu.Unlock()
	select {
	case f.due <- struct{}{}:
	default:
	}
}

func (s *Service) runFollower(ctx context.Context) {
	f := &s.follower
	again := time.NewTicker(lookAgain)
	defer again.Stop()
	s.lookAtAll(ctx)
	for {
		select {
		case <-ctx.Done():
			return
		case <-again.C:
			s.lookAtAll(ctx)
		case <-f.due:
			f.mu.Lock()
			dirty := f.dirty
			f.dirty = map[auction.LotID]struct{}{}
			f.mu.Unlock()
			for id := range dirty {
				s.look(ctx, id)
			}
			select { // what rings in the meantime is written together
			case <-ctx.Done():
				return
			case <-time.After(projectEvery):
			}
		}
	}
}

func (s *Service) lookAtAll(ctx context.Context) {
	ids, err := s.db.Ent().Lot.Query().Where(lot.StatusEQ(lot.StatusPUBLISHED), lot.PhaseNEQ(string(auction.Closed))).IDs(ctx)
	if err != nil {
		if ctx.Err() == nil {
			s.log.ErrorContext(ctx, "list lots to follow", "error", err)
		}
		return
	}
	for _, id := range ids {
		s.look(ctx, auction.LotID(id))
	}
}

func (s *Service) look(ctx context.Context, id auction.LotID) {
	ctx, cancel := context.WithTimeout(ctx, projectionLag)
	defer cancel()
	if err := s.follower.follow(ctx, id); err != nil && ctx.Err() == nil {
		s.log.ErrorContext(ctx, "project a lot", "error", err)
	}
}

// follow reads what is new in a log and writes the row.
func (f *follower) follow(ctx context.Context, id auction.LotID) error {
	f.mu.Lock()
	r := f.lots[id]
	if r == nil {
		r = &replica{feed: feed.NewFollower(id)}
		f.lots[id] = r
	}
	f.mu.Unlock()
	r.mu.Lock()
	defer r.mu.Unlock()
	for {
		entries, err := f.entries.Read(ctx, id, r.feed.Seq(), readAtOnce)
		if err != nil {
			return fmt.Errorf("project lot %d: %w", id, err)
		}
		for _, e := range entries {
			if err := r.feed.Apply(e); err != nil {
				return fmt.Errorf("project lot %d: %w", id, err)
			}
		}
		if len(entries) < readAtOnce {
			break
		}
	}
	if seq := r.feed.Seq(); seq > r.done {
		if err := write(ctx, f.db.Ent(), r.feed); err != nil {
			return fmt.Errorf("project lot %d: %w", id, err)
		}
		r.done = seq
	}
	if r.feed.State().Phase == auction.Closed { // should it be annulled later, it is read from the start again
		f.mu.Lock()
		delete(f.lots, id)
		f.mu.Unlock()
	}
	return nil
}

func write(ctx context.Context, client *ent.Client, f *feed.Follower) error {
	v, state := f.View(), f.State()
	u := client.Lot.Update().Where(lot.ID(int(state.Lot)), lot.LogSeqLT(int64(f.Seq()))).
		SetLogSeq(int64(f.Seq())).SetPhase(string(v.Phase)).SetPriceFen(int64(v.PriceFen)).SetHasBid(v.HasBid).
		SetBids(v.Bids).SetBidders(v.Bidders)
	if v.DeadlineUS != 0 && v.Phase != auction.Closed {
		u.SetDeadline(auction.Instant(v.DeadlineUS).Time())
	} else {
		u.ClearDeadline()
	}
	if state.OpenedAt != 0 {
		u.SetOpenedAt(state.OpenedAt.Time())
	}
	if v.Result != nil {
		u.SetClosedAt(auction.Instant(v.Result.AtUS).Time()).SetOutcome(string(v.Result.Outcome)).
			SetWhy(string(v.Result.Why)).SetWinnerPaddle(string(v.Result.Winner))
	}
	return u.Exec(ctx)
}
