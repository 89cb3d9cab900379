package identity_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/g60-corridor/corridor/ent/personsession"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/store"
	"github.com/g60-corridor/corridor/internal/store/storetest"
)

// arrive signs in in a browser of its own.
func arrive(t *testing.T, s *identity.Service, clock time.Time, token string) (identity.Proof, identity.Viewer) {
	t.Helper()
	proof, err := s.SignIn(t.Context(), address, password, peer)
	if err != nil {
		t.Fatal(err)
	}
	proof, err = s.Begin(t.Context(), proof, identity.Arrival{
		Token: token, Way: identity.ByPassword, Device: "Firefox · Windows", Address: peer, Until: clock.Add(24 * time.Hour),
	})
	if err != nil {
		t.Fatal(err)
	}
	return proof, holds(t, s, proof, true)
}

// holds says who is behind a proof, and that somebody is or is not.
func holds(t *testing.T, s *identity.Service, p identity.Proof, want bool) identity.Viewer {
	t.Helper()
	v, err := s.Viewer(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	if v.SignedIn() != want {
		t.Errorf("session %d holds somebody: %v", p.Session, v.SignedIn())
	}
	return v
}

func TestSessionsAreListedAndEnded(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, clock := open(t, db)
		operator(t, s, address)
		first, v := arrive(t, s, *clock, "first-token")
		*clock = clock.Add(time.Minute)
		second, _ := arrive(t, s, *clock, "second-token")
		third, _ := arrive(t, s, *clock, "third-token")
		all, err := s.Sessions(t.Context(), v)
		if err != nil || len(all) != 3 || !all[2].This || all[0].This || all[2].Address != peer || all[2].Device != "Firefox · Windows" {
			t.Fatalf("listed %+v, %v", all, err)
		}
		for _, r := range db.Ent().PersonSession.Query().AllX(t.Context()) {
			if strings.Contains(fmt.Sprint(r), "token") {
				t.Errorf("the list holds a token: %v", r)
			}
		}
		ended, err := s.EndSession(t.Context(), v, second.Session)
		if err != nil || !ended.Has("second-token") || ended.Has("third-token") || ended.Has("first-token") {
			t.Fatalf("ended %v, %v", ended, err)
		}
		holds(t, s, second, false)
		if _, err := s.EndSession(t.Context(), v, second.Session); fault.Of(err) != fault.NotFound {
			t.Errorf("ended twice: %v", err)
		}
		if ended, err = s.EndOthers(t.Context(), v); err != nil || len(ended) != 1 || !ended.Has("third-token") {
			t.Fatalf("ended %v, %v", ended, err)
		}
		holds(t, s, third, false)
		holds(t, s, first, true)
		if err := s.SignOut(t.Context(), v); err != nil {
			t.Fatal(err)
		}
		holds(t, s, first, false)
	})
}

// Nobody ends, sees or is by the session of another.
func TestSessionsAreTheirPersonsOwn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, clock := open(t, db)
		operator(t, s, address)
		mine, _ := arrive(t, s, *clock, "mine")
		other := db.Ent().Person.Create().SetEmail("other@example.org").SetNameZh("别人").SaveX(t.Context())
		theirs, err := s.Begin(t.Context(), identity.Proof{Person: other.ID}, identity.Arrival{Token: "theirs", Way: identity.ByPasskey, Until: clock.Add(time.Hour)})
		if err != nil {
			t.Fatal(err)
		}
		v := holds(t, s, theirs, true)
		if _, err := s.EndSession(t.Context(), v, mine.Session); fault.Of(err) != fault.NotFound {
			t.Errorf("the other ends it: %v", err)
		}
		if _, err := s.EndOthers(t.Context(), v); err != nil {
			t.Fatal(err)
		}
		holds(t, s, mine, true)
		holds(t, s, identity.Proof{Person: other.ID, Session: mine.Session}, false)
		if all, err := s.Sessions(t.Context(), v); err != nil || len(all) != 1 {
			t.Errorf("the other sees %v, %v", all, err)
		}
	})
}

