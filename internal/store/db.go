// Package store owns the databases: SQLite, embedded, or PostgreSQL, for production and for more than one node. It
// opens them, migrates them, gives ent and plain SQL the same transaction, and keeps the lots' logs. It knows the
// rules' types and no business.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite" // the driver "sqlite"

	"github.com/g60-corridor/corridor/ent"
)

// DB is an open database.
type DB struct {
	dialect string  // dialect.SQLite or dialect.Postgres
	write   *sql.DB // on SQLite one connection: there is one writer
	read    *sql.DB // the same as write on PostgreSQL
	client  *ent.Client
	inserts inserts // SQLite only

	// The logs and their doorbell have connections of their own on PostgreSQL, so that no rush for pages holds up a bid.
	// On SQLite they are write and read.
	pool              *pgxpool.Pool // PostgreSQL only
	logWrite, logRead *sql.DB

	agenda *pgxpool.Pool // PostgreSQL only: what is due must not wait for pages either, nor they for it
}

// Open opens "sqlite:PATH" or a "postgres://" address. It does not migrate.
func Open(ctx context.Context, url string) (*DB, error) {
	switch {
	case strings.HasPrefix(url, "sqlite:"):
		return openSQLite(ctx, strings.TrimPrefix(url, "sqlite:"))
	case strings.HasPrefix(url, "postgres://"), strings.HasPrefix(url, "postgresql://"):
		return openPostgres(ctx, url)
	}
	return nil, errors.New(`open database: the address begins with "sqlite:" or "postgres://"`)
}

const sqlitePragmas = "?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=busy_timeout(10000)" +
	"&_pragma=foreign_keys(1)&_time_format=sqlite"

// uriPath keeps what has a meaning in SQLite's file addresses out of a path.
var uriPath = strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23")

func openSQLite(ctx context.Context, path string) (*DB, error) {
	if dir := filepath.Dir(path); dir != "." {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return nil, fmt.Errorf("open database: %w", err)
		}
	}
	write, err := sql.Open("sqlite", "file:"+uriPath.Replace(path)+sqlitePragmas+"&_txlock=immediate")
	if err != nil {
		return nil, fmt.Errorf("open database %s: %w", path, err)
	}
	write.SetMaxOpenConns(1)
	if err := write.PingContext(ctx); err != nil {
		write.Close()
		return nil, fmt.Errorf("open database %s: %w", path, err)
	}
	read, err := sql.Open("sqlite", "file:"+uriPath.Replace(path)+sqlitePragmas)
	if err != nil {
		write.Close()
		return nil, fmt.Errorf("open database %s: %w", path, err)
	}
	read.SetMaxOpenConns(max(4, runtime.NumCPU()))
	db := &DB{dialect: dialect.SQLite, write: write, read: read, logWrite: write, logRead: read}
	db.client = ent.NewClient(ent.Driver(&twoPools{
		Driver: entsql.OpenDB(dialect.SQLite, write), read: entsql.OpenDB(dialect.SQLite, read),
	}))
	return db, nil
}

func openPostgres(ctx context.Context, url string) (*DB, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, errors.New("open database: the PostgreSQL address cannot be read") // its password stays out of the log
	}
	config.ConnConfig.RuntimeParams["timezone"] = "UTC"
	if config.MaxConns < 12 {
		config.MaxConns = 12
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, fmt.Errorf("open database: %w", err)
	}
	aside := config.Copy()
	aside.MaxConns, aside.MinConns = agendaConns, 0
	agenda, err := pgxpool.NewWithConfig(ctx, aside)
	if err != nil {
		pool.Close()
		return nil, fmt.Errorf("open database: %w", err)
	}
	catalogue := stdlib.OpenDB(*config.ConnConfig)
	catalogue.SetMaxOpenConns(int(config.MaxConns))
	catalogue.SetMaxIdleConns(int(config.MaxConns))
	catalogue.SetConnMaxIdleTime(config.MaxConnIdleTime)
	log := stdlib.OpenDBFromPool(pool)
	db := &DB{dialect: dialect.Postgres, write: catalogue, read: catalogue, pool: pool, logWrite: log, logRead: log, agenda: agenda}
	db.client = ent.NewClient(ent.Driver(entsql.OpenDB(dialect.Postgres, catalogue)))
	return db, nil
}

// Ent is the catalogue. Its single statements are transactions of their own; see Tx for more than one.
func (db *DB) Ent() *ent.Client { return db.client }

// SQL is the database for what ent does not have. On SQLite it is the one writer.
func (db *DB) SQL() *sql.DB { return db.write }

// ReadSQL is the database for plain SQL that only reads. On SQLite its connections do not wait for the writer.
func (db *DB) ReadSQL() *sql.DB { return db.read }

// IsPostgres tells which of the two databases this is.
func (db *DB) IsPostgres() bool { return db.dialect == dialect.Postgres }

// Pool is the logs' connections to PostgreSQL, for their doorbell; nil on SQLite.
func (db *DB) Pool() *pgxpool.Pool { return db.pool }

// AgendaPool is the agenda's connections to PostgreSQL; nil on SQLite.
func (db *DB) AgendaPool() *pgxpool.Pool { return db.agenda }

// agendaConns is how many connections the agenda may have: one listens, the others fetch and finish errands. The errands
// themselves use the catalogue's.
const agendaConns = 4

// Ping says whether the database answers.
func (db *DB) Ping(ctx context.Context) error {
	var one int
	return db.read.QueryRowContext(ctx, "SELECT 1").Scan(&one)
}

// Close closes all connections.
func (db *DB) Close() error {
	err := db.write.Close()
	if db.read != db.write {
		err = errors.Join(err, db.read.Close())
	}
	if db.pool != nil {
		err = errors.Join(err, db.logWrite.Close())
		db.pool.Close()
		db.agenda.Close()
	}
	return err
}

// twoPools lets SQLite's readers go beside the one writer: in WAL mode they do not wait for it.
type twoPools struct {
	*entsql.Driver
	read *entsql.Driver
}

func (d *twoPools) Query(ctx context.Context, query string, args, v any) error {
	if strings.HasPrefix(query, "SELECT") {
		return d.read.Query(ctx, query, args, v)
	}
	return d.Driver.Query(ctx, query, args, v) // INSERT … RETURNING
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
