package identity_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/auditaction"
	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/ent/notice"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/internal/agenda"
	"github.com/g60-corridor/corridor/internal/depot"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/ident"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/inbox"
	"github.com/g60-corridor/corridor/internal/store"
	"github.com/g60-corridor/corridor/internal/store/storetest"
	"github.com/g60-corridor/corridor/web/locale"
)

const home = "https://market.example"

// diary is an agenda whose time the test tells.
type diary struct {
	doers map[string]agenda.Doer
	put   []agenda.Errand
}

func (d *diary) Handle(kind string, do agenda.Doer) { d.doers[kind] = do }

func (d *diary) Put(_ context.Context, _ *store.Tx, e agenda.Errand) error {
	d.put = append(d.put, e)
	return nil
}

// do does what is due at a moment, and forgets it.
func (d *diary) do(t *testing.T, at time.Time) {
	t.Helper()
	due, rest := d.put, []agenda.Errand(nil)
	d.put = nil
	for _, e := range due {
		if e.At.After(at) {
			rest = append(rest, e)
			continue
		}
		must(t, d.doers[e.Kind](t.Context(), agenda.Due{Key: e.Key, Args: e.Args, Attempt: 1}))
	}
	d.put = append(rest, d.put...)
}

// office is the service with everything that it needs.
type office struct {
	*identity.Service
	t     *testing.T
	db    *store.DB
	diary *diary
	post  *letters
	clock time.Time
	orgs  int
}

// letters remembers what is written; notices go on to a real inbox.
type letters struct {
	*inbox.Service
	sent []inbox.Mail
}

func (l *letters) Write(ctx context.Context, tx *store.Tx, m inbox.Mail) error {
	l.sent = append(l.sent, m)
	return l.Service.Write(ctx, tx, m)
}

