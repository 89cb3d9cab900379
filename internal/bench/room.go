package bench

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/g60-corridor/corridor/internal/store"
	"github.com/g60-corridor/corridor/internal/store/pgserver"
)

// Room are the settings of `corridor bench room`.
type Room struct {
	Bidders  int           `default:"200" help:"Sockets that bid."`
	Watchers int           `default:"1000" help:"Sockets that watch, in the second part."`
	Offered  []int         `default:"1000,5000,20000" help:"Bids per second offered with watchers."`
	Span     time.Duration `default:"8s" help:"How long each cell of the table is measured, after a warm-up."`
	Postgres string        `placeholder:"URL" help:"An empty PostgreSQL database; by default a server is started for the run, with fsync on."`
	Ours     bool          `help:"Leave the baseline out."`
	Command  []string      `kong:"-"` // how to start a server process; nil: this binary's `bench serve`
}

// Run measures bids over WebSockets, from the client's message to its answer, durable, on PostgreSQL: first as fast as
// the sockets can bid, nobody watching; then at given rates with watchers. The baseline locks a row for each bid and
// sends every change to everybody.
func (o Room) Run(ctx context.Context, out io.Writer) error {
	url := o.Postgres
	if url == "" {
		server, err := pgserver.Start("on", settledWAL...)
		if err != nil {
			return fmt.Errorf("bench room: %w", err)
		}
		defer server.Stop()
		url = server.URL
		if o.Span >= time.Second {
			if err := settle(ctx, url); err != nil {
				return fmt.Errorf("bench room: %w", err)
			}
		}
	}
	settings := roomSettings{Database: url, Bidders: o.Bidders}
	fmt.Fprintf(out, "%d bidding sockets on one hot lot, over WebSockets, durable on PostgreSQL; clients in another process on the same machine. %s\n\n", o.Bidders, machine())
	if err := o.run(ctx, out, settings); err != nil {
		return fmt.Errorf("bench room: %w", err)
	}
	return nil
}

func (o Room) run(ctx context.Context, out io.Writer, settings roomSettings) error {
	if !o.Ours {
		var err error
		if settings.Connections, err = o.prepareBaseline(ctx, settings.Database); err != nil {
			return err
		}
	}
	t := table{out: out, columns: []string{
		"server", "watchers", "offered/s", "answered/s", "refused", "answer p50", "p99", "frames/s each", "frame p50", "p99", "server cores",
	}}
	t.head()
	ours, err := o.server(ctx, &t, "Corridor", "room", settings)
	if err != nil {
		return err
	}
	if o.Ours {
		fmt.Fprintln(out, t.notes)
		return nil
	}
	theirs, err := o.server(ctx, &t, "row lock", "rowlock", settings)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "\nNobody watching: %.0f times the baseline, which used %d connections, the best of %v.\n", ours/theirs, settings.Connections, baselineConnections)
	fmt.Fprint(out, "Answers: from the moment a bid was due at the client to its answer there. Frames: from the stamp of the oldest bid in it to the watcher.\n"+
		"Baseline: a transaction per bid that locks the lot's row; every change is sent to every watcher at once.\n"+t.notes)
	return nil
}

func (o Room) prepareBaseline(ctx context.Context, url string) (connections int, err error) {
	db, err := store.Open(ctx, url)
	if err != nil {
		return 0, err
	}
	defer db.Close()
	if err := prepare(ctx, db); err != nil {
		return 0, err
	}
	lock, connections, err := bestRowLock(ctx, url, 3*time.Second)
	if err != nil {
		return 0, err
	}
	lock.pool.Close()
	return connections, nil
}

// server measures one server, in all cells, and returns its bids per second with nobody watching.
func (o Room) server(ctx context.Context, t *table, name, part string, settings roomSettings) (alone float64, err error) {
	c, err := spawn(ctx, o.Command, part, settings)
	if err != nil {
		return 0, err
	}
	defer c.stop()
	crowd, err := assemble(ctx, c.address, o.Bidders)
	if err != nil {
		return 0, err
	}
	defer crowd.leave()
	crowd.oneAtATime(o.Span / 4)
	crowd.settle(10 * time.Second)
	crowd.result(o.Span)
	alone, err = o.cell(c, t, name, crowd, nil, 0)
	if err != nil {
		return 0, err
	}
	watchers, err := gather(ctx, c.address, o.Watchers, watchLot(""), watch)
	if err != nil {
		return 0, err
	}
	defer watchers.leave()
	pause(ctx, time.Second)
	for _, offer := range o.Offered {
		reached, err := o.cell(c, t, name, crowd, watchers, offer)
		if err != nil {
			return 0, err
		}
		if reached < float64(offer)/2 {
			break // more would only make the queue longer
		}
	}
	return alone, nil
}

// cell measures one load: at a rate, or as fast as answers come if offer is 0.
func (o Room) cell(c *child, t *table, name string, crowd *crowd, watchers *audience, offer int) (perSecond float64, err error) {
	before, err := c.usage("usage")
	if err != nil {
		return 0, err
	}
	if watchers != nil {
		watchers.delivered.Store(0)
		watchers.counting.Store(true)
	}
	began := time.Now()
	offered := "as many as go"
	if offer == 0 {
		crowd.oneAtATime(o.Span)
	} else {
		offered = count(offer)
		crowd.steadily(offer, o.Span)
	}
	open := crowd.settle(10 * time.Second)
	span := max(time.Since(began)-20*time.Millisecond, o.Span)
	after, err := c.usage("usage")
	if err != nil {
		return 0, err
	}
	f, failed := crowd.result(span)
	if open+failed > 0 {
		t.notes += fmt.Sprintf("%s at %s: %d bids without an answer, %d errors. ", name, offered, open, failed)
	}
	perSecond = float64(f.accepted+f.refused) / span.Seconds()
	cells := []string{name, "0", offered, rate(perSecond), share(f.refused, f.accepted), short(f.p50), short(f.p99), "–", "–", "–"}
	if watchers != nil {
		watchers.counting.Store(false)
		each := float64(watchers.delivered.Load()) / float64(len(watchers.conns)) / span.Seconds()
		p50, p99 := watchers.percentiles()
		cells = []string{name, count(len(watchers.conns)), offered, rate(perSecond), share(f.refused, f.accepted), short(f.p50), short(f.p99),
			fmt.Sprintf("%.1f", each), short(p50), short(p99)}
		if n := watchers.broken.Load(); n > 0 {
			return 0, fmt.Errorf("%s at %s: %d watchers were cut off", name, offered, n)
		}
		if gaps := watchers.gaps.Swap(0); gaps > 0 {
			t.notes += fmt.Sprintf("%s at %s: %d frames lost. ", name, offered, gaps)
		}
	}
	t.row(append(cells, fmt.Sprintf("%.2f", float64(after.CPU-before.CPU)/float64(span)))...)
	return perSecond, nil
}
