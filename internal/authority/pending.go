package authority

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/lot"
	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/ent/pendingbid"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/feed"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/inbox"
	"github.com/g60-corridor/corridor/internal/money"
	"github.com/g60-corridor/corridor/internal/store"
)

// waitingMost is how many bids of one company may wait in one lot.
const waitingMost = 10

// Propose keeps a bid aside for a second person. The same key proposes once, and tells where the proposal stands. price is
// that of the lot now: a large jump has to be confirmed by its bidder first (R3.1).
func (s *Service) Propose(ctx context.Context, by identity.Viewer, lotID auction.LotID, bid auction.PlaceBid, price money.Fen) (feed.PendingBid, error) {
	if !by.MayBid() {
		return feed.PendingBid{}, fault.New(fault.Forbidden, fault.Problem(auction.NotAdmitted), "")
	}
	p, fresh, err := s.keep(ctx, by, lotID, bid, price)
	if ent.IsConstraintError(err) { // the same form, sent twice at once
		p, fresh, err = s.keep(ctx, by, lotID, bid, price)
	}
	if err != nil {
		return feed.PendingBid{}, err
	}
	if fresh {
		s.ring()
	}
	return s.seen(ctx, by, p)
}

// keep stores a proposal, or finds the one that has its key.
func (s *Service) keep(ctx context.Context, by identity.Viewer, lotID auction.LotID, bid auction.PlaceBid, price money.Fen) (p *ent.PendingBid, fresh bool, err error) {
	err = s.db.Tx(ctx, func(tx *store.Tx) (err error) {
		client := tx.Ent()
		p, err = client.PendingBid.Query().Where(pendingbid.OrganisationID(by.OrganisationID()), pendingbid.LotID(int(lotID)),
			pendingbid.Key(bid.Key.String())).Only(ctx)
		switch {
		case err == nil && (p.AmountFen != int64(bid.AmountFen) || p.Kind != string(bid.Kind) || p.ProposedBy != by.PersonID()):
			return fault.New(fault.Conflict, fault.Problem(auction.KeyReused), "")
		case err == nil:
			return nil
		case !ent.IsNotFound(err):
			return fmt.Errorf("look for a pending bid: %w", err)
		}
		l, err := client.Lot.Query().Where(lot.ID(int(lotID))).WithListing().Only(ctx)
		if err != nil {
			return fmt.Errorf("read lot %d: %w", lotID, err)
		}
		if err := proposable(ctx, client, by, l, bid, price); err != nil {
			return err
		}
		p, err = client.PendingBid.Create().SetOrganisationID(by.OrganisationID()).SetLotID(int(lotID)).SetPaddle(string(bid.Paddle)).
			SetKey(bid.Key.String()).SetKind(string(bid.Kind)).SetAmountFen(int64(bid.AmountFen)).SetConfirmed(bid.Confirmed).
			SetProposedBy(by.PersonID()).SetProposedAt(s.now()).SetChangedAt(s.now()).Save(ctx)
		if err != nil {
			return fmt.Errorf("keep a pending bid: %w", err)
		}
		fresh = true
		if err := s.record(ctx, client, by, "bid_propose", fmt.Sprintf("pending bid %d", p.ID)); err != nil {
			return err
		}
		return s.tellApprovers(ctx, tx, by, l, p)
	})
	return p, fresh, err
}

// proposable says why a bid cannot even wait.
func proposable(ctx context.Context, client *ent.Client, by identity.Viewer, l *ent.Lot, bid auction.PlaceBid, price money.Fen) error {
	if l.Phase == string(auction.Closed) {
		return fault.New(fault.Conflict, fault.Problem(auction.AlreadyClosed), "")
	}
	if n := l.Terms.Jump.ConfirmTimes; n != 0 && !bid.Confirmed && bid.AmountFen/money.Fen(n) >= price { // R3.1
		return fault.New(fault.Conflict, fault.Problem(auction.NeedsConfirmation), "")
	}
	waiting, err := client.PendingBid.Query().Where(pendingbid.OrganisationID(by.OrganisationID()), pendingbid.LotID(l.ID),
		pendingbid.StateEQ(pendingbid.StateWAITING)).Count(ctx)
	if err != nil {
		return fmt.Errorf("count pending bids: %w", err)
	}
	if waiting >= waitingMost {
		return fault.New(fault.Conflict, "TOO_MANY_PENDING", "")
	}
	return nil
}

