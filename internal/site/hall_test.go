package site_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/alexedwards/scs/v2/memstore"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/ent/lot"
	"github.com/g60-corridor/corridor/ent/mandate"
	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/internal/agenda"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/authority"
	"github.com/g60-corridor/corridor/internal/bus"
	"github.com/g60-corridor/corridor/internal/dataroom"
	"github.com/g60-corridor/corridor/internal/depot"
	"github.com/g60-corridor/corridor/internal/enquiry"
	"github.com/g60-corridor/corridor/internal/feed"
	"github.com/g60-corridor/corridor/internal/hub"
	"github.com/g60-corridor/corridor/internal/ident"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/inbox"
	"github.com/g60-corridor/corridor/internal/market"
	"github.com/g60-corridor/corridor/internal/money"
	"github.com/g60-corridor/corridor/internal/needs"
	"github.com/g60-corridor/corridor/internal/project"
	"github.com/g60-corridor/corridor/internal/proof"
	"github.com/g60-corridor/corridor/internal/saleroom"
	"github.com/g60-corridor/corridor/internal/search"
	"github.com/g60-corridor/corridor/internal/site"
	"github.com/g60-corridor/corridor/internal/store"
	"github.com/g60-corridor/corridor/internal/store/storetest"
	"github.com/g60-corridor/corridor/internal/trade"
	"github.com/g60-corridor/corridor/internal/watch"
	"github.com/g60-corridor/corridor/seeds"
)

const (
	yuan     money.Fen = 100
	start              = 1_000_000 * yuan // of every lot here
	password           = "走廊里的灯亮着 2026"
	reserve            = 1_234_567 * yuan
	origin             = "https://market.example"
)

// house is the whole site over a real database, engine, log and hub.
type house struct {
	t        *testing.T
	db       *store.DB
	people   *identity.Service
	market   *market.Service
	projects *project.Service
	needs    *needs.Service
	rooms    *dataroom.Service
	search   *search.Service
	inbox    *inbox.Service
	mandates *authority.Service
	watch    *watch.Service
	enquiry  *enquiry.Service
	agenda   *agenda.Agenda
	site     *site.Site
	server   *httptest.Server
	log      *buffer
	operator identity.Viewer
	seller   *ent.Organisation
	listing  *ent.Listing
	orgs     int
	readers  int
	proxied  bool         // readers come through a proxy, which names their addresses
	today    atomic.Int64 // of the projects, in microseconds; 0: as it is

	mu     sync.Mutex
	broken error // what the saleroom answers instead
	floor  *saleroom.Floor
}

// buffer takes the log.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// Submit is the saleroom as the site knows it; fail makes it answer with an error.
func (h *house) Submit(ctx context.Context, l auction.LotID, c auction.Command) (auction.Entry, bool, error) {
	h.mu.Lock()
	broken := h.broken
	h.mu.Unlock()
	if broken != nil {
		return auction.Entry{}, false, broken
	}
	a, err := h.floor.Submit(ctx, l, c)
	return a.Entry, a.Repeated, err
}

func (h *house) fail(err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.broken = err
}

type submitter struct{ *saleroom.Floor }

func (s submitter) Submit(ctx context.Context, l auction.LotID, c auction.Command) (auction.Entry, error) {
	a, err := s.Floor.Submit(ctx, l, c)
	return a.Entry, err
}

type gallery struct{ *hub.Hub }

func (g gallery) Look(ctx context.Context, l auction.LotID, p auction.Paddle) (feed.Frame, *feed.Holding, []feed.OwnRow, error) {
	look, err := g.Hub.Look(ctx, l, p)
	return look.Frame, look.Holding, look.Rows, err
}

