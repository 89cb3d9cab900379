package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/g60-corridor/corridor/seeds"
)

const (
	patience = 60 * time.Second
	// A tap on a button whose amount has just changed means the amount before; a person looks first.
	beforeTap = 1500 * time.Millisecond
)

// window is one browser window of one person.
type window struct {
	t    *testing.T
	ctx  context.Context
	base string
}

func (w *window) run(actions ...chromedp.Action) {
	w.t.Helper()
	ctx, stop := context.WithTimeout(w.ctx, patience)
	defer stop()
	if err := chromedp.Run(ctx, actions...); err != nil {
		w.t.Fatalf("in the browser: %v", err)
	}
}

// leave does what makes the page give way to another, and waits until that other has loaded, redirections and all: to open
// a page while another is still on its way aborts one of the two.
func (w *window) leave(action chromedp.Action) {
	w.t.Helper()
	ctx, stop := context.WithTimeout(w.ctx, patience)
	defer stop()
	switch answer, err := chromedp.RunResponse(ctx, action); {
	case err != nil:
		w.t.Fatalf("in the browser, on the way to the next page: %v", err)
	case answer == nil:
		w.t.Fatal("the page was left without an answer of the server")
	case answer.Status != http.StatusOK:
		w.t.Fatalf("%s answered %d", answer.URL, answer.Status)
	}
}

// open goes to a page and returns the status of the answer.
func (w *window) open(path string) int64 {
	w.t.Helper()
	ctx, stop := context.WithTimeout(w.ctx, patience)
	defer stop()
	answer, err := chromedp.RunResponse(ctx, chromedp.Navigate(w.base+path))
	if err != nil {
		w.t.Fatalf("open %s: %v", path, err)
	}
	return answer.Status
}

// js evaluates an expression.
func (w *window) js(expression string, into any) {
	w.t.Helper()
	w.run(chromedp.Evaluate(expression, into))
}

// until waits until an expression is true.
func (w *window) until(what, expression string) {
	w.t.Helper()
	for end := time.Now().Add(patience); ; time.Sleep(50 * time.Millisecond) {
		var yes bool
		w.js("Boolean("+expression+")", &yes)
		if yes {
			return
		}
		if time.Now().After(end) {
			var text string
			w.js("document.body.innerText", &text)
			w.t.Fatalf("%s: never came true in %v: %s\n%s", what, patience, expression, tail(text, 2000))
		}
	}
}

// The library's own clicks and texts go by node numbers, which are void whenever the document has just changed; under load
// it learns of that late. Scripts of the test find an element anew each time, also where the page may run none.

// tap waits until an element can be hit and has stood still for a moment, as a person would, and returns a click of the
// mouse on it: what moves between press and release is not clicked.
func (w *window) tap(selector string) chromedp.Action {
	w.t.Helper()
	find := fmt.Sprintf(`((e) => {
		if (!e || e.disabled) return [];
		e.scrollIntoView({block: "center", behavior: "instant"});
		const r = e.getBoundingClientRect(), x = r.x + r.width / 2, y = r.y + r.height / 2;
		return e.contains(document.elementFromPoint(x, y)) ? [x, y] : [];
	})(document.querySelector(%q))`, selector)
	var before []float64
	for still, end := 0, time.Now().Add(patience); ; time.Sleep(50 * time.Millisecond) {
		var at []float64
		w.js(find, &at)
		if len(at) == 2 && slices.Equal(at, before) {
			still++
		} else {
			still = 0
		}
		if before = at; still == 4 {
			return chromedp.MouseClickXY(at[0], at[1])
		}
		if time.Now().After(end) {
			w.t.Fatalf("nobody can click %s in %v", selector, patience)
		}
	}
}

func (w *window) click(selector string) {
	w.t.Helper()
	w.run(w.tap(selector))
}

// write types a text into a field.
func (w *window) write(selector, text string) {
	w.t.Helper()
	w.js(fmt.Sprintf(`document.querySelector(%q).focus()`, selector), nil)
	w.run(chromedp.KeyEvent(text))
}

