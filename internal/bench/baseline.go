package bench

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// The baseline is how most auction sites take a bid: one transaction each, which locks the lot's row, looks at the
// price, writes the bid and moves the price. It is spared what would slow it further: no foreign keys, no second index,
// no hash chain, no refusals (each bid is one step above the price that it finds under the lock), prepared statements.
const (
	baselineTables = `
CREATE TABLE baseline_lot (id bigint PRIMARY KEY, price_fen bigint NOT NULL, leader bigint NOT NULL, bids bigint NOT NULL, deadline_us bigint NOT NULL);
CREATE TABLE baseline_bid (lot_id bigint NOT NULL, n bigint NOT NULL, bidder bigint NOT NULL, amount_fen bigint NOT NULL, at_us bigint NOT NULL, PRIMARY KEY (lot_id, n));
INSERT INTO baseline_lot VALUES (1, 100000000, 0, 0, 4102444800000000);`
	baselineRead   = `SELECT price_fen, bids, deadline_us FROM baseline_lot WHERE id = 1`
	baselineInsert = `INSERT INTO baseline_bid (lot_id, n, bidder, amount_fen, at_us) VALUES (1, $1, $2, $3, $4)`
	baselineUpdate = `UPDATE baseline_lot SET price_fen = $1, leader = $2, bids = $3 WHERE id = 1`
)

// baselineConnections are tried; the best is measured.
var baselineConnections = []int{4, 8, 16, 32}

type rowLock struct{ pool *pgxpool.Pool }

func openRowLock(ctx context.Context, url string, connections int) (*rowLock, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("baseline: %w", err)
	}
	config.MaxConns, config.MinConns = int32(connections), int32(connections)
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("baseline: %w", err)
	}
	return &rowLock{pool}, nil
}

func (b *rowLock) bid(ctx context.Context, i, _ int) (bool, error) {
	err := pgx.BeginFunc(ctx, b.pool, func(tx pgx.Tx) error {
		var price, bids, deadline int64
		if err := tx.QueryRow(ctx, baselineRead+" FOR UPDATE").Scan(&price, &bids, &deadline); err != nil {
			return err
		}
		now := time.Now().UnixMicro()
		if now >= deadline {
			return fmt.Errorf("baseline: the lot is closed")
		}
		price += int64(stepFen)
		if _, err := tx.Exec(ctx, baselineInsert, bids+1, i, price, now); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, baselineUpdate, price, i, bids+1)
		return err
	})
	return err == nil, err
}

// onePerBid is the baseline on SQLite: it has one writer, so there are no connections to choose.
type onePerBid struct {
	db                   *sql.DB
	read, insert, update *sql.Stmt
}

func openOnePerBid(ctx context.Context, db *sql.DB) (*onePerBid, error) {
	b := &onePerBid{db: db}
	for into, text := range map[**sql.Stmt]string{&b.read: baselineRead, &b.insert: baselineInsert, &b.update: baselineUpdate} {
		stmt, err := db.PrepareContext(ctx, text)
		if err != nil {
			return nil, fmt.Errorf("baseline: %w", err)
		}
		*into = stmt
	}
	return b, nil
}

func (b *onePerBid) bid(ctx context.Context, i, _ int) (bool, error) {
	tx, err := b.db.BeginTx(ctx, nil) // BEGIN IMMEDIATE: the lock that FOR UPDATE would take
	if err != nil {
		return false, err
	}
	defer func() { _ = tx.Rollback() }()
	var price, bids, deadline int64
	if err := tx.StmtContext(ctx, b.read).QueryRowContext(ctx).Scan(&price, &bids, &deadline); err != nil {
		return false, err
	}
	now := time.Now().UnixMicro()
	if now >= deadline {
		return false, fmt.Errorf("baseline: the lot is closed")
	}
	price += int64(stepFen)
	if _, err := tx.StmtContext(ctx, b.insert).ExecContext(ctx, bids+1, i, price, now); err != nil {
		return false, err
	}
	if _, err := tx.StmtContext(ctx, b.update).ExecContext(ctx, price, i, bids+1); err != nil {
		return false, err
	}
	return true, tx.Commit()
}
