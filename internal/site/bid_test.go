package site_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/market"
)

var keyField = regexp.MustCompile(`name="key" value="([0-9a-f]{32})"`)

// key reads the key of the form on a page.
func key(t *testing.T, body string) string {
	t.Helper()
	m := keyField.FindStringSubmatch(body)
	if m == nil {
		t.Fatal("no form with a key")
	}
	return m[1]
}

// bid sends the form of the room.
func (h *house) bid(b *reader, id int, amount, kind string) answer {
	h.t.Helper()
	form := url.Values{"key": {key(h.t, b.get(path("/lots/%d/room", id)).body)}, "amount": {amount}, "kind": {kind}}
	return b.post(path("/lots/%d/bids", id), form)
}

func (h *house) standing(id int) (bids int, price int64) {
	h.t.Helper()
	history, err := h.market.History(h.t.Context(), auction.LotID(id))
	must(h.t, err)
	return history.View.Bids, int64(history.View.PriceFen)
}

func TestBidByForm(t *testing.T) {
	h := open(t)
	id := h.lot()
	a, b := h.as(h.bidder(id)), h.as(h.bidder(id))
	h.conduct(id, market.OpenNow)
	form := url.Values{"key": {key(t, a.get(path("/lots/%d/room", id)).body)}, "amount": {"100万"}, "kind": {"PLAIN"}}
	first := a.post(path("/lots/%d/bids", id), form)
	if want := path("/lots/%d/room?bid=1", id); first.status != http.StatusSeeOther || first.location() != want {
		t.Fatalf("%d to %s, want %s", first.status, first.location(), want)
	}
	if again := a.post(path("/lots/%d/bids", id), form); again.location() != first.location() { // a double click
		t.Errorf("the same form again: %d to %s", again.status, again.location())
	}
	if bids, price := h.standing(id); bids != 1 || price != int64(start) {
		t.Fatalf("%d bids at %d", bids, price)
	}
	form.Set("amount", "120万") // the same key for another amount
	if got := a.post(path("/lots/%d/bids", id), form); got.location() != path("/lots/%d/room?bid=2", id) {
		t.Errorf("a reused key: %d to %s", got.status, got.location())
	}
	if refused := b.get(b.follow(h.bid(b, id, "100万", ""))); !strings.Contains(refused.body, "1.05 million") && !strings.Contains(refused.body, "1,050,000") {
		t.Error("a refusal that does not name what would have counted")
	}
	if bids, price := h.standing(id); bids != 1 || price != int64(start) {
		t.Fatalf("%d bids at %d after refusals", bids, price)
	}
	receipt := a.get(path("/lots/%d/bids/1", id))
	if receipt.status != http.StatusOK || !regexp.MustCompile(`[0-9a-f]{64}`).MatchString(receipt.body) {
		t.Errorf("receipt: %d", receipt.status)
	}
	if got := b.get(path("/lots/%d/bids/9", id)); got.status != http.StatusNotFound {
		t.Errorf("the receipt of a bid never made: %d", got.status)
	}
}

// follow is where an answer sends the browser.
func (b *reader) follow(a answer) string {
	b.h.t.Helper()
	if a.status != http.StatusSeeOther {
		b.h.t.Fatalf("no redirect: %d", a.status)
	}
	return a.location()
}