func open(t *testing.T, change ...func(*site.Options)) *house {
	t.Helper()
	h := &house{t: t, db: storetest.SQLite(t), log: &buffer{}}
	vault, err := proof.NewVault(bytes.Repeat([]byte{7}, 32), ed25519.NewKeyFromSeed(bytes.Repeat([]byte{9}, 32)))
	must(t, err)
	var bell bus.Bell
	log := h.db.Log(vault, bell.Ring)
	h.floor = saleroom.NewFloor(log, saleroom.Options{})
	room := hub.New(log, hub.Options{})
	cheap := identity.Cost
	cheap.Memory = 64
	logger := slog.New(slog.NewTextHandler(h.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	h.agenda, err = agenda.New(agenda.Options{DB: h.db, Now: h.day, Log: logger})
	must(t, err)
	h.inbox, err = inbox.New(inbox.Options{DB: h.db, Agenda: h.agenda, Postman: inbox.Shelf{}, Origin: origin, Now: time.Now, Log: logger, Demo: true})
	must(t, err)
	files, err := depot.Open(t.Context(), "mem://")
	must(t, err)
	t.Cleanup(func() { must(t, files.Close()) })
	h.people, err = identity.New(identity.Options{
		Database: h.db, Herald: h.inbox, Agenda: h.agenda, Depot: files, Secret: bytes.Repeat([]byte{5}, 32), Now: time.Now, Cost: cheap,
		Origin: origin, Log: logger,
	})
	must(t, err)
	h.market, err = market.New(market.Options{
		Database: h.db, Saleroom: submitter{h.floor}, Entries: log, Herald: h.inbox, Secret: make([]byte, 32), Now: time.Now, Log: logger,
	})
	must(t, err)
	h.people.WhenBarred(h.market.Bar)
	h.mandates = authority.New(authority.Options{Database: h.db, Saleroom: h, Herald: h.inbox, Now: time.Now})
	h.projects = project.New(project.Options{
		Database: h.db, Market: h.market, Agenda: h.agenda, Herald: h.inbox, Depot: files, Authority: h.mandates, Modes: modes(t), Now: h.day, Log: logger,
	})
	h.rooms = dataroom.New(dataroom.Options{Database: h.db, Depot: files, Herald: h.inbox, Now: time.Now})
	bell.Listen(h.floor.Ring)
	bell.Listen(room.Ring)
	must(t, h.floor.Recover(t.Context()))
	h.search = search.New(search.Options{Database: h.db, Now: time.Now, Log: logger})
	h.needs = needs.New(needs.Options{Database: h.db, Search: h.search, Agenda: h.agenda, Herald: h.inbox, Now: time.Now, Log: logger})
	searching, stop := context.WithCancel(context.Background())
	searched := make(chan struct{})
	imported := make(chan struct{})
	attended := make(chan struct{})
	go func() { defer close(attended); h.people.Run(searching) }()
	go func() { defer close(imported); h.market.RunImports(searching) }()
	go func() { defer close(searched); h.search.Run(searching) }()
	h.watch = watch.New(watch.Options{Database: h.db, Search: h.search, Herald: h.inbox, Now: time.Now, Log: logger})
	h.enquiry = enquiry.New(h.db, h.inbox, h.rooms, time.Now)
	o := site.Options{
		People: h.people, Market: h.market, Projects: h.projects, Needs: h.needs, Search: h.search, Inbox: h.inbox,
		Authority: h.mandates, Rooms: h.rooms, Watch: h.watch, Enquiry: h.enquiry,
		Saleroom: h, Gallery: gallery{room}, Archive: log, Vault: vault,
		Sessions: memstore.New(), Ready: h.db.Ping, Now: time.Now, Log: logger, Demo: true,
		Live: http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}),
	}
	for _, c := range change {
		c(&o)
	}
	h.site = site.New(o)
	h.server = httptest.NewServer(h.site)
	t.Cleanup(func() {
		h.server.Close()
		must(t, h.floor.Close(context.Background()))
		room.Close()
		stop()
		<-searched
		<-imported
		<-attended
	})
	h.populate()
	return h
}

