package trade

import (
	"fmt"
	"strings"
)

// tell says in a line what an event brought about.
func tell(ev Event) string {
	text := ev.Kind()
	add := func(format string, args ...any) { text += " " + fmt.Sprintf(format, args...) }
	switch ev := ev.(type) {
	case Drafted:
		add("%s at %s", ev.Way, ev.Offer.PriceFen.Sign())
	case OfferRevised:
		add("at %s; the decision stands: %v", ev.Offer.PriceFen.Sign(), ev.DecisionStands)
	case DecisionRecorded:
		add("at %s", ev.File.PriceFen.Sign())
	case NoticeOpened:
		add("no. %d at %s for %d days until %s", ev.Round, ev.Offer.PriceFen.Sign(), ev.Ends.Period.N, timeText(ev.Ends.Due))
	case OfferRaised:
		add("to %s", ev.PriceFen.Sign())
	case NoticeVoided:
		add("because %s", ev.Why)
	case ObjectionLodged:
		add("%s", ev.Objection)
		if ev.Stopped != nil {
			add("stops %s, %d left", ev.Stopped.Kind, ev.Stopped.Period.N)
		}
	case ObjectionRejected:
		add("%s", ev.Objection)
		if ev.Resumed != nil {
			add("%s runs on until %s", ev.Resumed.Kind, timeText(ev.Resumed.Due))
		}
	case ObjectionUpheld:
		add("%s", ev.Objection)
	case DeadlineMissed:
		add("%s", strings.TrimSpace(string(ev.Clock.Kind)+" "+ev.Clock.Of))
	case ContractSigned:
		add("with %s at %s", ev.Buyer, ev.PriceFen.Sign())
	case PaymentReceived:
		add("%s, %s so far", ev.AmountFen.Sign(), ev.PaidFen.Sign())
	case Defaulted:
		add("by %s because %s", ev.By, ev.Why)
	default:
		text += tellSale(ev)
	}
	return text
}

func tellSale(ev Event) (text string) {
	add := func(format string, args ...any) { text += " " + fmt.Sprintf(format, args...) }
	switch ev := ev.(type) {
	case ListingPublished:
		add("at %s for %d working days until %s", ev.Offer.PriceFen.Sign(), ev.Terms.PeriodWD, timeText(ev.Ends.Due))
	case ListingChanged:
		add("at %s for %d working days until %s", ev.Offer.PriceFen.Sign(), ev.Terms.PeriodWD, timeText(ev.Ends.Due))
	case ListingClosed:
		add("with %d qualified", len(ev.Qualified))
	case ListingExtended:
		add("no. %d until %s", ev.Cycle, timeText(ev.Ends.Due))
	case ListingEnded:
		add("because %s", ev.Why)
	case BiddingOpened:
		add("in mode %s from %s for %v", ev.Mode.Name, ev.StartFen.Sign(), ev.Bidders)
	case Awarded:
		add("to %s at %s; on notice until %s", ev.Buyer, ev.PriceFen.Sign(), timeText(ev.Notice.Due))
	case Relisted:
		add("as project %d at %s; at least %s", ev.Child, ev.PriceFen.Sign(), ev.FloorFen.Sign())
	case RegistrationReceived:
		add("%s", ev.Registration)
	case DepositReceived:
		add("%s from %s, %s held; qualified: %v", ev.AmountFen.Sign(), ev.Registration, ev.HeldFen.Sign(), ev.Qualified)
	case DepositReturned:
		add("%s to %s because %s", ev.AmountFen.Sign(), ev.Registration, ev.Why)
	case RegistrationWithdrawn:
		add("%s; the deposit is forfeit: %v", ev.Registration, ev.Forfeits)
	case SaleAnnounced:
		add("no. %d at %s for %s; at least %d bidders", ev.Round, ev.Offer.PriceFen.Sign(), timeText(ev.Announcement.SaleAt), ev.Announcement.MinBidders)
	case SaleOpened:
		add("for %v", ev.Bidders)
	case SoleBidder:
		add("%s confirms until %s", ev.Registration, timeText(ev.Confirm.Due))
	case Sold:
		add("to %s at %s", ev.Buyer, ev.PriceFen.Sign())
	case SalePassed:
		add("because %s; again until %s", ev.Why, timeText(ev.Reauction.Due))
	case ReauctionDecided:
		add("at %s", ev.PriceFen.Sign())
	case SaleEnded:
		add("because %s", ev.Why)
	}
	return text
}
