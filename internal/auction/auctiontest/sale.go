// Package auctiontest makes up sales for the tests of other rooms: random, but such as the engine decides them.
package auctiontest

import (
	"fmt"

	"pgregory.net/rapid"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/money"
)

// Began is when every made-up sale is published.
const Began auction.Instant = 1_795_463_634_123_456

// Sale is a lot under random rules, played move by move.
type Sale struct {
	State   *auction.State
	Entries []auction.Entry

	t     *rapid.T
	at    auction.Instant
	codes []auction.Paddle
	keys  byte
	seal  func(auction.Entry) auction.Entry
}

// Play plays a whole sale to its end. seal fills in Leaf and Head before an entry is applied; it may be nil.
func Play(t *rapid.T, lot auction.LotID, seal func(auction.Entry) auction.Entry) *Sale {
	s := &Sale{State: auction.NewState(lot), t: t, at: Began, seal: seal}
	terms := Terms(t)
	s.Do(auction.Publish{Terms: terms, OpensAt: s.at.Add(60 * auction.Second)})
	if terms.Reserve == auction.HiddenReserve {
		s.Do(auction.SealReserve{ReserveFen: terms.StartFen + money.Fen(rapid.Int64Range(0, 40).Draw(t, "reserve"))*987_653})
	}
	// rapid likes small numbers, so what is common stands first everywhere.
	for i := range 4 - rapid.IntRange(0, 4).Draw(t, "bidders missing") {
		s.admit(i, terms.Priority)
	}
	for range rapid.IntRange(0, 3).Draw(t, "moves before the opening") {
		s.move()
	}
	s.at = max(s.at, s.State.OpensAt)
	s.Do(auction.Tick{})
	for range 40 - rapid.IntRange(0, 40).Draw(t, "moves missing") {
		s.move()
	}
	s.finish()
	for range rapid.IntRange(0, 2).Draw(t, "late") {
		s.bid()
	}
	return s
}

// Terms draws valid rules.
func Terms(t *rapid.T) auction.Terms {
	flip := func(label string) bool { return rapid.Bool().Draw(t, label) }
	terms := auction.Terms{
		Format: auction.TermsFormat, Name: auction.Bilingual{ZH: "样例", EN: "Sample"}, Procedure: auction.ExchangeBidding,
		StartFen:    100_000_000,
		Step:        auction.Step{FixedFen: 1_000_000},
		Grid:        rapid.SampledFrom([]auction.Grid{auction.Strict, auction.FreeGrid, auction.NoGrid}).Draw(t, "grid"),
		Reserve:     rapid.SampledFrom([]auction.ReserveMode{auction.NoReserve, auction.EqualStart, auction.HiddenReserve, auction.HiddenReserve}).Draw(t, "reserve mode"),
		MaximumBids: rapid.SampledFrom([]bool{true, true, false}).Draw(t, "maxima"), LeaderMayRaise: flip("leader may raise"),
		Priority:      rapid.SampledFrom([]auction.PriorityMode{auction.NoPriority, auction.Match}).Draw(t, "priority"),
		Jump:          auction.Jump{ConfirmTimes: 3, RefuseTimes: 10},
		ResumeNoticeS: 10,
	}
	terms.AnnounceReserveMet = terms.Reserve == auction.HiddenReserve && flip("announce")
	if flip("ladder") {
		terms.Step = auction.Step{Ladder: []auction.Rung{{BelowFen: 105_000_000, StepFen: 1_000_000}, {BelowFen: 150_000_000, StepFen: 3_000_000}, {StepFen: 5_000_000}}}
	}
	if rapid.IntRange(0, 3).Draw(t, "low start") == 3 {
		terms.StartFen = money.Yuan // a step is far more than ten times the price
	}
	if flip("no jump guard") {
		terms.Jump = auction.Jump{}
	}
	switch rapid.IntRange(0, 2).Draw(t, "closing") {
	case 0:
		terms.Closing = auction.Closing{Mode: auction.TwoPhase, FreeS: 600, LimitedS: 240, LimitedRequiresFreeBid: flip("free bid needed")}
	case 1:
		terms.Closing = auction.Closing{Mode: auction.Soft, DurationS: 600, WindowS: 300, ExtendS: 300}
	default:
		terms.Closing = auction.Closing{Mode: auction.Manual}
	}
	terms.FillDefaults()
	terms.MinBidders = rapid.SampledFrom([]int{1, 1, 1, 2}).Draw(t, "least bidders")
	return terms
}

