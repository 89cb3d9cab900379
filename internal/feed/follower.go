package feed

import (
	"fmt"
	"sort"

	"github.com/g60-corridor/corridor/internal/auction"
)

// RowsKept is how many of the newest lines a frame has at most.
const RowsKept = 20

// Follower derives what the public sees of one lot from its log, entry by entry. It is not safe for concurrent
// use; the frames it makes may be kept and shared.
type Follower struct {
	state  *auction.State
	cursor Cursor
	head   auction.Hash // at the entry that cursor counts
	bids   int
	rows   []Row    // the newest RowsKept lines, oldest first
	quiet  []Cursor // entries that were seen but are no lines, ascending
	broken error    // an entry could not be followed; nothing after it is
}

// NewFollower follows a lot from before its first entry.
func NewFollower(lot auction.LotID) *Follower {
	return &Follower{state: auction.NewState(lot)}
}

// Apply takes the next entry. One that was applied before is ignored; one that leaves a gap is an error and
// changes nothing. An entry that makes no sense ends the following of this lot, and of no other.
func (f *Follower) Apply(e auction.Entry) (err error) {
	if f.broken != nil {
		return f.broken
	}
	defer func() {
		if p := recover(); p != nil {
			f.broken = fmt.Errorf("feed: follow lot %d: entry %d: %v", f.state.Lot, e.Seq, p)
			err = f.broken
		}
	}()
	switch next := f.state.Position.Seq + 1; {
	case e.Seq < next:
		return nil
	case e.Seq > next:
		return fmt.Errorf("feed: follow lot %d: entry %d where %d is next", f.state.Lot, e.Seq, next)
	}
	f.state.Apply(e)
	row, sight := Render(f.state, e)
	if sight == Unseen {
		return nil
	}
	f.cursor++
	f.head = e.Head
	if sight == Figure {
		f.quiet = append(f.quiet, f.cursor)
		return nil
	}
	switch row.Type {
	case "BidAccepted", "MaximumRaised":
		f.bids++
	}
	row.N = f.cursor
	if len(f.rows) == RowsKept {
		f.rows = f.rows[:copy(f.rows, f.rows[1:])]
	}
	f.rows = append(f.rows, row)
	return nil
}

// State is the lot's state. It is the follower's: read it, between calls of Apply only.
func (f *Follower) State() *auction.State { return f.state }

// Seq is the raw position that has been applied. It must not be shown before the close.
func (f *Follower) Seq() auction.Seq { return f.state.Position.Seq }

// Cursor is the public position.
func (f *Follower) Cursor() Cursor { return f.cursor }

// Head is the head of the chain at the cursor.
func (f *Follower) Head() auction.Hash { return f.head }

// View is the public state.
func (f *Follower) View() View { return ViewOf(f.state, f.bids) }

// Snapshot is all that somebody needs who comes to watch.
func (f *Follower) Snapshot(now auction.Instant) Frame { return f.frame("snapshot", 0, now) }

// Since is what a watcher at cursor from has missed: the state now, the newest lines, and how many lines between
// are left out. A cursor that this lot never had, and the zero cursor, get a snapshot.
func (f *Follower) Since(from Cursor, now auction.Instant) Frame {
	if from <= 0 || from > f.cursor {
		return f.Snapshot(now)
	}
	return f.frame("frame", from, now)
}

func (f *Follower) frame(t string, from Cursor, now auction.Instant) Frame {
	missed := int(f.lines(f.cursor) - f.lines(from))
	rows := f.rows[max(0, len(f.rows)-missed):]
	return Frame{
		T: t, Lot: f.state.Lot, From: from, Cursor: f.cursor, Head: f.head, NowUS: int64(now), State: f.View(),
		Rows: append([]Row{}, rows...), Omitted: missed - len(rows),
	}
}

// lines counts the lines of the history up to a cursor.
func (f *Follower) lines(upTo Cursor) Cursor {
	quiet := sort.Search(len(f.quiet), func(i int) bool { return f.quiet[i] > upTo })
	return upTo - Cursor(quiet)
}
