package page

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/a-h/templ"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/internal/matching"
	"github.com/g60-corridor/corridor/internal/subject"
	c "github.com/g60-corridor/corridor/web/component"
	"github.com/g60-corridor/corridor/web/form"
)

// Need is a need as its reader may see it: without the company's name where he may not know it.
type Need struct {
	ID, Version     int
	Number          string
	Wish            matching.Wish
	Owner           *ent.Organisation // nil: the reader may not know it
	Status, Outcome string
	Reason          string // why the operator took it down
	Published, Ends *time.Time
	Open, Mine      bool
}

// NeedFilter narrows the list of needs. Its fields are the query parameters of /needs.
type NeedFilter struct{ Field, City string }

// NeedsPage is the public list of needs.
type NeedsPage struct {
	Filter             NeedFilter
	Needs              []Need
	Total, Page, Pages int
	MayAsk             bool
}

// NeedPage is one need, with the answers that its reader may see and the form with which he answers.
type NeedPage struct {
	Need      Need
	Answers   []*ent.NeedAnswer
	MayAnswer bool
	Listings  []*ent.Listing
	Values    url.Values
	Faults    form.Faults
	Operator  bool
	Origin    string
}

// OwnNeedsPage is what a company looks for.
type OwnNeedsPage struct {
	Needs  []Need
	MayAsk bool
}

// NeedFormPage is where a need is written; Need nil: a new one.
type NeedFormPage struct {
	Need      *Need
	Version   int
	Values    url.Values
	Faults    form.Faults
	Invitable []*ent.Organisation
	Answers   []*ent.NeedAnswer
	Versions  []*ent.NeedVersion
	MayAsk    bool
}

// Fit is a need and a result that fit each other.
type Fit struct {
	Need    Need
	Listing *ent.Listing
	BP      int
	Reasons []matching.Reason
	Cuts    []matching.Cut
}

// FitsPage is what fits a company's need, or a university's results.
type FitsPage struct {
	Need    *Need // nil: the page is a university's
	Listing int   // of a university's page: for this one alone
	Fits    []Fit
	Said    []matching.Said
	MayAct  bool
	Values  url.Values // of a "why not" that could not be taken
	Faults  form.Faults
}

// title is what the page is called: a need's results, or a university's needs.
func (p FitsPage) title(ctx context.Context) string {
	if p.Need != nil {
		return c.T(ctx, "fits_title")
	}
	return c.T(ctx, "fits_seller")
}

func needURL(n Need) templ.SafeURL { return templ.SafeURL("/needs/" + strconv.Itoa(n.ID)) }

func ownNeedURL(n Need, part string) templ.SafeURL {
	return templ.SafeURL("/company/needs/" + strconv.Itoa(n.ID) + part)
}

func needTitle(ctx context.Context, n Need) string {
	if t := c.Pick(ctx, n.Wish.TitleZH, n.Wish.TitleEN); t != "" {
		return t
	}
	return c.T(ctx, "need_untitled")
}

func (n Need) otherTitle(ctx context.Context) string {
	if other := c.Pick(ctx, n.Wish.TitleEN, n.Wish.TitleZH); other != needTitle(ctx, n) {
		return other
	}
	return ""
}

func needOwner(ctx context.Context, n Need) string {
	switch {
	case n.Owner != nil && n.Wish.Secrecy == matching.Anonymous:
		return c.T(ctx, "need_name_hidden", "Name", c.Organisation(ctx, n.Owner))
	case n.Owner != nil:
		return c.Organisation(ctx, n.Owner)
	}
	return c.T(ctx, "need_anonymous")
}

// state is the text key of where a need stands.
func (n Need) state() string {
	switch {
	case n.Status == "CLOSED":
		return "need_outcome_" + n.Outcome
	case n.Status == "PUBLISHED" && !n.Open:
		return "need_outcome_EXPIRED"
	}
	return "need_status_" + n.Status
}

func planField(ctx context.Context, code string) string {
	return codeName(ctx, subject.PlanFields, code)
}

func codeName(ctx context.Context, list subject.List, code string) string {
	if x, ok := subject.Lookup(list, code); ok {
		if list == subject.IndustryList {
			return code + " " + codeText(ctx, x)
		}
		return codeText(ctx, x)
	}
	return code
}

func needBudget(ctx context.Context, w matching.Wish) string {
	switch {
	case w.BudgetMostFen > 0 && w.BudgetLeastFen > 0:
		return c.T(ctx, "need_budget_range", "Least", c.Short(ctx, w.BudgetLeastFen), "Most", c.Short(ctx, w.BudgetMostFen))
	case w.BudgetMostFen > 0:
		return c.T(ctx, "need_budget_most", "Most", c.Short(ctx, w.BudgetMostFen))
	case w.BudgetLeastFen > 0:
		return c.T(ctx, "need_budget_least", "Least", c.Short(ctx, w.BudgetLeastFen))
	}
	return c.T(ctx, "need_budget_none")
}

func needLevels(ctx context.Context, w matching.Wish) string {
	switch {
	case w.LevelLeast > 0 && w.LevelMost > w.LevelLeast:
		return fmt.Sprintf("TRL %d–%d", w.LevelLeast, w.LevelMost)
	case w.LevelLeast > 0 && w.LevelMost == 0:
		return c.T(ctx, "need_level_from", "Level", int(w.LevelLeast))
	case w.LevelMost > 0 && w.LevelLeast == 0:
		return c.T(ctx, "need_level_to", "Level", int(w.LevelMost))
	case w.LevelMost > 0:
		return fmt.Sprintf("TRL %d", w.LevelMost)
	}
	return ""
}

