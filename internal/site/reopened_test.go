package site_test

import (
	"strings"
	"testing"
	"time"

	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/internal/market"
)

// What was withdrawn and is written anew is its seller's; the lot of before stays public as what it was.
func TestALotShowsNotWhatItsListingBecomes(t *testing.T) {
	h := open(t)
	lot := h.lot()
	ctx := t.Context()
	l := h.db.Ent().Listing.GetX(ctx, h.listing.ID)
	h.db.Ent().ListingVersion.Create().SetListing(l).SetNumber(1).SetWhat("PUBLISHED").SetAt(time.Now()).SetPersonID(h.memberOf(h.seller, membership.RoleEDITOR).PersonID()).
		SetSheet(market.SheetOf(l)).ExecX(ctx)
	was := l.TitleEn
	l.Update().SetStatus(listing.StatusDRAFT).SetTitleZh("秘密").SetTitleEn("SECRETDRAFT").SetSummaryZh("秘密").SetSummaryEn("SECRETDRAFT").SetInventors([]string{"SECRETDRAFT"}).ExecX(ctx)
	for _, p := range []string{path("/lots/%d", lot), "/lots", "/", "/lots/feed.atom", "/lots/calendar.ics", path("/lots/%d/calendar.ics", lot), path("/organisations/%d", h.seller.ID)} {
		b := h.visitor()
		b.lang = "en"
		got := b.get(p).body
		if strings.Contains(got, "SECRETDRAFT") || strings.Contains(got, "秘密") {
			t.Errorf("%s shows a draft", p)
		}
		if p != "/" && !strings.Contains(got, was) {
			t.Errorf("%s does not show what the lot was", p)
		}
	}
}
