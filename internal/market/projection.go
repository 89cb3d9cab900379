package market

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/lot"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/feed"
	"github.com/g60-corridor/corridor/internal/store"
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
	herald  Herald
	due     chan struct{}

	mu    sync.Mutex
	dirty map[auction.LotID]struct{} // guarded by mu
	lots  map[auction.LotID]*replica // guarded by mu
	ended []auction.LotID            // guarded by mu; those of lots that have ended, the latest looked at last
}

// replica follows one lot. What it holds is guarded by mu.
type replica struct {
	mu      sync.Mutex
	feed    *feed.Follower
	done    auction.Seq     // the row is at least here
	rows    []feed.Row      // the newest lines, oldest first
	news    []auction.Entry // that people are to be told of, once the row is written
	changes int             // of what a calendar says: opening, interruption, end; extensions the view counts
	changed auction.Instant // of the last of them
}

// rowsKept is how many lines of a lot's history pages may show.
const rowsKept = 600

// apply follows one entry.
func (r *replica) apply(e auction.Entry) error {
	if err := r.feed.Apply(e); err != nil {
		return err
	}
	if newsworthy(e.Event) {
		r.news = append(r.news, e)
	}
	row, sight := feed.Render(r.feed.State(), e)
	if sight != feed.Line {
		return nil
	}
	switch e.Event.(type) {
	case auction.BidAccepted, auction.MaximumRaised:
	default:
		r.changes, r.changed = r.changes+1, auction.Instant(row.AtUS)
	}
	row.N = r.feed.Cursor()
	if len(r.rows) == 2*rowsKept { // shed half at a time
		r.rows = append(make([]feed.Row, 0, 2*rowsKept), r.rows[rowsKept:]...)
	}
	r.rows = append(r.rows, row)
	return nil
}

// History is what the public has seen of a lot.
type History struct {
	View feed.View
	Rows []feed.Row // the newest lines, oldest first
}

// historiesKept is how many ended lots are kept at hand.
const historiesKept = 32

// History returns what the public has seen of a lot up to now.
func (s *Service) History(ctx context.Context, id auction.LotID) (History, error) {
	r, err := s.follower.catchUp(ctx, id)
	if err != nil {
		return History{}, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	rows := r.rows[max(0, len(r.rows)-rowsKept):]
	return History{View: r.feed.View(), Rows: append([]feed.Row(nil), rows...)}, nil
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
	r, err := f.catchUp(ctx, id)
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	seq := r.feed.Seq()
	if seq <= r.done {
		return nil
	}
	if err := f.write(ctx, r); err != nil {
		return fmt.Errorf("project lot %d: %w", id, err)
	}
	r.done, r.news = seq, nil
	return nil
}

// catchUp reads what is new in a log.
func (f *follower) catchUp(ctx context.Context, id auction.LotID) (*replica, error) {
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
			return nil, fmt.Errorf("follow lot %d: %w", id, err)
		}
		for _, e := range entries {
			if err := r.apply(e); err != nil {
				return nil, fmt.Errorf("follow lot %d: %w", id, err)
			}
		}
		if len(entries) < readAtOnce {
			break
		}
	}
	if r.feed.State().Phase == auction.Closed {
		f.shed(id)
	}
	return r, nil
}

// shed forgets the ended lots that were looked at longest ago. Should one be annulled later, it is read from the start.
func (f *follower) shed(id auction.LotID) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.ended = append(slices.DeleteFunc(f.ended, func(e auction.LotID) bool { return e == id }), id)
	for len(f.ended) > historiesKept {
		delete(f.lots, f.ended[0])
		f.ended = f.ended[1:]
	}
}

// write writes the row. What people are to be told of goes into the same transaction: entries up to the row's former
// position were told by whoever wrote that.
func (f *follower) write(ctx context.Context, r *replica) error {
	if len(r.news) == 0 {
		return r.write(ctx, f.db.Ent())
	}
	return f.db.Tx(ctx, func(tx *store.Tx) error {
		id := int(r.feed.State().Lot)
		if err := lockLot(ctx, tx.Ent(), id); err != nil {
			return err
		}
		l, err := oneLot(ctx, tx.Ent(), id)
		if err != nil {
			return err
		}
		for _, e := range r.news {
			if e.Seq <= auction.Seq(l.LogSeq) {
				continue
			}
			if err := tellEntry(ctx, f.herald, tx, l, e); err != nil {
				return fmt.Errorf("tell of entry %d: %w", e.Seq, err)
			}
		}
		return r.write(ctx, tx.Ent())
	})
}

// write brings the lot's row up to where the replica is; mu is held. A bid that moves the deadline changes what a calendar says
// (RFC 5546 §2.1.4), but is no news.
func (r *replica) write(ctx context.Context, client *ent.Client) error {
	f := r.feed
	v, state := f.View(), f.State()
	u := client.Lot.Update().Where(lot.ID(int(state.Lot)), lot.LogSeqLT(int64(f.Seq()))).
		SetLogSeq(int64(f.Seq())).SetPhase(string(v.Phase)).SetPriceFen(int64(v.PriceFen)).SetHasBid(v.HasBid).
		SetBids(v.Bids).SetBidders(v.Bidders).SetChanges(r.changes + v.Extended)
	if r.changed != 0 {
		u.SetChangedAt(r.changed.Time())
	}
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
