package site_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/ent/person"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/authority"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/market"
	"github.com/g60-corridor/corridor/internal/site"
)

// firm is a company in an open lot: who administers it, who bids up to 1.5 million alone, and who confirms what is above.
type firm struct {
	*house
	lot                  int
	chief, agent, second identity.Viewer
}

func withSecond(t *testing.T, change ...func(*site.Options)) *firm {
	t.Helper()
	f := &firm{house: open(t, change...)}
	f.lot = f.lotClosing(auction.Closing{Mode: auction.Manual})
	f.agent = f.bidder(f.lot)
	f.chief, f.second = f.memberOf(f.agent.Organisation, membership.RoleADMINISTRATOR), f.memberOf(f.agent.Organisation, membership.RoleAGENT)
	f.conduct(f.lot, market.OpenNow)
	return f
}

func (f *firm) limited() {
	f.t.Helper()
	must(f.t, f.mandates.SetMember(f.t.Context(), f.chief, authority.Wish{
		Person: f.agent.PersonID(), Bid: authority.Limit{Fen: 1_500_000 * yuan}, Approve: authority.Limit{None: true},
	}))
	must(f.t, f.mandates.SetMember(f.t.Context(), f.chief, authority.Wish{
		Person: f.second.PersonID(), Bid: authority.Limit{None: true}, Approves: true, Approve: authority.Limit{None: true},
	}))
}

func (f *firm) decide(b *reader, id int, what string) answer {
	return b.post(path("/lots/%d/bids", f.lot), url.Values{"pending": {fmt.Sprint(id)}, "decision": {what}})
}

// The administrator sets limits in the browser; a bid above them waits, without scripts, until another person confirms it.
func TestBidAboveAuthorityByForm(t *testing.T) {
	f := withSecond(t)
	chief, agent, second, rival := f.as(f.chief), f.as(f.agent), f.as(f.second), f.as(f.bidder(f.lot))
	mine, other := f.agent.PersonID(), f.second.PersonID()
	for person, form := range map[int]url.Values{
		mine:  {"version": {"0"}, "bid": {"150万"}, "approve": {""}},
		other: {"version": {"0"}, "bid": {""}, "approves": {"yes"}, "approve": {"3,000,000"}},
	} {
		if got := chief.post(path("/me/authority/people/%d", person), form); got.status != http.StatusSeeOther {
			t.Fatalf("set a limit: %d %s", got.status, got.body)
		}
	}
	if within := f.house.bid(agent, f.lot, "1000000", "PLAIN"); within.location() != path("/lots/%d/room?bid=1", f.lot) {
		t.Fatalf("within: %d to %s", within.status, within.location())
	}
	f.house.bid(rival, f.lot, "1050000", "PLAIN")
	held := f.house.bid(agent, f.lot, "2000000", "PLAIN")
	if held.location() != path("/lots/%d/room?pending=1", f.lot) {
		t.Fatalf("above: %d to %s", held.status, held.location())
	}
	if bids, price := f.standing(f.lot); bids != 2 || price != int64(1_050_000*yuan) {
		t.Fatalf("%d bids at %d: what waits was bid", bids, price)
	}
	room := agent.get(held.location()).body
	for _, want := range []string{`data-state="WAITING"`, "Waiting for a second person", `value="cancel"`, "2 million yuan waits for a second person"} {
		if !strings.Contains(room, want) {
			t.Errorf("the proposer's room does not say %q", want)
		}
	}
	if strings.Contains(room, `value="confirm"`) || strings.Contains(rival.get(path("/lots/%d/room", f.lot)).body, `data-state="WAITING"`) {
		t.Error("offered to somebody who may not confirm")
	}
	if room := second.get(path("/lots/%d/room", f.lot)).body; !strings.Contains(room, `value="confirm"`) || !strings.Contains(room, "2,000,000") {
		t.Error("the second person is not asked")
	}
	if notices := second.get("/me/notices").body; !strings.Contains(notices, "waits for you") {
		t.Error("the second person is not told in the app")
	}
	if bids := agent.get("/me/bids").body; !strings.Contains(bids, "Not a bid yet") || !strings.Contains(bids, "2,000,000") {
		t.Error("what waits is not among the bids")
	}
	if got := f.decide(agent, 1, "confirm"); got.status != http.StatusForbidden || !strings.Contains(got.body, "You proposed this bid yourself") {
		t.Errorf("confirmed by himself: %d", got.status)
	}
	if got := f.decide(second, 1, "perhaps"); got.status != http.StatusUnprocessableEntity {
		t.Errorf("decided as nobody can: %d", got.status)
	}
	if got := f.decide(rival, 1, "confirm"); got.status != http.StatusNotFound {
		t.Errorf("confirmed by a rival: %d", got.status)
	}
	if got := f.decide(second, 1, "confirm"); got.location() != path("/lots/%d/room?pending=1", f.lot) {
		t.Fatalf("confirm: %d to %s", got.status, got.location())
	}
	if bids, price := f.standing(f.lot); bids != 3 || price != int64(2_000_000*yuan) {
		t.Fatalf("%d bids at %d: what was confirmed was not bid", bids, price)
	}
	if again := f.decide(second, 1, "confirm"); again.status != http.StatusSeeOther {
		t.Errorf("confirmed twice: %d", again.status)
	}
	if got := f.decide(agent, 1, "cancel"); got.status != http.StatusConflict || !strings.Contains(got.body, "confirmed already") {
		t.Errorf("taken back afterwards: %d", got.status)
	}
	if bids, _ := f.standing(f.lot); bids != 3 {
		t.Fatalf("%d bids", bids)
	}
}

