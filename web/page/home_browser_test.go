package page_test

import (
	"context"
	"fmt"
	"io"
	"sync/atomic"
	"testing"
	"time"

	"github.com/a-h/templ"
	"github.com/chromedp/chromedp"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/feed"
	"github.com/g60-corridor/corridor/internal/money"
	"github.com/g60-corridor/corridor/web/locale"
	"github.com/g60-corridor/corridor/web/page"
)

// homeLot is a lot as the front page gets it.
func homeLot(phase auction.Phase, price money.Fen, until time.Time) *ent.Lot {
	l := &ent.Lot{
		ID: 12, Number: "2026-0012", Phase: string(phase), PriceFen: int64(price), HasBid: true, Bids: 5, Bidders: 3, Deadline: &until,
		Terms: auction.Terms{StartFen: 1_000_000 * yuan, Closing: auction.Closing{Mode: auction.TwoPhase}},
	}
	l.Edges.Listing = &ent.Listing{ID: 1, TitleZh: "存算一体芯片", TitleEn: "In-memory computing", Field: listing.FieldIC, City: "310117", Rights: []string{"ASSIGN"}}
	return l
}

// home serves a front page: the first one once, then what it has become.
type home struct {
	first, then page.HomePage
	asked       atomic.Int32
}

func (h *home) Render(ctx context.Context, w io.Writer) error {
	if h.asked.Add(1) == 1 {
		return page.Home(h.first).Render(ctx, w)
	}
	return page.Home(h.then).Render(ctx, w)
}

var _ templ.Component = (*home)(nil)

func frameOf(price money.Fen, phase auction.Phase, bids int, until time.Time) feed.Frame {
	return feed.Frame{T: "frame", Lot: 12, From: 5, Cursor: 6, NowUS: time.Now().UnixMicro(), Rows: []feed.Row{}, State: feed.View{
		Phase: phase, PriceFen: price, HasBid: true, Bids: bids, Bidders: 3, DeadlineUS: until.UnixMicro(),
	}}
}

const panel = "document.querySelector('[data-live-lot=\"12\"]')"

// The front page follows what is live, says when it cannot, and asks the server for new words when a phase ends.
func TestHomeStaysTrue(t *testing.T) {
	open := browser(t)
	until0 := time.Now().Add(time.Hour + 30*time.Second) // half a minute for a slow machine
	visit := func(t *testing.T, lang locale.Lang, first, then page.HomePage) (context.Context, *home) {
		h := &home{first: first, then: then}
		ctx := open(1000, 900, true)
		run(t, ctx, chromedp.Navigate(serve(t, &shown{page: h, lang: lang})))
		return ctx, h
	}
	live := page.HomePage{Live: []*ent.Lot{homeLot(auction.Free, 3_000_000*yuan, until0)}}

	t.Run("price, bids and deadline follow the socket", func(t *testing.T) {
		for lang, want := range map[locale.Lang]string{locale.ZH: "2.35亿元", locale.EN: "¥235,000,000"} {
			ctx, h := visit(t, lang, live, live)
			until(t, ctx, panel+".querySelector('.left').textContent.match(/^(5\\d|1:00):/)")
			until(t, ctx, "wire.sockets() === 1")
			run(t, ctx, say(frameOf(235_000_000*yuan, auction.Free, 8, until0.Add(time.Hour))))
			until(t, ctx, panel+".querySelector('[data-live=price]').textContent.replace(/\\s/g, '') === '"+want+"'")
			until(t, ctx, panel+".querySelector('[data-live=bids]').textContent === '8'")
			until(t, ctx, panel+".querySelector('.left').textContent.match(/^(1:5\\d|2:00):/)")
			if n := h.asked.Load(); n != 1 {
				t.Errorf("the page was fetched %d times", n)
			}
			noViolations(t, ctx)
		}
	})
	t.Run("a cut line is told, and mended", func(t *testing.T) {
		ctx, _ := visit(t, locale.EN, live, live)
		until(t, ctx, "wire.sockets() === 1")
		run(t, ctx, say(frameOf(3_100_000*yuan, auction.Free, 6, until0)), do("lineDown = true; wire.cut()"))
		until(t, ctx, panel+".hasAttribute('data-stale') && "+panel+".querySelector('.stale').textContent.includes('Connection lost')")
		run(t, ctx, do("lineDown = false"))
		until(t, ctx, "!"+panel+".hasAttribute('data-stale') && "+panel+".querySelector('.stale').hidden")
		noViolations(t, ctx)
	})
	t.Run("a new phase is fetched from the server", func(t *testing.T) {
		ctx, _ := visit(t, locale.EN, live, page.HomePage{Live: []*ent.Lot{homeLot(auction.Limited, 3_200_000*yuan, until0)}})
		until(t, ctx, "wire.sockets() === 1")
		run(t, ctx, say(frameOf(3_200_000*yuan, auction.Limited, 7, until0)))
		until(t, ctx, panel+".dataset.phase === 'LIMITED' && "+panel+".textContent.includes('Limited-time quoting')")
		noViolations(t, ctx)
	})
	t.Run("what the reader holds is not taken away", func(t *testing.T) {
		ctx, _ := visit(t, locale.EN, live, page.HomePage{Live: live.Live, Results: []*ent.Lot{homeLot(auction.Closed, 9*yuan, until0)}})
		until(t, ctx, "wire.sockets() === 1")
		run(t, ctx, do(panel+".querySelector('a').focus()"))
		run(t, ctx, say(frameOf(3_200_000*yuan, auction.Limited, 7, until0)))
		until(t, ctx, "document.querySelector('[data-fresh=results] .lot-row')")
		if got := read(t, ctx, "document.activeElement.closest('[data-live-lot]').dataset.liveLot"); got != "12" {
			t.Errorf("the focus is in %s", got)
		}
	})
	t.Run("what opens appears", func(t *testing.T) {
		soon := homeLot(auction.Announced, 0, until0)
		soon.HasBid, soon.Deadline = false, nil
		at := time.Now().Add(2 * time.Second)
		soon.OpensAt = &at
		ctx, h := visit(t, locale.EN, page.HomePage{Next: []*ent.Lot{soon}}, live)
		until(t, ctx, panel+" && wire.sockets() === 1")
		if n := h.asked.Load(); n != 2 {
			t.Errorf("the page was fetched %d times", n)
		}
		noViolations(t, ctx)
	})
	t.Run("nothing live, no socket", func(t *testing.T) {
		ctx, _ := visit(t, locale.EN, page.HomePage{}, page.HomePage{})
		if got := read(t, ctx, "new Promise((r) => setTimeout(() => r(wire.sockets()), 300))"); got != fmt.Sprint(0) {
			t.Errorf("%s sockets", got)
		}
	})
}
