package trade

import (
	"slices"

	"github.com/g60-corridor/corridor/internal/calendar"
	"github.com/g60-corridor/corridor/internal/money"
)

func workingDays(n int) calendar.Period { return calendar.Period{N: n, Unit: calendar.WorkingDays} }

func (j judge) submitForReview(c SubmitForReview) ([]Event, *Refusal) {
	return only(ReviewRequested(c)), j.guard(c, true, j.decision(j.s.Decision, j.s.Offer.PriceFen)...)
}

// terms judges what is announced with a listing, and fills in the default period.
func (j judge) terms(t *ListingTerms, o Offer, by RuleSet) []check {
	least, price := j.s.periodWD(o, by), o.PriceFen
	if t.PeriodWD == 0 {
		t.PeriodWD = least
	}
	x := t.Extension
	clause := x == Extension{} || x.Cycles > 0 && x.Cycles <= by.ExtensionMax && x.DaysWD >= by.ExtensionMinWD && x.DaysWD <= 366
	return append(entrance(t.Entrance, price, by),
		unless(len(t.Channels) > 0 && !slices.Contains(t.Channels, ""), ChannelMissing),
		unless(t.PeriodWD >= least, PeriodTooShort), // R2.7
		unless(clause, ExtensionNotAllowed))         // R2.9
}

// entrance judges what bidders must bring.
func entrance(e Entrance, price money.Fen, by RuleSet) []check {
	tests, codes := true, map[string]bool{}
	for _, c := range e.Conditions { // R2.10
		tests = tests && c.Code != "" && c.Text != "" && c.Test != "" && !codes[c.Code]
		codes[c.Code] = true
	}
	least, most := by.DepositMinBP.Of(price), by.DepositMaxBP.Of(price) // R2.19
	return []check{
		unless(tests, ConditionUntestable),
		{e.DepositFen < max(least, 1) || e.DepositFen > most, Refusal{Reason: DepositOutOfRange, MinimumFen: max(least, 1)}},
		unless(e.Mode.valid(), ModeMissing), // R2.12: announced beforehand
	}
}

func (j judge) publishListing(c PublishListing) ([]Event, *Refusal) {
	s := j.s
	if !c.Rules.Valid() { // nothing can be measured by it
		return nil, j.guard(c, true, unless(false, RulesInvalid))
	}
	checks := append(j.decision(s.Decision, s.Offer.PriceFen), j.terms(&c.Terms, s.Offer, c.Rules)...)
	ev := ListingPublished{
		Offer: s.Offer, Terms: c.Terms, By: c.Rules, Ends: start(j.cal, ListingEnd, "", dayOf(j.at), workingDays(c.Terms.PeriodWD)),
	}
	checks = append(checks, unless(c.GatesPassed, GatesNotPassed), belowParent(s.Offer, s.Parent), unless(!ev.Ends.Uncovered, CalendarUncovered))
	return only(ev), j.guard(c, c.Terms.PeriodWD >= 0 && c.Terms.PeriodWD <= 366, checks...)
}

// changeListing starts the full period anew. R2.8
func (j judge) changeListing(c ChangeListing) ([]Event, *Refusal) {
	s, file := j.s, j.s.Decision
	if c.Decision != nil {
		file = c.Decision
	}
	checks := append(j.decision(file, c.Offer.PriceFen), j.terms(&c.Terms, c.Offer, s.Rules)...)
	ev := ListingChanged{
		Offer: c.Offer, Terms: c.Terms, Justification: c.Justification, Approval: c.Approval, Decision: c.Decision,
		Ends: start(j.cal, ListingEnd, "", dayOf(j.at), workingDays(c.Terms.PeriodWD)),
	}
	checks = append(checks,
		unless(slices.Equal(c.Terms.Channels, s.Terms.Channels), ChannelMissing), belowParent(c.Offer, s.Parent),
		unlessAtLeast(c.Offer.PriceFen, s.Rules.FloorFen(s.Offer.PriceFen), PriceCutTooDeep),
		unless(c.Justification != "", UnjustifiedChange), unless(c.Approval != "", ChangeNotApproved),
		unless(!ev.Ends.Uncovered, CalendarUncovered))
	return only(ev), j.guard(c, c.Offer.valid(s.Way) && c.Terms.PeriodWD >= 0 && c.Terms.PeriodWD <= 366, checks...)
}