// secret is what the last letter of a name leads to.
func (o *office) secret(name string) string {
	o.t.Helper()
	for i := len(o.post.sent) - 1; i >= 0; i-- {
		if m := o.post.sent[i]; m.Name == name {
			return m.Path[strings.LastIndexByte(m.Path, '/')+1:]
		}
	}
	o.t.Fatalf("no letter %s", name)
	return ""
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wants(t *testing.T, err error, code fault.Code, problem fault.Problem) {
	t.Helper()
	e := fault.In(err)
	is := e.Problem == problem
	for _, f := range e.Fields {
		is = is || f.Problem == problem
	}
	if err == nil || e.Code != code || !is {
		t.Errorf("%v, want %s %s", err, code, problem)
	}
}

func newOffice(t *testing.T, db *store.DB) *office {
	t.Helper()
	o := &office{t: t, db: db, diary: &diary{doers: map[string]agenda.Doer{}}, clock: time.Date(2026, 11, 27, 2, 0, 0, 0, time.UTC)}
	now := func() time.Time { return o.clock }
	plan, err := agenda.New(agenda.Options{DB: db})
	must(t, err)
	mail, err := inbox.New(inbox.Options{DB: db, Agenda: plan, Postman: inbox.Shelf{}, Origin: home, Now: now})
	must(t, err)
	o.post = &letters{Service: mail}
	papers, err := depot.Open(t.Context(), "mem://")
	must(t, err)
	o.Service, err = identity.New(identity.Options{Database: db, Herald: o.post, Agenda: o.diary, Depot: papers, Origin: home, Now: now, Cost: cheap})
	must(t, err)
	return o
}

func (o *office) organisation(kind organisation.Kind) *ent.Organisation {
	o.t.Helper()
	o.orgs++
	code, err := ident.MakeUSCC("91", "310117", fmt.Sprintf("MAD0%04d", o.orgs))
	must(o.t, err)
	made, err := o.db.Ent().Organisation.Create().SetNameZh("云间" + fmt.Sprint(o.orgs)).SetNameEn("Cloud & Sons <" + fmt.Sprint(o.orgs) + ">").
		SetKind(kind).SetUscc(string(code)).SetCity("310117").Save(o.t.Context())
	must(o.t, err)
	return made
}

func (o *office) member(of *ent.Organisation, email string, role membership.Role) identity.Viewer {
	o.t.Helper()
	p, err := o.CreatePerson(o.t.Context(), of.ID, identity.NewPerson{Email: email, NameZH: "某" + email, Role: role, Password: password})
	must(o.t, err)
	return identity.Viewer{Person: p, Organisation: of, Membership: role}
}

func (o *office) memberID(v identity.Viewer) int {
	o.t.Helper()
	id, err := o.db.Ent().Person.QueryMemberships(v.Person).Where(membership.HasOrganisationWith(organisation.ID(v.OrganisationID()))).OnlyID(o.t.Context())
	must(o.t, err)
	return id
}

func (o *office) told(v identity.Viewer, k inbox.Kind) int {
	o.t.Helper()
	return o.db.Ent().Notice.Query().Where(notice.PersonID(v.PersonID()), notice.Kind(string(k))).CountX(o.t.Context())
}

// The table of what roles may do, written a second time.
func TestRightsOfRoles(t *testing.T) {
	want := map[membership.Role]string{
		membership.RoleADMINISTRATOR: "APPLY LIST MONEY ADMINISTER OPERATE", membership.RoleAGENT: "BID APPLY MONEY OPERATE",
		membership.RoleEDITOR: "LIST OPERATE", membership.RoleFINANCE: "MONEY OPERATE", membership.RoleVIEWER: "",
	}
	kinds := map[identity.Role]string{
		identity.Anonymous: "", identity.Company: "BID APPLY LIST MONEY ADMINISTER", identity.Seller: "LIST MONEY ADMINISTER",
		identity.Broker: "MONEY ADMINISTER", identity.Operator: "MONEY ADMINISTER OPERATE", identity.AuctionHouse: "MONEY ADMINISTER",
		identity.JointOffice: "MONEY ADMINISTER",
	}
	for _, kind := range identity.Roles {
		for _, role := range identity.MemberRoles {
			for _, r := range identity.Rights {
				expected := strings.Contains(" "+want[role]+" ", " "+string(r)+" ") && strings.Contains(" "+kinds[kind]+" ", " "+string(r)+" ")
				if got := identity.Grants(kind, role, r); got != expected {
					t.Errorf("%s of %s: %s is %v", role, kind, r, got)
				}
			}
		}
	}
	if (identity.Viewer{}).May(identity.Administer) {
		t.Error("a visitor administers")
	}
}

func TestInvitation(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o, ctx := newOffice(t, db), t.Context()
		firm := o.organisation(organisation.KindCOMPANY)
		boss, clerk := o.member(firm, "boss@example.org", membership.RoleADMINISTRATOR), o.member(firm, "clerk@example.org", membership.RoleVIEWER)
		elsewhere := o.member(o.organisation(organisation.KindUNIVERSITY), "known@example.org", membership.RoleEDITOR)

		wants(t, o.Invite(ctx, clerk, "x@example.org", membership.RoleAGENT, locale.EN), fault.Forbidden, "ADMINISTRATORS_OF_IT_ONLY")
		wants(t, o.Invite(ctx, boss, "no address", membership.RoleAGENT, locale.EN), fault.Invalid, "NOT_AN_ADDRESS")
		wants(t, o.Invite(ctx, boss, "x@example.org", "KING", locale.EN), fault.Invalid, "UNKNOWN_VALUE")
		wants(t, o.Invite(ctx, boss, "Clerk@example.org", membership.RoleAGENT, locale.EN), fault.Conflict, "MEMBER_ALREADY")

		// To the inviter a known address looks like an unknown one.
		must(t, o.Invite(ctx, boss, " Known@Example.org ", membership.RoleAGENT, locale.EN))
		first := o.secret("invitation")
		must(t, o.Invite(ctx, boss, "new@example.org", membership.RoleEDITOR, locale.ZH))
		waiting, err := o.Invitations(ctx, boss)
		must(t, err)
		if len(waiting) != 2 || waiting[0].State != waiting[1].State || waiting[0].Letters != waiting[1].Letters || !waiting[0].ExpiresAt.Equal(waiting[1].ExpiresAt) {
			t.Errorf("the invitations tell who has an account: %+v", waiting)
		}
		wants(t, o.Invite(ctx, boss, "known@example.org", membership.RoleVIEWER, locale.EN), fault.Conflict, "INVITED_ALREADY")

		// Sent again, the older link is void.
		known := waiting[1]
		wants(t, o.Resend(ctx, boss, known.ID, locale.EN), fault.TooMany, "INVITATION_OFTEN")
		o.clock = o.clock.Add(2 * time.Minute)
		must(t, o.Resend(ctx, boss, known.ID, locale.EN))
		second := o.secret("invitation")
		_, err = o.Invited(ctx, first)
		wants(t, err, fault.NotFound, "TICKET_VOID")
		shown, err := o.Invited(ctx, second)
		must(t, err)
		if shown.Organisation.ID != firm.ID || shown.Inviter.ID != boss.PersonID() || shown.Role != membership.RoleAGENT || !shown.Known {
			t.Errorf("%+v", shown)
		}

		_, err = o.Accept(ctx, clerk, second)
		wants(t, err, fault.Forbidden, "OTHER_ADDRESS")
		_, err = o.AcceptNew(ctx, second, "某人", password)
		wants(t, err, fault.Conflict, "EMAIL_TAKEN")
		org, err := o.Accept(ctx, elsewhere, second)
		must(t, err)
		if org != firm.ID || o.told(boss, inbox.MemberJoined) != 1 {
			t.Error("joined another, or nobody is told")
		}
		_, err = o.Accept(ctx, elsewhere, second)
		wants(t, err, fault.NotFound, "TICKET_VOID")

		must(t, o.Withdraw(ctx, boss, waiting[0].ID))
		wants(t, o.Withdraw(ctx, boss, waiting[0].ID), fault.Conflict, "INVITATION_OVER")
		wants(t, o.Resend(ctx, elsewhere, waiting[0].ID, locale.EN), fault.Forbidden, "ADMINISTRATORS_OF_IT_ONLY")
	})
}

