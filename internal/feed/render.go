package feed

import "github.com/g60-corridor/corridor/internal/auction"

// Sight says how much of an entry the public gets to see.
type Sight int

const (
	Unseen Sight = iota // nothing: it steps no cursor and changes no figure
	Figure              // a figure of the View changes, but it is no line of the history
	Line                // a line of the history
)

// Render says what the public may see of an entry. after is the state with the entry applied.
//
// Unseen are refusals, a raise of a leading maximum that does not move the price, the sealing of the reserve, and
// who was suspended: they concern one bidder or nobody. Who was admitted shows as a number only.
func Render(after *auction.State, e auction.Entry) (Row, Sight) {
	row := Row{AtUS: int64(e.At), Type: e.Event.Kind()}
	switch ev := e.Event.(type) {
	case auction.BidAccepted:
		row.Paddle = ev.Paddle
		row.Sealed = ev.Hidden
		if !ev.Hidden {
			row.AmountFen = ev.AmountFen
		}
		if ev.Opened != nil {
			row.OpenedFen = ev.Opened.MaximumFen
		}
		row.PriceFen, row.Leader = ev.PriceFen, ev.Leader
	case auction.MaximumRaised:
		if !ev.Moved {
			return Row{}, Unseen
		}
		row.Paddle, row.Sealed = ev.Paddle, true
		row.PriceFen, row.Leader = ev.PriceFen, ev.Leader
	case auction.BidderAdmitted:
		return Row{}, Figure
	case auction.LotPublished, auction.LotOpened, auction.LimitedStarted, auction.ResumeAnnounced, auction.LotResumed:
	case auction.LotPaused:
		row.Cause, row.Note = ev.Cause, ev.Note
	case auction.LotClosed:
		row.Outcome, row.Why, row.Leader, row.PriceFen = ev.Outcome, ev.Why, ev.Winner, ev.PriceFen
	case auction.LotWithdrawn:
		row.Outcome, row.Note = auction.Withdrawn, ev.Note
	case auction.LotAnnulled:
		row.Outcome, row.Cause, row.Note = auction.Annulled, ev.Cause, ev.Note
	default: // BidRefused, CommandRefused, ReserveSealed, BidderSuspended, and what is not yet known here
		return Row{}, Unseen
	}
	return row, Line
}

// ViewOf is the public state of a lot. bids is how many accepted bids the public saw; the state does not count
// them.
func ViewOf(s *auction.State, bids int) View {
	v := View{
		Phase: s.Phase, StartFen: s.Terms.StartFen, PriceFen: s.PriceFen, HasBid: s.HasBid, PriceAtUS: int64(s.PriceAt),
		Leader: s.Leader, OpensAtUS: int64(s.OpensAt), DeadlineUS: int64(s.Deadline), Extended: s.Extended,
		Reserve: reserveOf(s), Bidders: s.Bidders(), Bids: bids,
	}
	if b, ok := s.Bidder(s.Leader); ok {
		v.LeaderRank = b.Rank
	}
	if s.Phase != auction.Draft && s.Phase != auction.Closed {
		v.MinimumFen, v.StepFen = s.MinimumFor(0), s.Terms.StepAt(s.PriceFen)
	}
	switch s.Phase {
	case auction.Paused:
		i := s.Interruption
		v.DeadlineUS = 0 // the clock stands: what was left is in Pause
		v.Pause = &PauseView{
			Cause: i.Cause, Note: i.Note, SinceUS: int64(i.Since), LeftUS: int64(i.Left), During: i.During,
			ResumeAtUS: int64(i.ResumeAt),
		}
	case auction.Closed:
		v.Result = resultOf(s)
	}
	return v
}

// reserveOf follows R3.4: met or not met is told only if the rules announce it, or by the result.
func reserveOf(s *auction.State) ReserveView {
	met := map[bool]ReserveView{true: ReserveMet, false: ReserveNotMet}
	switch {
	case s.Phase == auction.Draft:
		return ""
	case s.Terms.Reserve == auction.NoReserve:
		return ReserveNone
	case s.Terms.Reserve == auction.EqualStart:
		return ReserveStart
	case s.Terms.AnnounceReserveMet:
		return met[s.HasBid && s.ReserveMet]
	case s.Outcome == auction.Sold:
		return ReserveMet
	case s.Outcome == auction.Passed && s.Why == auction.ReserveNotMet:
		return ReserveNotMet
	}
	return ReserveSecret
}

func resultOf(s *auction.State) *ResultView {
	r := &ResultView{Outcome: s.Outcome, Why: s.Why, AtUS: int64(s.ClosedAt)}
	if s.HasBid {
		r.PriceFen = s.PriceFen
	}
	switch s.Outcome {
	case auction.Sold:
		r.Winner = s.Leader
	case auction.Annulled:
		r.Why = "" // of a lot that had passed before it was annulled
	}
	return r
}

// OwnRowOf is the receipt of an attempt for the bidder who made it; ok is false for an entry that is no attempt.
// It must be sent to this paddle only.
func OwnRowOf(e auction.Entry) (paddle auction.Paddle, row OwnRow, ok bool) {
	row = OwnRow{AtUS: int64(e.At), Leaf: e.Leaf.Receipt()}
	switch ev := e.Event.(type) {
	case auction.BidAccepted:
		row.Own, row.Key, row.BidKind, row.AmountFen = ev.Own, ev.Key, ev.BidKind, ev.AmountFen
		row.Accepted, row.Leads, row.PriceFen = true, ev.Leader == ev.Paddle, ev.PriceFen
		return ev.Paddle, row, true
	case auction.MaximumRaised:
		row.Own, row.Key, row.BidKind, row.AmountFen = ev.Own, ev.Key, auction.Maximum, ev.MaximumFen
		row.Accepted, row.Leads, row.PriceFen = true, true, ev.PriceFen
		return ev.Paddle, row, true
	case auction.BidRefused:
		row.Own, row.Key, row.BidKind, row.AmountFen = ev.Own, ev.Key, ev.BidKind, ev.AmountFen
		basis := ev.Basis
		row.PriceFen, row.Reason, row.Basis = basis.PriceFen, ev.Reason, &basis
		return ev.Paddle, row, true
	}
	return "", OwnRow{}, false
}

// HoldingOf is what a bidder has standing; false for a code that was never admitted. It must be sent to this
// paddle only.
func HoldingOf(s *auction.State, paddle auction.Paddle) (Holding, bool) {
	b, ok := s.Bidder(paddle)
	if !ok {
		return Holding{}, false
	}
	h := Holding{Paddle: b.Paddle, Rank: b.Rank, Suspended: b.Suspended, MaximumFen: b.MaximumFen, Own: b.Own}
	if s.Phase != auction.Draft && s.Phase != auction.Closed {
		h.MinimumFen = s.MinimumFor(b.Rank) // a leader has no priority over himself: a whole step
	}
	return h, true
}
