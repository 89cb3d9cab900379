package hub_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/feed"
	"github.com/g60-corridor/corridor/internal/hub"
	"github.com/g60-corridor/corridor/internal/hub/hubtest"
	"github.com/g60-corridor/corridor/internal/money"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const lot auction.LotID = 7

// book is a sink that keeps what it gets.
type book struct {
	mu   sync.Mutex
	got  []any // feed.Frame, hub.Own or hub.Stale
	text []string
	at   []time.Time
}

func (b *book) Deliver(m *hub.Message) {
	var head struct{ T string }
	if err := json.Unmarshal(m.Text, &head); err != nil {
		panic(err)
	}
	into := map[string]any{"snapshot": &feed.Frame{}, "frame": &feed.Frame{}, "own": &hub.Own{}, "stale": &hub.Stale{}}[head.T]
	if err := json.Unmarshal(m.Text, into); err != nil {
		panic(err)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.got = append(b.got, reflect.ValueOf(into).Elem().Interface())
	b.text = append(b.text, string(m.Text))
	b.at = append(b.at, time.Now())
}

func (b *book) all() []any {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.got)
}

func (b *book) frames() (frames []feed.Frame) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, m := range b.got {
		if f, ok := m.(feed.Frame); ok {
			frames = append(frames, f)
		}
	}
	return frames
}

func (b *book) owns() (owns []hub.Own) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, m := range b.got {
		if o, ok := m.(hub.Own); ok {
			owns = append(owns, o)
		}
	}
	return owns
}

// open returns a house with an open lot and a hub that it rings.
func open(t *testing.T, codes ...auction.Paddle) (*hubtest.House, *hub.Hub) {
	t.Helper()
	house := &hubtest.House{}
	h := hub.New(house, hub.Options{Log: slog.New(slog.DiscardHandler)})
	house.Ring = h.Ring
	house.Open(lot, codes...)
	t.Cleanup(h.Close)
	return house, h
}

func subscribe(t *testing.T, h *hub.Hub, since hub.Since) (*book, *hub.Subscription) {
	t.Helper()
	b := &book{}
	s, err := h.Subscribe(t.Context(), lot, since, b)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Cancel)
	return b, s
}

const million money.Fen = 1_000_000

func TestFirstChangeAtOnceThenGathered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		house, h := open(t, "A", "B")
		b, _ := subscribe(t, h, hub.Since{})
		time.Sleep(time.Second)
		start := time.Now()
		for i := range 100 { // two bids each millisecond
			house.PlaceBid(lot, []auction.Paddle{"A", "B"}[i%2], 100*million+money.Fen(i)*million, i+1)
			if i%2 == 1 {
				time.Sleep(time.Millisecond)
			} else {
				synctest.Wait()
			}
		}
		time.Sleep(time.Second)
		frames := b.frames()
		if frames[0].T != "snapshot" || len(frames) != 3 {
			t.Fatalf("%d messages, want a snapshot, the first bid and one frame for the rest", len(frames))
		}
		if b.at[1] != start || len(frames[1].Rows) != 1 {
			t.Errorf("the first bid came after %v with %d rows, want at once and alone", b.at[1].Sub(start), len(frames[1].Rows))
		}
		if got := b.at[2].Sub(start); got != 50*time.Millisecond {
			t.Errorf("the rest came after %v, want 50ms", got)
		}
		if f := frames[2]; len(f.Rows) != feed.RowsKept || f.Omitted != 99-feed.RowsKept || f.State.Bids != 100 {
			t.Errorf("the rest has %d rows, %d omitted, %d bids", len(f.Rows), f.Omitted, f.State.Bids)
		}
	})
}

func TestAtMostTwentyFramesASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		house, h := open(t, "A", "B")
		b, _ := subscribe(t, h, hub.Since{})
		for i := range 1000 {
			house.PlaceBid(lot, []auction.Paddle{"A", "B"}[i%2], 100*million+money.Fen(i)*million, i+1)
			time.Sleep(time.Millisecond)
		}
		if n := len(b.frames()); n < 15 || n > 22 {
			t.Errorf("%d frames in a second of 1,000 bids, want about 20", n)
		}
	})
}