// day is the clock of the projects.
func (h *house) day() time.Time {
	if at := h.today.Load(); at != 0 {
		return time.UnixMicro(at)
	}
	return time.Now()
}

// modes are the sales that listings may announce here.
func modes(t *testing.T) []trade.Mode {
	t.Helper()
	terms, err := seeds.Rules("demo-short")
	must(t, err)
	raw, err := json.Marshal(terms)
	must(t, err)
	return []trade.Mode{{Name: "demo-short", Terms: raw}}
}

func (h *house) populate() {
	t, client := h.t, h.db.Ent()
	h.operator = h.member(organisation.KindMARKET_OPERATOR, membership.RoleADMINISTRATOR)
	h.seller = h.organisation(organisation.KindUNIVERSITY)
	l, err := client.Listing.Create().SetNumber("L-1").SetTitleZh("石墨烯膜").SetTitleEn("Graphene membrane").
		SetField(listing.FieldNM).SetTrl(3).SetRights([]string{"ASSIGN"}).SetInventors([]string{"甲"}).SetCity("310117").
		SetSeller(h.seller).SetStatus(listing.StatusPUBLISHED).SetPriceIdeaFen(int64(start)).SetDemo(true).Save(t.Context())
	must(t, err)
	h.listing = l
}

func (h *house) organisation(kind organisation.Kind) *ent.Organisation {
	h.t.Helper()
	h.orgs++
	code, err := ident.MakeUSCC("91", "310117", fmt.Sprintf("MAD0%04d", h.orgs))
	must(h.t, err)
	o, err := h.db.Ent().Organisation.Create().SetStanding(organisation.StandingVERIFIED).SetNameZh(fmt.Sprintf("单位%d号", h.orgs)).SetNameEn(fmt.Sprintf("Body %d", h.orgs)).
		SetKind(kind).SetUscc(string(code)).SetCity("310117").SetDemo(true).Save(h.t.Context())
	must(h.t, err)
	return o
}

// member makes a person of a new organisation.
func (h *house) member(kind organisation.Kind, role membership.Role) identity.Viewer {
	h.t.Helper()
	return h.memberOf(h.organisation(kind), role)
}

func (h *house) memberOf(o *ent.Organisation, role membership.Role) identity.Viewer {
	h.t.Helper()
	n := h.db.Ent().Person.Query().CountX(h.t.Context())
	p, err := h.db.Ent().Person.Create().SetEmail(fmt.Sprintf("person%d@example.org", n)).SetNameZh(fmt.Sprintf("某人%d", n)).
		SetDemo(true).Save(h.t.Context())
	must(h.t, err)
	must(h.t, h.db.Ent().Membership.Create().SetPerson(p).SetOrganisation(o).SetRole(role).Exec(h.t.Context()))
	scope := "BID"
	if role == membership.RoleEDITOR {
		scope = "LIST"
	}
	if role == membership.RoleAGENT && o.Kind == organisation.KindCOMPANY || role == membership.RoleEDITOR { // §1.1
		must(h.t, h.db.Ent().Mandate.Create().SetPerson(p).SetOrganisation(o).SetScope([]string{scope}).SetState(mandate.StateACCEPTED).
			SetSubmittedBy(p.ID).SetValidFrom(time.Now().AddDate(-1, 0, 0)).SetValidUntil(time.Now().AddDate(1, 0, 0)).Exec(h.t.Context()))
	}
	return identity.Viewer{Person: p, Organisation: o, Membership: role}
}

// lot publishes a lot that opens by hand, with a hidden reserve.
func (h *house) lot() int {
	h.t.Helper()
	return h.lotClosing(auction.Closing{Mode: auction.TwoPhase, FreeS: 3600, LimitedS: 600})
}

