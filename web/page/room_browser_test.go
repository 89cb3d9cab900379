package page_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/feed"
	"github.com/g60-corridor/corridor/web"
	"github.com/g60-corridor/corridor/web/locale"
	"github.com/g60-corridor/corridor/web/page"
)

// TestRoom drives the room's scripts through what must not go wrong in front of a bidder.
func TestRoom(t *testing.T) {
	if !web.Has("room.js") {
		t.Fatal("the scripts are not built: make web")
	}
	open := browser(t)
	for name, test := range map[string]func(*testing.T, *visit){
		"two taps are one bid":                 twoTaps,
		"an answer that does not come":         noAnswer,
		"a cut line shows no lead":             cutLine,
		"a silent line shows no lead":          silentLine,
		"a bid on a cut line is not doubled":   cutBid,
		"outbid, and what was said is gone":    outbidAfterAnswer,
		"an amount is read back":               readBack,
		"a large jump is confirmed":            largeJump,
		"the question of a jump stays true":    questionStaysTrue,
		"the server asks for a confirmation":   serverAsks,
		"a refusal says why":                   refusalSaysWhy,
		"what was seen is what is bid":         movingTarget,
		"a finger that slips off bids nothing": slippedFinger,
		"the deadline ends bidding":            deadlinePasses,
		"a pause says why":                     pauseSaysWhy,
		"the close shows the result in place":  closeInPlace,
		"the clock is the server's":            wrongClock,
		"who is let in may bid after a click":  letIn,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := &visit{t: t, open: open}
			test(t, v)
			noViolations(t, v.ctx)
			_ = chromedp.Cancel(v.ctx)
		})
	}
}

// enter opens the room and answers its first watch.
func (v *visit) enter(p page.RoomPage) {
	v.t.Helper()
	v.p = p
	v.ctx = v.open(1280, 900, true)
	run(v.t, v.ctx, chromedp.Navigate(serve(v.t, &shown{page: page.Room(p), lang: locale.EN})), onWatch(welcome(p)...))
	until(v.t, v.ctx, `wire.sockets() > 0`)
	v.say(welcome(p)...)
	until(v.t, v.ctx, `room.dataset.trust === 'live'`)
}

func (v *visit) say(messages ...any) {
	v.t.Helper()
	for _, m := range messages {
		run(v.t, v.ctx, say(m))
	}
}

// next is the frame after those before, with a state changed by f.
func (v *visit) next(f func(*feed.View), rows ...feed.Row) feed.Frame {
	frame := v.p.Frame
	frame.T, frame.From = "frame", frame.Cursor
	frame.Cursor += feed.Cursor(len(rows))
	frame.NowUS = time.Now().UnixMicro()
	frame.Rows = []feed.Row{}
	for i, r := range rows {
		r.N = frame.From + feed.Cursor(i) + 1
		frame.Rows = append(frame.Rows, r)
	}
	f(&frame.State)
	v.p.Frame.Cursor, v.p.Frame.State = frame.Cursor, frame.State
	return frame
}

// answer answers the last bid that was sent.
func (v *visit) answer(own int, more string) {
	v.t.Helper()
	run(v.t, v.ctx, do(fmt.Sprintf(`{ const b = wire.bids().at(-1); wire.say({t:"answer",lot:12,id:b.id,row:{own:%d,key:b.key,at_us:wire.now(),
		bid_kind:b.kind,amount_fen:b.amount_fen,accepted:true,leads:true,price_fen:b.amount_fen,leaf:"ab".repeat(32),...(%s)}}) }`, own, more)))
}

func (v *visit) mustSay(name, part string) {
	v.t.Helper()
	if got := text(v.t, v.ctx, name); !strings.Contains(got, part) {
		v.t.Errorf("%s says %q, want %q in it", name, got, part)
	}
}

func (v *visit) mustBe(expression, want string) {
	v.t.Helper()
	if got := read(v.t, v.ctx, expression); got != want {
		v.t.Errorf("%s is %q, want %q", expression, got, want)
	}
}

const tap = `document.querySelector('button.quick').click()`

func (v *visit) amount(s string) {
	v.t.Helper()
	run(v.t, v.ctx, do(`{ const a = document.getElementById('amount'); a.value = "`+s+`"; a.dispatchEvent(new Event('input', {bubbles: true})); }`))
}

