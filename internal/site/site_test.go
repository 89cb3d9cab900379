package site_test

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/alexedwards/scs/v2/memstore"

	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/market"
	"github.com/g60-corridor/corridor/internal/proof"
	"github.com/g60-corridor/corridor/internal/site"
)

// atHomeToNobody makes the tests' own machine a stranger, as a proxy does.
func atHomeToNobody(o *site.Options) { o.TrustProxy = true }

var inline = regexp.MustCompile(`(?i)<style|\sstyle\s*=|\son[a-z]+\s*=\s*["']|javascript:|<script(?:\s+[^>]*)?>`)

func TestPagesHoldNothingInlineAndSayWhoMayFrameThem(t *testing.T) {
	h := open(t)
	id := h.lot()
	v := h.bidder(id)
	h.conduct(id, market.OpenNow)
	for _, b := range []*reader{h.visitor(), h.as(v), h.as(h.operator)} {
		for _, p := range []string{"/", "/lots", path("/lots/%d", id), path("/lots/%d/room", id), path("/lots/%d/announcement", id),
			"/verify", "/sign-in", "/recover", "/me", "/me/security", "/me/activity", "/me/bids", "/me/notices", "/me/notices/preferences", "/me/watching", path("/listings/%d", h.listing.ID), "/search?q=x", "/demo/mailbox", "/operator", "/operator/lots/new", path("/operator/lots/new?listing=%d", h.listing.ID),
			path("/operator/lots/%d/console", id), path("/operator/lots/%d/console?ask=pause", id), path("/operator/lots/%d/registrations", id),
			path("/operator/lots/%d/rules", id), "/nothing"} {
			got := b.get(p)
			csp := got.header.Get("Content-Security-Policy")
			for _, part := range []string{"default-src 'none'", "script-src 'self';", "style-src 'self';", "frame-ancestors 'none'", "base-uri 'none'"} {
				if !strings.Contains(csp, part) {
					t.Errorf("%s: the policy lacks %q", p, part)
				}
			}
			if strings.Contains(csp, "unsafe") || got.header.Get("X-Content-Type-Options") != "nosniff" {
				t.Errorf("%s: header %v", p, got.header)
			}
			for _, tag := range inline.FindAllString(got.body, -1) {
				if !strings.Contains(tag, "src=") && !strings.Contains(tag, `type="application/json"`) && !strings.Contains(tag, `type="application/ld+json"`) {
					t.Errorf("%s: inline: %s", p, tag)
				}
			}
		}
	}
}

func TestOtherSitesCannotAct(t *testing.T) {
	h := open(t)
	b := h.as(h.member(organisation.KindCOMPANY, membership.RoleAGENT))
	for name, value := range map[string]string{"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"} {
		req, err := http.NewRequest(http.MethodPost, h.server.URL+"/sign-out", nil)
		must(t, err)
		req.Header.Set(name, value)
		if got := b.send(req); got.status != http.StatusForbidden {
			t.Errorf("%s: %s: %d", name, value, got.status)
		}
	}
	if got := b.get("/me"); got.status != http.StatusOK {
		t.Fatal("signed out by another site")
	}
}

func TestSignIn(t *testing.T) {
	h := open(t)
	v := h.member(organisation.KindCOMPANY, membership.RoleAGENT)
	must(t, h.people.SetPassword(t.Context(), v.PersonID(), password))
	b := h.visitor()
	planted := &http.Cookie{Name: "corridor", Value: "planted-by-somebody-else"}
	u, _ := url.Parse(h.server.URL)
	b.client.Jar.SetCookies(u, []*http.Cookie{planted})
	wrong := b.post("/sign-in", url.Values{"email": {v.Person.Email}, "password": {"wrong wrong"}, "next": {"/me"}})
	if wrong.status != http.StatusUnauthorized || !strings.Contains(wrong.body, v.Person.Email) || strings.Contains(wrong.body, "wrong wrong") {
		t.Fatalf("wrong password: %d", wrong.status)
	}
	got := b.post("/sign-in", url.Values{"email": {v.Person.Email}, "password": {password}, "next": {"/me/bids"}})
	if got.status != http.StatusSeeOther || got.location() != "/me/bids" {
		t.Fatalf("%d to %s", got.status, got.location())
	}
	cookie := got.header.Get("Set-Cookie")
	for _, part := range []string{"HttpOnly", "SameSite=Lax", "Path=/"} {
		if !strings.Contains(cookie, part) {
			t.Errorf("the cookie lacks %s: %s", part, cookie)
		}
	}
	if strings.Contains(cookie, planted.Value) {
		t.Error("the session goes by a name that somebody else chose")
	}
	token := b.token()
	if strings.Contains(h.log.String(), token) || strings.Contains(h.log.String(), password) || strings.Contains(h.log.String(), v.Person.Email) {
		t.Error("the log tells a secret")
	}
	if got := b.get("/me"); got.status != http.StatusOK || got.header.Get("Cache-Control") != "no-store" {
		t.Fatalf("account: %d %s", got.status, got.header.Get("Cache-Control"))
	}
	if got := b.post("/sign-out", nil); got.status != http.StatusSeeOther {
		t.Fatalf("sign out: %d", got.status)
	}
	b.client.Jar.SetCookies(u, []*http.Cookie{{Name: "corridor", Value: token}})
	if got := b.get("/me"); got.status != http.StatusSeeOther {
		t.Fatal("a session that was ended still opens the door")
	}
}

