package search

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/internal/store"
	"github.com/g60-corridor/corridor/internal/store/storetest"
)

// failing makes the reading of listings fail as long as it is true.
func failing(db *store.DB) *bool {
	fails := new(bool)
	db.Ent().Listing.Intercept(ent.InterceptFunc(func(next ent.Querier) ent.Querier {
		return ent.QuerierFunc(func(ctx context.Context, q ent.Query) (ent.Value, error) {
			if *fails {
				return nil, errors.New("the database is away")
			}
			return next.Query(ctx, q)
		})
	}))
	return fails
}

// What changed while nobody looked is found, also if the database is away when the search is opened first.
func TestOpenedAtTheSecondAttempt(t *testing.T) {
	db, dir := storetest.SQLite(t), t.TempDir()
	fails := failing(db)
	h := newHall(t, db, dir)
	s := h.seller("甲", "A", "")
	h.offer(s, offer{number: "L-1", zh: "石墨烯", en: "graphene"})
	for _, word := range []string{"glass", "ceramic"} { // an index is made, and one that was kept is opened
		h = newHall(t, db, dir)
		*fails = true
		if h.open(t.Context()) == nil {
			t.Fatal("it opens without listings")
		}
		*fails = false
		h.offer(s, offer{number: word, zh: "材料", en: word})
		must(t, h.open(t.Context()))
		must(t, h.Follow(t.Context()))
		h.build(t.Context())
		h.finds("graphene", "L-1")
		h.finds(word, word)
		h.close(t.Context())
	}
}

// A node that lost its place and cannot read everything anew at once does so later: it does not go on as if it had.
func TestReadAnewAtTheSecondAttempt(t *testing.T) {
	db := storetest.SQLite(t)
	fails := failing(db)
	now := noon
	h := newHall(t, db, "")
	h.o.Now = func() time.Time { return now }
	l := h.offer(h.seller("甲", "A", ""), offer{number: "L-1", zh: "石墨烯", en: "graphene"})
	h.ready()
	l.Update().SetTrl(9).ExecX(t.Context())
	_, err := db.SQL().ExecContext(t.Context(), "DELETE FROM search_changes")
	must(t, err)
	now = now.Add(lotsKept)
	*fails = true
	if h.Follow(t.Context()) == nil {
		t.Fatal("it reads listings that cannot be read")
	}
	*fails = false
	must(t, h.Follow(t.Context()))
	if r := h.find(Request{Chosen: map[string][]string{"trl": {"9"}}}); r.Total != 1 {
		t.Errorf("%d of level 9", r.Total)
	}
	h.build(t.Context())
	h.finds("graphene", "L-1")
}
