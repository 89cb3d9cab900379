package watch

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/ent/watch"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/search"
)

// What stands for lots and for sellers is found by its place exactly as if each were asked, and what is dropped is found no more.
func TestWhatStandsIsFoundAsIfAllWereAsked(t *testing.T) {
	cities, fields, states := []string{"", "310117", "330100"}, []string{"", "NM", "BIO"}, []string{"", "next", "live"}
	rapid.Check(t, func(r *rapid.T) {
		s, all := newStand(), map[int]*standing{}
		for range rapid.IntRange(0, 30).Draw(r, "watches") {
			id := rapid.IntRange(1, 15).Draw(r, "id")
			if rapid.IntRange(0, 4).Draw(r, "drop") == 0 {
				s.drop(id)
				delete(all, id)
				continue
			}
			one := &standing{id: id, kind: rapid.SampledFrom([]watch.Kind{watch.KindLOTS, watch.KindORGANISATION}).Draw(r, "kind"), seller: rapid.IntRange(1, 2).Draw(r, "of")}
			one.asked = asked{
				city: rapid.SampledFrom(cities).Draw(r, "city"), field: rapid.SampledFrom(fields).Draw(r, "field"),
				stage: rapid.SampledFrom(states).Draw(r, "state"), seller: rapid.IntRange(0, 2).Draw(r, "seller"),
			}
			all[id] = one
			s.put(one)
		}
		l := &ent.Listing{ID: 9, City: rapid.SampledFrom(cities).Draw(r, "in"), Field: listing.Field(rapid.SampledFrom(fields[1:]).Draw(r, "of field"))}
		if n := rapid.IntRange(0, 2).Draw(r, "by"); n > 0 {
			l.Edges.Seller = &ent.Organisation{ID: n}
		}
		for i, phase := range rapid.SliceOfN(rapid.SampledFrom([]auction.Phase{auction.Announced, auction.Free}), 0, 2).Draw(r, "lots") {
			l.Edges.Lots = append(l.Edges.Lots, &ent.Lot{ID: 70 + i, Phase: string(phase)})
		}
		type pair struct{ id, subject int }
		var got, want []pair
		sheet := search.Lay(l, nil, time.Now())
		s.meet(l, &sheet, func(one *standing, subject int) { got = append(got, pair{one.id, subject}) })
		for id, one := range all {
			switch one.kind {
			case watch.KindORGANISATION:
				if l.Edges.Seller != nil && l.Edges.Seller.ID == one.seller {
					want = append(want, pair{id, l.ID})
				}
			case watch.KindLOTS:
				for _, lot := range l.Edges.Lots {
					if one.asked.wants(l, lot) {
						want = append(want, pair{id, lot.ID})
					}
				}
			}
		}
		in := func(a, b pair) int { return (a.id-b.id)*1000 + a.subject - b.subject }
		slices.SortFunc(got, in)
		slices.SortFunc(want, in)
		if !slices.Equal(got, want) {
			r.Fatalf("found %v, asking all finds %v", got, want)
		}
	})
}
