package live_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/hub/hubtest"
	"github.com/g60-corridor/corridor/internal/live"
	"github.com/g60-corridor/corridor/internal/money"
)

func TestTwoBiddersAndASpectator(t *testing.T) {
	h := open(t, nil)
	a, b, visitor := h.dial("A-1"), h.dial("B-1"), h.dial("")
	for _, c := range []*client{a, b, visitor} {
		if m := c.watch(); m.at("state.phase") != "SINGLE" || m.at("state.bidders") != 2.0 {
			t.Errorf("snapshot: %v", m)
		}
	}
	if m := a.next("own"); m.at("holding.paddle") != "A" || m.at("holding.minimum_fen") != 1e8 {
		t.Errorf("own: %v", m)
	}
	a.say("%s", bid("c1", 1, 100_000_000))
	if m := a.next("answer"); m["id"] != "c1" || m.at("row.accepted") != true || m.at("row.leads") != true || m.at("row.own") != 1.0 {
		t.Errorf("answer: %v", m)
	}
	for _, c := range []*client{b, visitor} {
		if m := c.next("frame"); m.at("state.leader") != "A" || m.at("state.minimum_fen") != 101e6 {
			t.Errorf("frame: %v", m)
		}
	}
	b.say("%s", bid("c1", 1, 100_500_000)) // B's keys are not A's
	if m := b.next("answer"); m.at("row.accepted") != false || m.at("row.reason") != "NOT_MULTIPLE" || m.at("row.basis.minimum_fen") != 101e6 {
		t.Errorf("answer: %v", m)
	}
	b.say(`{"t":"bid","lot":7,"id":"c2","key":"%s","kind":"MAXIMUM","amount_fen":120000000}`, hubtest.KeyOf(2))
	b.next("answer")
	m := visitor.next("frame")
	row := m["rows"].([]any)[0].(map[string]any)
	if m.at("state.leader") != "B" || m.at("state.price_fen") != 101e6 || row["sealed"] != true || row["amount_fen"] != nil {
		t.Errorf("frame: %v", m)
	}
	// What is a bidder's alone never reached the others.
	visitor.say(`{"t":"leave","lot":7}`)
	for {
		m := visitor.read()
		if m["t"] == "own" || m["t"] == "answer" || strings.Contains(fmt.Sprint(m), "1.2e+08") || strings.Contains(fmt.Sprint(m), "secret") {
			t.Errorf("a visitor was told %v", m)
		}
		if m["t"] == "left" {
			break
		}
	}
	a.say("%s", bid("c3", 3, 102_000_000)) // beaten at once by B's maximum
	if m := a.next("answer"); m.at("row.accepted") != true || m.at("row.leads") != false {
		t.Errorf("answer: %v", m)
	}
	visitor.alive() // and gets no frame any more
}

func TestCutSocketResumesWithoutAGap(t *testing.T) {
	h := open(t, nil)
	a := h.dial("A-1")
	seen := a.watch()["cursor"].(float64)
	a.next("own")
	a.say("%s", bid("c1", 1, 100_000_000))
	for leads := false; !leads; {
		m := a.next("frame")
		seen, leads = m["cursor"].(float64), m.at("state.leader") == "A"
	}
	a.NetConn().Close() // no goodbye
	h.house.PlaceBid(lot, "B", 101_000_000, 2)
	h.house.PlaceBid(lot, "A", 102_000_000, 3) // by form
	h.house.PlaceBid(lot, "A", 102_000_000, 4) // refused
	again := h.dial("A-1")
	again.say(`{"t":"watch","lot":7,"cursor":%d,"own":1}`, int(seen))
	var rows, own []any // they may come at once or in two frames: the gate may have been closed
	for len(rows) < 2 || len(own) < 2 {
		switch m := again.read(); m["t"] {
		case "frame":
			if m["from"] != seen || m["omitted"] != nil {
				t.Fatalf("at %v: %v", seen, m)
			}
			seen = m["cursor"].(float64)
			rows = append(rows, m["rows"].([]any)...)
		case "own":
			own = append(own, m["rows"].([]any)...)
		}
	}
	if len(rows) != 2 || len(own) != 2 || own[0].(map[string]any)["own"] != 2.0 || own[1].(map[string]any)["own"] != 3.0 {
		t.Errorf("missed rows %v, own rows %v", rows, own)
	}
	h.until("the cut socket is forgotten", func() bool { return h.live.Count() == 1 })
}

