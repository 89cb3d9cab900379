package saleroom_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/saleroom"
	"github.com/g60-corridor/corridor/internal/saleroom/logtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const lot auction.LotID = 7

var background = context.Background()

// twoPhase: start 1,000, step 10, FREE 60 s, LIMITED 20 s, notice 10 s.
func twoPhase() auction.Terms {
	t := auction.Terms{
		Format: auction.TermsFormat, Name: auction.Bilingual{ZH: "规则", EN: "Rules"}, Procedure: auction.ExchangeBidding,
		StartFen: 1000, Step: auction.Step{FixedFen: 10}, Grid: auction.FreeGrid, Reserve: auction.NoReserve,
		Closing:     auction.Closing{Mode: auction.TwoPhase, FreeS: 60, LimitedS: 20},
		MaximumBids: true, ResumeNoticeS: 10,
	}
	t.FillDefaults()
	return t
}

func manual() auction.Terms {
	t := twoPhase()
	t.Closing = auction.Closing{Mode: auction.Manual}
	t.Grid, t.LeaderMayRaise = auction.NoGrid, true
	return t
}

func key(n int) (k auction.Key) {
	copy(k[:], fmt.Appendf(nil, "%016d", n))
	return k
}

func plain(p auction.Paddle, n int, fen auction.Fen) auction.PlaceBid {
	return auction.PlaceBid{Paddle: p, Key: key(n), Kind: auction.Plain, AmountFen: fen}
}

type testing_ interface {
	Helper()
	Fatalf(string, ...any)
}

func do(t testing_, f *saleroom.Floor, c auction.Command) auction.Entry {
	t.Helper()
	a, err := f.Submit(background, lot, c)
	if err != nil {
		t.Fatalf("%T: %v", c, err)
	}
	return a.Entry
}

// opened is a house with one open lot and bidders A, B and C.
func opened(t testing_, log *logtest.Memory, terms auction.Terms) *saleroom.Floor {
	t.Helper()
	f := saleroom.NewFloor(log, saleroom.Options{Node: "one"})
	if err := f.Recover(background); err != nil {
		t.Fatalf("%v", err)
	}
	do(t, f, auction.Publish{Terms: terms})
	for _, p := range []auction.Paddle{"A", "B", "C"} {
		do(t, f, auction.AdmitBidder{Paddle: p})
	}
	do(t, f, auction.Open{})
	return f
}

func closeHouse(t testing_, f *saleroom.Floor) {
	t.Helper()
	if err := f.Close(background); err != nil {
		t.Fatalf("%v", err)
	}
}

// within runs a test in a bubble where time is its own.
func within(t *testing.T, run func(t *testing.T)) { synctest.Test(t, run) }

func kinds(log []auction.Entry) []string {
	var k []string
	for _, e := range log {
		k = append(k, e.Event.Kind())
	}
	return k
}

func wantKinds(t *testing.T, log []auction.Entry, want ...string) {
	t.Helper()
	if got := kinds(log); !slices.Equal(got, want) {
		t.Fatalf("the log holds %v,\nwant %v", got, want)
	}
}

// Acceptance scenario 9 with T = 20 s: a bid just before the deadline moves it by T from its arrival; one at exactly the
// deadline is late; without another the lot is sold.
func TestDeadlineIsExclusive(t *testing.T) {
	within(t, func(t *testing.T) {
		log := &logtest.Memory{}
		f := opened(t, log, twoPhase())
		defer closeHouse(t, f)
		opened := time.Now()
		do(t, f, plain("A", 1, 1000))
		time.Sleep(60*time.Second + 19_999_999*time.Microsecond) // LIMITED began by itself
		e := do(t, f, plain("B", 2, 1010))
		if b, ok := e.Event.(auction.BidAccepted); !ok || b.Deadline != e.At.Add(20*auction.Second) {
			t.Fatalf("the last moment: %+v", e)
		}
		time.Sleep(20 * time.Second)
		e = do(t, f, plain("A", 3, 1020))
		if r, ok := e.Event.(auction.BidRefused); !ok || r.Reason != auction.AlreadyClosed {
			t.Fatalf("at the deadline: %+v", e)
		}
		all := log.All(lot)
		wantKinds(t, all[5:], "BidAccepted", "LimitedStarted", "BidAccepted", "LotClosed", "BidRefused")
		if at := all[6].At.Time().Sub(opened); at != 60*time.Second {
			t.Fatalf("LIMITED began after %v", at)
		}
		if c := all[8].Event.(auction.LotClosed); c.Outcome != auction.Sold || c.Winner != "B" || c.PriceFen != 1010 {
			t.Fatalf("%+v", c)
		}
	})
}