const ownBid = `document.querySelector('[data-f=own-bid]')`

func twoTaps(t *testing.T, v *visit) {
	v.enter(sale(time.Now()))
	run(t, v.ctx, do(tap+";"+tap+`;document.querySelectorAll('button.quick')[2].click()`))
	v.mustBe("wire.bids().length", "1")
	v.mustBe("wire.bids()[0].amount_fen", "320000000")
	v.mustBe("wire.bids()[0].key.length", "32")
	v.answer(3, "{}")
	v.mustSay("say", "You lead")
	v.mustBe(`document.querySelectorAll('.own-row').length`, "3")
}

func noAnswer(t *testing.T, v *visit) {
	v.enter(sale(time.Now()))
	run(t, v.ctx, do(tap))
	v.mustSay("say", "Sending")
	until(t, v.ctx, `wire.bids().length === 2`)
	v.mustBe("new Set(wire.bids().map((b) => b.key)).size", "1")
	v.mustSay("say", "unknown")
	v.mustBe(`document.querySelector('button.quick').disabled`, "true")
	v.answer(3, "{repeated:true}")
	v.mustSay("say", "counts")
}

func cutLine(t *testing.T, v *visit) {
	v.enter(leading(time.Now()))
	v.mustBe("room.dataset.lead", "you")
	run(t, v.ctx, do("lineDown = true; wire.cut()"))
	v.mustBe("room.dataset.lead", "unknown")
	v.mustSay("lead-word", "unknown")
	v.mustSay("lead-note", "you led")
	v.mustSay("stale", "Disconnected since")
	v.mustSay("known", "as of")
	v.mustBe(`document.querySelectorAll('button.quick:enabled').length`, "0")
	run(t, v.ctx, do("lineDown = false"))
	until(t, v.ctx, `room.dataset.lead === 'you' && document.querySelector('[data-f=stale]').hidden`)
}

func silentLine(t *testing.T, v *visit) {
	v.enter(leading(time.Now()))
	run(t, v.ctx, do("mute = true"))
	until(t, v.ctx, `room.dataset.trust === 'silent' || room.dataset.trust === 'cut'`)
	v.mustBe("room.dataset.lead", "unknown")
	v.mustBe(`document.querySelectorAll('button:is(.quick,.button-bid):enabled').length`, "1") // that of the closed dialog
}

func cutBid(t *testing.T, v *visit) {
	v.enter(sale(time.Now()))
	run(t, v.ctx, do(tap+"; lineDown = true; wire.cut()"))
	v.mustSay("say", "as soon as the connection is back")
	run(t, v.ctx, do("lineDown = false"))
	until(t, v.ctx, `wire.bids().length === 2`)
	v.mustBe("new Set(wire.bids().map((b) => b.key)).size", "1")
	v.answer(3, "{repeated:true}")
	v.mustSay("say", "counts")
}

func outbidAfterAnswer(t *testing.T, v *visit) {
	v.enter(sale(time.Now()))
	run(t, v.ctx, do(tap))
	v.answer(3, "{}")
	v.say(v.next(func(s *feed.View) { s.Leader, s.PriceFen = "M3XW", 3_200_000*yuan },
		feed.Row{AtUS: time.Now().UnixMicro(), Type: "BidAccepted", Paddle: "M3XW", AmountFen: 3_200_000 * yuan, PriceFen: 3_200_000 * yuan, Leader: "M3XW"}))
	v.mustBe("room.dataset.lead", "you")
	v.mustSay("say", "You lead")
	v.say(v.next(func(s *feed.View) { s.Leader, s.PriceFen = "T9CE", 3_300_000*yuan },
		feed.Row{AtUS: time.Now().UnixMicro(), Type: "BidAccepted", Paddle: "T9CE", AmountFen: 3_300_000 * yuan, PriceFen: 3_300_000 * yuan, Leader: "T9CE"}))
	v.mustBe("room.dataset.lead", "outbid")
	v.mustSay("price", "3,300,000")
	if got := read(t, v.ctx, `document.querySelector('.room').innerText`); strings.Contains(got, "You lead") || strings.Contains(got, "YOU lead") {
		t.Errorf("the page still says that the bidder leads:\n%s", got)
	}
}

