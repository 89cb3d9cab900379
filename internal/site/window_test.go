package site_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"

	"github.com/g60-corridor/corridor/internal/identity"
)

// browser is one Chromium, with a window for each person.
type browser struct {
	t    *testing.T
	root context.Context
}

const patience = time.Minute

func newBrowser(t *testing.T) *browser {
	t.Helper()
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true), chromedp.Flag("disable-quic", true), chromedp.WSURLReadTimeout(time.Minute))
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
	return &browser{t, root}
}

// window is what one person sees.
type window struct {
	t    *testing.T
	ctx  context.Context
	base string
}

// window opens a window of its own, with its own cookies.
func (b *browser) window(t *testing.T, base, lang string, width int) *window {
	t.Helper()
	host := cdp.WithExecutor(b.root, chromedp.FromContext(b.root).Browser)
	jar, err := target.CreateBrowserContext().WithDisposeOnDetach(true).Do(host)
	must(t, err)
	tab, err := target.CreateTarget("about:blank").WithBrowserContextID(jar).WithNewWindow(true).Do(host)
	must(t, err)
	ctx, stop := chromedp.NewContext(b.root, chromedp.WithTargetID(tab))
	ctx, stopTime := context.WithTimeout(ctx, 4*time.Minute)
	t.Cleanup(func() { stopTime(); stop() })
	// The first run holds the tab: it must not end with a time limit of its own.
	must(t, chromedp.Run(ctx, emulation.SetDeviceMetricsOverride(int64(width), 900, 1, width < 600),
		emulation.SetUserAgentOverride("Mozilla/5.0 (X11; Linux x86_64) Chrome/140 Corridor-Test").WithAcceptLanguage(lang)))
	return &window{t, ctx, base}
}

func (w *window) run(actions ...chromedp.Action) {
	w.t.Helper()
	ctx, stop := context.WithTimeout(w.ctx, patience)
	defer stop()
	if err := chromedp.Run(ctx, actions...); err != nil {
		w.t.Fatalf("in the browser: %v", err)
	}
}

func (w *window) js(expression string, into any) {
	w.t.Helper()
	w.run(chromedp.Evaluate(expression, into))
}

// leave does what makes the page give way to another and returns the status of that other.
func (w *window) leave(action chromedp.Action) int64 {
	w.t.Helper()
	ctx, stop := context.WithTimeout(w.ctx, patience)
	defer stop()
	answer, err := chromedp.RunResponse(ctx, action)
	if err != nil || answer == nil {
		w.t.Fatalf("on the way to the next page: %v", err)
	}
	w.until("the next page", `document.readyState === "complete"`)
	return answer.Status
}

func (w *window) open(path string) {
	w.t.Helper()
	if got := w.leave(chromedp.Navigate(w.base + path)); got != http.StatusOK {
		w.t.Fatalf("open %s: %d", path, got)
	}
}

// until waits until an expression is true.
func (w *window) until(what, expression string) {
	w.t.Helper()
	for end := time.Now().Add(patience); ; time.Sleep(30 * time.Millisecond) {
		var yes bool
		w.js("Boolean("+expression+")", &yes)
		if yes {
			return
		}
		if time.Now().After(end) {
			w.t.Fatalf("%s: never came true: %s\n%s", what, expression, w.text())
		}
	}
}

// text is what the page says.
func (w *window) text() (s string) {
	w.t.Helper()
	w.js("document.body.innerText", &s)
	return s
}

func (w *window) says(words ...string) {
	w.t.Helper()
	text := w.text()
	for _, word := range words {
		if !strings.Contains(text, word) {
			w.t.Errorf("the page does not say %q:\n%s", word, text)
		}
	}
}

// tap finds an element anew, waits until it stands still and can be hit, and returns a click of the mouse on it.
func (w *window) tap(selector string) chromedp.Action {
	w.t.Helper()
	find := fmt.Sprintf(`((e) => {
		if (!e || e.disabled) return [];
		e.scrollIntoView({block: "center", behavior: "instant"});
		const r = e.getBoundingClientRect(), x = r.x + r.width / 2, y = r.y + r.height / 2;
		return e.contains(document.elementFromPoint(x, y)) ? [x, y] : [];
	})(document.querySelector(%q))`, selector)
	var before []float64
	for still, end := 0, time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		var at []float64
		w.js(find, &at)
		if len(at) == 2 && slices.Equal(at, before) {
			still++
		} else {
			still = 0
		}
		if before = at; still == 2 {
			return chromedp.MouseClickXY(at[0], at[1])
		}
		if time.Now().After(end) {
			w.t.Fatalf("nobody can click %s\n%s", selector, w.text())
		}
	}
}

// fill writes into the fields of a form, as a person's typing and choosing would. A name that the form has not fails.
func (w *window) fill(form string, fields map[string]string) {
	w.t.Helper()
	if fields == nil {
		fields = map[string]string{}
	}
	values, err := json.Marshal(fields)
	must(w.t, err)
	var missing []string
	w.js(fmt.Sprintf(`((form, values) => Object.entries(values).filter(([name, value]) => {
		const f = form?.elements[name];
		if (!f) return true;
		if (f.type === "checkbox") f.checked = value !== "";
		else f.value = value;
		if (f.type !== "checkbox" && f.value !== value) return true;
		for (const e of f instanceof RadioNodeList ? [...f] : [f]) e.dispatchEvent(new Event("input", {bubbles: true}));
		return false;
	}).map(([name]) => name))(document.querySelector(%q), %s)`, form, values), &missing)
	if len(missing) > 0 {
		w.t.Fatalf("%s does not take %v\n%s", form, missing, w.text())
	}
}

// send fills in a form and clicks its last button; it returns the status of the page that answers.
func (w *window) send(form string, fields map[string]string) int64 {
	w.t.Helper()
	w.fill(form, fields)
	return w.leave(w.tap(form + ` .actions button:last-of-type`))
}

// person opens a window in which somebody signs in by his password.
func (h *house) person(b *browser, v identity.Viewer, lang string, width int) *window {
	h.t.Helper()
	must(h.t, h.people.SetPassword(h.t.Context(), v.PersonID(), password))
	w := b.window(h.t, h.server.URL, lang, width)
	w.open("/sign-in")
	if got := w.send(`form:has([name="password"])`, map[string]string{"email": v.Person.Email, "password": password}); got != http.StatusOK {
		h.t.Fatalf("sign in: %d", got)
	}
	w.until("signed in", `location.pathname !== "/sign-in"`)
	return w
}

// shot keeps a picture of the page if CORRIDOR_SHOTS names a folder.
func (w *window) shot(name string) {
	dir := os.Getenv("CORRIDOR_SHOTS")
	if dir == "" {
		return
	}
	var png []byte
	w.run(chromedp.FullScreenshot(&png, 100))
	must(w.t, os.MkdirAll(dir, 0o755))
	must(w.t, os.WriteFile(filepath.Join(dir, name+".png"), png, 0o600))
}
