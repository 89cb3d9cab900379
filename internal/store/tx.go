package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/g60-corridor/corridor/ent"
)

// Tx is one transaction, for ent, for plain SQL and for the agenda's errands alike.
type Tx struct {
	Statements
	client *ent.Client
	sqlite *sql.Tx // on SQLite
	pgx    pgx.Tx  // on PostgreSQL
}

// Statements is plain SQL within a transaction, with PostgreSQL's placeholders on PostgreSQL.
type Statements interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// Ent is the catalogue within the transaction.
func (tx *Tx) Ent() *ent.Client { return tx.client }

// SQLite is the transaction as SQLite's driver knows it; nil on PostgreSQL. It is not for the caller to end.
func (tx *Tx) SQLite() *sql.Tx { return tx.sqlite }

// Postgres is the transaction as pgx knows it; nil on SQLite. It is not for the caller to end.
func (tx *Tx) Postgres() pgx.Tx { return tx.pgx }

// Tx runs f in one transaction: all of it happens, or nothing. On SQLite it holds the one writer from the start, so f
// must write by tx alone: anything else that writes would wait for f to end.
func (db *DB) Tx(ctx context.Context, f func(*Tx) error) error {
	if db.IsPostgres() {
		return db.postgresTx(ctx, f)
	}
	t, err := db.write.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	return whole(f, &Tx{Statements: t, client: db.joined(t), sqlite: t}, t.Commit, t.Rollback)
}

// postgresTx begins by pgx on a connection that is kept aside meanwhile: what then goes through database/sql (ent and
// plain SQL) and what goes through pgx (the agenda) is in the same transaction.
func (db *DB) postgresTx(ctx context.Context, f func(*Tx) error) error {
	conn, err := db.write.Conn(ctx)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer conn.Close()
	var t pgx.Tx
	err = conn.Raw(func(driver any) error {
		t, err = driver.(*stdlib.Conn).Conn().BeginTx(ctx, pgx.TxOptions{})
		return err
	})
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	commit := func() error { return t.Commit(ctx) }
	rollback := func() error {
		// The caller may have left, but the connection goes back clean. Where that fails, pgx closes it.
		ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), rollbackMost)
		defer cancel()
		return t.Rollback(ending)
	}
	return whole(f, &Tx{Statements: conn, client: db.joined(conn), pgx: t}, commit, rollback)
}

const rollbackMost = 5 * time.Second

func whole(f func(*Tx) error, tx *Tx, commit, rollback func() error) error {
	ended := false
	defer func() {
		if !ended { // a panic, or runtime.Goexit
			_ = rollback()
		}
	}()
	err := f(tx)
	ended = true
	if err != nil {
		if back := rollback(); back != nil && !errors.Is(back, sql.ErrTxDone) && !errors.Is(back, pgx.ErrTxClosed) {
			return errors.Join(err, back)
		}
		return err
	}
	if err := commit(); err != nil {
		_ = rollback() // nothing to do, unless the commit was not even sent
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

func (db *DB) joined(in entsql.ExecQuerier) *ent.Client {
	return ent.NewClient(ent.Driver(within{entsql.NewDriver(db.dialect, entsql.Conn{ExecQuerier: in})}))
}

// within is a driver that is inside a transaction already: what ent would begin, it joins.
type within struct{ *entsql.Driver }

func (d within) Tx(context.Context) (dialect.Tx, error) { return dialect.NopTx(d), nil }

func (d within) BeginTx(context.Context, *sql.TxOptions) (dialect.Tx, error) {
	return dialect.NopTx(d), nil
}

// InTx is Tx for those who need ent alone.
func (db *DB) InTx(ctx context.Context, f func(*ent.Client) error) error {
	return db.Tx(ctx, func(tx *Tx) error { return f(tx.Ent()) })
}