func (s *Sale) admit(i int, mode auction.PriorityMode) {
	rank := 0
	if mode == auction.Match {
		rank = rapid.IntRange(0, 2).Draw(s.t, "rank")
	}
	code := auction.Paddle(fmt.Sprintf("P%02d", i+1))
	s.codes = append(s.codes, code)
	s.Do(auction.AdmitBidder{Paddle: code, Rank: rank, Identity: fmt.Sprintf("身份/identity no. %d", i)})
}

// Do lets due time pass, decides a command and applies what became of it.
func (s *Sale) Do(c auction.Command) {
	if _, pause := c.(auction.Pause); !pause {
		for due := s.State.NextDue(); due != 0 && due <= s.at; due = s.State.NextDue() {
			if !s.decide(auction.Tick{}) {
				break
			}
		}
	}
	s.decide(c)
}

func (s *Sale) decide(c auction.Command) bool {
	events := auction.Decide(s.State, s.at, c)
	for _, event := range events {
		e := auction.Entry{Seq: s.State.Position.Seq + 1, At: s.at, Event: event}
		if s.seal != nil {
			e = s.seal(e)
		}
		s.State.Apply(e)
		s.Entries = append(s.Entries, e)
	}
	return len(events) > 0
}

func (s *Sale) move() {
	passes := []int64{1_000_000, 40_000, 0, 1, 30_000_000, 90_000_000, 250_000_000}
	s.at = s.at.Add(auction.Span(rapid.SampledFrom(passes).Draw(s.t, "pass")))
	if s.State.Phase == auction.Paused && rapid.Bool().Draw(s.t, "go on") {
		s.Do(auction.Resume{})
		s.at = max(s.at, s.State.Interruption.ResumeAt)
	}
	switch n := rapid.IntRange(0, 29).Draw(s.t, "move"); n {
	case 22:
		s.Do(auction.Tick{})
	case 23:
		s.Do(auction.Pause{Cause: auction.PlatformFailure, Note: "line down", Since: s.at.Add(-auction.Second)})
	case 24:
		s.Do(auction.Resume{})
	case 25:
		s.Do(auction.SuspendBidder{Paddle: s.code(), Note: "proof of funds withdrawn"})
	case 26:
		if rapid.IntRange(0, 9).Draw(s.t, "annul") == 9 {
			s.Do(auction.Annul{Cause: auction.AuthorityOrder, Note: "order of the court"})
		}
	case 27:
		s.Do(auction.Open{})
	case 28:
		s.admit(len(s.codes), s.State.Terms.Priority)
	default:
		s.bid()
	}
}

func (s *Sale) code() auction.Paddle {
	return rapid.SampledFrom(append(s.codes[:len(s.codes):len(s.codes)], "X99")).Draw(s.t, "code")
}

func (s *Sale) bid() {
	c := auction.PlaceBid{
		Paddle: s.code(), Kind: rapid.SampledFrom([]auction.BidKind{auction.Plain, auction.Maximum}).Draw(s.t, "kind"),
		Confirmed: rapid.Bool().Draw(s.t, "confirmed"),
	}
	s.keys++
	c.Key[0] = s.keys
	if rapid.IntRange(0, 15).Draw(s.t, "reuse") == 15 {
		c.Key[0] = 1
	}
	b, _ := s.State.Bidder(c.Paddle)
	least := s.State.MinimumFor(b.Rank)
	step := s.State.Terms.StepAt(s.State.PriceFen)
	switch rapid.IntRange(0, 17).Draw(s.t, "amount") {
	case 10:
		c.AmountFen = b.MaximumFen + step
	case 11:
		c.AmountFen = least + 123_457
	case 12:
		c.AmountFen = least - step
	case 13:
		c.AmountFen = b.MaximumFen
	case 14:
		c.AmountFen = least*4 + step
	case 15:
		c.AmountFen = least * 11
	case 16:
		c.AmountFen = money.Fen(rapid.Int64Range(-1, 2_000_000_000).Draw(s.t, "any"))
	default:
		c.AmountFen = least + step*money.Fen(rapid.Int64Range(0, 12).Draw(s.t, "steps"))
	}
	s.Do(c)
}

// finish takes the lot to its end, whatever state it is in.
func (s *Sale) finish() {
	for range 20 {
		switch {
		case s.State.Phase == auction.Closed:
			return
		case s.State.Phase == auction.Paused && s.State.Interruption.ResumeAt == 0:
			s.Do(auction.Resume{})
		case s.State.NextDue() != 0:
			s.at = max(s.at, s.State.NextDue())
			s.Do(auction.Tick{})
		case s.State.Phase == auction.Announced:
			s.Do(auction.Withdraw{Note: "withdrawn"})
		default:
			s.Do(auction.Close{})
		}
	}
}
