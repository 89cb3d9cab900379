package store

import (
	"sync"

	"github.com/g60-corridor/corridor/internal/auction"
)

const (
	tailLength = 4096 // entries of a lot that are kept at least, if it has so many
	tailsMost  = 256  // lots of which a tail is kept: those that were written last
)

// tails hold the last committed entries of the lots that this process writes, so that readers in it rarely ask the
// database. What they hold is true for ever; a tail may end before the log does, where another node has written.
type tails struct {
	mu      sync.RWMutex
	of      map[auction.LotID]*tail // guarded by mu
	appends int64                   // guarded by mu
}

type tail struct {
	last int64 // guarded by tails.mu: when it was written, counted in appends

	mu      sync.Mutex
	entries []auction.Entry // guarded by mu; contiguous
}

func (ts *tails) add(lot auction.LotID, batch []auction.Entry) {
	ts.mu.Lock()
	t := ts.of[lot]
	if t == nil {
		if len(ts.of) >= tailsMost {
			ts.drop()
		}
		t = &tail{}
		ts.of[lot] = t
	}
	ts.appends++
	t.last = ts.appends
	ts.mu.Unlock()
	t.add(batch)
}

// drop forgets the tail that was written longest ago.
func (ts *tails) drop() {
	oldest, least := auction.LotID(0), ts.appends+1
	for lot, t := range ts.of {
		if t.last < least {
			oldest, least = lot, t.last
		}
	}
	delete(ts.of, oldest)
}

// after returns nil if no tail holds the entry that follows.
func (ts *tails) after(lot auction.LotID, seq auction.Seq, limit int) []auction.Entry {
	ts.mu.RLock()
	t := ts.of[lot]
	ts.mu.RUnlock()
	if t == nil {
		return nil
	}
	return t.after(seq, limit)
}

func (t *tail) add(batch []auction.Entry) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if n := len(t.entries); n > 0 && t.entries[n-1].Seq+1 != batch[0].Seq {
		t.entries = nil // another node has written between
	}
	if len(t.entries)+len(batch) > 2*tailLength { // shed half at a time: no copying for every batch
		keep := min(len(t.entries), max(0, tailLength-len(batch)))
		kept := copy(t.entries, t.entries[len(t.entries)-keep:])
		clear(t.entries[kept:])
		t.entries = t.entries[:kept]
	}
	t.entries = append(t.entries, batch...)
}

func (t *tail) after(seq auction.Seq, limit int) []auction.Entry {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.entries) == 0 || seq+1 < t.entries[0].Seq || seq >= t.entries[len(t.entries)-1].Seq {
		return nil
	}
	from := int(seq + 1 - t.entries[0].Seq)
	return append([]auction.Entry(nil), t.entries[from:min(len(t.entries), from+limit)]...)
}
