package auction

// Decide says what becomes of a command that arrived at a given time. It is total, changes nothing, and
// refuses by an event too. A nil result means that nothing happened: a Tick with nothing due.
//
// The caller lets due time pass first: while NextDue is not after at, it decides and applies a Tick. (Pause is
// the exception: an outage that swallowed a deadline comes before the deadline.)
func Decide(s *State, at Instant, c Command) []Event {
	at = max(at, s.LastAt)
	switch c := c.(type) {
	case PlaceBid:
		return []Event{decideBid(s, at, c)}
	case Tick:
		return decideTick(s, at)
	case Pause:
		return one(decidePause(s, at, c))
	case Resume:
		return one(decideResume(s, at))
	case Publish:
		return one(decidePublish(s, c))
	case SealReserve:
		return one(decideSealReserve(s, c))
	case AdmitBidder:
		return one(decideAdmit(s, c))
	case SuspendBidder:
		return one(decideSuspend(s, c))
	case Open:
		return one(decideOpen(s, at, c))
	case Close:
		if s.Terms.Closing.Mode != Manual || !s.IsOpen() {
			return refuse(c, WrongPhase)
		}
		return []Event{closing(s)}
	case Withdraw:
		if s.Phase != Announced { // R2.16
			return refuse(c, WrongPhase)
		}
		return []Event{LotWithdrawn(c)}
	case Annul:
		if s.Phase == Draft || s.Phase == Announced || s.Outcome == Withdrawn || s.Outcome == Annulled {
			return refuse(c, WrongPhase)
		}
		if !c.Cause.known() {
			return refuse(c, InvalidCommand)
		}
		return []Event{LotAnnulled(c)} // R3.17
	case nil:
		return []Event{CommandRefused{Command: "", Reason: InvalidCommand}}
	default:
		return refuse(c, InvalidCommand)
	}
}

func one(e Event) []Event { return []Event{e} }

func refused(c Command, r Reason) Event { return CommandRefused{Command: c.command(), Reason: r} }

func refuse(c Command, r Reason) []Event { return []Event{refused(c, r)} }

func (p PauseCause) known() bool {
	switch p {
	case AuthorityOrder, MaterialChange, PlatformFailure, Intrusion, ForceMajeure:
		return true
	}
	return false
}

func decidePublish(s *State, c Publish) Event {
	if s.Phase != Draft {
		return refused(c, WrongPhase)
	}
	if len(c.Terms.Validate()) > 0 {
		return refused(c, InvalidCommand)
	}
	return LotPublished(c)
}

func decideSealReserve(s *State, c SealReserve) Event {
	switch {
	case c.ReserveFen <= 0 || c.ReserveFen > MaxFen:
		return refused(c, InvalidCommand)
	case s.Phase != Announced || s.Terms.Reserve != HiddenReserve || s.ReserveSealed:
		return refused(c, WrongPhase)
	case c.ReserveFen < s.Terms.StartFen: // R3.4: start ≤ reserve
		return refused(c, ReserveTooLow)
	}
	return ReserveSealed(c)
}

func decideAdmit(s *State, c AdmitBidder) Event {
	switch {
	case c.Paddle == "" || len(c.Paddle) > 64 || c.Rank < 0 || c.Rank > 0 && s.Terms.Priority != Match:
		return refused(c, InvalidCommand)
	case s.Phase == Draft || s.Phase == Closed:
		return refused(c, WrongPhase)
	}
	if _, known := s.byCode[c.Paddle]; known {
		return refused(c, AlreadyAdmitted)
	}
	return BidderAdmitted(c)
}

func decideSuspend(s *State, c SuspendBidder) Event {
	b, known := s.Bidder(c.Paddle)
	switch {
	case s.Phase == Draft || s.Phase == Closed:
		return refused(c, WrongPhase)
	case !known:
		return refused(c, NotAdmitted)
	case b.Suspended:
		return refused(c, BidderIsSuspended)
	}
	return BidderSuspended(c)
}

