package site

import (
	"errors"
	"net/http"
	"slices"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/feed"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/web/component"
	"github.com/g60-corridor/corridor/web/form"
	"github.com/g60-corridor/corridor/web/locale"
	"github.com/g60-corridor/corridor/web/page"
)

func newestFirst(rows []feed.OwnRow) {
	slices.SortFunc(rows, func(a, b feed.OwnRow) int { return int(b.Own - a.Own) })
}

func (s *Site) signInPage(w http.ResponseWriter, r *http.Request) error {
	return s.showSignIn(w, r, http.StatusOK, page.SignInPage{Next: back(r.URL.Query().Get("next"), "/")})
}

func (s *Site) showSignIn(w http.ResponseWriter, r *http.Request, status int, p page.SignInPage) error {
	if s.o.Demo {
		people, err := s.o.People.DemoPeople(r.Context())
		if err != nil {
			return err
		}
		p.People = people
	}
	w.Header().Set("Cache-Control", "no-store")
	return s.show(w, r, status, page.SignIn(p))
}

func (s *Site) signIn(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	p := page.SignInPage{Email: f.Get("email"), Next: back(f.Get("next"), "/")}
	proof, err := s.o.People.SignIn(r.Context(), p.Email, f.Get("password"), s.Address(r))
	switch fault.Of(err) {
	case fault.Credentials:
		p.Fault = "sign_in_wrong"
		return s.showSignIn(w, r, http.StatusUnauthorized, p)
	case fault.TooMany:
		p.Fault = "sign_in_wait"
		var soon *identity.TooSoon
		if errors.As(err, &soon) {
			w.Header().Set("Retry-After", seconds(soon.Wait))
		}
		return s.showSignIn(w, r, http.StatusTooManyRequests, p)
	}
	if err != nil {
		return err
	}
	return s.welcome(w, r, proof, p.Next)
}

// demoSignIn is one click in the demo. The route does not exist elsewhere.
func (s *Site) demoSignIn(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	proof, err := s.o.People.SignInDemo(r.Context(), f.Get("email"))
	if err != nil {
		return err
	}
	return s.welcome(w, r, proof, back(f.Get("next"), "/"))
}

func (s *Site) welcome(w http.ResponseWriter, r *http.Request, proof identity.Proof, next string) error {
	if err := s.admit(r.Context(), proof); err != nil {
		return err
	}
	s.signedOut(s.Token(r)) // the session that was before
	see(w, r, next)
	return nil
}

func (s *Site) signedOut(token string) {
	if s.o.SignedOut != nil && token != "" {
		s.o.SignedOut(token)
	}
}

func (s *Site) signOut(w http.ResponseWriter, r *http.Request) error {
	token := s.Token(r)
	if err := s.sessions.Destroy(r.Context()); err != nil {
		return err
	}
	s.signedOut(token)
	see(w, r, "/")
	return nil
}

func (s *Site) account(w http.ResponseWriter, r *http.Request) error {
	return s.showAccount(w, r, http.StatusOK, nil)
}

func (s *Site) showAccount(w http.ResponseWriter, r *http.Request, status int, faults form.Faults) error {
	v := visitor(r).viewer
	registrations, err := s.o.Market.MyRegistrations(r.Context(), v)
	if err != nil {
		return err
	}
	if !v.MayBid() { // the code belongs to him who holds the mandate
		for _, reg := range registrations {
			reg.Paddle = ""
		}
	}
	var memberships []*ent.Membership
	if v.Person != nil {
		memberships = v.Person.Edges.Memberships
	}
	return s.show(w, r, status, page.Account(page.AccountPage{Memberships: memberships, Registrations: registrations, Faults: faults}))
}

// actFor lets a person of several organisations act for another of them, in a session of a new name: what the old one
// watched and might bid with ends.
func (s *Site) actFor(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	id, err := number(r, f.Get("organisation"))
	if err != nil {
		return fault.OfFields([]fault.Field{{Name: "organisation", Problem: "UNKNOWN_VALUE"}})
	}
	proof, err := visitor(r).viewer.For(s.proof(r.Context()), id)
	if err != nil {
		return err
	}
	s.flash(r, "flash_organisation")
	return s.welcome(w, r, proof, "/me")
}

// changePassword asks for the old password, and ends all other sessions of the person.
func (s *Site) changePassword(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	v := visitor(r).viewer
	if _, err := s.o.People.SignIn(r.Context(), v.Person.Email, f.Get("old"), s.Address(r)); err != nil {
		switch fault.Of(err) {
		case fault.Credentials:
			return s.showAccount(w, r, http.StatusUnprocessableEntity, form.Faults{"old": locale.T(r.Context(), "sign_in_wrong")})
		case fault.TooMany:
			return s.showAccount(w, r, http.StatusTooManyRequests, form.Faults{"old": locale.T(r.Context(), "sign_in_wait")})
		}
		return err
	}
	if err := identity.CheckPassword(f.Get("new")); err != nil {
		faults := fault.In(err).Fields
		faults[0].Name = "new"
		return s.showAccount(w, r, http.StatusUnprocessableEntity, component.Sentences(r.Context(), faults))
	}
	if err := s.o.People.SetPassword(r.Context(), v.PersonID(), f.Get("new")); err != nil {
		return err
	}
	proof, err := s.o.People.SignIn(r.Context(), v.Person.Email, f.Get("new"), s.Address(r))
	if err != nil {
		return err
	}
	s.flash(r, "flash_password")
	return s.welcome(w, r, proof, "/me")
}

func (s *Site) setLanguage(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	lang := locale.Lang(f.Get("language"))
	if !slices.Contains(locale.Langs, lang) {
		return fault.OfFields([]fault.Field{{Name: "language", Problem: "UNKNOWN_VALUE"}})
	}
	if v := visitor(r).viewer; v.SignedIn() && !v.Person.Demo {
		if err := s.o.People.SetLocale(r.Context(), v.PersonID(), string(lang)); err != nil {
			return err
		}
	}
	s.keep(w, languageCookie, string(lang))
	see(w, r, back(f.Get("back"), "/"))
	return nil
}

func (s *Site) setTheme(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	theme := f.Get("theme")
	if theme != "" && theme != "light" && theme != "dark" {
		return fault.OfFields([]fault.Field{{Name: "theme", Problem: "UNKNOWN_VALUE"}})
	}
	s.keep(w, themeCookie, theme)
	see(w, r, back(f.Get("back"), "/"))
	return nil
}

// keep remembers a matter of taste; an empty one is forgotten.
func (s *Site) keep(w http.ResponseWriter, name, value string) {
	c := &http.Cookie{Name: name, Value: value, Path: "/", MaxAge: tasteLife, HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: s.o.Secure}
	if value == "" {
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
}
