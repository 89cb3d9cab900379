package identity_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/g60-corridor/corridor/ent/auditaction"
	"github.com/g60-corridor/corridor/ent/invitation"
	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/ent/ownershiplink"
	"github.com/g60-corridor/corridor/internal/exclusion"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/inbox"
	"github.com/g60-corridor/corridor/internal/standing"
	"github.com/g60-corridor/corridor/web/locale"
)

// link is the secret of the latest letter of a name.
func (b *bureau) link(name, path string) string {
	b.t.Helper()
	for _, l := range slices.Backward(b.letters) {
		if l.Name == name && strings.HasPrefix(l.Path, path) {
			return strings.TrimPrefix(l.Path, path)
		}
	}
	b.t.Fatalf("no letter %s leads to %s", name, path)
	return ""
}

// An entry under somebody else's code is made void: the code is free, its people hear why and may enter again, and what it has
// claimed counts no more.
func TestAVoidEntryFreesItsCode(t *testing.T) {
	eachBureau(t, func(t *testing.T, b *bureau) {
		ctx, client := t.Context(), b.db.Ent()
		wrong := b.enter(1, form(1)) // a mistyped code that happens to be another's
		org, code := wrong.OrganisationID(), wrong.Organisation.Uscc
		b.must(b.s.Declare(ctx, wrong, org, identity.Tie{Outward: true, Relation: exclusion.Owns, OtherName: "对手公司", ShareBP: 9000}, "", nil))
		b.must(b.s.Invite(ctx, wrong, "colleague@example.org", membership.RoleEDITOR, locale.ZH))
		invited := b.link("invitation", "/invitations/")

		b.wants(b.decide(org, identity.Decision{Deed: standing.Void, Reasons: " "}), fault.Invalid, "REASONS_MISSING")
		b.wants(b.s.DecideOn(ctx, wrong, org, identity.Decision{Deed: standing.Void, Reasons: "x"}), fault.Forbidden, "OPERATORS_ONLY")
		b.must(b.decide(org, identity.Decision{Deed: standing.Void, Reasons: "代码属于另一家机构"}))

		o := client.Organisation.GetX(ctx, org)
		if o.Standing != organisation.StandingVOID || o.Uscc == code || o.NameZh != wrong.Organisation.NameZh {
			t.Errorf("%+v", o)
		}
		letter := b.letters[len(b.letters)-1]
		if letter.Name != "organisation_void" || letter.To != wrong.Person.Email || letter.Params["Reasons"] != "代码属于另一家机构" || letter.Params["Code"] != code {
			t.Errorf("wrote %+v", letter)
		}
		if client.AuditAction.Query().Where(auditaction.Subject(fmt.Sprint("organisation:", org)), auditaction.Action("organisation_code_free"), auditaction.Detail(code)).CountX(ctx) != 1 ||
			client.AuditAction.Query().Where(auditaction.Subject(fmt.Sprint("organisation:", org)), auditaction.Action("organisation_void"), auditaction.Detail("代码属于另一家机构")).CountX(ctx) != 1 {
			t.Error("it is not written down")
		}
		proof, err := b.s.SignIn(ctx, wrong.Person.Email, password, "192.0.2.1")
		b.must(err)
		if v, err := b.s.Viewer(ctx, proof); err != nil || !v.SignedIn() || v.OrganisationID() != 0 {
			t.Errorf("its person acts for %d, %v", v.OrganisationID(), err)
		}
		_, err = b.s.AcceptNew(ctx, invited, "同事", "another long password")
		b.wants(err, fault.NotFound, "TICKET_VOID")
		if client.OwnershipLink.Query().Where(ownershiplink.OrganisationID(org), ownershiplink.StateNEQ(ownershiplink.StateENDED)).ExistX(ctx) ||
			client.Invitation.Query().Where(invitation.OrganisationID(org), invitation.StateEQ(invitation.StateWAITING)).ExistX(ctx) {
			t.Error("what it has claimed still counts")
		}

		// It is final, and nobody works on it any more.
		for _, d := range standing.Deeds {
			if d != standing.Submit && d != standing.Expire {
				b.wants(b.decide(org, identity.Decision{Deed: d, Reasons: "x", Until: b.clock.AddDate(1, 0, 0)}), fault.Conflict, "STANDING_ELSEWHERE")
			}
		}
		b.wants(b.s.Submit(ctx, wrong), fault.Conflict, "STANDING_ELSEWHERE")
		b.wants(b.s.SaveProfile(ctx, wrong, form(1).Profile), fault.Conflict, "STANDING_ELSEWHERE")
		_, err = b.s.AddPaper(ctx, wrong, org, standing.Licence, "a.pdf", strings.NewReader(pdf))
		b.wants(err, fault.Conflict, "STANDING_ELSEWHERE")
		b.wants(b.s.Declare(ctx, wrong, org, identity.Tie{Relation: exclusion.Controls, OtherName: "对手公司"}, "", nil), fault.Conflict, "STANDING_ELSEWHERE")

		// The right organisation enters under the code, and the person of the wrong one under his own.
		right := form(2)
		right.USCC = code
		if v := b.enter(2, right); v.Organisation.Uscc != code || v.OrganisationID() == org {
			t.Errorf("the right one entered as %+v", v.Organisation)
		}
		b.clock = b.clock.Add(time.Minute)
		b.must(b.s.BeginSignUp(ctx, wrong.Person.Email, peer, locale.ZH))
		again := form(3)
		again.Password = "a new long password"
		proof2, err := b.s.SignUp(ctx, b.link("sign_up", "/sign-up/"), again)
		b.must(err)
		if proof2.Person != wrong.PersonID() || proof2.Organisation == org {
			t.Errorf("entered again as %+v", proof2)
		}
		if v, err := b.s.Viewer(ctx, proof); err != nil || v.SignedIn() {
			t.Error("a session of before holds him under the password of before")
		}
		if l := b.letters[len(b.letters)-1]; l.Name != "password_changed" || l.To != wrong.Person.Email {
			t.Errorf("of his new password he is told %+v", l)
		}
		b.must(b.s.BeginSignUp(ctx, wrong.Person.Email, peer, locale.ZH))
		if l := b.letters[len(b.letters)-1]; l.Name != "sign_up_known" {
			t.Errorf("who acts for somebody is written %s", l.Name)
		}
	})
}

