package site_test

import (
	"fmt"
	"testing"

	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/internal/market"
)

// A co-owner who is named while the sheet saves itself is asked for his consents at once, and what was typed stays.
func TestTheSheetAsksForConsentsAtOnce(t *testing.T) {
	h := open(t)
	v := h.memberOf(h.seller, membership.RoleEDITOR)
	at := h.as(v).began(t)
	w := h.person(newBrowser(t), v, "en", 1280)
	w.open(at)
	const party, owner = "dossier.subjects[0].owners[1].party", "dossier.subjects[0].owners[1].consents[0].document"
	asked := fmt.Sprintf(`document.querySelector("form.listing-sheet").elements[%q]`, owner)
	var before bool
	w.js("Boolean("+asked+")", &before)
	w.fill("form.listing-sheet", map[string]string{"dossier.subjects[0].kind": "INVENTION", "dossier.subjects[0].owners[0].party": "云间大学", party: "谷水公司"})
	w.until("his consents are asked", asked)
	var typed string
	w.js(fmt.Sprintf(`document.querySelector("form.listing-sheet").elements[%q].value`, party), &typed)
	if before || typed != "谷水公司" {
		t.Errorf("asked before: %v; typed: %q", before, typed)
	}
}

// The log of the console is read on a telephone without moving it sideways.
func TestTheConsolesLogIsNarrow(t *testing.T) {
	h := open(t)
	id := h.lot()
	v := h.bidder(id)
	h.conduct(id, market.OpenNow)
	h.bid(h.as(v), id, "1000000", "PLAIN")
	b := newBrowser(t)
	for _, lang := range []string{"zh-CN", "en"} {
		w := h.person(b, h.operator, lang, 390)
		w.open(path("/operator/lots/%d/console", id))
		var over int
		w.js(`(e => e.scrollWidth - e.clientWidth)(document.querySelector(".table-scroll:has(table.rows)"))`, &over)
		w.shot("console-" + lang)
		if over > 0 {
			t.Errorf("%s: %d pixels hang over", lang, over)
		}
	}
}
