package market_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/auditaction"
	"github.com/g60-corridor/corridor/ent/document"
	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/ent/listingversion"
	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/ent/patent"
	"github.com/g60-corridor/corridor/ent/project"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/ident"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/market"
	"github.com/g60-corridor/corridor/internal/subject"
	"github.com/g60-corridor/corridor/internal/trade"
)

// sheet is what a seller says of an invention that may be assigned: all gates let it pass on the day of these tests.
func sheet() subject.Sheet {
	return subject.Sheet{
		TitleZH: "低温电解水制氢膜", TitleEN: "Membrane for low-temperature electrolysis", SummaryZH: "一种膜。", Inventors: []string{"沈怀谷"},
		PriceIdeaFen: 1_000_000 * yuan, PricingBasis: "集体决策，参考评估", DecisionFile: "云大技转〔2026〕12号",
		Dossier: subject.Dossier{
			Subjects: []subject.Subject{{
				Kind: subject.Invention, Number: "ZL 2017 1 0601862.3", Filed: "2017-07-21", Granted: "2019-06-04",
				Status:    subject.LegalStatus{Status: subject.InForce, Evidence: "register extract", AsOf: "2026-11-20"},
				PaidYears: 10, Owners: []subject.Owner{{Party: "云间大学", Seller: true}},
				Secrecy: subject.NoSecret, Export: subject.ExportFree,
			}},
			Offers:  []subject.Offer{{Mode: subject.Assign}},
			Classes: []subject.Class{{Field: subject.Field{List: subject.PlanFields, Code: "NE"}, Primary: true}},
			Disclosure: subject.Disclosure{
				Abstract: "膜", Ownership: "云间大学所有", Defects: "无", Maturity: 5, InventorsConsent: "已告知", AllLicences: true,
				AllDisputes: true, AllFunding: true,
			},
		},
	}
}

// begin makes a draft with a sheet in it.
func (h *hall) begin(by identity.Viewer, s subject.Sheet) (id, version int) {
	h.t.Helper()
	id, err := h.service.NewListing(h.t.Context(), by, s)
	must(h.t, err)
	l, err := h.service.OwnListing(h.t.Context(), by, id)
	must(h.t, err)
	version, err = h.service.SaveListing(h.t.Context(), by, id, l.Version, s)
	must(h.t, err)
	if l.Edges.Seller.ID == h.seller.ID { // R2.2
		h.decides(id)
	}
	return id, version
}

// decides lays a decision with a listing: its row alone, for the rooms of papers are not open here.
func (h *hall) decides(id int) *ent.Document {
	h.t.Helper()
	return h.db.Ent().Document.Create().SetListingID(id).SetAudience(document.AudienceINTERNAL).SetKind(document.KindDECISION).
		SetTitleZh("决策").SetCreatedAt(h.clock).SaveX(h.t.Context())
}

func problem(t *testing.T, err error, code fault.Code, p fault.Problem) {
	t.Helper()
	if e := fault.In(err); err == nil || e.Code != code || e.Problem != p {
		t.Errorf("%v, want %s %s", err, code, p)
	}
}

