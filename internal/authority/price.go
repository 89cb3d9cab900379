package authority

import (
	"context"
	"fmt"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/pendingprice"
	"github.com/g60-corridor/corridor/ent/predicate"
	"github.com/g60-corridor/corridor/ent/project"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/inbox"
	"github.com/g60-corridor/corridor/internal/money"
	"github.com/g60-corridor/corridor/internal/store"
)

// The word of a project's only buyer binds his company as a bid does (R2.12): it passes the same limits, and above them the
// same second person.

// HeldPrice is such a word that waits.
type HeldPrice struct {
	ID         int
	AmountFen  money.Fen
	Proposer   auction.Bilingual
	ProposedAt time.Time
	Mine       bool
	Bar        fault.Problem // why the viewer may not confirm it; "" if he may
	Approves   bool          // he confirms for his company
	Approvers  int           // how many could confirm it now
}

// HoldPrice keeps the viewer's word on a price aside for a second person, in a transaction that holds the project. The same word
// twice is one.
func (s *Service) HoldPrice(ctx context.Context, tx *store.Tx, by identity.Viewer, projectID int, amount money.Fen) error {
	if !by.MayBid() {
		return fault.New(fault.Forbidden, fault.Problem(auction.NotAdmitted), "")
	}
	client := tx.Ent()
	all, err := waitingPrices(ctx, client, by.OrganisationID(), projectID)
	if err != nil {
		return err
	}
	for _, p := range all {
		if p.ProposedBy == by.PersonID() && p.AmountFen == int64(amount) {
			return nil
		}
	}
	if len(all) >= waitingMost {
		return fault.New(fault.Conflict, "TOO_MANY_PENDING", "")
	}
	p, err := client.PendingPrice.Create().SetOrganisationID(by.OrganisationID()).SetProjectID(projectID).SetAmountFen(int64(amount)).
		SetProposedBy(by.PersonID()).SetProposedAt(s.now()).Save(ctx)
	if err != nil {
		return fmt.Errorf("keep a pending price: %w", err)
	}
	if err := s.record(ctx, client, by, "price_propose", fmt.Sprintf("pending price %d of project %d", p.ID, projectID)); err != nil {
		return err
	}
	pol, err := read(ctx, client, by.OrganisationID(), s.now())
	if err != nil {
		return err
	}
	return s.tellPrice(ctx, tx, p, inbox.News{Kind: inbox.PriceWaits, Roles: holding, Only: pol.seconds(ofPrice(p))}, nameOf(by.Person))
}

func waitingPrices(ctx context.Context, client *ent.Client, org, projectID int) ([]*ent.PendingPrice, error) {
	all, err := client.PendingPrice.Query().Where(pendingprice.OrganisationID(org), pendingprice.ProjectID(projectID),
		pendingprice.StateEQ(pendingprice.StateWAITING)).Order(ent.Asc(pendingprice.FieldID)).All(ctx)
	return all, wrap(err, "list pending prices")
}

// tellPrice tells of a pending price. The amount stays on the page of the project: letters go other ways.
func (s *Service) tellPrice(ctx context.Context, tx *store.Tx, p *ent.PendingPrice, n inbox.News, who auction.Bilingual) error {
	row, err := tx.Ent().Project.Query().Where(project.ID(p.ProjectID)).WithListing().Only(ctx)
	if err != nil {
		return fmt.Errorf("read project %d: %w", p.ProjectID, err)
	}
	n.Key, n.Organisation, n.Link = fmt.Sprintf("price:%d", p.ID), p.OrganisationID, fmt.Sprintf("/projects/%d", p.ProjectID)
	n.Params = inbox.Params{
		"Project": row.Number, "Title_zh": row.Edges.Listing.TitleZh, "Title_en": row.Edges.Listing.TitleEn, "Person_zh": who.ZH, "Person_en": who.EN,
	}
	return s.herald.Tell(ctx, tx, n)
}

// HeldPrices lists what waits in a project for a second person of the viewer's company; nothing for whoever neither bids nor
// confirms for one.
func (s *Service) HeldPrices(ctx context.Context, by identity.Viewer, projectID int) (shown []HeldPrice, err error) {
	if !concerned(by) {
		return nil, nil
	}
	client := s.db.Ent()
	all, err := waitingPrices(ctx, client, by.OrganisationID(), projectID)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	c, err := s.circle(ctx, client, by.OrganisationID())
	if err != nil {
		return nil, err
	}
	var ids []int
	for _, p := range all {
		ids = append(ids, p.ProposedBy)
	}
	names, err := namesOf(ctx, client, ids)
	if err != nil {
		return nil, err
	}
	for _, p := range all {
		h := HeldPrice{
			ID: p.ID, AmountFen: money.Fen(p.AmountFen), Proposer: names[p.ProposedBy], ProposedAt: p.ProposedAt, Mine: p.ProposedBy == by.PersonID(),
			Bar: c.bar(by.PersonID(), ofPrice(p)), Approvers: c.approvers(ofPrice(p)),
		}
		h.Approves, _ = c.policy.confirms(by.PersonID(), 0)
		shown = append(shown, h)
	}
	return shown, nil
}

// Price is the amount of a pending price that the viewer may confirm now.
func (s *Service) Price(ctx context.Context, by identity.Viewer, projectID, id int) (money.Fen, error) {
	p, err := s.confirmable(ctx, s.db.Ent(), by, projectID, id)
	if err != nil {
		return 0, err
	}
	return money.Fen(p.AmountFen), nil
}

