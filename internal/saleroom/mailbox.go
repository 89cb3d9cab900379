package saleroom

import (
	"errors"
	"math"
	"sync"
	"time"

	"github.com/g60-corridor/corridor/internal/auction"
)

// mailbox gathers requests while the room is at work. The stamp is given under its lock, so that the order in which
// requests lie here is the order of their times.
type mailbox struct {
	most  int // requests that may wait
	heart *heart
	now   func() time.Time
	wake  chan struct{} // holds a token when there is something to look at

	mu      sync.Mutex
	stamp   Stamp       // guarded by mu
	waiting []Request   // guarded by mu
	rung    auction.Seq // guarded by mu; look: read the log anyhow
	outage  outage      // guarded by mu
	refuse  error       // guarded by mu; why nothing is taken now
}

// errRetired says that the room has gone; another is opened for who comes now.
var errRetired = errors.New("saleroom: the room has gone")

// spare is what the house's own commands may take beyond what bids may.
const spare = 64

// put takes a request in. If it returns an error, the request was not taken and Done will not be called.
func (m *mailbox) put(r Request) error {
	most := m.most
	if _, bid := r.Command.(auction.PlaceBid); !bid {
		most += spare
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.now()
	switch {
	case m.refuse != nil:
		return m.refuse
	case m.heart.held(now):
		return ErrUnavailable
	case len(m.waiting) >= most:
		return ErrBusy
	}
	r.At = m.stamp.At(now)
	m.waiting = append(m.waiting, r)
	if len(m.waiting) == 1 {
		m.poke()
	}
	return nil
}

func (m *mailbox) poke() {
	select {
	case m.wake <- struct{}{}:
	default:
	}
}

// look is a position that no log reaches.
const look auction.Seq = math.MaxInt64

func (m *mailbox) ring(seq auction.Seq) {
	if seq == 0 {
		seq = look
	}
	m.mu.Lock()
	m.rung = max(m.rung, seq)
	m.mu.Unlock()
	m.poke()
}

func (m *mailbox) putOutage(o outage) {
	m.mu.Lock()
	m.outage = m.outage.or(o)
	m.mu.Unlock()
	m.poke()
}

// owed is since when time is owed to the bidders, here or, by its own account, at the desk.
func (m *mailbox) owed(desk auction.Instant) auction.Instant {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.outage == (outage{}) || desk != 0 && desk < m.outage.since {
		return desk
	}
	return m.outage.since
}

// shut says why nothing is taken from now on; nil opens again. A closed mailbox stays closed.
func (m *mailbox) shut(why error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.refuse != ErrClosed && m.refuse != errRetired {
		m.refuse = why
	}
}

// retire closes the mailbox for good unless something waits in it.
func (m *mailbox) retire() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.waiting) > 0 || m.outage != (outage{}) {
		return false
	}
	m.refuse = errRetired
	return true
}

func (m *mailbox) isEmpty() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.waiting) == 0
}

// empty hands everything that waits over to the desk, as much as fits. It returns the present stamp, and whether
// more waits.
func (m *mailbox) empty(now time.Time, d *Desk) (at auction.Instant, more bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	at = m.stamp.At(now)
	if m.outage != (outage{}) {
		d.Outage(m.outage.since, m.outage.until, m.outage.note)
		m.outage = outage{}
	}
	d.Ring(m.rung)
	if m.rung == look {
		m.rung = 0
	}
	n := min(len(m.waiting), d.Free())
	for _, r := range m.waiting[:n] {
		d.Take(r)
	}
	rest := copy(m.waiting, m.waiting[n:])
	clear(m.waiting[rest:])
	m.waiting = m.waiting[:rest]
	return at, rest > 0
}

// drop takes everything that waits out of the mailbox.
func (m *mailbox) drop() []Request {
	m.mu.Lock()
	defer m.mu.Unlock()
	waiting := m.waiting
	m.waiting = nil
	return waiting
}
