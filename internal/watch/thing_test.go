package watch

import (
	"strings"
	"testing"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/ent/watch"
	"github.com/g60-corridor/corridor/internal/auction"
)

// Whoever watches a result does not read what its seller makes of it once it is not on offer any more.
func TestADraftIsNotReadByItsWatchers(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx := t.Context()
		l := d.publish("石墨烯超滤膜", "Graphene membrane")
		lot := d.announce(l)
		me := d.person()
		var was ent.ListingVersion
		was.Sheet.TitleZH, was.Sheet.TitleEN = l.TitleZh, l.TitleEn
		d.db.Ent().ListingVersion.Create().SetListing(l).SetNumber(1).SetWhat("PUBLISHED").SetPerson(me.Person).SetAt(*l.PublishedAt).
			SetSheet(was.Sheet).ExecX(ctx)
		must(t, d.Begin(ctx, me, watch.KindLISTING, l.ID))
		must(t, d.Begin(ctx, me, watch.KindLOT, lot.ID))
		d.follow()
		l.Update().SetStatus(listing.StatusDRAFT).SetTitleZh("秘密").SetTitleEn("SECRET").ExecX(ctx)
		lot.Update().SetPhase("CLOSED").SetOutcome("PASSED").ExecX(ctx)
		d.follow()
		_, things, err := d.Own(ctx, me)
		must(t, err)
		for _, thing := range things {
			if thing.TitleEN != "Graphene membrane" || thing.TitleZH != "石墨烯超滤膜" {
				t.Errorf("the watcher reads %+v", thing)
			}
		}
		if all := strings.Join(d.told(me), " "); !strings.Contains(all, "Graphene membrane") || strings.Contains(all, "SECRET") || strings.Contains(all, "秘密") {
			t.Errorf("the watcher is told %s", all)
		}
	})
}

// Bids that extend a sale are not told, and write nothing of its watchers; interruptions still are, each once.
func TestExtensionsLeaveWatchersAlone(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx := t.Context()
		l := d.publish("石墨烯超滤膜", "Graphene membrane")
		lot, me := d.announce(l), d.person()
		must(t, d.Begin(ctx, me, watch.KindLOT, lot.ID))
		must(t, d.Begin(ctx, me, watch.KindLISTING, l.ID))
		d.follow()
		set := func(phase auction.Phase, changes int) string {
			lot.Update().SetPhase(string(phase)).SetChanges(changes).SetDeadline(time.Now().Add(time.Duration(changes) * time.Minute)).ExecX(ctx)
			d.follow()
			states := ""
			for _, w := range d.db.Ent().Watch.Query().Order(ent.Asc(watch.FieldID)).AllX(ctx) {
				states += w.State
			}
			return states
		}
		before := set(auction.Limited, 3)
		for changes := 4; changes < 7; changes++ {
			if after := set(auction.Limited, changes); after != before {
				t.Errorf("an extension has written %s over %s", after, before)
			}
		}
		d.tells(me, 1, "open")
		set(auction.Paused, 7)
		set(auction.Limited, 8)
		set(auction.Limited, 9)
		set(auction.Paused, 10)
		set(auction.Limited, 11)
		d.tells(me, 5)
	})
}
