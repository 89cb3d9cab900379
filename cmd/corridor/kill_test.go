package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/g60-corridor/corridor/ent/lot"
	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/ent/registration"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/demo"
	"github.com/g60-corridor/corridor/internal/feed"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/proof"
	"github.com/g60-corridor/corridor/internal/store"
	"github.com/g60-corridor/corridor/seeds"
)

// prepared is a data folder with the catalogue, people with passwords, and lots that are announced.
type prepared struct {
	db     *store.DB
	people *identity.Service
	log    *store.Log
	vault  *proof.Vault
}

const testPassword = "a long test password"

func openData(t *testing.T, data string) *prepared {
	t.Helper()
	p := place{Data: data}
	db, err := p.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	vault, _, err := (&keyFiles{}).vault(data, true)
	if err != nil {
		t.Fatal(err)
	}
	people, err := identity.New(db, time.Now, identity.Cost)
	if err != nil {
		t.Fatal(err)
	}
	return &prepared{db: db, people: people, log: db.Log(vault, nil), vault: vault}
}

func (p *prepared) plant(t *testing.T) {
	t.Helper()
	if _, err := demo.Plant(t.Context(), p.db, time.Now()); err != nil {
		t.Fatal(err)
	}
}

// company makes an agent with a password for the n-th company of the catalogue and returns his address.
func (p *prepared) company(t *testing.T, n int) (email string, org int) {
	t.Helper()
	ids, err := p.db.Ent().Organisation.Query().Where(organisation.KindEQ(organisation.KindCOMPANY)).Order().IDs(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	email = fmt.Sprintf("agent%d@company.example", n)
	_, err = p.people.CreatePerson(t.Context(), ids[n], identity.NewPerson{
		Email: email, NameZH: "测试", NameEN: "Test", Role: membership.RoleAGENT, Password: testPassword,
	})
	if err != nil {
		t.Fatal(err)
	}
	return email, ids[n]
}

// announce makes a lot that opens in a few seconds, with the first companies admitted to it, while no server runs.
func (p *prepared) announce(t *testing.T, n int, terms auction.Terms, orgs []int) {
	t.Helper()
	ctx := t.Context()
	operator := p.db.Ent().Organisation.Query().Where(organisation.KindEQ(organisation.KindMARKET_OPERATOR)).OnlyIDX(ctx)
	l := p.db.Ent().Listing.Query().Order().Offset(n).FirstX(ctx)
	terms.StartFen = 100_000_000
	opens := time.Now().Add(4 * time.Second)
	made, err := p.db.Ent().Lot.Create().SetNumber(fmt.Sprintf("T-%d", n+1)).SetListing(l).SetOperatorID(operator).SetTerms(terms).
		SetStatus(lot.StatusPUBLISHED).SetOpensAt(opens).SetPhase(string(auction.Announced)).Save(ctx)
	if err != nil {
		t.Fatal(err)
	}
	commands := []auction.Command{auction.Publish{Terms: terms, OpensAt: auction.InstantOf(opens)}}
	for i, org := range orgs {
		code := auction.Paddle(fmt.Sprintf("%c%d%d", 'A'+i, n+1, i+4))
		err := p.db.Ent().Registration.Create().SetLot(made).SetOrganisationID(org).SetState(registration.StateQUALIFIED).
			SetPaddle(string(code)).Exec(ctx)
		if err != nil {
			t.Fatal(err)
		}
		commands = append(commands, auction.AdmitBidder{Paddle: code, Identity: fmt.Sprint("organisation ", org)})
	}
	state := auction.NewState(auction.LotID(made.ID))
	for _, c := range commands {
		var batch []auction.Entry
		at := auction.InstantOf(time.Now())
		for _, ev := range auction.Decide(state, at, c) {
			batch = append(batch, auction.Entry{Seq: state.Position.Seq + 1, At: at, Event: ev})
		}
		stored, err := p.log.Append(ctx, state.Lot, state.Position, batch)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range stored {
			state.Apply(e)
		}
	}
}

// ownRow is the receipt of an entry, if it is an attempt.
func ownRow(e auction.Entry) (feed.OwnRow, bool) {
	_, row, ok := feed.OwnRowOf(e)
	return row, ok
}

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

// bid sends a bid and waits for its answer.
func (s *socket) bid(amount int64, kind string) (feed.OwnRow, error) {
	var key [16]byte
	_, _ = rand.Read(key[:])
	id := hex.EncodeToString(key[:])
	err := s.WriteJSON(map[string]any{"t": "bid", "lot": s.lot, "id": id, "key": id, "kind": kind, "amount_fen": amount, "confirmed": true})
	if err != nil {
		return feed.OwnRow{}, err
	}
	m, err := s.until(func(m message) bool { return m.ID == id })
	if err != nil {
		return feed.OwnRow{}, err
	}
	if m.Row == nil {
		return feed.OwnRow{}, fmt.Errorf("answered by %s %s", m.T, m.Code)
	}
	return *m.Row, nil
}

// TestKilledServerLosesNoBidAndStealsNoTime kills the real binary in the middle of bidding, twenty times. Every answered
// bid is in the log with the receipt that was given; each outage stands in the log as a pause with its cause; and no lot
// closed before bidders had the full period.
func TestKilledServerLosesNoBidAndStealsNoTime(t *testing.T) {
	bin, err := buildOnce()
	if err != nil {
		t.Fatal(err)
	}
	s := &server{t: t, bin: bin, data: t.TempDir(), addr: freeAddress(t), log: &lockedBuffer{}}
	t.Cleanup(func() {
		s.kill()
		if t.Failed() {
			t.Logf("server log:\n%s", tail(s.log.String(), 6000))
		}
	})
	terms, err := seeds.Rules("demo-short")
	if err != nil {
		t.Fatal(err)
	}
	terms.ResumeNoticeS, terms.Closing.FreeS, terms.Closing.LimitedS = 1, 3, 4
	const lots, bidders, kills = 2, 3, 20
	data := openData(t, s.data)
	data.plant(t)
	emails := make([]string, bidders)
	orgs := make([]int, bidders)
	for i := range emails {
		emails[i], orgs[i] = data.company(t, i)
	}
	for n := range lots {
		data.announce(t, n, terms, orgs)
	}
	data.db.Close()
	s.start()

	acked := &ackList{rows: map[string]feed.OwnRow{}, lots: map[string]auction.LotID{}}
	for kill := range kills {
		var wg sync.WaitGroup
		for i := range bidders {
			for lot := range lots {
				wg.Go(func() { s.bidUntilTheEnd(t, emails[i], auction.LotID(lot+1), acked) })
			}
		}
		time.Sleep(1500*time.Millisecond + time.Duration(kill*61)*time.Millisecond) // the notice is 1 s; then bids flow
		s.kill()
		wg.Wait()
		s.start()
	}
	s.finish(t, lots)
	s.kill()
	acked.check(t, openData(t, s.data), lots, kills, terms)
}

type ackList struct {
	mu   sync.Mutex
	rows map[string]feed.OwnRow // by key
	lots map[string]auction.LotID
}

// bidUntilTheEnd bids one step after another, now and then a maximum, until the connection breaks.
func (s *server) bidUntilTheEnd(t *testing.T, email string, lot auction.LotID, acked *ackList) {
	p := s.person(t)
	resp, err := p.http.PostForm(p.base+"/sign-in", url.Values{"email": {email}, "password": {testPassword}})
	if err != nil {
		return // killed already
	}
	resp.Body.Close()
	c, err := p.socket(lot)
	if err != nil {
		return
	}
	defer c.Close()
	if _, err := c.until(func(m message) bool { return m.T == "own" }); err != nil {
		return
	}
	for n := 0; ; n++ {
		amount, kind := int64(c.view.MinimumFen), "PLAIN"
		if n%5 == 4 {
			amount, kind = amount+3*int64(c.view.StepFen), "MAXIMUM"
		}
		row, err := c.bid(amount, kind)
		if err != nil {
			return
		}
		acked.mu.Lock()
		acked.rows[row.Key.String()], acked.lots[row.Key.String()] = row, lot
		acked.mu.Unlock()
		time.Sleep(55 * time.Millisecond) // the limit is 20 messages a second
	}
}

// finish lets the lots run out and waits until they are closed.
func (s *server) finish(t *testing.T, lots int) {
	t.Helper()
	for lot := range lots {
		c, err := s.person(t).socket(auction.LotID(lot + 1))
		if err != nil {
			t.Fatal(err)
		}
		for c.view.Phase != auction.Closed {
			if _, err := c.next(); err != nil {
				t.Fatal(err)
			}
		}
		c.Close()
	}
}

// check holds the log against what was answered.
func (a *ackList) check(t *testing.T, data *prepared, lots, kills int, terms auction.Terms) {
	t.Helper()
	if len(a.rows) < 10*kills {
		t.Errorf("only %d bids were answered in all; the test shows little", len(a.rows))
	}
	pauses := 0
	for lot := range lots {
		entries, err := data.log.Read(context.Background(), auction.LotID(lot+1), 0, 1_000_000)
		if err != nil {
			t.Fatal(err)
		}
		rows := map[string]feed.OwnRow{}
		var usable auction.Instant // from when on the present period could be used
		for _, e := range entries {
			if row, ok := ownRow(e); ok {
				if _, twice := rows[row.Key.String()]; twice && row.Reason != auction.KeyReused {
					t.Errorf("lot %d: key %s stands twice in the log", lot+1, row.Key)
				}
				rows[row.Key.String()] = row
			}
			switch ev := e.Event.(type) {
			case auction.LotPaused:
				pauses++
				if ev.Cause != auction.PlatformFailure {
					t.Errorf("lot %d paused for %s", lot+1, ev.Cause)
				}
			case auction.LotResumed, auction.LotOpened, auction.LimitedStarted:
				usable = e.At
			case auction.BidAccepted:
				usable = e.At
			case auction.LotClosed:
				if got := e.At.Sub(usable); got < auction.Span(terms.Closing.LimitedS)*auction.Second-auction.Second/10 {
					t.Errorf("lot %d closed %v after it could last be used; %d s are owed", lot+1, got.Duration(), terms.Closing.LimitedS)
				}
			}
		}
		for key, want := range a.rows {
			if a.lots[key] != auction.LotID(lot+1) {
				continue
			}
			got, there := rows[key]
			if !there {
				t.Errorf("lot %d: the answered bid %+v is not in the log", lot+1, want)
			} else if got.Leaf != want.Leaf || got.Accepted != want.Accepted || got.Own != want.Own {
				t.Errorf("lot %d: answered %+v, in the log %+v", lot+1, want, got)
			}
		}
		seal, err := data.log.Seal(context.Background(), auction.LotID(lot+1))
		if err != nil {
			t.Fatal(err)
		}
		record, err := data.vault.Record(entries, seal, proof.Auditor, "")
		if err != nil {
			t.Fatal(err)
		}
		if report := proof.Verify(record); !report.OK() {
			t.Errorf("lot %d: %s", lot+1, report)
		}
	}
	if pauses < kills {
		t.Errorf("%d outages stand in the logs after %d kills", pauses, kills)
	}
	t.Logf("%d answered bids, %d pauses in %d lots", len(a.rows), pauses, lots)
}
