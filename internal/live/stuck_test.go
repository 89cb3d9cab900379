package live_test

import (
	"io"
	"testing"
	"time"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/live"
	"github.com/g60-corridor/corridor/internal/money"
)

// Who stops reading is not waited for: what the kernel has taken must get on, however little waits behind it.
func TestStuckReaderIsLetGo(t *testing.T) {
	h := open(t, func(o *live.Options) {
		o.Limits = live.Limits{KernelBytes: 4 << 10, QueueBytes: 64 << 20, WriteWait: 300 * time.Millisecond}
	})
	stuck := h.tcp(4 << 10)
	head := make([]byte, 120)
	if _, err := io.ReadFull(stuck, head); err != nil {
		t.Fatal(err)
	}
	_, _ = stuck.Write(masked(`{"t":"watch","lot":7}`))
	h.until("it is there", func() bool { return h.live.Count() == 1 })
	for i := range 3000 { // until the buffers on the way are full; then nothing more is said
		h.house.PlaceBid(lot, []auction.Paddle{"A", "B"}[i%2], 100_000_000+money.Fen(i)*1_000_000, i+1)
		if time.Sleep(time.Millisecond); h.live.Count() == 0 {
			break
		}
	}
	h.until("it is let go", func() bool { return h.live.Count() == 0 })
	if h.live.Slow() != 0 {
		t.Error("it was let go for what waited, not for its silence; the test shows nothing")
	}
}

// Whose mandate ends while his socket stays open stops bidding, though not every bid asks for it.
func TestEndOfAMandate(t *testing.T) {
	for holds, want := range map[time.Duration]string{time.Nanosecond: "error", time.Hour: "answer"} {
		h := open(t, func(o *live.Options) { o.Limits.SeatHolds = holds })
		a := h.dial("A-1")
		a.say("%s", bid("c1", 1, 100_000_000))
		a.next("answer")
		h.mu.Lock()
		h.revoked = true
		h.mu.Unlock()
		a.say("%s", bid("c2", 2, 101_000_000))
		if m := a.read(); m["t"] != want || want == "error" && m["code"] != "not_a_bidder" {
			t.Errorf("held for %v: %v", holds, m)
		}
	}
}

// A defect that one message meets ends its socket alone.
func TestDefectEndsOneSocket(t *testing.T) {
	h := open(t, nil)
	stays, c := h.dial("A-1"), h.dial("panics")
	c.say(`{"t":"watch","lot":%d}`, lot)
	if code := c.closed(); code != int(live.CloseDefect) {
		t.Errorf("closed with %d", code)
	}
	stays.alive()
}
