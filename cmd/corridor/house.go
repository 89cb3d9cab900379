package main

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"time"

	"github.com/g60-corridor/corridor/internal/agenda"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/authority"
	"github.com/g60-corridor/corridor/internal/bus"
	"github.com/g60-corridor/corridor/internal/dataroom"
	"github.com/g60-corridor/corridor/internal/demo"
	"github.com/g60-corridor/corridor/internal/depot"
	"github.com/g60-corridor/corridor/internal/enquiry"
	"github.com/g60-corridor/corridor/internal/hub"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/inbox"
	"github.com/g60-corridor/corridor/internal/market"
	"github.com/g60-corridor/corridor/internal/needs"
	"github.com/g60-corridor/corridor/internal/project"
	"github.com/g60-corridor/corridor/internal/proof"
	"github.com/g60-corridor/corridor/internal/saleroom"
	"github.com/g60-corridor/corridor/internal/search"
	"github.com/g60-corridor/corridor/internal/store"
	"github.com/g60-corridor/corridor/internal/trade"
	"github.com/g60-corridor/corridor/internal/watch"
	"github.com/g60-corridor/corridor/seeds"
)

// house is everything behind the edges, wired together.
type house struct {
	db       *store.DB
	agenda   *agenda.Agenda
	inbox    *inbox.Service
	vault    *proof.Vault
	log      *store.Log
	floor    *saleroom.Floor
	hub      *hub.Hub
	depot    *depot.Depot
	market   *market.Service
	people   *identity.Service
	search   *search.Service
	projects *project.Service
	needs    *needs.Service
	mandates *authority.Service
	rooms    *dataroom.Service
	watch    *watch.Service
	enquiry  *enquiry.Service

	stop context.CancelFunc // of what runs in the background
	work sync.WaitGroup
}

// openHouse opens the database, takes up the lots that are open and starts what runs in the background.
func openHouse(ctx context.Context, p *place, files *fileFlags, keys *keyFiles, mail mail) (*house, error) {
	db, err := p.open(ctx)
	if err != nil {
		return nil, err
	}
	h := &house{db: db}
	var master []byte
	begun, err := db.HasLogs(ctx)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	if h.vault, master, err = keys.vault(p.Data, !begun); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	node := "only" // SQLite serves one process: a sign of life of before is its own, not another's
	if db.IsPostgres() {
		node = rand.Text()
	}
	var bell bus.Bell
	ring := bell.Ring
	running, stop := context.WithCancel(context.WithoutCancel(ctx))
	h.stop = stop
	if db.IsPostgres() {
		wire := bus.NewWire(db.Pool(), node, &bell)
		ring = wire.Ring
		h.work.Go(func() { wire.Run(running) })
	}
	h.log = db.Log(h.vault, ring)
	h.floor = saleroom.NewFloor(h.log, saleroom.Options{Node: node})
	h.hub = hub.New(h.log, hub.Options{})
	if h.depot, err = files.open(ctx, p.Data); err != nil {
		return nil, errors.Join(err, h.close(ctx))
	}
	if err := h.openInbox(mail); err != nil {
		return nil, errors.Join(err, h.close(ctx))
	}
	h.openMandates(running, node)
	if err := h.openMarket(ctx, master, filepath.Join(p.Data, "search")); err != nil {
		return nil, errors.Join(err, h.close(ctx))
	}
	for _, room := range []func(auction.LotID, auction.Seq){h.floor.Ring, h.hub.Ring, h.market.Ring, func(auction.LotID, auction.Seq) { h.search.Ring() }} {
		bell.Listen(room)
	}
	if err := h.floor.Recover(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("take up the open lots: %w", err), h.close(ctx))
	}
	h.work.Go(func() { h.people.Run(running) })
	h.work.Go(func() { h.market.Run(running) })
	h.work.Go(func() { h.search.Run(running) })
	h.work.Go(func() { h.watch.Run(running) })
	h.work.Go(func() { h.projects.Run(running) })
	h.work.Go(func() {
		if err := h.agenda.Run(running); err != nil {
			slog.ErrorContext(ctx, "the agenda", "error", err)
		}
	})
	return h, nil
}

// openMarket opens the rooms in which people offer and find: those to the left of a room come before it.
func (h *house) openMarket(ctx context.Context, master []byte, index string) (err error) {
	if h.people, err = identity.New(h.identity(master)); err != nil {
		return err
	}
	h.market, err = market.New(market.Options{
		Database: h.db, Saleroom: submitter{h.floor}, Entries: h.log, Herald: h.inbox, Secret: derive(master, "market reserve"), Now: time.Now,
	})
	if err != nil {
		return err
	}
	h.people.WhenBarred(h.market.Bar)
	h.rooms = dataroom.New(dataroom.Options{Database: h.db, Depot: h.depot, Herald: h.inbox, Now: time.Now})
	h.search = search.New(search.Options{Database: h.db, Dir: index, Now: time.Now})
	h.watch = watch.New(watch.Options{Database: h.db, Search: h.search, Herald: h.inbox, Now: time.Now})
	h.enquiry = enquiry.New(h.db, h.inbox, h.rooms, time.Now)
	if err := h.openProjects(); err != nil {
		return err
	}
	h.needs = needs.New(needs.Options{Database: h.db, Search: h.search, Agenda: h.agenda, Herald: h.inbox, Now: time.Now})
	return h.needs.Start(ctx)
}

