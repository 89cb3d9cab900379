package watch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/ent/notice"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/ent/project"
	"github.com/g60-corridor/corridor/ent/watch"
	"github.com/g60-corridor/corridor/internal/agenda"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/inbox"
	"github.com/g60-corridor/corridor/internal/search"
	"github.com/g60-corridor/corridor/internal/store"
	"github.com/g60-corridor/corridor/internal/store/storetest"
	"github.com/g60-corridor/corridor/web/locale"
)

// desk is a watch on a real database, with a real search and a real inbox.
type desk struct {
	*Service
	t      *testing.T
	db     *store.DB
	search *search.Service
	inbox  *inbox.Service
	seller *ent.Organisation
	n      int
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func each(t *testing.T, test func(t *testing.T, d *desk)) {
	storetest.Each(t, func(t *testing.T, db *store.DB) { test(t, open(t, db)) })
}

var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

func open(t *testing.T, db *store.DB) *desk {
	t.Helper()
	d := &desk{t: t, db: db}
	a, err := agenda.New(agenda.Options{DB: db, Log: quiet})
	must(t, err)
	d.inbox, err = inbox.New(inbox.Options{DB: db, Agenda: a, Origin: "https://market.example", Now: time.Now, Log: quiet})
	must(t, err)
	d.search = search.New(search.Options{Database: db, Now: time.Now, Log: quiet})
	running, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); d.search.Run(running) }()
	t.Cleanup(func() { stop(); <-ended })
	d.Service = d.node(d.inbox)
	d.seller, err = db.Ent().Organisation.Create().SetNameZh("谷水大学").SetNameEn("Gushui University").SetKind(organisation.KindUNIVERSITY).
		SetUscc("12310000MB0000001X").SetCity("310117").Save(t.Context())
	must(t, err)
	d.indexed()
	return d
}

// node is another node of the same house.
func (d *desk) node(h Herald) *Service {
	return New(Options{Database: d.db, Search: d.search, Herald: h, Now: time.Now, Log: quiet})
}

// indexed waits until the index has all that is there.
func (d *desk) indexed() {
	d.t.Helper()
	for range 2000 {
		if ids, err := d.search.Matching(d.t.Context(), search.Request{}); err == nil {
			n := d.db.Ent().Listing.Query().Where(listing.StatusEQ(listing.StatusPUBLISHED)).CountX(d.t.Context())
			if len(ids) == n {
				return
			}
			d.search.Ring()
		}
		time.Sleep(5 * time.Millisecond)
	}
	d.t.Fatal("the index does not follow")
}

func (d *desk) person() identity.Viewer {
	d.n++
	p := d.db.Ent().Person.Create().SetEmail(fmt.Sprintf("p%d@example.org", d.n)).SetNameZh("沈怀谷").SaveX(d.t.Context())
	return identity.Viewer{Person: p}
}

func (d *desk) publish(zh, en string) *ent.Listing {
	d.n++
	return d.db.Ent().Listing.Create().SetNumber(fmt.Sprintf("G60-26-%04d", d.n)).SetTitleZh(zh).SetTitleEn(en).SetField("NM").SetTrl(5).
		SetRights([]string{"ASSIGN"}).SetInventors([]string{"沈怀谷"}).SetCity("310117").SetSeller(d.seller).
		SetStatus(listing.StatusPUBLISHED).SetPublishedAt(time.Now()).SaveX(d.t.Context())
}

func (d *desk) announce(l *ent.Listing) *ent.Lot {
	d.n++
	return d.db.Ent().Lot.Create().SetNumber(fmt.Sprintf("G60-L-%04d", d.n)).SetListing(l).SetOperator(d.seller).SetTerms(auction.Terms{StartFen: 100}).
		SetStatus("PUBLISHED").SetPhase(string(auction.Announced)).SetOpensAt(time.Now().Add(time.Hour)).SaveX(d.t.Context())
}

func (d *desk) save(by identity.Viewer, kind watch.Kind, query string, how watch.How) int {
	d.t.Helper()
	id, err := d.Save(d.t.Context(), by, kind, query, "我的搜索", how)
	must(d.t, err)
	return id
}

