package identity_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/ent/person"
	"github.com/g60-corridor/corridor/internal/agenda"
	"github.com/g60-corridor/corridor/internal/depot"
	"github.com/g60-corridor/corridor/internal/depot/depottest"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/ident"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/inbox"
	"github.com/g60-corridor/corridor/internal/standing"
	"github.com/g60-corridor/corridor/internal/store"
	"github.com/g60-corridor/corridor/internal/store/storetest"
	"github.com/g60-corridor/corridor/web/locale"
)

// pdf is the least that is one.
var pdf = string(depottest.PDF(1, ""))

// bureau is the room of organisations with a clock, a plan and a post that tests read.
type bureau struct {
	t        *testing.T
	db       *store.DB
	s        *identity.Service
	clock    time.Time
	errands  []agenda.Errand
	do       agenda.Doer
	told     []inbox.News
	letters  []inbox.Mail
	operator identity.Viewer
}

func (b *bureau) Put(_ context.Context, _ *store.Tx, e agenda.Errand) error {
	if !slices.ContainsFunc(b.errands, func(had agenda.Errand) bool { return had.Key == e.Key }) {
		b.errands = append(b.errands, e)
	}
	return nil
}

func (b *bureau) Handle(kind string, do agenda.Doer) {
	if kind == "identity.standing" {
		b.do = do
	}
}

func (b *bureau) Tell(_ context.Context, _ *store.Tx, n inbox.News) error {
	if !slices.ContainsFunc(b.told, func(had inbox.News) bool {
		return had.Kind == n.Kind && had.Key == n.Key && had.Organisation == n.Organisation
	}) {
		b.told = append(b.told, n)
	}
	return nil
}

func (b *bureau) Write(_ context.Context, _ *store.Tx, m inbox.Mail) error {
	b.letters = append(b.letters, m)
	return nil
}

func openBureau(t *testing.T, db *store.DB) *bureau {
	t.Helper()
	b := &bureau{t: t, db: db, clock: time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC)}
	files, err := depot.Open(t.Context(), "mem://")
	b.must(err)
	b.s, err = identity.New(identity.Options{
		Database: db, Herald: b, Agenda: b, Depot: files, Secret: bytes.Repeat([]byte{3}, 32), Now: func() time.Time { return b.clock }, Cost: cheap,
	})
	b.must(err)
	p := operator(t, b.s, address)
	b.operator = b.viewer(p)
	return b
}

func (b *bureau) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

func (b *bureau) wants(err error, code fault.Code, problem fault.Problem) {
	b.t.Helper()
	e := fault.In(err)
	if err == nil || e.Code != code || problem != "" && e.Problem != problem && !slices.ContainsFunc(e.Fields, func(f fault.Field) bool { return f.Problem == problem }) {
		b.t.Fatalf("%v, want %s %s", err, code, problem)
	}
}

func (b *bureau) viewer(p *ent.Person) identity.Viewer {
	b.t.Helper()
	m, err := b.db.Ent().Membership.Query().Where(membership.HasPersonWith(person.ID(p.ID))).WithOrganisation().Only(b.t.Context())
	b.must(err)
	return identity.Viewer{Person: p, Organisation: m.Edges.Organisation, Membership: m.Role}
}

func uscc(n int) string {
	code, err := ident.MakeUSCC("91", "310117", fmt.Sprintf("MAE1%04d", n))
	if err != nil {
		panic(err)
	}
	return string(code)
}

func form(n int) identity.SignUp {
	name := fmt.Sprintf("测试企业%d", n)
	return identity.SignUp{
		NameZH: "沈一", Password: password, Kind: organisation.KindCOMPANY, USCC: uscc(n),
		Profile: identity.Profile{NameZH: name, NameEN: fmt.Sprint("Company ", n), City: "310117", Private: identity.Private{
			Representative: "李法人", Address: "松江区某路1号", Phone: fmt.Sprintf("021-5555%04d", n), Bank: "某银行", AccountName: name,
			Account: fmt.Sprintf("6222 0000 0000 %04d", n),
		}},
	}
}

