package auction

import (
	"fmt"
	"reflect"
	"testing"

	"pgregory.net/rapid"
)

func genTerms(t *rapid.T) Terms {
	terms := Terms{
		Format: TermsFormat, Name: Bilingual{"规则", "Rules"}, Procedure: ExchangeBidding,
		StartFen:       Fen(rapid.IntRange(1, 50).Draw(t, "start") * 10),
		Grid:           rapid.SampledFrom([]Grid{Strict, FreeGrid, NoGrid}).Draw(t, "grid"),
		Reserve:        rapid.SampledFrom([]ReserveMode{NoReserve, EqualStart, HiddenReserve}).Draw(t, "reserve"),
		MaximumBids:    rapid.Bool().Draw(t, "maxima"),
		LeaderMayRaise: rapid.Bool().Draw(t, "leader may raise"),
		Priority:       rapid.SampledFrom([]PriorityMode{NoPriority, Match}).Draw(t, "priority"),
		Jump:           rapid.SampledFrom([]Jump{{}, {3, 10}}).Draw(t, "jump"),
		ResumeNoticeS:  10,
	}
	if rapid.Bool().Draw(t, "ladder") {
		terms.Step.Ladder = []Rung{{BelowFen: 200, StepFen: 10}, {BelowFen: 600, StepFen: 50}, {StepFen: 100}}
	} else {
		terms.Step.FixedFen = 10
	}
	switch rapid.IntRange(0, 2).Draw(t, "closing") {
	case 0:
		terms.Closing = Closing{Mode: TwoPhase, FreeS: 30, LimitedS: 20, LimitedRequiresFreeBid: rapid.Bool().Draw(t, "free bid")}
	case 1:
		terms.Closing = Closing{Mode: Soft, DurationS: 60, WindowS: 20, ExtendS: 20}
	default:
		terms.Closing = Closing{Mode: Manual}
	}
	terms.FillDefaults()
	return terms
}

func genCommand(t *rapid.T, terms Terms) Command {
	paddle := rapid.SampledFrom([]Paddle{"A", "B", "C", "P", "Q", "Z"}).Draw(t, "paddle")
	switch n := rapid.IntRange(0, 30).Draw(t, "command"); n {
	case 0:
		return Pause{Cause: PlatformFailure}
	case 1, 2:
		return Resume{}
	case 3:
		return SuspendBidder{Paddle: paddle}
	case 4:
		return Close{}
	case 5:
		return AdmitBidder{Paddle: paddle, Identity: string(paddle)}
	case 6:
		return Tick{}
	default:
		c := PlaceBid{
			Paddle: paddle, Kind: rapid.SampledFrom([]BidKind{Plain, Maximum}).Draw(t, "kind"),
			AmountFen: terms.StartFen + Fen(rapid.IntRange(-2, 60).Draw(t, "raise")*10), Confirmed: rapid.Bool().Draw(t, "confirmed"),
		}
		c.Key[0] = byte(rapid.IntRange(0, 200).Draw(t, "key"))
		return c
	}
}

// begin publishes, admits two ordinary bidders and two holders, and opens.
func begin(terms Terms) (*State, []Entry) {
	s := NewState(1)
	var log []Entry
	rank := 0
	if terms.Priority == Match {
		rank = 1
	}
	for _, c := range []Command{
		Publish{Terms: terms}, SealReserve{ReserveFen: terms.StartFen + 100},
		AdmitBidder{Paddle: "A"}, AdmitBidder{Paddle: "B"}, AdmitBidder{Paddle: "P", Rank: rank}, AdmitBidder{Paddle: "Q", Rank: rank * 2},
		Open{},
	} {
		log = run(s, log, 1_000_000, c)
	}
	return s, log
}

func run(s *State, log []Entry, at Instant, c Command) []Entry {
	for _, ev := range Decide(s, at, c) {
		e := Entry{Seq: s.Position.Seq + 1, At: at, Event: ev}
		s.Apply(e)
		log = append(log, e)
	}
	return log
}

// The price never falls, the leader holds the best offer and never pays more than he offered, the deadline never
// moves back while the lot is open, Decide changes nothing, every bid gets exactly one event, and the log replayed is
// the live state.
func TestPropertiesOfASale(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		terms := genTerms(t)
		s, log := begin(terms)
		at := Instant(2_000_000)
		for range rapid.IntRange(1, 60).Draw(t, "commands") {
			at += Instant(rapid.IntRange(0, 8_000_000).Draw(t, "later"))
			for due := s.NextDue(); due != 0 && due <= at; due = s.NextDue() {
				log = run(s, log, due, Tick{})
			}
			c := genCommand(t, terms)
			price, deadline, phase := s.PriceFen, s.Deadline, s.Phase
			before := fmt.Sprintf("%+v", s)
			events := Decide(s, at, c)
			if fmt.Sprintf("%+v", s) != before {
				t.Fatalf("Decide(%+v) changed the state", c)
			}
			if _, isBid := c.(PlaceBid); isBid && len(events) != 1 {
				t.Fatalf("bid %+v made %d events", c, len(events))
			}
			log = run(s, log, at, c)
			checkSale(t, s, price, deadline, phase)
		}
		again := NewState(1)
		for _, e := range log {
			again.Apply(e)
		}
		if !reflect.DeepEqual(again, s) {
			t.Fatalf("the log replayed differs:\n%+v\n%+v", again, s)
		}
	})
}

