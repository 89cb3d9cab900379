package site

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/web/component"
	"github.com/g60-corridor/corridor/web/locale"
)

// What a session holds.
const (
	heldPerson       = "person"
	heldOrganisation = "organisation"
	heldSince        = "since"
	heldSession      = "session" // its number in the person's list
	heldFresh        = "fresh"   // when he last proved to be himself, in seconds
)

// heldChallenge is what a passkey is to answer. It is held beside the session, not in it: a script asks for one as soon as the
// page for signing in is open, and its answer must not overtake a sign-in and take the session's place in the browser.
const heldChallenge = "challenge"

// A message for the next page has a cookie of its own too: a page that is only read changes no session.
const (
	flashCookie = "corridor-flash"
	flashLife   = 60 // seconds
)

// Cookies of taste, readable by no script and of no worth to anybody.
const (
	languageCookie = "corridor-language"
	themeCookie    = "corridor-theme"
	tasteLife      = 400 * 24 * 3600
)

// visiting is who makes a request.
type visiting struct {
	viewer  identity.Viewer
	address string
}

// key names the visitor for limits.
func (v visiting) key() string {
	if v.viewer.SignedIn() {
		return "person " + strconv.Itoa(v.viewer.PersonID())
	}
	return v.address
}

type visitingKey struct{}

// visitor is who makes the request; nobody where no session was loaded.
func visitor(r *http.Request) visiting {
	v, _ := r.Context().Value(visitingKey{}).(visiting)
	return v
}

