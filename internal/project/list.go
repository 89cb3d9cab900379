package project

import (
	"context"
	"fmt"
	"slices"

	"entgo.io/ent/dialect/sql"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/ent/lot"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/ent/predicate"
	"github.com/g60-corridor/corridor/ent/project"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/market"
	"github.com/g60-corridor/corridor/internal/trade"
)

// PageProjects is how many projects stand on one page.
const PageProjects = 20

// Found is one page of projects.
type Found struct {
	Projects           []*ent.Project
	Total, Page, Pages int
}

// Public lists published projects: those that are open, or all. way may be empty.
func (s *Service) Public(ctx context.Context, way trade.Way, all bool, page int) (Found, error) {
	where := []predicate.Project{project.Published(true)}
	if !all {
		where = append(where, project.PhaseIn(trade.Names(trade.OpenPhases)...))
	}
	if way != "" {
		where = append(where, project.WayEQ(project.Way(way)))
	}
	return s.list(ctx, page, project.ByDueAt(nullsLast()), where...)
}

// Mine lists the projects in which the viewer's organisation sells or operates.
func (s *Service) Mine(ctx context.Context, by identity.Viewer, page int) (Found, error) {
	if !by.SignedIn() {
		return Found{}, fault.New(fault.SignIn, "", "")
	}
	id := organisation.ID(by.OrganisationID())
	return s.list(ctx, page, project.ByNextAt(nullsLast()), project.Or(project.HasSellerWith(id), project.HasOperatorWith(id)))
}

// Queue lists the projects of the viewer's operator: those with a deadline first, the nearest before the others.
func (s *Service) Queue(ctx context.Context, by identity.Viewer, page int) (Found, error) {
	if !by.Operates() {
		return Found{}, fault.New(fault.Forbidden, "OPERATORS_ONLY", "")
	}
	return s.list(ctx, page, project.ByNextAt(nullsLast()), project.HasOperatorWith(organisation.ID(by.OrganisationID())), project.PhaseNotIn(string(trade.InDraft)))
}

func (s *Service) list(ctx context.Context, page int, order project.OrderOption, where ...predicate.Project) (f Found, err error) {
	q := s.db.Ent().Project.Query().Where(where...)
	if f.Total, err = q.Clone().Count(ctx); err != nil {
		return f, fmt.Errorf("count projects: %w", err)
	}
	f.Pages = max(1, (f.Total+PageProjects-1)/PageProjects)
	f.Page = min(max(1, page), f.Pages)
	f.Projects, err = q.Order(order, ent.Desc(project.FieldID)).
		Offset((f.Page - 1) * PageProjects).Limit(PageProjects).WithListing(func(q *ent.ListingQuery) { q.WithSeller() }).WithSeller().All(ctx)
	if err != nil {
		return f, fmt.Errorf("list projects: %w", err)
	}
	return f, asPublished(ctx, s.db.Ent(), f.Projects...)
}

// asPublished gives the listings of projects the words under which they were last published.
func asPublished(ctx context.Context, client *ent.Client, all ...*ent.Project) error {
	listings := make([]*ent.Listing, len(all))
	for i, p := range all {
		listings[i] = p.Edges.Listing
	}
	return market.AsPublished(ctx, client, listings...)
}

// View returns a project that the viewer may see.
func (s *Service) View(ctx context.Context, by identity.Viewer, id int) (*View, error) {
	v, err := s.view(ctx, s.db.Ent(), id)
	if err != nil {
		return nil, err
	}
	if !visible(by, v) {
		return nil, fault.New(fault.NotFound, "", "the project is not public")
	}
	if err := asPublished(ctx, s.db.Ent(), v.Row); err != nil {
		return nil, err
	}
	if insider(by, v) {
		v.closed, err = closed(ctx, s.db.Ent(), by, v)
	}
	return v, err
}

// Insider says whether the viewer sees the whole file of a project.
func Insider(by identity.Viewer, v *View) bool { return insider(by, v) }

// Registered is the viewer's own registration in a project.
func Registered(by identity.Viewer, v *View) (trade.Registration, bool) {
	if by.OrganisationID() == 0 {
		return trade.Registration{}, false
	}
	return v.State.Registration(own(v.State, PartyOf(by.OrganisationID())))
}

// Names are the organisations that a project's log names, by party.
func (s *Service) Names(ctx context.Context, v *View) (map[trade.Party]*ent.Organisation, error) {
	var ids []int
	add := func(p trade.Party) {
		if id, ok := OrganisationOf(p); ok {
			ids = append(ids, id)
		}
	}
	add(v.State.Offer.Buyer)
	for _, r := range v.State.Registrations {
		add(r.Party)
	}
	for _, o := range v.State.Objections {
		add(o.By)
	}
	for _, e := range v.Entries {
		if ev, ok := e.Event.(trade.NoticeOpened); ok {
			add(ev.Offer.Buyer)
		}
	}
	all, err := s.db.Ent().Organisation.Query().Where(organisation.IDIn(ids...)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the parties of project %d: %w", v.Row.ID, err)
	}
	names := map[trade.Party]*ent.Organisation{}
	for _, o := range all {
		names[PartyOf(o.ID)] = o
	}
	return names, nil
}

func nullsLast() sql.OrderTermOption { return sql.OrderNullsLast() }

// Offerable lists the listings for which the viewer may begin a project.
func (s *Service) Offerable(ctx context.Context, by identity.Viewer) ([]*ent.Listing, error) {
	if by.OrganisationID() == 0 {
		return nil, fault.New(fault.Forbidden, "NOT_THE_SELLER", "")
	}
	const most = 200
	all, err := s.db.Ent().Listing.Query().Where(listing.StatusEQ(listing.StatusPUBLISHED), listing.HasSellerWith(organisation.ID(by.OrganisationID())),
		listing.Not(listing.HasLotsWith(lot.Demo(false), lot.Or(lot.PhaseNEQ(string(auction.Closed)), lot.Outcome(string(auction.Sold)))))).
		Order(ent.Asc(listing.FieldID)).Limit(most).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("list listings: %w", err)
	}
	taken, err := s.db.Ent().Project.Query().Where(project.HasSellerWith(organisation.ID(by.OrganisationID())), project.PhaseNotIn(trade.Names(trade.OverPhases)...)).
		QueryListing().IDs(ctx)
	if err != nil {
		return nil, fmt.Errorf("list listings in projects: %w", err)
	}
	return slices.DeleteFunc(all, func(l *ent.Listing) bool { return slices.Contains(taken, l.ID) }), nil
}
