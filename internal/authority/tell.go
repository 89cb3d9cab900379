package authority

import (
	"context"
	"fmt"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/lot"
	"github.com/g60-corridor/corridor/ent/pendingbid"
	"github.com/g60-corridor/corridor/internal/inbox"
	"github.com/g60-corridor/corridor/internal/store"
)

// became are the notices to a proposer by what became of his bid. Of what he took back himself he is not told.
var became = map[pendingbid.State]inbox.Kind{
	pendingbid.StateCONFIRMED: inbox.BidConfirmed, pendingbid.StateDECLINED: inbox.BidDeclined, pendingbid.StateLAPSED: inbox.BidLapsed,
}

// tellProposer tells who proposed a bid what became of it, in the transaction in which it does. The amount stays in the room.
func (s *Service) tellProposer(ctx context.Context, tx *store.Tx, p *ent.PendingBid, to pendingbid.State) error {
	kind, ok := became[to]
	if !ok {
		return nil
	}
	l, err := tx.Ent().Lot.Query().Where(lot.ID(p.LotID)).WithListing().Only(ctx)
	if err != nil {
		return fmt.Errorf("read lot %d: %w", p.LotID, err)
	}
	return s.herald.Tell(ctx, tx, inbox.News{
		Kind: kind, Key: fmt.Sprintf("pending:%d", p.ID), Organisation: p.OrganisationID, Person: p.ProposedBy,
		Params: inbox.Params{"Lot": l.Number, "Title_zh": l.Edges.Listing.TitleZh, "Title_en": l.Edges.Listing.TitleEn},
		Link:   fmt.Sprintf("/lots/%d/room", l.ID),
	})
}
