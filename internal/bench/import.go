package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/internal/ident"
	"github.com/g60-corridor/corridor/internal/intake"
	"github.com/g60-corridor/corridor/internal/market"
	"github.com/g60-corridor/corridor/internal/store"
	"github.com/g60-corridor/corridor/internal/store/pgserver"
)

// Import are the settings of `corridor bench import`.
type Import struct {
	Rows int    `default:"10000" help:"How many rows the table has."`
	Only string `enum:"sqlite,postgres,both" default:"both" help:"Which database: ${enum}."`
	Dir  string `placeholder:"DIR" help:"Where the data goes; by default a temporary folder."`
}

// Run makes a seller's table and imports it, twice.
func (o Import) Run(ctx context.Context, out io.Writer) error {
	dir, err := os.MkdirTemp(o.Dir, "corridor-bench-")
	if err != nil {
		return fmt.Errorf("bench import: %w", err)
	}
	defer os.RemoveAll(dir)
	file, err := o.table()
	if err != nil {
		return fmt.Errorf("bench import: %w", err)
	}
	fmt.Fprintf(out, "A table of %s rows (CSV, %d KB) becomes drafts with their patents. %s\n\n", count(o.Rows), len(file)>>10, machine())
	t := table{out: out, columns: []string{"database", "read and checked", "drafts written", "in all", "rows/s", "again, nothing new", "bare rows", "ratio"}}
	t.head()
	if o.Only != "postgres" {
		if err := o.on(ctx, &t, "SQLite", "sqlite:"+filepath.Join(dir, "bench.db"), file); err != nil {
			return fmt.Errorf("bench import on SQLite: %w", err)
		}
	}
	if o.Only != "sqlite" {
		server, err := pgserver.Start("off")
		if err != nil {
			return err
		}
		defer server.Stop()
		if err := o.on(ctx, &t, "PostgreSQL", server.URL, file); err != nil {
			return fmt.Errorf("bench import on PostgreSQL: %w", err)
		}
	}
	fmt.Fprintf(out, "\nAll rows go in one transaction, as from the page and from the command line. Baseline: the same texts written into a table\n"+
		"without keys, a row at a time in one transaction, nothing looked up or checked. Ratio: in all to that.\n%s", t.notes)
	return nil
}

// table is a table as sellers keep them: a title in both languages, a number, dates, classes, a price in ten thousands.
func (o Import) table() ([]byte, error) {
	r := rand.New(rand.NewPCG(2026, 11))
	rows := [][]string{{"专利名称", "Title", "摘要", "Abstract", "申请号", "申请日", "IPC", "价格（万元）", "发明人"}}
	begin := time.Date(2012, 1, 1, 0, 0, 0, 0, time.UTC)
	for n := range o.Rows {
		t := makeText(r, n)
		filed := begin.AddDate(n%10, n%12, n%28)
		no, err := ident.MakeApplicationNo(filed.Year(), 1, n)
		if err != nil {
			return nil, err
		}
		rows = append(rows, []string{
			t.titleZH, t.titleEN, t.summaryZH, t.summaryEN, no.Patent(), filed.Format(time.DateOnly), draw(r, classes) + " 1/00", fmt.Sprint(10 + r.IntN(900)), "沈怀谷；李一",
		})
	}
	var b bytes.Buffer
	err := intake.WriteText(&b, rows)
	return b.Bytes(), err
}

func (o Import) on(ctx context.Context, t *table, name, database string, file []byte) error {
	db, err := store.Open(ctx, database)
	if err != nil {
		return err
	}
	defer db.Close()
	if err := db.Migrate(ctx); err != nil {
		return err
	}
	code, err := ident.MakeUSCC("12", "310117", "MAB00001")
	if err != nil {
		return err
	}
	seller, err := db.Ent().Organisation.Create().SetNameZh("谷水大学").SetNameEn("Gushui University").SetKind(organisation.KindUNIVERSITY).
		SetUscc(string(code)).SetCity("310117").Save(ctx)
	if err != nil {
		return err
	}
	read, wrote, err := o.take(ctx, db, seller, file, market.Created)
	if err != nil {
		return err
	}
	readAgain, wroteAgain, err := o.take(ctx, db, seller, file, market.Unchanged)
	if err != nil {
		return err
	}
	bare, err := o.bare(ctx, db, file)
	if err != nil {
		return err
	}
	whole := read + wrote
	t.row(name, short(read), short(wrote), short(whole), rate(float64(o.Rows)/whole.Seconds()), short(readAgain+wroteAgain), short(bare),
		fmt.Sprintf("%.1f×", whole.Seconds()/bare.Seconds()))
	return nil
}

// take is the way of a file: read, its columns guessed, its rows checked, and all written.
func (o Import) take(ctx context.Context, db *store.DB, seller *ent.Organisation, file []byte, want market.Outcome) (read, wrote time.Duration, err error) {
	began := time.Now()
	records, err := recordsOf(file)
	if err != nil {
		return 0, 0, err
	}
	read = time.Since(began)
	stall, err := market.New(market.Options{Database: db, Secret: make([]byte, 32), Now: time.Now, Log: quiet})
	if err != nil {
		return 0, 0, err
	}
	began = time.Now()
	report, err := stall.ImportAtHome(ctx, seller, market.Import{Records: records})
	if err != nil {
		return 0, 0, err
	}
	if n := report.Counts[want]; n != o.Rows {
		return 0, 0, fmt.Errorf("%d of %d rows are %s: %v", n, o.Rows, want, report.Counts)
	}
	return read, time.Since(began), nil
}

func recordsOf(file []byte) ([]*intake.Record, error) {
	t, err := intake.Read(file, intake.Options{})
	if err != nil {
		return nil, err
	}
	m := intake.Guess(t)
	if missing := m.Missing(); len(missing) > 0 {
		return nil, errors.New("the columns of the table are not recognised")
	}
	return intake.Records(t, m, intake.Choices{}), nil
}

// bare writes the texts alone.
func (o Import) bare(ctx context.Context, db *store.DB, file []byte) (time.Duration, error) {
	t, err := intake.Read(file, intake.Options{})
	if err != nil {
		return 0, err
	}
	insert := "INSERT INTO bench_rows VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
	if db.IsPostgres() {
		insert = "INSERT INTO bench_rows VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
	}
	began := time.Now()
	err = db.Tx(ctx, func(tx *store.Tx) error {
		if _, err := tx.ExecContext(ctx, "CREATE TABLE bench_rows (a text, b text, c text, d text, e text, f text, g text, h text, i text)"); err != nil {
			return fmt.Errorf("make a bare table: %w", err)
		}
		for _, row := range t.Rows {
			cells := make([]any, 9)
			for i := range cells {
				cells[i] = row.Cells[i]
			}
			if _, err := tx.ExecContext(ctx, insert, cells...); err != nil {
				return fmt.Errorf("write a bare row: %w", err)
			}
		}
		return nil
	})
	return time.Since(began), err
}
