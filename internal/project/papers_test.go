package project_test

import (
	"testing"

	"github.com/g60-corridor/corridor/ent/document"
	"github.com/g60-corridor/corridor/ent/documentversion"
	"github.com/g60-corridor/corridor/internal/project"
	"github.com/g60-corridor/corridor/internal/trade"
)

// R2.2: a decision is filed with the papers that lie with the listing, whatever the form says; without one it is not filed. What
// was filed stays what it was, though the paper is replaced or taken away.
func TestADecisionIsFiledWithItsPapers(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx, client := t.Context(), h.db.Ent()
		first := client.Document.Query().OnlyX(ctx)
		first.Update().SetRemovedAt(h.clock.now()).SaveX(ctx)
		id := h.open(trade.ByListing, 1_000_000*yuan)
		told := file(1_000_000 * yuan)
		told.Papers = []trade.Paper{{Document: int64(first.ID), Version: 1, SHA256: "made up"}}
		h.refused(h.seller, id, "", trade.RecordDecision{File: told}, trade.DecisionLoose)
		h.paper(h.listing, document.KindEVIDENCE)
		h.refused(h.seller, id, "", trade.RecordDecision{File: told}, trade.DecisionLoose)
		d := h.paper(h.listing, document.KindDECISION)
		h.must(h.seller, id, "", trade.RecordDecision{File: told})
		want := trade.Paper{Document: int64(d.ID), Version: 1, SHA256: client.DocumentVersion.Query().Where(documentversion.HasDocumentWith(document.ID(d.ID))).OnlyX(ctx).Sha256}
		if got := h.view(id).State.Decision.Papers; len(got) != 1 || got[0] != want {
			t.Fatalf("filed with %+v, want %+v", got, want)
		}
		d.Update().SetRemovedAt(h.clock.now()).SaveX(ctx)
		h.must(h.seller, id, "", trade.SubmitForReview{})
		h.must(h.operator, id, "2026-03-02 10:00", trade.PublishListing{Terms: listingTerms(t, 100_000*yuan)})
		if got := project.DecisionPapers(h.view(id)); len(got) != 1 || got[0] != want {
			t.Fatalf("the file names %+v, want %+v", got, want)
		}
	})
}

// R2.9: the next round is a project of its own, and its decision lies with the listing too.
func TestARelistedDecisionIsFiledWithItsPapers(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		id := h.list(1_000_000*yuan, "2026-03-02 10:00", listingTerms(t, 100_000*yuan))
		h.clock.set(at("2026-04-02 10:00"))
		papers := h.db.Ent().Document.Query().OnlyX(t.Context())
		papers.Update().SetRemovedAt(h.clock.now()).SaveX(t.Context())
		relist := trade.Relist{PriceFen: 900_000 * yuan, Decision: file(900_000 * yuan)}
		h.refused(h.seller, id, "", relist, trade.DecisionLoose)
		h.in(id, trade.Listed) // nothing of it was stored, not even what clocks did
		h.paper(h.listing, document.KindDECISION)
		h.must(h.seller, id, "", relist)
		h.in(id, trade.Relisting)
	})
}

// R2.7, R2.8: a listing that is announced again at a higher price runs as long as that price demands, though the form of the
// change asks for no period; it runs no shorter than was announced.
func TestAChangedListingRunsAsItsPriceDemands(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		terms := listingTerms(t, 100_000*yuan)
		id := h.list(1_000_000*yuan, "2026-03-02 10:00", terms)
		change := trade.ChangeListing{Offer: trade.Offer{PriceFen: 1_500_000 * yuan}, Justification: "新评估", Approval: "批文1"}
		h.must(h.operator, id, "2026-03-03 10:00", change)
		clock, _ := h.view(id).State.Clock(trade.ListingEnd, "")
		if got := h.view(id).State.Terms.PeriodWD; got != 10 || !clock.Due.Time().Equal(at("2026-03-18 00:00")) {
			t.Errorf("%d working days, to %s", got, clock.Due.Time())
		}
	})
}
