package ident

import (
	"regexp"
	"strconv"
)

// Industry is a code of the classification of economic activities (GB/T 4754-2017) in normal form: its section, and
// two to four digits of division, group and class: C, C39, C391, C3913. A code begins with those of what it lies in.
type Industry string

var industryPattern = regexp.MustCompile(`^([A-T])?(\d{2,4})?$`)

// lastDivision is the last division of each section, A to T; the first one follows the section before.
var lastDivision = [...]int{5, 12, 43, 46, 50, 52, 60, 62, 65, 69, 70, 72, 75, 79, 82, 83, 85, 90, 96, 97}

// ParseIndustry reads a code, also when it is printed without its section: 3913.
func ParseIndustry(s string) (Industry, error) {
	text := bare(s)
	if text == "" {
		return "", &Error{Kind: IndustryCode, Fault: Missing}
	}
	m := industryPattern.FindStringSubmatch(text)
	if m == nil {
		return "", wrongForm(IndustryCode, "C3913, or the beginning of it")
	}
	if m[2] == "" {
		return Industry(text), nil
	}
	section := sectionOf(number(m[2][:2]))
	if section == "" || m[1] != "" && m[1] != section {
		return "", &Error{Kind: IndustryCode, Fault: NoSuchClass, Got: text}
	}
	return Industry(section + m[2]), nil
}

func sectionOf(division int) string {
	for i, last := range lastDivision {
		if division >= 1 && division <= last {
			return string(rune('A' + i))
		}
	}
	return ""
}

// Section is the letter: C.
func (c Industry) Section() string { return string(c[:min(1, len(c))]) }

// Divisions gives the first and the last division of a section, A to T.
func (c Industry) Divisions() (first, last string) {
	if len(c) == 0 || c[0] < 'A' || c[0] > 'T' {
		return "", ""
	}
	i := int(c[0] - 'A')
	from := 1
	if i > 0 {
		from = lastDivision[i-1] + 1
	}
	two := func(n int) string { return strconv.Itoa(n + 100)[1:] }
	return two(from), two(lastDivision[i])
}
