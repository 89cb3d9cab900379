package site

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/authority"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/feed"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/web/component"
	"github.com/g60-corridor/corridor/web/locale"
	"github.com/g60-corridor/corridor/web/page"
)

// holdBid keeps a bid aside that is above its bidder's authority. It returns false for one that is within, or that the lot
// has answered already.
func (s *Site) holdBid(w http.ResponseWriter, r *http.Request, l *ent.Lot, b auction.PlaceBid, amount string) (bool, error) {
	ctx, v := r.Context(), visitor(r).viewer
	above, err := s.o.Authority.AboveNow(ctx, v.OrganisationID(), v.PersonID(), auction.LotID(l.ID), b.AmountFen)
	if err != nil || !above {
		return false, err
	}
	frame, holding, rows, err := s.o.Gallery.Look(ctx, auction.LotID(l.ID), b.Paddle)
	if err != nil {
		return false, err
	}
	for _, row := range rows {
		if row.Key == b.Key { // it was within when it was sent first: to send it again asks for its answer
			return false, nil
		}
	}
	back := page.RoomForm{Key: b.Key, Kind: b.Kind, Amount: amount}
	if frame.State.Phase == auction.Closed {
		back.Fault = component.Problem(ctx, auction.AlreadyClosed)
		return true, s.showRoom(w, r, http.StatusConflict, l, back, "")
	}
	p, err := s.o.Authority.Propose(ctx, v, auction.LotID(l.ID), b, frame.State.PriceFen)
	switch e := fault.In(err); {
	case err == nil:
	case e.Problem == fault.Problem(auction.NeedsConfirmation): // R3.1: its bidder says first that he means it
		row := feed.OwnRow{AmountFen: b.AmountFen, BidKind: b.Kind, Reason: auction.NeedsConfirmation, PriceFen: frame.State.PriceFen}
		if holding != nil {
			row.Basis = &auction.Basis{MinimumFen: holding.MinimumFen, StepFen: frame.State.StepFen, PriceFen: frame.State.PriceFen}
		}
		return true, s.show(w, r, http.StatusOK, page.Confirm(page.ConfirmPage{Lot: l, Key: newKey(), Kind: b.Kind, AmountFen: b.AmountFen, Row: row}))
	case e.Code == fault.Conflict:
		back.Fault = component.Problem(ctx, e.Problem)
		return true, s.showRoom(w, r, http.StatusConflict, l, back, "")
	default:
		return true, err
	}
	see(w, r, "/lots/"+strconv.Itoa(l.ID)+"/room?pending="+strconv.Itoa(p.ID))
	return true, nil
}

// showPending fills in what waits for a second person of the viewer's company.
func (s *Site) showPending(r *http.Request, p *page.RoomPage) (err error) {
	ctx, v := r.Context(), visitor(r).viewer
	p.Company = authority.Company(v) != 0
	if p.Pending, err = s.o.Authority.InLot(ctx, v, p.Lot); err != nil {
		return err
	}
	asked := r.URL.Query().Get("pending")
	for i := range p.Pending {
		if strconv.Itoa(p.Pending[i].ID) == asked && p.Pending[i].Mine {
			p.Form.Held = &p.Pending[i]
		}
	}
	return nil
}

// decidePending acts upon a pending bid, and shows the room with what came of it.
func (s *Site) decidePending(w http.ResponseWriter, r *http.Request, l *ent.Lot, f url.Values) error {
	id, err := number(r, f.Get("pending"))
	if err != nil {
		return err
	}
	do, known := map[string]func(context.Context, identity.Viewer, auction.LotID, int) (feed.PendingBid, error){
		"confirm": s.o.Authority.Confirm, "decline": s.o.Authority.Decline, "cancel": s.o.Authority.Cancel,
	}[f.Get("decision")]
	if !known {
		return fault.OfFields([]fault.Field{{Name: "decision", Problem: "UNKNOWN_VALUE"}})
	}
	_, err = do(r.Context(), visitor(r).viewer, auction.LotID(l.ID), id)
	if err == nil {
		see(w, r, "/lots/"+strconv.Itoa(l.ID)+"/room?pending="+strconv.Itoa(id))
		return nil
	}
	form := page.RoomForm{Key: newKey()}
	switch code := fault.Of(err); code {
	case fault.Conflict, fault.Forbidden:
		form.PendingFault = problemOf(r.Context(), err)
	case fault.UnknownYet, fault.Unavailable:
		form.PendingFault = locale.T(r.Context(), "bid_"+string(code))
	}
	if form.PendingFault == "" {
		return err
	}
	return s.showRoom(w, r, status(fault.Of(err)), l, form, "")
}
