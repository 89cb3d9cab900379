package project

import (
	"context"
	"fmt"
	"time"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/calendar"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/market"
	"github.com/g60-corridor/corridor/internal/money"
	"github.com/g60-corridor/corridor/internal/store"
	"github.com/g60-corridor/corridor/internal/trade"
)

// A competitive sale opens in the morning of the first working day after the listing closed, so that its bidders can get
// ready; should the house have been closed then, of the next one from now that leaves them notice enough.
const (
	saleHour   = 10
	saleNotice = 2 * time.Hour
)

// saleAt is when the bidding begins after a listing that closed at an instant.
func saleAt(cal calendar.Calendar, closed, now time.Time) time.Time {
	day := cal.OnOrAfter(calendar.Of(closed))
	for {
		at := day.Start().Add(saleHour * time.Hour)
		if !at.Before(now.Add(saleNotice)) {
			return at
		}
		day = cal.AddWorking(day, 1)
	}
}

// terms are the rules of the sale as they were announced, at the price from which it starts.
func terms(m trade.Mode, start money.Fen) (auction.Terms, error) {
	t, err := auction.ParseTerms(m.Terms)
	if err != nil {
		return t, fault.OfFields([]fault.Field{{Name: "mode", Problem: fault.Problem(trade.ModeMissing)}})
	}
	t.StartFen = start
	return t, nil
}

// openBidding makes the lot of a listing with two or more qualified buyers. R2.12
func (s *Service) openBidding(ctx context.Context, tx *store.Tx, v *View, after *trade.State, ev trade.BiddingOpened, at trade.Instant) (int, error) {
	cal, err := calendarOf(ctx, tx.Ent())
	if err != nil {
		return 0, err
	}
	t, err := terms(ev.Mode, ev.StartFen)
	if err != nil {
		return 0, err
	}
	bidders, err := bidders(after, ev.Bidders)
	if err != nil {
		return 0, err
	}
	return s.market.OpenSale(ctx, tx.Ent(), market.Sale{
		Listing: v.Row.Edges.Listing.ID, Operator: v.Row.Edges.Operator.ID, Terms: t, OpensAt: saleAt(cal, at.Time(), s.now()),
		DepositFen: after.Terms.Entrance.DepositFen, Registered: at.Time(), Bidders: bidders,
	})
}

// startSale makes the lot of an auction project that opens now, and tells the project its number. Without bidders enough
// there is none. R2.18
func (s *Service) startSale(ctx context.Context, tx *store.Tx, v *View, at trade.Instant, entries []trade.Entry) ([]trade.Entry, int, error) {
	last := len(entries) - 1
	opened, ok := entries[last].Event.(trade.SaleOpened)
	if !ok {
		return entries, 0, nil
	}
	state := v.State.Clone()
	for _, e := range entries {
		state.Apply(e)
	}
	t, err := terms(state.Announcement.Entrance.Mode, state.Offer.PriceFen)
	if err != nil {
		return nil, 0, err
	}
	t.Procedure = state.Procedure
	bidders, err := bidders(state, opened.Bidders)
	if err != nil {
		return nil, 0, err
	}
	const soon = time.Minute // the lot's log must hold its bidders before it opens
	lot, err := s.market.OpenSale(ctx, tx.Ent(), market.Sale{
		Listing: v.Row.Edges.Listing.ID, Operator: v.Row.Edges.Operator.ID, Terms: t, OpensAt: at.Time().Add(soon),
		DepositFen: state.Announcement.Entrance.DepositFen, Registered: at.Time(), Bidders: bidders,
	})
	if err != nil {
		return nil, 0, err
	}
	opened.Lot = auction.LotID(lot)
	entries[last].Event = opened
	return entries, lot, nil
}

// bidders are the organisations behind registrations.
func bidders(s *trade.State, ids []trade.RegistrationID) (orgs []int, err error) {
	for _, id := range ids {
		r, ok := s.Registration(id)
		org, known := OrganisationOf(r.Party)
		if !ok || !known {
			return nil, fmt.Errorf("project %d: registration %s is of no organisation", s.Project, id)
		}
		orgs = append(orgs, org)
	}
	return orgs, nil
}
