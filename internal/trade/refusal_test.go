package trade

import (
	"slices"
	"testing"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/calendar"
	"github.com/g60-corridor/corridor/internal/money"
)

// rung is what a command is refused for, and the one thing that mends it.
type rung struct {
	want Reason
	fix  func()
}

var refusedSomewhere = map[Reason]bool{}

// climb sends a command that has every fault, mends one after the other, and sees it accepted in the end.
func climb(t *testing.T, at *Instant, s *State, c func() Command, rungs ...rung) {
	t.Helper()
	for _, r := range rungs {
		entries, refusal := Decide(s, *at, c(), calendar.Shipped())
		if refusal == nil || refusal.Reason != r.want || len(entries) != 0 {
			t.Fatalf("%s: refused %+v with %d entries, want %s", c().command(), refusal, len(entries), r.want)
		}
		refusedSomewhere[r.want] = true
		r.fix()
	}
	if entries, refusal := Decide(s, *at, c(), calendar.Shipped()); refusal != nil || len(entries) == 0 {
		t.Fatalf("%s: refused %+v with %d entries after all was mended", c().command(), refusal, len(entries))
	}
}

func moment(y, m, d, h int) Instant {
	return instantOf(calendar.On(y, 1, 1).Start().AddDate(0, m-1, d-1)) + Instant(h)*3600*Instant(auction.Second)
}

// attached is a decision that lies with the listing.
var attached = []Paper{{Document: 7, Version: 1, SHA256: "5f1c"}}

func goodFile(price money.Fen) *DecisionFile {
	return &DecisionFile{
		Document: "d", Minutes: "m", Basis: "b", InventorsNotified: true, ConflictsDeclared: true, PriceFen: price, Papers: attached,
	}
}

// TestRefusals climbs all ladders; together they have every reason.
func TestRefusals(t *testing.T) {
	for name, ladder := range map[string]func(*testing.T){
		"OfANotice":      refusalsOfANotice,
		"OfObjections":   refusalsOfObjections,
		"OfAContract":    refusalsOfAContract,
		"OfAListing":     refusalsOfAListing,
		"OfBidders":      refusalsOfBidders,
		"OfASeller":      refusalsOfASeller,
		"OfAnAuction":    refusalsOfAnAuction,
		"OnTheDayOfSale": refusalsOnTheDayOfSale,
	} {
		t.Run(name, ladder)
	}
	for _, reason := range Reasons {
		if !refusedSomewhere[reason] {
			t.Errorf("no ladder has %s", reason)
		}
	}
}

func refusalsOfANotice(t *testing.T) {
	price := 100 * money.Yuan
	s := &State{Way: ByListing, Phase: Closed, Offer: Offer{Object: "o", Rights: "r", Buyer: "B", PriceFen: price}}
	s.Clocks = []Clock{{Kind: PaymentDue, Due: 1}}
	at, c, f := moment(2027, 12, 20, 9), OpenNotice{Days: -1}, &DecisionFile{PriceFen: price + 1}
	climb(t, &at, s, func() Command { return c },
		rung{InvalidCommand, func() { c.Days = 14 }},
		rung{WrongWay, func() { s.Way = ByAgreement }},
		rung{DeadlineDue, func() { s.Clocks = nil }},
		rung{ProjectIsOver, func() { s.Phase = Halted }},
		rung{ProjectIsSuspended, func() { s.Phase = InDraft }},
		rung{WrongPhase, func() { s.Phase = Decided }},
		rung{RulesInvalid, func() { c.Rules = Standard() }},
		rung{GatesNotPassed, func() { c.GatesPassed = true }},
		rung{DecisionMissing, func() { s.Decision = f }},
		rung{DecisionMissing, func() { f.Document = "d" }},
		rung{DecisionLoose, func() { f.Papers = attached }},
		rung{MinutesMissing, func() { f.Minutes = "m" }},
		rung{BasisMissing, func() { f.Basis = "b" }},
		rung{InventorsUnnotified, func() { f.InventorsNotified = true }},
		rung{ConflictsUndeclared, func() { f.ConflictsDeclared = true }},
		rung{PriceBelowDecision, func() { f.PriceFen = price }},
		rung{ContentMissing, func() { c.Content.Name, c.Content.Abstract = "n", "a" }},
		rung{ProcedureMissing, func() { c.Content.ObjectionProcedure = "p" }},
		rung{ChannelMissing, func() { c.Content.InUnit = "board" }},
		rung{ChannelMissing, func() { c.Content.OnMarket = "page" }},
		rung{PeriodTooShort, func() { c.Days = 15 }},
		rung{CalendarUncovered, func() { at = moment(2027, 12, 10, 9) }},
	)
}

