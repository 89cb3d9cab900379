package ident

import (
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"
	"time"
)

// The valid rows of the table in §4.2.
var validApplications = []string{
	"201710601862.3", "201310699744.2", "200710308494.X", "201810862228.X", "201811044634.1", "95115608.X", "90101673.X",
}

// printed gives every way in which a number is printed.
func printed(n string) []string {
	body, check, _ := strings.Cut(n, ".")
	year := len(body) - 8
	if year < 2 {
		year = 2
	}
	spread := body[:year] + " " + body[year:year+1] + " " + body[year+1:]
	var forms []string
	for _, prefix := range []string{"", "ZL", "CN", "ZL ", "CN ", "zl", "cn", " Zl\u3000", "ＺＬ"} {
		for _, b := range []string{body, spread, strings.Replace(spread, " ", "\u00a0", 1), strings.ReplaceAll(spread, " ", "-"), "\u200e" + body + "\u200b"} {
			for _, c := range []string{"." + check, check, " . " + check, "．" + check, "。" + check, "·" + check, "-" + check, "\u2011" + check, "." + strings.ToLower(check), strings.ToLower(check) + " "} {
				forms = append(forms, prefix+b+c)
			}
		}
	}
	return forms
}

func TestValidApplicationNumbersInEveryPrintedForm(t *testing.T) {
	for _, want := range validApplications {
		for _, form := range printed(want) {
			if got, err := ParseApplicationNo(form); err != nil || string(got) != want {
				t.Errorf("%q: %q, %v; want %s", form, got, err, want)
			}
		}
	}
}

func TestInvalidApplicationNumbersAreNamed(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"89103229.2", "application number: check character 2, expected 0"}, // the textbook sample, §4.2
		{"201810862228.1", "application number: check character 1, expected X"},
		{"ZL 2018 1 0862228", "application number: check character missing, expected X"},
		{"", "application number: missing"},
		{" \u3000", "application number: missing"},
		{"201810862228..X", "application number: expected the form 201810862228.X, with or without ZL or CN before it"},
		{"US201810862228.X", "application number: expected the form 201810862228.X, with or without ZL or CN before it"},
		{"20181086222.X", "application number: expected the form 201810862228.X, with or without ZL or CN before it"},
		{"201810862228.Y", "application number: expected the form 201810862228.X, with or without ZL or CN before it"},
		{"197810862228.X", "application number: year 1978, expected 1985 or later"},
		{"44115608.X", "application number: year 44, expected 85 to 99 or 00 to 03"},
		{"201800862228.X", `application number: character "0" at position 5 is not allowed`},
		{strings.Repeat("2", 1<<20), "application number: expected the form 201810862228.X, with or without ZL or CN before it"},
	} {
		n, err := ParseApplicationNo(c.text)
		var e *Error
		if !errors.As(err, &e) || e.Error() != c.want || n != "" {
			t.Errorf("%.20q: %q, %v; want %s", c.text, n, err, c.want)
		}
	}
}

// A wrong digit anywhere is found: eleven is prime and no weight is a multiple of it.
func TestEveryWrongDigitIsFound(t *testing.T) {
	for _, n := range validApplications {
		for i := range len(n) {
			if n[i] == '.' {
				continue
			}
			for _, d := range "0123456789X" {
				if byte(d) == n[i] {
					continue
				}
				if got, err := ParseApplicationNo(n[:i] + string(d) + n[i+1:]); err == nil {
					t.Errorf("%s with %c at %d passes as %s", n, d, i, got)
				}
			}
		}
	}
}

func TestWhatAnApplicationNumberTells(t *testing.T) {
	for _, c := range []struct {
		n    ApplicationNo
		year int
		kind PatentType
		pct  bool
	}{
		{"201810862228.X", 2018, Invention, false}, {"95115608.X", 1995, Invention, false}, {"201780033978.X", 2017, Invention, true},
		{"201420070547.4", 2014, UtilityModel, false}, {"202230481835.9", 2022, Design, false}, {"02100000.0", 2002, Invention, false}, {"", 0, Undefined, false},
	} {
		if c.n.Year() != c.year || c.n.Type() != c.kind || c.n.ViaPCT() != c.pct {
			t.Errorf("%s: %d %s %v", c.n, c.n.Year(), c.n.Type(), c.n.ViaPCT())
		}
	}
	if got := ApplicationNo("201810862228.X").Patent(); got != "ZL201810862228.X" {
		t.Error(got)
	}
	n, err := MakeApplicationNo(2018, 5, 862228) // reserved by the office: accepted, no type
	if err != nil || n.Type() != Undefined {
		t.Errorf("%s, %v: %q", n, err, n.Type())
	}
}

