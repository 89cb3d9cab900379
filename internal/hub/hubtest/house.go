// Package hubtest is a saleroom in memory for the tests of those who watch and bid: the real engine, a log that
// can be put out of reach, and a bell that can be muffled.
package hubtest

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"sync"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/money"
)

// ErrDown is what a log out of reach answers.
var ErrDown = errors.New("hubtest: the log is down")

// House holds lots. Its zero value is ready for use.
type House struct {
	Ring func(auction.LotID, auction.Seq) // set before use; nil: no bell

	mu    sync.Mutex
	lots  map[auction.LotID]*lot
	now   auction.Instant
	down  bool
	muted bool
	reads int
}

type lot struct {
	state *auction.State
	log   []auction.Entry
}

// Terms are the rules of every lot here: from 1,000,000 yuan in steps of 10,000, maxima allowed, closed by hand.
func Terms() auction.Terms {
	t := auction.Terms{
		Format: auction.TermsFormat, Name: auction.Bilingual{ZH: "样例", EN: "Sample"},
		Procedure: auction.ExchangeBidding, StartFen: 100_000_000, Step: auction.Step{FixedFen: 1_000_000},
		Grid: auction.Strict, Reserve: auction.NoReserve, Closing: auction.Closing{Mode: auction.Manual},
		MaximumBids: true, Priority: auction.NoPriority, Jump: auction.Jump{ConfirmTimes: 3, RefuseTimes: 10},
		MinBidders: 1, ResumeNoticeS: 10,
	}
	t.FillDefaults()
	return t
}

// Open publishes and opens a lot and admits bidders.
func (h *House) Open(id auction.LotID, codes ...auction.Paddle) {
	h.Do(id, auction.Publish{Terms: Terms()})
	for _, p := range codes {
		h.Do(id, auction.AdmitBidder{Paddle: p, Identity: "secret of " + string(p)})
	}
	h.Do(id, auction.Open{})
}

// Do decides a command and appends what becomes of it. It returns the last entry.
func (h *House) Do(id auction.LotID, c auction.Command) auction.Entry {
	h.mu.Lock()
	if h.lots == nil {
		h.lots, h.now = map[auction.LotID]*lot{}, 1_795_463_634_000_000
	}
	l := h.lots[id]
	if l == nil {
		l = &lot{state: auction.NewState(id)}
		h.lots[id] = l
	}
	h.now = h.now.Add(1000)
	var e auction.Entry
	for _, event := range auction.Decide(l.state, h.now, c) {
		e = auction.Entry{Seq: l.state.Position.Seq + 1, At: h.now, Event: event}
		e.Leaf = sha256.Sum256(fmt.Appendf(nil, "%d %d %#v", id, e.Seq, event))
		e.Head = sha256.Sum256(append(l.state.Position.Head[:], e.Leaf[:]...))
		l.state.Apply(e)
		l.log = append(l.log, e)
	}
	ring := h.Ring
	if h.muted {
		ring = nil
	}
	h.mu.Unlock()
	if ring != nil {
		ring(id, e.Seq)
	}
	return e
}

// PlaceBid bids without a socket.
func (h *House) PlaceBid(id auction.LotID, p auction.Paddle, amount money.Fen, key int) auction.Entry {
	return h.Do(id, auction.PlaceBid{Paddle: p, Key: KeyOf(key), Kind: auction.Plain, AmountFen: amount})
}

// KeyOf makes a key of a number.
func KeyOf(n int) (k auction.Key) {
	binary.BigEndian.PutUint64(k[8:], uint64(n))
	return k
}

// Bid answers a bid at once, a repeated key by its first entry. It satisfies the sockets' Saleroom.
func (h *House) Bid(id auction.LotID, bid auction.PlaceBid, done func(auction.Entry, bool, error)) {
	h.mu.Lock()
	down := h.down
	if l := h.lots[id]; l != nil && !down {
		if seq, ok := l.state.SeqOf(bid.Paddle, bid.Key); ok {
			e := l.log[seq-1]
			h.mu.Unlock()
			done(e, true, nil)
			return
		}
	}
	h.mu.Unlock()
	if down {
		done(auction.Entry{}, false, auction.ErrUnknown)
		return
	}
	done(h.Do(id, bid), false, nil)
}

// Read reads the log of a lot. It satisfies the hub's Reader.
func (h *House) Read(ctx context.Context, id auction.LotID, after auction.Seq, limit int) ([]auction.Entry, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.reads++
	if h.down {
		return nil, ErrDown
	}
	l := h.lots[id]
	if l == nil || int(after) >= len(l.log) {
		return nil, ctx.Err()
	}
	rest := l.log[after:]
	return append([]auction.Entry(nil), rest[:min(limit, len(rest))]...), ctx.Err()
}

// Fail puts the log out of reach, or back.
func (h *House) Fail(down bool) { h.mu.Lock(); h.down = down; h.mu.Unlock() }

// Mute muffles the bell.
func (h *House) Mute(muted bool) { h.mu.Lock(); h.muted = muted; h.mu.Unlock() }

// Reads counts the reads so far.
func (h *House) Reads() int { h.mu.Lock(); defer h.mu.Unlock(); return h.reads }
