package ident

import (
	"regexp"
	"strings"
)

// Symbol is a classification symbol of the IPC or the CPC in normal form: A61K 31/495. §4.3
type Symbol string

var (
	symbolPattern = regexp.MustCompile(`^([A-HY]\d{2}[A-Z]) ?(\d{1,4})/(\d{2,6})(?: ?\(\d{4}\.\d{2}\)(?: ?[IN])?)?$`)
	prefixPattern = regexp.MustCompile(`^([A-HY])(\d{2})?([A-Z])?(?: ?(\d{1,4})(/\d{0,6})?)?$`)
	locarno       = regexp.MustCompile(`^(?:LOC ?\(\d{1,2}\) ?CL\. ?)?(\d{2})-(\d{2})$`)
)

const lastLocarnoClass = 32

// ParseSymbol reads a full symbol as it is printed, also with the version behind it: a61k31/495,
// A61K 31/495 (2006.01), A61K31/495(2006.01)I. Only the CPC has section Y.
func ParseSymbol(s string) (Symbol, error) {
	text := spaced(s)
	if text == "" {
		return "", &Error{Kind: Classification, Fault: Missing}
	}
	m := symbolPattern.FindStringSubmatch(text)
	if m == nil {
		return "", wrongForm(Classification, "A61K 31/495")
	}
	group := strings.TrimLeft(m[2], "0")
	if group == "" || m[1][1:3] == "00" {
		return "", &Error{Kind: Classification, Fault: NoSuchClass, Got: text}
	}
	return Symbol(m[1] + " " + group + "/" + m[3]), nil
}

// ParseSymbolPrefix reads the beginning of a symbol for a search by prefix: A, A61, A61K, A61K 31, A61K 31/4. What
// comes back begins every Symbol below it; a main group comes back with its stroke, so that A61K 3 does not find
// A61K 31.
func ParseSymbolPrefix(s string) (string, error) {
	text := spaced(s)
	if text == "" {
		return "", &Error{Kind: Classification, Fault: Missing}
	}
	m := prefixPattern.FindStringSubmatch(text)
	if m == nil || m[3] != "" && m[2] == "" || m[4] != "" && m[3] == "" {
		return "", wrongForm(Classification, "A61K 31/495, or the beginning of it")
	}
	prefix := m[1] + m[2] + m[3]
	if m[4] == "" {
		return prefix, nil
	}
	stroke := m[5]
	if stroke == "" {
		stroke = "/"
	}
	return prefix + " " + strings.TrimLeft(m[4], "0") + stroke, nil
}

// Section is the first letter: A.
func (s Symbol) Section() string { return s.begin(1) }

// Class is A61.
func (s Symbol) Class() string { return s.begin(3) }

// Subclass is A61K.
func (s Symbol) Subclass() string { return s.begin(4) }

// MainGroup is A61K 31.
func (s Symbol) MainGroup() string {
	group, _, _ := strings.Cut(string(s), "/")
	return group
}

// CPC reports whether only the CPC has the symbol's section.
func (s Symbol) CPC() bool { return s.Section() == "Y" }

func (s Symbol) begin(n int) string { return string(s[:min(n, len(s))]) }

// Locarno is a class of designs in normal form: 14-03.
type Locarno string

// ParseLocarno reads a class of designs, also as it stands on Chinese publications: LOC(13)Cl.14-03.
func ParseLocarno(s string) (Locarno, error) {
	text := spaced(s)
	if text == "" {
		return "", &Error{Kind: LocarnoClass, Fault: Missing}
	}
	m := locarno.FindStringSubmatch(text)
	if m == nil {
		return "", wrongForm(LocarnoClass, "14-03")
	}
	if c := number(m[1]); c < 1 || c > lastLocarnoClass || m[2] == "00" {
		return "", &Error{Kind: LocarnoClass, Fault: NoSuchClass, Got: m[1] + "-" + m[2]}
	}
	return Locarno(m[1] + "-" + m[2]), nil
}
