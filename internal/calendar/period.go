package calendar

import "time"

// Unit says what a period is counted in.
type Unit string

const (
	Days        Unit = "DAYS"         // 日: calendar days; the last day moves to a working day (Civil Code art. 203)
	WorkingDays Unit = "WORKING_DAYS" // 工作日
)

// Period is a number of days.
type Period struct {
	N    int  `json:"n"`
	Unit Unit `json:"unit"`
}

// maxDays bounds what is counted: about ten years of days.
const maxDays = 3660

// Valid says whether the period has a known unit and between 1 and 3,660 days.
func (p Period) Valid() bool {
	return p.N >= 1 && p.N <= maxDays && (p.Unit == Days || p.Unit == WorkingDays)
}

// End is when a period ends.
type End struct {
	Nominal     Date      // the last day by counting
	Last        Date      // the last day by law: Nominal, or the working day after it
	At          time.Time // 24:00 of Last: the first instant outside the period
	Provisional bool      // days were used that may still change
	Uncovered   bool      // days were used of years that the calendar does not cover
}

// EndOf returns when a period that began at an instant ends. The day of the beginning is not counted; the period
// ends at 24:00 of its last day.
func (c Calendar) EndOf(start time.Time, p Period) End { return c.EndAfter(Of(start), p) }

// EndAfter returns when a period ends whose first day is the one after the given day.
func (c Calendar) EndAfter(day Date, p Period) End {
	n := min(max(p.N, 0), maxDays)
	e := End{}
	if p.Unit == WorkingDays {
		e.Nominal = c.AddWorking(day, n)
	} else {
		e.Nominal = day.Add(n)
	}
	e.Last = c.OnOrAfter(e.Nominal)
	e.At = e.Last.End()
	for y := day.Year(); y <= e.Last.Year(); y++ {
		e.Provisional = e.Provisional || c.Provisional(y)
		e.Uncovered = e.Uncovered || !c.Covers(y)
	}
	return e
}

// AddWorking returns the n-th working day after a day; the day itself for n = 0.
func (c Calendar) AddWorking(d Date, n int) Date {
	for n = min(n, maxDays); n > 0; {
		next := c.OnOrAfter(d + 1)
		if next == d+1 && !c.IsWorking(next) {
			return next // nothing but days off as far as one looks
		}
		d = next
		n--
	}
	return d
}

// OnOrAfter returns the day itself if it is a working day, else the next one.
func (c Calendar) OnOrAfter(d Date) Date {
	for day := d; day < d+maxDays; day++ {
		if c.IsWorking(day) {
			return day
		}
	}
	return d // an operator who calls ten years off is not followed
}

// WorkingBetween counts the working days after a day, up to and with another.
func (c Calendar) WorkingBetween(after, to Date) (n int) {
	to = min(to, after.Add(2*maxDays))
	for d := after + 1; d <= to; d++ {
		if c.IsWorking(d) {
			n++
		}
	}
	return n
}

// Left returns what is still owed of a period with the given nominal last day when its clock stops at an instant. The
// day on which it stops was no full day, so it is owed again; no period is owed less than one day or more than it had.
func (c Calendar) Left(p Period, nominal Date, at time.Time) Period {
	yesterday := Of(at) - 1
	left := int(nominal - yesterday)
	if p.Unit == WorkingDays {
		left = c.WorkingBetween(yesterday, nominal)
	}
	p.N = min(max(left, 1), p.N)
	return p
}
