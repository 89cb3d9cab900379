package page

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/a-h/templ"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/web/component"
	"github.com/g60-corridor/corridor/web/form"
)

// WatchPanel is the button that watches a thing.
type WatchPanel struct {
	Kind string // LISTING, LOT, PROJECT, ORGANISATION
	ID   int    // 0: there is nothing to watch
	On   bool
}

var watchPaths = map[string]string{"LISTING": "/listings/", "LOT": "/lots/", "PROJECT": "/projects/", "ORGANISATION": "/organisations/"}

func (p WatchPanel) path() templ.SafeURL {
	return templ.SafeURL(fmt.Sprintf("%s%d/watch", watchPaths[p.Kind], p.ID))
}

func signInHere(ctx context.Context) templ.SafeURL {
	next := component.Visiting(ctx).Path
	if next == "" {
		next = "/"
	}
	return templ.SafeURL("/sign-in?next=" + url.QueryEscape(next))
}

// SaveForm asks how a search is to be saved.
type SaveForm struct {
	Kind, Asked string // SEARCH or LOTS, and what stands behind the question mark
	Name, How   string
	Faults      form.Faults
}

// hows are how one can be told, the most eager first.
var hows = []string{"AT_ONCE", "DAILY", "NONE"}

// saving is the form for the search that a page shows; its name is what it asks for.
func (p SearchPage) saving(ctx context.Context) SaveForm {
	_, query, _ := strings.Cut(string(SearchQuery{Text: p.Asked.Text, Chosen: p.Asked.Chosen}.url(1)), "?")
	return SaveForm{Kind: "SEARCH", Asked: query, Name: nameOf(p.Asked.words(ctx)), How: hows[0]}
}

// words are what a search asks for, one after the other.
func (q SearchQuery) words(ctx context.Context) (all []string) {
	if q.Text != "" {
		all = append(all, q.Text)
	}
	for _, f := range searchParameters {
		for _, v := range q.Chosen[f] {
			all = append(all, facetWord(ctx, f, v))
		}
	}
	return all
}

func (f Filter) saving(ctx context.Context) SaveForm {
	_, query, _ := strings.Cut(f.Under("/lots", 1), "?")
	var words []string
	if f.State != "" {
		words = append(words, component.T(ctx, "lots_state_"+f.State))
	}
	if f.City != "" {
		words = append(words, component.Word(ctx, "city", f.City))
	}
	if f.Field != "" {
		words = append(words, component.Word(ctx, "field", f.Field))
	}
	if f.Date != "" {
		words = append(words, f.Date)
	}
	if len(words) == 0 {
		words = append(words, component.T(ctx, "lots_title"))
	}
	return SaveForm{Kind: "LOTS", Asked: query, Name: nameOf(words), How: hows[0]}
}

// nameOf is a name for what is asked for, as long as names may be.
func nameOf(words []string) string {
	const most = 60
	name := []rune(strings.Join(words, " · "))
	if len(name) > most {
		name = append(name[:most], '…')
	}
	return string(name)
}

// path is where the search itself is.
func (f SaveForm) path() templ.SafeURL {
	path := "/search"
	if f.Kind == "LOTS" {
		path = "/lots"
	}
	if f.Asked == "" {
		return templ.SafeURL(path)
	}
	return templ.SafeURL(path + "?" + f.Asked)
}

// WatchingPage is what the reader watches.
type WatchingPage struct {
	Searches []Watching
	Things   []Watching
	Typed    int // the watch whose form came back; 0 none
	Name     string
	How      string
	Faults   form.Faults // of that form
}

// Watching is one search or thing.
type Watching struct {
	Watch  *ent.Watch
	Number string // of a thing
	Name   string
	Path   string // "" if it is not public any more
	New    int
	Last   time.Time
}

func (w Watching) url(part string) templ.SafeURL {
	return templ.SafeURL(fmt.Sprintf("/me/watching/%d%s", w.Watch.ID, part))
}

func (w Watching) search() bool { return w.Watch.Kind == "SEARCH" || w.Watch.Kind == "LOTS" }

func (w Watching) results() bool { return w.search() || w.Watch.Kind == "ORGANISATION" }

// WatchNewsPage are the newest results of one watch.
type WatchNewsPage struct {
	Watching
	Total    int
	Listings []*ent.Listing
	Lots     []*ent.Lot
}

func (p WatchNewsPage) shown() int { return len(p.Listings) + len(p.Lots) }

// QuestionsPanel is what is asked of a listing.
type QuestionsPanel struct {
	Listing   int
	Questions []Question
	Elsewhere bool // only to be read here: questions are asked and answered on the listing's own page
	MayAsk    bool
	Typed     string      // the question that came back
	At        int         // the question whose form came back; 0: that which asks
	Values    url.Values  // of that form
	Faults    form.Faults // of that form
}

// Question is one question as the reader may see it.
type Question struct {
	ID, Version                           int
	Text, Answer, AskerKind, Hidden       string
	Own, Confidential, MayAnswer, MayHide bool
	MayChooseConfidential                 bool
	AskedAt, AnsweredAt                   time.Time
}

func (q Question) id(what string) string { return fmt.Sprintf("%s-%d", what, q.ID) }

func (q Question) url(what string) templ.SafeURL {
	return templ.SafeURL(fmt.Sprintf("/questions/%d/%s", q.ID, what))
}

// fault is what is wrong with a field of a question's form.
func (p QuestionsPanel) fault(q Question, field string) string {
	if p.At != q.ID {
		return ""
	}
	return p.Faults[field]
}

// value is what stands in a field of a question's form.
func (p QuestionsPanel) value(q Question, field, otherwise string) string {
	if p.At == q.ID && p.Values.Has(field) {
		return p.Values.Get(field)
	}
	return otherwise
}

func (p QuestionsPanel) askFault(field string) string {
	if p.At != 0 {
		return ""
	}
	return p.Faults[field]
}
