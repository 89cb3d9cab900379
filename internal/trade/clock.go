package trade

import (
	"slices"

	"github.com/g60-corridor/corridor/internal/calendar"
)

// ClockKind says what is due.
type ClockKind string

// The kinds in the order in which clocks of the same instant fire.
const (
	ObjectionDecision ClockKind = "OBJECTION_DECISION"
	DocumentReview    ClockKind = "DOCUMENT_REVIEW"
	NoticeEnd         ClockKind = "NOTICE_END"
	ListingEnd        ClockKind = "LISTING_END"
	QualificationEnd  ClockKind = "QUALIFICATION_END"
	ConfirmationEnd   ClockKind = "CONFIRMATION_END"
	ResultNoticeEnd   ClockKind = "RESULT_NOTICE_END"
	SigningDue        ClockKind = "SIGNING_DUE"
	PaymentDue        ClockKind = "PAYMENT_DUE"
	RegistrationEnd   ClockKind = "REGISTRATION_END"
	ReauctionEnd      ClockKind = "REAUCTION_END"
)

// clockKinds lists every kind, in order, with its rule.
var clockKinds = []struct {
	kind ClockKind
	rule Rule
}{
	{ObjectionDecision, "R2.4"},
	{DocumentReview, "R2.11"},
	{NoticeEnd, "R2.3"},
	{ListingEnd, "R2.7"},
	{QualificationEnd, "R2.11"},
	{ConfirmationEnd, "R2.12"},
	{ResultNoticeEnd, "R2.13"},
	{SigningDue, "R2.22"},
	{PaymentDue, "R2.22"},
	{RegistrationEnd, "R2.11"},
	{ReauctionEnd, "R2.17"},
}

func (k ClockKind) rank() int {
	for i, c := range clockKinds {
		if c.kind == k {
			return i
		}
	}
	return len(clockKinds)
}

// Rule returns the rule under which the clock runs.
func (k ClockKind) Rule() Rule {
	if i := k.rank(); i < len(clockKinds) {
		return clockKinds[i].rule
	}
	return ""
}

// Told says whether everybody may know of the clock. That documents are under review says that somebody has registered,
// which is confidential until the bidding ends. R1.1
func (k ClockKind) Told() bool { return k != DocumentReview }

// Duty says that a passed deadline is shown as missed and decides nothing by itself.
func (k ClockKind) Duty() bool {
	return k == ObjectionDecision || k == DocumentReview || k == SigningDue || k == PaymentDue
}

// Clock is a deadline that runs or stands.
type Clock struct {
	Kind        ClockKind       `json:"kind"`
	Of          string          `json:"of,omitempty"` // the objection or registration
	Period      calendar.Period `json:"period"`       // what was owed when it began to run, or is owed while it stands; N 0: a fixed instant
	Nominal     calendar.Date   `json:"nominal"`      // last day by counting
	Due         Instant         `json:"due"`          // the first instant outside the period
	StoppedAt   Instant         `json:"stopped_at,omitempty"`
	Provisional bool            `json:"provisional,omitempty"` // the calendar may still change
	Uncovered   bool            `json:"uncovered,omitempty"`   // reckoned by weekends alone
}

// Running says whether the clock runs.
func (c Clock) Running() bool { return c.StoppedAt == 0 }

func (c Clock) is(kind ClockKind, of string) bool { return c.Kind == kind && c.Of == of }

// before is the order in which clocks fire.
func before(a, b Clock) int {
	switch {
	case a.Due != b.Due:
		if a.Due < b.Due {
			return -1
		}
		return 1
	case a.Kind != b.Kind:
		return a.Kind.rank() - b.Kind.rank()
	case a.Of < b.Of:
		return -1
	case a.Of > b.Of:
		return 1
	}
	return 0
}

// start begins a clock on a day that is not counted.
func start(cal calendar.Calendar, kind ClockKind, of string, day calendar.Date, p calendar.Period) Clock {
	e := cal.EndAfter(day, p)
	return Clock{
		Kind: kind, Of: of, Period: p, Nominal: e.Nominal, Due: instantOf(e.At), Provisional: e.Provisional, Uncovered: e.Uncovered,
	}
}

// fixed is a clock for an instant that somebody chose.
func fixed(kind ClockKind, due Instant) Clock {
	return Clock{Kind: kind, Due: due, Nominal: dayBefore(due)}
}

// stop makes the clock stand and says what is still owed.
func (c Clock) stop(cal calendar.Calendar, at Instant) Clock {
	if !c.Running() {
		return c
	}
	c.StoppedAt = at
	if c.Period.N > 0 {
		c.Period = cal.Left(c.Period, c.Nominal, at.Time())
	}
	return c
}

// resume lets the clock run on with what is owed; the day on which it does is not counted.
func (c Clock) resume(cal calendar.Calendar, at Instant) Clock {
	if c.Running() {
		return c
	}
	if c.Period.N > 0 {
		return start(cal, c.Kind, c.Of, dayOf(at), c.Period)
	}
	return fixed(c.Kind, c.Due.Add(at.Sub(c.StoppedAt)))
}

// Next returns the clocks that run, in the order in which they are due.
func (s *State) Next() []Clock {
	running := slices.DeleteFunc(slices.Clone(s.Clocks), func(c Clock) bool { return !c.Running() })
	slices.SortFunc(running, before)
	return running
}

// Clock returns the clock of a kind, running or not.
func (s *State) Clock(kind ClockKind, of string) (Clock, bool) {
	for _, c := range s.Clocks {
		if c.is(kind, of) {
			return c, true
		}
	}
	return Clock{}, false
}

// Overdue says whether a duty was missed and is still open.
func (s *State) Overdue(kind ClockKind, of string) bool {
	return slices.ContainsFunc(s.Missed, func(c Clock) bool { return c.is(kind, of) })
}

// set starts, stops or moves a clock. drop ends one.
func (s *State) set(c Clock) {
	for i := range s.Clocks {
		if s.Clocks[i].is(c.Kind, c.Of) {
			s.Clocks[i] = c
			return
		}
	}
	s.Clocks = append(s.Clocks, c)
}

func (s *State) drop(kind ClockKind, of string) {
	match := func(c Clock) bool { return c.is(kind, of) }
	s.Clocks = slices.DeleteFunc(s.Clocks, match)
	s.Missed = slices.DeleteFunc(s.Missed, match)
}

// dropAll ends all clocks of a kind.
func (s *State) dropAll(kinds ...ClockKind) {
	match := func(c Clock) bool { return slices.Contains(kinds, c.Kind) }
	s.Clocks = slices.DeleteFunc(s.Clocks, match)
	s.Missed = slices.DeleteFunc(s.Missed, match)
}
