package project_test

import (
	"context"
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/document"
	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/ent/mandate"
	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/internal/agenda"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/authority"
	"github.com/g60-corridor/corridor/internal/calendar"
	"github.com/g60-corridor/corridor/internal/depot"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/inbox"
	"github.com/g60-corridor/corridor/internal/market"
	"github.com/g60-corridor/corridor/internal/money"
	"github.com/g60-corridor/corridor/internal/project"
	"github.com/g60-corridor/corridor/internal/proof"
	"github.com/g60-corridor/corridor/internal/store"
	"github.com/g60-corridor/corridor/internal/store/storetest"
	"github.com/g60-corridor/corridor/internal/trade"
	"github.com/g60-corridor/corridor/seeds"
)

const yuan = money.Yuan

// house is a market with projects on a real database, and a clock that tests set.
type house struct {
	t        *testing.T
	db       *store.DB
	clock    *clock
	agenda   *agenda.Agenda
	market   *market.Service
	floor    *floor
	projects *project.Service
	files    *shelf
	seller   identity.Viewer
	operator identity.Viewer
	buyers   []identity.Viewer
	listing  *ent.Listing
	herald   crier
}

type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) set(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = at
}

var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// at is a moment of the corridor such as 2026-03-02 10:00.
func at(text string) time.Time {
	when, err := time.ParseInLocation("2006-01-02 15:04", text, calendar.Zone)
	if err != nil {
		panic(err)
	}
	return when
}

// floor is a saleroom in its simplest form, at the test's clock.
type floor struct {
	log    *store.Log
	clock  *clock
	mu     sync.Mutex
	states map[auction.LotID]*auction.State
	down   error // what it answers instead
}

func (f *floor) Submit(ctx context.Context, id auction.LotID, c auction.Command) (auction.Entry, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.down != nil {
		return auction.Entry{}, f.down
	}
	s := f.states[id]
	if s == nil {
		s = auction.NewState(id)
		f.states[id] = s
	}
	at := auction.InstantOf(f.clock.now())
	var last auction.Entry
	for _, e := range auction.Decide(s, at, c) {
		stored, err := f.log.Append(ctx, id, s.Position, []auction.Entry{{Seq: s.Position.Seq + 1, At: max(at, s.LastAt), Event: e}})
		if err != nil {
			return last, err
		}
		last = stored[0]
		s.Apply(last)
	}
	return last, nil
}

func each(t *testing.T, test func(t *testing.T, h *house)) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h := open(t, db, &clock{at: at("2026-02-26 09:00")})
		h.populate()
		test(t, h)
	})
}

// open opens the rooms on a database, as a node does when it starts.
func open(t *testing.T, db *store.DB, c *clock) *house {
	t.Helper()
	h := &house{t: t, db: db, clock: c}
	vault, err := proof.NewVault(make([]byte, 32), ed25519.NewKeyFromSeed(make([]byte, 32)))
	must(t, err)
	log := db.Log(vault, nil)
	h.floor = &floor{log: log, clock: c, states: map[auction.LotID]*auction.State{}}
	h.market, err = market.New(market.Options{
		Database: db, Saleroom: h.floor, Entries: log, Secret: make([]byte, 32), Now: c.now, Log: quiet,
	})
	must(t, err)
	h.agenda, err = agenda.New(agenda.Options{DB: db, Now: c.now, Log: quiet})
	must(t, err)
	files, err := depot.Open(t.Context(), "mem://")
	must(t, err)
	t.Cleanup(func() { must(t, files.Close()) })
	h.files = &shelf{Depot: files, there: map[string]bool{}}
	h.projects = project.New(project.Options{
		Database: db, Market: h.market, Agenda: h.agenda, Herald: &h.herald, Depot: h.files, Authority: h.limits(), Now: c.now, Log: quiet,
	})
	return h
}

// crier keeps what it is given to tell.
type crier struct {
	mu   sync.Mutex
	told []inbox.News
}

