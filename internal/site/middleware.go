package site

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"net"
	"net/http"
	"net/netip"
	"runtime/debug"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"

	"github.com/g60-corridor/corridor/internal/fault"
)

type requestKey struct{}

// number gives each request a name, which the log and the page of an error show.
func (s *Site) number(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var b [8]byte
		_, _ = rand.Read(b[:]) // crypto/rand never fails
		id := hex.EncodeToString(b[:])
		w.Header().Set("X-Request-ID", id)
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), requestKey{}, id)))
	})
}

func requestID(ctx context.Context) string {
	id, _ := ctx.Value(requestKey{}).(string)
	return id
}

// measure writes one line for each request: which route, never which query, cookie or form.
func (s *Site) measure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/live" { // a socket lasts for hours and needs the writer as it is
			next.ServeHTTP(w, r)
			return
		}
		begin := s.o.Now()
		seen := middleware.NewWrapResponseWriter(w, r.ProtoMajor)
		next.ServeHTTP(seen, r)
		took := s.o.Now().Sub(begin)
		pattern := chi.RouteContext(r.Context()).RoutePattern()
		status := seen.Status()
		if status == 0 {
			status = http.StatusOK
		}
		s.figures.request(r.Method, pattern, status, took)
		s.log.LogAttrs(r.Context(), levelOf(status), "request", requestAttrs(r, pattern, status, seen.BytesWritten(), took)...)
	})
}

// policy is strict: nothing inline, nothing from elsewhere.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
	"connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

func (s *Site) secure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()")
		if s.o.Secure {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		next.ServeHTTP(w, r)
	})
}

// survive keeps a defect in one request from ending the house.
func (s *Site) survive(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			p := recover()
			if p == nil {
				return
			}
			if p == http.ErrAbortHandler { //nolint:errorlint // net/http compares it so
				panic(p)
			}
			s.log.ErrorContext(r.Context(), "panic", "id", requestID(r.Context()), "panic", p, "stack", string(debug.Stack()))
			s.fail(w, r, errPanic)
		}()
		next.ServeHTTP(w, r)
	})
}

var errPanic = fault.New(fault.Internal, "", "panic")

// sameOrigin refuses what another site's page sends in a visitor's name.
func (s *Site) sameOrigin(next http.Handler) http.Handler {
	guard := http.NewCrossOriginProtection()
	guard.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.fail(w, r, fault.New(fault.CrossOrigin, "", ""))
	}))
	return guard.Handler(next)
}

// address is where a request comes from.
func (s *Site) address(r *http.Request) (string, error) { return s.Address(r), nil }

// Address is the network address that a client counts under. Behind our own proxy it is the last one that the proxy has written down:
// what stands before that anybody may have made up.
func (s *Site) Address(r *http.Request) string {
	if s.o.TrustProxy {
		if forwarded := r.Header.Values("X-Forwarded-For"); len(forwarded) > 0 {
			hops := strings.Split(forwarded[len(forwarded)-1], ",")
			if ip, err := netip.ParseAddr(strings.TrimSpace(hops[len(hops)-1])); err == nil {
				return network(ip)
			}
		}
	}
	from, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return network(from.Addr())
}

// network is what one client cannot change at will: the address under IPv4, under IPv6 the /64 that everybody is given.
func network(ip netip.Addr) string {
	if ip = ip.Unmap().WithZone(""); ip.Is4() {
		return ip.String()
	}
	return netip.PrefixFrom(ip, 64).Masked().String()
}

// atHome says whether a request comes from this very machine and through no proxy.
func (s *Site) atHome(r *http.Request) bool {
	if s.o.TrustProxy {
		return false
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	ip := net.ParseIP(host)
	return err == nil && ip != nil && ip.IsLoopback() && r.Header.Get("X-Forwarded-For") == "" && r.Header.Get("Forwarded") == ""
}

func (s *Site) now() time.Time { return s.o.Now() }
