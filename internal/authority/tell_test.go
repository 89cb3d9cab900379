package authority_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/g60-corridor/corridor/ent/lot"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/inbox"
)

// Who proposed a bid is told once what became of it, without the amount; of what he took back himself he is not.
func TestTheProposerIsTold(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		ctx := t.Context()
		h.limited()
		told := func() (kinds []inbox.Kind) {
			h.mu.Lock()
			defer h.mu.Unlock()
			for _, n := range h.told {
				if n.Person == 0 {
					continue
				}
				if n.Person != h.agent.PersonID() || n.Organisation != h.agent.OrganisationID() || n.Params["Lot"] != "A-1" {
					t.Errorf("told %+v", n)
				}
				for name := range n.Params {
					if strings.HasSuffix(name, "_fen") {
						t.Errorf("an amount in %s", n.Kind)
					}
				}
				kinds = append(kinds, n.Kind)
			}
			return kinds
		}
		first := h.propose(bid(1, 2_000_000*yuan))
		for range 2 {
			_, err := h.service.Confirm(ctx, h.second, lotID, first.ID)
			must(t, err)
		}
		declined := h.propose(bid(2, 2_100_000*yuan))
		for range 2 {
			_, err := h.service.Decline(ctx, h.second, lotID, declined.ID)
			must(t, err)
		}
		back := h.propose(bid(3, 2_200_000*yuan))
		_, err := h.service.Cancel(ctx, h.agent, lotID, back.ID)
		must(t, err)
		h.propose(bid(4, 2_300_000*yuan))
		h.db.Ent().Lot.Update().Where(lot.ID(1)).SetPhase(string(auction.Closed)).ExecX(ctx)
		for range 2 {
			must(t, h.service.LapseOnce(ctx))
		}
		if got, want := told(), []inbox.Kind{inbox.BidConfirmed, inbox.BidDeclined, inbox.BidLapsed}; !slices.Equal(got, want) {
			t.Errorf("told %v, want %v", got, want)
		}
	})
}
