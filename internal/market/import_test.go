package market_test

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/ent/patent"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/ident"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/intake"
	"github.com/g60-corridor/corridor/internal/market"
	"github.com/g60-corridor/corridor/internal/store/storetest"
	"github.com/g60-corridor/corridor/internal/subject"
)

func recordsOf(t *testing.T, text string) []*intake.Record {
	t.Helper()
	table, err := intake.Read([]byte(text), intake.Options{})
	must(t, err)
	return intake.Records(table, intake.Guess(table), intake.Choices{})
}

func (h *hall) editor() identity.Viewer {
	return h.person(h.seller, membership.RoleEDITOR)
}

func (h *hall) take(v identity.Viewer, text string) market.ImportReport {
	h.t.Helper()
	report, err := h.service.Import(context.Background(), v, market.Import{Records: recordsOf(h.t, text)})
	must(h.t, err)
	return report
}

func counts(r market.ImportReport) string {
	var all []string
	for _, o := range market.Outcomes {
		if n := r.Counts[o]; n > 0 {
			all = append(all, fmt.Sprintf("%d %s", n, o))
		}
	}
	return strings.Join(all, ", ")
}

// The same file again changes nothing; a changed row changes its draft, and nobody's work is undone.
func TestImportTwice(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		v := h.editor()
		const head = "成果名称,英文名称,申请号,申请日,法律状态,领域,成熟度,拟转化方式,挂牌价（万元）\n"
		a := "一种阀门,A valve,201810862228.X,2018-08-01,授权,高端装备,6,转让,88.5\n"
		b := "一种水泵,,,,,,,,\n"
		c := "一种坏泵,,201711410931.8,,,,,,\n"
		first := h.take(v, head+a+b+c)
		if got := counts(first); got != "2 CREATED, 1 REFUSED" {
			t.Fatal(got)
		}
		if r := first.Lines[2]; r.Line != 4 || r.Reason != market.HasProblems || r.Problems[0].Rule != intake.WrongNumber || r.Problems[0].Column != 3 {
			t.Errorf("%+v", r)
		}
		want := []fault.Problem{market.NeedsTranslation, market.NeedsField, market.NeedsTRL}
		if got := first.Lines[1].Needs; !slices.Equal(got, want) {
			t.Errorf("needs %v", got)
		}
		l := h.db.Ent().Listing.Query().Where(listing.TitleZh("一种阀门")).WithPatents().WithSeller().OnlyX(t.Context())
		if l.Status != listing.StatusDRAFT || l.Field != listing.FieldHEE || l.Trl != 6 || l.PriceIdeaFen != 88_500_000 || l.TitleEn != "A valve" ||
			len(l.Edges.Patents) != 1 || l.Edges.Patents[0].LegalStatus != patent.LegalStatusIN_FORCE || l.Edges.Seller.ID != h.seller.ID {
			t.Errorf("%+v", l)
		}
		before := h.everything()
		if got := counts(h.take(v, head+a+b+c)); got != "2 UNCHANGED, 1 REFUSED" {
			t.Error(got)
		}
		if after := h.everything(); after != before {
			t.Errorf("a second import changes\n%s\ninto\n%s", before, after)
		}
		dearer := strings.Replace(a, "88.5", "90", 1)
		if got := counts(h.take(v, head+dearer)); got != "1 UPDATED" {
			t.Error(got)
		}
		if l := h.db.Ent().Listing.GetX(t.Context(), l.ID); l.PriceIdeaFen != 90_000_000 {
			t.Errorf("price %d", l.PriceIdeaFen)
		}
		h.db.Ent().Listing.UpdateOneID(l.ID).SetSummaryZh("手工写的").ExecX(t.Context())
		if r := h.take(v, head+a).Lines[0]; r.Outcome != market.Skipped || r.Reason != market.EditedSince || r.Listing != l.ID {
			t.Errorf("%+v", r)
		}
		h.db.Ent().Listing.UpdateOneID(l.ID).SetSummaryZh("").SetStatus(listing.StatusPUBLISHED).ExecX(t.Context())
		if r := h.take(v, head+a).Lines[0]; r.Outcome != market.Skipped || r.Reason != market.NoDraft {
			t.Errorf("%+v", r)
		}
		if l := h.db.Ent().Listing.GetX(t.Context(), l.ID); l.PriceIdeaFen != 90_000_000 {
			t.Errorf("a published listing has changed: %d", l.PriceIdeaFen)
		}
	})
}

