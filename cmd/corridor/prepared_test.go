package main

import (
	"fmt"
	"testing"
	"time"

	"github.com/g60-corridor/corridor/ent/lot"
	"github.com/g60-corridor/corridor/ent/mandate"
	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/ent/registration"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/demo"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/proof"
	"github.com/g60-corridor/corridor/internal/store"
)

// prepared is a data folder with the catalogue, people with passwords, and lots that are announced.
type prepared struct {
	db     *store.DB
	people *identity.Service
	log    *store.Log
	vault  *proof.Vault
}

const testPassword = "a long test password"

func openData(t *testing.T, p place) *prepared {
	t.Helper()
	db, err := p.open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	vault, _, err := (&keyFiles{}).vault(p.Data, true)
	if err != nil {
		t.Fatal(err)
	}
	people, err := identity.New(identity.Options{Database: db, Now: time.Now, Cost: identity.Cost})
	if err != nil {
		t.Fatal(err)
	}
	return &prepared{db: db, people: people, log: db.Log(vault, nil), vault: vault}
}

func (p *prepared) plant(t *testing.T) {
	t.Helper()
	if _, err := demo.Plant(t.Context(), p.db, time.Now()); err != nil {
		t.Fatal(err)
	}
}

// company makes an agent with a password for the n-th company of the catalogue and returns his address.
func (p *prepared) company(t *testing.T, n int) (email string, org int) {
	t.Helper()
	ids, err := p.db.Ent().Organisation.Query().Where(organisation.KindEQ(organisation.KindCOMPANY)).Order().IDs(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	email = fmt.Sprintf("agent%d@company.example", n)
	agent, err := p.people.CreatePerson(t.Context(), ids[n], identity.NewPerson{
		Email: email, NameZH: "测试", NameEN: "Test", Role: membership.RoleAGENT, Password: testPassword,
	})
	if err != nil {
		t.Fatal(err)
	}
	p.empower(t, agent.ID, ids[n])
	return email, ids[n]
}

// empower gives somebody an accepted power of attorney to bid for a company. §1.1
func (p *prepared) empower(t *testing.T, person, org int) {
	t.Helper()
	now := time.Now()
	err := p.db.Ent().Mandate.Create().SetPersonID(person).SetOrganisationID(org).SetScope([]string{"BID"}).SetState(mandate.StateACCEPTED).
		SetSubmittedBy(person).SetValidFrom(now.AddDate(-1, 0, 0)).SetValidUntil(now.AddDate(1, 0, 0)).Exec(t.Context())
	if err != nil {
		t.Fatal(err)
	}
}

// announce makes a lot that opens in a few seconds, with the first companies admitted to it, while no server runs.
func (p *prepared) announce(t *testing.T, n int, terms auction.Terms, orgs []int) {
	t.Helper()
	ctx := t.Context()
	operator := p.db.Ent().Organisation.Query().Where(organisation.KindEQ(organisation.KindMARKET_OPERATOR)).OnlyIDX(ctx)
	l := p.db.Ent().Listing.Query().Order().Offset(n).FirstX(ctx)
	terms.StartFen = 100_000_000
	opens := time.Now().Add(4 * time.Second)
	made, err := p.db.Ent().Lot.Create().SetNumber(fmt.Sprintf("T-%d", n+1)).SetListing(l).SetOperatorID(operator).SetTerms(terms).
		SetStatus(lot.StatusPUBLISHED).SetOpensAt(opens).SetPhase(string(auction.Announced)).Save(ctx)
	if err != nil {
		t.Fatal(err)
	}
	commands := []auction.Command{auction.Publish{Terms: terms, OpensAt: auction.InstantOf(opens)}}
	for i, org := range orgs {
		code := auction.Paddle(fmt.Sprintf("%c%d%d", 'A'+i, n+1, i+4))
		err := p.db.Ent().Registration.Create().SetLot(made).SetOrganisationID(org).SetState(registration.StateQUALIFIED).
			SetPaddle(string(code)).Exec(ctx)
		if err != nil {
			t.Fatal(err)
		}
		commands = append(commands, auction.AdmitBidder{Paddle: code, Identity: fmt.Sprint("organisation ", org)})
	}
	state := auction.NewState(auction.LotID(made.ID))
	for _, c := range commands {
		var batch []auction.Entry
		at := auction.InstantOf(time.Now())
		for _, ev := range auction.Decide(state, at, c) {
			batch = append(batch, auction.Entry{Seq: state.Position.Seq + 1, At: at, Event: ev})
		}
		stored, err := p.log.Append(ctx, state.Lot, state.Position, batch)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range stored {
			state.Apply(e)
		}
	}
}
