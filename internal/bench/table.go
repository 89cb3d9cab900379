package bench

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"time"
)

// table writes rows as Markdown, each as soon as it is known.
type table struct {
	out     io.Writer
	columns []string
	notes   string // lines to stand below the table
}

func (t *table) head() {
	t.row(t.columns...)
	fmt.Fprintln(t.out, "|---"+strings.Repeat("|---:", len(t.columns)-1)+"|")
}

func (t *table) row(cells ...string) { fmt.Fprintln(t.out, "| "+strings.Join(cells, " | ")+" |") }

// count writes 10000 as 10,000.
func count(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// rate writes a number per second to three significant digits.
func rate(r float64) string {
	unit := 1
	for r/float64(unit) >= 1000 {
		unit *= 10
	}
	return count((int(r) + unit/2) / unit * unit)
}

func short(d time.Duration) string {
	switch {
	case d == 0:
		return "–"
	case d < 10*time.Millisecond:
		return fmt.Sprintf("%.1f ms", float64(d)/1e6)
	case d < 10*time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}

func share(part, rest int) string {
	if part+rest == 0 {
		return "–"
	}
	return fmt.Sprintf("%.1f %%", 100*float64(part)/float64(part+rest))
}

// machine says where the figures come from.
func machine() string {
	return fmt.Sprintf("%d cores (%s), %s, %s/%s.", runtime.GOMAXPROCS(0), processor(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
}

func processor() string {
	f, err := os.Open("/proc/cpuinfo")
	if err != nil {
		return runtime.GOARCH
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		if name, ok := strings.CutPrefix(s.Text(), "model name"); ok {
			return strings.TrimLeft(name, "\t: ")
		}
	}
	return runtime.GOARCH
}