// Who reads the store of the sessions cannot take one over: a cookie is not found there as it is.
func TestTheStoreOfSessionsHoldsNoCookie(t *testing.T) {
	store := memstore.New()
	h := open(t, func(o *site.Options) { o.Sessions = store })
	b := h.as(h.operator)
	all, err := store.All()
	must(t, err)
	if _, found := all[b.token()]; found || len(all) == 0 {
		t.Errorf("%d sessions, the cookie among them: %v", len(all), found)
	}
}

// A page for signing in asks for a challenge by itself, and a page shows a message once: neither answer may overtake a sign-in
// and take the session's place in the browser.
func TestNothingOvertakesASignIn(t *testing.T) {
	h := open(t)
	sets := func(a answer) bool {
		return slices.ContainsFunc(a.header.Values("Set-Cookie"), func(c string) bool { return strings.HasPrefix(c, "corridor=") })
	}
	if got := h.visitor().post("/sign-in/passkey/options", nil); got.status != http.StatusOK || sets(got) {
		t.Errorf("a challenge: %d, session: %v", got.status, sets(got))
	}
	b := h.as(h.member(organisation.KindCOMPANY, membership.RoleAGENT))
	if got := b.post("/me/notices/preferences", url.Values{"SALES": {"OFF"}}); got.status != http.StatusSeeOther || sets(got) {
		t.Errorf("a form: %d, session: %v", got.status, sets(got))
	}
	told := b.get("/me")
	if !strings.Contains(told.body, `class="flash"`) || sets(told) {
		t.Errorf("the page after it tells what was done: %v, session: %v", strings.Contains(told.body, `class="flash"`), sets(told))
	}
	if again := b.get("/me"); strings.Contains(again.body, `class="flash"`) {
		t.Error("it is told twice")
	}
	u, _ := url.Parse(h.server.URL)
	b.client.Jar.SetCookies(u, []*http.Cookie{{Name: "corridor-flash", Value: "nav_home"}})
	if got := b.get("/me"); got.status != http.StatusOK || strings.Contains(got.body, `class="flash"`) {
		t.Errorf("what somebody else put there: %d", got.status)
	}
}

// An answer that was under way when its session got a new name may write the old one down again: that one holds nobody.
func TestAnOlderNameOfASessionHoldsNobody(t *testing.T) {
	store := memstore.New()
	h := open(t, func(o *site.Options) { o.Sessions = store })
	v := h.member(organisation.KindCOMPANY, membership.RoleAGENT)
	b := h.as(v)
	old := b.token()
	before, err := store.All()
	must(t, err)
	if got := b.post("/me/organisation", url.Values{"organisation": {strconv.Itoa(v.OrganisationID())}}); got.status != http.StatusSeeOther {
		t.Fatal(got.status)
	}
	for key, held := range before {
		must(t, store.Commit(key, held, time.Now().Add(time.Hour)))
	}
	if got := b.get("/me"); got.status != http.StatusOK {
		t.Fatalf("under its new name: %d", got.status)
	}
	u, _ := url.Parse(h.server.URL)
	b.client.Jar.SetCookies(u, []*http.Cookie{{Name: "corridor", Value: old}})
	if got := b.get("/me"); got.status != http.StatusSeeOther {
		t.Errorf("under its old name: %d", got.status)
	}
}

// What a session holds open elsewhere ends with it, at once: at sign-out, and when somebody signs in anew.
func TestSocketsEndWithTheSession(t *testing.T) {
	var ended []string
	h := open(t, func(o *site.Options) { o.SignedOut = func(session string) { ended = append(ended, session) } })
	b := h.as(h.operator)
	first := b.token()
	b.post("/demo/sign-in", url.Values{"email": {h.operator.Person.Email}})
	second := b.token()
	b.post("/sign-out", nil)
	if first == second {
		t.Error("the session keeps its name at a sign-in: who knew it before is in")
	}
	if !slices.Equal(ended, []string{first, second}) {
		t.Fatalf("%d sessions have ended, want those that were named", len(ended))
	}
}

