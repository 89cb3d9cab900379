package page

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/web/component"
)

// SearchPage is what a search has found.
type SearchPage struct {
	Asked              SearchQuery
	Fault              string // text of what is wrong with the question; "" nothing
	Hits               []SearchHit
	Total, Page, Pages int
	Facets             []SearchFacet // in the order in which they are shown
	Closeness          string        // text key search_close_<Closeness>; "" for exact
	Common             bool          // the words stand everywhere, so nothing was asked
	Meant              string        // the number as it would be right
	Done, Building     int           // listings of an index that is being built; Building 0: it is whole
}

// SearchQuery is the address of a search: what it asks for and nothing else.
type SearchQuery struct {
	Text   string
	Chosen map[string][]string // by facet
	Sort   string              // "" is the natural one
}

// SearchHit is one result. Its texts come in pieces, some of them marked.
type SearchHit struct {
	Listing              *ent.Listing // with Seller
	Lot                  *ent.Lot     // of the sale, if there is or was one
	Project              *ent.Project // the way to a price that is open, if there is one
	TitleZH, TitleEN     []Piece
	SummaryZH, SummaryEN []Piece
	Patents, Classes     [][]Piece
}

// Piece is a part of a text.
type Piece struct {
	Text   string
	Marked bool
}

// SearchFacet is by what results can be narrowed.
type SearchFacet struct {
	Name   string // its parameter
	Values []SearchValue
}

// SearchValue is one value with how many results have it.
type SearchValue struct {
	Code   string
	N      int
	Chosen bool
}

// facetWords name the kind of word of a facet's values.
var facetWords = map[string]string{"kind": "skind", "price": "search_price", "way": "search_way", "term": "search_term"}

func facetWord(ctx context.Context, facet, code string) string {
	if facet == "trl" {
		return "TRL " + code + " " + component.T(ctx, "trl_"+code)
	}
	if kind, other := facetWords[facet]; other {
		return component.Word(ctx, kind, code)
	}
	return component.Word(ctx, facet, code)
}

// shown are the values that lead somewhere, or back.
func (f SearchFacet) shown() (values []SearchValue) {
	for _, v := range f.Values {
		if v.N > 0 || v.Chosen {
			values = append(values, v)
		}
	}
	return values
}

func (f SearchFacet) chosen() (n int) {
	for _, v := range f.Values {
		if v.Chosen {
			n++
		}
	}
	return n
}

// sorts are the orders offered; relevance only where there is something to be relevant to.
func (q SearchQuery) sorts() []string {
	all := []string{"newest", "deadline", "price", "price-down", "term"}
	if q.Text != "" {
		return append([]string{"relevance"}, all...)
	}
	return all
}

func (q SearchQuery) sorted() string { return cmpOr(q.Sort, q.sorts()[0]) }

