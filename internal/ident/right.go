package ident

import (
	"regexp"
	"strconv"
)

// The registers of the other rights. §4.1. None of these numbers has a check character that is published.

// SoftwareNo is a registration number of a software copyright in normal form: 2019SR0123456.
type SoftwareNo string

var softwarePattern = regexp.MustCompile(`^(\d{4})SR(\d{6,7})$`)

// ParseSoftwareNo reads a registration number of software, with or without spaces and hyphens.
func ParseSoftwareNo(s string) (SoftwareNo, error) {
	text := bare(s)
	if text == "" {
		return "", &Error{Kind: SoftwareCopyright, Fault: Missing}
	}
	m := softwarePattern.FindStringSubmatch(text)
	if m == nil {
		return "", wrongForm(SoftwareCopyright, "2019SR0123456")
	}
	if y := number(m[1]); y < 1992 || y > 2099 { // the register was opened in 1992
		return "", wrongYear(SoftwareCopyright, 1, y, "1992 or later")
	}
	return SoftwareNo(text), nil
}

// VarietyNo is a number of a plant variety right in normal form: CNA20161234.5.
type VarietyNo string

var varietyPattern = regexp.MustCompile(`^CN[A-Z]\d{8,11}(?:\.\d)?$`)

// ParseVarietyNo reads a number of a plant variety, with or without spaces and hyphens.
func ParseVarietyNo(s string) (VarietyNo, error) {
	text := bare(s)
	if text == "" {
		return "", &Error{Kind: PlantVariety, Fault: Missing}
	}
	if !varietyPattern.MatchString(text) {
		return "", wrongForm(PlantVariety, "CNA20161234.5")
	}
	return VarietyNo(text), nil
}

// LayoutNo is a registration number of an IC layout in normal form: BS.165012345.
type LayoutNo string

var layoutPattern = regexp.MustCompile(`^BS\.?(\d{8,9}(?:\.[0-9X])?)$`)

// ParseLayoutNo reads a registration number of an IC layout, with or without the first dot, spaces and hyphens.
func ParseLayoutNo(s string) (LayoutNo, error) {
	text := bare(s)
	if text == "" {
		return "", &Error{Kind: ICLayout, Fault: Missing}
	}
	m := layoutPattern.FindStringSubmatch(text)
	if m == nil {
		return "", wrongForm(ICLayout, "BS.165012345")
	}
	return LayoutNo("BS." + m[1]), nil
}

// CertificateNo is the number of a high-tech enterprise's certificate in normal form: GR202333001234. §6.3
type CertificateNo string

var certificatePattern = regexp.MustCompile(`^GR(\d{4})\d{8}$`)

// ParseCertificateNo reads the number of a high-tech certificate, with or without spaces and hyphens.
func ParseCertificateNo(s string) (CertificateNo, error) {
	text := bare(s)
	if text == "" {
		return "", &Error{Kind: HighTechCertificate, Fault: Missing}
	}
	m := certificatePattern.FindStringSubmatch(text)
	if m == nil {
		return "", wrongForm(HighTechCertificate, "GR202333001234")
	}
	if y := number(m[1]); y < 2008 || y > 2099 { // certificates are given since 2008
		return "", wrongYear(HighTechCertificate, 3, y, "2008 or later")
	}
	return CertificateNo(text), nil
}

// Year is the year in which the certificate was given.
func (n CertificateNo) Year() int {
	if m := certificatePattern.FindStringSubmatch(string(n)); m != nil {
		return number(m[1])
	}
	return 0
}

func wrongYear(k Kind, position, got int, want string) *Error {
	return &Error{Kind: k, Fault: WrongYear, Position: position, Got: strconv.Itoa(got), Want: want}
}