// told are the titles of what a person was told, the oldest first.
func (d *desk) told(by identity.Viewer) (titles []string) {
	for _, n := range d.db.Ent().Notice.Query().Where(notice.PersonID(by.PersonID())).Order(ent.Asc(notice.FieldID)).AllX(d.t.Context()) {
		titles = append(titles, inbox.Title(locale.EN, n)+" / "+inbox.Body(locale.EN, n))
	}
	return titles
}

func (d *desk) follow() {
	d.t.Helper()
	must(d.t, d.Follow(d.t.Context()))
}

// tells holds how often a person was told, and what the last notice says.
func (d *desk) tells(by identity.Viewer, n int, parts ...string) {
	d.t.Helper()
	all := d.told(by)
	if len(all) != n {
		d.t.Fatalf("told %d times, want %d: %q", len(all), n, all)
	}
	for _, p := range parts {
		if !strings.Contains(all[n-1], p) {
			d.t.Errorf("%q does not say %q", all[n-1], p)
		}
	}
}

func TestWhatIsNewToASearchIsToldOnce(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		old := d.publish("石墨烯超滤膜", "Graphene membrane")
		d.indexed()
		me, other := d.person(), d.person()
		d.save(me, watch.KindSEARCH, "q=石墨烯&page=3&sort=price&bogus=1", watch.HowAT_ONCE)
		d.save(other, watch.KindSEARCH, "q=perovskite", watch.HowAT_ONCE)
		d.follow()
		d.tells(me, 0) // what was there is no news
		d.announce(old)
		d.follow()
		d.tells(me, 0) // nor is it when something else of it changes
		l := d.publish("石墨烯电池", "Graphene battery")
		d.publish("钛合金支架", "Titanium stent")
		d.follow()
		d.tells(me, 1, "我的搜索", "“Graphene battery”")
		l.Update().SetSummaryZh("改过").SaveX(t.Context())
		d.announce(l)
		d.follow()
		must(t, d.node(d.inbox).Follow(t.Context())) // another node, from where the round is
		d.tells(me, 1)
		d.tells(other, 0)
		for range 5 {
			d.publish("石墨烯涂层", "")
		}
		d.follow()
		d.tells(me, 2, "5", "…")
	})
}

// The search that stands finds what the search finds; a draft is seen once it is published.
func TestWhatComesIntoASearchLaterIsNewToIt(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		l := d.publish("石墨烯超滤膜", "Graphene membrane")
		draft := d.publish("石墨烯", "")
		draft.Update().SetStatus(listing.StatusDRAFT).SaveX(t.Context())
		d.indexed()
		me := d.person()
		d.save(me, watch.KindSEARCH, "q=graphene&way=next", watch.HowAT_ONCE)
		d.follow()
		d.tells(me, 0)
		d.announce(l)
		d.follow()
		d.tells(me, 1, "Graphene membrane")
		draft.Update().SetStatus(listing.StatusPUBLISHED).SetTitleEn("Graphene two").SaveX(t.Context())
		d.announce(draft)
		d.follow()
		d.tells(me, 2, "Graphene two")
	})
}

func TestLotsOfASearchAndResultsOfASeller(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		l := d.publish("石墨烯超滤膜", "Graphene membrane")
		first := d.announce(l)
		me := d.person()
		d.save(me, watch.KindLOTS, "state=next&city=310117", watch.HowAT_ONCE)
		fan := d.person()
		must(t, d.Begin(t.Context(), fan, watch.KindORGANISATION, d.seller.ID))
		d.follow()
		d.tells(me, 0)
		first.Update().SetPhase(string(auction.Closed)).SetOutcome("PASSED").SaveX(t.Context())
		d.follow()
		d.tells(me, 0)
		d.announce(l) // the same listing, another lot: it is new
		d.follow()
		d.tells(me, 1)
		d.tells(fan, 0)
		d.publish("量子点", "Quantum dots")
		d.follow()
		d.tells(fan, 1, "Gushui University", "Quantum dots")
	})
}

