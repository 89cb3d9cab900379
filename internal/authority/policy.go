package authority

import (
	"context"
	"fmt"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/authority"
	"github.com/g60-corridor/corridor/ent/authorityrule"
	"github.com/g60-corridor/corridor/ent/lotauthority"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/money"
)

// policy is all that one company has laid down.
type policy struct {
	at      time.Time // when it was read
	always  bool
	version int
	people  map[int]*ent.Authority
	lots    map[seat]*ent.LotAuthority
}

type seat struct{ person, lot int }

// policyHolds is how long a policy that was read may be relied upon for the bids of sockets. PROTOCOL.md says so.
const policyHolds = 3 * time.Second

const policiesKept = 10_000

func read(ctx context.Context, client *ent.Client, org int, now time.Time) (*policy, error) {
	p := &policy{at: now, people: map[int]*ent.Authority{}, lots: map[seat]*ent.LotAuthority{}}
	rule, err := client.AuthorityRule.Query().Where(authorityrule.OrganisationID(org)).Only(ctx)
	switch {
	case err == nil:
		p.always, p.version = rule.AlwaysSecond, rule.Version
	case !ent.IsNotFound(err):
		return nil, fmt.Errorf("read the authority of company %d: %w", org, err)
	}
	people, err := client.Authority.Query().Where(authority.OrganisationID(org)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the authority of company %d: %w", org, err)
	}
	for _, a := range people {
		p.people[a.PersonID] = a
	}
	lots, err := client.LotAuthority.Query().Where(lotauthority.OrganisationID(org)).Order(ent.Asc(lotauthority.FieldLotID)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the authority of company %d: %w", org, err)
	}
	for _, a := range lots {
		p.lots[seat{a.PersonID, a.LotID}] = a
	}
	return p, nil
}

// above says whether an amount is more than a person may bid alone in a lot. Of a maximum the maximum counts.
func (p *policy) above(person, lot int, amount money.Fen) bool {
	if p.always {
		return true
	}
	limit := (*int64)(nil)
	if a := p.people[person]; a != nil {
		limit = a.BidFen
	}
	if a := p.lots[seat{person, lot}]; a != nil {
		limit = a.BidFen
	}
	return limit != nil && int64(amount) > *limit
}

// confirms says whether a person is an approver, and whether for this amount.
func (p *policy) confirms(person int, amount money.Fen) (approver, enough bool) {
	a := p.people[person]
	if a == nil || !a.Approves {
		return false, false
	}
	return true, a.ApproveFen == nil || int64(amount) <= *a.ApproveFen
}

// Above says whether a bid needs a second person of the company, by what was known a few seconds ago at the oldest: it is
// asked for every bid of every socket.
func (s *Service) Above(ctx context.Context, org, person int, lot auction.LotID, amount money.Fen) (bool, error) {
	s.mu.RLock()
	p := s.policies[org]
	s.mu.RUnlock()
	if age := s.now().Sub(timeOf(p)); p == nil || age > policyHolds || age < 0 {
		var err error
		if p, err = s.reload(ctx, org); err != nil {
			return false, err
		}
	}
	return p.above(person, int(lot), amount), nil
}

// AboveNow is Above by what stands in the database at this moment.
func (s *Service) AboveNow(ctx context.Context, org, person int, lot auction.LotID, amount money.Fen) (bool, error) {
	p, err := s.reload(ctx, org)
	if err != nil {
		return false, err
	}
	return p.above(person, int(lot), amount), nil
}

func timeOf(p *policy) time.Time {
	if p == nil {
		return time.Time{}
	}
	return p.at
}

func (s *Service) reload(ctx context.Context, org int) (*policy, error) {
	s.mu.RLock()
	before := s.epoch
	s.mu.RUnlock()
	p, err := read(ctx, s.db.Ent(), org, s.now())
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.epoch != before { // it may have been read before the change: good for this once
		return p, nil
	}
	if len(s.policies) >= policiesKept {
		s.policies = map[int]*policy{}
	}
	s.policies[org] = p
	return p, nil
}

// forget makes this node look again.
func (s *Service) forget(org int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.epoch++
	delete(s.policies, org)
}
