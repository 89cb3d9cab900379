package site

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"github.com/go-chi/chi/v5"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/feed"
	"github.com/g60-corridor/corridor/internal/money"
	"github.com/g60-corridor/corridor/web/component"
	"github.com/g60-corridor/corridor/web/locale"
	"github.com/g60-corridor/corridor/web/page"
)

// bid is the door for bids without scripts, and for what a second person makes of one that waits. It makes the same command, with the same key, as the socket: a form sent twice
// is one bid.
func (s *Site) bid(w http.ResponseWriter, r *http.Request) error {
	l, err := s.asked(r)
	if err != nil {
		return err
	}
	f, err := readForm(r)
	if err != nil {
		return err
	}
	if f.Has("pending") {
		return s.decidePending(w, r, l, f)
	}
	paddle, err := s.o.Market.Paddle(r.Context(), visitor(r).viewer, l.ID)
	if err != nil {
		return err
	}
	if paddle == "" {
		return fault.New(fault.Forbidden, fault.Problem(auction.NotAdmitted), "")
	}
	b, err := readBid(f)
	if err != nil {
		var amount *money.Error
		if !errors.As(err, &amount) {
			return err
		}
		return s.showRoom(w, r, http.StatusUnprocessableEntity, l, page.RoomForm{
			Key: b.Key, Kind: b.Kind, Amount: f.Get("amount"), Fault: component.Problem(r.Context(), amount.Code),
		}, "")
	}
	b.Paddle = paddle
	if held, err := s.holdBid(w, r, l, b, f.Get("amount")); held || err != nil {
		return err
	}
	entry, _, err := s.o.Saleroom.Submit(r.Context(), auction.LotID(l.ID), b)
	if err != nil {
		if c := fault.Of(err); c != fault.UnknownYet && c != fault.Unavailable {
			return err
		}
		// The same key goes with the next attempt, so that it cannot count twice.
		return s.showRoom(w, r, http.StatusServiceUnavailable, l, page.RoomForm{
			Key: b.Key, Kind: b.Kind, Amount: f.Get("amount"), Fault: locale.T(r.Context(), "bid_"+string(fault.Of(err))),
		}, "")
	}
	_, row, ok := feed.OwnRowOf(entry)
	if !ok {
		return errors.New("bid: answered by " + entry.Event.Kind())
	}
	if row.Reason == auction.NeedsConfirmation {
		return s.show(w, r, http.StatusOK, page.Confirm(page.ConfirmPage{
			Lot: l, Key: newKey(), Kind: b.Kind, AmountFen: b.AmountFen, Row: row,
		}))
	}
	see(w, r, "/lots/"+strconv.Itoa(l.ID)+"/room?bid="+strconv.FormatInt(row.Own, 10))
	return nil
}

// readBid reads a bid without its paddle. A *money.Error is the bidder's slip; any other fault is no form of ours.
func readBid(f url.Values) (auction.PlaceBid, error) {
	var b auction.PlaceBid
	var err error
	if b.Key, err = auction.ParseKey(f.Get("key")); err != nil || b.Key == (auction.Key{}) {
		return b, fault.OfFields([]fault.Field{{Name: "key", Problem: "NOT_A_KEY"}})
	}
	switch b.Kind = auction.BidKind(f.Get("kind")); b.Kind {
	case auction.Plain, auction.Maximum:
	case "":
		b.Kind = auction.Plain
	default:
		return b, fault.OfFields([]fault.Field{{Name: "kind", Problem: "UNKNOWN_VALUE"}})
	}
	switch f.Get("confirmed") {
	case "yes", "true":
		b.Confirmed = true
	case "", "no", "false":
	default:
		return b, fault.OfFields([]fault.Field{{Name: "confirmed", Problem: "UNKNOWN_VALUE"}})
	}
	b.AmountFen, err = money.Parse(f.Get("amount"))
	if err == nil && b.AmountFen == 0 {
		err = &money.Error{Code: money.Negative, Text: f.Get("amount")} // an amount is more than nothing
	}
	return b, err
}

// receipt is one attempt of the bidder who asks.
func (s *Site) receipt(w http.ResponseWriter, r *http.Request) error {
	l, err := s.asked(r)
	if err != nil {
		return err
	}
	own, err := number(r, chi.URLParam(r, "own"))
	if err != nil {
		return err
	}
	paddle, err := s.o.Market.Paddle(r.Context(), visitor(r).viewer, l.ID)
	if err != nil {
		return err
	}
	if paddle == "" {
		return fault.New(fault.NotFound, "", "")
	}
	_, holding, rows, err := s.o.Gallery.Look(r.Context(), auction.LotID(l.ID), paddle)
	if err != nil {
		return err
	}
	row, err := s.attempt(r, l, paddle, int64(own), rows)
	if err != nil {
		return err
	}
	p := page.ReceiptPage{Lot: l, Row: row}
	if holding != nil {
		p.Holding = *holding
	}
	return s.show(w, r, http.StatusOK, page.Receipt(p))
}

// attempt finds an attempt among the newest, or else in the log.
func (s *Site) attempt(r *http.Request, l *ent.Lot, paddle auction.Paddle, own int64, newest []feed.OwnRow) (feed.OwnRow, error) {
	for _, row := range newest {
		if row.Own == own {
			return row, nil
		}
	}
	const atOnce = 5000
	for after := auction.Seq(0); ; {
		entries, err := s.o.Archive.Read(r.Context(), auction.LotID(l.ID), after, atOnce)
		if err != nil {
			return feed.OwnRow{}, err
		}
		for _, e := range entries {
			if of, row, ok := feed.OwnRowOf(e); ok && of == paddle && row.Own == own {
				return row, nil
			}
		}
		if len(entries) < atOnce {
			return feed.OwnRow{}, fault.New(fault.NotFound, "", "no such attempt")
		}
		after = entries[len(entries)-1].Seq
	}
}

// ownBids lists what the viewer's organisation has bid, lot by lot.
func (s *Site) ownBids(w http.ResponseWriter, r *http.Request) error {
	ctx, v := r.Context(), visitor(r).viewer
	registrations, err := s.o.Market.MyRegistrations(ctx, v)
	if err != nil {
		return err
	}
	const most = 20 // lots on the page
	var p page.BidsPage
	waiting, err := s.o.Authority.Waiting(ctx, v)
	if err != nil {
		return err
	}
	for _, e := range waiting {
		p.Pending = append(p.Pending, page.PendingLot{Lot: e.Lot, Bid: e.PendingBid})
	}
	for _, reg := range registrations {
		if reg.Paddle == "" || !v.MayBid() || len(p.Lots) == most {
			continue
		}
		lot := reg.Edges.Lot
		frame, holding, rows, err := s.o.Gallery.Look(ctx, auction.LotID(lot.ID), auction.Paddle(reg.Paddle))
		if err != nil {
			return err
		}
		if holding == nil || len(rows) == 0 {
			continue
		}
		newestFirst(rows)
		p.Lots = append(p.Lots, page.OwnLot{
			Lot: lot, Holding: *holding, Rows: rows, Leads: frame.State.HasBid && frame.State.Leader == holding.Paddle,
		})
	}
	return s.show(w, r, http.StatusOK, page.Bids(p))
}
