package store

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Change is something that searches show and that has changed since: read it again. Kinds are listing, patent,
// organisation, lot and project; of a lot the Subject is its listing.
type Change struct {
	Kind    string
	Subject int
}

// ChangeCursor is how far a reader of the changes has come. The zero value is the beginning. It is worth nothing in
// another database.
type ChangeCursor struct {
	// On SQLite the number of the last change that was read: there is one writer, so numbers are in the order of commits.
	//
	// On PostgreSQL they are not: a transaction that took its number first may commit last, and who went by numbers would
	// pass it by for ever. There it is the horizon of the snapshot that was read: every transaction below it had ended
	// then, and what it wrote was seen. The next look reads whatever stands at or above it.
	At int64 `json:"at"`

	// What was seen at or above the horizon, so that it is not told again at every look while a long transaction holds
	// the horizon back. Only PostgreSQL has it, and only in memory: after a restart a change told twice does no harm.
	seen map[int64]struct{}
}

// changesMost is how many changes one look tells.
const changesMost = 5000

// ErrChangesLost says that a cursor is from another database or from before what is kept: all must be read anew.
var ErrChangesLost = errors.New("the changes since then are not kept")

// Changes returns what has changed since a cursor, each once, in no order, and the cursor to go on from. more says that
// there is more to read at once.
func (db *DB) Changes(ctx context.Context, from ChangeCursor) (changes []Change, next ChangeCursor, more bool, err error) {
	if db.IsPostgres() {
		return db.changesByHorizon(ctx, from)
	}
	end, err := db.ChangesEnd(ctx)
	if err != nil {
		return nil, from, false, err
	}
	if from.At > end.At {
		return nil, from, false, ErrChangesLost // a copy of an earlier day was put back
	}
	rows, err := db.read.QueryContext(ctx, "SELECT seq, kind, subject FROM search_changes WHERE seq > ? ORDER BY seq LIMIT ?", from.At, changesMost)
	if err != nil {
		return nil, from, false, fmt.Errorf("read changes: %w", err)
	}
	defer rows.Close()
	next, n, once := from, 0, map[Change]struct{}{}
	for rows.Next() {
		var c Change
		if err := rows.Scan(&next.At, &c.Kind, &c.Subject); err != nil {
			return nil, from, false, fmt.Errorf("read changes: %w", err)
		}
		n++
		if _, told := once[c]; !told {
			once[c] = struct{}{}
			changes = append(changes, c)
		}
	}
	if err := rows.Err(); err != nil {
		return nil, from, false, fmt.Errorf("read changes: %w", err)
	}
	return changes, next, n == changesMost, nil
}

// changesByHorizon reads in one statement, that is in one snapshot, the changes and the horizon up to which they are
// complete.
func (db *DB) changesByHorizon(ctx context.Context, from ChangeCursor) (changes []Change, next ChangeCursor, more bool, err error) {
	rows, err := db.read.QueryContext(ctx, `
		SELECT pg_snapshot_xmin(s)::text::bigint, pg_snapshot_xmax(s)::text::bigint, c.seq, c.xid, c.kind, c.subject
		FROM (SELECT pg_current_snapshot() AS s) AS now LEFT JOIN search_changes AS c ON c.xid >= $1`, from.At)
	if err != nil {
		return nil, from, false, fmt.Errorf("read changes: %w", err)
	}
	defer rows.Close()
	next.seen = map[int64]struct{}{}
	once := map[Change]struct{}{}
	for rows.Next() {
		var end int64
		var seq, xid *int64
		var kind *string
		var subject *int
		if err := rows.Scan(&next.At, &end, &seq, &xid, &kind, &subject); err != nil {
			return nil, from, false, fmt.Errorf("read changes: %w", err)
		}
		if from.At > end {
			return nil, from, false, ErrChangesLost // the transactions of a restored database count from elsewhere
		}
		if seq == nil {
			break
		}
		if *xid >= next.At {
			next.seen[*seq] = struct{}{}
		}
		if _, told := from.seen[*seq]; told {
			continue
		}
		c := Change{*kind, *subject}
		if _, told := once[c]; !told {
			once[c] = struct{}{}
			changes = append(changes, c)
		}
	}
	if err := rows.Err(); err != nil {
		return nil, from, false, fmt.Errorf("read changes: %w", err)
	}
	return changes, next, false, nil
}

// ChangesEnd is the cursor from which to go on for who reads everything after it was taken.
func (db *DB) ChangesEnd(ctx context.Context) (c ChangeCursor, err error) {
	query := "SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'search_changes'), 0)"
	if db.IsPostgres() {
		query = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
	}
	if err := db.read.QueryRowContext(ctx, query).Scan(&c.At); err != nil {
		return c, fmt.Errorf("find the end of the changes: %w", err)
	}
	return c, nil
}

// ForgetChanges deletes the changes of lots from before one moment and all from before another.
func (db *DB) ForgetChanges(ctx context.Context, ofLots, all time.Time) error {
	_, err := db.write.ExecContext(ctx, db.bind("DELETE FROM search_changes WHERE at < ? AND (kind = 'lot' OR at < ?)"), ofLots.Unix(), all.Unix())
	if err != nil {
		return fmt.Errorf("forget old changes: %w", err)
	}
	return nil
}

// Origin names the database: whatever was made from another one is worth nothing with this.
func (db *DB) Origin(ctx context.Context) (id string, err error) {
	if err := db.read.QueryRowContext(ctx, "SELECT id FROM search_origin").Scan(&id); err != nil {
		return "", fmt.Errorf("read the database's name: %w", err)
	}
	return id, nil
}
