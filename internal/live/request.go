package live

import (
	"bytes"
	"encoding/json"
	"strconv"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/feed"
	"github.com/g60-corridor/corridor/internal/money"
)

// request is a message from a client, each member still as it was written. Members that are not known are
// ignored, so that clients newer than the server work; a member given twice is refused, because it says two
// things.
type request struct {
	t, id                        string
	lot, cursor, own, pending    []byte
	key, kind, amount, confirmed []byte
}

// fault is what is wrong with a request: a code and the member that is to blame.
type fault struct {
	code  Code
	field string
}

const maxIDBytes = 64

// parseRequest reads a message as far as all types of messages have it in common.
func parseRequest(text []byte) (r request, bad *fault) {
	if !isPlain(text) && !json.Valid(text) {
		return r, &fault{code: BadMessage}
	}
	var t, id []byte
	ok := eachMember(text, func(name, raw []byte) bool {
		slot := r.slot(string(name), &t, &id)
		if slot == nil {
			return true
		}
		if *slot != nil {
			bad = &fault{BadMessage, string(name)}
			return false
		}
		*slot = raw
		return true
	})
	if !ok && bad == nil {
		return r, &fault{code: BadMessage}
	}
	if id != nil && bad == nil {
		if r.id, ok = plainString(id); !ok || len(r.id) > maxIDBytes {
			r.id, bad = "", &fault{BadMessage, "id"}
		}
	}
	if bad == nil {
		if r.t, ok = plainString(t); !ok {
			bad = &fault{BadMessage, "t"}
		}
	}
	return r, bad
}

// slot is where the value of a member goes; nil for one that is not known.
func (r *request) slot(name string, t, id *[]byte) *[]byte {
	switch name {
	case "t":
		return t
	case "id":
		return id
	case "lot":
		return &r.lot
	case "cursor":
		return &r.cursor
	case "own":
		return &r.own
	case "pending":
		return &r.pending
	case "key":
		return &r.key
	case "kind":
		return &r.kind
	case "amount_fen":
		return &r.amount
	case "confirmed":
		return &r.confirmed
	}
	return nil
}

// isPlain says that a text is valid JSON of the plainest kind: one object without white space, whose values are texts
// without escapes, whole numbers, true or false. Nearly all messages are; others are left to encoding/json.
func isPlain(b []byte) bool {
	for i, sep := 0, byte('{'); i < len(b) && b[i] == sep; sep = ',' {
		i++
		n := plainLen(b[i:])
		if n == 0 || b[i] != '"' {
			return false
		}
		if i += n; i == len(b) || b[i] != ':' {
			return false
		}
		i++
		if n = plainLen(b[i:]); n == 0 {
			return false
		}
		if i += n; i == len(b)-1 && b[i] == '}' {
			return true
		}
	}
	return false
}

// plainLen is the length of the plain value at the beginning of b; 0 if there is none.
func plainLen(b []byte) int {
	if len(b) == 0 {
		return 0
	}
	switch c := b[0]; {
	case c == '"':
		for i := 1; i < len(b); i++ {
			switch {
			case b[i] == '"':
				return i + 1
			case b[i] == '\\' || b[i] < 0x20:
				return 0
			}
		}
	case c >= '1' && c <= '9':
		n := 1
		for n < len(b) && b[n] >= '0' && b[n] <= '9' {
			n++
		}
		return n
	case bytes.HasPrefix(b, []byte("true")):
		return len("true")
	case bytes.HasPrefix(b, []byte("false")):
		return len("false")
	}
	return 0
}

