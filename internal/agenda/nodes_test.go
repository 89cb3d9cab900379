package agenda_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/g60-corridor/corridor/internal/agenda"
	"github.com/g60-corridor/corridor/internal/store"
	"github.com/g60-corridor/corridor/internal/store/storetest"
)

// Two nodes share the work: each errand is done once.
func TestTwoNodesDoEachErrandOnce(t *testing.T) {
	const errands = 300
	url := storetest.PostgresURL(t)
	var did done
	var nodes []*agenda.Agenda
	var dbs []*store.DB
	for range 2 {
		db, err := store.Open(t.Context(), url)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { db.Close() })
		if err := db.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		a := open(t, db, nil)
		a.Handle("test.shared", func(_ context.Context, d agenda.Due) error { did.add(d.Key); return nil })
		nodes, dbs = append(nodes, a), append(dbs, db)
	}
	for _, a := range nodes {
		run(t, a)
	}
	for i := range errands {
		put(t, dbs[i%2], nodes[i%2], agenda.Errand{Kind: "test.shared", Key: fmt.Sprint(i)}, agenda.Errand{Kind: "test.shared", Key: fmt.Sprint(i)})
	}
	until(t, "all errands", func() bool { return jobs(t, dbs[0], "completed") == errands })
	for i := range errands {
		if n := did.times(fmt.Sprint(i)); n != 1 {
			t.Errorf("errand %d was done %d times", i, n)
		}
	}
}

// victim is the environment of the process that is killed: the database, and the file that says it is at work.
const victimDB, victimMark = "AGENDA_TEST_DB", "AGENDA_TEST_MARK"

// TestMain lets the test's own program be the node that is killed.
func TestMain(m *testing.M) {
	url := os.Getenv(victimDB)
	if url == "" {
		os.Exit(m.Run())
	}
	ctx := context.Background()
	db, err := store.Open(ctx, url)
	if err != nil {
		panic(err)
	}
	a, err := agenda.Trial(agenda.Options{DB: db}, nil, 0)
	if err != nil {
		panic(err)
	}
	a.Handle("test.deadly", func(ctx context.Context, d agenda.Due) error {
		if err := effect(ctx, db, d.Key); err != nil {
			panic(err)
		}
		if err := os.WriteFile(os.Getenv(victimMark), nil, 0o600); err != nil {
			panic(err)
		}
		select {} // until the kill
	})
	panic(a.Run(ctx))
}

// effect is idempotent by its key.
func effect(ctx context.Context, db *store.DB, key string) error {
	_, err := db.SQL().ExecContext(ctx, "INSERT INTO pulse (node, at_us) VALUES ($1, 1) ON CONFLICT (node) DO UPDATE SET at_us = pulse.at_us + 1", key)
	return err
}

// A node dies between the effect and its note: another does the errand again, and who takes care of the key is well.
func TestAnErrandOfADeadNodeIsDoneAgain(t *testing.T) {
	for name, url := range map[string]string{
		"sqlite": "sqlite:" + filepath.Join(t.TempDir(), "corridor.db"), "postgres": storetest.PostgresURL(t),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db, err := store.Open(t.Context(), url)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { db.Close() })
			if err := db.Migrate(t.Context()); err != nil {
				t.Fatal(err)
			}
			a, err := agenda.Trial(agenda.Options{DB: db, Log: quiet}, nil, 2*time.Second)
			if err != nil {
				t.Fatal(err)
			}
			put(t, db, a, agenda.Errand{Kind: "test.deadly", Key: "k"})
			mark := filepath.Join(t.TempDir(), "at work")
			victim := exec.Command(os.Args[0])
			victim.Env = append(os.Environ(), victimDB+"="+url, victimMark+"="+mark)
			if err := victim.Start(); err != nil {
				t.Fatal(err)
			}
			until(t, "the victim at work", func() bool { _, err := os.Stat(mark); return err == nil })
			if err := victim.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			_ = victim.Wait()
			if jobs(t, db, "running") != 1 {
				t.Fatal("the errand should look as if it were under way")
			}
			a.Handle("test.deadly", func(ctx context.Context, d agenda.Due) error { return effect(ctx, db, d.Key) })
			run(t, a)
			until(t, "the errand anew", func() bool { return jobs(t, db, "completed") == 1 })
			var times int
			if err := db.SQL().QueryRow("SELECT at_us FROM pulse WHERE node = 'k'").Scan(&times); err != nil || times != 2 {
				t.Errorf("the effect was asked for %d times, want once by each node: %v", times, err)
			}
		})
	}
}
