package site

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/go-chi/chi/v5"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/authority"
	"github.com/g60-corridor/corridor/internal/dataroom"
	"github.com/g60-corridor/corridor/internal/enquiry"
	"github.com/g60-corridor/corridor/internal/feed"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/inbox"
	"github.com/g60-corridor/corridor/internal/market"
	"github.com/g60-corridor/corridor/internal/needs"
	"github.com/g60-corridor/corridor/internal/project"
	"github.com/g60-corridor/corridor/internal/proof"
	"github.com/g60-corridor/corridor/internal/watch"
)

// Saleroom takes bids. Of an error it is not known whether the bid counts, unless it is a fault.Error that says so.
type Saleroom interface {
	Submit(ctx context.Context, lot auction.LotID, c auction.Command) (e auction.Entry, repeated bool, err error)
}

// Gallery shows where a lot stands: to everybody, and with a paddle what that bidder holds and his newest attempts, the
// oldest first.
type Gallery interface {
	Look(ctx context.Context, lot auction.LotID, paddle auction.Paddle) (feed.Frame, *feed.Holding, []feed.OwnRow, error)
}

// Archive keeps the logs and the signatures under those that have ended.
type Archive interface {
	Read(ctx context.Context, lot auction.LotID, after auction.Seq, limit int) ([]auction.Entry, error)
	Seal(ctx context.Context, lot auction.LotID) (proof.Signature, error)
}

// Options say what the site works with. All are required but Live, SignedOut, EndSockets, Changed, Metrics and Log.
type Options struct {
	People    *identity.Service
	Market    *market.Service
	Projects  *project.Service
	Needs     *needs.Service // nil: the market knows no needs
	Search    Search
	Inbox     *inbox.Service
	Saleroom  Saleroom
	Gallery   Gallery
	Archive   Archive
	Vault     *proof.Vault
	Sessions  scs.Store
	Live      http.Handler // GET /live
	Ready     func(context.Context) error
	Metrics   *prometheus.Registry
	Now       func() time.Time
	Log       *slog.Logger
	Authority *authority.Service
	Rooms     *dataroom.Service
	Watch     *watch.Service
	Enquiry   *enquiry.Service

	SignedOut  func(session string)                  // a session has ended, and what it holds open ends with it
	EndSockets func(ended func(session string) bool) // so have these
	Changed    func()                                // what somebody may do has changed: what is open is looked at again

	Demo       bool // offers to sign in as an invented person
	Secure     bool // served over https: cookies and a strict transport rule say so
	TrustProxy bool // one proxy of ours stands in front and names the client in X-Forwarded-For
}

// Site is the http.Handler of the whole house.
type Site struct {
	o          Options
	log        *slog.Logger
	sessions   *scs.SessionManager
	challenges *scs.SessionManager // what passkeys are to answer, each for one answer
	mux        *chi.Mux
	figures    figures
}

// sessionLife is how long a sign-in holds. Bidders sit through long sales.
const sessionLife = 24 * time.Hour

// New builds the site.
func New(o Options) *Site {
	s := &Site{o: o, log: o.Log}
	if s.log == nil {
		s.log = slog.Default()
	}
	if s.o.Metrics == nil {
		s.o.Metrics = prometheus.NewRegistry()
	}
	s.figures = newFigures(s.o.Metrics)
	s.sessions = s.holder("corridor", sessionLife)
	s.challenges = s.holder("corridor-passkey", identity.ChallengeLife)
	s.mux = s.routes()
	return s
}

// holder keeps in the store what belongs to a browser, under a secret name that a cookie bears.
func (s *Site) holder(cookie string, life time.Duration) *scs.SessionManager {
	m := scs.New()
	m.Store = s.o.Sessions
	m.Lifetime = life
	m.HashTokenInStore = true
	m.ErrorFunc = func(w http.ResponseWriter, r *http.Request, err error) { s.fail(w, r, err) }
	c := &m.Cookie
	c.Name, c.HttpOnly, c.SameSite, c.Secure, c.Path, c.Persist = cookieName(cookie, s.o.Secure), true, http.SameSiteLaxMode, s.o.Secure, "/", true
	return m
}

// cookieName: a browser lets nobody but this very host over https set a cookie with the prefix.
func cookieName(name string, secure bool) string {
	if secure {
		return "__Host-" + name
	}
	return name
}

// Routes are all routes, for tests that look at each.
func (s *Site) Routes() chi.Routes { return s.mux }

// ServeHTTP serves.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }
