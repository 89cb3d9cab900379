package store

import (
	"testing"

	"github.com/g60-corridor/corridor/internal/auction"
)

func run(from auction.Seq, n int) []auction.Entry {
	batch := make([]auction.Entry, n)
	for i := range batch {
		batch[i].Seq = from + auction.Seq(i)
	}
	return batch
}

// Whatever a tail answers is what follows in the log, without a gap; it knows nothing of what it has shed.
func TestTailIsContiguousAndBounded(t *testing.T) {
	ts := tails{of: map[auction.LotID]*tail{}}
	next := auction.Seq(1)
	for i, n := range []int{1, 4000, 4096, 3, 5000, 4096, 1, 9000, 2} {
		if i == 5 {
			next += 10 // another node writes ten
		}
		ts.add(1, run(next, n))
		next += auction.Seq(n)
		if got := len(ts.of[1].entries); got > 2*tailLength+n {
			t.Errorf("the tail has grown to %d", got)
		}
		for _, seq := range []auction.Seq{0, next - 2, next - 1, next, next - auction.Seq(min(int(next), 4096)), next - 5000} {
			got := ts.after(1, seq, 700)
			for j, e := range got {
				if e.Seq != seq+auction.Seq(j)+1 {
					t.Fatalf("after %d comes %d", seq, e.Seq)
				}
			}
			if seq >= next-1 && got != nil {
				t.Errorf("after the end at %d: %d entries", next-1, len(got))
			}
			if seq == next-2 && n > 0 && len(got) != 1 {
				t.Errorf("the last entry is not in the tail")
			}
		}
	}
}

func TestTailsAreKeptForTheLotsWrittenLast(t *testing.T) {
	ts := tails{of: map[auction.LotID]*tail{}}
	for lot := range auction.LotID(tailsMost) {
		ts.add(lot, run(1, 1))
	}
	ts.add(0, run(2, 1))
	ts.add(1000, run(1, 1))
	if ts.after(0, 0, 9) == nil || ts.after(1000, 0, 9) == nil || ts.after(1, 0, 9) != nil || len(ts.of) != tailsMost {
		t.Errorf("%d tails; the one written longest ago had to go", len(ts.of))
	}
	if ts.after(77777, 0, 9) != nil || len(ts.of) != tailsMost {
		t.Error("asking for a lot has made a tail")
	}
}
