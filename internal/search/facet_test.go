package search

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/ent/patent"
	"github.com/g60-corridor/corridor/ent/project"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/store/storetest"
	"github.com/g60-corridor/corridor/internal/subject"
	"github.com/g60-corridor/corridor/internal/trade"
)

// naive narrows, counts and orders as one would by hand.
func naive(rows []row, hits map[int]float32, chosen [facetsInAll]mask, order Order) (ids []int, counts [facetsInAll][]int) {
	meets := func(r row, but int) bool {
		for f, m := range chosen {
			if f != but && m != 0 && r.values[f]&m == 0 {
				return false
			}
		}
		_, hit := hits[r.listing]
		return hits == nil || hit
	}
	for f := range counts {
		counts[f] = make([]int, len(Facets[f].Values))
		for v := range counts[f] {
			for _, r := range rows {
				if meets(r, f) && r.values[f]&(1<<v) != 0 {
					counts[f][v]++
				}
			}
		}
	}
	var found []row
	for _, r := range rows {
		if meets(r, -1) {
			found = append(found, r)
		}
	}
	none := func(r row) int64 {
		if r.priceFen == 0 {
			return 1
		}
		return 0
	}
	slices.SortFunc(found, func(a, b row) int {
		c := 0
		switch order {
		case ByRelevance:
			c = cmp.Compare(hits[b.listing], hits[a.listing])
		case ByCheapest:
			c = cmp.Or(cmp.Compare(none(a), none(b)), cmp.Compare(a.priceFen, b.priceFen))
		case ByDearest:
			c = cmp.Or(cmp.Compare(none(a), none(b)), cmp.Compare(b.priceFen, a.priceFen))
		case ByDeadline:
			c = cmp.Compare(a.deadline, b.deadline)
		case ByRemaining:
			c = cmp.Compare(b.expiry, a.expiry)
		}
		if order == ByRelevance || order == ByNewest {
			c = cmp.Or(c, cmp.Compare(b.since, a.since))
		}
		return cmp.Or(c, cmp.Compare(b.listing, a.listing))
	})
	for _, r := range found {
		ids = append(ids, r.listing)
	}
	return ids, counts
}

func drawRow(t *rapid.T, id int) row {
	r := row{
		listing: id, since: rapid.Int64Range(0, 3).Draw(t, "since"), priceFen: rapid.SampledFrom([]int64{0, 5, 5, 9}).Draw(t, "price"),
		deadline: rapid.SampledFrom([]int64{3, 7, math.MaxInt64}).Draw(t, "deadline"), expiry: rapid.Int32Range(0, 9).Draw(t, "expiry"),
	}
	for f := range r.values {
		r.values[f] = mask(rapid.Uint32Range(0, 1<<len(Facets[f].Values)-1).Draw(t, "values"))
	}
	return r
}

// Whatever was put in, changed and taken out: counts, results, their order and their pages are those of a naive count.
func TestFacetsAreCountedRight(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := newColumns(0)
		rows := map[int]row{}
		for range rapid.IntRange(0, 90).Draw(t, "steps") {
			id := rapid.IntRange(1, 60).Draw(t, "listing")
			if rapid.IntRange(0, 4).Draw(t, "step") == 0 {
				delete(rows, id)
				c.put(nil, []int{id})
				continue
			}
			rows[id] = drawRow(t, id)
			c.put([]row{rows[id]}, nil)
		}
		var all []row
		for _, r := range rows {
			all = append(all, r)
		}
		var chosen [facetsInAll]mask
		for f := range chosen {
			if rapid.IntRange(0, 3).Draw(t, "choose") == 0 {
				chosen[f] = mask(rapid.Uint32Range(0, 1<<len(Facets[f].Values)-1).Draw(t, "chosen"))
			}
		}
		order := rapid.SampledFrom(Orders).Draw(t, "order")
		text := order == ByRelevance || rapid.Bool().Draw(t, "text")
		var hits []hit
		var scores map[int]float32
		if text {
			scores = map[int]float32{}
			for id := range rows {
				if rapid.Bool().Draw(t, "hit") {
					score := float32(0)
					if order == ByRelevance {
						score = float32(rapid.IntRange(0, 3).Draw(t, "score"))
					}
					scores[id] = score
					hits = append(hits, hit{c.placeOf([]int{id})[0], score})
				}
			}
		}
		ids, counts := naive(all, scores, chosen, order)
		var got []int
		for page := 1; ; page++ {
			p := c.pick(text, hits, chosen, order, page, PageResults)
			if p.total != len(ids) || p.page != page {
				t.Fatalf("%d in all on page %d, want %d on %d", p.total, p.page, len(ids), page)
			}
			for f := range counts {
				if !slices.Equal(counts[f], p.counts[f]) {
					t.Fatalf("%s counts %v, want %v", Facets[f].Name, p.counts[f], counts[f])
				}
			}
			got = append(got, p.listings...)
			if page == p.pages {
				break
			}
		}
		if !slices.Equal(got, ids) {
			t.Fatalf("by %s: %v, want %v", order, got, ids)
		}
	})
}

