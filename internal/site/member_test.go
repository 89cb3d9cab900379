package site_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/g60-corridor/corridor/ent/invitation"
	"github.com/g60-corridor/corridor/ent/mandate"
	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/internal/depot/depottest"
	"github.com/g60-corridor/corridor/internal/site"
	"github.com/g60-corridor/corridor/web/locale"
)

var inviting = regexp.MustCompile(`https://market\.example(/invitations/[A-Z0-9]+)`)

// linkTo is the way in that the last letter to an address holds.
func (h *house) linkTo(address string) string {
	h.t.Helper()
	sent, _, _, err := h.inbox.Mailbox(h.t.Context(), address, 1)
	must(h.t, err)
	for _, l := range sent {
		if m := inviting.FindStringSubmatch(l.Text); m != nil {
			return m[1]
		}
	}
	h.t.Fatalf("no letter with a link to %s", address)
	return ""
}

func TestMembersByForm(t *testing.T) {
	h := open(t)
	boss := h.member(organisation.KindCOMPANY, membership.RoleADMINISTRATOR)
	known := h.member(organisation.KindINSTITUTE, membership.RoleVIEWER)
	b := h.as(boss)
	if got := b.post("/organisation/members/invite", url.Values{"email": {`"><script>x`}, "role": {"AGENT"}}); got.status != http.StatusUnprocessableEntity ||
		!strings.Contains(got.body, "&#34;&gt;&lt;script&gt;x") {
		t.Errorf("hostile address: %d", got.status)
	}
	// The inviter sees the same of an address that has an account and of one that has none.
	var pages [2]string
	for i, email := range []string{known.Person.Email, "new.person@example.org"} {
		if got := b.post("/organisation/members/invite", url.Values{"email": {email}, "role": {"EDITOR"}}); got.status != http.StatusSeeOther {
			t.Fatalf("invite: %d", got.status)
		}
		pages[i] = strings.ReplaceAll(b.get("/organisation/members").body, email, "ADDRESS")
		id := h.db.Ent().Invitation.Query().Where(invitation.Email(email)).OnlyIDX(t.Context())
		pages[i] = strings.ReplaceAll(pages[i], path("/organisation/invitations/%d/", id), "/organisation/invitations/N/")
		link := h.linkTo(email) // before it is withdrawn
		if got := h.visitor().get(link); got.status != http.StatusOK || !strings.Contains(got.body, boss.Organisation.NameEn) {
			t.Errorf("the letter leads to %d", got.status)
		}
		if i == 0 {
			b.post(path("/organisation/invitations/%d/withdraw", id), nil)
			b.get("/organisation/members") // its flash
			if got := h.visitor().get(link); got.status != http.StatusNotFound {
				t.Errorf("withdrawn, the link opens: %d", got.status)
			}
		}
	}
	if still := regexp.MustCompile(`data-now="\d+"|\d{1,2}:\d\d`); still.ReplaceAllString(pages[0], "") != still.ReplaceAllString(pages[1], "") {
		t.Error("the page tells who has an account")
	}

	link := h.linkTo("new.person@example.org")
	guest := h.visitor()
	got := guest.post(link+"/account", url.Values{"name": {"<i>Zhang</i>"}, "password": {"short"}})
	if got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, "&lt;i&gt;Zhang") || strings.Contains(got.body, `value="short"`) {
		t.Fatalf("short: %d", got.status)
	}
	if got = guest.post(link+"/account", url.Values{"name": {"<i>Zhang</i>"}, "password": {password}}); got.status != http.StatusSeeOther {
		t.Fatalf("join: %d", got.status)
	}
	if got = guest.get("/organisation/members"); got.status != http.StatusOK || strings.Contains(got.body, boss.Person.Email) || strings.Contains(got.body, "/organisation/members/invite") {
		t.Errorf("an editor: %d, and sees what administrators see", got.status)
	}
	if got = guest.get(link); got.status != http.StatusNotFound {
		t.Errorf("a used link: %d", got.status)
	}
	member := h.db.Ent().Membership.Query().Order().AllX(t.Context())
	last := member[len(member)-1].ID
	if got = guest.post(path("/organisation/members/%d/role", last), url.Values{"role": {"ADMINISTRATOR"}}); got.status != http.StatusForbidden {
		t.Errorf("he made himself an administrator: %d", got.status)
	}
	if got = b.post(path("/organisation/members/%d/remove", last), nil); got.status != http.StatusSeeOther {
		t.Fatalf("remove: %d", got.status)
	}
	if got = guest.get("/organisation/members"); got.status != http.StatusForbidden {
		t.Errorf("removed, he still reads: %d", got.status)
	}
	if got = guest.get("/me"); got.status != http.StatusOK {
		t.Errorf("he is still himself: %d", got.status)
	}
	log := h.log.String()
	for _, secret := range []string{link, link[len("/invitations/"):], "new.person@example.org", password} {
		if strings.Contains(log, secret) {
			t.Errorf("the log tells %s", secret)
		}
	}
}

