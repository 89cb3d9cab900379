package site

import (
	"fmt"
	"net/http"

	"github.com/go-chi/chi/v5"

	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/web/component"
	"github.com/g60-corridor/corridor/web/form"
	"github.com/g60-corridor/corridor/web/page"
)

// ask keeps a challenge for one answer, and sends it to the script.
func (s *Site) ask(w http.ResponseWriter, r *http.Request, c identity.Challenge) error {
	s.challenges.Put(r.Context(), heldChallenge, c.Kept)
	w.Header().Set("Cache-Control", "no-store")
	send(w, "application/json; charset=utf-8", c.Options)
	return nil
}

// answered takes the challenge: whatever comes of the answer, there is no second one.
func (s *Site) answered(r *http.Request) ([]byte, error) {
	kept := s.challenges.GetBytes(r.Context(), heldChallenge)
	if err := s.challenges.Destroy(r.Context()); err != nil {
		return nil, fmt.Errorf("take a challenge: %w", err)
	}
	return kept, nil
}

func (s *Site) offerSignIn(w http.ResponseWriter, r *http.Request) error {
	c, err := s.o.People.OfferSignIn()
	if err != nil {
		return err
	}
	return s.ask(w, r, c)
}

// signInByPasskey takes what the script got from the browser, in a form like any other.
func (s *Site) signInByPasskey(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	p := page.SignInPage{Next: back(f.Get("next"), "/")}
	kept, err := s.answered(r)
	if err != nil {
		return err
	}
	proof, err := s.o.People.SignInByPasskey(r.Context(), kept, []byte(f.Get("answer")), s.Address(r))
	switch fault.Of(err) {
	case fault.Credentials:
		s.log.InfoContext(r.Context(), "passkey", "id", requestID(r.Context()), "refused", fault.In(err).Message)
		p.Fault = "passkey_refused"
		if fault.In(err).Problem == "PASSKEY_LATE" {
			p.Fault = "passkey_late"
		}
		return s.showSignIn(w, r, http.StatusUnauthorized, p)
	case fault.TooMany:
		retryAfter(w, err)
		p.Fault = "sign_in_wait"
		return s.showSignIn(w, r, http.StatusTooManyRequests, p)
	}
	if err != nil {
		return err
	}
	return s.welcome(w, r, proof, identity.ByPasskey, p.Next)
}

var errNotFresh = fault.New(fault.Forbidden, "NOT_FRESH", "")

func (s *Site) offerPasskey(w http.ResponseWriter, r *http.Request) error {
	if !s.fresh(r.Context()) {
		return errNotFresh
	}
	c, err := s.o.People.OfferPasskey(r.Context(), visitor(r).viewer)
	if err != nil {
		return err
	}
	return s.ask(w, r, c)
}

func (s *Site) addPasskey(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	kept, err := s.answered(r)
	if err != nil {
		return err
	}
	if !s.fresh(r.Context()) {
		return errNotFresh
	}
	err = s.o.People.AddPasskey(r.Context(), visitor(r).viewer, f.Get("name"), kept, []byte(f.Get("answer")))
	return s.afterKey(w, r, err, "flash_passkey_added", page.SecurityPage{NewName: f.Get("name")})
}

// afterKey says what came of a form about passkeys: it went well, or the page shows what was wrong with it.
func (s *Site) afterKey(w http.ResponseWriter, r *http.Request, err error, flash string, p page.SecurityPage) error {
	switch fault.Of(err) {
	case fault.Invalid:
		p.Faults, _ = faultsOf(r.Context(), err)
		return s.showSecurity(w, r, http.StatusUnprocessableEntity, p)
	case fault.Credentials, fault.Conflict:
		s.log.InfoContext(r.Context(), "passkey", "id", requestID(r.Context()), "refused", fault.In(err).Message)
		p.Faults = form.Faults{"": component.Problem(r.Context(), fault.In(err).Problem)}
		return s.showSecurity(w, r, http.StatusUnprocessableEntity, p)
	}
	if err != nil {
		return err
	}
	s.flash(w, flash)
	see(w, r, securityPath+"#passkeys")
	return nil
}

func (s *Site) renamePasskey(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	id, err := number(r, chi.URLParam(r, "passkey"))
	if err != nil {
		return err
	}
	err = s.o.People.RenamePasskey(r.Context(), visitor(r).viewer, id, f.Get("name"))
	return s.afterKey(w, r, err, "flash_passkey_renamed", page.SecurityPage{Renamed: id, Name: f.Get("name")})
}

func (s *Site) removePasskey(w http.ResponseWriter, r *http.Request) error {
	id, err := number(r, chi.URLParam(r, "passkey"))
	if err != nil {
		return err
	}
	if !s.fresh(r.Context()) {
		return errNotFresh
	}
	err = s.o.People.RemovePasskey(r.Context(), visitor(r).viewer, id)
	return s.afterKey(w, r, err, "flash_passkey_removed", page.SecurityPage{})
}
