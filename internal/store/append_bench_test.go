package store_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/store"
	"github.com/g60-corridor/corridor/internal/store/pgserver"
)

// BenchmarkAppend appends batches of accepted bids with durable databases: what one commit costs, and what a bid in it.
func BenchmarkAppend(b *testing.B) {
	server, err := pgserver.Start("on")
	if err != nil {
		b.Fatal(err)
	}
	defer server.Stop()
	for _, size := range []int{1, 64, 1000, 4000} {
		for name, url := range map[string]string{"sqlite": "sqlite:" + filepath.Join(b.TempDir(), "c.db"), "postgres": server.URL} {
			b.Run(fmt.Sprintf("%s/%d", name, size), func(b *testing.B) { benchmarkAppend(b, url, size) })
		}
	}
}

func benchmarkAppend(b *testing.B, url string, size int) {
	ctx := context.Background()
	db, err := store.Open(ctx, url)
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	if err := db.Migrate(ctx); err != nil {
		b.Fatal(err)
	}
	log := db.Log(vault(b), nil)
	var lot auction.LotID
	if err := db.SQL().QueryRow("SELECT coalesce(max(lot_id), 0) + 1 FROM lot_log").Scan(&lot); err != nil {
		b.Fatal(err)
	}
	var pos auction.Position
	bids := 0
	b.ReportAllocs()
	b.ResetTimer()
	for b.Loop() {
		batch := make([]auction.Entry, size)
		for i := range batch {
			batch[i] = bid(pos.Seq + auction.Seq(i) + 1)
		}
		stored, err := log.Append(ctx, lot, pos, batch)
		if err != nil {
			b.Fatal(err)
		}
		pos, bids = end(stored), bids+size
	}
	b.ReportMetric(float64(bids)/b.Elapsed().Seconds(), "bids/s")
	b.ReportMetric(0, "ns/op")
}

func bid(seq auction.Seq) auction.Entry {
	at := auction.Instant(1_700_000_000_000_000 + int64(seq))
	return auction.Entry{Seq: seq, At: at, Event: auction.BidAccepted{
		Paddle: "A123", Key: auction.Key{byte(seq), byte(seq >> 8), byte(seq >> 16)}, Own: 7, BidKind: auction.Plain, AmountFen: 100_000_000,
		Standing: auction.Standing{PriceFen: 100_000_000, Leader: "A123", Deadline: at + 1e8},
	}}
}
