package live

import (
	"bytes"
	"encoding/json"
	"os"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"testing/quick"
	"unicode/utf8"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/feed"
	"github.com/g60-corridor/corridor/internal/hub"
)

// TestProtocolExamples holds PROTOCOL.md against the types: every example is understood, says nothing that the
// server does not say, and leaves nothing out.
func TestProtocolExamples(t *testing.T) {
	doc, err := os.ReadFile("PROTOCOL.md")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	for _, m := range regexp.MustCompile("(?s)```json (client|server)\n(.*?)```").FindAllSubmatch(doc, -1) {
		side, text := string(m[1]), m[2]
		var head struct{ T string }
		if err := json.Unmarshal(text, &head); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		seen[side+" "+head.T]++
		if side == "client" {
			checkRequest(t, text)
		} else {
			checkReply(t, head.T, text)
		}
	}
	for _, want := range []string{
		"client watch", "client leave", "client bid", "client ping", "server hello", "server snapshot", "server frame", "server own",
		"server answer", "server pong", "server left", "server stale", "server error",
		"client confirm", "client decline", "client cancel", "server held", "server pending", "server decided",
	} {
		if seen[want] == 0 {
			t.Errorf("no example of %s", want)
		}
		delete(seen, want)
	}
	for kind := range seen {
		t.Errorf("an example of %s, which does not exist", kind)
	}
}

func checkRequest(t *testing.T, text []byte) {
	r, bad := parseRequest(text)
	if bad != nil {
		t.Errorf("%s: %v", text, bad)
		return
	}
	known := map[string]bool{"t": true, "id": true}
	switch r.t {
	case "bid":
		_, bad = r.bid()
		known = map[string]bool{"t": true, "id": true, "lot": true, "key": true, "kind": true, "amount_fen": true, "confirmed": true}
	case "watch":
		_, _, bad = r.since()
		known = map[string]bool{"t": true, "lot": true, "cursor": true, "own": true}
	case "confirm", "decline", "cancel":
		_, bad = r.pendingID()
		known = map[string]bool{"t": true, "id": true, "lot": true, "pending": true}
	case "leave":
		known = map[string]bool{"t": true, "lot": true}
	}
	if bad == nil && known["lot"] {
		_, bad = r.lotID()
	}
	if bad != nil {
		t.Errorf("%s: %v", text, bad)
	}
	var members map[string]any
	_ = json.Unmarshal(text, &members)
	for name := range members {
		if !known[name] {
			t.Errorf("%s: member %s means nothing", text, name)
		}
	}
}

func checkReply(t *testing.T, kind string, text []byte) {
	into := map[string]any{
		"hello": &hello{}, "snapshot": &feed.Frame{}, "frame": &feed.Frame{}, "own": &hub.Own{}, "answer": &answer{},
		"pong": &pong{}, "left": &left{}, "stale": &hub.Stale{}, "error": &failure{},
		"held": &pendingOne{}, "decided": &pendingOne{}, "pending": &pendingList{},
	}[kind]
	if into == nil {
		t.Errorf("no message %q", kind)
		return
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		t.Errorf("%s: %v", text, err)
		return
	}
	again, err := json.Marshal(into)
	if err != nil {
		t.Fatal(err)
	}
	var wrote, says any
	_ = json.Unmarshal(text, &wrote)
	_ = json.Unmarshal(again, &says)
	if !reflect.DeepEqual(wrote, says) {
		t.Errorf("the document says\n%s\nthe server would say\n%s", text, again)
	}
}

func TestProtocolNamesEveryCode(t *testing.T) {
	doc, err := os.ReadFile("PROTOCOL.md")
	if err != nil {
		t.Fatal(err)
	}
	for code := range said {
		if !bytes.Contains(doc, []byte("`"+string(code)+"`")) {
			t.Errorf("code %s is not explained", code)
		}
		if code.Say("zh-CN") == code.Say("en") || !utf8.ValidString(code.Say("zh")) {
			t.Errorf("code %s is not said in two languages", code)
		}
	}
	for _, code := range []CloseCode{
		CloseProtocol, CloseBinary, CloseBadText, CloseTooBig, CloseDefect, CloseRestart, CloseSilent, CloseSignedOut, CloseFlood, CloseSlow,
	} {
		if !regexp.MustCompile(`(?m)^\| .*\b` + strconv.Itoa(int(code)) + `\b`).Match(doc) {
			t.Errorf("close code %d is not explained", code)
		}
		if n := len(code.text()); n > 123 {
			t.Errorf("close code %d: a reason of %d bytes", code, n)
		}
	}
	for _, reason := range []auction.Reason{auction.NeedsConfirmation, auction.KeyReused, auction.LotIsPaused, auction.NoFreeBid} {
		if !bytes.Contains(doc, []byte("`"+string(reason)+"`")) {
			t.Errorf("reason %s is not named", reason)
		}
	}
}

