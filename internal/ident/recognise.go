package ident

import (
	"errors"
	"regexp"
	"strings"
)

// Match is an identifier that stands in a text.
type Match struct {
	Kind       Kind
	Normal     string
	Partial    bool // the text holds only the beginning of it, such as a patent number without its check character
	Start, End int  // bytes of the text
}

// form is how one kind of identifier may stand in a text: a pattern for the plain text from where a word begins, and
// the judge of what the pattern has found.
type form struct {
	kind    Kind
	pattern *regexp.Regexp
	parse   func(string) (string, error)
}

// window is more than any form takes; a longer text would cost a pattern more.
const window = 400

// digitWithin is how many characters may stand before the first digit of any form: U. S. Patent No. 9.
const digitWithin = 20

// Between the digits of a printed number there may be one space or hyphen.
var forms = []form{
	formOf(ApplicationNumber, `(?:ZL|CN)[ -]?(?:(?:19|20)\d{2}|\d\d)[ -]?\d(?:[ -]?\d){5}(?:(?:[ -]?\d){2})?(?: ?[.-]? ?[0-9X]\b)?`, ParseApplicationNo),
	formOf(ApplicationNumber, `(?:19|20)\d{2}[ -]?[1-9](?:[ -]?\d){7} ?[.-]? ?[0-9X]`, ParseApplicationNo),
	formOf(ApplicationNumber, `\d\d[ -]?[1-9](?:[ -]?\d){5} ?\. ?[0-9X]`, ParseApplicationNo),
	formOf(PublicationNumber, `CN[ -]?\d(?:[ -]?\d){6,8}(?:[ -]?[A-Z]\d?)?`, ParsePublicationNo),
	formOf(PCTApplication, `PCT ?[/-] ?[A-Z]{2} ?(?:\d{4} ?[/-] ?\d{6}|\d{2} ?[/-] ?\d{5})`, ParsePCTNo),
	formOf(PCTPublication, `WO[ -]?\d{4} ?[/-]? ?\d{6}[ -]?A\d`, ParsePCTPublicationNo),
	formOf(SoftwareCopyright, `\d{4}[ -]?SR[ -]?\d(?:[ -]?\d){5,6}`, ParseSoftwareNo),
	formOf(PlantVariety, `CN[A-Z][ -]?\d(?:[ -]?\d){7,10}(?: ?\. ?\d)?`, ParseVarietyNo),
	formOf(ICLayout, `BS[ -]?\.? ?\d(?:[ -]?\d){7,8}(?: ?\. ?[0-9X])?`, ParseLayoutNo),
	formOf(CreditCode, `[0-9A-Z](?:[ -]?[0-9A-Z]){17}`, ParseUSCC),
	formOf(EntityIdentifier, `[0-9A-Z](?:[ -]?[0-9A-Z]){17}(?:[ -]?\d){2}`, ParseLEI),
	formOf(ORCIDiD, `(?:\d{4}[ -]?){3}\d{3}[0-9X]`, ParseORCID),
	formOf(DigitalObject, `10\.\d{4,9}/[!-~]{0,280}[0-9A-Z>)]`, ParseDOI),
	formOf(Classification, `[A-HY]\d{2}[A-Z] ?\d{1,4} ?/ ?\d{2,6}`, ParseSymbol),
	formOf(HighTechCertificate, `GR[ -]?\d(?:[ -]?\d){11}`, ParseCertificateNo),
	// Many codes of offices are words (at, in, no, to): only those of large ones are taken before a space.
	formOf(ForeignNumber, `(?:[A-Z]{2}-?|(?:US|EP|JP|KR|DE|GB|FR) )(?:(?:D|H|PP|RE|S|T) ?)?\d(?:[ ,/-]?\d){4,14}(?:\.\d)?(?:[ -]?[A-Z]\d?)?`, parseForeignInText),
	formOf(ForeignNumber, `U\. ?S\. (?:PAT(?:ENT|\.) ?)?(?:NO\. ?)?\d(?:[,/]?\d){4,10}(?: ?[A-Z]\d)?`, parseForeignInText),
	formOf(ForeignNumber, `\d{2}/\d{3},\d{3}`, func(s string) (ForeignNo, error) { return ParseForeignNo("US", s) }),
}

