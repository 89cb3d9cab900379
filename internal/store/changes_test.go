package store_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/ent/lot"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/ent/patent"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/store"
	"github.com/g60-corridor/corridor/internal/store/storetest"
)

func makeSeller(t *testing.T, client *ent.Client) *ent.Organisation {
	return client.Organisation.Create().SetNameZh("甲").SetNameEn("A").SetKind(organisation.KindUNIVERSITY).SetUscc("1").SetCity("310117").SaveX(t.Context())
}

func makeListing(ctx context.Context, client *ent.Client, seller, n int) (*ent.Listing, error) {
	return client.Listing.Create().SetNumber(fmt.Sprint("L-", n)).SetTitleZh("膜").SetTitleEn("Film").SetField(listing.FieldNM).SetTrl(3).
		SetRights([]string{"ASSIGN"}).SetInventors(nil).SetCity("310117").SetSellerID(seller).SetStatus(listing.StatusPUBLISHED).Save(ctx)
}

// Everything that a search shows leaves a change when it changes, by whatever way it is written, and nothing else does.
func TestEveryChangeIsWrittenDown(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, client := t.Context(), db.Ent()
		var cursor store.ChangeCursor
		look := func(what string, want ...store.Change) {
			t.Helper()
			got, next, _, err := db.Changes(ctx, cursor)
			if err != nil {
				t.Fatal(err)
			}
			cursor = next
			for _, w := range want {
				if !slices.Contains(got, w) {
					t.Errorf("%s: %v is not told; told: %v", what, w, got)
				}
			}
			if len(got) != len(want) {
				t.Errorf("%s: told %v, want %v", what, got, want)
			}
		}
		s := makeSeller(t, client)
		look("an organisation without listings")
		l, err := makeListing(ctx, client, s.ID, 1)
		if err != nil {
			t.Fatal(err)
		}
		ofListing, ofLot := store.Change{Kind: "listing", Subject: l.ID}, store.Change{Kind: "lot", Subject: l.ID}
		look("a new listing", ofListing)
		look("nothing")
		p := client.Patent.Create().SetApplicationNo("1").SetKind(patent.KindINVENTION).SetTitleZh("膜").SetIpc([]string{"A61K 31/4"}).
			SetFiledOn(time.Now()).SetLegalStatus(patent.LegalStatusIN_FORCE).SetStatusAsOf(time.Now()).SaveX(ctx)
		look("a patent of no listing")
		l.Update().AddPatents(p).ExecX(ctx)
		look("a patent joins", ofListing)
		p.Update().SetIpc([]string{"B01D 1/00"}).ExecX(ctx)
		look("a patent's class", store.Change{Kind: "patent", Subject: p.ID})
		p.Update().SetStatusAsOf(time.Now().Add(time.Hour)).ExecX(ctx)
		look("what no search shows")
		s.Update().SetNameEn("B").ExecX(ctx)
		look("a new name", store.Change{Kind: "organisation", Subject: s.ID})
		o := client.Lot.Create().SetNumber("G60-1").SetTerms(auction.Terms{}).SetListingID(l.ID).SetOperatorID(s.ID).SaveX(ctx)
		look("a lot", ofLot)
		client.Lot.Update().Where(lot.ID(o.ID)).AddLogSeq(0).ExecX(ctx)
		look("a lot is locked")
		o.Update().SetPriceFen(5).SetPhase("FREE").ExecX(ctx)
		look("a price", ofLot)
		if _, err := db.SQL().ExecContext(ctx, "UPDATE listings SET title_zh = '网'"); err != nil {
			t.Fatal(err)
		}
		look("plain SQL", ofListing)
		client.Lot.DeleteOne(o).ExecX(ctx)
		look("a lot is gone", ofLot)
		client.Patent.DeleteOne(p).ExecX(ctx)
		look("a patent is gone, and from its listing too", ofListing)
		client.Listing.DeleteOneID(l.ID).ExecX(ctx)
		look("a listing is gone", ofListing)
		err = db.Tx(ctx, func(tx *store.Tx) error {
			if _, err := makeListing(ctx, tx.Ent(), s.ID, 2); err != nil {
				return err
			}
			return errors.New("no")
		})
		if err == nil {
			t.Fatal("rolled back")
		}
		look("what was rolled back")
	})
}

