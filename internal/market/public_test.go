package market_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/g60-corridor/corridor/ent/lot"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/market"
)

// What goes on stands before what comes, the soonest first, and that before what is over, the latest first, on both databases.
func TestSalesInTheOrderOfACalendar(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		ctx := t.Context()
		of := h.db.Ent().Lot.Query().Where(lot.ID(h.published(h.draft()))).WithListing().WithOperator().OnlyX(ctx)
		add := func(number string, phase auction.Phase, days int) {
			at := of.OpensAt.AddDate(0, 0, days)
			c := h.db.Ent().Lot.Create().SetNumber(number).SetTerms(of.Terms).SetStatus(lot.StatusPUBLISHED).SetListing(of.Edges.Listing).
				SetOperator(of.Edges.Operator).SetPhase(string(phase)).SetOpensAt(at)
			if phase == auction.Closed {
				c.SetClosedAt(at.Add(time.Hour))
			}
			c.ExecX(ctx)
		}
		add("over-2", auction.Closed, -9)
		add("next-2", auction.Announced, 5)
		add("live", auction.Limited, -1)
		add("over-1", auction.Closed, -2)
		add("next-1", auction.Announced, 3)
		for most, want := range map[int][]string{
			2: {"live", of.Number}, 9: {"live", of.Number, "next-1", "next-2", "over-1", "over-2"},
		} {
			found, err := h.service.Sales(ctx, market.Filter{City: of.Edges.Listing.City}, most)
			must(t, err)
			var got []string
			for _, l := range found {
				got = append(got, l.Number)
			}
			if !slices.Equal(got, want) {
				t.Errorf("at most %d: %s, want %s", most, fmt.Sprint(got), want)
			}
		}
		_, err := h.service.Sales(ctx, market.Filter{Stage: "X"}, 1)
		wants(t, err, fault.Invalid, "UNKNOWN_VALUE")
	})
}
