package project_test

import (
	"sync"
	"testing"

	"github.com/g60-corridor/corridor/ent/lot"
	"github.com/g60-corridor/corridor/ent/outbox"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/project"
	"github.com/g60-corridor/corridor/internal/store"
	"github.com/g60-corridor/corridor/internal/store/storetest"
	"github.com/g60-corridor/corridor/internal/trade"
)

// The house is closed, days pass, and it is opened again: each deadline has its entries once, at the instant at which it
// was due.
func TestDeadlinesFireOnceAfterDaysOfDowntime(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		id := h.list(1_000_000*yuan, "2026-03-02 10:00", listingTerms(t, 100_000*yuan))
		h.qualify(h.buyers[0], id, "2026-03-03 10:00")
		stop := h.work()
		until(t, "the agenda's start", func() bool { return h.view(id).State.Phase == trade.Listed })
		stop()
		h.clock.set(at("2026-04-20 10:00")) // the listing's end and the end of the time to confirm have both passed
		for range 2 {                       // opened twice: the second time nothing is left to fire
			again := open(t, h.db, h.clock)
			again.operator = h.operator
			stop := again.work()
			until(t, "the end", func() bool { return again.view(id).State.Phase == trade.Ended })
			stop()
		}
		v := h.view(id)
		for _, kind := range []string{"ListingClosed", "ListingEnded"} {
			if n := h.count(id, kind); n != 1 {
				t.Errorf("%s %d times", kind, n)
			}
		}
		for _, e := range v.Entries {
			switch e.Event.(type) {
			case trade.ListingClosed:
				if !e.At.Time().Equal(at("2026-03-10 00:00")) {
					t.Errorf("closed at %v", e.At.Time())
				}
			case trade.ListingEnded:
				if !e.At.Time().Equal(at("2026-03-13 00:00")) || e.Person != 0 {
					t.Errorf("ended at %v by %d", e.At.Time(), e.Person)
				}
			}
		}
	})
}

// Two nodes on one database: both are due to step the same project, and people decide meanwhile.
func TestTwoNodesFireOnce(t *testing.T) {
	url := storetest.PostgresURL(t)
	node := func() *store.DB {
		db, err := store.Open(t.Context(), url)
		must(t, err)
		t.Cleanup(func() { db.Close() })
		must(t, db.Migrate(t.Context()))
		return db
	}
	c := &clock{at: at("2026-02-26 09:00")}
	a := open(t, node(), c)
	a.populate()
	b := open(t, node(), c)
	id := a.list(1_000_000*yuan, "2026-03-02 10:00", listingTerms(t, 100_000*yuan))
	a.qualify(a.buyers[0], id, "2026-03-03 10:00")
	a.qualify(a.buyers[1], id, "2026-03-03 11:00")
	a.work()
	b.work()
	c.set(at("2026-03-10 09:00"))
	var all sync.WaitGroup
	for i := range 8 { // whoever comes late meets what the clocks did
		h := []*house{a, b}[i%2]
		all.Go(func() { _ = h.projects.Do(t.Context(), a.buyers[2], id, trade.Register{}) })
	}
	all.Wait()
	until(t, "the bidding", func() bool { return a.view(id).State.Phase == trade.Bidding })
	if a.count(id, "BiddingOpened") != 1 || a.db.Ent().Lot.Query().CountX(t.Context()) != 1 {
		t.Errorf("opened %d times, %d lots", a.count(id, "BiddingOpened"), a.db.Ent().Lot.Query().CountX(t.Context()))
	}
}

// Two buyers: the sale opens by itself as a lot under the announced rules, and its outcome comes back once.
func TestTheSaleOpensByItselfAndComesBack(t *testing.T) {
	for _, sold := range []bool{true, false} {
		each(t, func(t *testing.T, h *house) {
			id := h.list(1_000_000*yuan, "2026-03-02 10:00", listingTerms(t, 100_000*yuan))
			h.qualify(h.buyers[0], id, "2026-03-03 10:00")
			h.qualify(h.buyers[1], id, "2026-03-03 11:00")
			h.work()
			h.clock.set(at("2026-03-10 09:00"))
			until(t, "the bidding", func() bool { return h.view(id).State.Phase == trade.Bidding })
			v := h.view(id)
			l := h.db.Ent().Lot.GetX(t.Context(), *v.Row.LotID)
			if l.Status != lot.StatusPUBLISHED || l.Terms.StartFen != 1_000_000*yuan || !l.OpensAt.Equal(at("2026-03-11 10:00")) {
				t.Fatalf("the lot: %s from %d at %v", l.Status, l.Terms.StartFen, l.OpensAt)
			}
			if err := h.market.Apply(t.Context(), h.buyers[2], l.ID); fault.Of(err) != fault.Conflict {
				t.Errorf("somebody came after the listing: %v", err)
			}
			winner := h.buyers[1]
			paddle, err := h.market.Paddle(t.Context(), winner, l.ID)
			must(t, err)
			if paddle == "" {
				t.Fatal("a qualified buyer has no code")
			}
			until(t, "the way to the lot's log", func() bool { return !h.db.Ent().Outbox.Query().Where(outbox.DoneAtIsNil()).ExistX(t.Context()) })
			h.sell(l.ID, paddle, sold)
			for range 3 {
				must(t, h.projects.Harvest(t.Context()))
			}
			v = h.view(id)
			switch {
			case sold && (v.State.Phase != trade.InAward || v.State.Award.Buyer != project.PartyOf(winner.OrganisationID()) || v.State.Award.PriceFen != 1_000_000*yuan):
				t.Errorf("%s, %+v", v.State.Phase, v.State.Award)
			case !sold && (v.State.Phase != trade.Ended || h.count(id, "ListingEnded") != 1):
				t.Errorf("%s", v.State.Phase)
			case sold && h.count(id, "Awarded") != 1:
				t.Errorf("awarded %d times", h.count(id, "Awarded"))
			}
		})
	}
}

// sell runs the lot's sale to its end: opened at its time, with one bid or none.
func (h *house) sell(id int, paddle auction.Paddle, bid bool) {
	h.t.Helper()
	if bid {
		h.sellOn("2026-03-11", id, paddle)
		return
	}
	h.submit(id, "2026-03-11 10:05", auction.Tick{})
	h.submit(id, "2026-03-11 11:00", auction.Tick{})
	h.submit(id, "2026-03-11 12:00", auction.Tick{})
}

// sellOn sells a lot to its one bidder on a morning.
func (h *house) sellOn(day string, id int, paddle auction.Paddle) {
	h.t.Helper()
	h.submit(id, day+" 10:05", auction.Tick{})
	h.submit(id, day+" 10:05", auction.PlaceBid{Paddle: paddle, Key: auction.Key{1}, Kind: auction.Plain, AmountFen: 1_000_000 * yuan})
	h.submit(id, day+" 11:00", auction.Tick{})
	h.submit(id, day+" 12:00", auction.Tick{})
}

func (h *house) submit(id int, when string, c auction.Command) {
	h.t.Helper()
	h.clock.set(at(when))
	e, err := h.floor.Submit(h.t.Context(), auction.LotID(id), c)
	must(h.t, err)
	switch no := e.Event.(type) {
	case auction.CommandRefused:
		h.t.Fatalf("%T: %s", c, no.Reason)
	case auction.BidRefused:
		h.t.Fatalf("%T: %s", c, no.Reason)
	}
}