// What was verified once stays under its code, however it stands today.
func TestOnceVerifiedIsNotMadeVoid(t *testing.T) {
	eachBureau(t, func(t *testing.T, b *bureau) {
		ctx := t.Context()
		v := b.verified(1)
		org := v.OrganisationID()
		void := identity.Decision{Deed: standing.Void, Reasons: "x"}
		b.wants(b.decide(org, void), fault.Conflict, "STANDING_ELSEWHERE")
		b.must(b.decide(org, identity.Decision{Deed: standing.Blacklist, Reasons: "x"}))
		b.must(b.decide(org, identity.Decision{Deed: standing.Lift, Reasons: "x"}))
		b.wants(b.decide(org, void), fault.Conflict, "STANDING_ONCE_VERIFIED")
		b.db.Ent().Organisation.UpdateOneID(org).ClearVerifiedAt().ExecX(ctx) // as those have none who were verified at the command line
		b.wants(b.decide(org, void), fault.Conflict, "STANDING_ONCE_VERIFIED")
		file, err := b.s.File(ctx, b.operator, org)
		b.must(err)
		if slices.Contains(file.Deeds(), standing.Void) || file.Voidable() {
			t.Error("offered to the operator")
		}
		if n := slices.IndexFunc(b.letters, func(l inbox.Mail) bool { return l.Name == "organisation_void" }); n >= 0 {
			t.Error("its people were written to")
		}
	})
}