func (j judge) suspend(c Suspend) ([]Event, *Refusal) {
	ev := Suspended{Cause: c.Cause, Note: c.Note}
	for _, clock := range j.s.Next() {
		ev.Clocks = append(ev.Clocks, clock.stop(j.cal, j.at))
	}
	return only(ev), j.guard(c, c.Cause.known(), unless(c.Note != "", ReasonsMissing))
}

func (j judge) resume(c Resume) ([]Event, *Refusal) {
	r := j.guard(c, true)
	var ev Resumed
	for _, clock := range j.s.Clocks {
		if clock.Kind == ResultNoticeEnd && j.s.Notice == NoticeStands {
			continue // an objection holds it
		}
		ev.Clocks = append(ev.Clocks, clock.resume(j.cal, j.at))
	}
	return only(ev), r
}

func (j judge) relist(c Relist) ([]Event, *Refusal) {
	floor := j.s.Rules.FloorFen(j.s.Offer.PriceFen)
	checks := append(j.decision(&c.Decision, c.PriceFen), unlessAtLeast(c.PriceFen, floor, PriceCutTooDeep)) // R2.9
	ev := Relisted{Child: c.Child, PriceFen: c.PriceFen, FloorFen: floor, Decision: c.Decision}
	return only(ev), j.guard(c, c.Child > 0 && c.Child != j.s.Project && c.PriceFen > 0 && c.PriceFen <= money.Max, checks...)
}

// awarded publishes the result. R2.13
func (j judge) awarded(r Registration, price money.Fen, result RecordResult) Event {
	return Awarded{
		Registration: r.ID, Buyer: r.Party, PriceFen: price, Lot: result.Lot,
		Notice: start(j.cal, ResultNoticeEnd, "", dayOf(j.at), workingDays(j.s.Rules.ResultNoticeWD)),
	}
}

// confirmPrice is the word of the only qualified buyer. R2.12, R2.18
func (j judge) confirmPrice(c ConfirmPrice) ([]Event, *Refusal) {
	s := j.s
	r, _ := s.Registration(c.Registration)
	refusal := j.guard(c, c.PriceFen > 0 && c.PriceFen <= money.Max,
		unless(r.Status == Qualified, NotQualified), unlessAtLeast(c.PriceFen, s.Offer.PriceFen, PriceTooLow))
	if s.Way == ByAuction {
		return only(Sold{Registration: r.ID, Buyer: r.Party, PriceFen: c.PriceFen, Sign: j.signingClock(dayOf(j.at))}), refusal
	}
	return only(j.awarded(r, c.PriceFen, RecordResult{})), refusal
}

// recordResult takes over how the lot ended.
func (j judge) recordResult(c RecordResult) ([]Event, *Refusal) {
	s := j.s
	if !c.Sold {
		known := c.Why == NoBids || c.Why == ReserveNotMet || c.Why == TooFewBidders
		refusal := j.guard(c, c.Lot > 0 && known && c.Winner == "" && c.PriceFen == 0)
		if s.Way == ByAuction {
			return only(SalePassed{Why: c.Why, Reauction: j.reauctionClock()}), refusal
		}
		return only(ListingEnded{Why: NoQuote}), refusal
	}
	r, _ := s.Registration(c.Winner)
	refusal := j.guard(c, c.Lot > 0 && c.Why == "" && c.PriceFen > 0 && c.PriceFen <= money.Max,
		unless(r.Status == Qualified, NotQualified), unlessAtLeast(c.PriceFen, s.Offer.PriceFen, PriceTooLow))
	if s.Way == ByAuction {
		return only(Sold{Registration: r.ID, Buyer: r.Party, PriceFen: c.PriceFen, Lot: c.Lot, Sign: j.signingClock(dayOf(j.at))}), refusal
	}
	return only(j.awarded(r, c.PriceFen, c)), refusal
}
