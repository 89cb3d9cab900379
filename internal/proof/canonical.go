package proof

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/g60-corridor/corridor/internal/auction"
)

// SyntaxError says where bytes leave the canonical form.
type SyntaxError struct {
	Byte    int    // offset, from 0
	Field   string // the field that was being read; "" between fields
	Problem string
}

func (e *SyntaxError) Error() string {
	if e.Field == "" {
		return fmt.Sprintf("byte %d: %s", e.Byte, e.Problem)
	}
	return fmt.Sprintf("byte %d, field %s: %s", e.Byte, e.Field, e.Problem)
}

const lowerHex = "0123456789abcdef"

// appendString writes a JSON string with the least escaping that JSON allows (as RFC 8785 does). Bytes that are
// no UTF-8 become U+FFFD, so that no input can make an event unwritable.
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && n == 1 {
				b = append(append(b, s[start:i]...), "\uFFFD"...)
				start = i + 1
			}
			i += n
			continue
		}
		if c >= 0x20 && c != '"' && c != '\\' {
			i++
			continue
		}
		b = append(b, s[start:i]...)
		b = appendEscape(b, c)
		i++
		start = i
	}
	b = append(b, s[start:]...)
	return append(b, '"')
}

func appendEscape(b []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(b, '\\', c)
	case '\b':
		return append(b, `\b`...)
	case '\t':
		return append(b, `\t`...)
	case '\n':
		return append(b, `\n`...)
	case '\f':
		return append(b, `\f`...)
	case '\r':
		return append(b, `\r`...)
	}
	return append(b, '\\', 'u', '0', '0', lowerHex[c>>4], lowerHex[c&15])
}

func appendHex(b, raw []byte) []byte {
	for _, c := range raw {
		b = append(b, lowerHex[c>>4], lowerHex[c&15])
	}
	return b
}

// The instants that four digits of a year can write.
const (
	minInstant auction.Instant = -62_167_219_200_000_000
	maxInstant auction.Instant = 253_402_300_799_999_999
	usPerDay                   = 86_400_000_000
)

// appendInstant writes "2006-01-02T15:04:05.000000Z", or null for the zero instant.
func appendInstant(b []byte, at auction.Instant) []byte {
	if at == 0 {
		return append(b, "null"...)
	}
	days, us := int64(at)/usPerDay, int64(at)%usPerDay
	if us < 0 {
		days, us = days-1, us+usPerDay
	}
	y, m, d := civil(days)
	s := us / 1_000_000
	t := [29]byte{
		0: '"', 5: '-', 8: '-', 11: 'T', 14: ':', 17: ':', 20: '.', 27: 'Z', 28: '"',
	}
	digits(t[1:5], y)
	digits(t[6:8], m)
	digits(t[9:11], d)
	digits(t[12:14], s/3600)
	digits(t[15:17], s/60%60)
	digits(t[18:20], s%60)
	digits(t[21:27], us%1_000_000)
	return append(b, t[:]...)
}

func digits(b []byte, v int64) {
	for i := len(b) - 1; i >= 0; i-- {
		b[i] = byte('0' + v%10)
		v /= 10
	}
}

