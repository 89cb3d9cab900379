package main

import (
	"context"
	"encoding/binary"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/money"
	"github.com/g60-corridor/corridor/internal/proof"
	"github.com/g60-corridor/corridor/internal/saleroom"
	"github.com/g60-corridor/corridor/internal/store/storetest"
	"github.com/g60-corridor/corridor/seeds"
)

// Two nodes serve one lot over one PostgreSQL database. Every answer, whichever node gave it, stands in the one log; who
// watches at one node sees what was bid at the other; and when a node goes, the other closes the lot as if nothing had
// happened.
func TestTwoNodesOnPostgres(t *testing.T) {
	where := &place{Data: t.TempDir(), DatabaseURL: storetest.PostgresURL(t)}
	node := func() *house {
		h, err := openHouse(t.Context(), where, &fileFlags{}, &keyFiles{}, mail{origin: "http://localhost"})
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	one, two := node(), node()
	const lot auction.LotID = 4711
	terms, err := seeds.Rules("demo-short")
	if err != nil {
		t.Fatal(err)
	}
	terms.Closing.FreeS, terms.Closing.LimitedS, terms.ResumeNoticeS = 3, 3, 1
	for _, c := range []auction.Command{
		auction.Publish{Terms: terms}, auction.AdmitBidder{Paddle: "A100", Identity: "a"},
		auction.AdmitBidder{Paddle: "B200", Identity: "b"}, auction.Open{},
	} {
		if _, err := one.floor.Submit(t.Context(), lot, c); err != nil {
			t.Fatalf("%T: %v", c, err)
		}
	}
	var mu sync.Mutex
	answered := map[auction.Seq]auction.Entry{}
	var bidding sync.WaitGroup
	const bids = 150
	for n, p := range []auction.Paddle{"A100", "B200"} {
		bidding.Go(func() {
			for i := range bids {
				h := []*house{one, two}[(n+i)%2]
				bid := auction.PlaceBid{Paddle: p, Kind: auction.Plain, AmountFen: terms.StartFen + money.Fen(2*i+n)*terms.StepAt(terms.StartFen)}
				binary.BigEndian.PutUint64(bid.Key[:], uint64(1+2*i+n))
				a, err := h.floor.Submit(t.Context(), lot, bid)
				for errors.Is(err, saleroom.ErrUnavailable) { // a slow machine: the same key again
					time.Sleep(50 * time.Millisecond)
					a, err = h.floor.Submit(t.Context(), lot, bid)
				}
				if err != nil {
					t.Errorf("bid %d of %s: %v", i, p, err)
					return
				}
				mu.Lock()
				answered[a.Entry.Seq] = a.Entry
				mu.Unlock()
			}
		})
	}
	bidding.Wait()
	if len(answered) != 2*bids {
		t.Fatalf("%d answers at positions of their own, want %d", len(answered), 2*bids)
	}
	end := time.Now().Add(patience)
	for watched := false; !watched; time.Sleep(5 * time.Millisecond) { // the bell, or the slow poll, brings the other node there
		l, err := two.hub.Look(t.Context(), lot, "")
		if err != nil {
			t.Fatal(err)
		}
		at, err := one.hub.Look(t.Context(), lot, "")
		if err != nil {
			t.Fatal(err)
		}
		watched = l.Frame.Head == at.Frame.Head && l.Frame.Cursor == at.Frame.Cursor
		if !watched && time.Now().After(end) {
			t.Fatalf("one node shows cursor %d, the other %d", at.Frame.Cursor, l.Frame.Cursor)
		}
	}
	if err := one.close(context.Background()); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := two.close(context.Background()); err != nil {
			t.Error(err)
		}
	}()
	entries := ended(t, two, lot)
	for seq, e := range answered {
		if got := entries[seq-1]; got.Leaf != e.Leaf || got.Head != e.Head || got.At != e.At {
			t.Errorf("the answer at %d is not what the log holds: %+v, %+v", seq, e, got)
		}
	}
	for _, e := range entries {
		if p, paused := e.Event.(auction.LotPaused); paused && p.Note == saleroom.RestartNote {
			t.Errorf("a pause for a closed house at %d, though a node was always there", e.Seq)
		}
	}
	seal, err := two.log.Seal(t.Context(), lot)
	if err != nil {
		t.Fatal(err)
	}
	record, err := two.vault.Record(entries[:seal.Seq], seal, proof.Auditor, "")
	if err != nil {
		t.Fatal(err)
	}
	if report := proof.Verify(record, two.vault.PublicKeys()...); !report.OK() || report.Outcome != auction.Sold {
		t.Fatal(report.String())
	}
}

// ended waits until a lot has closed and returns its log.
func ended(t *testing.T, h *house, lot auction.LotID) []auction.Entry {
	t.Helper()
	for end := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		entries, err := h.log.Read(t.Context(), lot, 0, 10_000)
		if err != nil {
			t.Fatal(err)
		}
		if slices.ContainsFunc(entries, func(e auction.Entry) bool { return e.Event.Kind() == "LotClosed" }) {
			return entries
		}
		if time.Now().After(end) {
			t.Fatalf("lot %d is not closed after %v", lot, patience)
		}
	}
}
