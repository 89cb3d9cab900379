package store

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/proof"
)

// copyFrom is the size from which COPY is quicker than a prepared statement with arrays.
const copyFrom = 30

// appendPostgres stores a batch in one round trip; one that begins or ends its lot in a few more.
func (b *batch) appendPostgres(ctx context.Context, db *DB) error {
	conn, err := db.pool.Acquire(ctx)
	if err != nil {
		return err // nothing was sent
	}
	defer conn.Release()
	switch {
	case b.beginsOrEnds():
		return b.transaction(ctx, conn.Conn())
	case len(b.entries) < copyFrom:
		return b.insertArrays(ctx, conn.Conn())
	}
	return b.copyIn(ctx, conn.Conn())
}

// The batch goes in only if the entry that it follows is there under the same head: the key alone would not notice a gap.
const appendStatement = `INSERT INTO lot_log (lot_id, seq, body, sealed, head)
SELECT $1, t.seq, t.body, t.sealed, t.head
FROM unnest($2::bigint[], $3::bytea[], $4::bytea[], $5::bytea[]) AS t (seq, body, sealed, head)
WHERE $6::bigint = 0 OR EXISTS (SELECT 1 FROM lot_log l WHERE l.lot_id = $1 AND l.seq = $6 AND l.head = $7)`

func (b *batch) insertArrays(ctx context.Context, conn *pgx.Conn) error {
	n := len(b.entries)
	seqs, bodies, sealeds, heads := make([]int64, n), make([][]byte, n), make([][]byte, n), make([][]byte, n)
	for i := range b.entries {
		r, err := b.encode(i, nil)
		if err != nil {
			return err
		}
		seqs[i], bodies[i], sealeds[i], heads[i] = int64(r.seq), r.body, r.sealed, r.head[:]
	}
	tag, err := conn.Exec(ctx, appendStatement, int64(b.lot), seqs, bodies, sealeds, heads, int64(b.after.Seq), b.after.Head[:])
	if err != nil {
		return committing(err) // the statement commits itself
	}
	if tag.RowsAffected() != int64(n) {
		return auction.ErrFenced
	}
	return nil
}

// To divide by the number of entries that the batch follows is the way to stop a COPY, which has no condition.
const (
	fenceName      = "corridor_fence"
	fenceStatement = `SELECT 1 / count(*) FROM lot_log WHERE lot_id = $1 AND seq = $2 AND head = $3`
)

// copyIn encodes the batch while the server takes it in. The statements are sent as one: outside a transaction they
// are one of their own, which commits at the end. The fence is prepared once for each connection: to plan it anew
// would cost the server as much as twenty rows.
func (b *batch) copyIn(ctx context.Context, conn *pgx.Conn) error {
	text := "COPY lot_log (lot_id, seq, body, sealed, head) FROM STDIN (FORMAT binary)"
	if b.after.Seq != 0 {
		if _, err := conn.Prepare(ctx, fenceName, fenceStatement); err != nil {
			return err // nothing was sent
		}
		text = fmt.Sprintf(`EXECUTE %s (%d, %d, '\x%x'); %s`, fenceName, b.lot, b.after.Seq, b.after.Head[:], text)
	}
	source := &copySource{batch: b, room: make([]byte, 0, proof.BodyRoom)}
	_, err := conn.PgConn().CopyFrom(ctx, source, text)
	if code(err) != "" && source.err != nil { // the server was told, and has answered: nobody else reads the source now
		return source.err
	}
	return committing(err)
}

// transaction stores a batch with its marks.
func (b *batch) transaction(ctx context.Context, conn *pgx.Conn) error {
	pg := conn.PgConn()
	if _, err := pg.Exec(ctx, "BEGIN").ReadAll(); err != nil {
		return err
	}
	err := b.copyIn(ctx, conn)
	if err == nil {
		err = b.mark(func(text string, args ...any) error { _, err := conn.Exec(ctx, text, args...); return err })
	}
	if err != nil {
		return rolledBack(ctx, pg, fenced(err))
	}
	_, err = pg.Exec(ctx, "COMMIT").ReadAll()
	return committing(err)
}

// rolledBack ends a transaction that failed before its COMMIT. A connection that is out of step or gone is closed by
// its pool, and the server then rolls back by itself.
func rolledBack(ctx context.Context, pg *pgconn.PgConn, err error) error {
	if !pg.IsClosed() {
		_, _ = pg.Exec(ctx, "ROLLBACK").ReadAll()
	}
	return err
}

// code is PostgreSQL's code for what the server itself refused; "" of any other error.
func code(err error) string {
	var pg *pgconn.PgError
	if errors.As(err, &pg) && pg.SeverityUnlocalized == "ERROR" {
		return pg.Code
	}
	return ""
}

// fenced turns a unique violation, and the division by zero of copyIn, into a fence.
func fenced(err error) error {
	if c := code(err); c == "23505" || c == "22012" {
		return auction.ErrFenced
	}
	return err
}

// committing sorts the error of something that commits by itself: what the server refused is not stored; anything else
// (a cut connection, a time-out, a server that shuts down, a cancellation, which may come too late) leaves it open.
//
// pgconn.SafeToRetry does not help: it takes a connection that was cut while the answer was read for one that was
// closed before anything was sent.
func committing(err error) error {
	const queryCanceled = "57014"
	switch code(err) {
	case "", queryCanceled:
		if err != nil {
			err = fmt.Errorf("%w: %w", auction.ErrUnknown, err)
		}
		return err
	}
	return fenced(err)
}

// copySource is the batch in PostgreSQL's binary COPY format, encoded as it is read.
type copySource struct {
	*batch
	next int    // entry
	room []byte // for the body of one entry
	buf  []byte // encoded, from off on not read yet
	off  int
	err  error // of encoding
}

const copyHeader = "PGCOPY\n\xff\r\n\x00\x00\x00\x00\x00\x00\x00\x00\x00"

func (s *copySource) Read(p []byte) (n int, err error) {
	if s.next == 0 && s.buf == nil {
		s.buf = append(make([]byte, 0, 2048), copyHeader...)
	}
	for n < len(p) {
		if s.off == len(s.buf) {
			s.buf, s.off = s.buf[:0], 0
			switch {
			case s.next < len(s.entries):
				if err := s.row(); err != nil {
					s.err = err
					return n, err
				}
			case s.next == len(s.entries):
				s.buf = append(s.buf, 0xff, 0xff) // the trailer
				s.next++
			default:
				return n, io.EOF
			}
		}
		m := copy(p[n:], s.buf[s.off:])
		s.off += m
		n += m
	}
	return n, nil
}

func (s *copySource) row() error {
	r, err := s.encode(s.next, s.room)
	if err != nil {
		return err
	}
	s.next++
	b := append(s.buf, 0, 5) // five columns
	b = binary.BigEndian.AppendUint64(append(b, 0, 0, 0, 8), uint64(s.lot))
	b = binary.BigEndian.AppendUint64(append(b, 0, 0, 0, 8), uint64(r.seq))
	b = appendField(b, r.body)
	b = appendField(b, r.sealed)
	s.buf = appendField(b, r.head[:])
	return nil
}

// appendField writes one column; nil is NULL.
func appendField(b, v []byte) []byte {
	if v == nil {
		return append(b, 0xff, 0xff, 0xff, 0xff)
	}
	return append(binary.BigEndian.AppendUint32(b, uint32(len(v))), v...)
}