func readBack(t *testing.T, v *visit) {
	v.enter(sale(time.Now()))
	for typed, want := range map[string]string{
		"320万": "three million two hundred thousand yuan", "3,300,000": "three million three hundred thousand yuan",
		"1e9": "exponent", "-1": "above zero", "１００": "half-width", "1,000.001": "decimals", "3,250,000": "multiple",
		"3000000": "least", "99999999999999999999999999999999999999999": "too large", "40000000": "zero too many",
	} {
		v.amount(typed)
		v.mustSay("read-back", want)
		off := strings.Contains(want, "yuan")
		v.mustBe(ownBid+".disabled", fmt.Sprint(!off))
	}
	v.amount("320万")
	run(t, v.ctx, do(ownBid+".click()"))
	v.mustBe("wire.bids()[0].amount_fen", "320000000")
	v.mustBe("wire.bids()[0].kind", "PLAIN")
}

func largeJump(t *testing.T, v *visit) {
	v.enter(sale(time.Now()))
	v.amount("1200万")
	run(t, v.ctx, do(ownBid+".click()"))
	v.mustBe("document.querySelector('dialog').open", "true")
	v.mustSay("confirm-words", "twelve million yuan")
	v.mustBe("document.activeElement.value", "no")
	run(t, v.ctx, do("document.activeElement.click()"))
	v.mustBe("wire.bids().length", "0")
	until(t, v.ctx, "!document.querySelector('dialog').open")
	// The page hears of the "no" a moment after the question is gone; a click before that is none.
	until(t, v.ctx, "document.querySelector('dialog').open || void "+ownBid+".click()")
	run(t, v.ctx, do("document.querySelector('[data-f=confirm-yes]').click()"))
	until(t, v.ctx, "wire.bids().length === 1")
	v.mustBe("wire.bids()[0].confirmed", "true")
}

// The sale goes on behind the question whether so much is meant.
func questionStaysTrue(t *testing.T, v *visit) {
	p := sale(time.Now())
	v.enter(p)
	const yes = "document.querySelector('[data-f=confirm-yes]')"
	v.amount("1200万")
	run(t, v.ctx, do(ownBid+".click()"))
	v.mustSay("confirm-why", "3.8 times")
	v.say(v.next(func(s *feed.View) { s.Leader, s.PriceFen, s.MinimumFen = "T9CE", 6_000_000*yuan, 6_100_000*yuan },
		feed.Row{AtUS: time.Now().UnixMicro(), Type: "BidAccepted", Paddle: "T9CE", AmountFen: 6_000_000 * yuan, PriceFen: 6_000_000 * yuan, Leader: "T9CE"}))
	v.mustSay("confirm-why", "2 times")
	run(t, v.ctx, do("lineDown = true; wire.cut()"))
	v.mustSay("confirm-why", "Bidding is off")
	v.mustBe(yes+".disabled", "true")
	run(t, v.ctx, do("lineDown = false"))
	until(t, v.ctx, "!"+yes+".disabled")
	v.p = p // the snapshot after the cut is the first one again
	over := closed(time.Now())
	v.say(v.next(func(s *feed.View) { *s = over.Frame.State },
		feed.Row{AtUS: time.Now().UnixMicro(), Type: "LotClosed", Outcome: auction.Sold, Leader: "T9CE", PriceFen: 6_000_000 * yuan}))
	until(t, v.ctx, "!document.querySelector('dialog').open")
	v.mustBe("wire.bids().length", "0")
}

func serverAsks(t *testing.T, v *visit) {
	p := sale(time.Now())
	p.Terms.Jump.ConfirmTimes = 0 // the page does not know
	v.enter(p)
	run(t, v.ctx, do(tap))
	v.answer(3, `{accepted:false,leads:false,reason:"NEEDS_CONFIRMATION"}`)
	until(t, v.ctx, "document.querySelector('dialog').open")
	run(t, v.ctx, do("document.querySelector('[data-f=confirm-yes]').click()"))
	until(t, v.ctx, "wire.bids().length === 2")
	v.mustBe("wire.bids()[1].confirmed", "true")
	v.mustBe("wire.bids()[1].key === wire.bids()[0].key", "false")
}

