// Package bus is the doorbell: it says that a lot's log has reached a position, and nothing else. Who hears it reads
// the log. A ring may be lost, doubled or merged with a later one without harm: listeners also look from time to time.
//
// It may import the ids of package auction, and pgx. It knows no meaning.
package bus

import (
	"context"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/g60-corridor/corridor/internal/auction"
)

// Listener hears that a lot has reached a position. It must not block. Position 0 asks to look at the lot anyhow.
type Listener func(auction.LotID, auction.Seq)

// Bell tells listeners within this process.
type Bell struct {
	mu        sync.RWMutex
	listeners []Listener // guarded by mu
}

// Listen adds a listener.
func (b *Bell) Listen(l Listener) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.listeners = append(b.listeners, l)
}

// Ring tells every listener.
func (b *Bell) Ring(lot auction.LotID, seq auction.Seq) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	for _, l := range b.listeners {
		l(lot, seq)
	}
}

// Channels are the names under which wires carry rings.
const (
	Logs    = "corridor_log"     // a lot's log has grown
	Pending = "corridor_pending" // in a lot a bid waits for a second person, or was decided; the position is 0
)

const (
	gather    = 20 * time.Millisecond // rings of one lot within this time go out as one
	payload   = 7000                  // PostgreSQL takes 8,000 bytes
	retryMost = 5 * time.Second
)

// Wire carries rings between nodes over PostgreSQL's LISTEN and NOTIFY.
type Wire struct {
	pool    *pgxpool.Pool
	channel string
	node    string
	bell    *Bell

	mu   sync.Mutex
	due  map[auction.LotID]auction.Seq // guarded by mu
	wake chan struct{}
}

// NewWire connects the bell of this node with those of others. Ring the wire instead of the bell, and keep Run going.
func NewWire(pool *pgxpool.Pool, node string, bell *Bell) *Wire {
	return NewWireOn(Logs, pool, node, bell)
}

// NewWireOn is NewWire on a channel of its own.
func NewWireOn(channel string, pool *pgxpool.Pool, node string, bell *Bell) *Wire {
	return &Wire{pool: pool, channel: channel, node: node, bell: bell, due: map[auction.LotID]auction.Seq{}, wake: make(chan struct{}, 1)}
}

// Ring tells this node at once and the others soon.
func (w *Wire) Ring(lot auction.LotID, seq auction.Seq) {
	w.bell.Ring(lot, seq)
	w.mu.Lock()
	w.due[lot] = max(w.due[lot], seq)
	w.mu.Unlock()
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// Run sends and hears until the context ends.
func (w *Wire) Run(ctx context.Context) {
	var all sync.WaitGroup
	all.Go(func() { w.send(ctx) })
	all.Go(func() { w.hear(ctx) })
	all.Wait()
}

func (w *Wire) send(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-w.wake:
		}
		w.mu.Lock()
		due := w.due
		w.due = map[auction.LotID]auction.Seq{}
		w.mu.Unlock()
		for _, text := range compose(w.node, due) {
			if _, err := w.pool.Exec(ctx, "SELECT pg_notify($1, $2)", w.channel, text); err != nil && ctx.Err() == nil {
				slog.WarnContext(ctx, "ring other nodes", "error", err) // their slow poll covers it
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(gather):
		}
	}
}

// compose writes "node lot:seq lot:seq …", in as many notes as needed.
func compose(node string, due map[auction.LotID]auction.Seq) []string {
	var notes []string
	var b strings.Builder
	for lot, seq := range due {
		if b.Len() > payload {
			notes = append(notes, b.String())
			b.Reset()
		}
		if b.Len() == 0 {
			b.WriteString(node)
		}
		b.WriteString(" " + strconv.FormatInt(int64(lot), 10) + ":" + strconv.FormatInt(int64(seq), 10))
	}
	if b.Len() > 0 {
		notes = append(notes, b.String())
	}
	return notes
}

// parse reads a note; what it cannot read it leaves out.
func parse(text string) (node string, due map[auction.LotID]auction.Seq) {
	node, rest, _ := strings.Cut(text, " ")
	due = map[auction.LotID]auction.Seq{}
	for _, pair := range strings.Fields(rest) {
		a, b, _ := strings.Cut(pair, ":")
		lot, err1 := strconv.ParseInt(a, 10, 64)
		seq, err2 := strconv.ParseInt(b, 10, 64)
		if err1 == nil && err2 == nil {
			due[auction.LotID(lot)] = auction.Seq(seq)
		}
	}
	return node, due
}

func (w *Wire) hear(ctx context.Context) {
	wait := 100 * time.Millisecond
	for ctx.Err() == nil {
		began := time.Now()
		err := w.listen(ctx)
		if ctx.Err() != nil {
			return
		}
		slog.WarnContext(ctx, "listen for other nodes", "error", err)
		if time.Since(began) > time.Minute {
			wait = 100 * time.Millisecond
		}
		select {
		case <-ctx.Done():
		case <-time.After(wait):
		}
		wait = min(2*wait, retryMost)
	}
}

func (w *Wire) listen(ctx context.Context) error {
	conn, err := pgx.ConnectConfig(ctx, w.pool.Config().ConnConfig)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx)) //nolint:errcheck // it is being thrown away
	if _, err := conn.Exec(ctx, "LISTEN "+w.channel); err != nil {
		return err
	}
	for {
		note, err := conn.WaitForNotification(ctx)
		if err != nil {
			return err
		}
		if node, due := parse(note.Payload); node != w.node {
			for lot, seq := range due {
				w.bell.Ring(lot, seq)
			}
		}
	}
}
