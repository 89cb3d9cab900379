package calendar

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Year is one year's days off and make-up days, and where they stand.
type Year struct {
	Year        int
	Notice      string // the number of the notice; empty if Provisional
	Provisional bool   // the notice was not seen
	Days        []Day
}

// Day is a day that is not what its weekday says, or is so for a reason.
type Day struct {
	Date    Date
	Working bool
	Reason  string // the holiday, or why the operator changed the day
}

// Read reads years in the form of the shipped text.
func Read(text string) (years []Year, err error) {
	for i, line := range strings.Split(text, "\n") {
		f := strings.Fields(line)
		if len(f) == 0 {
			continue
		}
		if f[0] != "off" && f[0] != "work" {
			y, err := readYear(f)
			if err != nil {
				return nil, fmt.Errorf("calendar: line %d: %w", i+1, err)
			}
			years = append(years, y)
			continue
		}
		if len(years) == 0 {
			return nil, fmt.Errorf("calendar: line %d: a day before its year", i+1)
		}
		if err := years[len(years)-1].read(f); err != nil {
			return nil, fmt.Errorf("calendar: line %d: %w", i+1, err)
		}
	}
	return years, nil
}

func readYear(f []string) (Year, error) {
	n, err := strconv.Atoi(f[0])
	if err != nil || n < 1970 || n > 9999 || len(f) < 2 {
		return Year{}, fmt.Errorf("%q is no year with its notice", strings.Join(f, " "))
	}
	if f[1] == "provisional" {
		return Year{Year: n, Provisional: true}, nil
	}
	return Year{Year: n, Notice: strings.Join(f[1:], " ")}, nil
}

func (y *Year) read(f []string) error {
	if f[0] == "work" {
		if len(f) < 2 {
			return fmt.Errorf("which days are made up?")
		}
		for _, s := range f[1:] {
			d, err := y.day(s)
			if err != nil {
				return err
			}
			y.Days = append(y.Days, Day{Date: d, Working: true, Reason: "调休"})
		}
		return nil
	}
	if len(f) != 3 {
		return fmt.Errorf("a holiday has its days and its name")
	}
	first, last, isRange := strings.Cut(f[1], "..")
	if !isRange {
		last = first
	}
	from, err := y.day(first)
	if err != nil {
		return err
	}
	to, err := y.day(last)
	if err != nil {
		return err
	}
	if to < from {
		return fmt.Errorf("%s ends before it begins", f[1])
	}
	for d := from; d <= to; d++ {
		y.Days = append(y.Days, Day{Date: d, Reason: f[2]})
	}
	return nil
}

// InOrder are the year's days as they follow one another; a text names the make-up days after each holiday.
func (y *Year) InOrder() []Day {
	return slices.SortedFunc(slices.Values(y.Days), func(a, b Day) int { return cmp.Compare(a.Date, b.Date) })
}

func (y *Year) day(s string) (Date, error) { return Parse(fmt.Sprintf("%04d-%s", y.Year, s)) }
