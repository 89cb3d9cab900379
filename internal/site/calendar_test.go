package site_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/g60-corridor/corridor/ent/lot"
	"github.com/g60-corridor/corridor/internal/auction"
)

// However much has changed since a sale was announced, whoever subscribed keeps it; what is over follows, the latest first.
func TestAComingSaleStaysInTheCalendar(t *testing.T) {
	h := open(t)
	id := h.lot()
	now := time.Now().UTC()
	h.db.Ent().Lot.UpdateOneID(id).SetOpensAt(now.AddDate(0, 1, 0)).SetChangedAt(now.AddDate(0, 0, -30)).ExecX(t.Context())
	of := h.db.Ent().Lot.GetX(t.Context(), id)
	for i := range 310 { // the latest to be changed ended first
		h.db.Ent().Lot.Create().SetNumber(fmt.Sprintf("ENDED-%d", i)).SetTerms(of.Terms).SetStatus(lot.StatusPUBLISHED).SetListing(h.listing).
			SetOperator(h.operator.Organisation).SetPhase(string(auction.Closed)).SetOutcome(string(auction.Sold)).
			SetOpenedAt(now.Add(-time.Duration(i+2) * time.Hour)).SetClosedAt(now.Add(-time.Duration(i+1) * time.Hour)).
			SetChangedAt(now.Add(time.Duration(i-400) * time.Minute)).SaveX(t.Context())
	}
	b := h.visitor()
	for _, query := range []string{"", "?state=next", "?city=" + h.listing.City, path("?seller=%d", h.seller.ID)} {
		if got := b.get("/lots/calendar.ics" + query).body; !strings.Contains(got, "UID:"+of.Number+"@corridor") {
			t.Errorf("%q has lost the sale that comes", query)
		}
	}
	got := b.get("/lots/calendar.ics").body
	if n := strings.Count(got, "BEGIN:VEVENT"); n != 300 || !strings.Contains(got, "UID:ENDED-0@") || strings.Contains(got, "UID:ENDED-309@") {
		t.Errorf("%d entries, or not the latest of those that are over", n)
	}
	if got := b.get("/lots/feed.atom").body; strings.Count(got, "<entry>") != 100 || strings.Contains(got, path("/lots/%d<", id)) {
		t.Error("the feed does not hold what changed last")
	}
}
