package needs

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/ent/need"
	"github.com/g60-corridor/corridor/ent/needanswer"
	"github.com/g60-corridor/corridor/ent/needinvitation"
	"github.com/g60-corridor/corridor/ent/needmatch"
	"github.com/g60-corridor/corridor/ent/needversion"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/ent/predicate"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/ident"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/market"
	"github.com/g60-corridor/corridor/internal/subject"
)

// Seen is a need as one reader may see it. It holds the company's name only where he may know it.
type Seen struct {
	ID, Version int
	Number      string
	Need        *ent.Need         // without its owner, and without whom it invites
	Owner       *ent.Organisation // nil: the reader may not know it
	Mine, Open  bool
	Answers     []*ent.NeedAnswer // the owner: all; a university: its own
	MayAnswer   bool
	Listings    []*ent.Listing // of the reader's university, to answer with
}

// Filter chooses needs. Empty fields do not filter.
type Filter struct {
	Field, City string
	Page        int
}

// PageNeeds is how many needs stand on one page.
const PageNeeds = 20

// Found is one page of needs.
type Found struct {
	Needs              []*Seen
	Total, Page, Pages int
}

func (s *Service) open() predicate.Need {
	return need.And(need.StatusEQ(need.StatusPUBLISHED), need.EndsAtGT(s.now()))
}

// visible are the needs that a reader may see at all.
func (s *Service) visible(ctx context.Context, v identity.Viewer) (predicate.Need, error) {
	everybody := need.SecrecyIn(need.SecrecyPUBLIC, need.SecrecyANONYMOUS)
	switch {
	case v.Operates():
		return need.StatusNEQ(need.StatusDRAFT), nil
	case v.Role() == identity.Seller:
		ids, err := s.invitedTo(ctx, v.OrganisationID())
		if err != nil {
			return nil, err
		}
		return need.Or(everybody, need.IDIn(ids...)), nil
	case v.OrganisationID() != 0:
		return need.Or(everybody, need.OwnerID(v.OrganisationID())), nil
	}
	return everybody, nil
}

// invitedTo are the needs that a university may see although not everybody may: those that name it, and those that name
// nobody and that one of its results fits well.
func (s *Service) invitedTo(ctx context.Context, org int) ([]int, error) {
	client := s.db.Ent()
	var chosen []int
	err := client.NeedInvitation.Query().Where(needinvitation.OrganisationID(org)).Select(needinvitation.FieldNeedID).Scan(ctx, &chosen)
	if err != nil {
		return nil, fmt.Errorf("read invitations of organisation %d: %w", org, err)
	}
	var fitting []int
	err = client.NeedMatch.Query().Where(needmatch.SellerID(org), needmatch.BpGTE(s.weights.StrongBP), needmatch.HasListingWith(listing.StatusEQ(listing.StatusPUBLISHED)),
		needmatch.HasNeedWith(need.SecrecyEQ(need.SecrecyINVITED))).Unique(true).Select(needmatch.FieldNeedID).Scan(ctx, &fitting)
	if err != nil || len(fitting) == 0 {
		return chosen, wrap(err, "read what fits organisation %d", org)
	}
	var closed []int // they name others
	err = client.NeedInvitation.Query().Where(needinvitation.NeedIDIn(fitting...)).Unique(true).Select(needinvitation.FieldNeedID).Scan(ctx, &closed)
	if err != nil {
		return nil, fmt.Errorf("read invitations: %w", err)
	}
	return append(chosen, slices.DeleteFunc(fitting, func(id int) bool { return slices.Contains(closed, id) })...), nil
}

func wrap(err error, format string, args ...any) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf(format+": %w", append(args, err)...)
}

// List returns a page of the open needs that a reader may see, the newest first.
func (s *Service) List(ctx context.Context, v identity.Viewer, f Filter) (Found, error) {
	where, err := s.visible(ctx, v)
	if err != nil {
		return Found{}, err
	}
	all := []predicate.Need{s.open(), where}
	if f.Field != "" {
		if !(subject.Field{List: subject.PlanFields, Code: f.Field}).Known() {
			return Found{}, fault.OfFields([]fault.Field{{Name: "field", Problem: "UNKNOWN_VALUE"}})
		}
		all = append(all, need.PlanField(f.Field))
	}
	if f.City != "" {
		if _, err := ident.ParseRegion(f.City); err != nil && f.City != string(ident.External) {
			return Found{}, fault.OfFields([]fault.Field{{Name: "city", Problem: "UNKNOWN_VALUE"}})
		}
		all = append(all, need.City(f.City))
	}
	q := s.db.Ent().Need.Query().Where(all...)
	total, err := q.Clone().Count(ctx)
	if err != nil {
		return Found{}, fmt.Errorf("count needs: %w", err)
	}
	found := Found{Total: total, Pages: max(1, (total+PageNeeds-1)/PageNeeds)}
	found.Page = min(max(1, f.Page), found.Pages)
	rows, err := q.Order(ent.Desc(need.FieldPublishedAt), ent.Desc(need.FieldID)).Offset((found.Page - 1) * PageNeeds).Limit(PageNeeds).WithOwner().All(ctx)
	if err != nil {
		return Found{}, fmt.Errorf("list needs: %w", err)
	}
	found.Needs, err = s.seen(ctx, v, rows)
	return found, err
}