func TestInvitationMakesAnAccount(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o, ctx := newOffice(t, db), t.Context()
		firm := o.organisation(organisation.KindCOMPANY)
		boss := o.member(firm, "boss@example.org", membership.RoleADMINISTRATOR)
		must(t, o.Invite(ctx, boss, "new@example.org", membership.RoleAGENT, locale.ZH))
		secret := o.secret("invitation")
		_, err := o.AcceptNew(ctx, secret, " ", "short")
		wants(t, err, fault.Invalid, "REQUIRED")
		wants(t, err, fault.Invalid, "TOO_SHORT")
		proof, err := o.AcceptNew(ctx, secret, "<b>新人</b>", password)
		must(t, err)
		v, err := o.Viewer(ctx, proof)
		must(t, err)
		if v.OrganisationID() != firm.ID || v.Membership != membership.RoleAGENT || v.Person.Email != "new@example.org" {
			t.Errorf("%+v", v)
		}
		if _, err := o.SignIn(ctx, "new@example.org", password, peer); err != nil {
			t.Error(err)
		}
		must(t, o.Invite(ctx, boss, "late@example.org", membership.RoleAGENT, locale.ZH))
		secret = o.secret("invitation")
		o.clock = o.clock.Add(7 * 24 * time.Hour)
		_, err = o.AcceptNew(ctx, secret, "迟到", password)
		wants(t, err, fault.NotFound, "TICKET_VOID")
		if db.Ent().Person.Query().CountX(ctx) != 2 {
			t.Error("somebody was made all the same")
		}
		raw, err := json.Marshal(db.Ent().Ticket.Query().AllX(ctx))
		must(t, err)
		if bytes.Contains(raw, []byte(secret)) {
			t.Error("the table holds the secret")
		}
	})
}