func refusalsOfObjections(t *testing.T) {
	s := &State{Way: ByAgreement, Phase: NoticeDone, Notice: NoticeElapsed, Rules: Standard()}
	at, l := moment(2026, 3, 2, 9), LodgeObjection{Objection: "O1", By: "X"}
	climb(t, &at, s, func() Command { return l },
		rung{InvalidCommand, func() { l.Text = "why" }},
		rung{NoticeIsOver, func() { s.Notice = NoticeRuns }},
		rung{WrongPhase, func() { s.Phase = NoticeOpen }},
	)
	var r RejectObjection
	climb(t, &at, s, func() Command { return r },
		rung{WrongPhase, func() { s.Phase = ObjectionReview }},
		rung{UnknownObjection, func() {
			s.Objections, r.Objection = []Objection{{ID: "O1", Status: ObjectionPending}}, "O1"
		}},
		rung{ReasonsMissing, func() { r.Reasons = "because" }},
	)
}

func refusalsOfAContract(t *testing.T) {
	s := &State{Way: ByAgreement, Phase: NoticeOpen, Notice: NoticeRuns, Offer: Offer{Buyer: "B", PriceFen: 100}}
	at, c := moment(2026, 3, 2, 9), SignContract{Buyer: "C", PriceFen: 99}
	climb(t, &at, s, func() Command { return c },
		rung{InvalidCommand, func() { c.PayBy = at + 1 }},
		rung{NoticeNotOver, func() { s.Notice = NoticeElapsed }},
		rung{WrongPhase, func() { s.Phase = NoticeDone }},
		rung{BuyerDiffers, func() { c.Buyer = "B" }},
		rung{PriceTooLow, func() { c.PriceFen = 100 }},
		rung{DocumentMissing, func() { c.Document = "d" }},
	)
	s = &State{Way: ByListing, Phase: Contracted, Award: &Award{Buyer: "B", PriceFen: 100}, Rules: Standard()}
	climb(t, &at, s, func() Command { return DeclareDefault{} },
		rung{NotOverdue, func() { s.Missed = []Clock{{Kind: PaymentDue}} }},
		rung{NotReminded, func() { s.Reminded = true }},
	)
	r := RegisterContract{}
	climb(t, &at, s, func() Command { return r },
		rung{WrongPhase, func() { s.Phase = Paid }},
		rung{DocumentMissing, func() { r.Number = "1" }},
	)
}

