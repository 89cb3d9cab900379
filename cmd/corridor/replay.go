package main

import (
	"bytes"
	"fmt"
	"io"
	"os"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/replay"
)

type replayCmd struct {
	Bids  string `arg:"" help:"CSV file of past bids, or - for standard input."`
	Rules string `required:"" type:"existingfile" help:"Rule set; its fields are documented in internal/auction/RULES.md." placeholder:"RULES.json"`
	JSON  bool   `name:"json" help:"Print every decision as JSON instead of one line per lot."`
}

// Help shows the columns and an example.
func (replayCmd) Help() string {
	return `The first line names the columns, in any order: lot, bidder, maximum, at (RFC 3339), start and, if there is one,
reserve; others are ignored. Amounts have at most two decimal places. The output has the columns lot, outcome, winner,
price, accepted and refused, one lot a line in order of first appearance. A fault names line and column, and then nothing
else is printed.

  corridor replay --rules seeds/rules/ebay-2001.json bids.csv
  corridor replay --rules seeds/rules/soft-close-300.json --json bids.csv`
}

// Run replays the bids.
func (c *replayCmd) Run() error {
	text, err := os.ReadFile(c.Rules)
	if err != nil {
		return err
	}
	terms, err := auction.ParseTerms(text)
	if err != nil {
		return fmt.Errorf("%s: %w", c.Rules, err)
	}
	in := io.Reader(os.Stdin)
	if c.Bids != "-" {
		f, err := os.Open(c.Bids)
		if err != nil {
			return err
		}
		defer f.Close()
		in = f
	}
	report, err := replay.Run(in, terms)
	if err != nil {
		return fmt.Errorf("%s: %w", c.Bids, err)
	}
	var out bytes.Buffer
	write := report.WriteCSV
	if c.JSON {
		write = report.WriteJSON
	}
	if err := write(&out); err != nil {
		return err
	}
	_, err = os.Stdout.Write(out.Bytes())
	return err
}
