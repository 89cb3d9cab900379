package site

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/lot"
	"github.com/g60-corridor/corridor/ent/registration"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/feed"
	"github.com/g60-corridor/corridor/internal/market"
	"github.com/g60-corridor/corridor/internal/money"
	"github.com/g60-corridor/corridor/web/component"
	"github.com/g60-corridor/corridor/web/form"
	"github.com/g60-corridor/corridor/web/page"
)

func (s *Site) operatorLots(w http.ResponseWriter, r *http.Request) error {
	n, _ := strconv.Atoi(r.URL.Query().Get("page")) // what is no page is the first
	v := visitor(r).viewer
	found, err := s.o.Market.OperatorLots(r.Context(), v, n)
	if err != nil {
		return err
	}
	waiting, err := s.o.Market.Waiting(r.Context(), v)
	if err != nil {
		return err
	}
	return s.show(w, r, http.StatusOK, page.Operator(page.OperatorPage{
		Lots: found.Lots, Waiting: waiting, Page: found.Page, Pages: found.Pages,
	}))
}

// operated returns the lot that the path names, if it belongs to the viewer's operator.
func (s *Site) operated(r *http.Request) (*ent.Lot, error) {
	id, err := number(r, chi.URLParam(r, "id"))
	if err != nil {
		return nil, err
	}
	l, _, err := s.o.Market.Draft(r.Context(), visitor(r).viewer, id)
	return l, err
}

// questions are the orders that the console asks again about. Lots that are closed by hand are not offered here yet.
var questions = []market.Order{market.OpenNow, market.PauseNow, market.Resume, market.Withdraw, market.Annul}

func (s *Site) console(w http.ResponseWriter, r *http.Request) error {
	l, err := s.operated(r)
	if err != nil {
		return err
	}
	p := page.ConsolePage{Lot: l}
	if ask := r.URL.Query().Get("ask"); slices.Contains(questions, market.Order(ask)) {
		p.Ask = ask
	}
	return s.showConsole(w, r, http.StatusOK, p)
}

func (s *Site) showConsole(w http.ResponseWriter, r *http.Request, status int, p page.ConsolePage) error {
	ctx := r.Context()
	if p.Lot.Status == lot.StatusPUBLISHED {
		h, err := s.o.Market.History(ctx, auction.LotID(p.Lot.ID))
		if err != nil {
			return err
		}
		const lines = 100
		p.View = h.View
		p.Rows = append([]feed.Row(nil), h.Rows[max(0, len(h.Rows)-lines):]...)
		slices.Reverse(p.Rows)
	}
	var err error
	if p.Actions, err = s.o.Market.Actions(ctx, visitor(r).viewer, p.Lot.ID); err != nil {
		return err
	}
	if p.Registrations, err = s.o.Market.Registrations(ctx, visitor(r).viewer, p.Lot.ID); err != nil {
		return err
	}
	return s.show(w, r, status, page.Console(p))
}

// order carries out what the console has asked about.
func (s *Site) order(o market.Order) action {
	return func(w http.ResponseWriter, r *http.Request) error {
		l, err := s.operated(r)
		if err != nil {
			return err
		}
		f, err := readForm(r)
		if err != nil {
			return err
		}
		cause := auction.PauseCause(f.Get("cause"))
		err = s.o.Market.Conduct(r.Context(), visitor(r).viewer, l.ID, o, cause, f.Get("note"))
		if err != nil {
			faults, ok := faultsOf(r.Context(), err)
			if !ok {
				return err
			}
			p := page.ConsolePage{Lot: l, Cause: cause, Note: f.Get("note"), Faults: faults}
			if fault.Of(err) == fault.Invalid { // ask again
				p.Ask = string(o)
			}
			return s.showConsole(w, r, status(fault.Of(err)), p)
		}
		s.flash(w, "flash_"+string(o))
		see(w, r, consolePath(l.ID))
		return nil
	}
}

// toConsole is for addresses that people shorten by hand.
func (s *Site) toConsole(w http.ResponseWriter, r *http.Request) error {
	l, err := s.operated(r)
	if err != nil {
		return err
	}
	see(w, r, consolePath(l.ID))
	return nil
}

func consolePath(id int) string { return "/operator/lots/" + strconv.Itoa(id) + "/console" }

func (s *Site) publish(w http.ResponseWriter, r *http.Request) error {
	l, err := s.operated(r)
	if err != nil {
		return err
	}
	if err := s.o.Market.Publish(r.Context(), visitor(r).viewer, l.ID); err != nil {
		if fault.Of(err) == fault.Invalid { // times have passed since the rules were set
			return s.showDraft(w, r, http.StatusUnprocessableEntity, l, fault.In(err).Fields)
		}
		faults, ok := faultsOf(r.Context(), err)
		if !ok {
			return err
		}
		return s.showConsole(w, r, status(fault.Of(err)), page.ConsolePage{Lot: l, Faults: faults})
	}
	s.flash(w, "flash_published")
	see(w, r, consolePath(l.ID))
	return nil
}