func TestHowPeopleAreTold(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		now, daily, never := d.person(), d.person(), d.person()
		d.save(now, watch.KindSEARCH, "q=graphene", watch.HowAT_ONCE)
		d.save(daily, watch.KindSEARCH, "q=graphene", watch.HowDAILY)
		id := d.save(never, watch.KindSEARCH, "q=graphene", watch.HowNONE)
		d.publish("石墨烯", "Graphene")
		d.follow()
		d.tells(now, 1)
		d.tells(daily, 1)
		d.tells(never, 0)
		if n := d.db.Ent().Notice.Query().Where(notice.PersonID(now.PersonID()), notice.MailedAtNotNil()).CountX(t.Context()); n != 1 {
			t.Errorf("%d letters at once", n)
		}
		if n := d.db.Ent().Notice.Query().Where(notice.PersonID(daily.PersonID()), notice.MailEQ(notice.MailDAILY), notice.MailedAtIsNil()).CountX(t.Context()); n != 1 {
			t.Error("the daily letter has nothing to tell")
		}
		news, err := d.News(t.Context(), never, id)
		must(t, err)
		if news.Total != 1 || len(news.Listings) != 1 {
			t.Errorf("%+v", news)
		}
	})
}

func TestThingsAreToldOfWhenTheyChange(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx := t.Context()
		l := d.publish("石墨烯超滤膜", "Graphene membrane")
		lot := d.announce(l)
		p := d.db.Ent().Project.Create().SetNumber("G60-P-1").SetWay(project.WayLISTING).SetListing(l).SetSeller(d.seller).SetOperator(d.seller).
			SetPublished(true).SetPhase("LISTED").SetPriceFen(100).SetDueAt(time.Now().Add(time.Hour)).SetDueKind("close").SaveX(ctx)
		both, project := d.person(), d.person()
		must(t, d.Begin(ctx, both, watch.KindLISTING, l.ID))
		must(t, d.Begin(ctx, both, watch.KindLOT, lot.ID))
		must(t, d.Begin(ctx, both, watch.KindLOT, lot.ID)) // pressed twice
		must(t, d.Begin(ctx, project, watch.KindPROJECT, p.ID))
		d.follow()
		d.tells(both, 0)
		set := func(phase auction.Phase, changes int) {
			lot.Update().SetPhase(string(phase)).SetChanges(changes).SaveX(ctx)
			d.follow()
		}
		lot.Update().SetOpensAt(time.Now().Add(2 * time.Hour)).SaveX(ctx)
		d.follow()
		d.tells(both, 1, lot.Number, "moved")
		set(auction.Free, 1)
		d.tells(both, 2, "open") // once, though he watches the listing and the lot
		set(auction.Limited, 1)
		lot.Update().SetPriceFen(500).SetHasBid(true).SaveX(ctx)
		d.follow()
		d.tells(both, 2) // the course of the bidding is not told
		set(auction.Paused, 2)
		set(auction.Limited, 3)
		set(auction.Paused, 4)
		d.tells(both, 5, "suspended")
		lot.Update().SetPhase(string(auction.Closed)).SetOutcome("SOLD").SaveX(ctx)
		d.follow()
		d.tells(both, 6, "sold")
		d.tells(project, 0)
		p.Update().SetDueAt(time.Now().Add(5 * time.Hour)).SaveX(ctx)
		d.follow()
		d.tells(project, 1, "extended")
		p.Update().SetPriceFen(90).SaveX(ctx)
		d.follow()
		d.tells(project, 2, "price")
		p.Update().SetPhase("SUSPENDED").SaveX(ctx)
		d.follow()
		d.tells(project, 3, "Suspended", "G60-P-1")
		l.Update().SetStatus(listing.StatusWITHDRAWN).SaveX(ctx)
		d.follow()
		d.tells(both, 10, "withdrawn")
		must(t, d.End(ctx, both, watch.KindLOT, lot.ID))
		if is, err := d.Watches(ctx, both, watch.KindLOT, lot.ID); err != nil || is {
			t.Errorf("%v %v", is, err)
		}
	})
}