func TestAListingGoesFromDraftToLotAndBack(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		ctx := t.Context()
		editor := h.person(h.seller, membership.RoleEDITOR)
		if found := h.service.Gates(&[]subject.Dossier{sheet().Dossier}[0]); subject.Blocked(found) {
			t.Fatalf("the sheet of these tests is blocked: %+v", found)
		}
		id, v := h.begin(editor, sheet())
		if _, err := h.service.Listing(ctx, id); fault.Of(err) != fault.NotFound {
			t.Errorf("a draft is public: %v", err)
		}
		must(t, h.service.SubmitListing(ctx, editor, id, v))
		_, err := h.service.SaveListing(ctx, editor, id, v+1, sheet())
		problem(t, err, fault.Conflict, "LISTING_FROZEN")
		queue, err := h.service.Submitted(ctx, h.operator)
		must(t, err)
		if len(queue) != 1 || queue[0].ID != id {
			t.Fatalf("queue %v", queue)
		}
		must(t, h.service.ReturnListing(ctx, h.operator, id, v+1, []market.Comment{{Field: "summary_zh", Text: "请写明用途"}, {}}))
		l, err := h.service.OwnListing(ctx, editor, id)
		must(t, err)
		if len(l.Edges.Comments) != 1 || l.Edges.Comments[0].Field != "summary_zh" || l.Status != listing.StatusRETURNED {
			t.Fatalf("returned: %+v %v", l.Edges.Comments, l.Status)
		}
		better := sheet()
		better.SummaryZH = "一种用于碱性电解槽的膜。"
		v, err = h.service.SaveListing(ctx, editor, id, l.Version, better)
		must(t, err)
		must(t, h.service.SubmitListing(ctx, editor, id, v))
		must(t, h.service.PublishListing(ctx, h.operator, id, v+1))
		public, err := h.service.Listing(ctx, id)
		must(t, err)
		if public.PublishedAt == nil || !public.PublishedAt.Equal(h.clock) || public.Trl != 5 || public.Field != listing.FieldNE ||
			!slices.Equal(public.Rights, []string{"ASSIGN"}) {
			t.Errorf("published %+v", public)
		}
		if p := public.Edges.Patents; len(p) != 1 || p[0].ApplicationNo != "201710601862.3" || p[0].Kind != patent.KindINVENTION ||
			len(p[0].Edges.Owners) != 1 || p[0].Edges.Owners[0].ID != h.seller.ID {
			t.Errorf("patents %+v", p)
		}
		h.compareVersions(editor, id)
		lotID, err := h.service.CreateLot(ctx, h.operator, id, h.draft())
		must(t, err)
		problem(t, h.service.WithdrawListing(ctx, editor, id, public.Version), fault.Conflict, "LISTING_IN_LOT")
		h.db.Ent().Lot.UpdateOneID(lotID).SetPhase("CLOSED").SetOutcome("PASSED").ExecX(ctx)
		offered := h.db.Ent().Project.Create().SetNumber("G60-P-2026-0001").SetWay(project.WayLISTING).SetListingID(id).SetSellerID(h.seller.ID).
			SetOperatorID(h.operator.OrganisationID()).SetPriceFen(1).SetPhase(string(trade.Listed)).SetCreatedAt(h.clock).SaveX(ctx)
		problem(t, h.service.WithdrawListing(ctx, editor, id, public.Version), fault.Conflict, "LISTING_OFFERED")
		offered.Update().SetPhase(string(trade.Ended)).ExecX(ctx)
		must(t, h.service.WithdrawListing(ctx, editor, id, public.Version))
		if _, err := h.service.CreateLot(ctx, h.operator, id, h.draft()); err == nil {
			t.Error("a lot of what was withdrawn")
		}
		must(t, h.service.ReopenListing(ctx, editor, id))
		want := []string{"listing_create", "listing_save", "listing_submitted", "listing_returned", "listing_save", "listing_submitted",
			"listing_published", "listing_withdrawn", "listing_reopen"}
		var did []string
		for _, a := range h.db.Ent().AuditAction.Query().Where(auditaction.SubjectHasPrefix("listing:")).Order(auditaction.ByID()).AllX(ctx) {
			did = append(did, a.Action)
		}
		if !slices.Equal(did, want) {
			t.Errorf("written down: %v", did)
		}
	})
}

func (h *hall) compareVersions(by identity.Viewer, id int) {
	h.t.Helper()
	l, err := h.service.OwnListing(h.t.Context(), by, id)
	must(h.t, err)
	all, err := h.service.Versions(h.t.Context(), by, l)
	must(h.t, err)
	if len(all) != 4 || all[0].What != listingversion.WhatPUBLISHED || all[0].Number != 4 || all[0].Edges.Person == nil {
		h.t.Fatalf("%d versions, the newest %+v", len(all), all[0])
	}
	diff := subject.Changes(&all[2].Sheet, &all[1].Sheet)
	if len(diff) != 1 || diff[0] != (subject.Change{Path: "summary_zh", Before: "一种膜。", After: "一种用于碱性电解槽的膜。"}) {
		h.t.Errorf("between the two submissions: %+v", diff)
	}
	if _, err := h.service.Versions(h.t.Context(), h.person(h.organisation(organisation.KindUNIVERSITY, "别校"), membership.RoleEDITOR), l); fault.Of(err) != fault.NotFound {
		h.t.Errorf("another seller reads the versions: %v", err)
	}
}

