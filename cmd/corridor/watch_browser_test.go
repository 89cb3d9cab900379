package main

import (
	"fmt"
	"net/url"
	"os"
	"testing"

	"github.com/chromedp/cdproto/emulation"
)

// send posts a form as the page that is open would.
func (w *window) send(path string, form url.Values) {
	w.t.Helper()
	w.js(`window.done = 0`, nil)
	w.js(fmt.Sprintf(`fetch(%q, {method: "POST", headers: {"Content-Type": "application/x-www-form-urlencoded"}, body: %q}).then(r => { window.done = r.status })`, path, form.Encode()), nil)
	w.until("the form is taken: "+path, `window.done === 200`)
}

// TestWatchingAndAsking goes the way of a company that saves a search, watches things and asks, and of the seller who
// answers; in both languages and two widths axe finds nothing.
func TestWatchingAndAsking(t *testing.T) {
	axe, err := os.ReadFile("../../web/node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Fatalf("axe-core is not installed (make web): %v", err)
	}
	s := startServer(t, "--demo")
	open := newBrowser(t)
	seller := &window{t, open("en", 1440, 900), s.url()}
	seller.demoSignIn("university@demo.corridor")
	seller.open("/seller/listings")
	var listing string
	seller.js(`[...document.querySelectorAll("a[href^='/seller/listings/']")].map(a => a.getAttribute("href").match(/^\/seller\/listings\/(\d+)/)?.[1]).find(n => n)`, &listing)
	page := "/listings/" + listing

	buyer := &window{t, open("en", 1440, 900), s.url()}
	buyer.demoSignIn("lanchuan@demo.corridor")
	buyer.open("/me/watching")
	buyer.checkPage("en", 1440, "/me/watching empty", string(axe))
	buyer.open("/search?q=membrane&city=310117")
	buyer.run(buyer.tap("details.save-search > summary"))
	buyer.checkPage("en", 1440, "/search saving", string(axe))
	buyer.leave(buyer.tap("details.save-search form button"))
	buyer.until("the search is saved", `document.querySelector(".flash") && document.querySelector("a[href='/search?city=310117&q=membrane']")`)
	buyer.open(page)
	buyer.leave(buyer.tap(".watch-it button"))
	buyer.until("it is watched", `document.querySelector(".watch-it button").value === "end"`)
	buyer.js(`document.getElementById("question").value = "At what current density was it tested, and for how long?"`, nil)
	buyer.leave(buyer.tap("#ask button"))
	buyer.until("the question stands", `document.querySelector(".question-text")?.innerText.includes("current density")`)
	buyer.send(page+"/questions", url.Values{"question": {"中试是否已经完成？\n样品能否提供？"}})
	buyer.send("/lots/3/watch", url.Values{"on": {"begin"}})
	buyer.send("/organisations/2/watch", url.Values{"on": {"begin"}})
	buyer.send("/projects/2/watch", url.Values{"on": {"begin"}})
	buyer.send("/me/watching", url.Values{"kind": {"LOTS"}, "query": {"state=next&field=AI"}, "name": {"人工智能 即将开拍"}, "how": {"DAILY"}})

	seller.open(page)
	seller.until("the seller may answer", `document.querySelectorAll("form[action$='/answer']").length === 2`)
	seller.js(`document.querySelectorAll("form[action$='/answer'] textarea")[1].value = "At 0.8 A/cm², for 5,000 hours.\nThe report is in the file."`, nil)
	seller.leave(seller.tap(`#question-1 form[action$='/answer'] button`))
	seller.until("the answer stands", `document.querySelector("#question-1 .answer")`)

	for _, lang := range []string{"zh-CN", "en"} {
		for _, width := range []int{1440, 390} {
			for email, paths := range map[string][]string{
				"":                         {page, "/search?q=membrane", "/lots?city=310117"},
				"lanchuan@demo.corridor":   {"/me/watching", "/me/watching/1", page, "/lots/3", "/organisations/2", "/projects/2"},
				"university@demo.corridor": {page},
				"operator@demo.corridor":   {page},
			} {
				w := &window{t, open(lang, width, 1400), s.url()}
				w.run(emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-reduced-motion", Value: "reduce"}}))
				if email != "" {
					w.demoSignIn(email)
				}
				for _, path := range paths {
					if status := w.open(path); status != 200 {
						t.Errorf("%s opens %s: %d", email, path, status)
					}
					w.js(`document.querySelectorAll(".watched-change, .question-do").forEach((d, i) => { d.open = i < 2 }); document.querySelector(".questions")?.scrollIntoView()`, nil)
					w.checkPage(lang, width, email+path, string(axe))
				}
			}
		}
	}
}
