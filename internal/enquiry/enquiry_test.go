package enquiry_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/ent/notice"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/internal/agenda"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/enquiry"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/inbox"
	"github.com/g60-corridor/corridor/internal/store"
	"github.com/g60-corridor/corridor/internal/store/storetest"
)

// desk is a desk for questions on a real database, with a real inbox and everybody who might read.
type desk struct {
	*enquiry.Service
	t       *testing.T
	db      *store.DB
	now     time.Time
	n       int
	listing *ent.Listing

	seller, viewer, operator, asker, rival identity.Viewer
	reader                                 identity.Viewer // his company has promised secrecy
	inventor                               identity.Viewer // of the seller; he bids himself
}

// door is the data room as the desk for questions knows it.
type door struct{ *desk }

func (r door) MayRead(_ context.Context, by identity.Viewer, _ int) (bool, error) {
	if by.OrganisationID() == r.seller.OrganisationID() {
		return by.PersonID() != r.inventor.PersonID(), nil
	}
	return by.SignedIn() && by.PersonID() == r.reader.PersonID(), nil
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func each(t *testing.T, test func(t *testing.T, d *desk)) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := &desk{t: t, db: db, now: time.Now()}
		quiet := slog.New(slog.NewTextHandler(io.Discard, nil))
		a, err := agenda.New(agenda.Options{DB: db, Log: quiet})
		must(t, err)
		box, err := inbox.New(inbox.Options{DB: db, Agenda: a, Origin: "https://market.example", Now: time.Now, Log: quiet})
		must(t, err)
		d.Service = enquiry.New(db, box, door{d}, func() time.Time { return d.now })
		d.seller = d.person(d.organisation(organisation.KindUNIVERSITY), membership.RoleEDITOR)
		d.viewer = d.person(d.seller.Organisation, membership.RoleVIEWER)
		d.operator = d.person(d.organisation(organisation.KindMARKET_OPERATOR), membership.RoleAGENT)
		d.asker = d.person(d.organisation(organisation.KindCOMPANY), membership.RoleAGENT)
		d.rival = d.person(d.organisation(organisation.KindCOMPANY), membership.RoleAGENT)
		d.listing = db.Ent().Listing.Create().SetNumber("G60-26-1").SetTitleZh("石墨烯").SetTitleEn("Graphene").SetField("NM").SetTrl(5).
			SetRights([]string{"ASSIGN"}).SetInventors([]string{}).SetCity("310117").SetSeller(d.seller.Organisation).SetStatus(listing.StatusPUBLISHED).SaveX(t.Context())
		d.listing.Edges.Seller = d.seller.Organisation
		test(t, d)
	})
}

func (d *desk) organisation(kind organisation.Kind) *ent.Organisation {
	d.n++
	return d.db.Ent().Organisation.Create().SetNameZh(fmt.Sprintf("单位%d", d.n)).SetNameEn(fmt.Sprintf("Org %d", d.n)).SetKind(kind).
		SetUscc(fmt.Sprintf("X%d", d.n)).SetCity("310117").SaveX(d.t.Context())
}

func (d *desk) person(o *ent.Organisation, role membership.Role) identity.Viewer {
	d.n++
	p := d.db.Ent().Person.Create().SetEmail(fmt.Sprintf("p%d@example.org", d.n)).SetNameZh("某人").SaveX(d.t.Context())
	d.db.Ent().Membership.Create().SetPerson(p).SetOrganisation(o).SetRole(role).SaveX(d.t.Context())
	return identity.Viewer{Person: p, Organisation: o, Membership: role}
}

func (d *desk) ask(text string) int {
	d.t.Helper()
	id, err := d.Ask(d.t.Context(), d.asker, d.listing.ID, text)
	must(d.t, err)
	return id
}

// reads are what somebody reads: question/answer, or what stands in their place.
func (d *desk) reads(by identity.Viewer) (all []string) {
	d.t.Helper()
	questions, err := d.Of(d.t.Context(), by, d.listing)
	must(d.t, err)
	for _, q := range questions {
		all = append(all, q.Text+"/"+q.Answer+"/"+q.Hidden)
	}
	return all
}

func (d *desk) readsOnly(by identity.Viewer, want ...string) {
	d.t.Helper()
	if got := d.reads(by); strings.Join(got, " ") != strings.Join(want, " ") {
		d.t.Errorf("reads %q, want %q", got, want)
	}
}

func (d *desk) told(by identity.Viewer, kind inbox.Kind) int {
	return d.db.Ent().Notice.Query().Where(notice.PersonID(by.PersonID()), notice.Kind(string(kind))).CountX(d.t.Context())
}

func wants(t *testing.T, err error, code fault.Code, problem fault.Problem) {
	t.Helper()
	e := fault.In(err)
	if err == nil || e.Code != code || e.Problem != problem && (len(e.Fields) == 0 || e.Fields[0].Problem != problem) {
		t.Errorf("%v, want %s %s", err, code, problem)
	}
}