func (c *crier) Tell(_ context.Context, _ *store.Tx, n inbox.News) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.told = append(c.told, n)
	return nil
}

func (h *house) limits() *authority.Service {
	return authority.New(authority.Options{Database: h.db, Herald: &h.herald, Now: h.clock.now})
}

func (h *house) populate() {
	ctx := h.t.Context()
	h.operator = h.member(organisation.KindMARKET_OPERATOR, membership.RoleADMINISTRATOR)
	h.seller = h.member(organisation.KindUNIVERSITY, membership.RoleADMINISTRATOR)
	for range 3 {
		h.buyers = append(h.buyers, h.member(organisation.KindCOMPANY, membership.RoleAGENT))
	}
	var err error
	h.listing, err = h.db.Ent().Listing.Create().SetNumber("L-1").SetTitleZh("石墨烯膜").SetTitleEn("Graphene membrane").
		SetField(listing.FieldNM).SetTrl(6).SetRights([]string{"ASSIGN", "EXCLUSIVE"}).SetInventors([]string{"甲"}).SetCity("310117").
		SetSeller(h.seller.Organisation).SetStatus(listing.StatusPUBLISHED).Save(ctx)
	must(h.t, err)
	h.paper(h.listing, document.KindDECISION)
}

// paper lies with the listing: its row alone, for the rooms of papers are not open here.
func (h *house) paper(l *ent.Listing, k document.Kind) *ent.Document {
	h.t.Helper()
	ctx, client := h.t.Context(), h.db.Ent()
	d := client.Document.Create().SetListing(l).SetAudience(document.AudienceINTERNAL).SetKind(k).SetTitleZh("决策").
		SetCreatedAt(h.clock.now()).SaveX(ctx)
	client.DocumentVersion.Create().SetDocument(d).SetNumber(1).SetKey(fmt.Sprint("key", d.ID)).SetType("application/pdf").SetSize(9).
		SetSha256(fmt.Sprintf("%064d", d.ID)).SetPerson(h.seller.Person).SetAt(h.clock.now()).SaveX(ctx)
	return d
}

func (h *house) member(kind organisation.Kind, role membership.Role) identity.Viewer {
	h.t.Helper()
	ctx, client := h.t.Context(), h.db.Ent()
	n := client.Organisation.Query().CountX(ctx) + 1
	o, err := client.Organisation.Create().SetStanding(organisation.StandingVERIFIED).SetNameZh(fmt.Sprint("单位", n)).SetNameEn(fmt.Sprint("Body ", n)).SetKind(kind).
		SetUscc(fmt.Sprintf("%018d", n)).SetCity("310117").Save(ctx)
	must(h.t, err)
	p, err := client.Person.Create().SetEmail(fmt.Sprintf("p%d@example.org", n)).SetNameZh("某人").Save(ctx)
	must(h.t, err)
	must(h.t, client.Membership.Create().SetPerson(p).SetOrganisation(o).SetRole(role).Exec(ctx))
	if role == membership.RoleAGENT && kind == organisation.KindCOMPANY { // §1.1
		must(h.t, client.Mandate.Create().SetPerson(p).SetOrganisation(o).SetScope([]string{"BID"}).SetState(mandate.StateACCEPTED).SetSubmittedBy(p.ID).
			SetValidFrom(h.clock.now().AddDate(-1, 0, 0)).SetValidUntil(h.clock.now().AddDate(5, 0, 0)).Exec(ctx))
	}
	return identity.Viewer{Person: p, Organisation: o, Membership: role}
}

func file(price money.Fen) trade.DecisionFile {
	return trade.DecisionFile{
		Document: "校长办公会〔2026〕3号", Minutes: "会议纪要", Basis: "评估报告", DecidedOn: calendar.On(2026, 2, 25),
		InventorsNotified: true, ConflictsDeclared: true, PriceFen: price,
	}
}

func content() trade.NoticeContent {
	return trade.NoticeContent{Name: "石墨烯膜", Abstract: "一种膜", ObjectionProcedure: "书面提出", InUnit: "公告栏", OnMarket: "本市场"}
}

