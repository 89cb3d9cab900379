package market

import (
	"context"
	"fmt"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/lot"
	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/ent/registration"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/inbox"
	"github.com/g60-corridor/corridor/internal/store"
)

// Herald tells people of something, within the transaction in which it happens.
type Herald interface {
	Tell(ctx context.Context, tx *store.Tx, n inbox.News) error
}

// silence is the herald of a market that tells nobody.
type silence struct{}

func (silence) Tell(context.Context, *store.Tx, inbox.News) error { return nil }

// Who of an organisation is told what.
var (
	bidding   = []membership.Role{membership.RoleAGENT, membership.RoleADMINISTRATOR}
	selling   = []membership.Role{membership.RoleADMINISTRATOR, membership.RoleEDITOR, membership.RoleAGENT}
	operating = []membership.Role{membership.RoleADMINISTRATOR, membership.RoleEDITOR, membership.RoleAGENT}
)

func lotParams(l *ent.Lot) inbox.Params {
	p := inbox.Params{"Lot": l.Number, "Title_zh": l.Edges.Listing.TitleZh, "Title_en": l.Edges.Listing.TitleEn, "Start_fen": inbox.Fen(l.Terms.StartFen)}
	if l.OpensAt != nil {
		p["Opens_at"] = inbox.At(*l.OpensAt)
	} else {
		p["Opens_word"] = "notice_opened_by_hand"
	}
	return p
}

func lotLink(id int) string { return fmt.Sprintf("/lots/%d", id) }

// tellApplicant tells an organisation what became of its registration. It may be decided more than once: taken back, entered
// again, suspended; the moment of the decision tells them apart.
func (s *Service) tellApplicant(ctx context.Context, tx *store.Tx, k inbox.Kind, r *ent.Registration, l *ent.Lot, note string) error {
	p := lotParams(l)
	if note != "" {
		p["Note"] = note
	}
	return s.herald.Tell(ctx, tx, inbox.News{
		Kind: k, Key: fmt.Sprintf("registration:%d:%d", r.ID, s.now().UnixMicro()), Organisation: r.Edges.Organisation.ID, Roles: bidding,
		Params: p, Link: lotLink(l.ID),
	})
}

// tellOperator tells the operator of the first application that waits: those that join it need no notice of their own.
func (s *Service) tellOperator(ctx context.Context, tx *store.Tx, applicant *ent.Organisation, l *ent.Lot) error {
	waiting, err := tx.Ent().Registration.Query().
		Where(registration.HasLotWith(lot.ID(l.ID)), registration.StateEQ(registration.StateAPPLIED)).Count(ctx)
	if err != nil {
		return fmt.Errorf("count applications: %w", err)
	}
	if waiting != 1 { // the one that was just made
		return nil
	}
	p := lotParams(l)
	p["Organisation_zh"], p["Organisation_en"] = applicant.NameZh, applicant.NameEn
	return s.herald.Tell(ctx, tx, inbox.News{
		Kind: inbox.ApplicationsWaiting, Key: fmt.Sprintf("applied:%d:%d", l.ID, s.now().UnixMicro()), Organisation: l.Edges.Operator.ID,
		Roles: operating, Params: p, Link: fmt.Sprintf("/operator/lots/%d/registrations", l.ID),
	})
}

// tellAnnounced tells the seller, and whoever had registered for an earlier lot of the same listing, of a new lot.
func (s *Service) tellAnnounced(ctx context.Context, tx *store.Tx, l *ent.Lot) error {
	n := inbox.News{Kind: inbox.LotAnnounced, Key: lotSubject(l.ID), Params: lotParams(l), Link: lotLink(l.ID)}
	n.Organisation, n.Roles = l.Edges.Listing.Edges.Seller.ID, selling
	if err := s.herald.Tell(ctx, tx, n); err != nil {
		return err
	}
	before, err := tx.Ent().Lot.Query().Where(lot.ID(l.ID)).QueryListing().QueryLots().Where(lot.IDNEQ(l.ID)).QueryRegistrations().
		Where(registration.StateNEQ(registration.StateWITHDRAWN)).QueryOrganisation().Order(ent.Asc(organisation.FieldID)).IDs(ctx)
	if err != nil {
		return fmt.Errorf("look who registered before: %w", err)
	}
	for _, org := range before {
		n.Organisation, n.Roles = org, bidding
		if err := s.herald.Tell(ctx, tx, n); err != nil {
			return err
		}
	}
	return nil
}

// newsworthy says which events people are told of by notices.
func newsworthy(e auction.Event) bool {
	switch e.(type) {
	case auction.LotPaused, auction.ResumeAnnounced, auction.LotClosed, auction.LotWithdrawn, auction.LotAnnulled:
		return true
	}
	return false
}

// tellEntry tells seller and bidders of one entry of a lot's log. Its position is the key: no node tells it twice.
func tellEntry(ctx context.Context, h Herald, tx *store.Tx, l *ent.Lot, e auction.Entry) error {
	n := inbox.News{Key: fmt.Sprintf("lot:%d:%d", l.ID, e.Seq), Params: lotParams(l), Link: lotLink(l.ID)}
	winner := auction.Paddle("")
	switch ev := e.Event.(type) {
	case auction.LotPaused:
		n.Kind, n.Params["Cause_word"], n.Params["Note"] = inbox.LotPaused, "cause_"+string(ev.Cause), ev.Note
	case auction.ResumeAnnounced:
		n.Kind, n.Params["Resumes_at"] = inbox.LotResumes, inbox.At(ev.ResumeAt.Time())
	case auction.LotWithdrawn:
		n.Kind, n.Params["Note"] = inbox.LotWithdrawn, ev.Note
	case auction.LotAnnulled:
		n.Kind, n.Params["Cause_word"], n.Params["Note"] = inbox.LotAnnulled, "cause_"+string(ev.Cause), ev.Note
	case auction.LotClosed:
		n.Kind, n.Params["Why_word"] = inbox.LotPassed, "why_"+string(ev.Why)
		if ev.Outcome == auction.Sold {
			n.Kind, winner, n.Params["Price_fen"] = inbox.LotSold, ev.Winner, inbox.Fen(ev.PriceFen)
		}
	default:
		return nil
	}
	n.Organisation, n.Roles = l.Edges.Listing.Edges.Seller.ID, selling
	if err := h.Tell(ctx, tx, n); err != nil {
		return err
	}
	bidders, err := tx.Ent().Registration.Query().Where(registration.HasLotWith(lot.ID(l.ID)),
		registration.StateIn(registration.StateAPPLIED, registration.StateQUALIFIED, registration.StateSUSPENDED)).
		WithOrganisation().Order(ent.Asc(registration.FieldID)).All(ctx)
	if err != nil {
		return fmt.Errorf("list the bidders of lot %d: %w", l.ID, err)
	}
	sold := n.Kind == inbox.LotSold
	for _, r := range bidders {
		n.Organisation, n.Roles = r.Edges.Organisation.ID, bidding
		switch {
		case sold && r.Paddle != "" && r.Paddle == string(winner):
			n.Kind = inbox.LotWon
		case sold:
			n.Kind = inbox.LotLost
		}
		if err := h.Tell(ctx, tx, n); err != nil {
			return err
		}
	}
	return nil
}