func TestBandsBeginWhereTheySay(t *testing.T) {
	const wan = int64(10_000 * 100)
	for fen, want := range map[int64]string{0: "0", 1: "1", 50*wan - 1: "1", 50 * wan: "50", 100 * wan: "100", 300*wan - 1: "100", 1000 * wan: "1000", 1 << 60: "1000"} {
		if got := priceBand(fen); got != Facets[price].of(want) {
			t.Errorf("%d fen: %b, want %s", fen, got, want)
		}
	}
	today := dayOf(noon)
	for date, want := range map[string]string{
		"2026-11-26": "", "2026-11-27": "0", "2029-11-25": "0", "2029-11-26": "3", "2031-11-25": "3", "2031-11-26": "5", "2036-11-26": "10", "2046-01-01": "15",
	} {
		end, err := time.Parse(time.DateOnly, date)
		must(t, err)
		if got := termBand(dayOf(end), today); got != Facets[remaining].of(want) {
			t.Errorf("until %s: %b, want %s", date, got, want)
		}
	}
	c := newColumns(today)
	c.put([]row{{listing: 1, deadline: never, expiry: today + 1, values: [facetsInAll]mask{remaining: 1}}}, nil)
	c.turn(today + 1)
	if p := c.pick(false, nil, [facetsInAll]mask{}, ByNewest, 1, PageResults); p.total != 1 || slices.Max(p.counts[remaining]) != 0 {
		t.Errorf("a patent that ended overnight is counted: %v", p.counts[remaining])
	}
}

// A listing stands where its liveliest lot stands, at that lot's price.
func TestWayAndPriceAreTheLots(t *testing.T) {
	opens, ends := noon.Add(time.Hour), noon.Add(time.Minute)
	lot := func(id int, phase auction.Phase, fen int64) *ent.Lot {
		return &ent.Lot{ID: id, Phase: string(phase), PriceFen: fen, HasBid: true, OpensAt: &opens, Deadline: &ends, Number: fmt.Sprint("G60-", id)}
	}
	for name, c := range map[string]struct {
		lots []*ent.Lot
		way  string
		lot  int
		fen  int64
		at   int64
	}{
		"none":                {nil, WayNone, 0, 7, never},
		"announced":           {[]*ent.Lot{lot(1, auction.Announced, 5)}, WayNext, 1, 5, opens.UnixMicro()},
		"live after a pass":   {[]*ent.Lot{lot(2, auction.Free, 6), lot(3, auction.Closed, 5)}, WayLive, 2, 6, ends.UnixMicro()},
		"paused is live":      {[]*ent.Lot{lot(1, auction.Paused, 6)}, WayLive, 1, 6, ends.UnixMicro()},
		"the last that ended": {[]*ent.Lot{lot(2, auction.Closed, 6), lot(3, auction.Closed, 5)}, WayEnded, 3, 5, never},
	} {
		l := &ent.Listing{ID: 9, City: "310104", Field: listing.FieldAI, Trl: 9, Rights: []string{"ASSIGN", "OPEN", "?"}, PriceIdeaFen: 7}
		l.Edges.Lots = c.lots
		l.Edges.Patents = []*ent.Patent{
			{Kind: patent.KindINVENTION, FiledOn: noon.AddDate(-10, 0, 0)}, {Kind: patent.KindUTILITY_MODEL, FiledOn: noon.AddDate(-8, 0, 0)},
		}
		r := rowOf(l, nil, dayOf(noon))
		if r.values[way] != Facets[way].of(c.way) || r.lot != c.lot || r.priceFen != c.fen || r.deadline != c.at {
			t.Errorf("%s: %b, lot %d, %d fen, until %d", name, r.values[way], r.lot, r.priceFen, r.deadline)
		}
		if r.values[kind] != Facets[kind].of("INVENTION", "UTILITY_MODEL") || r.values[rights] != Facets[rights].of("ASSIGN", "OPEN") ||
			r.values[city] != Facets[city].of("EXT") || r.values[maturity] != Facets[maturity].of("9") || r.values[remaining] != Facets[remaining].of("0") {
			t.Errorf("%s: %b", name, r.values)
		}
	}
}

