package site

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/go-chi/chi/v5"

	"github.com/g60-corridor/corridor/ent/need"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/matching"
	"github.com/g60-corridor/corridor/internal/needs"
	"github.com/g60-corridor/corridor/web/component"
	"github.com/g60-corridor/corridor/web/form"
	"github.com/g60-corridor/corridor/web/page"
)

var (
	askers = permission{
		roles: []identity.Role{identity.Company}, known: true,
		except: func(v identity.Viewer) bool { return !needs.MayAsk(v) },
	}
	universities = permission{roles: []identity.Role{identity.Seller}, known: true}
	answerers    = permission{
		roles: []identity.Role{identity.Seller}, known: true,
		except: func(v identity.Viewer) bool { return !needs.MayAnswer(v) },
	}
)

// needPath is where long texts are written, see bounded.
const needPath = "/company/needs"

func (s *Site) needTable() []route {
	if s.o.Needs == nil {
		return nil
	}
	return []route{
		{"GET", "/needs", anyone, s.needs},
		{"GET", "/needs/{id}", anyone, s.need}, // by invitation: those alone who are invited
		{"POST", "/needs/{id}/answers", answerers, s.answerNeed},
		{"GET", needPath, companies, s.ownNeeds},
		{"POST", needPath, askers, s.createNeed},
		{"GET", needPath + "/new", askers, s.newNeed},
		{"GET", needPath + "/{id}", companies, s.editNeed},
		{"POST", needPath + "/{id}", askers, s.saveNeed},
		{"POST", needPath + "/{id}/close", askers, s.closeNeed},
		{"POST", needPath + "/{id}/answers", askers, s.decideAnswer},
		{"GET", needPath + "/{id}/matches", companies, s.needMatches},
		{"POST", needPath + "/{id}/why-not", askers, s.needWhyNot},
		{"GET", "/seller/matches", universities, s.sellerMatches},
		{"POST", "/seller/matches/why-not", answerers, s.sellerWhyNot},
		{"POST", "/operator/needs/{id}/take-down", operators, s.takeDownNeed},
	}
}

// refused are the faults of a form that concern needs. Also of one that came too often nothing is lost.
func refused(ctx context.Context, err error) (form.Faults, bool) {
	if e := fault.In(err); e.Code == fault.TooMany && e.Problem != "" {
		return form.Faults{"": component.Problem(ctx, e.Problem)}, true
	}
	return faultsOf(ctx, err)
}

func seenNeed(x *needs.Seen) page.Need {
	return page.Need{
		ID: x.ID, Version: x.Version, Number: x.Number, Wish: x.Need.Wish, Owner: x.Owner, Status: string(x.Need.Status),
		Outcome: string(x.Need.Outcome), Reason: x.Need.Reason, Published: x.Need.PublishedAt, Ends: x.Need.EndsAt, Open: x.Open, Mine: x.Mine,
	}
}

func seenNeeds(from []*needs.Seen) []page.Need {
	to := make([]page.Need, len(from))
	for i, x := range from {
		to[i] = seenNeed(x)
	}
	return to
}

func (s *Site) needs(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	asked := page.NeedFilter{Field: q.Get("field"), City: q.Get("city")}
	v := visitor(r).viewer
	found, err := s.o.Needs.List(r.Context(), v, needs.Filter{Field: asked.Field, City: asked.City, Page: pageOf(r)})
	if err != nil {
		return err
	}
	return s.show(w, r, http.StatusOK, page.Needs(page.NeedsPage{
		Filter: asked, Needs: seenNeeds(found.Needs), Total: found.Total, Page: found.Page, Pages: found.Pages, MayAsk: needs.MayAsk(v),
	}))
}

func (s *Site) need(w http.ResponseWriter, r *http.Request) error {
	return s.showNeed(w, r, http.StatusOK, nil, nil)
}

func (s *Site) showNeed(w http.ResponseWriter, r *http.Request, code int, values url.Values, faults form.Faults) error {
	id, err := number(r, chi.URLParam(r, "id"))
	if err != nil {
		return err
	}
	v := visitor(r).viewer
	x, err := s.o.Needs.View(r.Context(), v, id)
	if err != nil {
		return err
	}
	p := page.NeedPage{
		Need: seenNeed(x), MayAnswer: x.MayAnswer, Listings: x.Listings, Values: values, Faults: faults, Operator: v.Operates(), Origin: s.origin(r),
	}
	if !x.Mine { // the company decides on a page of its own
		p.Answers = x.Answers
	}
	return s.show(w, r, code, page.NeedShow(p))
}

