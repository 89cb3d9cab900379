package auction

import "github.com/g60-corridor/corridor/internal/money"

// Fen is money.Fen, named once more because this package speaks of little else.
type Fen = money.Fen

// decideBid answers every attempt: BidAccepted, MaximumRaised or BidRefused.
func decideBid(s *State, at Instant, c PlaceBid) Event {
	i, admitted := s.byCode[c.Paddle]
	var b Bidder
	if admitted {
		b = s.bidders[i]
	}
	leads := admitted && i == s.leader
	if r := refusal(s, at, c, b, admitted, leads); r != "" {
		return refusedBid(s, c, b, admitted, leads, r)
	}
	if leads && c.Kind == Maximum {
		return raiseMaximum(s, at, c, b)
	}
	return acceptBid(s, at, c, i)
}

// refusal returns the first reason that stands against a bid, in the order of the list of reasons; "" if none.
func refusal(s *State, at Instant, c PlaceBid, b Bidder, admitted, leads bool) Reason {
	switch {
	case c.Paddle == "", c.Kind != Plain && c.Kind != Maximum, c.AmountFen <= 0, c.AmountFen > MaxFen:
		return InvalidCommand
	case s.Phase == Draft, s.Phase == Announced:
		return NotYetOpen
	case s.Phase == Closed, s.IsOpen() && s.Deadline != 0 && at >= s.Deadline: // R3.7: the deadline is exclusive
		return AlreadyClosed
	case s.Phase == Paused: // R3.15
		return LotIsPaused
	case !admitted:
		return NotAdmitted
	case b.Suspended:
		return BidderIsSuspended
	}
	if _, known := s.SeqOf(c.Paddle, c.Key); known {
		return KeyReused // the desk has answered the same bid under the same key already. R3.5
	}
	if s.Phase == Limited && s.Terms.Closing.LimitedRequiresFreeBid && !b.FreeBid { // R3.7
		return NoFreeBid
	}
	switch {
	case c.Kind == Maximum && !s.Terms.MaximumBids:
		return MaximaNotAllowed
	case leads && c.Kind == Plain && !s.Terms.LeaderMayRaise: // R3.2
		return LeaderMayNotBid
	case leads && c.Kind == Maximum && c.AmountFen <= b.MaximumFen:
		return MaximumNotRaised
	}
	return s.amountRefusal(c, s.minimumOf(b, leads))
}

// amountRefusal judges the amount alone. NOT_MULTIPLE comes before BELOW_MINIMUM: half a step above the price is
// told that it is no whole step, while an amount at or under the price is told what is needed.
func (s *State) amountRefusal(c PlaceBid, minimum Fen) Reason {
	price := s.PriceFen // the start price before the first bid
	step := s.Terms.StepAt(price)
	switch {
	case s.Terms.Grid == Strict && step > 0 && c.AmountFen > price && (c.AmountFen-price)%step != 0: // §3.1
		return NotMultiple
	case c.AmountFen < minimum:
		return BelowMinimum
	case s.Terms.Jump.RefuseTimes != 0 && c.AmountFen > max(price*Fen(s.Terms.Jump.RefuseTimes), minimum):
		// R3.1. The least next bid is no slip: at a low start it may be many times the price.
		return JumpTooLarge
	case s.Terms.Jump.ConfirmTimes != 0 && c.AmountFen >= price*Fen(s.Terms.Jump.ConfirmTimes) && !c.Confirmed: // R3.1
		return NeedsConfirmation
	}
	return ""
}

// MinimumFor returns the least plain bid that counts next for a bidder of this rank who does not lead; rank 0 is
// an ordinary bidder. R3.1; a holder of the better right may bid the price itself (R3.12 MATCH).
func (s *State) MinimumFor(rank int) Fen { return s.minimumOf(Bidder{Rank: rank}, false) }

func (s *State) minimumOf(b Bidder, leads bool) Fen {
	switch {
	case !s.HasBid || s.Terms.Grid == NoGrid:
		return s.Terms.StartFen
	case !leads && s.outranks(b.Rank, s.bidders[s.leader].Rank):
		return s.PriceFen
	}
	return s.PriceFen + s.Terms.StepAt(s.PriceFen)
}

// outranks says whether rank a takes precedence over rank b at the same amount. R3.13
func (s *State) outranks(a, b int) bool {
	return s.Terms.Priority == Match && a != 0 && (b == 0 || a < b)
}

// offer is what one bidder has standing: the most he offered, and the highest amount he named as the price.
type offer struct {
	maximum, floor Fen
	rank           int
}

func (b *Bidder) offer() offer { return offer{b.MaximumFen, b.FloorFen, b.Rank} }

