package site

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/document"
	"github.com/g60-corridor/corridor/ent/roomreader"
	"github.com/g60-corridor/corridor/internal/dataroom"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/intake"
	"github.com/g60-corridor/corridor/internal/market"
	"github.com/g60-corridor/corridor/web/component"
	"github.com/g60-corridor/corridor/web/form"
	"github.com/g60-corridor/corridor/web/page"
)

const (
	papersAtOnce = 5                                        // files of the largest size in one form
	papersMost   = papersAtOnce*dataroom.FileMost + 256<<10 // bytes of a form with files
	openingsMost = 200                                      // on a page
	csvMost      = 50_000                                   // rows
)

// documentTable holds the papers of a listing: where they are kept, read, and who read them.
func (s *Site) documentTable() []route {
	return []route{
		{"GET", "/listings/{id}/room", anyone, s.dataRoom},
		{"POST", "/listings/{id}/room/promise", people, s.promise},
		{"GET", "/listings/{id}/room/promises/{promise}", people, s.promiseText}, // its two sides and the operator
		{"GET", "/listings/{id}/documents/{document}", anyone, s.openDocument},   // who may read which is the room's to say
		{"GET", "/seller/listings/{id}/documents", sellers, s.documents(false)},
		{"POST", "/seller/listings/{id}/documents", editors, s.handIn},
		{"POST", "/seller/listings/{id}/documents/rules", editors, s.setRoomRules},
		{"POST", "/seller/listings/{id}/documents/{document}", editors, s.changeDocument},
		{"POST", "/seller/listings/{id}/documents/{document}/file", editors, s.replaceDocument},
		{"POST", "/seller/listings/{id}/readers/{reader}", editors, s.decideReader},
		{"GET", "/seller/listings/{id}/openings", sellers, s.openings(false)},
		{"GET", "/seller/listings/{id}/openings.csv", sellers, s.openingsCSV},
		{"GET", "/operator/listings/{id}/documents", operators, s.documents(true)},
		{"GET", "/operator/listings/{id}/openings", operators, s.openings(true)},
		{"GET", "/operator/listings/{id}/openings.csv", operators, s.openingsCSV},
	}
}

// takesPapers says whether a path is one of the two forms with files.
func takesPapers(p string) bool {
	ok, _ := path.Match("/seller/listings/*/documents", p)
	again, _ := path.Match("/seller/listings/*/documents/*/file", p)
	return ok || again
}

func (s *Site) documents(operator bool) action {
	return func(w http.ResponseWriter, r *http.Request) error {
		return s.showDocuments(w, r, http.StatusOK, page.DocumentsPage{Operator: operator})
	}
}

// showDocuments shows the room to those who keep it.
func (s *Site) showDocuments(w http.ResponseWriter, r *http.Request, status int, p page.DocumentsPage) error {
	id, err := number(r, chi.URLParam(r, "id"))
	if err != nil {
		return err
	}
	v := visitor(r).viewer
	readers, err := s.o.Rooms.Readers(r.Context(), v, id)
	if err != nil {
		return err
	}
	at, papers, err := s.o.Rooms.Papers(r.Context(), v, id)
	if err != nil {
		return err
	}
	p.Listing, p.Papers, p.Terms, p.MayWrite = at.Listing, papers, at.Terms, at.MayWrite
	p.Approval = at.Approval
	if p.Values.Has("clauses_zh") { // as it was typed
		p.Approval = p.Values.Get("approval") != ""
	}
	for _, x := range readers {
		p.Readers = append(p.Readers, page.RoomReader{RoomReader: x.RoomReader, Promises: x.Promises, Current: x.Current, Possible: dataroom.Possible(x.State)})
	}
	w.Header().Set("Cache-Control", "no-store")
	return s.show(w, r, status, page.Documents(p))
}

func documentsPath(id int) string { return sheetPath(id) + "/documents" }