func (d *desk) announce() *ent.Lot {
	return d.db.Ent().Lot.Create().SetNumber("G60-L-1").SetListing(d.listing).SetOperator(d.operator.Organisation).SetTerms(auction.Terms{}).
		SetStatus("PUBLISHED").SetPhase(string(auction.Free)).SaveX(d.t.Context())
}

func TestAQuestionIsAnsweredToAll(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		visitor := identity.Viewer{}
		id := d.ask("  多大？\r\nHow big?  ")
		d.readsOnly(visitor)
		d.readsOnly(d.rival)
		for _, v := range []identity.Viewer{d.asker, d.seller, d.viewer, d.operator} {
			d.readsOnly(v, "多大？\nHow big?//")
		}
		if d.told(d.seller, inbox.QuestionAsked) != 1 || d.told(d.viewer, inbox.QuestionAsked) != 0 {
			t.Error("the seller's editors are to be told, and nobody else of his")
		}
		wants(t, d.Answer(t.Context(), d.rival, id, 1, "x", false), fault.NotFound, "")
		wants(t, d.Answer(t.Context(), d.viewer, id, 1, "x", false), fault.NotFound, "")
		wants(t, d.Answer(t.Context(), d.operator, id, 1, "x", false), fault.NotFound, "")
		wants(t, d.Answer(t.Context(), d.seller, id, 1, " ", false), fault.Invalid, "REQUIRED")
		wants(t, d.Answer(t.Context(), d.seller, 99, 1, "x", false), fault.NotFound, "")
		must(t, d.Answer(t.Context(), d.seller, id, 1, "三米", false))
		wants(t, d.Answer(t.Context(), d.seller, id, 1, "四米", false), fault.Conflict, "QUESTION_CHANGED") // somebody else was faster
		for _, v := range []identity.Viewer{visitor, d.rival, d.asker} {
			d.readsOnly(v, "多大？\nHow big?/三米/")
		}
		if d.told(d.asker, inbox.QuestionAnswered) != 1 {
			t.Error("the asker is not told")
		}
		must(t, d.Answer(t.Context(), d.seller, id, 2, "四米", true)) // it was public and stays so
		d.readsOnly(visitor, "多大？\nHow big?/四米/")
		q, err := d.Of(t.Context(), visitor, d.listing)
		must(t, err)
		if q[0].AskerKind != "COMPANY" || q[0].Own {
			t.Errorf("%+v", q[0])
		}
	})
}

func TestAConfidentialAnswer(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		id := d.ask("配方？")
		must(t, d.Answer(t.Context(), d.seller, id, 1, "保密配方", true))
		d.readsOnly(identity.Viewer{})
		d.readsOnly(d.rival)
		d.reader = d.person(d.organisation(organisation.KindCOMPANY), membership.RoleAGENT)
		for _, v := range []identity.Viewer{d.asker, d.seller, d.viewer, d.operator, d.reader} {
			d.readsOnly(v, "配方？/保密配方/")
		}
		d.ask("还没有回答的？") // is the seller's and the operator's, and the asker's own
		d.readsOnly(d.reader, "配方？/保密配方/")
		d.reader = identity.Viewer{}
		must(t, d.Answer(t.Context(), d.seller, id, 2, "改过的配方", false)) // it does not become public
		d.readsOnly(d.rival)
	})
}

// R1.7: who bids himself does not see the seller's side.
func TestAnInventorWhoBidsReadsAsABidder(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		d.inventor = d.person(d.seller.Organisation, membership.RoleEDITOR)
		id, open := d.ask("配方？"), d.ask("多大？")
		must(t, d.Answer(t.Context(), d.seller, id, 1, "保密配方", true))
		d.readsOnly(d.inventor)
		wants(t, d.Answer(t.Context(), d.inventor, open, 1, "三米", false), fault.Forbidden, "SELLER_SIDE_CLOSED")
		must(t, d.Answer(t.Context(), d.seller, open, 1, "三米", false))
		d.readsOnly(d.inventor, "多大？/三米/")
		all, err := d.Of(t.Context(), d.inventor, d.listing)
		must(t, err)
		if all[0].MayAnswer {
			t.Error("he may answer")
		}
	})
}

// While somebody may bid, all bidders read the same.
func TestAnswersDuringASaleAreForAllBidders(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		lot := d.announce()
		for _, v := range []identity.Viewer{d.asker, d.rival} {
			d.db.Ent().Registration.Create().SetLot(lot).SetOrganisation(v.Organisation).SetState("QUALIFIED").SaveX(t.Context())
		}
		id := d.ask("多大？")
		wants(t, d.Answer(t.Context(), d.seller, id, 1, "三米", true), fault.Invalid, "CONFIDENTIAL_DURING_SALE")
		must(t, d.Answer(t.Context(), d.seller, id, 1, "三米", false)) // the refusal has changed nothing
		for _, v := range []identity.Viewer{d.asker, d.rival} {
			d.readsOnly(v, "多大？/三米/")
			if d.told(v, inbox.AnswerPublished) != 1 {
				t.Error("a bidder is not told")
			}
		}
	})
}

