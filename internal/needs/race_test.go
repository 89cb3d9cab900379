package needs_test

import (
	"sync"
	"testing"

	"github.com/g60-corridor/corridor/ent/needmatch"
	"github.com/g60-corridor/corridor/internal/agenda"
	"github.com/g60-corridor/corridor/internal/inbox"
	"github.com/g60-corridor/corridor/internal/needs"
	"github.com/g60-corridor/corridor/internal/search"
	"github.com/g60-corridor/corridor/internal/store"
)

// interrupted is a search in the midst of which something else happens, once: when a result is taken apart to be weighed.
type interrupted struct {
	*search.Service
	title string
	once  sync.Once
	by    func()
}

func (i *interrupted) Split(texts ...string) []search.Word {
	if texts[0] == i.title {
		i.once.Do(i.by)
	}
	return i.Service.Split(texts...)
}

// during is a second node, on which something happens while it weighs a result with this title.
func (h *house) during(title string, by func()) *needs.Service {
	plan, err := agenda.New(agenda.Options{DB: h.db})
	must(h.t, err)
	post, err := inbox.New(inbox.Options{DB: h.db, Agenda: plan, Postman: inbox.Shelf{}, Origin: "https://market.example", Now: h.now})
	must(h.t, err)
	return needs.New(needs.Options{
		Database: h.db, Search: &interrupted{Service: h.search, title: title, by: by}, Herald: post, Now: h.now,
		Agenda: &diary{Agenda: plan, doers: map[string]agenda.Doer{}},
	})
}

// What another has weighed in the meantime is not swept away by who has begun before.
func TestWhoWeighsAtTheSameTimeLosesNoMatch(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		l := h.membrane(h.university)
		id := h.publish(wanted())
		must(t, h.needs.Follow(ctx)) // all from now on
		h.due("needs.match")
		stands := func(listing int) bool {
			return h.db.Ent().NeedMatch.Query().Where(needmatch.NeedID(id), needmatch.ListingID(listing), needmatch.BpGT(0)).ExistX(ctx)
		}
		l.Update().SetTrl(7).ExecX(ctx)
		must(t, h.during(l.TitleZh, func() { // the need is changed and weighed while the listing is
			w := wanted()
			w.City = "330100"
			_, err := h.needs.Save(ctx, h.company, id, h.db.Ent().Need.GetX(ctx, id).Version, w)
			must(t, err)
			if h.due("needs.match") != 1 || !stands(l.ID) {
				t.Fatal("the changed need is not weighed")
			}
		}).Follow(ctx))
		if !stands(l.ID) {
			t.Error("the match of a need that was changed meanwhile is lost")
		}
		other := 0
		must(t, h.during(l.TitleZh, func() { // a listing comes and is weighed while the need is
			other = h.offer(h.university, "抗污染中空纤维超滤膜组件", "Antifouling hollow-fibre ultrafiltration membrane module", "B01D 71/68").ID
			must(t, h.needs.Follow(ctx))
			if !stands(other) {
				t.Fatal("the new listing is not weighed")
			}
		}).Match(ctx, id))
		if !stands(other) || !stands(l.ID) {
			t.Error("the match of a listing that came meanwhile is lost")
		}
	})
}

// A busy sale makes more changes than one look reads.
func TestALookReadsAllThatHasChanged(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		id := h.publish(wanted())
		must(t, h.needs.Follow(ctx))
		h.due("needs.match")
		must(t, h.db.Tx(ctx, func(tx *store.Tx) error {
			_, err := tx.ExecContext(ctx, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 6000) "+
				"INSERT INTO search_changes (kind, subject) SELECT 'lot', i FROM n")
			return err
		}))
		h.membrane(h.university)
		must(t, h.needs.Follow(ctx))
		if !h.db.Ent().NeedMatch.Query().Where(needmatch.NeedID(id), needmatch.BpGT(0)).ExistX(ctx) {
			t.Error("what came after six thousand changes is not weighed")
		}
	})
}
