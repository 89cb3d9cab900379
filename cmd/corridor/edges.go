package main

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"sync"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/feed"
	"github.com/g60-corridor/corridor/internal/hub"
	"github.com/g60-corridor/corridor/internal/live"
	"github.com/g60-corridor/corridor/internal/saleroom"
	"github.com/g60-corridor/corridor/internal/site"
)

// edges joins the site, which knows sessions, with the sockets, which know lots.
type edges struct {
	*house
	site    *site.Site
	sockets *live.Server

	mu        sync.Mutex
	standings map[string]string // of those with open sockets when they came, by session; guarded by mu
}

func (e *edges) authenticate(r *http.Request) (live.Viewer, error) {
	token := e.site.Token(r)
	v, err := e.site.Holder(r.Context(), token)
	if err != nil {
		return live.Viewer{}, err
	}
	out := live.Viewer{Locale: e.site.Language(r, v)}
	if v.SignedIn() {
		out.Person, out.Session = int64(v.PersonID()), token
		standing, err := e.people.Standing(r.Context(), v)
		if err != nil {
			return live.Viewer{}, err
		}
		e.mu.Lock()
		defer e.mu.Unlock()
		if e.standings == nil {
			e.standings = map[string]string{}
		}
		if _, here := e.standings[token]; !here { // an older socket of the session must still end if it has changed since
			e.standings[token] = standing
		}
	}
	return out, nil
}

// Paddle implements live.Bidders.
func (e *edges) Paddle(ctx context.Context, v live.Viewer, lot auction.LotID) (auction.Paddle, error) {
	holder, err := e.site.Holder(ctx, v.Session)
	if err != nil {
		return "", err
	}
	return e.market.Paddle(ctx, holder, int(lot))
}

// ended says which sessions hold nobody any more, or somebody who may not do what he might when he came: who was removed
// from his organisation, has another role or no power of attorney.
func (e *edges) ended(ctx context.Context, sessions []string) ([]string, error) {
	e.mu.Lock()
	before := maps.Clone(e.standings)
	e.mu.Unlock()
	var over []string
	now := map[string]string{}
	for _, token := range sessions {
		v, err := e.site.Holder(ctx, token)
		if err != nil {
			return nil, err
		}
		if !v.SignedIn() {
			over = append(over, token)
			continue
		}
		if now[token], err = e.people.Standing(ctx, v); err != nil {
			return nil, err
		}
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	for token, was := range before { // who came meanwhile stays
		if is, open := now[token]; !open {
			delete(e.standings, token)
		} else if is != was {
			over = append(over, token) // his browser comes back and is seen as who he is
			delete(e.standings, token)
		}
	}
	return over, nil
}

func (e *edges) ready(ctx context.Context) error { return e.db.Ping(ctx) }

// socketCode is what the socket is told of the saleroom's errors.
func socketCode(err error) live.Code {
	switch {
	case errors.Is(err, saleroom.ErrUnknownLot):
		return live.UnknownLot
	case errors.Is(err, saleroom.ErrBusy), errors.Is(err, saleroom.ErrClosed): // not taken
		return live.Busy
	case errors.Is(err, saleroom.ErrUnavailable), errors.Is(err, saleroom.ErrBroken), errors.Is(err, auction.ErrUnknown):
		return live.UnknownOutcome
	}
	return ""
}

// formBids is the saleroom as the site knows it.
type formBids struct{ floor *saleroom.Floor }

func (f formBids) Submit(ctx context.Context, lot auction.LotID, c auction.Command) (auction.Entry, bool, error) {
	a, err := f.floor.Submit(ctx, lot, c)
	switch {
	case err == nil:
	case errors.Is(err, saleroom.ErrUnknownLot):
		err = fault.New(fault.NotFound, "", err.Error())
	case errors.Is(err, saleroom.ErrBusy), errors.Is(err, saleroom.ErrClosed): // not taken
		err = fault.New(fault.Unavailable, "", err.Error())
	default:
		err = fault.New(fault.UnknownYet, "", err.Error())
	}
	return a.Entry, a.Repeated, err
}

// gallery is the hub as the site knows it.
type gallery struct{ hub *hub.Hub }

func (g gallery) Look(ctx context.Context, lot auction.LotID, paddle auction.Paddle) (feed.Frame, *feed.Holding, []feed.OwnRow, error) {
	l, err := g.hub.Look(ctx, lot, paddle)
	if errors.Is(err, hub.ErrUnknownLot) {
		err = fault.New(fault.NotFound, "", err.Error())
	}
	return l.Frame, l.Holding, l.Rows, err
}

// measure shows the figures of the rooms beside those of the site.
func measure(r *prometheus.Registry, e *edges) {
	gauge := func(name, help string, value func() float64) {
		r.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, value))
	}
	gauge("corridor_sockets", "Open sockets.", func() float64 { return float64(e.sockets.Count()) })
	gauge("corridor_watchers", "Lots watched, once for each who watches.", func() float64 { n, _ := e.hub.Watchers(); return float64(n) })
	gauge("corridor_lots_served", "Lots with an open room.", func() float64 { return float64(e.floor.Stats().Lots) })
	counter := func(name, help string, value func(saleroom.Stats) int64) {
		r.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help}, func() float64 {
			return float64(value(e.floor.Stats()))
		}))
	}
	counter("corridor_commands_total", "Commands taken in.", func(s saleroom.Stats) int64 { return s.Commands })
	counter("corridor_entries_total", "Entries stored in the lots' logs.", func(s saleroom.Stats) int64 { return s.Entries })
	counter("corridor_batches_total", "Commits that stored them.", func(s saleroom.Stats) int64 { return s.Batches })
	counter("corridor_outages_total", "Pauses for time that bidders could not use.", func(s saleroom.Stats) int64 { return s.Outages })
	counter("corridor_faults_total", "Broken invariants.", func(s saleroom.Stats) int64 { return s.Faults })
}