// Who has registered in a project, which has no lot yet, is told as bidders are.
func TestAnswersWhileAProjectIsOpenAreForAllWhoRegistered(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ctx, client := t.Context(), d.db.Ent()
		p := client.Project.Create().SetNumber("G60-P-1").SetWay("LISTING").SetListing(d.listing).SetSeller(d.seller.Organisation).
			SetOperator(d.operator.Organisation).SetPublished(true).SetPhase("LISTED").SaveX(ctx)
		for i, v := range []identity.Viewer{d.seller, d.operator, d.rival, d.rival} {
			client.ProjectEntry.Create().SetProject(p).SetSeq(int64(i + 1)).SetAt(d.now).SetEvent("{}").SetByOrganisation(v.OrganisationID()).ExecX(ctx)
		}
		must(t, d.Answer(ctx, d.seller, d.ask("多大？"), 1, "三米", false))
		for v, n := range map[*identity.Viewer]int{&d.rival: 1, &d.asker: 0, &d.operator: 0, &d.seller: 0} {
			if got := d.told(*v, inbox.AnswerPublished); got != n {
				t.Errorf("%s is told %d times, want %d", v.Organisation.NameEn, got, n)
			}
		}
		p.Update().SetPhase("ENDED").ExecX(ctx)
		must(t, d.Answer(ctx, d.seller, d.ask("多重？"), 1, "三斤", false))
		if d.told(d.rival, inbox.AnswerPublished) != 1 {
			t.Error("told after the end")
		}
	})
}

func TestTheOperatorHidesWithAReason(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		id, open := d.ask("骂人的话"), d.ask("另一个")
		must(t, d.Answer(t.Context(), d.seller, id, 1, "回答", false))
		for _, v := range []identity.Viewer{d.seller, d.asker, {}} {
			wants(t, d.Hide(t.Context(), v, id, 2, "辱骂"), fault.Forbidden, "OPERATORS_ONLY")
		}
		wants(t, d.Hide(t.Context(), d.operator, id, 2, ""), fault.Invalid, "REQUIRED")
		wants(t, d.Hide(t.Context(), d.operator, id, 2, strings.Repeat("长", enquiry.ReasonMost+1)), fault.Invalid, "REASON_TOO_LONG")
		must(t, d.Hide(t.Context(), d.operator, id, 2, "辱骂"))
		must(t, d.Hide(t.Context(), d.operator, open, 1, "无关"))
		d.readsOnly(identity.Viewer{}, "//辱骂") // nobody else had read the other
		d.readsOnly(d.rival, "//辱骂")
		d.readsOnly(d.asker, "另一个//无关", "骂人的话/回答/辱骂")
		wants(t, d.Answer(t.Context(), d.seller, id, 3, "又答", false), fault.Conflict, "QUESTION_CHANGED")
		wants(t, d.Hide(t.Context(), d.operator, id, 3, "再次"), fault.Conflict, "QUESTION_CHANGED")
		if d.told(d.asker, inbox.QuestionHidden) != 2 || d.told(d.seller, inbox.QuestionHidden) != 2 {
			t.Error("asker and seller are to be told")
		}
	})
}

func TestWhatCannotBeAsked(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		ask := func(by identity.Viewer, id int, text string) error {
			_, err := d.Ask(t.Context(), by, id, text)
			return err
		}
		wants(t, ask(identity.Viewer{}, d.listing.ID, "x"), fault.SignIn, "")
		wants(t, ask(d.seller, d.listing.ID, "x"), fault.Forbidden, "")
		wants(t, ask(d.asker, 99, "x"), fault.NotFound, "")
		for text, problem := range map[string]fault.Problem{
			" \n ": "REQUIRED", strings.Repeat("长", enquiry.QuestionMost+1): "QUESTION_TOO_LONG", "\u202egnp": "BAD_CHARACTERS", "a\x00": "BAD_CHARACTERS",
			"\xff": "BAD_CHARACTERS",
		} {
			wants(t, ask(d.asker, d.listing.ID, text), fault.Invalid, problem)
		}
		d.listing.Update().SetStatus(listing.StatusDRAFT).SaveX(t.Context())
		wants(t, ask(d.asker, d.listing.ID, "x"), fault.NotFound, "")
		d.listing.Update().SetStatus(listing.StatusPUBLISHED).SaveX(t.Context())
		for range 10 {
			must(t, ask(d.asker, d.listing.ID, "x"))
		}
		wants(t, ask(d.asker, d.listing.ID, "x"), fault.TooMany, "QUESTIONS_MOST")
		must(t, ask(d.rival, d.listing.ID, "x"))
		d.now = d.now.Add(25 * time.Hour)
		must(t, ask(d.asker, d.listing.ID, "x"))
	})
}