func refusalsOfAListing(t *testing.T) {
	price := 2_000_000 * money.Yuan
	s := &State{
		Way: ByListing, Phase: InReview, Rules: Standard(), Offer: Offer{Object: "o", Rights: "r", PriceFen: price},
		Terms: ListingTerms{Channels: []string{"market"}},
	}
	at := moment(2027, 12, 24, 9)
	c := ChangeListing{Offer: Offer{Object: "o", PriceFen: price / 2}}
	c.Terms.PeriodWD, c.Terms.Extension = 4, Extension{DaysWD: 4, Cycles: 1}
	c.Terms.Entrance.Conditions = []Condition{{Code: "C", Text: "nice people"}}
	e := &c.Terms.Entrance
	climb(t, &at, s, func() Command { return c },
		rung{InvalidCommand, func() { c.Offer.Rights = "r" }},
		rung{WrongPhase, func() { s.Phase = Listed }},
		rung{DecisionMissing, func() { c.Decision = goodFile(price / 2) }},
		rung{ChannelMissing, func() { c.Terms.Channels = []string{"newspaper"} }},
		rung{ChannelMissing, func() { c.Terms.Channels = []string{"market"} }},
		rung{PeriodTooShort, func() { c.Terms.PeriodWD = 10 }},
		rung{ExtensionNotAllowed, func() { c.Terms.Extension = Extension{DaysWD: 5, Cycles: 5} }},
		rung{ExtensionNotAllowed, func() { c.Terms.Extension.Cycles = 4 }},
		rung{ConditionUntestable, func() { e.Conditions[0].Test = "t" }},
		rung{DepositOutOfRange, func() { e.DepositFen = price * 3 / 20 }},
		rung{ModeMissing, func() { e.Mode = Mode{Name: "m", Terms: []byte("{")} }},
		rung{ModeMissing, func() { e.Mode.Terms = nil }},
		rung{PriceCutTooDeep, func() { c.Offer.PriceFen, c.Decision.PriceFen = price*4/5, price*4/5 }},
		rung{UnjustifiedChange, func() { c.Justification = "j" }},
		rung{ChangeNotApproved, func() { c.Approval = "a" }},
		rung{CalendarUncovered, func() {
			c.Offer.PriceFen = price
			s.Rules.ListingPeriods, c.Terms.PeriodWD = []ListingPeriod{{0, 3}}, 3
		}},
	)
}

func refusalsOfBidders(t *testing.T) {
	s := &State{Way: ByListing, Phase: Listed, Rules: Standard(), Barred: []Party{"A"}, Offer: Offer{PriceFen: 100}}
	s.Registrations = []Registration{{ID: "1", Party: "A", Status: Applied}}
	at, c := moment(2026, 3, 2, 9), Register{Party: "A", Exclusion: "SELLER"}
	climb(t, &at, s, func() Command { return c },
		rung{InvalidCommand, func() { c.Registration = "2" }},
		rung{WrongPhase, func() { s.Clocks = []Clock{fixed(ListingEnd, at+1)} }},
		rung{PartyIsExcluded, func() { c.Exclusion = "" }},
		rung{PartyIsBarred, func() { s.Barred = nil }},
		rung{AlreadyRegistered, func() { c.Party = "B" }},
	)
	s.Registrations = []Registration{{ID: "1", Controller: "H", Status: Accepted}, {ID: "2", Controller: "H", Status: Accepted}}
	var a AcceptDocuments
	climb(t, &at, s, func() Command { return a },
		rung{UnknownRegistration, func() { a.Registration = "2" }},
		rung{SameController, func() { s.Registrations[0].Status = Rejected }},
		rung{AlreadyReviewed, func() { s.Registrations[1].Status = Applied }},
	)
	r := RejectDocuments{Registration: "2", Condition: "FAIR"}
	climb(t, &at, s, func() Command { return r },
		rung{ReasonsMissing, func() { r.Reasons = "because" }},
		rung{ConditionUnknown, func() { r.Condition = "" }},
	)
	f := ConfirmPrice{Registration: "1", PriceFen: 99}
	climb(t, &at, s, func() Command { return f },
		rung{WrongPhase, func() { s.Phase = Closed1 }},
		rung{NotQualified, func() { s.Registrations[0].Status = Qualified }},
		rung{PriceTooLow, func() { f.PriceFen = 100 }},
	)
}