func cmpOr(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// order in which parameters stand in an address: one search has one address.
var searchParameters = []string{"city", "field", "kind", "rights", "trl", "price", "way", "term"}

// url writes a search as an address.
func (q SearchQuery) url(page int) templ.SafeURL {
	var parts []string
	add := func(name, value string) { parts = append(parts, name+"="+url.QueryEscape(value)) }
	if q.Text != "" {
		add("q", q.Text)
	}
	for _, facet := range searchParameters {
		for _, v := range q.Chosen[facet] {
			add(facet, v)
		}
	}
	if q.Sort != "" && q.Sort != q.sorts()[0] {
		add("sort", q.Sort)
	}
	if page > 1 {
		add("page", strconv.Itoa(page))
	}
	if len(parts) == 0 {
		return "/search"
	}
	return templ.SafeURL("/search?" + strings.Join(parts, "&"))
}

// under is the address of the same search for machines.
func (q SearchQuery) under(path string) string {
	return path + strings.TrimPrefix(string(SearchQuery{Text: q.Text, Chosen: q.Chosen}.url(1)), "/search")
}

// Values are what a search asks for, without order and page.
func (q SearchQuery) Values() url.Values {
	v := url.Values{}
	if q.Text != "" {
		v.Set("q", q.Text)
	}
	for f, values := range q.Chosen {
		v[f] = values
	}
	return v
}

// feedTitle is what a reader of feeds calls the search.
func (p SearchPage) feedTitle(ctx context.Context) string { return FeedTitle(ctx, p.Asked) }

// FeedTitle is what a reader of feeds calls a search.
func FeedTitle(ctx context.Context, q SearchQuery) string {
	words := q.words(ctx)
	if len(words) == 0 {
		words = []string{component.T(ctx, "feed_search_all")}
	}
	return component.T(ctx, "feed_search_title", "Text", nameOf(words))
}

// with is the address of the same search with a value chosen that was not, or the other way round.
func (q SearchQuery) with(facet, value string) templ.SafeURL {
	other := q
	other.Chosen = map[string][]string{}
	for f, values := range q.Chosen {
		other.Chosen[f] = values
	}
	if slices.Contains(q.Chosen[facet], value) {
		other.Chosen[facet] = slices.DeleteFunc(slices.Clone(q.Chosen[facet]), func(v string) bool { return v == value })
	} else {
		other.Chosen[facet] = append(slices.Clone(q.Chosen[facet]), value)
	}
	return other.url(1)
}

func (q SearchQuery) by(sort string) templ.SafeURL {
	q.Sort = sort
	return q.url(1)
}

func (q SearchQuery) unfiltered() templ.SafeURL {
	return SearchQuery{Text: q.Text, Sort: q.Sort}.url(1)
}

func (q SearchQuery) filters() (n int) {
	for _, values := range q.Chosen {
		n += len(values)
	}
	return n
}

func (p SearchPage) title(ctx context.Context) string {
	if p.Asked.Text != "" {
		return component.T(ctx, "search_title_of", "Text", p.Asked.Text)
	}
	return component.T(ctx, "search_title")
}

// found says how many results there are.
func (p SearchPage) found(ctx context.Context) string {
	return component.T(ctx, "search_found", "Count", p.Total)
}

// titles are a result's title in the reader's language and in the other; foreign if there is only one in the other.
func (h SearchHit) titles(ctx context.Context) (own, other []Piece, foreign bool) {
	own, other = h.TitleEN, h.TitleZH
	if component.Chinese(ctx) {
		own, other = other, own
	}
	if len(own) == 0 {
		return other, nil, true
	}
	return own, other, false
}

// summary is in the reader's language, unless what was asked for stands only in the other.
func (h SearchHit) summary(ctx context.Context) (text []Piece, lang string) {
	own, other, lang, otherLang := h.SummaryEN, h.SummaryZH, "en", "zh-CN"
	if component.Chinese(ctx) {
		own, other, lang, otherLang = other, own, otherLang, lang
	}
	if len(own) == 0 || !marked(own) && marked(other) {
		return other, otherLang
	}
	return own, lang
}

func marked(pieces []Piece) bool {
	return slices.ContainsFunc(pieces, func(p Piece) bool { return p.Marked })
}

func (h SearchHit) url() templ.SafeURL {
	switch {
	case h.Lot != nil:
		return component.LotURL(h.Lot)
	case h.Project != nil:
		return projectURL(h.Project.ID)
	}
	return ListingURL(h.Listing)
}

func (v SearchValue) label(ctx context.Context, facet string) string {
	key := "search_choose"
	if v.Chosen {
		key = "search_unchoose"
	}
	return component.T(ctx, key, "Value", facetWord(ctx, facet, v.Code)) + component.T(ctx, "colon") + fmt.Sprint(v.N)
}

// facetsOpen are the facets whose values are seen at once.
var facetsOpen = map[string]bool{"way": true, "field": true, "city": true, "price": true}
