package site

import (
	"context"
	"crypto/rand"
	"net/http"
	"slices"
	"strconv"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/registration"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/feed"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/web/page"
)

// room is the live room, complete as it is sent. ?bid= names the attempt that a form has just made.
func (s *Site) room(w http.ResponseWriter, r *http.Request) error {
	l, err := s.asked(r)
	if err != nil {
		return err
	}
	var form page.RoomForm
	form.Key = newKey()
	return s.showRoom(w, r, http.StatusOK, l, form, r.URL.Query().Get("bid"))
}

func (s *Site) showRoom(w http.ResponseWriter, r *http.Request, status int, l *ent.Lot, form page.RoomForm, answered string) error {
	ctx, v := r.Context(), visitor(r).viewer
	paddle, err := s.o.Market.Paddle(ctx, v, l.ID)
	if err != nil {
		return err
	}
	frame, holding, rows, err := s.o.Gallery.Look(ctx, auction.LotID(l.ID), paddle)
	if err != nil {
		return err
	}
	earlier, err := s.earlier(ctx, l, frame)
	if err != nil {
		return err
	}
	p := page.RoomPage{
		Lot: frame.Lot, Number: l.Number, Title: titleOf(l), Seller: sellerOf(l), Terms: l.Terms, Frame: frame, Earlier: earlier,
		Holding: holding, Form: form,
	}
	slices.Reverse(rows)
	p.Own = rows
	for i := range rows {
		if strconv.FormatInt(rows[i].Own, 10) == answered {
			p.Form.Answer = &rows[i]
		}
	}
	if p.Access, err = s.access(ctx, v, l, holding); err != nil {
		return err
	}
	if err := s.showPending(r, &p); err != nil {
		return err
	}
	return s.show(w, r, status, page.Room(p))
}

// earlier are the lines of the history before those of the frame.
func (s *Site) earlier(ctx context.Context, l *ent.Lot, frame feed.Frame) ([]feed.Row, error) {
	h, err := s.o.Market.History(ctx, auction.LotID(l.ID))
	if err != nil {
		return nil, err
	}
	rows := h.Rows
	if len(frame.Rows) > 0 {
		first := frame.Rows[0].N
		rows = slices.DeleteFunc(rows, func(row feed.Row) bool { return row.N >= first })
	}
	return rows, nil
}

// access is how far a viewer has come towards bidding in a lot.
func (s *Site) access(ctx context.Context, v identity.Viewer, l *ent.Lot, holding *feed.Holding) (page.RoomAccess, error) {
	switch {
	case holding != nil:
		return page.MayBid, nil
	case !v.SignedIn():
		return page.MustSignIn, nil
	}
	reg, err := s.o.Market.Registration(ctx, v, l.ID)
	switch {
	case err != nil:
		return "", err
	case reg != nil && reg.State == registration.StateAPPLIED, reg != nil && reg.State == registration.StateQUALIFIED && v.MayBid():
		return page.Awaited, nil // qualified, but the log has not admitted him yet
	case reg != nil && reg.State != registration.StateWITHDRAWN:
		return page.OnlyWatches, nil
	}
	switch err := s.o.Market.MayApply(ctx, v, l.ID); {
	case err == nil:
		return page.MayRegister, nil
	case fault.Of(err) == fault.Internal:
		return "", err
	}
	return page.OnlyWatches, nil
}

// film replays a lot that has ended.
func (s *Site) film(w http.ResponseWriter, r *http.Request) error {
	l, err := s.asked(r)
	if err != nil {
		return err
	}
	frame, _, _, err := s.o.Gallery.Look(r.Context(), auction.LotID(l.ID), "")
	if err != nil {
		return err
	}
	if frame.State.Phase != auction.Closed {
		return fault.New(fault.Conflict, "NOT_CLOSED", "the lot has not ended")
	}
	earlier, err := s.earlier(r.Context(), l, frame)
	if err != nil {
		return err
	}
	return s.show(w, r, http.StatusOK, page.Film(page.FilmPage{
		Lot: frame.Lot, Number: l.Number, Title: titleOf(l), Seller: sellerOf(l), Terms: l.Terms, Frame: frame, Earlier: earlier,
	}))
}

func titleOf(l *ent.Lot) auction.Bilingual {
	return auction.Bilingual{ZH: l.Edges.Listing.TitleZh, EN: l.Edges.Listing.TitleEn}
}

func sellerOf(l *ent.Lot) auction.Bilingual {
	seller := l.Edges.Listing.Edges.Seller
	return auction.Bilingual{ZH: seller.NameZh, EN: seller.NameEn}
}

// newKey is the key of a form: one page, one bid.
func newKey() (k auction.Key) {
	_, _ = rand.Read(k[:]) // crypto/rand never fails
	return k
}