// A record is a whole log, made anew each time.
func TestRecordsAreNotForTheAsking(t *testing.T) {
	h := open(t)
	id := h.lot()
	b := h.visitor()
	asked := 0
	for b.get(path("/lots/%d/record.json", id)).status != http.StatusTooManyRequests {
		if asked++; asked > 2*120 { // where a minute ends in between, more get through
			t.Fatalf("%d records for the asking", asked)
		}
	}
	if asked < 120 {
		t.Fatalf("refused after %d", asked)
	}
}

func TestSecureCookies(t *testing.T) {
	h := open(t, func(o *site.Options) { o.Secure = true })
	got := h.visitor().post("/demo/sign-in", url.Values{"email": {h.operator.Person.Email}})
	if c := got.header.Get("Set-Cookie"); !strings.HasPrefix(c, "__Host-corridor=") || !strings.Contains(c, "Secure") {
		t.Errorf("cookie %s", c)
	}
	if got.header.Get("Strict-Transport-Security") == "" {
		t.Error("no strict transport")
	}
}

func TestGuessesAreSlowedDown(t *testing.T) {
	h := open(t)
	b := h.visitor()
	last := 0
	for range 12 {
		last = b.post("/sign-in", url.Values{"email": {"a@example.org"}, "password": {"guess guess"}}).status
	}
	if last != http.StatusTooManyRequests {
		t.Fatalf("the twelfth guess: %d", last)
	}
}

func TestChangedPasswordEndsOtherSessions(t *testing.T) {
	h := open(t)
	v := h.member(organisation.KindCOMPANY, membership.RoleAGENT)
	must(t, h.people.SetPassword(t.Context(), v.PersonID(), password))
	here, there := h.as(v), h.as(v)
	for _, c := range []struct {
		old, new string
		status   int
	}{{"not this one", password + "2", http.StatusUnprocessableEntity}, {password, "short", http.StatusUnprocessableEntity}, {password, password + "2", http.StatusSeeOther}} {
		if got := here.post("/me/password", url.Values{"old": {c.old}, "new": {c.new}}); got.status != c.status {
			t.Errorf("old %q new %q: %d", c.old, c.new, got.status)
		}
	}
	if got := here.get("/me"); got.status != http.StatusOK {
		t.Errorf("here: %d", got.status)
	}
	if got := there.get("/me"); got.status != http.StatusSeeOther {
		t.Errorf("there: %d", got.status)
	}
}

func TestNextStaysOnThisSite(t *testing.T) {
	h := open(t)
	for _, next := range []string{"//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)", "evil", "/%0d%0aX: y\r\n", ""} {
		got := h.visitor().post("/demo/sign-in", url.Values{"email": {h.operator.Person.Email}, "next": {next}})
		if got.location() != "/" && !strings.HasPrefix(got.location(), "/%0d%0a") {
			t.Errorf("next %q leads to %q", next, got.location())
		}
	}
	got := h.visitor().post("/demo/sign-in", url.Values{"email": {h.operator.Person.Email}, "next": {"/lots?city=310117#x"}})
	if got.location() != "/lots?city=310117#x" {
		t.Errorf("%q", got.location())
	}
}

func TestNoDemoDoorInProduction(t *testing.T) {
	h := open(t, func(o *site.Options) { o.Demo = false })
	if got := h.visitor().post("/demo/sign-in", url.Values{"email": {h.operator.Person.Email}}); got.status != http.StatusNotFound {
		t.Fatalf("%d", got.status)
	}
	if got := h.visitor().get("/sign-in"); strings.Contains(got.body, h.operator.Person.Email) {
		t.Error("the page of production offers demo people")
	}
}

