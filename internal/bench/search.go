package bench

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/g60-corridor/corridor/internal/ident"
	"github.com/g60-corridor/corridor/internal/store"
	"github.com/g60-corridor/corridor/internal/store/pgserver"
)

var quiet = slog.New(slog.DiscardHandler)

// Search are the settings of `corridor bench search`.
type Search struct {
	Listings int           `default:"100000" help:"How many listings are generated."`
	Clients  int           `default:"8" help:"How many search at once, each with one question under way."`
	Span     time.Duration `default:"15s" help:"How long each row of the table is measured, after a warm-up."`
	Only     string        `enum:"sqlite,postgres,both" default:"both" help:"Which database: ${enum}."`
	Dir      string        `placeholder:"DIR" help:"Where the data goes; by default a temporary folder."`
	Command  []string      `kong:"-"` // how a server process is started; nil: as this one
}

// Run measures the page of the search, its index and its memory, and the baseline.
func (o Search) Run(ctx context.Context, out io.Writer) error {
	dir, err := os.MkdirTemp(o.Dir, "corridor-bench-")
	if err != nil {
		return fmt.Errorf("bench search: %w", err)
	}
	defer os.RemoveAll(dir)
	fmt.Fprintf(out, "Search among %s generated listings, %d clients over HTTP. %s\n\n", count(o.Listings), o.Clients, machine())
	t := table{out: out, columns: []string{"database", "server", "searches/s", "p50", "p95", "slowest kind, p95", "index built", "documents/s", "resident", "ratio"}}
	t.head()
	if o.Only != "postgres" {
		if err := o.on(ctx, &t, "SQLite", "sqlite:"+filepath.Join(dir, "bench.db"), dir); err != nil {
			return fmt.Errorf("bench search on SQLite: %w", err)
		}
	}
	if o.Only != "sqlite" {
		server, err := pgserver.Start("off")
		if err != nil {
			return err
		}
		defer server.Stop()
		if err := o.on(ctx, &t, "PostgreSQL", server.URL, dir); err != nil {
			return fmt.Errorf("bench search on PostgreSQL: %w", err)
		}
	}
	fmt.Fprintf(out, "\nCorridor answers with the whole page, facets counted, found words marked. Baseline: LIKE or ILIKE over the same columns,\n"+
		"a count and the newest twenty, without facets, marks, slips and page.\n%s", t.notes)
	return nil
}

func (o Search) on(ctx context.Context, t *table, name, database, dir string) error {
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
	if db.IsPostgres() {
		if _, err := db.SQL().ExecContext(ctx, "ANALYZE"); err != nil {
			return err
		}
	}
	if err := db.Close(); err != nil {
		return err
	}
	settings := searchSettings{Database: database, Dir: filepath.Join(dir, "index-of-"+name)}
	ours, err := o.server(ctx, t, name, "Corridor", "search", settings, 0)
	if err != nil {
		return err
	}
	_, err = o.server(ctx, t, name, "LIKE", "like", settings, ours)
	return err
}

// server measures one server; ours is what Corridor reached before, for the baseline.
func (o Search) server(ctx context.Context, t *table, name, title, part string, settings searchSettings, ours float64) (float64, error) {
	c, err := spawn(ctx, o.Command, part, settings)
	if err != nil {
		return 0, err
	}
	defer c.stop()
	built, perSecond := "–", "–"
	if part == "search" {
		var seconds float64
		if err := c.ask("built", &seconds); err != nil {
			return 0, err
		}
		built, perSecond = fmt.Sprintf("%.1f s", seconds), rate(float64(o.Listings)/seconds)
	}
	f, worst, err := o.measure(ctx, c.address)
	if err != nil {
		return 0, err
	}
	u, err := c.usage("usage")
	if err != nil {
		return 0, err
	}
	ratio := "–"
	if ours > 0 && f.perSecond > 0 {
		ratio = fmt.Sprintf("%.0f×", ours/f.perSecond)
	}
	t.row(name, title, fmt.Sprintf("%.1f", f.perSecond), short(f.p50), short(f.p95), worst, built, perSecond, fmt.Sprintf("%d MB", u.Resident>>20), ratio)
	return f.perSecond, nil
}

// question is one of the mix.
type question struct{ kind, query string }

// questions are the mix: each kind as often as any other, drawn in turn with other words each time.
func (o Search) question(i int) question {
	v := func(pairs ...string) string {
		q := url.Values{}
		for n := 0; n+1 < len(pairs); n += 2 {
			q.Add(pairs[n], pairs[n+1])
		}
		return q.Encode()
	}
	n := i / 10
	m, thing, trait, use := materials[n%len(materials)], things[n*7%len(things)], traits[n*3%len(traits)], uses[n*5%len(uses)]
	city := string(ident.Cities[n%len(ident.Cities)].Code)
	listing := n * 7919 % o.Listings
	switch i % 10 {
	case 0:
		return question{"Chinese", v("q", m.zh)}
	case 1:
		return question{"English", v("q", thing.en)}
	case 2:
		return question{"two Chinese words", v("q", trait.zh+" "+thing.zh)}
	case 3:
		return question{"both languages", v("q", m.zh+" "+thing.en)}
	case 4:
		return question{"rare word", v("q", rare(listing))}
	case 5:
		no, _ := ident.MakeApplicationNo(2010+listing%15, 1, listing) // made before
		return question{"number", v("q", no.Patent())}
	case 6:
		return question{"class", v("q", classes[n%len(classes)])}
	case 7:
		return question{"word and filters", v("q", use.zh, "city", city, "field", "AI", "field", "IC")}
	case 8:
		return question{"filters alone", v("city", city, "field", "BIO")}
	}
	return question{"common words", v("q", "性能"+" "+"prototype")}
}

type searchFigures struct {
	perSecond float64
	p50, p95  time.Duration
}

// measure lets clients ask side by side and takes the time of each whole answer.
func (o Search) measure(ctx context.Context, address string) (f searchFigures, worst string, err error) {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: o.Clients}}
	defer client.CloseIdleConnections()
	ask := func(i int) error {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+"/search?"+o.question(i).query, nil)
		if err != nil {
			return err
		}
		r.Header.Set("X-Forwarded-For", fmt.Sprintf("10.%d.%d.1", i>>8&255, i&255))
		response, err := client.Do(r)
		if err != nil {
			return err
		}
		defer response.Body.Close()
		if _, err := io.Copy(io.Discard, response.Body); err != nil {
			return err
		}
		if response.StatusCode != http.StatusOK {
			return fmt.Errorf("%s: %s", r.URL, response.Status)
		}
		return nil
	}
	return o.tally(ctx, ask)
}
