package project

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/calendar"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/money"
	"github.com/g60-corridor/corridor/internal/trade"
)

// PartyOf is the key of an organisation in a project's log.
func PartyOf(organisation int) trade.Party {
	return trade.Party("org:" + strconv.Itoa(organisation))
}

// OrganisationOf reads PartyOf back.
func OrganisationOf(p trade.Party) (id int, ok bool) {
	text, ok := strings.CutPrefix(string(p), "org:")
	id, err := strconv.Atoi(text)
	return id, ok && err == nil && id > 0
}

// priceOf is the price that lists show: the contract's, the award's or the offer's.
func priceOf(s *trade.State) money.Fen {
	switch {
	case s.Contract != nil:
		return s.Contract.PriceFen
	case s.Award != nil:
		return s.Award.PriceFen
	}
	return s.Offer.PriceFen
}

// Refused makes the answer of the machines an error with the reason as its problem.
func Refused(r *trade.Refusal) error {
	message := ""
	switch {
	case r.MinimumFen > 0:
		message = "at least " + r.MinimumFen.Sign()
	case r.NotBefore > 0:
		message = "not before " + r.NotBefore.Time().String()
	}
	return fault.New(fault.Conflict, problemOf(r.Reason), message)
}

// problemOf names a reason as texts do: two of them are also reasons of lots, which speak of bids.
func problemOf(r trade.Reason) fault.Problem {
	switch r {
	case trade.InvalidCommand:
		return "PROJECT_INVALID"
	case trade.WrongPhase:
		return "PROJECT_PHASE"
	}
	return fault.Problem(r)
}

// Do carries out a command of a viewer. Who he is in the project follows from the viewer, not from the command: parties,
// the numbers of registrations and objections, rules and gates are filled in here.
func (s *Service) Do(ctx context.Context, by identity.Viewer, id int, c trade.Command) error {
	return s.do(ctx, by, id, c, &filing{})
}

func (s *Service) do(ctx context.Context, by identity.Viewer, id int, c trade.Command, files *filing) error {
	if !by.SignedIn() {
		return fault.New(fault.SignIn, "", "")
	}
	if c == nil {
		return fault.New(fault.Conflict, problemOf(trade.InvalidCommand), "")
	}
	if relist, ok := c.(trade.Relist); ok {
		_, err := s.Relist(ctx, by, id, relist.PriceFen, relist.Decision)
		return err
	}
	err := s.step(ctx, id, actor{by.PersonID(), by.OrganisationID(), files}, func(v *View) (trade.Command, error) {
		if err := s.allowed(ctx, s.db.Ent(), by, v, trade.Name(c)); err != nil {
			return nil, err
		}
		full, err := s.complete(ctx, by, v, c)
		if err == nil && files.price == 0 {
			err = s.within(ctx, by, v, full)
		}
		return files.with(full), err
	})
	if word, ok := c.(trade.ConfirmPrice); ok && errors.Is(err, ErrHeld) {
		return s.hold(ctx, by, id, word.PriceFen)
	}
	if _, registered := c.(trade.Register); registered && err == nil {
		return s.look(ctx, id, by.OrganisationID())
	}
	return err
}

// complete fills in what a viewer does not choose.
func (s *Service) complete(ctx context.Context, by identity.Viewer, v *View, c trade.Command) (trade.Command, error) {
	party := PartyOf(by.OrganisationID())
	switch c := c.(type) {
	case trade.RecordDecision, trade.Reauction:
		return s.decided(ctx, v, c)
	case trade.LodgeObjection:
		c.Objection, c.By = trade.ObjectionID("O"+strconv.Itoa(len(v.State.Objections)+1)), party
		if by.OrganisationID() == 0 {
			c.By = trade.Party("person:" + strconv.Itoa(by.PersonID()))
		}
		return c, patient(v.State, c.By)
	case trade.Revise:
		c.Offer = filled(c.Offer, v.State.Offer)
		return c, nil
	case trade.ChangeOffer:
		c.Offer = filled(c.Offer, v.State.Offer)
		if c.Offer.PriceFen >= v.State.Offer.PriceFen && c.Offer == filled(trade.Offer{PriceFen: c.Offer.PriceFen}, v.State.Offer) {
			c.Decision = nil // R2.5: a higher price alone needs no new decision
		}
		return s.decided(ctx, v, c)
	case trade.OpenNotice:
		c.Rules, c.GatesPassed = s.rules(), gatesPassed(v)
		return c, nil
	case trade.PublishListing:
		c.Rules, c.GatesPassed = s.rules(), gatesPassed(v)
		c.Terms.Entrance.Mode = s.mode(c.Terms.Entrance.Mode)
		return c, announced(c.Terms.Entrance.Mode, v.State.Offer.PriceFen)
	case trade.ChangeListing:
		c.Offer = filled(c.Offer, v.State.Offer)
		if len(c.Terms.Channels) == 0 {
			deposit := c.Terms.Entrance.DepositFen
			c.Terms = v.State.Terms
			if deposit > 0 { // R2.19: it goes with the price
				c.Terms.Entrance.DepositFen = deposit
			}
			c.Terms.PeriodWD = max(c.Terms.PeriodWD, trade.ListingWD(v.State.Regime, c.Offer, v.State.Rules)) // R2.7: of the new price
		}
		c.Terms.Entrance.Mode = s.mode(c.Terms.Entrance.Mode)
		if err := announced(c.Terms.Entrance.Mode, c.Offer.PriceFen); err != nil {
			return nil, err
		}
		return s.decided(ctx, v, c)
	case trade.Announce:
		c.Rules, c.GatesPassed = s.rules(), gatesPassed(v)
		c.Announcement.Entrance.Mode = s.mode(c.Announcement.Entrance.Mode)
		return c, announced(c.Announcement.Entrance.Mode, v.State.Offer.PriceFen)
	case trade.OpenSale:
		c.Lot = 1 // the number comes with the lot, in the transaction
		return c, nil
	case trade.SignContract:
		c.Buyer = v.State.Offer.Buyer
		if v.State.Award != nil {
			c.Buyer = v.State.Award.Buyer
		}
		return c, nil
	}
	return s.completeBidder(ctx, by, v, c)
}

