package site_test

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/site"
)

// real makes somebody who is no invented person, with a password.
func (h *house) real() identity.Viewer {
	h.t.Helper()
	v := h.member(organisation.KindCOMPANY, membership.RoleAGENT)
	v.Person = h.db.Ent().Person.UpdateOne(v.Person).SetDemo(false).SaveX(h.t.Context())
	must(h.t, h.people.SetPassword(h.t.Context(), v.PersonID(), password))
	return v
}

// byPassword is a browser in which somebody signed in by his password.
func (h *house) byPassword(v identity.Viewer, password string) *reader {
	h.t.Helper()
	b := h.visitor()
	if got := b.post("/sign-in", url.Values{"email": {v.Person.Email}, "password": {password}}); got.status != http.StatusSeeOther {
		h.t.Fatalf("sign in: %d", got.status)
	}
	return b
}

// eventually waits for what is done after an answer.
func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !is(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("in vain: %s", what)
		}
	}
}

var wayIn = regexp.MustCompile(regexp.QuoteMeta(origin) + `(/recover/[A-Z2-7]+)`)

func TestRecoveryByLetter(t *testing.T) {
	var ended atomic.Int64
	h := open(t, func(o *site.Options) {
		o.EndSockets = func(func(string) bool) { ended.Add(1) }
	})
	v := h.real()
	elsewhere := h.byPassword(v, password)
	b := h.visitor()
	if got := b.post("/recover", url.Values{"email": {v.Person.Email}}); got.status != http.StatusSeeOther || got.location() != "/recover?asked=yes" {
		t.Fatalf("asked: %d to %s", got.status, got.location())
	}
	var link string
	eventually(t, "the letter", func() bool {
		sent, _, _, err := h.inbox.Mailbox(t.Context(), v.Person.Email, 1)
		must(t, err)
		for _, l := range sent {
			if m := wayIn.FindStringSubmatch(l.Text); m != nil {
				link = m[1]
			}
		}
		return link != ""
	})
	for range 3 {
		got := h.visitor().get(link) // machines that look at mail
		if got.status != http.StatusOK || !strings.Contains(got.body, v.Person.Email) || got.header.Get("Cache-Control") != "no-store" {
			t.Fatalf("the page of the link: %d", got.status)
		}
	}
	if got := b.post(link, url.Values{"password": {"short"}}); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, "10 characters") {
		t.Errorf("a short one: %d", got.status)
	}
	fresh := password + " 新"
	if got := b.post(link, url.Values{"password": {fresh}}); got.status != http.StatusSeeOther || got.location() != "/sign-in" {
		t.Fatalf("a good one: %d to %s", got.status, got.location())
	}
	if ended.Load() != 1 {
		t.Errorf("sockets ended %d times", ended.Load())
	}
	for _, got := range []answer{b.post(link, url.Values{"password": {fresh + "又"}}), b.get(link)} {
		if got.status != http.StatusNotFound || !strings.Contains(got.body, `href="/sign-in"`) || !strings.Contains(got.body, `action="/recover"`) {
			t.Errorf("the link, used: %d", got.status)
		}
	}
	if got := elsewhere.get("/me"); got.status != http.StatusSeeOther {
		t.Errorf("signed in elsewhere as before: %d", got.status)
	}
	own := h.byPassword(v, fresh)
	activity := own.get("/me/activity").body
	for _, said := range []string{"A letter to get back in was asked for", "Set a new password by the link of a letter", "Signed in by password"} {
		if !strings.Contains(activity, said) {
			t.Errorf("his activity does not say: %s", said)
		}
	}
	for _, secret := range []string{strings.TrimPrefix(link, "/recover/"), password, fresh, v.Person.Email} {
		if strings.Contains(h.log.String(), secret) {
			t.Errorf("the log tells %s", secret)
		}
		if secret != v.Person.Email && strings.Contains(activity, secret) {
			t.Errorf("his activity tells %s", secret)
		}
	}
}