func (w *window) signIn(email string) {
	w.t.Helper()
	w.open("/sign-in")
	w.js(fmt.Sprintf(`{ const f = document.querySelector('form:has([name="password"])'); f.email.value = %q; f.password.value = %q }`, email, testPassword), nil)
	w.leave(chromedp.Evaluate(`document.querySelector('form:has([name="password"])').requestSubmit()`, nil))
	w.until("signed in", `document.readyState === "complete" && location.pathname !== "/sign-in"`)
}

func (w *window) text(selector string) string {
	w.t.Helper()
	var s string
	w.js(fmt.Sprintf(`(document.querySelector(%q)?.textContent ?? "").trim()`, selector), &s)
	return s
}

// inRoom are expressions over the live room.
const (
	lineLive  = `document.querySelector('[data-f="line"]').dataset.state === "live"`
	youLead   = `document.querySelector("#room").dataset.lead === "you"`
	outbid    = `document.querySelector("#room").dataset.lead === "outbid"`
	mayBid    = `[...document.querySelectorAll('[data-f="quick"] button')].every(b => !b.disabled)`
	mayNotBid = `[...document.querySelectorAll('[data-f="quick"] button, [data-f="own-bid"]')].every(b => b.disabled)`
)

// room is a server with one lot in FREE for ten minutes and two companies in it.
func room(t *testing.T) (s *server, emails []string) {
	t.Helper()
	terms, err := seeds.Rules("demo-short")
	if err != nil {
		t.Fatal(err)
	}
	terms.Closing.FreeS = 600
	where := place{Data: t.TempDir()}
	s = newServer(t, where)
	emails = fill(t, where, terms, 1, 2)
	s.start()
	return s, emails
}

func TestTwoBiddersAndASpectator(t *testing.T) {
	s, emails := room(t)
	open := newBrowser(t)
	a := &window{t, open("zh-CN", 1440, 900), s.url()}
	b := &window{t, open("en", 390, 844), s.url()}
	spectator := &window{t, open("en", 1440, 900), s.url()}
	// The spectator's clock is wrong by an hour.
	spectator.run(chromedp.ActionFunc(func(ctx context.Context) error {
		_, err := cdppage.AddScriptToEvaluateOnNewDocument(`{ const now = Date.now; Date.now = () => now() + 3600000; }`).Do(ctx)
		return err
	}))
	a.signIn(emails[0])
	b.signIn(emails[1])
	for _, w := range []*window{a, b, spectator} {
		w.open("/lots/1/room")
		w.until("the room is live", lineLive)
	}
	a.until("the lot is open", mayBid)
	a.click(`[data-f="quick"] button`)
	a.until("A leads", youLead)
	code := a.text(".pad-code")
	if word := a.text(`[data-f="lead-word"]`); !strings.Contains(word, "您") {
		t.Errorf("A is told %q", word)
	}
	spectator.until("the spectator sees the leader's code", fmt.Sprintf(`document.querySelector('[data-f="lead"]').textContent.includes(%q)`, code))
	if left := spectator.text(`[data-f="left"]`); !regexp.MustCompile(`^(10:00|0[1-9]:[0-5]\d)$`).MatchString(left) {
		t.Errorf("with a clock that is wrong by an hour, %q is left of ten minutes", left)
	}
	shot(t, a.ctx, "room-a-leads-zh")

	b.until("B sees A's bid", fmt.Sprintf(`document.querySelector('[data-f="lead"]').textContent.includes(%q)`, code))
	b.until("B may bid", mayBid)
	time.Sleep(beforeTap)
	b.click(`[data-f="quick"] button`)
	b.until("B leads", youLead)
	a.until("A is outbid", outbid)
	a.until("A has a receipt", `document.querySelector('[data-f="own"] .own-leaf code').textContent.trim().length === 64`)
	shot(t, b.ctx, "room-b-leads-en-390")
	shot(t, a.ctx, "room-a-outbid-zh")

	// An own amount is read back in words before it counts.
	a.js(`document.querySelector('[data-f="more"]').open = true`, nil)
	a.write(`[data-f="amount"]`, "210万")
	a.until("the amount is read back", `document.querySelector('[data-f="read-back"]').textContent.includes("贰佰壹拾万元整")`)
	a.click(`[data-f="own-bid"]`)
	a.until("A leads again", youLead)

	// Three times the price asks for a confirmation; "no" bids nothing.
	price := spectator.text(`[data-f="price"]`)
	b.js(`document.querySelector('[data-f="more"]').open = true`, nil)
	b.write(`[data-f="amount"]`, "6300000")
	b.click(`[data-f="own-bid"]`)
	b.until("B is asked", `document.querySelector('[data-f="confirm"]').open`)
	shot(t, b.ctx, "room-b-confirm-en-390")
	b.click(`[data-f="confirm"] [value="no"]`)
	b.until("B may go on", `!document.querySelector('[data-f="confirm"]').open`)
	if now := spectator.text(`[data-f="price"]`); now != price {
		t.Errorf("a bid that was not confirmed moved the price from %s to %s", price, now)
	}
	b.click(`[data-f="own-bid"]`)
	b.until("B is asked again", `document.querySelector('[data-f="confirm"]').open`)
	b.click(`[data-f="confirm-yes"]`)
	b.until("B leads at the confirmed price", youLead)
	a.until("A sees it", outbid)
}