func TestLotClosesWithoutAnybodyAsking(t *testing.T) {
	within(t, func(t *testing.T) {
		log := &logtest.Memory{}
		f := opened(t, log, twoPhase())
		defer closeHouse(t, f)
		time.Sleep(80 * time.Second)
		synctest.Wait()
		wantKinds(t, log.All(lot)[5:], "LimitedStarted", "LotClosed")
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		if n := f.Stats().Lots; n != 0 {
			t.Fatalf("%d rooms for a lot that nobody asks for", n)
		}
		if e := do(t, f, plain("A", 1, 1000)); e.Event.(auction.BidRefused).Reason != auction.AlreadyClosed {
			t.Fatalf("%+v", e)
		}
	})
}

// R3.5: the first result is given again, from the proposal, from the state or from the cold log; the same key with
// another amount is refused.
func TestRepeatedKey(t *testing.T) {
	within(t, func(t *testing.T) {
		log := &logtest.Memory{}
		f := opened(t, log, twoPhase())
		first := do(t, f, plain("A", 1, 1000))
		do(t, f, plain("B", 2, 1010))
		again := func(f *saleroom.Floor) {
			t.Helper()
			a, err := f.Submit(background, lot, plain("A", 1, 1000))
			if err != nil || !a.Repeated || a.Entry.Seq != first.Seq || a.Entry.Leaf != first.Leaf || a.Standing.PriceFen != 1010 {
				t.Fatalf("%+v, %v", a, err)
			}
		}
		again(f)
		closeHouse(t, f)
		f = saleroom.NewFloor(log, saleroom.Options{Node: "two"})
		defer closeHouse(t, f)
		again(f)
		e := do(t, f, plain("A", 1, 1020))
		if r, ok := e.Event.(auction.BidRefused); !ok || r.Reason != auction.KeyReused {
			t.Fatalf("%+v", e)
		}
		again(f)
	})
}

func TestRepeatedKeyInOneBatch(t *testing.T) {
	within(t, func(t *testing.T) {
		log := &logtest.Memory{}
		f := opened(t, log, twoPhase())
		defer closeHouse(t, f)
		onAppend(log, func(ctx context.Context, _ auction.LotID, _ []auction.Entry) logtest.Fault {
			time.Sleep(time.Millisecond) // let the next batch gather
			return logtest.None
		})
		var seqs [8]auction.Seq
		var repeated atomic.Int32
		var all sync.WaitGroup
		for i := range seqs {
			all.Go(func() {
				a, err := f.Submit(background, lot, plain("A", 1, 1000))
				if err != nil {
					t.Error(err)
				}
				if a.Repeated {
					repeated.Add(1)
				}
				seqs[i] = a.Entry.Seq
			})
		}
		all.Wait()
		for _, s := range seqs {
			if s != seqs[0] {
				t.Fatalf("one bid, entries %v", seqs)
			}
		}
		if n := repeated.Load(); n != 7 {
			t.Fatalf("%d of 8 answers are repeated", n)
		}
	})
}

// While one append is in flight the next batch gathers; never two in flight for one lot.
func TestGroupCommit(t *testing.T) {
	within(t, func(t *testing.T) {
		log := &logtest.Memory{}
		f := opened(t, log, manual())
		defer closeHouse(t, f)
		var flying, appends atomic.Int32
		onAppend(log, func(context.Context, auction.LotID, []auction.Entry) logtest.Fault {
			if flying.Add(1) > 1 {
				t.Error("two appends in flight")
			}
			appends.Add(1)
			time.Sleep(3 * time.Millisecond)
			flying.Add(-1)
			return logtest.None
		})
		var all sync.WaitGroup
		for i := range 500 {
			all.Go(func() { do(t, f, plain("A", i, auction.Fen(1000+i))) })
		}
		all.Wait()
		if n := appends.Load(); n > 3 {
			t.Fatalf("%d appends for 500 bids at the same moment", n)
		}
		if n := len(log.All(lot)); n != 505 {
			t.Fatalf("%d entries", n)
		}
	})
}