// Nobody learns here who has an address: the answers are the same, whatever becomes of them.
func TestDoorsDoNotTellWhoIsKnown(t *testing.T) {
	h := open(t)
	known := []string{h.real().Person.Email, "nobody@example.org", h.operator.Person.Email} // the last one has no password
	mute := regexp.MustCompile(`data-now="\d+"|` + strings.Join(known, "|"))
	for _, form := range []struct {
		path   string
		fields url.Values
	}{
		{"/recover", url.Values{}}, {"/sign-in", url.Values{"password": {"wrong wrong wrong"}}},
	} {
		var answers []answer
		for _, email := range known {
			form.fields.Set("email", email)
			got := h.visitor().post(form.path, form.fields)
			got.body = mute.ReplaceAllString(got.body, "")
			answers = append(answers, got)
		}
		for _, got := range answers[1:] {
			if got.status != answers[0].status || got.location() != answers[0].location() || got.body != answers[0].body {
				t.Errorf("%s: %d %s and %d %s", form.path, got.status, got.location(), answers[0].status, answers[0].location())
			}
			for name := range answers[0].header {
				if (got.header.Get(name) == "") != (answers[0].header.Get(name) == "") {
					t.Errorf("%s: the header %s tells", form.path, name)
				}
			}
		}
	}
}

func TestAskingForLettersIsSlowedDown(t *testing.T) {
	h := open(t)
	for _, email := range []string{h.real().Person.Email, "nobody@example.org"} {
		last := answer{}
		for range 5 {
			last = h.visitor().post("/recover", url.Values{"email": {email}})
		}
		if last.status != http.StatusTooManyRequests || last.header.Get("Retry-After") == "" || !strings.Contains(last.body, email) {
			t.Errorf("the fifth letter to %s: %d", email, last.status)
		}
	}
	if got := h.visitor().post("/recover", url.Values{"email": {"<b>@"}}); got.status != http.StatusUnprocessableEntity || strings.Contains(got.body, "<b>@") {
		t.Errorf("no address: %d", got.status)
	}
}

var sessionID = regexp.MustCompile(`name="session" value="(\d+)"`)

func TestSessionsArePutOut(t *testing.T) {
	var tokens []string // of which sockets ended
	var known []string
	h := open(t, func(o *site.Options) {
		o.EndSockets = func(ended func(string) bool) {
			for _, k := range known {
				if ended(k) {
					tokens = append(tokens, k)
				}
			}
		}
	})
	v := h.real()
	here, there, third := h.byPassword(v, password), h.byPassword(v, password), h.byPassword(v, password)
	for _, b := range []*reader{here, there, third} {
		known = append(known, b.token())
	}
	body := here.get("/me/security").body
	ids := sessionID.FindAllStringSubmatch(body, -1)
	if len(ids) != 3 || strings.Count(body, "this one") != 1 || !strings.Contains(body, "127.0.0.1") {
		t.Fatalf("%d sessions are listed", len(ids))
	}
	for _, k := range known {
		if strings.Contains(body, k) {
			t.Error("the page tells the name of a session")
		}
	}
	// A stranger cannot put out, or see, another's.
	stranger := h.as(h.operator)
	for _, id := range ids {
		stranger.post("/me/security/sessions/end", url.Values{"session": {id[1]}})
	}
	if got := there.get("/me"); got.status != http.StatusOK {
		t.Fatalf("a stranger put it out: %d", got.status)
	}
	// The last signed in is listed first.
	if got := here.post("/me/security/sessions/end", url.Values{"session": {ids[0][1]}}); got.status != http.StatusSeeOther {
		t.Fatalf("end one: %d", got.status)
	}
	if got := third.get("/me"); got.status != http.StatusSeeOther || !slices.Equal(tokens, known[2:]) {
		t.Errorf("the third: %d; its sockets %v", got.status, len(tokens))
	}
	if got := here.post("/me/security/sessions/end-others", nil); got.status != http.StatusSeeOther {
		t.Fatalf("end the others: %d", got.status)
	}
	if got := there.get("/me"); got.status != http.StatusSeeOther || len(tokens) != 2 || tokens[1] != known[1] {
		t.Errorf("the second: %d; its sockets %v", got.status, len(tokens))
	}
	if got := here.get("/me/security"); got.status != http.StatusOK || len(sessionID.FindAllString(got.body, -1)) != 1 {
		t.Errorf("here: %d", got.status)
	}
	// To end the one that asks is to sign out.
	here.post("/me/security/sessions/end", url.Values{"session": {ids[2][1]}})
	if got := here.get("/me"); got.status != http.StatusSeeOther {
		t.Errorf("here, signed out: %d", got.status)
	}
}

