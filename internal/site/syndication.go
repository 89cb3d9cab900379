package site

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	ical "github.com/arran4/golang-ical"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/internal/market"
	"github.com/g60-corridor/corridor/internal/project"
	"github.com/g60-corridor/corridor/internal/search"
	"github.com/g60-corridor/corridor/web/component"
	"github.com/g60-corridor/corridor/web/locale"
	"github.com/g60-corridor/corridor/web/page"
)

// atomFeed is a feed of RFC 4287.
type atomFeed struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Lang    string      `xml:"xml:lang,attr"`
	ID      string      `xml:"id"`
	Title   string      `xml:"title"`
	Updated string      `xml:"updated"`
	Author  atomAuthor  `xml:"author"`
	Links   []atomLink  `xml:"link"`
	Entries []atomEntry `xml:"entry"`
}

type atomAuthor struct {
	Name string `xml:"name"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr,omitempty"`
	Href string `xml:"href,attr"`
}

type atomEntry struct {
	ID         string         `xml:"id"`
	Title      string         `xml:"title"`
	Updated    string         `xml:"updated"`
	Published  string         `xml:"published"`
	Link       atomLink       `xml:"link"`
	Categories []atomCategory `xml:"category"`
	Summary    string         `xml:"summary"`
}

type atomCategory struct {
	Term  string `xml:"term,attr"`
	Label string `xml:"label,attr"`
}

const atomType = "application/atom+xml; charset=utf-8"

// atom is what the list of lots finds, as a feed: the same filters, the latest change first. A seller's feed has his other
// results as well.
func (s *Site) atom(w http.ResponseWriter, r *http.Request) error {
	asked, filter, err := sought(r)
	if err != nil {
		return err
	}
	lots, err := s.o.Market.Changed(r.Context(), filter)
	if err != nil {
		return err
	}
	var offered []*ent.Listing
	var open map[int]*ent.Project // by listing
	if filter.Seller != 0 && filter == (market.Filter{Seller: filter.Seller, Page: filter.Page}) {
		if offered, err = s.o.Market.Offered(r.Context(), filter.Seller); err != nil {
			return err
		}
		if open, err = s.o.Projects.OpenOf(r.Context(), offered); err != nil {
			return err
		}
	}
	ctx, origin := r.Context(), s.origin(r)
	own := origin + asked.Under("/lots/feed.atom", 1)
	f := atomFeed{
		Lang: locale.Of(ctx).Tag(), ID: own, Title: component.T(ctx, "feed_title"),
		Author: atomAuthor{"Corridor"},
		Links: []atomLink{
			{Rel: "self", Type: "application/atom+xml", Href: own},
			{Rel: "alternate", Type: "text/html", Href: origin + asked.Under("/lots", 1)},
		},
	}
	updated := time.Unix(0, 0)
	for _, l := range lots {
		if at := component.Changed(l); at.After(updated) {
			updated = at
		}
		f.Entries = append(f.Entries, s.atomEntry(r, l))
	}
	for _, l := range offered {
		e, at := s.hitEntry(r, search.Hit{Listing: l, Project: open[l.ID]})
		if at.After(updated) {
			updated = at
		}
		f.Entries = append(f.Entries, e)
	}
	slices.SortStableFunc(f.Entries, func(a, b atomEntry) int { return strings.Compare(b.Updated, a.Updated) })
	f.Updated = component.Stamp(updated)
	body, err := xml.MarshalIndent(f, "", " ")
	if err != nil {
		return fmt.Errorf("write a feed: %w", err)
	}
	sendFresh(w, r, atomType, append([]byte(xml.Header), body...))
	return nil
}

// sought is what the query asks for, as the site writes it and as the market takes it: one filter has one address, whatever else
// somebody wrote there.
func sought(r *http.Request) (page.Filter, market.Filter, error) {
	q := r.URL.Query()
	asked := askedOf(q)
	filter, err := filterOf(asked, q)
	if filter.Seller != 0 {
		asked.Seller = strconv.Itoa(filter.Seller)
	}
	return asked, filter, err
}

func (s *Site) atomEntry(r *http.Request, l *ent.Lot) atomEntry {
	ctx, of := r.Context(), l.Edges.Listing
	return atomEntry{
		ID: s.lotURL(r, l), Title: component.StatusWord(ctx, l) + " · " + component.Title(ctx, of), Updated: component.Stamp(component.Changed(l)),
		Published: component.Stamp(l.CreatedAt), Link: atomLink{Rel: "alternate", Type: "text/html", Href: s.lotURL(r, l)},
		Categories: []atomCategory{
			{"city:" + of.City, component.Word(ctx, "city", of.City)}, {"field:" + string(of.Field), component.Word(ctx, "field", of.Field)},
		},
		Summary: component.Pick(ctx, of.SummaryZh, of.SummaryEn),
	}
}

// sales is what the list of lots finds, as a calendar to subscribe to, what is over last; and, unless lots of one state are
// asked for, the deadlines of the projects in the same city, of the same seller, and so on.
func (s *Site) sales(w http.ResponseWriter, r *http.Request) error {
	_, filter, err := sought(r)
	if err != nil {
		return err
	}
	lots, err := s.o.Market.Sales(r.Context(), filter, calendarMost)
	if err != nil {
		return err
	}
	var due []*ent.Project
	if filter.Stage == "" {
		due, err = s.o.Projects.Due(r.Context(), project.Wanted{City: filter.City, Field: filter.Field, Seller: filter.Seller, Day: filter.Day, Most: calendarMost})
		if err != nil {
			return err
		}
	}
	cal := newCalendar()
	cal.SetXWRCalName(component.T(r.Context(), "feed_title"))
	cal.SetRefreshInterval("PT15M")
	for _, l := range lots {
		s.addEvent(r, cal, l)
	}
	for _, p := range due {
		s.addDeadline(r, cal, p)
	}
	sendFresh(w, r, calendarType, []byte(cal.Serialize(ical.WithNewLineWindows)))
	return nil
}

// sendFresh sends a document, or says that the one that the asker has is still the same.
func sendFresh(w http.ResponseWriter, r *http.Request, kind string, body []byte) {
	sum := sha256.Sum256(body)
	tag := `W/"` + hex.EncodeToString(sum[:16]) + `"` // weak: it may be compressed on the way
	w.Header().Set("ETag", tag)
	w.Header().Set("Vary", "Accept-Language, Cookie")
	if strings.Contains(r.Header.Get("If-None-Match"), tag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	send(w, kind, body)
}

func withQuery(path string, q url.Values) string {
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}