func TestUnknownLotLeavesNoTrace(t *testing.T) {
	within(t, func(t *testing.T) {
		log := &logtest.Memory{}
		f := saleroom.NewFloor(log, saleroom.Options{})
		defer closeHouse(t, f)
		for range 3 {
			if _, err := f.Submit(background, 99, plain("A", 1, 1)); !errors.Is(err, saleroom.ErrUnknownLot) {
				t.Fatalf("%v", err)
			}
		}
		synctest.Wait()
		if n := f.Stats().Lots; n != 0 || len(log.All(99)) != 0 {
			t.Fatalf("%d rooms, log %v", n, log.All(99))
		}
	})
}

func TestFullMailboxAndClosedHouse(t *testing.T) {
	within(t, func(t *testing.T) {
		log := &logtest.Memory{}
		release := make(chan struct{})
		f := saleroom.NewFloor(log, saleroom.Options{Mailbox: 4})
		do(t, f, auction.Publish{Terms: manual()})
		do(t, f, auction.AdmitBidder{Paddle: "A"})
		do(t, f, auction.Open{})
		onAppend(log, func(context.Context, auction.LotID, []auction.Entry) logtest.Fault { <-release; return logtest.None })
		var answered, busy atomic.Int32
		bid := func(n int) {
			f.Bid(lot, plain("A", n, auction.Fen(1000+n)), func(e auction.Entry, _ bool, err error) {
				switch {
				case err == nil && e.Seq > 0:
					answered.Add(1)
				case errors.Is(err, saleroom.ErrBusy):
					busy.Add(1)
				default:
					t.Errorf("%+v, %v", e, err)
				}
			})
		}
		bid(0)
		synctest.Wait() // in flight
		for n := range 6 {
			bid(n + 1)
		}
		go do(t, f, auction.Pause{Cause: auction.AuthorityOrder}) // an operator's command still has a place
		synctest.Wait()
		if busy.Load() != 2 {
			t.Fatalf("%d turned away", busy.Load())
		}
		done := make(chan error)
		go func() { done <- f.Close(background) }()
		synctest.Wait()
		if _, err := f.Submit(background, lot, auction.Resume{}); !errors.Is(err, saleroom.ErrClosed) {
			t.Fatalf("%v", err)
		}
		close(release)
		if err := <-done; err != nil || answered.Load() != 5 {
			t.Fatalf("%d answered, %v", answered.Load(), err)
		}
	})
}

func TestSubmitGivesUpWithItsContext(t *testing.T) {
	within(t, func(t *testing.T) {
		log := &logtest.Memory{}
		f := opened(t, log, manual())
		defer closeHouse(t, f)
		onAppend(log, func(context.Context, auction.LotID, []auction.Entry) logtest.Fault {
			time.Sleep(time.Second)
			return logtest.None
		})
		ctx, cancel := context.WithTimeout(background, 100*time.Millisecond)
		defer cancel()
		if _, err := f.Submit(ctx, lot, plain("A", 1, 1000)); !errors.Is(err, context.DeadlineExceeded) {
			t.Fatalf("%v", err)
		}
		a, err := f.Submit(background, lot, plain("A", 1, 1000))
		if err != nil || !a.Repeated {
			t.Fatalf("%+v %v", a, err)
		}
	})
}

func BenchmarkBids(b *testing.B) {
	for _, bidders := range []int{64, 1000, 10000} {
		b.Run(fmt.Sprint(bidders), func(b *testing.B) {
			log := &logtest.Memory{}
			f := saleroom.NewFloor(log, saleroom.Options{})
			do(b, f, auction.Publish{Terms: manual()})
			for i := range bidders {
				do(b, f, auction.AdmitBidder{Paddle: auction.Paddle(fmt.Sprint("P", i))})
			}
			do(b, f, auction.Open{})
			b.ReportAllocs()
			b.ResetTimer()
			var next atomic.Int64
			var all sync.WaitGroup
			for i := range bidders {
				p := auction.Paddle(fmt.Sprint("P", i))
				all.Go(func() {
					for {
						n := next.Add(1)
						if n > int64(b.N) {
							return
						}
						do(b, f, auction.PlaceBid{Paddle: p, Key: key(int(n)), Kind: auction.Plain, AmountFen: auction.Fen(1000 + n)})
					}
				})
			}
			all.Wait()
			b.StopTimer()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "bids/s")
			closeHouse(b, f)
		})
	}
}
