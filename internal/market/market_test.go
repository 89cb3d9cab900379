package market_test

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/ent/lot"
	"github.com/g60-corridor/corridor/ent/mandate"
	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/market"
	"github.com/g60-corridor/corridor/internal/money"
	"github.com/g60-corridor/corridor/internal/proof"
	"github.com/g60-corridor/corridor/internal/store"
	"github.com/g60-corridor/corridor/internal/store/storetest"
	"github.com/g60-corridor/corridor/seeds"
)

// yuan is 100 fen.
const yuan money.Fen = 100

// hall is a market on a real database, with the engine and the log behind it and a clock that tests set.
type hall struct {
	t        *testing.T
	db       *store.DB
	log      *store.Log
	service  *market.Service
	clock    time.Time
	operator identity.Viewer
	seller   *ent.Organisation
	listing  *ent.Listing

	mu       sync.Mutex
	states   map[auction.LotID]*auction.State
	away     bool // the saleroom does not answer
	forgets  bool // it carries out a command and then does not answer
	commands int
}

type database struct{ *store.DB }

func (d database) InTx(ctx context.Context, f func(*ent.Client) error) error {
	return d.Tx(ctx, func(tx *store.Tx) error { return f(tx.Ent()) })
}

var errAway = errors.New("the saleroom is away")

// Submit is a saleroom in its simplest form.
func (h *hall) Submit(ctx context.Context, id auction.LotID, c auction.Command) (auction.Entry, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.away {
		return auction.Entry{}, errAway
	}
	h.commands++
	s := h.states[id]
	if s == nil {
		s = auction.NewState(id)
		h.states[id] = s
	}
	at := auction.InstantOf(h.clock)
	var last auction.Entry
	for _, e := range auction.Decide(s, at, c) {
		stored, err := h.log.Append(ctx, id, s.Position, []auction.Entry{{Seq: s.Position.Seq + 1, At: max(at, s.LastAt), Event: e}})
		if err != nil {
			return last, err
		}
		last = stored[0]
		s.Apply(last)
	}
	if h.forgets {
		return auction.Entry{}, auction.ErrUnknown
	}
	return last, nil
}

func each(t *testing.T, test func(t *testing.T, h *hall)) {
	storetest.Each(t, func(t *testing.T, db *store.DB) { test(t, open(t, db)) })
}

func open(t *testing.T, db *store.DB) *hall {
	t.Helper()
	h := &hall{t: t, db: db, clock: time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC), states: map[auction.LotID]*auction.State{}}
	vault, err := proof.NewVault(make([]byte, 32), ed25519.NewKeyFromSeed(make([]byte, 32)))
	must(t, err)
	h.log = db.Log(vault, nil)
	h.service, err = market.New(market.Options{
		Database: database{db}, Saleroom: h, Entries: h.log, Secret: make([]byte, 32), Now: func() time.Time { return h.clock },
	})
	must(t, err)
	client := db.Ent()
	op := h.organisation(organisation.KindMARKET_OPERATOR, "运营方")
	h.operator = h.person(op, membership.RoleADMINISTRATOR)
	h.seller = h.organisation(organisation.KindUNIVERSITY, "云间大学")
	h.listing, err = client.Listing.Create().SetNumber("L-1").SetTitleZh("石墨烯膜").SetTitleEn("Graphene membrane").
		SetField(listing.FieldNM).SetTrl(6).SetRights([]string{"ASSIGN"}).SetInventors([]string{"甲"}).SetCity("310117").
		SetSeller(h.seller).SetStatus(listing.StatusPUBLISHED).Save(t.Context())
	must(t, err)
	return h
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (h *hall) organisation(kind organisation.Kind, name string) *ent.Organisation {
	h.t.Helper()
	n, err := h.db.Ent().Organisation.Query().Count(h.t.Context())
	must(h.t, err)
	o, err := h.db.Ent().Organisation.Create().SetStanding(organisation.StandingVERIFIED).SetNameZh(name).SetNameEn(name).SetKind(kind).SetUscc(fmt.Sprintf("%018d", n)).
		SetCity("310117").Save(h.t.Context())
	must(h.t, err)
	return o
}

