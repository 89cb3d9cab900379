package authority

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/auditaction"
	"github.com/g60-corridor/corridor/ent/authority"
	"github.com/g60-corridor/corridor/ent/authorityrule"
	"github.com/g60-corridor/corridor/ent/lot"
	"github.com/g60-corridor/corridor/ent/lotauthority"
	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/ent/person"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/money"
	"github.com/g60-corridor/corridor/internal/store"
)

// Limit is the most that somebody may do alone; None means that nothing bounds him.
type Limit struct {
	None bool      `json:"none,omitempty"`
	Fen  money.Fen `json:"fen,omitempty"`
}

func limitOf(fen *int64) Limit {
	if fen == nil {
		return Limit{None: true}
	}
	return Limit{Fen: money.Fen(*fen)}
}

func (l Limit) stored() *int64 {
	if l.None {
		return nil
	}
	fen := int64(l.Fen)
	return &fen
}

func (l Limit) check(field string) (faults []fault.Field) {
	if !l.None && (l.Fen < 0 || l.Fen > auction.MaxFen) {
		faults = append(faults, fault.Field{Name: field, Problem: "OUT_OF_RANGE"})
	}
	return faults
}

// Member is one person of a company and his authority.
type Member struct {
	Membership *ent.Membership // with its Person
	Bids       bool            // his role lets him bid
	Bid        Limit
	Approves   bool
	Approve    Limit
	Lots       []LotLimit
	Version    int // of all of this; 0: nothing was ever set
}

// LotLimit is a limit for one lot. It stands before the general one.
type LotLimit struct {
	Lot *ent.Lot // with its Listing
	Bid Limit
}

// Overview is what a company has laid down.
type Overview struct {
	Always  bool // nobody bids without a second person
	Version int  // of Always
	Members []Member
	Changes []Change // the newest first
}

// Deed is what a change laid down, in figures: it is worded when it is read, in the reader's language.
type Deed struct {
	Who      string `json:"who,omitempty"`
	Lot      string `json:"lot,omitempty"`
	Always   bool   `json:"always,omitempty"`
	Bid      *Limit `json:"bid,omitempty"` // of a lot, nil: as elsewhere
	Approves bool   `json:"approves,omitempty"`
	Approve  Limit  `json:"approve"`
}

// Change is one line of the record.
type Change struct {
	Deed   Deed
	Action *ent.AuditAction
	By     *ent.Person // nil: somebody who is gone
}

// Overview lists the authority of the viewer's company.
func (s *Service) Overview(ctx context.Context, by identity.Viewer) (Overview, error) {
	var o Overview
	if err := member(by); err != nil {
		return o, err
	}
	client, org := s.db.Ent(), by.OrganisationID()
	p, err := read(ctx, client, org, s.now())
	if err != nil {
		return o, err
	}
	o.Always, o.Version = p.always, p.version
	people, err := client.Membership.Query().Where(membership.HasOrganisationWith(organisation.ID(org)), membership.RoleIn(holding...)).
		WithPerson().Order(ent.Asc(membership.FieldID)).All(ctx)
	if err != nil {
		return o, fmt.Errorf("list the people of company %d: %w", org, err)
	}
	for _, m := range people {
		one, err := s.memberOf(ctx, p, by.Organisation, m)
		if err != nil {
			return o, err
		}
		o.Members = append(o.Members, one)
	}
	o.Changes, err = s.changes(ctx, org)
	return o, err
}

func (s *Service) memberOf(ctx context.Context, p *policy, company *ent.Organisation, m *ent.Membership) (Member, error) {
	who := m.Edges.Person
	one := Member{Membership: m, Bid: Limit{None: true}, Approve: Limit{None: true}}
	one.Bids = identity.Viewer{Person: who, Organisation: company, Membership: m.Role}.MayBid()
	if a := p.people[who.ID]; a != nil {
		one.Bid, one.Approves, one.Approve, one.Version = limitOf(a.BidFen), a.Approves, limitOf(a.ApproveFen), a.Version
	}
	var ids []int
	for at := range p.lots {
		if at.person == who.ID {
			ids = append(ids, at.lot)
		}
	}
	if len(ids) == 0 {
		return one, nil
	}
	lots, err := s.db.Ent().Lot.Query().Where(lot.IDIn(ids...)).WithListing().Order(ent.Desc(lot.FieldID)).All(ctx)
	if err != nil {
		return one, fmt.Errorf("list the lots of person %d: %w", who.ID, err)
	}
	for _, l := range lots {
		one.Lots = append(one.Lots, LotLimit{Lot: l, Bid: limitOf(p.lots[seat{who.ID, l.ID}].BidFen)})
	}
	return one, nil
}

