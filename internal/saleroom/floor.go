package saleroom

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/g60-corridor/corridor/internal/auction"
)

// Options tune a floor. The zero value of a field means its default.
type Options struct {
	Node    string           // names this process among those that serve the same log; default: made up at random
	Now     func() time.Time // default time.Now
	Limits  Limits
	Mailbox int           // bids of one lot that may wait; default 32768
	LogWait time.Duration // the longest that one call of the log may take; default 5 s
	Pulse   time.Duration // how often the house leaves a sign of life; default 500 ms
	Poll    time.Duration // how often it looks for lots that nobody has rung for; default 5 s
}

func (o Options) withDefaults() Options {
	if o.Node == "" {
		o.Node = rand.Text()
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Mailbox == 0 {
		o.Mailbox = 32768
	}
	for _, f := range []struct {
		have      *time.Duration
		otherwise time.Duration
	}{{&o.LogWait, 5 * time.Second}, {&o.Pulse, 500 * time.Millisecond}, {&o.Poll, 5 * time.Second}} {
		if *f.have == 0 {
			*f.have = f.otherwise
		}
	}
	o.Limits = o.Limits.withDefaults()
	return o
}

// Floor is all rooms of the house. It is safe for use by many goroutines.
type Floor struct {
	log    Log
	o      Options
	heart  heart
	stats  counters
	ctx    context.Context // of all calls of the log
	cancel context.CancelFunc
	stop   chan struct{} // closed when the house closes
	work   sync.WaitGroup

	waiters sync.Pool // of *waiter

	mu     sync.RWMutex
	rooms  map[auction.LotID]*Room // guarded by mu
	closed bool                    // guarded by mu
}

// NewFloor returns a floor without rooms. Lots that are open already are taken up by Recover.
func NewFloor(log Log, o Options) *Floor {
	o = o.withDefaults()
	ctx, cancel := context.WithCancel(context.Background())
	return &Floor{
		log: log, o: o, heart: heart{limit: o.Limits.Stall.Duration()}, ctx: ctx, cancel: cancel,
		stop: make(chan struct{}), rooms: map[auction.LotID]*Room{}, waiters: sync.Pool{New: newWaiter},
	}
}

// Submit hands in a command and waits for what becomes of it. A bid that is refused is no error: it has its entry.
// If the context ends first, the command may still take effect; a bid's outcome is found by the same key.
func (f *Floor) Submit(ctx context.Context, lot auction.LotID, c auction.Command) (Answer, error) {
	w := f.waiters.Get().(*waiter)
	if err := f.put(lot, Request{Command: c, Done: w.done}); err != nil {
		f.waiters.Put(w)
		return Answer{}, err
	}
	select {
	case <-w.answered:
		a, err := w.answer, w.err
		w.answer, w.err = Answer{}, nil
		f.waiters.Put(w)
		return a, err
	case <-ctx.Done(): // w is left to the room
		return Answer{}, fmt.Errorf("wait for the answer of lot %d: %w", lot, ctx.Err())
	}
}

// Bid hands in a bid and returns at once. done is called once, from any goroutine, perhaps before Bid returns; it must
// not block.
func (f *Floor) Bid(lot auction.LotID, bid auction.PlaceBid, done func(e auction.Entry, repeated bool, err error)) {
	err := f.put(lot, Request{Command: bid, Done: func(a Answer, err error) { done(a.Entry, a.Repeated, err) }})
	if err != nil {
		done(auction.Entry{}, false, err)
	}
}

// Ring says that the log of a lot has reached seq; 0 if that is not known. Rings may be lost, doubled or merged.
func (f *Floor) Ring(lot auction.LotID, seq auction.Seq) {
	if r := f.room(lot); r != nil {
		r.mail.ring(seq)
	}
}

func (f *Floor) put(lot auction.LotID, q Request) error {
	for {
		r := f.room(lot)
		if r == nil {
			return ErrClosed
		}
		err := r.mail.put(q)
		switch {
		case errors.Is(err, errRetired):
			continue
		case errors.Is(err, ErrBusy):
			f.stats.busy.Add(1)
		}
		return err
	}
}

// room returns the room of a lot, opened if need be; nil if the house is closed.
func (f *Floor) room(lot auction.LotID) *Room {
	f.mu.RLock()
	r, closed := f.rooms[lot], f.closed
	f.mu.RUnlock()
	switch {
	case closed:
		return nil
	case r != nil:
		return r
	}
	return f.open(lot, outage{})
}

// open opens the room of a lot. away is an outage that it has to give back before anything else.
func (f *Floor) open(lot auction.LotID, away outage) *Room {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return nil
	}
	if r := f.rooms[lot]; r != nil {
		if away.since != 0 {
			r.mail.putOutage(away)
		}
		return r
	}
	r := newRoom(f, lot)
	r.mail.outage = away
	f.rooms[lot] = r
	f.work.Go(r.run)
	return r
}

// retire takes a room off the floor unless somebody has just come in.
func (f *Floor) retire(r *Room) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !r.mail.retire() {
		return false
	}
	delete(f.rooms, r.lot)
	return true
}

// Close takes no more commands, answers those that wait and closes the rooms. If the context ends first, those who
// still wait are sent away with ErrUnavailable.
func (f *Floor) Close(ctx context.Context) error {
	f.mu.Lock()
	if !f.closed {
		f.closed = true
		close(f.stop)
	}
	f.mu.Unlock()
	done := make(chan struct{})
	go func() {
		f.work.Wait()
		close(done)
	}()
	var err error
	select {
	case <-done:
		if f.heart.beat.Load() != 0 { // so that the next start knows how long the house served
			err = f.log.Pulse(ctx, f.o.Node, f.wellUntil())
		}
		f.cancel()
	case <-ctx.Done():
		f.cancel()
		<-done
		err = ctx.Err()
	}
	if err != nil {
		return fmt.Errorf("close the saleroom: %w", err)
	}
	return nil
}

// waiter is a caller of Submit.
type waiter struct {
	answered chan struct{}
	answer   Answer
	err      error
	done     func(Answer, error)
}

func newWaiter() any {
	w := &waiter{answered: make(chan struct{}, 1)}
	w.done = func(a Answer, err error) {
		w.answer, w.err = a, err
		w.answered <- struct{}{}
	}
	return w
}