// eachMember calls f with name and value of each member of an object, which must be valid JSON. It returns false
// if text is no object or f had enough.
func eachMember(text []byte, f func(name, raw []byte) bool) bool {
	text = bytes.TrimLeft(text, " \t\r\n")
	if len(text) == 0 || text[0] != '{' {
		return false
	}
	rest := text[1:]
	for {
		rest = bytes.TrimLeft(rest, " \t\r\n,")
		if rest[0] == '}' {
			return true
		}
		n := valueLen(rest)
		quoted := rest[:n]
		rest = bytes.TrimLeft(rest[n:], " \t\r\n:")
		n = valueLen(rest)
		name := quoted[1 : len(quoted)-1]
		if bytes.IndexByte(name, '\\') >= 0 { // "\u0074" is the member t too
			var s string
			if json.Unmarshal(quoted, &s) != nil {
				return false
			}
			name = []byte(s)
		}
		if !f(name, rest[:n]) {
			return false
		}
		rest = rest[n:]
	}
}

// valueLen is the length of the value at the beginning of valid JSON.
func valueLen(b []byte) int {
	depth, quoted := 0, false
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
			if !quoted && depth == 0 {
				return i + 1
			}
		case quoted:
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			if depth == 0 {
				return i // the end of the object that a number stands in
			}
			if depth--; depth == 0 {
				return i + 1
			}
		case depth == 0 && (c == ',' || c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == ':'):
			return i
		}
	}
	return len(b)
}

func plainString(raw []byte) (string, bool) {
	if len(raw) < 2 || raw[0] != '"' {
		return "", false
	}
	if bytes.IndexByte(raw, '\\') < 0 {
		return string(raw[1 : len(raw)-1]), true
	}
	var s string
	return s, json.Unmarshal(raw, &s) == nil
}

// wholeNumber reads digits and nothing else: no sign, no point, no exponent, no leading zero.
func wholeNumber(raw []byte, most int64) (int64, bool) {
	if len(raw) == 0 || len(raw) > 19 || len(raw) > 1 && raw[0] == '0' {
		return 0, false
	}
	for _, c := range raw {
		if c < '0' || c > '9' {
			return 0, false
		}
	}
	n, err := strconv.ParseInt(string(raw), 10, 64)
	return n, err == nil && n <= most
}

const maxExact = 1<<53 - 1 // the largest integer that every JSON reader keeps exact

func (r *request) lotID() (auction.LotID, *fault) {
	n, ok := wholeNumber(r.lot, maxExact)
	if !ok || n == 0 {
		return 0, &fault{BadLot, "lot"}
	}
	return auction.LotID(n), nil
}

// pendingID is the number of a pending bid.
func (r *request) pendingID() (int, *fault) {
	n, ok := wholeNumber(r.pending, maxExact)
	if !ok || n == 0 {
		return 0, &fault{BadPending, "pending"}
	}
	return int(n), nil
}

// since reads the positions that a client has reached; both are optional.
func (r *request) since() (cursor feed.Cursor, own int64, bad *fault) {
	for _, f := range []struct {
		raw  []byte
		name string
		to   *int64
	}{{r.cursor, "cursor", (*int64)(&cursor)}, {r.own, "own", &own}} {
		if f.raw == nil {
			continue
		}
		n, ok := wholeNumber(f.raw, maxExact)
		if !ok {
			return 0, 0, &fault{BadCursor, f.name}
		}
		*f.to = n
	}
	return cursor, own, nil
}

// bid reads a bid without its paddle.
func (r *request) bid() (b auction.PlaceBid, bad *fault) {
	key, ok := plainString(r.key)
	var err error
	if b.Key, err = auction.ParseKey(key); !ok || err != nil || b.Key == (auction.Key{}) {
		return b, &fault{BadKey, "key"}
	}
	switch kind, _ := plainString(r.kind); auction.BidKind(kind) {
	case auction.Plain:
		b.Kind = auction.Plain
	case auction.Maximum:
		b.Kind = auction.Maximum
	default:
		return b, &fault{BadKind, "kind"}
	}
	n, ok := wholeNumber(r.amount, int64(auction.MaxFen))
	if !ok || n == 0 {
		return b, &fault{BadAmount, "amount_fen"}
	}
	b.AmountFen = money.Fen(n)
	switch string(r.confirmed) {
	case "true":
		b.Confirmed = true
	case "", "false":
	default:
		return b, &fault{BadConfirmed, "confirmed"}
	}
	return b, nil
}