// completeBidder fills in what concerns bidders.
func (s *Service) completeBidder(ctx context.Context, by identity.Viewer, v *View, c trade.Command) (trade.Command, error) {
	party := PartyOf(by.OrganisationID())
	switch c := c.(type) {
	case trade.Register:
		why, err := s.exclusion(ctx, by, v)
		c.Registration = trade.RegistrationID("R" + strconv.Itoa(len(v.State.Registrations)+1))
		c.Party, c.Exclusion = party, why
		if err == nil && why == "" {
			err = s.fit(ctx, v, by.OrganisationID())
		}
		if err == nil && why == "" {
			err = identity.Mandated(ctx, s.db.Ent(), by, identity.ToBid, s.now(), s.now()) // §1.1
		}
		return c, err
	case trade.AcceptDocuments:
		return c, s.accepting(ctx, v, c)
	case trade.WithdrawRegistration:
		c.Registration = own(v.State, party)
		return c, nil
	case trade.ConfirmPrice:
		c.Registration = own(v.State, party)
		return c, identity.Mandated(ctx, s.db.Ent(), by, identity.ToBid, s.now(), s.now()) // §1.1
	}
	return c, nil
}

// filled is an offer with what a form does not ask for taken from what stands.
func filled(o, stands trade.Offer) trade.Offer {
	if o.Object == "" {
		o.Object = stands.Object
	}
	if o.Rights == "" {
		o.Rights = stands.Rights
	}
	if o.Buyer == "" {
		o.Buyer = stands.Buyer
	}
	return o
}

// mode fills in the rules of a sale that is chosen by its name.
func (s *Service) mode(m trade.Mode) trade.Mode {
	for _, known := range s.modes {
		if len(m.Terms) == 0 && known.Name == m.Name {
			return known
		}
	}
	return m
}

// Modes are the sales that can be announced.
func (s *Service) Modes() []trade.Mode { return s.modes }

// own is the registration of a party that still counts; "" if it has none.
func own(s *trade.State, p trade.Party) trade.RegistrationID {
	for _, r := range slices.Backward(s.Registrations) {
		if r.Party == p {
			return r.ID
		}
	}
	return ""
}

// rules are the numbers in force today; publication freezes them.
func (s *Service) rules() trade.RuleSet {
	r, _ := trade.InForce([]trade.RuleSet{trade.Standard()}, calendar.Of(s.now()))
	return r
}

// gatesPassed: only a listing that has passed the gates of §4.4 is published, and stays so while it passes them.
func gatesPassed(v *View) bool { return v.Row.Edges.Listing.Status == listing.StatusPUBLISHED }

// announced finds a sale that could not be held before it is announced.
func announced(m trade.Mode, start money.Fen) error {
	if m.Name == "" {
		return nil // the machine says so
	}
	t, err := terms(m, start)
	if err != nil {
		return err
	}
	var faults []fault.Field
	for _, f := range t.Validate() {
		faults = append(faults, fault.Field{Name: "mode", Problem: fault.Problem(f.Problem)})
	}
	return fault.OfFields(faults)
}

// Opening is how a seller begins a project.
type Opening struct {
	Listing  int
	Way      trade.Way
	Rights   string
	PriceFen money.Fen
	Buyer    string // agreement: the credit code of the counterparty
	Operator int    // 0: the first
	Owned    string // of companies whose file does not say it: OwnedByState or OwnedPrivately
}

