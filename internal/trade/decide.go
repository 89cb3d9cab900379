package trade

import (
	"github.com/g60-corridor/corridor/internal/calendar"
	"github.com/g60-corridor/corridor/internal/money"
)

// judge is one command's hearing: the project, the time and the calendar of the day.
type judge struct {
	s   *State
	at  Instant
	cal calendar.Calendar
}

// Decide says what becomes of a command that arrived at a given time: entries, or a refusal. It is total and changes
// nothing. Neither entries nor refusal means that nothing was to be done: an Elapse that came early or again.
//
// A command that arrives after a deadline that has not fired is refused with DEADLINE_DUE; Step lets due time pass first.
func Decide(s *State, at Instant, c Command, cal calendar.Calendar) ([]Entry, *Refusal) {
	j := judge{s, max(at, s.LastAt), cal}
	if e, ok := c.(Elapse); ok {
		events, refusal := j.elapse(e)
		return j.entries(max(e.Due, s.LastAt), events), refusal
	}
	events, refusal := j.hear(c)
	if refusal != nil {
		return nil, refusal
	}
	return j.entries(j.at, events), nil
}

// Step lets due time pass and then decides the command; nil lets time pass and nothing more. The entries are to be kept
// also when the command is refused: they are what the clocks did. The state is not changed.
func Step(s *State, at Instant, c Command, cal calendar.Calendar) (entries []Entry, refusal *Refusal) {
	work := s.Clone()
	take := func(more []Entry) {
		for _, e := range more {
			work.Apply(e)
		}
		entries = append(entries, more...)
	}
	for {
		next := work.Next()
		if len(next) == 0 || next[0].Due > at {
			break
		}
		fired, refused := Decide(work, at, Elapse{Kind: next[0].Kind, Of: next[0].Of, Due: next[0].Due}, cal)
		if refused != nil || len(fired) == 0 {
			return entries, refused
		}
		take(fired)
		if again := work.Next(); len(again) > 0 && again[0] == next[0] {
			return entries, &Refusal{Reason: DeadlineDue, Clock: &again[0]} // no clock of ours does that; a forged log must not hang its reader
		}
	}
	if c == nil {
		return entries, nil
	}
	more, refusal := Decide(work, at, c, cal)
	return append(entries, more...), refusal
}

func (j judge) entries(at Instant, events []Event) (entries []Entry) {
	for i, ev := range events {
		entries = append(entries, Entry{Seq: j.s.Seq + int64(i) + 1, At: at, Event: ev})
	}
	return entries
}

// hear sends a command to the machine that knows it.
func (j judge) hear(c Command) ([]Event, *Refusal) {
	switch c := c.(type) {
	case nil:
		return nil, &Refusal{Reason: InvalidCommand}
	case Draft:
		return j.draft(c)
	case Revise:
		return j.revise(c)
	case RecordDecision:
		return j.recordDecision(c)
	case Withdraw:
		return j.withdraw(c)
	case OpenNotice:
		return j.openNotice(c)
	case ChangeOffer:
		return j.changeOffer(c)
	case LodgeObjection:
		return j.lodgeObjection(c)
	case RejectObjection:
		return j.rejectObjection(c)
	case UpholdObjection:
		return j.upholdObjection(c)
	case SignContract:
		return j.signContract(c)
	case RecordPayment:
		return j.recordPayment(c)
	case RemindPayment:
		return j.remindPayment(c)
	case DeclareDefault:
		return j.declareDefault(c)
	case RegisterContract:
		return only(ContractRegistered(c)), j.guard(c, true, unless(c.Number != "", DocumentMissing)) // R2.25
	default:
		return j.hearSale(c)
	}
}

func (j judge) hearSale(c Command) ([]Event, *Refusal) {
	switch c := c.(type) {
	case SubmitForReview:
		return j.submitForReview(c)
	case ReturnDraft:
		return only(DraftReturned(c)), j.guard(c, true, unless(c.Reasons != "", ReasonsMissing))
	case PublishListing:
		return j.publishListing(c)
	case ChangeListing:
		return j.changeListing(c)
	case Suspend:
		return j.suspend(c)
	case Resume:
		return j.resume(c)
	case Terminate:
		return only(Terminated(c)), j.guard(c, c.Cause.terminates(), unless(c.Note != "", ReasonsMissing))
	case Relist:
		return j.relist(c)
	case Register:
		return j.register(c)
	case AcceptDocuments:
		return j.acceptDocuments(c)
	case RejectDocuments:
		return j.rejectDocuments(c)
	case ReceiveDeposit:
		return j.receiveDeposit(c)
	case WithdrawRegistration:
		return j.withdrawRegistration(c)
	case ConfirmPrice:
		return j.confirmPrice(c)
	case RecordResult:
		return j.recordResult(c)
	default:
		return j.hearAuction(c)
	}
}

