package component

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/a-h/templ"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/money"
)

// Live says whether a lot is in the room now: open, or suspended while open.
func Live(l *ent.Lot) bool {
	switch auction.Phase(l.Phase) {
	case auction.Free, auction.Limited, auction.Single, auction.Paused:
		return true
	}
	return false
}

// Ended says whether a lot is over.
func Ended(l *ent.Lot) bool { return l.Phase == string(auction.Closed) }

// PriceOf is the price of a lot, the start price before its first bid.
func PriceOf(l *ent.Lot) money.Fen {
	if !l.HasBid {
		return l.Terms.StartFen
	}
	return money.Fen(l.PriceFen)
}

// LotURL is the page of a lot.
func LotURL(l *ent.Lot) templ.SafeURL { return templ.SafeURL(fmt.Sprintf("/lots/%d", l.ID)) }

// Under is an address below the page of a lot, for instance Under(l, "room").
func Under(l *ent.Lot, path string) templ.SafeURL { return LotURL(l) + templ.SafeURL("/"+path) }

func roomURL(l *ent.Lot) templ.SafeURL { return Under(l, "room") }

func statusClass(l *ent.Lot) string {
	switch {
	case l.Phase == string(auction.Paused):
		return "paused"
	case Live(l):
		return "live"
	case Ended(l):
		return strings.ToLower(l.Outcome)
	}
	return "next"
}

// Changed is when what the public sees of a lot last changed, but for bids.
func Changed(l *ent.Lot) time.Time {
	if l.ChangedAt == nil {
		return l.CreatedAt
	}
	return *l.ChangedAt
}

// StatusWord is where a lot stands, in one word.
func StatusWord(ctx context.Context, l *ent.Lot) string {
	if Ended(l) {
		return Word(ctx, "outcome", l.Outcome)
	}
	return Word(ctx, "phase", l.Phase)
}

func priceLabel(l *ent.Lot) string {
	switch {
	case l.Outcome == string(auction.Sold):
		return "lot_sold_at"
	case !l.HasBid:
		return "lot_start"
	case Ended(l):
		return "lot_last_price"
	}
	return "lot_price"
}

// PriceLabel says what the price of a lot is: what it was sold at, what stands now.
func PriceLabel(ctx context.Context, l *ent.Lot) string { return T(ctx, priceLabel(l)) }

func deadlineLabel(l *ent.Lot) string {
	if l.Phase == string(auction.Free) {
		return "lot_limited_from"
	}
	return "lot_closes"
}

// LotMoment is the time that matters next, or mattered last.
func LotMoment(ctx context.Context, l *ent.Lot) string {
	switch {
	case Ended(l) && l.ClosedAt != nil:
		return Soon(ctx, *l.ClosedAt)
	case Live(l) && l.Deadline != nil && l.Phase != string(auction.Paused):
		return T(ctx, deadlineLabel(l)) + " " + Clock(*l.Deadline)
	case !Live(l) && l.OpensAt != nil:
		return T(ctx, "lot_opens", "At", Soon(ctx, *l.OpensAt))
	case !Live(l) && !Ended(l):
		return T(ctx, "lot_opens_by_hand")
	}
	return ""
}

func words(ctx context.Context, kind string, codes []string) []string {
	all := make([]string, len(codes))
	for i, c := range codes {
		all[i] = Word(ctx, kind, c)
	}
	return all
}
