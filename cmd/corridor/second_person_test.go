package main

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/ent/organisation"
	somebody "github.com/g60-corridor/corridor/ent/person"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/authority"
	"github.com/g60-corridor/corridor/internal/feed"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/store/storetest"
	"github.com/g60-corridor/corridor/seeds"
)

// second gives the company of an agent a limit of 1.5 million for him, a second person who confirms what is above, and an
// administrator; it returns their addresses. No server runs.
func second(t *testing.T, where place, agent string) (approver, chief string) {
	t.Helper()
	p := openData(t, where)
	defer p.db.Close()
	ctx := t.Context()
	first := p.db.Ent().Person.Query().Where(somebody.Email(agent)).WithMemberships(func(q *ent.MembershipQuery) { q.WithOrganisation() }).OnlyX(ctx)
	org := first.Edges.Memberships[0].Edges.Organisation
	made := map[membership.Role]identity.Viewer{}
	for role, name := range map[membership.Role][2]string{membership.RoleAGENT: {"王芳", "Wang Fang"}, membership.RoleADMINISTRATOR: {"周总", "Zhou"}} {
		one, err := p.people.CreatePerson(ctx, org.ID, identity.NewPerson{
			Email: strings.ToLower(string(role)) + "@second.example", NameZH: name[0], NameEN: name[1], Role: role, Password: testPassword,
		})
		if err != nil {
			t.Fatal(err)
		}
		if role == membership.RoleAGENT {
			p.empower(t, one.ID, org.ID)
		}
		made[role] = identity.Viewer{Person: one, Organisation: org, Membership: role}
	}
	s := authority.New(authority.Options{Database: p.db, Now: time.Now})
	none := authority.Limit{None: true}
	for _, w := range []authority.Wish{
		{Person: first.ID, Bid: authority.Limit{Fen: 150_000_000}, Approve: none},
		{Person: made[membership.RoleAGENT].PersonID(), Bid: none, Approves: true, Approve: none},
	} {
		if err := s.SetMember(ctx, made[membership.RoleADMINISTRATOR], w); err != nil {
			t.Fatal(err)
		}
	}
	if org.Kind != organisation.KindCOMPANY {
		t.Fatalf("%s is no company", org.NameEn)
	}
	return made[membership.RoleAGENT].Person.Email, made[membership.RoleADMINISTRATOR].Person.Email
}

// inBand are expressions over what waits for a second person.
const (
	waits   = `document.querySelector('[data-f="pending-rows"] li')?.dataset.state === "WAITING" && !document.querySelector('[data-f="pending"]').hidden`
	noBand  = `document.querySelectorAll('[data-f="pending-rows"] li').length === 0 && document.querySelector('[data-f="pending"]').hidden`
	notLead = `document.querySelector("#room").dataset.lead !== "you"`
)

func (w *window) bidOwn(amount string) {
	w.t.Helper()
	w.js(`document.querySelector('[data-f="more"]').open = true; document.querySelector('[data-f="amount"]').value = ""`, nil)
	w.write(`[data-f="amount"]`, amount)
	w.click(`[data-f="own-bid"]`)
}

func (w *window) holds(what, expression string) {
	w.t.Helper()
	var yes bool
	if w.js("Boolean("+expression+")", &yes); !yes {
		w.t.Errorf("%s: %s", what, expression)
	}
}

