package demo

import (
	"math/rand/v2"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/money"
)

// temper is how a bidder behaves.
type temper int

const (
	steady  temper = iota // answers each bid with one step
	bold                  // jumps several steps, early
	patient               // stays out of FREE but for one bid, comes in late cycles
	sniper                // bids in the last seconds
	proxy                 // leaves a maximum and raises it once
	tempers
)

// bidder is one demo bidder in one lot.
type bidder struct {
	paddle auction.Paddle
	temper temper
	worth  money.Fen // what the goods are worth to him
	raised bool      // a proxy has raised his maximum already
}

func newBidder(r *rand.Rand, p auction.Paddle, n int, start money.Fen) *bidder {
	return &bidder{
		paddle: p, temper: temper(n) % tempers,
		worth: start + start*money.Fen(10+r.IntN(70))/100,
	}
}

// moment is what a bidder sees of his lot.
type moment struct {
	phase   auction.Phase
	leads   bool
	minimum money.Fen
	step    money.Fen
	hasBid  bool
	leftS   float64 // seconds until the deadline
	phaseS  float64 // length of a period without extension, in seconds
}

// bid decides whether this bidder acts in this half second. At most one act in some seconds comes out of the
// chances below, so that a room has the rhythm of people and not of machines.
func (b *bidder) bid(r *rand.Rand, m moment) (auction.PlaceBid, bool) {
	none := auction.PlaceBid{}
	if m.leads {
		if b.temper == proxy && !b.raised && r.IntN(60) == 0 {
			b.raised = true
			return b.offer(auction.Maximum, onGrid(b.worth+b.worth/10, m)), true
		}
		return none, false
	}
	if m.minimum > b.worth {
		return none, false
	}
	chance, steps := 0, 0
	switch b.temper {
	case steady:
		chance = 10
	case bold:
		chance, steps = 14, 1+r.IntN(4)
		if m.phase == auction.Limited {
			chance = 22
		}
	case patient:
		chance = 60
		if m.phase == auction.Limited && m.leftS < m.phaseS*0.7 {
			chance = 9
		}
	case sniper:
		chance = 70
		if m.phase == auction.Limited {
			chance = 400
			if m.leftS < 6 {
				chance = 4
			}
		}
	case proxy:
		if r.IntN(12) == 0 {
			return b.offer(auction.Maximum, onGrid(b.worth, m)), true
		}
		return none, false
	}
	if !m.hasBid {
		chance, steps = chance/2+1, 0
	}
	if r.IntN(chance) != 0 {
		return none, false
	}
	amount := m.minimum + money.Fen(steps)*m.step
	if amount > b.worth {
		amount = m.minimum
	}
	return b.offer(auction.Plain, amount), true
}

func (b *bidder) offer(kind auction.BidKind, amount money.Fen) auction.PlaceBid {
	return auction.PlaceBid{Paddle: b.paddle, Kind: kind, AmountFen: amount}
}

// onGrid rounds an amount down to a whole number of steps above the minimum.
func onGrid(amount money.Fen, m moment) money.Fen {
	if m.step <= 0 || amount <= m.minimum {
		return m.minimum
	}
	return m.minimum + (amount-m.minimum)/m.step*m.step
}