// One invented person is many visitors: none learns where another is, or puts him out.
func TestVisitorsOfTheDemoDoNotSeeOneAnother(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, clock := open(t, db)
		p := db.Ent().Person.Create().SetEmail("demo@example.org").SetNameZh("戏中人").SetDemo(true).SaveX(t.Context())
		begin := func(token string) identity.Proof {
			proof, err := s.Begin(t.Context(), identity.Proof{Person: p.ID}, identity.Arrival{
				Token: token, Way: identity.ByDemo, Address: "203.0.113.9", Until: clock.Add(time.Hour),
			})
			if err != nil {
				t.Fatal(err)
			}
			return proof
		}
		one, two := begin("one"), begin("two")
		v := holds(t, s, one, true)
		all, err := s.Sessions(t.Context(), v)
		if err != nil || len(all) != 1 || !all[0].This || all[0].Address != "" {
			t.Fatalf("listed %+v, %v", all, err)
		}
		if _, err := s.EndOthers(t.Context(), v); err != nil {
			t.Fatal(err)
		}
		if _, err := s.EndSession(t.Context(), v, two.Session); fault.Of(err) != fault.NotFound {
			t.Errorf("ends another visitor's: %v", err)
		}
		holds(t, s, two, true)
		*clock = clock.Add(10 * time.Minute)
		if err := s.Seen(t.Context(), v, "203.0.113.9"); err != nil {
			t.Fatal(err)
		}
		if n := db.Ent().PersonSession.Query().Where(personsession.AddressNEQ("")).CountX(t.Context()); n != 0 {
			t.Error("the address of a visitor is kept")
		}
		a, err := s.Activity(t.Context(), v, "", 1)
		if err != nil || len(a.Done) != 2 || a.Done[0].Address != "" {
			t.Errorf("did %+v, %v", a, err)
		}
	})
}

func TestLastSeenIsWrittenSparingly(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, clock := open(t, db)
		operator(t, s, address)
		proof, _ := arrive(t, s, *clock, "token")
		seen := func() (time.Time, string) {
			r := db.Ent().PersonSession.GetX(t.Context(), proof.Session)
			return r.SeenAt, r.Address
		}
		began, _ := seen()
		for range 4 {
			*clock = clock.Add(time.Minute)
			if err := s.Seen(t.Context(), holds(t, s, proof, true), "198.51.100.1"); err != nil {
				t.Fatal(err)
			}
		}
		if at, _ := seen(); !at.Equal(began) {
			t.Errorf("written down after %s", at.Sub(began))
		}
		*clock = clock.Add(time.Minute)
		if err := s.Seen(t.Context(), holds(t, s, proof, true), "198.51.100.1"); err != nil {
			t.Fatal(err)
		}
		if at, from := seen(); !at.Equal(*clock) || from != "198.51.100.1" {
			t.Errorf("last seen %s from %s", at, from)
		}
	})
}

func TestAChangedPasswordEndsTheOthers(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, clock := open(t, db)
		operator(t, s, address)
		_, v := arrive(t, s, *clock, "here")
		there, _ := arrive(t, s, *clock, "there")
		*clock = clock.Add(time.Second)
		if _, _, err := s.ChangePassword(t.Context(), v, identity.NewPassword{Old: "not this one", New: password + "2", Peer: peer}); fault.Of(err) != fault.Credentials {
			t.Fatalf("by a wrong one: %v", err)
		}
		_, _, err := s.ChangePassword(t.Context(), v, identity.NewPassword{Old: password, New: "short", Peer: peer})
		if e := fault.In(err); e.Code != fault.Invalid || e.Fields[0].Name != "new" {
			t.Fatalf("to a short one: %v", err)
		}
		proof, ended, err := s.ChangePassword(t.Context(), v, identity.NewPassword{Old: password, New: password + "2", Peer: peer})
		if err != nil || !ended.Has("there") || ended.Has("here") {
			t.Fatalf("ended %v, %v", ended, err)
		}
		proof.Token = "here"
		holds(t, s, proof, true)
		holds(t, s, there, false)
	})
}

// Two windows end everything at once: one wins, and both are told the truth.
func TestEndingAtOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, clock := open(t, db)
		operator(t, s, address)
		one, v1 := arrive(t, s, *clock, "one")
		two, v2 := arrive(t, s, *clock, "two")
		var all sync.WaitGroup
		for _, v := range []identity.Viewer{v1, v2} {
			all.Go(func() {
				if _, err := s.EndOthers(t.Context(), v); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		for _, p := range []identity.Proof{one, two} {
			if _, err := s.Viewer(t.Context(), p); err != nil {
				t.Error(err)
			}
		}
	})
}
