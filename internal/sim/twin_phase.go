package sim

import (
	"fmt"

	"github.com/g60-corridor/corridor/internal/auction"
)

func seconds(n int64) auction.Span { return auction.Span(n) * auction.Second }

// next holds the next entry of the log against the rules and takes it over.
func (t *twin) next(e auction.Entry) error {
	switch ev := e.Event.(type) {
	case auction.BidAccepted:
		return t.bid(e, attempt{ev.Paddle, ev.Key, ev.BidKind, ev.AmountFen, ev.Confirmed})
	case auction.MaximumRaised:
		return t.bid(e, attempt{ev.Paddle, ev.Key, auction.Maximum, ev.MaximumFen, ev.Confirmed})
	case auction.BidRefused:
		return t.bid(e, attempt{ev.Paddle, ev.Key, ev.BidKind, ev.AmountFen, ev.Confirmed})
	case auction.LotPublished:
		if t.phase != auction.Draft {
			return fmt.Errorf("published in %s", t.phase)
		}
		t.terms, t.opensAt, t.phase, t.price = ev.Terms, ev.OpensAt, auction.Announced, ev.Terms.StartFen
	case auction.ReserveSealed:
		if t.phase != auction.Announced || t.sealed || ev.ReserveFen < t.terms.StartFen {
			return fmt.Errorf("reserve sealed in %s", t.phase)
		}
		t.reserve, t.sealed = ev.ReserveFen, true
	case auction.BidderAdmitted:
		if _, twice := t.ranks[ev.Paddle]; twice || t.phase == auction.Draft || t.phase == auction.Closed {
			return fmt.Errorf("%s admitted in %s", ev.Paddle, t.phase)
		}
		t.ranks[ev.Paddle] = ev.Rank
	case auction.BidderSuspended:
		t.banned[ev.Paddle] = true
	case auction.LotOpened:
		return t.opening(e.At, ev)
	case auction.LimitedStarted:
		if t.phase != auction.Free || e.At < t.deadline || ev.Deadline != t.deadline.Add(seconds(t.terms.Closing.LimitedS)) {
			return fmt.Errorf("LIMITED until %d, FREE until %d", ev.Deadline, t.deadline)
		}
		t.phase, t.deadline = auction.Limited, ev.Deadline
	case auction.LotPaused:
		return t.pause(e.At, ev)
	case auction.ResumeAnnounced:
		notice := seconds(t.terms.ResumeNoticeS)
		if e.At.Sub(t.since) > seconds(t.terms.LongOutageS) {
			notice = seconds(t.terms.LongResumeNoticeS)
		}
		if t.phase != auction.Paused || t.resumeAt != 0 || ev.ResumeAt != e.At.Add(notice) {
			return fmt.Errorf("resumption at %d", ev.ResumeAt)
		}
		t.resumeAt = ev.ResumeAt
	case auction.LotResumed:
		return t.resume(e.At, ev)
	case auction.LotClosed:
		return t.close(e.At, ev)
	case auction.LotWithdrawn:
		if t.phase != auction.Announced {
			return fmt.Errorf("withdrawn in %s", t.phase)
		}
		t.phase = auction.Closed
	case auction.LotAnnulled:
		t.phase = auction.Closed
	}
	return nil
}

func (t *twin) opening(at auction.Instant, ev auction.LotOpened) error {
	phase, deadline := auction.Single, auction.Instant(0)
	switch cl := t.terms.Closing; cl.Mode {
	case auction.TwoPhase:
		phase, deadline = auction.Free, at.Add(seconds(cl.FreeS))
	case auction.Soft:
		deadline = at.Add(seconds(cl.DurationS))
	}
	if t.phase != auction.Announced || ev.Phase != phase || ev.Deadline != deadline || t.terms.Reserve == auction.HiddenReserve && !t.sealed {
		return fmt.Errorf("opened in %s: %+v", t.phase, ev)
	}
	t.phase, t.deadline, t.opened = phase, deadline, at
	return nil
}

func (t *twin) pause(at auction.Instant, ev auction.LotPaused) error {
	if t.phase == auction.Paused && t.resumeAt != 0 { // again, during the notice: the first one stays owed
		if ev.Since != t.since || ev.Left != t.left {
			return fmt.Errorf("paused again: %+v, owed since %d: %d", ev, t.since, t.left)
		}
		t.resumeAt = 0
		return nil
	}
	left := auction.Span(0)
	if t.deadline != 0 {
		left = max(0, t.deadline.Sub(ev.Since))
	}
	if !t.open() || ev.Since > at || ev.Since < t.opened || ev.Left != left {
		return fmt.Errorf("paused in %s: %+v", t.phase, ev)
	}
	t.during, t.since, t.left, t.resumeAt, t.phase = t.phase, ev.Since, ev.Left, 0, auction.Paused
	return nil
}

// resume: R3.16.
func (t *twin) resume(at auction.Instant, ev auction.LotResumed) error {
	give := t.left
	switch {
	case t.terms.Closing.Mode == auction.Manual:
		give = 0
	case t.during == auction.Limited:
		give = max(give, seconds(t.terms.Closing.LimitedS))
	case t.during == auction.Single:
		give = max(give, seconds(t.terms.Closing.ExtendS))
	}
	want := at.Add(give)
	if t.terms.Closing.Mode == auction.Manual {
		want = 0
	}
	if t.phase != auction.Paused || t.resumeAt == 0 || at < t.resumeAt || ev.Deadline != want {
		return fmt.Errorf("resumed until %d, twin says %d", ev.Deadline, want)
	}
	t.phase, t.deadline, t.resumeAt = t.during, ev.Deadline, 0
	return nil
}

// close: R3.8, R2.17, R2.18, R3.4.
func (t *twin) close(at auction.Instant, ev auction.LotClosed) error {
	manual := t.terms.Closing.Mode == auction.Manual
	if t.phase != auction.Limited && t.phase != auction.Single || !manual && at < t.deadline {
		return fmt.Errorf("closed in %s at %d, deadline %d", t.phase, at, t.deadline)
	}
	want := auction.LotClosed{Outcome: auction.Sold, Winner: t.leader, PriceFen: t.price}
	switch {
	case len(t.offers) == 0:
		want = auction.LotClosed{Outcome: auction.Passed, Why: auction.NoBids}
	case len(t.ranks) < t.terms.MinBidders:
		want = auction.LotClosed{Outcome: auction.Passed, Why: auction.TooFewBidders, PriceFen: t.price}
	case t.terms.Reserve == auction.HiddenReserve && t.price < t.reserve:
		want = auction.LotClosed{Outcome: auction.Passed, Why: auction.ReserveNotMet, PriceFen: t.price}
	}
	if ev != want {
		return fmt.Errorf("closed: %+v, twin says %+v", ev, want)
	}
	t.phase = auction.Closed
	return nil
}
