package agenda_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/internal/agenda"
	"github.com/g60-corridor/corridor/internal/store"
	"github.com/g60-corridor/corridor/internal/store/storetest"
)

// patience is for the slowest machine; nothing waits for all of it.
const patience = time.Minute

var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

// done is what was done, by key, as often as it was.
type done struct {
	mu   sync.Mutex
	keys map[string]int
}

func (d *done) add(key string) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.keys == nil {
		d.keys = map[string]int{}
	}
	d.keys[key]++
	return d.keys[key]
}

func (d *done) times(key string) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.keys[key]
}

func open(t *testing.T, db *store.DB, clock func() time.Time) *agenda.Agenda {
	t.Helper()
	a, err := agenda.Trial(agenda.Options{DB: db, Log: quiet}, clock, 0)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// run runs an agenda until the function that it returns is called, or the test ends.
func run(t *testing.T, a *agenda.Agenda) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- a.Run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("run: %v", err)
		}
	})
	t.Cleanup(stop)
	return stop
}

func put(t *testing.T, db *store.DB, a *agenda.Agenda, errands ...agenda.Errand) {
	t.Helper()
	err := db.Tx(t.Context(), func(tx *store.Tx) error {
		for _, e := range errands {
			if err := a.Put(t.Context(), tx, e); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func until(t *testing.T, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !is(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain: %s", what)
		}
	}
}

// jobs counts what River keeps in a state.
func jobs(t *testing.T, db *store.DB, state string) (n int) {
	t.Helper()
	if err := db.SQL().QueryRow("SELECT count(*) FROM river_job WHERE state = '" + state + "'").Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestAnErrandIsThereIfItsTransactionIs(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		a, no := open(t, db, nil), errors.New("no")
		decide := func(name string, end error) error {
			return db.Tx(t.Context(), func(tx *store.Tx) error {
				err := tx.Ent().AuditAction.Create().SetAction(name).Exec(t.Context())
				if err == nil {
					err = a.Put(t.Context(), tx, agenda.Errand{Kind: "test.note", Key: name})
				}
				return errors.Join(err, end)
			})
		}
		if err := decide("refused", no); !errors.Is(err, no) {
			t.Fatal(err)
		}
		if err := decide("decided", nil); err != nil {
			t.Fatal(err)
		}
		var did done
		a.Handle("test.note", func(ctx context.Context, d agenda.Due) error {
			return db.InTx(ctx, func(client *ent.Client) error { // an errand may write, on SQLite too
				did.add(d.Key)
				return client.AuditAction.Create().SetAction("done").SetSubject(d.Key).Exec(ctx)
			})
		})
		run(t, a)
		until(t, "the errand", func() bool { return jobs(t, db, "completed") == 1 })
		if did.times("decided") != 1 || did.times("refused") != 0 {
			t.Errorf("done: %v", did.keys)
		}
		if n := db.Ent().AuditAction.Query().CountX(t.Context()); n != 2 {
			t.Errorf("%d actions", n)
		}
	})
}

func TestAnErrandThatFailsIsTriedAgain(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		a := open(t, db, nil)
		var mu sync.Mutex
		var attempts []int
		a.Handle("test.hard", func(_ context.Context, d agenda.Due) error {
			var args struct{ Word string }
			if err := json.Unmarshal(d.Args, &args); err != nil || args.Word != "走廊" {
				t.Errorf("args %s: %v", d.Args, err)
			}
			mu.Lock()
			defer mu.Unlock()
			attempts = append(attempts, d.Attempt)
			switch d.Attempt {
			case 1:
				return errors.New("not yet")
			case 2:
				panic("not yet either")
			}
			return nil
		})
		run(t, a)
		put(t, db, a, agenda.Errand{Kind: "test.hard", Args: json.RawMessage(`{"word":"走廊"}`)})
		until(t, "success", func() bool { return jobs(t, db, "completed") == 1 })
		mu.Lock()
		defer mu.Unlock()
		if fmt.Sprint(attempts) != "[1 2 3]" {
			t.Errorf("attempts %v", attempts)
		}
	})
}

func TestAKeyIsPutOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		a := open(t, db, nil)
		var did done
		for _, kind := range []string{"test.one", "test.two"} {
			a.Handle(kind, func(_ context.Context, d agenda.Due) error { did.add(kind + d.Key); return nil })
		}
		later := time.Now().Add(time.Hour)
		put(t, db, a, agenda.Errand{Kind: "test.one", Key: "k"}, agenda.Errand{Kind: "test.one", Key: "k", At: later},
			agenda.Errand{Kind: "test.two", Key: "k"}, agenda.Errand{Kind: "test.two"}, agenda.Errand{Kind: "test.two"})
		put(t, db, a, agenda.Errand{Kind: "test.one", Key: "k", Args: json.RawMessage(`1`)})
		run(t, a)
		until(t, "all errands", func() bool { return jobs(t, db, "completed") == 4 })
		put(t, db, a, agenda.Errand{Kind: "test.one", Key: "k"}, agenda.Errand{Kind: "test.two", Key: "last"})
		until(t, "the last errand", func() bool { return jobs(t, db, "completed") == 5 })
		if did.times("test.onek") != 1 || did.times("test.twok") != 1 || did.times("test.two") != 2 {
			t.Errorf("done: %v", did.keys)
		}
	})
}