func TestAStaleSaveLosesNothing(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		ctx, one, other := t.Context(), h.person(h.seller, membership.RoleEDITOR), h.person(h.seller, membership.RoleADMINISTRATOR)
		id, v := h.begin(one, sheet())
		first, second := sheet(), sheet()
		first.TitleEN, second.TitleEN = "first", "second"
		_, err := h.service.SaveListing(ctx, one, id, v, first)
		must(t, err)
		_, err = h.service.SaveListing(ctx, other, id, v, second)
		problem(t, err, fault.Conflict, "LISTING_STALE")
		l, err := h.service.OwnListing(ctx, one, id)
		must(t, err)
		if l.TitleEn != "first" || l.Version != v+1 {
			t.Errorf("%s, version %d", l.TitleEn, l.Version)
		}
		problem(t, h.service.SubmitListing(ctx, one, id, v), fault.Conflict, "LISTING_STALE")
	})
}

func TestWhoMayWriteAListing(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		ctx := t.Context()
		id, v := h.begin(h.person(h.seller, membership.RoleEDITOR), sheet())
		for _, r := range []membership.Role{membership.RoleAGENT, membership.RoleFINANCE, membership.RoleVIEWER} {
			colleague := h.person(h.seller, r)
			if _, err := h.service.OwnListing(ctx, colleague, id); err != nil {
				t.Errorf("%s may not look: %v", r, err)
			}
			_, err := h.service.SaveListing(ctx, colleague, id, v, sheet())
			problem(t, err, fault.Forbidden, "EDITORS_ONLY")
			problem(t, h.service.SubmitListing(ctx, colleague, id, v), fault.Forbidden, "EDITORS_ONLY")
			problem(t, h.service.WithdrawListing(ctx, colleague, id, v), fault.Forbidden, "EDITORS_ONLY")
		}
		stranger := h.person(h.organisation(organisation.KindINSTITUTE, "所"), membership.RoleADMINISTRATOR)
		for name, err := range map[string]error{
			"read":     func() error { _, err := h.service.OwnListing(ctx, stranger, id); return err }(),
			"save":     func() error { _, err := h.service.SaveListing(ctx, stranger, id, v, sheet()); return err }(),
			"submit":   h.service.SubmitListing(ctx, stranger, id, v),
			"withdraw": h.service.WithdrawListing(ctx, stranger, id, v),
			"reopen":   h.service.ReopenListing(ctx, stranger, id),
			"review":   func() error { _, err := h.service.Reviewed(ctx, h.operator, id); return err }(), // still being written
		} {
			if fault.Of(err) != fault.NotFound {
				t.Errorf("%s: %v", name, err)
			}
		}
		problem(t, h.service.PublishListing(ctx, stranger, id, v), fault.Forbidden, "OPERATORS_ONLY")
		problem(t, h.service.ReturnListing(ctx, stranger, id, v, nil), fault.Forbidden, "OPERATORS_ONLY")
		problem(t, h.service.PublishListing(ctx, h.operator, id, v), fault.Conflict, "LISTING_ELSEWHERE")
	})
}