// letter begins a sign-up and returns the ticket in the letter.
func (b *bureau) letter(email string) string {
	b.t.Helper()
	b.must(b.s.BeginSignUp(b.t.Context(), email, "peer of "+email, locale.EN))
	last := b.letters[len(b.letters)-1]
	if last.Name != "sign_up" || last.To != email {
		b.t.Fatalf("the letter is %+v", last)
	}
	return strings.TrimPrefix(last.Path, identity.SignUpPath+"/")
}

func (b *bureau) enter(n int, f identity.SignUp) identity.Viewer {
	b.t.Helper()
	proof, err := b.s.SignUp(b.t.Context(), b.letter(fmt.Sprintf("a%d@example.org", n)), f)
	b.must(err)
	v, err := b.s.Viewer(b.t.Context(), proof)
	b.must(err)
	return v
}

func (b *bureau) handIn(v identity.Viewer, kinds ...standing.Paper) (last int) {
	b.t.Helper()
	for _, k := range kinds {
		id, err := b.s.AddPaper(b.t.Context(), v, v.OrganisationID(), k, "a.pdf", strings.NewReader(pdf))
		b.must(err)
		last = id
	}
	return last
}

func (b *bureau) decide(org int, d identity.Decision) error {
	return b.s.DecideOn(b.t.Context(), b.operator, org, d)
}

func (b *bureau) standing(org int) organisation.Standing {
	b.t.Helper()
	o, err := b.db.Ent().Organisation.Get(b.t.Context(), org)
	b.must(err)
	return o.Standing
}

func (b *bureau) verified(n int) identity.Viewer {
	b.t.Helper()
	v := b.enter(n, form(n))
	b.handIn(v, standing.Licence, standing.Representative)
	b.must(b.s.Submit(b.t.Context(), v))
	b.must(b.decide(v.OrganisationID(), identity.Decision{Deed: standing.Verify, Until: b.clock.AddDate(1, 0, 0)}))
	return v
}

func eachBureau(t *testing.T, test func(t *testing.T, b *bureau)) {
	storetest.Each(t, func(t *testing.T, db *store.DB) { test(t, openBureau(t, db)) })
}

func TestAnOrganisationEntersAndIsVerified(t *testing.T) {
	eachBureau(t, func(t *testing.T, b *bureau) {
		ctx := t.Context()
		v := b.enter(1, form(1))
		org := v.OrganisationID()
		if !v.Administers() || v.Membership != membership.RoleADMINISTRATOR || b.standing(org) != organisation.StandingNEW {
			t.Fatalf("enters as %+v", v)
		}
		b.wants(identity.Good(ctx, b.db.Ent(), org, b.clock), fault.Conflict, "STANDING_NEW")
		b.wants(b.s.Submit(ctx, v), fault.Conflict, "PAPERS_MISSING")
		b.handIn(v, standing.Licence, standing.Representative)
		b.must(b.s.Submit(ctx, v))
		b.wants(b.s.SaveProfile(ctx, v, form(1).Profile), fault.Conflict, "STANDING_ELSEWHERE")
		b.wants(b.decide(org, identity.Decision{Deed: standing.Return}), fault.Invalid, "REASONS_MISSING")
		b.must(b.decide(org, identity.Decision{Deed: standing.Return, Reasons: "执照看不清"}))
		if b.told[len(b.told)-1].Kind != inbox.OrganisationReturned || b.told[len(b.told)-1].Params["Reasons"] != "执照看不清" {
			t.Errorf("told %+v", b.told)
		}
		b.must(b.s.Submit(ctx, v))
		b.wants(b.decide(org, identity.Decision{Deed: standing.Verify, Until: b.clock}), fault.Invalid, "UNTIL_OUT_OF_RANGE")
		b.must(b.decide(org, identity.Decision{Deed: standing.Verify, Until: b.clock.AddDate(1, 0, 0)}))
		b.must(identity.Good(ctx, b.db.Ent(), org, b.clock))
		file, err := b.s.File(ctx, v, org)
		b.must(err)
		if file.Private.Account != "6222 0000 0000 0001" || len(file.Papers) != 2 || len(file.Steps) != 4 {
			t.Errorf("the file is %+v", file)
		}
		b.wants(b.s.DecideOn(ctx, v, org, identity.Decision{Deed: standing.Extend}), fault.Forbidden, "OPERATORS_ONLY")
		b.wants(b.decide(b.operator.OrganisationID(), identity.Decision{Deed: standing.Suspend, Reasons: "x"}), fault.Forbidden, "OWN_ORGANISATION")
	})
}

