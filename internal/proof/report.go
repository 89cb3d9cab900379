package proof

import (
	"fmt"
	"strings"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/money"
)

// Fault is the first thing that is wrong with a record.
type Fault struct {
	Entry   int    // counted from 1; 0 if it is the record as a whole
	Field   string // the field by its name in the record; "" if none
	Byte    int    // offset in the file, from 0; -1 if the fault has no one place
	Problem string
}

func (f *Fault) Error() string {
	var at []string
	if f.Entry > 0 {
		at = append(at, fmt.Sprintf("entry %d", f.Entry))
	}
	if f.Byte >= 0 {
		at = append(at, fmt.Sprintf("byte %d", f.Byte))
	}
	if f.Field != "" {
		at = append(at, "field "+f.Field)
	}
	if len(at) == 0 {
		return "proof: the record does not verify: " + f.Problem
	}
	return "proof: the record does not verify: " + strings.Join(at, ", ") + ": " + f.Problem
}

// Claim is what a record states without proving it.
type Claim struct {
	Field     string
	Entries   []int // that make it, counted from 1
	Statement string
}

// Report is what the verifier found. Proved and Claims are filled in only if there is no fault.
type Report struct {
	Fault *Fault // nil: the record verifies

	Lot      auction.LotID
	Audience Audience
	Paddle   auction.Paddle // of a bidder's record
	Entries  int
	Head     auction.Hash
	KeyID    string
	Checked  bool // the key in the record is one that was given as published

	Outcome  auction.Outcome
	Why      auction.PassedWhy
	Winner   auction.Paddle
	PriceFen money.Fen
	Accepted int // bids, raises of a maximum included
	Refused  int // bids
	Bidders  int

	Proved []string
	Claims []Claim
}

// OK says whether the record verifies.
func (r Report) OK() bool { return r.Fault == nil }

// String is the report as text for a terminal, one finding a line.
func (r Report) String() string {
	var b strings.Builder
	if r.Fault != nil {
		fmt.Fprintf(&b, "NOT VERIFIED: %s\n", strings.TrimPrefix(r.Fault.Error(), "proof: the record does not verify: "))
		return b.String()
	}
	fmt.Fprintf(&b, "VERIFIED: lot %d, %d entries, record for %s", r.Lot, r.Entries, r.Audience)
	if r.Paddle != "" {
		fmt.Fprintf(&b, " %s", r.Paddle)
	}
	fmt.Fprintf(&b, "\nresult: %s", r.Outcome)
	switch {
	case r.Outcome == auction.Sold:
		fmt.Fprintf(&b, " to %s for %d.%02d yuan", r.Winner, r.PriceFen/100, r.PriceFen%100)
	case r.Why != "":
		fmt.Fprintf(&b, " (%s)", r.Why)
	}
	fmt.Fprintf(&b, "; %d bidders, %d bids accepted, %d refused\nhead: %s\nkey: %s", r.Bidders, r.Accepted, r.Refused, r.Head, r.KeyID)
	if r.Checked {
		b.WriteString(" (as published)\n")
	} else {
		b.WriteString(" (NOT compared with a published key)\n")
	}
	for _, p := range r.Proved {
		fmt.Fprintf(&b, "proved: %s\n", p)
	}
	for _, c := range r.Claims {
		fmt.Fprintf(&b, "claim:  %s (%s%s)\n", c.Statement, c.Field, entriesText(c.Entries))
	}
	return b.String()
}

func entriesText(entries []int) string {
	const most = 8
	if len(entries) == 0 {
		return ""
	}
	parts := make([]string, 0, most)
	for _, n := range entries[:min(len(entries), most)] {
		parts = append(parts, fmt.Sprint(n))
	}
	text := ", entries " + strings.Join(parts, " ")
	if len(entries) > most {
		text += fmt.Sprintf(" and %d more", len(entries)-most)
	}
	return text
}
