package identity_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/ident"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/store"
	"github.com/g60-corridor/corridor/internal/store/storetest"
)

// cheap makes hashes that cost nothing, for tests alone.
var cheap = argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32}

const (
	password = "走廊里的灯亮着 2026"
	address  = "op@example.org"
	peer     = "192.0.2.1"
)

func open(t *testing.T, db *store.DB) (s *identity.Service, clock *time.Time) {
	t.Helper()
	now := time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)
	s, err := identity.New(identity.Options{Database: db, Now: func() time.Time { return now }, Cost: cheap})
	if err != nil {
		t.Fatal(err)
	}
	return s, &now
}

func operator(t *testing.T, s *identity.Service, email string) *ent.Person {
	t.Helper()
	uscc, err := ident.MakeUSCC("91", "310117", "12345678")
	if err != nil {
		t.Fatal(err)
	}
	p, err := s.CreateOperator(t.Context(),
		identity.NewOrganisation{NameZH: "走廊技术市场", NameEN: "Corridor Technology Market", USCC: string(uscc), City: "310117"},
		identity.NewPerson{Email: email, NameZH: "程以墨", Role: membership.RoleADMINISTRATOR, Password: password})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestSignIn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s, _ := open(t, db)
		p := operator(t, s, address)
		proof, err := s.SignIn(t.Context(), "  OP@Example.org ", password, peer)
		if err != nil {
			t.Fatal(err)
		}
		v, err := s.Viewer(t.Context(), proof)
		if err != nil || v.PersonID() != p.ID || v.Role() != identity.Operator || !v.Operates() || v.MayBid() {
			t.Fatalf("viewer %+v, %v", v, err)
		}
		for name, c := range map[string][2]string{
			"wrong password": {address, password + "!"}, "unknown": {"nobody@example.org", password}, "no address": {"', --", password},
			"no password": {address, ""}, "endless": {address, strings.Repeat("长", 100_000)},
		} {
			if _, err := s.SignIn(t.Context(), c[0], c[1], "peer of "+name); fault.Of(err) != fault.Credentials {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestPasswordIsNotStored(t *testing.T) {
	db := storetest.SQLite(t)
	s, _ := open(t, db)
	operator(t, s, address)
	hash := db.Ent().Credential.Query().OnlyX(t.Context()).PasswordHash
	if !strings.HasPrefix(hash, "$argon2id$v=19$") || strings.Contains(hash, password) {
		t.Fatal(hash)
	}
}

func TestNewPasswordEndsSessions(t *testing.T) {
	s, clock := open(t, storetest.SQLite(t))
	p := operator(t, s, address)
	proof, err := s.SignIn(t.Context(), address, password, peer)
	if err != nil {
		t.Fatal(err)
	}
	*clock = clock.Add(time.Minute)
	if err := s.SetPassword(t.Context(), p.ID, password+"新"); err != nil {
		t.Fatal(err)
	}
	if v, err := s.Viewer(t.Context(), proof); err != nil || v.SignedIn() {
		t.Fatalf("the old session still stands: %v", err)
	}
	if _, err := s.SignIn(t.Context(), address, password+"新", peer); err != nil {
		t.Fatal(err)
	}
}

func TestGuessingIsSlowedDown(t *testing.T) {
	s, clock := open(t, storetest.SQLite(t))
	operator(t, s, address)
	wrong := func(peer string) error {
		_, err := s.SignIn(t.Context(), address, "wrong wrong wrong", peer)
		return err
	}
	waited := 0
	for range 20 {
		if err := wrong(peer); fault.Of(err) == fault.TooMany {
			waited++
		}
	}
	if waited < 14 {
		t.Fatalf("%d of 20 guesses at once had to wait", waited)
	}
	if _, err := s.SignIn(t.Context(), address, password, peer); fault.Of(err) != fault.TooMany {
		t.Fatalf("the right password does not jump the queue: %v", err)
	}
	if _, err := s.SignIn(t.Context(), address, password, "198.51.100.7"); err != nil {
		t.Fatalf("somebody else's guesses lock the owner out: %v", err)
	}
	var soon *identity.TooSoon
	if err := wrong(peer); !errors.As(err, &soon) || soon.Wait <= 0 {
		t.Fatalf("no wait in %v", err)
	}
	*clock = clock.Add(soon.Wait)
	if _, err := s.SignIn(t.Context(), address, password, peer); err != nil {
		t.Fatalf("after the wait: %v", err)
	}
}

func TestFaultsOfNewPeople(t *testing.T) {
	s, _ := open(t, storetest.SQLite(t))
	_, err := s.CreateOrganisation(t.Context(), identity.NewOrganisation{Kind: "CLUB", USCC: "12100000425006117Q", City: "x"})
	want := "invalid: name_zh REQUIRED: name_en REQUIRED: kind UNKNOWN_VALUE: uscc NOT_A_USCC: city UNKNOWN_VALUE"
	if err == nil || err.Error() != want {
		t.Fatalf("%v, want %s", err, want)
	}
	for _, short := range []string{"", "123456789", "密码密码密码密码密"} {
		if identity.CheckPassword(short) == nil {
			t.Errorf("%q is long enough", short)
		}
	}
	o, err := s.CreateOrganisation(t.Context(), identity.NewOrganisation{
		NameZH: "复旦", NameEN: "Fudan", Kind: organisation.KindUNIVERSITY, USCC: "1210 0000 4250 0611 7P", City: "310117"})
	if err != nil {
		t.Fatal(err)
	}
	n := identity.NewPerson{Email: "a@example.org", NameZH: "甲", Role: membership.RoleEDITOR, Password: password}
	if _, err := s.CreatePerson(t.Context(), o.ID, n); err != nil {
		t.Fatal(err)
	}
	n.Email = "A@EXAMPLE.ORG"
	if _, err := s.CreatePerson(t.Context(), o.ID, n); fault.Of(err) != fault.Conflict {
		t.Fatalf("one address twice: %v", err)
	}
}

func TestOnlyAgentsOfCompaniesBid(t *testing.T) {
	for _, kind := range []organisation.Kind{organisation.KindCOMPANY, organisation.KindUNIVERSITY, organisation.KindINSTITUTE,
		organisation.KindBROKERAGE, organisation.KindMARKET_OPERATOR, organisation.KindAUCTION_HOUSE, organisation.KindJOINT_OFFICE} {
		for _, role := range []membership.Role{membership.RoleADMINISTRATOR, membership.RoleAGENT, membership.RoleEDITOR,
			membership.RoleFINANCE, membership.RoleVIEWER} {
			v := identity.Viewer{Person: &ent.Person{ID: 1}, Organisation: &ent.Organisation{ID: 1, Kind: kind}, Membership: role}
			if want := kind == organisation.KindCOMPANY && role == membership.RoleAGENT; v.MayBid() != want {
				t.Errorf("%s of %s may bid: %v", role, kind, v.MayBid())
			}
			if v.Operates() && kind != organisation.KindMARKET_OPERATOR {
				t.Errorf("%s of %s operates", role, kind)
			}
		}
	}
	if (identity.Viewer{}).Role() != identity.Anonymous {
		t.Error("a visitor has a role")
	}
}