// Two people of one company and a competitor. What is above the first one's authority is no bid before the second confirms it,
// nobody else learns of it, and no page says before that it is one.
func TestASecondPersonConfirmsInTheRoom(t *testing.T) {
	axe, err := os.ReadFile("../../web/node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Fatalf("axe-core is not installed (make web): %v", err)
	}
	terms, err := seeds.Rules("demo-short")
	if err != nil {
		t.Fatal(err)
	}
	terms.Closing.FreeS = 900
	where := place{Data: t.TempDir()}
	s := newServer(t, where)
	emails := fill(t, where, terms, 1, 2)
	approver, chief := second(t, where, emails[0])
	s.start()
	open := newBrowser(t)
	a, b := &window{t, open("zh-CN", 1440, 900), s.url()}, &window{t, open("en", 390, 844), s.url()}
	rival := &window{t, open("en", 1440, 900), s.url()}
	a.signIn(emails[0])
	b.signIn(approver)
	rival.signIn(emails[1])
	for _, w := range []*window{a, b, rival} {
		w.run(emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-reduced-motion", Value: "reduce"}}))
		w.open("/lots/1/room")
		w.until("the room is live", lineLive)
		w.until("the lot is open", mayBid)
	}
	a.click(`[data-f="quick"] button`)
	a.until("what is within his authority is a bid at once", youLead)
	rival.until("the rival sees it", mayBid)
	time.Sleep(beforeTap)
	rival.click(`[data-f="quick"] button`)
	rival.until("the rival leads", youLead)

	a.until("A is outbid", outbid)
	a.bidOwn("200万")
	a.until("it waits", waits)
	b.until("the second person is asked", waits)
	a.holds("A does not lead by what waits", notLead)
	if said := a.text(`[data-f="say"]`); !strings.Contains(said, "尚非报价") {
		t.Errorf("A is told %q", said)
	}
	rival.holds("the rival sees nothing of it", noBand)
	rival.holds("the rival leads still", youLead)
	a.checkPage("zh-CN", 1440, "/room-waits", string(axe))
	b.checkPage("en", 390, "/room-asked", string(axe))
	b.until("he is told, politely", `document.querySelector('[data-f="announcer"]').textContent.includes("asks you to confirm")`)
	b.click(`[data-act="confirm"]`)
	for who, w := range map[string]*window{"A": a, "the second person": b} {
		w.until(who+" leads now", youLead)
		w.until(who+" reads what came of it", `document.querySelector('[data-f="pending-rows"] li')?.dataset.state === "CONFIRMED"`)
	}
	rival.until("the rival is outbid", outbid)
	rival.holds("and sees nothing of how", noBand)
	b.checkPage("en", 390, "/room-confirmed", string(axe))
	a.until("A's pad no more says that it waits", `!document.querySelector('[data-f="say"]').textContent.includes("尚非报价")`)

	time.Sleep(beforeTap)
	rival.click(`[data-f="quick"] button`)
	rival.until("the rival leads again", youLead)
	a.until("A is outbid again", outbid)
	a.bidOwn("300万")
	b.until("the second person is asked again", waits)
	b.js(`document.querySelector('[data-act="decline"]').focus()`, nil)
	b.run(chromedp.KeyEvent(kb.Enter)) // by keyboard
	a.until("A is told that it was declined", `document.querySelector('[data-f="pending-rows"] li').dataset.state === "DECLINED"`)
	a.bidOwn("300万")
	a.until("it waits", waits)
	a.click(`[data-act="cancel"]`)
	b.until("it was taken back", `document.querySelector('[data-f="pending-rows"] li').dataset.state === "CANCELLED"`)
	rival.holds("the rival leads still", youLead)

	// All of it in the other language and width, as it comes from the server.
	a.bidOwn("300万")
	a.until("it waits", waits)
	for i, look := range []struct {
		email, lang string
		width       int
	}{{emails[0], "en", 390}, {approver, "zh-CN", 1440}, {emails[0], "zh-CN", 390}, {approver, "zh-CN", 390}, {approver, "en", 1440}} {
		w := &window{t, open(look.lang, look.width, 900), s.url()}
		w.signIn(look.email)
		w.open("/lots/1/room")
		w.until("the room is live and it waits", lineLive+" && "+waits)
		w.checkPage(look.lang, look.width, fmt.Sprintf("/room-pending-%d", i), string(axe))
		w.open("/me/bids")
		w.checkPage(look.lang, look.width, fmt.Sprintf("/bids-pending-%d", i), string(axe))
	}
	for _, look := range []struct {
		lang  string
		width int
	}{{"zh-CN", 1440}, {"en", 390}} {
		w := &window{t, open(look.lang, look.width, 1200), s.url()}
		w.signIn(chief)
		w.open("/me/authority")
		w.js(`document.querySelector("details.more").open = true`, nil)
		w.checkPage(look.lang, look.width, "/me/authority", string(axe))
	}
}

// The agent is at one node, the second person at another, over one PostgreSQL database.
func TestASecondPersonAtAnotherNode(t *testing.T) {
	terms, err := seeds.Rules("demo-short")
	if err != nil {
		t.Fatal(err)
	}
	terms.Closing.FreeS = 900
	where := place{Data: t.TempDir(), DatabaseURL: storetest.PostgresURL(t)}
	emails := fill(t, where, terms, 1, 2)
	approver, _ := second(t, where, emails[0])
	there := place{Data: t.TempDir(), DatabaseURL: where.DatabaseURL}
	if err := os.CopyFS(there.Data, os.DirFS(where.Data)); err != nil { // the nodes share their keys
		t.Fatal(err)
	}
	sit := func(at place, email string) *socket {
		s := newServer(t, at)
		s.start()
		p := s.person(t)
		p.signIn(email)
		k, err := p.socket(1)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { k.Close() })
		return k
	}
	a, b := sit(where, emails[0]), sit(there, approver)
	for _, k := range []*socket{a, b} {
		if _, err := k.until(func(message) bool { return k.view.Phase == auction.Free && k.own.Paddle != "" }); err != nil {
			t.Fatalf("the lot opens: %v", err)
		}
	}
	key := newBidKey()
	if err := a.WriteJSON(map[string]any{"t": "bid", "lot": 1, "id": key, "key": key, "kind": "PLAIN", "amount_fen": 200_000_000, "confirmed": false}); err != nil {
		t.Fatal(err)
	}
	held, err := a.until(func(m message) bool { return m.ID == key })
	if err != nil || held.T != "held" || held.Bid == nil || held.Bid.State != feed.Waiting {
		t.Fatalf("%+v, %v", held, err)
	}
	if _, err := b.until(func(m message) bool { return m.T == "pending" && len(m.Bids) == 1 && m.Bids[0].Bar == "" }); err != nil {
		t.Fatalf("the second person hears of it at his node: %v", err)
	}
	if err := b.WriteJSON(map[string]any{"t": "confirm", "lot": 1, "id": "yes", "pending": held.Bid.ID}); err != nil {
		t.Fatal(err)
	}
	done, err := b.until(func(m message) bool { return m.ID == "yes" })
	if err != nil || done.Bid == nil || done.Bid.Row == nil || !done.Bid.Row.Accepted || done.Bid.Row.Key.String() != key {
		t.Fatalf("%+v, %v", done, err)
	}
	told := false // the answer and the price come in any order
	if _, err := a.until(func(m message) bool {
		told = told || m.T == "pending" && m.Bids[0].Row != nil && m.Bids[0].Row.Accepted
		return told && a.view.PriceFen == 200_000_000
	}); err != nil {
		t.Fatalf("the answer and the price at the other node: %v; told %t, price %d", err, told, a.view.PriceFen)
	}
}
