package intake

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// DateOrder says how dates such as 03/04/2020 are meant.
type DateOrder string

const (
	ByColumn   DateOrder = ""    // as the other dates of the column show; a date that can be both is a problem
	MonthFirst DateOrder = "mdy" //
	DayFirst   DateOrder = "dmy" //
)

// numeric is a date whose year comes last: 06/16/2024, 16.06.24.
var numeric = regexp.MustCompile(`^(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4}|\d{2})$`)

// fiveDigits is a workbook's day that came into a text: no date has five digits and nothing else.
var fiveDigits = regexp.MustCompile(`^[2-7]\d{4}$`)

// layouts are the dates that can be read in one way only.
var layouts = []string{
	"2006-1-2", "2006/1/2", "2006.1.2", "20060102", "2006年1月2日", "2006年1月2号", "2 January 2006", "2 Jan 2006", "January 2, 2006",
	"Jan 2, 2006", "January 2 2006", "Jan 2 2006", "2-Jan-2006", "2-Jan-06", "Jan-2-2006", "2006-Jan-2", "2 Jan, 2006", "2 January, 2006",
	"Monday, January 2, 2006", "Monday, 2 January 2006", "2006 年 1 月 2 日",
}

// clockTail is a time of day behind a date; a date is all that is asked for.
var clockTail = regexp.MustCompile(`^(.*\d|.*日)[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?( ?[AaPp][Mm])?(Z|[+-]\d{2}:?\d{2})?$`)

// dates reads the dates of one column.
type dates struct {
	order    DateOrder
	workbook bool
	days1904 bool
}

// newDates looks at a column's cells, so that 06/16/2024 tells what 03/04/2020 beside it means.
func newDates(t *Table, column int, order DateOrder) dates {
	d := dates{order: order, workbook: t.Format == Workbook, days1904: t.days1904}
	if order != ByColumn {
		return d
	}
	monthFirst, dayFirst := false, false
	for _, r := range t.Rows {
		if m := numeric.FindStringSubmatch(dayOf(r.Cells[column])); m != nil {
			first, second := whole(m[1]), whole(m[2])
			monthFirst = monthFirst || second > 12 && first <= 12
			dayFirst = dayFirst || first > 12 && second <= 12
		}
	}
	switch {
	case monthFirst && !dayFirst:
		d.order = MonthFirst
	case dayFirst && !monthFirst:
		d.order = DayFirst
	}
	return d
}

// read returns the day; ambiguous says that it could be either of two.
func (d dates) read(cell string) (day time.Time, ok, ambiguous bool) {
	text := dayOf(cell)
	text = strings.TrimSuffix(text, ".0") // 20200102.0: some program kept a whole number as a fraction
	if n, err := strconv.ParseFloat(text, 64); err == nil && (d.workbook && n >= 1000 && n < 110_000 || fiveDigits.MatchString(text)) {
		day := d.serial(int(n))
		return day, plausible(day), false
	}
	if m := numeric.FindStringSubmatch(text); m != nil {
		return d.yearLast(whole(m[1]), whole(m[2]), year(m[3]))
	}
	for _, l := range layouts {
		if t, err := time.Parse(l, text); err == nil {
			if strings.HasSuffix(l, "-06") && t.Year() > 2050 { // two digits: the last century ended in no future
				t = t.AddDate(-100, 0, 0)
			}
			return t, plausible(t), false
		}
	}
	return time.Time{}, false, false
}

func (d dates) yearLast(first, second, year int) (time.Time, bool, bool) {
	month, day := first, second
	switch {
	case first > 12 && second > 12 || first == 0 || second == 0:
		return time.Time{}, false, false
	case first > 12, second <= 12 && d.order == DayFirst:
		month, day = second, first
	}
	t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	if t.Day() != day { // 31 June
		return time.Time{}, false, false
	}
	return t, plausible(t), first <= 12 && second <= 12 && first != second && d.order == ByColumn
}

// serial is a workbook's day: counted from 1900 with a 29 February that never was, or from 1904.
func (d dates) serial(n int) time.Time {
	if d.days1904 {
		return time.Date(1904, 1, 1+n, 0, 0, 0, 0, time.UTC)
	}
	return time.Date(1899, 12, 30+n, 0, 0, 0, 0, time.UTC)
}

// dayOf takes off the time of day and evens the spaces.
func dayOf(cell string) string {
	text := strings.Join(strings.Fields(narrow(cell)), " ")
	if m := clockTail.FindStringSubmatch(text); m != nil {
		text = m[1]
	}
	return strings.TrimRight(text, ".")
}

// year reads two digits as the hundred years around the turn of the century, as spreadsheets do.
func year(digits string) int {
	n := whole(digits)
	if len(digits) == 2 {
		if n >= 50 {
			return 1900 + n
		}
		return 2000 + n
	}
	return n
}

// plausible keeps out years that no right is of.
func plausible(t time.Time) bool { return t.Year() >= 1880 && t.Year() <= 2150 }

func whole(digits string) int {
	n, err := strconv.Atoi(digits)
	if err != nil {
		return 0
	}
	return n
}

// narrow brings full-width characters to plain ones.
func narrow(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '！' && r <= '～' {
			return r - '！' + '!'
		}
		return r
	}, s)
}
