package saleroom_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/saleroom"
	"github.com/g60-corridor/corridor/internal/saleroom/logtest"
)

type appendHook = func(context.Context, auction.LotID, []auction.Entry) logtest.Fault

func onAppend(log *logtest.Memory, hook appendHook) {
	log.Meddle(func(h *logtest.Hooks) { h.OnAppend = hook })
}

// once lets the next append fail in one way.
func once(log *logtest.Memory, fault logtest.Fault) {
	var done atomic.Bool
	onAppend(log, func(context.Context, auction.LotID, []auction.Entry) logtest.Fault {
		if done.Swap(true) {
			return logtest.None
		}
		return fault
	})
}

// Faults come in pairs, "not stored" and "stored but reported failed": in each case the bid stands in the log once, and
// its bidder is told so, as if nothing had happened.
func TestFaultsInPairs(t *testing.T) {
	for fault, name := range map[logtest.Fault]string{
		logtest.NotStored: "not stored", logtest.LostAsked: "not stored, outcome unknown",
		logtest.LostReply: "stored, outcome unknown", logtest.StoredBad: "stored, but reported as not stored",
	} {
		t.Run(name, func(t *testing.T) {
			within(t, func(t *testing.T) {
				log := &logtest.Memory{}
				f := opened(t, log, twoPhase())
				defer closeHouse(t, f)
				once(log, fault)
				a, err := f.Submit(background, lot, plain("A", 1, 1000))
				if err != nil || a.Entry.Seq != 6 {
					t.Fatalf("%+v, %v", a, err)
				}
				// Only a log that lies makes a bid look like a repeated one: its own entry is found by the key.
				if a.Repeated != (fault == logtest.StoredBad) {
					t.Fatalf("repeated: %v", a.Repeated)
				}
				wantKinds(t, log.All(lot)[5:], "BidAccepted")
			})
		})
	}
}

// An append that outlives its caller's patience and is stored in the end: the second attempt is fenced and finds it.
func TestAppendThatArrivesLate(t *testing.T) {
	within(t, func(t *testing.T) {
		log := &logtest.Memory{}
		f := opened(t, log, twoPhase())
		defer closeHouse(t, f)
		var late []auction.Entry
		var calls int
		onAppend(log, func(_ context.Context, _ auction.LotID, batch []auction.Entry) logtest.Fault {
			switch calls++; calls {
			case 1:
				late = batch
				return logtest.LostAsked
			case 2: // the first one arrives just before the second
				all := log.All(lot)
				end := all[len(all)-1]
				log.Meddle(func(h *logtest.Hooks) { h.OnAppend = nil })
				if _, err := log.Append(background, lot, auction.Position{Seq: end.Seq, Head: end.Head}, late); err != nil {
					t.Error(err)
				}
			}
			return logtest.None
		})
		a, err := f.Submit(background, lot, plain("A", 1, 1000))
		if err != nil || a.Repeated || a.Entry.Seq != 6 {
			t.Fatalf("%+v, %v", a, err)
		}
		wantKinds(t, log.All(lot)[5:], "BidAccepted")
	})
}

// Two nodes serve one lot, with and without a bell between them. Each bid has one entry, and replaying the log gives
// each reply.
func TestTwoNodesServeOneLot(t *testing.T) {
	for _, bell := range []bool{true, false} {
		t.Run(fmt.Sprintf("bell=%v", bell), func(t *testing.T) {
			within(t, func(t *testing.T) {
				log := &logtest.Memory{}
				onAppend(log, func(context.Context, auction.LotID, []auction.Entry) logtest.Fault {
					time.Sleep(time.Millisecond)
					return logtest.None
				})
				one := opened(t, log, manual())
				defer closeHouse(t, one)
				two := saleroom.NewFloor(log, saleroom.Options{Node: "two"})
				if err := two.Recover(background); err != nil {
					t.Fatal(err)
				}
				defer closeHouse(t, two)
				if bell {
					log.Meddle(func(h *logtest.Hooks) {
						h.Ring = func(l auction.LotID, s auction.Seq) { one.Ring(l, s); two.Ring(l, s) }
					})
				}
				var mu sync.Mutex
				got := map[auction.Seq]auction.Entry{}
				var all sync.WaitGroup
				for n := range 200 {
					f := []*saleroom.Floor{one, two}[n%2]
					all.Go(func() {
						time.Sleep(time.Duration(n/4) * time.Millisecond)
						e := do(t, f, plain([]auction.Paddle{"A", "B", "C"}[n%3], n, auction.Fen(1000+n*7%400)))
						mu.Lock()
						defer mu.Unlock()
						if _, twice := got[e.Seq]; twice {
							t.Errorf("entry %d answers two bids", e.Seq)
						}
						got[e.Seq] = e
					})
				}
				all.Wait()
				entries := log.All(lot)
				if len(entries) != 205 || len(got) != 200 {
					t.Fatalf("%d entries, %d answers", len(entries), len(got))
				}
				for seq, e := range got {
					if entries[seq-1] != e {
						t.Errorf("answer %+v, log %+v", e, entries[seq-1])
					}
				}
				if one.Stats().Fenced+two.Stats().Fenced == 0 {
					t.Error("the nodes never met in the log; the test shows nothing")
				}
			})
		})
	}
}

