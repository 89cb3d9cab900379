package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/g60-corridor/corridor/internal/live"
	"github.com/g60-corridor/corridor/internal/site"
)

type serveCmd struct {
	place
	fileFlags
	keyFiles
	mailFlags
	Listen     string `env:"CORRIDOR_LISTEN" default:"localhost:8080" help:"Address to listen on." placeholder:"HOST:PORT"`
	Demo       bool   `env:"CORRIDOR_DEMO" help:"Plant an invented catalogue, keep auctions going, and let visitors sign in with a click."`
	Secure     bool   `env:"CORRIDOR_SECURE" help:"The market is reached over https, by a proxy in front: cookies say so."`
	TrustProxy bool   `env:"CORRIDOR_TRUST_PROXY" help:"One proxy of yours stands in front and names clients in X-Forwarded-For."`
}

// Help shows examples.
func (serveCmd) Help() string {
	return `  corridor serve --demo
  CORRIDOR_DATABASE_URL=postgres://corridor@db/corridor corridor serve --listen :8080 --secure --trust-proxy`
}

const shutdownWait = 15 * time.Second

// Run serves until it is told to stop.
func (c *serveCmd) Run(ctx context.Context) (err error) {
	listener, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	defer listener.Close()
	letters, err := c.mailFlags.open(c.Demo, shownAddress(listener.Addr(), c.Listen))
	if err != nil {
		return err
	}
	h, err := openHouse(ctx, &c.place, &c.fileFlags, &c.keyFiles, letters)
	if err != nil {
		return err
	}
	sessions, stopSessions := sessionStore(h.db)
	e := &edges{house: h}
	metrics := prometheus.NewRegistry()
	e.sockets = live.NewServer(live.Options{
		Hub: h.hub, Saleroom: h.floor, Bidders: e, Authority: mandates{e}, Authenticate: e.authenticate, Ended: e.ended, CodeOf: socketCode,
		Address: func(r *http.Request) string { return e.site.Address(r) },
	})
	e.site = site.New(site.Options{
		People: h.people, Market: h.market, Projects: h.projects, Needs: h.needs, Search: h.search, Inbox: h.inbox,
		Authority: h.mandates, Rooms: h.rooms, Watch: h.watch, Enquiry: h.enquiry,
		Saleroom: formBids{h.floor}, Gallery: gallery{h.hub}, Archive: h.log, Vault: h.vault,
		Sessions: sessions, Live: e.sockets, SignedOut: e.sockets.EndSession, EndSockets: e.sockets.EndSessions, Changed: e.sockets.Recheck, Ready: e.ready, Metrics: metrics, Now: time.Now,
		Demo: c.Demo, Secure: c.Secure, TrustProxy: c.TrustProxy,
	})
	measure(metrics, e)
	h.followMandates(ctx, e.sockets)
	server := &http.Server{
		Handler: e.site, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second, WriteTimeout: 60 * time.Second,
		IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 32 << 10, ErrorLog: slog.NewLogLogger(slog.Default().Handler(), slog.LevelDebug),
	}
	if c.Demo {
		if err := h.play(ctx); err != nil {
			return errors.Join(err, h.close(ctx))
		}
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	fmt.Printf("Corridor is open at http://%s\n", shownAddress(listener.Addr(), c.Listen))
	select {
	case <-ctx.Done():
	case err = <-failed:
	}
	// Bids under way are answered; new ones meet a closed door.
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownWait)
	defer cancel()
	err = errors.Join(err, e.sockets.Close(ending), server.Shutdown(ending))
	stopSessions()
	return errors.Join(err, h.close(ending))
}

// shownAddress is an address that a browser on this machine understands.
func shownAddress(a net.Addr, asked string) string {
	_, port, err := net.SplitHostPort(a.String())
	if err != nil {
		return a.String()
	}
	host, _, _ := strings.Cut(asked, ":")
	if host == "" || host == "0.0.0.0" || host == "127.0.0.1" || strings.HasPrefix(asked, "[") {
		host = "localhost"
	}
	return net.JoinHostPort(host, port)
}