func TestErrorsInTheReadersLanguage(t *testing.T) {
	h := open(t)
	h.lot()
	for p, want := range map[string]int{
		"/nothing": 404, "/lots/0": 404, "/lots/01": 404, "/lots/x": 404, "/lots/99": 404, "/lots/1/film": 409, "/lots/1/record.json": 409,
		"/lots?field=XX": 422, "/lots?state=XX": 422, "/lots?date=yesterday": 422, "/lots?page=-1": 422, "/lots/1/record.json?for=everybody": 422,
	} {
		texts := map[string]string{}
		for _, lang := range []string{"zh-CN", "en"} {
			b := h.visitor()
			b.lang = lang
			got := b.get(p)
			if got.status != want {
				t.Errorf("%s: %d, want %d", p, got.status, want)
			}
			if !strings.Contains(got.body, `<html lang="`+lang+`"`) || !strings.Contains(got.body, got.header.Get("X-Request-ID")) {
				t.Errorf("%s: not a page in %s that names the request", p, lang)
			}
			texts[lang] = got.body
		}
		if texts["zh-CN"] == texts["en"] {
			t.Errorf("%s: the same in both languages", p)
		}
	}
	if got := h.visitor().post("/lots", nil); got.status != http.StatusMethodNotAllowed {
		t.Errorf("POST /lots: %d", got.status)
	}
	if got := h.visitor().post("/theme", url.Values{"theme": {strings.Repeat("x", 100_000)}}); got.status != http.StatusRequestEntityTooLarge {
		t.Errorf("a long body: %d", got.status)
	}
}

func TestLanguageAndThemeWithoutScripts(t *testing.T) {
	h := open(t)
	b := h.visitor()
	if got := b.post("/language", url.Values{"language": {"zh"}, "back": {"/verify"}}); got.location() != "/verify" {
		t.Fatalf("%d %s", got.status, got.location())
	}
	b.post("/theme", url.Values{"theme": {"dark"}})
	if got := b.get("/verify"); !strings.Contains(got.body, `<html lang="zh-CN" data-theme="dark"`) {
		t.Error("what was chosen is not kept")
	}
	b.post("/theme", url.Values{"theme": {""}})
	if got := b.get("/verify"); strings.Contains(got.body, `data-theme="dark"`) {
		t.Error("the system's colours cannot be had back")
	}
	if got := b.post("/language", url.Values{"language": {"fr"}}); got.status != http.StatusUnprocessableEntity {
		t.Errorf("French: %d", got.status)
	}
}

func TestMetrics(t *testing.T) {
	home := open(t)
	home.visitor().get("/verify")
	if got := home.visitor().get("/metrics"); got.status != http.StatusOK || !strings.Contains(got.body, "corridor_http_request_seconds") {
		t.Errorf("from this machine: %d", got.status)
	}
	away := open(t, atHomeToNobody)
	if got := away.visitor().get("/metrics"); got.status != http.StatusSeeOther {
		t.Errorf("a stranger: %d", got.status)
	}
}

func TestRecordForEachReader(t *testing.T) {
	h := open(t)
	id := h.lot()
	v := h.bidder(id)
	other := h.bidder(id)
	h.conduct(id, market.OpenNow)
	h.bid(h.as(v), id, "1000000", "PLAIN")
	h.bid(h.as(other), id, "1500000", "MAXIMUM")
	record := path("/lots/%d/record.json", id)
	if got := h.visitor().get(record); got.status != http.StatusConflict {
		t.Fatalf("before the close: %d", got.status)
	}
	h.conduct(id, market.Annul)
	secret := "1234567" // of the reserve
	for name, c := range map[string]struct {
		b      *reader
		query  string
		status int
	}{
		"public": {h.visitor(), "", 200}, "bidder": {h.as(v), "?for=me", 200}, "auditor": {h.as(h.operator), "?for=auditor", 200},
		"visitor as bidder": {h.visitor(), "?for=me", 303}, "visitor as auditor": {h.visitor(), "?for=auditor", 303},
		"bidder as auditor": {h.as(v), "?for=auditor", 403}, "operator as bidder": {h.as(h.operator), "?for=me", 403},
		"other operator": {h.as(h.member(organisation.KindMARKET_OPERATOR, membership.RoleADMINISTRATOR)), "?for=auditor", 403},
	} {
		got := c.b.get(record + c.query)
		if got.status != c.status {
			t.Errorf("%s: %d, want %d", name, got.status, c.status)
		}
		if c.status != http.StatusOK {
			continue
		}
		if report := proof.Verify([]byte(got.body)); !report.OK() {
			t.Errorf("%s: the record does not verify:\n%s", name, report.String())
		}
		if opened := strings.Contains(got.body, secret) || strings.Contains(got.body, other.Organisation.Uscc); opened != (name == "auditor") {
			t.Errorf("%s: reserve or identity opened: %v", name, opened)
		}
	}
}