func TestAnErrandWaitsForItsTime(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		a := open(t, db, nil)
		var mu sync.Mutex
		var at time.Time
		a.Handle("test.timed", func(context.Context, agenda.Due) error {
			mu.Lock()
			defer mu.Unlock()
			at = time.Now()
			return nil
		})
		run(t, a)
		due := time.Now().Add(2 * time.Second)
		put(t, db, a, agenda.Errand{Kind: "test.timed", At: due})
		until(t, "its time", func() bool { return jobs(t, db, "completed") == 1 })
		mu.Lock()
		defer mu.Unlock()
		if at.Before(due.Truncate(time.Millisecond)) {
			t.Errorf("%v early", due.Sub(at))
		}
	})
}

// The house was closed for days: what fell due is done, once, and what has not is not.
func TestWhatFellDueWhileTheHouseWasClosed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		const day = 24 * time.Hour
		put(t, db, open(t, db, nil), agenda.Errand{Kind: "test.timed", Key: "in three days", At: time.Now().Add(3 * day)},
			agenda.Errand{Kind: "test.timed", Key: "in nine days", At: time.Now().Add(9 * day)})
		var did done
		for _, days := range []time.Duration{5, 6} {
			a := open(t, db, func() time.Time { return time.Now().Add(days * day) })
			a.Handle("test.timed", func(_ context.Context, d agenda.Due) error { did.add(d.Key); return nil })
			a.Handle("test.mark", func(_ context.Context, d agenda.Due) error { did.add(d.Key); return nil })
			stop := run(t, a)
			until(t, "what fell due", func() bool { return did.times("in three days") == 1 })
			mark := fmt.Sprint("mark ", int(days))
			put(t, db, a, agenda.Errand{Kind: "test.mark", Key: mark})
			until(t, "the mark", func() bool { return did.times(mark) == 1 })
			stop()
		}
		if did.times("in three days") != 1 || did.times("in nine days") != 0 || jobs(t, db, "scheduled") != 1 {
			t.Errorf("done: %v", did.keys)
		}
	})
}

// A node of an older version leaves alone what it does not know.
func TestUnknownErrandsAreLeft(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		a := open(t, db, nil)
		var did done
		a.Handle("test.known", func(_ context.Context, d agenda.Due) error { did.add(d.Key); return nil })
		stop := run(t, a)
		put(t, db, a, agenda.Errand{Kind: "test.unknown", Key: "u"}, agenda.Errand{Kind: "test.known", Key: "k"})
		until(t, "what is known", func() bool { return jobs(t, db, "completed") == 1 })
		stop()
		if jobs(t, db, "available") != 1 {
			t.Fatal("the unknown errand is gone")
		}
		b := open(t, db, nil)
		b.Handle("test.unknown", func(_ context.Context, d agenda.Due) error { did.add(d.Key); return nil })
		run(t, b)
		until(t, "who knows it", func() bool { return did.times("u") == 1 })
	})
}

// Whoever ends the house waits for what is under way; nothing runs on, nothing is left as running.
func TestTheEndIsInGoodOrder(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		before := goleak.IgnoreCurrent()
		a := open(t, db, nil)
		begun, finish := make(chan struct{}), make(chan struct{})
		var did done
		a.Handle("test.long", func(ctx context.Context, d agenda.Due) error {
			close(begun)
			<-finish
			if ctx.Err() == nil {
				did.add(d.Key)
			}
			return ctx.Err()
		})
		stop := run(t, a)
		put(t, db, a, agenda.Errand{Kind: "test.long", Key: "k"})
		<-begun
		time.AfterFunc(200*time.Millisecond, func() { close(finish) })
		stop()
		if did.times("k") != 1 || jobs(t, db, "completed") != 1 || jobs(t, db, "running") != 0 {
			t.Errorf("done %v, %d completed, %d running", did.keys, jobs(t, db, "completed"), jobs(t, db, "running"))
		}
		goleak.VerifyNone(t, before, goleak.IgnoreTopFunction("github.com/jackc/pgx/v5/pgxpool.(*Pool).backgroundHealthCheck"),
			goleak.IgnoreTopFunction("github.com/jackc/puddle/v2.(*Pool[...]).initResourceValue"))
	})
}
