package calendar

import (
	"slices"
	"sync"
)

// Calendar knows which days are working days. It is a value that nothing changes; the zero Calendar covers no year.
type Calendar struct {
	years []Year
	days  map[Date]Day
	own   []Day
}

// New makes a calendar of years, of which a later one replaces an earlier of the same number, and of overrides,
// which precede the years.
func New(years []Year, overrides ...Day) Calendar {
	c := Calendar{days: map[Date]Day{}, own: slices.Clone(overrides)}
	for _, y := range years {
		c.years = slices.DeleteFunc(c.years, func(old Year) bool { return old.Year == y.Year })
		c.years = append(c.years, y)
	}
	slices.SortFunc(c.years, func(a, b Year) int { return a.Year - b.Year })
	for _, y := range c.years {
		for _, d := range y.Days {
			c.days[d.Date] = d
		}
	}
	for _, d := range overrides {
		c.days[d.Date] = d
	}
	return c
}

// Shipped is the calendar as it ships, without overrides.
var Shipped = sync.OnceValue(func() Calendar {
	years, err := Read(shipped)
	if err != nil {
		panic(err) // a test reads the text
	}
	return New(years)
})

// With returns the calendar with more overrides.
func (c Calendar) With(overrides ...Day) Calendar {
	return New(c.years, append(slices.Clone(c.own), overrides...)...)
}

// Years returns the years that the calendar covers, in order.
func (c Calendar) Years() []Year { return slices.Clone(c.years) }

// Overrides returns the operator's own days.
func (c Calendar) Overrides() []Day { return slices.Clone(c.own) }

// Covers says whether the calendar has the days off of a year.
func (c Calendar) Covers(year int) bool {
	_, ok := c.year(year)
	return ok
}

// Provisional says whether the days off of a year may still change.
func (c Calendar) Provisional(year int) bool {
	y, ok := c.year(year)
	return !ok || y.Provisional
}

func (c Calendar) year(n int) (Year, bool) {
	i, ok := slices.BinarySearchFunc(c.years, n, func(y Year, n int) int { return y.Year - n })
	if !ok {
		return Year{}, false
	}
	return c.years[i], true
}

// IsWorking says whether a day is a working day. In an uncovered year every weekday that the operator did not
// change is one.
func (c Calendar) IsWorking(d Date) bool {
	if day, ok := c.days[d]; ok {
		return day.Working
	}
	return !d.weekend()
}

// Why returns the holiday, 调休 or the operator's reason of a day that has one.
func (c Calendar) Why(d Date) string { return c.days[d].Reason }
