package hub

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/feed"
)

const (
	readAtOnce    = 4096 // entries read in one go
	readsAtMost   = 16   // reads before what was read is shown
	greetingsKept = 64   // first messages kept for those who come at the same cursor; anybody may name any cursor
	ownRowsKept   = 20   // attempts of one bidder kept for his other sockets and for resuming
)

// gallery is the public of one lot: a replica that follows the log, and everybody who watches it.
//
// Invariant: between two holds of mu, the replica's cursor is the one that was told last. So whoever is admitted
// at that cursor finds the next frame beginning exactly there, and no change can fall between the two.
type gallery struct {
	hub    *Hub
	lot    auction.LotID
	rung   chan struct{} // holds one ring; more of them say the same
	ready  chan struct{} // closed when the log has been read once
	failed error         // set before ready is closed; the gallery is gone then

	position atomic.Int64 // the last Seq applied
	wanted   atomic.Int64 // the last Seq that a ring told of

	// owned by run
	readAt   time.Time // the last successful read
	troubled bool      // reads have been failing, and that was logged

	mu sync.Mutex
	// guarded by mu
	replica   *replica
	subs      []*Subscription
	bidders   map[auction.Paddle]*bench
	greetings map[feed.Cursor]*Message // for those who come at a cursor, at this moment; 0: a snapshot
	fresh     map[auction.Paddle]int   // attempts applied but not told yet
	stale     *Message                 // what was said about the log being out of reach; nil if it is not
	emptyAt   time.Time                // since when nobody watches
	stepped   chan struct{}            // closed and replaced after each step
	closed    bool
}

func newGallery(h *Hub, lot auction.LotID) *gallery {
	return &gallery{
		hub: h, lot: lot, rung: make(chan struct{}, 1), ready: make(chan struct{}),
		replica: newReplica(lot), bidders: map[auction.Paddle]*bench{}, fresh: map[auction.Paddle]int{},
		greetings: map[feed.Cursor]*Message{}, stepped: make(chan struct{}), emptyAt: h.o.Now(), readAt: h.o.Now(),
	}
}

func (g *gallery) ring(seq auction.Seq) {
	for seq != 0 {
		had := g.wanted.Load()
		if int64(seq) <= g.position.Load() {
			return
		}
		if int64(seq) <= had || g.wanted.CompareAndSwap(had, int64(seq)) {
			break
		}
	}
	select {
	case g.rung <- struct{}{}:
	default:
	}
}

// run follows the log until nobody has watched for a while.
func (g *gallery) run() {
	defer g.hub.done.Done()
	ctx, o := g.hub.ctx, &g.hub.o
	if err := g.begin(ctx); err != nil {
		g.hub.forget(g, func() bool { return false })
		g.failed = err
		close(g.ready)
		return
	}
	close(g.ready)
	poll := time.NewTimer(o.Poll)
	defer poll.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-g.rung:
		case <-poll.C:
		}
		g.step(ctx)
		if g.leave() {
			return
		}
		poll.Reset(g.pollEvery())
		// The gate: what comes now goes out together when it opens.
		select {
		case <-ctx.Done():
			return
		case <-time.After(o.Gather):
		}
	}
}

// pollEvery is long for a lot that is closed: all that can still happen to it is that it is annulled (R3.17).
func (g *gallery) pollEvery() time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.replica.State().Phase == auction.Closed && g.stale == nil {
		return 15 * g.hub.o.Poll
	}
	return g.hub.o.Poll
}

// begin reads the log for the first time.
func (g *gallery) begin(ctx context.Context) error {
	for {
		entries, err := g.read(ctx)
		if err != nil {
			return fmt.Errorf("begin to follow lot %d: %w", g.lot, err)
		}
		g.mu.Lock()
		err = g.apply(entries)
		g.replica.shown = g.replica.Cursor()
		g.mu.Unlock()
		if err != nil {
			return fmt.Errorf("begin to follow lot %d: %w", g.lot, err)
		}
		if len(entries) == 0 {
			break
		}
	}
	if g.position.Load() == 0 {
		return fmt.Errorf("follow lot %d: %w", g.lot, ErrUnknownLot)
	}
	return nil
}

// step reads what is new in the log and shows it. Trouble is told to the watchers; the poll tries again.
func (g *gallery) step(ctx context.Context) {
	entries, err := g.read(ctx)
	now := g.hub.o.Now()
	g.mu.Lock()
	defer g.mu.Unlock()
	if err == nil {
		err = g.apply(entries)
	}
	if err == nil {
		g.readAt, g.troubled = now, false
	}
	g.show(now, err == nil)
	if err != nil {
		g.trouble(now, err)
	}
	close(g.stepped)
	g.stepped = make(chan struct{})
}

// await waits until enough says so, for as long as a read may take; then one must do with what there is.
func (g *gallery) await(ctx context.Context, enough func() bool) {
	timeout := time.NewTimer(g.hub.o.ReadWait)
	defer timeout.Stop()
	for {
		g.mu.Lock()
		stepped := g.stepped
		g.mu.Unlock()
		if enough() {
			return
		}
		g.ring(0)
		select {
		case <-stepped:
		case <-timeout.C:
			return
		case <-ctx.Done():
			return
		}
	}
}

