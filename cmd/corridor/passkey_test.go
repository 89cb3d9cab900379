package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"testing"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"

	"github.com/g60-corridor/corridor/seeds"
)

// authenticator is a device that holds passkeys, as Chromium plays one.
type authenticator struct {
	w  *window
	id webauthn.AuthenticatorID
}

func (w *window) authenticator() *authenticator {
	w.t.Helper()
	a := &authenticator{w: w}
	w.run(webauthn.Enable(), chromedp.ActionFunc(func(ctx context.Context) (err error) {
		a.id, err = webauthn.AddVirtualAuthenticator(&webauthn.VirtualAuthenticatorOptions{
			Protocol: "ctap2", Transport: "internal", HasResidentKey: true, HasUserVerification: true, IsUserVerified: true, AutomaticPresenceSimulation: true,
		}).Do(ctx)
		return err
	}))
	return a
}

// count is how many passkeys the device holds.
func (a *authenticator) count() (n int) {
	a.w.t.Helper()
	a.w.run(chromedp.ActionFunc(func(ctx context.Context) error {
		keys, err := webauthn.GetCredentials(a.id).Do(ctx)
		n = len(keys)
		return err
	}))
	return n
}

// rewind sets what the device has counted back, as a copy of it would have.
func (a *authenticator) rewind() {
	a.w.t.Helper()
	a.w.run(chromedp.ActionFunc(func(ctx context.Context) error {
		keys, err := webauthn.GetCredentials(a.id).Do(ctx)
		if err != nil {
			return err
		}
		if err := webauthn.ClearCredentials(a.id).Do(ctx); err != nil {
			return err
		}
		keys[0].SignCount = 0
		return webauthn.AddCredential(a.id, keys[0]).Do(ctx)
	}))
}

func (w *window) byPasskey() {
	w.t.Helper()
	w.open("/sign-in?next=/me/security")
	w.until("the door is there", `document.querySelector('[data-f="passkey-use"]')?.hidden === false`)
	w.js(`document.querySelector('[data-f="passkey-use"] button').click()`, nil)
}

const here = `document.readyState === "complete" && location.pathname === `

// named is a server that goes by a name, as passkeys need, with one person who has a password.
func named(t *testing.T) (s *server, base, email string) {
	t.Helper()
	terms, err := seeds.Rules("demo-short")
	if err != nil {
		t.Fatal(err)
	}
	where := place{Data: t.TempDir()}
	s = newServer(t, where)
	emails := fill(t, where, terms, 0, 1)
	_, port, _ := net.SplitHostPort(s.addr)
	base = "http://localhost:" + port
	s.args = append(s.args, "--origin", base)
	s.start()
	return s, base, emails[0]
}