// A page that has lost the server says so and lets nobody bid; when it is back it shows what happened meanwhile.
func TestACutSocketIsToldAndMended(t *testing.T) {
	s, emails := room(t)
	open := newBrowser(t)
	cable := newCable(t, s.addr)
	a := &window{t, open("en", 1440, 900), "http://" + cable.addr}
	a.signIn(emails[0])
	a.open("/lots/1/room")
	a.until("the room is live", lineLive)
	a.until("the lot is open", mayBid)
	a.click(`[data-f="quick"] button`)
	a.until("A leads", youLead)

	s.kill() // the line is cut in the middle of it
	a.until("the page says that it has lost the server", `!document.querySelector('[data-f="stale"]').hidden && document.querySelector('[data-f="stale"]').textContent.trim() !== ""`)
	a.until("nobody can bid", mayNotBid)
	if word := a.text(`[data-f="lead-word"]`); strings.Contains(strings.ToLower(word), "you lead") && !strings.Contains(strings.ToLower(a.text("#room")), "last known") {
		t.Errorf("offline, the page goes on saying %q", word)
	}
	var lead string
	a.js(`document.querySelector("#room").dataset.lead`, &lead)
	if lead == "you" {
		t.Error("offline, the room is still dressed as if the bidder led")
	}
	shot(t, a.ctx, "room-stale-en")

	s.start()
	a.until("the line is back", lineLive)
	a.until("the pause is shown", `!document.querySelector('[data-f="pause"]').hidden`)
	a.until("the sale goes on and A leads as before", `document.querySelector("#room").dataset.phase === "FREE" && `+youLead)

	// The network of this window alone goes; a rival bids meanwhile.
	b := &window{t, open("en", 1440, 900), s.url()}
	b.signIn(emails[1])
	b.open("/lots/1/room")
	b.until("B may bid", lineLive+" && "+mayBid)
	time.Sleep(beforeTap)
	cable.cut()
	a.until("A's page says so", `!document.querySelector('[data-f="stale"]').hidden`)
	a.until("A cannot bid", mayNotBid)
	b.click(`[data-f="quick"] button`)
	b.until("B leads", youLead)
	cable.mend()
	a.until("A learns that he was outbid", lineLive+" && "+outbid)
}