func TestRefusalsAreTheBiddersOwnBusiness(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		house, h := open(t, "A", "B")
		public, _ := subscribe(t, h, hub.Since{})
		other, _ := subscribe(t, h, hub.Since{Paddle: "B"})
		a1, _ := subscribe(t, h, hub.Since{Paddle: "A"})
		a2, _ := subscribe(t, h, hub.Since{Paddle: "A"})
		house.PlaceBid(lot, "A", 1, 1) // below the minimum
		time.Sleep(time.Second)
		if n := len(public.all()); n != 1 {
			t.Errorf("the public got %d messages, want the snapshot only", n)
		}
		if n := len(other.all()); n != 2 { // its snapshot and its own holding
			t.Errorf("another bidder got %d messages, want 2", n)
		}
		for _, a := range []*book{a1, a2} {
			owns := a.owns()
			if len(owns) != 2 || len(owns[1].Rows) != 1 || owns[1].Rows[0].Reason != auction.BelowMinimum {
				t.Errorf("the bidder's socket got %+v", owns)
			}
		}
		house.PlaceBid(lot, "A", 100*million, 2)
		time.Sleep(time.Second)
		for _, b := range []*book{public, other} {
			b.mu.Lock()
			texts := slices.Clone(b.text)
			b.mu.Unlock()
			for _, text := range texts {
				if strings.Contains(text, "secret") || strings.Contains(text, hubtest.KeyOf(2).String()) {
					t.Errorf("somebody else was told %s", text)
				}
			}
		}
	})
}

func TestResume(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		house, h := open(t, "A", "B")
		first, sub := subscribe(t, h, hub.Since{Paddle: "A"})
		house.PlaceBid(lot, "A", 100*million, 1)
		time.Sleep(time.Second)
		sub.Cancel()
		sub.Cancel()
		house.PlaceBid(lot, "B", 101*million, 2)
		house.PlaceBid(lot, "A", 102*million, 3)
		house.PlaceBid(lot, "A", 102*million, 4) // refused
		time.Sleep(time.Second)
		if frames, owns := len(first.frames()), len(first.owns()); frames != 2 || owns != 2 {
			t.Errorf("a cancelled subscription got %d frames and %d own messages, want the 2 and 2 before", frames, owns)
		}
		frames := first.frames()
		again, _ := subscribe(t, h, hub.Since{Paddle: "A", Cursor: frames[1].Cursor, Own: 1})
		f := again.frames()[0]
		if f.T != "frame" || f.From != frames[1].Cursor || len(f.Rows) != 2 || f.Omitted != 0 {
			t.Errorf("resumed with %s from %d, %d rows, %d omitted", f.T, f.From, len(f.Rows), f.Omitted)
		}
		if o := again.owns()[0]; len(o.Rows) != 2 || o.Rows[0].Own != 2 || o.Rows[1].Own != 3 {
			t.Errorf("resumed with own rows %+v", o.Rows)
		}
		house.PlaceBid(lot, "B", 103*million, 5)
		time.Sleep(time.Second)
		if next := again.frames()[1]; next.From != f.Cursor || len(next.Rows) != 1 {
			t.Errorf("went on from %d, want %d", next.From, f.Cursor)
		}
		strange, _ := subscribe(t, h, hub.Since{Cursor: 1_000_000})
		if got := strange.frames()[0]; got.T != "snapshot" {
			t.Errorf("an unknown cursor got a %s", got.T)
		}
	})
}

