package store_test

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/g60-corridor/corridor/internal/store"
	"github.com/g60-corridor/corridor/internal/store/storetest"
)

func TestOpenTakesAnyPath(t *testing.T) {
	path := filepath.Join(t.TempDir(), "年度 50% #1?", "corridor.db")
	db, err := store.Open(t.Context(), "sqlite:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Error(err)
	}
	var mode string
	if err := db.SQL().QueryRow("PRAGMA journal_mode").Scan(&mode); err != nil || mode != "wal" {
		t.Errorf("journal mode %q, %v", mode, err)
	}
	var durable int
	if err := db.SQL().QueryRow("PRAGMA synchronous").Scan(&durable); err != nil || durable != 2 {
		t.Errorf("synchronous %d, %v; 2 (FULL) is what an acknowledged bid needs", durable, err)
	}
}

func TestOpenRefusesOtherAddressesWithoutTellingThem(t *testing.T) {
	for _, url := range []string{"", "mysql://root:hunter2@db/x", "postgres://u:hunter2@[::1"} {
		_, err := store.Open(t.Context(), url)
		if err == nil {
			t.Fatalf("opened %q", url)
		}
		if strings.Contains(err.Error(), "hunter2") {
			t.Errorf("the password stands in the error: %v", err)
		}
	}
}

// Nodes that start together bring the schema up to date together.
func TestManyMayMigrateAtOnce(t *testing.T) {
	for name, url := range map[string]string{
		"sqlite": "sqlite:" + filepath.Join(t.TempDir(), "corridor.db"), "postgres": storetest.PostgresURL(t),
	} {
		t.Run(name, func(t *testing.T) {
			var nodes sync.WaitGroup
			for range 4 {
				nodes.Go(func() {
					db, err := store.Open(t.Context(), url)
					if err != nil {
						t.Error(err)
						return
					}
					defer db.Close()
					if err := db.Migrate(t.Context()); err != nil {
						t.Error(err)
					}
					if done, err := db.Migrated(t.Context()); err != nil || !done {
						t.Errorf("migrated: %v, %v", done, err)
					}
				})
			}
			nodes.Wait()
		})
	}
}