// Whatever the order in which transactions begin, write and end, a reader that looks all the time is told of each.
func TestNoChangeIsPassedBy(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx := t.Context()
		s := makeSeller(t, db.Ent())
		cursor, err := db.ChangesEnd(ctx)
		if err != nil {
			t.Fatal(err)
		}
		const writers, each = 6, 25
		told := map[int]int{}
		look := func() {
			changes, next, _, err := db.Changes(ctx, cursor)
			if err != nil {
				t.Fatal(err)
			}
			cursor = next
			for _, c := range changes {
				told[c.Subject]++
			}
		}
		var mu sync.Mutex
		var made []int
		var wg sync.WaitGroup
		for w := range writers {
			wg.Go(func() {
				for i := range each {
					var id int
					err := db.Tx(ctx, func(tx *store.Tx) error {
						l, err := makeListing(ctx, tx.Ent(), s.ID, w*1000+i)
						if err != nil {
							return err
						}
						id = l.ID
						time.Sleep(time.Duration((w*7+i*13)%11) * time.Millisecond) // who was first ends last
						return nil
					})
					if err != nil {
						t.Error(err)
						return
					}
					mu.Lock()
					made = append(made, id)
					mu.Unlock()
				}
			})
		}
		ended := make(chan struct{})
		go func() { wg.Wait(); close(ended) }()
		for running := true; running; {
			select {
			case <-ended:
				running = false
			default:
			}
			look()
		}
		look()
		if len(made) != writers*each {
			t.Fatalf("%d were made", len(made))
		}
		for _, id := range made {
			if told[id] != 1 {
				t.Errorf("listing %d was told %d times", id, told[id])
			}
		}
	})
}

// While a transaction is open that began first, later ones are told at once, and it is told when it ends.
func TestALongTransactionHoldsNobodyUp(t *testing.T) {
	db := storetest.Postgres(t)
	ctx := t.Context()
	s := makeSeller(t, db.Ent())
	cursor, err := db.ChangesEnd(ctx)
	if err != nil {
		t.Fatal(err)
	}
	look := func() (ids []int) {
		changes, next, _, err := db.Changes(ctx, cursor)
		if err != nil {
			t.Fatal(err)
		}
		cursor = next
		for _, c := range changes {
			ids = append(ids, c.Subject)
		}
		return ids
	}
	var slow, quick int
	err = db.Tx(ctx, func(tx *store.Tx) error {
		l, err := makeListing(ctx, tx.Ent(), s.ID, 1)
		if err != nil {
			return err
		}
		slow = l.ID
		q, err := makeListing(ctx, db.Ent(), s.ID, 2)
		if err != nil {
			return err
		}
		quick = q.ID
		if got := look(); !slices.Equal(got, []int{quick}) {
			t.Errorf("during: %v", got)
		}
		if got := look(); len(got) != 0 {
			t.Errorf("told again: %v", got)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := look(); !slices.Equal(got, []int{slow}) {
		t.Errorf("after: %v, want %d", got, slow)
	}
}

func TestChangesOfAnotherDatabaseAreLost(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		if _, _, _, err := db.Changes(t.Context(), store.ChangeCursor{At: 1 << 40}); !errors.Is(err, store.ErrChangesLost) {
			t.Errorf("%v", err)
		}
	})
}

func TestOldChangesAreForgotten(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, client := t.Context(), db.Ent()
		s := makeSeller(t, client)
		l, err := makeListing(ctx, client, s.ID, 1)
		if err != nil {
			t.Fatal(err)
		}
		client.Lot.Create().SetNumber("G60-1").SetTerms(auction.Terms{}).SetListingID(l.ID).SetOperatorID(s.ID).ExecX(ctx)
		left := func() (n int) {
			changes, _, _, err := db.Changes(ctx, store.ChangeCursor{})
			if err != nil {
				t.Fatal(err)
			}
			return len(changes)
		}
		soon, ago := time.Now().Add(time.Hour), time.Now().Add(-time.Hour)
		for _, step := range []struct {
			lots, all time.Time
			want      int
		}{{ago, ago, 2}, {soon, ago, 1}, {soon, soon, 0}} {
			if err := db.ForgetChanges(ctx, step.lots, step.all); err != nil {
				t.Fatal(err)
			}
			if n := left(); n != step.want {
				t.Errorf("%d left, want %d", n, step.want)
			}
		}
	})
}
