package main

import (
	"context"
	"os"

	"github.com/g60-corridor/corridor/internal/bench"
)

type benchCmd struct {
	Bids   benchBidsCmd   `cmd:"" help:"Durable bids on one hot lot, on SQLite and PostgreSQL, against one transaction per bid."`
	Room   benchRoomCmd   `cmd:"" help:"Bids over WebSockets, alone and before an audience, against a row lock per bid and a frame per change."`
	Watch  benchWatchCmd  `cmd:"" help:"What it costs to tell everybody of a bid, against a bare loop that writes the same bytes."`
	Search benchSearchCmd `cmd:"" help:"The page of the search among many listings, against LIKE on the database."`
	Pages  benchPagesCmd  `cmd:"" help:"Home, search and listing pages over HTTP, against a bare server that sends the same bytes from memory."`
	Import benchImportCmd `cmd:"" help:"A seller's table becomes drafts, against the same rows written bare."`
	Serve  benchServeCmd  `cmd:"" hidden:""`
}

type (
	benchBidsCmd   struct{ bench.Bids }
	benchRoomCmd   struct{ bench.Room }
	benchWatchCmd  struct{ bench.Watch }
	benchSearchCmd struct{ bench.Search }
	benchPagesCmd  struct{ bench.Pages }
	benchImportCmd struct{ bench.Import }
	benchServeCmd  struct {
		Part string `arg:""`
	}
)

// Run measures.
func (c *benchBidsCmd) Run(ctx context.Context) error { return c.Bids.Run(ctx, os.Stdout) }

// Run measures.
func (c *benchRoomCmd) Run(ctx context.Context) error { return c.Room.Run(ctx, os.Stdout) }

// Run measures.
func (c *benchWatchCmd) Run(ctx context.Context) error { return c.Watch.Run(ctx, os.Stdout) }

// Run measures.
func (c *benchSearchCmd) Run(ctx context.Context) error { return c.Search.Run(ctx, os.Stdout) }

// Run measures.
func (c *benchPagesCmd) Run(ctx context.Context) error { return c.Pages.Run(ctx, os.Stdout) }

// Run measures.
func (c *benchImportCmd) Run(ctx context.Context) error { return c.Import.Run(ctx, os.Stdout) }

// Run is a server under measurement, started by bench room and bench watch.
func (c *benchServeCmd) Run(ctx context.Context) error {
	return bench.Serve(ctx, c.Part, os.Stdin, os.Stdout)
}
