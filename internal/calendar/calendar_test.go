package calendar

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func at(t interface{ Fatal(...any) }, s string) time.Time {
	v, err := time.ParseInLocation("2006-01-02 15:04", s, Zone)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func day(t interface{ Fatal(...any) }, s string) Date {
	d, err := Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// The Regulation on Public Holidays gives 11 days a year up to 2024 and 13 from 2025 on: what is off besides the
// weekends must add up to that. In 2020 the Spring Festival was prolonged by three days (31 January, 1 February that
// had been a make-up day, and a Sunday), and the National Day fell on the Mid-Autumn Festival.
func TestShippedYearsAddUp(t *testing.T) {
	c := Shipped()
	for year, want := range map[int]int{2020: 13, 2021: 11, 2022: 11, 2023: 11, 2024: 11, 2025: 13, 2026: 13, 2027: 13} {
		if !c.Covers(year) || c.Provisional(year) != (year == 2027) {
			t.Errorf("%d: covered %v, provisional %v", year, c.Covers(year), c.Provisional(year))
		}
		off := 0
		for d := On(year, 1, 1); d.Year() == year; d++ {
			switch {
			case !d.weekend() && !c.IsWorking(d):
				off++
			case d.weekend() && c.IsWorking(d):
				off--
			}
			if w := c.days[d]; w.Working && !d.weekend() {
				t.Errorf("%s: a make-up day on a weekday", d)
			}
		}
		if off != want {
			t.Errorf("%d: %d days off besides the weekends, want %d", year, off, want)
		}
	}
	if c.Covers(2019) || c.Covers(2028) || !c.Provisional(2028) {
		t.Error("the calendar covers years that are not shipped")
	}
}

func TestKnownDays(t *testing.T) {
	c := Shipped()
	for s, working := range map[string]bool{
		"2020-01-31": false, "2020-02-01": false, "2020-02-03": true, "2020-01-19": true, "2021-02-20": true, "2022-01-30": true, "2022-12-31": false,
		"2023-01-02": false, "2023-10-06": false, "2023-10-07": true, "2024-02-09": true, "2024-02-18": true, "2025-01-26": true, "2025-10-08": false,
		"2026-01-04": true, "2026-02-23": false, "2026-02-28": true, "2026-03-02": true, "2026-03-07": false, "2026-10-10": true, "2027-02-14": true, "2027-02-12": false,
	} {
		if d := day(t, s); c.IsWorking(d) != working {
			t.Errorf("%s: working %v (%s)", s, c.IsWorking(d), c.Why(d))
		}
	}
}

func TestPeriodsEnd(t *testing.T) {
	c := Shipped()
	for _, row := range []struct {
		why, start string
		p          Period
		end        string
		flags      string
	}{
		{"scenario 1", "2026-03-02 10:00", Period{15, Days}, "2026-03-18 00:00", ""},
		{"scenario 3", "2026-09-28 09:00", Period{10, WorkingDays}, "2026-10-17 00:00", ""},
		{"the start day is not counted, at whatever hour", "2026-03-02 00:00", Period{1, Days}, "2026-03-04 00:00", ""},
		{"24:00 is the next day", "2026-03-02 23:59", Period{1, Days}, "2026-03-04 00:00", ""},
		{"a last day on a Saturday moves to Monday", "2026-03-06 10:00", Period{15, Days}, "2026-03-24 00:00", ""},
		{"a last day in the Spring Festival moves behind it", "2026-02-05 10:00", Period{15, Days}, "2026-02-25 00:00", ""},
		{"a last day on a make-up Saturday stays", "2026-09-25 10:00", Period{15, Days}, "2026-10-11 00:00", ""},
		{"into a provisional year", "2026-12-28 10:00", Period{5, WorkingDays}, "2027-01-06 00:00", "provisional"},
		{"out of what is covered", "2027-12-28 10:00", Period{5, WorkingDays}, "2028-01-05 00:00", "provisional uncovered"},
	} {
		e := c.EndOf(at(t, row.start), row.p)
		flags := ""
		if e.Provisional {
			flags = "provisional"
		}
		if e.Uncovered {
			flags += " uncovered"
		}
		if !e.At.Equal(at(t, row.end)) || flags != row.flags {
			t.Errorf("%s: %s + %d %s ends %s %q", row.why, row.start, row.p.N, row.p.Unit, e.At.Format(time.DateTime), flags)
		}
	}
}

func TestOverridesPrecede(t *testing.T) {
	storm := Day{Date: day(t, "2026-03-17"), Reason: "台风"}
	c := Shipped().With(storm).With(Day{Date: day(t, "2026-03-21"), Working: true, Reason: "补班"})
	if e := c.EndOf(at(t, "2026-03-02 10:00"), Period{15, Days}); !e.At.Equal(at(t, "2026-03-19 00:00")) || e.Nominal != storm.Date {
		t.Errorf("ends %s", e.At)
	}
	if c.Why(storm.Date) != "台风" || !c.IsWorking(day(t, "2026-03-21")) || len(c.Overrides()) != 2 {
		t.Error("an override is lost")
	}
	if Shipped().Why(storm.Date) != "" {
		t.Error("an override changed the shipped calendar")
	}
	var never []Day
	for d := On(2026, 1, 1); d < On(2037, 1, 1); d++ {
		never = append(never, Day{Date: d})
	}
	if e := Shipped().With(never...).EndOf(at(t, "2026-03-02 10:00"), Period{10, WorkingDays}); e.Last < day(t, "2026-03-02") {
		t.Errorf("a calendar without working days ends %s", e.Last)
	}
}

func TestWhatIsLeft(t *testing.T) {
	c := Shipped()
	for _, row := range []struct {
		p             Period
		nominal, stop string
		want          int
	}{
		{Period{15, Days}, "2026-03-17", "2026-03-02 11:00", 15}, // the day of the beginning
		{Period{15, Days}, "2026-03-17", "2026-03-03 00:00", 15}, // the first day was no full one
		{Period{15, Days}, "2026-03-17", "2026-03-11 23:59", 7},
		{Period{15, Days}, "2026-03-17", "2026-03-17 23:59", 1},
		{Period{15, Days}, "2026-03-21", "2026-03-23 10:00", 1}, // on the Monday to which a Saturday moved
		{Period{5, WorkingDays}, "2026-03-09", "2026-03-07 10:00", 1},
		{Period{5, WorkingDays}, "2026-03-09", "2026-03-05 10:00", 3},
	} {
		if got := c.Left(row.p, day(t, row.nominal), at(t, row.stop)); got.N != row.want || got.Unit != row.p.Unit {
			t.Errorf("%v to %s stopped %s: %d left, want %d", row.p, row.nominal, row.stop, got.N, row.want)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	for _, text := range []string{
		"off 01-01 元旦", "2026", "year notice", "2026 x\noff 01-01", "2026 x\noff 02-30 春节", "2026 x\noff 01-03..01-01 元旦",
		"2026 x\nwork", "2026 x\nwork 13-01", "2026 x\noff 01-01..02-30 元旦", "99999 x",
	} {
		if y, err := Read(text); err == nil {
			t.Errorf("%q was read as %v", text, y)
		}
	}
}

func TestDatesAreWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := Date(rapid.IntRange(-100_000, 100_000).Draw(t, "day"))
		if d.Year() >= 1000 {
			text, _ := d.MarshalText()
			var again Date
			if err := again.UnmarshalText(text); err != nil || again != d {
				t.Fatalf("%s was read as %s: %v", text, again, err)
			}
		}
		if Of(d.Start()) != d || Of(d.End()) != d+1 || Of(d.End().Add(-1)) != d || d.End().Sub(d.Start()) != 24*time.Hour {
			t.Fatalf("%s begins %s and ends %s", d, d.Start(), d.End())
		}
	})
}

// Counting forwards and counting what lies between agree; longer periods end no earlier; a period always ends on a
// working day, after its beginning; stopping and going on never takes days away.
func TestPropertiesOfPeriods(t *testing.T) {
	c := Shipped()
	rapid.Check(t, func(t *rapid.T) {
		start := On(2020, 1, 1).Add(rapid.IntRange(0, 2900).Draw(t, "start"))
		p := Period{N: rapid.IntRange(1, 60).Draw(t, "n"), Unit: rapid.SampledFrom([]Unit{Days, WorkingDays}).Draw(t, "unit")}
		moment := start.Start().Add(time.Duration(rapid.IntRange(0, secondsOfDay-1).Draw(t, "second")) * time.Second)
		e := c.EndOf(moment, p)
		if !c.IsWorking(e.Last) || e.Last < e.Nominal || !e.At.After(moment) || !e.At.Equal(e.Last.End()) {
			t.Fatalf("%s + %v: %+v", moment, p, e)
		}
		if p.Unit == WorkingDays && (e.Nominal != e.Last || c.WorkingBetween(start, e.Last) != p.N) {
			t.Fatalf("%s + %v: %+v has %d working days", moment, p, e, c.WorkingBetween(start, e.Last))
		}
		longer := p
		longer.N++
		if c.EndOf(moment, longer).At.Before(e.At) {
			t.Fatalf("%v ends after %v", p, longer)
		}
		stop := moment.Add(time.Duration(rapid.Int64Range(0, int64(e.At.Sub(moment))-1).Draw(t, "stop")))
		left := c.Left(p, e.Nominal, stop)
		if left.N < 1 || left.N > p.N {
			t.Fatalf("%v left of %v", left, p)
		}
		if again := c.EndOf(stop, left); again.At.Before(e.At) {
			t.Fatalf("stopped and resumed at once, %v ends %s before %s", p, again.At, e.At)
		}
	})
}

func FuzzRead(f *testing.F) {
	f.Add(shipped)
	f.Add("2026 x\noff 01-01..01-03 元旦\nwork 01-04")
	f.Fuzz(func(t *testing.T, text string) {
		years, err := Read(text)
		if err != nil {
			return
		}
		c := New(years)
		for _, y := range years {
			if !c.Covers(y.Year) {
				t.Fatalf("%d was read and is not covered", y.Year)
			}
		}
	})
}

// The days of a shipped year are shown as they follow one another, whatever the order of the text.
func TestTheDaysOfAYearAreInOrder(t *testing.T) {
	years, err := Read("2027 provisional\n off 02-05..02-06 春节\n work 01-31\n off 01-01 元旦\n")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, d := range years[0].InOrder() {
		got = append(got, d.Date.String())
	}
	if want := []string{"2027-01-01", "2027-01-31", "2027-02-05", "2027-02-06"}; !slices.Equal(got, want) {
		t.Errorf("%v, not %v", got, want)
	}
}
