package store

import (
	"context"
	"embed"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations
var migrations embed.FS

// Migrate brings the schema up to date. On PostgreSQL a lock lets one node do it while others wait.
func (db *DB) Migrate(ctx context.Context) error {
	provider, err := db.provider()
	if err != nil {
		return err
	}
	for try := 0; ; try++ {
		_, err := provider.Up(ctx)
		switch {
		case err == nil:
			return nil
		case db.IsPostgres() || try == racesMost || ctx.Err() != nil:
			return fmt.Errorf("migrate: %w", err)
		}
	}
}

// racesMost is how often a migration is tried again on SQLite, which has no such lock: of two processes that apply the
// same one, the second fails as a whole, and then finds it applied.
const racesMost = 20

// Migrated says whether the schema is up to date.
func (db *DB) Migrated(ctx context.Context) (bool, error) {
	provider, err := db.provider()
	if err != nil {
		return false, err
	}
	pending, err := provider.HasPending(ctx)
	if err != nil {
		return false, fmt.Errorf("look for migrations: %w", err)
	}
	return !pending, nil
}

func (db *DB) provider() (*goose.Provider, error) {
	folder, kind := "sqlite", goose.DialectSQLite3
	options := []goose.ProviderOption{goose.WithVerbose(false)}
	if db.IsPostgres() {
		folder, kind = "postgres", goose.DialectPostgres
		locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 300)) // look every second, for five minutes
		if err != nil {
			return nil, fmt.Errorf("migrate: %w", err)
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	files, err := fs.Sub(migrations, "migrations/"+folder)
	if err != nil {
		return nil, fmt.Errorf("migrate: %w", err)
	}
	provider, err := goose.NewProvider(kind, db.write, files, append(options, goose.WithGoMigrations(db.agendaMigration()))...)
	if err != nil {
		return nil, fmt.Errorf("migrate: %w", err)
	}
	return provider, nil
}
