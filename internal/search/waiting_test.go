package search

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/ent/patent"
	"github.com/g60-corridor/corridor/internal/auction"
)

// What waits is found by what a listing has exactly as if every question were asked of it.
func TestWhatWaitsIsFoundAsIfAllWereAsked(t *testing.T) {
	texts := []string{"石墨烯", "墨", "石墨石墨烯", "graphene", "Graphene membranes", "超滤膜电池组件", "the", "of the", "谷水", "沈怀谷", "2018100000012", "201810", "ZL201810000001.2",
		"G60-26-0007", "G60-L-0004", "A61K", "A61", "A61K 31/00", "A61K31/0", "B01D", "12310000425006117P", "PD-1", "nothing", "COVID-19", "covid", "19",
		"Ti-6Al-4V", "304 316", "304-316", "316", "100000"}
	rapid.Check(t, func(r *rapid.T) {
		text := func(name string) string {
			return strings.Join(rapid.SliceOfN(rapid.SampledFrom(texts), 0, 3).Draw(r, name), " ")
		}
		waiting, all := NewWaiting(), map[int]Standing{}
		for range rapid.IntRange(1, 30).Draw(r, "questions") {
			id := rapid.IntRange(1, 20).Draw(r, "id")
			if rapid.IntRange(0, 4).Draw(r, "drop") == 0 {
				waiting.Drop(id)
				delete(all, id)
				continue
			}
			q := Request{Text: text("q"), Chosen: map[string][]string{}}
			for range rapid.IntRange(0, 2).Draw(r, "facets") {
				f := Facets[rapid.IntRange(0, facetsInAll-1).Draw(r, "facet")]
				q.Chosen[f.Name] = rapid.SliceOfN(rapid.SampledFrom(f.Values), 1, 2).Draw(r, "values")
			}
			all[id] = Stand(q)
			waiting.Put(id, all[id])
		}
		l := &ent.Listing{
			ID: 1, Number: rapid.SampledFrom([]string{"G60-26-0007", "G60-26-0008"}).Draw(r, "number"), TitleZh: text("zh"), SummaryEn: text("en"), CreatedAt: noon,
			City: rapid.SampledFrom(Facets[city].Values).Draw(r, "city"), Field: listing.Field(rapid.SampledFrom(Facets[field].Values).Draw(r, "field")),
			Trl: rapid.IntRange(1, 9).Draw(r, "trl"), Rights: []string{"ASSIGN", "SOLE"}, PriceIdeaFen: rapid.Int64Range(0, 2000*tenThousand).Draw(r, "price"),
		}
		if rapid.Bool().Draw(r, "patented") {
			l.Edges.Patents = []*ent.Patent{{ApplicationNo: "201810000001.2", PublicationNo: "CN109046038B", Kind: patent.KindINVENTION, FiledOn: noon,
				Ipc: []string{rapid.SampledFrom([]string{"A61K 31/00", "B01D 71/68"}).Draw(r, "class")}}}
		}
		if rapid.Bool().Draw(r, "on sale") {
			l.Edges.Lots = []*ent.Lot{{ID: 4, Number: "G60-L-0004", Phase: string(auction.Free), Terms: auction.Terms{StartFen: 100}}}
		}
		sheet := Lay(l, nil, noon)
		var want []int
		for id, s := range all {
			if s.Meets(&sheet) {
				want = append(want, id)
			}
		}
		slices.Sort(want)
		if got := waiting.Met(&sheet); !slices.Equal(got, want) {
			r.Fatalf("found %v, asking all finds %v", got, want)
		}
		for id := range all {
			waiting.Drop(id)
		}
		if len(waiting.behind)+len(waiting.questions) > 0 {
			r.Fatalf("%v wait still", waiting.behind)
		}
	})
}

// Ten thousand people wait for words that are as unlike as those of real searches: what it costs to hold one listing
// against all of them, and against those who may wait for it.
func BenchmarkTenThousandWaiting(b *testing.B) {
	r := rand.New(rand.NewPCG(2026, 11))
	phrase := func() (zh, en string) { // four thousand, some drawn far more often than others
		n := int(4000 * r.Float64() * r.Float64())
		for i := range 3 {
			zh += string(rune(0x4e00 + (n*7919+i*104729)%5000))
			en += string([]rune{'b' + rune(n>>(4*i)&15), 'a'})
		}
		return zh, en
	}
	waiting, all := NewWaiting(), []Standing{}
	for i := range 10_000 {
		zh, en := phrase()
		q := Request{Text: []string{zh, en, zh + " " + en, fmt.Sprintf("%c%02dK", 'A'+i%8, i%60+1), ""}[i%5], Chosen: map[string][]string{}}
		if i%2 == 0 || i%5 == 4 {
			q.Chosen["city"] = []string{Facets[city].Values[r.IntN(9)]}
		}
		if i%5 == 4 {
			q.Chosen["field"], q.Chosen["trl"] = []string{Facets[field].Values[r.IntN(11)]}, []string{Facets[maturity].Values[r.IntN(9)]}
		}
		all = append(all, Stand(q))
		waiting.Put(i, all[i])
	}
	var sheets []Sheet
	for i := range 100 {
		l := &ent.Listing{ID: i, Number: fmt.Sprint("G60-", i), City: Facets[city].Values[i%9], Field: "NM", Trl: 1 + i%9, CreatedAt: noon}
		for range 30 {
			zh, en := phrase()
			l.SummaryZh, l.SummaryEn = l.SummaryZh+zh, l.SummaryEn+" "+en
		}
		sheets = append(sheets, Lay(l, nil, noon))
	}
	met := 0
	b.Run("all", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			for id := range all {
				if all[id].Meets(&sheets[i%len(sheets)]) {
					met++
				}
			}
		}
	})
	b.Run("waiting", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			met += len(waiting.Met(&sheets[i%len(sheets)]))
		}
	})
	if met == 0 {
		b.Fatal("nothing is met")
	}
}