func TestReplayedKey(t *testing.T) {
	h := open(t, nil)
	a := h.dial("A-1")
	a.say("%s", bid("c1", 1, 100_000_000))
	first := a.next("answer")
	again := h.dial("A-2")
	again.say("%s", bid("c2", 1, 100_000_000))
	second := again.next("answer")
	if second.at("row.repeated") != true || second.at("row.leaf") != first.at("row.leaf") || second.at("row.own") != 1.0 {
		t.Errorf("the same key again: %v, first %v", second, first)
	}
}

func TestWhoMayBid(t *testing.T) {
	h := open(t, nil)
	for _, test := range []struct{ session, message, code string }{
		{"", bid("x", 1, 100_000_000), "sign_in_required"},
		{"N-1", bid("x", 1, 100_000_000), "not_a_bidder"},
		{"A-1", strings.Replace(bid("x", 1, 100_000_000), `"lot":7`, `"lot":404`, 1), "unknown_lot"},
		{"A-1", `{"t":"watch","id":"x","lot":404}`, "unknown_lot"},
	} {
		c := h.dial(test.session)
		c.say("%s", test.message)
		if m := c.next("error"); m["code"] != test.code || m["id"] != "x" {
			t.Errorf("%q says %s: %v", test.session, test.message, m)
		}
		c.alive()
	}
	// The cookie of another bidder makes you that bidder and no one else: no message can name a paddle.
	b := h.dial("B-1")
	b.say("%s", strings.Replace(bid("x", 1, 100_000_000), `"t"`, `"paddle":"A","t"`, 1))
	b.next("answer")
	visitor := h.dial("")
	m := visitor.watch()
	if m.at("state.has_bid") == false { // the public is told a moment after the bidder
		m = visitor.next("frame")
	}
	if m.at("state.leader") != "B" {
		t.Errorf("leader %v", m.at("state.leader"))
	}
}

func TestAdmittedWhileWatching(t *testing.T) {
	h := open(t, nil)
	c := h.dial("C-1") // Paddle says C at once, the lot does not know it yet
	c.watch()
	c.say("%s", bid("c1", 1, 100_000_000))
	if m := c.next("answer"); m.at("row.reason") != "NOT_ADMITTED" {
		t.Errorf("answer: %v", m)
	}
	h.house.Do(lot, auction.AdmitBidder{Paddle: "C"})
	c.say("%s", bid("c2", 2, 100_000_000))
	if m := c.next("answer"); m.at("row.accepted") != true {
		t.Errorf("answer: %v", m)
	}
}