func TestSignUpTellsNobodyWhoIsKnown(t *testing.T) {
	eachBureau(t, func(t *testing.T, b *bureau) {
		ctx := t.Context()
		b.must(b.s.BeginSignUp(ctx, address, peer, locale.ZH))
		known := b.letters[0]
		if known.Name != "sign_up_known" || known.Path != "/sign-in" {
			t.Fatalf("wrote %+v to somebody who is known", known)
		}
		b.wants(b.s.BeginSignUp(ctx, "no address", peer, locale.ZH), fault.Invalid, "NOT_AN_ADDRESS")
		for range 10 {
			b.must(b.s.BeginSignUp(ctx, "a@example.org", "198.51.100.7", locale.ZH))
		}
		b.must(b.s.BeginSignUp(ctx, "b@example.org", "198.51.100.7", locale.ZH)) // the last one without a wait
		var soon *identity.TooSoon
		if err := b.s.BeginSignUp(ctx, "c@example.org", "198.51.100.7", locale.ZH); !errors.As(err, &soon) || soon.Wait <= 0 {
			t.Errorf("one peer has letters written to address after address: %v", err)
		}
		if len(b.letters) != 1+3+1 {
			t.Errorf("%d letters", len(b.letters))
		}
		ticket := strings.TrimPrefix(b.letters[3].Path, "/sign-up/")
		if _, err := b.s.SignUp(ctx, ticket, form(1)); err != nil {
			t.Fatal(err)
		}
		_, err := b.s.SignUp(ctx, ticket, form(2))
		b.wants(err, fault.NotFound, "SIGN_UP_LINK_VOID")
		_, err = b.s.SigningUp(ctx, strings.TrimPrefix(b.letters[2].Path, "/sign-up/"))
		b.wants(err, fault.NotFound, "SIGN_UP_LINK_VOID") // another took its place
	})
}