func TestPendingBidIsDeclinedOrTakenBack(t *testing.T) {
	f := withSecond(t)
	f.limited()
	agent, second := f.as(f.agent), f.as(f.second)
	for i, c := range []struct {
		by   *reader
		what string
		says string
	}{{second, "decline", "declined by a second person"}, {agent, "cancel", "taken back"}} {
		f.house.bid(agent, f.lot, "2000000", "PLAIN")
		if got := f.decide(c.by, i+1, c.what); got.status != http.StatusSeeOther {
			t.Fatalf("%s: %d", c.what, got.status)
		}
		if got := f.decide(second, i+1, "confirm"); got.status != http.StatusConflict || !strings.Contains(got.body, c.says) {
			t.Errorf("confirmed after %s: %d", c.what, got.status)
		}
	}
	if bids, _ := f.standing(f.lot); bids != 0 {
		t.Fatalf("%d bids", bids)
	}
}

// R3.1: a jump above one's authority is confirmed by its bidder, then by a second person.
func TestJumpAboveAuthority(t *testing.T) {
	f := withSecond(t)
	f.limited()
	agent, second := f.as(f.agent), f.as(f.second)
	asked := f.house.bid(agent, f.lot, "3000000", "PLAIN")
	if asked.status != http.StatusOK || !strings.Contains(asked.body, `name="confirmed" value="yes"`) {
		t.Fatalf("a jump: %d", asked.status)
	}
	sure := url.Values{"key": {key(t, asked.body)}, "amount": {"3000000"}, "kind": {"PLAIN"}, "confirmed": {"yes"}}
	if got := agent.post(path("/lots/%d/bids", f.lot), sure); got.location() != path("/lots/%d/room?pending=1", f.lot) {
		t.Fatalf("meant: %d to %s", got.status, got.location())
	}
	f.decide(second, 1, "confirm")
	if bids, price := f.standing(f.lot); bids != 1 || price != int64(3_000_000*yuan) {
		t.Fatalf("%d bids at %d", bids, price)
	}
}