// handIn takes files in, one after the other as they come. Those that are good stay, whatever the others are.
func (s *Site) handIn(w http.ResponseWriter, r *http.Request) error {
	id, err := number(r, chi.URLParam(r, "id"))
	if err != nil {
		return err
	}
	if err := s.o.Rooms.May(r.Context(), visitor(r).viewer, id); err != nil { // before a byte of them is read
		return err
	}
	values := url.Values{}
	var faults form.Faults
	var refused []page.RefusedFile
	taken := 0
	err = readParts(w, r, values, func(name string, body io.Reader) error {
		paper := dataroom.Paper{Audience: document.Audience(values.Get("audience")), Kind: document.Kind(values.Get("kind"))}
		_, err := s.o.Rooms.Hand(r.Context(), visitor(r).viewer, id, paper, dataroom.File{Name: name, Body: body})
		if e := fault.In(err); err != nil && e.Code == fault.Invalid && len(e.Fields) > 0 {
			if e.Fields[0].Name != "file" {
				faults = sentences(r.Context(), e.Fields)
				return errStop
			}
			refused = append(refused, page.RefusedFile{Name: shortName(name), Why: component.Problem(r.Context(), e.Fields[0].Problem)})
			return nil
		}
		if err == nil {
			taken++
		}
		return err
	})
	switch {
	case err != nil && !errors.Is(err, errStop):
		return err
	case len(faults) == 0 && len(refused) == 0 && taken == 0:
		faults = sentences(r.Context(), []fault.Field{{Name: "file", Problem: "REQUIRED"}})
	}
	if len(faults) > 0 || len(refused) > 0 {
		return s.showDocuments(w, r, http.StatusUnprocessableEntity, page.DocumentsPage{Values: values, Faults: faults, Refused: refused})
	}
	s.flash(w, "flash_documents_taken")
	see(w, r, documentsPath(id))
	return nil
}

var errStop = errors.New("the rest is not read")

// shortName is what a file was called, for the page that says why it was refused; the page escapes it.
func shortName(name string) string {
	if n := []rune(name); len(n) > 80 {
		return string(n[:80]) + "…"
	}
	return name
}

func (s *Site) replaceDocument(w http.ResponseWriter, r *http.Request) error {
	id, document, err := twoNumbers(r, "document")
	if err != nil {
		return err
	}
	if err := s.o.Rooms.May(r.Context(), visitor(r).viewer, id); err != nil {
		return err
	}
	values := url.Values{}
	done := false
	err = readParts(w, r, values, func(name string, body io.Reader) error {
		if done {
			return nil
		}
		done = true
		version, _ := strconv.Atoi(values.Get("version")) // what is no number was never read by anybody
		return s.o.Rooms.Replace(r.Context(), visitor(r).viewer, id, document, version, dataroom.File{Name: name, Body: body})
	})
	if err == nil && !done {
		err = fault.OfFields([]fault.Field{{Name: "file", Problem: "REQUIRED"}})
	}
	return s.keptRoom(w, r, id, document, values, err, "flash_documents_taken")
}

// keptRoom answers a form of the documents' page.
func (s *Site) keptRoom(w http.ResponseWriter, r *http.Request, id, about int, values url.Values, err error, flash string) error {
	if err != nil {
		faults, ok := faultsOf(r.Context(), err)
		if !ok {
			return err
		}
		return s.showDocuments(w, r, status(fault.Of(err)), page.DocumentsPage{Values: values, Faults: faults, About: about})
	}
	s.flash(w, flash)
	see(w, r, documentsPath(id))
	return nil
}

// changeDocument names a paper or takes it out of the room.
func (s *Site) changeDocument(w http.ResponseWriter, r *http.Request) error {
	id, paper, err := twoNumbers(r, "document")
	if err != nil {
		return err
	}
	f, err := readForm(r)
	if err != nil {
		return err
	}
	version, _ := strconv.Atoi(f.Get("version"))
	v, flash := visitor(r).viewer, "flash_document_named"
	if f.Get("do") == "remove" {
		flash = "flash_document_removed"
		err = s.o.Rooms.Remove(r.Context(), v, id, paper, version)
	} else {
		err = s.o.Rooms.Name(r.Context(), v, id, paper, version, dataroom.Paper{
			Kind: document.Kind(f.Get("kind")), TitleZH: f.Get("title_zh"), TitleEN: f.Get("title_en"),
		})
	}
	return s.keptRoom(w, r, id, paper, f, err, flash)
}

func (s *Site) setRoomRules(w http.ResponseWriter, r *http.Request) error {
	id, err := number(r, chi.URLParam(r, "id"))
	if err != nil {
		return err
	}
	f, err := readForm(r)
	if err != nil {
		return err
	}
	version, _ := strconv.Atoi(f.Get("version"))
	err = s.o.Rooms.SetRules(r.Context(), visitor(r).viewer, id, dataroom.Rules{
		Version: version, ClausesZH: f.Get("clauses_zh"), ClausesEN: f.Get("clauses_en"), Approval: f.Get("approval") != "",
	})
	return s.keptRoom(w, r, id, 0, f, err, "flash_room_rules")
}

func (s *Site) decideReader(w http.ResponseWriter, r *http.Request) error {
	id, reader, err := twoNumbers(r, "reader")
	if err != nil {
		return err
	}
	f, err := readForm(r)
	if err != nil {
		return err
	}
	to := roomreader.State(f.Get("to"))
	if roomreader.StateValidator(to) != nil {
		return fault.New(fault.NotFound, "", "no such decision")
	}
	err = s.o.Rooms.Decide(r.Context(), visitor(r).viewer, id, reader, to, f.Get("reason"))
	return s.keptRoom(w, r, id, -reader, f, err, "flash_room_reader")
}