// Who bids in a lot hears of its end from the sale, and not a second time because he watches it.
func TestWhoTakesPartIsNotToldTwice(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx := t.Context()
		lot := d.announce(d.publish("石墨烯", "Graphene"))
		bidder, other := d.person(), d.person()
		company := d.db.Ent().Organisation.Create().SetNameZh("蓝川").SetNameEn("Lanchuan").SetKind(organisation.KindCOMPANY).SetUscc("X").SetCity("310117").SaveX(ctx)
		d.db.Ent().Membership.Create().SetPerson(bidder.Person).SetOrganisation(company).SetRole("AGENT").SaveX(ctx)
		d.db.Ent().Registration.Create().SetLot(lot).SetOrganisation(company).SetState("QUALIFIED").SaveX(ctx)
		must(t, d.Begin(ctx, bidder, watch.KindLOT, lot.ID))
		must(t, d.Begin(ctx, other, watch.KindLOT, lot.ID))
		d.follow()
		lot.Update().SetPhase(string(auction.Free)).SetChanges(1).SaveX(ctx)
		d.follow()
		d.tells(bidder, 1, "open") // the sale does not tell of that
		lot.Update().SetPhase(string(auction.Closed)).SetOutcome("SOLD").SetChanges(2).SaveX(ctx)
		d.follow()
		d.tells(bidder, 1)
		d.tells(other, 2, "sold")
	})
}

// torn is a herald whose transaction fails after it has told.
type torn struct {
	Herald
	left int
}

var errTorn = errors.New("the node died")

func (h *torn) Tell(ctx context.Context, tx *store.Tx, n inbox.News) error {
	if h.left--; h.left < 0 {
		return errTorn
	}
	return h.Herald.Tell(ctx, tx, n)
}

// Whatever dies in between, everybody is told of every result once: hits and notices stand or fall together.
func TestACrashLosesNothingAndTellsNothingTwice(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		var people []identity.Viewer
		for range tellMost + 20 { // more than one transaction
			people = append(people, d.person())
			d.save(people[len(people)-1], watch.KindSEARCH, "q=graphene", watch.HowDAILY)
		}
		thing := d.publish("钛合金支架", "Titanium stent")
		must(t, d.Begin(t.Context(), people[0], watch.KindLISTING, thing.ID))
		d.follow()
		d.publish("石墨烯", "Graphene")
		d.announce(thing)
		for _, after := range []int{0, 5, tellMost - 1, 3, tellMost + 19, 20} { // each a node that dies there
			if err := d.node(&torn{d.inbox, after}).Follow(t.Context()); err != nil && !errors.Is(err, errTorn) {
				t.Fatal(err)
			}
		}
		d.follow()
		must(t, d.node(d.inbox).Follow(t.Context()))
		d.tells(people[0], 2)
		for _, p := range people[1:] {
			d.tells(p, 1)
		}
	})
}

// Two nodes look at the same time.
func TestTwoNodesTellOnce(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		me := d.person()
		d.save(me, watch.KindSEARCH, "q=graphene", watch.HowAT_ONCE)
		nodes := []*Service{d.node(d.inbox), d.node(d.inbox), d.node(d.inbox)}
		for i := range 5 {
			d.publish("石墨烯", fmt.Sprintf("Graphene %d", i))
			d.save(d.person(), watch.KindSEARCH, "q=graphene", watch.HowAT_ONCE)
			done := make(chan error)
			for _, n := range nodes {
				go func() { done <- n.Follow(context.WithoutCancel(t.Context())) }()
			}
			for range nodes {
				must(t, <-done)
			}
		}
		d.tells(me, 5)
		if hits := d.db.Ent().WatchHit.Query().CountX(t.Context()); hits < 5 {
			t.Errorf("%d hits", hits)
		}
	})
}