// everything writes down what an import could change.
func (h *hall) everything() string {
	var b strings.Builder
	for _, l := range h.db.Ent().Listing.Query().WithPatents().Order(listing.ByID()).AllX(h.t.Context()) {
		fmt.Fprintln(&b, l, l.Edges.Patents)
	}
	for _, p := range h.db.Ent().Patent.Query().WithOwners().Order(patent.ByID()).AllX(h.t.Context()) {
		fmt.Fprintln(&b, p, p.Edges.Owners)
	}
	return b.String()
}

// What another organisation has recorded stays as it is; what nobody claims is linked and stays as it is, too.
func TestImportOfKnownPatents(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		client, ctx := h.db.Ent(), t.Context()
		other := h.organisation(organisation.KindUNIVERSITY, "某单位")
		known := func(no string) int {
			return client.Patent.Create().SetApplicationNo(no).SetKind(patent.KindINVENTION).SetTitleZh("旧名").SetIpc([]string{}).
				SetFiledOn(h.clock).SetLegalStatus(patent.LegalStatusPENDING).SetStatusAsOf(h.clock).SaveX(ctx).ID
		}
		known("201810862228.X")
		theirs := known("201711410931.9")
		client.Organisation.UpdateOne(other).AddPatentIDs(theirs).ExecX(ctx)
		report := h.take(h.editor(), "名称,申请号,申请日\n甲,201810862228.X,2018-08-01\n乙,201711410931.9,2017-12-24\n")
		if got := counts(report); got != "1 CREATED, 1 REFUSED" {
			t.Fatal(got)
		}
		if r := report.Lines[1]; r.Reason != market.PatentOfAnother || r.Detail != "201711410931.9" {
			t.Errorf("%+v", r)
		}
		for _, p := range client.Patent.Query().Where(patent.ApplicationNoIn("201810862228.X", "201711410931.9")).WithListings().AllX(ctx) {
			if p.TitleZh != "旧名" || (len(p.Edges.Listings) == 1) == (p.ID == theirs) {
				t.Errorf("%+v", p)
			}
		}
	})
}

func TestImportChosenAndDry(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		v := h.editor()
		in := market.Import{Records: recordsOf(t, "title,case number\na,1\nb,2\nc,3\n"), Dry: true, Chosen: func(line int) bool { return line != 3 }}
		before := h.everything()
		dry, err := h.service.Import(t.Context(), v, in)
		must(t, err)
		if h.everything() != before || counts(dry) != "2 CREATED, 1 SKIPPED" || !dry.Dry {
			t.Error(counts(dry))
		}
		seen := 0
		in.Dry, in.Progress = false, func(done, total int) { seen = done*100 + total }
		taken, err := h.service.Import(t.Context(), v, in)
		must(t, err)
		if counts(taken) != counts(dry) || seen != 303 || taken.Lines[1].Reason != market.NotChosen {
			t.Errorf("%s, progress %d", counts(taken), seen)
		}
		ctx, cancel := context.WithCancel(t.Context())
		in = market.Import{Records: recordsOf(t, "title,case number\nd,4\n"), Progress: func(int, int) { cancel() }}
		before = h.everything()
		if _, err := h.service.Import(ctx, v, in); err == nil || h.everything() != before {
			t.Errorf("an import that was broken off has left something: %v", err)
		}
	})
}

func TestWhoMayImport(t *testing.T) {
	h := open(t, storetest.SQLite(t))
	in := market.Import{Records: recordsOf(t, "title\na\n")}
	for _, kind := range []organisation.Kind{organisation.KindUNIVERSITY, organisation.KindINSTITUTE, organisation.KindCOMPANY, organisation.KindBROKERAGE,
		organisation.KindMARKET_OPERATOR, organisation.KindAUCTION_HOUSE, organisation.KindJOINT_OFFICE} {
		o := h.organisation(kind, "某单位")
		for _, role := range []membership.Role{membership.RoleADMINISTRATOR, membership.RoleAGENT, membership.RoleEDITOR, membership.RoleFINANCE, membership.RoleVIEWER} {
			_, err := h.service.Import(t.Context(), h.person(o, role), in)
			seller := kind == organisation.KindUNIVERSITY || kind == organisation.KindINSTITUTE || kind == organisation.KindCOMPANY
			if want := seller && (role == membership.RoleADMINISTRATOR || role == membership.RoleEDITOR); (err == nil) != want {
				t.Errorf("%s of a %s: %v", role, kind, err)
			}
		}
	}
	if _, err := h.service.Import(t.Context(), identity.Viewer{}, in); fault.Of(err) != fault.SignIn {
		t.Errorf("a visitor: %v", err)
	}
}

