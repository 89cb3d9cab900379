package trade

import (
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/calendar"
	"github.com/g60-corridor/corridor/internal/money"
)

func (j judge) signCommission(c SignCommission) ([]Event, *Refusal) {
	checks := append(j.decision(j.s.Decision, j.s.Offer.PriceFen),
		unless(c.Commission.complete(), CommissionPartial),                                // R2.14
		unless(c.Procedure != auction.AuctionLaw || c.Licence.complete(), LicenceMissing)) // R1.1
	return only(CommissionSigned(c)), j.guard(c, c.Procedure == auction.AuctionLaw || c.Procedure == auction.ExchangeBidding, checks...)
}

func (j judge) announce(c Announce) ([]Event, *Refusal) {
	s, a := j.s, c.Announcement
	today := dayOf(j.at)
	earliest := instantOf(today.Add(c.Rules.AnnounceDays).End()) // R2.15: that many full days lie between
	least := 1                                                   // R2.18
	if s.Procedure == auction.AuctionLaw {
		least = c.Rules.AuctionMinBidders
	}
	if a.MinBidders == 0 {
		a.MinBidders = least
	}
	preview := a.PreviewFrom > today && a.PreviewTo < dayOf(a.SaleAt) && int(a.PreviewTo)-int(a.PreviewFrom)+1 >= c.Rules.PreviewDays
	again, isAgain := s.Clock(ReauctionEnd, "")
	checks := append(j.decision(s.Decision, s.Offer.PriceFen), entrance(a.Entrance, s.Offer.PriceFen, c.Rules)...)
	checks = append(checks,
		unless(c.Rules.Valid(), RulesInvalid), unless(c.GatesPassed, GatesNotPassed),
		unless(a.Place != "" && a.Formalities != "", ContentMissing), unless(a.Proof != "" && a.Medium != "", ProofMissing),
		unlessFrom(a.SaleAt, earliest, AnnouncedTooLate), unless(preview, PreviewTooShort),
		unless(!isAgain || a.SaleAt < again.Due, ReauctionTooLate), // R2.17
		unless(a.MinBidders >= least, MinBiddersTooLow))
	ev := SaleAnnounced{Round: s.Round + 1, Offer: s.Offer, Announcement: a, By: c.Rules, Register: fixed(RegistrationEnd, a.RegisterBy)}
	return only(ev), j.guard(c, a.RegisterBy > j.at && a.RegisterBy <= a.SaleAt && a.MinBidders <= 1000, checks...)
}

func (j judge) confirmPreview(c ConfirmPreview) ([]Event, *Refusal) {
	over := instantOf(j.s.Announcement.PreviewTo.End())
	return only(PreviewHeld(c)), j.guard(c, true, unlessFrom(j.at, over, PreviewNotOver), unless(c.Document != "", DocumentMissing))
}

// openSale starts the sale if there are bidders enough. R2.18
func (j judge) openSale(c OpenSale) ([]Event, *Refusal) {
	s := j.s
	if r := j.guard(c, c.Lot > 0, unlessFrom(j.at, s.Announcement.SaleAt, SaleNotDue)); r != nil {
		return nil, r
	}
	bidders := s.Qualified()
	switch n := len(bidders); {
	case n == 0:
		return only(SalePassed{Why: NoBidders, Reauction: j.reauctionClock()}), nil
	case n < s.Announcement.MinBidders:
		return only(SalePassed{Why: TooFewBidders, Reauction: j.reauctionClock()}), nil
	case n == 1 && s.Procedure == auction.ExchangeBidding:
		return only(SoleBidder{Registration: bidders[0], Confirm: j.confirmationClock(dayOf(j.at))}), nil
	}
	return only(SaleOpened{Lot: c.Lot, Bidders: bidders}), nil
}

func (j judge) confirmationClock(day calendar.Date) Clock { // R2.12
	return start(j.cal, ConfirmationEnd, "", day, workingDays(j.s.Rules.ConfirmWD))
}

func (j judge) signConfirmation(c SignConfirmation) ([]Event, *Refusal) {
	law := j.s.Procedure == auction.AuctionLaw
	return only(ConfirmationSigned{Document: c.Document, Record: c.Record}), j.guard(c, true, // R2.23
		unless(c.ByBuyer && c.ByHouse, SignatureMissing), unless(c.Document != "" && (c.Record != "" || !law), DocumentMissing))
}

func (j judge) reauction(c Reauction) ([]Event, *Refusal) {
	floor := j.s.Rules.FloorFen(j.s.Offer.PriceFen)
	checks := append(j.decision(&c.Decision, c.PriceFen), unlessAtLeast(c.PriceFen, floor, PriceCutTooDeep)) // R2.17
	return only(ReauctionDecided(c)), j.guard(c, c.PriceFen > 0 && c.PriceFen <= money.Max, checks...)
}
