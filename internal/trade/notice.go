package trade

import "github.com/g60-corridor/corridor/internal/calendar"

func (j judge) openNotice(c OpenNotice) ([]Event, *Refusal) {
	s, days := j.s, c.Days
	if days == 0 {
		days = c.Rules.NoticeDays
	}
	opened := NoticeOpened{
		Round: s.Round + 1, Offer: s.Offer, Content: c.Content, By: c.Rules,
		Ends: start(j.cal, NoticeEnd, "", dayOf(j.at), calendar.Period{N: days, Unit: calendar.Days}), // R2.3
	}
	checks := append(j.decision(s.Decision, s.Offer.PriceFen),
		unless(c.Rules.Valid(), RulesInvalid), unless(c.GatesPassed, GatesNotPassed),
		unless(c.Content.Name != "" && c.Content.Abstract != "", ContentMissing),
		unless(c.Content.ObjectionProcedure != "", ProcedureMissing), // R2.4
		unless(c.Content.InUnit != "" && c.Content.OnMarket != "", ChannelMissing),
		unless(days >= c.Rules.NoticeDays, PeriodTooShort), unless(!opened.Ends.Uncovered, CalendarUncovered))
	return only(opened), j.guard(c, days >= 0 && days <= 366, checks...)
}

// changed says why a change of the offer makes the notice void; empty if the price only rises. R2.5
func changed(was, is Offer) VoidWhy {
	switch {
	case was.Object != is.Object:
		return ObjectChanged
	case was.Rights != is.Rights:
		return RightsChanged
	case was.Buyer != is.Buyer:
		return BuyerChanged
	case is.PriceFen < was.PriceFen:
		return PriceLowered
	}
	return ""
}

func (j judge) changeOffer(c ChangeOffer) ([]Event, *Refusal) {
	s := j.s
	valid := c.Offer.valid(s.Way) && c.Offer != s.Offer
	why := changed(s.Offer, c.Offer)
	if why == "" {
		return only(OfferRaised{PriceFen: c.Offer.PriceFen}), j.guard(c, valid && c.Decision == nil)
	}
	voided := NoticeVoided{Why: why, Offer: c.Offer}
	if c.Decision == nil {
		return only(voided), j.guard(c, valid)
	}
	period := calendar.Period{N: s.NoticeDays, Unit: calendar.Days} // the full period anew
	opened := NoticeOpened{
		Round: s.Round + 1, Offer: c.Offer, Content: s.Content, By: s.Rules, Ends: start(j.cal, NoticeEnd, "", dayOf(j.at), period),
	}
	r := j.guard(c, valid, append(j.decision(c.Decision, c.Offer.PriceFen), unless(!opened.Ends.Uncovered, CalendarUncovered))...)
	return []Event{voided, DecisionRecorded{File: *c.Decision}, opened}, r
}

// noticeRunsOrStands says whether a notice can still be objected to, and so keeps a contract from being signed.
func (s *State) noticeRunsOrStands() bool { return s.Notice == NoticeRuns || s.Notice == NoticeStands }

func (j judge) lodgeObjection(c LodgeObjection) ([]Event, *Refusal) {
	s := j.s
	known := false
	for _, o := range s.Objections {
		known = known || o.ID == c.Objection
	}
	r := j.guard(c, c.Objection != "" && c.By != "" && c.Text != "" && !known, unless(s.Notice != NoticeElapsed, NoticeIsOver))
	if r != nil {
		return nil, r
	}
	lodged := ObjectionLodged{
		Objection: c.Objection, By: c.By, Text: c.Text, Papers: c.Papers, // R2.4
		Decide: start(j.cal, ObjectionDecision, string(c.Objection), dayOf(j.at), calendar.Period{N: s.Rules.ObjectionWD, Unit: calendar.WorkingDays}),
	}
	if clock, ok := s.Clock(s.noticeClock(), ""); ok && clock.Running() {
		stopped := clock.stop(j.cal, j.at)
		lodged.Stopped = &stopped
	}
	return only(lodged), nil
}

func (j judge) rejectObjection(c RejectObjection) ([]Event, *Refusal) {
	s := j.s
	r := j.guard(c, true, unless(s.pending(c.Objection) >= 0, UnknownObjection), unless(c.Reasons != "", ReasonsMissing))
	if r != nil {
		return nil, r
	}
	rejected := ObjectionRejected{Objection: c.Objection, Reasons: c.Reasons, Papers: c.Papers}
	if clock, ok := s.Clock(s.noticeClock(), ""); ok && s.pendings() == 1 {
		resumed := clock.resume(j.cal, j.at) // R2.4: the remaining days
		rejected.Resumed = &resumed
	}
	return only(rejected), nil
}

func (j judge) upholdObjection(c UpholdObjection) ([]Event, *Refusal) {
	s := j.s
	r := j.guard(c, true, unless(s.pending(c.Objection) >= 0, UnknownObjection), unless(c.Reasons != "", ReasonsMissing))
	if s.Way == ByListing { // R2.13: the result falls
		return []Event{ObjectionUpheld(c), Terminated{Cause: ResultObjection, Note: c.Reasons}}, r
	}
	return []Event{ObjectionUpheld(c), NoticeVoided{Why: AfterObjection, Offer: s.Offer}}, r // R2.4: re-price or withdraw
}