// mode is the sale that listings announce: half an hour, then cycles of four minutes.
func mode(t *testing.T) trade.Mode {
	terms, err := seeds.Rules("demo-short")
	must(t, err)
	raw, err := json.Marshal(terms)
	must(t, err)
	return trade.Mode{Name: "ascending", Terms: raw}
}

func listingTerms(t *testing.T, deposit money.Fen) trade.ListingTerms {
	return trade.ListingTerms{Channels: []string{"market"}, Entrance: trade.Entrance{DepositFen: deposit, Mode: mode(t)}}
}

func (h *house) open(way trade.Way, price money.Fen) int {
	h.t.Helper()
	o := project.Opening{Listing: h.listing.ID, Way: way, Rights: "ASSIGN", PriceFen: price}
	if way == trade.ByAgreement {
		o.Buyer = h.buyers[0].Organisation.Uscc
	}
	id, err := h.projects.Open(h.t.Context(), h.seller, o)
	must(h.t, err)
	return id
}

func (h *house) do(by identity.Viewer, id int, when string, c trade.Command) error {
	h.t.Helper()
	if when != "" {
		h.clock.set(at(when))
	}
	return h.projects.Do(h.t.Context(), by, id, c)
}

func (h *house) must(by identity.Viewer, id int, when string, c trade.Command) {
	h.t.Helper()
	if err := h.do(by, id, when, c); err != nil {
		h.t.Fatalf("%s %T: %v", when, c, err)
	}
}

func (h *house) refused(by identity.Viewer, id int, when string, c trade.Command, why trade.Reason) {
	h.t.Helper()
	err := h.do(by, id, when, c)
	if fault.Of(err) != fault.Conflict || fault.In(err).Problem != fault.Problem(why) {
		h.t.Fatalf("%s %T: %v, want %s", when, c, err, why)
	}
}

func (h *house) view(id int) *project.View {
	h.t.Helper()
	v, err := h.projects.View(h.t.Context(), h.operator, id)
	must(h.t, err)
	return v
}

func (h *house) in(id int, p trade.Phase) {
	h.t.Helper()
	if v := h.view(id); v.State.Phase != p || v.Row.Phase != string(p) || v.Row.Seq != v.State.Seq {
		h.t.Fatalf("project %d is %s, its row %s, want %s", id, v.State.Phase, v.Row.Phase, p)
	}
}

// count is how often something happened.
func (h *house) count(id int, kind string) (n int) {
	h.t.Helper()
	for _, e := range h.view(id).Entries {
		if e.Event.Kind() == kind {
			n++
		}
	}
	return n
}

// work runs the agenda until the function that it returns is called.
func (h *house) work() (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- h.agenda.Run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			h.t.Errorf("run: %v", err)
		}
	})
	h.t.Cleanup(stop)
	return stop
}

func until(t *testing.T, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !is(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain: %s", what)
		}
	}
}

// list brings a listing to publication.
func (h *house) list(price money.Fen, when string, terms trade.ListingTerms) int {
	h.t.Helper()
	id := h.open(trade.ByListing, price)
	h.must(h.seller, id, "", trade.RecordDecision{File: file(price)})
	h.must(h.seller, id, "", trade.SubmitForReview{})
	h.must(h.operator, id, when, trade.PublishListing{Terms: terms})
	return id
}

// qualify brings a company to qualification.
func (h *house) qualify(by identity.Viewer, id int, when string) {
	h.t.Helper()
	h.must(by, id, when, trade.Register{})
	r, ok := project.Registered(by, h.view(id))
	if !ok {
		h.t.Fatal("not registered")
	}
	h.must(h.operator, id, "", trade.AcceptDocuments{Registration: r.ID})
	h.must(h.operator, id, "", trade.ReceiveDeposit{Registration: r.ID, AmountFen: h.view(id).State.Terms.Entrance.DepositFen})
}
