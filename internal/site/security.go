package site

import (
	"errors"
	"net/http"
	"net/url"

	"github.com/go-chi/chi/v5"

	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/web/form"
	"github.com/g60-corridor/corridor/web/locale"
	"github.com/g60-corridor/corridor/web/page"
)

const securityPath = "/me/security"

// securityTable holds the ways in, and what a person sees and changes of his own.
func (s *Site) securityTable() []route {
	return []route{
		{"GET", "/recover", anyone, s.recoverPage},
		{"POST", "/recover", anyone, s.askRecovery},
		{"GET", "/recover/{ticket}", anyone, s.recovery}, // the secret of a letter
		{"POST", "/recover/{ticket}", anyone, s.recover},
		{"POST", "/sign-in/passkey/options", anyone, s.offerSignIn},
		{"POST", "/sign-in/passkey", anyone, s.signInByPasskey},

		{"GET", securityPath, people, s.security}, // his own only, as all that follow
		{"POST", "/me/password", people, s.changePassword},
		{"POST", "/me/security/confirm", people, s.confirm},
		{"POST", "/me/security/sessions/end", people, s.endSession},
		{"POST", "/me/security/sessions/end-others", people, s.endOthers},
		{"POST", "/me/security/passkeys/options", people, s.offerPasskey},
		{"POST", "/me/security/passkeys", people, s.addPasskey},
		{"POST", "/me/security/passkeys/{passkey}/name", people, s.renamePasskey},
		{"POST", "/me/security/passkeys/{passkey}/remove", people, s.removePasskey},
		{"GET", "/me/activity", people, s.activity},
	}
}

func (s *Site) security(w http.ResponseWriter, r *http.Request) error {
	return s.showSecurity(w, r, http.StatusOK, page.SecurityPage{})
}

// showSecurity fills in what is known; p holds what a form said and what was wrong with it.
func (s *Site) showSecurity(w http.ResponseWriter, r *http.Request, status int, p page.SecurityPage) (err error) {
	ctx, v := r.Context(), visitor(r).viewer
	if p.Sessions, err = s.o.People.Sessions(ctx, v); err != nil {
		return err
	}
	if p.Keys, err = s.o.People.Passkeys(ctx, v); err != nil {
		return err
	}
	p.Password, p.Demo, p.Passkeys, p.Fresh, p.Device = v.Password, v.Person.Demo, s.o.People.TakesPasskeys(), s.fresh(ctx), deviceOf(r.UserAgent())
	return s.show(w, r, status, page.Security(p))
}

// changePassword asks for the old password, and ends all other sessions of the person.
func (s *Site) changePassword(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	v := visitor(r).viewer
	proof, ended, err := s.o.People.ChangePassword(r.Context(), v, identity.NewPassword{
		Old: f.Get("old"), New: f.Get("new"), Fresh: s.fresh(r.Context()), Peer: s.Address(r),
	})
	if faults, ok := s.wrongPassword(w, r, "old", err); ok {
		return s.showSecurity(w, r, statusOfPassword(err), page.SecurityPage{Faults: faults})
	}
	if err != nil {
		return err
	}
	if err := s.readmit(r.Context(), proof); err != nil {
		return err
	}
	s.signedOut(s.Token(r))
	s.endSockets(ended)
	s.flash(w, "flash_password")
	see(w, r, securityPath)
	return nil
}

// wrongPassword says under a field that a password is wrong, or what is wrong with a new one.
func (s *Site) wrongPassword(w http.ResponseWriter, r *http.Request, field string, err error) (form.Faults, bool) {
	switch fault.Of(err) {
	case fault.Credentials:
		return form.Faults{field: locale.T(r.Context(), "password_wrong")}, true
	case fault.TooMany:
		retryAfter(w, err)
		return form.Faults{field: locale.T(r.Context(), "sign_in_wait")}, true
	case fault.Invalid:
		return faultsOf(r.Context(), err)
	}
	return nil, false
}

func statusOfPassword(err error) int {
	if fault.Of(err) == fault.TooMany {
		return http.StatusTooManyRequests
	}
	return http.StatusUnprocessableEntity
}

// retryAfter says how long somebody has to wait.
func retryAfter(w http.ResponseWriter, err error) {
	var soon *identity.TooSoon
	if errors.As(err, &soon) {
		w.Header().Set("Retry-After", seconds(soon.Wait))
	}
}

