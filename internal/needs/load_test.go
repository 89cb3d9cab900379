package needs_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/ent/need"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/ent/patent"
	"github.com/g60-corridor/corridor/internal/agenda"
	"github.com/g60-corridor/corridor/internal/inbox"
	"github.com/g60-corridor/corridor/internal/matching"
	"github.com/g60-corridor/corridor/internal/money"
	"github.com/g60-corridor/corridor/internal/needs"
	"github.com/g60-corridor/corridor/internal/search"
	"github.com/g60-corridor/corridor/internal/store/storetest"
	"github.com/g60-corridor/corridor/internal/subject"
)

// What a large market holds.
const (
	loadListings = 100_000
	loadNeeds    = 1000
)

// phrases writes so many pieces of Chinese and of English. There are four thousand, some drawn far more often than others.
func phrases(r *rand.Rand, many int) (zh, en string) {
	for range many {
		n := int(4000 * r.Float64() * r.Float64())
		for i := range 3 {
			zh += string(rune(0x4e00 + (n*7919+i*104729)%5000))
			en += string([]rune{'b' + rune(n>>(4*i)&15), 'a'})
		}
		zh, en = zh+"，", en+" "
	}
	return zh, en
}

func class(r *rand.Rand) string {
	return fmt.Sprintf("%c%02d%c %d/%02d", 'A'+r.IntN(8), 1+r.IntN(30), 'A'+r.IntN(12), 1+r.IntN(40), r.IntN(90))
}

type load struct {
	*house
	r       *rand.Rand
	sellers []*ent.Organisation
}

func (l *load) plant(ctx context.Context, from, to int) error {
	client := l.db.Ent()
	var patents []*ent.PatentCreate
	for n := from; n < to; n++ {
		zh, en := phrases(l.r, 3)
		sumZH, sumEN := phrases(l.r, 25)
		patents = append(patents, client.Patent.Create().SetApplicationNo(fmt.Sprint("A", n)).SetKind(patent.KindINVENTION).SetTitleZh(zh).SetTitleEn(en).
			SetAbstractZh(sumZH).SetAbstractEn(sumEN).SetIpc([]string{class(l.r)}).SetFiledOn(noon).SetLegalStatus(patent.LegalStatusIN_FORCE).SetStatusAsOf(noon))
	}
	made, err := client.Patent.CreateBulk(patents...).Save(ctx)
	if err != nil {
		return err
	}
	var all []*ent.ListingCreate
	for i, p := range made {
		all = append(all, client.Listing.Create().SetNumber(fmt.Sprint("L", from+i)).SetTitleZh(p.TitleZh).SetTitleEn(p.TitleEn).SetSummaryZh(p.AbstractZh).
			SetSummaryEn(p.AbstractEn).SetField(listing.Field([]string{"NM", "BIO", "AI", "IC", "NE"}[l.r.IntN(5)])).SetTrl(1+l.r.IntN(9)).SetRights([]string{"ASSIGN"}).
			SetInventors([]string{"沈怀谷"}).SetCity("310117").SetPriceIdeaFen(l.r.Int64N(2_000_000_000)).SetSeller(l.sellers[l.r.IntN(len(l.sellers))]).
			SetStatus(listing.StatusPUBLISHED).AddPatents(p))
	}
	return client.Listing.CreateBulk(all...).Exec(ctx)
}

func (l *load) ask(ctx context.Context, n int) error {
	titleZH, titleEN := phrases(l.r, 3)
	textZH, textEN := phrases(l.r, 20)
	w := matching.Wish{TitleZH: titleZH, TitleEN: titleEN, TextZH: textZH, TextEN: textEN, Field: []string{"NM", "BIO", "AI"}[n%3], IPC: []string{class(l.r)},
		LevelLeast: 4, BudgetMostFen: 5_000_000 * money.Yuan, Rights: []subject.Mode{subject.Assign}, City: "310117", Until: "2026-12-31", Secrecy: matching.Public}
	return l.db.Ent().Need.Create().SetNumber(fmt.Sprint("N", n)).SetWish(w).SetPlanField(w.Field).SetCity(w.City).SetMark(fmt.Sprint(n)).
		SetOwnerID(l.company.OrganisationID()).SetStatus(need.StatusPUBLISHED).SetPublishedAt(noon).SetEndsAt(noon.AddDate(0, 1, 0)).SetChangedAt(noon).
		SetCreatedAt(noon).Exec(ctx)
}

func newLoad(b *testing.B) *load {
	ctx := context.Background()
	fail := func(err error) {
		if err != nil {
			b.Fatal(err)
		}
	}
	db := storetest.SQLite(b)
	l := &load{house: &house{db: db, clock: noon}, r: rand.New(rand.NewPCG(2026, 11))}
	for i := range 61 {
		l.sellers = append(l.sellers, db.Ent().Organisation.Create().SetNameZh(fmt.Sprint("大学", i)).SetNameEn(fmt.Sprint("University ", i)).
			SetKind(organisation.KindUNIVERSITY).SetUscc(fmt.Sprint("U", i)).SetCity("310117").SetStanding(organisation.StandingVERIFIED).SaveX(ctx))
	}
	l.company.Organisation, l.sellers = l.sellers[0], l.sellers[1:]
	for i, o := range l.sellers {
		p := db.Ent().Person.Create().SetEmail(fmt.Sprintf("p%d@example.org", i)).SetNameZh("某人").SaveX(ctx)
		db.Ent().Membership.Create().SetPerson(p).SetOrganisation(o).SetRole(membership.RoleADMINISTRATOR).ExecX(ctx)
	}
	for from := 0; from < loadListings; from += 500 {
		fail(l.plant(ctx, from, from+500))
	}
	for n := range loadNeeds {
		fail(l.ask(ctx, n))
	}
	quiet := slog.New(slog.NewTextHandler(io.Discard, nil))
	plan, err := agenda.New(agenda.Options{DB: db, Log: quiet})
	fail(err)
	l.diary = &diary{Agenda: plan, doers: map[string]agenda.Doer{}}
	l.search = search.New(search.Options{Database: db, Now: l.now, Log: quiet})
	post, err := inbox.New(inbox.Options{DB: db, Agenda: plan, Postman: inbox.Shelf{}, Origin: "https://market.example", Now: l.now, Log: quiet})
	fail(err)
	l.needs = needs.New(needs.Options{Database: db, Search: l.search, Agenda: l.diary, Herald: post, Now: l.now, Log: quiet})
	running, stop := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() { defer close(ended); l.search.Run(running) }()
	b.Cleanup(func() { stop(); <-ended })
	for {
		if _, _, err := l.search.Words(ctx, "膜"); err == nil {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	fail(l.needs.Follow(ctx)) // begins with the changes from now
	return l
}

// What a published need, and a published listing, cost in a market of a hundred thousand listings and a thousand needs.
func BenchmarkMatching(b *testing.B) {
	ctx := context.Background()
	l := newLoad(b)
	all := l.db.Ent().Need.Query().IDsX(ctx)
	b.Run("a need", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			if err := l.needs.Match(ctx, all[i%len(all)]); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(l.db.Ent().NeedMatch.Query().CountX(ctx)), "matches")
	})
	next := loadListings
	listings := func(name string, many int) {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				if err := l.plant(ctx, next, next+many); err != nil {
					b.Fatal(err)
				}
				next += many
				b.StartTimer()
				if err := l.needs.Follow(ctx); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	listings("a listing, the first after a start", 1)
	listings("a listing", 1)
	listings("a hundred listings", 100)
}