// tellApprovers tells those who could confirm. The amount stays in the room: letters go other ways.
func (s *Service) tellApprovers(ctx context.Context, tx *store.Tx, by identity.Viewer, l *ent.Lot, p *ent.PendingBid) error {
	pol, err := read(ctx, tx.Ent(), by.OrganisationID(), s.now())
	if err != nil {
		return err
	}
	listing := l.Edges.Listing
	name := nameOf(by.Person)
	return s.herald.Tell(ctx, tx, inbox.News{
		Kind: inbox.BidWaits, Key: fmt.Sprintf("pending:%d", p.ID), Organisation: by.OrganisationID(), Roles: holding, Only: pol.seconds(ofBid(p)),
		Params: inbox.Params{
			"Lot": l.Number, "Title_zh": listing.TitleZh, "Title_en": listing.TitleEn, "Proposer_zh": name.ZH, "Proposer_en": name.EN,
		},
		Link: fmt.Sprintf("/lots/%d/room", l.ID),
	})
}

// decidedShown is how long what was decided stays on view beside what waits.
const decidedShown = time.Hour

// shownMost bounds what is shown of one lot.
const shownMost = 20

// InLot lists what waits in a lot for a second person of the viewer's company, and what was decided of late, the newest
// first; nothing for whoever neither bids nor confirms for a company.
func (s *Service) InLot(ctx context.Context, by identity.Viewer, lotID auction.LotID) ([]feed.PendingBid, error) {
	if !concerned(by) {
		return nil, nil
	}
	all, err := s.db.Ent().PendingBid.Query().Where(pendingbid.OrganisationID(by.OrganisationID()), pendingbid.LotID(int(lotID)),
		pendingbid.Or(pendingbid.StateEQ(pendingbid.StateWAITING), pendingbid.ChangedAtGT(s.now().Add(-decidedShown)))).
		Order(ent.Desc(pendingbid.FieldID)).Limit(shownMost).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("list pending bids: %w", err)
	}
	return s.shown(ctx, by, all)
}

// Elsewhere is a pending bid with its lot.
type Elsewhere struct {
	feed.PendingBid
	Lot *ent.Lot // with its Listing
}

// Waiting lists what waits for a second person of the viewer's company in all lots.
func (s *Service) Waiting(ctx context.Context, by identity.Viewer) (found []Elsewhere, err error) {
	if !concerned(by) {
		return nil, nil
	}
	const most = 50
	all, err := s.db.Ent().PendingBid.Query().Where(pendingbid.OrganisationID(by.OrganisationID()), pendingbid.StateEQ(pendingbid.StateWAITING)).
		Order(ent.Desc(pendingbid.FieldID)).Limit(most).All(ctx)
	if err != nil || len(all) == 0 {
		return nil, wrap(err, "list pending bids")
	}
	shown, err := s.shown(ctx, by, all)
	if err != nil {
		return nil, err
	}
	var ids []int
	for _, p := range all {
		ids = append(ids, p.LotID)
	}
	lots, err := s.db.Ent().Lot.Query().Where(lot.IDIn(ids...)).WithListing(func(q *ent.ListingQuery) { q.WithSeller() }).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("list the lots of pending bids: %w", err)
	}
	byID := map[int]*ent.Lot{}
	for _, l := range lots {
		byID[l.ID] = l
	}
	for i, p := range all {
		if shown[i].State == feed.Waiting {
			found = append(found, Elsewhere{shown[i], byID[p.LotID]})
		}
	}
	return found, nil
}

// concerned says whether the viewer bids or could confirm for a company.
func concerned(by identity.Viewer) bool {
	return by.Role() == identity.Company && (by.Membership == membership.RoleAGENT || by.Membership == membership.RoleADMINISTRATOR)
}

// Company is for whom a viewer proposes and confirms; 0 for nobody.
func Company(by identity.Viewer) int {
	if !concerned(by) {
		return 0
	}
	return by.OrganisationID()
}