// priceOf is the price when one offer leads over the best of the others, if there is one.
//
// It is max(start, what the leader named himself, min(his maximum, second maximum + step at the second
// maximum)); a leading holder of the better right needs only the second maximum (R3.12).
func (s *State) priceOf(leader offer, second *offer) Fen {
	price := max(s.Terms.StartFen, leader.floor)
	if second == nil {
		return price
	}
	needed := second.maximum
	if !s.outranks(leader.rank, second.rank) {
		needed += s.Terms.StepAt(second.maximum)
	}
	return max(price, min(leader.maximum, needed))
}

// with returns what a bidder has standing after a further bid.
func (o offer) with(c PlaceBid) offer {
	o.maximum = max(o.maximum, c.AmountFen)
	if c.Kind == Plain {
		o.floor = max(o.floor, c.AmountFen)
	}
	return o
}

func acceptBid(s *State, at Instant, c PlaceBid, i int32) Event {
	b := &s.bidders[i]
	mine := b.offer().with(c)
	e := BidAccepted{
		Paddle: c.Paddle, Key: c.Key, Own: b.Own + 1, BidKind: c.Kind, AmountFen: c.AmountFen, Confirmed: c.Confirmed,
	}
	var price Fen
	leader := i
	switch {
	case s.leader < 0:
		price = s.priceOf(mine, nil)
	case s.leader == i: // the leader names a higher price himself
		price = s.priceOf(mine, s.secondOffer())
	default:
		lead := s.bidders[s.leader].offer()
		if mine.maximum > lead.maximum || mine.maximum == lead.maximum && s.outranks(mine.rank, lead.rank) {
			price = s.priceOf(mine, &lead) // the beaten leader was above all others
			e.Opened = s.opening()
			break
		}
		leader = s.leader // a tie goes to the earlier
		rival := mine
		if second := s.secondOffer(); second != nil && s.second != i && second.above(rival, s) {
			rival = *second
		}
		price = s.priceOf(lead, &rival)
	}
	e.Hidden = c.Kind == Maximum && leader == i
	e.Standing = s.standingAfter(at, max(price, s.PriceFen), leader)
	return e
}

// above says whether an offer ranks before another one that came later.
func (o *offer) above(p offer, s *State) bool {
	return o.maximum > p.maximum || o.maximum == p.maximum && !s.outranks(p.rank, o.rank)
}

func (s *State) secondOffer() *offer {
	if s.second < 0 {
		return nil
	}
	o := s.bidders[s.second].offer()
	return &o
}

// opening shows the maximum of a leader who is being overtaken, if it was sealed.
func (s *State) opening() *Opening {
	b := &s.bidders[s.leader]
	if b.MaximumFen == b.FloorFen {
		return nil
	}
	return &Opening{Paddle: b.Paddle, MaximumFen: b.MaximumFen}
}

func raiseMaximum(s *State, at Instant, c PlaceBid, b Bidder) Event {
	mine := b.offer().with(c)
	price := max(s.priceOf(mine, s.secondOffer()), s.PriceFen)
	return MaximumRaised{
		Paddle: c.Paddle, Key: c.Key, Own: b.Own + 1, MaximumFen: c.AmountFen, Confirmed: c.Confirmed,
		Moved: price != s.PriceFen, Standing: s.standingAfter(at, price, s.leader),
	}
}

// standingAfter moves the deadline only if the price or the leader changed: else a leader could extend for ever.
func (s *State) standingAfter(at Instant, price Fen, leader int32) Standing {
	st := Standing{PriceFen: price, Leader: s.bidders[leader].Paddle, Deadline: s.Deadline, ReserveMet: s.reserveMetBy(price)}
	if leader == s.leader && price == s.PriceFen {
		return st
	}
	cl := s.Terms.Closing
	switch {
	case s.Phase == Limited: // R3.7
		st.Deadline = max(s.Deadline, at.Add(seconds(cl.LimitedS)))
	case s.Phase == Single && cl.Mode == Soft && s.Deadline.Sub(at) <= seconds(cl.WindowS): // R3.9
		st.Deadline = max(s.Deadline, at.Add(seconds(cl.ExtendS)))
	}
	return st
}

// refusedBid carries the figures that were in force, so that the refusal explains itself.
func refusedBid(s *State, c PlaceBid, b Bidder, admitted, leads bool, r Reason) Event {
	e := BidRefused{
		Paddle: c.Paddle, Key: c.Key, BidKind: c.Kind, AmountFen: c.AmountFen, Confirmed: c.Confirmed, Reason: r,
	}
	if admitted {
		e.Own = b.Own + 1
	}
	if s.Phase == Draft {
		return e
	}
	e.Basis = Basis{
		StepFen: s.Terms.StepAt(s.PriceFen), PriceFen: s.PriceFen, PriceAt: s.PriceAt, Deadline: s.Deadline,
		MinimumFen: s.minimumOf(b, leads),
	}
	return e
}
