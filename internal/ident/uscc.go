package ident

import (
	"strconv"
	"strings"
)

// USCC is a unified social credit code (统一社会信用代码, GB 32100) in normal form: 18 characters. §7.1
type USCC string

const (
	usccLength   = 18
	usccAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY" // no I, O, S, V, Z
)

var (
	usccWeights         = [usccLength - 1]int{1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28} // 3^i mod 31
	organisationWeights = [8]int{3, 7, 9, 10, 5, 8, 4, 2}
)

// ParseUSCC reads a credit code, with or without spaces and hyphens. Both check characters are verified: the last one
// (GB 32100) and that of the organisation code within (GB 11714); if both are wrong, the *Error tells both. Some early
// pilot codes fail and are genuine: an operator may let one pass on a document, no program may.
func ParseUSCC(s string) (USCC, error) {
	text := bare(s)
	if err := usccForm(text); err != nil {
		return "", err
	}
	var inner *Error
	if want := organisationCheck(text[8:16]); text[16] != want {
		inner = wrongCheck(OrganisationCode, 9, text[16], want)
	}
	if want := usccCheck(text); text[17] != want {
		outer := wrongCheck(CreditCode, usccLength, text[17], want)
		outer.And = inner
		return "", outer
	}
	if inner != nil {
		return "", &Error{Kind: CreditCode, Fault: WrongInside, Position: usccLength - 1, Got: inner.Got, Want: inner.Want, And: inner}
	}
	return USCC(text), nil
}

// MakeUSCC makes a credit code with both its check characters from the authority and category (two characters, such as
// 12 or 91), the region (six digits) and the organisation (eight digits or letters).
func MakeUSCC(authority, region, organisation string) (USCC, error) {
	if len(authority) != 2 || len(region) != 6 || len(organisation) != 8 {
		return "", wrongForm(CreditCode, "two, six and eight characters")
	}
	body := authority + region + organisation
	if err := usccForm(body + "00"); err != nil {
		return "", err
	}
	body += string(organisationCheck(organisation))
	return USCC(body + string(usccCheck(body))), nil
}

func usccForm(text string) error {
	if text == "" {
		return &Error{Kind: CreditCode, Fault: Missing}
	}
	for i, r := range text {
		if !strings.ContainsRune(usccAlphabet, r) {
			return &Error{Kind: CreditCode, Fault: BadCharacter, Position: i + 1, Got: string(r)}
		}
	}
	if len(text) != usccLength {
		return &Error{Kind: CreditCode, Fault: WrongLength, Got: strconv.Itoa(len(text)), Want: strconv.Itoa(usccLength)}
	}
	for i := 2; i < 8; i++ {
		if text[i] > '9' {
			return &Error{Kind: CreditCode, Fault: BadCharacter, Position: i + 1, Got: text[i : i+1]}
		}
	}
	return nil
}

// usccCheck computes the last character from the first seventeen.
func usccCheck(text string) byte {
	sum := 0
	for i, w := range usccWeights {
		sum += strings.IndexByte(usccAlphabet, text[i]) * w
	}
	return usccAlphabet[(31-sum%31)%31]
}

// organisationCheck computes the ninth character of an organisation code from the first eight.
func organisationCheck(code string) byte {
	sum := 0
	for i, w := range organisationWeights {
		v, _ := value(code[i])
		sum += v * w
	}
	return "0123456789X0"[11-sum%11]
}

// Region is the six-digit code of the region of registration.
func (c USCC) Region() Region { return Region(c.part(2, 8)) }

// Organisation is the organisation code within: nine characters.
func (c USCC) Organisation() string { return c.part(8, 17) }

func (c USCC) part(from, to int) string {
	if len(c) != usccLength {
		return ""
	}
	return string(c[from:to])
}