// seen takes from needs what their reader may not know.
func (s *Service) seen(ctx context.Context, v identity.Viewer, rows []*ent.Need) ([]*Seen, error) {
	var accepted []int
	if v.Role() == identity.Seller && len(rows) > 0 {
		ids := make([]int, len(rows))
		for i, n := range rows {
			ids[i] = n.ID
		}
		err := s.db.Ent().NeedAnswer.Query().Where(needanswer.OrganisationID(v.OrganisationID()), needanswer.StateEQ(needanswer.StateACCEPTED),
			needanswer.NeedIDIn(ids...)).Select(needanswer.FieldNeedID).Scan(ctx, &accepted)
		if err != nil {
			return nil, fmt.Errorf("read accepted answers: %w", err)
		}
	}
	all := make([]*Seen, len(rows))
	for i, n := range rows {
		all[i] = s.cover(v, n, slices.Contains(accepted, n.ID))
	}
	return all, nil
}

func (s *Service) cover(v identity.Viewer, n *ent.Need, accepted bool) *Seen {
	x := &Seen{ID: n.ID, Version: n.Version, Number: n.Number, Mine: v.Role() == identity.Company && n.OwnerID == v.OrganisationID()}
	x.Open = n.Status == need.StatusPUBLISHED && n.EndsAt != nil && n.EndsAt.After(s.now())
	chosen := n.Secrecy == need.SecrecyINVITED && slices.Contains(n.Wish.Invited, v.OrganisationID())
	if n.Secrecy == need.SecrecyPUBLIC || x.Mine || v.Operates() || accepted || chosen {
		x.Owner = n.Edges.Owner
	}
	shown := *n
	shown.Edges = ent.NeedEdges{}
	shown.OwnerID = 0
	if !x.Mine && !v.Operates() {
		shown.Wish.Invited = nil
	}
	x.Need = &shown
	return x
}

// View is one need with what its reader may do. It fails with fault.NotFound for who may not see it: that there is one is
// no more his business than what it says.
func (s *Service) View(ctx context.Context, v identity.Viewer, id int) (*Seen, error) {
	where, err := s.visible(ctx, v)
	if err != nil {
		return nil, err
	}
	n, err := s.db.Ent().Need.Query().Where(need.ID(id), where).WithOwner().Only(ctx)
	if ent.IsNotFound(err) {
		return nil, notFound()
	}
	if err != nil {
		return nil, fmt.Errorf("read need %d: %w", id, err)
	}
	all, err := s.seen(ctx, v, []*ent.Need{n})
	if err != nil {
		return nil, err
	}
	x := all[0]
	if n.Status == need.StatusDRAFT && !x.Mine || n.Outcome == need.OutcomeTAKEN_DOWN && !x.Mine && !v.Operates() {
		return nil, notFound()
	}
	return x, s.fill(ctx, v, x)
}

// fill reads the answers that a reader may see, and with what he could answer.
func (s *Service) fill(ctx context.Context, v identity.Viewer, x *Seen) (err error) {
	client := s.db.Ent()
	q := client.NeedAnswer.Query().Where(needanswer.NeedID(x.ID))
	switch {
	case x.Mine:
	case v.Role() == identity.Seller:
		q.Where(needanswer.OrganisationID(v.OrganisationID()))
	default:
		return nil
	}
	x.Answers, err = q.WithOrganisation().WithListing().WithPerson().Order(ent.Desc(needanswer.FieldID)).Limit(answersShown).All(ctx)
	if err != nil {
		return fmt.Errorf("list answers to need %d: %w", x.ID, err)
	}
	for _, a := range x.Answers {
		if err := market.AsPublished(ctx, client, a.Edges.Listing); err != nil {
			return err
		}
	}
	if x.MayAnswer = MayAnswer(v) && x.Open; !x.MayAnswer {
		return nil
	}
	// What fits the need stands first.
	fits, err := client.NeedMatch.Query().Where(needmatch.NeedID(x.ID), needmatch.SellerID(v.OrganisationID()), needmatch.BpGT(0),
		needmatch.HasListingWith(listing.StatusEQ(listing.StatusPUBLISHED))).Order(ent.Desc(needmatch.FieldBp)).Limit(listingsShown).WithListing().All(ctx)
	if err != nil {
		return fmt.Errorf("list what fits need %d: %w", x.ID, err)
	}
	seen := []int{}
	for _, m := range fits {
		x.Listings, seen = append(x.Listings, m.Edges.Listing), append(seen, m.ListingID)
	}
	rest, err := client.Listing.Query().Where(listing.StatusEQ(listing.StatusPUBLISHED), listing.HasSellerWith(organisation.ID(v.OrganisationID())),
		listing.IDNotIn(seen...)).Order(ent.Desc(listing.FieldID)).Limit(listingsShown).All(ctx)
	if err != nil {
		return fmt.Errorf("list own results: %w", err)
	}
	x.Listings = append(x.Listings, rest...)
	return nil
}