func (s *Site) registrations(w http.ResponseWriter, r *http.Request) error {
	id, err := number(r, chi.URLParam(r, "id"))
	if err != nil {
		return err
	}
	return s.showRegistrations(w, r, http.StatusOK, id, nil)
}

func (s *Site) showRegistrations(w http.ResponseWriter, r *http.Request, status, lotID int, faults map[int]form.Faults) error {
	v := visitor(r).viewer
	l, _, err := s.o.Market.Draft(r.Context(), v, lotID)
	if err != nil {
		return err
	}
	all, err := s.o.Market.Registrations(r.Context(), v, lotID)
	if err != nil {
		return err
	}
	slices.SortStableFunc(all, func(a, b *ent.Registration) int { return waits(a) - waits(b) })
	return s.show(w, r, status, page.Registrations(page.RegistrationsPage{Lot: l, Registrations: all, Faults: faults, Now: s.now()}))
}

// waits puts those who wait for a decision first.
func waits(r *ent.Registration) int {
	if r.State == registration.StateAPPLIED {
		return 0
	}
	return 1
}

// decision carries out what the queue of registrations asks for one of them, and shows the queue again if it cannot be.
func (s *Site) decision(do func(ctx context.Context, r *http.Request, id int) error, done string) action {
	return func(w http.ResponseWriter, r *http.Request) error {
		id, err := number(r, chi.URLParam(r, "registration"))
		if err != nil {
			return err
		}
		lotID, err := s.o.Market.LotOf(r.Context(), visitor(r).viewer, id)
		if err != nil {
			return err
		}
		if _, err := readForm(r); err != nil {
			return err
		}
		if err := do(r.Context(), r, id); err != nil {
			if faults, ok := faultsOf(r.Context(), err); ok {
				return s.showRegistrations(w, r, status(fault.Of(err)), lotID, map[int]form.Faults{id: faults})
			}
			return err
		}
		s.flash(w, done)
		see(w, r, "/operator/lots/"+strconv.Itoa(lotID)+"/registrations#registration-"+strconv.Itoa(id))
		return nil
	}
}

func (s *Site) recordDeposit(ctx context.Context, r *http.Request, id int) error {
	var faults []fault.Field
	held, err := money.Parse(r.PostForm.Get("amount"))
	if err != nil {
		faults = append(faults, fault.Field{Name: "amount", Problem: amountProblem(err)})
	}
	at, err := moment(r.PostForm.Get("at"))
	if err != nil {
		faults = append(faults, fault.Field{Name: "at", Problem: "NOT_A_TIME"})
	}
	if err := fault.OfFields(faults); err != nil {
		return err
	}
	err = s.o.Market.RecordDeposit(ctx, visitor(r).viewer, id, held, at)
	return renamed(err, map[string]string{"deposit_fen": "amount", "deposit_at": "at"})
}

func (s *Site) qualify(ctx context.Context, r *http.Request, id int) error {
	rank := 0
	if text := strings.TrimSpace(r.PostForm.Get("rank")); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			return fault.OfFields([]fault.Field{{Name: "rank", Problem: "NOT_WHOLE"}})
		}
		rank = n
	}
	return s.o.Market.Qualify(ctx, visitor(r).viewer, id, rank)
}

func (s *Site) reject(ctx context.Context, r *http.Request, id int) error {
	return s.o.Market.Reject(ctx, visitor(r).viewer, id, r.PostForm.Get("note"))
}

func (s *Site) suspend(ctx context.Context, r *http.Request, id int) error {
	return s.o.Market.Suspend(ctx, visitor(r).viewer, id, r.PostForm.Get("note"))
}

// renamed gives the fields of a fault the names that a form has for them.
func renamed(err error, names map[string]string) error {
	if err == nil || fault.Of(err) != fault.Invalid {
		return err
	}
	e := *fault.In(err)
	e.Fields = slices.Clone(e.Fields)
	for i, f := range e.Fields {
		if name, ok := names[f.Name]; ok {
			e.Fields[i].Name = name
		}
	}
	return &e
}

func seconds(d time.Duration) string { return strconv.Itoa(int((d + time.Second - 1) / time.Second)) }

// moment reads a time of Shanghai as datetime-local fields write it.
func moment(text string) (time.Time, error) {
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02T15:04"} {
		if t, err := time.ParseInLocation(layout, text, market.Shanghai); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, fault.OfFields([]fault.Field{{Name: "at", Problem: "NOT_A_TIME"}})
}

func sentences(ctx context.Context, fields []fault.Field) form.Faults {
	return component.Sentences(ctx, fields)
}
