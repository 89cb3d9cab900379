package auction

// Apply adds an entry to the state. It cannot fail: what Decide made, Apply takes.
func (s *State) Apply(e Entry) {
	s.Position = Position{Seq: e.Seq, Head: e.Head}
	s.LastAt = max(s.LastAt, e.At)
	switch ev := e.Event.(type) {
	case BidAccepted:
		s.applyAccepted(e, ev)
	case BidRefused:
		s.applyAttempt(e.Seq, ev.Paddle, ev.Own, ev.Key)
	case MaximumRaised:
		i := s.applyAttempt(e.Seq, ev.Paddle, ev.Own, ev.Key)
		if i < 0 {
			return // no log of ours; a forged record must not break its verifier
		}
		s.bidders[i].MaximumFen = ev.MaximumFen
		s.bidders[i].standsAt = e.Seq
		s.markFree(i)
		s.stand(e.At, ev.Standing, i)
	case LotPublished:
		s.Terms, s.OpensAt, s.Phase = ev.Terms, ev.OpensAt, Announced
		s.PriceFen = ev.Terms.StartFen
	case ReserveSealed:
		s.ReserveSealed, s.reserveFen = true, ev.ReserveFen
	case BidderAdmitted:
		s.byCode[ev.Paddle] = int32(len(s.bidders))
		s.bidders = append(s.bidders, Bidder{Paddle: ev.Paddle, Rank: ev.Rank})
	case BidderSuspended:
		if i, ok := s.byCode[ev.Paddle]; ok {
			s.bidders[i].Suspended = true
		}
	default:
		s.applyPhase(e)
	}
}

// applyPhase takes the events that move the lot from one phase to the next.
func (s *State) applyPhase(e Entry) {
	switch ev := e.Event.(type) {
	case LotOpened:
		s.Phase, s.Deadline, s.OpenedAt = ev.Phase, ev.Deadline, e.At
	case LimitedStarted:
		s.Phase, s.Deadline = Limited, ev.Deadline
	case LotPaused:
		during := s.Phase
		if s.Phase == Paused {
			during = s.Interruption.During
		}
		s.Interruption = Interruption{
			Cause: ev.Cause, Note: ev.Note, Since: ev.Since, PausedAt: e.At, Left: ev.Left, During: during,
		}
		s.Phase = Paused
	case ResumeAnnounced:
		s.Interruption.ResumeAt = ev.ResumeAt
	case LotResumed:
		s.Phase, s.Deadline = s.Interruption.During, ev.Deadline
		s.Interruption = Interruption{}
	case LotClosed:
		s.Why = ev.Why
		s.end(e.At, ev.Outcome)
	case LotWithdrawn:
		s.end(e.At, Withdrawn)
	case LotAnnulled:
		s.end(e.At, Annulled)
	}
}

func (s *State) end(at Instant, o Outcome) {
	s.Phase, s.Outcome = Closed, o
	s.Interruption = Interruption{}
	if s.ClosedAt == 0 {
		s.ClosedAt = at
	}
}

// applyAttempt counts an attempt and remembers its key. It returns the bidder's index, -1 for a code that was
// never admitted.
func (s *State) applyAttempt(seq Seq, p Paddle, own int64, key Key) int32 {
	i, ok := s.byCode[p]
	if !ok {
		return -1
	}
	s.bidders[i].Own = own
	if key != (Key{}) {
		if _, known := s.keys[bidderKey{i, key}]; !known {
			s.keys[bidderKey{i, key}] = seq
		}
	}
	return i
}

func (s *State) applyAccepted(e Entry, ev BidAccepted) {
	i := s.applyAttempt(e.Seq, ev.Paddle, ev.Own, ev.Key)
	if i < 0 {
		return
	}
	b := &s.bidders[i]
	if ev.AmountFen > b.MaximumFen {
		b.MaximumFen, b.standsAt = ev.AmountFen, e.Seq
	}
	if ev.BidKind == Plain {
		b.FloorFen = max(b.FloorFen, ev.AmountFen)
	}
	s.markFree(i)
	s.stand(e.At, ev.Standing, i)
}

func (s *State) markFree(i int32) {
	if s.Phase == Free {
		s.bidders[i].FreeBid = true
	}
}

// stand takes over who leads at what price. by is the bidder whose bid brought it about.
func (s *State) stand(at Instant, st Standing, by int32) {
	leader, ok := s.byCode[st.Leader]
	if !ok {
		return
	}
	switch {
	case leader == by && s.leader != by:
		s.second = s.leader // the overtaken leader was above all others
	case leader != by && (s.second < 0 || s.second != by && s.ranksAbove(by, s.second)):
		s.second = by
	}
	s.leader = leader
	if !s.HasBid || st.PriceFen != s.PriceFen {
		s.PriceAt = at
	}
	if st.Deadline != s.Deadline {
		s.Extended++
	}
	s.HasBid = true
	s.Standing = st
}

// ranksAbove says whether bidder a stands before b among those who do not lead. R3.13
func (s *State) ranksAbove(a, b int32) bool {
	x, y := &s.bidders[a], &s.bidders[b]
	if x.MaximumFen != y.MaximumFen {
		return x.MaximumFen > y.MaximumFen
	}
	if s.outranks(x.Rank, y.Rank) || s.outranks(y.Rank, x.Rank) {
		return s.outranks(x.Rank, y.Rank)
	}
	return x.standsAt < y.standsAt
}