func TestAmountsThatAreNone(t *testing.T) {
	h := open(t)
	id := h.lot()
	a := h.as(h.bidder(id))
	h.conduct(id, market.OpenNow)
	for _, amount := range []string{"", "1e9", "-1", "１００", "1,000.001", strings.Repeat("9", 40), "0", "abc", "1,00,000", "<script>alert(1)</script>"} {
		got := h.bid(a, id, amount, "PLAIN")
		if got.status != http.StatusUnprocessableEntity {
			t.Errorf("%q: %d", amount, got.status)
		}
		if strings.Contains(got.body, "<script>alert") {
			t.Errorf("%q comes back alive", amount)
		}
		if kept := `value="` + amount + `"`; amount != "" && !strings.Contains(amount, "<") && !strings.Contains(got.body, kept) {
			t.Errorf("%q is not kept in the form", amount)
		}
	}
	for name, f := range map[string]url.Values{
		"no key":        {"amount": {"1000000"}},
		"zero key":      {"amount": {"1000000"}, "key": {strings.Repeat("0", 32)}},
		"kind":          {"amount": {"1000000"}, "key": {strings.Repeat("a", 32)}, "kind": {"PROXY"}},
		"confirmed":     {"amount": {"1000000"}, "key": {strings.Repeat("a", 32)}, "confirmed": {"perhaps"}},
		"amount in url": {"key": {strings.Repeat("a", 32)}},
	} {
		if got := a.post(path("/lots/%d/bids?amount=1000000", id), f); got.status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", name, got.status)
		}
	}
	if bids, _ := h.standing(id); bids != 0 {
		t.Fatalf("%d bids", bids)
	}
}

// R3.1
func TestBigJumpIsAskedAboutAndReadBack(t *testing.T) {
	h := open(t)
	id := h.lot()
	a := h.as(h.bidder(id))
	a.lang = "zh-CN"
	h.conduct(id, market.OpenNow)
	asked := h.bid(a, id, "3100000", "PLAIN")
	if asked.status != http.StatusOK || !strings.Contains(asked.body, "叁佰壹拾万元整") {
		t.Fatalf("%d, without the amount in words", asked.status)
	}
	if bids, _ := h.standing(id); bids != 0 {
		t.Fatal("it counts before it is confirmed")
	}
	yes := url.Values{"key": {key(t, asked.body)}, "amount": {"3100000.00"}, "kind": {"PLAIN"}, "confirmed": {"yes"}}
	if got := a.post(path("/lots/%d/bids", id), yes); got.status != http.StatusSeeOther {
		t.Fatalf("confirmed: %d", got.status)
	}
	if bids, price := h.standing(id); bids != 1 || price != 310_000_000 {
		t.Fatalf("%d bids at %d", bids, price)
	}
}

// When it is not known whether a bid counts, the form comes back under the same key.
func TestUnknownOutcomeKeepsTheKey(t *testing.T) {
	h := open(t)
	id := h.lot()
	a := h.as(h.bidder(id))
	h.conduct(id, market.OpenNow)
	h.fail(fault.New(fault.UnknownYet, "", ""))
	form := url.Values{"key": {key(t, a.get(path("/lots/%d/room", id)).body)}, "amount": {"1000000"}, "kind": {"PLAIN"}}
	got := a.post(path("/lots/%d/bids", id), form)
	if got.status != http.StatusServiceUnavailable || key(t, got.body) != form.Get("key") || !strings.Contains(got.body, `value="1000000"`) {
		t.Fatalf("%d", got.status)
	}
	h.fail(nil)
	if got := a.post(path("/lots/%d/bids", id), form); got.status != http.StatusSeeOther {
		t.Fatalf("again: %d", got.status)
	}
}

func TestOnlyTheAdmittedBid(t *testing.T) {
	h := open(t)
	id := h.lot()
	in := h.bidder(id)
	h.conduct(id, market.OpenNow)
	form := url.Values{"key": {strings.Repeat("a", 32)}, "amount": {"1000000"}}
	finance := h.memberOf(in.Organisation, membership.RoleFINANCE)
	for who, b := range map[string]*reader{
		"another company":             h.as(h.member(organisation.KindCOMPANY, membership.RoleAGENT)),
		"a colleague without mandate": h.as(finance),
	} {
		if got := b.post(path("/lots/%d/bids", id), form); got.status != http.StatusForbidden {
			t.Errorf("%s: %d", who, got.status)
		}
	}
	paddle, err := h.market.Paddle(t.Context(), in, id)
	must(t, err)
	if strings.Contains(h.as(finance).get("/me").body, string(paddle)) {
		t.Error("a colleague without mandate is told the code")
	}
	if got := h.as(in).post("/lots/999/bids", form); got.status != http.StatusNotFound {
		t.Errorf("an unknown lot: %d", got.status)
	}
}