// read returns the entries after the replica's position. Called by run.
func (g *gallery) read(ctx context.Context) (all []auction.Entry, err error) {
	after := auction.Seq(g.position.Load())
	for range readsAtMost {
		page, cancel := context.WithTimeout(ctx, g.hub.o.ReadWait)
		entries, err := g.hub.reader.Read(page, g.lot, after, readAtOnce)
		cancel()
		if err != nil {
			return nil, fmt.Errorf("read log of lot %d after %d: %w", g.lot, after, err)
		}
		if all == nil {
			all = entries
		} else {
			all = append(all, entries...)
		}
		if len(entries) < readAtOnce {
			return all, nil
		}
		after = entries[len(entries)-1].Seq
	}
	g.ring(0) // there is more: go on after showing this
	return all, nil
}

// apply brings the replica forward. A gap in the log is trouble like a log that cannot be read: what follows the
// gap is not shown. Called with mu held.
func (g *gallery) apply(entries []auction.Entry) error {
	for i := range entries {
		p, attempts, err := g.replica.apply(entries[i])
		if err != nil {
			return err
		}
		if g.bidders[p] != nil {
			g.fresh[p] += attempts
		}
		g.position.Store(int64(entries[i].Seq))
	}
	return nil
}

// show tells everybody what has changed for him since the last time: the public first, then each bidder.
// Called with mu held.
func (g *gallery) show(now time.Time, healthy bool) {
	moved := g.replica.Cursor() != g.replica.shown
	if moved || healthy && g.stale != nil {
		from := g.replica.shown
		g.replica.shown, g.stale = g.replica.Cursor(), nil
		clear(g.greetings)
		if len(g.subs) > 0 {
			g.toAll(encode(g.replica.Since(from, instant(now))))
		}
	}
	if !moved && len(g.fresh) == 0 {
		return
	}
	for p, b := range g.bidders {
		if holding := g.replica.holding(p); g.fresh[p] > 0 || holding != b.told {
			b.told = holding
			m := encode(g.own(p, holding, g.fresh[p]))
			for _, s := range b.subs {
				s.sink.Deliver(m)
			}
		}
	}
	clear(g.fresh)
}

func (g *gallery) toAll(m *Message) {
	for _, s := range g.subs {
		s.sink.Deliver(m)
	}
}

// trouble tells the watchers that what they see may be old. Called with mu held.
func (g *gallery) trouble(now time.Time, err error) {
	if g.hub.ctx.Err() != nil {
		return
	}
	if !g.troubled {
		g.troubled = true
		g.hub.o.Log.Warn("follow a lot", "lot", g.lot, "error", err)
	}
	if g.stale == nil && now.Sub(g.readAt) >= g.hub.o.StaleAfter {
		g.stale = encode(Stale{T: "stale", Lot: g.lot, SinceUS: g.readAt.UnixMicro()})
		g.toAll(g.stale)
	}
}

// behind says whether a client has seen more than this replica.
func (g *gallery) behind(c feed.Cursor) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return c > g.replica.Cursor()
}

// admit lets a subscription in and tells it where the lot stands. It returns false if the gallery has closed.
func (g *gallery) admit(s *Subscription, since Since) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed {
		return false
	}
	s.sink.Deliver(g.greeting(since.Cursor))
	if g.stale != nil {
		s.sink.Deliver(g.stale)
	}
	s.index = len(g.subs)
	g.subs = append(g.subs, s)
	if s.paddle != "" {
		g.seat(s, since.Own)
	}
	return true
}

// greeting is the first message after a cursor, shared by all who come with the same one: after a restart that
// is everybody.
func (g *gallery) greeting(after feed.Cursor) *Message {
	if after < 0 || after > g.replica.Cursor() {
		after = 0 // the replica answers with a snapshot
	}
	m := g.greetings[after]
	if m == nil {
		m = encode(g.replica.Since(after, instant(g.hub.o.Now())))
		if len(g.greetings) < greetingsKept {
			g.greetings[after] = m
		}
	}
	return m
}

// leave closes a gallery that has been empty for long enough.
func (g *gallery) leave() bool {
	return g.hub.forget(g, func() bool {
		g.mu.Lock()
		defer g.mu.Unlock()
		if len(g.subs) > 0 || g.hub.o.Now().Sub(g.emptyAt) < g.hub.o.Linger {
			return true
		}
		g.closed = true
		return false
	})
}

func (g *gallery) look(p auction.Paddle) Look {
	g.mu.Lock()
	defer g.mu.Unlock()
	l := Look{Frame: g.replica.Snapshot(instant(g.hub.o.Now()))}
	if p != "" {
		h := g.replica.holding(p)
		l.Holding = &h
		l.Rows = g.replica.ownRows(p, ownRowsKept)
	}
	return l
}

func (g *gallery) count() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.subs)
}