func refusalSaysWhy(t *testing.T, v *visit) {
	v.enter(sale(time.Now()))
	run(t, v.ctx, do(tap))
	v.answer(3, `{accepted:false,leads:false,price_fen:320000000,reason:"BELOW_MINIMUM",
		at_us:5e6,basis:{minimum_fen:330000000,step_fen:10000000,price_fen:320000000,price_at:5e6-120000,deadline:0}}`)
	v.mustSay("say", "3.3 million yuan needed; 3.2 million yuan was accepted 0.1")
	v.mustSay("own", "3.3 million yuan needed")
}

func movingTarget(t *testing.T, v *visit) {
	v.enter(sale(time.Now()))
	v.say(map[string]any{"t": "own", "lot": 12, "holding": v.p.Holding, "rows": []any{}})
	p := v.p
	frame := v.next(func(s *feed.View) { s.Leader, s.PriceFen, s.MinimumFen = "T9CE", 3_300_000*yuan, 3_400_000*yuan })
	frame.Cursor++
	h := *p.Holding
	h.MinimumFen = 3_400_000 * yuan
	run(t, v.ctx, chromedp.Sleep(400*time.Millisecond), say(map[string]any{"t": "own", "lot": 12, "holding": h, "rows": []any{}}), say(frame))
	v.mustSay("quick", "3,400,000")
	run(t, v.ctx, chromedp.Sleep(400*time.Millisecond))
	frame.From, frame.Cursor = frame.Cursor, frame.Cursor+1
	frame.State.PriceFen = 3_400_000 * yuan
	text := `{ wire.say(` + jsonOf(frame) + `); ` + tap + ` }` // the figure moves under the finger
	run(t, v.ctx, do(text))
	v.mustSay("quick", "3,500,000")
	v.mustBe("wire.bids()[0].amount_fen", "340000000")
}

func slippedFinger(t *testing.T, v *visit) {
	v.enter(sale(time.Now()))
	var at []float64
	run(t, v.ctx, chromedp.Evaluate(`[...document.querySelectorAll('button.quick')].slice(0, 2).flatMap((b) => {
		const r = b.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2] })`, &at))
	mouse := func(what input.MouseType, x, y float64) chromedp.Action {
		return chromedp.MouseEvent(what, x, y, chromedp.ButtonLeft, chromedp.ClickCount(1))
	}
	run(t, v.ctx, mouse(input.MousePressed, at[0], at[1]), mouse(input.MouseMoved, at[2], at[3]), mouse(input.MouseReleased, at[2], at[3]))
	v.mustBe("wire.bids().length", "0")
	run(t, v.ctx, do(`document.querySelectorAll('button.quick')[1].focus()`), chromedp.KeyEvent("\r"))
	v.mustBe("wire.bids().map((b) => b.amount_fen).join()", "330000000")
}

func deadlinePasses(t *testing.T, v *visit) {
	p := sale(time.Now())
	p.Frame.State.DeadlineUS = time.Now().Add(1500 * time.Millisecond).UnixMicro()
	v.enter(p)
	until(t, v.ctx, `document.querySelector('[data-f=clock]').dataset.state === 'passed'`)
	v.mustSay("deadline", "waiting")
	v.mustBe(`document.querySelectorAll('button.quick:enabled').length`, "0")
	v.mustSay("say", "Time is up")
}

func pauseSaysWhy(t *testing.T, v *visit) {
	v.enter(sale(time.Now()))
	paused := paused(time.Now())
	v.say(v.next(func(s *feed.View) { *s = paused.Frame.State }, feed.Row{AtUS: time.Now().UnixMicro(), Type: "LotPaused", Cause: auction.PlatformFailure}))
	v.mustSay("pause-text", "Platform failure")
	v.mustSay("pause-text", "Resumes at")
	v.mustSay("left", "03:29")
	v.mustBe(`document.querySelectorAll('button.quick:enabled').length`, "0")
}