// Who comes from a node that is ahead is not shown the past: the log is looked at first.
func TestWhoHasSeenMoreIsNotShownThePast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		house, h := open(t, "A")
		before, _ := subscribe(t, h, hub.Since{})
		house.Mute(true)
		house.PlaceBid(lot, "A", 100*million, 1)
		ahead := before.frames()[0].Cursor + 1
		b, _ := subscribe(t, h, hub.Since{Cursor: ahead})
		if f := b.frames()[0]; f.T != "frame" || f.From != ahead || f.State.Leader != "A" {
			t.Errorf("at cursor %d came a %s from %d, led by %q", ahead, f.T, f.From, f.State.Leader)
		}
	})
}

func TestDeadBellIsCoveredByThePoll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		house, h := open(t, "A")
		b, _ := subscribe(t, h, hub.Since{})
		house.Mute(true)
		house.PlaceBid(lot, "A", 100*million, 1)
		time.Sleep(3 * time.Second)
		if f := b.frames(); len(f) != 2 || f[1].State.Leader != "A" {
			t.Errorf("the bid was not seen without the bell: %+v", f)
		}
	})
}

func TestWatchersLearnThatTheLogIsOutOfReach(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		house, h := open(t, "A")
		b, _ := subscribe(t, h, hub.Since{})
		time.Sleep(time.Minute)
		last := time.Now()
		house.Fail(true)
		time.Sleep(10 * time.Second)
		stale, ok := b.all()[len(b.all())-1].(hub.Stale)
		if !ok || stale.SinceUS > last.UnixMicro() || stale.SinceUS < last.Add(-3*time.Second).UnixMicro() {
			t.Fatalf("after ten seconds without the log: %+v", b.all()[len(b.all())-1])
		}
		late, _ := subscribe(t, h, hub.Since{})
		if _, ok := late.all()[1].(hub.Stale); !ok {
			t.Errorf("who comes now is not told: %+v", late.all())
		}
		told := len(b.all())
		house.Fail(false)
		time.Sleep(3 * time.Second)
		if f, ok := b.all()[len(b.all())-1].(feed.Frame); !ok || len(b.all()) != told+1 || len(f.Rows) != 0 {
			t.Errorf("the end of it was told by %+v", b.all()[told:])
		}
	})
}

func TestLotsNobodyWatchesAreLetGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		house, h := open(t, "A")
		_, sub := subscribe(t, h, hub.Since{})
		sub.Cancel()
		time.Sleep(2 * time.Minute)
		before := house.Reads()
		time.Sleep(time.Hour)
		if n := house.Reads() - before; n != 0 {
			t.Errorf("%d reads for nobody", n)
		}
		if w, lots := h.Watchers(); w != 0 || lots != 0 {
			t.Errorf("%d watchers of %d lots", w, lots)
		}
		b, _ := subscribe(t, h, hub.Since{}) // and is found again
		if b.frames()[0].State.Phase != auction.Single {
			t.Error("the lot was not found again")
		}
	})
}

func TestUnknownAndUnreadableLots(t *testing.T) {
	house, h := open(t, "A")
	if _, err := h.Subscribe(t.Context(), 404, hub.Since{}, &book{}); !errors.Is(err, hub.ErrUnknownLot) {
		t.Errorf("unknown lot: %v", err)
	}
	house.Fail(true)
	if _, err := h.Subscribe(t.Context(), lot, hub.Since{}, &book{}); !errors.Is(err, hubtest.ErrDown) {
		t.Errorf("unreadable lot: %v", err)
	}
	house.Fail(false)
	if _, err := h.Look(t.Context(), lot, ""); err != nil {
		t.Errorf("readable again: %v", err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := h.Look(ended, 405, ""); err == nil {
		t.Error("a look whose caller has gone succeeded")
	}
	h.Close()
	if _, err := h.Look(t.Context(), lot, ""); !errors.Is(err, hub.ErrClosed) {
		t.Errorf("closed: %v", err)
	}
}

func TestAdmittedWhileWatching(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		house, h := open(t, "A")
		b, sub := subscribe(t, h, hub.Since{})
		house.Do(lot, auction.AdmitBidder{Paddle: "N"})
		time.Sleep(time.Second)
		sub.Seat("N")
		house.PlaceBid(lot, "N", 100*million, 1)
		time.Sleep(time.Second)
		owns := b.owns()
		if len(owns) != 2 || owns[0].Holding.Paddle != "N" || len(owns[1].Rows) != 1 || !owns[1].Rows[0].Leads {
			t.Errorf("own messages: %+v", owns)
		}
		house.Do(lot, auction.SuspendBidder{Paddle: "N"})
		time.Sleep(time.Second)
		if owns = b.owns(); len(owns) != 3 || !owns[2].Holding.Suspended {
			t.Errorf("the suspension was not told: %+v", owns)
		}
	})
}

