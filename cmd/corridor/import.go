package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/ent/organisation"
	people "github.com/g60-corridor/corridor/ent/person"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/ident"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/intake"
	"github.com/g60-corridor/corridor/internal/market"
	"github.com/g60-corridor/corridor/internal/store"
	"github.com/g60-corridor/corridor/web/locale"
)

type importCmd struct {
	place
	File         string   `arg:"" help:"CSV or .xlsx file, or - for standard input."`
	Organisation string   `required:"" help:"Unified social credit code of the seller." placeholder:"USCC"`
	By           string   `help:"Who imports: an administrator or editor of the seller. By default whoever holds the machine." placeholder:"EMAIL"`
	Map          []string `sep:"none" help:"What a column holds, over the guess; repeated. An empty field leaves the column out; a column without a name goes by its number." placeholder:"COLUMN=FIELD"`
	Sheet        string   `help:"Sheet of a workbook; by default the first that holds a table."`
	Delimiter    string   `help:"Delimiter of a text; by default guessed. \\t or tab for a tabulator."`
	HeaderLine   int      `help:"Line of the column names; by default guessed." placeholder:"N"`
	Dates        string   `enum:",mdy,dmy" default:"" help:"How 03/04/2020 is meant: mdy or dmy; by default as the column's other dates show."`
	DryRun       bool     `help:"Say what would happen and change nothing."`
	Report       string   `help:"Write the report as JSON into this file; - for standard output." placeholder:"FILE.json"`
}

// Help shows examples and the fields.
func (importCmd) Help() string {
	var fields []string
	for _, f := range intake.Fields {
		fields = append(fields, string(f))
	}
	return `Each row becomes a draft of the seller, all of them in one transaction; rows that cannot be taken are named by line and
column, and the exit status is then 1. The same file again changes nothing. Encoding (UTF-8, UTF-16, GB18030), delimiter,
header and columns are guessed; a dry run shows what was guessed.

  corridor import results.csv --organisation 12100000425006117P --dry-run
  corridor import results.xlsx --organisation 12100000425006117P --sheet 专利 --by editor@university.example
  corridor import old.csv --organisation 12100000425006117P --map "Center=owners" --map "Notes=" --dates mdy --report report.json

Fields: ` + strings.Join(fields, ", ") + `.`
}

// Run imports the file.
func (c *importCmd) Run(ctx context.Context) error {
	records, err := c.records()
	if err != nil {
		return err
	}
	db, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	report, err := c.take(ctx, db, records)
	if err != nil {
		return err
	}
	if err := c.tell(report); err != nil {
		return err
	}
	if report.Counts[market.Refused] > 0 {
		return errFailed
	}
	return nil
}

// records reads the file and says on standard error how it was read.
func (c *importCmd) records() ([]*intake.Record, error) {
	data, err := c.read()
	if err != nil {
		return nil, err
	}
	delimiter, err := delimiterOf(c.Delimiter)
	if err != nil {
		return nil, err
	}
	t, err := intake.Read(data, intake.Options{Sheet: c.Sheet, Delimiter: delimiter, HeaderLine: c.HeaderLine})
	if err != nil {
		return nil, c.fileFault(err)
	}
	m := intake.Guess(t)
	if err := remap(t, m, c.Map); err != nil {
		return nil, err
	}
	if missing := m.Missing(); len(missing) > 0 {
		return nil, fmt.Errorf("%s: no column holds the %s; name one with --map \"COLUMN=%s\"; the columns are %s", c.File, missing[0], missing[0],
			strings.Join(quoted(t.Header), ", "))
	}
	for i, f := range m {
		fmt.Fprintf(os.Stderr, "%-32s → %s\n", cmp.Or(t.Header[i], fmt.Sprintf("(column %d)", i+1)), cmp.Or(string(f), "(left out)"))
	}
	return intake.Records(t, m, intake.Choices{Dates: intake.DateOrder(c.Dates)}), nil
}

func (c *importCmd) read() ([]byte, error) {
	in := io.Reader(os.Stdin)
	if c.File != "-" {
		f, err := os.Open(c.File)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		in = f
	}
	return io.ReadAll(io.LimitReader(in, intake.BytesMost+1))
}

// fileFault says what is wrong with a whole file, in words.
func (c *importCmd) fileFault(err error) error {
	var bad *intake.FileError
	if !errors.As(err, &bad) {
		return err
	}
	if bad.Line > 0 {
		return fmt.Errorf("%s: line %d: %s", c.File, bad.Line, words(bad.Problem))
	}
	return fmt.Errorf("%s: %s", c.File, words(bad.Problem))
}

func words(p fault.Problem) string {
	if key := "problem_" + string(p); locale.Has(key) {
		return locale.In(locale.EN, key)
	}
	return string(p)
}

func quoted(names []string) []string {
	all := make([]string, len(names))
	for i, n := range names {
		all[i] = fmt.Sprintf("%q", n)
	}
	return all
}

func delimiterOf(text string) (rune, error) {
	switch text {
	case "":
		return 0, nil
	case `\t`, "tab":
		return '\t', nil
	}
	r, size := utf8.DecodeRuneInString(text)
	if size != len(text) || r == utf8.RuneError || r == '"' || r == '\n' || r == '\r' {
		return 0, errors.New("--delimiter: one character, such as ; or \\t")
	}
	return r, nil
}

