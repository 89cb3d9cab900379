package store

import (
	"context"
	"database/sql"
	"log/slog"

	"github.com/pressly/goose/v3"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"
)

// Migration 00004 brings the tables of the agenda, as River's own migrations write them, up to riverSchema. It takes its
// place among the files, so that there is one order, and on PostgreSQL one lock. A later River that wants more gets a
// migration of ours with a number of its own.
const (
	agendaVersion = 4
	riverSchema   = 8
)

func (db *DB) agendaMigration() *goose.Migration {
	up := step{rivermigrate.DirectionUp, riverSchema}
	down := step{rivermigrate.DirectionDown, -1} // all of it
	if db.IsPostgres() {
		// Each of River's migrations commits by itself: a new enum value cannot be used in the transaction that adds it.
		// River remembers each, so that one that was interrupted is gone on with.
		by := func(s step) *goose.GoFunc {
			return &goose.GoFunc{RunDB: func(ctx context.Context, _ *sql.DB) error {
				m, err := rivermigrate.New(riverpgxv5.New(db.agenda), quiet())
				if err != nil {
					return err
				}
				_, err = m.Migrate(ctx, s.direction, s.options())
				return err
			}}
		}
		return goose.NewGoMigration(agendaVersion, by(up), by(down))
	}
	by := func(s step) *goose.GoFunc {
		return &goose.GoFunc{RunTx: func(ctx context.Context, tx *sql.Tx) error {
			var driver riverdriver.Driver[*sql.Tx] = riversqlite.New(nil)
			m, err := rivermigrate.New(driver, quiet())
			if err != nil {
				return err
			}
			//lint:ignore SA1019 goose holds the only connection that writes; on SQLite no step wants a commit of its own
			_, err = m.MigrateTx(ctx, tx, s.direction, s.options())
			return err
		}}
	}
	return goose.NewGoMigration(agendaVersion, by(up), by(down))
}

type step struct {
	direction rivermigrate.Direction
	target    int
}

func (s step) options() *rivermigrate.MigrateOpts {
	return &rivermigrate.MigrateOpts{TargetVersion: s.target}
}

func quiet() *rivermigrate.Config { return &rivermigrate.Config{Logger: slog.New(slog.DiscardHandler)} }
