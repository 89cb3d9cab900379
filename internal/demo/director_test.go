package demo

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/money"
	"github.com/g60-corridor/corridor/seeds"
)

// theatre is a market, saleroom and log in memory, on a clock that the test moves.
type theatre struct {
	now  time.Time
	lots []*auction.State
	logs [][]auction.Entry
}

func (h *theatre) submit(lot auction.LotID, c auction.Command) {
	s := h.lots[lot-1]
	h.due(lot)
	h.put(lot, auction.Decide(s, auction.InstantOf(h.now), c))
}

func (h *theatre) put(lot auction.LotID, events []auction.Event) {
	for _, ev := range events {
		e := auction.Entry{Seq: h.lots[lot-1].Position.Seq + 1, At: auction.InstantOf(h.now), Event: ev}
		h.lots[lot-1].Apply(e)
		h.logs[lot-1] = append(h.logs[lot-1], e)
	}
}

func (h *theatre) due(lot auction.LotID) {
	s := h.lots[lot-1]
	for due := s.NextDue(); due != 0 && due <= auction.InstantOf(h.now); due = s.NextDue() {
		h.put(lot, auction.Decide(s, auction.InstantOf(h.now), auction.Tick{}))
	}
}

func (h *theatre) NextListing(context.Context) (int, money.Fen, error) {
	return len(h.lots), 180_000_000, nil
}

func (h *theatre) Announce(_ context.Context, _ int, terms auction.Terms, reserve money.Fen, opensAt time.Time) (auction.LotID, error) {
	id := auction.LotID(len(h.lots) + 1)
	h.lots, h.logs = append(h.lots, auction.NewState(id)), append(h.logs, nil)
	if faults := terms.Validate(); len(faults) > 0 {
		return 0, fmt.Errorf("terms: %v", faults)
	}
	h.submit(id, auction.Publish{Terms: terms, OpensAt: auction.InstantOf(opensAt)})
	if reserve > 0 {
		h.submit(id, auction.SealReserve{ReserveFen: reserve})
	}
	return id, nil
}

func (h *theatre) Admit(_ context.Context, lot auction.LotID, _ Invited) ([]auction.Paddle, error) {
	codes := []auction.Paddle{"A", "B", "C", "D", "E", "F"}
	for _, p := range codes {
		h.submit(lot, auction.AdmitBidder{Paddle: p})
	}
	return codes, nil
}

func (h *theatre) OpenLots(context.Context) (map[auction.LotID][]auction.Paddle, error) {
	open := map[auction.LotID][]auction.Paddle{}
	for _, s := range h.lots {
		if s.Phase != auction.Closed {
			open[s.Lot] = []auction.Paddle{"A", "B", "C", "D", "E", "F"}
		}
	}
	return open, nil
}

func (h *theatre) Bid(_ context.Context, lot auction.LotID, bid auction.PlaceBid) error {
	h.submit(lot, bid)
	return nil
}

func (h *theatre) Read(_ context.Context, lot auction.LotID, after auction.Seq, limit int) ([]auction.Entry, error) {
	log := h.logs[lot-1][after:]
	return log[:min(limit, len(log))], nil
}

func (h *theatre) phases() (free, limited int) {
	for id, s := range h.lots {
		h.due(auction.LotID(id + 1))
		switch s.Phase {
		case auction.Free:
			free++
		case auction.Limited:
			limited++
		}
	}
	return free, limited
}

// announced counts the lots that are to open, of a length.
func (h *theatre) announced(freeS int64) (n int) {
	for _, s := range h.lots {
		if s.Phase == auction.Announced && s.Terms.Closing.FreeS == freeS {
			n++
		}
	}
	return n
}

// From 30 seconds after the start there is always a lot in FREE and one in LIMITED, for two hours of play and for
// several seeds, and lots are sold, some of them after real contests.
func TestThereIsAlwaysSomethingToWatch(t *testing.T) {
	terms, err := seeds.Rules("demo-short")
	if err != nil {
		t.Fatal(err)
	}
	season, err := seeds.Rules("corridor-two-phase")
	if err != nil {
		t.Fatal(err)
	}
	for seed := range uint64(5) {
		h := &theatre{now: time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)}
		clock := func() time.Time { return h.now }
		d := NewDirector(h, h, h, terms, seed, clock)
		d.Season(season)
		start := h.now
		for h.now.Before(start.Add(2 * time.Hour)) {
			if err := d.Beat(t.Context()); err != nil {
				t.Fatal(err)
			}
			if h.now.Sub(start) == time.Hour { // the server restarts: another director takes the lots up
				d = NewDirector(h, h, h, terms, seed+100, clock)
				d.Season(season)
				if err := d.takeUp(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			h.now = h.now.Add(beat)
			if free, limited := h.phases(); h.now.Sub(start) >= 30*time.Second && (free == 0 || limited == 0) {
				t.Fatalf("seed %d, %v after the start: %d lots in FREE, %d in LIMITED", seed, h.now.Sub(start), free, limited)
			}
		}
		if n := h.announced(season.Closing.FreeS); n != seasonLots {
			t.Errorf("seed %d: %d lots stand in the calendar, want %d, a restart notwithstanding", seed, n, seasonLots)
		}
		sold, bids, contested := 0, 0, 0
		for i, s := range h.lots {
			if s.Outcome == auction.Sold {
				sold++
			}
			if s.PriceFen > s.Terms.StartFen*6/5 {
				contested++
			}
			bids += len(h.logs[i])
		}
		if sold < 60 || contested < sold/3 {
			t.Errorf("seed %d: %d lots, %d sold, %d contested, %d events", seed, len(h.lots), sold, contested, bids)
		}
		t.Logf("seed %d: %d lots, %d sold, %d contested, %d events", seed, len(h.lots), sold, contested, bids)
	}
}
