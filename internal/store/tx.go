package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"

	"github.com/g60-corridor/corridor/ent"
)

// Tx is one transaction, for ent and for plain SQL alike.
type Tx struct {
	*sql.Tx
	client *ent.Client
}

// Ent is the catalogue within the transaction.
func (tx *Tx) Ent() *ent.Client { return tx.client }

// Tx runs f in one transaction: all of it happens, or nothing. On SQLite it holds the one writer from the start, so f
// must write by tx alone: anything else that writes would wait for f to end.
func (db *DB) Tx(ctx context.Context, f func(*Tx) error) (err error) {
	sqlTx, err := db.write.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer func() {
		if p := recover(); p != nil {
			_ = sqlTx.Rollback()
			panic(p)
		}
	}()
	driver := entsql.NewDriver(db.dialect, entsql.Conn{ExecQuerier: sqlTx})
	tx := &Tx{Tx: sqlTx, client: ent.NewClient(ent.Driver(within{driver}))}
	if err := f(tx); err != nil {
		if back := sqlTx.Rollback(); back != nil && !errors.Is(back, sql.ErrTxDone) {
			return errors.Join(err, back)
		}
		return err
	}
	if err := sqlTx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
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
