package page

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/intake"
	"github.com/g60-corridor/corridor/web/component"
	"github.com/g60-corridor/corridor/web/form"
	"github.com/g60-corridor/corridor/web/locale"
)

// ImportFile is a file on its way to become drafts.
type ImportFile struct {
	Token, Name, State string
	At, Until          time.Time
}

// ImportStart asks for a file.
type ImportStart struct {
	Files  []ImportFile
	Faults form.Faults
}

// ImportColumns asks which column is what.
type ImportColumns struct {
	File      ImportFile
	Table     *intake.Table // nil: it cannot be read with what was chosen
	Mapping   intake.Mapping
	Sheet     string
	Delimiter string
	Header    int
	Dates     intake.DateOrder
	AskDates  bool // some dates can be read in two ways
	Faults    form.Faults
}

// ImportRow is a row of the table and what becomes of it.
type ImportRow struct {
	Line              int
	Title             string
	Outcome           string
	Reason            fault.Problem
	Detail            string
	Listing           int
	Number            string
	Needs             []fault.Problem
	Problems          []intake.Problem
	Chosen, CanChoose bool
}

// ImportRows shows rows: before they are taken, with boxes, or after.
type ImportRows struct {
	File        ImportFile
	Rows        []ImportRow
	Counts      map[string]int
	Total       int // rows of the table
	Page, Pages int
	Only        string // "problems" or an outcome; "" all
	Failed      fault.Problem
	Done, Of    int // rows, while it is under way
}

const importSamples = 3

// samples are the first cells of a column that hold something.
func samples(t *intake.Table, column int) []string {
	var all []string
	for _, r := range t.Rows {
		if c := strings.Join(strings.Fields(r.Cells[column]), " "); c != "" && !slices.Contains(all, c) {
			if runes := []rune(c); len(runes) > 60 {
				c = string(runes[:60]) + "…"
			}
			if all = append(all, c); len(all) == importSamples {
				break
			}
		}
	}
	return all
}

func (f ImportFile) label(ctx context.Context) string {
	if f.Name == "" {
		return component.T(ctx, "import_unnamed")
	}
	return f.Name
}

func (f ImportFile) url(step string) templ.SafeURL {
	u := "/seller/import/" + url.PathEscape(f.Token)
	if step != "" {
		u += "/" + step
	}
	return templ.SafeURL(u)
}

// next is the step at which a file waits.
func (f ImportFile) next() templ.SafeURL {
	if f.State == "NEW" {
		return f.url("")
	}
	return f.url("report")
}

func (p ImportRows) step() string {
	if p.File.State == "NEW" {
		return "preview"
	}
	return "report"
}

// at is the address of a page of rows.
func (p ImportRows) at(n int) templ.SafeURL { return p.filtered(p.Only, n) }

func (p ImportRows) filtered(only string, n int) templ.SafeURL {
	q := url.Values{}
	if only != "" {
		q.Set("only", only)
	}
	if n > 1 {
		q.Set("page", strconv.Itoa(n))
	}
	if len(q) == 0 {
		return p.File.url(p.step())
	}
	return p.File.url(p.step()) + templ.SafeURL("?"+q.Encode())
}

// canTake says whether there is a row to take or to choose.
func (p ImportRows) canTake() bool {
	return p.Counts["CREATED"]+p.Counts["UPDATED"]+p.Counts["SKIPPED"] > 0
}

// outcomes that some rows have, in the order in which they are told.
func (p ImportRows) outcomes() (all []string) {
	for _, o := range []string{"CREATED", "UPDATED", "UNCHANGED", "SKIPPED", "REFUSED"} {
		if p.Counts[o] > 0 {
			all = append(all, o)
		}
	}
	return all
}

// ExportLabel names a column of an export, with its unit.
func ExportLabel(ctx context.Context, f intake.Field) string {
	if f == intake.PriceIdea {
		return component.T(ctx, "export_price")
	}
	return ImportFieldLabel(ctx, f)
}

// ImportFieldLabel names a field of an import.
func ImportFieldLabel(ctx context.Context, f intake.Field) string {
	return component.T(ctx, "import_field_"+string(f))
}

// place says where a problem is.
func place(ctx context.Context, p intake.Problem) string {
	switch {
	case p.Column > 0:
		name := p.Header
		if name == "" {
			name = ImportFieldLabel(ctx, p.Field)
		}
		return component.T(ctx, "import_place", "Column", columnLetters(p.Column), "Name", name)
	case p.Field != intake.Ignore:
		return ImportFieldLabel(ctx, p.Field)
	}
	return component.T(ctx, "import_place_row")
}

// columnLetters names a column as spreadsheets do: 28 is AB.
func columnLetters(n int) string {
	letters := ""
	for ; n > 0; n = (n - 1) / 26 {
		letters = string(rune('A'+(n-1)%26)) + letters
	}
	return letters
}

// problemText says what is wrong with a cell; of a row that stands there twice, where it stood before.
func problemText(ctx context.Context, p intake.Problem) string {
	if p.Rule == intake.TwiceInFile {
		return component.T(ctx, "import_twice", "Line", p.Value)
	}
	return component.Problem(ctx, p.Rule)
}

func needs(ctx context.Context, all []fault.Problem) string {
	var texts []string
	for _, n := range all {
		texts = append(texts, component.Problem(ctx, n))
	}
	sep := ", "
	if locale.Of(ctx) == locale.ZH {
		sep = "、"
	}
	return strings.Join(texts, sep)
}

// DraftURL is where a draft is edited.
func DraftURL(id int) templ.SafeURL { return templ.SafeURL(fmt.Sprintf("/seller/listings/%d", id)) }

func percent(done, of int) string {
	if of == 0 {
		return "0"
	}
	return fmt.Sprint(done * 100 / of)
}

var importDelimiters = []string{"", ",", ";", "tab", "|", "，", "；"}

// facts say how the file was read.
func (p ImportColumns) facts(ctx context.Context) string {
	rows := component.T(ctx, "import_rows", "Count", len(p.Table.Rows))
	if p.Table.Format == intake.Workbook {
		return component.T(ctx, "import_is_workbook", "Sheet", p.Table.Sheet) + " · " + rows
	}
	return component.T(ctx, "import_is_text", "Encoding", p.Table.Encoding, "Delimiter",
		component.T(ctx, delimiterKey(delimiterName(p.Table.Delimiter)))) + " · " + rows
}

func (p ImportColumns) header() string {
	switch {
	case p.Header > 0:
		return strconv.Itoa(p.Header)
	case p.Table != nil && p.Table.Line > 0:
		return strconv.Itoa(p.Table.Line)
	}
	return ""
}

func delimiterName(d rune) string {
	if d == '\t' {
		return "tab"
	}
	return string(d)
}

// delimiterKey is the text key of a delimiter's name.
func delimiterKey(d string) string {
	names := map[string]string{"": "guess", ",": "comma", ";": "semicolon", "tab": "tab", "|": "bar", "，": "wide_comma", "；": "wide_semicolon"}
	if n, ok := names[d]; ok {
		return "import_delimiter_" + n
	}
	return "import_delimiter_other"
}