// remap lays what the user says over the guess.
func remap(t *intake.Table, m intake.Mapping, says []string) error {
	for _, s := range says {
		at := strings.LastIndex(s, "=") // fields have none, columns may
		if at < 0 {
			return fmt.Errorf("--map %q: write COLUMN=FIELD", s)
		}
		column, field := strings.TrimSpace(s[:at]), intake.Field(strings.TrimSpace(s[at+1:]))
		i := slices.IndexFunc(t.Header, func(h string) bool { return strings.EqualFold(strings.TrimSpace(h), column) })
		if n, err := strconv.Atoi(column); i < 0 && err == nil && n >= 1 && n <= len(t.Header) {
			i = n - 1 // of a table without names
		}
		if i < 0 {
			return fmt.Errorf("--map %q: no column %q; the columns are %s", s, column, strings.Join(quoted(t.Header), ", "))
		}
		if field != intake.Ignore && !slices.Contains(intake.Fields, field) {
			return fmt.Errorf("--map %q: no field %q; see --help", s, field)
		}
		for j := range m {
			if m[j] == field {
				m[j] = intake.Ignore
			}
		}
		m[i] = field
	}
	return nil
}

func (c *importCmd) take(ctx context.Context, db *store.DB, records []*intake.Record) (report market.ImportReport, err error) {
	seller, by, err := c.who(ctx, db)
	if err != nil {
		return report, err
	}
	// Neither a saleroom nor a reserve has a part in this; the key of the reserves stays unused.
	house, err := market.New(market.Options{Database: db, Secret: make([]byte, 32), Now: time.Now})
	if err != nil {
		return report, err
	}
	in := market.Import{Records: records, Dry: c.DryRun, Progress: func(done, total int) {
		fmt.Fprintf(os.Stderr, "\r%s %d/%d", bar(done, total), done, total)
		if done == total {
			fmt.Fprintln(os.Stderr)
		}
	}}
	if by.SignedIn() {
		return house.Import(ctx, by, in)
	}
	return house.ImportAtHome(ctx, seller, in)
}

// bar is how far it is.
func bar(done, total int) string {
	const width = 30
	full := width
	if total > 0 {
		full = done * width / total
	}
	return "[" + strings.Repeat("=", full) + strings.Repeat(" ", width-full) + "]"
}

// who finds the seller, and the person in whose name it is done if one is named.
func (c *importCmd) who(ctx context.Context, db *store.DB) (*ent.Organisation, identity.Viewer, error) {
	code, err := ident.ParseUSCC(c.Organisation)
	if err != nil {
		return nil, identity.Viewer{}, fmt.Errorf("--organisation: %w", err)
	}
	seller, err := db.Ent().Organisation.Query().Where(organisation.Uscc(string(code))).Only(ctx)
	if ent.IsNotFound(err) {
		return nil, identity.Viewer{}, fmt.Errorf("--organisation: no organisation here has the code %s", code)
	}
	if err != nil || c.By == "" {
		return seller, identity.Viewer{}, err
	}
	email, err := identity.NormalEmail(c.By)
	if err != nil {
		return nil, identity.Viewer{}, fmt.Errorf("--by: %w", err)
	}
	m, err := db.Ent().Membership.Query().WithPerson().
		Where(membership.HasPersonWith(people.Email(email)), membership.HasOrganisationWith(organisation.ID(seller.ID))).Only(ctx)
	if ent.IsNotFound(err) {
		return nil, identity.Viewer{}, fmt.Errorf("--by: %s is no member of %s", email, seller.NameZh)
	}
	if err != nil {
		return nil, identity.Viewer{}, err
	}
	return seller, identity.Viewer{Person: m.Edges.Person, Organisation: seller, Membership: m.Role}, nil
}

// tell names what was refused by line and column, and says what became of the rest.
func (c *importCmd) tell(report market.ImportReport) error {
	for _, l := range report.Lines {
		for _, p := range l.Problems {
			kind := "note"
			if p.Stops {
				kind = "refused"
			}
			if p.Column == 0 { // of the whole row: the value is the line of another
				fmt.Fprintf(os.Stderr, "%s: line %d: %s: %s (line %s)\n", c.File, l.Line, kind, words(p.Rule), p.Value)
				continue
			}
			fmt.Fprintf(os.Stderr, "%s: line %d, column %d (%s): %s: %q: %s\n", c.File, l.Line, p.Column, p.Header, kind, p.Value, words(p.Rule))
		}
		if l.Outcome == market.Refused && l.Reason != market.HasProblems || l.Outcome == market.Skipped {
			fmt.Fprintf(os.Stderr, "%s: line %d: %s: %s %s\n", c.File, l.Line, strings.ToLower(string(l.Outcome)), words(l.Reason), l.Detail)
		}
	}
	if c.Report != "" {
		text, err := json.MarshalIndent(report, "", "  ")
		if err != nil {
			return err
		}
		text = append(text, '\n')
		if c.Report == "-" {
			_, err = os.Stdout.Write(text)
			return err
		}
		if err := os.WriteFile(c.Report, text, 0o644); err != nil {
			return err
		}
	}
	verb := "Imported"
	if c.DryRun {
		verb = "Would import"
	}
	n := report.Counts
	fmt.Printf("%s %d rows: %d created, %d updated, %d unchanged, %d skipped, %d refused.\n", verb, report.Rows, n[market.Created],
		n[market.Updated], n[market.Unchanged], n[market.Skipped], n[market.Refused])
	return nil
}