func modeNames(ctx context.Context, modes []string) string {
	names := make([]string, len(modes))
	for i, m := range modes {
		names[i] = c.Word(ctx, "rights", m)
	}
	return c.List(ctx, names)
}

func (f NeedFilter) url(page int) templ.SafeURL {
	q := url.Values{}
	for name, value := range map[string]string{"field": f.Field, "city": f.City} {
		if value != "" {
			q.Set(name, value)
		}
	}
	if page > 1 {
		q.Set("page", strconv.Itoa(page))
	}
	if len(q) == 0 {
		return "/needs"
	}
	return templ.SafeURL("/needs?" + q.Encode())
}

func (f NeedFilter) empty() bool { return f == NeedFilter{} }

// demand is a need in the words of schema.org. One that not everybody may see has none.
func demand(ctx context.Context, n Need, origin string) map[string]any {
	t := map[string]any{
		"@context": vocabulary, "@type": "Demand", "name": needTitle(ctx, n), "identifier": n.Number, "url": origin + string(needURL(n)),
		"description": c.Pick(ctx, n.Wish.TextZH, n.Wish.TextEN), "category": planField(ctx, n.Wish.Field),
	}
	if n.Ends != nil {
		t["validThrough"] = c.Stamp(*n.Ends)
	}
	if n.Published != nil {
		t["validFrom"] = c.Stamp(*n.Published)
	}
	if n.Wish.City != "" {
		t["areaServed"] = c.Word(ctx, "city", n.Wish.City)
	}
	if n.Wish.BudgetMostFen > 0 {
		t["priceSpecification"] = map[string]any{
			"@type": "PriceSpecification", "maxPrice": n.Wish.BudgetMostFen.Decimal(), "priceCurrency": "CNY",
		}
	}
	if n.Owner != nil && n.Wish.Secrecy == matching.Public {
		t["seller"] = map[string]any{"@type": "Organization", "name": c.Organisation(ctx, n.Owner)}
	}
	return t
}

// reasonText says what a reason rests on.
func reasonText(ctx context.Context, r matching.Reason) string {
	key := "fit_" + string(r.Kind) + "_" + string(r.Grade)
	switch r.Kind {
	case matching.OfTerms:
		return c.T(ctx, key, "Terms", c.List(ctx, ownFirst(ctx, r.Terms)))
	case matching.OfIPC:
		return c.T(ctx, key, "Code", r.Code)
	case matching.OfField:
		return c.T(ctx, key, "Field", codeName(ctx, r.List, r.Code))
	case matching.OfMaturity:
		return c.T(ctx, key, "Level", r.Level)
	case matching.OfPrice:
		return c.T(ctx, key, "Over", c.Short(ctx, r.Fen))
	case matching.OfRights:
		return c.T(ctx, key, "Rights", modeNames(ctx, r.Rights))
	case matching.OfCity:
		return c.T(ctx, key, "City", c.Word(ctx, "city", r.Code))
	}
	return key
}

// ownFirst puts the words of the reader's language first.
func ownFirst(ctx context.Context, terms []string) []string {
	own := func(term string) int {
		first, _ := utf8.DecodeRuneInString(term)
		if unicode.Is(unicode.Han, first) == c.Chinese(ctx) {
			return 0
		}
		return 1
	}
	return slices.SortedStableFunc(slices.Values(terms), func(a, b string) int { return own(a) - own(b) })
}

// points is a score out of a hundred.
func points(bp int) string { return strconv.Itoa((bp + 50) / 100) }

func (f Fit) key() string { return fmt.Sprintf("%d-%d", f.Need.ID, f.Listing.ID) }

// failed are the faults of this one's "why not".
func (p FitsPage) failed(f Fit) form.Faults {
	if p.Values.Get("need") == strconv.Itoa(f.Need.ID) && p.Values.Get("listing") == strconv.Itoa(f.Listing.ID) {
		return p.Faults
	}
	return nil
}

func (p FitsPage) typed(f Fit, name string) string {
	if p.failed(f) == nil {
		return ""
	}
	return p.Values.Get(name)
}

func (p FitsPage) action() templ.SafeURL {
	if p.Need != nil {
		return ownNeedURL(*p.Need, "/why-not")
	}
	return "/seller/matches/why-not"
}

func listingURL(l *ent.Listing) templ.SafeURL {
	return templ.SafeURL("/listings/" + strconv.Itoa(l.ID))
}

func (p NeedFormPage) chosen(name, value string) bool { return slices.Contains(p.Values[name], value) }

func (p NeedFormPage) action() templ.SafeURL {
	if p.Need == nil {
		return "/company/needs"
	}
	return ownNeedURL(*p.Need, "")
}

func (p NeedFormPage) writable() bool {
	return p.MayAsk && (p.Need == nil || p.Need.Status != "CLOSED")
}

// begins is the beginning of a text, for a line of a list.
func begins(text string, most int) string {
	text = strings.Join(strings.Fields(text), " ")
	if r := []rune(text); len(r) > most {
		cut := string(r[:most])
		if word := strings.LastIndexByte(cut, ' '); word > max(0, len(cut)-24) && r[most-1] < 0x2E80 { // no Latin word is cut in two
			cut = cut[:word]
		}
		return strings.TrimRight(cut, " ,;:、，；：") + "…"
	}
	return text
}

// reasonFor is what was typed of an answer whose decision could not be taken.
func (p NeedFormPage) reasonFor(answer int) string {
	if p.Values.Get("answer") != strconv.Itoa(answer) {
		return ""
	}
	return p.Values.Get("decide.reason")
}
