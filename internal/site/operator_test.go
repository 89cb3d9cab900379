package site_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/market"
)

var field = regexp.MustCompile(`<(?:input|textarea|select)[^>]*\sname="([^"]+)"[^>]*>`)
var valueOf = regexp.MustCompile(`\svalue="([^"]*)"`)

// formOf reads the fields of a page as a browser would send them: texts as they stand, boxes and choices if checked.
func formOf(body string) url.Values {
	f := url.Values{}
	for _, m := range field.FindAllStringSubmatch(body, -1) {
		v := valueOf.FindStringSubmatch(m[0])
		chosen := !strings.Contains(m[0], `type="radio"`) && !strings.Contains(m[0], `type="checkbox"`)
		if v != nil && (chosen || strings.Contains(m[0], " checked")) {
			f.Set(m[1], v[1])
		}
	}
	for _, s := range regexp.MustCompile(`(?s)<select[^>]*\sname="([^"]+)".*?</select>`).FindAllStringSubmatch(body, -1) {
		if o := regexp.MustCompile(`<option value="([^"]*)"[^>]* selected`).FindStringSubmatch(s[0]); o != nil {
			f.Set(s[1], o[1])
		}
	}
	return f
}

// TestAnOperatorSellsALot goes the whole way by forms: create, preview, publish, qualify, open, pause, resume, annul.
func TestAnOperatorSellsALot(t *testing.T) {
	h := open(t)
	op := h.as(h.operator)
	if got := op.get("/operator/lots/new"); !strings.Contains(got.body, path("listing=%d", h.listing.ID)) {
		t.Fatal("the listing is not offered")
	}
	f := formOf(op.get(path("/operator/lots/new?listing=%d", h.listing.ID)).body)
	at := func(d time.Duration) string { return time.Now().Add(d).In(market.Shanghai).Format("2006-01-02T15:04") }
	f.Set("opens_at", at(48*time.Hour))
	f.Set("deposit_until", at(24*time.Hour))

	f.Set("do", "preview")
	f.Set("start_fen", "1e9")
	f.Set("deposit_until", at(96*time.Hour))
	wrong := op.post("/operator/lots", f)
	if wrong.status != http.StatusUnprocessableEntity || !strings.Contains(wrong.body, `value="1e9"`) {
		t.Fatalf("faults: %d", wrong.status)
	}
	f.Set("start_fen", "1,000,000")
	f.Set("deposit_until", at(24*time.Hour))
	if got := op.post("/operator/lots", f); got.status != http.StatusOK {
		t.Fatalf("preview: %d", got.status)
	}
	if n := h.db.Ent().Lot.Query().CountX(t.Context()); n != 0 {
		t.Fatal("a preview makes a lot")
	}
	f.Set("do", "save")
	made := op.post("/operator/lots", f)
	console := op.follow(made)
	id := h.db.Ent().Lot.Query().OnlyX(t.Context()).ID
	if console != path("/operator/lots/%d/console", id) {
		t.Fatal(console)
	}
	if got := h.visitor().get(path("/lots/%d", id)); got.status != http.StatusNotFound {
		t.Fatalf("a draft is public: %d", got.status)
	}
	edit := formOf(op.get(path("/operator/lots/%d/rules", id)).body)
	edit.Set("do", "save")
	edit.Set("closing.limited_s", "300")
	edit.Set("closing.limited_s.unit", "s")
	op.follow(op.post(path("/operator/lots/%d/rules", id), edit))
	op.follow(op.post(path("/operator/lots/%d/publish", id), nil))
	l := h.db.Ent().Lot.Query().OnlyX(t.Context())
	if l.Phase != string(auction.Announced) || l.Terms.Closing.LimitedS != 300 || l.Terms.StartFen != start {
		t.Fatalf("phase %s, terms %+v", l.Phase, l.Terms)
	}
	if got := op.post(path("/operator/lots/%d/rules", id), edit); got.status != http.StatusConflict {
		t.Errorf("rules after the publication: %d", got.status)
	}

	company := h.member(organisation.KindCOMPANY, membership.RoleAGENT)
	c := h.as(company)
	if got := c.post(path("/lots/%d/registrations", id), url.Values{}); got.status != http.StatusUnprocessableEntity {
		t.Errorf("without accepting the rules: %d", got.status)
	}
	c.follow(c.post(path("/lots/%d/registrations", id), url.Values{"accept": {"yes"}}))
	reg, err := h.market.Registration(t.Context(), company, id)
	must(t, err)
	decide := func(what string, f url.Values) answer {
		return op.post(path("/operator/registrations/%d/%s", reg.ID, what), f)
	}
	if got := decide("qualify", nil); got.status != http.StatusConflict {
		t.Errorf("qualified without a deposit: %d", got.status)
	}
	if got := decide("deposit", url.Values{"amount": {"lots"}, "at": {"then"}}); got.status != http.StatusUnprocessableEntity {
		t.Errorf("a deposit of lots: %d", got.status)
	}
	op.follow(decide("deposit", url.Values{"amount": {"100,000"}, "at": {time.Now().In(market.Shanghai).Format("2006-01-02T15:04:05")}}))
	op.follow(decide("qualify", nil))
	if p, err := h.market.Paddle(t.Context(), company, id); err != nil || p == "" {
		t.Fatalf("no code: %v", err)
	}

	act := func(what string, f url.Values) answer { return op.post(path("/operator/lots/%d/%s", id, what), f) }
	if got := act("pause", url.Values{"note": {"x"}, "cause": {"FORCE_MAJEURE"}}); got.status != http.StatusConflict {
		t.Errorf("pause before the opening: %d", got.status)
	}
	op.follow(act("open", nil))
	if got := act("pause", url.Values{"cause": {"FORCE_MAJEURE"}}); got.status != http.StatusUnprocessableEntity {
		t.Errorf("pause without a reason: %d", got.status)
	}
	op.follow(act("pause", url.Values{"cause": {"FORCE_MAJEURE"}, "note": {"停电"}}))
	if h.phase(id) != string(auction.Paused) || !strings.Contains(h.visitor().get(path("/lots/%d/room", id)).body, "停电") {
		t.Error("the room does not say why it stands still")
	}
	op.follow(act("resume", nil))
	op.follow(act("annul", url.Values{"cause": {"PLATFORM_FAILURE"}, "note": {"系统错误"}}))
	if h.phase(id) != string(auction.Closed) {
		t.Errorf("phase %s", h.phase(id))
	}
	if film := h.visitor().get(path("/lots/%d/film", id)); film.status != http.StatusOK {
		t.Errorf("film: %d", film.status)
	}
}

func TestReserveIsNeverShownAgain(t *testing.T) {
	h := open(t)
	op := h.as(h.operator)
	f := formOf(op.get(path("/operator/lots/new?listing=%d", h.listing.ID)).body)
	f.Set("reserve", "HIDDEN")
	f.Set("reserve_fen", "1234567")
	f.Set("deposit_until", time.Now().Add(time.Hour).In(market.Shanghai).Format("2006-01-02T15:04"))
	f.Set("do", "save")
	op.follow(op.post("/operator/lots", f))
	id := h.db.Ent().Lot.Query().OnlyX(t.Context()).ID
	page := op.get(path("/operator/lots/%d/rules", id)).body
	if strings.Contains(page, "1234567") || strings.Contains(page, "1,234,567") {
		t.Error("the reserve is shown again")
	}
	edit := formOf(page)
	edit.Set("do", "save")
	op.follow(op.post(path("/operator/lots/%d/rules", id), edit)) // without typing it again
	op.follow(op.post(path("/operator/lots/%d/publish", id), nil))
	history, err := h.market.History(t.Context(), auction.LotID(id))
	must(t, err)
	if history.View.Reserve != "SECRET" {
		t.Errorf("reserve %s", history.View.Reserve)
	}
}
