package site

import (
	"fmt"
	"net/http"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/document"
	"github.com/g60-corridor/corridor/internal/project"
	"github.com/g60-corridor/corridor/internal/trade"
	"github.com/g60-corridor/corridor/web/component"
	"github.com/g60-corridor/corridor/web/page"
)

// projectPapers fills in what may be read with objections and, for insiders, the files of a project's decisions. It returns
// the decisions that lie with the listing now. R2.2
func (s *Site) projectPapers(r *http.Request, v *project.View, p *page.ProjectPage) (lying []*ent.Document, err error) {
	attached, err := s.o.Projects.Attached(r.Context(), visitor(r).viewer, v)
	if err != nil {
		return nil, err
	}
	for _, f := range attached {
		p.Papers = append(p.Papers, page.ProjectPaper{
			Title: f.Title, SHA256: f.SHA256, URL: fmt.Sprintf("/projects/%d/papers/%d", v.Row.ID, f.ID), Objection: f.Objection, Answer: f.Answer,
		})
		if p.Papers[len(p.Papers)-1].Title == "" {
			p.Papers[len(p.Papers)-1].Title = f.Name
		}
	}
	p.Objected = map[trade.ObjectionID]bool{}
	for _, o := range v.State.Objections {
		p.Objected[o.ID] = project.Objected(visitor(r).viewer, o)
	}
	if !p.Insider {
		return nil, nil
	}
	listing := v.Row.Edges.Listing.ID
	_, all, err := s.o.Rooms.Papers(r.Context(), visitor(r).viewer, listing)
	if err != nil {
		return nil, err
	}
	titles := map[int]string{}
	for _, d := range all {
		titles[d.ID] = component.Pick(r.Context(), d.TitleZh, d.TitleEn)
		if d.Kind == document.KindDECISION && d.RemovedAt == nil {
			lying = append(lying, d)
		}
	}
	for _, one := range project.DecisionPapers(v) {
		title := component.T(r.Context(), "pjp_version_of", "Title", titles[int(one.Document)], "N", one.Version)
		p.Papers = append(p.Papers, page.ProjectPaper{
			Title: title, SHA256: one.SHA256, URL: fmt.Sprintf("/listings/%d/documents/%d?version=%d", listing, one.Document, one.Version),
		})
	}
	return lying, nil
}
