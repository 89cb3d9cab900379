// Package logtest is a lots' log in memory for the tests of other rooms: as strict as the real one about positions, and
// with faults on demand.
package logtest

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/g60-corridor/corridor/internal/auction"
)

// Fault is what goes wrong with one call.
type Fault int

const (
	None      Fault = iota
	NotStored       // an error, and nothing was stored
	LostReply       // stored, but the outcome is reported as unknown
	LostAsked       // not stored, and the outcome is reported as unknown
	StoredBad       // stored, but an error says that it was not: no honest log does this
)

// ErrDown is the error of a log that was told to fail.
var ErrDown = errors.New("logtest: the log is down")

// Hooks are called from within the log.
type Hooks struct {
	OnAppend func(ctx context.Context, lot auction.LotID, batch []auction.Entry) Fault // called before each append; may sleep
	OnRead   func(ctx context.Context, lot auction.LotID) error                        // called before each read
	OnPulse  func(ctx context.Context) error
	Ring     func(auction.LotID, auction.Seq) // called after each commit
}

// Memory is a log in memory. Its hooks may be set before it is used, and by Meddle at any time.
type Memory struct {
	Hooks

	mu     sync.Mutex // guards the hooks too
	lots   map[auction.LotID][]auction.Entry
	pulses map[string]time.Time
}

// Meddle changes the hooks.
func (m *Memory) Meddle(change func(*Hooks)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	change(&m.Hooks)
}

func (m *Memory) hooks() Hooks {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.Hooks
}

// Append stores a batch as the real log does.
func (m *Memory) Append(ctx context.Context, lot auction.LotID, after auction.Position, batch []auction.Entry) ([]auction.Entry, error) {
	fault, hooks := None, m.hooks()
	if hooks.OnAppend != nil {
		fault = hooks.OnAppend(ctx, lot, batch)
	}
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("%w: %w", auction.ErrUnknown, err)
	}
	switch fault {
	case NotStored:
		return nil, ErrDown
	case LostAsked:
		return nil, auction.ErrUnknown
	}
	stored, err := m.store(lot, after, batch)
	if err != nil {
		return nil, err
	}
	if hooks.Ring != nil {
		hooks.Ring(lot, stored[len(stored)-1].Seq)
	}
	switch fault {
	case LostReply:
		return nil, auction.ErrUnknown
	case StoredBad:
		return nil, ErrDown
	}
	return stored, nil
}

func (m *Memory) store(lot auction.LotID, after auction.Position, batch []auction.Entry) ([]auction.Entry, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	log := m.lots[lot]
	var end auction.Position
	if n := len(log); n > 0 {
		end = auction.Position{Seq: log[n-1].Seq, Head: log[n-1].Head}
	}
	if after != end {
		return nil, auction.ErrFenced
	}
	stored := slices.Clone(batch)
	for i := range stored {
		e := &stored[i]
		if e.Seq != end.Seq+1 {
			return nil, fmt.Errorf("logtest: entry %d after %d", e.Seq, end.Seq)
		}
		var b [48]byte
		binary.BigEndian.PutUint64(b[:], uint64(e.Seq))
		binary.BigEndian.PutUint64(b[8:], uint64(e.At))
		e.Leaf = sha256.Sum256(b[:16])
		copy(b[16:], e.Leaf[:])
		e.Head = sha256.Sum256(append(end.Head[:], e.Leaf[:]...))
		end = auction.Position{Seq: e.Seq, Head: e.Head}
	}
	if m.lots == nil {
		m.lots = map[auction.LotID][]auction.Entry{}
	}
	m.lots[lot] = append(log, stored...)
	return stored, nil
}

// Read returns entries after a position.
func (m *Memory) Read(ctx context.Context, lot auction.LotID, after auction.Seq, limit int) ([]auction.Entry, error) {
	if hooks := m.hooks(); hooks.OnRead != nil {
		if err := hooks.OnRead(ctx, lot); err != nil {
			return nil, err
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	log := m.lots[lot]
	from := min(max(0, int(after)), len(log))
	return slices.Clone(log[from:min(len(log), from+limit)]), nil
}

// All returns the whole log of a lot.
func (m *Memory) All(lot auction.LotID) []auction.Entry {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.lots[lot])
}

// Unended lists the lots without an end, in order.
func (m *Memory) Unended(context.Context) ([]auction.LotID, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var open []auction.LotID
	for lot, log := range m.lots {
		ended := slices.ContainsFunc(log, func(e auction.Entry) bool {
			switch e.Event.(type) {
			case auction.LotClosed, auction.LotWithdrawn, auction.LotAnnulled:
				return true
			}
			return false
		})
		if !ended {
			open = append(open, lot)
		}
	}
	slices.Sort(open)
	return open, nil
}

// Pulse keeps a sign of life.
func (m *Memory) Pulse(ctx context.Context, node string, at time.Time) error {
	if hooks := m.hooks(); hooks.OnPulse != nil {
		if err := hooks.OnPulse(ctx); err != nil {
			return err
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.pulses == nil {
		m.pulses = map[string]time.Time{}
	}
	m.pulses[node] = at
	return nil
}

// LastPulse returns the last sign of life of any node but one.
func (m *Memory) LastPulse(_ context.Context, except string) (last time.Time, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for node, at := range m.pulses {
		if node != except && at.After(last) {
			last = at
		}
	}
	return last, nil
}