// What the price has passed is refused by the engine, and both read so.
func TestPendingBidThatThePricePassed(t *testing.T) {
	f := withSecond(t)
	f.limited()
	agent, second, rival := f.as(f.agent), f.as(f.second), f.as(f.bidder(f.lot))
	f.house.bid(agent, f.lot, "2000000", "PLAIN")
	f.house.bid(rival, f.lot, "2500000", "PLAIN")
	if room := second.get(path("/lots/%d/room", f.lot)).body; !strings.Contains(room, "The price has passed this amount") {
		t.Error("the second person is not warned")
	}
	f.decide(second, 1, "confirm")
	for who, b := range map[string]*reader{"the second person": second, "the proposer": agent} {
		if room := b.get(path("/lots/%d/room", f.lot)).body; !strings.Contains(room, "2.55 million") || !strings.Contains(room, "confirmed it at") {
			t.Errorf("%s is not told why it was refused", who)
		}
	}
	if bids, _ := f.standing(f.lot); bids != 1 {
		t.Fatalf("%d bids", bids)
	}
}

// A lowered limit counts for the very next form.
func TestLoweredLimitCountsAtOnce(t *testing.T) {
	f := withSecond(t)
	f.limited()
	agent := f.as(f.agent)
	f.house.bid(agent, f.lot, "1000000", "PLAIN")
	must(t, f.other().SetMember(t.Context(), f.chief, authority.Wish{
		Person: f.agent.PersonID(), Bid: authority.Limit{}, Approve: authority.Limit{None: true}, Version: 1,
	}))
	if got := f.house.bid(agent, f.lot, "1200000", "MAXIMUM"); got.location() != path("/lots/%d/room?pending=1", f.lot) {
		t.Fatalf("%d to %s", got.status, got.location())
	}
}

// other is the authority as another node knows it.
func (f *firm) other() *authority.Service {
	return authority.New(authority.Options{Database: f.db, Saleroom: f.house, Now: time.Now})
}

func TestAuthorityPage(t *testing.T) {
	f := withSecond(t)
	chief, agent := f.as(f.chief), f.as(f.agent)
	at := path("/me/authority/people/%d", f.agent.PersonID())
	for name, c := range map[string]struct {
		to     string
		form   url.Values
		status int
		says   string
	}{
		"no amount":   {at, url.Values{"version": {"0"}, "bid": {"1e9"}, "approve": {""}}, http.StatusUnprocessableEntity, `value="1e9"`},
		"no amounts":  {at, url.Values{"version": {"0"}, "bid": {""}, "approve": {"-1"}}, http.StatusUnprocessableEntity, `value="-1"`},
		"no version":  {at, url.Values{"bid": {""}}, http.StatusUnprocessableEntity, ""},
		"no lot":      {at + "/lots", url.Values{"version": {"0"}, "lot": {"none"}, "lot_bid": {"5"}}, http.StatusUnprocessableEntity, `value="none"`},
		"old version": {at, url.Values{"version": {"7"}, "bid": {"5"}, "approve": {""}}, http.StatusConflict, "Somebody else has changed this"},
		"old rule":    {"/me/authority/rule", url.Values{"version": {"7"}, "always": {"yes"}}, http.StatusConflict, "Somebody else has changed this"},
		"hostile":     {at, url.Values{"version": {"0"}, "bid": {"<script>alert(1)"}, "approve": {""}}, http.StatusUnprocessableEntity, "&lt;script"},
	} {
		if got := chief.post(c.to, c.form); got.status != c.status || !strings.Contains(got.body, c.says) || strings.Contains(got.body, "<script>alert") {
			t.Errorf("%s: %d, wants %d and %q", name, got.status, c.status, c.says)
		}
	}
	number := f.db.Ent().Lot.GetX(t.Context(), f.lot).Number
	for _, step := range []struct {
		to   string
		form url.Values
	}{
		{at, url.Values{"version": {"0"}, "bid": {"3 million"}, "approve": {""}}},
		{at + "/lots", url.Values{"version": {"1"}, "lot": {" " + number}, "lot_bid": {"0"}}},
		{"/me/authority/rule", url.Values{"version": {"0"}}},
	} {
		if got := chief.post(step.to, step.form); got.status != http.StatusSeeOther {
			t.Fatalf("%s: %d", step.to, got.status)
		}
	}
	seen := agent.get("/me/authority").body
	for _, want := range []string{"3,000,000", number, "Never alone", "nobody may confirm", "bids alone up to: ¥3,000,000"} {
		if !strings.Contains(seen, want) {
			t.Errorf("a member does not read %q", want)
		}
	}
	if strings.Contains(seen, "/me/authority/people") {
		t.Error("a member is offered to change it")
	}
	if got := chief.post(at+path("/lots/%d/clear", f.lot), url.Values{"version": {"2"}}); got.status != http.StatusSeeOther {
		t.Errorf("as elsewhere: %d", got.status)
	}
	f.db.Ent().Membership.Update().Where(membership.HasPersonWith(person.ID(f.agent.PersonID()))).SetRole(membership.RoleVIEWER).ExecX(t.Context())
	if got := agent.get("/me/authority"); got.status != http.StatusOK {
		t.Errorf("who looks on: %d", got.status)
	}
}

