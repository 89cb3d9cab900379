package ident

import (
	"fmt"
	"regexp"
	"strconv"
	"time"
)

// ApplicationNo is a Chinese patent application number in normal form: 201810862228.X, or 95115608.X before October
// 2003. The patent granted on it bears the same number. §4.2
type ApplicationNo string

// PatentType is what kind of right a number stands for.
type PatentType string

const (
	Invention    PatentType = "INVENTION"     // 发明
	UtilityModel PatentType = "UTILITY_MODEL" // 实用新型
	Design       PatentType = "DESIGN"        // 外观设计
	Undefined    PatentType = ""              // a digit that the office has reserved
)

const applicationForm = "201810862228.X, with or without ZL or CN before it"

var applicationPattern = regexp.MustCompile(`^(?:ZL|CN)?(\d{12}|\d{8})(?:\.?([0-9X]))?$`)

// ParseApplicationNo reads an application or patent number as it is printed: with ZL, CN or neither before it, with
// or without spaces, hyphens and the dot, x in either case.
func ParseApplicationNo(s string) (ApplicationNo, error) {
	text := bare(s)
	if text == "" {
		return "", &Error{Kind: ApplicationNumber, Fault: Missing}
	}
	m := applicationPattern.FindStringSubmatch(text)
	if m == nil {
		return "", wrongForm(ApplicationNumber, applicationForm)
	}
	body, check := m[1], m[2]
	n, err := applicationNo(body)
	if err != nil {
		return "", err
	}
	want := n[len(n)-1]
	switch {
	case check == "":
		return "", &Error{Kind: ApplicationNumber, Fault: NoCheck, Position: len(body) + 1, Want: string(want)}
	case check[0] != want:
		return "", wrongCheck(ApplicationNumber, len(body)+1, check[0], want)
	}
	return n, nil
}

// MakeApplicationNo makes a number of the long form with its check character. The serial has up to seven digits;
// typeDigit is 1, 2, 3, 8 or 9.
func MakeApplicationNo(year, typeDigit, serial int) (ApplicationNo, error) {
	if year < 1000 || year > 9999 || typeDigit < 1 || typeDigit > 9 || serial < 0 || serial > 9_999_999 {
		return "", wrongForm(ApplicationNumber, applicationForm)
	}
	return applicationNo(fmt.Sprintf("%04d%d%07d", year, typeDigit, serial))
}

// applicationNo judges the digits before the check character and appends it.
func applicationNo(body string) (ApplicationNo, error) {
	n := ApplicationNo(body + "." + string(applicationCheck(body)))
	switch year := n.Year(); {
	case !n.long() && year > 2003:
		return "", &Error{Kind: ApplicationNumber, Fault: WrongYear, Position: 1, Got: body[:2], Want: "85 to 99 or 00 to 03"}
	case year < 1985 || year > 2099: // the Patent Law came into force on 1 April 1985
		return "", &Error{Kind: ApplicationNumber, Fault: WrongYear, Position: 1, Got: strconv.Itoa(year), Want: "1985 or later"}
	case n.typeDigit() == '0':
		return "", &Error{Kind: ApplicationNumber, Fault: BadCharacter, Position: n.yearLen() + 1, Got: "0"}
	}
	return n, nil
}

// applicationCheck weighs the digits 2 to 9 and again from 2; the sum modulo 11 is the check character, 10 being X.
func applicationCheck(body string) byte {
	sum := 0
	for i := range len(body) {
		sum += int(body[i]-'0') * (i%8 + 2)
	}
	return "0123456789X"[sum%11]
}

func (n ApplicationNo) long() bool { return len(n) > 10 }

func (n ApplicationNo) yearLen() int {
	if n.long() {
		return 4
	}
	return 2
}

func (n ApplicationNo) typeDigit() byte {
	if len(n) <= n.yearLen() {
		return 0
	}
	return n[n.yearLen()]
}

// Patent is the number as it stands on the patent: ZL201810862228.X.
func (n ApplicationNo) Patent() string { return "ZL" + string(n) }

// Year is the year in which the number was given. An international application entering China has the year of its
// international filing, a divisional one the year in which it was divided.
func (n ApplicationNo) Year() int {
	if len(n) < n.yearLen() {
		return 0
	}
	year := number(string(n[:n.yearLen()]))
	switch {
	case n.long():
		return year
	case year >= 85:
		return 1900 + year
	}
	return 2000 + year
}

// Type is the kind of right; Undefined for a digit that the office has reserved, which calls for a warning and no
// refusal.
func (n ApplicationNo) Type() PatentType {
	switch n.typeDigit() {
	case '1', '8':
		return Invention
	case '2', '9':
		return UtilityModel
	case '3':
		return Design
	}
	return Undefined
}

// ViaPCT reports whether the application entered China by the Patent Cooperation Treaty.
func (n ApplicationNo) ViaPCT() bool { return n.typeDigit() == '8' || n.typeDigit() == '9' }

// CheckFiled reports a filing date that cannot go with the number, as an *Error: after the year of the number, more
// than twenty years before it (a divisional application keeps the date of the first one), or a date of the other
// form. Only the day of filed counts.
func (n ApplicationNo) CheckFiled(filed time.Time) error {
	day := filed.Format(time.DateOnly)
	switch {
	case filed.Year() > n.Year() || filed.Year() < n.Year()-20:
		return &Error{Kind: ApplicationNumber, Fault: WrongDate, Got: day, Want: "a day of " + strconv.Itoa(n.Year())}
	case day < "1985-04-01":
		return &Error{Kind: ApplicationNumber, Fault: WrongDate, Got: day, Want: "1985-04-01 or later"}
	case !n.long() && day >= "2003-10-01":
		return &Error{Kind: ApplicationNumber, Fault: WrongDate, Got: day, Want: "before 2003-10-01"}
	}
	return nil
}

// Expiry is the day on which a right of this type ends that was filed on the given day: it is dead on that day. No
// day is moved for holidays. §4.1. Undefined types have none: ok is false.
func (t PatentType) Expiry(filed time.Time) (expiry time.Time, ok bool) {
	years := 0
	switch t {
	case Invention:
		years = 20
	case UtilityModel:
		years = 10
	case Design:
		years = 15
		if filed.Format(time.DateOnly) <= "2021-05-31" {
			years = 10
		}
	default:
		return time.Time{}, false
	}
	y, m, d := filed.Date()
	expiry = time.Date(y+years, m, d, 0, 0, 0, 0, time.UTC)
	if expiry.Month() != m { // filed on 29 February
		expiry = expiry.AddDate(0, 0, -1)
	}
	return expiry, true
}

// DaysLeft counts the days from one day to another; negative if it has passed.
func DaysLeft(expiry, today time.Time) int {
	midnight := func(t time.Time) time.Time {
		y, m, d := t.Date()
		return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	}
	return int(midnight(expiry).Sub(midnight(today)) / (24 * time.Hour))
}