// visit finds out who asks, and in which language, and tells the pages.
func (s *Site) visit(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx := r.Context()
		viewer, err := s.o.People.Viewer(ctx, s.proof(ctx))
		if err != nil {
			s.fail(w, r, err)
			return
		}
		if err := s.o.People.Seen(ctx, viewer, s.Address(r)); err != nil {
			s.log.ErrorContext(ctx, "note a session", "error", err) // no reason to show no page
		}
		v := component.Visit{
			Person: viewer.Person, Organisation: viewer.Organisation, Operator: viewer.Operates(), MayBid: viewer.MayBid(), Administers: viewer.Administers(),
			MayList: viewer.MayList() || viewer.Role() == identity.Seller, Answers: viewer.Role() == identity.Seller, Asks: viewer.Role() == identity.Company,
			Theme: themeOf(r), Path: pathOf(r), Demo: s.o.Demo, Now: s.now(),
		}
		if r.Method == http.MethodGet && viewer.SignedIn() {
			if v.Unread, err = s.o.Inbox.Unread(ctx, viewer.PersonID()); err != nil {
				s.fail(w, r, err)
				return
			}
		}
		if r.Method == http.MethodGet {
			v.Flash = s.flashed(w, r)
		}
		ctx = context.WithValue(ctx, visitingKey{}, visiting{viewer, s.Address(r)})
		ctx = locale.With(ctx, languageOf(r, viewer))
		ctx = component.WithVisit(ctx, v)
		h := w.Header()
		h.Add("Vary", "Cookie, Accept-Language")
		h.Set("Cache-Control", "private, no-cache")
		if viewer.SignedIn() {
			h.Set("Cache-Control", "no-store")
		}
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// proof is what the session holds of its sign-in; nothing if it stands in nobody's list.
func (s *Site) proof(ctx context.Context) identity.Proof {
	p := identity.Proof{
		Person: s.sessions.GetInt(ctx, heldPerson), Organisation: s.sessions.GetInt(ctx, heldOrganisation),
		Since: s.sessions.GetInt64(ctx, heldSince), Session: s.sessions.GetInt(ctx, heldSession), Token: s.sessions.Token(ctx),
	}
	if p.Session == 0 {
		return identity.Proof{}
	}
	return p
}

// admit begins a session under a new name, so that a name planted before the sign-in is worth nothing.
func (s *Site) admit(r *http.Request, p identity.Proof, way identity.Way) error {
	ctx := r.Context()
	before := s.sessions.GetInt(ctx, heldSession)
	if err := s.sessions.RenewToken(ctx); err != nil {
		return fmt.Errorf("renew session: %w", err)
	}
	p, err := s.o.People.Begin(ctx, p, identity.Arrival{
		Token: s.sessions.Token(ctx), Way: way, Device: deviceOf(r.UserAgent()), Address: s.Address(r), Until: s.now().Add(sessionLife), Before: before,
	})
	if err != nil {
		return err
	}
	s.hold(ctx, p)
	s.sessions.Put(ctx, heldFresh, s.now().Unix())
	return nil
}

// readmit goes on with a session under a new name: what the old one watched and might bid with ends.
func (s *Site) readmit(ctx context.Context, p identity.Proof) error {
	if err := s.sessions.RenewToken(ctx); err != nil {
		return fmt.Errorf("renew session: %w", err)
	}
	if err := s.o.People.Renew(ctx, p.Session, s.sessions.Token(ctx), s.now().Add(sessionLife)); err != nil {
		return err
	}
	s.hold(ctx, p)
	return nil
}

func (s *Site) hold(ctx context.Context, p identity.Proof) {
	s.sessions.Put(ctx, heldPerson, p.Person)
	s.sessions.Put(ctx, heldOrganisation, p.Organisation)
	s.sessions.Put(ctx, heldSince, p.Since)
	s.sessions.Put(ctx, heldSession, p.Session)
}

// freshFor is how long a proof counts for what a mere session must not do.
const freshFor = 10 * time.Minute

func (s *Site) fresh(ctx context.Context) bool {
	at := time.Unix(s.sessions.GetInt64(ctx, heldFresh), 0)
	return s.now().Sub(at) < freshFor
}

// flash keeps a message, a text's key, for the next page.
func (s *Site) flash(w http.ResponseWriter, key string) { s.keep(w, flashCookie, key, flashLife) }

// flashed takes the message that was kept for this page; "" for none, or for what is no message of ours.
func (s *Site) flashed(w http.ResponseWriter, r *http.Request) string {
	c, err := r.Cookie(flashCookie)
	if err != nil {
		return ""
	}
	s.keep(w, flashCookie, "", 0)
	if !strings.HasPrefix(c.Value, "flash_") || !locale.Has(c.Value) {
		return ""
	}
	return c.Value
}

// Token is the session that a request bears; "" for none. It is a secret.
func (s *Site) Token(r *http.Request) string {
	c, err := r.Cookie(s.sessions.Cookie.Name)
	if err != nil {
		return ""
	}
	return c.Value
}

// Holder returns who is behind a session, for the sockets, which are served outside its middleware.
func (s *Site) Holder(ctx context.Context, token string) (identity.Viewer, error) {
	if token == "" {
		return identity.Viewer{}, nil
	}
	ctx, err := s.sessions.Load(ctx, token)
	if err != nil {
		return identity.Viewer{}, fmt.Errorf("load session: %w", err)
	}
	return s.o.People.Viewer(ctx, s.proof(ctx))
}

// Language is the language of a request's answers.
func (s *Site) Language(r *http.Request, v identity.Viewer) string { return languageOf(r, v).Tag() }

// languageOf: what was chosen in this browser, else what the person chose elsewhere, else what the browser prefers.
func languageOf(r *http.Request, v identity.Viewer) locale.Lang {
	chosen := ""
	if c, err := r.Cookie(languageCookie); err == nil {
		chosen = c.Value
	} else if v.Person != nil {
		chosen = v.Person.Locale
	}
	return locale.Choose(chosen, r.Header.Get("Accept-Language"))
}

func themeOf(r *http.Request) string {
	if c, err := r.Cookie(themeCookie); err == nil && (c.Value == "light" || c.Value == "dark") {
		return c.Value
	}
	return ""
}

// pathOf is the page to come back to. What cannot be asked for again by a link is left out.
func pathOf(r *http.Request) string {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return ""
	}
	return r.URL.RequestURI()
}

// back is a path of this site to go to, from a form or a query; otherwise if it is none.
func back(to, otherwise string) string {
	u, err := url.Parse(to)
	if err != nil || u.IsAbs() || u.Host != "" || u.User != nil || !strings.HasPrefix(to, "/") ||
		strings.HasPrefix(to, "//") || strings.ContainsAny(to, "\\\r\n\t") {
		return otherwise
	}
	return to
}
