package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/g60-corridor/corridor/internal/depot"
	"github.com/g60-corridor/corridor/internal/store"
)

// place is where the data is.
type place struct {
	Data        string `env:"CORRIDOR_DATA" default:"./data" help:"Folder for keys and the embedded database." placeholder:"DIR"`
	DatabaseURL string `env:"CORRIDOR_DATABASE_URL" help:"sqlite:PATH or postgres://…; by default SQLite in the data folder." placeholder:"URL"`
}

// open opens the database and migrates it.
func (p *place) open(ctx context.Context) (*store.DB, error) {
	if err := os.MkdirAll(p.Data, 0o700); err != nil {
		return nil, fmt.Errorf("make the data folder: %w", err)
	}
	url := p.DatabaseURL
	if url == "" {
		url = "sqlite:" + filepath.Join(p.Data, "corridor.db")
	}
	db, err := store.Open(ctx, url)
	if err != nil {
		return nil, err
	}
	if err := db.Migrate(ctx); err != nil {
		db.Close()
		return nil, err
	}
	return db, nil
}

// fileFlags say where the files are that people hand in. Only who serves needs them.
type fileFlags struct {
	Files string `env:"CORRIDOR_FILES" help:"Where files are kept: a folder, or s3://BUCKET?region=…; by default a folder in the data folder. Several nodes need one place." placeholder:"URL"`
}

// open opens the depot. data is the data folder.
func (f *fileFlags) open(ctx context.Context, data string) (*depot.Depot, error) {
	if f.Files != "" {
		return depot.Open(ctx, f.Files)
	}
	return depot.Open(ctx, filepath.Join(data, "files"))
}
