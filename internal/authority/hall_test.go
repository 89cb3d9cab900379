package authority_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/ent/lot"
	"github.com/g60-corridor/corridor/ent/mandate"
	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/ent/registration"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/authority"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/feed"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/inbox"
	"github.com/g60-corridor/corridor/internal/money"
	"github.com/g60-corridor/corridor/internal/proof"
	"github.com/g60-corridor/corridor/internal/saleroom"
	"github.com/g60-corridor/corridor/internal/store"
	"github.com/g60-corridor/corridor/internal/store/storetest"
	"github.com/g60-corridor/corridor/seeds"
)

const (
	yuan  money.Fen = 100
	start           = 1_000_000 * yuan // of the lot
	lotID           = auction.LotID(1)
)

// hall is a service on a real database and a real saleroom, with one open lot and two companies in it.
type hall struct {
	t       *testing.T
	db      *store.DB
	floor   *saleroom.Floor
	log     *store.Log
	service *authority.Service
	clock   atomic.Int64 // microseconds
	rings   atomic.Int64

	agent, chief, second identity.Viewer // of one company: who bids, who administers, who confirms
	rival                identity.Viewer // who bids for another

	mu   sync.Mutex
	away error // guarded by mu; what the saleroom answers after it has done as told
	told []inbox.News
}

func (h *hall) now() time.Time { return time.UnixMicro(h.clock.Load()) }

// Submit is the saleroom as the service knows it.
func (h *hall) Submit(ctx context.Context, l auction.LotID, c auction.Command) (auction.Entry, bool, error) {
	a, err := h.floor.Submit(ctx, l, c)
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.away != nil {
		return auction.Entry{}, false, h.away
	}
	return a.Entry, a.Repeated, err
}

func (h *hall) loses(err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.away = err
}

// Tell is the herald.
func (h *hall) Tell(_ context.Context, _ *store.Tx, n inbox.News) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.told = append(h.told, n)
	return nil
}

func each(t *testing.T, test func(t *testing.T, h *hall)) {
	storetest.Each(t, func(t *testing.T, db *store.DB) { test(t, open(t, db)) })
}

func open(t *testing.T, db *store.DB) *hall {
	t.Helper()
	h := &hall{t: t, db: db}
	h.clock.Store(time.Now().UnixMicro())
	vault, err := proof.NewVault(bytes.Repeat([]byte{7}, 32), ed25519.NewKeyFromSeed(bytes.Repeat([]byte{9}, 32)))
	must(t, err)
	h.log = db.Log(vault, func(l auction.LotID, seq auction.Seq) { h.floor.Ring(l, seq) })
	h.floor = saleroom.NewFloor(h.log, saleroom.Options{})
	must(t, h.floor.Recover(t.Context()))
	t.Cleanup(func() { must(t, h.floor.Close(context.Background())) })
	h.service = h.other()
	h.populate()
	return h
}

// other is the service of another node.
func (h *hall) other() *authority.Service {
	return authority.New(authority.Options{Database: h.db, Saleroom: h, Herald: h, Ring: func() { h.rings.Add(1) }, Now: h.now})
}

func (h *hall) populate() {
	t, ctx, client := h.t, h.t.Context(), h.db.Ent()
	terms, err := seeds.Rules("demo-short")
	must(t, err)
	terms.StartFen, terms.Closing = start, auction.Closing{Mode: auction.Manual}
	seller := h.organisation(organisation.KindUNIVERSITY)
	operator := h.organisation(organisation.KindMARKET_OPERATOR)
	l, err := client.Listing.Create().SetNumber("L-1").SetTitleZh("石墨烯膜").SetTitleEn("Graphene membrane").
		SetField(listing.FieldNM).SetTrl(6).SetRights([]string{"ASSIGN"}).SetInventors([]string{"甲"}).SetCity("310117").
		SetSeller(seller).SetStatus(listing.StatusPUBLISHED).Save(ctx)
	must(t, err)
	one, err := client.Lot.Create().SetNumber("A-1").SetTerms(terms).SetStatus(lot.StatusPUBLISHED).SetPhase(string(auction.Free)).
		SetListing(l).SetOperator(operator).Save(ctx)
	must(t, err)
	if one.ID != int(lotID) {
		t.Fatalf("lot %d", one.ID)
	}
	company := h.organisation(organisation.KindCOMPANY)
	h.chief = h.person(company, membership.RoleADMINISTRATOR)
	h.agent, h.second = h.person(company, membership.RoleAGENT), h.person(company, membership.RoleAGENT)
	h.rival = h.person(h.organisation(organisation.KindCOMPANY), membership.RoleAGENT)
	h.command(auction.Publish{Terms: terms})
	for v, code := range map[*identity.Viewer]auction.Paddle{&h.agent: "A001", &h.rival: "B002"} {
		h.command(auction.AdmitBidder{Paddle: code, Identity: string(code)})
		must(t, client.Registration.Create().SetLotID(one.ID).SetOrganisation(v.Organisation).SetState(registration.StateQUALIFIED).
			SetPaddle(string(code)).Exec(ctx))
	}
	h.command(auction.Open{})
}

