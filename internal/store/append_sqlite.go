package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"

	"modernc.org/sqlite"

	"github.com/g60-corridor/corridor/internal/auction"
)

// inserts are prepared statements on SQLite's one writing connection, by their number of rows, largest first.
type inserts struct {
	mu    sync.Mutex
	stmts [len(insertSizes)]*sql.Stmt // guarded by mu
}

var insertSizes = [...]int{64, 8, 1}

func (p *inserts) prepare(ctx context.Context, db *sql.DB) ([len(insertSizes)]*sql.Stmt, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, n := range insertSizes {
		if p.stmts[i] != nil {
			continue
		}
		stmt, err := db.PrepareContext(ctx, `INSERT INTO lot_log (lot_id, seq, body, sealed, head) VALUES (?, ?, ?, ?, ?)`+
			strings.Repeat(`, (?, ?, ?, ?, ?)`, n-1))
		if err != nil {
			return p.stmts, err
		}
		p.stmts[i] = stmt
	}
	return p.stmts, nil
}

func (b *batch) appendSQLite(ctx context.Context, db *DB) error {
	stmts, err := db.inserts.prepare(ctx, db.write)
	if err != nil {
		return err
	}
	rows := b.encodeBeside()
	defer rows.drop()
	tx, err := db.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after a commit it has nothing to do
	if err := b.follows(ctx, tx); err != nil {
		return err
	}
	for i, stmt := range stmts {
		size := insertSizes[i]
		if rows.left() < size {
			continue
		}
		stmt = tx.StmtContext(ctx, stmt)
		args := make([]any, 0, 5*size)
		for rows.left() >= size {
			if args, err = rows.take(args[:0], size); err != nil {
				return err
			}
			if _, err := stmt.ExecContext(ctx, args...); err != nil {
				return sqliteFence(err)
			}
		}
	}
	err = b.mark(func(text string, args ...any) error { _, err := tx.ExecContext(ctx, text, args...); return err })
	if err != nil {
		return sqliteFence(err)
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("%w: %w", auction.ErrUnknown, err)
	}
	return nil
}

// follows says whether the entry that the batch follows is there under the same head.
func (b *batch) follows(ctx context.Context, tx *sql.Tx) error {
	if b.after.Seq == 0 {
		return nil
	}
	var head []byte
	err := tx.QueryRowContext(ctx, `SELECT head FROM lot_log WHERE lot_id = ? AND seq = ?`, int64(b.lot), int64(b.after.Seq)).Scan(&head)
	if errors.Is(err, sql.ErrNoRows) || err == nil && !bytes.Equal(head, b.after.Head[:]) {
		return auction.ErrFenced
	}
	return err
}

func sqliteFence(err error) error {
	const constraintPrimaryKey, constraintUnique = 1555, 2067
	var e *sqlite.Error
	if errors.As(err, &e) && (e.Code() == constraintPrimaryKey || e.Code() == constraintUnique) {
		return auction.ErrFenced
	}
	return err
}

// beside is a batch that is being encoded by a second goroutine while its first rows are written.
type beside struct {
	batch *batch
	rows  []row
	taken int
	ready chan int // so many rows are encoded; closed when no more come
	have  int
	err   error // of encoding; to be read after ready is closed
}

const encodeStride = 64

func (b *batch) encodeBeside() *beside {
	n := len(b.entries)
	s := &beside{batch: b, rows: make([]row, n), ready: make(chan int, n/encodeStride+1)}
	encode := func() {
		defer close(s.ready)
		for i := range s.rows {
			if s.rows[i], s.err = b.encode(i, nil); s.err != nil {
				return
			}
			if (i+1)%encodeStride == 0 || i+1 == n {
				s.ready <- i + 1
			}
		}
	}
	if n < 2*encodeStride {
		encode()
	} else {
		go encode()
	}
	return s
}

func (s *beside) left() int { return len(s.rows) - s.taken }

// take appends the columns of the next n rows.
func (s *beside) take(args []any, n int) ([]any, error) {
	for s.have < s.taken+n {
		have, ok := <-s.ready
		if !ok {
			return nil, s.err
		}
		s.have = have
	}
	for i := s.taken; i < s.taken+n; i++ {
		r := &s.rows[i]
		args = append(args, int64(s.batch.lot), int64(r.seq), r.body, r.sealed, r.head[:])
	}
	s.taken += n
	return args, nil
}

// drop waits for the other goroutine, which writes into the batch.
func (s *beside) drop() {
	for range s.ready { //nolint:revive // until it is closed
	}
}