func paused(t *testing.T, e auction.Entry) auction.LotPaused {
	t.Helper()
	p, ok := e.Event.(auction.LotPaused)
	if !ok || p.Cause != auction.PlatformFailure {
		t.Fatalf("%+v", e)
	}
	return p
}

// A log that stalls for more than 2 s is an outage: the time is given back from when the append began.
func TestStalledLog(t *testing.T) {
	within(t, func(t *testing.T) {
		log := &logtest.Memory{}
		f := opened(t, log, twoPhase())
		defer closeHouse(t, f)
		time.Sleep(59 * time.Second) // 1 s of FREE is left
		began := auction.InstantOf(time.Now())
		var done atomic.Bool
		onAppend(log, func(context.Context, auction.LotID, []auction.Entry) logtest.Fault {
			if !done.Swap(true) {
				time.Sleep(4 * time.Second)
			}
			return logtest.None
		})
		var late sync.WaitGroup
		late.Go(func() { // arrives while the log is stalled
			time.Sleep(3 * time.Second)
			if r, ok := do(t, f, plain("B", 2, 1010)).Event.(auction.BidRefused); !ok || r.Reason != auction.LotIsPaused {
				t.Errorf("%+v", r)
			}
		})
		do(t, f, plain("A", 1, 1000))
		late.Wait()
		time.Sleep(12 * time.Second)
		synctest.Wait()
		all := log.All(lot)[5:]
		wantKinds(t, all, "BidAccepted", "LotPaused", "ResumeAnnounced", "BidRefused", "LotResumed", "LimitedStarted")
		if p := paused(t, all[1]); p.Since != began || p.Left != auction.Second {
			t.Fatalf("%+v, began %d", p, began)
		}
		if got := all[5].At.Sub(all[4].At); got != auction.Second {
			t.Fatalf("%v of FREE given back, 1 s owed", got)
		}
	})
}

// down makes a log unreachable.
func down(log *logtest.Memory) {
	log.Meddle(func(h *logtest.Hooks) {
		h.OnAppend = func(context.Context, auction.LotID, []auction.Entry) logtest.Fault { return logtest.NotStored }
		h.OnRead = func(context.Context, auction.LotID) error { return logtest.ErrDown }
		h.OnPulse = func(context.Context) error { return logtest.ErrDown }
	})
}

func up(log *logtest.Memory) { log.Meddle(func(h *logtest.Hooks) { *h = logtest.Hooks{} }) }