func TestTheRoomWorksWithoutJavaScript(t *testing.T) {
	s, emails := room(t)
	w := &window{t, newBrowser(t)("zh-CN", 390, 844), s.url()}
	w.signIn(emails[0])
	w.run(emulation.SetScriptExecutionDisabled(true))
	w.open("/lots/1/room")
	for end := time.Now().Add(patience); ; time.Sleep(500 * time.Millisecond) {
		w.open("/lots/1/room") // by hand, as the page says
		html := w.html()
		if strings.Contains(html, `data-phase="FREE"`) && strings.Contains(html, `class="quick"`) && !strings.Contains(html, `class="quick" name="amount" disabled`) {
			break
		}
		if time.Now().After(end) {
			t.Fatalf("nobody may bid after %v:\n%s", patience, tail(html, 3000))
		}
	}
	shot(t, w.ctx, "room-nojs-zh-390")
	w.leave(w.tap(`[data-f="quick"] button`))
	// The answer is the room with the receipt in it; the receipt has a page of its own as well.
	answered := w.html()
	leaf := regexp.MustCompile(`第1次[\s\S]*class="own-leaf"[\s\S]*>([0-9a-f]{64})</code>`).FindStringSubmatch(answered)
	if leaf == nil || !strings.Contains(answered, `data-lead="you"`) {
		t.Fatalf("no receipt of a bid that leads:\n%s", tail(answered, 3000))
	}
	shot(t, w.ctx, "receipt-nojs-zh-390")
	w.open("/lots/1/bids/1")
	receipt := w.html()
	for _, part := range []string{`>A14</dd>`, `>1</dd>`, `报价有效，您领先`, `<code class="hash">` + leaf[1] + `</code>`} {
		if !strings.Contains(receipt, part) {
			t.Errorf("the page of the receipt does not say %s:\n%s", part, tail(receipt, 3000))
		}
	}
}

func (w *window) html() string {
	w.t.Helper()
	var html string
	w.js(`document.documentElement.outerHTML`, &html)
	return html
}