// civil turns days since 1970-01-01 into a date of the proleptic Gregorian calendar. It counts in years that begin
// in March, so that the leap day is the last of its year, and in eras of 400 years (146,097 days).
func civil(days int64) (year, month, day int64) {
	z := days + 719_468
	era := z / 146_097
	if z < 0 {
		era = (z - 146_096) / 146_097
	}
	doe := z - era*146_097
	yoe := (doe - doe/1460 + doe/36_524 - doe/146_096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	day = doy - (153*mp+2)/5 + 1
	month = mp + 3
	if month > 12 {
		month -= 12
	}
	year = yoe + era*400
	if month <= 2 {
		year++
	}
	return year, month, day
}

func daysOf(year, month, day int64) int64 {
	if month <= 2 {
		year--
		month += 12
	}
	era := year / 400
	if year < 0 {
		era = (year - 399) / 400
	}
	yoe := year - era*400
	doy := (153*(month-3)+2)/5 + day - 1
	return era*146_097 + yoe*365 + yoe/4 - yoe/100 + doy - 719_468
}

// reader reads canonical JSON strictly from front to back. After the first fault err is set and every further
// call does nothing.
type reader struct {
	b     []byte
	pos   int
	field string
	err   *SyntaxError
}

func (r *reader) fail(pos int, problem string) {
	if r.err == nil {
		r.err = &SyntaxError{Byte: pos, Field: r.field, Problem: problem}
	}
}

// expect reads exactly these bytes.
func (r *reader) expect(lit string) {
	if r.err != nil {
		return
	}
	rest := r.b[r.pos:]
	for i := range len(lit) {
		if i >= len(rest) || rest[i] != lit[i] {
			r.fail(r.pos+i, "expected "+strings.ReplaceAll(lit[i:], "\n", `\n`))
			return
		}
	}
	r.pos += len(lit)
}

// has reads these bytes if they are next.
func (r *reader) has(lit string) bool {
	if r.err != nil || len(r.b)-r.pos < len(lit) || string(r.b[r.pos:r.pos+len(lit)]) != lit {
		return false
	}
	r.pos += len(lit)
	return true
}

// end demands that nothing follows.
func (r *reader) end() {
	if r.err == nil && r.pos != len(r.b) {
		r.fail(r.pos, "something follows the end")
	}
}

func (r *reader) int() int64 {
	if r.err != nil {
		return 0
	}
	end := r.pos
	for end < len(r.b) && (r.b[end] == '-' || r.b[end] >= '0' && r.b[end] <= '9') {
		end++
	}
	text := r.b[r.pos:end]
	v, err := strconv.ParseInt(string(text), 10, 64)
	var again [20]byte
	if err != nil || string(strconv.AppendInt(again[:0], v, 10)) != string(text) {
		r.fail(r.pos, "expected a whole number")
		return 0
	}
	r.pos = end
	return v
}

func (r *reader) bool() bool {
	if r.has("true") {
		return true
	}
	if !r.has("false") {
		r.fail(r.pos, "expected true or false")
	}
	return false
}

func (r *reader) instant() auction.Instant {
	if r.err != nil || r.has("null") {
		return 0
	}
	if len(r.b)-r.pos < 29 {
		r.fail(r.pos, "expected an instant")
		return 0
	}
	t := r.b[r.pos : r.pos+29]
	number := func(from, to int) (v int64) {
		for _, c := range t[from:to] {
			v = v*10 + int64(c-'0') // a byte that is no digit is found below
		}
		return v
	}
	days := daysOf(number(1, 5), number(6, 8), number(9, 11))
	us := ((number(12, 14)*60+number(15, 17))*60+number(18, 20))*1_000_000 + number(21, 27)
	at := auction.Instant(days*usPerDay + us)
	var again [29]byte
	if at < minInstant || at > maxInstant || string(appendInstant(again[:0], at)) != string(t) {
		r.fail(r.pos, "expected an instant as 2006-01-02T15:04:05.000000Z")
		return 0
	}
	r.pos += 29
	return at
}

// hex reads a string of exactly 2·len(into) lower-case hexadecimal digits.
func (r *reader) hex(into []byte) {
	r.expect(`"`)
	if r.err != nil {
		return
	}
	n := 2 * len(into)
	for i := range n {
		if r.pos+i >= len(r.b) || !isLowerHex(r.b[r.pos+i]) {
			r.fail(r.pos+i, "expected "+strconv.Itoa(n)+" hexadecimal digits in lower case")
			return
		}
	}
	if _, err := hex.Decode(into, r.b[r.pos:r.pos+n]); err != nil {
		r.fail(r.pos, err.Error())
		return
	}
	r.pos += n
	r.expect(`"`)
}

func isLowerHex(c byte) bool { return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' }

func (r *reader) string() string {
	r.expect(`"`)
	if r.err != nil {
		return ""
	}
	for i := r.pos; i < len(r.b); i++ {
		switch c := r.b[i]; {
		case c == '"':
			s := string(r.b[r.pos:i])
			if !utf8.ValidString(s) {
				r.fail(r.pos, "text is not UTF-8")
				return ""
			}
			r.pos = i + 1
			return s
		case c == '\\':
			return r.escaped(i)
		case c < 0x20:
			r.fail(i, "control character in a text")
			return ""
		}
	}
	r.fail(len(r.b), "text does not end")
	return ""
}

// escaped goes on reading a string whose first escape stands at i.
func (r *reader) escaped(i int) string {
	text := append([]byte(nil), r.b[r.pos:i]...)
	for i < len(r.b) {
		c := r.b[i]
		switch {
		case c == '"':
			if !utf8.Valid(text) {
				r.fail(r.pos, "text is not UTF-8")
				return ""
			}
			r.pos = i + 1
			return string(text)
		case c < 0x20:
			r.fail(i, "control character in a text")
			return ""
		case c != '\\':
			text = append(text, c)
			i++
			continue
		}
		plain, n := unescape(r.b[i:])
		if n == 0 {
			r.fail(i, "an escape that is not in canonical form")
			return ""
		}
		text = append(text, plain)
		i += n
	}
	r.fail(len(r.b), "text does not end")
	return ""
}

// unescape reads one escape; n is its length, 0 if appendEscape would not have written it.
func unescape(b []byte) (c byte, n int) {
	if len(b) < 2 {
		return 0, 0
	}
	switch b[1] {
	case '"', '\\':
		return b[1], 2
	case 'b':
		return '\b', 2
	case 't':
		return '\t', 2
	case 'n':
		return '\n', 2
	case 'f':
		return '\f', 2
	case 'r':
		return '\r', 2
	}
	if len(b) < 6 || b[1] != 'u' {
		return 0, 0
	}
	v, err := strconv.ParseUint(string(b[2:6]), 16, 16)
	if err != nil || v >= 0x20 {
		return 0, 0
	}
	if again := appendEscape(nil, byte(v)); string(again) != string(b[:6]) {
		return 0, 0
	}
	return byte(v), 6
}
