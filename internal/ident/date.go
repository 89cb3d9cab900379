package ident

import (
	"fmt"
	"regexp"
	"time"
)

// Date is a day of the calendar in normal form: 2026-01-15. Dates in this form compare as text; "" is no date.
type Date string

var datePattern = regexp.MustCompile(`^(\d{4})(?:-|/|\.|年)(\d{1,2})(?:-|/|\.|月)(\d{1,2})日?$|^(\d{4})(\d{2})(\d{2})$`)

// ParseDate reads a day that begins with its year: 2026-01-15, 2026/1/15, 2026.01.15, 20260115, 2026年1月15日. Forms in
// which day and month might change places are for the reader of a file to settle, who sees its other rows.
func ParseDate(s string) (Date, error) {
	text := compact(s)
	if text == "" {
		return "", &Error{Kind: CalendarDay, Fault: Missing}
	}
	m := datePattern.FindStringSubmatch(text)
	if m == nil {
		return "", wrongForm(CalendarDay, "2026-01-15")
	}
	y, mo, d := number(m[1]+m[4]), number(m[2]+m[5]), number(m[3]+m[6])
	t := time.Date(y, time.Month(mo), d, 0, 0, 0, 0, time.UTC)
	if t.Year() != y || int(t.Month()) != mo || t.Day() != d || y < 1800 {
		return "", &Error{Kind: CalendarDay, Fault: WrongDate, Got: fmt.Sprintf("%04d-%02d-%02d", y, mo, d)}
	}
	return DateOf(t), nil
}

// DateOf is the day of a moment, in the moment's own time zone.
func DateOf(t time.Time) Date { return Date(t.Format(time.DateOnly)) }

// Time is midnight UTC of the day; ok is false if it is none.
func (d Date) Time() (t time.Time, ok bool) {
	t, err := time.Parse(time.DateOnly, string(d))
	return t, err == nil
}

// Valid reports whether there is such a day.
func (d Date) Valid() bool { _, ok := d.Time(); return ok }

// Months is the same day some months later, or the last day of that month if it has no such day. "" stays "".
func (d Date) Months(n int) Date {
	t, ok := d.Time()
	if !ok {
		return ""
	}
	y, m, day := t.Date()
	first := time.Date(y, m+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return DateOf(first.AddDate(0, 0, min(day, last)-1))
}

// Years is the same day some years later, or 28 February for a 29th that is not.
func (d Date) Years(n int) Date { return d.Months(12 * n) }

// Days is the day some days later.
func (d Date) Days(n int) Date {
	t, ok := d.Time()
	if !ok {
		return ""
	}
	return DateOf(t.AddDate(0, 0, n))
}

// DaysUntil counts the days to another one; negative if it is before. ok is false if either is no day.
func (d Date) DaysUntil(other Date) (days int, ok bool) {
	from, ok1 := d.Time()
	to, ok2 := other.Time()
	if !ok1 || !ok2 {
		return 0, false
	}
	return DaysLeft(to, from), true
}
