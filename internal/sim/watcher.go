package sim

import (
	"encoding/json"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/feed"
)

// watcher looks at the lot now and then, at one node or the other, and goes on where he was.
type watcher struct {
	w      *world
	cursor feed.Cursor
	lines  int // lines of the history that he was told of, shown or left out
}

func (v *watcher) look() {
	w := v.w
	w.after(w.between(20*millisecond, 3*auction.Second), v.look)
	n := w.nodes[w.rand.IntN(2)]
	if !n.alive || n.frozen {
		return
	}
	if v.cursor > n.follower.Cursor() { // he has seen more than this node
		if n.follow(); v.cursor > n.follower.Cursor() {
			return
		}
	}
	v.take(n.follower.Since(v.cursor, n.clock()))
}

func (v *watcher) finish() {
	if v.cursor == 0 {
		return
	}
	v.take(v.w.truth.ref.Since(v.cursor, v.w.now))
	if all := len(v.w.truth.rows); v.lines != all {
		v.w.fail("a watcher was told of %d lines of %d", v.lines, all)
	}
}

// take holds a frame against what the public may see: ordered, unique, gapless, and nothing above.
func (v *watcher) take(f feed.Frame) {
	w := v.w
	w.sum.Frames++
	if f.Cursor == 0 {
		return // nothing was published yet
	}
	want, ok := w.truth.views[f.Cursor]
	if !ok || f.Head != want.head {
		w.fail("a frame up to %d with head %v, which never was", f.Cursor, f.Head)
		return
	}
	if !reflect.DeepEqual(f.State, want.view) {
		w.fail("a frame up to %d shows\n%+v, should show\n%+v", f.Cursor, f.State, want.view)
	}
	if f.From != v.cursor || f.T == "snapshot" && f.From != 0 {
		w.fail("a %s from %d for a watcher at %d", f.T, f.From, v.cursor)
	}
	before := w.truth.views[f.From].lines
	missed := w.truth.rows[before:want.lines]
	if f.Omitted != len(missed)-len(f.Rows) || f.Omitted > 0 && len(f.Rows) < feed.RowsKept {
		w.fail("%d lines and %d left out, of %d", len(f.Rows), f.Omitted, len(missed))
		return
	}
	for i, row := range missed[f.Omitted:] {
		if !reflect.DeepEqual(f.Rows[i], row) {
			w.fail("line %+v, should be %+v", f.Rows[i], row)
		}
	}
	v.secrets(f)
	v.cursor, v.lines = f.Cursor, v.lines+len(missed)
}

// secrets: no identity, no reserve, no maximum of who leads, unless the price has reached it.
func (v *watcher) secrets(f feed.Frame) {
	w := v.w
	text, err := json.Marshal(f)
	if err != nil {
		w.fail("%w", err)
		return
	}
	number := ":" + strconv.FormatInt(int64(w.reserve), 10)
	reserve := w.reserve != 0 && (strings.Contains(string(text), number+",") || strings.Contains(string(text), number+"}"))
	if strings.Contains(string(text), "identity") || reserve && !v.bidBy(f) {
		w.fail("a frame tells a secret: %s", text)
	}
	for _, row := range f.Rows {
		if row.Sealed && row.AmountFen != 0 {
			w.fail("a sealed amount is shown: %s", text)
		}
	}
}

// bidBy says that somebody has named the figure of the reserve by chance.
func (v *watcher) bidBy(f feed.Frame) bool {
	r := v.w.reserve
	return f.State.PriceFen == r || f.State.MinimumFen == r || slices.ContainsFunc(f.Rows, func(row feed.Row) bool {
		return row.PriceFen == r || row.AmountFen == r || row.OpenedFen == r
	})
}
