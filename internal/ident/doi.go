package ident

import (
	"regexp"
	"strings"
)

// DOI is a digital object identifier in normal form: 10.1038/s41586-020-2649-2, in lower case, since letters of either
// case mean the same. §7.2
type DOI string

const longestDOI = 300

var doiPattern = regexp.MustCompile(`^10\.\d{4,9}/[!-~]+$`)

// ParseDOI reads a DOI, alone, with doi: before it, or as its address.
func ParseDOI(s string) (DOI, error) {
	text := strings.ToLower(fold(s, false, longestDOI))
	for _, before := range []string{"https://", "http://", "www.", "dx.", "doi.org/", "doi:"} {
		text = strings.TrimPrefix(text, before)
	}
	switch {
	case text == "":
		return "", &Error{Kind: DigitalObject, Fault: Missing}
	case len(text) > longestDOI || !doiPattern.MatchString(text):
		return "", wrongForm(DigitalObject, "10.1038/s41586-020-2649-2")
	}
	return DOI(text), nil
}
