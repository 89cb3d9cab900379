package bus

import (
	"context"
	"maps"
	"sync"
	"testing"
	"time"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/store/storetest"
)

// heard collects what a node hears.
type heard struct {
	mu   sync.Mutex
	last map[auction.LotID]auction.Seq
	rang chan struct{}
}

func newHeard() *heard {
	return &heard{last: map[auction.LotID]auction.Seq{}, rang: make(chan struct{}, 10_000)}
}

func (h *heard) listener(lot auction.LotID, seq auction.Seq) {
	h.mu.Lock()
	h.last[lot] = max(h.last[lot], seq)
	h.mu.Unlock()
	h.rang <- struct{}{}
}

// until waits until the lots have been heard at these positions.
func (h *heard) until(t *testing.T, want map[auction.LotID]auction.Seq) {
	t.Helper()
	end := time.After(30 * time.Second)
	for {
		h.mu.Lock()
		same := maps.Equal(h.last, want)
		h.mu.Unlock()
		if same {
			return
		}
		select {
		case <-h.rang:
		case <-end:
			h.mu.Lock()
			defer h.mu.Unlock()
			t.Fatalf("heard %v, want %v", h.last, want)
		}
	}
}

func TestNodesHearOneAnother(t *testing.T) {
	pool := storetest.Postgres(t).Pool()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	nodes, ears := [2]*Wire{}, [2]*heard{}
	var all sync.WaitGroup
	for i := range nodes {
		bell := &Bell{}
		ears[i] = newHeard()
		bell.Listen(ears[i].listener)
		nodes[i] = NewWire(pool, string(rune('a'+i)), bell)
		all.Go(func() { nodes[i].Run(ctx) })
	}
	// Until the other listens, rings are lost; that is allowed, so ring until one arrives.
	for len(ears[1].rang) == 0 {
		nodes[0].Ring(1, 1)
		time.Sleep(10 * time.Millisecond)
	}
	want := map[auction.LotID]auction.Seq{1: 1}
	for lot := auction.LotID(2); lot < 1500; lot++ {
		nodes[0].Ring(lot, auction.Seq(lot)-1)
		nodes[0].Ring(lot, auction.Seq(lot))
		want[lot] = auction.Seq(lot)
	}
	ears[0].until(t, want)
	ears[1].until(t, want)
	cancel()
	all.Wait()
}

func TestNotesStayBelowTheLimitAndAreReadBack(t *testing.T) {
	due := map[auction.LotID]auction.Seq{}
	for lot := range auction.LotID(3000) {
		due[lot+1_000_000] = auction.Seq(lot) * 1_000_003
	}
	got := map[auction.LotID]auction.Seq{}
	for _, note := range compose("node", due) {
		if len(note) >= 8000 {
			t.Errorf("a note of %d bytes", len(note))
		}
		node, part := parse(note)
		if node != "node" {
			t.Errorf("node %q", node)
		}
		maps.Copy(got, part)
	}
	if !maps.Equal(got, due) {
		t.Errorf("%d of %d lots read back", len(got), len(due))
	}
	if _, part := parse("x 1:2 bad 3 4:y :"); !maps.Equal(part, map[auction.LotID]auction.Seq{1: 2}) {
		t.Errorf("read %v of a damaged note", part)
	}
}

// A bell whose line was cut rings again by itself.
func TestCutLineIsMended(t *testing.T) {
	pool := storetest.Postgres(t).Pool()
	ctx, cancel := context.WithCancel(context.Background())
	var all sync.WaitGroup
	defer all.Wait()
	defer cancel()
	bell, ear := &Bell{}, newHeard()
	bell.Listen(ear.listener)
	far, near := NewWire(pool, "far", &Bell{}), NewWire(pool, "near", bell)
	all.Go(func() { far.Run(ctx) })
	all.Go(func() { near.Run(ctx) })
	ringUntilHeard := func(lot auction.LotID) {
		t.Helper()
		for range 3000 {
			far.Ring(lot, 1)
			select {
			case <-ear.rang:
				ear.mu.Lock()
				heard := ear.last[lot]
				ear.mu.Unlock()
				if heard == 1 {
					return
				}
			case <-time.After(10 * time.Millisecond):
			}
		}
		t.Fatalf("lot %d was never heard", lot)
	}
	ringUntilHeard(1)
	var cut int
	err := pool.QueryRow(ctx, `SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
		WHERE datname = current_database() AND query LIKE 'LISTEN%'`).Scan(&cut)
	if err != nil || cut == 0 {
		t.Fatalf("%d lines cut, %v", cut, err)
	}
	ringUntilHeard(2)
}

// What waits for a second person rings on a channel of its own: who listens for logs does not hear it.
func TestChannelsAreKeptApart(t *testing.T) {
	pool := storetest.Postgres(t).Pool()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var all sync.WaitGroup
	wire := func(channel, node string) (*Wire, *heard) {
		bell, ears := &Bell{}, newHeard()
		bell.Listen(ears.listener)
		w := NewWireOn(channel, pool, node, bell)
		all.Go(func() { w.Run(ctx) })
		return w, ears
	}
	ringing, _ := wire(Pending, "a")
	_, there := wire(Pending, "b")
	logs, _ := wire(Logs, "a")
	_, logsThere := wire(Logs, "b")
	for len(there.rang) == 0 || len(logsThere.rang) == 0 {
		ringing.Ring(0, 0)
		logs.Ring(7, 1)
		time.Sleep(10 * time.Millisecond)
	}
	there.until(t, map[auction.LotID]auction.Seq{0: 0})
	logsThere.until(t, map[auction.LotID]auction.Seq{7: 1})
	cancel()
	all.Wait()
}
