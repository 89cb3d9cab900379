package search

import (
	"context"
	"errors"
	"fmt"
	"sync"
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

// While the index is built anew again and again, nobody who searches or counts has one closed under his hands.
func TestAskedWhileTheIndexIsBuiltAnew(t *testing.T) {
	h := newHall(t, storetest.SQLite(t), t.TempDir())
	s := h.seller("甲", "A", "")
	for i := range 20 {
		h.offer(s, offer{number: fmt.Sprint("L-", i), zh: "石墨烯", en: "graphene"})
	}
	h.ready()
	before := h.current.Load()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for ctx.Err() == nil {
				for _, text := range []string{"graphene", "nothing at all of that"} {
					hits, _, err := h.hits(t.Context(), ask(text), true)
					if want := map[string]int{"graphene": 20}[text]; err != nil || len(hits) != want {
						t.Errorf("%q: %d, %v", text, len(hits), err)
						return
					}
				}
				words, all, err := h.Words(t.Context(), "graphene 石墨烯")
				if err != nil || all != 20 || words[0].Listings != 20 {
					t.Errorf("%d of %d: %v", words[0].Listings, all, err)
					return
				}
				if found, err := h.Candidates(t.Context(), words, all, nil, 50); err != nil || len(found) != 20 {
					t.Errorf("%d candidates: %v", len(found), err)
					return
				}
			}
		})
	}
	for range 12 {
		must(t, h.anew(t.Context()))
		h.build(t.Context())
	}
	stop()
	wg.Wait()
	if _, err := before.find(t.Context(), term(inText, "graphen"), true); !errors.Is(err, errClosed) {
		t.Errorf("one that is put aside: %v", err)
	}
	if _, err := before.count(t.Context(), h.Split("graphene")); !errors.Is(err, errClosed) {
		t.Errorf("one that is put aside: %v", err)
	}
	spoilt := h.current.Load()
	spoilt.spoilt.Store(true)
	if _, err := spoilt.count(t.Context(), h.Split("graphene")); !errors.Is(err, errSpoilt) {
		t.Errorf("one that is spoilt: %v", err)
	}
}