// ConfirmPrice marks a pending price as confirmed, in the transaction in which it becomes the company's word.
func (s *Service) ConfirmPrice(ctx context.Context, tx *store.Tx, by identity.Viewer, projectID, id int) error {
	p, err := s.confirmable(ctx, tx.Ent(), by, projectID, id)
	if err != nil {
		return err
	}
	return s.movePrice(ctx, tx, by, p, pendingprice.StateCONFIRMED)
}

// EndPrice declines a pending price of another, or takes the viewer's own back.
func (s *Service) EndPrice(ctx context.Context, by identity.Viewer, projectID, id int, decline bool) error {
	return s.db.Tx(ctx, func(tx *store.Tx) error {
		p, err := s.pendingPrice(ctx, tx.Ent(), by, projectID, id)
		if err != nil {
			return err
		}
		if !decline {
			if p.ProposedBy != by.PersonID() {
				return fault.New(fault.Forbidden, "NOT_YOUR_PROPOSAL", "")
			}
			return s.movePrice(ctx, tx, by, p, pendingprice.StateCANCELLED)
		}
		if err := s.mayDecline(ctx, tx.Ent(), by, ofPrice(p)); err != nil {
			return err
		}
		return s.movePrice(ctx, tx, by, p, pendingprice.StateDECLINED)
	})
}

// LapsePrices ends what waits in a project in which no word on the price is heard any more, in the transaction in which that
// comes about, and tells who proposed it.
func (s *Service) LapsePrices(ctx context.Context, tx *store.Tx, projectID int) error {
	waiting := []predicate.PendingPrice{pendingprice.ProjectID(projectID), pendingprice.StateEQ(pendingprice.StateWAITING)}
	all, err := tx.Ent().PendingPrice.Query().Where(waiting...).Order(ent.Asc(pendingprice.FieldID)).All(ctx)
	if err != nil || len(all) == 0 {
		return wrap(err, "look which prices lapse")
	}
	for _, p := range all {
		n, err := tx.Ent().PendingPrice.Update().Where(append(waiting, pendingprice.ID(p.ID))...).SetState(pendingprice.StateLAPSED).
			SetDecidedAt(s.now()).Save(ctx)
		if err == nil && n > 0 {
			err = s.tellPrice(ctx, tx, p, inbox.News{Kind: inbox.PriceLapsed, Person: p.ProposedBy}, auction.Bilingual{})
		}
		if err != nil {
			return wrap(err, "let a pending price lapse")
		}
	}
	return nil
}

// pendingPrice finds what waits in the viewer's company. Of one that is another's it says that there is none.
func (s *Service) pendingPrice(ctx context.Context, client *ent.Client, by identity.Viewer, projectID, id int) (*ent.PendingPrice, error) {
	if !by.SignedIn() {
		return nil, fault.New(fault.SignIn, "", "")
	}
	if !concerned(by) {
		return nil, fault.New(fault.Forbidden, "NOT_AN_APPROVER", "")
	}
	p, err := client.PendingPrice.Query().Where(pendingprice.ID(id), pendingprice.ProjectID(projectID), pendingprice.OrganisationID(by.OrganisationID())).Only(ctx)
	switch {
	case ent.IsNotFound(err):
		return nil, fault.New(fault.NotFound, "NO_SUCH_PENDING", "")
	case err != nil:
		return nil, fmt.Errorf("read pending price %d: %w", id, err)
	case p.State != pendingprice.StateWAITING:
		return nil, fault.New(fault.Conflict, fault.Problem("PENDING_"+string(p.State)), "")
	}
	return p, nil
}

// confirmable is a pending price that the viewer may confirm: a second person with authority and a power of attorney, while
// who proposed it still acts for the company. §1.1
func (s *Service) confirmable(ctx context.Context, client *ent.Client, by identity.Viewer, projectID, id int) (*ent.PendingPrice, error) {
	p, err := s.pendingPrice(ctx, client, by, projectID, id)
	if err != nil {
		return nil, err
	}
	if err := s.mayConfirm(ctx, client, by, ofPrice(p)); err != nil {
		return nil, err
	}
	ended, err := mandateOver(ctx, client, by.Organisation, p.ProposedBy, s.now())
	if err == nil && ended {
		err = fault.New(fault.Conflict, fault.Problem("PENDING_"+mandateEnded), "")
	}
	if err != nil {
		return nil, err
	}
	return p, nil
}

// movePrice decides a pending price once: who is second finds it decided.
func (s *Service) movePrice(ctx context.Context, tx *store.Tx, by identity.Viewer, p *ent.PendingPrice, to pendingprice.State) error {
	client := tx.Ent()
	n, err := client.PendingPrice.Update().Where(pendingprice.ID(p.ID), pendingprice.StateEQ(pendingprice.StateWAITING)).
		SetState(to).SetDecidedBy(by.PersonID()).SetDecidedAt(s.now()).Save(ctx)
	if err != nil {
		return fmt.Errorf("decide pending price %d: %w", p.ID, err)
	}
	if n == 0 {
		_, err := s.pendingPrice(ctx, client, by, p.ProjectID, p.ID)
		return err
	}
	if err := s.record(ctx, client, by, "price_"+string(to), fmt.Sprintf("pending price %d of project %d", p.ID, p.ProjectID)); err != nil {
		return err
	}
	kind, told := map[pendingprice.State]inbox.Kind{
		pendingprice.StateCONFIRMED: inbox.PriceConfirmed, pendingprice.StateDECLINED: inbox.PriceDeclined,
	}[to]
	if !told {
		return nil
	}
	return s.tellPrice(ctx, tx, p, inbox.News{Kind: kind, Person: p.ProposedBy}, nameOf(by.Person))
}