// A listing that is open to buyers, or whose price is on notice, is found by that way, at that price; a sale says more.
func TestWayAndPriceAreTheProjects(t *testing.T) {
	next := noon.Add(48 * time.Hour)
	at := func(way trade.Way) *ent.Project {
		return &ent.Project{ID: 4, Way: project.Way(way), PriceFen: 300, DueAt: &next}
	}
	live := &ent.Lot{ID: 2, Phase: string(auction.Free), PriceFen: 500, HasBid: true}
	over := &ent.Lot{ID: 1, Phase: string(auction.Closed), PriceFen: 400, HasBid: true}
	for name, c := range map[string]struct {
		lots []*ent.Lot
		open *ent.Project
		ways []string
		lot  int
		fen  int64
		at   int64
	}{
		"agreement":             {nil, at(trade.ByAgreement), []string{WayAgreement}, 0, 300, next.UnixMicro()},
		"listing":               {nil, at(trade.ByListing), []string{WayListing}, 0, 300, next.UnixMicro()},
		"announced":             {nil, at(trade.ByAuction), []string{WayNext}, 0, 300, next.UnixMicro()},
		"listing after a pass":  {[]*ent.Lot{over}, at(trade.ByListing), []string{WayListing}, 0, 300, next.UnixMicro()},
		"the listing's sale":    {[]*ent.Lot{live}, at(trade.ByListing), []string{WayLive, WayListing}, 2, 500, never},
		"the auction's sale":    {[]*ent.Lot{live}, at(trade.ByAuction), []string{WayLive}, 2, 500, never},
		"no project any longer": {[]*ent.Lot{over}, nil, []string{WayEnded}, 1, 400, never},
	} {
		l := &ent.Listing{ID: 9, PriceIdeaFen: 7}
		l.Edges.Lots = c.lots
		r := rowOf(l, c.open, dayOf(noon))
		if r.values[way] != Facets[way].of(c.ways...) || r.lot != c.lot || r.priceFen != c.fen || r.deadline != c.at {
			t.Errorf("%s: %b, lot %d, %d fen, until %d", name, r.values[way], r.lot, r.priceFen, r.deadline)
		}
	}
}

// Rights that are no patents have kinds and terms as well.
func TestKindAndTermAreTheDossiers(t *testing.T) {
	l := &ent.Listing{ID: 9, Dossier: subject.Dossier{Subjects: []subject.Subject{
		{Kind: subject.Software, Published: "2020-05-01"}, {Kind: subject.KnowHow}, {Kind: subject.ICLayout, Filed: "2019-02-01"},
	}}}
	l.Edges.Patents = []*ent.Patent{{Kind: patent.KindDESIGN, FiledOn: noon}} // of an older dossier
	r := rowOf(l, nil, dayOf(noon))
	if r.values[kind] != Facets[kind].of("SOFTWARE", "KNOW_HOW", "IC_LAYOUT") || r.values[remaining] != Facets[remaining].of("0") {
		t.Errorf("kinds %b, term %b", r.values[kind], r.values[remaining])
	}
}

var patentKinds = []string{string(patent.KindINVENTION), string(patent.KindUTILITY_MODEL), string(patent.KindDESIGN)}

// Facets offer what the schema knows.
func TestFacetsKnowTheSchema(t *testing.T) {
	for _, v := range Facets[field].Values {
		must(t, listing.FieldValidator(listing.Field(v)))
	}
	for _, v := range patentKinds {
		if Facets[kind].of(v) == 0 {
			t.Errorf("patents are %s, and no value is", v)
		}
	}
	for _, f := range Facets {
		if len(f.Values) > 32 {
			t.Errorf("%s has too many values for a mask", f.Name)
		}
	}
}

// A result that lay in a drawer for months is news on the day on which it is published.
func TestTheNewestAreThosePublishedLast(t *testing.T) {
	h := newHall(t, storetest.SQLite(t), "")
	s := h.seller("甲", "A", "")
	drawer := h.offer(s, offer{number: "drawer", zh: "石墨烯", draft: true})
	h.offer(s, offer{number: "imported", zh: "石墨烯"}).Update().SetPublishedAt(noon.AddDate(0, 0, -1)).ExecX(t.Context())
	h.offer(s, offer{number: "since", zh: "石墨烯"}).Update().SetPublishedAt(noon.AddDate(0, 0, -2)).ExecX(t.Context())
	h.ready()
	drawer.Update().SetStatus(listing.StatusPUBLISHED).SetPublishedAt(noon).ExecX(t.Context())
	must(t, h.Follow(t.Context()))
	for _, r := range []Request{{}, {Text: "石墨烯", Order: ByNewest}} {
		if got := numbers(h.find(r)); !slices.Equal(got, []string{"drawer", "imported", "since"}) {
			t.Errorf("%+v: %v", r, got)
		}
	}
}
