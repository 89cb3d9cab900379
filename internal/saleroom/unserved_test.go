package saleroom_test

import (
	"slices"
	"testing"
	"time"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/saleroom"
	"github.com/g60-corridor/corridor/internal/saleroom/logtest"
)

// abandoned is a lot in LIMITED whose node has gone, while another node lives and does not know of it.
func abandoned(t *testing.T, log *logtest.Memory) (other *saleroom.Floor) {
	t.Helper()
	other = saleroom.NewFloor(log, saleroom.Options{Node: "two", Poll: 24 * time.Hour})
	if err := other.Recover(background); err != nil {
		t.Fatal(err)
	}
	one := opened(t, log, twoPhase())
	do(t, one, plain("A", 1, 1000))
	time.Sleep(61 * time.Second) // FREE is over
	do(t, one, plain("B", 2, 1010))
	closeHouse(t, one)
	return other
}

// R3.15, R3.16: a deadline that passed while nobody served the lot was no chance for anybody. Whoever takes the lot up gives the
// time back before anything else: the leader stays, the sale is paused as of when it was last served, and goes on after a notice
// for the full cycle. Nothing is sold meanwhile, although another node was alive all the time.
func TestADeadlineThatNobodyServedIsGivenBack(t *testing.T) {
	within(t, func(t *testing.T) {
		log := &logtest.Memory{}
		other := abandoned(t, log)
		defer closeHouse(t, other)
		entries := log.All(lot)
		served := entries[len(entries)-1].At
		time.Sleep(10 * time.Minute) // the deadline was 20 s away
		if e := do(t, other, plain("C", 3, 1020)); e.Event.Kind() != "BidRefused" {
			t.Fatalf("a bid in a sale that stands still: %+v", e.Event)
		}
		more := log.All(lot)[len(entries):]
		wantKinds(t, more, "LotPaused", "ResumeAnnounced", "BidRefused")
		p := more[0].Event.(auction.LotPaused)
		if p.Since != served || p.Cause != auction.PlatformFailure || p.Note != saleroom.RestartNote {
			t.Fatalf("paused as of %d, served until %d: %+v", p.Since, served, p)
		}
		time.Sleep(11 * time.Second) // the notice
		if e := do(t, other, plain("C", 4, 1020)); e.Event.Kind() != "BidAccepted" {
			t.Fatalf("after the notice: %+v", e.Event)
		}
		time.Sleep(30 * time.Second)
		all := log.All(lot)
		closed, ok := all[len(all)-1].Event.(auction.LotClosed)
		if !ok || closed.Outcome != auction.Sold || closed.Winner != "C" {
			t.Fatalf("%v", kinds(all))
		}
		i := slices.IndexFunc(all, func(e auction.Entry) bool { return e.Event.Kind() == "LotResumed" })
		if resumed := all[i].Event.(auction.LotResumed); resumed.Deadline.Sub(all[i].At) != 20*auction.Second {
			t.Errorf("resumed for %d µs, want the full cycle", resumed.Deadline.Sub(all[i].At))
		}
	})
}

// A deadline that has passed only just now is no outage: the lot closes at it, as if it had been served.
func TestADeadlineOfJustNowIsServed(t *testing.T) {
	within(t, func(t *testing.T) {
		log := &logtest.Memory{}
		other := abandoned(t, log)
		defer closeHouse(t, other)
		n := len(log.All(lot))
		time.Sleep(20*time.Second + 100*time.Millisecond)
		do(t, other, plain("C", 3, 1020))
		more := log.All(lot)[n:]
		wantKinds(t, more, "LotClosed", "BidRefused")
		if closed := more[0].Event.(auction.LotClosed); closed.Winner != "B" {
			t.Fatalf("%+v", closed)
		}
	})
}
