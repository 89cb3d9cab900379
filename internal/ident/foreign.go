package ident

import (
	"regexp"
	"slices"
	"strings"
)

// Office is the two-letter code of an industrial property office or state (WIPO ST.3).
type Office string

// HomeOffice is the one whose numbers are checked.
const HomeOffice Office = "CN"

// offices are the codes of ST.3: states, the offices of several states (AP, BX, EA, EM, EP, GC, IB, OA, QZ, WO, XN,
// XV), and those of states that are no more and whose documents remain (CS, DD, SU, YU).
var offices = strings.Fields(`
AD AE AF AG AI AL AM AO AP AR AT AU AW AZ BA BB BD BE BF BG BH BI BJ BM BN BO BQ BR BS BT BV BW BX BY BZ CA CD CF CG CH CI
CK CL CM CN CO CR CS CU CV CW CY CZ DD DE DJ DK DM DO DZ EA EC EE EG EH EM EP ER ES ET FI FJ FK FO FR GA GB GC GD GE GG GH
GI GL GM GN GQ GR GS GT GW GY HK HN HR HT HU IB ID IE IL IM IN IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA
LB LC LI LK LR LS LT LU LV LY MA MC MD ME MG MK ML MM MN MO MP MR MS MT MU MV MW MX MY MZ NA NE NG NI NL NO NP NR NZ OA OM
PA PE PG PH PK PL PT PW PY QA QZ RO RS RU RW SA SB SC SD SE SG SH SI SK SL SM SN SO SR ST SU SV SX SY SZ TC TD TG TH TJ TL
TM TN TO TR TT TV TW TZ UA UG US UY UZ VA VC VE VG VN VU WO WS XN XV YE YU ZA ZM ZW`)

// ParseOffice reads the code of an office.
func ParseOffice(s string) (Office, error) {
	text := compact(s)
	switch {
	case text == "":
		return "", &Error{Kind: OfficeCode, Fault: Missing}
	case len(text) != 2:
		return "", wrongForm(OfficeCode, "two letters, such as US")
	case !slices.Contains(offices, text):
		return "", &Error{Kind: OfficeCode, Fault: WrongOffice, Got: text, Want: "a code of WIPO ST.3"}
	}
	return Office(text), nil
}

// ForeignNo is the number of a patent or application of another office in normal form: the office, the number without
// what only separates its digits, and the kind code if one was given: US9876543B2, US20190123456A1, US12/345678,
// EP12345678.9, JP2019123456A. Nothing is checked but the form: each office has its own rules, and a number that is
// well formed need not exist.
type ForeignNo string

var (
	// An application of the United States: series and serial.
	usApplication = regexp.MustCompile(`^(\d{1,2})/(\d{1,3},\d{3}|\d{5,6})$`)
	foreignNumber = regexp.MustCompile(`^([A-Z]{0,2}?)(\d{1,15})(\.\d)?([A-Z]\d?)?$`)
	yearStroke    = regexp.MustCompile(`^(\d{4})/(\d+)`)
	groups        = regexp.MustCompile(`^\d{1,3}(?:,\d{3})+(?:[A-Z]\d?)?$`)
	// ForeignNo in its normal form.
	foreignNormal = regexp.MustCompile(`^([A-Z]{2})(?:(\d{2}/\d{6})|([A-Z]{0,2}?\d{1,15}(?:\.\d)?)([A-Z]\d?)?)$`)
	patentWords   = regexp.MustCompile(`^(?:PATENT|PAT\.?|APPLICATION|APPLN?\.?|SER(?:IAL|\.)|NO\.?|NUMBER|#|:)+`)
)

const foreignForm = "US9876543B2 or US12/345678"

// ParseForeignNo reads a number of the given office; with none given, the number must begin with its office. It takes
// the printed forms: US-9,876,543, U.S. Pat. No. 9,876,543 B2, 12/345,678, US 2019/0123456 A1, EP 1 234 567 B1.
func ParseForeignNo(of Office, s string) (ForeignNo, error) {
	text := bare(s)
	if text == "" {
		return "", &Error{Kind: ForeignNumber, Fault: Missing}
	}
	office, rest, err := officeAndRest(of, strings.Replace(text, "U.S.", "US", 1))
	if err != nil {
		return "", err
	}
	rest = strings.TrimLeft(patentWords.ReplaceAllString(rest, ""), "/")
	if office == "US" {
		if m := usApplication.FindStringSubmatch(rest); m != nil {
			serial := strings.ReplaceAll(m[2], ",", "")
			return ForeignNo("US" + strings.Repeat("0", 2-len(m[1])) + m[1] + "/" + strings.Repeat("0", 6-len(serial)) + serial), nil
		}
	}
	if strings.Contains(rest, ",") {
		letters := strings.TrimLeft(rest, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
		if !groups.MatchString(letters) { // a comma parts groups of three digits and nothing else
			return "", wrongForm(ForeignNumber, foreignForm)
		}
		rest = strings.ReplaceAll(rest, ",", "")
	}
	m := foreignNumber.FindStringSubmatch(yearStroke.ReplaceAllString(rest, "$1$2"))
	if m == nil || strings.Trim(m[2], "0") == "" {
		return "", wrongForm(ForeignNumber, foreignForm)
	}
	return ForeignNo(string(office) + m[1] + m[2] + m[3] + m[4]), nil
}

func officeAndRest(of Office, text string) (Office, string, error) {
	office := of
	if of == "" {
		if len(text) < 3 || !slices.Contains(offices, text[:2]) {
			return "", "", &Error{Kind: ForeignNumber, Fault: WrongOffice, Got: text[:min(2, len(text))], Want: "a code of WIPO ST.3"}
		}
		office = Office(text[:2])
	} else if !slices.Contains(offices, string(of)) {
		return "", "", &Error{Kind: ForeignNumber, Fault: WrongOffice, Got: string(of[:min(2, len(of))]), Want: "a code of WIPO ST.3"}
	}
	if office == HomeOffice || office == "WO" || office == "IB" {
		return "", "", &Error{Kind: ForeignNumber, Fault: WrongOffice, Got: string(office), Want: "an office other than CN and WO"}
	}
	return office, strings.TrimPrefix(text, string(office)), nil
}

// Office is the office that gave the number.
func (n ForeignNo) Office() Office { return Office(n[:min(2, len(n))]) }

// KindCode is the code at the end, "" if the number was given without one.
func (n ForeignNo) KindCode() string {
	if m := foreignNormal.FindStringSubmatch(string(n)); m != nil {
		return m[4]
	}
	return ""
}

// WithoutKind is the number without its kind code, as two printed forms of one document have it in common.
func (n ForeignNo) WithoutKind() string { return strings.TrimSuffix(string(n), n.KindCode()) }
