package calendar

import (
	"fmt"
	"time"
)

// Zone is the time of the corridor: UTC+8, without summer time since 1991.
var Zone = time.FixedZone("Asia/Shanghai", 8*60*60)

// Date is a day of the civil calendar, counted from 1970-01-01.
type Date int32

const secondsOfDay = 24 * 60 * 60

// On returns the date of a year, month and day. Days beyond the month run on, as with time.Date.
func On(year int, month time.Month, day int) Date {
	return Date(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() / secondsOfDay)
}

// Of returns the day in the corridor to which an instant belongs. 24:00 of a day belongs to the next.
func Of(t time.Time) Date {
	y, m, d := t.In(Zone).Date()
	return On(y, m, d)
}

// Parse reads 2026-03-02.
func Parse(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return 0, fmt.Errorf("calendar: %q is no date like 2026-03-02", s)
	}
	return Date(t.Unix() / secondsOfDay), nil
}

func (d Date) utc() time.Time { return time.Unix(int64(d)*secondsOfDay, 0).UTC() }

// Start is 00:00 of the day in the corridor.
func (d Date) Start() time.Time {
	y, m, day := d.utc().Date()
	return time.Date(y, m, day, 0, 0, 0, 0, Zone)
}

// End is 24:00 of the day: the first instant that is no longer part of it.
func (d Date) End() time.Time { return (d + 1).Start() }

// Add returns the date n days later.
func (d Date) Add(n int) Date { return d + Date(n) }

// Year returns the year of the date.
func (d Date) Year() int { return d.utc().Year() }

// Weekday returns the day of the week.
func (d Date) Weekday() time.Weekday { return d.utc().Weekday() }

func (d Date) weekend() bool {
	w := d.Weekday()
	return w == time.Saturday || w == time.Sunday
}

func (d Date) String() string { return d.utc().Format(time.DateOnly) }

// MarshalText writes 2026-03-02.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (d *Date) UnmarshalText(b []byte) (err error) { *d, err = Parse(string(b)); return err }
