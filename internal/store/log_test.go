package store_test

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"reflect"
	"sync"
	"testing"
	"time"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/proof"
	"github.com/g60-corridor/corridor/internal/store"
	"github.com/g60-corridor/corridor/internal/store/storetest"
)

func vault(t testing.TB) *proof.Vault {
	t.Helper()
	v, err := proof.NewVault([]byte("a master key of at least 32 bytes"), ed25519.NewKeyFromSeed(make([]byte, 32)))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func admitted(after auction.Seq, n int) []auction.Entry {
	batch := make([]auction.Entry, n)
	for i := range batch {
		seq := after + auction.Seq(i) + 1
		batch[i] = auction.Entry{Seq: seq, At: auction.Instant(1_700_000_000_000_000 + int64(seq)), Event: auction.BidderAdmitted{
			Paddle: auction.Paddle(fmt.Sprintf("A%d", seq)), Identity: "91330100799655058B",
		}}
	}
	return batch
}

func end(entries []auction.Entry) auction.Position {
	last := entries[len(entries)-1]
	return auction.Position{Seq: last.Seq, Head: last.Head}
}

func TestLogKeepsWhatWasAppended(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		var rung []auction.Seq
		log := db.Log(vault(t), func(lot auction.LotID, seq auction.Seq) { rung = append(rung, seq) })
		first, err := log.Append(ctx, 7, auction.Position{}, admitted(0, 250))
		if err != nil {
			t.Fatal(err)
		}
		second, err := log.Append(ctx, 7, end(first), admitted(250, 3))
		if err != nil {
			t.Fatal(err)
		}
		if fmt.Sprint(rung) != "[250 253]" {
			t.Errorf("the bell rang %v", rung)
		}
		want := append(append([]auction.Entry{}, first...), second...)
		for name, reader := range map[string]*store.Log{"with its tail": log, "from the table": db.Log(vault(t), nil)} {
			var got []auction.Entry
			for {
				part, err := reader.Read(ctx, 7, auction.Seq(len(got)), 100)
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, part...)
				if len(part) == 0 {
					break
				}
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("read %s: %d entries differ from the %d appended", name, len(got), len(want))
			}
		}
		if other, err := log.Read(ctx, 8, 0, 10); err != nil || len(other) != 0 {
			t.Errorf("another lot has %v, %v", other, err)
		}
	})
}

func TestAppendIsFencedUnlessItFollowsTheEnd(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		log := db.Log(vault(t), nil)
		first, err := log.Append(ctx, 1, auction.Position{}, admitted(0, 5))
		if err != nil {
			t.Fatal(err)
		}
		pos := end(first)
		forged := pos
		forged.Head[0] ^= 1
		for name, after := range map[string]auction.Position{
			"the beginning": {}, "the middle": {Seq: 3, Head: first[2].Head}, "beyond the end": {Seq: 9, Head: pos.Head}, "another head": forged,
		} {
			if _, err := log.Append(ctx, 1, after, admitted(after.Seq, 2)); !errors.Is(err, auction.ErrFenced) {
				t.Errorf("append after %s: %v", name, err)
			}
		}
		if _, err := log.Append(ctx, 1, pos, admitted(7, 1)); err == nil || errors.Is(err, auction.ErrFenced) {
			t.Errorf("append with a gap in the batch: %v", err)
		}
		if got, err := db.Log(vault(t), nil).Read(ctx, 1, 0, 100); err != nil || len(got) != 5 {
			t.Errorf("%d entries after fenced appends, %v", len(got), err)
		}
		if _, err := log.Append(ctx, 1, pos, admitted(5, 1)); err != nil {
			t.Errorf("append to the end: %v", err)
		}
	})
}

// Many writers race for the same positions: each position is won once, and the chain is one.
func TestRacingWritersFenceOneAnother(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		var wg sync.WaitGroup
		const writers, each = 4, 15
		for range writers {
			log := db.Log(vault(t), nil)
			wg.Go(func() {
				var pos auction.Position
				for done := 0; done < each; {
					entries, err := log.Append(ctx, 3, pos, admitted(pos.Seq, 2))
					if err == nil {
						pos, done = end(entries), done+1
						continue
					}
					if !errors.Is(err, auction.ErrFenced) {
						t.Error(err)
						return
					}
					tail, err := log.Read(ctx, 3, pos.Seq, 1000)
					if err != nil {
						t.Error(err)
						return
					}
					if len(tail) > 0 {
						pos = end(tail)
					}
				}
			})
		}
		wg.Wait()
		got, err := db.Log(vault(t), nil).Read(ctx, 3, 0, 1000)
		if err != nil || len(got) != writers*each*2 {
			t.Fatalf("%d entries, %v; %d expected", len(got), err, writers*each*2)
		}
		var head auction.Hash
		for i, e := range got {
			head = proof.Chain(head, e.Leaf)
			if e.Seq != auction.Seq(i+1) || e.Head != head {
				t.Fatalf("entry %d breaks the chain", i+1)
			}
		}
	})
}