// TestPagesAreFitForEverybody opens the pages as a visitor, a bidder and the operator, each in both languages and both
// widths, by turns: what is wide in Chinese is narrow in English, and its neighbour the other way round. Axe finds nothing,
// and nothing is wider than the window.
func TestPagesAreFitForEverybody(t *testing.T) {
	axe, err := os.ReadFile("../../web/node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Fatalf("axe-core is not installed (make web): %v", err)
	}
	s := startServer(t, "--demo")
	s.waitForAClosedLot(t)
	pages := map[string][]string{
		"": {"/", "/lots", "/lots?state=ended&field=AI", "/search", "/search?q=%E8%86%9C&city=310117", "/search?q=grapheme",
			"/search?q=blockchain", "/lots/1", "/lots/1/announcement", "/lots/1/film", "/organisations/2", "/lots/1/room", "/lots/2/room",
			"/projects", "/projects?all=yes&way=LISTING", "/projects/1", "/projects/4", "/projects/6", "/listings/7",
			"/needs", "/needs?field=QUANTUM", "/needs/6", "/needs/5",
			"/sign-in", "/sign-up", "/recover", "/recover?asked=yes", "/recover/none", "/verify", "/lots/999999", "/demo/mailbox", "/demo/mailbox/1"},
		"lanchuan-chief@demo.corridor": {"/me/authority", "/lots/3/room", "/organisation", "/organisation/members", "/organisation/mandates"},
		"broker@demo.corridor":         {"/me", "/listings/7"},
		"auctions@demo.corridor":       {"/me", "/organisation", "/projects/4", "/me/activity"},
		"lanchuan@demo.corridor": {"/me", "/me/security", "/me/activity", "/me/authority", "/me/bids", "/lots/3/room", "/lots/3", "/me/notices", "/me/notices/preferences",
			"/projects/2", "/projects/5", "/me/watching", "/listings/7/room",
			"/needs", "/company/needs", "/company/needs/new", "/company/needs/6", "/company/needs/6/matches"},
		"university@demo.corridor": {"/lots/3/room", "/operator", "/me/notices", "/seller/listings", "/seller/listings/new", "/seller/projects", "/seller/projects/new",
			"/seller/projects/new?listing=1&way=LISTING&price_fen=500000", "/projects/2", "/needs/6", "/seller/matches"},
		"operator@demo.corridor": {"/operator", "/operator/lots/new", "/operator/lots/new?listing=7", "/operator/lots/3/console", "/operator/lots/3/rules",
			"/operator/lots/3/registrations", "/operator/listings", "/operator/projects", "/operator/calendar?year=2027", "/projects/2", "/projects/4", "/needs/2",
			"/operator/organisations", "/operator/organisations?standing=VERIFIED&kind=COMPANY", "/operator/organisations/3", "/operator/alerts?all=1", "/operator/mandates"},
	}
	statuses := map[string]int64{"/lots/999999": 404, "/recover/none": 404, "university@demo.corridor/operator": 403}
	open := newBrowser(t)
	for l, lang := range []string{"zh-CN", "en"} {
		for n, width := range []int{1440, 390} {
			for email, paths := range pages {
				w := &window{t, open(lang, width, 900), s.url()}
				// A line of the history that is just fading in has little contrast; without motion it stands there at once.
				w.run(emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-reduced-motion", Value: "reduce"}}))
				if email != "" {
					w.open("/sign-in")
					w.js(fmt.Sprintf(`fetch("/demo/sign-in", {method: "POST", body: new URLSearchParams({email: %q})}).then(r => { window.done = r.status })`, email), nil)
					w.until("signed in", `window.done === 200`)
					w.open("/")
					w.until("signed in", `document.querySelector('form[action="/sign-out"]')`)
				}
				for i, path := range paths {
					if (i+l+n)%2 != 0 {
						continue
					}
					if status := w.open(path); status != cmp.Or(statuses[email+path], 200) {
						t.Errorf("%s opens %s: %d", email, path, status)
					}
					w.checkPage(lang, width, path, string(axe))
				}
			}
		}
	}
}

func (w *window) checkPage(lang string, width int, path, axe string) {
	w.t.Helper()
	name := fmt.Sprintf("%s %d %s", lang, width, path)
	var wide int
	w.js(`document.documentElement.scrollWidth`, &wide)
	if wide > width+1 { // not innerWidth: on a telephone it grows with a page that is too wide
		w.t.Errorf("%s: the page is %d wide in a window of %d", name, wide, width)
	}
	var found string
	w.js(axe, nil)
	w.run(chromedp.Evaluate(`axe.run(document, {resultTypes: ["violations"]}).then(r => JSON.stringify(r.violations.map(v =>
		({rule: v.id, help: v.help, nodes: v.nodes.map(n => n.html.slice(0, 160) + " | " + (n.any[0]?.message ?? ""))}))))`, &found, awaitPromise))
	var violations []struct {
		Rule, Help string
		Nodes      []string
	}
	if err := json.Unmarshal([]byte(found), &violations); err != nil {
		w.t.Fatalf("%s: axe answered %q", name, found)
	}
	for _, v := range violations {
		w.t.Errorf("%s: axe: %s (%s)\n\t%s", name, v.Rule, v.Help, strings.Join(v.Nodes, "\n\t"))
	}
	shot(w.t, w.ctx, "page-"+lang+"-"+fmt.Sprint(width)+strings.NewReplacer("/", "_", "?", "_", "&", "_", "=", "_").Replace(path))
}

// waitForAClosedLot waits until the first demo lot has its result.
func (s *server) waitForAClosedLot(t *testing.T) {
	t.Helper()
	p := s.person(t)
	for end := time.Now().Add(6 * time.Minute); time.Now().Before(end); time.Sleep(time.Second) {
		resp, err := p.http.Get(s.url() + "/lots/1/record.json")
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode == 200 {
			return
		}
	}
	t.Fatal("the first lot of the demo never closed")
}

func awaitPromise(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }
