package bench

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"time"
)

// Watch are the settings of `corridor bench watch`.
type Watch struct {
	Watchers []int         `default:"1000,10000" help:"How many watch one lot."`
	Rates    []int         `default:"5,20" help:"Bids per second, each of which becomes a frame; 20 is the most that a lot sends."`
	Span     time.Duration `default:"10s" help:"How long each cell of the table is measured, after a warm-up."`
	Command  []string      `kong:"-"` // how to start a server process; nil: this binary's `bench serve`
}

// Run measures what it costs to tell everybody of a bid: server CPU per delivered frame, memory per idle watcher and
// the time from the bid's stamp to the watcher, commit and all; next to a bare loop that writes the same bytes.
func (o Watch) Run(ctx context.Context, out io.Writer) error {
	fmt.Fprintf(out, "One lot and everybody who watches it, over WebSockets, clients in another process on the same machine. %s\n\n", machine())
	t := table{out: out, columns: []string{
		"watchers", "frames/s", "frame", "CPU per frame", "bare loop", "ratio", "delivered/s", "p50", "p99", "bare p99", "memory per watcher", "bare", "lost",
	}}
	t.head()
	for _, n := range o.Watchers {
		if err := o.row(ctx, &t, n); err != nil {
			return fmt.Errorf("bench watch with %d watchers: %w", n, err)
		}
	}
	fmt.Fprint(out, "\nCPU: all that the server process used, from taking the bid and committing it to the last write, over frames delivered.\n"+
		"Time: from the stamp of a bid to each watcher. Memory: resident, at rest, after a garbage collection.\n"+
		"Bare loop: writes the same bytes to as many TCP sockets, and nothing else.\n")
	return nil
}

// cell is what one server reached at one rate.
type cell struct {
	perFrame  time.Duration // CPU
	delivered float64       // frames per second
	p50, p99  time.Duration
	lost      int64
}

func (o Watch) row(ctx context.Context, t *table, watchers int) error {
	ours, frame, memory, err := o.ours(ctx, watchers)
	if err != nil {
		return err
	}
	theirs, bareMemory, err := o.bare(ctx, watchers, frame)
	if err != nil {
		return err
	}
	for i, rate := range o.Rates {
		m, b := ours[i], theirs[i]
		t.row(count(watchers), fmt.Sprint(rate), fmt.Sprintf("%d B", len(frame)), micros(m.perFrame), micros(b.perFrame),
			fmt.Sprintf("%.2f×", float64(m.perFrame)/float64(b.perFrame)), count(int(m.delivered)), short(m.p50), short(m.p99), short(b.p99),
			fmt.Sprintf("%.1f KB", memory/1024), fmt.Sprintf("%.1f KB", bareMemory/1024), fmt.Sprint(m.lost))
	}
	return nil
}

func micros(d time.Duration) string { return fmt.Sprintf("%.1f µs", float64(d)/1e3) }

// ours measures the product. It also returns a frame as it went over the wire.
func (o Watch) ours(ctx context.Context, watchers int) (cells []cell, frame []byte, memory float64, err error) {
	c, err := spawn(ctx, o.Command, "watch", struct{}{})
	if err != nil {
		return nil, nil, 0, err
	}
	defer c.stop()
	a, memory, err := seated(ctx, c, watchers, watchLot(""), watch)
	if err != nil {
		return nil, nil, 0, err
	}
	defer a.leave()
	for _, rate := range o.Rates {
		m, err := o.measure(c, a, "bid", rate)
		if err != nil {
			return nil, nil, 0, err
		}
		cells = append(cells, m)
	}
	return cells, *a.sample.Load(), memory, nil
}

func (o Watch) bare(ctx context.Context, watchers int, frame []byte) (cells []cell, memory float64, err error) {
	c, err := spawn(ctx, o.Command, "bare", bareSettings{Frame: frame})
	if err != nil {
		return nil, 0, err
	}
	defer c.stop()
	read := func(a *audience, _ net.Conn, r *bufio.Reader, seated func()) error {
		seated()
		buf := make([]byte, len(frame))
		for {
			if _, err := io.ReadFull(r, buf); err != nil {
				return err
			}
			a.count(number(buf, `"at_us":`))
		}
	}
	a, memory, err := seated(ctx, c, watchers, nil, read)
	if err != nil {
		return nil, 0, err
	}
	defer a.leave()
	for _, rate := range o.Rates {
		m, err := o.measure(c, a, "write", rate)
		if err != nil {
			return nil, 0, err
		}
		cells = append(cells, m)
	}
	return cells, memory, nil
}

// seated gathers an audience and returns what each of it costs in memory at rest, in bytes. Some come and go before
// that, so that code and caches which the first of all brings in are not charged to a thousand.
func seated(ctx context.Context, c *child, n int, hello greet, read reader) (*audience, float64, error) {
	first, err := gather(ctx, c.address, 50, hello, read)
	if err != nil {
		return nil, 0, err
	}
	pause(ctx, time.Second)
	first.leave()
	before, err := c.usage("settle")
	if err != nil {
		return nil, 0, err
	}
	a, err := gather(ctx, c.address, n, hello, read)
	if err != nil {
		return nil, 0, err
	}
	pause(ctx, 2*time.Second)
	after, err := c.usage("settle")
	if err != nil {
		a.leave()
		return nil, 0, err
	}
	return a, float64(after.Resident-before.Resident) / float64(n), nil
}

// measure lets the server send at a rate, first to warm up, then for what counts.
func (o Watch) measure(c *child, a *audience, verb string, rate int) (m cell, err error) {
	var done struct{ Done int }
	if err := c.ask(fmt.Sprintf("%s %d 1", verb, rate), &done); err != nil {
		return m, err
	}
	time.Sleep(500 * time.Millisecond)
	gaps := a.gaps.Load()
	a.delivered.Store(0)
	a.counting.Store(true)
	before, err := c.usage("usage")
	if err != nil {
		return m, err
	}
	began := time.Now()
	if err := c.ask(fmt.Sprintf("%s %d %g", verb, rate, o.Span.Seconds()), &done); err != nil {
		return m, err
	}
	// What is under way still counts, and so does the CPU for it.
	for last := int64(-1); last != a.delivered.Load(); time.Sleep(200 * time.Millisecond) {
		last = a.delivered.Load()
	}
	elapsed := time.Since(began) - 200*time.Millisecond
	after, err := c.usage("usage")
	if err != nil {
		return m, err
	}
	a.counting.Store(false)
	n := a.delivered.Load()
	if broken := a.broken.Load(); broken > 0 {
		return m, fmt.Errorf("%d watchers were cut off", broken)
	}
	if n == 0 {
		return m, fmt.Errorf("nothing was delivered")
	}
	m.perFrame = (after.CPU - before.CPU) / time.Duration(n)
	m.delivered = float64(n) / elapsed.Seconds()
	m.lost = a.gaps.Load() - gaps
	if n%int64(len(a.conns)) != 0 {
		m.lost += int64(len(a.conns)) - n%int64(len(a.conns)) // not everybody got the last ones
	}
	m.p50, m.p99 = a.percentiles()
	return m, nil
}
