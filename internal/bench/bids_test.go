package bench

import (
	"flag"
	"strconv"
	"strings"
	"testing"
	"time"
)

var (
	span    = flag.Duration("bids.span", 100*time.Millisecond, "measured per cell")
	bidders = flag.String("bids.bidders", "8,70", "how many bid at once")
	only    = flag.String("bids.only", "both", "sqlite, postgres or both")
	ours    = flag.Bool("bids.ours", false, "leave the baseline out")
)

// TestBids runs the whole bench, briefly, on both databases: every cell of the table has its figures.
func TestBids(t *testing.T) {
	o := Bids{Span: *span, Only: *only, Ours: *ours}
	for n := range strings.SplitSeq(*bidders, ",") {
		count, err := strconv.Atoi(n)
		if err != nil {
			t.Fatal(err)
		}
		o.Bidders = append(o.Bidders, count)
	}
	var out strings.Builder
	err := o.Run(t.Context(), &out)
	t.Logf("\n%s", out.String())
	if err != nil {
		t.Fatal(err)
	}
	if *ours || *only != "both" {
		return
	}
	rows := 0
	for line := range strings.SplitSeq(out.String(), "\n") {
		if !strings.HasPrefix(line, "| SQLite") && !strings.HasPrefix(line, "| PostgreSQL") {
			continue
		}
		rows++
		if cells := strings.Split(line, " | "); len(cells) != 10 || strings.Contains(line, "–") {
			t.Errorf("a cell is empty: %s", line)
		}
	}
	if want := 2 * len(o.Bidders); rows != want {
		t.Errorf("%d rows, %d expected", rows, want)
	}
}