func closeInPlace(t *testing.T, v *visit) {
	v.enter(leading(time.Now()))
	over := closed(time.Now())
	v.say(v.next(func(s *feed.View) { *s = over.Frame.State }, feed.Row{AtUS: time.Now().UnixMicro(), Type: "LotClosed", Outcome: auction.Sold, Leader: "M3XW", PriceFen: 3_100_000 * yuan}))
	v.mustBe("room.dataset.lead", "won")
	v.mustSay("result-word", "You won")
	v.mustBe(`document.querySelector('.result-links a[href$="record.json"]').checkVisibility()`, "true")
	v.mustBe(`document.querySelector('[data-f=pad-body]').hidden`, "true")
	v.mustSay("announcer", "You won")
}

func wrongClock(t *testing.T, v *visit) {
	p := sale(time.Now())
	v.p = p
	hour := time.Hour.Microseconds()
	p.Frame.NowUS += hour // the server's clock is an hour ahead of the browser's
	p.Frame.State.DeadlineUS += hour
	v.ctx = v.open(1280, 900, true)
	run(t, v.ctx, chromedp.Navigate(serve(t, &shown{page: page.Room(p), lang: locale.EN})),
		do(fmt.Sprintf("wire.skew = %d", hour)), onWatch(welcome(p)...))
	until(t, v.ctx, `wire.sockets() > 0`)
	run(t, v.ctx, do(fmt.Sprintf(`wire.say({...%s, now_us: wire.now()})`, jsonOf(p.Frame))))
	until(t, v.ctx, `room.dataset.trust === 'live'`)
	until(t, v.ctx, `/^0[123]:\d\d$/.test(document.querySelector('[data-f=left]').textContent)`)
}

func letIn(t *testing.T, v *visit) {
	p := spectator(time.Now())
	p.Access = page.Awaited
	v.enter(p)
	v.mustBe("room.dataset.lead", "other")
	v.say(map[string]any{"t": "own", "lot": 12, "holding": sale(time.Now()).Holding, "rows": []any{}})
	v.mustSay("door", "M3XW")
}

// TestRoomWithoutScripts holds that the room is complete as it comes: a bid can be sent, and the page says that it does
// not update itself.
func TestRoomWithoutScripts(t *testing.T) {
	ctx := browser(t)(390, 844, false)
	p := sale(time.Now())
	answer := p.Own[0]
	p.Form.Answer = &answer
	run(t, ctx, chromedp.Navigate(serve(t, &shown{page: page.Room(p), lang: locale.ZH})))
	html := read(t, ctx, "document.documentElement.innerHTML")
	for _, part := range []string{
		`name="key" value="` + p.Form.Key.String() + `"`, `name="amount" value="3200000.00"`, `action="/lots/12/bids"`,
		"不会自动更新", `href="/lots/12/room"`, "您已被超过", "叁佰壹拾万元整", "290万元 有效，您领先",
	} {
		if !strings.Contains(html, part) && !strings.Contains(strings.ReplaceAll(html, "万元 ", "万元"), strings.ReplaceAll(part, "万元 ", "万元")) {
			t.Errorf("the page without scripts lacks %q", part)
		}
	}
}