func formOf[T ~string](k Kind, pattern string, parse func(string) (T, error)) form {
	return form{k, regexp.MustCompile(`^(?:` + pattern + `)\b`), func(s string) (string, error) {
		n, err := parse(s)
		return string(n), err
	}}
}

func parseForeignInText(s string) (ForeignNo, error) { return ParseForeignNo("", s) }

// wholeOnly are too short to be told from other words and numbers; they count when the text is nothing else.
var wholeOnly = []form{
	formOf(LocarnoClass, `(?:LOC ?\(\d{1,2}\) ?CL\. ?)?\d{2}-\d{2}`, ParseLocarno),
	formOf(IndustryCode, `[A-T]\d{2,4}`, ParseIndustry),
	formOf(RegionCode, `[1-8]\d{5}`, ParseRegion),
}

// Recognise finds the identifiers in a text, in any printed form, from left to right and without overlap; where one
// place can be read in two ways, both are given. A search uses it to look for numbers by their normal form. Identity
// numbers of people are never given out.
func Recognise(text string) []Match {
	plainText, at := flatten(text)
	var found []Match
	for i := 0; i < len(plainText); {
		if !wordChar(plainText[i]) || i > 0 && wordChar(plainText[i-1]) {
			i++
			continue
		}
		var here []Match
		if next := plainText[i:min(i+window, len(plainText))]; strings.ContainsAny(next[:min(digitWithin, len(next))], "0123456789") {
			here = matchesAt(next, forms)
		}
		if len(here) == 0 {
			i++
			continue
		}
		for _, m := range here {
			m.Start, m.End = at[i], at[i+m.End-1]+1
			m.End = endOfRune(text, m.End)
			found = append(found, m)
		}
		i += here[0].End
	}
	if len(found) == 0 && len(text) <= 2*longest {
		trimmed := strings.TrimSpace(plainText)
		for _, m := range matchesAt(trimmed, wholeOnly) {
			if m.End == len(trimmed) {
				m.End = len(text)
				found = append(found, m)
			}
		}
	}
	return found
}

// matchesAt gives what the text begins with; of several only the longest ones, whole ones before partial ones.
func matchesAt(text string, forms []form) (best []Match) {
	for _, f := range forms {
		span := f.pattern.FindStringIndex(text)
		if span == nil {
			continue
		}
		m := Match{Kind: f.kind, End: span[1]}
		n, err := f.parse(text[:span[1]])
		var e *Error
		switch {
		case err == nil:
			m.Normal = n
		case errors.As(err, &e) && (e.Fault == NoCheck || e.Fault == NoKindCode):
			m.Normal, m.Partial = beginning(f.kind, text[:span[1]]), true
		default:
			continue
		}
		switch {
		case len(best) == 0 || better(m, best[0]):
			best = []Match{m}
		case !better(best[0], m):
			best = append(best, m)
		}
	}
	return best
}

func better(a, b Match) bool {
	if a.End != b.End {
		return a.End > b.End
	}
	if a.Partial != b.Partial {
		return b.Partial
	}
	return a.Kind != ForeignNumber && b.Kind == ForeignNumber // which has the loosest form
}

// beginning is the normal form of a number that lacks its end.
func beginning(k Kind, printed string) string {
	n := bare(printed)
	if k == ApplicationNumber {
		return strings.TrimLeft(n, "ZLCN") + "."
	}
	return n
}

// flatten gives the plain form of a text (upper case ASCII, one kind of space and hyphen, no doubled spaces, every
// other character a DEL) and for each of its bytes where in the text it comes from.
func flatten(text string) (string, []int) {
	var b strings.Builder
	at := make([]int, 0, len(text))
	b.Grow(len(text))
	space := false
	for i, r := range text {
		r = plain(r)
		if r == ' ' && space {
			continue
		}
		space = r == ' '
		if r > '~' || r < ' ' {
			r = 0x7f
		}
		b.WriteByte(byte(r))
		at = append(at, i)
	}
	return b.String(), at
}

// endOfRune moves an end that lies within a character behind it: the last digit may be a full-width one.
func endOfRune(text string, end int) int {
	for end < len(text) && text[end]&0xC0 == 0x80 {
		end++
	}
	return end
}

func wordChar(c byte) bool { return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' }