func (s *Site) answerNeed(w http.ResponseWriter, r *http.Request) error {
	return s.actOnNeed(w, r, "flash_answer_sent", func(id int, f url.Values) (string, error) {
		listing, err := optional(f.Get("answer.listing"), "answer.listing")
		if err == nil {
			err = s.o.Needs.Answer(r.Context(), visitor(r).viewer, id, listing, f.Get("answer.message"))
		}
		return "/needs/" + strconv.Itoa(id), err
	}, s.showNeed)
}

func (s *Site) takeDownNeed(w http.ResponseWriter, r *http.Request) error {
	return s.actOnNeed(w, r, "flash_need_taken_down", func(id int, f url.Values) (string, error) {
		return "/needs/" + strconv.Itoa(id), s.o.Needs.TakeDown(r.Context(), visitor(r).viewer, id, f.Get("take.reason"))
	}, s.showNeed)
}

// optional reads a number that may be left out.
func optional(text, field string) (int, error) {
	if text == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n <= 0 {
		return 0, fault.OfFields([]fault.Field{{Name: field, Problem: "UNKNOWN_VALUE"}})
	}
	return n, nil
}

type shower func(w http.ResponseWriter, r *http.Request, code int, values url.Values, faults form.Faults) error

// actOnNeed carries out a form about a need, and shows it again, with what is wrong, if it cannot be.
func (s *Site) actOnNeed(w http.ResponseWriter, r *http.Request, done string, do func(id int, f url.Values) (to string, err error), again shower) error {
	id, err := number(r, chi.URLParam(r, "id"))
	if err != nil {
		return err
	}
	f, err := readForm(r)
	if err != nil {
		return err
	}
	to, err := do(id, f)
	if err != nil {
		faults, ok := refused(r.Context(), err)
		if !ok {
			return err
		}
		return again(w, r, status(fault.Of(err)), f, faults)
	}
	s.flash(w, done)
	see(w, r, to)
	return nil
}

func (s *Site) ownNeeds(w http.ResponseWriter, r *http.Request) error {
	v := visitor(r).viewer
	all, err := s.o.Needs.Own(r.Context(), v)
	if err != nil {
		return err
	}
	return s.show(w, r, http.StatusOK, page.OwnNeeds(page.OwnNeedsPage{Needs: seenNeeds(all), MayAsk: needs.MayAsk(v)}))
}

func (s *Site) newNeed(w http.ResponseWriter, r *http.Request) error {
	v := form.NeedValues(&matching.Wish{Secrecy: matching.Public, City: visitor(r).viewer.Organisation.City})
	return s.showNeedForm(w, r, http.StatusOK, page.NeedFormPage{Values: v})
}

func (s *Site) showNeedForm(w http.ResponseWriter, r *http.Request, code int, p page.NeedFormPage) (err error) {
	p.MayAsk = needs.MayAsk(visitor(r).viewer)
	if p.Invitable, err = s.o.Needs.Invitable(r.Context()); err != nil {
		return err
	}
	return s.show(w, r, code, page.NeedForm(p))
}

func (s *Site) createNeed(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	wish, unread := form.ReadNeed(f)
	id := 0
	if err = fault.OfFields(unread); err == nil {
		id, err = s.o.Needs.New(r.Context(), visitor(r).viewer, wish)
	}
	if err != nil {
		faults, ok := refused(r.Context(), err)
		if !ok {
			return err
		}
		return s.showNeedForm(w, r, status(fault.Of(err)), page.NeedFormPage{Values: f, Faults: faults})
	}
	if f.Get("do") == "publish" {
		if err := s.o.Needs.Publish(r.Context(), visitor(r).viewer, id, 1); err != nil { // the draft is kept
			return s.refuseNeed(w, r, id, f, err)
		}
		s.flash(w, "flash_need_published")
	} else {
		s.flash(w, "flash_need_saved")
	}
	see(w, r, needPath+"/"+strconv.Itoa(id))
	return nil
}

