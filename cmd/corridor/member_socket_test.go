package main

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/g60-corridor/corridor/ent/mandate"
	"github.com/g60-corridor/corridor/ent/membership"
	entperson "github.com/g60-corridor/corridor/ent/person"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/seeds"
)

// An agent has the room open while his administrator takes his power of attorney, or removes him: the socket ends, and a
// new one bids no more.
func TestWhoIsRemovedBidsNoMore(t *testing.T) {
	terms, err := seeds.Rules("demo-short")
	if err != nil {
		t.Fatal(err)
	}
	terms.Closing.FreeS = 600
	where := place{Data: t.TempDir()}
	s := newServer(t, where)
	emails := fill(t, where, terms, 1, 2)
	data := openData(t, where)
	ctx := t.Context()
	var targets []string
	for i, email := range emails {
		m := data.db.Ent().Membership.Query().Where(membership.HasPersonWith(entperson.Email(email))).WithOrganisation().WithPerson().OnlyX(ctx)
		org := m.Edges.Organisation.ID
		if _, err := data.people.CreatePerson(ctx, org, identity.NewPerson{
			Email: fmt.Sprintf("boss%d@company.example", i), NameZH: "管理员", Role: membership.RoleADMINISTRATOR, Password: testPassword,
		}); err != nil {
			t.Fatal(err)
		}
		targets = append(targets, fmt.Sprintf("/organisation/members/%d/remove", m.ID))
		if i == 0 {
			id := data.db.Ent().Mandate.Query().Where(mandate.OrganisationID(org), mandate.PersonID(m.Edges.Person.ID)).OnlyIDX(ctx)
			targets[0] = fmt.Sprintf("/organisation/mandates/%d/revoke", id)
		}
	}
	if err := data.db.Close(); err != nil {
		t.Fatal(err)
	}
	s.start()
	for i, email := range emails {
		agent, boss := s.person(t), s.person(t)
		agent.signIn(email)
		boss.signIn(fmt.Sprintf("boss%d@company.example", i))
		c, err := agent.socket(1)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.until(func(m message) bool { return m.Holding != nil }); err != nil {
			t.Fatalf("the agent of company %d has no paddle: %v", i, err)
		}
		resp, err := boss.http.PostForm(s.url()+targets[i], url.Values{})
		if err != nil || resp.StatusCode != http.StatusOK {
			t.Fatalf("%s: %v, %v", targets[i], resp, err)
		}
		resp.Body.Close()
		_ = c.SetReadDeadline(time.Now().Add(patience))
		for err = nil; err == nil; {
			_, _, err = c.ReadMessage()
		}
		var closed *websocket.CloseError
		if !errors.As(err, &closed) || closed.Code != 4001 {
			t.Errorf("%s: the socket ends with %v", targets[i], err)
		}
		again, err := agent.socket(1)
		if err != nil {
			t.Fatal(err)
		}
		var refused noAnswer
		if _, err := again.bid(newBidKey(), 110_000_000, "PLAIN"); !errors.As(err, &refused) {
			t.Errorf("%s: he bids on: %v", targets[i], err)
		}
	}
}