func (h *hall) person(o *ent.Organisation, role membership.Role) identity.Viewer {
	h.t.Helper()
	n, err := h.db.Ent().Person.Query().Count(h.t.Context())
	must(h.t, err)
	p, err := h.db.Ent().Person.Create().SetEmail(fmt.Sprintf("p%d@example.org", n)).SetNameZh("某人").Save(h.t.Context())
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

func (h *hall) company(name string) identity.Viewer {
	return h.person(h.organisation(organisation.KindCOMPANY, name), membership.RoleAGENT)
}

// draft is a valid one: start 1,000,000 yuan, deposit 10 %, opens in two days, deposits until a day before.
func (h *hall) draft() market.Draft {
	terms, err := seeds.Rules("demo-short")
	must(h.t, err)
	return market.Draft{
		Terms: terms, DepositFen: 100_000 * yuan, OpensAt: h.clock.Add(48 * time.Hour), DepositUntil: h.clock.Add(24 * time.Hour),
	}
}

func (h *hall) published(d market.Draft) int {
	h.t.Helper()
	id, err := h.service.CreateLot(h.t.Context(), h.operator, h.listing.ID, d)
	must(h.t, err)
	must(h.t, h.service.Publish(h.t.Context(), h.operator, id))
	return id
}

func (h *hall) applied(lotID int, v identity.Viewer) int {
	h.t.Helper()
	must(h.t, h.service.Apply(h.t.Context(), v, lotID))
	r, err := h.service.Registration(h.t.Context(), v, lotID)
	must(h.t, err)
	return r.ID
}

func (h *hall) kinds(id int) (kinds []string) {
	entries, err := h.log.Read(h.t.Context(), auction.LotID(id), 0, 1000)
	must(h.t, err)
	for _, e := range entries {
		kinds = append(kinds, e.Event.Kind())
	}
	return kinds
}

func wants(t *testing.T, err error, code fault.Code, problem fault.Problem) {
	t.Helper()
	e := fault.In(err)
	if err == nil || e.Code != code {
		t.Fatalf("error %v, want %s", err, code)
	}
	if problem == "" || e.Problem == problem {
		return
	}
	for _, f := range e.Fields {
		if f.Problem == problem {
			return
		}
	}
	t.Fatalf("error %v, want %s %s", err, code, problem)
}

func TestPublishFreezesTheRulesAndSealsTheReserve(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		ctx := t.Context()
		d := h.draft()
		d.Terms.Reserve, d.ReserveFen = auction.HiddenReserve, 1_200_000*yuan
		id := h.published(d)
		if got := fmt.Sprint(h.kinds(id)); got != "[LotPublished ReserveSealed]" {
			t.Fatalf("log %s", got)
		}
		if h.states[auction.LotID(id)].ReserveFen() != 1_200_000*yuan {
			t.Fatal("another reserve was sealed")
		}
		if n, _ := h.db.Ent().LotSecret.Query().Count(ctx); n != 0 {
			t.Fatal("the reserve is still kept outside the log")
		}
		wants(t, h.service.SetRules(ctx, h.operator, id, d), fault.Conflict, "RULES_FROZEN")
		wants(t, h.service.Publish(ctx, h.operator, id), fault.Conflict, "RULES_FROZEN")
		l, err := h.service.Lot(ctx, id)
		must(t, err)
		if l.Phase != string(auction.Announced) || l.LogSeq != 2 {
			t.Fatalf("projection: phase %q at %d", l.Phase, l.LogSeq)
		}
	})
}

// A start above the one for which the reserve was entered could leave the lot with a reserve that its log refuses. R3.4
func TestHigherStartAsksForTheReserveAgain(t *testing.T) {
	h := open(t, storetest.SQLite(t))
	ctx := t.Context()
	d := h.draft()
	d.Terms.Reserve, d.ReserveFen = auction.HiddenReserve, 1_000_000*yuan
	id, err := h.service.CreateLot(ctx, h.operator, h.listing.ID, d)
	must(t, err)
	d.ReserveFen = 0
	must(t, h.service.SetRules(ctx, h.operator, id, d))
	d.Terms.StartFen += yuan
	wants(t, h.service.SetRules(ctx, h.operator, id, d), fault.Invalid, "REQUIRED")
	d.ReserveFen = d.Terms.StartFen
	must(t, h.service.SetRules(ctx, h.operator, id, d))
	must(t, h.service.Publish(ctx, h.operator, id))
	if got := fmt.Sprint(h.kinds(id)); got != "[LotPublished ReserveSealed]" {
		t.Fatalf("log %s", got)
	}
}