func TestBadMessages(t *testing.T) {
	h := open(t, func(o *live.Options) { o.Limits = live.Limits{MessageBurst: 1000, BytesBurst: 1 << 20} })
	a := h.dial("A-1")
	good := bid("x", 1, 100_000_000)
	with := func(old, now string) string {
		if !strings.Contains(good, old) {
			t.Fatal(old)
		}
		return strings.Replace(good, old, now, 1)
	}
	amount := func(literal string) string { return with("100000000", literal) }
	for _, test := range []struct{ message, code, field string }{
		{amount("1e9"), "bad_amount", "amount_fen"}, {amount("-1"), "bad_amount", "amount_fen"},
		{amount("0"), "bad_amount", "amount_fen"}, {amount(`"100000000"`), "bad_amount", "amount_fen"},
		{amount("１００"), "bad_message", ""}, {amount(`"１００"`), "bad_amount", "amount_fen"},
		{amount("100000000.0"), "bad_amount", "amount_fen"}, {amount("1,000.001"), "bad_message", ""},
		{amount(strings.Repeat("9", 40)), "bad_amount", "amount_fen"}, {amount("1000000000000001"), "bad_amount", "amount_fen"},
		{amount("null"), "bad_amount", "amount_fen"}, {amount("[1]"), "bad_amount", "amount_fen"}, {amount("0100"), "bad_message", ""},
		{with(`,"amount_fen":100000000`, ""), "bad_amount", "amount_fen"},
		{with(`"amount_fen"`, `"amount_fen":1,"amount_fen"`), "bad_message", "amount_fen"},
		{with(`"amount_fen"`, `"amount_fen":1,"amount\u005ffen"`), "bad_message", "amount_fen"},
		{with(hubtest.KeyOf(1).String(), "abc"), "bad_key", "key"}, {with(hubtest.KeyOf(1).String(), strings.Repeat("0", 32)), "bad_key", "key"},
		{with(hubtest.KeyOf(1).String(), strings.Repeat("g", 32)), "bad_key", "key"},
		{with("PLAIN", "plain"), "bad_kind", "kind"}, {with(`"PLAIN"`, "1"), "bad_kind", "kind"},
		{with(`"lot":7`, `"lot":"7"`), "bad_lot", "lot"}, {with(`"lot":7`, `"lot":-7`), "bad_lot", "lot"},
		{with(`"lot":7`, `"lot":7.0`), "bad_lot", "lot"}, {with(`"lot":7,`, ``), "bad_lot", "lot"},
		{with(`"lot":7`, `"lot":7,"confirmed":"yes"`), "bad_confirmed", "confirmed"},
		{with(`"x"`, `"`+strings.Repeat("x", 65)+`"`), "bad_message", "id"}, {with(`"x"`, "7"), "bad_message", "id"},
		{`{"t":"watch","lot":7,"cursor":-1}`, "bad_cursor", "cursor"}, {`{"t":"watch","lot":7,"own":1.5}`, "bad_cursor", "own"},
		{`{"t":"watch"}`, "bad_lot", "lot"}, {`{"t":"leave","lot":null}`, "bad_lot", "lot"},
		{`{"t":"shout"}`, "unknown_type", "t"}, {`{"t":7}`, "bad_message", "t"}, {`{}`, "bad_message", "t"},
		{`{`, "bad_message", ""}, {`[]`, "bad_message", ""}, {`"t"`, "bad_message", ""}, {``, "bad_message", ""}, {`nonsense`, "bad_message", ""},
		{strings.Repeat("[", 4000), "bad_message", ""}, {strings.Repeat(`{"t":`, 500) + "1" + strings.Repeat("}", 500), "bad_message", "t"},
	} {
		a.say("%s", test.message)
		m := a.next("error")
		field, _ := m["field"].(string)
		if m["code"] != test.code || field != test.field || m["message"] == "" {
			t.Errorf("%.80s: %v, want %s %s", test.message, m, test.code, test.field)
		}
	}
	a.alive()
	zh := h.dial("A-2", "Accept-Language", "zh-CN")
	zh.say("%s", amount("1e9"))
	if m := zh.next("error"); !strings.Contains(m["message"].(string), "以分计") {
		t.Errorf("in Chinese: %v", m)
	}
	if m := h.dial("").watch(); m.at("state.has_bid") != false {
		t.Error("one of these counted as a bid")
	}
}

