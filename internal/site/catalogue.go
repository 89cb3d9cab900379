package site

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/ent/watch"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/market"
	"github.com/g60-corridor/corridor/web/form"
	"github.com/g60-corridor/corridor/web/page"
)

func (s *Site) home(w http.ResponseWriter, r *http.Request) error {
	h, err := s.o.Market.Home(r.Context())
	if err != nil {
		return err
	}
	needs, needsInAll, err := s.newestNeeds(r.Context())
	if err != nil {
		return err
	}
	return s.show(w, r, http.StatusOK, page.Home(page.HomePage{
		Needs: needs, NeedsInAll: needsInAll,
		Live: h.Live, Next: h.Upcoming, Results: h.Results, Fields: counts(h.Fields), Cities: counts(h.Cities),
		Days: counts(h.Days), SoldInAll: h.Sold, SoldFen: h.SoldFen, ListingsInAll: h.Listings,
		Sellers: h.Sellers,
	}))
}

func counts(from []market.Count) []page.Count {
	to := make([]page.Count, len(from))
	for i, c := range from {
		to[i] = page.Count{Code: c.Code, N: c.N}
	}
	return to
}

func (s *Site) lots(w http.ResponseWriter, r *http.Request) error {
	asked, filter, err := sought(r)
	if err != nil {
		return err
	}
	found, err := s.o.Market.Lots(r.Context(), filter)
	if err != nil {
		return err
	}
	days, err := s.o.Market.Days(r.Context(), s.now())
	if err != nil {
		return err
	}
	return s.show(w, r, http.StatusOK, page.Lots(page.LotsPage{
		Filter: asked, Lots: found.Lots, Total: found.Total, Page: found.Page, Pages: found.Pages, Days: counts(days),
	}))
}

func askedOf(q url.Values) page.Filter {
	return page.Filter{State: q.Get("state"), City: q.Get("city"), Field: q.Get("field"), Date: q.Get("date"), Seller: q.Get("seller")}
}

// filterOf reads what the list is narrowed to; a fault names the parameter.
func filterOf(asked page.Filter, q url.Values) (market.Filter, error) {
	f := market.Filter{Stage: market.Stage(asked.State), City: asked.City, Field: listing.Field(asked.Field), Page: 1}
	if asked.Date != "" {
		day, err := time.ParseInLocation(time.DateOnly, asked.Date, market.Shanghai)
		if err != nil {
			return f, fault.OfFields([]fault.Field{{Name: "date", Problem: "NOT_A_DAY"}})
		}
		f.Day = day
	}
	if asked.Seller != "" {
		id, err := strconv.Atoi(asked.Seller)
		if err != nil || id < 1 {
			return f, fault.OfFields([]fault.Field{{Name: "seller", Problem: "NOT_WHOLE"}})
		}
		f.Seller = id
	}
	if text := q.Get("page"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			return f, fault.OfFields([]fault.Field{{Name: "page", Problem: "NOT_WHOLE"}})
		}
		f.Page = n
	}
	return f, nil
}

// asked returns the lot that the path names.
func (s *Site) asked(r *http.Request) (*ent.Lot, error) {
	id, err := number(r, chi.URLParam(r, "id"))
	if err != nil {
		return nil, err
	}
	return s.o.Market.Lot(r.Context(), id)
}

func (s *Site) lot(w http.ResponseWriter, r *http.Request) error {
	l, err := s.asked(r)
	if err != nil {
		return err
	}
	return s.showLot(w, r, http.StatusOK, l, nil)
}

