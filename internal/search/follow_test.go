package search

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/blevesearch/bleve/v2/search/query"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/ent/project"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/store"
	"github.com/g60-corridor/corridor/internal/store/storetest"
	"github.com/g60-corridor/corridor/internal/subject"
	"github.com/g60-corridor/corridor/internal/trade"
)

// Two nodes that follow the same database find what is true in it, whoever changed what.
func TestEveryNodeFollows(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		first := newHall(t, db, "").ready()
		other := newHall(t, db, t.TempDir()).ready()
		s := first.seller("云间大学", "Yunjian University", "")
		l := first.offer(s, offer{number: "L-1", zh: "石墨烯膜", en: "Graphene membrane", application: "201810862228.X", ipc: []string{"B01D 71/68"}})
		both := func(text string, want ...string) {
			t.Helper()
			for _, h := range []*hall{first, other} {
				must(t, h.Follow(ctx))
				h.t = t
				h.finds(text, want...)
			}
		}
		both("石墨烯", "L-1")
		l.Update().SetTitleZh("陶瓷膜").ExecX(ctx)
		both("石墨烯", "L-1") // the patent's title still has it
		both("陶瓷", "L-1")
		p := l.QueryPatents().OnlyX(ctx)
		p.Update().SetTitleZh("陶瓷膜").SetIpc([]string{"C04B 35/00"}).ExecX(ctx)
		both("石墨烯")
		both("C04B", "L-1")
		both("B01D")
		s.Update().SetNameEn("Gutang").ExecX(ctx)
		both("Gutang", "L-1")
		lot := first.lot(l, "G60-1-1", auction.Announced, 100)
		for _, phase := range []auction.Phase{auction.Announced, auction.Free, auction.Closed} {
			lot.Update().SetPhase(string(phase)).ExecX(ctx)
			for _, h := range []*hall{first, other} {
				must(t, h.Follow(ctx))
				r := h.find(Request{Text: "陶瓷", Chosen: map[string][]string{"way": {[]string{WayNext, WayLive, WayEnded}[rankOf(phase)]}}})
				if r.Total != 1 || r.Hits[0].Lot == nil || r.Hits[0].Lot.Phase != string(phase) {
					t.Errorf("in %s: %d", phase, r.Total)
				}
			}
		}
		l.Update().SetStatus(listing.StatusDRAFT).ExecX(ctx)
		both("陶瓷")
		l.Update().SetStatus(listing.StatusPUBLISHED).ExecX(ctx)
		both("陶瓷", "L-1")
		db.Ent().Lot.DeleteOne(lot).ExecX(ctx)
		db.Ent().Listing.DeleteOne(l).ExecX(ctx)
		both("陶瓷")
	})
}

func rankOf(p auction.Phase) int {
	return map[auction.Phase]int{auction.Announced: 0, auction.Free: 1, auction.Closed: 2}[p]
}

// Transactions of many, some rolled back, while the index follows and is built anew: in the end it says what the database says.
func TestFollowingUnderConcurrentChanges(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, cancel := context.WithCancel(t.Context())
		h := newHall(t, db, t.TempDir())
		s := h.seller("甲", "A", "")
		for i := range 40 {
			h.offer(s, offer{number: fmt.Sprint("L-", i), zh: "旧题", en: "old title"})
		}
		running := make(chan struct{})
		go func() { defer close(running); h.Run(ctx) }()
		var wg sync.WaitGroup
		for w := range 4 {
			wg.Go(func() {
				for i := range 30 {
					_ = db.InTx(ctx, func(client *ent.Client) error {
						word := fmt.Sprintf("w%dx%d", w, i)
						n, err := client.Listing.Update().Where(listing.Number(fmt.Sprint("L-", (w*7+i*3)%40))).SetTitleEn("new " + word).Save(ctx)
						time.Sleep(time.Duration((w+i)%5) * time.Millisecond)
						if err == nil && (i%9 == 8 || n != 1) {
							return fmt.Errorf("not this one")
						}
						return err
					})
					if i == 10 && w == 0 {
						must(t, h.Rebuild(ctx))
					}
				}
			})
		}
		wg.Wait()
		for end := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
			if h.find(Request{}).Building == nil && !h.wantsAnew() {
				break
			}
			if time.Now().After(end) {
				t.Fatal("the index is never whole")
			}
		}
		must(t, h.Follow(ctx))
		for _, l := range db.Ent().Listing.Query().AllX(ctx) {
			got := h.find(Request{Text: `"` + l.TitleEn + `"`, Chosen: nil})
			if !slices.Contains(numbers(got), l.Number) || got.Closeness != Exact {
				t.Errorf("%s (%s): %v %s", l.Number, l.TitleEn, numbers(got), got.Closeness)
			}
		}
		if got := h.find(Request{}); got.Total != 40 {
			t.Errorf("%d in all", got.Total)
		}
		cancel()
		<-running
	})
}

