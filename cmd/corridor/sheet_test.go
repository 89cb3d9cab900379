package main

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"

	"github.com/g60-corridor/corridor/internal/depot/depottest"
)

// demoSignIn signs in by the demo's door.
func (w *window) demoSignIn(email string) {
	w.t.Helper()
	w.open("/sign-in")
	w.js(fmt.Sprintf(`fetch("/demo/sign-in", {method: "POST", body: new URLSearchParams({email: %q})}).then(r => { window.done = r.status })`, email), nil)
	w.until("signed in", `window.done === 200`)
}

// sheetFields are what a seller fills in so that all gates let a listing pass.
var sheetFields = map[string]string{
	"title_zh": "低温电解水制氢用复合膜", "title_en": "Composite membrane for low-temperature electrolysis", "summary_zh": "一种用于碱性电解槽的复合膜，电阻低，寿命长。",
	"summary_en": "A composite membrane for alkaline electrolysers.", "inventors": "沈怀谷、李一", "price_idea_fen": "1200000", "pricing_basis": "集体决策，参考同类交易",
	"decision_file": "云大技转〔2026〕12号", "dossier.subjects[0].kind": "INVENTION", "dossier.subjects[0].number": "201710601862.3",
	"dossier.subjects[0].filed": "2017-07-21", "dossier.subjects[0].granted": "2019-06-04", "dossier.subjects[0].paid_years": "20",
	"dossier.subjects[0].status.status": "IN_FORCE", "dossier.subjects[0].status.evidence": "登记簿副本",
	"dossier.subjects[0].status.as_of": "", "dossier.subjects[0].secrecy": "NONE", "dossier.subjects[0].export": "FREE",
	"dossier.disclosure.maturity": "3", "dossier.disclosure.abstract": "复合膜及其制备方法。", "dossier.disclosure.ownership": "单独所有",
	"dossier.disclosure.defects": "无已知瑕疵", "dossier.disclosure.inventors_consent": "告知书",
}

// burdens lie on a right; what belongs to them is asked once they are named.
var burdens = map[string]string{
	"dossier.subjects[0].kind": "UTILITY_MODEL", "dossier.subjects[0].owners[1].party": "谷水公司", "dossier.subjects[0].pledges[0].pledgee": "云间银行",
	"dossier.subjects[0].licences[0].licensee": "泖港机械厂", "dossier.subjects[0].disputes[0].case": "沪知民初 12 号",
	"dossier.subjects[0].funding[0].programme": "重点研发计划",
}

func (w *window) fill(fields map[string]string) {
	w.t.Helper()
	for name, value := range fields {
		if strings.HasSuffix(name, "as_of") {
			value = time.Now().Add(8*time.Hour).UTC().AddDate(0, 0, -1).Format(time.DateOnly)
		}
		w.js(fmt.Sprintf(`{ const f = document.querySelector("form.listing-sheet").elements[%q]; f.value = %q; f.dispatchEvent(new Event("input", {bubbles: true})) }`, name, value), nil)
	}
	for _, name := range []string{"dossier.offers[0].mode", "dossier.disclosure.all_licences", "dossier.disclosure.all_disputes", "dossier.disclosure.all_funding"} {
		w.js(fmt.Sprintf(`{ const f = document.querySelector("form.listing-sheet").elements[%q]; f.checked = true; f.dispatchEvent(new Event("input", {bubbles: true})) }`, name), nil)
	}
}

// begin begins a listing and leaves the window at its sheet.
func (w *window) begin(title string) (path string) {
	w.t.Helper()
	w.open("/seller/listings/new")
	w.js(fmt.Sprintf(`{ const f = document.querySelector('form[action="/seller/listings"]'); f.title_zh.value = %q; f.field.value = "NE" }`, title), nil)
	w.leave(w.tap(`form[action="/seller/listings"] button`))
	w.until("at the sheet", `document.querySelector("form.listing-sheet")`)
	w.js(`location.pathname`, &path)
	return path
}

func (w *window) press(do string) {
	w.t.Helper()
	w.leave(w.tap(fmt.Sprintf(`form.listing-sheet button[value=%q]`, do)))
	w.until("the next page", `document.readyState === "complete"`)
}

// TestASheetIsWrittenAndReviewed writes one listing with scripts and one without, has them reviewed, and looks at every page of
// theirs in both languages and two widths.
func TestASheetIsWrittenAndReviewed(t *testing.T) {
	axe, err := os.ReadFile("../../web/node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Fatalf("axe-core is not installed (make web): %v", err)
	}
	s := startServer(t, "--demo")
	open := newBrowser(t)
	seller := &window{t, open("zh-CN", 1440, 900), s.url()}
	seller.demoSignIn("university@demo.corridor")
	path := seller.begin("膜")
	seller.until("gates that block", `document.querySelector(".finding-BLOCKS")`)
	before := seller.text(".gates-sum")
	seller.fill(sheetFields)
	seller.until("saved by itself, with the gate that blocks for want of the decision's file alone (R2.2)", `document.querySelector('[data-f="gates-list"]').dataset.saved === "true" &&
		document.querySelectorAll(".finding-BLOCKS").length === 1`)
	if said := seller.text(`[data-f="state"]`); !strings.Contains(said, "已保存") || seller.text(".gates-sum") == before {
		t.Errorf("said %q after %q", said, before)
	}
	id := strings.TrimPrefix(path, "/seller/listings/")
	office := s.person(t)
	office.demoAs("university@demo.corridor")
	office.hand(id, "INTERNAL", "DECISION", "会议纪要.pdf", depottest.PDF(1, ""))
	seller.open(path)
	seller.until("no gate that blocks", `document.querySelector('[data-f="gates-list"]') && !document.querySelector(".finding-BLOCKS")`)
	seller.press("submit")
	draft := seller.begin("尚未写完的成果")
	for name, value := range burdens {
		seller.js(fmt.Sprintf(`document.querySelector("form.listing-sheet").elements[%q].value = %q`, name, value), nil)
	}
	seller.press("save") // entries that are filled offer more

	plain := &window{t, open("zh-CN", 390, 900), s.url()}
	plain.demoSignIn("university@demo.corridor")
	plain.run(emulation.SetScriptExecutionDisabled(true))
	plain.open(draft)
	plain.click(`form.listing-sheet button[value="submit"]`) // answered 422, with the sheet
	plain.until("the faults", `document.querySelector(".fault.summary")`)
	if body := plain.html(); !strings.Contains(body, `class="fault summary"`) || !strings.Contains(body, "尚未写完的成果") {
		t.Error("a sheet that lacks nearly everything was submitted, or nobody says why it was not")
	}

	operator := &window{t, open("zh-CN", 1440, 900), s.url()}
	operator.demoSignIn("operator@demo.corridor")
	look := func(email string, paths ...string) {
		for _, lang := range []string{"zh-CN", "en"} {
			for _, width := range []int{1440, 390} {
				w := &window{t, open(lang, width, 900), s.url()}
				if email != "" {
					w.demoSignIn(email)
				}
				for _, p := range paths {
					if status := w.open(p); status != 200 {
						t.Errorf("%s opens %s: %d", email, p, status)
					}
					w.checkPage(lang, width, p, string(axe))
				}
			}
		}
	}
	look("operator@demo.corridor", "/operator/listings", "/operator/listings/"+id, "/operator/listings/"+id+"/versions")
	operator.open("/operator/listings/" + id)
	operator.leave(operator.tap(`form[action$="/publish"] button`))
	look("university@demo.corridor", "/seller/listings", "/seller/listings/new", path, draft, path+"/preview", path+"/versions")
	look("", "/listings/"+id, "/listings/7")
}
