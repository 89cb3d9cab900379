package store_test

import (
	"slices"
	"testing"

	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"

	"github.com/g60-corridor/corridor/internal/store"
	"github.com/g60-corridor/corridor/internal/store/storetest"
)

// A later River may want more tables than our migrations bring; then there is one to be added.
func TestTheAgendaHasTheTablesThatRiverWants(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		var want, have []rivermigrate.Migration
		if db.IsPostgres() {
			m, err := rivermigrate.New(riverpgxv5.New(db.AgendaPool()), nil)
			if err != nil {
				t.Fatal(err)
			}
			want = m.AllVersions()
			if have, err = m.ExistingVersions(t.Context()); err != nil {
				t.Fatal(err)
			}
		} else {
			m, err := rivermigrate.New(riversqlite.New(db.SQL()), nil)
			if err != nil {
				t.Fatal(err)
			}
			want = m.AllVersions()
			if have, err = m.ExistingVersions(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		version := func(m rivermigrate.Migration) int { return m.Version }
		same := func(a, b rivermigrate.Migration) bool { return version(a) == version(b) }
		if len(want) == 0 || !slices.EqualFunc(have, want, same) {
			t.Errorf("%d of River's %d migrations are applied", len(have), len(want))
		}
	})
}