func TestMembersChangeAndGo(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o, ctx := newOffice(t, db), t.Context()
		firm, other := o.organisation(organisation.KindCOMPANY), o.organisation(organisation.KindCOMPANY)
		boss, agent := o.member(firm, "boss@example.org", membership.RoleADMINISTRATOR), o.member(firm, "agent@example.org", membership.RoleAGENT)
		stranger := o.member(other, "stranger@example.org", membership.RoleADMINISTRATOR)

		wants(t, o.SetRole(ctx, boss, o.memberID(boss), membership.RoleVIEWER), fault.Conflict, "LAST_ADMINISTRATOR")
		wants(t, o.Remove(ctx, boss, o.memberID(boss)), fault.Conflict, "LAST_ADMINISTRATOR")
		wants(t, o.SetRole(ctx, stranger, o.memberID(agent), membership.RoleVIEWER), fault.NotFound, "")
		wants(t, o.Remove(ctx, stranger, o.memberID(agent)), fault.NotFound, "")
		wants(t, o.Remove(ctx, agent, o.memberID(boss)), fault.Forbidden, "ADMINISTRATORS_OF_IT_ONLY")
		wants(t, o.SetRole(ctx, agent, o.memberID(agent), membership.RoleADMINISTRATOR), fault.Forbidden, "ADMINISTRATORS_OF_IT_ONLY")

		proof, err := o.SignIn(ctx, "agent@example.org", password, peer)
		must(t, err)
		proof, err = o.Begin(ctx, proof, identity.Arrival{Token: "t1", Way: "PASSWORD", Address: peer})
		must(t, err)
		before, err := o.Viewer(ctx, proof)
		must(t, err)
		was, err := o.Standing(ctx, before)
		must(t, err)
		must(t, o.SetRole(ctx, boss, o.memberID(agent), membership.RoleFINANCE))
		if v, err := o.Viewer(ctx, proof); err != nil || v.MayBid() || o.told(agent, inbox.MemberRoleChanged) != 1 {
			t.Errorf("role %s, told %d, %v", v.Membership, o.told(agent, inbox.MemberRoleChanged), err)
		}
		must(t, o.Remove(ctx, boss, o.memberID(agent)))
		after, err := o.Viewer(ctx, proof)
		must(t, err)
		if is, err := o.Standing(ctx, after); err != nil || is == was || after.OrganisationID() != 0 || !after.SignedIn() {
			t.Errorf("he still acts for %d, %v", after.OrganisationID(), err)
		}
		if o.told(agent, inbox.MemberRemoved) != 1 {
			t.Error("he is not told")
		}
		trail := db.Ent().AuditAction.Query().Where(auditaction.Subject(fmt.Sprintf("person:%d", agent.PersonID()))).
			Order(ent.Desc(auditaction.FieldID)).AllX(ctx)
		if len(trail) != 2 || trail[0].Action != "member_remove" || trail[1].Detail != "AGENT → FINANCE" {
			t.Errorf("what is written down of him: %v", trail)
		}
	})
}

// Of two administrators who remove each other at once, one stays; also where they demote each other or both leave.
func TestOneAdministratorStays(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o, ctx := newOffice(t, db), t.Context()
		for i := range 12 {
			firm := o.organisation(organisation.KindCOMPANY)
			a := o.member(firm, fmt.Sprintf("a%d@example.org", i), membership.RoleADMINISTRATOR)
			b := o.member(firm, fmt.Sprintf("b%d@example.org", i), membership.RoleADMINISTRATOR)
			idOfA, idOfB := o.memberID(a), o.memberID(b)
			acts := [][2]func() error{
				{func() error { return o.Remove(ctx, a, idOfB) }, func() error { return o.Remove(ctx, b, idOfA) }},
				{func() error { return o.SetRole(ctx, a, idOfB, membership.RoleVIEWER) }, func() error { return o.SetRole(ctx, b, idOfA, membership.RoleVIEWER) }},
				{func() error { return o.Remove(ctx, a, idOfA) }, func() error { return o.Remove(ctx, b, idOfB) }},
			}[i%3]
			var all sync.WaitGroup
			var errs [2]error
			for n, act := range acts {
				all.Go(func() { errs[n] = act() })
			}
			all.Wait()
			left := db.Ent().Membership.Query().Where(membership.HasOrganisationWith(organisation.ID(firm.ID)),
				membership.RoleEQ(membership.RoleADMINISTRATOR)).CountX(ctx)
			if left != 1 || (errs[0] == nil) == (errs[1] == nil) {
				t.Errorf("case %d: %d administrators, %v", i%3, left, errs)
			}
		}
	})
}