func TestLookShowsWhatWasRung(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		house, h := open(t, "A", "B")
		for i := range 30 { // the gate is closed most of the time
			p := []auction.Paddle{"A", "B"}[i%2]
			house.PlaceBid(lot, p, 100*million+money.Fen(i)*million, i+1)
			look, err := h.Look(t.Context(), lot, p)
			if err != nil || look.Frame.State.Leader != p || look.Holding.Own != int64(i/2+1) {
				t.Fatalf("bid %d: %+v %v", i, look, err)
			}
			if len(look.Rows) != min(i/2+1, 20) || look.Rows[len(look.Rows)-1].Own != int64(i/2+1) {
				t.Fatalf("bid %d: own rows %+v", i, look.Rows)
			}
		}
	})
}

// TestNoGapForAnybody lets watchers come and go at random while bids rain, and checks that each saw an unbroken
// row of frames that ends where the lot ends.
func TestNoGapForAnybody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		seed := uint64(20261123)
		rnd := rand.New(rand.NewPCG(seed, 1))
		house, h := open(t, "A", "B")
		type visit struct {
			b   *book
			sub *hub.Subscription
		}
		var all, here []visit
		bids := 0
		for range 1500 {
			switch k := rnd.IntN(10); {
			case k < 6:
				house.PlaceBid(lot, []auction.Paddle{"A", "B"}[bids%2], 100*million+money.Fen(bids)*million, bids+1)
				bids++
			case k < 7:
				time.Sleep(time.Duration(rnd.IntN(60)) * time.Millisecond)
			case k < 9 || len(here) == 0:
				since := hub.Since{}
				if len(all) > 0 {
					if f := all[rnd.IntN(len(all))].b.frames(); len(f) > 0 {
						since.Cursor = f[rnd.IntN(len(f))].Cursor
					}
				}
				b, sub := subscribe(t, h, since)
				all = append(all, visit{b, sub})
				here = append(here, visit{b, sub})
				if f := b.frames()[0]; since.Cursor > 0 && f.From != since.Cursor {
					t.Fatalf("seed %d: asked for %d, got from %d", seed, since.Cursor, f.From)
				}
			default:
				i := rnd.IntN(len(here))
				here[i].sub.Cancel()
				here = slices.Delete(here, i, i+1)
			}
		}
		time.Sleep(time.Second)
		look, err := h.Look(t.Context(), lot, "")
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range all {
			frames := v.b.frames()
			for i := 1; i < len(frames); i++ {
				if f := frames[i]; f.From != frames[i-1].Cursor || f.Cursor <= f.From {
					t.Fatalf("seed %d: a frame from %d to %d after one to %d", seed, f.From, f.Cursor, frames[i-1].Cursor)
				}
			}
		}
		for _, v := range here {
			frames := v.b.frames()
			if last := frames[len(frames)-1]; last.Cursor != look.Frame.Cursor || last.Head != look.Frame.Head || !reflect.DeepEqual(last.State, look.Frame.State) {
				t.Fatalf("seed %d: a watcher ended at %d, the lot at %d", seed, last.Cursor, look.Frame.Cursor)
			}
		}
		if len(all) < 100 || bids < 500 {
			t.Fatal(fmt.Sprint("too little happened: ", len(all), " ", bids))
		}
	})
}
