package main

import (
	"fmt"
	"os"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/proof"
)

type verifyCmd struct {
	Record  string `arg:"" help:"The record: public, a bidder's own, or the auditor's."`
	Key     string `help:"The house's published keys (/.well-known/corridor-keys.json), or a file with one public key." placeholder:"FILE"`
	Receipt string `help:"Look for the entry that a bidder's receipt stands for (64 hexadecimal digits)." placeholder:"HEX"`
}

// Help shows examples.
func (verifyCmd) Help() string {
	return `Recomputes the hash chain, the signature, every decision and the result from the record alone. The exit status is 0
if all of it holds and 1 if not; the first fault is named with its entry, byte and field.

  corridor verify record.json
  corridor verify record.json --key corridor-keys.json
  corridor verify record.json --receipt 5f1c…`
}

// Run checks the record.
func (c *verifyCmd) Run() error {
	data, err := os.ReadFile(c.Record)
	if err != nil {
		return err
	}
	var published []proof.PublishedKey
	if c.Key != "" {
		text, err := os.ReadFile(c.Key)
		if err != nil {
			return err
		}
		if published, err = proof.ReadPublishedKeys(text); err != nil {
			return err
		}
	}
	report := proof.Verify(data, published...)
	fmt.Print(report.String())
	if !report.OK() {
		return errFailed
	}
	if c.Receipt == "" {
		return nil
	}
	var receipt auction.Hash
	if err := receipt.UnmarshalText([]byte(c.Receipt)); err != nil {
		return fmt.Errorf("receipt: %w", err)
	}
	entry, body, err := proof.FindReceipt(data, receipt)
	if err != nil {
		return err
	}
	fmt.Printf("The receipt stands for entry %d:\n%s\n", entry, body)
	return nil
}
