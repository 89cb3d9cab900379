package demo

import (
	"crypto/ed25519"
	"encoding/json"
	"testing"
	"time"

	"github.com/g60-corridor/corridor/internal/agenda"
	"github.com/g60-corridor/corridor/internal/depot"
	"github.com/g60-corridor/corridor/internal/market"
	"github.com/g60-corridor/corridor/internal/proof"
	"github.com/g60-corridor/corridor/internal/store"
	"github.com/g60-corridor/corridor/internal/store/storetest"
	"github.com/g60-corridor/corridor/internal/trade"
	"github.com/g60-corridor/corridor/seeds"
)

// Planted twice, the projects are there once: each way is seen, all marked as demo.
func TestPlantProjects(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, now := t.Context(), time.Date(2026, 11, 26, 8, 0, 0, 0, time.UTC)
		if _, err := Plant(ctx, db, now); err != nil {
			t.Fatal(err)
		}
		vault, err := proof.NewVault(make([]byte, 32), ed25519.NewKeyFromSeed(make([]byte, 32)))
		if err != nil {
			t.Fatal(err)
		}
		m, err := market.New(market.Options{Database: db, Entries: db.Log(vault, nil), Secret: make([]byte, 32), Now: func() time.Time { return now }})
		if err != nil {
			t.Fatal(err)
		}
		due, err := agenda.New(agenda.Options{DB: db})
		if err != nil {
			t.Fatal(err)
		}
		terms, err := seeds.Rules("corridor-two-phase")
		if err != nil {
			t.Fatal(err)
		}
		raw, err := json.Marshal(terms)
		if err != nil {
			t.Fatal(err)
		}
		files, err := depot.Open(ctx, "mem://")
		if err != nil {
			t.Fatal(err)
		}
		defer files.Close()
		for range 2 {
			if err := PlantProjects(ctx, db, m, due, files, trade.Mode{Name: "corridor-two-phase", Terms: raw}, now); err != nil {
				t.Fatal(err)
			}
		}
		if n := db.Ent().DocumentVersion.Query().CountX(ctx); n != 7 { // R2.2: the file of each decision, through its door
			t.Errorf("%d files of decisions", n)
		}
		phases, seen := db.Ent().Project.Query().AllX(ctx), map[string]int{}
		for _, p := range phases {
			seen[p.Phase]++
			if !p.Demo {
				t.Errorf("%s is not marked as demo", p.Number)
			}
		}
		for phase, n := range map[trade.Phase]int{trade.NoticeOpen: 1, trade.ObjectionReview: 1, trade.Listed: 3, trade.InAward: 1, trade.Announced: 1} {
			if seen[string(phase)] != n {
				t.Errorf("%d projects are %s, want %d (%v)", seen[string(phase)], phase, n, seen)
			}
		}
	})
}