// openMandates opens the room of those who bid for companies, with a bell of its own: what waits for a second person rings
// by day as often as a lot does in a second.
func (h *house) openMandates(running context.Context, node string) {
	var bell bus.Bell
	ring := bell.Ring
	if h.db.IsPostgres() {
		wire := bus.NewWireOn(bus.Pending, h.db.Pool(), node, &bell)
		ring = wire.Ring
		h.work.Go(func() { wire.Run(running) })
	}
	h.mandates = authority.New(authority.Options{
		Database: h.db, Saleroom: formBids{h.floor}, Herald: h.inbox, Ring: func() { ring(0, 0) }, Now: time.Now,
	})
	bell.Listen(func(auction.LotID, auction.Seq) { h.mandates.Heard() })
}

// identity says what the room of people and organisations works with.
func (h *house) identity(master []byte) identity.Options {
	return identity.Options{
		Database: h.db, Herald: h.inbox, Agenda: h.agenda, Depot: h.depot, Secret: derive(master, "organisation files"), Now: time.Now,
		Cost: identity.Cost, Origin: h.inbox.Origin(),
	}
}

// openProjects opens the room of the projects; the agenda sees to their deadlines.
func (h *house) openProjects() error {
	var modes []trade.Mode
	for _, name := range []string{"corridor-two-phase", "soft-close-300", "zhejiang-fair", "demo-short"} {
		terms, err := seeds.Rules(name)
		if err != nil {
			return err
		}
		raw, err := json.Marshal(terms)
		if err != nil {
			return fmt.Errorf("write rule set %s: %w", name, err)
		}
		modes = append(modes, trade.Mode{Name: name, Terms: raw})
	}
	h.projects = project.New(project.Options{
		Database: h.db, Market: h.market, Agenda: h.agenda, Herald: h.inbox, Depot: h.depot, Authority: h.mandates, Modes: modes, Now: time.Now,
	})
	return nil
}

// close ends the rooms first, so that every bid that was taken is answered, and then all else.
func (h *house) close(ctx context.Context) error {
	err := h.floor.Close(ctx)
	h.stop()
	h.hub.Close()
	h.work.Wait()
	if h.depot != nil {
		err = errors.Join(err, h.depot.Close())
	}
	return errors.Join(err, h.db.Close())
}

// play plants the demo catalogue and keeps auctions going until the house closes.
func (h *house) play(ctx context.Context) error {
	planted, err := demo.Plant(ctx, h.db, time.Now())
	if err != nil {
		return err
	}
	if planted {
		slog.InfoContext(ctx, "the demo catalogue is planted")
	}
	if err := h.inbox.KeepTidy(ctx); err != nil {
		return err
	}
	if err := demo.PlantProjects(ctx, h.db, h.market, h.agenda, h.depot, h.projects.Modes()[0], time.Now()); err != nil {
		return err
	}
	if err := demo.PlantNeeds(ctx, h.db.Ent(), h.needs, time.Now()); err != nil {
		return err
	}
	terms, err := seeds.Rules("demo-short")
	if err != nil {
		return err
	}
	theatre, err := demo.NewMarket(ctx, h.db.Ent(), h.market, time.Now)
	if err != nil {
		return err
	}
	season, err := seeds.Rules("corridor-two-phase")
	if err != nil {
		return err
	}
	director := demo.NewDirector(theatre, demoFloor{h.floor}, h.log, terms, uint64(time.Now().UnixNano()), time.Now)
	director.Season(season)
	running, stop := context.WithCancel(context.WithoutCancel(ctx))
	before := h.stop
	h.stop = func() { stop(); before() }
	h.work.Go(func() { director.Run(running) })
	h.work.Go(func() { // it takes its time, and nobody waits for it
		if err := demo.PlantPapers(running, h.db.Ent(), h.people); err != nil && running.Err() == nil {
			slog.ErrorContext(running, "plant the demo's papers", "error", err)
		}
	})
	return nil
}

// derive makes a key for one purpose from the master key.
func derive(master []byte, purpose string) []byte {
	m := hmac.New(sha256.New, master)
	m.Write([]byte(purpose))
	return m.Sum(nil)
}

// submitter is the saleroom as the market knows it.
type submitter struct{ floor *saleroom.Floor }

func (s submitter) Submit(ctx context.Context, lot auction.LotID, c auction.Command) (auction.Entry, error) {
	a, err := s.floor.Submit(ctx, lot, c)
	return a.Entry, err
}

// demoFloor is the saleroom as the demo knows it.
type demoFloor struct{ floor *saleroom.Floor }

func (f demoFloor) Bid(ctx context.Context, lot auction.LotID, bid auction.PlaceBid) error {
	_, err := f.floor.Submit(ctx, lot, bid)
	return err
}
