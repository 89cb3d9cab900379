package site_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"

	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/internal/trade"
)

// way is a project whose seller, operator and company sit before browsers of their own.
type way struct {
	*trading
	vendor, official, company *window
	path                      string
}

func walk(t *testing.T, b *browser) *way {
	t.Helper()
	w := &way{trading: trades(t)}
	w.trading.vendor.decides("/seller/listings/1")
	w.vendor = w.person(b, w.memberOf(w.seller, membership.RoleADMINISTRATOR), "zh-CN", 1280)
	w.official = w.person(b, w.operator, "zh-CN", 1280)
	w.company = w.person(b, w.firm, "en", 390)
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- w.agenda.Run(ctx) }()
	t.Cleanup(func() { stop(); must(t, <-ended) })
	return w
}

// comes opens the project's page until it says what the clocks have done.
func (w *way) comes(who *window, words string) {
	w.t.Helper()
	for end := time.Now().Add(patience); ; {
		who.open(w.path)
		if strings.Contains(who.text(), words) {
			return
		}
		if time.Now().After(end) {
			w.t.Fatalf("%q never came:\n%s", words, who.text())
		}
	}
}

// begin opens a project by the form of the new project, and files the decision.
func (w *way) begin(kind trade.Way, price string) {
	w.t.Helper()
	w.vendor.open("/seller/projects/new")
	w.vendor.leave(w.vendor.tap(`main a[href="/seller/projects/new?listing=1"]`))
	fields := map[string]string{"way": string(kind), "rights": "ASSIGN", "price_fen": price}
	if kind == trade.ByAgreement {
		fields["buyer"] = w.firm.Organisation.Uscc
	}
	if got := w.vendor.send(`form[action="/seller/projects"]`, fields); got != http.StatusOK {
		w.t.Fatalf("begin: %d\n%s", got, w.vendor.text())
	}
	w.vendor.js(`location.pathname`, &w.path)
	w.give(w.vendor, "RecordDecision", filed("decided_fen", price))
}

func filed(field, price string) map[string]string {
	f := map[string]string{}
	for k, v := range decision(field, price) {
		f[k] = v[0]
	}
	return f
}

// order opens the project's page, folds a command's form out, fills it in and sends it.
func (w *way) order(who *window, command string, fields map[string]string) int64 {
	w.t.Helper()
	who.open(w.path)
	form := fmt.Sprintf(`form:has(> input[name="command"][value=%q])`, command)
	who.run(who.tap(fmt.Sprintf(`details.command:has(input[name="command"][value=%q]) > summary`, command)))
	who.until("the form is open", fmt.Sprintf(`document.querySelector(%q)?.closest("details").open`, form))
	return who.send(form, fields)
}

func (w *way) give(who *window, command string, fields map[string]string) {
	w.t.Helper()
	if got := w.order(who, command, fields); got != http.StatusOK {
		w.t.Fatalf("%s: %d\n%s", command, got, who.text())
	}
}

func (w *way) no(who *window, command string, fields map[string]string, words string) {
	w.t.Helper()
	if got := w.order(who, command, fields); got != http.StatusConflict {
		w.t.Fatalf("%s: %d\n%s", command, got, who.text())
	}
	who.says(words)
}

var announced = map[string]string{"deposit_fen": "", "mode": "demo-short", "channels": "本市场、解放日报"}

// publish carries a drafted listing through review.
func (w *way) publish(when, deposit string, more map[string]string) {
	w.t.Helper()
	w.give(w.vendor, "SubmitForReview", nil)
	w.on(when)
	fields := map[string]string{"deposit_fen": deposit}
	for _, from := range []map[string]string{announced, more} {
		for k, v := range from {
			if v != "" {
				fields[k] = v
			}
		}
	}
	w.give(w.official, "PublishListing", fields)
}

// TestTheWaysInTheBrowser goes through scenarios 2 to 5 of the rule sheet as people do, by the pages' own forms.
func TestTheWaysInTheBrowser(t *testing.T) {
	b := newBrowser(t)
	for name, scenario := range map[string]func(*testing.T, *way){
		"2 a notice begins anew": noticeRestartsInTheBrowser, "3 working days": workingDaysInTheBrowser,
		"4 no buyer": noBuyerInTheBrowser, "5 one buyer": oneBuyerInTheBrowser,
	} {
		t.Run(name, func(t *testing.T) { scenario(t, walk(t, b)) })
	}
}

// Scenario 2: on day 9 the noticed price falls; the notice is void, and another runs for its full fifteen days.
func noticeRestartsInTheBrowser(t *testing.T, w *way) {
	w.begin(trade.ByAgreement, "2000000")
	w.on("2026-03-02 10:00")
	w.give(w.official, "OpenNotice", map[string]string{
		"name": "石墨烯膜", "abstract": "一种膜", "procedure": "书面提出", "in_unit": "公告栏", "on_market": "本市场",
	})
	w.company.open(w.path)
	w.company.says("On public notice", "17 March 2026 24:00", "¥2,000,000")
	w.on("2026-03-11 10:00")
	w.give(w.vendor, "ChangeOffer", filed("price_fen", "1800000"))
	w.company.open(w.path)
	w.company.says("The notice became void", "26 March 2026 24:00", "¥1,800,000")
	w.on("2026-03-26 23:59")
	sign := map[string]string{"price_fen": "1800000", "document": "合同1", "pay_by": "2026-05-01"}
	w.vendor.open(w.path)
	w.vendor.until("no form for a contract during the notice", `!document.querySelector('input[name="command"][value="SignContract"]')`)
	w.on("2026-03-27 00:00")
	w.comes(w.company, "The notice ended")
	w.give(w.vendor, "SignContract", sign)
	w.vendor.says("签订合同")
}