// Open begins a project for a published listing of the viewer's organisation.
func (s *Service) Open(ctx context.Context, by identity.Viewer, o Opening) (id int, err error) {
	l, err := s.offered(ctx, by, o.Listing)
	if err != nil {
		return 0, err
	}
	if err := identity.Mandated(ctx, s.db.Ent(), by, identity.ToList, s.now(), s.now()); err != nil { // §1.1
		return 0, err
	}
	offer := trade.Offer{Object: l.Number, Rights: o.Rights, PriceFen: o.PriceFen}
	if !slices.Contains(l.Rights, o.Rights) {
		return 0, fault.OfFields([]fault.Field{{Name: "rights", Problem: "REQUIRED"}})
	}
	regime, err := regimeOf(l.Edges.Seller, o.Owned)
	if err != nil {
		return 0, err
	}
	if o.Way == trade.ByAgreement {
		buyer, err := s.db.Ent().Organisation.Query().Where(organisation.Uscc(strings.ToUpper(strings.TrimSpace(o.Buyer)))).OnlyID(ctx)
		if ent.IsNotFound(err) {
			return 0, fault.OfFields([]fault.Field{{Name: "buyer", Problem: "NOT_A_PARTY"}})
		}
		if err != nil {
			return 0, fmt.Errorf("look for the buyer: %w", err)
		}
		offer.Buyer = PartyOf(buyer)
	}
	if o.Operator == 0 {
		q := s.db.Ent().Organisation.Query().Where(organisation.KindEQ(organisation.KindMARKET_OPERATOR)).Order(ent.Asc(organisation.FieldID))
		if o.Operator, err = q.FirstID(ctx); err != nil {
			return 0, fmt.Errorf("find the market operator: %w", err)
		}
	}
	id, err = s.begin(ctx, actor{person: by.PersonID(), organisation: by.OrganisationID()}, l, o.Operator, []trade.Command{trade.Draft{Way: o.Way, Offer: offer, Regime: regime}}, nil)
	if buyer, ok := OrganisationOf(offer.Buyer); ok && err == nil {
		err = s.look(ctx, id, buyer) // R1.7: the notice says so if the buyer is an inventor
	}
	return id, err
}

// offered returns a listing for which the viewer may begin a project: his own, published, and in no other.
func (s *Service) offered(ctx context.Context, by identity.Viewer, id int) (*ent.Listing, error) {
	if !by.SignedIn() {
		return nil, fault.New(fault.SignIn, "", "")
	}
	l, err := s.db.Ent().Listing.Query().Where(listing.ID(id)).WithSeller().Only(ctx)
	if ent.IsNotFound(err) {
		return nil, fault.New(fault.NotFound, "", "no such listing")
	}
	if err != nil {
		return nil, fmt.Errorf("read listing %d: %w", id, err)
	}
	switch {
	case l.Edges.Seller.ID != by.OrganisationID() || !by.MayList():
		return nil, fault.New(fault.Forbidden, "NOT_THE_SELLER", "")
	case l.Status != listing.StatusPUBLISHED:
		return nil, fault.New(fault.Conflict, fault.Problem(trade.GatesNotPassed), "the listing is not published")
	}
	if err := identity.InGoodStanding(l.Edges.Seller, s.now()); err != nil { // §1.1
		return nil, err
	}
	return l, s.free(ctx, s.db.Ent(), l)
}

// Offered returns a listing for which the viewer may begin a project now.
func (s *Service) Offered(ctx context.Context, by identity.Viewer, id int) (*ent.Listing, error) {
	return s.offered(ctx, by, id)
}

// begin stores a new project with what its first commands made of it.
func (s *Service) begin(ctx context.Context, by actor, l *ent.Listing, operator int, commands []trade.Command, parent *trade.Parent) (id int, err error) {
	for range attempts {
		err = s.tx(ctx, func(tx storeTx) error {
			id, err = s.create(ctx, tx, by, l, operator, commands, parent)
			return err
		})
		if !errors.Is(err, errCollided) {
			break
		}
	}
	return id, err
}

// create makes the row and the first entries within a transaction.
func (s *Service) create(ctx context.Context, tx storeTx, by actor, l *ent.Listing, operator int, commands []trade.Command, parent *trade.Parent) (int, error) {
	way := trade.ByListing
	if d, ok := commands[0].(trade.Draft); ok {
		way = d.Way
	}
	if way != trade.ByAgreement && way != trade.ByListing && way != trade.ByAuction {
		return 0, fault.OfFields([]fault.Field{{Name: "way", Problem: "REQUIRED"}})
	}
	row, err := s.insert(ctx, tx.Ent(), l, operator, way, parent)
	if err != nil {
		return 0, err
	}
	cal, err := calendarOf(ctx, tx.Ent())
	if err != nil {
		return 0, err
	}
	v := &View{Row: row, State: trade.NewState(trade.ProjectID(row.ID))}
	work, at := v.State.Clone(), auction.InstantOf(s.now())
	var all []trade.Entry
	for _, c := range commands {
		entries, refusal := trade.Step(work, at, c, cal)
		if refusal != nil {
			return 0, Refused(refusal)
		}
		for _, e := range entries {
			work.Apply(e)
		}
		all = append(all, entries...)
	}
	_, err = s.append(ctx, tx, v, all, by)
	return row.ID, err
}