// A person registers a passkey, signs in by it, is warned of a copy, and removes it: then it opens nothing any more.
func TestPasskey(t *testing.T) {
	_, base, email := named(t)
	w := &window{t, newBrowser(t)("en", 1440, 1200), base}
	device := w.authenticator()
	// Chromium's device answers the quiet offer in the field of the address at once; here a click is to do it.
	w.run(chromedp.ActionFunc(func(ctx context.Context) error {
		_, err := page.AddScriptToEvaluateOnNewDocument(`PublicKeyCredential.isConditionalMediationAvailable = async () => false`).Do(ctx)
		return err
	}))
	w.signIn(email)

	w.open("/me/security")
	w.until("a passkey can be made", `document.querySelector('[data-f="passkey-make"]')?.hidden === false`)
	if name := w.value("#new-name"); name != "Chrome · Linux" {
		t.Errorf("the name offered is %q", name)
	}
	w.js(`document.querySelector("#new-name").value = "Laptop <b>"`, nil)
	w.js(`document.querySelector('[data-f="passkey-make"] button').click()`, nil)
	w.until("it is made", here+`"/me/security" && document.querySelector(".flash")?.textContent.includes("added") && document.body.innerText.includes("Laptop <b>")`)
	if n := device.count(); n != 1 {
		t.Fatalf("the device holds %d passkeys", n)
	}
	w.until("another can be made", `document.querySelector('[data-f="passkey-make"]')?.hidden === false`)
	w.js(`document.querySelector('[data-f="passkey-make"] button').click()`, nil)
	w.until("but not on the same device", `document.querySelector('[data-f="passkey-make"] [data-f="passkey-said"]').textContent.includes("already holds")`)
	shot(t, w.ctx, "security-passkey-en")

	w.leave(chromedp.Evaluate(`document.querySelector('form[action="/me/security/sessions/end"]').requestSubmit()`, nil))
	w.until("signed out", here+`"/"`)
	w.byPasskey()
	w.until("signed in by the passkey", here+`"/me/security" && document.body.innerText.includes("by passkey") && document.body.innerText.includes("last used")`)

	device.rewind()
	w.byPasskey()
	w.until("a copy is told of", here+`"/me/security" && document.body.innerText.includes("there may be a copy")`)
	shot(t, w.ctx, "security-clone-en")

	w.js(`document.querySelector(".entry details").open = true`, nil)
	w.leave(chromedp.Evaluate(`document.querySelector('form[action$="/remove"]').requestSubmit()`, nil))
	w.until("it is removed", `document.querySelector(".flash")?.textContent.includes("removed") && !document.body.innerText.includes("Laptop")`)
	w.byPasskey()
	w.until("it opens nothing any more", here+`"/sign-in/passkey" && document.querySelector(".fault")?.textContent.includes("not accepted")`)
	shot(t, w.ctx, "sign-in-refused-en")

	w.open("/me/activity")
	for _, said := range []string{"Added a passkey: Laptop <b>", "Signed in by passkey", "The count of a passkey went back", "Removed a passkey"} {
		w.until(said, fmt.Sprintf(`document.body.innerText.includes(%q)`, said))
	}
	shot(t, w.ctx, "activity-en")
}

// The browser offers passkeys in the field of the address: nobody need click.
func TestPasskeyInTheField(t *testing.T) {
	_, base, email := named(t)
	w := &window{t, newBrowser(t)("zh-CN", 390, 844), base}
	w.authenticator()
	w.signIn(email)
	w.open("/me/security")
	w.until("a passkey can be made", `document.querySelector('[data-f="passkey-make"]')?.hidden === false`)
	w.js(`document.querySelector('[data-f="passkey-make"] button').click()`, nil)
	w.until("it is made", here+`"/me/security" && document.querySelector(".flash")?.textContent.includes("已添加")`)
	shot(t, w.ctx, "security-zh-390")
	w.js(`fetch("/sign-out", {method: "POST"}).then(r => { window.done = r.status })`, nil)
	w.until("signed out", `window.done === 200`)
	w.open("/sign-in?next=/me/activity")
	w.until("signed in without a click", here+`"/me/activity" && document.body.innerText.includes("使用通行密钥登录")`)
	shot(t, w.ctx, "activity-zh-390")
}

func (w *window) value(selector string) (value string) {
	w.t.Helper()
	w.js(fmt.Sprintf(`document.querySelector(%q).value`, selector), &value)
	return value
}

// The pages with passkeys on them are fit for everybody, with all that can be opened open.
func TestPagesOfSignInAreFit(t *testing.T) {
	axe, err := os.ReadFile("../../web/node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Fatalf("axe-core is not installed (make web): %v", err)
	}
	_, base, email := named(t)
	open := newBrowser(t)
	for _, lang := range []string{"zh-CN", "en"} {
		for _, width := range []int{1440, 390} {
			w := &window{t, open(lang, width, 1200), base}
			for _, path := range []string{"/sign-in", "/recover", "/recover?asked=yes", "/recover/none"} {
				w.open(path)
				w.checkPage(lang, width, path, string(axe))
			}
			w.authenticator()
			w.signIn(email)
			w.open("/me/security")
			w.until("a passkey can be made", `document.querySelector('[data-f="passkey-make"]')?.hidden === false`)
			w.js(`document.querySelector("#new-name").value = "W".repeat(60)`, nil)
			w.js(`document.querySelector('[data-f="passkey-make"] button').click()`, nil)
			w.until("it is made", here+`"/me/security" && document.querySelector(".flash")`)
			w.js(`document.querySelectorAll("details").forEach(d => d.open = true)`, nil)
			w.checkPage(lang, width, "/me/security", string(axe))
			for _, path := range []string{"/me/activity", "/me"} {
				w.open(path)
				w.checkPage(lang, width, path, string(axe))
			}
		}
	}
}
