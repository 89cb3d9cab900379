package identity_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/store"
	"github.com/g60-corridor/corridor/internal/store/storetest"
)

func TestActivity(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := openDesk(t, db)
		p := operator(t, d.s, address)
		other := db.Ent().Person.Create().SetEmail("other@example.org").SetNameZh("别人").SaveX(t.Context())
		_, _ = d.s.SignIn(t.Context(), address, "wrong wrong wrong", "198.51.100.9")
		d.attend()
		_, v := arrive(t, d.s, d.clock(), "here")
		for i := range 45 {
			db.Ent().AuditAction.Create().SetPersonID(p.ID).SetAction("lot_publish").SetSubject(fmt.Sprintf("lot:%d", i+1)).SetDetail("91310117MAD000001X").ExecX(t.Context())
		}
		db.Ent().AuditAction.Create().SetPersonID(other.ID).SetAction("lot_annul").SetSubject("lot:1").ExecX(t.Context())
		if _, err := d.s.EndOthers(t.Context(), v); err != nil { // there are none: nothing was done
			t.Fatal(err)
		}
		for kind, want := range map[identity.ActivityKind]int{"": 47, identity.SignIns: 2, identity.Security: 0, identity.Deeds: 45} {
			var got []identity.Done
			for n := 1; ; n++ {
				a, err := d.s.Activity(t.Context(), v, kind, n)
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, a.Done...)
				if n >= a.Pages {
					break
				}
			}
			if len(got) != want {
				t.Errorf("%q: %d entries, want %d", kind, len(got), want)
			}
			for _, e := range got {
				if e.Action == "lot_annul" || kind != "" && e.Kind != kind {
					t.Errorf("%q shows %+v", kind, e)
				}
				if e.Kind == identity.Deeds && (e.Subject != "lot" || e.ID == 0 || e.Name+e.Address+e.Device != "") {
					t.Errorf("%+v", e)
				}
				if e.Action == "miss" && (e.Address != "198.51.100.9" || !e.Warns()) {
					t.Errorf("%+v", e)
				}
				if e.Action == "sign_in" && (e.Address != peer || e.Device != "Firefox · Windows") {
					t.Errorf("%+v", e)
				}
			}
		}
		if _, err := d.s.Activity(t.Context(), v, "OTHER", 1); fault.Of(err) != fault.Invalid {
			t.Errorf("an unknown kind: %v", err)
		}
		for _, n := range []int{-5, 0, 99} {
			if a, err := d.s.Activity(t.Context(), v, "", n); err != nil || a.Page < 1 || a.Page > a.Pages {
				t.Errorf("page %d: %d of %d, %v", n, a.Page, a.Pages, err)
			}
		}
	})
}

// Whoever guesses, from one place or from many, does not fill the table, and who has no address here leaves nothing.
func TestMissesDoNotFillTheTrail(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := openDesk(t, db)
		operator(t, d.s, address)
		guess := func(email, from string) {
			_, _ = d.s.SignIn(t.Context(), email, "wrong wrong wrong", from)
			d.wait(20 * time.Minute / 60)
			d.attend()
		}
		count := func() int { return db.Ent().AuditAction.Query().CountX(t.Context()) }
		guess("nobody@example.org", peer)
		if n := count(); n != 0 {
			t.Fatalf("%d entries of nobody", n)
		}
		for range 8 {
			guess(address, peer)
		}
		if n := count(); n != 5 {
			t.Errorf("%d entries of one peer", n)
		}
		for i := range 60 {
			guess(address, fmt.Sprintf("198.51.100.%d", i))
		}
		if n := count(); n != 50 {
			t.Errorf("%d entries of many peers", n)
		}
		actions := db.Ent().AuditAction.Query().Select("action").StringsX(t.Context())
		if slices.Index(actions, "miss_many") != 4 || actions[49] != "miss_many" {
			t.Errorf("where more are not listed: %v", actions)
		}
		d.wait(25 * time.Hour)
		guess(address, peer)
		if n := count(); n != 51 {
			t.Errorf("%d entries on the next day", n)
		}
	})
}
