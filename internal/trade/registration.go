package trade

import (
	"slices"

	"github.com/g60-corridor/corridor/internal/money"
)

// entryClock is the clock that ends the time for applications and deposits in this phase.
func (s *State) entryClock() ClockKind {
	switch {
	case s.Way == ByAuction:
		return RegistrationEnd
	case s.Phase == Qualifying:
		return QualificationEnd
	}
	return ListingEnd
}

func (j judge) register(c Register) ([]Event, *Refusal) {
	s := j.s
	known := slices.ContainsFunc(s.Registrations, func(r Registration) bool { return r.ID == c.Registration || r.Party == c.Party && r.live() })
	_, open := s.Clock(s.entryClock(), "")
	refusal := j.guard(c, c.Registration != "" && c.Party != "",
		unless(open, WrongPhase), unless(c.Exclusion == "", PartyIsExcluded), // R1.6
		unless(!slices.Contains(s.Barred, c.Party), PartyIsBarred), unless(!known, AlreadyRegistered))
	return only(RegistrationReceived{
		Registration: c.Registration, Party: c.Party, Controller: c.Controller,
		Review: start(j.cal, DocumentReview, string(c.Registration), dayOf(j.at), workingDays(s.Rules.ReviewWD)),
	}), refusal
}

// reviewed are the checks that acceptance and rejection of documents have in common.
func (s *State) reviewed(id RegistrationID) (r Registration, checks []check) {
	r, _ = s.Registration(id)
	return r, []check{unless(r.live(), UnknownRegistration), unless(r.Status == Applied || !r.live(), AlreadyReviewed)}
}

func (j judge) acceptDocuments(c AcceptDocuments) ([]Event, *Refusal) {
	s := j.s
	r, checks := s.reviewed(c.Registration)
	rival := slices.ContainsFunc(s.Registrations, func(o Registration) bool { // R1.8
		return o.ID != r.ID && r.Controller != "" && o.Controller == r.Controller && (o.Status == Accepted || o.Status == Qualified)
	})
	return only(DocumentsAccepted{Registration: r.ID, DepositBy: s.entryClock()}), j.guard(c, true, append(checks, unless(!rival, SameController))...)
}

func (j judge) rejectDocuments(c RejectDocuments) ([]Event, *Refusal) {
	_, checks := j.s.reviewed(c.Registration)
	published := c.Condition == "" || slices.ContainsFunc(j.s.entrance().Conditions, func(o Condition) bool { return o.Code == c.Condition })
	checks = append(checks, unless(c.Reasons != "", ReasonsMissing), unless(published, ConditionUnknown)) // R2.10
	return only(DocumentsRejected(c)), j.guard(c, true, checks...)
}

// receiveDeposit never refuses money of a known registration: what does not count goes back. R2.11
func (j judge) receiveDeposit(c ReceiveDeposit) ([]Event, *Refusal) {
	s := j.s
	r, known := s.Registration(c.Registration)
	refusal := j.guard(c, c.AmountFen > 0 && c.AmountFen <= money.Max, unless(known, UnknownRegistration))
	back := func(why ReturnedWhy) ([]Event, *Refusal) {
		return only(DepositReturned{Registration: r.ID, AmountFen: c.AmountFen, Why: why}), refusal
	}
	switch r.Status {
	case Applied:
		return back(DepositUnasked)
	case Qualified:
		return back(DepositComplete)
	case Unqualified:
		return back(DepositLate)
	case Rejected, TakenBack:
		return back(RegistrationOver)
	}
	if _, open := s.Clock(r.DepositBy, ""); !open {
		return back(DepositLate)
	}
	held := r.HeldFen + c.AmountFen
	return only(DepositReceived{
		Registration: r.ID, AmountFen: c.AmountFen, HeldFen: held, Qualified: held >= s.entrance().DepositFen, // one fen short is short
	}), refusal
}

func (j judge) withdrawRegistration(c WithdrawRegistration) ([]Event, *Refusal) {
	r, _ := j.s.Registration(c.Registration)
	forfeits := r.Status == Qualified && slices.Contains(j.s.entrance().ForfeitCauses, c.Cause) // R2.21: announced causes only
	refusal := j.guard(c, c.Cause != "", unless(r.live(), UnknownRegistration))
	return only(RegistrationWithdrawn{Registration: r.ID, Cause: c.Cause, Forfeits: forfeits}), refusal
}
