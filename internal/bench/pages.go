package bench

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/g60-corridor/corridor/internal/store"
	"github.com/g60-corridor/corridor/internal/store/pgserver"
)

// Pages are the settings of `corridor bench pages`.
type Pages struct {
	Listings int           `default:"20000" help:"How many listings are generated, every tenth with a lot."`
	Clients  int           `default:"8" help:"How many readers there are, each with one page under way."`
	Span     time.Duration `default:"8s" help:"How long each row of the table is measured, after a warm-up."`
	Only     string        `enum:"sqlite,postgres,both" default:"both" help:"Which database: ${enum}."`
	Dir      string        `placeholder:"DIR" help:"Where the data goes; by default a temporary folder."`
	Command  []string      `kong:"-"` // how a server process is started; nil: as this one
}

// leaf is a kind of page; address is that of the n-th that is read.
type leaf struct {
	name    string
	address func(o Pages, n int) string
}

var leaves = []leaf{
	{"home", func(Pages, int) string { return "/" }},
	{"search", func(o Pages, n int) string { return "/search?" + Search{Listings: o.Listings}.question(n).query }},
	{"listing", func(o Pages, n int) string { return fmt.Sprintf("/listings/%d", 1+n*7919%o.Listings) }},
}

// Run measures home, search and listing pages, and how fast this machine sends the same bytes when nothing has to be made.
func (o Pages) Run(ctx context.Context, out io.Writer) error {
	dir, err := os.MkdirTemp(o.Dir, "corridor-bench-")
	if err != nil {
		return fmt.Errorf("bench pages: %w", err)
	}
	defer os.RemoveAll(dir)
	fmt.Fprintf(out, "Pages of a market with %s generated listings, %d readers over HTTP. %s\n\n", count(o.Listings), o.Clients, machine())
	t := table{out: out, columns: []string{"database", "page", "size", "requests/s", "p50", "p99", "CPU per page", "ready-made bytes/s", "p99", "share"}}
	t.head()
	if o.Only != "postgres" {
		if err := o.on(ctx, &t, "SQLite", "sqlite:"+filepath.Join(dir, "bench.db"), dir); err != nil {
			return fmt.Errorf("bench pages on SQLite: %w", err)
		}
	}
	if o.Only != "sqlite" {
		server, err := pgserver.Start("off")
		if err != nil {
			return err
		}
		defer server.Stop()
		if err := o.on(ctx, &t, "PostgreSQL", server.URL, dir); err != nil {
			return fmt.Errorf("bench pages on PostgreSQL: %w", err)
		}
	}
	fmt.Fprintf(out, "\nBaseline: a bare net/http server in a process of its own that sends one such page from memory, uncompressed as here: what\n"+
		"this machine and these readers reach when nothing is looked up and nothing made. Share: how much of that the real page reaches.\n%s", t.notes)
	return nil
}

func (o Pages) on(ctx context.Context, t *table, name, database, dir string) error {
	db, err := store.Open(ctx, database)
	if err != nil {
		return err
	}
	if err := db.Migrate(ctx); err != nil {
		return err
	}
	if err := plantListings(ctx, db, o.Listings); err != nil {
		return err
	}
	if err := plantLots(ctx, db, o.Listings/10); err != nil {
		return err
	}
	if db.IsPostgres() {
		if _, err := db.SQL().ExecContext(ctx, "ANALYZE"); err != nil {
			return err
		}
	}
	if err := db.Close(); err != nil {
		return err
	}
	c, err := spawn(ctx, o.Command, "pages", searchSettings{Database: database, Dir: filepath.Join(dir, "index-of-"+name)})
	if err != nil {
		return err
	}
	defer c.stop()
	var seconds float64
	if err := c.ask("built", &seconds); err != nil {
		return err
	}
	for _, l := range leaves {
		if err := o.row(ctx, t, name, c, l); err != nil {
			return fmt.Errorf("%s: %w", l.name, err)
		}
	}
	return nil
}

func (o Pages) row(ctx context.Context, t *table, name string, c *child, l leaf) error {
	page, err := fetch(ctx, http.DefaultClient, c.address, l.address(o, 0), 0)
	if err != nil {
		return err
	}
	before, err := c.usage("usage")
	if err != nil {
		return err
	}
	ours, n, err := o.read(ctx, c.address, func(i int) string { return l.address(o, i) })
	if err != nil {
		return err
	}
	after, err := c.usage("usage")
	if err != nil {
		return err
	}
	bare, err := spawn(ctx, o.Command, "readymade", page)
	if err != nil {
		return err
	}
	defer bare.stop()
	ceiling, _, err := o.read(ctx, bare.address, func(int) string { return "/" })
	if err != nil {
		return err
	}
	share := "–"
	if ceiling.perSecond > 0 {
		share = fmt.Sprintf("%.0f %%", 100*ours.perSecond/ceiling.perSecond)
	}
	t.row(name, l.name, fmt.Sprintf("%d KB", len(page)>>10), rate(ours.perSecond), short(ours.p50), short(ours.p99),
		short((after.CPU-before.CPU)/time.Duration(max(1, n))), rate(ceiling.perSecond), short(ceiling.p99), share)
	return nil
}

type pageFigures struct {
	perSecond float64
	p50, p99  time.Duration
}

// read lets readers read side by side and takes the time of each whole page; n is how many they read, the warm-up's too.
func (o Pages) read(ctx context.Context, address string, path func(i int) string) (f pageFigures, n int, err error) {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: o.Clients, DisableCompression: true}}
	defer client.CloseIdleConnections()
	var next atomic.Int64
	warm := time.Now().Add(o.Span / 5)
	end := warm.Add(o.Span)
	all := make([][]int64, o.Clients)
	group, ctx := errgroup.WithContext(ctx)
	for c := range all {
		group.Go(func() error {
			for ctx.Err() == nil && time.Now().Before(end) {
				i := int(next.Add(1) - 1)
				before := time.Now()
				if _, err := fetch(ctx, client, address, path(i), i); err != nil {
					return err
				}
				if before.After(warm) {
					all[c] = append(all[c], int64(time.Since(before)))
				}
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return f, 0, err
	}
	elapsed := time.Since(warm)
	took := slices.Concat(all...)
	slices.Sort(took)
	return pageFigures{float64(len(took)) / elapsed.Seconds(), percentile(took, 50), percentile(took, 99)}, int(next.Load()), nil
}

// fetch reads a page as the i-th reader, each from an address of his own.
func fetch(ctx context.Context, client *http.Client, address, path string, i int) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+path, nil)
	if err != nil {
		return nil, err
	}
	r.Header.Set("X-Forwarded-For", fmt.Sprintf("10.%d.%d.1", i>>8&255, i&255))
	response, err := client.Do(r)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", r.URL, response.Status)
	}
	return body, nil
}