// TestScenario17 is that of the rule sheet, through the service: a utility model without an evaluation report is not offered
// under an open licence; what is pledged not without consent; a co-owner alone may license non-exclusively, and not assign.
func TestScenario17(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		ctx, editor := t.Context(), h.person(h.seller, membership.RoleEDITOR)
		for name, row := range map[string]struct {
			change func(*subject.Dossier)
			want   subject.Reason // "" it passes
		}{
			"open licence without a report": {func(d *subject.Dossier) {
				number, err := ident.MakeApplicationNo(2020, 2, 1234567)
				must(t, err)
				d.Subjects[0].Kind, d.Subjects[0].Number, d.Subjects[0].Filed = subject.UtilityModel, string(number), "2020-05-06"
				d.Offers = []subject.Offer{{Mode: subject.Open, Fee: "每年一万元", Declaration: "依法许可", Scope: subject.Scope{Period: subject.Period{Months: 12}}}}
			}, subject.ReportMissing},
			"pledged": {func(d *subject.Dossier) {
				d.Subjects[0].Pledges = []subject.Pledge{{Pledgee: "云间银行", Proceeds: subject.IntoEscrow}}
			}, subject.PledgeeConsent},
			"co-owner assigns alone": {func(d *subject.Dossier) {
				d.Subjects[0].Owners = append(d.Subjects[0].Owners, subject.Owner{Party: "谷水公司"})
			}, subject.CoOwnerConsent},
			"co-owner licenses alone": {func(d *subject.Dossier) {
				d.Subjects[0].Owners = append(d.Subjects[0].Owners, subject.Owner{Party: "谷水公司"})
				d.Offers = []subject.Offer{{Mode: subject.NonExclusive, Scope: subject.Scope{Period: subject.Period{Months: 24}}}}
			}, ""},
		} {
			s := sheet()
			row.change(&s.Dossier)
			id, v := h.begin(editor, s)
			l, err := h.service.OwnListing(ctx, editor, id)
			must(t, err)
			var blocks []subject.Reason
			for _, f := range h.service.Gates(&l.Dossier) {
				if f.Severity == subject.Blocks {
					blocks = append(blocks, f.Reason)
				}
			}
			err = h.service.SubmitListing(ctx, editor, id, v)
			if row.want == "" {
				if err != nil {
					t.Errorf("%s: %v %v", name, err, blocks)
				}
				continue
			}
			if problem(t, err, fault.Conflict, "GATES_BLOCK"); !slices.Equal(blocks, []subject.Reason{row.want}) {
				t.Errorf("%s: %v", name, blocks)
			}
		}
	})
}

func TestGatesAreAskedAgainAtPublication(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		ctx, editor := t.Context(), h.person(h.seller, membership.RoleEDITOR)
		id, v := h.begin(editor, sheet())
		must(t, h.service.SubmitListing(ctx, editor, id, v))
		h.clock = h.clock.Add(40 * 24 * time.Hour) // the proof of the status is older than thirty days
		problem(t, h.service.PublishListing(ctx, h.operator, id, v+1), fault.Conflict, "GATES_BLOCK")
		if n := h.db.Ent().Patent.Query().CountX(ctx); n != 0 {
			t.Errorf("%d patents of what was not published", n)
		}
		l := h.db.Ent().Listing.GetX(ctx, id)
		if l.Status != listing.StatusSUBMITTED || l.Version != v+1 {
			t.Errorf("%s, version %d", l.Status, l.Version)
		}
	})
}

func TestAPatentOfSomebodyElseIsNotOffered(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		ctx := t.Context()
		mine := h.person(h.seller, membership.RoleEDITOR)
		id, v := h.begin(mine, sheet())
		must(t, h.service.SubmitListing(ctx, mine, id, v))
		must(t, h.service.PublishListing(ctx, h.operator, id, v+1))
		company := h.person(h.organisation(organisation.KindCOMPANY, "谷水公司"), membership.RoleADMINISTRATOR)
		s := sheet()
		s.Dossier.Subjects[0].Owners[0].Party = "谷水公司"
		other, v := h.begin(company, s)
		err := h.service.SubmitListing(ctx, company, other, v)
		if f := fault.In(err).Fields; len(f) != 1 || f[0] != (fault.Field{Name: "dossier.subjects[0].number", Problem: "PATENT_OF_OTHER"}) {
			t.Errorf("%v", err)
		}
	})
}

func TestABodyOfTheStateFilesItsDecision(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		s := sheet()
		s.DecisionFile, s.PricingBasis = "", " "
		editor := h.person(h.seller, membership.RoleEDITOR)
		id, v := h.begin(editor, s)
		err := h.service.SubmitListing(t.Context(), editor, id, v)
		if f := fault.In(err).Fields; len(f) != 2 || f[0].Name != "pricing_basis" || f[1].Name != "decision_file" {
			t.Errorf("%v", err)
		}
		company := h.person(h.organisation(organisation.KindCOMPANY, "谷水公司"), membership.RoleADMINISTRATOR)
		id, v = h.begin(company, s)
		must(t, h.service.SubmitListing(t.Context(), company, id, v))
	})
}

