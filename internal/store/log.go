package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/proof"
)

// Log keeps the lots' logs in one lean table. Its rows are never changed and never deleted.
type Log struct {
	db    *DB
	vault *proof.Vault
	ring  func(auction.LotID, auction.Seq)

	tails tails
}

// Log opens the lots' logs. ring is called after each commit, from the goroutine that appended; it must not block.
func (db *DB) Log(vault *proof.Vault, ring func(auction.LotID, auction.Seq)) *Log {
	if ring == nil {
		ring = func(auction.LotID, auction.Seq) {}
	}
	return &Log{db: db, vault: vault, ring: ring, tails: tails{of: map[auction.LotID]*tail{}}}
}

// Append stores a batch in one commit, right after a position. The entries come with Seq, At and Event and go back
// with Leaf and Head. It fails with auction.ErrFenced if the position is not the end of the log, with
// auction.ErrUnknown if it is not known whether the batch was stored, and with another error if it was not.
// A batch that ends the lot stores the signed head in the same commit.
func (l *Log) Append(ctx context.Context, lot auction.LotID, after auction.Position, entries []auction.Entry) ([]auction.Entry, error) {
	if len(entries) == 0 {
		return nil, nil
	}
	b, err := newBatch(l.vault, lot, after, entries)
	switch {
	case err != nil:
	case l.db.IsPostgres():
		err = b.appendPostgres(ctx, l.db)
	default:
		err = b.appendSQLite(ctx, l.db)
	}
	if err != nil {
		return nil, fmt.Errorf("append to lot %d: %w", lot, err)
	}
	l.tails.add(lot, b.entries)
	l.ring(lot, b.end().Seq)
	return b.entries, nil
}

// Read returns up to limit entries of a lot after a position, oldest first.
func (l *Log) Read(ctx context.Context, lot auction.LotID, after auction.Seq, limit int) ([]auction.Entry, error) {
	if cached := l.tails.after(lot, after, limit); cached != nil {
		return cached, nil
	}
	rows, err := l.db.logRead.QueryContext(ctx, l.db.bind(
		`SELECT seq, body, sealed, head FROM lot_log WHERE lot_id = ? AND seq > ? ORDER BY seq LIMIT ?`), int64(lot), int64(after), limit)
	if err != nil {
		return nil, fmt.Errorf("read log of lot %d: %w", lot, err)
	}
	defer rows.Close()
	var keys *proof.LotKeys // made when there is something to read: anybody can name a lot that is none
	var entries []auction.Entry
	for rows.Next() {
		if keys == nil {
			keys = l.vault.Lot(lot)
		}
		var e auction.Entry
		var body, sealed, head []byte
		if err := rows.Scan(&e.Seq, &body, &sealed, &head); err != nil {
			return nil, fmt.Errorf("read log of lot %d: %w", lot, err)
		}
		if e.At, e.Event, e.Leaf, err = keys.Decode(e.Seq, body, sealed); err != nil {
			return nil, fmt.Errorf("read log of lot %d at %d: %w", lot, e.Seq, err)
		}
		if copy(e.Head[:], head) != len(e.Head) {
			return nil, fmt.Errorf("read log of lot %d at %d: the head has %d bytes", lot, e.Seq, len(head))
		}
		entries = append(entries, e)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read log of lot %d: %w", lot, err)
	}
	return entries, nil
}

// HasLogs says whether the log of any lot has begun.
func (db *DB) HasLogs(ctx context.Context) (has bool, err error) {
	if err := db.logRead.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM lot_log)`).Scan(&has); err != nil {
		return false, fmt.Errorf("look for logs: %w", err)
	}
	return has, nil
}

// Unended lists the lots that have a log and no end.
func (l *Log) Unended(ctx context.Context) ([]auction.LotID, error) {
	rows, err := l.db.logRead.QueryContext(ctx, `SELECT lot_id FROM lot_open ORDER BY lot_id`)
	if err != nil {
		return nil, fmt.Errorf("list open lots: %w", err)
	}
	defer rows.Close()
	var lots []auction.LotID
	for rows.Next() {
		var lot auction.LotID
		if err := rows.Scan(&lot); err != nil {
			return nil, fmt.Errorf("list open lots: %w", err)
		}
		lots = append(lots, lot)
	}
	return lots, rows.Err()
}

// ErrNoSeal says that a lot has not ended.
var ErrNoSeal = errors.New("store: the lot has not ended")

// Seal returns the last signed head of a lot.
func (l *Log) Seal(ctx context.Context, lot auction.LotID) (proof.Signature, error) {
	s := proof.Signature{Lot: lot}
	var head []byte
	err := l.db.logRead.QueryRowContext(ctx, l.db.bind(
		`SELECT seq, head, key_id, algorithm, value FROM lot_seal WHERE lot_id = ? ORDER BY seq DESC LIMIT 1`), int64(lot)).
		Scan(&s.Seq, &head, &s.KeyID, &s.Algorithm, &s.Value)
	if errors.Is(err, sql.ErrNoRows) {
		return s, ErrNoSeal
	}
	if err != nil {
		return s, fmt.Errorf("read seal of lot %d: %w", lot, err)
	}
	copy(s.Head[:], head)
	return s, nil
}

// Pulse leaves a sign of life of a node, from which the next start finds how long the house was away.
func (l *Log) Pulse(ctx context.Context, node string, at time.Time) error {
	_, err := l.db.logWrite.ExecContext(ctx, l.db.bind(
		`INSERT INTO pulse (node, at_us) VALUES (?, ?) ON CONFLICT (node) DO UPDATE SET at_us = excluded.at_us`), node, at.UnixMicro())
	if err != nil {
		return fmt.Errorf("pulse: %w", err)
	}
	return nil
}

// LastPulse returns the last sign of life of any node but one; the zero time if there is none.
func (l *Log) LastPulse(ctx context.Context, except string) (time.Time, error) {
	var us sql.NullInt64
	err := l.db.logRead.QueryRowContext(ctx, l.db.bind(`SELECT max(at_us) FROM pulse WHERE node <> ?`), except).Scan(&us)
	if err != nil {
		return time.Time{}, fmt.Errorf("read pulse: %w", err)
	}
	if !us.Valid {
		return time.Time{}, nil
	}
	return time.UnixMicro(us.Int64).UTC(), nil
}
