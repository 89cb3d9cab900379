package main

import (
	"context"
	"os"

	"github.com/g60-corridor/corridor/internal/bench"
)

type benchCmd struct {
	Bids benchBidsCmd `cmd:"" help:"Durable bids on one hot lot, on SQLite and PostgreSQL, against one transaction per bid."`
}

type benchBidsCmd struct{ bench.Bids }

// Run measures.
func (c *benchBidsCmd) Run(ctx context.Context) error { return c.Bids.Run(ctx, os.Stdout) }