func TestCalendarKeepsItsNameAndCounts(t *testing.T) {
	h := open(t)
	id := h.lot()
	read := func() (uid, sequence, status string) {
		got := h.visitor().get(path("/lots/%d/calendar.ics", id))
		if got.header.Get("Content-Type") != "text/calendar; charset=utf-8" {
			t.Fatal(got.header)
		}
		for _, line := range strings.Split(got.body, "\r\n") {
			name, value, _ := strings.Cut(line, ":")
			switch name {
			case "UID":
				uid = value
			case "SEQUENCE":
				sequence = value
			case "STATUS":
				status = value
			}
		}
		return
	}
	uid, first, status := read()
	if uid == "" || first != "0" || status != "CONFIRMED" {
		t.Fatalf("%s %s %s", uid, first, status)
	}
	h.conduct(id, market.OpenNow)
	h.conduct(id, market.PauseNow)
	if again, n, _ := read(); again != uid || n != "2" {
		t.Errorf("%s %s", again, n)
	}
	h.conduct(id, market.Annul)
	if again, n, status := read(); again != uid || n != "3" || status != "CANCELLED" {
		t.Errorf("%s %s %s", again, n, status)
	}
}

func TestAddressBehindTheProxy(t *testing.T) {
	h := open(t, func(o *site.Options) { o.TrustProxy = true })
	r, _ := http.NewRequest(http.MethodGet, "/", nil)
	r.RemoteAddr = "10.0.0.1:1234"
	r.Header["X-Forwarded-For"] = []string{"6.6.6.6, 203.0.113.9"}
	if got := h.site.Address(r); got != "203.0.113.9" {
		t.Errorf("behind our proxy: %s", got)
	}
	plain := open(t)
	if got := plain.site.Address(r); got != "10.0.0.1" {
		t.Errorf("without one: %s", got)
	}
	for from, want := range map[string]string{
		"[2001:db8:1:2:3:4:5:6]:1": "2001:db8:1:2::/64", "[2001:db8:1:2:ffff::1]:2": "2001:db8:1:2::/64", "[::ffff:10.0.0.1]:3": "10.0.0.1",
	} { // who has a network has 2⁶⁴ addresses
		r.RemoteAddr = from
		if got := plain.site.Address(r); got != want {
			t.Errorf("%s is limited as %s", from, got)
		}
	}
}

// Somebody who belongs to two organisations acts for the one he chooses, and for no other.
func TestActingForAnotherOrganisation(t *testing.T) {
	h := open(t)
	company := func() identity.Viewer { return h.member(organisation.KindCOMPANY, membership.RoleAGENT) }
	one, two, foreign := company(), company(), company()
	must(t, h.db.Ent().Membership.Create().SetPersonID(one.PersonID()).SetOrganisationID(two.OrganisationID()).
		SetRole(membership.RoleAGENT).Exec(t.Context()))
	v := h.as(one)
	before := v.token()
	for _, c := range []struct {
		organisation string
		status       int
	}{
		{strconv.Itoa(foreign.OrganisationID()), http.StatusForbidden}, {"x", http.StatusUnprocessableEntity},
		{strconv.Itoa(two.OrganisationID()), http.StatusSeeOther},
	} {
		if got := v.post("/me/organisation", url.Values{"organisation": {c.organisation}}); got.status != c.status {
			t.Errorf("organisation %s: %d, want %d", c.organisation, got.status, c.status)
		}
	}
	if v.token() == before {
		t.Error("the session has kept its name")
	}
	page := v.get("/me").body
	if !strings.Contains(page, `class="me-for">`+two.Organisation.NameEn) || !strings.Contains(page, `name="organisation" value="`+strconv.Itoa(one.OrganisationID())+`"`) {
		t.Errorf("the account does not say for whom he acts now, or offers no way back:\n%s", page)
	}
}

// Who has taken back a registration may come again, and the page offers it (R2.21).
func TestARegistrationTakenBackMayComeAgain(t *testing.T) {
	h := open(t)
	lot := h.lot()
	v := h.as(h.member(organisation.KindCOMPANY, membership.RoleAGENT))
	form := `action="` + path("/lots/%d/registrations", lot) + `"`
	for _, c := range []struct {
		do      string
		offered bool
	}{{"/registrations", false}, {"/registrations/withdraw", true}, {"/registrations", false}} {
		if got := v.post(path("/lots/%d%s", lot, c.do), url.Values{"accept": {"yes"}}); got.status != http.StatusSeeOther {
			t.Fatalf("%s: %d", c.do, got.status)
		}
		if offered := strings.Contains(v.get(path("/lots/%d", lot)).body, form); offered != c.offered {
			t.Errorf("after %s the form is offered: %v, want %v", c.do, offered, c.offered)
		}
	}
}