func TestMadeApplicationNumbersAreValid(t *testing.T) {
	if n, err := MakeApplicationNo(2018, 1, 862228); n != "201810862228.X" || err != nil {
		t.Errorf("%s, %v", n, err)
	}
	for serial := range 2000 {
		n, err := MakeApplicationNo(2003+serial%30, []int{1, 2, 3, 8, 9}[serial%5], serial*4999)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := ParseApplicationNo(n.Patent()); again != n || err != nil {
			t.Fatalf("%s: %s, %v", n, again, err)
		}
	}
	for _, c := range [][3]int{{2018, 0, 1}, {2018, 10, 1}, {2018, 1, 10_000_000}, {2018, 1, -1}, {1984, 1, 1}, {18, 1, 1}} {
		if n, err := MakeApplicationNo(c[0], c[1], c[2]); err == nil {
			t.Errorf("%v makes %s", c, n)
		}
	}
}

func day(t *testing.T, s string) time.Time {
	t.Helper()
	d, err := time.Parse(time.DateOnly, s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestFilingDateGoesWithTheNumber(t *testing.T) {
	for _, c := range []struct{ n, filed, want string }{
		{"201810862228.X", "2018-08-01", ""}, {"201810862228.X", "2015-01-01", ""}, // a divisional application
		{"201810862228.X", "2019-01-01", "application number: date 2019-01-01, expected a day of 2018"},
		{"201810862228.X", "1997-12-31", "application number: date 1997-12-31, expected a day of 2018"},
		{"95115608.X", "1995-08-17", ""}, {"90101673.X", "1985-03-31", "application number: date 1985-03-31, expected 1985-04-01 or later"},
		{"03100000.0", "2003-10-01", "application number: date 2003-10-01, expected before 2003-10-01"}, {"03100000.0", "2003-09-30", ""},
	} {
		got := ""
		if err := ApplicationNo(c.n).CheckFiled(day(t, c.filed)); err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%s filed %s: %q, want %q", c.n, c.filed, got, c.want)
		}
	}
}

// Acceptance scenario 18: 4,450 days left on 2026-01-15.
func TestTerm(t *testing.T) {
	for _, c := range []struct {
		kind                  PatentType
		filed, today, expires string
		left                  int
	}{
		{Invention, "2018-03-23", "2026-01-15", "2038-03-23", 4450},
		{UtilityModel, "2018-03-23", "2028-03-22", "2028-03-23", 1}, {UtilityModel, "2018-03-23", "2028-03-23", "2028-03-23", 0}, {UtilityModel, "2018-03-23", "2028-03-25", "2028-03-23", -2},
		{Design, "2021-05-31", "2031-05-30", "2031-05-31", 1}, {Design, "2021-06-01", "2036-05-31", "2036-06-01", 1},
		{UtilityModel, "2024-02-29", "2034-02-27", "2034-02-28", 1}, {Invention, "2024-02-29", "2044-02-28", "2044-02-29", 1},
	} {
		expiry, ok := c.kind.Expiry(day(t, c.filed))
		if !ok || expiry.Format(time.DateOnly) != c.expires || DaysLeft(expiry, day(t, c.today)) != c.left {
			t.Errorf("%s filed %s: expires %s, %d days left on %s", c.kind, c.filed, expiry.Format(time.DateOnly), DaysLeft(expiry, day(t, c.today)), c.today)
		}
	}
	if _, ok := Undefined.Expiry(day(t, "2018-03-23")); ok {
		t.Error("an undefined type has a term")
	}
}

// Thirteen real records, as they are printed in a public data set.
func TestRealRecords(t *testing.T) {
	data, err := os.ReadFile("testdata/patents-sample.json")
	if err != nil {
		t.Fatal(err)
	}
	var records []struct{ ApplicationNumber, PatentNumber, FilingDate string }
	if err := json.Unmarshal(data, &records); err != nil || len(records) != 13 {
		t.Fatalf("%d records, %v", len(records), err)
	}
	publications := 0
	for _, r := range records {
		n, err := ParseApplicationNo(r.ApplicationNumber)
		if err != nil || "CN"+string(n) != "CN"+strings.TrimPrefix(r.ApplicationNumber, "CN") {
			t.Errorf("%s: %s, %v", r.ApplicationNumber, n, err)
			continue
		}
		if r.FilingDate != "" {
			if err := n.CheckFiled(day(t, r.FilingDate)); err != nil {
				t.Errorf("%s: %v", r.ApplicationNumber, err)
			}
		}
		switch p, err := ParsePublicationNo(r.PatentNumber); {
		case r.PatentNumber == "":
		case r.PatentNumber == "CN101091984": // printed without its letter in the source
			if err == nil || err.Error() != "publication number: kind code missing, expected one of A, B, C" {
				t.Errorf("%s: %v", r.PatentNumber, err)
			}
		case r.PatentNumber == "CN202311020199.X": // the source repeats the application number here
			if err == nil {
				t.Errorf("%s passes as %s", r.PatentNumber, p)
			}
		case err != nil || p.Type() != n.Type():
			t.Errorf("%s: %s %v", r.PatentNumber, p.Type(), err)
		default:
			publications++
		}
	}
	if publications != 6 {
		t.Errorf("%d publication numbers read", publications)
	}
}