func TestWhatCannotBeSaved(t *testing.T) {
	d := open(t, storetest.SQLite(t))
	me, other := d.person(), d.person()
	wants := func(err error, code fault.Code, problem fault.Problem) {
		t.Helper()
		e := fault.In(err)
		if e.Code != code || e.Problem != problem && (len(e.Fields) == 0 || e.Fields[0].Problem != problem) {
			t.Errorf("%v, want %s %s", err, code, problem)
		}
	}
	save := func(kind watch.Kind, query, name string, how watch.How) error {
		_, err := d.Save(t.Context(), me, kind, query, name, how)
		return err
	}
	wants(save(watch.KindSEARCH, "q=a", " ", "NONE"), fault.Invalid, "REQUIRED")
	wants(save(watch.KindSEARCH, "q=graphene", strings.Repeat("长", NameMost+1), "NONE"), fault.Invalid, "TOO_LONG")
	wants(save(watch.KindSEARCH, "q=graphene", "\u202egnp", "NONE"), fault.Invalid, "BAD_CHARACTERS")
	wants(save(watch.KindSEARCH, "q=graphene", "a\xff", "NONE"), fault.Invalid, "BAD_CHARACTERS")
	wants(save(watch.KindSEARCH, "q=graphene", "x", "HOURLY"), fault.Invalid, "UNKNOWN_VALUE")
	wants(save(watch.KindSEARCH, "", "x", "NONE"), fault.Invalid, "SEARCH_EMPTY")
	wants(save(watch.KindSEARCH, "city=nowhere", "x", "NONE"), fault.Invalid, "SEARCH_EMPTY")
	wants(save(watch.KindSEARCH, "q=the+of", "x", "NONE"), fault.Invalid, "SEARCH_EMPTY")
	wants(save(watch.KindSEARCH, "q="+strings.Repeat("a", 201), "x", "NONE"), fault.Invalid, "QUERY_TOO_LONG")
	wants(save(watch.KindSEARCH, "q="+strings.Repeat("a", 1<<20), "x", "NONE"), fault.Invalid, "QUERY_TOO_LONG")
	wants(save(watch.KindSEARCH, "%zz", "x", "NONE"), fault.Invalid, "UNKNOWN_VALUE")
	wants(save(watch.KindLOTS, "date=yesterday", "x", "NONE"), fault.Invalid, "UNKNOWN_VALUE")
	wants(save(watch.KindLOTS, "state=sometime", "x", "NONE"), fault.Invalid, "UNKNOWN_VALUE")
	wants(save(watch.KindLISTING, "", "x", "NONE"), fault.Invalid, "UNKNOWN_VALUE")
	must(t, save(watch.KindSEARCH, "q=graphene", "<script>alert(1)</script>", "NONE"))
	must(t, save(watch.KindSEARCH, "q=graphene&page=2", "again", "DAILY")) // the same search
	saved, _, err := d.Own(t.Context(), me)
	must(t, err)
	if len(saved) != 1 || saved[0].Watch.Name != "again" || saved[0].Watch.How != "DAILY" || saved[0].Path() != "/search?q=graphene" {
		t.Fatalf("%+v", saved)
	}
	id := saved[0].Watch.ID
	wants(d.Change(t.Context(), other, id, "mine", "NONE"), fault.NotFound, "")
	wants(d.Remove(t.Context(), other, id), fault.NotFound, "")
	if _, err := d.News(t.Context(), other, id); fault.Of(err) != fault.NotFound {
		t.Errorf("%v", err)
	}
	wants(d.Change(t.Context(), me, id, "", "NONE"), fault.Invalid, "REQUIRED")
	must(t, d.Change(t.Context(), me, id, "renamed", "NONE"))
	must(t, d.Remove(t.Context(), me, id))
	draft := d.publish("x", "")
	draft.Update().SetStatus(listing.StatusDRAFT).SaveX(t.Context())
	company := d.db.Ent().Organisation.Create().SetNameZh("蓝川").SetNameEn("Lanchuan").SetKind(organisation.KindCOMPANY).SetUscc("X").SetCity("310117").SaveX(t.Context())
	wants(d.Begin(t.Context(), me, watch.KindLISTING, draft.ID), fault.NotFound, "")
	wants(d.Begin(t.Context(), me, watch.KindLOT, 99), fault.NotFound, "")
	wants(d.Begin(t.Context(), me, watch.KindPROJECT, 99), fault.NotFound, "")
	wants(d.Begin(t.Context(), me, watch.KindORGANISATION, company.ID), fault.NotFound, "") // who bids is nobody's business
	wants(d.Begin(t.Context(), me, watch.KindSEARCH, 1), fault.NotFound, "")
	for i := range searchesMost {
		must(t, save(watch.KindSEARCH, fmt.Sprintf("q=word%d", i), "x", "NONE"))
	}
	wants(save(watch.KindSEARCH, "q=onemore", "x", "NONE"), fault.Conflict, "SEARCHES_MOST")
}
