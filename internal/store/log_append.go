package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/proof"
)

// The batch goes in only if the entry that it follows is there under the same head: the key alone would not notice a gap.
const appendStatement = `INSERT INTO lot_log (lot_id, seq, body, sealed, head)
SELECT $1, t.seq, t.body, t.sealed, t.head
FROM unnest($2::bigint[], $3::bytea[], $4::bytea[], $5::bytea[]) AS t (seq, body, sealed, head)
WHERE $6::bigint = 0 OR EXISTS (SELECT 1 FROM lot_log l WHERE l.lot_id = $1 AND l.seq = $6 AND l.head = $7)`

const sealStatement = `INSERT INTO lot_seal (lot_id, seq, head, key_id, algorithm, value) VALUES ($1, $2, $3, $4, $5, $6)`

func (l *Log) appendPostgres(ctx context.Context, lot auction.LotID, after auction.Position, rows []row, seal *proof.Signature) error {
	n := len(rows)
	seqs, bodies, sealeds, heads := make([]int64, n), make([][]byte, n), make([][]byte, n), make([][]byte, n)
	for i := range rows {
		seqs[i], bodies[i], sealeds[i], heads[i] = int64(rows[i].seq), rows[i].body, rows[i].sealed, rows[i].head[:]
	}
	insert := func(q interface {
		Exec(context.Context, string, ...any) (pgconn.CommandTag, error)
	}) error {
		tag, err := q.Exec(ctx, appendStatement, int64(lot), seqs, bodies, sealeds, heads, int64(after.Seq), after.Head[:])
		if err == nil && tag.RowsAffected() != int64(n) {
			return auction.ErrFenced
		}
		return err
	}
	if seal == nil {
		return postgresOutcome(insert(l.db.pool))
	}
	return postgresOutcome(pgx.BeginFunc(ctx, l.db.pool, func(tx pgx.Tx) error {
		if err := insert(tx); err != nil {
			return err
		}
		last := rows[n-1]
		_, err := tx.Exec(ctx, sealStatement, int64(lot), int64(last.seq), last.head[:], seal.KeyID, seal.Algorithm, seal.Value)
		return err
	}))
}

// postgresOutcome sorts an error: a unique violation is a fence; another error that the server itself reported means
// that nothing was stored; anything else (a cut connection, a time-out, a server that shuts down) leaves it open.
func postgresOutcome(err error) error {
	if err == nil || errors.Is(err, auction.ErrFenced) {
		return err
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		switch {
		case pg.Code == "23505":
			return auction.ErrFenced
		case pg.Severity == "ERROR" && pg.Code != "57014": // 57014: cancelled, which may come too late
			return err
		}
	}
	return fmt.Errorf("%w: %w", auction.ErrUnknown, err)
}

const sqliteRows = 100 // rows per statement: few calls, and far below SQLite's limit of variables

func (l *Log) appendSQLite(ctx context.Context, lot auction.LotID, after auction.Position, rows []row, seal *proof.Signature) error {
	tx, err := l.db.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // after a commit it has nothing to do
	if err := sqliteFollows(ctx, tx, lot, after); err != nil {
		return err
	}
	for first := 0; first < len(rows); first += sqliteRows {
		part := rows[first:min(first+sqliteRows, len(rows))]
		args := make([]any, 0, 5*len(part))
		for i := range part {
			args = append(args, int64(lot), int64(part[i].seq), part[i].body, part[i].sealed, part[i].head[:])
		}
		if _, err := tx.ExecContext(ctx, sqliteInsert(len(part)), args...); err != nil {
			return sqliteFence(err)
		}
	}
	if seal != nil {
		last := rows[len(rows)-1]
		_, err := tx.ExecContext(ctx, `INSERT INTO lot_seal (lot_id, seq, head, key_id, algorithm, value) VALUES (?, ?, ?, ?, ?, ?)`,
			int64(lot), int64(last.seq), last.head[:], seal.KeyID, seal.Algorithm, seal.Value)
		if err != nil {
			return sqliteFence(err)
		}
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("%w: %w", auction.ErrUnknown, err)
	}
	return nil
}

func sqliteFollows(ctx context.Context, tx *sql.Tx, lot auction.LotID, after auction.Position) error {
	if after.Seq == 0 {
		return nil
	}
	var head []byte
	err := tx.QueryRowContext(ctx, `SELECT head FROM lot_log WHERE lot_id = ? AND seq = ?`, int64(lot), int64(after.Seq)).Scan(&head)
	if errors.Is(err, sql.ErrNoRows) || err == nil && !bytes.Equal(head, after.Head[:]) {
		return auction.ErrFenced
	}
	return err
}

var sqliteFull = sqliteValues(sqliteRows)

func sqliteInsert(n int) string {
	if n == sqliteRows {
		return sqliteFull
	}
	return sqliteValues(n)
}

func sqliteValues(n int) string {
	return `INSERT INTO lot_log (lot_id, seq, body, sealed, head) VALUES (?, ?, ?, ?, ?)` + strings.Repeat(`, (?, ?, ?, ?, ?)`, n-1)
}

func sqliteFence(err error) error {
	const constraintPrimaryKey, constraintUnique = 1555, 2067
	var e *sqlite.Error
	if errors.As(err, &e) && (e.Code() == constraintPrimaryKey || e.Code() == constraintUnique) {
		return auction.ErrFenced
	}
	return err
}

// bind writes a statement's question marks as PostgreSQL wants them.
func (db *DB) bind(query string) string {
	if !db.IsPostgres() {
		return query
	}
	var b strings.Builder
	n := 0
	for _, c := range query {
		if c == '?' {
			n++
			b.WriteString("$" + strconv.Itoa(n))
			continue
		}
		b.WriteRune(c)
	}
	return b.String()
}
