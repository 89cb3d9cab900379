package demo

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"time"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/money"
)

const (
	beat       = 500 * time.Millisecond // how often the bidders look up
	everyLot   = 65 * time.Second       // a lot opens this often; FREE is longer, so that one is always in FREE
	aheadOf    = 150 * time.Second      // lots are announced this long before they open, so that there is a preview
	settle     = 4 * time.Second        // what it takes to admit the bidders of the very first lots
	firstFree  = 18                     // seconds of FREE of the very first lot: one is in LIMITED after 30 s
	keepAliveS = 9                      // the only lot in LIMITED gets a bid when this much is left
)

// Director opens the lots and plays the bidders.
type Director struct {
	house House
	floor Floor
	log   Log
	terms auction.Terms
	rand  *rand.Rand
	now   func() time.Time

	lots    map[auction.LotID]*stage
	season  *auction.Terms // of the sales weeks ahead; nil if there are none
	next    time.Time      // when the next lot opens
	offered int
}

// stage is one lot that is going on.
type stage struct {
	state   *auction.State
	bidders []*bidder
}

// NewDirector plays under the given terms; start price and reserve are set for each lot.
func NewDirector(house House, floor Floor, log Log, terms auction.Terms, seed uint64, now func() time.Time) *Director {
	return &Director{
		house: house, floor: floor, log: log, terms: terms, now: now,
		rand: rand.New(rand.NewPCG(seed, 60)), lots: map[auction.LotID]*stage{},
	}
}

