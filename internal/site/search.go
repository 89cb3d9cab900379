package site

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/search"
	"github.com/g60-corridor/corridor/web/component"
	"github.com/g60-corridor/corridor/web/page"
)

// Search finds results on offer.
type Search interface {
	Search(ctx context.Context, r search.Request) (search.Result, error)
}

// shownFacets are in the order in which people narrow down.
var shownFacets = []string{"way", "field", "city", "price", "rights", "trl", "kind", "term"}

func (s *Site) search(w http.ResponseWriter, r *http.Request) error {
	asked, n, err := searchOf(r.URL.Query())
	if err != nil {
		return err
	}
	p := page.SearchPage{Asked: asked, Page: 1, Pages: 1}
	if utf8.RuneCountInString(asked.Text) > search.TextMost {
		p.Fault = component.Problem(r.Context(), "QUERY_TOO_LONG")
		return s.show(w, r, http.StatusUnprocessableEntity, page.Search(p))
	}
	found, err := s.o.Search.Search(r.Context(), search.Request{
		Text: asked.Text, Chosen: asked.Chosen, Order: search.Order(asked.Sort), Page: n,
	})
	if err != nil {
		return err
	}
	p.Total, p.Page, p.Pages = found.Total, found.Page, found.Pages
	p.Common, p.Meant = found.Common, found.Meant
	if found.Closeness != search.Exact {
		p.Closeness = string(found.Closeness)
	}
	if found.Building != nil {
		p.Done, p.Building = found.Building.Done, max(1, found.Building.Total)
	}
	for _, name := range shownFacets {
		f := page.SearchFacet{Name: name}
		for _, c := range found.Facets[name] {
			f.Values = append(f.Values, page.SearchValue{Code: c.Value, N: c.N, Chosen: c.Chosen})
		}
		p.Facets = append(p.Facets, f)
	}
	for _, h := range found.Hits {
		p.Hits = append(p.Hits, page.SearchHit{
			Listing: h.Listing, Lot: h.Lot, Project: h.Project, TitleZH: pieces(h.TitleZH), TitleEN: pieces(h.TitleEN),
			SummaryZH: pieces(h.SummaryZH), SummaryEN: pieces(h.SummaryEN), Patents: manyPieces(h.Patents), Classes: manyPieces(h.Classes),
		})
	}
	return s.show(w, r, http.StatusOK, page.Search(p))
}

// searchOf reads the address of a search. Values that no facet has and orders that there are not do not count: an old
// bookmark goes on working. A page that is no number is a fault.
func searchOf(q url.Values) (asked page.SearchQuery, n int, err error) {
	asked = page.SearchQuery{Text: strings.TrimSpace(strings.ToValidUTF8(q.Get("q"), "\uFFFD")), Chosen: map[string][]string{}}
	for _, f := range search.Facets {
		for _, v := range f.Values { // in their order, each once: one search has one address
			if slices.Contains(q[f.Name], v) {
				asked.Chosen[f.Name] = append(asked.Chosen[f.Name], v)
			}
		}
	}
	if o := search.Order(q.Get("sort")); slices.Contains(search.Orders, o) {
		asked.Sort = string(o)
	}
	if asked.Text == "" && asked.Sort == string(search.ByRelevance) {
		asked.Sort = ""
	}
	n = 1
	if text := q.Get("page"); text != "" {
		if n, err = strconv.Atoi(text); err != nil || n < 1 {
			return asked, 1, fault.OfFields([]fault.Field{{Name: "page", Problem: "NOT_WHOLE"}})
		}
	}
	return asked, n, nil
}

func pieces(from []search.Piece) []page.Piece {
	to := make([]page.Piece, len(from))
	for i, p := range from {
		to[i] = page.Piece(p)
	}
	return to
}

func manyPieces(from [][]search.Piece) [][]page.Piece {
	to := make([][]page.Piece, len(from))
	for i, p := range from {
		to[i] = pieces(p)
	}
	return to
}