func TestReserveIsNotReadableWhereItWaits(t *testing.T) {
	h := open(t, storetest.SQLite(t))
	d := h.draft()
	d.Terms.Reserve, d.ReserveFen = auction.HiddenReserve, 1_234_567*yuan
	id, err := h.service.CreateLot(t.Context(), h.operator, h.listing.ID, d)
	must(t, err)
	h.away = true
	must(t, h.service.Publish(t.Context(), h.operator, id))
	for _, o := range h.db.Ent().Outbox.Query().AllX(t.Context()) {
		if o.Command == "SealReserve" && string(o.Payload) != "{}" {
			t.Fatalf("the outbox tells the reserve: %s", o.Payload)
		}
	}
	secret := h.db.Ent().LotSecret.Query().OnlyX(t.Context())
	if len(secret.ReserveSealed) != 12+8+16 {
		t.Fatalf("%d bytes", len(secret.ReserveSealed))
	}
}

func TestDraftFaults(t *testing.T) {
	h := open(t, storetest.SQLite(t))
	for name, c := range map[string]struct {
		change  func(*market.Draft)
		problem fault.Problem
	}{
		"no reserve entered":    {func(d *market.Draft) { d.Terms.Reserve = auction.HiddenReserve }, "REQUIRED"},
		"reserve below start":   {func(d *market.Draft) { d.Terms.Reserve, d.ReserveFen = auction.HiddenReserve, 999_999*yuan }, "RESERVE_TOO_LOW"},
		"reserve without mode":  {func(d *market.Draft) { d.ReserveFen = 2_000_000 * yuan }, "NOT_WITH_THIS_MODE"},
		"deposit 4.99 %":        {func(d *market.Draft) { d.DepositFen = 49_999 * yuan }, "DEPOSIT_SHARE"},
		"deposit above 30 %":    {func(d *market.Draft) { d.DepositFen = 300_000*yuan + 1 }, "DEPOSIT_SHARE"},
		"opens now":             {func(d *market.Draft) { d.OpensAt = h.clock; d.DepositUntil = h.clock }, "IN_THE_PAST"},
		"deposit after opening": {func(d *market.Draft) { d.DepositUntil = d.OpensAt.Add(time.Second) }, "AFTER_OPENING"},
		"no step":               {func(d *market.Draft) { d.Terms.Step = auction.Step{} }, "ONE_OF_TWO"},
		"auction law":           {func(d *market.Draft) { d.Terms.Procedure = auction.AuctionLaw }, "LICENCE_NEEDED"},
	} {
		d := h.draft()
		c.change(&d)
		_, err := h.service.CreateLot(t.Context(), h.operator, h.listing.ID, d)
		if err == nil {
			t.Errorf("%s: taken", name)
			continue
		}
		t.Run(name, func(t *testing.T) { wants(t, err, fault.Invalid, c.problem) })
	}
}

// R2.11: one fen short or one second late is not qualified; full and at the last moment is.
func TestDepositFullAndOnTime(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		ctx := t.Context()
		d := h.draft()
		id := h.published(d)
		until := d.DepositUntil
		for i, c := range []struct {
			held    money.Fen
			at      time.Time
			problem fault.Problem
		}{
			{0, time.Time{}, "DEPOSIT_SHORT"},
			{d.DepositFen - 1, until.Add(-time.Hour), "DEPOSIT_SHORT"},
			{d.DepositFen, until.Add(time.Second), "DEPOSIT_LATE"},
			{d.DepositFen, until, ""},
			{d.DepositFen + 1, until.Add(-time.Second), ""},
		} {
			h.clock = until.Add(-2 * time.Hour)
			reg := h.applied(id, h.company(fmt.Sprint("公司", i)))
			h.clock = until.Add(time.Hour)
			if !c.at.IsZero() {
				must(t, h.service.RecordDeposit(ctx, h.operator, reg, c.held, c.at))
			}
			err := h.service.Qualify(ctx, h.operator, reg, 0)
			if c.problem == "" {
				must(t, err)
			} else {
				wants(t, err, fault.Conflict, c.problem)
			}
		}
		if got := h.states[auction.LotID(id)].Bidders(); got != 2 {
			t.Fatalf("%d bidders admitted, want 2", got)
		}
	})
}