// R2.2: the decision that is named lies with the listing, or a body of the state publishes nothing. One that is private by its
// verified file chooses freely (R2.1).
func TestADecisionLiesWithTheListing(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		ctx, editor := t.Context(), h.person(h.seller, membership.RoleEDITOR)
		id, v := h.begin(editor, sheet())
		client := h.db.Ent()
		client.Document.Update().SetRemovedAt(h.clock).ExecX(ctx)
		problem(t, h.service.SubmitListing(ctx, editor, id, v), fault.Conflict, "GATES_BLOCK")
		l, err := h.service.OwnListing(ctx, editor, id)
		must(t, err)
		found, err := h.service.GatesOf(ctx, l, &l.Dossier)
		must(t, err)
		if !slices.ContainsFunc(found, func(f subject.Finding) bool { return f.Reason == subject.DecisionLoose && f.Severity == subject.Blocks }) {
			t.Errorf("the gates say %+v", found)
		}
		d := h.decides(id)
		must(t, h.service.SubmitListing(ctx, editor, id, v))
		d.Update().SetRemovedAt(h.clock).ExecX(ctx) // taken away while the operator reads
		problem(t, h.service.PublishListing(ctx, h.operator, id, v+1), fault.Conflict, "GATES_BLOCK")
		client.Organisation.UpdateOne(h.seller).SetVerifiedAt(h.clock).SetStateEstablished(false).ExecX(ctx)
		must(t, h.service.PublishListing(ctx, h.operator, id, v+1))
	})
}

func TestHostileTextIsNotKept(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		editor := h.person(h.seller, membership.RoleEDITOR)
		id, v := h.begin(editor, sheet())
		for text, want := range map[string]fault.Problem{
			"\u202egnp.exe": "BAD_CHARACTERS", "a\x00b": "BAD_CHARACTERS", "\xff\xfe": "BAD_CHARACTERS", strings.Repeat("长", 1<<20/3): "TOO_LONG",
		} {
			s := sheet()
			d := &s.Dossier
			texts := map[string]*string{
				"title_zh": &s.TitleZH, "summary_en": &s.SummaryEN, "inventors[0]": &s.Inventors[0], "decision_file": &s.DecisionFile,
				"dossier.disclosure.abstract": &d.Disclosure.Abstract, "dossier.subjects[0].owners[0].party": &d.Subjects[0].Owners[0].Party,
				"dossier.subjects[0].status.evidence": &d.Subjects[0].Status.Evidence, "dossier.subjects[0].number": &d.Subjects[0].Number,
			}
			for path, at := range texts {
				was := *at
				*at = text
				_, err := h.service.SaveListing(t.Context(), editor, id, v, s)
				if f := fault.In(err).Fields; len(f) != 1 || f[0].Name != path || f[0].Problem != want {
					t.Errorf("%s %.10q: %v", path, text, f)
				}
				*at = was
			}
		}
		s := sheet()
		s.Inventors = slices.Repeat([]string{"甲"}, 51)
		if _, err := h.service.SaveListing(t.Context(), editor, id, v, s); fault.In(err).Fields[0].Problem != "TOO_MANY_ENTRIES" {
			t.Errorf("%v", err)
		}
	})
}

// What a seller offers is in the order in which it was published, not written.
func TestOfferedTheNewestFirst(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		ctx := t.Context()
		for i, days := range []int{0, 3, 1} { // h.listing was written first, and has no day of its own
			h.db.Ent().Listing.Create().SetNumber(fmt.Sprint("N-", i)).SetTitleZh("膜").SetTitleEn("Film").SetField(listing.FieldNM).SetTrl(6).SetRights([]string{"ASSIGN"}).
				SetInventors([]string{"甲"}).SetCity("310117").SetSeller(h.seller).SetStatus(listing.StatusPUBLISHED).
				SetPublishedAt(time.Now().AddDate(0, 0, -1-days)).ExecX(ctx)
		}
		all, err := h.service.Offered(ctx, h.seller.ID)
		must(t, err)
		var got []string
		for _, l := range all {
			got = append(got, l.Number)
		}
		if want := []string{"L-1", "N-0", "N-2", "N-1"}; !slices.Equal(got, want) {
			t.Errorf("%v, not %v", got, want)
		}
	})
}