// handMandate fills in the form of a power of attorney.
func (b *reader) handMandate(agent, until, file string) answer {
	b.h.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, value := range map[string]string{"agent": agent, "scope": "BID", "valid_from": "2026-01-01", "valid_until": until} {
		must(b.h.t, w.WriteField(name, value))
	}
	if file != "" {
		part, err := w.CreateFormFile("file", "../../etc/passwd\r\nX: y.pdf")
		must(b.h.t, err)
		_, err = part.Write([]byte(file))
		must(b.h.t, err)
	}
	must(b.h.t, w.Close())
	req, err := http.NewRequest(http.MethodPost, b.h.server.URL+"/organisation/mandates", &body)
	must(b.h.t, err)
	req.Header.Set("Content-Type", w.FormDataContentType())
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	req.Header.Set("Accept-Language", "en")
	return b.send(req)
}

func TestMandatesByForm(t *testing.T) {
	h := open(t)
	id, sealed := h.lot(), string(depottest.PDF(1, ""))
	agent := h.member(organisation.KindCOMPANY, membership.RoleAGENT)
	boss := h.memberOf(agent.Organisation, membership.RoleADMINISTRATOR)
	stranger := h.as(h.member(organisation.KindCOMPANY, membership.RoleADMINISTRATOR))
	h.db.Ent().Mandate.Update().Where(mandate.PersonID(agent.PersonID())).SetState(mandate.StateREVOKED).ExecX(t.Context())
	a, b, op := h.as(agent), h.as(boss), h.as(h.operator)
	if got := a.post(path("/lots/%d/registrations", id), url.Values{"accept": {"yes"}}); got.status != http.StatusForbidden || !strings.Contains(got.body, "§1.1") {
		t.Errorf("without one: %d, or the rule is not named", got.status)
	}
	if got := a.get(path("/lots/%d", id)); !strings.Contains(got.body, "§1.1") {
		t.Error("the page of the lot does not say what he lacks")
	}
	until := time.Now().AddDate(1, 0, 0).Format(time.DateOnly)
	who := path("%d", agent.PersonID())
	for name, c := range map[string]struct{ agent, until, file, says string }{
		"no file": {who, until, "", "Please"}, "a page": {who, until, "<html>", "PDF"}, "no day": {who, "31.12.2026", sealed, "2026-11-23"}, "nobody": {"", until, sealed, ""},
	} {
		got := b.handMandate(c.agent, c.until, c.file)
		if got.status != http.StatusUnprocessableEntity || name != "no file" && !strings.Contains(got.body, c.says) || !strings.Contains(got.body, `value="2026-01-01"`) {
			t.Errorf("%s: %d, or what was filled in is lost", name, got.status)
		}
	}
	if got := b.handMandate(who, until, sealed+strings.Repeat("x", 11<<20)); got.status != http.StatusRequestEntityTooLarge && got.status != http.StatusUnprocessableEntity {
		t.Errorf("too large: %d", got.status)
	}
	if got := b.handMandate(who, until, sealed); got.status != http.StatusSeeOther {
		t.Fatalf("hand in: %d", got.status)
	}
	m := h.db.Ent().Mandate.Query().Where(mandate.StateEQ(mandate.StateSUBMITTED)).OnlyX(t.Context())
	paper := path("/organisation/mandates/%d/paper", m.ID)
	got := a.get(paper)
	if got.status != http.StatusOK || got.body != sealed || got.header.Get("X-Content-Type-Options") != "nosniff" ||
		got.header.Get("Content-Disposition") != path(`attachment; filename="mandate-%d.pdf"`, m.ID) || got.header.Get("Content-Type") != "application/pdf" {
		t.Errorf("the paper: %d %v", got.status, got.header)
	}
	if got := stranger.get(paper); got.status != http.StatusNotFound {
		t.Errorf("a stranger reads the paper: %d", got.status)
	}
	judge := path("/operator/mandates/%d/", m.ID)
	if got := op.post(judge+"reject", url.Values{"reason": {" "}}); got.status != http.StatusUnprocessableEntity {
		t.Errorf("without a reason: %d", got.status)
	}
	if got := op.post(judge+"accept", nil); got.status != http.StatusSeeOther {
		t.Fatalf("accept: %d", got.status)
	}
	if got := op.post(judge+"accept", nil); got.status != http.StatusConflict {
		t.Errorf("twice: %d", got.status)
	}
	if got := a.post(path("/lots/%d/registrations", id), url.Values{"accept": {"yes"}}); got.status != http.StatusSeeOther {
		t.Errorf("with one: %d", got.status)
	}
}

