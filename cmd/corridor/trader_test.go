package main

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/feed"
)

// socket is a client of the live room.
type socket struct {
	*websocket.Conn
	lot  auction.LotID
	view feed.View
	own  feed.Holding
}

func (p *person) socket(lot auction.LotID) (*socket, error) {
	u, _ := url.Parse(p.base)
	header := http.Header{"Origin": {p.base}}
	for _, c := range p.http.Jar.Cookies(u) {
		header.Add("Cookie", c.String())
	}
	dialer := websocket.Dialer{Subprotocols: []string{"corridor.v1"}, HandshakeTimeout: 5 * time.Second}
	conn, _, err := dialer.Dial("ws"+strings.TrimPrefix(p.base, "http")+"/live", header)
	if err != nil {
		return nil, err
	}
	s := &socket{Conn: conn, lot: lot}
	return s, s.WriteJSON(map[string]any{"t": "watch", "lot": lot})
}

// message is any of the server's.
type message struct {
	T       string        `json:"t"`
	ID      string        `json:"id"`
	Code    string        `json:"code"`
	State   *feed.View    `json:"state"`
	Holding *feed.Holding `json:"holding"`
	Row     *feed.OwnRow  `json:"row"`

	Bid  *feed.PendingBid  `json:"bid"`
	Bids []feed.PendingBid `json:"bids"`
}

// next reads one message and keeps what it says of the state.
func (s *socket) next() (message, error) {
	_ = s.SetReadDeadline(time.Now().Add(20 * time.Second))
	var m message
	_, data, err := s.ReadMessage()
	if err != nil {
		return m, err
	}
	if err := json.Unmarshal(data, &m); err != nil {
		return m, err
	}
	if m.State != nil {
		s.view = *m.State
	}
	if m.Holding != nil {
		s.own = *m.Holding
	}
	return m, nil
}

// until reads until a message satisfies the condition.
func (s *socket) until(done func(message) bool) (message, error) {
	for {
		m, err := s.next()
		if err != nil || done(m) {
			return m, err
		}
	}
}

// noAnswer is the code of an error that came instead of an answer.
type noAnswer string

func (e noAnswer) Error() string { return "answered by " + string(e) }

// newBidKey makes the key under which a bid counts once.
func newBidKey() string {
	var key [16]byte
	_, _ = rand.Read(key[:])
	return hex.EncodeToString(key[:])
}

// bid sends a bid and waits for its answer.
func (s *socket) bid(id string, amount int64, kind string) (feed.OwnRow, error) {
	err := s.WriteJSON(map[string]any{"t": "bid", "lot": s.lot, "id": id, "key": id, "kind": kind, "amount_fen": amount, "confirmed": true})
	if err != nil {
		return feed.OwnRow{}, err
	}
	m, err := s.until(func(m message) bool { return m.ID == id })
	if err != nil {
		return feed.OwnRow{}, err
	}
	if m.Row == nil {
		return feed.OwnRow{}, noAnswer(m.Code)
	}
	return *m.Row, nil
}

// signIn opens a session, which the person keeps.
func (p *person) signIn(email string) {
	p.t.Helper()
	resp, err := p.http.PostForm(p.base+"/sign-in", url.Values{"email": {email}, "password": {testPassword}})
	if err != nil {
		p.t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusOK || resp.Request.URL.Path == "/sign-in" {
		p.t.Fatalf("sign in: %d at %s", resp.StatusCode, resp.Request.URL.Path)
	}
}

// trader is a bidder who bids one step after another, now and then a maximum.
type trader struct {
	*person
	lot   auction.LotID
	acked *ackList
	asked *ask // sent, and not answered yet
	bids  int

	answered atomic.Int64
}

type ask struct {
	key    string
	amount int64
	kind   string
}

// bidUntilTheEnd bids until the connection breaks or stop is closed. What was not answered is asked again, under the same
// key, when he bids the next time.
func (p *trader) bidUntilTheEnd(stop <-chan struct{}) {
	c, err := p.socket(p.lot)
	if err != nil {
		return // killed already
	}
	defer c.Close()
	if _, err := c.until(func(m message) bool { return m.T == "own" }); err != nil {
		return
	}
	for {
		select {
		case <-stop:
			return
		case <-time.After(55 * time.Millisecond): // the limit is 20 messages a second
		}
		if p.asked == nil {
			p.asked = &ask{newBidKey(), int64(c.view.MinimumFen), "PLAIN"}
			if p.bids++; p.bids%5 == 0 {
				p.asked.amount, p.asked.kind = p.asked.amount+3*int64(c.view.StepFen), "MAXIMUM"
			}
		}
		row, err := c.bid(p.asked.key, p.asked.amount, p.asked.kind)
		var code noAnswer
		switch {
		case errors.As(err, &code):
			continue
		case err != nil:
			return
		}
		p.acked.add(p.lot, row)
		p.answered.Add(1)
		p.asked = nil
	}
}

// ackList holds what was answered.
type ackList struct {
	mu       sync.Mutex
	rows     map[string]feed.OwnRow // by key
	lots     map[string]auction.LotID
	accepted int
}

func newAckList() *ackList {
	return &ackList{rows: map[string]feed.OwnRow{}, lots: map[string]auction.LotID{}}
}

func (a *ackList) add(lot auction.LotID, row feed.OwnRow) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.rows[row.Key.String()], a.lots[row.Key.String()] = row, lot
	if row.Accepted {
		a.accepted++
	}
}

// await waits until so many more bids have been accepted.
func (a *ackList) await(t *testing.T, more int) {
	t.Helper()
	had := -1
	for end := time.Now().Add(patience); ; time.Sleep(5 * time.Millisecond) {
		a.mu.Lock()
		now := a.accepted
		a.mu.Unlock()
		if had < 0 {
			had = now
		}
		if now >= had+more {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("%d bids were accepted in %v, want %d", now-had, patience, more)
		}
	}
}