// The log is away, and the deadline passes meanwhile. Callers are told to ask again; nothing closes; when the log is back
// the lot is paused as of the last sign of life, and the same key gets its answer.
func TestLogOutOfReach(t *testing.T) {
	within(t, func(t *testing.T) {
		log := &logtest.Memory{}
		f := opened(t, log, twoPhase())
		defer closeHouse(t, f)
		time.Sleep(55*time.Second + 250*time.Millisecond)
		synctest.Wait()
		down(log)
		bid := plain("A", 1, 1000)
		if _, err := f.Submit(background, lot, bid); !errors.Is(err, saleroom.ErrUnavailable) {
			t.Fatalf("%v", err)
		}
		time.Sleep(20 * time.Second)
		began := time.Now()
		if _, err := f.Submit(background, lot, bid); !errors.Is(err, saleroom.ErrUnavailable) || time.Since(began) != 0 {
			t.Fatalf("%v after %v", err, time.Since(began))
		}
		up(log)
		time.Sleep(time.Second)
		if r, ok := do(t, f, bid).Event.(auction.BidRefused); !ok || r.Reason != auction.LotIsPaused {
			t.Fatalf("%+v", r)
		}
		time.Sleep(16 * time.Second)
		synctest.Wait()
		all := log.All(lot)[5:]
		wantKinds(t, all, "LotPaused", "ResumeAnnounced", "BidRefused", "LotResumed", "LimitedStarted")
		if p := paused(t, all[0]); p.Left != 5*auction.Second {
			t.Fatalf("%v left, want what was left at the last sign of life: %+v", p.Left.Duration(), p)
		}
		if n := f.Stats().Outages; n != 1 {
			t.Fatalf("%d outages", n)
		}
	})
}

func TestShortFaultIsNoOutage(t *testing.T) {
	within(t, func(t *testing.T) {
		log := &logtest.Memory{}
		f := opened(t, log, twoPhase())
		defer closeHouse(t, f)
		down(log)
		time.AfterFunc(1500*time.Millisecond, func() { up(log) })
		do(t, f, plain("A", 1, 1000))
		wantKinds(t, log.All(lot)[5:], "BidAccepted")
	})
}

// A process that stood still: the clock has jumped when it goes on, and a deadline lies in the gap.
func TestFrozenProcess(t *testing.T) {
	within(t, func(t *testing.T) {
		log := &logtest.Memory{}
		var frozen atomic.Int64
		now := func() time.Time { return time.Now().Add(time.Duration(frozen.Load())) }
		f := saleroom.NewFloor(log, saleroom.Options{Now: now})
		if err := f.Recover(background); err != nil {
			t.Fatal(err)
		}
		defer closeHouse(t, f)
		do(t, f, auction.Publish{Terms: twoPhase()})
		do(t, f, auction.AdmitBidder{Paddle: "A"})
		do(t, f, auction.Open{})
		time.Sleep(59*time.Second + 900*time.Millisecond)
		frozen.Store(int64(30 * time.Second))
		if _, err := f.Submit(background, lot, plain("A", 1, 1000)); !errors.Is(err, saleroom.ErrUnavailable) {
			t.Fatalf("a bid before the house is in touch again: %v", err)
		}
		time.Sleep(time.Second)
		synctest.Wait()
		all := log.All(lot)[3:]
		wantKinds(t, all, "LotPaused", "ResumeAnnounced")
		if p := paused(t, all[0]); p.Left < 100_000 || p.Left > 600_000 || p.Note != saleroom.FreezeNote {
			t.Fatalf("%+v", p)
		}
	})
}

// At the start every open lot is paused as of the last sign of life, before anything else, even where its deadline passed
// while the house was closed.
func TestRestart(t *testing.T) {
	within(t, func(t *testing.T) {
		log := &logtest.Memory{}
		f := opened(t, log, twoPhase())
		time.Sleep(62 * time.Second)
		do(t, f, plain("A", 1, 1000)) // LIMITED: 20 s
		time.Sleep(15 * time.Second)
		closeHouse(t, f)
		time.Sleep(time.Hour)
		f = saleroom.NewFloor(log, saleroom.Options{Node: "one"})
		if err := f.Recover(background); err != nil {
			t.Fatal(err)
		}
		defer closeHouse(t, f)
		if r := do(t, f, plain("B", 2, 1010)).Event.(auction.BidRefused); r.Reason != auction.LotIsPaused {
			t.Fatalf("%+v", r)
		}
		all := log.All(lot)[5:]
		wantKinds(t, all, "LimitedStarted", "BidAccepted", "LotPaused", "ResumeAnnounced", "BidRefused")
		if p := paused(t, all[2]); p.Left != 5*auction.Second {
			t.Fatalf("%+v", p)
		}
		time.Sleep(10 * time.Second)
		synctest.Wait()
		e := do(t, f, plain("B", 3, 1010)) // R3.16: max(left, T)
		if b, ok := e.Event.(auction.BidAccepted); !ok || b.Deadline != e.At.Add(20*auction.Second) {
			t.Fatalf("%+v", e)
		}
	})
}

