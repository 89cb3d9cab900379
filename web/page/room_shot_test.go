package page_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/feed"
	"github.com/g60-corridor/corridor/internal/money"
	"github.com/g60-corridor/corridor/web/locale"
	"github.com/g60-corridor/corridor/web/page"
)

var shots = flag.String("shots", "", "write pictures of the room in all its states into this folder")
var only = flag.String("only", "", "the one state to take pictures of")

const yuan = money.Fen(100)

// sale is a made-up sale in LIMITED as it stands now, seen by the bidder M3XW.
func sale(now time.Time) page.RoomPage {
	us := func(ago time.Duration) int64 { return now.Add(-ago).UnixMicro() }
	p := page.RoomPage{
		Lot: 12, Number: "2026-0012",
		Title:  auction.Bilingual{ZH: "基于忆阻器阵列的存内计算芯片架构及其训练方法", EN: "In-memory computing on memristor arrays, with its training method"},
		Seller: auction.Bilingual{ZH: "松江理工大学", EN: "Songjiang University of Technology"},
		Terms: auction.Terms{
			Format: auction.TermsFormat, StartFen: 2_000_000 * yuan, Step: auction.Step{FixedFen: 100_000 * yuan},
			Grid: auction.Strict, Reserve: auction.HiddenReserve, AnnounceReserveMet: true, MaximumBids: true,
			Closing: auction.Closing{Mode: auction.TwoPhase, FreeS: 600, LimitedS: 240},
			Jump:    auction.Jump{ConfirmTimes: 3, RefuseTimes: 10}, MinBidders: 1, ResumeNoticeS: 10,
		},
		Access:  page.MayBid,
		Holding: &feed.Holding{Paddle: "M3XW", MinimumFen: 3_200_000 * yuan, Own: 2, MaximumFen: 2_900_000 * yuan},
		Form:    page.RoomForm{Key: auction.Key{1, 2, 3}},
	}
	codes := []auction.Paddle{"K7QM", "M3XW", "T9CE", "K7QM"}
	rows := []feed.Row{
		{N: 1, AtUS: us(20 * time.Minute), Type: "LotPublished"},
		{N: 2, AtUS: us(14 * time.Minute), Type: "LotOpened"},
	}
	price := 2_000_000 * yuan
	for i := range 11 {
		code := codes[i%len(codes)]
		ago := time.Duration(800-i*68) * time.Second
		if i == 4 {
			rows = append(rows, feed.Row{N: feed.Cursor(len(rows) + 1), AtUS: us(ago + 20*time.Second), Type: "LimitedStarted"})
		}
		rows = append(rows, feed.Row{
			N: feed.Cursor(len(rows) + 1), AtUS: us(ago), Type: "BidAccepted", Paddle: code, AmountFen: price, PriceFen: price, Leader: code,
		})
		price += 100_000 * yuan
	}
	rows = append(rows, feed.Row{
		N: feed.Cursor(len(rows) + 1), AtUS: us(31 * time.Second), Type: "BidAccepted", Paddle: "K7QM", Sealed: true,
		PriceFen: 3_100_000 * yuan, Leader: "K7QM", OpenedFen: 3_000_000 * yuan,
	})
	p.Frame = feed.Frame{
		T: "snapshot", Lot: 12, Cursor: feed.Cursor(len(rows)), NowUS: now.UnixMicro(), Rows: rows,
		State: feed.View{
			Phase: auction.Limited, StartFen: 2_000_000 * yuan, PriceFen: 3_100_000 * yuan, HasBid: true, PriceAtUS: us(31 * time.Second),
			Leader: "K7QM", MinimumFen: 3_200_000 * yuan, StepFen: 100_000 * yuan, OpensAtUS: us(14 * time.Minute),
			DeadlineUS: now.Add(209 * time.Second).UnixMicro(), Extended: 7, Reserve: feed.ReserveMet, Bidders: 4, Bids: 12,
		},
	}
	p.Own = []feed.OwnRow{
		{Own: 2, Key: auction.Key{2}, AtUS: us(400 * time.Second), BidKind: auction.Plain, AmountFen: 2_900_000 * yuan, Accepted: true, Leads: true, PriceFen: 2_900_000 * yuan, Leaf: auction.Hash{0x5f, 0x1c, 0x2c}},
		{Own: 1, Key: auction.Key{1}, AtUS: us(732 * time.Second), BidKind: auction.Plain, AmountFen: 2_100_000 * yuan, Accepted: true, Leads: true, PriceFen: 2_100_000 * yuan, Leaf: auction.Hash{0x9a, 0x3b, 0x44}},
	}
	return p
}

// leading is the sale with the viewer in the lead.
func leading(now time.Time) page.RoomPage {
	p := sale(now)
	p.Frame.State.Leader = "M3XW"
	p.Holding.MaximumFen = 3_500_000 * yuan
	p.Holding.MinimumFen = 3_200_000 * yuan
	return p
}

func spectator(now time.Time) page.RoomPage {
	p := sale(now)
	p.Holding, p.Own, p.Access = nil, nil, page.MustSignIn
	return p
}

