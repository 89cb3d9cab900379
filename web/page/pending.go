package page

import (
	"context"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/feed"
	"github.com/g60-corridor/corridor/internal/money"
	c "github.com/g60-corridor/corridor/web/component"
)

// decidedShownUS is how long what was decided last stays beside what waits. The scripts have the same rule.
const decidedShownUS = 2 * 60 * 1_000_000

// pending is what waits for a second person of the reader's company, and what was decided a moment ago.
func (p RoomPage) pending() (shown []feed.PendingBid) {
	decided := false
	for _, b := range p.Pending {
		if r := p.Frame.State.Result; r != nil && b.State == feed.Waiting {
			b.State, b.Why, b.DecidedUS = feed.Lapsed, "LOT_CLOSED", r.AtUS
		}
		switch {
		case undecided(b):
			shown = append(shown, b)
		case !decided && p.Frame.NowUS-b.DecidedUS < decidedShownUS:
			decided = true
			shown = append(shown, b)
		}
	}
	return shown
}

// undecided: it waits, or it is not known yet what the saleroom has made of it.
func undecided(b feed.PendingBid) bool {
	return b.State == feed.Waiting || b.State == feed.Confirmed && b.Row == nil
}

func name(ctx context.Context, b auction.Bilingual) string { return c.Pick(ctx, b.ZH, b.EN) }

// proposedSays is who has proposed it and when.
func proposedSays(ctx context.Context, b feed.PendingBid) string {
	at := c.Clock(c.AtUS(b.ProposedUS))
	if b.Mine {
		return c.T(ctx, "pending_proposed_mine", "Time", at)
	}
	return c.T(ctx, "pending_proposed", "Name", name(ctx, b.Proposer), "Time", at)
}

// pendingSays is where it stands. It never says that anything has been bid before the saleroom has said so.
func pendingSays(ctx context.Context, b feed.PendingBid, minimum money.Fen) string {
	by := []any{"Name", name(ctx, b.DecidedBy), "Time", c.Clock(c.AtUS(b.DecidedUS))}
	switch {
	case b.State == feed.Lapsed:
		return c.T(ctx, "pending_why_"+b.Why)
	case b.State == feed.Confirmed && b.Row == nil:
		return c.T(ctx, "pending_unknown", by...)
	case b.State == feed.Confirmed:
		return c.T(ctx, "pending_by_CONFIRMED", by...) + " " + receiptSaid(ctx, *b.Row)
	case b.State != feed.Waiting:
		return c.T(ctx, "pending_by_"+string(b.State), by...)
	case minimum > 0 && b.AmountFen < minimum:
		return c.T(ctx, "pending_passed")
	case b.Approvers == 0:
		return c.T(ctx, "pending_nobody")
	case b.Mine:
		return c.T(ctx, "pending_mine")
	case b.Bar != "":
		return c.Problem(ctx, b.Bar)
	}
	return c.T(ctx, "pending_binding")
}

// pendingMinimum is the least that would count next for the reader's company.
func (p RoomPage) pendingMinimum() money.Fen {
	if p.Holding != nil {
		return p.Holding.MinimumFen
	}
	return p.Frame.State.MinimumFen
}

// PendingLot is a bid that waits for a second person, and its lot.
type PendingLot struct {
	Lot *ent.Lot
	Bid feed.PendingBid
}
