package site

import (
	"net/http"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
	"github.com/go-chi/httprate"

	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/web"
)

// How much one address or person may ask for. Whole halls sit behind one address, so the limit by address is wide.
const (
	perAddress = 1500 // requests in ten seconds
	signIns    = 30   // attempts in a minute from one address
	challenges = 120  // for passkeys: each page of sign-in asks for one
	bids       = 200  // in ten seconds by one person
	records    = 120  // in a minute by one address or person: each is a whole log, made anew
	needPosts  = 60   // needs saved and answered in a minute by one person
	uploads    = 30   // files in a minute by one person
	bodyMost   = 64 << 10
	sheetMost  = 512 << 10 // of the one form that holds long texts
	zipLevel   = 5
)

func (s *Site) routes() *chi.Mux {
	root := chi.NewRouter()
	root.Use(middleware.GetHead, s.number, s.measure, s.secure, s.survive)
	root.Handle("/static/*", web.Static())
	root.Get("/healthz", s.healthz)
	root.Get("/readyz", s.readyz)
	if s.o.Live != nil {
		// Outside the sessions: their writer cannot be hijacked. Each handshake looks into the database.
		root.With(s.limit(perAddress, 10*time.Second, s.address)).Method(http.MethodGet, "/live", s.o.Live)
	}
	pages := chi.NewRouter()
	pages.Use(middleware.Compress(zipLevel, "text/html", "application/json", "text/calendar"),
		s.limit(perAddress, 10*time.Second, s.address), bounded, legibly, s.sessions.LoadAndSave, s.challenges.LoadAndSave, s.visit, s.sameOrigin)
	for _, r := range s.table() {
		pages.With(s.brakes(r)...).Method(r.method, r.pattern, s.guard(r))
	}
	pages.NotFound(func(w http.ResponseWriter, r *http.Request) { s.fail(w, r, fault.New(fault.NotFound, "", "")) })
	pages.MethodNotAllowed(func(w http.ResponseWriter, r *http.Request) { s.fail(w, r, fault.New(fault.WrongMethod, "", "")) })
	root.Mount("/", pages)
	return root
}

// brakes are the stricter limits of the doors that are worth forcing.
func (s *Site) brakes(r route) []func(http.Handler) http.Handler {
	switch r.pattern {
	case "/sign-in", "/demo/sign-in", "/me/password", "/sign-in/passkey", "/recover", "/recover/{ticket}", "/me/security/confirm", identity.SignUpPath, "/sign-up/{ticket}", "/invitations/{secret}/account":
		if r.method == http.MethodPost {
			return []func(http.Handler) http.Handler{s.limit(signIns, time.Minute, s.address)}
		}
	case "/sign-in/passkey/options", "/me/security/passkeys/options":
		return []func(http.Handler) http.Handler{s.limit(challenges, time.Minute, s.address)}
	case "/lots/{id}/bids":
		return []func(http.Handler) http.Handler{s.limit(bids, 10*time.Second, byVisitor)}
	case "/needs/{id}/answers", needPath, needPath + "/{id}", needPath + "/{id}/answers":
		if r.method == http.MethodPost {
			return []func(http.Handler) http.Handler{s.limit(needPosts, time.Minute, byVisitor)}
		}
	case importPath, "/seller/listings/{id}/documents", "/seller/listings/{id}/documents/{document}/file", mandatesPath:
		if r.method == http.MethodPost {
			return []func(http.Handler) http.Handler{s.limit(uploads, time.Minute, byVisitor)}
		}
	case "/lots/{id}/record.json":
		return []func(http.Handler) http.Handler{s.limit(records, time.Minute, byVisitor)}
	}
	return nil
}

func byVisitor(r *http.Request) (string, error) { return visitor(r).key(), nil }

func (s *Site) limit(requests int, within time.Duration, by httprate.KeyFunc) func(http.Handler) http.Handler {
	return httprate.LimitBy(requests, within, by, httprate.WithLimitHandler(
		func(w http.ResponseWriter, r *http.Request) { s.fail(w, r, fault.New(fault.TooMany, "", "")) }))
}

// guard lets in whom the table names.
func (s *Site) guard(rt route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		err := rt.who.refuses(visitor(r).viewer)
		if err == nil {
			err = rt.do(w, r)
		}
		if err != nil {
			s.fail(w, r, err)
		}
	})
}

// bounded refuses bodies that no form of ours has.
func bounded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, bodyLimit(r.URL.Path))
		next.ServeHTTP(w, r)
	})
}

// bodyLimit is the most that the form of a path may hold.
func bodyLimit(path string) int64 {
	switch {
	case path == importPath:
		return uploadMost
	case takesPapers(path):
		return papersMost
	case takesObjections(path):
		return objectionsMost
	case path == mandatesPath, withPaper(path):
		return paperBody
	case strings.HasPrefix(path, "/seller/listings/"), strings.HasPrefix(path, needPath):
		return sheetMost
	}
	return bodyMost
}