func TestSignUpNamesEveryFault(t *testing.T) {
	eachBureau(t, func(t *testing.T, b *bureau) {
		ticket := b.letter("a@example.org")
		for name, c := range map[string]struct {
			change func(*identity.SignUp)
			want   fault.Problem
		}{
			"operator":        {func(f *identity.SignUp) { f.Kind = organisation.KindMARKET_OPERATOR }, "UNKNOWN_VALUE"},
			"joint office":    {func(f *identity.SignUp) { f.Kind = organisation.KindJOINT_OFFICE }, "UNKNOWN_VALUE"},
			"short code":      {func(f *identity.SignUp) { f.USCC = "9131" }, "USCC_LENGTH"},
			"letter O":        {func(f *identity.SignUp) { f.USCC = "9131011700000000OO" }, "USCC_CHARACTER"},
			"scenario 18":     {func(f *identity.SignUp) { f.USCC = "12100000485001086F" }, "USCC_CHECK"},
			"override alone":  {func(f *identity.SignUp) { f.USCC, f.Override = "12100000485001086F", true }, "REQUIRED"},
			"account":         {func(f *identity.SignUp) { f.Profile.AccountName = "别人" }, "ACCOUNT_OF_ANOTHER"},
			"bidirectional":   {func(f *identity.SignUp) { f.NameZH = "沈\u202e一" }, "BAD_CHARACTERS"},
			"control":         {func(f *identity.SignUp) { f.Profile.Address = "某路\x00" }, "BAD_CHARACTERS"},
			"endless":         {func(f *identity.SignUp) { f.Profile.NameZH = strings.Repeat("长", 1<<20) }, "TOO_LONG"},
			"city":            {func(f *identity.SignUp) { f.Profile.City = "EXT" }, "UNKNOWN_VALUE"},
			"owner of little": {func(f *identity.SignUp) { f.Owners = []identity.Owner{{Name: "王", ShareBP: 2499}} }, "OWNER_SHARE"},
			"owners of more": {func(f *identity.SignUp) {
				f.Owners = []identity.Owner{{Name: "王", ShareBP: 6000}, {Name: "李", ShareBP: 6000}}
			}, "OWNER_SHARE"},
			"password": {func(f *identity.SignUp) { f.Password = "short" }, "TOO_SHORT"},
			"taken":    {func(f *identity.SignUp) { f.USCC = b.operator.Organisation.Uscc }, "ORGANISATION_HERE"},
		} {
			f := form(1)
			c.change(&f)
			_, err := b.s.SignUp(t.Context(), ticket, f)
			if err == nil || !slices.ContainsFunc(fault.In(err).Fields, func(x fault.Field) bool { return x.Problem == c.want }) {
				t.Errorf("%s: %v, want %s", name, err, c.want)
			}
		}
		if _, err := b.s.SignUp(t.Context(), ticket, form(1)); err != nil { // none of them used the ticket up
			t.Error(err)
		}
	})
}

// §7.1: a code whose check character is wrong counts on a document only, and it is known who let it, when and on which.
func TestAFailingCodeCountsOnADocumentOnly(t *testing.T) {
	eachBureau(t, func(t *testing.T, b *bureau) {
		f := form(1)
		f.USCC, f.Override, f.ProofName, f.Proof = "91350100M0001TGQXM", true, "proof.pdf", strings.NewReader(pdf)
		v := b.enter(1, f)
		org := v.OrganisationID()
		if o := v.Organisation; !o.CodeFails || o.Uscc != "91350100M0001TGQXM" {
			t.Fatalf("entered as %+v", o)
		}
		licence := b.handIn(v, standing.Representative, standing.Licence)
		b.must(b.s.Submit(t.Context(), v))
		until := b.clock.AddDate(1, 0, 0)
		b.wants(b.decide(org, identity.Decision{Deed: standing.Verify, Until: until}), fault.Invalid, "CODE_NOT_PROVED")
		b.wants(b.decide(org, identity.Decision{Deed: standing.Verify, Until: until, Override: licence}), fault.Invalid, "CODE_NOT_PROVED")
		file, err := b.s.File(t.Context(), b.operator, org)
		b.must(err)
		b.must(b.decide(org, identity.Decision{Deed: standing.Verify, Until: until, Override: file.Papers[0].ID}))
		if file, err = b.s.File(t.Context(), b.operator, org); err != nil {
			t.Fatal(err)
		}
		if s := file.Steps[0]; s.PaperID != file.Papers[0].ID || s.PersonID != b.operator.PersonID() || !s.At.Equal(b.clock) {
			t.Errorf("the override is not written down: %+v", s)
		}
	})
}

