package search

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/store"
	"github.com/g60-corridor/corridor/internal/store/storetest"
)

// A question that stands, asked of each listing by itself, finds what the index finds.
func TestAStandingQuestionFindsWhatTheIndexFinds(t *testing.T) {
	h := newHall(t, storetest.SQLite(t), "")
	seller := h.seller("谷水大学", "Gushui University", "12310000425006117P")
	parts := []word2{{"石墨烯", "graphene"}, {"超滤膜", "membranes"}, {"电池", "battery cells"}, {"抗体", "antibody"}, {"量子点", "quantum dots"}, {"一种", "the method"}, {"疫苗", "COVID-19 vaccine"}}
	ipc := [][]string{{"H01M4/36"}, {"A61K31/00", "B01D61/14"}, {"C08G73/10"}, nil}
	for i := range 40 {
		a, b := parts[i%len(parts)], parts[(i*5+i/7)%len(parts)]
		l := h.offer(seller, offer{
			number: fmt.Sprintf("G60-26-%04d", i), zh: a.zh + b.zh, en: a.en + " of " + b.en, sumZH: b.zh, city: []string{"310117", "330100", "340100"}[i%3],
			field: []string{"NM", "BIO"}[i%2], trl: 1 + i%9, ipc: ipc[i%len(ipc)], priceFen: int64(i%5) * 60 * tenThousand,
			application: []string{"", fmt.Sprintf("2018%09d", 100000000+i)}[i%2],
		})
		if i%4 == 0 {
			h.lot(l, fmt.Sprintf("G60-L-%04d", i), []auction.Phase{auction.Free, auction.Announced, auction.Closed}[i/4%3], 100*tenThousand)
		}
	}
	h.ready()
	all, err := h.listings().WithSeller().All(t.Context())
	must(t, err)
	words := []string{"石墨烯", "墨", "graphene", "Membrane", "超滤膜电池", "quantum", "dots", "the", "of", "谷水", "gushui", "2018100000001", "20181000", "G60-26-0007",
		"G60-L-0004", "A61K", "A61K31/00", "B01D61", "H01", "12310000425006117P", "nothing", "抗体量子", "沈怀谷", "C08G73/", "COVID-19", "covid-20", "304 316", "19"}
	rapid.Check(t, func(r *rapid.T) {
		q := Request{Chosen: map[string][]string{}}
		for range rapid.IntRange(0, 3).Draw(r, "words") {
			q.Text += " " + rapid.SampledFrom(words).Draw(r, "word")
		}
		if facet := Facets[rapid.IntRange(0, facetsInAll-1).Draw(r, "facet")]; rapid.Bool().Draw(r, "narrow") {
			q.Chosen[facet.Name] = []string{rapid.SampledFrom(facet.Values).Draw(r, "value")}
		}
		want, err := h.Matching(t.Context(), q)
		if err != nil {
			r.Fatal(err)
		}
		stands, got := Stand(q), []int{}
		for _, l := range all {
			if sheet := Lay(l, nil, noon); stands.Meets(&sheet) {
				got = append(got, l.ID)
			}
		}
		slices.Sort(want)
		slices.Sort(got)
		if !slices.Equal(got, want) {
			r.Fatalf("%+v: stands for %v, the index finds %v", q, got, want)
		}
		if found := h.find(q); found.Closeness == Exact && found.Total != len(want) {
			r.Fatalf("%+v: the page counts %d, matching are %d", q, found.Total, len(want))
		}
	})
}

type word2 struct{ zh, en string }

func TestChangedTellsOfWhatIsPublished(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h := newHall(t, db, "").ready()
		from, err := db.ChangesEnd(t.Context())
		must(t, err)
		seller := h.seller("谷水大学", "Gushui University", "")
		l := h.offer(seller, offer{number: "A", zh: "石墨烯"})
		draft := h.offer(seller, offer{number: "B", zh: "石墨烯", draft: true})
		h.lot(l, "L1", auction.Announced, 100)
		c, err := h.Changed(t.Context(), from)
		must(t, err)
		if len(c.Listings) != 1 || c.Listings[0].ID != l.ID || len(c.Listings[0].Edges.Lots) != 1 || !slices.Equal(c.Touched, []int{l.ID, draft.ID}) {
			t.Errorf("%+v", c)
		}
		l.Update().SetStatus(listing.StatusWITHDRAWN).SaveX(t.Context())
		if c, err = h.Changed(t.Context(), c.Next); err != nil || len(c.Listings) != 0 || !slices.Equal(c.Touched, []int{l.ID}) {
			t.Errorf("%+v %v", c, err)
		}
	})
}

func TestWhatIsKnown(t *testing.T) {
	k := Know([]int{1, 5, 70_000})
	b, err := k.Bytes()
	must(t, err)
	read, err := ReadKnown(b)
	must(t, err)
	for id, want := range map[int]bool{1: true, 5: true, 70_000: true, 2: false, 0: false, -1: false, 1 << 40: false} {
		if read.Has(id) != want {
			t.Errorf("%d: %v", id, !want)
		}
	}
	if empty, err := ReadKnown(nil); err != nil || empty.Has(1) {
		t.Errorf("%v", err)
	}
	if _, err := ReadKnown([]byte("no set")); err == nil {
		t.Error("anything is read as a set")
	}
}

func TestNothingMatchesWhileTheIndexIsBuilt(t *testing.T) {
	h := newHall(t, storetest.SQLite(t), "")
	if _, err := h.Matching(t.Context(), Request{}); !errors.Is(err, ErrBuilding) {
		t.Errorf("%v", err)
	}
}
