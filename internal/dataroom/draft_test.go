package dataroom_test

import (
	"strings"
	"testing"

	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/internal/dataroom"
	"github.com/g60-corridor/corridor/internal/inbox"
)

// A reader is told of new terms also while the listing is written anew, and not what is written.
func TestReadersAreNotToldWhatADraftSays(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		must(t, h.sign(h.agent))
		h.listing.Update().SetStatus(listing.StatusDRAFT).SetTitleZh("秘密").SetTitleEn("SECRET").ExecX(t.Context())
		h.told = nil
		must(t, h.service.SetRules(t.Context(), h.editor, h.listing.ID, dataroom.Rules{Version: 1, ClausesZH: "一", ClausesEN: "1"}))
		if len(h.told) != 1 || h.told[0].Kind != inbox.RoomTermsChanged {
			t.Fatalf("%+v", h.told)
		}
		for name, value := range h.told[0].Params {
			if strings.Contains(value, "SECRET") || strings.Contains(value, "秘密") {
				t.Errorf("the reader is told %s: %s", name, value)
			}
		}
	})
}