const (
	answersShown  = 200
	listingsShown = 100
)

// Own are the needs of the viewer's company, the latest change first.
func (s *Service) Own(ctx context.Context, v identity.Viewer) ([]*Seen, error) {
	if err := allow(v.Role() == identity.Company, v); err != nil {
		return nil, err
	}
	rows, err := s.db.Ent().Need.Query().Where(need.OwnerID(v.OrganisationID())).Order(ent.Desc(need.FieldChangedAt), ent.Desc(need.FieldID)).
		Limit(2 * draftsMost).WithOwner().All(ctx)
	if err != nil {
		return nil, fmt.Errorf("list own needs: %w", err)
	}
	return s.seen(ctx, v, rows)
}

// OwnOne is one need of the viewer's company in any state, with its answers.
func (s *Service) OwnOne(ctx context.Context, v identity.Viewer, id int) (*Seen, error) {
	if err := allow(v.Role() == identity.Company, v); err != nil {
		return nil, err
	}
	x, err := s.View(ctx, v, id)
	if err == nil && !x.Mine {
		err = notFound()
	}
	return x, err
}

// Versions are what a need of the viewer's company said, the newest first.
func (s *Service) Versions(ctx context.Context, x *Seen) ([]*ent.NeedVersion, error) {
	if !x.Mine {
		return nil, notFound()
	}
	all, err := s.db.Ent().NeedVersion.Query().Where(needversion.NeedID(x.ID)).Order(ent.Desc(needversion.FieldNumber)).Limit(50).All(ctx)
	return all, wrap(err, "list versions of need %d", x.ID)
}

// Invitable are the universities and institutes that a need can be shown to alone.
func (s *Service) Invitable(ctx context.Context) ([]*ent.Organisation, error) {
	all, err := s.db.Ent().Organisation.Query().Where(answering).Order(ent.Asc(organisation.FieldCity), ent.Asc(organisation.FieldID)).Limit(invitedMost).All(ctx)
	return all, wrap(err, "list universities")
}

// Page is the public address of a need.
type Page struct {
	ID      int
	Changed time.Time
}

// Public are the needs that search engines may read.
func (s *Service) Public(ctx context.Context, most int) ([]Page, error) {
	rows, err := s.db.Ent().Need.Query().Where(s.open(), need.SecrecyIn(need.SecrecyPUBLIC, need.SecrecyANONYMOUS)).
		Order(ent.Desc(need.FieldID)).Limit(most).Select(need.FieldID, need.FieldChangedAt).All(ctx)
	pages := make([]Page, len(rows))
	for i, n := range rows {
		pages[i] = Page{n.ID, n.ChangedAt}
	}
	return pages, wrap(err, "list public needs")
}

// newestKept is how long the first page shows the same needs.
const newestKept = 500 * time.Millisecond

// Newest are the newest open needs that everybody may see, as a visitor sees them; nobody may change them.
func (s *Service) Newest(ctx context.Context, most int) ([]*Seen, int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if age := s.now().Sub(s.newest.at); age >= 0 && age < newestKept {
		return s.newest.needs, s.newest.inAll, nil
	}
	all, n, err := s.readNewest(ctx, most)
	if err == nil {
		s.newest.at, s.newest.needs, s.newest.inAll = s.now(), all, n
	}
	return all, n, err
}

func (s *Service) readNewest(ctx context.Context, most int) ([]*Seen, int, error) {
	q := s.db.Ent().Need.Query().Where(s.open(), need.SecrecyIn(need.SecrecyPUBLIC, need.SecrecyANONYMOUS))
	n, err := q.Clone().Count(ctx)
	if err != nil {
		return nil, 0, fmt.Errorf("count needs: %w", err)
	}
	rows, err := q.Order(ent.Desc(need.FieldPublishedAt), ent.Desc(need.FieldID)).Limit(most).WithOwner().All(ctx)
	if err != nil {
		return nil, 0, fmt.Errorf("list needs: %w", err)
	}
	all, err := s.seen(ctx, identity.Viewer{}, rows)
	return all, n, err
}
