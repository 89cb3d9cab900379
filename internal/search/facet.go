package search

import (
	"math"
	"slices"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/ident"
	"github.com/g60-corridor/corridor/internal/subject"
	"github.com/g60-corridor/corridor/internal/trade"
)

// Facet is by what results can be narrowed. Its values are in the order in which they are shown.
type Facet struct {
	Name   string // as in an address: ?city=
	Values []string
}

// The facets' places in Facets.
const (
	city = iota
	field
	kind
	rights
	maturity
	price
	way
	remaining
	facetsInAll
)

// Facets are all facets. A value that is not among these does not filter.
var Facets = [facetsInAll]Facet{
	city:      {"city", cityCodes()},
	field:     {"field", []string{"AI", "IC", "BIO", "HEE", "NE", "NM", "NEV", "QUANTUM", "BRAIN", "GEN3", "GENE"}}, // §4.5
	kind:      {"kind", kinds()},                                                                                    // §4.1
	rights:    {"rights", []string{"ASSIGN", "EXCLUSIVE", "SOLE", "NONEXCL", "OPEN", "EQUITY"}},                     // §4.6
	maturity:  {"trl", []string{"1", "2", "3", "4", "5", "6", "7", "8", "9"}},
	price:     {"price", []string{"0", "1", "50", "100", "300", "1000"}}, // from so many ten thousand yuan; 0: not named
	way:       {"way", []string{WayLive, WayNext, WayListing, WayAgreement, WayEnded, WayNone}},
	remaining: {"term", []string{"0", "3", "5", "10", "15"}}, // from so many years
}

// Ways to a price (R2.1), and how far the auction's has come.
const (
	WayLive      = "live"      // under the hammer now
	WayNext      = "next"      // a sale is announced
	WayListing   = "listing"   // listed: buyers may register
	WayAgreement = "agreement" // a price that was agreed is on public notice
	WayEnded     = "ended"     // the last sale is over
	WayNone      = "none"      // not offered yet
)

func kinds() []string {
	var names []string
	for _, k := range subject.Kinds {
		names = append(names, string(k))
	}
	return names
}

func cityCodes() []string {
	var codes []string
	for _, c := range ident.Cities {
		codes = append(codes, string(c.Code))
	}
	return append(codes, string(ident.External))
}

// mask is a set of a facet's values.
type mask uint32

// of is the set of some values.
func (f Facet) of(values ...string) (m mask) {
	for _, v := range values {
		if i := slices.Index(f.Values, v); i >= 0 {
			m |= 1 << i
		}
	}
	return m
}

// row is what is kept of a listing beside its texts.
type row struct {
	listing  int
	lot      int      // the one that is shown with it; 0 none
	project  int      // the way to a price that is open; 0 none
	since    int64    // when it was published, microseconds
	priceFen int64    // 0: none is named
	deadline int64    // when the sale ends or begins, microseconds; never: math.MaxInt64
	expiry   int32    // the day since 1970 on which its first patent ends; 0: not known
	numbers  []string // of its lots
	values   [facetsInAll]mask
}

const never = math.MaxInt64

// rowOf reads a row from a listing with its patents, those lots that everybody may see and the public project that is open,
// if there is one.
func rowOf(l *ent.Listing, open *ent.Project, today int32) row {
	r := row{listing: l.ID, since: PublishedAt(l).UnixMicro(), priceFen: l.PriceIdeaFen, deadline: never}
	r.values[city] = Facets[city].of(string(ident.Region(l.City).Corridor()))
	r.values[field] = Facets[field].of(string(l.Field))
	r.values[rights] = Facets[rights].of(l.Rights...)
	if l.Trl >= 1 && l.Trl <= 9 {
		r.values[maturity] = 1 << (l.Trl - 1)
	}
	r.subjects(l)
	var shown *ent.Lot
	for _, one := range l.Edges.Lots {
		r.numbers = append(r.numbers, plain(one.Number))
		if shown == nil || rank(one) > rank(shown) || rank(one) == rank(shown) && one.ID > shown.ID {
			shown = one
		}
	}
	if shown != nil {
		r.show(shown)
	}
	if open != nil {
		r.offer(open)
	}
	if r.values[way] == 0 {
		r.values[way] = Facets[way].of(WayNone)
	}
	r.values[price] = priceBand(r.priceFen)
	r.values[remaining] = termBand(r.expiry, today)
	return r
}

