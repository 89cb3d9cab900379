package ident

import (
	"strings"
	"unicode"
)

// longest is more than any printed form of any number here.
const longest = 64

// compact brings a printed number to upper case ASCII without spaces, unseen marks, typographic dots and dashes.
// Full-width characters (１２Ｘ．) become plain ones: unlike in an amount, the check character guards what they mean. Too
// long a text is cut off at a length that no number has.
func compact(s string) string { return fold(s, false, longest) }

// spaced is compact, but leaves single spaces between the parts.
func spaced(s string) string { return fold(s, true, longest) }

// bare is compact without the hyphens.
func bare(s string) string { return strings.ReplaceAll(compact(s), "-", "") }

func fold(s string, keepSpaces bool, most int) string {
	var b strings.Builder
	space := false
	for _, r := range s {
		if b.Len() > most {
			break
		}
		if unicode.Is(unicode.Cf, r) { // soft hyphens, marks of direction, no space at all
			continue
		}
		if r = plain(r); r == ' ' {
			space = true
			continue
		}
		if space && keepSpaces && b.Len() > 0 {
			b.WriteByte(' ')
		}
		space = false
		b.WriteRune(r)
	}
	return b.String()
}

// plain gives the upper case ASCII character for which a printed one stands: what an input method or a typesetter makes
// of a dot, a hyphen or an X, one kind of space and one of hyphen. What stands for no such character comes back as it is.
func plain(r rune) rune {
	if r >= '！' && r <= '～' {
		r -= '！' - '!'
	}
	switch r {
	case '。', '｡', '·', '・', '•', '․':
		return '.'
	case '−', '﹣':
		return '-'
	case 'Ⅹ', 'ⅹ':
		return 'X'
	}
	switch {
	case r >= 'a' && r <= 'z':
		return r - ('a' - 'A')
	case unicode.IsSpace(r), unicode.Is(unicode.Cf, r):
		return ' '
	case r >= '\u2010' && r <= '\u2015': // hyphens and dashes
		return '-'
	}
	return r
}

func digitsOnly(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

func number(digits string) int {
	n := 0
	for i := range len(digits) {
		n = n*10 + int(digits[i]-'0')
	}
	return n
}

// value is that of a digit or a letter in the codes that count A as 10.
func value(c byte) (int, bool) {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0'), true
	case c >= 'A' && c <= 'Z':
		return int(c-'A') + 10, true
	}
	return 0, false
}