func (h *house) lotClosing(closing auction.Closing) int {
	h.t.Helper()
	terms, err := seeds.Rules("demo-short")
	must(h.t, err)
	terms.StartFen, terms.Reserve = start, auction.HiddenReserve
	terms.Closing = closing
	id, err := h.market.CreateLot(h.t.Context(), h.operator, h.listing.ID, market.Draft{
		Terms: terms, ReserveFen: reserve, DepositFen: start / 10, DepositUntil: time.Now().Add(time.Hour),
	})
	must(h.t, err)
	must(h.t, h.market.Publish(h.t.Context(), h.operator, id))
	return id
}

// bidder makes an agent of a new company who is qualified for a lot.
func (h *house) bidder(lotID int) identity.Viewer {
	h.t.Helper()
	ctx, v := h.t.Context(), h.member(organisation.KindCOMPANY, membership.RoleAGENT)
	must(h.t, h.market.Apply(ctx, v, lotID))
	r, err := h.market.Registration(ctx, v, lotID)
	must(h.t, err)
	must(h.t, h.market.RecordDeposit(ctx, h.operator, r.ID, start/10, time.Now()))
	must(h.t, h.market.Qualify(ctx, h.operator, r.ID, 0))
	return v
}

func (h *house) conduct(lotID int, o market.Order) {
	h.t.Helper()
	cause, note := auction.PauseCause(""), ""
	if o == market.PauseNow || o == market.Annul || o == market.Withdraw {
		cause, note = auction.ForceMajeure, "停电"
	}
	must(h.t, h.market.Conduct(h.t.Context(), h.operator, lotID, o, cause, note))
}

// reader is a browser without scripts.
type reader struct {
	h      *house
	client *http.Client
	lang   string
	from   string // the address that the proxy names
}

// visitor is a browser in which nobody is signed in.
func (h *house) visitor() *reader {
	jar, err := cookiejar.New(nil)
	must(h.t, err)
	h.readers++
	return &reader{h: h, lang: "en", from: fmt.Sprintf("203.0.113.%d", h.readers), client: &http.Client{
		Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// as is a browser in which somebody is signed in, by the demo's door.
func (h *house) as(v identity.Viewer) *reader {
	h.t.Helper()
	b := h.visitor()
	if v.SignedIn() {
		if got := b.post("/demo/sign-in", url.Values{"email": {v.Person.Email}}); got.status != http.StatusSeeOther {
			h.t.Fatalf("sign in: %d", got.status)
		}
	}
	return b
}

// answer is what a browser got.
type answer struct {
	status int
	header http.Header
	body   string
}

func (a answer) location() string { return a.header.Get("Location") }

func (b *reader) get(path string) answer { return b.do(http.MethodGet, path, nil) }

func (b *reader) post(path string, form url.Values) answer { return b.do(http.MethodPost, path, form) }

func (b *reader) do(method, path string, form url.Values) answer {
	b.h.t.Helper()
	req, err := http.NewRequest(method, b.h.server.URL+path, strings.NewReader(form.Encode()))
	must(b.h.t, err)
	req.Header.Set("Accept-Language", b.lang)
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	return b.send(req)
}

func (b *reader) send(req *http.Request) answer {
	b.h.t.Helper()
	if b.h.proxied {
		req.Header.Set("X-Forwarded-For", b.from)
	}
	resp, err := b.client.Do(req)
	must(b.h.t, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	must(b.h.t, err)
	return answer{resp.StatusCode, resp.Header, string(body)}
}

// phase reads where the projection says a lot stands.
func (h *house) phase(id int) string {
	return h.db.Ent().Lot.Query().Where(lot.ID(id)).OnlyX(h.t.Context()).Phase
}

func path(format string, args ...any) string { return fmt.Sprintf(format, args...) }

// token is the name of the reader's session.
func (b *reader) token() string {
	b.h.t.Helper()
	u, err := url.Parse(b.h.server.URL)
	must(b.h.t, err)
	for _, c := range b.client.Jar.Cookies(u) {
		if c.Name == "corridor" {
			return c.Value
		}
	}
	b.h.t.Fatal("there is no session")
	return ""
}
