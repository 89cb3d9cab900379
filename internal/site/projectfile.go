package site

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"strconv"

	"github.com/go-chi/chi/v5"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/calendar"
	"github.com/g60-corridor/corridor/internal/dataroom"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/project"
	"github.com/g60-corridor/corridor/internal/proof"
	"github.com/g60-corridor/corridor/web/component"
	"github.com/g60-corridor/corridor/web/form"
	"github.com/g60-corridor/corridor/web/locale"
	"github.com/g60-corridor/corridor/web/page"
)

// projectFile is a project's whole file as one archive, with an index that people read in both languages.
func (s *Site) projectFile(w http.ResponseWriter, r *http.Request) error {
	id, err := number(r, chi.URLParam(r, "id"))
	if err != nil {
		return err
	}
	v, pieces, err := s.o.Projects.File(r.Context(), visitor(r).viewer, id)
	if err != nil {
		return err
	}
	if v.Row.LotID != nil {
		record, err := s.publicRecord(r.Context(), *v.Row.LotID)
		if err != nil {
			return err
		}
		if record != nil {
			pieces = append(pieces, project.Piece{Name: "lot-record.json", Body: record})
		}
	}
	papers, err := s.recordedPapers(r, v)
	if err != nil {
		return err
	}
	pieces = append(pieces, papers...)
	pieces = append([]project.Piece{{Name: "index.html", Body: index(v, pieces)}}, pieces...)
	at := v.Row.CreatedAt
	if n := len(v.Entries); n > 0 {
		at = v.Entries[n-1].StoredAt
	}
	body, err := project.Pack(pieces, at.UTC())
	if err != nil {
		return err
	}
	w.Header().Set("Content-Disposition", `attachment; filename="`+v.Row.Number+`.zip"`)
	send(w, "application/zip", body)
	return nil
}

// recordedPapers are the evidence, decisions and consents that lie with a project's listing. R2.2
func (s *Site) recordedPapers(r *http.Request, v *project.View) ([]project.Piece, error) {
	var named []dataroom.Named
	for _, p := range project.DecisionPapers(v) {
		named = append(named, dataroom.Named{Document: int(p.Document), Version: p.Version})
	}
	papers, err := s.o.Rooms.Record(r.Context(), visitor(r).viewer, s.Address(r), v.Row.Edges.Listing.ID, named)
	if fault.Of(err) == fault.NotFound && err != nil { // a draft that the operator does not see
		return nil, nil
	}
	if err != nil || len(papers) == 0 {
		return nil, err
	}
	list, err := json.MarshalIndent(papers, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("write documents.json: %w", err)
	}
	pieces := []project.Piece{{Name: "documents.json", Body: append(list, '\n')}}
	for _, p := range papers {
		if p.Name != "" {
			pieces = append(pieces, project.Piece{Name: "documents/" + p.Name, Body: p.Body})
		}
	}
	return pieces, nil
}

// index lists what a file holds and what happened, in Chinese and English.
func index(v *project.View, pieces []project.Piece) []byte {
	var b bytes.Buffer
	zh, en := locale.With(context.Background(), locale.ZH), locale.With(context.Background(), locale.EN)
	b.WriteString("<!DOCTYPE html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\"><title>" + v.Row.Number + "</title></head><body>\n")
	fmt.Fprintf(&b, "<h1>%s</h1>\n<p>%s</p>\n<p lang=\"en\">%s</p>\n<ul>\n", v.Row.Number, html.EscapeString(v.Row.Edges.Listing.TitleZh), html.EscapeString(v.Row.Edges.Listing.TitleEn))
	for _, p := range pieces {
		fmt.Fprintf(&b, "<li><a href=\"%s\">%s</a></li>\n", p.Name, p.Name)
	}
	b.WriteString("</ul>\n<ol>\n")
	for _, e := range v.Entries {
		rules := ""
		for _, r := range e.Event.Rules() {
			rules += " " + string(r)
		}
		fmt.Fprintf(&b, "<li>%s · %s / <span lang=\"en\">%s</span>%s</li>\n", component.When(zh, e.At.Time()),
			component.Word(zh, "pevent", e.Event.Kind()), component.Word(en, "pevent", e.Event.Kind()), rules)
	}
	b.WriteString("</ol>\n</body></html>\n")
	return b.Bytes()
}

// workingDays is the operator's calendar.
func (s *Site) workingDays(w http.ResponseWriter, r *http.Request) error {
	return s.showWorkingDays(w, r, http.StatusOK, page.CalendarPage{})
}

func (s *Site) showWorkingDays(w http.ResponseWriter, r *http.Request, status int, p page.CalendarPage) error {
	cal, err := s.o.Projects.Calendar(r.Context())
	if err != nil {
		return err
	}
	year, err := strconv.Atoi(r.URL.Query().Get("year"))
	if err != nil || year < 2000 || year > 2100 {
		year = calendar.Of(s.now()).Year()
	}
	p.Year = year
	for _, y := range cal.Years() {
		p.Years = append(p.Years, y.Year)
		if y.Year == year {
			p.Of = &y
		}
	}
	for _, d := range cal.Overrides() {
		if d.Date.Year() == year {
			p.Own = append(p.Own, d)
		}
	}
	return s.show(w, r, status, page.Calendar(p))
}

func (s *Site) setWorkingDay(w http.ResponseWriter, r *http.Request) error {
	v, err := readForm(r)
	if err != nil {
		return err
	}
	err = s.o.Projects.SetDay(r.Context(), visitor(r).viewer, v.Get("date"), v.Get("kind") == "working", v.Get("reason"))
	if err != nil {
		faults, ok := faultsOf(r.Context(), err)
		if !ok {
			return err
		}
		return s.showWorkingDays(w, r, status(fault.Of(err)), page.CalendarPage{Values: v, Faults: form.Faults(faults)})
	}
	s.flash(w, "flash_calendar")
	see(w, r, "/operator/calendar?year="+v.Get("date")[:4])
	return nil
}

func (s *Site) clearWorkingDay(w http.ResponseWriter, r *http.Request) error {
	v, err := readForm(r)
	if err != nil {
		return err
	}
	if err := s.o.Projects.ClearDay(r.Context(), visitor(r).viewer, v.Get("date")); err != nil {
		return err
	}
	s.flash(w, "flash_calendar")
	see(w, r, "/operator/calendar?year="+v.Get("date")[:4])
	return nil
}

// publicRecord is the record of a lot that has ended; nil before that.
func (s *Site) publicRecord(ctx context.Context, lot int) ([]byte, error) {
	o, err := s.o.Market.Ending(ctx, lot)
	if err != nil || !o.Over {
		return nil, err
	}
	id := auction.LotID(lot)
	seal, err := s.o.Archive.Seal(ctx, id)
	if err != nil {
		return nil, err
	}
	entries, err := s.entries(ctx, id, seal.Seq)
	if err != nil {
		return nil, err
	}
	return s.o.Vault.Record(entries, seal, proof.Public, "")
}
