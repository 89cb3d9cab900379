package site

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/go-chi/chi/v5"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/watch"
	"github.com/g60-corridor/corridor/internal/enquiry"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/web/component"
	"github.com/g60-corridor/corridor/web/page"
)

// questions are what somebody may read of what is asked of a listing, which comes with its seller.
func (s *Site) questions(r *http.Request, l *ent.Listing) (page.QuestionsPanel, error) {
	v := visitor(r).viewer
	p := page.QuestionsPanel{Listing: l.ID, MayAsk: v.SignedIn() && (l.Edges.Seller == nil || l.Edges.Seller.ID != v.OrganisationID())}
	all, err := s.o.Enquiry.Of(r.Context(), v, l)
	if err != nil {
		return p, err
	}
	for _, q := range all {
		p.Questions = append(p.Questions, shownQuestion(q))
	}
	return p, nil
}

func shownQuestion(q enquiry.Question) page.Question {
	return page.Question{
		ID: q.ID, Version: q.Version, Text: q.Text, Answer: q.Answer, AskerKind: q.AskerKind, Hidden: q.Hidden, Own: q.Own, Confidential: q.Confidential,
		MayAnswer: q.MayAnswer, MayHide: q.MayHide, MayChooseConfidential: q.MayChooseConfidential, AskedAt: q.AskedAt, AnsweredAt: q.AnsweredAt,
	}
}

func (s *Site) askQuestion(w http.ResponseWriter, r *http.Request) error {
	id, err := number(r, chi.URLParam(r, "id"))
	if err != nil {
		return err
	}
	f, err := readForm(r)
	if err != nil {
		return err
	}
	asked, err := s.o.Enquiry.Ask(r.Context(), visitor(r).viewer, id, f.Get("question"))
	if err != nil {
		return s.questionBack(w, r, id, 0, f, err)
	}
	s.flash(w, "flash_question_asked")
	see(w, r, questionPath(id, asked))
	return nil
}

func questionPath(listing, question int) string {
	return "/listings/" + strconv.Itoa(listing) + "#question-" + strconv.Itoa(question)
}

func (s *Site) answer(w http.ResponseWriter, r *http.Request) error {
	return s.onQuestion(w, r, "flash_question_answered", func(id, version int, f url.Values) error {
		return s.o.Enquiry.Answer(r.Context(), visitor(r).viewer, id, version, f.Get("answer"), f.Get("confidential") != "")
	})
}

func (s *Site) hide(w http.ResponseWriter, r *http.Request) error {
	return s.onQuestion(w, r, "flash_question_hidden", func(id, version int, f url.Values) error {
		return s.o.Enquiry.Hide(r.Context(), visitor(r).viewer, id, version, f.Get("reason"))
	})
}

// onQuestion carries out a form of a question.
func (s *Site) onQuestion(w http.ResponseWriter, r *http.Request, done string, do func(id, version int, f url.Values) error) error {
	id, err := number(r, chi.URLParam(r, "question"))
	if err != nil {
		return err
	}
	f, err := readForm(r)
	if err != nil {
		return err
	}
	of, err := s.o.Enquiry.Listing(r.Context(), id)
	if err != nil {
		return err
	}
	version, _ := strconv.Atoi(f.Get("version")) // what is no number was never read by anybody
	if err := do(id, version, f); err != nil {
		return s.questionBack(w, r, of, id, f, err)
	}
	s.flash(w, done)
	see(w, r, questionPath(of, id))
	return nil
}

// questionBack shows the listing's page again with a form that could not be carried out; question 0 is the one that asks.
func (s *Site) questionBack(w http.ResponseWriter, r *http.Request, listing, question int, f url.Values, err error) error {
	faults, ok := faultsOf(r.Context(), err)
	if e := fault.In(err); e.Code == fault.TooMany {
		faults, ok = map[string]string{"": component.Problem(r.Context(), e.Problem)}, true
	}
	if !ok {
		return err
	}
	code := status(fault.Of(err))
	l, err := s.o.Market.Listing(r.Context(), listing)
	if err != nil {
		return err
	}
	return s.showListing(w, r, code, l, func(p *page.QuestionsPanel) {
		p.At, p.Values, p.Faults, p.Typed = question, f, faults, f.Get("question")
	})
}

// showListing shows the public page of a listing; with what a form brought back, if any did.
func (s *Site) showListing(w http.ResponseWriter, r *http.Request, status int, l *ent.Listing, back func(*page.QuestionsPanel)) (err error) {
	p, err := s.shown(r, l)
	if err != nil {
		return err
	}
	if l.Dossier.Format == "" { // it was not written here: nothing is known that would have to be told
		p.Findings = nil
	}
	if p.Watch, err = s.watchPanel(r, watch.KindLISTING, l.ID); err != nil {
		return err
	}
	if p.Questions, err = s.questions(r, l); err != nil {
		return err
	}
	if p.NeedsFit, err = s.needsFit(r, l); err != nil {
		return err
	}
	back(&p.Questions)
	return s.show(w, r, status, page.Listing(p))
}
