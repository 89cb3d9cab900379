package hub

import (
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/feed"
)

// Subscription is one sink watching one lot.
type Subscription struct {
	gallery *gallery
	sink    Sink
	paddle  auction.Paddle // guarded by gallery.mu
	index   int            // in gallery.subs, -1 once cancelled; guarded by gallery.mu
}

// Lot names the lot that is watched.
func (s *Subscription) Lot() auction.LotID { return s.gallery.lot }

// Cancel ends the subscription. No message is delivered after it returns. It may be called twice.
func (s *Subscription) Cancel() { s.gallery.dismiss(s) }

// Seat says that the watcher bids under a code from now on: he was admitted while he watched.
func (s *Subscription) Seat(p auction.Paddle) {
	g := s.gallery
	g.mu.Lock()
	defer g.mu.Unlock()
	if s.index < 0 || s.paddle == p {
		return
	}
	g.unseat(s)
	s.paddle = p
	if p != "" {
		g.seat(s, 0)
	}
}

func (g *gallery) dismiss(s *Subscription) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if s.index < 0 {
		return
	}
	last := len(g.subs) - 1
	g.subs[s.index] = g.subs[last]
	g.subs[s.index].index = s.index
	g.subs[last] = nil
	g.subs = g.subs[:last]
	s.index = -1
	g.unseat(s)
	if last == 0 {
		g.emptyAt = g.hub.o.Now()
	}
}

// bench is where the sockets of one bidder sit.
type bench struct {
	subs []*Subscription
	told feed.Holding
}

// seat makes a subscription a bidder's and tells it what he holds. Called with mu held.
func (g *gallery) seat(s *Subscription, own int64) {
	holding := g.replica.holding(s.paddle)
	b := g.bidders[s.paddle]
	if b == nil {
		b = &bench{told: holding}
		g.bidders[s.paddle] = b
	}
	b.subs = append(b.subs, s)
	s.sink.Deliver(encode(g.own(s.paddle, holding, int(max(0, holding.Own-own)))))
}

// unseat is called with mu held.
func (g *gallery) unseat(s *Subscription) {
	b := g.bidders[s.paddle]
	if b == nil {
		return
	}
	for i, other := range b.subs {
		if other == s {
			b.subs = append(b.subs[:i], b.subs[i+1:]...)
			break
		}
	}
	if len(b.subs) == 0 {
		delete(g.bidders, s.paddle)
	}
}

// own is what a bidder is told of himself: the newest attempts of his, as many as count or are kept.
func (g *gallery) own(p auction.Paddle, holding feed.Holding, count int) Own {
	rows := g.replica.ownRows(p, count)
	return Own{T: "own", Lot: g.lot, Holding: holding, Rows: rows, Omitted: int64(count - len(rows))}
}