// R1.6
func TestSellerOperatorAndTheirPeopleAreExcluded(t *testing.T) {
	h := open(t, storetest.SQLite(t))
	ctx := t.Context()
	id := h.published(h.draft())
	wants(t, h.service.Apply(ctx, h.person(h.seller, membership.RoleAGENT), id), fault.Forbidden, "COMPANIES_ONLY")
	wants(t, h.service.Apply(ctx, h.operator, id), fault.Forbidden, "COMPANIES_ONLY")
	wants(t, h.service.Apply(ctx, identity.Viewer{}, id), fault.SignIn, "")
	twoHats := h.company("双面公司")
	must(t, h.db.Ent().Membership.Create().SetPerson(twoHats.Person).SetOrganisation(h.seller).SetRole(membership.RoleEDITOR).Exec(ctx))
	wants(t, h.service.Apply(ctx, twoHats, id), fault.Forbidden, "EXCLUDED")
	company := h.organisation(organisation.KindCOMPANY, "卖方公司")
	must(t, h.listing.Update().SetSeller(company).Exec(ctx))
	wants(t, h.service.Apply(ctx, h.person(company, membership.RoleAGENT), id), fault.Forbidden, "EXCLUDED")
	must(t, h.service.Apply(ctx, h.company("清白公司"), id))
}

// R2.11: who comes after the time for deposits comes too late; what is not published cannot be applied for.
func TestApplicationsHaveTheirTime(t *testing.T) {
	h := open(t, storetest.SQLite(t))
	ctx := t.Context()
	d := h.draft()
	id, err := h.service.CreateLot(ctx, h.operator, h.listing.ID, d)
	must(t, err)
	wants(t, h.service.Apply(ctx, h.company("甲"), id), fault.NotFound, "")
	must(t, h.service.Publish(ctx, h.operator, id))
	h.clock = d.DepositUntil
	must(t, h.service.Apply(ctx, h.company("乙"), id))
	h.clock = d.DepositUntil.Add(time.Second)
	wants(t, h.service.Apply(ctx, h.company("丙"), id), fault.Conflict, "REGISTRATION_OVER")
}

func TestOnlyTheOperatorOfTheLotDecides(t *testing.T) {
	h := open(t, storetest.SQLite(t))
	ctx := t.Context()
	id := h.published(h.draft())
	reg := h.applied(id, h.company("甲"))
	other := h.person(h.organisation(organisation.KindMARKET_OPERATOR, "另一家"), membership.RoleADMINISTRATOR)
	onlooker := h.person(h.operator.Organisation, membership.RoleVIEWER)
	for name, v := range map[string]identity.Viewer{"other operator": other, "viewer": onlooker, "company": h.company("乙")} {
		for what, err := range map[string]error{
			"qualify": h.service.Qualify(ctx, v, reg, 0),
			"deposit": h.service.RecordDeposit(ctx, v, reg, 1, h.clock),
			"reject":  h.service.Reject(ctx, v, reg, "x"),
			"open":    h.service.Conduct(ctx, v, id, market.OpenNow, "", ""),
		} {
			if fault.Of(err) != fault.Forbidden {
				t.Errorf("%s by %s: %v", what, name, err)
			}
		}
		if _, err := h.service.Registrations(ctx, v, id); fault.Of(err) != fault.Forbidden {
			t.Errorf("registrations by %s: %v", name, err)
		}
	}
}