// A restart within a second, under another name, is an outage too: the fresh sign of life is that of a dead node.
func TestQuickRestart(t *testing.T) {
	within(t, func(t *testing.T) {
		log := &logtest.Memory{}
		closeHouse(t, opened(t, log, twoPhase()))
		time.Sleep(300 * time.Millisecond)
		f := saleroom.NewFloor(log, saleroom.Options{})
		if err := f.Recover(background); err != nil {
			t.Fatal(err)
		}
		defer closeHouse(t, f)
		synctest.Wait()
		wantKinds(t, log.All(lot)[5:], "LotPaused", "ResumeAnnounced")
	})
}

// Where another node serves the log there is no outage, and its lots are taken over when it dies.
func TestAnotherNodeIsAlive(t *testing.T) {
	within(t, func(t *testing.T) {
		log := &logtest.Memory{}
		two := saleroom.NewFloor(log, saleroom.Options{Node: "two"})
		if err := two.Recover(background); err != nil {
			t.Fatal(err)
		}
		defer closeHouse(t, two)
		one := opened(t, log, twoPhase()) // two has no room for this lot yet
		three := saleroom.NewFloor(log, saleroom.Options{Node: "three"})
		if err := three.Recover(background); err != nil {
			t.Fatal(err)
		}
		defer closeHouse(t, three)
		time.Sleep(6 * time.Second)
		closeHouse(t, one)
		time.Sleep(3 * time.Minute)
		synctest.Wait()
		wantKinds(t, log.All(lot)[5:], "LimitedStarted", "LotClosed")
	})
}

// When the house closes while the log is away, nobody is left waiting.
func TestCloseWhileTheLogIsAway(t *testing.T) {
	within(t, func(t *testing.T) {
		log := &logtest.Memory{}
		f := opened(t, log, twoPhase())
		down(log)
		var wait sync.WaitGroup
		wait.Go(func() {
			if _, err := f.Submit(background, lot, plain("A", 1, 1000)); !errors.Is(err, saleroom.ErrUnavailable) {
				t.Errorf("%v", err)
			}
		})
		time.Sleep(100 * time.Millisecond)
		if err := f.Close(background); !errors.Is(err, logtest.ErrDown) { // no last sign of life
			t.Fatalf("%v", err)
		}
		wait.Wait()
	})
}

func TestCloseHasAnEnd(t *testing.T) {
	within(t, func(t *testing.T) {
		log := &logtest.Memory{}
		f := opened(t, log, twoPhase())
		onAppend(log, func(ctx context.Context, _ auction.LotID, _ []auction.Entry) logtest.Fault {
			<-ctx.Done()
			return logtest.None
		})
		go func() { _, _ = f.Submit(background, lot, plain("A", 1, 1000)) }()
		synctest.Wait()
		ctx, cancel := context.WithTimeout(background, time.Second)
		defer cancel()
		if err := f.Close(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Fatalf("%v", err)
		}
	})
}

// A bid that arrived before the deadline counts, though it had to wait behind an append until after it. R3.7
func TestBidThatWaitsPastTheDeadline(t *testing.T) {
	within(t, func(t *testing.T) {
		log := &logtest.Memory{}
		f := opened(t, log, twoPhase())
		defer closeHouse(t, f)
		time.Sleep(79*time.Second + 900*time.Millisecond) // 0.1 s of LIMITED is left
		onAppend(log, func(context.Context, auction.LotID, []auction.Entry) logtest.Fault {
			time.Sleep(time.Second)
			return logtest.None
		})
		var all sync.WaitGroup
		all.Go(func() { do(t, f, plain("A", 1, 0)) }) // refused, moves no deadline
		all.Go(func() {
			time.Sleep(99 * time.Millisecond)
			sent := auction.InstantOf(time.Now())
			e := do(t, f, plain("B", 2, 1000))
			if b, ok := e.Event.(auction.BidAccepted); !ok || e.At != sent || b.Deadline != sent.Add(20*auction.Second) {
				t.Errorf("%+v", e)
			}
		})
		all.Go(func() {
			time.Sleep(101 * time.Millisecond)
			do(t, f, plain("C", 3, 1010)) // in time, because of B's
		})
		all.Wait()
		wantKinds(t, log.All(lot)[6:], "BidRefused", "BidAccepted", "BidAccepted")
	})
}

