package project_test

import (
	"testing"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/calendar"
	"github.com/g60-corridor/corridor/internal/project"
	"github.com/g60-corridor/corridor/internal/trade"
)

// auction brings an auction project to its sale on 16 March at ten, with two bidders.
func (h *house) auction() int {
	h.t.Helper()
	id := h.open(trade.ByAuction, 1_000_000*yuan)
	h.must(h.seller, id, "", trade.RecordDecision{File: file(1_000_000 * yuan)})
	h.must(h.seller, id, "", trade.SignCommission{Procedure: auction.ExchangeBidding, Commission: trade.Commission{
		Document: "合同", Parties: "双方", Lot: "成果", Reserve: "NONE", Place: "网络", Delivery: "登记后", Fee: "2%", Payment: "十日", Breach: "约定",
	}})
	h.must(h.operator, id, "2026-03-02 10:00", trade.Announce{Announcement: trade.Announcement{
		Proof: "第6版", Medium: "日报", Place: "网络", Formalities: "登记", SaleAt: instant("2026-03-16 10:00"), RegisterBy: instant("2026-03-13 10:00"),
		PreviewFrom: calendar.On(2026, 3, 9), PreviewTo: calendar.On(2026, 3, 10),
		Entrance: trade.Entrance{DepositFen: 100_000 * yuan, Mode: mode(h.t)},
	}})
	for _, b := range h.buyers[:2] {
		h.must(b, id, "2026-03-03 10:00", trade.Register{})
		r, _ := project.Registered(b, h.view(id))
		h.must(h.operator, id, "", trade.AcceptDocuments{Registration: r.ID})
		h.must(h.operator, id, "", trade.ReceiveDeposit{Registration: r.ID, AmountFen: 100_000 * yuan})
	}
	h.must(h.operator, id, "2026-03-11 10:00", trade.ConfirmPreview{Document: "预展记录"})
	h.refused(h.operator, id, "2026-03-16 09:59", trade.OpenSale{}, trade.SaleNotDue)
	if n := h.db.Ent().Lot.Query().CountX(h.t.Context()); n != 0 {
		h.t.Fatalf("%d lots before the sale", n)
	}
	h.must(h.operator, id, "2026-03-16 10:00", trade.OpenSale{})
	h.in(id, trade.Open)
	return id
}

func instant(text string) trade.Instant { return auction.InstantOf(at(text)) }

// An auction project, from its commission to the lot's result: the lot is made when the sale is opened, with those who are
// qualified, and only if there are enough.
func TestAuctionProject(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		id := h.auction()
		v := h.view(id)
		paddle, err := h.market.Paddle(t.Context(), h.buyers[0], *v.Row.LotID)
		must(t, err)
		for _, e := range v.Entries {
			if ev, ok := e.Event.(trade.SaleOpened); ok && int(ev.Lot) != *v.Row.LotID {
				t.Errorf("the log says lot %d, the row %d", ev.Lot, *v.Row.LotID)
			}
		}
		h.sellOn("2026-03-16", *v.Row.LotID, paddle)
		must(t, h.projects.Harvest(t.Context()))
		h.in(id, trade.SoldSale)
		h.must(h.operator, id, "", trade.SignConfirmation{Document: "确认书", ByBuyer: true, ByHouse: true})
		h.must(h.seller, id, "", trade.SignContract{PriceFen: 1_000_000 * yuan, Document: "合同", PayBy: instant("2026-04-01 00:00")})
		h.in(id, trade.Contracted)
	})
}
