package identity

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/ent/organisationstep"
	"github.com/g60-corridor/corridor/ent/person"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/standing"
)

// Administers says whether the viewer is an administrator of the organisation for which he acts.
func (v Viewer) Administers() bool {
	return v.May(Administer)
}

// Shown are the organisations that have a public profile: whoever offers something, and those that are no companies, once the
// operator has verified that they are what they say. Who has only entered is nobody to the public yet.
var Shown = organisation.Or(
	organisation.HasListingsWith(listing.StatusEQ(listing.StatusPUBLISHED)),
	organisation.And(
		organisation.KindNEQ(organisation.KindCOMPANY),
		organisation.Or(organisation.StandingEQ(organisation.StandingVERIFIED), organisation.VerifiedAtNotNil()),
		organisation.StandingNotIn(organisation.StandingBLACKLISTED, organisation.StandingVOID),
	),
)

// File is all that is kept of an organisation, for its administrators and the operator.
type File struct {
	Organisation *ent.Organisation
	Private      Private
	Said         bool // anything private was ever said
	Was          bool // it was verified once
	Papers       []Paper
	Missing      []standing.Paper
	Steps        []*ent.OrganisationStep // the latest first
	Ties         []TieRow
	People       map[int]*ent.Person // whom steps, papers and links name
}

// File returns what is kept of an organisation.
func (s *Service) File(ctx context.Context, by Viewer, org int) (*File, error) {
	if err := manages(by, org); err != nil {
		return nil, err
	}
	client := s.db.Ent()
	o, err := client.Organisation.Get(ctx, org)
	if ent.IsNotFound(err) {
		return nil, fault.New(fault.NotFound, "", "no such organisation")
	}
	if err != nil {
		return nil, fmt.Errorf("read organisation %d: %w", org, err)
	}
	f := &File{Organisation: o, People: map[int]*ent.Person{}}
	if f.Private, f.Said, err = s.private(ctx, client, org); err != nil {
		return nil, err
	}
	if f.Papers, err = papersIn(ctx, client, org); err != nil {
		return nil, err
	}
	f.Missing = missing(o, f.Papers)
	if f.Was, err = onceVerified(ctx, client, o); err != nil {
		return nil, err
	}
	f.Steps, err = client.OrganisationStep.Query().Where(organisationstep.OrganisationID(org)).Order(ent.Desc(organisationstep.FieldID)).Limit(100).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("list the steps of organisation %d: %w", org, err)
	}
	if f.Ties, err = tiesOf(ctx, client, org); err != nil {
		return nil, err
	}
	return f, f.name(ctx, client)
}

// name finds the people whom a file names.
func (f *File) name(ctx context.Context, client *ent.Client) error {
	var ids []int
	for _, s := range f.Steps {
		ids = append(ids, s.PersonID)
	}
	for _, p := range f.Papers {
		ids = append(ids, p.Person)
	}
	for _, t := range f.Ties {
		ids = append(ids, t.Person, t.DecidedBy)
	}
	people, err := client.Person.Query().Where(person.IDIn(ids...)).All(ctx)
	if err != nil {
		return fmt.Errorf("read who did it: %w", err)
	}
	for _, p := range people {
		f.People[p.ID] = p
	}
	return nil
}

// Deeds are what an operator can do about the organisation now.
func (f *File) Deeds() (deeds []standing.Deed) {
	for _, d := range standing.Possible(standing.State(f.Organisation.Standing)) {
		if d != standing.Void || !f.Was {
			deeds = append(deeds, d)
		}
	}
	return deeds
}

// Voidable says whether the entry can be made void.
func (f *File) Voidable() bool { return slices.Contains(f.Deeds(), standing.Void) }

// ProfileOf is what a file says, for a form.
func (f *File) ProfileOf() Profile {
	o := f.Organisation
	return Profile{o.NameZh, o.NameEn, o.City, o.CrossBorder, o.StateEstablished, o.Soe, f.Private}
}

// Sought says which organisations an operator looks for.
type Sought struct {
	Standing standing.State // "": all
	Kind     organisation.Kind
	Words    string // part of a name, or of a code
	Page     int
}

// Register is a page of organisations.
type Register struct {
	Rows               []*ent.Organisation
	Total, Page, Pages int
	Counts             map[standing.State]int
}

const registerRows = 30

// Register lists organisations for the operator: those who wait first, the longest waiting before the others.
func (s *Service) Register(ctx context.Context, by Viewer, q Sought) (r Register, err error) {
	if err := operates(by); err != nil {
		return r, err
	}
	find := s.db.Ent().Organisation.Query()
	if slices.Contains(standing.States, q.Standing) {
		find = find.Where(organisation.StandingEQ(organisation.Standing(q.Standing)))
	}
	if organisation.KindValidator(q.Kind) == nil {
		find = find.Where(organisation.KindEQ(q.Kind))
	}
	if words := strings.TrimSpace(q.Words); words != "" && len(words) <= 400 {
		find = find.Where(organisation.Or(organisation.NameZhContainsFold(words), organisation.NameEnContainsFold(words), organisation.UsccContainsFold(words)))
	}
	if r.Total, err = find.Clone().Count(ctx); err != nil {
		return r, fmt.Errorf("count organisations: %w", err)
	}
	r.Pages = max(1, (r.Total+registerRows-1)/registerRows)
	r.Page = min(max(1, q.Page), r.Pages)
	r.Rows, err = find.Order(ent.Desc(organisation.FieldID)).Offset((r.Page - 1) * registerRows).Limit(registerRows).All(ctx)
	if err != nil {
		return r, fmt.Errorf("list organisations: %w", err)
	}
	var counts []struct {
		Standing standing.State `json:"standing"`
		Count    int            `json:"count"`
	}
	err = s.db.Ent().Organisation.Query().GroupBy(organisation.FieldStanding).Aggregate(ent.Count()).Scan(ctx, &counts)
	if err != nil {
		return r, fmt.Errorf("count organisations: %w", err)
	}
	r.Counts = map[standing.State]int{}
	for _, c := range counts {
		r.Counts[c.Standing] = c.Count
	}
	return r, nil
}

// record writes down what somebody did to an organisation, within his transaction.
func (s *Service) record(ctx context.Context, client *ent.Client, by Viewer, action string, org int, detail string) error {
	return Record(ctx, client, s.now(), by, action, fmt.Sprintf("organisation:%d", org), detail)
}

func lower(s string) string { return strings.ToLower(s) }
