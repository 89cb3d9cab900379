package site

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/internal/intake"
	"github.com/g60-corridor/corridor/internal/money"
	"github.com/g60-corridor/corridor/web/component"
	"github.com/g60-corridor/corridor/web/page"
)

// exported are the columns of an export after number and status; an import knows them again.
var exported = []struct {
	field intake.Field
	of    func(*ent.Listing) string
}{
	{intake.TitleZH, func(l *ent.Listing) string { return l.TitleZh }},
	{intake.TitleEN, func(l *ent.Listing) string { return l.TitleEn }},
	{intake.SummaryZH, func(l *ent.Listing) string { return l.SummaryZh }},
	{intake.SummaryEN, func(l *ent.Listing) string { return l.SummaryEn }},
	{intake.ApplicationNo, ofPatents(func(p *ent.Patent) string { return p.ApplicationNo })},
	{intake.FiledOn, ofFirst(func(p *ent.Patent) string { return p.FiledOn.UTC().Format(time.DateOnly) })},
	{intake.GrantedOn, ofFirst(func(p *ent.Patent) string {
		if p.GrantedOn == nil {
			return ""
		}
		return p.GrantedOn.UTC().Format(time.DateOnly)
	})},
	{intake.LegalStatus, ofFirst(func(p *ent.Patent) string { return string(p.LegalStatus) })},
	{intake.IPC, ofFirst(func(p *ent.Patent) string { return strings.Join(p.Ipc, "; ") })},
	{intake.Inventors, func(l *ent.Listing) string { return strings.Join(l.Inventors, "; ") }},
	{intake.PlanField, func(l *ent.Listing) string {
		if l.Field == listing.FieldUNSET {
			return ""
		}
		return string(l.Field)
	}},
	{intake.TRL, func(l *ent.Listing) string {
		if l.Trl == 0 {
			return ""
		}
		return strconv.Itoa(l.Trl)
	}},
	{intake.Rights, func(l *ent.Listing) string { return strings.Join(l.Rights, "; ") }},
	{intake.PriceIdea, func(l *ent.Listing) string {
		if l.PriceIdeaFen == 0 {
			return ""
		}
		return money.Fen(l.PriceIdeaFen).Decimal()
	}},
	{intake.City, func(l *ent.Listing) string { return l.City }},
}

func ofPatents(f func(*ent.Patent) string) func(*ent.Listing) string {
	return func(l *ent.Listing) string {
		var all []string
		for _, p := range l.Edges.Patents {
			all = append(all, f(p))
		}
		return strings.Join(all, "; ")
	}
}

// ofFirst is of the first patent: several have no room in a row, and JSON has them all.
func ofFirst(f func(*ent.Patent) string) func(*ent.Listing) string {
	return func(l *ent.Listing) string {
		if len(l.Edges.Patents) == 0 {
			return ""
		}
		return f(l.Edges.Patents[0])
	}
}

// exportedRows is an export as a table, its names in the reader's language.
func exportedRows(ctx context.Context, all []*ent.Listing) [][]string {
	head := []string{component.T(ctx, "export_number"), component.T(ctx, "export_status")}
	for _, e := range exported {
		head = append(head, page.ExportLabel(ctx, e.field))
	}
	rows := [][]string{head}
	for _, l := range all {
		row := []string{l.Number, string(l.Status)}
		for _, e := range exported {
			row = append(row, e.of(l))
		}
		rows = append(rows, row)
	}
	return rows
}

// export sends the listings of the viewer's organisation as a table.
func (s *Site) export(kind, name string, write func(io.Writer, [][]string) error) action {
	return func(w http.ResponseWriter, r *http.Request) error {
		all, err := s.o.Market.Export(r.Context(), visitor(r).viewer)
		if err != nil {
			return err
		}
		var b bytes.Buffer
		if err := write(&b, exportedRows(r.Context(), all)); err != nil {
			return err
		}
		w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
		send(w, kind, b.Bytes())
		return nil
	}
}

func asWorkbook(w io.Writer, rows [][]string) error { return intake.WriteWorkbook(w, "listings", rows) }

// exportJSON sends everything, in the codes of the house: amounts in fen, times as RFC 3339.
func (s *Site) exportJSON(w http.ResponseWriter, r *http.Request) error {
	all, err := s.o.Market.Export(r.Context(), visitor(r).viewer)
	if err != nil {
		return err
	}
	type patent struct {
		ApplicationNo string     `json:"application_no"`
		PublicationNo string     `json:"publication_no,omitempty"`
		Kind          string     `json:"kind"`
		TitleZH       string     `json:"title_zh"`
		TitleEN       string     `json:"title_en,omitempty"`
		IPC           []string   `json:"ipc"`
		FiledOn       time.Time  `json:"filed_on"`
		GrantedOn     *time.Time `json:"granted_on,omitempty"`
		Legal         string     `json:"legal_status"`
		AsOf          time.Time  `json:"status_as_of"`
	}
	type result struct {
		Number       string    `json:"number"`
		Status       string    `json:"status"`
		TitleZH      string    `json:"title_zh"`
		TitleEN      string    `json:"title_en"`
		SummaryZH    string    `json:"summary_zh"`
		SummaryEN    string    `json:"summary_en"`
		Field        string    `json:"field"`
		TRL          int       `json:"trl"`
		Rights       []string  `json:"rights"`
		Inventors    []string  `json:"inventors"`
		City         string    `json:"city"`
		PriceIdeaFen int64     `json:"price_idea_fen"`
		CreatedAt    time.Time `json:"created_at"`
		Patents      []patent  `json:"patents"`
	}
	out := make([]result, len(all))
	for i, l := range all {
		out[i] = result{
			l.Number, string(l.Status), l.TitleZh, l.TitleEn, l.SummaryZh, l.SummaryEn, string(l.Field), l.Trl, l.Rights, l.Inventors,
			l.City, l.PriceIdeaFen, l.CreatedAt.UTC(), []patent{},
		}
		for _, p := range l.Edges.Patents {
			out[i].Patents = append(out[i].Patents, patent{
				p.ApplicationNo, p.PublicationNo, string(p.Kind), p.TitleZh, p.TitleEn, p.Ipc, p.FiledOn, p.GrantedOn,
				string(p.LegalStatus), p.StatusAsOf,
			})
		}
	}
	w.Header().Set("Content-Disposition", `attachment; filename="listings.json"`)
	return sendJSON(w, out)
}