func TestORCIDByForm(t *testing.T) {
	h := open(t)
	v := h.member(organisation.KindUNIVERSITY, membership.RoleEDITOR)
	if got := h.as(v).post("/me/orcid", url.Values{"orcid": {"0000-0002-1825-0097"}}); got.status != http.StatusUnprocessableEntity {
		t.Errorf("of a person whom many visitors share: %d", got.status)
	}
	b := h.as(v)
	h.db.Ent().Person.UpdateOneID(v.PersonID()).SetDemo(false).ExecX(t.Context())
	if got := b.post("/me/orcid", url.Values{"orcid": {`0000-0002-1825-0098"><i>`}}); got.status != http.StatusUnprocessableEntity ||
		!strings.Contains(got.body, "0098&#34;&gt;&lt;i&gt;") {
		t.Errorf("none: %d, or what was entered is lost", got.status)
	}
	if got := b.post("/me/orcid", url.Values{"orcid": {"https://orcid.org/0000000218250097"}}); got.status != http.StatusSeeOther {
		t.Errorf("one: %d", got.status)
	}
	if got := b.get("/me"); !strings.Contains(got.body, `href="https://orcid.org/0000-0002-1825-0097"`) {
		t.Error("it is not shown")
	}
	if got := b.post("/me/orcid", nil); got.status != http.StatusSeeOther || h.db.Ent().Person.GetX(t.Context(), v.PersonID()).Orcid != "" {
		t.Errorf("taken away: %d", got.status)
	}
}

// What somebody may do is looked at again, on this node at once, when his role or power of attorney has changed.
func TestOpenSocketsAreLookedAtAgain(t *testing.T) {
	asked := 0
	h := open(t, func(o *site.Options) { o.Changed = func() { asked++ } })
	agent := h.member(organisation.KindCOMPANY, membership.RoleAGENT)
	b := h.as(h.memberOf(agent.Organisation, membership.RoleADMINISTRATOR))
	m := h.db.Ent().Mandate.Query().Where(mandate.PersonID(agent.PersonID())).OnlyX(t.Context())
	of := h.db.Ent().Person.QueryMemberships(agent.Person).OnlyIDX(t.Context())
	for _, c := range []struct {
		path string
		form url.Values
	}{
		{path("/organisation/mandates/%d/revoke", m.ID), nil},
		{path("/organisation/members/%d/role", of), url.Values{"role": {"FINANCE"}}},
		{path("/organisation/members/%d/remove", of), nil},
	} {
		before := asked
		if got := b.post(c.path, c.form); got.status != http.StatusSeeOther || asked != before+1 {
			t.Errorf("%s: %d, asked %d times", c.path, got.status, asked-before)
		}
	}
}

// Every action has words.
func TestDeedsOfMembersHaveWords(t *testing.T) {
	for _, a := range []string{"member_role", "member_remove", "member_leave", "member_join", "member_invite", "member_invite_again",
		"member_invite_withdraw", "mandate_submit", "mandate_accept", "mandate_reject", "mandate_revoke", "mandate_read", "orcid_set"} {
		if !locale.Has("did_" + a) {
			t.Errorf("no words for %s", a)
		}
	}
}