// Scenario 3: ten working days from Monday 28 September run, over the holiday and its make-up day, to the end of 16 October.
func workingDaysInTheBrowser(t *testing.T, w *way) {
	for day, kind := range map[string]string{
		"2026-10-01": "off", "2026-10-02": "off", "2026-10-05": "off", "2026-10-06": "off", "2026-10-07": "off", "2026-10-10": "working",
	} {
		w.official.open("/operator/calendar?year=2026")
		w.official.fill(`form[action="/operator/calendar"]`, map[string]string{"date": day, "kind": kind, "reason": "国庆节放假调休"})
		if got := w.official.leave(w.official.tap(`form[action="/operator/calendar"] button`)); got != http.StatusOK {
			t.Fatalf("set %s: %d", day, got)
		}
	}
	w.periodFollows()
	w.begin(trade.ByListing, "5000000")
	w.publish("2026-09-28 10:00", "500000", map[string]string{"period_wd": "10"})
	w.company.open(w.path)
	w.company.says("16 October 2026 24:00", "R2.7")
}

// periodFollows sees that the form of a new project works the period out while the seller types, and by its button without
// scripts.
func (w *way) periodFollows() {
	w.t.Helper()
	const ends, form = `document.querySelector('[data-ends="LISTING"]').textContent.trim()`, `form[action="/seller/projects"]`
	w.vendor.open("/seller/projects/new?listing=1")
	var five, ten, asked string
	w.vendor.js(ends, &five)
	w.vendor.fill(form, map[string]string{"price_fen": "5000000"})
	w.vendor.until("a longer period", fmt.Sprintf(`%s !== %q && %s !== ""`, ends, five, ends))
	w.vendor.js(ends, &ten)
	w.vendor.shot("new-project")
	w.vendor.fill(form, map[string]string{"price_fen": "much"})
	w.vendor.until("no period for no price", ends+` === ""`)
	w.vendor.run(emulation.SetScriptExecutionDisabled(true))
	w.vendor.open("/seller/projects/new?listing=1")
	w.vendor.fill(form, map[string]string{"price_fen": "5000000"})
	w.vendor.leave(w.vendor.tap(form + ` button[formmethod="get"]`))
	w.vendor.js(ends, &asked)
	w.vendor.run(emulation.SetScriptExecutionDisabled(false))
	if five == "" || asked != ten {
		w.t.Errorf("from %q to %q; the button says %q", five, ten, asked)
	}
}

// Scenario 4: nobody comes; two extensions, the end, and a next round that is at most a fifth cheaper and runs its full period.
func noBuyerInTheBrowser(t *testing.T, w *way) {
	clause := map[string]string{"extension_days": "5", "extension_cycles": "2"}
	w.begin(trade.ByListing, "3000000")
	w.publish("2026-03-02 10:00", "300000", clause)
	w.on("2026-06-01 10:00")
	w.comes(w.company, "The listing ended")
	w.no(w.vendor, "Relist", filed("price_fen", "2300000"), "20%")
	w.give(w.vendor, "Relist", filed("price_fen", "2400000"))
	w.company.open(w.path)
	w.company.says("The listing was extended", "The next round began", "¥2,400,000")
	w.path = "/projects/2"
	w.publish("2026-06-02 10:00", "240000", clause)
	w.company.open(w.path)
	w.company.says("¥2,400,000", "16 June 2026 24:00") // ten working days
}

// Scenario 5: the only buyer confirms the list price, not less, and there is no sale.
func oneBuyerInTheBrowser(t *testing.T, w *way) {
	w.begin(trade.ByListing, "1000000")
	w.publish("2026-03-02 10:00", "100000", nil)
	w.give(w.company, "Register", nil)
	w.give(w.official, "AcceptDocuments", map[string]string{"registration": "R1"})
	w.give(w.official, "ReceiveDeposit", map[string]string{"registration": "R1", "amount_fen": "100000"})
	w.on("2026-03-10 10:00")
	w.comes(w.company, "One qualified")
	w.no(w.company, "ConfirmPrice", map[string]string{"price_fen": "950000"}, "below the noticed, listed or awarded")
	w.give(w.company, "ConfirmPrice", map[string]string{"price_fen": "1000000"})
	w.company.says("Awarded, result on notice", "¥1,000,000")
	if n := w.db.Ent().Lot.Query().CountX(t.Context()); n != 0 {
		t.Errorf("%d lots for one buyer", n)
	}
}