// Run plays until the context ends. A fault in one beat is logged, and the play goes on.
func (d *Director) Run(ctx context.Context) {
	if err := d.takeUp(ctx); err != nil {
		slog.ErrorContext(ctx, "demo: take up open lots", "error", err)
	}
	ticker := time.NewTicker(beat)
	defer ticker.Stop()
	for {
		if err := d.Beat(ctx); err != nil && ctx.Err() == nil {
			slog.ErrorContext(ctx, "demo: beat", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// takeUp goes on with the lots that were open when the server stopped.
func (d *Director) takeUp(ctx context.Context) error {
	open, err := d.house.OpenLots(ctx)
	if err != nil {
		return err
	}
	for lot, codes := range open {
		d.watch(lot, codes)
	}
	return nil
}

func (d *Director) watch(lot auction.LotID, codes []auction.Paddle) {
	st := &stage{state: auction.NewState(lot)}
	for _, p := range codes {
		st.bidders = append(st.bidders, &bidder{paddle: p})
	}
	d.lots[lot] = st
}

// Beat is one half second of the play: follow the logs, keep the schedule, let the bidders act.
func (d *Director) Beat(ctx context.Context) error {
	for lot, st := range d.lots {
		if d.sleeps(st) {
			continue
		}
		if err := d.follow(ctx, lot, st); err != nil {
			return err
		}
		if st.state.Phase == auction.Closed {
			delete(d.lots, lot)
		}
	}
	if err := d.schedule(ctx); err != nil {
		return err
	}
	if err := d.fillSeason(ctx); err != nil {
		return err
	}
	for lot, st := range d.lots {
		d.play(ctx, lot, st)
	}
	return nil
}

func (d *Director) follow(ctx context.Context, lot auction.LotID, st *stage) error {
	for {
		entries, err := d.log.Read(ctx, lot, st.state.Position.Seq, 500)
		if err != nil {
			return fmt.Errorf("follow lot %d: %w", lot, err)
		}
		for _, e := range entries {
			st.state.Apply(e)
		}
		if len(entries) < 500 {
			break
		}
	}
	if start := st.state.Terms.StartFen; start > 0 && len(st.bidders) > 0 && st.bidders[0].worth == 0 {
		for i, b := range st.bidders {
			*b = *newBidder(d.rand, b.paddle, i+int(lot), start)
		}
	}
	return nil
}

// schedule announces lots ahead of time. The first ones open at once: one with a short FREE, one with a full one.
func (d *Director) schedule(ctx context.Context) error {
	now := d.now()
	if d.next.IsZero() {
		d.next = now.Add(settle)
		open := 0
		for _, st := range d.lots {
			if d.ofSeason(st) {
				continue
			}
			if st.state.IsOpen() || st.state.Phase == auction.Paused {
				open++
			}
		}
		if open == 0 {
			first := d.terms
			first.Closing.FreeS = firstFree
			if err := d.announce(ctx, first, now.Add(settle)); err != nil {
				return err
			}
		}
	}
	for d.next.Before(now.Add(aheadOf)) {
		opensAt := d.next
		d.next = d.next.Add(everyLot)
		if opensAt.Before(now.Add(-everyLot)) {
			continue // slept through it
		}
		if err := d.announce(ctx, d.terms, opensAt); err != nil {
			return err
		}
	}
	return nil
}

// announce offers the next listing. Every third lot hides a reserve a little above the start price, every other of
// those tells when it is met.
func (d *Director) announce(ctx context.Context, terms auction.Terms, opensAt time.Time) error {
	listing, start, err := d.house.NextListing(ctx)
	if err != nil {
		return fmt.Errorf("pick a listing: %w", err)
	}
	terms.StartFen = start
	var reserve money.Fen
	if d.offered%3 == 2 {
		terms.Reserve, reserve = auction.HiddenReserve, start+4*terms.StepAt(start)
		terms.AnnounceReserveMet = d.offered%2 == 0
	}
	d.offered++
	lot, err := d.house.Announce(ctx, listing, terms, reserve, opensAt)
	if err != nil {
		return fmt.Errorf("announce listing %d: %w", listing, err)
	}
	codes, err := d.house.Admit(ctx, lot, Everybody)
	if err != nil {
		return fmt.Errorf("admit bidders to lot %d: %w", lot, err)
	}
	d.watch(lot, codes)
	return nil
}

func (d *Director) play(ctx context.Context, lot auction.LotID, st *stage) {
	s := st.state
	if !s.IsOpen() || len(st.bidders) == 0 {
		return
	}
	left := s.Deadline.Sub(auction.InstantOf(d.now())).Duration().Seconds()
	if left <= 0 {
		return
	}
	if s.Phase == auction.Limited && left < keepAliveS && d.onlyInLimited(lot) {
		d.keepAlive(ctx, lot, st)
		return
	}
	for _, b := range st.bidders {
		bid, acts := b.bid(d.rand, moment{
			phase: s.Phase, leads: s.HasBid && s.Leader == b.paddle, minimum: s.MinimumFor(0), hasBid: s.HasBid,
			step: s.Terms.StepAt(s.PriceFen), leftS: left, phaseS: float64(s.Terms.Closing.LimitedS),
		})
		if acts {
			d.bid(ctx, lot, bid)
			return // one at a time: the next looks at the new price
		}
	}
}

// onlyInLimited says whether no other lot is sure to be in LIMITED when this one might end.
func (d *Director) onlyInLimited(lot auction.LotID) bool {
	for other, st := range d.lots {
		if other != lot && st.state.Phase == auction.Limited &&
			st.state.Deadline.Sub(auction.InstantOf(d.now())).Duration().Seconds() >= keepAliveS {
			return false
		}
	}
	return true
}

// keepAlive lets one of the others go a step further than he meant to.
func (d *Director) keepAlive(ctx context.Context, lot auction.LotID, st *stage) {
	first := d.rand.IntN(len(st.bidders))
	for i := range st.bidders {
		b := st.bidders[(first+i)%len(st.bidders)]
		if known, ok := st.state.Bidder(b.paddle); ok && !known.Suspended && !(st.state.HasBid && st.state.Leader == b.paddle) {
			d.bid(ctx, lot, b.offer(auction.Plain, st.state.MinimumFor(0)))
			return
		}
	}
}

func (d *Director) bid(ctx context.Context, lot auction.LotID, bid auction.PlaceBid) {
	for i := range bid.Key {
		bid.Key[i] = byte(d.rand.IntN(256))
	}
	bid.Confirmed = true
	if err := d.floor.Bid(ctx, lot, bid); err != nil && ctx.Err() == nil {
		slog.WarnContext(ctx, "demo: bid", "lot", lot, "error", err)
	}
}
