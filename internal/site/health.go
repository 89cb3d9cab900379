package site

import (
	"context"
	"net/http"
	"time"
)

// healthz says that the process answers.
func (s *Site) healthz(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	send(w, "text/plain; charset=utf-8", []byte("ok\n"))
}

const readyWait = 2 * time.Second

// readyz says that bids and pages can be served.
func (s *Site) readyz(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), readyWait)
	defer cancel()
	w.Header().Set("Cache-Control", "no-store")
	if err := s.o.Ready(ctx); err != nil {
		s.log.WarnContext(ctx, "not ready", "error", err)
		http.Error(w, "not ready", http.StatusServiceUnavailable)
		return
	}
	send(w, "text/plain; charset=utf-8", []byte("ready\n"))
}