func (j judge) hearAuction(c Command) ([]Event, *Refusal) {
	switch c := c.(type) {
	case SignCommission:
		return j.signCommission(c)
	case Announce:
		return j.announce(c)
	case ConfirmPreview:
		return j.confirmPreview(c)
	case OpenSale:
		return j.openSale(c)
	case PauseSale:
		return only(SalePaused(c)), j.guard(c, c.Cause.known())
	case ResumeSale:
		return only(SaleResumed(c)), j.guard(c, true)
	case SignConfirmation:
		return j.signConfirmation(c)
	case Reauction:
		return j.reauction(c)
	case Annul:
		return only(Annulled(c)), j.guard(c, c.Cause.known(), unless(c.Note != "", ReasonsMissing)) // R3.17
	default:
		return nil, &Refusal{Reason: InvalidCommand}
	}
}

func only(e Event) []Event { return []Event{e} }

func (j judge) draft(c Draft) ([]Event, *Refusal) {
	known := c.Way == ByAgreement || c.Way == ByListing || c.Way == ByAuction
	r := j.guard(c, known && c.Regime.known() && c.Offer.valid(c.Way) && (c.Parent == nil || c.Way == ByListing), belowParent(c.Offer, c.Parent))
	return only(Drafted(c)), r
}

// belowParent holds the next round to the limit of the price cut. R2.9
func belowParent(o Offer, p *Parent) check {
	if p == nil {
		return check{}
	}
	return unlessAtLeast(o.PriceFen, p.FloorFen, PriceCutTooDeep)
}

func (j judge) revise(c Revise) ([]Event, *Refusal) {
	s := j.s
	r := j.guard(c, c.Offer.valid(s.Way), belowParent(c.Offer, s.Parent))
	same := s.Offer
	same.PriceFen = c.Offer.PriceFen
	stands := s.Decision != nil && same == c.Offer && c.Offer.PriceFen >= s.Decision.PriceFen
	return only(OfferRevised{Offer: c.Offer, DecisionStands: stands}), r
}

// decision holds a price to the seller's collective decision. R2.2. Who is free in his choice (R2.1) need not have decided
// anything; if he has, he is held to it.
func (j judge) decision(f *DecisionFile, price money.Fen) []check {
	if j.s.Regime == Private {
		if f == nil {
			return nil
		}
		return []check{unless(f.PriceFen > 0, DecisionMissing), unlessAtLeast(price, f.PriceFen, PriceBelowDecision)}
	}
	if f == nil {
		return []check{unless(false, DecisionMissing)}
	}
	var more []check
	if j.s.Regime == StateOwned {
		more = f.appraised()
	}
	return append(more, unless(len(f.Papers) > 0 || !j.attaches(), DecisionLoose),
		unless(f.Document != "" && f.PriceFen > 0, DecisionMissing), unless(f.Minutes != "", MinutesMissing), unless(f.Basis != "", BasisMissing),
		unless(f.InventorsNotified, InventorsUnnotified), unless(f.ConflictsDeclared, ConflictsUndeclared),
		unlessAtLeast(price, f.PriceFen, PriceBelowDecision))
}

// attaches says whether a decision has to lie with the listing as a file. A project that was published under rules that asked
// for its name alone goes on under them. R2.2
func (j judge) attaches() bool { return j.s.Rules.Version == "" || j.s.Rules.DecisionAttached }

func (j judge) recordDecision(c RecordDecision) ([]Event, *Refusal) {
	return only(DecisionRecorded(c)), j.guard(c, true, j.decision(&c.File, j.s.Offer.PriceFen)...)
}

func (j judge) withdraw(c Withdraw) ([]Event, *Refusal) {
	commissioned := j.s.Way == ByAuction && j.s.Commission != nil
	r := j.guard(c, c.CostsFen == nil || *c.CostsFen >= 0 && *c.CostsFen <= money.Max,
		unless(!commissioned || c.CostsFen != nil, CostsUnsettled)) // R2.16
	return only(Withdrawn(c)), r
}
