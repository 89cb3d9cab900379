package trade

// elapse makes a deadline that has passed into events. One that is not due, not running or already fired makes none.
func (j judge) elapse(e Elapse) ([]Event, *Refusal) {
	clock, ok := j.s.Clock(e.Kind, e.Of)
	if !ok || !clock.Running() || clock.Due != e.Due || clock.Due > j.at {
		return nil, nil
	}
	if next := j.s.Next()[0]; before(next, clock) < 0 {
		return nil, &Refusal{Reason: DeadlineDue, Clock: &next} // missed deadlines fire in order
	}
	if clock.Kind.Duty() {
		return only(DeadlineMissed{Clock: clock}), nil
	}
	late := judge{j.s, clock.Due, j.cal} // what follows is reckoned from the instant that was due
	last := dayBefore(clock.Due)
	switch clock.Kind {
	case NoticeEnd:
		return only(NoticeCompleted{}), nil // R2.6
	case ListingEnd:
		return late.endListing(), nil
	case QualificationEnd:
		return late.closeListing(), nil
	case ConfirmationEnd:
		if j.s.Way == ByAuction {
			return only(SalePassed{Why: SoleBidderGone, Reauction: late.reauctionClock()}), nil
		}
		return only(ListingEnded{Why: NotConfirmed}), nil
	case ResultNoticeEnd:
		return only(ResultNoticeCompleted{Sign: late.signingClock(last)}), nil
	case RegistrationEnd:
		return only(RegistrationClosed{}), nil
	case ReauctionEnd:
		return only(SaleEnded{Why: ReauctionLapsed}), nil
	}
	return nil, nil
}

// endListing closes the applications. Whoever applied in time is not harmed by a review that is still under way. R2.11
func (j judge) endListing() []Event {
	for _, r := range j.s.Registrations {
		if r.Status == Applied {
			return only(ApplicationsClosed{
				Qualify: start(j.cal, QualificationEnd, "", dayBefore(j.at), workingDays(j.s.Rules.ReviewWD)),
			})
		}
	}
	return j.closeListing()
}

// closeListing counts the qualified: none, one or more. R2.9, R2.12
func (j judge) closeListing() []Event {
	s, last := j.s, dayBefore(j.at)
	closed := ListingClosed{Qualified: s.Qualified()}
	switch len(closed.Qualified) {
	case 0:
		if s.Cycle >= s.Terms.Extension.Cycles {
			return []Event{closed, ListingEnded{Why: NoQualifiedBuyer}}
		}
		return []Event{closed, ListingExtended{
			Cycle: s.Cycle + 1, Ends: start(j.cal, ListingEnd, "", last, workingDays(s.Terms.Extension.DaysWD)),
		}}
	case 1:
		confirm := j.confirmationClock(last)
		closed.Confirm = &confirm
		return only(closed)
	}
	return []Event{closed, BiddingOpened{Mode: s.Terms.Entrance.Mode, StartFen: s.Offer.PriceFen, Bidders: closed.Qualified}}
}
