package money

import (
	"strings"
	"unicode/utf8"
)

// Code says why a text is no amount. The list is closed.
type Code string

const (
	Empty           Code = "EMPTY"
	NotANumber      Code = "NOT_A_NUMBER"
	FullWidth       Code = "FULL_WIDTH" // 全角 digits or signs such as １００
	Exponent        Code = "EXPONENT"   // 1e9
	Negative        Code = "NEGATIVE"
	TooManyDecimals Code = "TOO_MANY_DECIMALS" // finer than a fen
	TooLarge        Code = "TOO_LARGE"         // above Max
	BadGrouping     Code = "BAD_GROUPING"      // commas that do not part groups of three digits
)

// Error is a text that is no amount. Text is the beginning of what was given.
type Error struct {
	Code Code
	Text string
}

var reasons = map[Code]string{
	Empty:           "nothing was entered",
	NotANumber:      "not a number",
	FullWidth:       "full-width characters; write the digits 0-9",
	Exponent:        "an exponent; write the number out",
	Negative:        "a negative amount",
	TooManyDecimals: "finer than a fen",
	TooLarge:        "more than 10 trillion yuan",
	BadGrouping:     "commas must part groups of three digits",
}

func (e *Error) Error() string {
	if e.Code == Empty {
		return "amount: " + reasons[Empty]
	}
	return "amount \"" + e.Text + "\": " + reasons[e.Code]
}

func fault(c Code, text string) *Error {
	const most = 40
	text = strings.ToValidUTF8(text, "?")
	if utf8.RuneCountInString(text) > most {
		text = string([]rune(text)[:most]) + "…"
	}
	return &Error{c, text}
}

// unit is a multiplier that may follow the digits, as a power of ten of a yuan.
type unit struct {
	text  string
	power int
}

// Longer units stand before those that they end with.
var units = []unit{
	{"千万", 7}, {"百万", 6}, {"亿", 8}, {"万", 4}, {"million", 6}, {"billion", 9},
}

// Parse reads an amount of yuan as people type it: 3100000, 3,100,000.50, ¥3,100,000, 310万, 3.1 亿元, 3.1 million
// yuan. It does not guess: whatever could mean two amounts is an *Error.
func Parse(text string) (Fen, error) {
	s := strings.TrimSpace(text)
	if s == "" {
		return 0, fault(Empty, text)
	}
	for _, sign := range []string{"¥", "￥"} {
		if rest, ok := strings.CutPrefix(s, sign); ok {
			s = rest
			break
		}
	}
	for _, name := range []string{"元", "yuan"} {
		if rest, ok := strings.CutSuffix(s, name); ok {
			s = rest
			break
		}
	}
	s = strings.TrimSpace(s)
	power := 0
	for _, u := range units {
		if number, ok := strings.CutSuffix(s, u.text); ok {
			s, power = strings.TrimSpace(number), u.power
			break
		}
	}
	f, code := read(s, power, true)
	if code != "" {
		return 0, fault(code, text)
	}
	return f, nil
}

// ParseDecimal reads a bare decimal number with at most two places, such as 99 or 102.50, as hundredths. It is what
// files hold: no groups, no units, no spaces.
func ParseDecimal(text string) (Fen, error) {
	if text == "" {
		return 0, fault(Empty, text)
	}
	f, code := read(text, 0, false)
	if code != "" {
		return 0, fault(code, text)
	}
	return f, nil
}

// read takes the digits themselves; power is that of the unit behind them.
func read(s string, power int, grouped bool) (Fen, Code) {
	if code := foreign(s); code != "" {
		return 0, code
	}
	integer, decimals, point := strings.Cut(s, ".")
	if strings.Contains(integer, ",") {
		if !grouped {
			return 0, BadGrouping
		}
		if !wellGrouped(integer) {
			return 0, BadGrouping
		}
		integer = strings.ReplaceAll(integer, ",", "")
	}
	switch {
	case strings.Contains(decimals, ","):
		return 0, BadGrouping
	case !digitsOnly(integer), point && !digitsOnly(decimals):
		return 0, NotANumber
	case len(decimals) > power+2:
		return 0, TooManyDecimals
	}
	n := Fen(0)
	for _, d := range integer + decimals + strings.Repeat("0", power+2-len(decimals)) {
		n = n*10 + Fen(d-'0')
		if n > Max {
			return 0, TooLarge
		}
	}
	return n, ""
}

// foreign names what is recognisably another way to write a number, so that the answer can say so.
func foreign(s string) Code {
	for _, r := range s {
		if r >= '！' && r <= '～' || r == '。' {
			return FullWidth
		}
	}
	switch {
	case strings.HasPrefix(s, "-"), strings.HasPrefix(s, "−"):
		return Negative
	case exponential(s):
		return Exponent
	}
	return ""
}

func exponential(s string) bool {
	i := strings.IndexAny(s, "eE")
	if i <= 0 {
		return false
	}
	mantissa := strings.Replace(s[:i], ".", "", 1)
	return digitsOnly(mantissa) && digitsOnly(strings.TrimLeft(s[i+1:], "+-"))
}

// wellGrouped reports whether commas part groups of three digits, without a leading zero.
func wellGrouped(s string) bool {
	groups := strings.Split(s, ",")
	for i, g := range groups {
		if !digitsOnly(g) || len(g) > 3 || i > 0 && len(g) != 3 {
			return false
		}
	}
	return s[0] != '0'
}

func digitsOnly(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