var waitingFigures = []string{"2750000", "2,750,000", "275万", "2.75 million"}

// What waits for a second person is read by nobody else: no rival, no operator, no visitor, in no feed, record or log.
func TestPendingBidsLeakNowhere(t *testing.T) {
	var archive site.Archive
	f := withSecond(t, func(o *site.Options) { o.TrustProxy, archive = true, o.Archive })
	f.proxied = true
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(f.log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	t.Cleanup(func() { slog.SetDefault(before) })
	f.limited()
	rival := f.bidder(f.lot)
	agent := f.as(f.agent)
	for i := range 2 { // one is declined, one goes on waiting
		f.house.bid(agent, f.lot, "2750000", "MAXIMUM")
		if i == 0 {
			f.decide(f.as(f.second), 1, "decline")
		}
	}
	if room := agent.get(path("/lots/%d/room", f.lot)).body; !strings.Contains(room, waitingFigures[1]) {
		t.Fatal("nothing waits: all of this finds nothing")
	}
	l := &leaking{house: f.house, lot: f.lot}
	pages := l.pages()
	for _, when := range []string{"during the sale", "after it"} {
		if when == "after it" {
			f.conduct(f.lot, market.CloseNow)
		}
		for who, v := range map[string]identity.Viewer{
			"a visitor": {}, "a rival": rival, "the operator": f.operator, "the seller": f.memberOf(f.seller, membership.RoleADMINISTRATOR),
			"the joint office": f.member(organisation.KindJOINT_OFFICE, membership.RoleADMINISTRATOR),
			"who looks on":     f.memberOf(f.agent.Organisation, membership.RoleVIEWER),
		} {
			l.mustNotRead(who+" "+when, f.as(v), pages, waitingFigures)
		}
	}
	text := taken.ReplaceAllString(f.log.String(), "")
	for _, s := range waitingFigures {
		if strings.Contains(text, s) {
			t.Errorf("the log tells %s", s)
		}
	}
	letters := []string{"/demo/mailbox"} // in the demo everybody reads them
	for n := range 4 {
		letters = append(letters, path("/demo/mailbox/%d", n+1), path("/demo/mailbox/%d/html", n+1))
	}
	l.mustNotRead("whoever reads the letters", f.visitor(), letters, waitingFigures)
	entries, err := archive.Read(t.Context(), auction.LotID(f.lot), 0, 1000)
	must(t, err)
	for _, e := range entries {
		if strings.Contains(fmt.Sprintf("%+v", e), fmt.Sprint(int64(2_750_000*yuan))) {
			t.Errorf("the lot's log tells it: %s", e.Event.Kind())
		}
	}
}
