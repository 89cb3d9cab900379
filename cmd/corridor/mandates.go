package main

import (
	"context"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/authority"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/feed"
	"github.com/g60-corridor/corridor/internal/live"
	"github.com/g60-corridor/corridor/internal/money"
)

// mandates is the authority to bid as the sockets know it. Who a socket's viewer is now is looked up each time: his role
// may have changed since he came.
type mandates struct{ *edges }

// Company implements live.Authority.
func (m mandates) Company(ctx context.Context, v live.Viewer) (int, error) {
	holder, err := m.site.Holder(ctx, v.Session)
	return authority.Company(holder), err
}

// Above implements live.Authority.
func (m mandates) Above(ctx context.Context, company int, person int64, lot auction.LotID, amount money.Fen) (bool, error) {
	return m.house.mandates.Above(ctx, company, int(person), lot, amount)
}

// Propose implements live.Authority.
func (m mandates) Propose(ctx context.Context, v live.Viewer, lot auction.LotID, bid auction.PlaceBid, price money.Fen) (feed.PendingBid, error) {
	holder, err := m.site.Holder(ctx, v.Session)
	if err != nil {
		return feed.PendingBid{}, err
	}
	return m.house.mandates.Propose(ctx, holder, lot, bid, price)
}

// Decide implements live.Authority.
func (m mandates) Decide(ctx context.Context, v live.Viewer, lot auction.LotID, id int, d live.Decision) (feed.PendingBid, error) {
	holder, err := m.site.Holder(ctx, v.Session)
	if err != nil {
		return feed.PendingBid{}, err
	}
	switch d {
	case live.Confirm:
		return m.house.mandates.Confirm(ctx, holder, lot, id)
	case live.Decline:
		return m.house.mandates.Decline(ctx, holder, lot, id)
	case live.Cancel:
		return m.house.mandates.Cancel(ctx, holder, lot, id)
	}
	return feed.PendingBid{}, fault.New(fault.Invalid, "", "no such decision")
}

// InLot implements live.Authority.
func (m mandates) InLot(ctx context.Context, v live.Viewer, lot auction.LotID) ([]feed.PendingBid, error) {
	holder, err := m.site.Holder(ctx, v.Session)
	if err != nil {
		return nil, err
	}
	return m.house.mandates.InLot(ctx, holder, lot)
}

// followMandates tells the sockets of this node what waits for a second person, until the house closes.
func (h *house) followMandates(ctx context.Context, sockets *live.Server) {
	running, stop := context.WithCancel(context.WithoutCancel(ctx))
	before := h.stop
	h.stop = func() { stop(); before() }
	h.work.Go(func() { h.mandates.Follow(running, sockets.PendingChanged) })
}
