package site

import (
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/g60-corridor/corridor/internal/fault"
)

// figures are what the site counts of itself.
type figures struct {
	took    *prometheus.HistogramVec
	handler http.Handler
}

func newFigures(r *prometheus.Registry) figures {
	f := figures{took: prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "corridor_http_request_seconds", Help: "How long requests took, by method, route and status.",
		Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5},
	}, []string{"method", "route", "status"})}
	r.MustRegister(f.took)
	f.handler = promhttp.HandlerFor(r, promhttp.HandlerOpts{})
	return f
}

func (f figures) request(method, route string, status int, took time.Duration) {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost:
	default:
		method = "other" // what a client makes up must not make up new series
	}
	f.took.WithLabelValues(method, route, strconv.Itoa(status)).Observe(took.Seconds())
}

func levelOf(status int) slog.Level {
	if status >= http.StatusInternalServerError {
		return slog.LevelWarn
	}
	return slog.LevelDebug
}

func requestAttrs(r *http.Request, route string, status, bytes int, took time.Duration) []slog.Attr {
	return []slog.Attr{
		slog.String("id", requestID(r.Context())), slog.String("method", r.Method), slog.String("route", route),
		slog.Int("status", status), slog.Int("bytes", bytes), slog.Duration("took", took),
	}
}

// metrics answers machines on this very host, and operators.
func (s *Site) metrics(w http.ResponseWriter, r *http.Request) error {
	if v := visitor(r).viewer; !s.atHome(r) && !v.Operates() {
		if !v.SignedIn() {
			return fault.New(fault.SignIn, "", "")
		}
		return fault.New(fault.Forbidden, "", "")
	}
	s.figures.handler.ServeHTTP(w, r)
	return nil
}
