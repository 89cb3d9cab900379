package component

import (
	"context"
	"time"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/feed"
	"github.com/g60-corridor/corridor/web/form"
	"github.com/g60-corridor/corridor/web/locale"
)

// Problem says which rule a field of a form breaks.
func Problem[P ~string](ctx context.Context, p P) string {
	for _, kind := range []string{"problem_", "amount_", "reason_"} {
		if key := kind + string(p); locale.Has(key) {
			return T(ctx, key)
		}
	}
	return T(ctx, "problem_other", "Code", string(p))
}

// Sentences are the faults of a form in the reader's language.
func Sentences(ctx context.Context, fields []fault.Field) form.Faults {
	if len(fields) == 0 {
		return nil
	}
	all := form.Faults{}
	for _, f := range fields {
		if _, known := all[f.Name]; !known {
			all[f.Name] = Problem(ctx, f.Problem)
		}
	}
	return all
}

// Refusal says why a bid did not count, on which figures that rests, and what would have counted.
func Refusal(ctx context.Context, row feed.OwnRow) string {
	key := "reason_" + string(row.Reason)
	if !locale.Has(key) {
		return string(row.Reason)
	}
	var b auction.Basis
	if row.Basis != nil {
		b = *row.Basis
	}
	at := AtUS(row.AtUS)
	args := []any{
		"Amount", Short(ctx, row.AmountFen), "Minimum", Short(ctx, b.MinimumFen), "Step", Short(ctx, b.StepFen),
		"Price", Short(ctx, b.PriceFen),
	}
	switch {
	case row.Reason == auction.BelowMinimum && b.PriceAt == 0:
		key += "_start"
	case row.Reason == auction.BelowMinimum:
		args = append(args, "Ago", ago(ctx, at.Sub(At(b.PriceAt))))
	case row.Reason == auction.AlreadyClosed && b.Deadline != 0 && !at.Before(At(b.Deadline)):
		key += "_late"
		args = append(args, "Deadline", ClockMilli(At(b.Deadline)), "Late", ago(ctx, at.Sub(At(b.Deadline))))
	}
	return T(ctx, key, args...)
}

// ago is a span between two bids: in hundredths of a second where so little decided.
func ago(ctx context.Context, d time.Duration) string {
	switch {
	case d < 10*time.Millisecond:
		return T(ctx, "span_least")
	case d < 10*time.Second:
		return Span(ctx, d.Truncate(10*time.Millisecond))
	}
	return Span(ctx, d)
}