func (s *Site) editNeed(w http.ResponseWriter, r *http.Request) error {
	id, err := number(r, chi.URLParam(r, "id"))
	if err != nil {
		return err
	}
	return s.showOwnNeed(w, r, http.StatusOK, id, nil, nil)
}

// showOwnNeed shows the form of a need: as it is stored, or as it was typed if f has the fields of a need.
func (s *Site) showOwnNeed(w http.ResponseWriter, r *http.Request, code, id int, f url.Values, faults form.Faults) error {
	x, err := s.o.Needs.OwnOne(r.Context(), visitor(r).viewer, id)
	if err != nil {
		return err
	}
	versions, err := s.o.Needs.Versions(r.Context(), x)
	if err != nil {
		return err
	}
	shown := seenNeed(x)
	p := page.NeedFormPage{Need: &shown, Version: x.Version, Values: f, Faults: faults, Answers: x.Answers, Versions: versions}
	if !f.Has("need.secrecy") && !f.Has("need.title_zh") {
		p.Values = form.NeedValues(&x.Need.Wish)
		for _, name := range []string{"answer", "decide.reason"} {
			if f.Has(name) {
				p.Values.Set(name, f.Get(name))
			}
		}
	}
	return s.showNeedForm(w, r, code, p)
}

func (s *Site) refuseNeed(w http.ResponseWriter, r *http.Request, id int, f url.Values, err error) error {
	faults, ok := refused(r.Context(), err)
	if !ok {
		return err
	}
	return s.showOwnNeed(w, r, status(fault.Of(err)), id, f, faults)
}

// saveNeed saves what was typed; with do=publish it goes out as well.
func (s *Site) saveNeed(w http.ResponseWriter, r *http.Request) error {
	id, err := number(r, chi.URLParam(r, "id"))
	if err != nil {
		return err
	}
	f, err := readForm(r)
	if err != nil {
		return err
	}
	v := visitor(r).viewer
	if _, err := s.o.Needs.OwnOne(r.Context(), v, id); err != nil {
		return err
	}
	version, _ := strconv.Atoi(f.Get("version")) // what is no number was never read by anybody
	wish, unread := form.ReadNeed(f)
	if err = fault.OfFields(unread); err == nil {
		version, err = s.o.Needs.Save(r.Context(), v, id, version, wish)
	}
	done := "flash_need_saved"
	if err == nil && f.Get("do") == "publish" {
		err = s.o.Needs.Publish(r.Context(), v, id, version)
		done = "flash_need_published"
	}
	if err != nil {
		return s.refuseNeed(w, r, id, f, err)
	}
	s.flash(w, done)
	see(w, r, needPath+"/"+strconv.Itoa(id))
	return nil
}

func (s *Site) again(w http.ResponseWriter, r *http.Request, code int, f url.Values, faults form.Faults) error {
	id, err := number(r, chi.URLParam(r, "id"))
	if err != nil {
		return err
	}
	return s.showOwnNeed(w, r, code, id, f, faults)
}

func (s *Site) closeNeed(w http.ResponseWriter, r *http.Request) error {
	return s.actOnNeed(w, r, "flash_need_closed", func(id int, f url.Values) (string, error) {
		return needPath, s.o.Needs.Close(r.Context(), visitor(r).viewer, id, need.Outcome(f.Get("outcome")))
	}, s.again)
}

func (s *Site) decideAnswer(w http.ResponseWriter, r *http.Request) error {
	return s.actOnNeed(w, r, "flash_answer_decided", func(id int, f url.Values) (string, error) {
		to := needPath + "/" + strconv.Itoa(id)
		answer, err := strconv.Atoi(f.Get("answer"))
		if err != nil {
			return to, fault.New(fault.NotFound, "", "")
		}
		do := f.Get("do")
		if do != "accept" && do != "decline" {
			return to, fault.OfFields([]fault.Field{{Name: "decide.reason", Problem: "UNKNOWN_VALUE"}})
		}
		return to, s.o.Needs.Decide(r.Context(), visitor(r).viewer, id, answer, do == "accept", f.Get("decide.reason"))
	}, s.again)
}
