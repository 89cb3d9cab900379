package site

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/intake"
	"github.com/g60-corridor/corridor/internal/market"
	"github.com/g60-corridor/corridor/web/form"
	"github.com/g60-corridor/corridor/web/page"
)

const (
	importPath  = "/seller/import"
	uploadMost  = intake.BytesMost + 64<<10 // a file and the form around it
	importRows  = 50                        // on a page
	importAwait = 1500 * time.Millisecond   // how long the answer waits for a small import, which then is done
)

func (s *Site) importStart(w http.ResponseWriter, r *http.Request) error {
	return s.showImport(w, r, http.StatusOK, nil)
}

func (s *Site) showImport(w http.ResponseWriter, r *http.Request, status int, faults form.Faults) error {
	all, err := s.o.Market.Uploads(r.Context(), visitor(r).viewer)
	if err != nil {
		return err
	}
	p := page.ImportStart{Faults: faults}
	for _, u := range all {
		p.Files = append(p.Files, fileOf(u))
	}
	return s.show(w, r, status, page.Import(p))
}

func fileOf(u *market.Uploaded) page.ImportFile {
	return page.ImportFile{Token: u.Token, Name: u.Name, State: string(u.State), At: u.At, Until: u.Until}
}

// upload takes a file in. Only what it holds counts; its name and the type that the browser gives it do not.
func (s *Site) upload(w http.ResponseWriter, r *http.Request) error {
	name, data, err := readFile(w, r)
	if err != nil {
		return err
	}
	if data == nil {
		return s.showImport(w, r, http.StatusUnprocessableEntity, sentences(r.Context(), []fault.Field{{Name: "file", Problem: "FILE_NAME"}}))
	}
	token, err := s.o.Market.Upload(r.Context(), visitor(r).viewer, name, data)
	if err != nil {
		if faults, ok := faultsOf(r.Context(), err); ok {
			return s.showImport(w, r, http.StatusUnprocessableEntity, faults)
		}
		return err
	}
	see(w, r, importPath+"/"+token)
	return nil
}

// readFile reads the file of a form; nothing is written to disk. data is nil if no file was chosen.
func readFile(w http.ResponseWriter, r *http.Request) (name string, data []byte, err error) {
	err = readParts(w, r, url.Values{}, wholeFile(&name, &data, intake.BytesMost))
	if err == nil && len(data) > intake.BytesMost {
		err = fault.New(fault.TooLarge, "", "")
	}
	return name, data, err
}

func (s *Site) uploaded(r *http.Request) (*market.Uploaded, error) {
	return s.o.Market.Uploaded(r.Context(), visitor(r).viewer, chi.URLParam(r, "upload"))
}

func (s *Site) importColumns(w http.ResponseWriter, r *http.Request) error {
	u, err := s.uploaded(r)
	if err != nil {
		return err
	}
	if u.State == "RUNNING" || u.State == "DONE" {
		see(w, r, importPath+"/"+u.Token+"/report")
		return nil
	}
	return s.showColumns(w, r, http.StatusOK, u, nil)
}

func (s *Site) showColumns(w http.ResponseWriter, r *http.Request, status int, u *market.Uploaded, faults form.Faults) error {
	p := page.ImportColumns{
		File: fileOf(u), Sheet: u.Reading.Sheet, Delimiter: delimiterText(u.Reading.Delimiter), Header: u.Reading.HeaderLine,
		Dates: u.Reading.Dates, Faults: faults,
	}
	t, m, err := u.Table()
	if err != nil {
		var ok bool
		if p.Faults, ok = faultsOf(r.Context(), err); !ok {
			return err
		}
		return s.show(w, r, http.StatusUnprocessableEntity, page.ImportMapping(p))
	}
	p.Table, p.Mapping = t, m
	p.AskDates = p.Dates != intake.ByColumn || slices.ContainsFunc(intake.Records(t, m, intake.Choices{}), ambiguous)
	return s.show(w, r, status, page.ImportMapping(p))
}

func ambiguous(rec *intake.Record) bool {
	return slices.ContainsFunc(rec.Problems, func(p intake.Problem) bool { return p.Rule == intake.AmbiguousDate })
}

// setColumns keeps how the file is read. If that makes another table of it, its columns are asked for again.
func (s *Site) setColumns(w http.ResponseWriter, r *http.Request) error {
	u, err := s.uploaded(r)
	if err != nil {
		return err
	}
	if _, err := readForm(r); err != nil {
		return err
	}
	before := u.Reading
	another := s.readingOf(r, u)
	if another {
		u.Reading.Mapping, u.Reading.Without = nil, nil
	}
	var faults []fault.Field
	if t, _, err := u.Table(); err == nil && !another {
		u.Reading.Mapping, faults = mappingOf(r, t)
	}
	if len(faults) > 0 && r.PostForm.Get("do") != "again" {
		u.Reading.Sheet, u.Reading.Delimiter, u.Reading.HeaderLine = before.Sheet, before.Delimiter, before.HeaderLine
		return s.showColumns(w, r, http.StatusUnprocessableEntity, u, sentences(r.Context(), faults))
	}
	if err := s.o.Market.SetReading(r.Context(), visitor(r).viewer, u.Token, u.Reading); err != nil {
		return err
	}
	to := importPath + "/" + u.Token
	if !another && r.PostForm.Get("do") == "preview" {
		to += "/preview"
	}
	see(w, r, to)
	return nil
}