// An index that is whole and of this version is taken up again, with what has changed meanwhile; any other is built anew,
// and the search answers meanwhile with what is there.
func TestTheIndexIsACache(t *testing.T) {
	db, dir := storetest.SQLite(t), t.TempDir()
	h := newHall(t, db, dir)
	s := h.seller("甲", "A", "")
	for i := range readAtOnce + 100 {
		h.offer(s, offer{number: fmt.Sprint("L-", i), zh: "石墨烯", en: "graphene"})
	}
	if r := h.find(Request{}); !r.Loading || r.Building == nil {
		t.Errorf("before anything is read: %d, %v", r.Total, r.Building)
	}
	must(t, h.open(t.Context()))
	if r := h.find(Request{}); r.Total != readAtOnce+100 || r.Loading || r.Building == nil || r.Building.Total != r.Total {
		t.Errorf("before it is built: %d, %v", r.Total, r.Building)
	}
	last := 0
	_, err := h.buildPart(t.Context(), h.next, &last)
	must(t, err)
	if r := h.find(Request{Text: "graphene"}); r.Total != readAtOnce || r.Building == nil {
		t.Errorf("half built: %d, %v", r.Total, r.Building)
	}
	h.build(t.Context())
	if r := h.find(Request{Text: "graphene"}); r.Total != readAtOnce+100 || r.Building != nil {
		t.Errorf("built: %d, %v", r.Total, r.Building)
	}
	// Built anew beside it: nothing is missed meanwhile.
	must(t, h.anew(t.Context()))
	if r := h.find(Request{Text: "graphene"}); r.Total != readAtOnce+100 || r.Building != nil {
		t.Errorf("while it is built anew: %d, %v", r.Total, r.Building)
	}
	h.offer(s, offer{number: "new", zh: "陶瓷", en: "ceramic"})
	must(t, h.Follow(t.Context()))
	h.finds("ceramic", "new")
	h.build(t.Context())
	h.finds("ceramic", "new")
	h.close(t.Context())
	if dirs, _ := os.ReadDir(dir); len(dirs) != 1 {
		t.Errorf("%d indexes are left", len(dirs))
	}

	h.offer(s, offer{number: "meanwhile", zh: "玻璃", en: "glass"})
	again := newHall(t, db, dir)
	must(t, again.open(t.Context()))
	if again.wantsAnew() {
		t.Error("a good index is thrown away")
	}
	must(t, again.Follow(t.Context()))
	again.finds("glass", "meanwhile")
	again.finds("ceramic", "new")
	again.close(t.Context())

	for what, spoil := range map[string]func(l *label){
		"version": func(l *label) { l.Version = "0" }, "database": func(l *label) { l.Origin = "another" },
		"half": func(l *label) { l.Whole = false }, "age": func(l *label) { l.At = noon.Add(-changesKept) },
	} {
		dirs, err := filepath.Glob(filepath.Join(dir, dirPrefix+"*"))
		if err != nil || len(dirs) != 1 {
			t.Fatalf("%s: %v %v", what, dirs, err)
		}
		one, l, err := openTexts(dirs[0], again.columns.placeOf)
		must(t, err)
		spoil(&l)
		must(t, one.write(nil, nil, &l))
		must(t, one.close())
		anew := newHall(t, db, dir)
		anew.o.Now = func() time.Time { return noon.Add(time.Duration(len(what)) * time.Second) }
		must(t, anew.open(t.Context()))
		if !anew.wantsAnew() {
			t.Errorf("%s: an index that does not fit is used", what)
		}
		anew.build(t.Context())
		anew.finds("glass", "meanwhile")
		anew.close(t.Context())
	}
	// One that cannot even be opened.
	dirs, _ := filepath.Glob(filepath.Join(dir, dirPrefix+"*"))
	must(t, os.WriteFile(filepath.Join(dirs[0], "index_meta.json"), []byte("{"), 0o600))
	broken := newHall(t, db, dir)
	broken.o.Now = func() time.Time { return noon.Add(time.Hour) }
	broken.ready()
	broken.finds("glass", "meanwhile")
}

