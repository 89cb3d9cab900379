package hub

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/feed"
)

var (
	// ErrUnknownLot says that there is no log of such a lot.
	ErrUnknownLot = errors.New("hub: no such lot")
	// ErrClosed says that the hub has been closed.
	ErrClosed = errors.New("hub: closed")
)

// Reader reads the log of a lot: the entries after a position, oldest first, at most limit.
type Reader interface {
	Read(ctx context.Context, lot auction.LotID, after auction.Seq, limit int) ([]auction.Entry, error)
}

// Sink takes messages for one client. Deliver must not block and must not call the hub; messages come in order.
type Sink interface{ Deliver(*Message) }

// Options tune a hub. The zero value of a field means its default.
type Options struct {
	Gather     time.Duration // after a frame, changes are gathered for this long; default 50 ms
	Poll       time.Duration // how often the log is read when no bell rings; default 2 s
	ReadWait   time.Duration // the longest that one read may take; default 3 s
	StaleAfter time.Duration // without a successful read for this long, watchers are told so; default 3 s
	Linger     time.Duration // how long a lot is followed after its last watcher has left; default 1 min
	Now        func() time.Time
	Log        *slog.Logger
}

func (o Options) withDefaults() Options {
	for _, f := range []struct {
		have      *time.Duration
		otherwise time.Duration
	}{
		{&o.Gather, 50 * time.Millisecond}, {&o.Poll, 2 * time.Second}, {&o.ReadWait, 3 * time.Second},
		{&o.StaleAfter, 3 * time.Second}, {&o.Linger, time.Minute},
	} {
		if *f.have == 0 {
			*f.have = f.otherwise
		}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	return o
}

// Hub is safe for use by many goroutines.
type Hub struct {
	reader Reader
	o      Options
	ctx    context.Context
	cancel context.CancelFunc
	done   sync.WaitGroup

	mu        sync.RWMutex
	galleries map[auction.LotID]*gallery
	closed    bool
}

// New returns a hub that reads lots' logs from r.
func New(r Reader, o Options) *Hub {
	ctx, cancel := context.WithCancel(context.Background())
	return &Hub{
		reader: r, o: o.withDefaults(), ctx: ctx, cancel: cancel, galleries: map[auction.LotID]*gallery{},
	}
}

// Ring says that the log of a lot has reached seq; 0 if that is not known. Rings may be lost, doubled or merged.
func (h *Hub) Ring(lot auction.LotID, seq auction.Seq) {
	h.mu.RLock()
	g := h.galleries[lot]
	h.mu.RUnlock()
	if g != nil {
		g.ring(seq)
	}
}

// Since is where a watcher goes on: the zero value asks for a snapshot.
type Since struct {
	Cursor feed.Cursor    // the last public row he has
	Paddle auction.Paddle // the code under which he bids in this lot; empty for a spectator
	Own    int64          // the last of his own rows he has
}

// Subscribe registers a sink and sends it where the lot stands: a snapshot, or, where the rows after
// since.Cursor are still at hand, a frame with just these; then, to a bidder, what he holds. From then on it
// gets every frame, each beginning where the one before ended.
func (h *Hub) Subscribe(ctx context.Context, lot auction.LotID, since Since, sink Sink) (*Subscription, error) {
	g, err := h.gallery(ctx, lot)
	if err != nil {
		return nil, err
	}
	if g.behind(since.Cursor) {
		// He has seen more than this node: another node is ahead. Look at the log before showing him the past.
		g.await(ctx, func() bool { return !g.behind(since.Cursor) })
	}
	s := &Subscription{gallery: g, sink: sink, paddle: since.Paddle}
	if !g.admit(s, since) {
		return h.Subscribe(ctx, lot, since, sink) // the gallery closed between the two: open it again
	}
	return s, nil
}

// Look returns where a lot stands, and what a bidder holds in it; with an empty paddle, holding is nil.
func (h *Hub) Look(ctx context.Context, lot auction.LotID, paddle auction.Paddle) (Look, error) {
	g, err := h.gallery(ctx, lot)
	if err != nil {
		return Look{}, err
	}
	// What has been rung here is shown: who has just bid by form finds his bid on the page that follows.
	wanted := g.wanted.Load()
	g.await(ctx, func() bool { return g.position.Load() >= wanted })
	return g.look(paddle), nil
}

// Look is what one reader may see of a lot at one moment.
type Look struct {
	Frame   feed.Frame // a snapshot
	Holding *feed.Holding
	Rows    []feed.OwnRow // the newest attempts of this bidder, oldest first
}

// Watchers counts the subscriptions in all lots, and the lots.
func (h *Hub) Watchers() (watchers, lots int) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	for _, g := range h.galleries {
		watchers += g.count()
	}
	return watchers, len(h.galleries)
}

// Close stops following. Sinks get nothing any more.
func (h *Hub) Close() {
	h.mu.Lock()
	h.closed = true
	h.mu.Unlock()
	h.cancel()
	h.done.Wait()
}

// gallery returns the gallery of a lot once it has read the log.
func (h *Hub) gallery(ctx context.Context, lot auction.LotID) (*gallery, error) {
	h.mu.Lock()
	if h.closed {
		h.mu.Unlock()
		return nil, ErrClosed
	}
	g := h.galleries[lot]
	if g == nil {
		g = newGallery(h, lot)
		h.galleries[lot] = g
		h.done.Add(1)
		go g.run()
	}
	h.mu.Unlock()
	select {
	case <-g.ready:
	case <-ctx.Done():
		return nil, fmt.Errorf("wait for the log of lot %d: %w", lot, ctx.Err())
	}
	return g, g.failed
}

// forget drops a gallery that nobody needs. It returns false if somebody came in the meantime.
func (h *Hub) forget(g *gallery, unless func() bool) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if unless() {
		return false
	}
	if h.galleries[g.lot] == g {
		delete(h.galleries, g.lot)
	}
	return true
}
