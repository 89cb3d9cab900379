package store_test

import (
	"context"
	"errors"
	"testing"

	"github.com/g60-corridor/corridor/ent/auditaction"
	"github.com/g60-corridor/corridor/internal/store"
	"github.com/g60-corridor/corridor/internal/store/storetest"
)

// write writes in each of the ways that share a transaction.
func write(ctx context.Context, tx *store.Tx) error {
	if err := tx.Ent().AuditAction.Create().SetAction("by ent").Exec(ctx); err != nil {
		return err
	}
	const insert = "INSERT INTO pulse (node, at_us) VALUES ('by SQL', 1)"
	if _, err := tx.ExecContext(ctx, insert); err != nil {
		return err
	}
	const other = "INSERT INTO pulse (node, at_us) VALUES ('by driver', 1)"
	if tx.Postgres() != nil {
		_, err := tx.Postgres().Exec(ctx, other)
		return err
	}
	_, err := tx.SQLite().ExecContext(ctx, other)
	return err
}

func written(t *testing.T, db *store.DB) int {
	t.Helper()
	var rows int
	if err := db.SQL().QueryRow("SELECT count(*) FROM pulse").Scan(&rows); err != nil {
		t.Fatal(err)
	}
	n, err := db.Ent().AuditAction.Query().Where(auditaction.Action("by ent")).Count(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return rows + n
}

func TestAllWaysShareOneTransaction(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		no := errors.New("no")
		err := db.Tx(t.Context(), func(tx *store.Tx) error {
			if err := write(t.Context(), tx); err != nil {
				return err
			}
			return no
		})
		if !errors.Is(err, no) || written(t, db) != 0 {
			t.Fatalf("after a refusal: %v, %d written", err, written(t, db))
		}
		func() {
			defer func() { _ = recover() }()
			_ = db.Tx(t.Context(), func(tx *store.Tx) error {
				if err := write(t.Context(), tx); err != nil {
					return err
				}
				panic("no")
			})
		}()
		if n := written(t, db); n != 0 {
			t.Fatalf("after a panic: %d written", n)
		}
		ctx, leave := context.WithCancel(t.Context())
		err = db.Tx(ctx, func(tx *store.Tx) error {
			if err := write(ctx, tx); err != nil {
				return err
			}
			leave()
			return nil
		})
		if err == nil || written(t, db) != 0 {
			t.Fatalf("after the caller left: %v, %d written", err, written(t, db))
		}
		for range 30 { // more than there are connections: each goes back usable
			if err := db.Tx(t.Context(), func(*store.Tx) error { return no }); !errors.Is(err, no) {
				t.Fatal(err)
			}
		}
		if err := db.Tx(t.Context(), func(tx *store.Tx) error { return write(t.Context(), tx) }); err != nil || written(t, db) != 3 {
			t.Fatalf("committed: %v, %d written", err, written(t, db))
		}
	})
}

// A failed statement ends the transaction on PostgreSQL; a caller that goes on is not told that all is well.
func TestWhatFailedIsNotCommitted(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		err := db.Tx(t.Context(), func(tx *store.Tx) error {
			if err := write(t.Context(), tx); err != nil {
				return err
			}
			if _, err := tx.ExecContext(t.Context(), "INSERT INTO pulse (node, at_us) VALUES ('by SQL', 2)"); err == nil {
				t.Error("the key is taken")
			}
			return nil
		})
		if db.IsPostgres() && (err == nil || written(t, db) != 0) || !db.IsPostgres() && (err != nil || written(t, db) != 3) {
			t.Fatalf("%v, %d written", err, written(t, db))
		}
	})
}