func TestUnacceptableTransport(t *testing.T) {
	h := open(t, nil)
	other := h.dial("B-1")
	other.watch()
	for _, test := range []struct {
		name string
		do   func(*client)
		code int
	}{
		{"binary", func(c *client) { _ = c.WriteMessage(websocket.BinaryMessage, []byte("{}")) }, 1003},
		{"a message of 1 MB", func(c *client) { _ = c.WriteMessage(websocket.TextMessage, bytes.Repeat([]byte("x"), 1<<20)) }, 1009},
		{"a message of 4,097 bytes", func(c *client) { _ = c.WriteMessage(websocket.TextMessage, bytes.Repeat([]byte("x"), 4097)) }, 1009},
		{"1 MB in fragments", func(c *client) {
			w, _ := c.NextWriter(websocket.TextMessage)
			for range 1024 {
				if _, err := w.Write(bytes.Repeat([]byte("x"), 1024)); err != nil {
					return
				}
			}
		}, 1009},
		{"no UTF-8", func(c *client) { _ = c.WriteMessage(websocket.TextMessage, []byte("{\"t\":\"\xff\"}")) }, 1007},
		{"a frame without a mask", func(c *client) { _, _ = c.NetConn().Write([]byte{0x81, 2, '{', '}'}) }, 1002},
		{"goodbye", func(c *client) {
			_ = c.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(1000, ""), time.Now().Add(time.Second))
		}, 1000},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := h.dial("A-1")
			c.watch()
			test.do(c)
			if code := c.closed(); code != test.code {
				t.Errorf("closed with %d, want %d", code, test.code)
			}
			other.alive()
		})
	}
	h.until("they are forgotten", func() bool { return h.live.Count() == 1 })
}

func TestFlood(t *testing.T) {
	h := open(t, nil)
	other, flood := h.dial("B-1"), h.dial("A-1")
	other.watch()
	go func() {
		for i := range 10_000 {
			if flood.WriteMessage(websocket.TextMessage, fmt.Appendf(nil, `{"t":"ping","id":"%d"}`, i)) != nil {
				return
			}
		}
	}()
	pongs, refused := 0, 0
	_ = flood.SetReadDeadline(time.Now().Add(30 * time.Second))
	for {
		_, text, err := flood.ReadMessage()
		if err != nil {
			if !websocket.IsCloseError(err, int(live.CloseFlood)) {
				t.Errorf("ended by %v, want close code 4008", err)
			}
			break
		}
		switch {
		case bytes.Contains(text, []byte(`"pong"`)):
			pongs++
		case bytes.Contains(text, []byte("rate_limited")):
			refused++
		}
	}
	if pongs < 40 || pongs > 400 || refused < 100 {
		t.Errorf("%d pongs and %d refusals before the end", pongs, refused)
	}
	other.alive()
}

func TestFloodOfPingsAndOfEmptyFragments(t *testing.T) {
	h := open(t, nil)
	pings := h.dial("A-1")
	go func() {
		for pings.WriteControl(websocket.PingMessage, nil, time.Now().Add(time.Second)) == nil {
		}
	}()
	if code := pings.closed(); code != int(live.CloseFlood) {
		t.Errorf("pings: closed with %d", code)
	}
	pongs := h.dial("A-1")
	go func() {
		many := bytes.Repeat([]byte{0x8a, 0x80, 0, 0, 0, 0}, 1000)
		for {
			if _, err := pongs.NetConn().Write(many); err != nil {
				return
			}
		}
	}()
	if code := pongs.closed(); code != int(live.CloseFlood) {
		t.Errorf("pongs: closed with %d", code)
	}
	fragments := h.dial("A-1")
	go func() {
		c := fragments.NetConn()
		_, err := c.Write([]byte{0x01, 0x80, 0, 0, 0, 0})
		many := bytes.Repeat([]byte{0x00, 0x80, 0, 0, 0, 0}, 1000)
		for err == nil {
			_, err = c.Write(many)
		}
	}()
	if code := fragments.closed(); code != int(live.CloseFlood) {
		t.Errorf("fragments: closed with %d", code)
	}
}

