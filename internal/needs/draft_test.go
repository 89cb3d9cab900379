package needs_test

import (
	"testing"

	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/internal/market"
)

// A result that was offered and is written anew now shows the company the words under which it was published.
func TestAnAnswerKeepsTheWordsOfItsResult(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		l := h.membrane(h.university)
		id := h.publish(wanted())
		must(t, h.needs.Answer(ctx, h.university, id, l.ID, "we have one"))
		h.db.Ent().ListingVersion.Create().SetListing(l).SetNumber(1).SetWhat("PUBLISHED").SetAt(noon).SetPersonID(h.university.PersonID()).
			SetSheet(market.SheetOf(l)).ExecX(ctx)
		l.Update().SetStatus(listing.StatusDRAFT).SetTitleEn("SECRET").SetTitleZh("秘密").ExecX(ctx)
		x, err := h.needs.OwnOne(ctx, h.company, id)
		must(t, err)
		if len(x.Answers) != 1 || x.Answers[0].Edges.Listing.TitleEn != l.TitleEn {
			t.Errorf("the company reads %+v", x.Answers)
		}
	})
}