func checkSale(t *rapid.T, s *State, price Fen, deadline Instant, phase Phase) {
	if s.PriceFen < price {
		t.Fatalf("price fell from %d to %d", price, s.PriceFen)
	}
	if s.Phase == phase && s.IsOpen() && s.Deadline < deadline {
		t.Fatalf("deadline moved back from %d to %d", deadline, s.Deadline)
	}
	if !s.HasBid {
		return
	}
	leader, _ := s.Bidder(s.Leader)
	if leader.MaximumFen < s.PriceFen {
		t.Fatalf("%s leads at %d and offered only %d", s.Leader, s.PriceFen, leader.MaximumFen)
	}
	for i := range s.bidders {
		b := &s.bidders[i]
		if b.Paddle == s.Leader {
			continue
		}
		if b.MaximumFen > leader.MaximumFen || b.MaximumFen == leader.MaximumFen && s.outranks(b.Rank, leader.Rank) {
			t.Fatalf("%s offered %d and does not lead over %s with %d", b.Paddle, b.MaximumFen, s.Leader, leader.MaximumFen)
		}
		if s.second >= 0 && s.bidders[s.second].MaximumFen < b.MaximumFen {
			t.Fatalf("second is %s, but %s offered more", s.bidders[s.second].Paddle, b.Paddle)
		}
	}
}

// R3.7, R3.9: the deadline is exclusive, also for a caller that did not let the due time pass first.
func TestDeadlineIsExclusive(t *testing.T) {
	for _, closing := range []Closing{{Mode: TwoPhase, FreeS: 30, LimitedS: 20}, {Mode: Soft, DurationS: 30, WindowS: 10, ExtendS: 10}} {
		s, _ := begin(Terms{
			Format: TermsFormat, Name: Bilingual{"规则", "Rules"}, Procedure: ExchangeBidding, StartFen: 1000, Step: Step{FixedFen: 10},
			Grid: Strict, Reserve: NoReserve, Closing: closing, Priority: NoPriority, MinBidders: 1, ResumeNoticeS: 1, LongOutageS: 1,
			LongResumeNoticeS: 1,
		})
		if !s.IsOpen() {
			t.Fatalf("%s: the lot is not open", closing.Mode)
		}
		bid := PlaceBid{Paddle: "A", Kind: Plain, AmountFen: 1000}
		if r, refused := Decide(s, s.Deadline, bid)[0].(BidRefused); !refused || r.Reason != AlreadyClosed {
			t.Errorf("%s: a bid at the deadline: %+v", closing.Mode, Decide(s, s.Deadline, bid))
		}
		if _, accepted := Decide(s, s.Deadline-1, bid)[0].(BidAccepted); !accepted {
			t.Errorf("%s: a bid a microsecond before: %+v", closing.Mode, Decide(s, s.Deadline-1, bid))
		}
	}
}

// FuzzDecide feeds single commands of any content: Decide answers all of them.
func FuzzDecide(f *testing.F) {
	f.Add(int64(5), "A", "PLAIN", int64(100), true, int64(1))
	f.Add(int64(-1), "", "MAXIMUM", int64(-1<<63), false, int64(1<<62))
	f.Fuzz(func(t *testing.T, at int64, paddle, kind string, amount int64, confirmed bool, since int64) {
		s, _ := begin(Terms{
			Format: TermsFormat, Name: Bilingual{"规则", "Rules"}, Procedure: ExchangeBidding, StartFen: 1000,
			Step: Step{FixedFen: 10}, Grid: Strict, Reserve: NoReserve, Closing: Closing{Mode: Manual}, MaximumBids: true,
			Priority: NoPriority, Jump: Jump{3, 10}, MinBidders: 1, ResumeNoticeS: 1, LongOutageS: 1, LongResumeNoticeS: 1,
		})
		for _, c := range []Command{
			PlaceBid{Paddle: Paddle(paddle), Kind: BidKind(kind), AmountFen: Fen(amount), Confirmed: confirmed},
			Pause{Cause: PauseCause(kind), Since: Instant(since)}, Resume{}, SealReserve{ReserveFen: Fen(amount)},
			AdmitBidder{Paddle: Paddle(paddle), Rank: int(amount)}, Tick{}, Annul{Cause: PauseCause(kind)}, Close{}, nil,
		} {
			run(s, nil, Instant(at), c)
		}
	})
}
