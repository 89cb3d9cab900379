// Command corridor is the whole product in one binary: the market and its live room, and the tools around it.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

// cli is the command line; every flag can stand in the environment too.
type cli struct {
	Serve    serveCmd    `cmd:"" help:"Run the market. With --demo: an invented catalogue and auctions round the clock."`
	Migrate  migrateCmd  `cmd:"" help:"Bring the database schema up to date."`
	Seed     seedCmd     `cmd:"" help:"Plant the invented demo catalogue into a database."`
	Import   importCmd   `cmd:"" help:"Make drafts of a seller's table: CSV or Excel, any columns."`
	Operator operatorCmd `cmd:"" help:"Look after market operators."`
	Replay   replayCmd   `cmd:"" help:"Run past bids through the engine, to try a rule set on history."`
	Verify   verifyCmd   `cmd:"" help:"Check the record of a closed lot."`
	Bench    benchCmd    `cmd:"" help:"Measure, with a baseline in the same run."`
}

const description = `Corridor: a technology-transfer marketplace with live auctions.

Examples:
  corridor serve --demo                          the market with a live demo on http://localhost:8080
  corridor operator create --email … --uscc …    the first operator of a real market; see its --help
  corridor import results.csv --organisation … --dry-run
  corridor replay --rules seeds/rules/ebay-2001.json bids.csv
  corridor verify record.json --key corridor-keys.json
  corridor bench bids`

// errFailed ends a command with status 1 after it has said why itself.
var errFailed = errors.New("failed")

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var c cli
	app := kong.Parse(&c, kong.Name("corridor"), kong.Description(description), kong.UsageOnError(),
		kong.BindTo(ctx, (*context.Context)(nil)), kong.ConfigureHelp(kong.HelpOptions{Compact: true}))
	slog.SetDefault(slog.New(slog.NewTextHandler(os.Stderr, nil)))
	if err := app.Run(); err != nil {
		if !errors.Is(err, errFailed) {
			fmt.Fprintln(os.Stderr, "corridor:", err)
		}
		stop()
		os.Exit(1)
	}
}
