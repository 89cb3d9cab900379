package replay

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/money"
)

// Report is what became of every lot, in order of first appearance.
type Report struct {
	Rules auction.Bilingual `json:"rules"`
	Lots  []Lot             `json:"lots"`
}

// Lot is the result of one lot. Price is what it was sold for; Best the highest price reached, sold or not.
type Lot struct {
	Lot       string            `json:"lot"`
	Outcome   auction.Outcome   `json:"outcome"`
	Why       auction.PassedWhy `json:"why,omitempty"`
	Winner    string            `json:"winner,omitempty"`
	Price     Amount            `json:"price,omitempty"`
	Best      Amount            `json:"best,omitempty"`
	Start     Amount            `json:"start"`
	Accepted  int               `json:"accepted"`
	Refused   int               `json:"refused"`
	Bidders   int               `json:"bidders"`
	Extended  int               `json:"extended"` // how often a bid moved the deadline
	OpenedAt  time.Time         `json:"opened_at"`
	ClosedAt  time.Time         `json:"closed_at"`
	Decisions []Row             `json:"decisions"`
}

// Row is one row of the input and what became of it.
type Row struct {
	Line     int            `json:"line"`
	Bidder   string         `json:"bidder"`
	Amount   Amount         `json:"amount"`
	At       time.Time      `json:"at"`
	Decision Decision       `json:"decision"`
	Reason   auction.Reason `json:"reason,omitempty"`
	Minimum  Amount         `json:"minimum,omitempty"` // what would have been enough, if refused
	Price    Amount         `json:"price"`             // after the row
	Leader   string         `json:"leader,omitempty"`
	Deadline *time.Time     `json:"deadline,omitempty"`
}

// Decision is what the engine made of a row.
type Decision string

const (
	Accepted Decision = "ACCEPTED"
	Raised   Decision = "RAISED" // the leader raised his own maximum
	Refused  Decision = "REFUSED"
)

// Amount is money.Fen, written as a decimal number in a JSON text: "102.50".
type Amount money.Fen

// MarshalText writes the amount.
func (a Amount) MarshalText() ([]byte, error) { return []byte(money.Fen(a).Decimal()), nil }

// UnmarshalText reads what MarshalText wrote.
func (a *Amount) UnmarshalText(b []byte) error {
	f, err := money.ParseDecimal(string(b))
	*a = Amount(f)
	return err
}

func (s *sale) rowOf(r row, e auction.Event) Row {
	d := Row{
		Line: r.line, Bidder: r.bidder, Amount: Amount(r.amount), At: r.at.Time(), Decision: Accepted,
		Price: Amount(s.state.PriceFen), Leader: s.leader(),
	}
	switch e := e.(type) {
	case auction.MaximumRaised:
		d.Decision = Raised
	case auction.BidRefused:
		d.Decision, d.Reason, d.Minimum = Refused, e.Reason, Amount(e.Basis.MinimumFen)
	}
	if s.state.Deadline != 0 {
		t := s.state.Deadline.Time()
		d.Deadline = &t
	}
	return d
}

func (s *sale) result() Lot {
	l := Lot{
		Lot: s.name, Outcome: s.state.Outcome, Why: s.state.Why, Start: Amount(s.state.Terms.StartFen), Bidders: s.state.Bidders(),
		Extended: s.state.Extended, OpenedAt: s.state.OpenedAt.Time(), ClosedAt: s.state.ClosedAt.Time(), Decisions: s.rows,
	}
	if s.state.HasBid {
		l.Best = Amount(s.state.PriceFen)
	}
	if l.Outcome == auction.Sold {
		l.Winner, l.Price = s.leader(), l.Best
	}
	for _, r := range s.rows {
		if r.Decision == Refused {
			l.Refused++
		} else {
			l.Accepted++
		}
	}
	return l
}

// WriteCSV writes lot,outcome,winner,price,accepted,refused. Winner and price are empty for a lot that passed.
func (r *Report) WriteCSV(w io.Writer) error {
	var b bytes.Buffer
	c := csv.NewWriter(&b)
	lines := [][]string{{"lot", "outcome", "winner", "price", "accepted", "refused"}}
	for _, l := range r.Lots {
		price := ""
		if l.Outcome == auction.Sold {
			price = money.Fen(l.Price).Decimal()
		}
		lines = append(lines, []string{
			l.Lot, string(l.Outcome), l.Winner, price, strconv.Itoa(l.Accepted), strconv.Itoa(l.Refused),
		})
	}
	if err := c.WriteAll(lines); err != nil {
		return fmt.Errorf("write the table: %w", err)
	}
	if _, err := w.Write(b.Bytes()); err != nil {
		return fmt.Errorf("write the table: %w", err)
	}
	return nil
}

// WriteJSON writes the whole report with the decision on every row.
func (r *Report) WriteJSON(w io.Writer) error {
	b, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	if _, err := w.Write(append(b, '\n')); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	return nil
}
