package site_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/internal/inbox"
	"github.com/g60-corridor/corridor/internal/market"
	"github.com/g60-corridor/corridor/internal/site"
	"github.com/g60-corridor/corridor/internal/store"
)

var (
	noticeLink = regexp.MustCompile(`href="(/me/notices/\d+)"`)
	letterLink = regexp.MustCompile(`href="(/demo/mailbox/\d+)"`)
)

func TestNotices(t *testing.T) {
	h := open(t)
	id := h.lot()
	v := h.bidder(id)
	b := h.as(v)
	if got := b.get("/"); !strings.Contains(got.body, "1 unread") {
		t.Error("the masthead does not tell of the notice")
	}
	if got := b.post("/me/orcid", url.Values{"orcid": {"no number"}}); got.status < 400 || !strings.Contains(got.body, "1 unread") {
		t.Errorf("%d: a form that comes back does not tell of the notice", got.status)
	}
	list := b.get("/me/notices")
	links := noticeLink.FindAllStringSubmatch(list.body, -1)
	if list.status != http.StatusOK || len(links) != 1 || !strings.Contains(list.body, "You may bid in lot") {
		t.Fatalf("%d, notices %v", list.status, links)
	}
	if got := h.as(h.operator).get(links[0][1]); got.status != http.StatusNotFound {
		t.Errorf("somebody else's notice: %d", got.status)
	}
	if got := b.get(links[0][1]); got.status != http.StatusSeeOther || got.location() != path("/lots/%d", id) {
		t.Errorf("opened: %d to %s", got.status, got.location())
	}
	if got := b.get("/me/notices"); strings.Contains(got.body, "unread") || !strings.Contains(got.body, "All is read.") {
		t.Error("an opened notice counts as unread")
	}
	h.conduct(id, market.OpenNow)
	h.conduct(id, market.PauseNow)
	h.conduct(id, market.Resume)
	upTo := strings.TrimPrefix(noticeLink.FindStringSubmatch(b.get("/me/notices").body)[1], "/me/notices/")
	if got := b.post("/me/notices/read", url.Values{"up_to": {upTo}, "one": {"1"}, "back": {"/me/notices?page=1"}}); got.location() != "/me/notices?page=1" {
		t.Errorf("one read: %d to %s", got.status, got.location())
	}
	if got := b.get("/me/notices"); !strings.Contains(got.body, "1 unread") {
		t.Error("of two new notices one is left")
	}
	if got := b.post("/me/notices/read", url.Values{"up_to": {upTo}}); got.status != http.StatusSeeOther {
		t.Errorf("all read: %d", got.status)
	}
	if got := b.get("/me/notices"); strings.Contains(got.body, "unread") || !strings.Contains(got.body, "All notices are marked as read.") {
		t.Error("not all is read")
	}
	if got := b.post("/me/notices/read", url.Values{"up_to": {"x"}}); got.status != http.StatusUnprocessableEntity {
		t.Errorf("no number: %d", got.status)
	}
	nobody := h.as(h.member(organisation.KindBROKERAGE, membership.RoleAGENT))
	if got := nobody.get("/me/notices"); !strings.Contains(got.body, "Nothing yet.") {
		t.Error("who was told nothing is not told so")
	}
}

func TestMailPreferencesByForm(t *testing.T) {
	h := open(t)
	b := h.as(h.member(organisation.KindCOMPANY, membership.RoleAGENT))
	if got := b.get("/me/notices/preferences"); strings.Contains(got.body, `name="WORK"`) || strings.Count(got.body, "checked") != 8 {
		t.Error("the form of a company")
	}
	if got := h.as(h.operator).get("/me/notices/preferences"); !strings.Contains(got.body, `name="WORK"`) {
		t.Error("the form of an operator")
	}
	if got := b.post("/me/notices/preferences", url.Values{"SALES": {"OFF"}, "OTHER": {"x"}}); got.status != http.StatusSeeOther {
		t.Errorf("%d", got.status)
	}
	if got := b.get("/me/notices/preferences"); !regexp.MustCompile(`name="SALES" value="OFF" checked`).MatchString(got.body) {
		t.Error("the wish is not kept")
	}
	if got := b.post("/me/notices/preferences", url.Values{"SALES": {"HOURLY"}}); got.status != http.StatusUnprocessableEntity {
		t.Errorf("an unknown wish: %d", got.status)
	}
}

func TestTheDemoMailbox(t *testing.T) {
	h := open(t)
	v := h.bidder(h.lot())
	hostile := `<img src=x onerror=alert(1)>` + "\n" + origin + `.evil.example/x` + "\n" + `javascript:alert(1)`
	must(t, h.db.Tx(t.Context(), func(tx *store.Tx) error {
		return h.inbox.Tell(t.Context(), tx, inbox.News{
			Kind: inbox.RegistrationRejected, Key: "k", Organisation: v.OrganisationID(), Roles: []membership.Role{membership.RoleAGENT},
			Params: inbox.Params{"Lot": "7", "Title_zh": "膜", "Note": hostile},
		})
	}))
	b := h.visitor()
	list := b.get("/demo/mailbox?to=" + url.QueryEscape(v.Person.Email))
	links := letterLink.FindAllStringSubmatch(list.body, -1)
	if len(links) != 2 || len(letterLink.FindAllString(b.get("/demo/mailbox?to=other@example.org").body, -1)) != 0 {
		t.Fatalf("letters %v", links)
	}
	read := b.get(links[0][1])
	if read.status != http.StatusOK || strings.Contains(read.body, "<img src=x") || strings.Contains(read.body, `href="javascript`) ||
		strings.Contains(read.body, "evil.example/x\"") || !strings.Contains(read.body, `href="/me/notices/`) {
		t.Errorf("%d: %s", read.status, read.body)
	}
	html := b.get(links[0][1] + "/html")
	if csp := html.header.Get("Content-Security-Policy"); !strings.HasPrefix(csp, "sandbox") || strings.Contains(csp, "script") ||
		strings.Contains(html.body, "<img") || !strings.Contains(html.body, "&lt;img") {
		t.Errorf("policy %s, %s", csp, html.body)
	}
	real := open(t, func(o *site.Options) { o.Demo = false })
	for _, p := range []string{"/demo/mailbox", "/demo/mailbox/1", "/demo/mailbox/1/html"} {
		if got := real.visitor().get(p); got.status != http.StatusNotFound {
			t.Errorf("%s without a demo: %d", p, got.status)
		}
	}
	if got := b.get("/demo/mailbox/" + fmt.Sprint(1<<40)); got.status != http.StatusNotFound {
		t.Errorf("no such letter: %d", got.status)
	}
}