func twoNumbers(r *http.Request, second string) (id, other int, err error) {
	if id, err = number(r, chi.URLParam(r, "id")); err != nil {
		return 0, 0, err
	}
	other, err = number(r, chi.URLParam(r, second))
	return id, other, err
}

// logSearch reads the filter of the log.
func logSearch(q url.Values) (f dataroom.Search, faults []fault.Field) {
	f.Code = strings.ToUpper(strings.TrimSpace(q.Get("code")))
	for name, into := range map[string]*int{"document": &f.Document, "organisation": &f.Organisation} {
		if text := q.Get(name); text != "" {
			n, err := strconv.Atoi(text)
			if err != nil || n <= 0 {
				faults = append(faults, fault.Field{Name: name, Problem: "UNKNOWN_VALUE"})
			}
			*into = n
		}
	}
	for name, into := range map[string]*time.Time{"from": &f.From, "until": &f.Until} {
		if text := q.Get(name); text != "" {
			day, err := time.ParseInLocation(time.DateOnly, text, market.Shanghai)
			if err != nil {
				faults = append(faults, fault.Field{Name: name, Problem: "UNKNOWN_VALUE"})
				continue
			}
			*into = day
		}
	}
	if !f.Until.IsZero() { // the day is included
		f.Until = f.Until.AddDate(0, 0, 1)
	}
	return f, faults
}

// openings is the log of a room, as its keepers see it.
func (s *Site) openings(operator bool) action {
	return func(w http.ResponseWriter, r *http.Request) error {
		id, err := number(r, chi.URLParam(r, "id"))
		if err != nil {
			return err
		}
		v, q := visitor(r).viewer, r.URL.Query()
		f, wrong := logSearch(q)
		code := http.StatusOK
		if len(wrong) > 0 {
			f, code = dataroom.Search{}, http.StatusUnprocessableEntity
		}
		f.Most = openingsMost + 1
		at, rows, err := s.o.Rooms.Log(r.Context(), v, id, f)
		if err != nil {
			return err
		}
		_, papers, err := s.o.Rooms.Papers(r.Context(), v, id)
		if err != nil {
			return err
		}
		readers, err := s.o.Rooms.Openers(r.Context(), v, id)
		if err != nil {
			return err
		}
		p := page.OpeningsPage{Listing: at.Listing, Operator: operator, Papers: papers, Readers: readers, Rows: rows, Values: q}
		if p.More = len(rows) > openingsMost; p.More {
			p.Rows = rows[:openingsMost]
		}
		if len(wrong) > 0 {
			p.Faults = sentences(r.Context(), wrong)
		}
		w.Header().Set("Cache-Control", "no-store")
		return s.show(w, r, code, page.Openings(p))
	}
}

func (s *Site) openingsCSV(w http.ResponseWriter, r *http.Request) error {
	id, err := number(r, chi.URLParam(r, "id"))
	if err != nil {
		return err
	}
	f, wrong := logSearch(r.URL.Query())
	if err := fault.OfFields(wrong); err != nil {
		return err
	}
	f.Most = csvMost
	at, rows, err := s.o.Rooms.Log(r.Context(), visitor(r).viewer, id, f)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if err := intake.WriteText(&b, openingRows(r.Context(), rows)); err != nil {
		return err
	}
	w.Header().Set("Content-Disposition", `attachment; filename="`+at.Listing.Number+`-openings.csv"`)
	w.Header().Set("Cache-Control", "no-store")
	send(w, "text/csv; charset=utf-8", b.Bytes())
	return nil
}

func openingRows(ctx context.Context, all []*ent.Opening) [][]string {
	var head []string
	for _, key := range []string{"when", "reader", "uscc", "person", "paper", "paper_number", "version", "address", "code"} {
		head = append(head, component.T(ctx, "paper_"+key))
	}
	rows := [][]string{head}
	for _, o := range all {
		rows = append(rows, []string{
			o.At.In(market.Shanghai).Format("2006-01-02 15:04:05"), component.Organisation(ctx, o.Edges.Organisation), o.Edges.Organisation.Uscc,
			component.Person(ctx, o.Edges.Person), component.Pick(ctx, o.Edges.Document.TitleZh, o.Edges.Document.TitleEn),
			fmt.Sprintf("D%d", o.Edges.Document.ID), strconv.Itoa(o.Number), o.Address, o.Code,
		})
	}
	return slices.Clip(rows)
}
