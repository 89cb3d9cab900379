package page_test

import (
	"context"
	"encoding/json"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"

	"github.com/g60-corridor/corridor/web"
	"github.com/g60-corridor/corridor/web/component"
	"github.com/g60-corridor/corridor/web/locale"
	"github.com/g60-corridor/corridor/web/page"
)

// The scripts of the room and the film are tested in a real browser, under the site's content security policy, against a
// socket that the test itself speaks through.

const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
	"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// fakeSocket stands in for the browser's WebSocket: the test reads what was sent and says what comes in.
const fakeSocket = `(() => {
  const all = [];
  class Fake {
    static OPEN = 1;
    constructor(url, protocol) {
      Object.assign(this, { url: String(url), protocol, readyState: 0, sent: [], onopen: null, onmessage: null, onclose: null });
      all.push(this);
      if (window.lineDown) setTimeout(() => this.end(1006), 5);
      else setTimeout(() => { this.readyState = 1; this.onopen?.(); this.say({ t: "hello", now_us: wire.now(), heartbeat_s: 20, signed_in: true }); }, 5);
    }
    say(m) { this.onmessage?.({ data: JSON.stringify(m) }); }
    end(code) { if (this.readyState === 3) return; this.readyState = 3; this.onclose?.({ code }); }
    close() { this.readyState = 3; }
    send(text) {
      const m = JSON.parse(text);
      this.sent.push(m);
      if (m.t === "ping" && !window.mute) setTimeout(() => this.say({ t: "pong", id: m.id, now_us: wire.now() }), 1);
      if (m.t === "watch" && wire.onwatch) setTimeout(() => wire.onwatch.forEach((x) => this.say({ ...x, now_us: wire.now() })), 1);
    }
  }
  window.wire = {
    skew: 0,
    now: () => Math.round(Date.now() * 1000 + wire.skew),
    say: (m) => all.at(-1).say(m),
    cut: () => all.at(-1).end(1006),
    bids: () => all.flatMap((s) => s.sent).filter((m) => m.t === "bid"),
    sockets: () => all.length,
  };
  window.WebSocket = Fake;
  window.violations = [];
  document.addEventListener("securitypolicyviolation", (e) => violations.push(e.violatedDirective + " " + e.blockedURI));
  window.addEventListener("error", (e) => violations.push("error " + e.message));
  window.addEventListener("unhandledrejection", (e) => violations.push("rejection " + e.reason));
})()`

// shown is one page on a server of its own.
type shown struct {
	page  templ.Component
	lang  locale.Lang
	theme string
	extra http.Handler // what else the page asks for; may be nil
}

func serve(t *testing.T, s *shown) string {
	t.Helper()
	mux := http.NewServeMux()
	mux.Handle("/static/", web.Static())
	mux.HandleFunc("/page", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", policy)
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		ctx := locale.With(r.Context(), s.lang)
		ctx = component.WithVisit(ctx, component.Visit{Theme: s.theme, Path: "/page", Now: time.Now()})
		if err := s.page.Render(ctx, w); err != nil {
			t.Error(err)
		}
	})
	if s.extra != nil {
		mux.Handle("/lots/", s.extra)
	}
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL + "/page"
}

// browser starts Chromium and returns a function that opens a window.
func browser(t *testing.T) func(width, height int, scripts bool) context.Context {
	t.Helper()
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-background-networking", true),
		chromedp.WSURLReadTimeout(time.Minute))
	alloc, stopAlloc := chromedp.NewExecAllocator(context.Background(), opts...)
	root, stopRoot := chromedp.NewContext(alloc, chromedp.WithErrorf(func(format string, args ...any) {
		if !strings.HasPrefix(format, "unhandled node event") { // events of Chromium that are newer than the library
			log.Printf("browser: "+format, args...)
		}
	}))
	if err := chromedp.Run(root); err != nil {
		t.Fatalf("start Chromium: %v", err)
	}
	t.Cleanup(func() { stopRoot(); stopAlloc() })
	return func(width, height int, scripts bool) context.Context {
		// A window of its own: a tab in the background is not drawn.
		var id target.ID
		host := cdp.WithExecutor(root, chromedp.FromContext(root).Browser)
		bc, err := target.CreateBrowserContext().WithDisposeOnDetach(true).Do(host)
		if err == nil {
			id, err = target.CreateTarget("about:blank").WithBrowserContextID(bc).WithNewWindow(true).Do(host)
		}
		if err != nil {
			t.Fatalf("open a window: %v", err)
		}
		ctx, stop := chromedp.NewContext(root, chromedp.WithTargetID(id))
		ctx, stopTime := context.WithTimeout(ctx, 2*time.Minute)
		t.Cleanup(func() { stopTime(); stop() })
		err = chromedp.Run(ctx,
			emulation.SetDeviceMetricsOverride(int64(width), int64(height), 1, width < 600),
			emulation.SetScriptExecutionDisabled(!scripts),
			chromedp.ActionFunc(func(ctx context.Context) error {
				_, err := cdppage.AddScriptToEvaluateOnNewDocument(fakeSocket).Do(ctx)
				return err
			}),
		)
		if err != nil {
			t.Fatalf("open a window: %v", err)
		}
		return ctx
	}
}

func run(t *testing.T, ctx context.Context, actions ...chromedp.Action) {
	t.Helper()
	if err := chromedp.Run(ctx, actions...); err != nil {
		t.Fatal(err)
	}
}

// say lets the server speak.
func say(message any) chromedp.Action {
	text, _ := json.Marshal(message)
	return chromedp.Evaluate("wire.say("+string(text)+")", nil)
}

// onWatch sets what the server says to whoever begins to watch.
func onWatch(messages ...any) chromedp.Action {
	text, _ := json.Marshal(messages)
	return chromedp.Evaluate("wire.onwatch = "+string(text), nil)
}

func do(script string) chromedp.Action { return chromedp.Evaluate(script, nil) }

// until waits for a condition of the page, evaluated by the test and not by the page's own policy.
func until(t *testing.T, ctx context.Context, condition string) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		var ok bool
		if err := chromedp.Run(ctx, chromedp.Evaluate("Boolean("+condition+")", &ok)); err != nil {
			t.Fatal(err)
		}
		if ok {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("never came true: %s\n%s", condition, read(t, ctx, "document.getElementById('main').innerText"))
		}
	}
}

func read(t *testing.T, ctx context.Context, expression string) string {
	t.Helper()
	var text string
	run(t, ctx, chromedp.Evaluate("(async () => String(await ("+expression+")))()", &text,
		func(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }))
	return text
}

// text is what an element that scripts keep says.
func text(t *testing.T, ctx context.Context, name string) string {
	t.Helper()
	return read(t, ctx, `document.querySelector('[data-f="`+name+`"]').textContent.trim()`)
}

// noViolations holds that the page did nothing that the policy forbids, and made no error.
func noViolations(t *testing.T, ctx context.Context) {
	t.Helper()
	if v := read(t, ctx, "violations.join('; ')"); v != "" {
		t.Errorf("the page: %s", v)
	}
}

func jsonOf(v any) string {
	text, _ := json.Marshal(v)
	return string(text)
}

// visit is one bidder's stay in the room.
type visit struct {
	t    *testing.T
	open func(width, height int, scripts bool) context.Context
	ctx  context.Context
	p    page.RoomPage
}