// PublishedAt is when everybody could first see a listing; one that came with no such day was there from the start.
func PublishedAt(l *ent.Listing) time.Time {
	if l.PublishedAt != nil {
		return *l.PublishedAt
	}
	return l.CreatedAt
}

// subjects reads kinds and terms: from the dossier, or from the patents of what was not written here. Of several terms the
// first to end counts. §4.1
func (r *row) subjects(l *ent.Listing) {
	ends := func(day time.Time) {
		if d := dayOf(day); r.expiry == 0 || d < r.expiry {
			r.expiry = d
		}
	}
	for i := range l.Dossier.Subjects {
		s := &l.Dossier.Subjects[i]
		r.values[kind] |= Facets[kind].of(string(s.Kind))
		if end, known := s.Term().Dead.Time(); known {
			ends(end)
		}
	}
	if len(l.Dossier.Subjects) > 0 {
		return
	}
	for _, p := range l.Edges.Patents {
		r.values[kind] |= Facets[kind].of(string(p.Kind))
		if end, ok := ident.PatentType(p.Kind).Expiry(p.FiledOn); ok {
			ends(end)
		}
	}
}

// offer shows the open project of a listing. A sale that goes on or is announced says more of price and time than it.
func (r *row) offer(p *ent.Project) {
	r.project = p.ID
	sale := r.values[way] & Facets[way].of(WayLive, WayNext)
	switch trade.Way(p.Way) {
	case trade.ByAgreement:
		r.values[way] |= Facets[way].of(WayAgreement)
	case trade.ByListing:
		r.values[way] |= Facets[way].of(WayListing)
	case trade.ByAuction:
		if sale == 0 {
			r.values[way] |= Facets[way].of(WayNext)
		}
	}
	r.values[way] &^= Facets[way].of(WayEnded) // of the round before
	if sale != 0 {
		return
	}
	r.lot, r.priceFen, r.deadline = 0, p.PriceFen, never
	if p.DueAt != nil {
		r.deadline = p.DueAt.UnixMicro()
	}
}

// rank says which of a listing's lots is shown: what goes on before what comes, and that before what is over.
func rank(l *ent.Lot) int {
	switch auction.Phase(l.Phase) {
	case auction.Closed:
		return 0
	case auction.Announced:
		return 1
	}
	return 2
}

func (r *row) show(l *ent.Lot) {
	r.lot, r.priceFen = l.ID, l.PriceFen
	if !l.HasBid {
		r.priceFen = int64(l.Terms.StartFen)
	}
	state := [...]string{WayEnded, WayNext, WayLive}[rank(l)]
	r.values[way] = Facets[way].of(state)
	switch {
	case state == WayLive && l.Deadline != nil:
		r.deadline = l.Deadline.UnixMicro()
	case state == WayNext && l.OpensAt != nil:
		r.deadline = l.OpensAt.UnixMicro()
	}
}

// bands of price begin at so many fen; the first is that of no price.
var bands = []int64{1, 50 * tenThousand, 100 * tenThousand, 300 * tenThousand, 1000 * tenThousand}

const tenThousand = 10_000 * 100 // yuan, in fen

func priceBand(fen int64) mask {
	n := 0
	for n < len(bands) && fen >= bands[n] {
		n++
	}
	return 1 << n
}

// years are where bands of the remaining term begin.
var years = []int{3, 5, 10, 15}

// termBand is the band of what is left until a day. What has ended, or is not known, is in none.
func termBand(expiry, today int32) mask {
	if expiry <= today {
		return 0
	}
	now, n := dateOf(today), 0
	for n < len(years) && dateOf(expiry).Compare(now.AddDate(years[n], 0, 0)) >= 0 {
		n++
	}
	return 1 << n
}

// dayOf counts the days since 1970 of a date.
func dayOf(t time.Time) int32 {
	y, m, d := t.Date()
	return int32(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / (24 * 3600))
}

func dateOf(day int32) time.Time { return time.Unix(int64(day)*24*3600, 0).UTC() }

// shanghai is where a day begins.
var shanghai = time.FixedZone("Asia/Shanghai", 8*3600)
