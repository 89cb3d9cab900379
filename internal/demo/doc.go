// Package demo keeps auctions going round the clock, so that whoever starts the product sees it live: a director
// opens lots on overlapping schedules, and bidders of different temperaments bid in them. It uses the same doors as
// everybody else, the market's services and the saleroom, and knows nothing of a lot but its public log.
package demo

import (
	"context"
	"time"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/money"
)

// House is what the director asks of the market.
type House interface {
	// NextListing picks a published demo listing that is not on offer, the one that was offered least often first, with
	// the start price it was seeded with.
	NextListing(ctx context.Context) (listing int, start money.Fen, err error)
	// Announce creates a lot of a listing under terms and publishes it. The reserve is 0 unless the terms hide one.
	Announce(ctx context.Context, listing int, terms auction.Terms, reserve money.Fen, opensAt time.Time) (auction.LotID, error)
	// Admit qualifies demo companies for a lot and returns the codes of those that no visitor can sign in as: the
	// bidders whom this package plays.
	Admit(ctx context.Context, lot auction.LotID, whom Invited) ([]auction.Paddle, error)
	// OpenLots lists demo lots that are announced or open, with the codes that this package plays: those that were
	// going when the server stopped.
	OpenLots(ctx context.Context) (map[auction.LotID][]auction.Paddle, error)
}

// Invited says which demo companies are admitted to a lot without asking.
type Invited int

const (
	Everybody  Invited = iota // also those that visitors sign in as, so that they can bid at once
	PlayedOnly                // visitors register by themselves
)

// Floor takes commands. An answer is not needed: what became of a bid is in the log.
type Floor interface {
	Bid(ctx context.Context, lot auction.LotID, bid auction.PlaceBid) error
}

// Log reads the entries of a lot after a position.
type Log interface {
	Read(ctx context.Context, lot auction.LotID, after auction.Seq, limit int) ([]auction.Entry, error)
}