func (h *hall) command(c auction.Command) auction.Entry {
	h.t.Helper()
	a, err := h.floor.Submit(h.t.Context(), lotID, c)
	must(h.t, err)
	if no, refused := a.Entry.Event.(auction.CommandRefused); refused {
		h.t.Fatalf("%s: %s", no.Command, no.Reason)
	}
	return a.Entry
}

func (h *hall) organisation(kind organisation.Kind) *ent.Organisation {
	n := h.db.Ent().Organisation.Query().CountX(h.t.Context())
	return h.db.Ent().Organisation.Create().SetNameZh(fmt.Sprintf("单位%d", n)).SetNameEn(fmt.Sprintf("Body %d", n)).SetKind(kind).
		SetUscc(fmt.Sprintf("%018d", n)).SetCity("310117").SaveX(h.t.Context())
}

func (h *hall) person(o *ent.Organisation, role membership.Role) identity.Viewer {
	ctx := h.t.Context()
	n := h.db.Ent().Person.Query().CountX(ctx)
	p := h.db.Ent().Person.Create().SetEmail(fmt.Sprintf("p%d@example.org", n)).SetNameZh(fmt.Sprintf("某人%d", n)).SaveX(ctx)
	h.db.Ent().Membership.Create().SetPerson(p).SetOrganisation(o).SetRole(role).ExecX(ctx)
	if role == membership.RoleAGENT && o.Kind == organisation.KindCOMPANY { // §1.1
		h.db.Ent().Mandate.Create().SetPerson(p).SetOrganisation(o).SetScope([]string{"BID"}).SetState(mandate.StateACCEPTED).
			SetSubmittedBy(p.ID).SetValidFrom(time.Now().AddDate(-1, 0, 0)).SetValidUntil(time.Now().AddDate(1, 0, 0)).ExecX(ctx)
	}
	return identity.Viewer{Person: p, Organisation: o, Membership: role}
}

// limited gives the agent a limit of one and a half million, and lets the second person confirm up to three.
func (h *hall) limited() {
	h.t.Helper()
	ctx := h.t.Context()
	must(h.t, h.service.SetMember(ctx, h.chief, authority.Wish{Person: h.agent.PersonID(), Bid: authority.Limit{Fen: 1_500_000 * yuan}, Approve: authority.Limit{None: true}}))
	must(h.t, h.service.SetMember(ctx, h.chief, authority.Wish{
		Person: h.second.PersonID(), Bid: authority.Limit{None: true}, Approves: true, Approve: authority.Limit{Fen: 3_000_000 * yuan},
	}))
}

func bid(n byte, amount money.Fen) auction.PlaceBid {
	return auction.PlaceBid{Paddle: "A001", Key: auction.Key{n, 1}, Kind: auction.Plain, AmountFen: amount}
}

func (h *hall) propose(b auction.PlaceBid) feed.PendingBid {
	h.t.Helper()
	p, err := h.service.Propose(h.t.Context(), h.agent, lotID, b, start)
	must(h.t, err)
	return p
}

// bids counts the attempts in the lot's log.
func (h *hall) bids() (n int) {
	h.t.Helper()
	entries, err := h.log.Read(h.t.Context(), lotID, 0, 1000)
	must(h.t, err)
	for _, e := range entries {
		if _, _, is := feed.OwnRowOf(e); is {
			n++
		}
	}
	return n
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wants(t *testing.T, err error, code fault.Code, problem fault.Problem) {
	t.Helper()
	var e *fault.Error
	if !errors.As(err, &e) || e.Code != code {
		t.Fatalf("error %v, want %s %s", err, code, problem)
	}
	if problem == "" || e.Problem == problem || len(e.Fields) > 0 && e.Fields[0].Problem == problem {
		return
	}
	t.Fatalf("error %v, want %s %s", err, code, problem)
}
