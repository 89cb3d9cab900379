package bench

import (
	"flag"
	"os"
	"strings"
	"testing"
	"time"
)

// TestServe is the server process of the tests below: they start this binary again with the part as its argument.
func TestServe(t *testing.T) {
	if flag.NArg() != 1 {
		return
	}
	if err := Serve(t.Context(), flag.Arg(0), os.Stdin, os.Stdout); err != nil {
		t.Fatal(err)
	}
}

var asServer = []string{os.Args[0], "-test.run=^TestServe$", "--"}

// rows returns the cells of the table's rows.
func rows(out string) (all [][]string) {
	for line := range strings.Lines(out) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), " | ")
		if len(cells) > 5 {
			for i := range cells {
				cells[i] = strings.TrimSpace(cells[i])
			}
			all = append(all, cells)
		}
	}
	return all[1:] // without the head
}

// These check that the measurements measure: real processes, real sockets, a real log. How fast is not their business.

func TestWatch(t *testing.T) {
	var out strings.Builder
	err := Watch{Watchers: []int{40}, Rates: []int{10}, Span: 500 * time.Millisecond, Command: asServer}.Run(t.Context(), &out)
	t.Log(out.String())
	if err != nil {
		t.Fatal(err)
	}
	got := rows(out.String())
	if len(got) != 1 || got[0][0] != "40" || got[0][12] != "0" || !strings.HasSuffix(got[0][5], "×") {
		t.Errorf("rows %v", got)
	}
}

func TestRoom(t *testing.T) {
	var out strings.Builder
	err := Room{Bidders: 5, Watchers: 10, Offered: []int{50}, Span: 500 * time.Millisecond, Command: asServer}.Run(t.Context(), &out)
	t.Log(out.String())
	if err != nil {
		t.Fatal(err)
	}
	got := rows(out.String())
	if len(got) != 4 || got[0][0] != "Corridor" || got[2][0] != "row lock" {
		t.Fatalf("rows %v", got)
	}
	for _, row := range got {
		if row[3] == "0" || row[4] != "0.0 %" || row[1] != "0" && row[7] == "0.0" {
			t.Errorf("row %v", row)
		}
	}
	if text := out.String(); strings.Contains(text, "without an answer") || strings.Contains(text, "frames lost") {
		t.Error("bids or frames were lost")
	}
}
