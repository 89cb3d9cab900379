package saleroom

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/saleroom/logtest"
)

// poison is an amount that breaks the engine of these tests.
const poison = 6666

func decidePoisoned(s *auction.State, at auction.Instant, c auction.Command) []auction.Event {
	bid, ok := c.(auction.PlaceBid)
	switch {
	case ok && bid.AmountFen == poison:
		panic("poisoned")
	case ok && bid.AmountFen == poison+1: // an entry that breaks an invariant
		return []auction.Event{auction.BidAccepted{Paddle: bid.Paddle, Standing: auction.Standing{PriceFen: 1, Leader: bid.Paddle}}}
	}
	return auction.Decide(s, at, c)
}

func poisoned(t *testing.T, log Log, lots ...auction.LotID) *Floor {
	t.Helper()
	terms := auction.Terms{
		Format: auction.TermsFormat, Name: auction.Bilingual{ZH: "规则", EN: "Rules"}, Procedure: auction.ExchangeBidding,
		StartFen: 1000, Step: auction.Step{FixedFen: 10}, Grid: auction.FreeGrid, Reserve: auction.NoReserve,
		Closing: auction.Closing{Mode: auction.Soft, DurationS: 60, WindowS: 10, ExtendS: 10}, ResumeNoticeS: 10,
	}
	terms.FillDefaults()
	f := NewFloor(log, Options{})
	for _, lot := range lots {
		r := newRoom(f, lot)
		r.desk.decide = decidePoisoned
		f.rooms[lot] = r
		r.mail.waiting = []Request{{Command: auction.Publish{Terms: terms}}, {Command: auction.AdmitBidder{Paddle: "A"}}, {Command: auction.Open{}}}
		for i := range r.mail.waiting {
			r.mail.waiting[i].At = auction.InstantOf(time.Now())
		}
		f.work.Go(r.run)
	}
	synctest.Wait()
	return f
}

func bid(n byte, fen auction.Fen) auction.PlaceBid {
	return auction.PlaceBid{Paddle: "A", Key: auction.Key{n}, Kind: auction.Plain, AmountFen: fen}
}

// House decision 13: a failing lot is paused alone, the log shows it, and others go on. An operator can resume it.
func TestFaultPausesOneLot(t *testing.T) {
	for _, amount := range []auction.Fen{poison, poison + 1} {
		synctest.Test(t, func(t *testing.T) {
			ctx := context.Background()
			log := &logtest.Memory{}
			f := poisoned(t, log, 1, 2)
			defer f.Close(ctx) //nolint:errcheck // nothing to lose
			if _, err := f.Submit(ctx, 1, bid(1, amount)); !errors.Is(err, ErrBroken) {
				t.Fatalf("%v", err)
			}
			synctest.Wait()
			entries := log.All(1)
			p, ok := entries[len(entries)-1].Event.(auction.LotPaused)
			if !ok || len(entries) != 4 || p.Note != FaultNote || p.Cause != auction.PlatformFailure {
				t.Fatalf("%+v", entries)
			}
			if a, err := f.Submit(ctx, 2, bid(1, 1000)); err != nil || a.Entry.Event.Kind() != "BidAccepted" {
				t.Fatalf("the other lot: %+v, %v", a, err)
			}
			time.Sleep(time.Hour) // nothing happens until somebody has looked
			if _, err := f.Submit(ctx, 1, auction.Resume{}); err != nil {
				t.Fatal(err)
			}
			time.Sleep(10 * time.Second)
			if a, err := f.Submit(ctx, 1, bid(2, 1000)); err != nil || a.Entry.Event.Kind() != "BidAccepted" {
				t.Fatalf("after the resumption: %+v, %v", a, err)
			}
			if n := f.Stats().Faults; n != 1 {
				t.Fatalf("%d faults", n)
			}
		})
	}
}

// Who cannot bear his answer harms neither the lot nor those who are answered with him.
func TestPanicOfOneWhoIsAnswered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx := context.Background()
		f := poisoned(t, &logtest.Memory{}, 1)
		defer f.Close(ctx) //nolint:errcheck // nothing to lose
		f.Bid(1, bid(1, 1000), func(auction.Entry, bool, error) { panic("cannot bear it") })
		if a, err := f.Submit(ctx, 1, bid(1, 1000)); err != nil || !a.Repeated || a.Entry.Event.Kind() != "BidAccepted" {
			t.Fatalf("%+v, %v", a, err)
		}
		if n := f.Stats().Faults; n != 0 {
			t.Fatalf("%d faults", n)
		}
	})
}

// A lot whose log cannot be read without breaking something is given up; nothing is written to it, and others go on.
func TestLotBeyondRepair(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx := context.Background()
		log := &logtest.Memory{}
		f := poisoned(t, log, 1, 2)
		entries := log.All(1)
		end := entries[len(entries)-1]
		bad := []auction.Entry{{Seq: end.Seq + 1, At: end.At - 5_000_000, Event: auction.LotResumed{Deadline: 1}}}
		bad[0].Event = auction.LotPublished{Terms: auction.Terms{StartFen: 1}} // lets the price fall
		if _, err := log.Append(ctx, 1, auction.Position{Seq: end.Seq, Head: end.Head}, bad); err != nil {
			t.Fatal(err)
		}
		for n := range byte(5) {
			if _, err := f.Submit(ctx, 1, bid(n, 1000)); !errors.Is(err, ErrBroken) {
				t.Fatalf("%v", err)
			}
			synctest.Wait()
		}
		if n := len(log.All(1)); n != len(entries)+1 {
			t.Fatalf("%d entries", n)
		}
		if a, err := f.Submit(ctx, 2, bid(1, 1000)); err != nil || a.Entry.Event.Kind() != "BidAccepted" {
			t.Fatalf("the other lot: %+v, %v", a, err)
		}
		if err := f.Close(ctx); err != nil {
			t.Fatal(err)
		}
	})
}