// A real file, from end to end, twice.
func TestImportNASA(t *testing.T) {
	data, err := os.ReadFile("../intake/testdata/nasa-patents-sample.csv")
	must(t, err)
	each(t, func(t *testing.T, h *hall) {
		v := h.editor()
		if got := counts(h.take(v, string(data))); got != "200 CREATED" {
			t.Fatal(got)
		}
		before := h.everything()
		if got := counts(h.take(v, string(data))); got != "200 UNCHANGED" || h.everything() != before {
			t.Error(got)
		}
	})
}

// tenThousand are rows with everything in them.
func tenThousand() string {
	var b strings.Builder
	b.WriteString("成果名称,英文名称,摘要,申请号,申请日,IPC,发明人,领域,成熟度,挂牌价（万元）\n")
	for i := range 10_000 {
		no, _ := ident.MakeApplicationNo(2018, 1, i+1)
		fmt.Fprintf(&b, "第%d号成果,Result %d,\"摘要，有\n两行\",%s,2018-08-%02d,B01D 71/68;C08J 5/18,张三；李四,新材料,%d,%d\n", i, i, no, i%28+1, i%9+1, i+1)
	}
	return b.String()
}

func TestImportTenThousand(t *testing.T) {
	all := recordsOf(t, tenThousand())
	each(t, func(t *testing.T, h *hall) {
		v := h.editor()
		for _, want := range []string{"10000 CREATED", "10000 UNCHANGED"} {
			begin := time.Now()
			report, err := h.service.Import(t.Context(), v, market.Import{Records: all})
			must(t, err)
			t.Logf("%s in %s", counts(report), time.Since(begin))
			if counts(report) != want {
				t.Error(counts(report))
			}
		}
		if n := h.db.Ent().Patent.Query().Where(patent.HasListings(), patent.HasOwnersWith(organisation.ID(h.seller.ID))).CountX(t.Context()); n != 10_000 {
			t.Errorf("%d patents", n)
		}
	})
}

// What a table said is what the sheet of its draft begins with; a sheet that was saved is not written over.
func TestAnImportedDraftIsWrittenOn(t *testing.T) {
	h := open(t, storetest.SQLite(t))
	ctx := t.Context()
	v := h.person(h.organisation(organisation.KindUNIVERSITY, "之江"), membership.RoleEDITOR)
	take := func(title string) market.ImportReport {
		t.Helper()
		table, err := intake.Read([]byte("名称,申请号,申请日,授权日,转化方式\n"+title+",201711410931.9,2017-12-24,2020-01-03,转让\n"), intake.Options{})
		must(t, err)
		report, err := h.service.Import(ctx, v, market.Import{Records: intake.Records(table, intake.Guess(table), intake.Choices{})})
		must(t, err)
		return report
	}
	id := take("一种干湿球温度计").Lines[0].Listing
	l, err := h.service.OwnListing(ctx, v, id)
	must(t, err)
	sheet := market.SheetOf(l)
	if d := sheet.Dossier; len(d.Subjects) != 1 || d.Subjects[0].Number != "201711410931.9" || d.Subjects[0].Kind != subject.Invention ||
		d.Subjects[0].Filed != "2017-12-24" || len(d.Offers) != 1 || d.Offers[0].Mode != "ASSIGN" || len(d.Classes) != 0 {
		t.Fatalf("%+v", d)
	}
	if err := h.service.SubmitListing(ctx, v, id, l.Version); err == nil {
		t.Error("a draft that says neither field nor maturity was submitted")
	}
	if r := take("另一种温度计"); r.Lines[0].Outcome != market.Updated {
		t.Errorf("an untouched draft: %+v", r.Lines[0])
	}
	l, err = h.service.OwnListing(ctx, v, id)
	must(t, err)
	sheet = market.SheetOf(l)
	sheet.PricingBasis = "评估"
	if _, err := h.service.SaveListing(ctx, v, id, l.Version, sheet); err != nil {
		t.Fatal(err)
	}
	if r := take("第三种温度计"); r.Lines[0].Outcome != market.Skipped || r.Lines[0].Reason != market.EditedSince {
		t.Errorf("a draft that was written on: %+v", r.Lines[0])
	}
}