func TestOutboxDeliversLaterAndOnce(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		ctx := t.Context()
		d := h.draft()
		id := h.published(d)
		reg := h.applied(id, h.company("甲"))
		must(t, h.service.RecordDeposit(ctx, h.operator, reg, d.DepositFen, h.clock))
		h.away = true
		must(t, h.service.Qualify(ctx, h.operator, reg, 0)) // decided, though the saleroom is away
		if n := h.states[auction.LotID(id)].Bidders(); n != 0 {
			t.Fatal("admitted by nobody")
		}
		h.away, h.forgets = false, true
		relayed(t, h) // carried out, answer lost
		h.forgets = false
		relayed(t, h) // delivered again
		if n := h.db.Ent().Outbox.Query().Where().CountX(ctx); n != 2 {
			t.Fatalf("%d rows in the outbox", n)
		}
		for _, o := range h.db.Ent().Outbox.Query().AllX(ctx) {
			if o.DoneAt == nil || o.Fault != "" {
				t.Errorf("%s: done %v, fault %q", o.Command, o.DoneAt, o.Fault)
			}
		}
		if n := h.states[auction.LotID(id)].Bidders(); n != 1 {
			t.Fatalf("%d bidders, want 1", n)
		}
	})
}

// relayed lets the outbox be looked through once.
func relayed(t *testing.T, h *hall) {
	t.Helper()
	h.clock = h.clock.Add(time.Minute)
	h.service.RelayOnce(t.Context())
}

func TestEachBidderKnowsHisOwnCodeAlone(t *testing.T) {
	h := open(t, storetest.SQLite(t))
	ctx := t.Context()
	d := h.draft()
	id := h.published(d)
	seen := map[auction.Paddle]bool{}
	for i := range 12 {
		v := h.company(fmt.Sprint("公司", i))
		reg := h.applied(id, v)
		if p, err := h.service.Paddle(ctx, v, id); p != "" || err != nil {
			t.Fatalf("a code before the qualification: %q %v", p, err)
		}
		must(t, h.service.RecordDeposit(ctx, h.operator, reg, d.DepositFen, h.clock))
		must(t, h.service.Qualify(ctx, h.operator, reg, 0))
		p, err := h.service.Paddle(ctx, v, id)
		must(t, err)
		if p == "" || seen[p] {
			t.Fatalf("code %q", p)
		}
		seen[p] = true
		finance := h.person(v.Organisation, membership.RoleFINANCE)
		if p, _ := h.service.Paddle(ctx, finance, id); p != "" {
			t.Fatal("somebody without the mandate may bid")
		}
	}
	all, err := h.service.Registrations(ctx, h.operator, id)
	must(t, err)
	for _, r := range all {
		if r.Paddle != "" {
			t.Fatal("the operator is told a code during the sale")
		}
	}
}

func TestConduct(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		ctx := t.Context()
		id := h.published(h.draft())
		conduct := func(o market.Order, cause auction.PauseCause, note string) error {
			return h.service.Conduct(ctx, h.operator, id, o, cause, note)
		}
		wants(t, conduct(market.PauseNow, auction.ForceMajeure, "停电"), fault.Conflict, "WRONG_PHASE")
		must(t, conduct(market.OpenNow, "", ""))
		wants(t, conduct(market.PauseNow, "", "停电"), fault.Invalid, "REQUIRED")
		wants(t, conduct(market.PauseNow, auction.ForceMajeure, " "), fault.Invalid, "REQUIRED")
		must(t, conduct(market.PauseNow, auction.ForceMajeure, "停电"))
		must(t, conduct(market.Resume, "", ""))
		wants(t, conduct(market.Withdraw, "", "卖方撤回"), fault.Conflict, "WRONG_PHASE") // R2.16: only before it opens
		must(t, conduct(market.Annul, auction.PlatformFailure, "系统错误"))
		l, err := h.service.Lot(ctx, id)
		must(t, err)
		if l.Phase != string(auction.Closed) || l.Outcome != string(auction.Annulled) {
			t.Fatalf("phase %s, outcome %s", l.Phase, l.Outcome)
		}
		actions, err := h.service.Actions(ctx, h.operator, id)
		must(t, err)
		var did []string
		for _, a := range actions {
			did = append(did, strings.TrimPrefix(a.Action, "lot_"))
		}
		slices.Reverse(did)
		if got := strings.Join(did, " "); got != "create publish pause refused open pause resume withdraw refused annul" {
			t.Fatalf("recorded: %s", got)
		}
		if d := actions[1].Detail; d != "withdraw WRONG_PHASE" {
			t.Fatalf("the refusal says %q", d)
		}
	})
}

