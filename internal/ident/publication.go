package ident

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// PublicationNo is a Chinese publication number in normal form: CN107966475B. §4.3
type PublicationNo string

const publicationForm = "CN107966475B"

var publicationPattern = regexp.MustCompile(`^CN(\d{7,9})([A-Z]\d?)?$`)

// kindCodes are the letters that go with each type of right: current ones, legacy ones, partial invalidations.
var kindCodes = map[PatentType][]string{
	Invention:    {"A", "B", "C"},
	UtilityModel: {"U", "Y"},
	Design:       {"S", "D"},
}

// ParsePublicationNo reads a publication number with its kind code, with or without spaces and hyphens.
func ParsePublicationNo(s string) (PublicationNo, error) {
	text := bare(s)
	if text == "" {
		return "", &Error{Kind: PublicationNumber, Fault: Missing}
	}
	m := publicationPattern.FindStringSubmatch(text)
	if m == nil {
		return "", wrongForm(PublicationNumber, publicationForm)
	}
	serial, kind := m[1], m[2]
	letters, known := kindCodes[typeOfSerial(serial)]
	want := strings.Join(letters, ", ")
	switch {
	case !known:
		return "", &Error{Kind: PublicationNumber, Fault: BadCharacter, Position: 3 + typePlace(serial), Got: serial[typePlace(serial) : typePlace(serial)+1]}
	case kind == "":
		return "", &Error{Kind: PublicationNumber, Fault: NoKindCode, Position: len(text) + 1, Want: want}
	case !slices.Contains(letters, kind[:1]):
		return "", &Error{Kind: PublicationNumber, Fault: KindMismatch, Position: len("CN") + len(serial) + 1, Got: kind, Want: want}
	}
	return PublicationNo(text), nil
}

// typePlace is where the type digit stands: first, or after the two digits of the year in the numbers of 1985 to 1988.
func typePlace(serial string) int {
	if len(serial) == 8 {
		return 2
	}
	return 0
}

func typeOfSerial(serial string) PatentType {
	switch serial[typePlace(serial)] {
	case '1':
		return Invention
	case '2':
		return UtilityModel
	case '3':
		return Design
	}
	return Undefined
}

// Type is the kind of right.
func (n PublicationNo) Type() PatentType {
	m := publicationPattern.FindStringSubmatch(string(n))
	if m == nil {
		return Undefined
	}
	return typeOfSerial(m[1])
}

// KindCode is the letter at the end, with its digit if there is one.
func (n PublicationNo) KindCode() string {
	m := publicationPattern.FindStringSubmatch(string(n))
	if m == nil {
		return ""
	}
	return m[2]
}

// Application reports whether the number is that of a published application, before any grant.
func (n PublicationNo) Application() bool { return strings.HasPrefix(n.KindCode(), "A") }

// PCTNo is an international application number in normal form: PCT/CN2019/123456, or PCT/CN99/00123 before 2004.
type PCTNo string

var pctPattern = regexp.MustCompile(`^PCT/([A-Z]{2})(?:(\d{4})/(\d{6})|(\d{2})/(\d{5}))$`)

// ParsePCTNo reads an international application number, with or without spaces, and hyphens for strokes.
func ParsePCTNo(s string) (PCTNo, error) {
	text := strings.ReplaceAll(compact(s), "-", "/")
	if text == "" {
		return "", &Error{Kind: PCTApplication, Fault: Missing}
	}
	m := pctPattern.FindStringSubmatch(text)
	if m == nil {
		return "", wrongForm(PCTApplication, "PCT/CN2019/123456")
	}
	if yy := m[4]; yy != "" {
		if yy > "03" && yy < "78" { // the treaty works since June 1978, the long form since 2004
			return "", &Error{Kind: PCTApplication, Fault: WrongYear, Position: 7, Got: yy, Want: "78 to 99 or 00 to 03"}
		}
		return PCTNo(text), nil
	}
	if y := m[2]; y < "2004" || y > "2099" {
		return "", &Error{Kind: PCTApplication, Fault: WrongYear, Position: 7, Got: y, Want: "2004 or later"}
	}
	return PCTNo(text), nil
}

// PCTPublicationNo is an international publication number in normal form: WO2019/123456A1.
type PCTPublicationNo string

var woPattern = regexp.MustCompile(`^WO(\d{4})/?(\d{6})(A\d)$`)

// ParsePCTPublicationNo reads an international publication number, with or without spaces, hyphens and the stroke.
func ParsePCTPublicationNo(s string) (PCTPublicationNo, error) {
	text := bare(s)
	if text == "" {
		return "", &Error{Kind: PCTPublication, Fault: Missing}
	}
	m := woPattern.FindStringSubmatch(text)
	if m == nil {
		return "", wrongForm(PCTPublication, "WO2019/123456A1")
	}
	if y := number(m[1]); y < 1978 || y > 2099 {
		return "", &Error{Kind: PCTPublication, Fault: WrongYear, Position: 3, Got: strconv.Itoa(y), Want: "1978 or later"}
	}
	return PCTPublicationNo("WO" + m[1] + "/" + m[2] + m[3]), nil
}
