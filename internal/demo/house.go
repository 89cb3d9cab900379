package demo

import (
	"context"
	"fmt"
	"time"

	"entgo.io/ent/dialect/sql"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/ent/lot"
	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/ent/registration"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/market"
	"github.com/g60-corridor/corridor/internal/money"
)

// Market is the House over the real market: lots are made, registrations entered, deposits recorded and bidders
// qualified exactly as an operator does it by hand.
type Market struct {
	ent      *ent.Client
	service  *market.Service
	now      func() time.Time
	operator identity.Viewer
	agents   []agent
}

// agent acts for one demo company.
type agent struct {
	identity.Viewer
	played bool // by this package; the others are left to visitors
}

// NewMarket finds the invented operator and companies that Plant wrote.
func NewMarket(ctx context.Context, client *ent.Client, service *market.Service, now func() time.Time) (*Market, error) {
	m := &Market{ent: client, service: service, now: now}
	members, err := client.Membership.Query().
		Where(membership.HasOrganisationWith(organisation.Demo(true))).
		WithPerson().WithOrganisation().Order(ent.Asc(membership.FieldID)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("find the demo's people: %w", err)
	}
	for _, member := range members {
		v := identity.Viewer{Person: member.Edges.Person, Organisation: member.Edges.Organisation, Membership: member.Role}
		switch {
		case v.Operates():
			m.operator = v
		case v.MayBid():
			m.agents = append(m.agents, agent{v, !member.Edges.Person.Demo})
		}
	}
	if !m.operator.SignedIn() || len(m.agents) == 0 {
		return nil, fmt.Errorf("the demo catalogue is incomplete: operator %v, %d companies", m.operator.SignedIn(), len(m.agents))
	}
	return m, nil
}

// NextListing implements House.
func (m *Market) NextListing(ctx context.Context) (int, money.Fen, error) {
	l, err := m.ent.Listing.Query().
		Where(listing.Demo(true), listing.StatusEQ(listing.StatusPUBLISHED), listing.Not(listing.HasLotsWith(
			lot.StatusEQ(lot.StatusPUBLISHED), lot.PhaseNEQ(string(auction.Closed))))).
		Order(listing.ByLotsCount(), func(s *sql.Selector) { s.OrderBy(s.C(listing.FieldID)) }).
		First(ctx)
	if err != nil {
		return 0, 0, fmt.Errorf("next listing: %w", err)
	}
	return l.ID, money.Fen(l.PriceIdeaFen), nil
}

// Announce implements House.
func (m *Market) Announce(ctx context.Context, listingID int, terms auction.Terms, reserve money.Fen, opensAt time.Time) (auction.LotID, error) {
	id, err := m.service.CreateLot(ctx, m.operator, listingID, market.Draft{
		Terms: terms, ReserveFen: reserve, OpensAt: opensAt, DepositFen: market.DepositDefaultBP.Of(terms.StartFen),
	})
	if err != nil {
		return 0, err
	}
	return auction.LotID(id), m.service.Publish(ctx, m.operator, id)
}

// Admit implements House.
func (m *Market) Admit(ctx context.Context, lotID auction.LotID, whom Invited) ([]auction.Paddle, error) {
	for _, a := range m.agents {
		if whom == PlayedOnly && !a.played {
			continue
		}
		if err := m.service.Apply(ctx, a.Viewer, int(lotID)); err != nil {
			return nil, fmt.Errorf("apply for %s: %w", a.Organisation.NameEn, err)
		}
	}
	all, err := m.service.Registrations(ctx, m.operator, int(lotID))
	if err != nil {
		return nil, err
	}
	due, err := m.ent.Lot.Get(ctx, int(lotID))
	if err != nil {
		return nil, fmt.Errorf("read lot %d: %w", lotID, err)
	}
	for _, r := range all {
		if err := m.service.RecordDeposit(ctx, m.operator, r.ID, money.Fen(due.DepositFen), m.now()); err != nil {
			return nil, err
		}
		if err := m.service.Qualify(ctx, m.operator, r.ID, 0); err != nil {
			return nil, err
		}
	}
	return m.played(ctx, int(lotID))
}

// played returns the codes of the companies that this package plays, in one lot.
func (m *Market) played(ctx context.Context, lotID int) ([]auction.Paddle, error) {
	var orgs []int
	for _, a := range m.agents {
		if a.played {
			orgs = append(orgs, a.OrganisationID())
		}
	}
	var codes []auction.Paddle
	rows, err := m.ent.Registration.Query().Where(
		registration.HasLotWith(lot.ID(lotID)), registration.StateEQ(registration.StateQUALIFIED),
		registration.HasOrganisationWith(organisation.IDIn(orgs...)),
	).Order(ent.Asc(registration.FieldPaddle)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the codes of lot %d: %w", lotID, err)
	}
	for _, r := range rows {
		codes = append(codes, auction.Paddle(r.Paddle))
	}
	return codes, nil
}

// OpenLots implements House.
func (m *Market) OpenLots(ctx context.Context) (map[auction.LotID][]auction.Paddle, error) {
	ids, err := m.ent.Lot.Query().
		Where(lot.Demo(true), lot.StatusEQ(lot.StatusPUBLISHED), lot.PhaseNEQ(string(auction.Closed))).IDs(ctx)
	if err != nil {
		return nil, fmt.Errorf("list open demo lots: %w", err)
	}
	open := map[auction.LotID][]auction.Paddle{}
	for _, id := range ids {
		codes, err := m.played(ctx, id)
		if err != nil {
			return nil, err
		}
		open[auction.LotID(id)] = codes
	}
	return open, nil
}