func TestLotsByCityFieldDayAndStage(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		ctx := t.Context()
		id := h.published(h.draft())
		opens := h.clock.Add(48 * time.Hour)
		for name, c := range map[string]struct {
			f    market.Filter
			want int
		}{
			"all":        {market.Filter{}, 1},
			"city":       {market.Filter{City: "310117"}, 1},
			"other city": {market.Filter{City: "330100"}, 0},
			"field":      {market.Filter{Field: listing.FieldNM}, 1},
			"other":      {market.Filter{Field: listing.FieldAI}, 0},
			"day":        {market.Filter{Day: opens}, 1},
			"day before": {market.Filter{Day: opens.Add(-24 * time.Hour)}, 0},
			"next":       {market.Filter{Stage: market.Upcoming}, 1},
			"live":       {market.Filter{Stage: market.Live}, 0},
		} {
			found, err := h.service.Lots(ctx, c.f)
			must(t, err)
			if found.Total != c.want || len(found.Lots) != c.want {
				t.Errorf("%s: %d lots, want %d", name, found.Total, c.want)
			}
		}
		_, err := h.service.Lots(ctx, market.Filter{Field: "X"})
		wants(t, err, fault.Invalid, "UNKNOWN_VALUE")
		must(t, h.service.Conduct(ctx, h.operator, id, market.OpenNow, "", ""))
		home, err := h.service.Home(ctx)
		must(t, err)
		if len(home.Live) != 1 || home.Listings != 1 || home.Sellers != 1 || len(home.Days) != 1 {
			t.Errorf("home: %d live, %d listings, %d sellers, days %v", len(home.Live), home.Listings, home.Sellers, home.Days)
		}
		if got := h.db.Ent().Lot.Query().Where(lot.ID(id)).OnlyX(ctx); got.Deadline == nil {
			t.Error("no deadline in the projection of an open lot")
		}
	})
}

// A node that starts, or that hears a ring, brings the rows up to the logs.
func TestProjectionFollowsTheLog(t *testing.T) {
	h := open(t, storetest.SQLite(t))
	d := h.draft()
	id := h.published(d)
	v := h.company("甲")
	reg := h.applied(id, v)
	must(t, h.service.RecordDeposit(t.Context(), h.operator, reg, d.DepositFen, h.clock))
	must(t, h.service.Qualify(t.Context(), h.operator, reg, 0))
	paddle, err := h.service.Paddle(t.Context(), v, id)
	must(t, err)
	submit := func(c auction.Command) {
		_, err := h.Submit(t.Context(), auction.LotID(id), c)
		must(t, err)
	}
	submit(auction.Open{})
	submit(auction.PlaceBid{Paddle: paddle, Key: auction.Key{1}, Kind: auction.Plain, AmountFen: 1_000_000 * yuan})
	if l := h.db.Ent().Lot.GetX(t.Context(), id); l.HasBid {
		t.Fatal("the row knows of a bid that nobody has told it of")
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { h.service.Run(ctx); close(ended) }()
	t.Cleanup(func() { stop(); <-ended })
	awaits(t, h, id, func(l *ent.Lot) bool {
		return l.HasBid && l.Bids == 1 && l.PriceFen == int64(1_000_000*yuan) && l.Deadline != nil
	})
	submit(auction.Pause{Cause: auction.Intrusion, Note: "x"})
	h.service.Ring(auction.LotID(id), 0)
	awaits(t, h, id, func(l *ent.Lot) bool {
		return l.Phase == string(auction.Paused) && l.Deadline == nil && l.Outcome == ""
	})
	submit(auction.Annul{Cause: auction.Intrusion, Note: "x"})
	h.service.Ring(auction.LotID(id), 0)
	awaits(t, h, id, func(l *ent.Lot) bool {
		return l.Phase == string(auction.Closed) && l.Outcome == string(auction.Annulled) && l.ClosedAt != nil
	})
}

// awaits waits until the row says so; the test's own time limit is the end of patience.
func awaits(t *testing.T, h *hall, id int, so func(*ent.Lot) bool) {
	t.Helper()
	for !so(h.db.Ent().Lot.GetX(t.Context(), id)) {
		time.Sleep(5 * time.Millisecond)
	}
}
