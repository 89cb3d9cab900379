package demo

import (
	"context"
	"testing"
	"time"

	"github.com/g60-corridor/corridor/ent/need"
	"github.com/g60-corridor/corridor/internal/agenda"
	"github.com/g60-corridor/corridor/internal/inbox"
	"github.com/g60-corridor/corridor/internal/needs"
	"github.com/g60-corridor/corridor/internal/store"
	"github.com/g60-corridor/corridor/internal/store/storetest"
	"github.com/g60-corridor/corridor/seeds"
)

type unheard struct{}

func (unheard) Tell(context.Context, *store.Tx, inbox.News) error { return nil }

// Planted twice the needs are there once; when all have ended there are new ones.
func TestPlantNeeds(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, now := t.Context(), time.Date(2026, 11, 26, 8, 0, 0, 0, time.UTC)
		if _, err := Plant(ctx, db, now); err != nil {
			t.Fatal(err)
		}
		due, err := agenda.New(agenda.Options{DB: db})
		if err != nil {
			t.Fatal(err)
		}
		room := needs.New(needs.Options{Database: db, Agenda: due, Herald: unheard{}, Now: func() time.Time { return now }})
		all, err := seeds.Needs()
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []int{len(all), len(all), 2 * len(all)} {
			if want > len(all) {
				now = now.AddDate(1, 0, 0)
			}
			if err := PlantNeeds(ctx, db.Ent(), room, now); err != nil {
				t.Fatal(err)
			}
			if n := db.Ent().Need.Query().Where(need.Demo(true)).CountX(ctx); n != want {
				t.Fatalf("%d needs, want %d", n, want)
			}
		}
	})
}
