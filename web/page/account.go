package page

import (
	"context"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/feed"
	"github.com/g60-corridor/corridor/web/component"
)

// bidStanding says where a bidder stands in a lot, in words.
func bidStanding(ctx context.Context, l OwnLot) string {
	switch {
	case l.Lot.Outcome == string(auction.Sold) && l.Lot.WinnerPaddle == string(l.Holding.Paddle):
		return component.T(ctx, "bids_won")
	case component.Ended(l.Lot):
		return component.T(ctx, "bids_lost")
	case l.Leads:
		return component.T(ctx, "bids_lead")
	}
	return component.T(ctx, "bids_behind")
}

// bidResult says what became of one bid.
func bidResult(ctx context.Context, r feed.OwnRow) string {
	switch {
	case !r.Accepted:
		return component.Refusal(ctx, r)
	case r.Leads:
		return component.T(ctx, "bids_accepted_leads", "Price", component.Short(ctx, r.PriceFen))
	}
	return component.T(ctx, "bids_accepted_behind", "Price", component.Short(ctx, r.PriceFen))
}
