package main

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
)

// TestImportPagesAreFitForEverybody goes through an import as a seller, in both languages and two widths: axe finds
// nothing, nothing is wider than the window, and the browser reports no error.
func TestImportPagesAreFitForEverybody(t *testing.T) {
	axe, err := os.ReadFile("../../web/node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Fatalf("axe-core is not installed (make web): %v", err)
	}
	s := startServer(t, "--demo")
	open := newBrowser(t)
	const table = "专利名称/Title;申请号;申请日;价格（万元）;备注\\n一种阀门;201810862228.X;03/04/2018;88.5;x\\nA pump;201711410931.8;2018-01-02;much;\\nA valve;;;12;"
	for _, lang := range []string{"zh-CN", "en"} {
		for _, width := range []int{1440, 390} {
			w := &window{t, open(lang, width, 900), s.url()}
			w.run(emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-reduced-motion", Value: "reduce"}}))
			w.open("/sign-in")
			w.js(`fetch("/demo/sign-in", {method: "POST", body: new URLSearchParams({email: "university@demo.corridor"})}).then(r => { window.done = r.status })`, nil)
			w.until("signed in", `window.done === 200`)
			w.js(`{ const f = new FormData(); f.append("file", new Blob(["`+table+`"]), "清单.csv");
				fetch("/seller/import", {method: "POST", body: f}).then(r => { window.at = new URL(r.url).pathname }) }`, nil)
			w.until("uploaded", `(window.at ?? "").startsWith("/seller/import/")`)
			var at string
			w.js(`window.at`, &at)
			w.js(`fetch(window.at + "/preview", {method: "POST", body: new URLSearchParams({do: "keep"})}).then(r => { window.kept = r.status })`, nil)
			w.until("kept", `window.kept === 200`)
			visit := func(path, name string) {
				if status := w.open(path); status != 200 {
					t.Errorf("%s: %d", path, status)
				}
				w.checkPage(lang, width, name, string(axe))
			}
			visit("/seller/import", "/seller/import")
			visit(at, "/seller/import/columns")
			visit(at+"/preview", "/seller/import/preview")
			w.js(`fetch(location.href, {method: "POST", body: new URLSearchParams({do: "take"})}).then(r => { window.taken = new URL(r.url).pathname })`, nil)
			w.until("taken", fmt.Sprintf(`window.taken === %q`, at+"/report"))
			for range 20 {
				w.open(at + "/report")
				if strings.Contains(w.html(), "report.json") {
					break
				}
			}
			visit(at+"/report", "/seller/import/report")
		}
	}
}