// confirm asks for the password once more, before what a mere session must not do.
func (s *Site) confirm(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	err = s.o.People.Confirm(r.Context(), visitor(r).viewer, f.Get("password"), s.Address(r))
	if faults, ok := s.wrongPassword(w, r, "password", err); ok {
		return s.showSecurity(w, r, statusOfPassword(err), page.SecurityPage{Faults: faults})
	}
	if err != nil {
		return err
	}
	s.sessions.Put(r.Context(), heldFresh, s.now().Unix())
	see(w, r, securityPath+"#passkeys")
	return nil
}

func (s *Site) endSession(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	id, err := number(r, f.Get("session"))
	if err != nil {
		return err
	}
	v := visitor(r).viewer
	if id == v.SessionID() {
		return s.signOut(w, r)
	}
	ended, err := s.o.People.EndSession(r.Context(), v, id)
	if fault.Of(err) == fault.NotFound && err != nil { // ended already, in another window or by itself
		see(w, r, securityPath)
		return nil
	}
	if err != nil {
		return err
	}
	s.endSockets(ended)
	s.flash(w, "flash_session_ended")
	see(w, r, securityPath)
	return nil
}

func (s *Site) endOthers(w http.ResponseWriter, r *http.Request) error {
	ended, err := s.o.People.EndOthers(r.Context(), visitor(r).viewer)
	if err != nil {
		return err
	}
	s.endSockets(ended)
	s.flash(w, "flash_sessions_ended")
	see(w, r, securityPath)
	return nil
}

// endSockets ends at once what sessions hold open on this node; on others it ends when they next look.
func (s *Site) endSockets(ended identity.Ended) {
	if s.o.EndSockets != nil && len(ended) > 0 {
		s.o.EndSockets(ended.Has)
	}
}

func (s *Site) recoverPage(w http.ResponseWriter, r *http.Request) error {
	return s.show(w, r, http.StatusOK, page.Recover(page.RecoverPage{Asked: r.URL.Query().Get("asked") != ""}))
}

// askRecovery answers the same whether or not somebody has the address.
func (s *Site) askRecovery(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	p := page.RecoverPage{Email: f.Get("email")}
	err = s.o.People.AskRecovery(r.Context(), p.Email, s.Address(r), locale.Of(r.Context()))
	switch fault.Of(err) {
	case fault.Invalid:
		p.Faults, _ = faultsOf(r.Context(), err)
		return s.show(w, r, http.StatusUnprocessableEntity, page.Recover(p))
	case fault.TooMany:
		retryAfter(w, err)
		p.Faults = form.Faults{"email": locale.T(r.Context(), "recover_wait")}
		return s.show(w, r, http.StatusTooManyRequests, page.Recover(p))
	}
	if err != nil {
		return err
	}
	see(w, r, "/recover?asked=yes")
	return nil
}

// recovery is where the letter leads. It may be opened by a machine that looks at mail: only the form uses the link up.
func (s *Site) recovery(w http.ResponseWriter, r *http.Request) error {
	return s.showRecovery(w, r, http.StatusOK, nil)
}

func (s *Site) showRecovery(w http.ResponseWriter, r *http.Request, status int, faults form.Faults) error {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Robots-Tag", "noindex")
	secret := chi.URLParam(r, "ticket")
	email, err := s.o.People.LookRecovery(r.Context(), secret)
	if err != nil && fault.Of(err) == fault.NotFound {
		return s.show(w, r, http.StatusNotFound, page.Recover(page.RecoverPage{Void: true}))
	}
	if err != nil {
		return err
	}
	return s.show(w, r, status, page.NewPassword(page.NewPasswordPage{Email: email, Action: identity.RecoverPath + url.PathEscape(secret), Faults: faults}))
}

func (s *Site) recover(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	ended, err := s.o.People.Recover(r.Context(), chi.URLParam(r, "ticket"), f.Get("password"), s.Address(r))
	switch {
	case err == nil:
	case fault.Of(err) == fault.NotFound:
		return s.showRecovery(w, r, http.StatusNotFound, nil)
	case fault.Of(err) == fault.Invalid:
		faults, _ := faultsOf(r.Context(), err)
		return s.showRecovery(w, r, http.StatusUnprocessableEntity, faults)
	default:
		return err
	}
	s.endSockets(ended)
	s.flash(w, "flash_recovered")
	see(w, r, "/sign-in")
	return nil
}

func (s *Site) activity(w http.ResponseWriter, r *http.Request) error {
	kind := identity.ActivityKind(r.URL.Query().Get("kind"))
	a, err := s.o.People.Activity(r.Context(), visitor(r).viewer, kind, pageOf(r))
	if err != nil {
		return err
	}
	return s.show(w, r, http.StatusOK, page.Activity(page.ActivityPage{Kind: kind, Activity: a}))
}
