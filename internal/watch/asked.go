package watch

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/ent/lot"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/ent/watch"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/search"
)

// asked is what a saved search asks.
type asked struct {
	kind    watch.Kind
	query   string         // in one form, without order and page
	request search.Request // of a search for results

	stage, city, field string // of a search for lots
	day                time.Time
	seller             int
}

var shanghai = time.FixedZone("Asia/Shanghai", 8*3600)

// read reads the address of a search. What no search knows is left out, as the pages do.
func read(kind watch.Kind, query string) (asked, error) {
	a := asked{kind: kind}
	if len(query) > 8*queryMost {
		return a, fault.OfFields([]fault.Field{{Name: "query", Problem: "QUERY_TOO_LONG"}})
	}
	q, err := url.ParseQuery(query)
	if err != nil {
		return a, fault.OfFields([]fault.Field{{Name: "query", Problem: "UNKNOWN_VALUE"}})
	}
	switch kind {
	case watch.KindSEARCH:
		return a.ofResults(q)
	case watch.KindLOTS:
		return a.ofLots(q)
	}
	return a, fault.OfFields([]fault.Field{{Name: "kind", Problem: "UNKNOWN_VALUE"}})
}

func (a asked) ofResults(q url.Values) (asked, error) {
	a.request = search.Request{Text: strings.TrimSpace(strings.ToValidUTF8(q.Get("q"), "\uFFFD")), Chosen: map[string][]string{}}
	if utf8.RuneCountInString(a.request.Text) > search.TextMost {
		return a, fault.OfFields([]fault.Field{{Name: "query", Problem: "QUERY_TOO_LONG"}})
	}
	canonical := url.Values{}
	if a.request.Text != "" {
		canonical.Set("q", a.request.Text)
	}
	for _, f := range search.Facets {
		for _, v := range f.Values {
			if slices.Contains(q[f.Name], v) {
				canonical.Add(f.Name, v)
				a.request.Chosen[f.Name] = append(a.request.Chosen[f.Name], v)
			}
		}
	}
	a.query = canonical.Encode()
	return a, nil
}

// stages are those of the list of lots.
var stages = []string{"live", "next", "ended"}

func (a asked) ofLots(q url.Values) (asked, error) {
	var faults []fault.Field
	bad := func(name string, wrong bool) {
		if wrong {
			faults = append(faults, fault.Field{Name: "query", Problem: "UNKNOWN_VALUE"})
		}
	}
	canonical := url.Values{}
	keep := func(name string) string {
		if v := q.Get(name); v != "" {
			canonical.Set(name, v)
		}
		return q.Get(name)
	}
	a.stage, a.city, a.field = keep("state"), keep("city"), keep("field")
	bad("state", a.stage != "" && !slices.Contains(stages, a.stage))
	bad("city", len(a.city) > 6)
	bad("field", a.field != "" && listing.FieldValidator(listing.Field(a.field)) != nil)
	var err error
	if day := keep("date"); day != "" {
		a.day, err = time.ParseInLocation(time.DateOnly, day, shanghai)
		bad("date", err != nil)
	}
	if seller := keep("seller"); seller != "" {
		a.seller, err = strconv.Atoi(seller)
		bad("seller", err != nil || a.seller <= 0)
	}
	a.query = canonical.Encode()
	return a, fault.OfFields(faults)
}

func (a asked) empty() bool {
	if a.kind == watch.KindSEARCH {
		one := search.Stand(a.request)
		return one.Empty()
	}
	return a.query == ""
}

// mark names a query within what is unique.
func (a asked) mark() string {
	sum := sha256.Sum256([]byte(a.query))
	return hex.EncodeToString(sum[:])
}

// stageOf is where a lot stands: for the list of lots, and for those who watch it.
func stageOf(l *ent.Lot) string {
	switch auction.Phase(l.Phase) {
	case auction.Announced:
		return "next"
	case auction.Closed:
		return "ended"
	}
	return "live"
}

// wants says whether a lot, which everybody may see, is what is asked for; l is its listing with its seller.
func (a asked) wants(l *ent.Listing, one *ent.Lot) bool {
	switch {
	case a.stage != "" && a.stage != stageOf(one), a.city != "" && a.city != l.City, a.field != "" && a.field != string(l.Field):
		return false
	case a.seller != 0 && (l.Edges.Seller == nil || l.Edges.Seller.ID != a.seller):
		return false
	}
	if a.day.IsZero() {
		return true
	}
	on := func(t *time.Time) bool {
		return t != nil && t.In(shanghai).Format(time.DateOnly) == a.day.Format(time.DateOnly)
	}
	return on(one.OpenedAt) || on(one.ClosedAt) || one.OpenedAt == nil && on(one.OpensAt)
}

// present are the lots that are found now.
func (a asked) present(ctx context.Context, client *ent.Client) ([]int, error) {
	q := client.Lot.Query().Where(lot.StatusEQ(lot.StatusPUBLISHED), lot.PhaseNEQ(string(auction.Draft)), lot.PhaseNEQ(""))
	if a.city != "" {
		q.Where(lot.HasListingWith(listing.City(a.city)))
	}
	if a.seller != 0 {
		q.Where(lot.HasListingWith(listing.HasSellerWith(organisation.ID(a.seller))))
	}
	all, err := q.WithListing(func(q *ent.ListingQuery) { q.WithSeller() }).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("list lots: %w", err)
	}
	var ids []int
	for _, l := range all {
		if a.wants(l.Edges.Listing, l) {
			ids = append(ids, l.ID)
		}
	}
	return ids, nil
}
