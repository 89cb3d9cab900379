package main

import (
	"context"
	"testing"
	"time"

	"github.com/g60-corridor/corridor/ent/lot"
	"github.com/g60-corridor/corridor/internal/auction"
)

// The demo, over the real market and saleroom: half a minute after the start there is a lot in FREE and one in LIMITED.
func TestTheDemoPlays(t *testing.T) {
	h, err := openHouse(t.Context(), &place{Data: t.TempDir()}, &fileFlags{}, &keyFiles{}, mail{origin: "http://localhost"})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := h.close(context.Background()); err != nil {
			t.Error(err)
		}
	}()
	if err := h.play(t.Context()); err != nil {
		t.Fatal(err)
	}
	count := func(p auction.Phase) int {
		return h.db.Ent().Lot.Query().Where(lot.Phase(string(p))).CountX(t.Context())
	}
	free, limited, contested := 0, 0, 0 // the most that were seen at once: a slow machine may see one after another
	for end := time.Now().Add(3 * time.Minute); free == 0 || limited == 0 || contested == 0; time.Sleep(100 * time.Millisecond) {
		free, limited = max(free, count(auction.Free)), max(limited, count(auction.Limited))
		contested = max(contested, h.db.Ent().Lot.Query().Where(lot.BidsGT(3)).CountX(t.Context()))
		if time.Now().After(end) {
			t.Fatalf("%d lots in FREE and %d in LIMITED, %d with bids", free, limited, contested)
		}
	}
}