func TestSlowReaderIsClosedAndOthersGoOn(t *testing.T) {
	h := open(t, func(o *live.Options) {
		o.Limits = live.Limits{QueueBytes: 16 << 10, KernelBytes: 4 << 10, CloseWait: 20 * time.Second}
	})
	quick := h.dial("")
	quick.watch()
	slow := h.tcp(4 << 10)
	head := make([]byte, 120)
	if _, err := io.ReadFull(slow, head); err != nil { // most of the answer to the handshake, then no more
		t.Fatal(err)
	}
	_, _ = slow.Write(masked(`{"t":"watch","lot":7}`))
	for i := 0; h.live.Slow() == 0; i++ {
		if i > 20_000 {
			t.Fatal("never slow")
		}
		h.house.PlaceBid(lot, []auction.Paddle{"A", "B"}[i%2], 100_000_000+money.Fen(i)*1_000_000, i+1)
		if i%10 == 0 {
			quick.next("frame")
		}
	}
	quick.alive()
	// It reads at last, and finds whole frames and why it was closed.
	_ = slow.SetReadDeadline(time.Now().Add(30 * time.Second))
	var rest []byte
	for i := -1; i < 0; i = bytes.LastIndex(rest, []byte("too slow")) {
		n, err := slow.Read(head)
		if rest = append(rest, head[:n]...); err != nil {
			t.Fatalf("%v; the last it read is %q", err, rest[max(0, len(rest)-100):])
		}
	}
	if i := bytes.LastIndex(rest, []byte("too slow")); rest[i-2] != 4009>>8 || rest[i-1] != 4009&0xff {
		t.Errorf("the last it read is %q", rest[i-4:])
	}
	slow.Close()
	h.until("it is forgotten", func() bool { return h.live.Count() == 1 })
}

// masked is a text frame of a client, under 126 bytes.
func masked(text string) []byte {
	return append([]byte{0x81, 0x80 | byte(len(text)), 0, 0, 0, 0}, text...)
}

func TestHandshakes(t *testing.T) {
	h := open(t, func(o *live.Options) {
		o.Origins = []string{"https://corridor.example"}
		o.Limits = live.Limits{SocketsPerSession: 2, SocketsPerAddress: 5}
	})
	ours := websocket.Dialer{Subprotocols: []string{"other", live.Subprotocol}}
	for _, test := range []struct {
		name   string
		d      websocket.Dialer
		cookie string
		header []string
		status int
	}{
		{"no origin", ours, "", nil, 101},
		{"own origin", ours, "", []string{"Origin", h.server.URL}, 101},
		{"allowed origin", ours, "", []string{"Origin", "https://corridor.example"}, 101},
		{"allowed host, other scheme", ours, "", []string{"Origin", "http://corridor.example"}, 403},
		{"foreign origin", ours, "", []string{"Origin", "https://evil.example"}, 403},
		{"foreign origin that begins alike", ours, "", []string{"Origin", "https://corridor.example.evil.example"}, 403},
		{"opaque origin", ours, "", []string{"Origin", "null"}, 403},
		{"no subprotocol", websocket.Dialer{}, "", nil, 400},
		{"other subprotocol", websocket.Dialer{Subprotocols: []string{"corridor.v2"}}, "", nil, 400},
		{"session store down", ours, "broken", nil, 503},
		{"first of a session", ours, "A-1", nil, 101},
		{"second of a session", ours, "A-1", nil, 101},
		{"third of a session", ours, "A-1", nil, 429},
		{"sixth of an address", ours, "", nil, 429},
	} {
		_, response, err := h.tryDial(test.d, test.cookie, test.header...)
		if response == nil || response.StatusCode != test.status {
			t.Errorf("%s: %v %v, want %d", test.name, response, err, test.status)
		}
	}
	if r, err := http.Get(h.server.URL); err != nil || r.StatusCode != 400 {
		t.Errorf("a plain GET: %v %v", r, err)
	} else {
		r.Body.Close()
	}
}

func TestEndOfASession(t *testing.T) {
	h := open(t, func(o *live.Options) { o.Limits.Heartbeat = 200 * time.Millisecond })
	here, elsewhere, stays := h.dial("A-1"), h.dial("B-1"), h.dial("A-2")
	here.watch()
	h.live.EndSession("A-1")
	if code := here.closed(); code != int(live.CloseSignedOut) {
		t.Errorf("signed out here: %d", code)
	}
	h.mu.Lock()
	h.ended = []string{"B-1"}
	h.mu.Unlock()
	if code := elsewhere.closed(); code != int(live.CloseSignedOut) {
		t.Errorf("signed out on another node: %d", code)
	}
	stays.alive()
}