// TestRoomIsAccessible runs axe over the room and the film in their states, both languages, two widths.
func TestRoomIsAccessible(t *testing.T) {
	axe, err := os.ReadFile("../node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Fatalf("axe is not installed: make web: %v", err)
	}
	open := browser(t)
	check := func(name string, s *shown, width int, ready string, then ...chromedp.Action) {
		ctx := open(width, 900, true)
		run(t, ctx, chromedp.Navigate(serve(t, s)))
		until(t, ctx, ready)
		run(t, ctx, then...)
		read(t, ctx, "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
		// The clock's bar is always on its way; what has just changed comes to rest.
		until(t, ctx, "document.getAnimations().every((a) => !(a instanceof CSSAnimation) || a.playState !== 'running' || a.effect.getComputedTiming().endTime === Infinity)")
		run(t, ctx, do(string(axe)))
		faults := read(t, ctx, `axe.run().then((r) => r.violations.map((v) => v.id + ": " + v.nodes.map((n) => n.target + " " + (n.any[0]?.message ?? "")).join(", ")).join("\n"))`)
		if faults != "" {
			t.Errorf("%s, %s, %d wide:\n%s", name, s.lang, width, faults)
		}
		_ = chromedp.Cancel(ctx)
	}
	for name, p := range map[string]func(time.Time) page.RoomPage{
		"outbid": sale, "leading": leading, "spectator": spectator, "paused": paused, "closed": closed,
	} {
		room := p(time.Now())
		for i, lang := range locale.Langs {
			s := &shown{page: page.Room(room), lang: lang, theme: []string{"light", "dark"}[i]}
			check(name, s, []int{1440, 390}[i], `wire.sockets() > 0`, say(room.Frame))
			if name == "leading" {
				check("stale", s, []int{390, 1440}[i], `wire.sockets() > 0`, say(room.Frame), do("lineDown = true; wire.cut()"))
			}
		}
	}
	for i, lang := range locale.Langs {
		check("film", &shown{page: page.Film(filmOf(time.Now())), lang: lang, extra: goldenRecord(t)}, []int{1440, 390}[i],
			`!document.querySelector('[data-f="film-bar"]').hidden`)
	}
}

// TestFilm moves through the golden record by keyboard.
func TestFilm(t *testing.T) {
	ctx := browser(t)(1280, 900, true)
	run(t, ctx, chromedp.Navigate(serve(t, &shown{page: page.Film(filmOf(time.Now())), lang: locale.EN, extra: goldenRecord(t)})))
	until(t, ctx, `!document.querySelector('[data-f="film-bar"]').hidden`)
	key := func(k string) chromedp.Action {
		return do(`document.body.dispatchEvent(new KeyboardEvent('keydown', {key: '` + k + `', bubbles: true, cancelable: true}))`)
	}
	lead := func() string { return text(t, ctx, "lead-word") }
	if got := lead(); got != "No bid yet" {
		t.Errorf("the film begins with %q", got)
	}
	run(t, ctx, key("ArrowRight"))
	if got := lead(); got != "A07 leads" {
		t.Errorf("after the first bid: %q", got)
	}
	run(t, ctx, key("End"))
	if got := lead(); got != "Sold to B12" {
		t.Errorf("the film ends with %q", got)
	}
	if got := text(t, ctx, "price"); got != "¥3,700,000" {
		t.Errorf("the film ends at %s", got)
	}
	all := read(t, ctx, `document.querySelectorAll('.tape-row').length`)
	run(t, ctx, key("ArrowLeft"), key("ArrowLeft"))
	if got := read(t, ctx, `document.querySelectorAll('.tape-row').length`); got == all {
		t.Errorf("going back takes no line away: %s", got)
	}
	run(t, ctx, key("Home"), key("5"), key(" "))
	until(t, ctx, `document.querySelector('[data-f="lead-word"]').textContent === 'Sold to B12' && room.dataset.playing === 'no'`)
	noViolations(t, ctx)
}

// TestScriptsAgreeWithTheServer holds that the scripts begin with the very words that the server has sent: what is read
// first must not change under the reader's eyes.
func TestScriptsAgreeWithTheServer(t *testing.T) {
	open := browser(t)
	const words = `["phase", "phase-note", "price-label", "price", "price-words", "lead-word", "lead-note", "minimum", "step", "bids",
		"bidders", "reserve", "pause-text", "result-word", "result-note", "pad-minimum", "tape", "own"].map((n) =>
		n + ": " + (document.querySelector('[data-f="' + n + '"]')?.innerText ?? "").replaceAll(/\s|Copy|复制/g, "")).join("\n")`
	for name, p := range map[string]func(time.Time) page.RoomPage{
		"outbid": sale, "leading": leading, "spectator": spectator, "paused": paused, "closed": closed,
	} {
		room := p(time.Now())
		for _, lang := range locale.Langs {
			address := serve(t, &shown{page: page.Room(room), lang: lang})
			plain, scripted := open(1280, 900, false), open(1280, 900, true)
			run(t, plain, chromedp.Navigate(address))
			run(t, scripted, chromedp.Navigate(address))
			until(t, scripted, `wire.sockets() > 0`)
			for _, m := range welcome(room) {
				run(t, scripted, say(m))
			}
			until(t, scripted, `room.dataset.trust === 'live'`)
			if before, after := read(t, plain, words), read(t, scripted, words); before != after {
				t.Errorf("%s, %s: the server says\n%s\nand the scripts\n%s", name, lang, before, after)
			}
			_ = chromedp.Cancel(plain)
			_ = chromedp.Cancel(scripted)
		}
	}
}
