package sim

import (
	"errors"
	"fmt"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/saleroom"
)

// op is one wish of somebody, sent until it is answered.
type op struct {
	w        *world
	command  auction.Command
	invoked  auction.Instant
	replied  auction.Instant // of the first reply
	answer   saleroom.Answer
	resolved bool // answered, or given up
	answered bool
	shared   bool // its key is used by another op too
	tries    int
}

const triesMost = 40

// send brings an op to a node, over a network that loses requests and replies.
func (w *world) send(o *op) {
	if o.tries == 0 {
		w.ops = append(w.ops, o)
	} else {
		w.sum.Retries++
	}
	o.tries++
	if o.tries > triesMost {
		o.resolved = true
		return
	}
	try := o.tries
	n := w.nodes[w.rand.IntN(len(w.nodes))]
	lossy := !w.quiet
	if !(lossy && w.oneIn(25)) {
		life := n.epoch
		n.soon(w.between(millisecond, 40*millisecond), func() {
			n.take(o.command, func(a saleroom.Answer, err error) {
				if lossy && w.oneIn(25) || n.epoch != life {
					return
				}
				w.after(w.between(millisecond, 40*millisecond), func() { o.reply(a, err) })
			})
		})
	}
	w.after(w.between(auction.Second, 4*auction.Second), func() {
		if !o.resolved && o.tries == try {
			w.send(o) // the same key again
		}
	})
}

func (o *op) reply(a saleroom.Answer, err error) {
	w := o.w
	if err != nil {
		switch {
		case errors.Is(err, saleroom.ErrUnavailable), errors.Is(err, saleroom.ErrBusy), errors.Is(err, saleroom.ErrUnknownLot):
			return // the same again after a while
		}
		w.fail("%T: %v", o.command, err)
		return
	}
	w.truth.reply(o, a)
	if !o.answered {
		o.answered, o.resolved, o.answer, o.replied = true, true, a, w.now
		w.sum.Replies++
		if a.Repeated {
			w.sum.Repeated++
		}
	}
}

type temper int

const (
	steady temper = iota
	sniper
	proxy
	jumper
	confused
)

// bidder is somebody with a code and a temper.
type bidder struct {
	w      *world
	code   auction.Paddle
	rank   int
	temper temper
	bids   int
	last   *op
}

func (b *bidder) enter() {
	b.w.after(b.w.between(auction.Second, 6*auction.Second), func() {
		b.w.send(&op{w: b.w, invoked: b.w.now, command: auction.AdmitBidder{Paddle: b.code, Rank: b.rank, Identity: "identity of " + string(b.code)}})
	})
}

// look lets the bidder see what his node shows him, and act.
func (b *bidder) look() {
	w := b.w
	if w.truth.state.Phase == auction.Closed && w.now.Sub(w.truth.state.ClosedAt) > 5*auction.Second {
		return
	}
	wait := w.between(200*millisecond, 5*auction.Second)
	n := w.nodes[w.rand.IntN(2)]
	if n.alive && !n.frozen && b.bids < 40 {
		s := n.follower.State()
		if b.temper == sniper && s.IsOpen() && s.Deadline != 0 {
			if left := s.Deadline.Sub(w.now); left > 0 {
				wait = left - w.between(0, 60*millisecond)
				if w.oneIn(2) {
					wait = left - w.between(-millisecond, 5*millisecond)
				}
			}
		}
		if bid, ok := b.wish(s); ok {
			b.bid(bid)
		}
	}
	w.after(max(wait, 10*millisecond), b.look)
}

// wish is what the bidder wants to offer, by his temper and what he sees.
func (b *bidder) wish(s *auction.State) (auction.PlaceBid, bool) {
	w := b.w
	bid := auction.PlaceBid{Paddle: b.code, Kind: auction.Plain}
	if s.Phase == auction.Draft && b.temper != confused {
		return bid, false
	}
	least, step := s.MinimumFor(b.rank), s.Terms.StepAt(s.PriceFen)
	leads := s.Leader == b.code
	if leads && b.temper != confused && !w.oneIn(6) {
		return bid, false
	}
	if step == 0 {
		step = 1
	}
	steps := func(n int) auction.Fen { return step * auction.Fen(w.rand.IntN(n)) }
	switch b.temper {
	case steady, sniper:
		bid.AmountFen = least + steps(2)
	case proxy:
		bid.Kind, bid.AmountFen = auction.Maximum, least+steps(8)
	case jumper:
		bid.AmountFen, bid.Confirmed = least+steps(20), w.oneIn(2)
		if w.oneIn(8) {
			bid.AmountFen = least * auction.Fen(2+w.rand.IntN(10))
		}
	case confused:
		bid.Kind = []auction.BidKind{auction.Plain, auction.Maximum, "GUESS"}[w.rand.IntN(7)/3]
		bid.AmountFen = []auction.Fen{
			least, least + step, s.PriceFen, least + step/2, least + 37, 0, -5, auction.MaxFen + 1, least * 12, least * 4,
		}[w.rand.IntN(10)]
	}
	if s.Terms.Grid != auction.Strict && w.oneIn(3) {
		bid.AmountFen += auction.Fen(w.rand.IntN(400)) // off the grid, where there is none
	}
	return bid, true
}

func (b *bidder) bid(bid auction.PlaceBid) {
	w := b.w
	b.bids++
	copy(bid.Key[:], fmt.Sprintf("%s-%012d", b.code, b.bids))
	o := &op{w: w, invoked: w.now}
	if last := b.last; b.temper == confused && last != nil && w.oneIn(4) {
		before := last.command.(auction.PlaceBid)
		o.shared, last.shared = true, true
		if bid.Key = before.Key; w.oneIn(2) {
			bid = before
		}
	}
	o.command = bid
	b.last = o
	w.send(o)
}