// readingOf reads how the file is to be read; another says that this is not the table that was shown.
func (s *Site) readingOf(r *http.Request, u *market.Uploaded) (another bool) {
	old, f := u.Reading, r.PostForm
	if t, _, err := u.Table(); err == nil { // what was guessed is no choice of another
		if f.Get("sheet") == t.Sheet {
			f.Set("sheet", old.Sheet)
		}
		if f.Get("header_line") == strconv.Itoa(t.Line) {
			f.Set("header_line", strconv.Itoa(old.HeaderLine))
		}
	}
	u.Reading.Sheet = f.Get("sheet")
	u.Reading.HeaderLine = 0
	if n, err := strconv.Atoi(strings.TrimSpace(f.Get("header_line"))); err == nil && n > 0 {
		u.Reading.HeaderLine = n
	}
	u.Reading.Delimiter = 0
	switch d := []rune(f.Get("delimiter")); {
	case f.Get("delimiter") == "tab":
		u.Reading.Delimiter = '\t'
	case len(d) == 1 && strings.ContainsRune(",;|，；", d[0]):
		u.Reading.Delimiter = d[0]
	}
	if d := intake.DateOrder(f.Get("dates")); d == intake.MonthFirst || d == intake.DayFirst || d == intake.ByColumn {
		u.Reading.Dates = d
	}
	return u.Reading.Sheet != old.Sheet || u.Reading.HeaderLine != old.HeaderLine || u.Reading.Delimiter != old.Delimiter
}

func delimiterText(d rune) string {
	switch d {
	case 0:
		return ""
	case '\t':
		return "tab"
	}
	return string(d)
}

// mappingOf reads which column is what. No field may be in two columns.
func mappingOf(r *http.Request, t *intake.Table) (m intake.Mapping, faults []fault.Field) {
	m = make(intake.Mapping, len(t.Header))
	for i := range m {
		name := "column-" + strconv.Itoa(i)
		switch f := intake.Field(r.PostForm.Get(name)); {
		case f == intake.Ignore:
		case !slices.Contains(intake.Fields, f):
			faults = append(faults, fault.Field{Name: name, Problem: "UNKNOWN_VALUE"})
		case slices.Contains(m[:i], f):
			faults = append(faults, fault.Field{Name: name, Problem: "COLUMN_TWICE"})
			m[i] = f
		default:
			m[i] = f
		}
	}
	if len(faults) == 0 && len(m.Missing()) > 0 {
		faults = append(faults, fault.Field{Name: "", Problem: "TITLE_COLUMN"})
	}
	return m, faults
}

func (s *Site) importPreview(w http.ResponseWriter, r *http.Request) error {
	u, err := s.uploaded(r)
	if err != nil {
		return err
	}
	if u.State == "RUNNING" || u.State == "DONE" {
		see(w, r, importPath+"/"+u.Token+"/report")
		return nil
	}
	return s.showPreview(w, r, u)
}

func (s *Site) showPreview(w http.ResponseWriter, r *http.Request, u *market.Uploaded) error {
	report, err := s.o.Market.Foresee(r.Context(), visitor(r).viewer, u)
	if err != nil {
		if fault.Of(err) == fault.Invalid {
			return s.showColumns(w, r, http.StatusUnprocessableEntity, u, nil)
		}
		return err
	}
	p := rowsPage(r, u, report)
	p.File.State = "NEW"
	for i := range p.Rows {
		row := &p.Rows[i]
		row.Chosen = !slices.Contains(u.Reading.Without, row.Line)
		row.CanChoose = row.Outcome == string(market.Created) || row.Outcome == string(market.Updated) || row.Reason == market.NotChosen
	}
	return s.show(w, r, http.StatusOK, page.ImportPreview(p))
}

// rowsPage is a page of the rows that a filter lets through.
func rowsPage(r *http.Request, u *market.Uploaded, report market.ImportReport) page.ImportRows {
	p := page.ImportRows{File: fileOf(u), Counts: map[string]int{}, Total: report.Rows, Only: r.URL.Query().Get("only"), Failed: report.Failed}
	for o, n := range report.Counts {
		p.Counts[string(o)] = n
	}
	if p.Only != "problems" && !slices.Contains(market.Outcomes, market.Outcome(p.Only)) {
		p.Only = ""
	}
	var lines []market.ImportedRow
	for _, l := range report.Lines {
		if p.Only == "" || p.Only == string(l.Outcome) || p.Only == "problems" && (len(l.Problems) > 0 || l.Outcome == market.Refused) {
			lines = append(lines, l)
		}
	}
	p.Pages = max(1, (len(lines)+importRows-1)/importRows)
	n, _ := strconv.Atoi(r.URL.Query().Get("page")) // what is no page is the first
	p.Page = min(max(1, n), p.Pages)
	for _, l := range lines[(p.Page-1)*importRows : min(len(lines), p.Page*importRows)] {
		p.Rows = append(p.Rows, page.ImportRow{
			Line: l.Line, Title: l.Title, Outcome: string(l.Outcome), Reason: l.Reason, Detail: l.Detail, Listing: l.Listing,
			Number: l.Number, Needs: l.Needs, Problems: l.Problems,
		})
	}
	return p
}