func TestHostileDocuments(t *testing.T) {
	eachBureau(t, func(t *testing.T, b *bureau) {
		ctx, v := t.Context(), b.enter(1, form(1))
		org := v.OrganisationID()
		for name, c := range map[string]struct {
			body io.Reader
			want fault.Problem
		}{
			"empty": {strings.NewReader(""), "REQUIRED"}, "a page": {strings.NewReader("<html><script>alert(1)</script>"), "SCAN_TYPE"},
			"a program": {strings.NewReader("MZ\x90\x00"), "SCAN_TYPE"}, "svg": {strings.NewReader(`<svg xmlns="http://www.w3.org/2000/svg"/>`), "SCAN_TYPE"},
			"zip":       {strings.NewReader("PK\x03\x04 rest"), "SCAN_TYPE"},
			"too large": {io.MultiReader(strings.NewReader(pdf), bytes.NewReader(make([]byte, identity.PaperMost))), "SCAN_TOO_LARGE"},
		} {
			_, err := b.s.AddPaper(ctx, v, org, standing.Licence, name+".pdf", c.body)
			b.wants(err, fault.Invalid, c.want)
		}
		_, err := b.s.AddPaper(ctx, v, org, standing.Licence, "two.pdf", strings.NewReader(pdf+"<script>alert(1)</script>"))
		b.wants(err, fault.Invalid, "FILE_DOUBLE")
		id, err := b.s.AddPaper(ctx, v, org, standing.Licence, "..\\..\\etc/\u202epass\"wd\r\n.pdf", strings.NewReader(pdf))
		b.must(err)
		paper, body, err := b.s.OpenPaper(ctx, v, org, id)
		b.must(err)
		defer body.Close()
		if paper.Name != "passwd.pdf" || paper.Type != "application/pdf" {
			t.Errorf("kept as %q, %s", paper.Name, paper.Type)
		}
		if all, _ := io.ReadAll(body); !strings.HasPrefix(string(all), pdf) {
			t.Errorf("%d bytes came back", len(all))
		}
		opened := b.db.Ent().AuditAction.Query().AllX(ctx)
		if last := opened[len(opened)-1]; last.Action != "organisation_paper_open" || last.PersonID != v.PersonID() {
			t.Errorf("the opening is not written down: %+v", last)
		}
	})
}

// What is private reaches nobody else, and stands nowhere in the clear.
func TestPrivateDataReachesNobodyElse(t *testing.T) {
	eachBureau(t, func(t *testing.T, b *bureau) {
		ctx, v, other := t.Context(), b.verified(1), b.verified(2)
		org := v.OrganisationID()
		colleague := v
		colleague.Membership = membership.RoleFINANCE
		viewer := b.operator
		viewer.Membership = membership.RoleVIEWER
		for name, who := range map[string]identity.Viewer{"another administrator": other, "a colleague": colleague, "who looks on for the operator": viewer} {
			_, err := b.s.File(ctx, who, org)
			if fault.Of(err) != fault.NotFound {
				t.Errorf("%s reads the file: %v", name, err)
			}
			if _, _, err := b.s.OpenPaper(ctx, who, org, 1); fault.Of(err) != fault.NotFound {
				t.Errorf("%s opens a document: %v", name, err)
			}
			if _, err := b.s.AddPaper(ctx, who, org, standing.Other, "a.pdf", strings.NewReader(pdf)); fault.Of(err) != fault.NotFound {
				t.Errorf("%s hands in: %v", name, err)
			}
			if err := b.s.EndTie(ctx, who, org, 1); fault.Of(err) != fault.NotFound {
				t.Errorf("%s ends a link: %v", name, err)
			}
		}
		if _, _, err := b.s.OpenPaper(ctx, other, other.OrganisationID(), 1); fault.Of(err) != fault.NotFound {
			t.Errorf("opened through one's own organisation: %v", err)
		}
		_, err := b.s.File(ctx, identity.Viewer{}, org)
		b.wants(err, fault.SignIn, "")
		for _, row := range b.db.Ent().OrganisationSecret.Query().AllX(ctx) {
			if bytes.Contains(row.Sealed, []byte("6222")) || strings.Contains(row.AccountDigest, "6222") {
				t.Error("the account stands in the clear")
			}
		}
		raw, _ := json.Marshal(b.db.Ent().OrganisationSecret.Query().FirstX(ctx))
		if regexp.MustCompile(`sealed|digest`).Match(raw) {
			t.Errorf("the secret can be written out: %s", raw)
		}
	})
}

// due does what has come due by now, as the agenda would, twice.
func (b *bureau) due() {
	b.t.Helper()
	for range 2 {
		for _, e := range b.errands {
			if !e.At.After(b.clock) {
				b.must(b.do(b.t.Context(), agenda.Due{Key: e.Key, Args: e.Args, Attempt: 1}))
			}
		}
	}
}

