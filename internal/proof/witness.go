package proof

import (
	"github.com/g60-corridor/corridor/internal/auction"
)

// foresee reads from the whole log what its sealed values must have been: for each sealed maximum the least that
// explains every price under it, and for the reserve the least that explains every "met" and "not met".
//
// A maximum M shows in the price only through min(M, what the best of the others makes necessary), so the highest
// price while it led is as good as M: where M capped the price, it is M. The same holds for the reserve, which the
// engine only compares with prices.
func (r *replaying) foresee() {
	r.least = map[int]auction.Fen{}
	leads := map[auction.Paddle]int{}         // the entry of the sealed maximum under which a bidder leads
	named := map[auction.Paddle]auction.Fen{} // the highest price that he named himself since
	for i := range r.rec.entries {
		ev := r.rec.entries[i].parsed.event()
		st, ok := standingOf(ev)
		if !ok {
			continue
		}
		by := paddleOf(ev)
		switch e := ev.(type) {
		case auction.BidAccepted:
			if e.Hidden {
				leads[by], named[by] = i, 0
			} else if e.BidKind == auction.Plain {
				named[by] = max(named[by], e.AmountFen)
			}
		case auction.MaximumRaised:
			leads[by], named[by] = i, 0
		}
		for code := range leads { // each bidder by himself: the order is of no matter
			if code != st.Leader {
				delete(leads, code)
			}
		}
		if at, ok := leads[st.Leader]; ok && st.PriceFen > named[st.Leader] {
			r.least[at] = max(r.least[at], st.PriceFen)
		}
	}
	r.foreseeReserve()
}

func (r *replaying) foreseeReserve() {
	below := auction.Fen(0) // the highest price at which the reserve was not met
	for i := range r.rec.entries {
		e := &r.rec.entries[i]
		switch ev := e.parsed.event().(type) {
		case auction.LotPublished:
			r.reserve = max(r.reserve, ev.Terms.StartFen)
		case auction.ReserveSealed:
			if !e.isSealed("reserve_fen") {
				r.reserve = ev.ReserveFen
				return
			}
		case auction.LotClosed:
			if ev.Why == auction.ReserveNotMet {
				below = max(below, ev.PriceFen)
			}
		default:
			st, ok := standingOf(ev)
			if ok && !e.isSealed("reserve_met") && !st.ReserveMet {
				below = max(below, st.PriceFen)
			}
		}
	}
	r.reserve = max(r.reserve, below+1)
}

// bids lists the bids that an entry may answer: the one it shows, or, where the amount is sealed, witnesses.
func (r *replaying) bids(i int, e *recordEntry, c auction.PlaceBid) []auction.Command {
	if !e.isSealed("amount_fen") && !e.isSealed("maximum_fen") {
		return []auction.Command{c}
	}
	s := r.state
	b, _ := s.Bidder(c.Paddle)
	leads := s.HasBid && s.Leader == c.Paddle
	over := auction.Fen(0) // a leader's new maximum is above his old one
	if leads {
		over = b.MaximumFen + 1
	}
	minimum := s.MinimumFor(b.Rank)
	var amounts []auction.Fen
	if _, refused := e.parsed.event().(auction.BidRefused); !refused {
		amounts = []auction.Fen{r.onGrid(max(r.least[i], over, minimum))}
	} else {
		jump := s.Terms.Jump
		amounts = []auction.Fen{
			r.onGrid(max(minimum, over)), 1, s.PriceFen, minimum - 1, max(s.PriceFen+1, over), max(s.PriceFen+1, over) + 1,
			r.onGrid(max(s.PriceFen*auction.Fen(jump.ConfirmTimes), over, minimum)),
			r.onGrid(max(s.PriceFen*auction.Fen(jump.RefuseTimes), over, minimum) + 1),
			0, auction.MaxFen + 1,
		}
	}
	all := make([]auction.Command, len(amounts))
	for n, fen := range amounts {
		c.AmountFen = fen
		all[n] = c
	}
	return all
}

// onGrid is the next amount from here on that is a whole number of steps above the price. R3.1
func (r *replaying) onGrid(fen auction.Fen) auction.Fen {
	s := r.state
	step := s.Terms.StepAt(s.PriceFen)
	if s.Terms.Grid != auction.Strict || step <= 0 || fen <= s.PriceFen {
		return fen
	}
	return s.PriceFen + (fen-s.PriceFen+step-1)/step*step
}