func TestTheEndOfALotIsSealed(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		log := db.Log(vault(t), nil)
		if _, err := log.Seal(ctx, 5); !errors.Is(err, store.ErrNoSeal) {
			t.Errorf("seal of nothing: %v", err)
		}
		first, err := log.Append(ctx, 5, auction.Position{}, admitted(0, 3))
		if err != nil {
			t.Fatal(err)
		}
		if open, err := log.Unended(ctx); err != nil || fmt.Sprint(open) != "[5]" {
			t.Errorf("open lots %v, %v", open, err)
		}
		closing := []auction.Entry{{Seq: 4, At: first[2].At + 1, Event: auction.LotClosed{Outcome: auction.Passed, Why: auction.NoBids}}}
		last, err := log.Append(ctx, 5, end(first), closing)
		if err != nil {
			t.Fatal(err)
		}
		seal, err := log.Seal(ctx, 5)
		if err != nil || seal.Seq != 4 || seal.Head != last[0].Head || !reflect.DeepEqual(seal, vault(t).SignHead(5, end(last))) {
			t.Errorf("seal %+v, %v", seal, err)
		}
		if open, err := log.Unended(ctx); err != nil || len(open) != 0 {
			t.Errorf("open lots %v, %v", open, err)
		}
		void := []auction.Entry{{Seq: 5, At: last[0].At + 1, Event: auction.LotAnnulled{Cause: auction.Intrusion}}}
		if _, err := log.Append(ctx, 5, end(last), void); err != nil {
			t.Fatal(err)
		}
		if seal, err := log.Seal(ctx, 5); err != nil || seal.Seq != 5 {
			t.Errorf("seal after the annulment %+v, %v", seal, err)
		}
	})
}

// A cancelled append is never reported as fenced, and what it says of itself is true.
func TestACancelledAppendTellsTheTruth(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		log := db.Log(vault(t), nil)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := log.Append(ctx, 6, auction.Position{}, admitted(0, 3))
		if err == nil || errors.Is(err, auction.ErrFenced) {
			t.Fatalf("a cancelled append: %v", err)
		}
		got, readErr := log.Read(t.Context(), 6, 0, 10)
		if readErr != nil {
			t.Fatal(readErr)
		}
		if len(got) != 0 && !errors.Is(err, auction.ErrUnknown) {
			t.Errorf("%d entries are stored, and the error was %v", len(got), err)
		}
	})
}

func TestPulse(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		log := db.Log(vault(t), nil)
		if at, err := log.LastPulse(t.Context(), "a"); err != nil || !at.IsZero() {
			t.Errorf("before any pulse: %v, %v", at, err)
		}
		now := time.Date(2026, 3, 2, 10, 0, 0, 5000, time.UTC)
		for _, node := range []string{"a", "b", "a"} {
			now = now.Add(time.Second)
			if err := log.Pulse(t.Context(), node, now); err != nil {
				t.Fatal(err)
			}
		}
		if at, err := log.LastPulse(t.Context(), "a"); err != nil || !at.Equal(now.Add(-time.Second)) {
			t.Errorf("last pulse but a's: %v, %v", at, err)
		}
		if at, err := log.LastPulse(t.Context(), ""); err != nil || !at.Equal(now) {
			t.Errorf("last pulse: %v, %v", at, err)
		}
	})
}

// However many pages ask the database at once, bids are stored and the house gives its signs of life.
func TestNoRushForPagesHoldsUpTheLog(t *testing.T) {
	address := storetest.PostgresURL(t)
	db, err := store.Open(t.Context(), address+"&pool_max_conns=12")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	const pages = 12
	var held, ended sync.WaitGroup
	held.Add(pages)
	enough := make(chan struct{})
	for range pages {
		ended.Go(func() {
			err := db.Tx(context.Background(), func(*store.Tx) error { held.Done(); <-enough; return nil })
			if err != nil {
				t.Error(err)
			}
		})
	}
	held.Wait()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	log := db.Log(vault(t), nil)
	if has, err := db.HasLogs(ctx); has || err != nil {
		t.Errorf("logs in an empty database: %v, %v", has, err)
	}
	if _, err := log.Append(ctx, 7, auction.Position{}, []auction.Entry{bid(1)}); err != nil {
		t.Errorf("append: %v", err)
	}
	if has, err := db.HasLogs(ctx); !has || err != nil {
		t.Errorf("a log that has begun: %v, %v", has, err)
	}
	if _, err := log.Read(ctx, 7, 0, 10); err != nil {
		t.Errorf("read: %v", err)
	}
	if err := log.Pulse(ctx, "a", time.Now()); err != nil {
		t.Errorf("pulse: %v", err)
	}
	close(enough)
	ended.Wait()
}

func TestATransactionIsAllOrNothingForEntAndSQL(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		stop := errors.New("stop")
		add := func(fail bool) error {
			return db.Tx(ctx, func(tx *store.Tx) error {
				if _, err := tx.ExecContext(ctx, "INSERT INTO pulse (node, at_us) VALUES ('x', 1)"); err != nil {
					return err
				}
				_, err := tx.Ent().Person.Create().SetEmail("a@b").SetNameZh("甲").Save(ctx)
				if err == nil && fail {
					err = stop
				}
				return err
			})
		}
		if err := add(true); !errors.Is(err, stop) {
			t.Fatal(err)
		}
		if n := db.Ent().Person.Query().CountX(ctx); n != 0 {
			t.Errorf("%d people after a rollback", n)
		}
		if err := add(false); err != nil {
			t.Fatal(err)
		}
		if n := db.Ent().Person.Query().CountX(ctx); n != 1 {
			t.Errorf("%d people after a commit", n)
		}
	})
}
