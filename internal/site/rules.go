package site

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/lot"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/market"
	"github.com/g60-corridor/corridor/internal/money"
	"github.com/g60-corridor/corridor/web/form"
	"github.com/g60-corridor/corridor/web/page"
)

// newLot chooses a listing, and with ?listing= begins a lot of it under the rules that most sales use.
func (s *Site) newLot(w http.ResponseWriter, r *http.Request) error {
	text := r.URL.Query().Get("listing")
	if text == "" {
		listings, err := s.o.Market.Offerable(r.Context())
		if err != nil {
			return err
		}
		return s.show(w, r, http.StatusOK, page.LotForm(page.LotFormPage{Listings: listings}))
	}
	listing, err := s.listing(r, text)
	if err != nil {
		return err
	}
	p := page.LotFormPage{Listing: listing, Form: form.NewLot(money.Fen(listing.PriceIdeaFen))}
	preview(&p)
	return s.show(w, r, http.StatusOK, page.LotForm(p))
}

func (s *Site) listing(r *http.Request, text string) (*ent.Listing, error) {
	id, err := number(r, text)
	if err != nil {
		return nil, err
	}
	return s.o.Market.Listing(r.Context(), id)
}

// preview shows the rules as they would be published, if the form can be read.
func preview(p *page.LotFormPage) {
	if sale, faults := p.Form.Sale(); len(faults) == 0 {
		p.Preview = &sale.Terms
	}
}

// createLot makes a draft, or with do=preview only shows what it would be.
func (s *Site) createLot(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	listing, err := s.listing(r, f.Get("listing"))
	if err != nil {
		return err
	}
	p := page.LotFormPage{Listing: listing, Form: form.ReadLot(f)}
	return s.saveLot(w, r, p, false, func(d market.Draft) (int, error) {
		return s.o.Market.CreateLot(r.Context(), visitor(r).viewer, listing.ID, d)
	})
}

func (s *Site) editRules(w http.ResponseWriter, r *http.Request) error {
	l, err := s.operated(r)
	if err != nil {
		return err
	}
	return s.showDraft(w, r, http.StatusOK, l, nil)
}

// showDraft shows a lot's rules in the form.
func (s *Site) showDraft(w http.ResponseWriter, r *http.Request, status int, l *ent.Lot, faults []fault.Field) error {
	p := page.LotFormPage{Lot: l, Listing: l.Edges.Listing, Form: form.LotOf(l.Terms), Preview: &l.Terms, Faults: sentences(r.Context(), faults)}
	p.Form.OpensAt, p.Form.DepositUntil = form.Moment(l.OpensAt), form.Moment(l.DepositUntil)
	p.Form.Deposit = money.Fen(l.DepositFen).Decimal()
	return s.show(w, r, status, page.LotForm(p))
}

func (s *Site) setRules(w http.ResponseWriter, r *http.Request) error {
	l, err := s.operated(r)
	if err != nil {
		return err
	}
	if l.Status != lot.StatusDRAFT {
		return fault.New(fault.Conflict, "RULES_FROZEN", "")
	}
	f, err := readForm(r)
	if err != nil {
		return err
	}
	_, kept, err := s.o.Market.Draft(r.Context(), visitor(r).viewer, l.ID)
	if err != nil {
		return err
	}
	p := page.LotFormPage{Lot: l, Listing: l.Edges.Listing, Form: form.ReadLot(f)}
	return s.saveLot(w, r, p, kept, func(d market.Draft) (int, error) {
		return l.ID, s.o.Market.SetRules(r.Context(), visitor(r).viewer, l.ID, d)
	})
}

// saveLot reads the form, names everything that is wrong with it at once, and saves it if it is to be saved. What was typed
// stays.
func (s *Site) saveLot(w http.ResponseWriter, r *http.Request, p page.LotFormPage, reserveKept bool, save func(market.Draft) (int, error)) error {
	sale, faults := p.Form.Sale()
	d := market.Draft{
		Terms: sale.Terms, ReserveFen: sale.ReserveFen, OpensAt: orZero(sale.OpensAt), DepositFen: sale.DepositFen,
		DepositUntil: orZero(sale.DepositUntil),
	}
	if len(faults) == 0 {
		p.Preview = &sale.Terms
	}
	named := map[string]bool{}
	for _, f := range faults {
		named[f.Name] = true
	}
	for _, f := range d.Check(s.now(), reserveKept) {
		if !named[f.Name] {
			faults = append(faults, f)
		}
	}
	if len(faults) > 0 {
		p.Faults = sentences(r.Context(), faults)
		return s.show(w, r, http.StatusUnprocessableEntity, page.LotForm(p))
	}
	if r.PostForm.Get("do") != "save" {
		return s.show(w, r, http.StatusOK, page.LotForm(p))
	}
	id, err := save(d)
	if err != nil {
		wrong, ok := faultsOf(r.Context(), err)
		if !ok {
			return err
		}
		p.Faults = wrong
		return s.show(w, r, status(fault.Of(err)), page.LotForm(p))
	}
	s.flash(w, "flash_rules_saved")
	see(w, r, "/operator/lots/"+strconv.Itoa(id)+"/console")
	return nil
}

func orZero(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}

func amountProblem(err error) fault.Problem {
	var e *money.Error
	if errors.As(err, &e) {
		return fault.Problem(e.Code)
	}
	return "NOT_A_NUMBER"
}