func (s *Service) changes(ctx context.Context, org int) (all []Change, err error) {
	const latest = 20
	done, err := s.db.Ent().AuditAction.Query().
		Where(auditaction.Subject(subject(org)), auditaction.OrganisationID(org), auditaction.ActionHasPrefix("authority_")).
		Order(ent.Desc(auditaction.FieldID)).Limit(latest).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("list the changes of company %d: %w", org, err)
	}
	var ids []int
	for _, a := range done {
		ids = append(ids, a.PersonID)
	}
	people, err := s.db.Ent().Person.Query().Where(person.IDIn(ids...)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("list who changed the authority of company %d: %w", org, err)
	}
	byID := map[int]*ent.Person{}
	for _, p := range people {
		byID[p.ID] = p
	}
	for _, a := range done {
		c := Change{Action: a, By: byID[a.PersonID]}
		if err := json.Unmarshal([]byte(a.Detail), &c.Deed); err != nil {
			return nil, fmt.Errorf("read change %d of an authority: %w", a.ID, err)
		}
		all = append(all, c)
	}
	return all, nil
}

// SetAlways says whether nobody of the company bids without a second person. version is that of the Overview on which the
// wish rests.
func (s *Service) SetAlways(ctx context.Context, by identity.Viewer, always bool, version int) error {
	return s.change(ctx, by, func(client *ent.Client) error {
		org := by.OrganisationID()
		var err error
		if version == 0 {
			err = client.AuthorityRule.Create().SetOrganisationID(org).SetAlwaysSecond(always).SetVersion(1).Exec(ctx)
		} else {
			err = one(client.AuthorityRule.Update().Where(authorityrule.OrganisationID(org), authorityrule.Version(version)).
				SetAlwaysSecond(always).AddVersion(1).Save(ctx))
		}
		if err := meanwhile(err); err != nil {
			return err
		}
		return s.record(ctx, client, by, "authority_rule", deed(Deed{Always: always}))
	})
}

// Wish is what an administrator wants one member's authority to be.
type Wish struct {
	Person   int
	Bid      Limit
	Approves bool
	Approve  Limit
	Version  int // of the Member on whom the wish rests
}

// SetMember changes the authority of a member.
func (s *Service) SetMember(ctx context.Context, by identity.Viewer, w Wish) error {
	if err := fault.OfFields(append(w.Bid.check("bid"), w.Approve.check("approve")...)); err != nil {
		return err
	}
	return s.change(ctx, by, func(client *ent.Client) error {
		who, err := colleague(ctx, client, by, w.Person)
		if err != nil {
			return err
		}
		if err := touch(ctx, client, by.OrganisationID(), w.Person, w.Version); err != nil {
			return err
		}
		u := client.Authority.Update().Where(authority.OrganisationID(by.OrganisationID()), authority.PersonID(w.Person)).SetApproves(w.Approves)
		if w.Bid.None {
			u.ClearBidFen()
		} else {
			u.SetBidFen(int64(w.Bid.Fen))
		}
		if w.Approve.None {
			u.ClearApproveFen()
		} else {
			u.SetApproveFen(int64(w.Approve.Fen))
		}
		if _, err := u.Save(ctx); err != nil {
			return fmt.Errorf("set the authority of person %d: %w", w.Person, err)
		}
		return s.record(ctx, client, by, "authority_member", deed(Deed{Who: who.NameZh, Bid: &w.Bid, Approves: w.Approves, Approve: w.Approve}))
	})
}

// SetLot gives a member a limit of his own for one lot. version is that of the Member.
func (s *Service) SetLot(ctx context.Context, by identity.Viewer, personID int, number string, bid Limit, version int) error {
	if err := fault.OfFields(bid.check("lot_bid")); err != nil {
		return err
	}
	return s.change(ctx, by, func(client *ent.Client) error {
		org := by.OrganisationID()
		who, err := colleague(ctx, client, by, personID)
		if err != nil {
			return err
		}
		l, err := client.Lot.Query().Where(lot.Number(number), lot.StatusEQ(lot.StatusPUBLISHED)).Only(ctx)
		if ent.IsNotFound(err) {
			return fault.OfFields([]fault.Field{{Name: "lot", Problem: "NO_SUCH_LOT"}})
		}
		if err != nil {
			return fmt.Errorf("look for lot %q: %w", number, err)
		}
		if err := touch(ctx, client, org, personID, version); err != nil {
			return err
		}
		_, err = client.LotAuthority.Delete().
			Where(lotauthority.OrganisationID(org), lotauthority.PersonID(personID), lotauthority.LotID(l.ID)).Exec(ctx)
		if err != nil {
			return fmt.Errorf("replace a limit for lot %d: %w", l.ID, err)
		}
		err = client.LotAuthority.Create().SetOrganisationID(org).SetPersonID(personID).SetLotID(l.ID).SetNillableBidFen(bid.stored()).Exec(ctx)
		if err := meanwhile(err); err != nil {
			return err
		}
		return s.record(ctx, client, by, "authority_lot", deed(Deed{Who: who.NameZh, Lot: l.Number, Bid: &bid}))
	})
}