// What changes the ways in asks for the person, not only for his browser.
func TestPasskeysAskForAFreshProof(t *testing.T) {
	var ahead atomic.Int64
	h := open(t, func(o *site.Options) {
		o.Now = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }
	})
	v := h.real()
	b := h.byPassword(v, password)
	if got := b.post("/me/security/passkeys/options", nil); got.status != http.StatusOK || !strings.Contains(got.header.Get("Content-Type"), "json") {
		t.Fatalf("fresh: %d", got.status)
	}
	ahead.Store(int64(11 * time.Minute))
	for _, p := range []string{"/me/security/passkeys/options", "/me/security/passkeys", "/me/security/passkeys/1/remove"} {
		if got := b.post(p, url.Values{"name": {"x"}, "answer": {"{}"}}); got.status != http.StatusForbidden {
			t.Errorf("%s, after eleven minutes: %d", p, got.status)
		}
	}
	if body := b.get("/me/security").body; strings.Contains(body, `data-f="passkey-make"`) || !strings.Contains(body, `action="/me/security/confirm"`) {
		t.Error("the page does not ask for the password")
	}
	if got := b.post("/me/security/confirm", url.Values{"password": {"wrong wrong wrong"}}); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, "The password is wrong.") {
		t.Errorf("a wrong password: %d", got.status)
	}
	if got := b.post("/me/security/confirm", url.Values{"password": {password}}); got.status != http.StatusSeeOther {
		t.Fatalf("confirmed: %d", got.status)
	}
	if got := b.post("/me/security/passkeys/options", nil); got.status != http.StatusOK {
		t.Errorf("fresh again: %d", got.status)
	}
}

// A challenge is for one answer, whatever that is.
func TestAChallengeIsForOneAnswer(t *testing.T) {
	h := open(t)
	b := h.visitor()
	use := func() string {
		got := b.post("/sign-in/passkey", url.Values{"answer": {`{"id":"<script>"}`}})
		if got.status != http.StatusUnauthorized || strings.Contains(got.body, `{"id":"<script>"}`) {
			t.Errorf("%d", got.status)
		}
		return got.body
	}
	if got := b.post("/sign-in/passkey/options", nil); got.status != http.StatusOK || !strings.Contains(got.body, `"userVerification":"required"`) || !strings.Contains(got.body, `"rpId":"market.example"`) {
		t.Fatalf("options: %d %s", got.status, got.body)
	}
	if body := use(); !strings.Contains(body, "not accepted") {
		t.Error("the first answer is not judged")
	}
	if body := use(); !strings.Contains(body, "took too long") {
		t.Error("there is a second answer")
	}
}

func TestGuessesStandInTheActivity(t *testing.T) {
	h := open(t)
	v := h.real()
	for range 3 {
		h.visitor().post("/sign-in", url.Values{"email": {v.Person.Email}, "password": {"guess guess"}})
	}
	b := h.byPassword(v, password)
	eventually(t, "the guesses", func() bool {
		return strings.Count(b.get("/me/activity?kind=SIGN_INS").body, "wrong password") == 3
	})
	if body := b.get("/me/activity").body; strings.Contains(body, "guess guess") || !strings.Contains(body, "127.0.0.1") {
		t.Error("the activity tells what was guessed, or not from where")
	}
	if got := b.get("/me/activity?kind=OTHER"); got.status != http.StatusUnprocessableEntity {
		t.Errorf("an unknown kind: %d", got.status)
	}
	if got := h.as(h.operator).get("/me/activity"); strings.Contains(got.body, "wrong password") {
		t.Error("another reads of it")
	}
}

func TestAPersonActsForAnotherOrganisation(t *testing.T) {
	h := open(t)
	v := h.real()
	second := h.organisation(organisation.KindUNIVERSITY)
	must(t, h.db.Ent().Membership.Create().SetPersonID(v.PersonID()).SetOrganisation(second).SetRole(membership.RoleEDITOR).Exec(t.Context()))
	b := h.byPassword(v, password)
	if got := b.post("/me/organisation", url.Values{"organisation": {path("%d", second.ID)}}); got.status != http.StatusSeeOther {
		t.Fatalf("%d", got.status)
	}
	if body := b.get("/me/security").body; len(sessionID.FindAllString(body, -1)) != 1 {
		t.Error("it became another session")
	}
	if body := b.get("/me/activity").body; !strings.Contains(body, "Now acting for: "+second.NameZh) {
		t.Error("the activity does not tell")
	}
}