// What changes while an index is built is in it, also if it is to be built anew in the midst of that.
func TestBuiltAnewWhileItIsBuilt(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		h := newHall(t, db, t.TempDir())
		now := noon
		h.o.Now = func() time.Time { now = now.Add(time.Millisecond); return now }
		l := h.offer(h.seller("甲", "A", ""), offer{number: "L-1", zh: "石墨烯", en: "graphene"})
		must(t, h.open(t.Context()))
		for _, word := range []string{"ceramic", "glass"} { // beside the first one of all, and beside another
			half, last := h.next, 0
			_, err := h.buildPart(t.Context(), half, &last)
			must(t, err)
			l.Update().SetTitleEn(word).SetTitleZh(word).ExecX(t.Context())
			must(t, h.Rebuild(t.Context()))
			if h.swap(half) == nil {
				t.Error("one that is of no use takes the place")
			}
		}
		h.build(t.Context())
		must(t, h.Follow(t.Context()))
		h.finds("glass", "L-1")
		h.close(t.Context())
	})
}

// An index whose files are gone, or whose disk is full, cannot be written any more: bleve fails, and would panic when it is
// written again. The search goes on with what it has, and another index takes its place; also one that is still being built.
func TestAnIndexThatCannotBeWrittenIsReplaced(t *testing.T) {
	db, dir := storetest.SQLite(t), t.TempDir()
	h := newHall(t, db, dir)
	s := h.seller("甲", "A", "")
	h.offer(s, offer{number: "L-1", zh: "石墨烯", en: "graphene"})
	for name, word := range map[string]string{"the first, while it is built": "ceramic", "one that serves": "glass"} {
		h = newHall(t, db, dir)
		now := noon
		h.o.Now = func() time.Time { now = now.Add(time.Second); return now }
		must(t, h.open(t.Context()))
		if word == "glass" {
			h.build(t.Context())
		}
		lost := h.current.Load()
		must(t, os.RemoveAll(lost.dir))
		h.offer(s, offer{number: word, zh: "材料", en: word})
		for range 3 { // what is in memory is written a little later
			if err := h.Follow(t.Context()); err != nil || lost.write(nil, []int{0}, nil) != nil {
				break
			}
		}
		if !lost.spoilt.Load() {
			t.Errorf("%s: written without a file", name)
		}
		if _, err := lost.find(t.Context(), query.NewMatchAllQuery(), true); err == nil {
			t.Errorf("%s: it is still asked", name)
		}
		must(t, h.Follow(t.Context()))
		must(t, h.replace(t.Context()))
		if !h.wantsAnew() {
			t.Fatalf("%s: no other index is wanted", name)
		}
		h.build(t.Context())
		h.finds(word, word)
		h.finds("graphene", "L-1")
		if h.current.Load() == lost {
			t.Errorf("%s: it still serves", name)
		}
		must(t, h.replace(t.Context()))
		if h.wantsAnew() {
			t.Errorf("%s: a good one is replaced", name)
		}
		h.close(t.Context())
	}
}