func decideOpen(s *State, at Instant, c Command) Event {
	if s.Phase != Announced {
		return refused(c, WrongPhase)
	}
	if s.Terms.Reserve == HiddenReserve && !s.ReserveSealed { // sealed before the lot opens
		return refused(c, ReserveMissing)
	}
	switch cl := s.Terms.Closing; cl.Mode {
	case TwoPhase:
		return LotOpened{Phase: Free, Deadline: at.Add(seconds(cl.FreeS))} // R3.6
	case Soft:
		return LotOpened{Phase: Single, Deadline: at.Add(seconds(cl.DurationS))} // R3.9
	default:
		return LotOpened{Phase: Single}
	}
}

func decidePause(s *State, at Instant, c Pause) Event {
	if !c.Cause.known() {
		return refused(c, InvalidCommand)
	}
	if s.Phase == Paused && s.Interruption.ResumeAt != 0 {
		// A second interruption during the notice: what was left at the first one stays owed.
		return LotPaused{Cause: c.Cause, Note: c.Note, Since: s.Interruption.Since, Left: s.Interruption.Left}
	}
	if !s.IsOpen() {
		return refused(c, WrongPhase)
	}
	since := at
	if c.Since != 0 {
		since = min(max(c.Since, s.OpenedAt), at)
	}
	var left Span
	if s.Deadline != 0 {
		left = max(0, s.Deadline.Sub(since))
	}
	return LotPaused{Cause: c.Cause, Note: c.Note, Since: since, Left: left} // R3.15
}

func decideResume(s *State, at Instant) Event {
	if s.Phase != Paused || s.Interruption.ResumeAt != 0 {
		return refused(Resume{}, WrongPhase)
	}
	notice := s.Terms.ResumeNoticeS
	if at.Sub(s.Interruption.Since) > seconds(s.Terms.LongOutageS) {
		notice = s.Terms.LongResumeNoticeS
	}
	return ResumeAnnounced{ResumeAt: at.Add(seconds(notice))} // R3.16
}

// NextDue returns when the next Tick has something to do; zero if never.
func (s *State) NextDue() Instant {
	switch {
	case s.Phase == Announced && (s.Terms.Reserve != HiddenReserve || s.ReserveSealed):
		return s.OpensAt
	case s.IsOpen():
		return s.Deadline
	case s.Phase == Paused:
		return s.Interruption.ResumeAt
	}
	return 0
}

func decideTick(s *State, at Instant) []Event {
	due := s.NextDue()
	if due == 0 || at < due {
		return nil
	}
	switch s.Phase {
	case Announced:
		return one(decideOpen(s, at, Tick{}))
	case Paused:
		return one(LotResumed{Deadline: s.resumedDeadline(at)})
	case Free:
		// R3.7: LIMITED starts where FREE ends, also if the clock was noticed a moment later.
		return one(LimitedStarted{Deadline: s.Deadline.Add(seconds(s.Terms.Closing.LimitedS))})
	default:
		return one(closing(s))
	}
}

// resumedDeadline gives the lost time back: what was left in FREE, max(left, T) where bids extend. R3.16
func (s *State) resumedDeadline(at Instant) Instant {
	left := s.Interruption.Left
	switch cl := s.Terms.Closing; {
	case cl.Mode == Manual:
		return 0
	case s.Interruption.During == Limited:
		left = max(left, seconds(cl.LimitedS))
	case s.Interruption.During == Single:
		left = max(left, seconds(cl.ExtendS))
	}
	return at.Add(left)
}

// closing is the result: R3.8, R2.17, R2.18.
func closing(s *State) Event {
	passed := func(why PassedWhy) Event { return LotClosed{Outcome: Passed, Why: why, PriceFen: s.bestFen()} }
	switch {
	case !s.HasBid:
		return passed(NoBids)
	case len(s.bidders) < s.Terms.MinBidders:
		return passed(TooFewBidders)
	case !s.reserveMetBy(s.PriceFen):
		return passed(ReserveNotMet) // R3.4
	}
	return LotClosed{Outcome: Sold, Winner: s.Leader, PriceFen: s.PriceFen}
}

func (s *State) bestFen() (best Fen) {
	if s.HasBid {
		best = s.PriceFen
	}
	return best
}

func (s *State) reserveMetBy(price Fen) bool {
	return s.Terms.Reserve != HiddenReserve || price >= s.reserveFen
}

func seconds(n int64) Span { return Span(n) * Second }