func (s *Service) seen(ctx context.Context, by identity.Viewer, p *ent.PendingBid) (feed.PendingBid, error) {
	all, err := s.shown(ctx, by, []*ent.PendingBid{p})
	if err != nil {
		return feed.PendingBid{}, err
	}
	return all[0], nil
}

// shown is what the viewer sees of pending bids of his company.
func (s *Service) shown(ctx context.Context, by identity.Viewer, all []*ent.PendingBid) ([]feed.PendingBid, error) {
	if len(all) == 0 {
		return nil, nil
	}
	client := s.db.Ent()
	c, err := s.circle(ctx, client, by.OrganisationID())
	if err != nil {
		return nil, err
	}
	var ids, lots []int
	for _, p := range all {
		ids, lots = append(ids, p.ProposedBy, p.DecidedBy), append(lots, p.LotID)
	}
	names, err := namesOf(ctx, client, ids)
	if err != nil {
		return nil, err
	}
	closed, err := closedOf(ctx, client, lots)
	if err != nil {
		return nil, err
	}
	shown := make([]feed.PendingBid, 0, len(all))
	for _, p := range all {
		v, err := show(p, names)
		if err != nil {
			return nil, err
		}
		if v.State == feed.Waiting && closed[p.LotID] { // R3.5: what comes after the close is no bid
			v.State, v.Why = feed.Lapsed, lotClosed
		}
		v.Mine = p.ProposedBy == by.PersonID()
		v.Bar, v.Approvers = string(c.bar(by.PersonID(), ofBid(p))), c.approvers(ofBid(p))
		v.Approves, _ = c.policy.confirms(by.PersonID(), 0)
		shown = append(shown, v)
	}
	return shown, nil
}

func show(p *ent.PendingBid, names map[int]auction.Bilingual) (feed.PendingBid, error) {
	v := feed.PendingBid{
		ID: p.ID, BidKind: auction.BidKind(p.Kind), AmountFen: money.Fen(p.AmountFen), Proposer: names[p.ProposedBy],
		ProposedUS: p.ProposedAt.UnixMicro(), State: feed.PendingState(p.State), Why: p.Why, DecidedBy: names[p.DecidedBy],
	}
	if p.DecidedAt != nil {
		v.DecidedUS = p.DecidedAt.UnixMicro()
	}
	var err error
	if v.Key, err = auction.ParseKey(p.Key); err != nil {
		return v, fmt.Errorf("pending bid %d: %w", p.ID, err)
	}
	if len(p.Answer) > 0 {
		v.Row = &feed.OwnRow{}
		if err := json.Unmarshal(p.Answer, v.Row); err != nil {
			return v, fmt.Errorf("read the answer to pending bid %d: %w", p.ID, err)
		}
	}
	return v, nil
}

// membersOf are the people of a company who may hold authority.
func membersOf(ctx context.Context, client *ent.Client, org int) (map[int]membership.Role, error) {
	all, err := client.Membership.Query().Where(membership.HasOrganisationWith(organisation.ID(org)), membership.RoleIn(holding...)).
		WithPerson().All(ctx)
	if err != nil {
		return nil, fmt.Errorf("list the people of company %d: %w", org, err)
	}
	members := map[int]membership.Role{}
	for _, m := range all {
		members[m.Edges.Person.ID] = m.Role
	}
	return members, nil
}

func closedOf(ctx context.Context, client *ent.Client, lots []int) (map[int]bool, error) {
	ids, err := client.Lot.Query().Where(lot.IDIn(lots...), lot.Phase(string(auction.Closed))).IDs(ctx)
	if err != nil {
		return nil, fmt.Errorf("look which lots are closed: %w", err)
	}
	closed := map[int]bool{}
	for _, id := range ids {
		closed[id] = true
	}
	return closed, nil
}

func nameOf(p *ent.Person) auction.Bilingual {
	b := auction.Bilingual{ZH: p.NameZh, EN: p.NameEn}
	if b.EN == "" {
		b.EN = p.NameZh
	}
	return b
}

func wrap(err error, what string) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}