// What fails may be the fetching of a first answer; the log is not back before a read has succeeded.
func TestOutageFoundByARepeatedKey(t *testing.T) {
	within(t, func(t *testing.T) {
		log := &logtest.Memory{}
		f := opened(t, log, twoPhase())
		defer closeHouse(t, f)
		do(t, f, plain("A", 1, 1000))
		time.Sleep(50 * time.Second)
		since := auction.InstantOf(time.Now())
		log.Meddle(func(h *logtest.Hooks) { // this lot alone: signs of life go on
			h.OnAppend = func(context.Context, auction.LotID, []auction.Entry) logtest.Fault { return logtest.NotStored }
			h.OnRead = func(context.Context, auction.LotID) error { return logtest.ErrDown }
		})
		if _, err := f.Submit(background, lot, plain("A", 1, 1000)); !errors.Is(err, saleroom.ErrUnavailable) {
			t.Fatalf("%v", err)
		}
		time.Sleep(15 * time.Second)
		up(log)
		time.Sleep(time.Second)
		all := log.All(lot)[6:]
		wantKinds(t, all, "LotPaused", "ResumeAnnounced")
		if p := paused(t, all[0]); p.Since != since {
			t.Fatalf("since %d, want %d", p.Since, since)
		}
	})
}

// An outage that is known to a node but not stored yet dies with it; so its signs of life do not go beyond it.
func TestOutageOutlivesTheNodeThatFoundIt(t *testing.T) {
	within(t, func(t *testing.T) {
		log := &logtest.Memory{}
		f := opened(t, log, twoPhase())
		time.Sleep(30 * time.Second)
		since := auction.InstantOf(time.Now())
		log.Meddle(func(h *logtest.Hooks) {
			h.OnAppend = func(context.Context, auction.LotID, []auction.Entry) logtest.Fault { return logtest.NotStored }
			h.OnRead = func(context.Context, auction.LotID) error { return logtest.ErrDown }
		})
		if _, err := f.Submit(background, lot, plain("A", 1, 1000)); !errors.Is(err, saleroom.ErrUnavailable) {
			t.Fatalf("%v", err)
		}
		time.Sleep(10 * time.Second)
		closeHouse(t, f)
		up(log)
		f = saleroom.NewFloor(log, saleroom.Options{Node: "one"})
		if err := f.Recover(background); err != nil {
			t.Fatal(err)
		}
		defer closeHouse(t, f)
		synctest.Wait()
		all := log.All(lot)[5:]
		wantKinds(t, all, "LotPaused", "ResumeAnnounced")
		if p := paused(t, all[0]); p.Since > since {
			t.Fatalf("since %d, the lot was out of reach since %d", p.Since, since)
		}
	})
}

// An outage during the notice of a resumption: the notice is given again, and what was left stays owed. R3.16
func TestOutageDuringTheNotice(t *testing.T) {
	within(t, func(t *testing.T) {
		log := &logtest.Memory{}
		f := opened(t, log, twoPhase())
		defer closeHouse(t, f)
		time.Sleep(20 * time.Second)
		do(t, f, auction.Pause{Cause: auction.AuthorityOrder})
		do(t, f, auction.Resume{})
		time.Sleep(3*time.Second + 100*time.Millisecond)
		synctest.Wait()
		down(log)
		time.Sleep(20 * time.Second) // the resumption was due in between
		up(log)
		time.Sleep(11 * time.Second)
		synctest.Wait()
		all := log.All(lot)[5:]
		wantKinds(t, all, "LotPaused", "ResumeAnnounced", "LotPaused", "ResumeAnnounced", "LotResumed")
		if again := all[2].Event.(auction.LotPaused); again.Left != 40*auction.Second || all[4].At.Sub(all[3].At) < 10*auction.Second {
			t.Fatalf("%+v", all[2:])
		}
	})
}
