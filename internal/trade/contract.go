package trade

import (
	"github.com/g60-corridor/corridor/internal/calendar"
	"github.com/g60-corridor/corridor/internal/money"
)

// deal is who may sign at what price at least.
func (s *State) deal() (buyer Party, least money.Fen) {
	if s.Award != nil {
		return s.Award.Buyer, s.Award.PriceFen
	}
	return s.Offer.Buyer, s.Offer.PriceFen
}

func (j judge) signContract(c SignContract) ([]Event, *Refusal) {
	s := j.s
	buyer, least := s.deal()
	r := j.guard(c, c.PriceFen > 0 && c.PriceFen <= money.Max && c.PayBy > j.at,
		unless(!s.noticeRunsOrStands() && (s.Phase != Decided || s.Regime == Private), NoticeNotOver), // R2.1, R2.6, R2.13
		unless(c.Buyer == buyer, BuyerDiffers), unlessAtLeast(c.PriceFen, least, PriceTooLow),         // R2.5
		unless(c.Document != "", DocumentMissing))
	return only(ContractSigned{Buyer: c.Buyer, PriceFen: c.PriceFen, Document: c.Document, Pay: fixed(PaymentDue, c.PayBy)}), r
}

func (j judge) recordPayment(c RecordPayment) ([]Event, *Refusal) {
	r := j.guard(c, c.AmountFen > 0 && c.AmountFen <= money.Max)
	if r != nil {
		return nil, r
	}
	paid := j.s.Contract.PaidFen + c.AmountFen
	events := only(PaymentReceived{AmountFen: c.AmountFen, PaidFen: paid})
	if paid >= j.s.Contract.PriceFen {
		events = append(events, Settled{PaidFen: paid})
	}
	return events, nil
}

func (j judge) remindPayment(c RemindPayment) ([]Event, *Refusal) {
	r := j.guard(c, c.PayBy > j.at, unless(j.s.Overdue(PaymentDue, ""), NotOverdue))
	return only(PaymentReminded{Pay: fixed(PaymentDue, c.PayBy)}), r
}

// declareDefault ends an award: not signed in time, or not paid by the due date and after one reminder. R2.22
func (j judge) declareDefault(c DeclareDefault) ([]Event, *Refusal) {
	s := j.s
	buyer, _ := s.deal()
	ev := Defaulted{By: buyer, Why: NotSigned, Note: c.Note}
	due := SigningDue
	if s.Phase == Contracted {
		ev.Why, due = NotPaid, PaymentDue
	}
	r := j.guard(c, true, unless(s.Overdue(due, ""), NotOverdue), unless(due == SigningDue || s.Reminded, NotReminded))
	if s.Way == ByAuction {
		again := j.reauctionClock()
		ev.Reauction = &again
	}
	return only(ev), r
}

func (j judge) reauctionClock() Clock { // R2.17
	return start(j.cal, ReauctionEnd, "", dayOf(j.at), calendar.Period{N: j.s.Rules.ReauctionDays, Unit: calendar.Days})
}

func (j judge) signingClock(day calendar.Date) Clock { // R2.22
	return start(j.cal, SigningDue, "", day, calendar.Period{N: j.s.Rules.SigningWD, Unit: calendar.WorkingDays})
}
