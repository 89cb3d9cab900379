package bench

import (
	"strings"
	"testing"
	"time"
)

// TestPages runs the whole bench, briefly, on both databases: every kind of page has its row.
func TestPages(t *testing.T) {
	o := Pages{Listings: 300, Clients: 4, Span: 200 * time.Millisecond, Only: "both", Dir: t.TempDir(), Command: asServer}
	var out strings.Builder
	err := o.Run(t.Context(), &out)
	t.Logf("\n%s", out.String())
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range leaves {
		if n := strings.Count(out.String(), "| "+l.name+" |"); n != 2 {
			t.Errorf("%d rows of %s", n, l.name)
		}
	}
}