// ClearLot takes the limit for a lot away: the member's general one counts there again.
func (s *Service) ClearLot(ctx context.Context, by identity.Viewer, personID, lotID, version int) error {
	return s.change(ctx, by, func(client *ent.Client) error {
		org := by.OrganisationID()
		who, err := colleague(ctx, client, by, personID)
		if err != nil {
			return err
		}
		if err := touch(ctx, client, org, personID, version); err != nil {
			return err
		}
		n, err := client.LotAuthority.Delete().Where(lotauthority.OrganisationID(org), lotauthority.PersonID(personID), lotauthority.LotID(lotID)).Exec(ctx)
		if err != nil {
			return fmt.Errorf("take away a limit for lot %d: %w", lotID, err)
		}
		if n == 0 {
			return fault.New(fault.NotFound, "", "no such limit")
		}
		l, err := client.Lot.Get(ctx, lotID)
		if err != nil {
			return fmt.Errorf("read lot %d: %w", lotID, err)
		}
		return s.record(ctx, client, by, "authority_lot", deed(Deed{Who: who.NameZh, Lot: l.Number}))
	})
}

func deed(d Deed) string {
	text, err := json.Marshal(d)
	if err != nil {
		panic(err) // figures and texts always have a form
	}
	return string(text)
}

// change runs f for an administrator of a company, and makes it count on this node at once.
func (s *Service) change(ctx context.Context, by identity.Viewer, f func(*ent.Client) error) error {
	if err := member(by); err != nil {
		return err
	}
	if !Administers(by) {
		return fault.New(fault.Forbidden, "ADMINISTRATORS_ONLY", "")
	}
	err := s.db.Tx(ctx, func(tx *store.Tx) error {
		// His session may be older than his role.
		still, err := tx.Ent().Membership.Query().Where(membership.HasPersonWith(person.ID(by.PersonID())),
			membership.HasOrganisationWith(organisation.ID(by.OrganisationID())), membership.RoleEQ(membership.RoleADMINISTRATOR)).Exist(ctx)
		if err != nil {
			return fmt.Errorf("look for an administrator: %w", err)
		}
		if !still {
			return fault.New(fault.Forbidden, "ADMINISTRATORS_ONLY", "")
		}
		return f(tx.Ent())
	})
	s.forget(by.OrganisationID())
	return err
}

// colleague finds a member who may be given authority.
func colleague(ctx context.Context, client *ent.Client, by identity.Viewer, id int) (*ent.Person, error) {
	m, err := client.Membership.Query().Where(membership.HasPersonWith(person.ID(id)),
		membership.HasOrganisationWith(organisation.ID(by.OrganisationID())), membership.RoleIn(holding...)).WithPerson().Only(ctx)
	if ent.IsNotFound(err) {
		return nil, fault.New(fault.NotFound, "", "no such member")
	}
	if err != nil {
		return nil, fmt.Errorf("look for member %d: %w", id, err)
	}
	return m.Edges.Person, nil
}

// touch counts a change of a member's authority, if nobody else has changed it since version.
func touch(ctx context.Context, client *ent.Client, org, personID, version int) error {
	var err error
	if version == 0 {
		err = client.Authority.Create().SetOrganisationID(org).SetPersonID(personID).Exec(ctx)
	} else {
		err = one(client.Authority.Update().Where(authority.OrganisationID(org), authority.PersonID(personID), authority.Version(version)).
			AddVersion(1).Save(ctx))
	}
	return meanwhile(err)
}

var errOther = fault.New(fault.Conflict, "CHANGED_MEANWHILE", "somebody else has changed it")

func one(n int, err error) error {
	if err == nil && n != 1 {
		return errOther
	}
	return err
}

// meanwhile says that another was faster.
func meanwhile(err error) error {
	if ent.IsConstraintError(err) {
		return errOther
	}
	if err != nil && fault.Of(err) == fault.Internal {
		return fmt.Errorf("change authority: %w", err)
	}
	return err
}
