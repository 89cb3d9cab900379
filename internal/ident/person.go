package ident

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// ORCID is a researcher's identifier in normal form: 0000-0002-1825-0097. §7.1
type ORCID string

var orcidPattern = regexp.MustCompile(`^(\d{4})-?(\d{4})-?(\d{4})-?(\d{3})([0-9X])$`)

// ParseORCID reads an ORCID iD, with or without hyphens, alone or as its address. The check character is that of
// ISO 7064 MOD 11-2.
func ParseORCID(s string) (ORCID, error) {
	text := compact(s)
	for _, before := range []string{"HTTPS://", "HTTP://", "WWW.", "ORCID.ORG/"} {
		text = strings.TrimPrefix(text, before)
	}
	if text == "" {
		return "", &Error{Kind: ORCIDiD, Fault: Missing}
	}
	m := orcidPattern.FindStringSubmatch(text)
	if m == nil {
		return "", wrongForm(ORCIDiD, "0000-0002-1825-0097")
	}
	t := 0
	for _, d := range m[1] + m[2] + m[3] + m[4] {
		t = (t + int(d-'0')) * 2
	}
	if want := "0123456789X"[(12-t%11)%11]; m[5][0] != want {
		return "", wrongCheck(ORCIDiD, 16, m[5][0], want)
	}
	return ORCID(m[1] + "-" + m[2] + "-" + m[3] + "-" + m[4] + m[5]), nil
}

// ResidentID is a citizen's identity number (公民身份号码, GB 11643). It is secret: printing one shows its last four
// characters only.
type ResidentID struct{ number string }

var residentPattern = regexp.MustCompile(`^[1-9]\d{16}[0-9X]$`)

// ParseResidentID reads an identity number of 18 characters. No *Error quotes more than the check character.
func ParseResidentID(s string) (ResidentID, error) {
	text := compact(s)
	switch {
	case text == "":
		return ResidentID{}, &Error{Kind: ResidentNumber, Fault: Missing}
	case len(text) != 18:
		return ResidentID{}, &Error{Kind: ResidentNumber, Fault: WrongLength, Got: strconv.Itoa(len([]rune(text))), Want: "18"}
	case !residentPattern.MatchString(text):
		return ResidentID{}, wrongForm(ResidentNumber, "seventeen digits and a check character")
	}
	if _, err := time.Parse("20060102", text[6:14]); err != nil || text[6:10] < "1850" || text[6:10] > "2099" {
		return ResidentID{}, &Error{Kind: ResidentNumber, Fault: WrongDate, Position: 7, Got: "characters 7 to 14"}
	}
	sum := 0
	for i, w := range [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2} {
		sum += int(text[i]-'0') * w
	}
	if want := "10X98765432"[sum%11]; text[17] != want {
		return ResidentID{}, wrongCheck(ResidentNumber, 18, text[17], want)
	}
	return ResidentID{text}, nil
}

// Reveal is the whole number, for the encrypted store and the auditor.
func (id ResidentID) Reveal() string { return id.number }

// String shows the last four characters.
func (id ResidentID) String() string {
	if id.number == "" {
		return ""
	}
	return strings.Repeat("•", 14) + id.number[14:]
}

// GoString keeps %#v from showing the number.
func (id ResidentID) GoString() string { return "ident.ResidentID(" + id.String() + ")" }

// MarshalText shows the last four characters: no JSON holds the whole number by accident.
func (id ResidentID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }
