package site

import (
	"net/http"
	"slices"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/feed"
	"github.com/g60-corridor/corridor/internal/identity"
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
	p.Passkeys = s.o.People.TakesPasskeys()
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
		retryAfter(w, err)
		return s.showSignIn(w, r, http.StatusTooManyRequests, p)
	}
	if err != nil {
		return err
	}
	return s.welcome(w, r, proof, identity.ByPassword, p.Next)
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
	return s.welcome(w, r, proof, identity.ByDemo, back(f.Get("next"), "/"))
}

func (s *Site) welcome(w http.ResponseWriter, r *http.Request, proof identity.Proof, way identity.Way, next string) error {
	if way != identity.ByDemo { // there one visitor is everybody
		if err := s.noticed(r.Context(), w, r, proof.Organisation); err != nil {
			return err
		}
	}
	if err := s.admit(r, proof, way); err != nil {
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
	if err := s.o.People.SignOut(r.Context(), visitor(r).viewer); err != nil {
		return err
	}
	if err := s.sessions.Destroy(r.Context()); err != nil {
		return err
	}
	s.signedOut(token)
	see(w, r, "/")
	return nil
}

func (s *Site) account(w http.ResponseWriter, r *http.Request) error {
	return s.showAccount(w, r, http.StatusOK, visitor(r).viewer.Person.Orcid, nil)
}

// setORCID keeps the person's own ORCID iD.
func (s *Site) setORCID(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	if err := s.o.People.SetORCID(r.Context(), visitor(r).viewer, f.Get("orcid")); err != nil {
		faults, ok := faultsOf(r.Context(), err)
		if !ok {
			return err
		}
		return s.showAccount(w, r, status(fault.Of(err)), f.Get("orcid"), faults)
	}
	s.flash(w, "flash_orcid")
	see(w, r, "/me")
	return nil
}

func (s *Site) showAccount(w http.ResponseWriter, r *http.Request, status int, orcid string, faults form.Faults) error {
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
	if !v.MaySeeMoney() {
		for _, reg := range registrations {
			reg.DepositHeldFen = 0
		}
	}
	var memberships []*ent.Membership
	if v.Person != nil {
		memberships = v.Person.Edges.Memberships
	}
	return s.show(w, r, status, page.Account(page.AccountPage{Memberships: memberships, Registrations: registrations, Orcid: orcid, Faults: faults}))
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
	if err := s.readmit(r.Context(), proof); err != nil {
		return err
	}
	if err := s.o.People.Switched(r.Context(), visitor(r).viewer, id); err != nil {
		return err
	}
	s.signedOut(s.Token(r))
	s.flash(w, "flash_organisation")
	see(w, r, "/me")
	return nil
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
	s.keep(w, languageCookie, string(lang), tasteLife)
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
	s.keep(w, themeCookie, theme, tasteLife)
	see(w, r, back(f.Get("back"), "/"))
	return nil
}

// keep has the browser remember something of no secrecy for so many seconds; an empty one is forgotten.
func (s *Site) keep(w http.ResponseWriter, name, value string, life int) {
	c := &http.Cookie{Name: name, Value: value, Path: "/", MaxAge: life, HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: s.o.Secure}
	if value == "" {
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
}
