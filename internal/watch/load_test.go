package watch

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/url"
	"testing"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/ent/watch"
	"github.com/g60-corridor/corridor/internal/search"
	"github.com/g60-corridor/corridor/internal/store"
	"github.com/g60-corridor/corridor/internal/store/storetest"
)

// What a busy market holds: searches of many people, and changed listings some of which they wait for.
const (
	loadSearches = 10_000
	loadListings = 1000
)

// phrase is a piece of Chinese and of English. There are four thousand, some drawn far more often than others.
func phrase(r *rand.Rand) (zh, en string) {
	n := int(4000 * r.Float64() * r.Float64())
	syllables := []string{"ka", "ro", "mi", "te", "lu", "sa", "vo", "ne", "di", "pu", "ga", "fe", "zo", "hy", "qua", "bri"}
	for i := range 3 {
		zh += string(rune(0x4e00 + (n*7919+i*104729)%5000))
		en += syllables[n>>(4*i)&15]
	}
	return zh, en + "x"
}

// question is one that people save: words, with a city or a field as often as not, or a city and a field alone.
func question(r *rand.Rand) search.Request {
	q := search.Request{Chosen: map[string][]string{}}
	choose := func(i int) {
		f := search.Facets[i]
		q.Chosen[f.Name] = []string{f.Values[r.IntN(len(f.Values))]}
	}
	zh, en := phrase(r)
	switch n := r.IntN(10); {
	case n < 4:
		q.Text = zh
	case n < 6:
		q.Text = en
	case n < 8:
		_, other := phrase(r)
		q.Text = zh + " " + other
	case n < 9:
		q.Text = fmt.Sprintf("%c%02d%c", 'A'+r.IntN(8), 1+r.IntN(60), 'A'+r.IntN(12))
	default:
		choose(0)
		choose(1)
		choose(4)
	}
	if r.IntN(2) == 0 {
		choose(r.IntN(2))
	}
	return q
}

func (l load) listing(r *rand.Rand, n int) *ent.ListingCreate {
	zh, en, sumZH, sumEN := "", "", "", ""
	for i := range 30 {
		a, b := phrase(r)
		if i < 3 {
			zh, en = zh+a, en+" "+b
		}
		sumZH, sumEN = sumZH+a, sumEN+" "+b
	}
	pick := func(i int) string { return search.Facets[i].Values[r.IntN(len(search.Facets[i].Values))] }
	return l.db.Ent().Listing.Create().SetNumber(fmt.Sprintf("G60-B-%06d", n)).SetTitleZh(zh).SetTitleEn(en).SetSummaryZh(sumZH).SetSummaryEn(sumEN).
		SetField(listing.Field(pick(1))).SetTrl(1 + r.IntN(9)).SetRights([]string{"ASSIGN"}).SetInventors([]string{"沈怀谷"}).SetCity(pick(0)).
		SetSeller(l.seller).SetStatus(listing.StatusPUBLISHED).SetPublishedAt(time.Now())
}

type load struct {
	db     *store.DB
	seller *ent.Organisation
}

// A thousand changed listings are held against ten thousand saved searches: found, and written down.
func BenchmarkAThousandChanges(b *testing.B) {
	ctx := context.Background()
	r := rand.New(rand.NewPCG(2026, 11))
	l := load{db: storetest.SQLite(b)}
	l.seller = l.db.Ent().Organisation.Create().SetNameZh("谷水大学").SetNameEn("Gushui University").SetKind(organisation.KindUNIVERSITY).
		SetUscc("12310000MB0000001X").SetCity("310117").SaveX(ctx)
	owner := l.db.Ent().Person.Create().SetEmail("p@example.org").SetNameZh("沈怀谷").SaveX(ctx)
	s := New(Options{Database: l.db, Search: search.New(search.Options{Database: l.db, Now: time.Now, Log: quiet}), Now: time.Now, Log: quiet})
	var rows []*ent.WatchCreate
	var questions []search.Standing
	for i := range loadSearches {
		q := question(r)
		questions = append(questions, search.Stand(q))
		a, err := read(watch.KindSEARCH, values(q))
		if err != nil {
			b.Fatal(err)
		}
		rows = append(rows, l.db.Ent().Watch.Create().SetPersonID(owner.ID).SetKind(watch.KindSEARCH).SetQuery(a.query).SetMark(fmt.Sprint(i)).
			SetName("x").SetHow(watch.HowNONE).SetSince(0).SetCreatedAt(time.Now()))
		if len(rows) == 500 {
			l.db.Ent().Watch.CreateBulk(rows...).ExecX(ctx)
			rows = nil
		}
	}
	for {
		more, err := s.round(ctx)
		if err != nil {
			b.Fatal(err)
		}
		if !more {
			break
		}
	}
	var made []*ent.ListingCreate
	for i := range loadListings {
		made = append(made, l.listing(r, i))
		if len(made) == 200 {
			l.db.Ent().Listing.CreateBulk(made...).ExecX(ctx)
			made = nil
		}
	}
	changes, err := s.o.Search.Changed(ctx, s.cursor)
	if err != nil || len(changes.Listings) != loadListings {
		b.Fatalf("%d changed: %v", len(changes.Listings), err)
	}
	b.Run("asking all", func(b *testing.B) { // what it cost to find them without an index
		for b.Loop() {
			for _, l := range changes.Listings {
				sheet := search.Lay(l, nil, time.Now())
				for i := range questions {
					questions[i].Meets(&sheet)
				}
			}
		}
	})
	b.Run("news", func(b *testing.B) {
		n := 0
		for b.Loop() {
			news, err := s.news(ctx, changes)
			if err != nil {
				b.Fatal(err)
			}
			n = 0
			for _, f := range news {
				n += len(f.results)
			}
		}
		b.ReportMetric(float64(n), "hits")
	})
	b.Run("round", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.round(ctx); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func values(q search.Request) string {
	v := url.Values{}
	if q.Text != "" {
		v.Set("q", q.Text)
	}
	for name, of := range q.Chosen {
		v[name] = of
	}
	return v.Encode()
}
