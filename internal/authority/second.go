package authority

import (
	"context"
	"fmt"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/ent/person"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/money"
)

// proposal is what waits for a second person: a bid, or the only buyer's word on a price. The same rules hold for both.
type proposal struct {
	by     int // who proposed it
	amount money.Fen
}

func ofBid(p *ent.PendingBid) proposal     { return proposal{p.ProposedBy, money.Fen(p.AmountFen)} }
func ofPrice(p *ent.PendingPrice) proposal { return proposal{p.ProposedBy, money.Fen(p.AmountFen)} }

// seconds are those who could confirm a proposal by what the company has laid down.
func (p *policy) seconds(of proposal) []int {
	all := []int{}
	for id := range p.people {
		if _, enough := p.confirms(id, of.amount); enough && id != of.by {
			all = append(all, id)
		}
	}
	return all
}

// circle are the people of a company who may have a say in its proposals, and what it has laid down for them.
type circle struct {
	policy  *policy
	members map[int]membership.Role
}

func (s *Service) circle(ctx context.Context, client *ent.Client, org int) (*circle, error) {
	pol, err := read(ctx, client, org, s.now())
	if err != nil {
		return nil, err
	}
	members, err := membersOf(ctx, client, org)
	return &circle{pol, members}, err
}

// bar says why a person may not confirm a proposal; "" if he may.
func (c *circle) bar(personID int, p proposal) fault.Problem {
	approver, enough := c.policy.confirms(personID, p.amount)
	_, member := c.members[personID]
	switch {
	case p.by == personID:
		return "OWN_BID"
	case !member, !approver:
		return "NOT_AN_APPROVER"
	case !enough:
		return "ABOVE_AUTHORITY"
	}
	return ""
}

// approvers is how many could confirm a proposal now.
func (c *circle) approvers(p proposal) (n int) {
	for id := range c.members {
		if c.bar(id, p) == "" {
			n++
		}
	}
	return n
}

// mayConfirm refuses who may not confirm a proposal of his company; he acts for it as who proposed does. §1.1
func (s *Service) mayConfirm(ctx context.Context, client *ent.Client, by identity.Viewer, p proposal) error {
	c, err := s.circle(ctx, client, by.OrganisationID())
	if err != nil {
		return err
	}
	if bar := c.bar(by.PersonID(), p); bar != "" {
		return fault.New(fault.Forbidden, bar, "")
	}
	return identity.Mandated(ctx, client, by, identity.ToBid, s.now(), s.now())
}

// mayDecline refuses who may not decline one: every approver may, also one of what is above his own authority.
func (s *Service) mayDecline(ctx context.Context, client *ent.Client, by identity.Viewer, p proposal) error {
	c, err := s.circle(ctx, client, by.OrganisationID())
	if err != nil {
		return err
	}
	if bar := c.bar(by.PersonID(), p); bar != "" && bar != "ABOVE_AUTHORITY" {
		return fault.New(fault.Forbidden, bar, "")
	}
	return nil
}

// mandateOver says whether who proposed something acts for his company no more. §1.1
func mandateOver(ctx context.Context, client *ent.Client, company *ent.Organisation, proposer int, now time.Time) (bool, error) {
	members, err := membersOf(ctx, client, company.ID)
	if err != nil {
		return false, err
	}
	v := identity.Viewer{Person: &ent.Person{ID: proposer}, Organisation: company, Membership: members[proposer]}
	if !v.MayBid() {
		return true, nil
	}
	err = identity.Mandated(ctx, client, v, identity.ToBid, now, now)
	if fault.Of(err) == fault.Forbidden {
		return true, nil
	}
	return false, err
}

// namesOf names people.
func namesOf(ctx context.Context, client *ent.Client, ids []int) (map[int]auction.Bilingual, error) {
	people, err := client.Person.Query().Where(person.IDIn(ids...)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read who proposed: %w", err)
	}
	names := map[int]auction.Bilingual{}
	for _, p := range people {
		names[p.ID] = nameOf(p)
	}
	return names, nil
}