func TestServiceRestart(t *testing.T) {
	h := open(t, nil)
	var all []*client
	for i := range 10 {
		c := h.dial(fmt.Sprintf("A-%d", i))
		c.watch()
		all = append(all, c)
	}
	var done sync.WaitGroup
	for _, c := range all {
		done.Go(func() {
			if code := c.closed(); code != int(live.CloseRestart) {
				t.Errorf("closed with %d", code)
			}
		})
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if err := h.live.Close(ctx); err != nil {
		t.Error(err)
	}
	done.Wait()
	if _, response, err := h.tryDial(websocket.Dialer{Subprotocols: []string{live.Subprotocol}}, ""); err == nil || response.StatusCode != 503 {
		t.Errorf("connected to a closed server: %v", err)
	}
}

func TestSilentClientIsTakenForGone(t *testing.T) {
	h := open(t, func(o *live.Options) {
		o.Limits = live.Limits{Heartbeat: 100 * time.Millisecond, Silence: 3 * time.Second, CloseWait: 200 * time.Millisecond}
	})
	talks := h.dial("") // its library answers pings as long as it reads
	go func() {
		for {
			if _, _, err := talks.ReadMessage(); err != nil {
				return
			}
		}
	}()
	silent := h.tcp(0)
	_ = silent.SetReadDeadline(time.Now().Add(30 * time.Second))
	all, _ := io.ReadAll(silent)
	if !bytes.Contains(all, []byte{0x89, 0}) || !bytes.Contains(all, append([]byte{4000 >> 8, 4000 & 0xff}, "no sign of life"...)) {
		t.Errorf("the silent one read %q", all)
	}
	h.until("only the one that answers pings is left", func() bool { return h.live.Count() == 1 })
}

// mute is a saleroom that keeps what it is given, or fails.
type mute struct {
	err  error
	done chan func(auction.Entry, bool, error)
}

func (m *mute) Bid(_ auction.LotID, _ auction.PlaceBid, done func(auction.Entry, bool, error)) {
	if m.err != nil {
		done(auction.Entry{}, false, m.err)
		return
	}
	m.done <- done
}

func TestBidsWithoutAnAnswer(t *testing.T) {
	busy := errors.New("busy")
	m := &mute{done: make(chan func(auction.Entry, bool, error), 1)}
	h := open(t, func(o *live.Options) {
		o.Saleroom = m
		o.Limits = live.Limits{AnswerWait: 50 * time.Millisecond}
		o.CodeOf = func(err error) live.Code {
			if errors.Is(err, busy) {
				return live.Busy
			}
			return ""
		}
	})
	a := h.dial("A-1")
	a.say("%s", bid("late", 1, 100_000_000))
	if e := a.next("error"); e["code"] != "unknown_outcome" || e["id"] != "late" {
		t.Errorf("no answer: %v", e)
	}
	(<-m.done)(h.house.PlaceBid(lot, "A", 100_000_000, 1), false, nil) // too late: the client has been told
	for err, code := range map[error]string{auction.ErrUnknown: "unknown_outcome", busy: "busy", io.EOF: "unknown_outcome"} {
		m.err = err
		a.say("%s", bid("c", 2, 100_000_000))
		if e := a.next("error"); e["code"] != code {
			t.Errorf("%v: %v", err, e)
		}
	}
	m.err = nil
	a.say("%s", bid("mixed up", 3, 100_000_000))
	(<-m.done)(h.house.PlaceBid(lot, "B", 101_000_000, 1), false, nil) // another bidder's entry must not be shown
	if e := a.next("error"); e["code"] != "internal" && e["code"] != "unknown_outcome" {
		t.Errorf("another bidder's entry: %v", e)
	}
}

func TestLogOutOfReach(t *testing.T) {
	h := open(t, nil)
	c := h.dial("")
	c.watch()
	h.house.Fail(true)
	if m := c.next("stale"); m["lot"] != 7.0 || m["since_us"] == 0.0 {
		t.Errorf("stale: %v", m)
	}
	h.house.Fail(false)
	if m := c.next("frame"); m["from"] != m["cursor"] {
		t.Errorf("after it: %v", m)
	}
}

func TestManyLotsOnOneSocket(t *testing.T) {
	h := open(t, func(o *live.Options) { o.Limits.LotsPerSocket = 3 })
	for id := auction.LotID(10); id < 14; id++ {
		h.house.Open(id, "A")
	}
	c := h.dial("")
	for id := 10; id < 13; id++ {
		c.say(`{"t":"watch","lot":%d}`, id)
		if m := c.next("snapshot"); m["lot"] != float64(id) {
			t.Errorf("lot %d: %v", id, m)
		}
	}
	c.say(`{"t":"watch","lot":13}`)
	if m := c.next("error"); m["code"] != "too_many_lots" || m["lot"] != 13.0 {
		t.Errorf("one too many: %v", m)
	}
	c.say(`{"t":"watch","lot":12}`) // again is not one more
	c.next("snapshot")
	c.say(`{"t":"leave","lot":10}`)
	c.next("left")
	c.say(`{"t":"watch","lot":13}`)
	c.next("snapshot")
	for id := auction.LotID(10); id < 14; id++ {
		h.house.PlaceBid(id, "A", 100_000_000, 1)
	}
	seen := map[float64]int{}
	for range 3 {
		seen[c.next("frame")["lot"].(float64)]++
	}
	if len(seen) != 3 || seen[10] != 0 {
		t.Errorf("frames of %v", seen)
	}
}

func TestCompressionWhereItPays(t *testing.T) {
	h := open(t, func(o *live.Options) { o.Compress = true })
	for i := range 30 {
		h.house.PlaceBid(lot, []auction.Paddle{"A", "B"}[i%2], 100_000_000+money.Fen(i)*1_000_000, i+1)
	}
	ours := websocket.Dialer{Subprotocols: []string{live.Subprotocol}, EnableCompression: true}
	c, response, err := h.tryDial(ours, "")
	if err != nil || !strings.Contains(response.Header.Get("Sec-Websocket-Extensions"), "permessage-deflate") {
		t.Fatalf("%v %v", err, response)
	}
	c.EnableWriteCompression(true)
	c.next("hello")
	if m := c.watch(); len(m["rows"].([]any)) != 20 || m["omitted"] != 12.0 {
		t.Errorf("deflated snapshot: %d rows, %v omitted", len(m["rows"].([]any)), m["omitted"])
	}
	h.house.PlaceBid(lot, "A", 130_000_000, 99)
	if m := c.next("frame"); m.at("state.price_fen") != 130e6 {
		t.Errorf("plain frame after it: %v", m)
	}
	// A message that is small on the wire and large once inflated is too big all the same.
	c.say(`{"t":"ping","id":"%s"}`, strings.Repeat("x", 1<<20))
	if code := c.closed(); code != 1009 {
		t.Errorf("an inflated megabyte: closed with %d", code)
	}
	plain := h.dial("")
	plain.watch()
}

// Over TLS there is no descriptor to write to directly: everything goes by the slow path.
func TestTLS(t *testing.T) {
	h := open(t, nil)
	a, visitor := h.dial("A-1"), h.dial("")
	a.watch()
	visitor.watch()
	for i := range 50 {
		h.house.PlaceBid(lot, []auction.Paddle{"A", "B"}[i%2], 100_000_000+money.Fen(i)*1_000_000, i+1)
	}
	for cursor := 0.0; ; {
		m := visitor.next("frame")
		if cursor != 0 && m["from"] != cursor {
			t.Fatalf("a frame from %v after %v", m["from"], cursor)
		}
		if cursor = m["cursor"].(float64); m.at("state.bids") == 50.0 {
			break
		}
	}
	a.alive()
	h.live.EndSession("A-1")
	if code := a.closed(); code != int(live.CloseSignedOut) {
		t.Errorf("closed with %d", code)
	}
}