func closed(now time.Time) page.RoomPage {
	p := leading(now)
	v := &p.Frame.State
	v.Phase, v.MinimumFen, v.StepFen = auction.Closed, 0, 0
	v.DeadlineUS = now.Add(-10 * time.Second).UnixMicro()
	v.Result = &feed.ResultView{Outcome: auction.Sold, Winner: "M3XW", PriceFen: v.PriceFen, AtUS: v.DeadlineUS}
	p.Frame.Cursor++
	p.Frame.Rows = append(p.Frame.Rows, feed.Row{N: p.Frame.Cursor, AtUS: v.DeadlineUS, Type: "LotClosed", Outcome: auction.Sold, Leader: "M3XW", PriceFen: v.PriceFen})
	return p
}

func paused(now time.Time) page.RoomPage {
	p := sale(now)
	v := &p.Frame.State
	v.Phase, v.DeadlineUS = auction.Paused, 0
	v.Pause = &feed.PauseView{
		Cause: auction.PlatformFailure, SinceUS: now.Add(-12 * time.Second).UnixMicro(), LeftUS: 209_000_000, During: auction.Limited,
		ResumeAtUS: now.Add(8 * time.Second).UnixMicro(),
	}
	p.Frame.Cursor++
	p.Frame.Rows = append(p.Frame.Rows, feed.Row{N: p.Frame.Cursor, AtUS: v.Pause.SinceUS, Type: "LotPaused", Cause: v.Pause.Cause})
	return p
}

// welcome is what a server says to whoever watches p's lot.
func welcome(p page.RoomPage) []any {
	all := []any{p.Frame}
	if p.Holding != nil {
		all = append(all, map[string]any{"t": "own", "lot": p.Lot, "holding": p.Holding, "rows": p.Own})
	}
	return all
}

// TestShots writes pictures to be looked at. It does nothing unless asked.
func TestShots(t *testing.T) {
	if *shots == "" {
		return
	}
	states := []struct {
		name string
		make func(time.Time) page.RoomPage
		then []chromedp.Action
	}{
		{"outbid", sale, nil},
		{"leading", leading, nil},
		{"spectator", spectator, nil},
		{"paused", paused, nil},
		{"closed", closed, nil},
		{"stale", leading, []chromedp.Action{do("lineDown = true; wire.cut()"), chromedp.Sleep(300 * time.Millisecond)}},
		{"refused", sale, []chromedp.Action{
			do(`document.querySelector('button.quick').click()`),
			do(`{ const b = wire.bids().at(-1); wire.say({t:"answer",lot:12,id:b.id,row:{own:3,key:b.key,at_us:wire.now(),bid_kind:"PLAIN",
				amount_fen:b.amount_fen,accepted:false,leads:false,price_fen:320000000,reason:"BELOW_MINIMUM",leaf:"6a2d3d6a0e5c4f1b8a2d3d6a0e5c4f1b8a2d3d6a0e5c4f1b8a2d3d6a0e5c4f1b",
				basis:{minimum_fen:330000000,step_fen:10000000,price_fen:320000000,price_at:wire.now()-120000,deadline:0}}}) }`),
		}},
		{"amount", sale, []chromedp.Action{
			do(`document.querySelector('[data-f=more]').open = true; document.querySelector('[value=MAXIMUM]').click();
				{ const a = document.getElementById('amount'); a.value = '450万'; a.dispatchEvent(new Event('input',{bubbles:true})); }`),
		}},
		{"confirm", sale, []chromedp.Action{
			do(`document.querySelector('[data-f=more]').open = true;
				{ const a = document.getElementById('amount'); a.value = '12000000'; a.dispatchEvent(new Event('input',{bubbles:true})); }
				document.querySelector('[data-f=own-bid]').click()`),
		}},
		{"last", func(now time.Time) page.RoomPage {
			p := leading(now)
			p.Frame.State.DeadlineUS = now.Add(9 * time.Second).UnixMicro()
			return p
		}, nil},
	}
	open := browser(t)
	for _, s := range states {
		if *only != "" && *only != s.name {
			continue
		}
		for _, look := range []struct {
			lang          locale.Lang
			theme         string
			width, height int
		}{
			{locale.ZH, "light", 1440, 900}, {locale.EN, "dark", 1440, 900}, {locale.EN, "light", 390, 844}, {locale.ZH, "dark", 390, 844},
		} {
			p := s.make(time.Now())
			ctx := open(look.width, look.height, true)
			run(t, ctx, chromedp.Navigate(serve(t, &shown{page: page.Room(p), lang: look.lang, theme: look.theme})),
				onWatch(welcome(p)...))
			until(t, ctx, "document.getElementById('room').dataset.trust !== 'page'")
			run(t, ctx, say(p.Frame))
			if len(welcome(p)) > 1 {
				run(t, ctx, say(welcome(p)[1]))
			}
			run(t, ctx, s.then...)
			var png []byte
			run(t, ctx, chromedp.Sleep(500*time.Millisecond), chromedp.CaptureScreenshot(&png))
			write(t, fmt.Sprintf("room-%s-%s-%s-%d.png", s.name, look.lang, look.theme, look.width), png)
			if look.width < 600 {
				run(t, ctx, chromedp.FullScreenshot(&png, 100))
				write(t, fmt.Sprintf("room-%s-%s-%s-%d-full.png", s.name, look.lang, look.theme, look.width), png)
			}
			noViolations(t, ctx)
			_ = chromedp.Cancel(ctx)
		}
	}
}

func write(t *testing.T, name string, data []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(*shots, name), data, 0o644); err != nil {
		t.Fatal(err)
	}
}