func (b *bureau) count(k inbox.Kind) (n int) {
	for _, news := range b.told {
		if news.Kind == k {
			n++
		}
	}
	return n
}

func TestReminders30And7And1DaysBeforeAndTheEnd(t *testing.T) {
	eachBureau(t, func(t *testing.T, b *bureau) {
		v := b.verified(1)
		org, until := v.OrganisationID(), b.clock.AddDate(1, 0, 0)
		for _, c := range []struct{ before, reminders, ends int }{{31, 0, 0}, {30, 1, 0}, {7, 2, 0}, {1, 3, 0}, {0, 3, 1}, {-5, 3, 1}} {
			b.clock = until.AddDate(0, 0, -c.before)
			b.due()
			if r, e := b.count(inbox.OrganisationExpires), b.count(inbox.OrganisationExpired); r != c.reminders || e != c.ends {
				t.Fatalf("%d days before: %d reminders, %d ends", c.before, r, e)
			}
		}
		if b.standing(org) != organisation.StandingEXPIRED {
			t.Errorf("is %s", b.standing(org))
		}
		b.must(b.s.Submit(t.Context(), v)) // anew, with what is there
		b.must(b.decide(org, identity.Decision{Deed: standing.Verify, Until: b.clock.AddDate(1, 0, 0)}))
		b.due() // the old end is of the past
		if b.standing(org) != organisation.StandingVERIFIED {
			t.Errorf("an old end ended a new term")
		}
	})
}

// After a long downtime the end comes once, and no reminder of it.
func TestTheEndAfterDowntimeComesOnce(t *testing.T) {
	eachBureau(t, func(t *testing.T, b *bureau) {
		v := b.verified(1)
		b.clock = b.clock.AddDate(2, 0, 0)
		b.due()
		if r, e := b.count(inbox.OrganisationExpires), b.count(inbox.OrganisationExpired); r != 0 || e != 1 {
			t.Errorf("%d reminders, %d ends", r, e)
		}
		if steps := b.db.Ent().OrganisationStep.Query().CountX(t.Context()); steps != 3 || b.standing(v.OrganisationID()) != organisation.StandingEXPIRED {
			t.Errorf("%d steps", steps)
		}
	})
}

func TestABarStopsWithinItsTransaction(t *testing.T) {
	eachBureau(t, func(t *testing.T, b *bureau) {
		v := b.verified(1)
		org := v.OrganisationID()
		failing, called := errors.New("the market is away"), 0
		b.s.WhenBarred(func(context.Context, *store.Tx, identity.Viewer, int, string) (func(context.Context), error) {
			called++
			return nil, failing
		})
		if err := b.decide(org, identity.Decision{Deed: standing.Suspend, Reasons: "虚假材料"}); !errors.Is(err, failing) || b.standing(org) != organisation.StandingVERIFIED {
			t.Fatalf("suspended though nobody was stopped: %v", err)
		}
		failing = nil
		b.must(b.decide(org, identity.Decision{Deed: standing.Suspend, Reasons: "虚假材料"}))
		b.wants(identity.Good(t.Context(), b.db.Ent(), org, b.clock), fault.Conflict, "STANDING_SUSPENDED")
		b.must(b.decide(org, identity.Decision{Deed: standing.Lift, Reasons: "已澄清"}))
		b.must(identity.Good(t.Context(), b.db.Ent(), org, b.clock))
		b.must(b.decide(org, identity.Decision{Deed: standing.Blacklist, Reasons: "串标"}))
		b.wants(identity.Good(t.Context(), b.db.Ent(), org, b.clock), fault.Conflict, "STANDING_BLACKLISTED")
		if called != 3 {
			t.Errorf("stopped %d times", called)
		}
		b.clock = b.clock.AddDate(3, 0, 0)
		b.due()
		if b.standing(org) != organisation.StandingBLACKLISTED {
			t.Error("the clock lifted a bar")
		}
	})
}
