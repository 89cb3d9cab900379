package hub

import (
	"github.com/g60-corridor/corridor/internal/auction"
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
