package site

import (
	"context"
	"encoding/xml"
	"fmt"
	"net/http"
	"time"
	"unicode/utf8"

	ical "github.com/arran4/golang-ical"

	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/search"
	"github.com/g60-corridor/corridor/web/component"
	"github.com/g60-corridor/corridor/web/locale"
	"github.com/g60-corridor/corridor/web/page"
)

// How many results a feed and a calendar of a search have.
const (
	feedMost     = 100
	calendarMost = 300
)

// feedRetry is after how many seconds a feed that is not whole yet is worth asking for again.
const feedRetry = "30"

// searchFor is what the address of a feed asks for: what the page of the search with the same query shows, but for what
// only comes near, which would come and go. Until the search has read all of it, the answer is to ask again: subscribers take
// away what an answer lacks.
func (s *Site) searchFor(w http.ResponseWriter, r *http.Request, order search.Order, most int) (page.SearchQuery, []search.Hit, error) {
	asked, _, err := searchOf(r.URL.Query())
	if err != nil {
		return asked, nil, err
	}
	if utf8.RuneCountInString(asked.Text) > search.TextMost {
		return asked, nil, fault.OfFields([]fault.Field{{Name: "q", Problem: "QUERY_TOO_LONG"}})
	}
	found, err := s.o.Search.Search(r.Context(), search.Request{Text: asked.Text, Chosen: asked.Chosen, Order: order, Most: most})
	if err != nil {
		return asked, nil, err
	}
	if found.Loading || found.Building != nil && asked.Text != "" { // half of it would look like all
		w.Header().Set("Retry-After", feedRetry)
		return asked, nil, fault.New(fault.Unavailable, "FEED_BUILDING", "")
	}
	if found.Closeness != search.Exact {
		return asked, nil, nil
	}
	return asked, found.Hits, nil
}

// searchAtom is a search as a feed, the newest first.
func (s *Site) searchAtom(w http.ResponseWriter, r *http.Request) error {
	asked, hits, err := s.searchFor(w, r, search.ByNewest, feedMost)
	if err != nil {
		return err
	}
	ctx, origin, query := r.Context(), s.origin(r), asked.Values()
	f := atomFeed{
		Lang: locale.Of(ctx).Tag(), ID: origin + withQuery("/search/feed.atom", query), Title: page.FeedTitle(ctx, asked), Author: atomAuthor{"Corridor"},
		Links: []atomLink{
			{Rel: "self", Type: "application/atom+xml", Href: origin + withQuery("/search/feed.atom", query)},
			{Rel: "alternate", Type: "text/html", Href: origin + withQuery("/search", query)},
		},
	}
	updated := time.Unix(0, 0)
	for _, h := range hits {
		e, at := s.hitEntry(r, h)
		if at.After(updated) {
			updated = at
		}
		f.Entries = append(f.Entries, e)
	}
	f.Updated = component.Stamp(updated)
	body, err := xml.MarshalIndent(f, "", " ")
	if err != nil {
		return fmt.Errorf("write a feed: %w", err)
	}
	sendFresh(w, r, atomType, append([]byte(xml.Header), body...))
	return nil
}

// hitEntry is one result. It keeps its name while lots and projects of it come and go; what is said of it is that of the lot
// shown, else of the project that is open, as on the page. That the deadline that everybody may know is set or moved, as it is
// by each announcement, is what makes a project news: who registers is nobody's business (R1.1).
func (s *Site) hitEntry(r *http.Request, h search.Hit) (atomEntry, time.Time) {
	ctx, l := r.Context(), h.Listing
	own := fmt.Sprintf("%s/listings/%d", s.origin(r), l.ID)
	begun, at, title, link, price := search.PublishedAt(l), search.PublishedAt(l), component.Title(ctx, l), own, l.PriceIdeaFen
	var changed time.Time
	switch p := h.Project; {
	case h.Lot != nil:
		link, title, price = s.lotURL(r, h.Lot), component.StatusWord(ctx, h.Lot)+" · "+title, int64(component.PriceOf(h.Lot))
		changed = component.Changed(h.Lot)
	case p != nil:
		link, title, price = s.projectURL(r, p), component.Word(ctx, "way", p.Way)+" · "+title, p.PriceFen
		if p.DueChangedAt != nil {
			changed = *p.DueChangedAt
		}
	}
	if changed.After(at) {
		at = changed
	}
	return atomEntry{
		ID: own, Title: title, Updated: component.Stamp(at), Published: component.Stamp(begun), Link: atomLink{Rel: "alternate", Type: "text/html", Href: link},
		Categories: []atomCategory{
			{"city:" + l.City, component.Word(ctx, "city", l.City)}, {"field:" + string(l.Field), component.Word(ctx, "field", l.Field)},
		},
		Summary: priceLine(ctx, price) + component.Pick(ctx, l.SummaryZh, l.SummaryEn),
	}, at
}

func priceLine(ctx context.Context, fen int64) string {
	if fen <= 0 {
		return ""
	}
	return component.T(ctx, "feed_search_summary", "Price", component.Short(ctx, fen)) + "\n"
}

// searchCalendar are the lots of a search and the deadlines of its projects, as a calendar to subscribe to: what goes on and
// what comes before what is over.
func (s *Site) searchCalendar(w http.ResponseWriter, r *http.Request) error {
	asked, hits, err := s.searchFor(w, r, search.ByDeadline, calendarMost)
	if err != nil {
		return err
	}
	cal := newCalendar()
	cal.SetXWRCalName(calendarText(page.FeedTitle(r.Context(), asked)))
	cal.SetRefreshInterval("PT15M")
	for _, h := range hits {
		if h.Lot != nil {
			h.Lot.Edges.Listing = h.Listing
			s.addEvent(r, cal, h.Lot)
		}
		if h.Project != nil && h.Project.DueAt != nil {
			h.Project.Edges.Listing = h.Listing
			s.addDeadline(r, cal, h.Project)
		}
	}
	sendFresh(w, r, calendarType, []byte(cal.Serialize(ical.WithNewLineWindows)))
	return nil
}