// FuzzParseRequest looks for messages that break the reader or mean two things.
func FuzzParseRequest(f *testing.F) {
	for _, s := range []string{
		`{"t":"bid","lot":7,"id":"x","key":"00112233445566778899aabbccddeeff","kind":"PLAIN","amount_fen":1}`, `{"t":"watch","lot":1e3}`,
		` { "t" : "ping" , "x" : [ { "t" : "]" } , "}" ] , "id" : "\"" } `, `{"\u0074":"leave","lot":9007199254740991}`, `{}`, `[{}]`, `{"":{}}`,
		`{"t":"bid","amount_fen":12,"confirmed":true}`, `{"t":"bid",}`, `{"t":01,"a":"\x01"}`, `{"t":"x"}}`, `{"t":"x","u":falsetrue}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if isPlain(text) && !json.Valid(text) {
			t.Fatalf("%q is plain, but no JSON", text)
		}
		r, bad := parseRequest(text)
		if bad != nil {
			return
		}
		var std map[string]json.RawMessage
		if err := json.Unmarshal(text, &std); err != nil {
			t.Fatalf("%q was taken, but encoding/json says %v", text, err)
		}
		for name, raw := range map[string][]byte{"lot": r.lot, "amount_fen": r.amount, "key": r.key, "kind": r.kind} {
			if want := bytes.TrimSpace(std[name]); string(want) != string(raw) {
				t.Fatalf("%q: member %s is %q, encoding/json says %q", text, name, raw, want)
			}
		}
		if b, bad := r.bid(); bad == nil && (b.AmountFen <= 0 || b.AmountFen > auction.MaxFen || strings.TrimLeft(string(r.amount), "0123456789") != "") {
			t.Fatalf("%q: a bid of %d", text, b.AmountFen)
		}
	})
}

func TestBucket(t *testing.T) {
	const second = int64(1e9)
	var b bucket
	for i := range 40 {
		if b.take(second, 1, 20, 40) < 0 {
			t.Fatalf("message %d of a burst of 40 refused", i+1)
		}
	}
	if b.take(second, 1, 20, 40) >= 0 {
		t.Error("the 41st at once was taken")
	}
	if left := b.take(3*second, 1, 20, 40); left != 38 { // one in debt, two seconds later 39, less this one
		t.Errorf("%v left after two seconds", left)
	}
	if left := b.take(1000*second, 1, 20, 40); left != 39 {
		t.Errorf("%v left after a long time", left)
	}
	if left := b.take(0, 1, 20, 40); left != 38 {
		t.Errorf("%v left by a clock that ran backwards", left)
	}
}

// The answer that is written by hand is the one that encoding/json would write, whatever is in it.
func TestAnswerIsWrittenAsJSON(t *testing.T) {
	err := quick.Check(func(lot int64, id string, row feed.OwnRow, kind, reason string) bool {
		row.BidKind, row.Reason = auction.BidKind(kind), auction.Reason(reason)
		for _, id := range []string{"", "c-17", id} {
			a := answer{T: "answer", Lot: auction.LotID(lot), ID: id, Row: row}
			want, err := json.Marshal(a)
			if err != nil {
				t.Fatal(err)
			}
			if got := a.append(nil); !bytes.Equal(got, want) {
				t.Logf("by hand\n%s\nby encoding/json\n%s", got, want)
				return false
			}
		}
		return true
	}, nil)
	if err != nil {
		t.Error(err)
	}
}

func TestFrameHeads(t *testing.T) {
	for n, head := range map[int][]byte{
		0: {0x81, 0}, 125: {0x81, 125}, 126: {0x81, 126, 0, 126}, 65535: {0x81, 126, 0xff, 0xff}, 65536: {0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0},
	} {
		payload := bytes.Repeat([]byte("x"), n)
		if got := textFrame(payload, false); !bytes.Equal(got, append(head, payload...)) {
			t.Errorf("%d bytes: a frame that begins %x, %d long", n, got[:len(head)], len(got))
		}
		head[0] = 0xc1
		if got := textFrame(payload, true); !bytes.Equal(got, append(head, payload...)) {
			t.Errorf("%d bytes deflated: a frame that begins %x, %d long", n, got[:len(head)], len(got))
		}
	}
}