// A node that was away for longer than changes are kept reads everything anew.
func TestAwayForTooLong(t *testing.T) {
	db := storetest.SQLite(t)
	now := noon
	h := newHall(t, db, "")
	h.o.Now = func() time.Time { return now }
	s := h.seller("甲", "A", "")
	l := h.offer(s, offer{number: "L-1", zh: "石墨烯", en: "graphene"})
	h.ready()
	l.Update().SetTitleEn("glass").SetTitleZh("玻璃").ExecX(t.Context())
	gone := h.offer(s, offer{number: "L-2", zh: "石墨烯", en: "graphene"})
	must(t, h.Follow(t.Context()))
	db.Ent().Listing.DeleteOne(gone).ExecX(t.Context())
	_, err := db.SQL().ExecContext(t.Context(), "DELETE FROM search_changes")
	must(t, err)
	now = now.Add(lotsKept)
	must(t, h.Follow(t.Context()))
	if !h.wantsAnew() {
		t.Fatal("it goes on as if nothing had happened")
	}
	h.build(t.Context())
	h.finds("glass", "L-1")
	h.finds("graphene")
	if r := h.find(Request{}); r.Total != 1 {
		t.Errorf("%d in all", r.Total)
	}
}

// Each turn of a project is found at once, on both databases; of a draft nothing is.
func TestSearchFollowsProjects(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		h := newHall(t, db, "").ready()
		s := h.seller("云间大学", "Yunjian University", "")
		l := h.offer(s, offer{number: "L-1", zh: "石墨烯膜", en: "Graphene membrane"})
		p := db.Ent().Project.Create().SetNumber("P-1").SetWay(project.WayLISTING).SetListing(l).SetSeller(s).SetOperator(s).
			SetPhase(string(trade.InDraft)).SetPriceFen(300).SaveX(ctx)
		found := func(way string) *ent.Project {
			t.Helper()
			must(t, h.Follow(ctx))
			r := h.find(Request{Chosen: map[string][]string{"way": {way}}})
			if r.Total != 1 {
				t.Fatalf("%s: %d are found", way, r.Total)
			}
			return r.Hits[0].Project
		}
		if found(WayNone) != nil {
			t.Error("a draft is shown")
		}
		p.Update().SetPublished(true).SetPhase(string(trade.Listed)).ExecX(ctx)
		if got := found(WayListing); got == nil || got.ID != p.ID {
			t.Errorf("the listing shows %v", got)
		}
		p.Update().SetPhase(string(trade.Ended)).ExecX(ctx)
		if found(WayNone) != nil {
			t.Error("a project that is over is shown")
		}
		again := db.Ent().Project.Create().SetNumber("P-2").SetWay(project.WayAGREEMENT).SetListing(l).SetSeller(s).SetOperator(s).
			SetPublished(true).SetPhase(string(trade.NoticeOpen)).SetPriceFen(250).SaveX(ctx)
		if got := found(WayAgreement); got == nil || got.ID != again.ID || got.PriceFen != 250 {
			t.Errorf("the notice shows %v", got)
		}
		db.Ent().Project.DeleteOne(again).ExecX(ctx)
		found(WayNone)
	})
}

// Numbers of all registers are found as they are printed.
func TestNumbersOfOtherRights(t *testing.T) {
	h := newHall(t, storetest.SQLite(t), "").ready()
	s := h.seller("云间大学", "Yunjian University", "")
	l := h.offer(s, offer{number: "L-1", zh: "仿真软件", en: "Simulation software"})
	l.Update().SetDossier(subject.Dossier{Subjects: []subject.Subject{
		{Kind: subject.Software, Number: "2020SR0123456"}, {Kind: subject.ICLayout, Number: "BS.195012345"}, {Kind: subject.PCT, Number: "PCT/CN2019/087654"},
	}}).ExecX(t.Context())
	must(t, h.Follow(t.Context()))
	for _, text := range []string{"2020SR0123456", "2020 SR 0123456", "BS.195012345", "bs 195012345", "PCT/CN2019/087654", "PCT / CN2019 / 087654"} {
		h.finds(text, "L-1")
	}
	h.finds("2020SR0123457")
}