func (s *Site) showLot(w http.ResponseWriter, r *http.Request, status int, l *ent.Lot, faults form.Faults) error {
	ctx, v := r.Context(), visitor(r).viewer
	p := page.LotPage{Lot: l, Faults: faults, Origin: s.origin(r)}
	var err error
	if p.Registration, err = s.o.Market.Registration(ctx, v, l.ID); err != nil {
		return err
	}
	if p.Barred, err = s.barred(ctx, v, l); err != nil {
		return err
	}
	if p.Watch, err = s.watchPanel(r, watch.KindLOT, l.ID); err != nil {
		return err
	}
	if l.Edges.Listing.Status == listing.StatusPUBLISHED {
		if p.Questions, err = s.questions(r, l.Edges.Listing); err != nil {
			return err
		}
		p.Questions.Elsewhere = true
	}
	if p.Interested, err = s.o.Market.Interested(ctx, l); err != nil {
		return err
	}
	if l.Phase == string(auction.Closed) {
		seal, err := s.o.Archive.Seal(ctx, auction.LotID(l.ID))
		if err != nil {
			return err
		}
		p.Head, p.KeyID = seal.Head.String(), seal.KeyID
	}
	return s.show(w, r, status, page.Lot(p))
}

// barred is why a viewer's organisation may not enter a lot; "" if it may.
func (s *Site) barred(ctx context.Context, v identity.Viewer, l *ent.Lot) (string, error) {
	if !v.SignedIn() {
		return "", nil
	}
	err := s.o.Market.MayApply(ctx, v, l.ID)
	if err == nil {
		return "", nil
	}
	e := fault.In(err)
	if e.Code == fault.Internal {
		return "", err
	}
	return inWords(ctx, err), nil
}

// organisation is the public page of one that takes part in the market.
func (s *Site) organisation(w http.ResponseWriter, r *http.Request) error {
	id, err := number(r, chi.URLParam(r, "id"))
	if err != nil {
		return err
	}
	o, err := s.o.Market.Organisation(r.Context(), id)
	if err != nil {
		return err
	}
	watched, err := s.watchPanel(r, watch.KindORGANISATION, id)
	if err != nil {
		return err
	}
	return s.show(w, r, http.StatusOK, page.Organisation(page.OrganisationPage{
		Organisation: o.Organisation, Lots: o.Lots, Listings: o.Listings, Total: o.LotsInAll, Origin: s.origin(r), Watch: watched,
	}))
}

func (s *Site) announcement(w http.ResponseWriter, r *http.Request) error {
	l, err := s.asked(r)
	if err != nil {
		return err
	}
	return s.show(w, r, http.StatusOK, page.Announcement(page.AnnouncementPage{Lot: l}))
}

func (s *Site) rules(w http.ResponseWriter, r *http.Request) error {
	l, err := s.asked(r)
	if err != nil {
		return err
	}
	return sendJSON(w, l.Terms)
}

func (s *Site) verify(w http.ResponseWriter, r *http.Request) error {
	return s.show(w, r, http.StatusOK, page.Verify())
}

func (s *Site) keys(w http.ResponseWriter, _ *http.Request) error {
	return sendJSON(w, map[string]any{"keys": s.o.Vault.PublicKeys()})
}

func (s *Site) register(w http.ResponseWriter, r *http.Request) error {
	return s.enter(w, r, func(ctx context.Context, v identity.Viewer, lot int, f url.Values) error {
		if f.Get("accept") == "" {
			return fault.OfFields([]fault.Field{{Name: "accept", Problem: "ACCEPT_THE_RULES"}})
		}
		return s.o.Market.Apply(ctx, v, lot)
	}, "flash_applied")
}

func (s *Site) takeBack(w http.ResponseWriter, r *http.Request) error {
	return s.enter(w, r, func(ctx context.Context, v identity.Viewer, lot int, _ url.Values) error {
		return s.o.Market.TakeBack(ctx, v, lot)
	}, "flash_taken_back")
}

// enter carries out what a form of the lot page asks for, and shows the page again if it cannot be.
func (s *Site) enter(w http.ResponseWriter, r *http.Request, do func(context.Context, identity.Viewer, int, url.Values) error, done string) error {
	l, err := s.asked(r)
	if err != nil {
		return err
	}
	f, err := readForm(r)
	if err != nil {
		return err
	}
	if err := do(r.Context(), visitor(r).viewer, l.ID, f); err != nil {
		if faults, ok := faultsOf(r.Context(), err); ok {
			return s.showLot(w, r, status(fault.Of(err)), l, faults)
		}
		return err
	}
	s.flash(w, done)
	see(w, r, "/lots/"+strconv.Itoa(l.ID)+"#registration")
	return nil
}