func refusalsOfAnAuction(t *testing.T) {
	price := 2_000_000 * money.Yuan
	s := &State{Way: ByAuction, Phase: InDraft, Offer: Offer{Object: "o", Rights: "r", PriceFen: price}}
	at, c := moment(2026, 3, 2, 9), SignCommission{}
	climb(t, &at, s, func() Command { return c },
		rung{InvalidCommand, func() { c.Procedure = auction.AuctionLaw }},
		rung{DecisionMissing, func() { s.Decision = goodFile(price) }},
		rung{CommissionPartial, func() { c.Commission = commission() }},
		rung{LicenceMissing, func() { c.Licence = &Licence{House: "H", LicenceNo: "1", Auctioneer: "W"} }},
		rung{LicenceMissing, func() { c.Licence.Certificate = "2" }},
	)
	s.Phase, s.Procedure = Commissioned, auction.AuctionLaw
	s.Clocks = []Clock{fixed(ReauctionEnd, moment(2026, 3, 10, 0))}
	n := Announce{}
	a := &n.Announcement
	a.SaleAt, a.RegisterBy, a.MinBidders = moment(2026, 3, 9, 23), at, 1
	a.PreviewFrom, a.PreviewTo = calendar.On(2026, 3, 4), calendar.On(2026, 3, 4)
	climb(t, &at, s, func() Command { return n },
		rung{InvalidCommand, func() { a.RegisterBy = at + 1 }},
		rung{RulesInvalid, func() { n.Rules = Standard() }},
		rung{GatesNotPassed, func() { n.GatesPassed = true }},
		rung{ContentMissing, func() { a.Place, a.Formalities = "p", "f" }},
		rung{ProofMissing, func() { a.Proof, a.Medium = "p", "newspaper" }},
		rung{AnnouncedTooLate, func() { a.SaleAt = moment(2026, 3, 10, 0) }},
		rung{PreviewTooShort, func() { a.PreviewTo = calendar.On(2026, 3, 5) }},
		rung{ReauctionTooLate, func() { s.Clocks[0].Due++ }},
		rung{MinBiddersTooLow, func() { a.MinBidders = 2 }},
		rung{DepositOutOfRange, func() { a.Entrance.DepositFen = price * 31 / 100 }},
		rung{DepositOutOfRange, func() { a.Entrance.DepositFen = price * 30 / 100 }},
		rung{ModeMissing, func() { a.Entrance.Mode.Name = "m" }},
	)
}

func refusalsOnTheDayOfSale(t *testing.T) {
	at := moment(2026, 3, 20, 9)
	s := &State{Way: ByAuction, Phase: Announced, Procedure: auction.AuctionLaw, Rules: Standard(), Commission: &Commission{}, Offer: Offer{PriceFen: 100}}
	s.Announcement = Announcement{PreviewTo: calendar.On(2026, 3, 20), SaleAt: at + 1}
	var w Withdraw
	climb(t, &at, s, func() Command { return w }, rung{CostsUnsettled, func() { w.CostsFen = new(money.Fen) }})
	var p ConfirmPreview
	climb(t, &at, s, func() Command { return p },
		rung{PreviewNotOver, func() { s.Announcement.PreviewTo-- }},
		rung{DocumentMissing, func() { p.Document = "d" }},
	)
	var o OpenSale
	climb(t, &at, s, func() Command { return o },
		rung{InvalidCommand, func() { o.Lot = 1 }},
		rung{WrongPhase, func() { s.Phase = Ready }},
		rung{SaleNotDue, func() { s.Announcement.SaleAt = at }},
	)
	c := SignConfirmation{ByBuyer: true, Document: "d"}
	climb(t, &at, s, func() Command { return c },
		rung{WrongPhase, func() { s.Phase = SoldSale }},
		rung{SignatureMissing, func() { c.ByHouse = true }},
		rung{DocumentMissing, func() { c.Record = "r" }},
	)
	r := Reauction{PriceFen: 79}
	climb(t, &at, s, func() Command { return r },
		rung{WrongPhase, func() { s.Phase = PassedSale }},
		rung{DecisionMissing, func() { r.Decision = *goodFile(79) }},
		rung{PriceCutTooDeep, func() { r.PriceFen = 80 }},
	)
}

func TestReasonsAreAClosedList(t *testing.T) {
	sorted := slices.Clone(Reasons)
	slices.Sort(sorted)
	if len(slices.Compact(sorted)) != len(Reasons) {
		t.Error("a reason is listed twice")
	}
	for c, rows := range permitted {
		ways := map[Way]bool{}
		for _, r := range rows {
			if ways[r.way] || len(r.phases) == 0 {
				t.Errorf("%s: the row of %s is doubled or empty", c, r.way)
			}
			ways[r.way] = true
		}
	}
}
