package site_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/ent/mandate"
	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/internal/market"
	"github.com/g60-corridor/corridor/internal/subject"
)

// typed is a whole sheet as a browser posts it. All gates let it pass today.
func typed(version string) url.Values {
	return url.Values{
		"version": {version}, "do": {"save"}, "title_zh": {"低温电解水制氢膜"}, "title_en": {"Electrolysis membrane"}, "summary_zh": {"一种膜。"},
		"inventors": {"沈怀谷、李一"}, "price_idea_fen": {"1200000"}, "pricing_basis": {"集体决策"}, "decision_file": {"云大〔2026〕12号"},
		"dossier.subjects[0].kind": {"INVENTION"}, "dossier.subjects[0].number": {"ZL201710601862.3"}, "dossier.subjects[0].filed": {"2017-07-21"},
		"dossier.subjects[0].granted": {"2019-06-04"}, "dossier.subjects[0].paid_years": {"20"}, "dossier.subjects[0].status.status": {"IN_FORCE"},
		"dossier.subjects[0].status.evidence": {"登记簿副本"}, "dossier.subjects[0].status.as_of": {time.Now().AddDate(0, 0, -2).Format(time.DateOnly)},
		"dossier.subjects[0].owners[0].party": {"云间大学"}, "dossier.subjects[0].owners[0].seller": {"true"}, "dossier.subjects[0].secrecy": {"NONE"},
		"dossier.subjects[0].export": {"FREE"}, "dossier.offers[0].mode": {"ASSIGN"}, "dossier.classes[0].list": {"PLAN"},
		"dossier.classes[0].code": {"NE"}, "dossier.classes[0].primary": {"true"}, "dossier.disclosure.maturity": {"3"},
		"dossier.disclosure.abstract": {"膜"}, "dossier.disclosure.ownership": {"云间大学"}, "dossier.disclosure.defects": {"无"},
		"dossier.disclosure.inventors_consent": {"已告知"}, "dossier.disclosure.all_licences": {"true"}, "dossier.disclosure.all_disputes": {"true"},
		"dossier.disclosure.all_funding": {"true"},
	}
}

var versionField = regexp.MustCompile(`name="version" value="(\d+)"`)

func (a answer) version(t *testing.T) string {
	t.Helper()
	m := versionField.FindStringSubmatch(a.body)
	if m == nil {
		t.Fatalf("no version on the page: %d", a.status)
	}
	return m[1]
}

// began begins a listing by its form and returns where it is written.
func (b *reader) began(t *testing.T) string {
	t.Helper()
	got := b.post("/seller/listings", url.Values{"title_zh": {"膜"}, "field": {"NE"}})
	if got.status != http.StatusSeeOther {
		t.Fatalf("begin: %d", got.status)
	}
	return got.location()
}

func TestAListingGoesItsWayByForms(t *testing.T) {
	h := open(t)
	seller, op := h.as(h.memberOf(h.seller, membership.RoleEDITOR)), h.as(h.operator)
	if got := seller.post("/seller/listings", url.Values{"title_zh": {"膜"}}); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, `value="膜"`) {
		t.Fatalf("without a field: %d", got.status)
	}
	at := seller.began(t)
	page := seller.get(at)
	for _, part := range []string{"Nothing is named yet that is for sale", "G11", `data-f="gates"`, h.seller.NameZh} {
		if !strings.Contains(page.body, part) {
			t.Errorf("the empty sheet lacks %q", part)
		}
	}
	f := typed(page.version(t))
	f.Set("do", "submit")
	f.Del("dossier.disclosure.all_disputes")
	blocked := seller.post(at, f)
	if blocked.status != http.StatusConflict || !strings.Contains(blocked.body, "A check fails") || !strings.Contains(blocked.body, "云大〔2026〕12号") {
		t.Fatalf("submit past a gate: %d", blocked.status)
	}
	f.Set("dossier.disclosure.all_disputes", "true")
	f.Set("version", blocked.version(t))
	loose := seller.post(at, f)
	if loose.status != http.StatusConflict || !strings.Contains(loose.body, "named, but not among the documents") {
		t.Fatalf("submit without the file of the decision: %d", loose.status)
	}
	seller.decides(at)
	f.Set("version", loose.version(t))
	if got := seller.post(at, f); got.status != http.StatusSeeOther || got.location() != "/seller/listings" {
		t.Fatalf("submit: %d", got.status)
	}
	id := strings.TrimPrefix(at, "/seller/listings/")
	if got := op.get("/operator/listings"); !strings.Contains(got.body, "/operator/listings/"+id) {
		t.Fatal("it does not wait for review")
	}
	review := op.get("/operator/listings/" + id)
	if got := op.post("/operator/listings/"+id+"/return", url.Values{"version": {review.version(t)}, "comment": {" "}}); got.status != http.StatusUnprocessableEntity {
		t.Errorf("return without a word: %d", got.status)
	}
	got := op.post("/operator/listings/"+id+"/return", url.Values{"version": {review.version(t)}, "about": {"summary_zh"}, "comment": {"请写明<b>用途</b>"}})
	if got.status != http.StatusSeeOther {
		t.Fatalf("return: %d", got.status)
	}
	page = seller.get(at)
	if !strings.Contains(page.body, "请写明&lt;b&gt;用途&lt;/b&gt;") {
		t.Error("the seller does not read the comment")
	}
	f.Set("version", page.version(t))
	f.Set("summary_zh", "用于碱性电解槽。")
	if got := seller.post(at, f); got.status != http.StatusSeeOther {
		t.Fatalf("submit again: %d", got.status)
	}
	review = op.get("/operator/listings/" + id)
	if !strings.Contains(review.body, "What differs from the version before") {
		t.Error("the reviewer does not see what has changed")
	}
	if got := op.post("/operator/listings/"+id+"/publish", url.Values{"version": {review.version(t)}}); got.status != http.StatusSeeOther {
		t.Fatalf("publish: %d", got.status)
	}
	public := h.visitor().get("/listings/" + id)
	for _, part := range []string{"Electrolysis membrane", "201710601862.3", "21 July 2037", "months left", "用于碱性电解槽。", "TRL 3", `id="risk"`} {
		if !strings.Contains(public.body, part) {
			t.Errorf("the public page lacks %q: %d", part, public.status)
		}
	}
	if versions := seller.get(at + "/versions"); !strings.Contains(versions.body, "Version 4") || !strings.Contains(versions.body, "<del") {
		t.Errorf("versions: %d", versions.status)
	}
	if got := seller.post(at+"/withdraw", url.Values{"version": {seller.get(at).version(t)}}); got.status != http.StatusSeeOther {
		t.Fatalf("withdraw: %d", got.status)
	}
	if got := h.visitor().get("/listings/" + id); got.status != http.StatusNotFound {
		t.Errorf("withdrawn, and public: %d", got.status)
	}
	if got := seller.post(at+"/reopen", nil); got.status != http.StatusSeeOther {
		t.Fatalf("reopen: %d", got.status)
	}
}

// §1.1: an editor without a power of attorney is told beforehand, writes all the same, and loses nothing when he submits.
func TestAnEditorWithoutAPowerOfAttorneyLosesNothing(t *testing.T) {
	h := open(t)
	v := h.memberOf(h.seller, membership.RoleEDITOR)
	editor := h.as(v)
	at := editor.began(t)
	if strings.Contains(editor.get(at).body, "You may write and change drafts.") {
		t.Error("told to hand in what he holds")
	}
	h.db.Ent().Mandate.Update().Where(mandate.PersonID(v.PersonID())).SetScope([]string{"BID"}).ExecX(t.Context())
	page := editor.get(at)
	if !strings.Contains(page.body, "You may write and change drafts.") || !strings.Contains(page.body, `href="/organisation/mandates"`) {
		t.Error("not told beforehand")
	}
	if got := editor.get("/organisation/mandates"); !strings.Contains(got.body, `value="LIST" checked`) || strings.Contains(got.body, `value="BID" checked`) {
		t.Error("an editor is proposed what he does not need")
	}
	f := typed(page.version(t))
	f.Set("do", "submit")
	got := editor.post(at, f)
	if got.status != http.StatusForbidden || !strings.Contains(got.body, "power of attorney for offering results") || !strings.Contains(got.body, "§1.1") {
		t.Fatalf("submit: %d", got.status)
	}
	if !strings.Contains(got.body, "云大〔2026〕12号") {
		t.Error("what was typed is lost on the page")
	}
	if l := h.db.Ent().Listing.Query().Where(listing.StatusEQ(listing.StatusDRAFT)).OnlyX(t.Context()); l.DecisionFile != "云大〔2026〕12号" {
		t.Errorf("what was typed is not kept: %q", l.DecisionFile)
	}
	if got := editor.get("/seller/projects/new?listing=1"); !strings.Contains(got.body, "You may write and change drafts.") {
		t.Errorf("a new project: %d, not told beforehand", got.status)
	}
	begin := url.Values{"listing": {"1"}, "way": {"LISTING"}, "rights": {"ASSIGN"}, "price_fen": {"1,234,567"}}
	if got := editor.post("/seller/projects", begin); got.status != http.StatusForbidden || !strings.Contains(got.body, `value="1,234,567"`) ||
		!strings.Contains(got.body, "power of attorney for offering results") {
		t.Errorf("begin a project: %d, or the price is lost", got.status)
	}
}

func TestWhoSavesSecondSeesBothAndLosesNothing(t *testing.T) {
	h := open(t)
	one, other := h.as(h.memberOf(h.seller, membership.RoleEDITOR)), h.as(h.memberOf(h.seller, membership.RoleADMINISTRATOR))
	at := one.began(t)
	read := one.get(at).version(t)
	first, second := typed(read), typed(read)
	first.Set("title_en", "As one wrote it")
	second.Set("title_en", "As the other wrote it")
	if got := one.post(at, first); got.status != http.StatusSeeOther {
		t.Fatalf("save: %d", got.status)
	}
	auto := maps.Clone(second)
	auto.Set("do", "autosave")
	if got := other.post(at, auto); got.status != http.StatusConflict || strings.Contains(got.body, "<html") || !strings.Contains(got.body, "Somebody has saved a later draft") {
		t.Errorf("autosave over another's: %d %s", got.status, got.body)
	}
	got := other.post(at, second)
	if got.status != http.StatusConflict || !strings.Contains(got.body, "As one wrote it") || !strings.Contains(got.body, `value="As the other wrote it"`) {
		t.Fatalf("save over another's: %d", got.status)
	}
	second.Set("version", got.version(t))
	if got := other.post(at, second); got.status != http.StatusSeeOther {
		t.Fatalf("save once both were seen: %d", got.status)
	}
	if got := one.get(at); !strings.Contains(got.body, `value="As the other wrote it"`) {
		t.Error("not saved")
	}
}

func TestAutosaveAnswersWithTheGates(t *testing.T) {
	h := open(t)
	b := h.as(h.memberOf(h.seller, membership.RoleEDITOR))
	at := b.began(t)
	f := typed(b.get(at).version(t))
	f.Set("do", "autosave")
	f.Set("dossier.subjects[0].number", "201710601862.4")
	got := b.post(at, f)
	if got.status != http.StatusOK || strings.Contains(got.body, "<html") || !strings.Contains(got.body, "its check digit is wrong") ||
		!strings.Contains(got.body, `href="#f-dossier-subjects-0-number"`) || !strings.Contains(got.body, `data-saved="true"`) {
		t.Fatalf("%d %s", got.status, got.body)
	}
	f.Set("price_idea_fen", "viel")
	if got := b.post(at, f); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, "Something cannot be saved") {
		t.Errorf("%d %s", got.status, got.body)
	}
}

func TestHostileTextInASheet(t *testing.T) {
	h := open(t)
	b := h.as(h.memberOf(h.seller, membership.RoleEDITOR))
	at := b.began(t)
	const script = `"><script>alert(1)</script>`
	f := typed(b.get(at).version(t))
	for name := range f {
		if name != "version" && name != "do" && name != "price_idea_fen" && !strings.HasSuffix(name, "paid_years") && !strings.HasSuffix(name, "maturity") &&
			!strings.Contains(name, "all_") && !strings.HasSuffix(name, "seller") && !strings.HasSuffix(name, "primary") {
			f.Set(name, script)
		}
	}
	if got := b.post(at, f); got.status != http.StatusSeeOther {
		t.Fatalf("scripts as text: %d", got.status)
	}
	for _, p := range []string{at, at + "/preview", at + "/versions", "/seller/listings"} {
		got := b.get(p)
		if got.status != http.StatusOK || strings.Contains(got.body, "<script>alert") {
			t.Errorf("%s: %d, or a script stands in it", p, got.status)
		}
	}
	for name, text := range map[string]string{"nul": "xa\x00", "long": strings.Repeat("x", 20_000)} {
		f := typed(b.get(at).version(t))
		f.Set("summary_en", text)
		if got := b.post(at, f); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, `id="f-summary_en-fault"`) {
			t.Errorf("%s: %d", name, got.status)
		}
	}
	f = typed(b.get(at).version(t))
	f.Set("summary_zh", "\u202egnp.反向") // what turns the text around it is left out at the door
	if got := b.post(at, f); got.status != http.StatusSeeOther || !strings.Contains(b.get(at).body, "gnp.反向") {
		t.Errorf("bidirectional: %d", got.status)
	}
	f = typed("1")
	f.Set("summary_en", strings.Repeat("x", 1<<20))
	if got := b.post(at, f); got.status != http.StatusRequestEntityTooLarge {
		t.Errorf("a megabyte: %d", got.status)
	}
	if n := h.db.Ent().Listing.Query().Where(listing.SummaryEnContains("x")).CountX(t.Context()); n != 0 {
		t.Error("it was kept")
	}
}

// asShown reads the sheet's form as a browser would post it untouched.
func asShown(t *testing.T, body string) url.Values {
	t.Helper()
	root, err := html.Parse(strings.NewReader(body))
	must(t, err)
	f := url.Values{}
	attribute := func(n *html.Node, name string) (string, bool) {
		for _, a := range n.Attr {
			if a.Key == name {
				return a.Val, true
			}
		}
		return "", false
	}
	for n := range root.Descendants() {
		name, _ := attribute(n, "name")
		value, _ := attribute(n, "value")
		_, checked := attribute(n, "checked")
		kind, _ := attribute(n, "type")
		switch {
		case name == "" || n.Type != html.ElementNode:
		case n.Data == "input" && (kind != "checkbox" && kind != "radio" || checked):
			f.Add(name, value)
		case n.Data == "textarea" && n.FirstChild != nil:
			f.Add(name, n.FirstChild.Data)
		case n.Data == "select":
			for o := range n.Descendants() {
				if _, selected := attribute(o, "selected"); selected {
					value, _ := attribute(o, "value")
					f.Add(name, value)
				}
			}
		}
	}
	return f
}

// TestTheFormLosesNothing posts the form of a full sheet as it was shown: there is nothing to save, so no version is made.
func TestTheFormLosesNothing(t *testing.T) {
	h := open(t)
	v := h.memberOf(h.seller, membership.RoleEDITOR)
	b := h.as(v)
	at := b.began(t)
	scope := subject.Scope{Fields: []subject.Field{{List: subject.PlanFields, Code: "AI"}, {List: subject.OwnWords, Code: "船"}}, Territories: []string{"CN", "310000"},
		Period: subject.Period{Start: "2026-01-01", Months: 12}}
	consents := []subject.Consent{
		{Modes: []subject.Mode{subject.Assign, subject.Sole}, Document: "书面同意", Given: "2026-02-03"}, {Modes: []subject.Mode{subject.Open}, Document: "另一份"},
	}
	right := subject.Subject{
		ID: "S1", Kind: subject.Invention, Number: "201710601862.3", Title: "膜", Family: "F", Filed: "2017-07-21", Granted: "2019-06-04", Expires: "2037-07-21",
		CompensationDays: 3, PaidYears: 9, Status: subject.LegalStatus{Status: subject.InForce, Evidence: "e", AsOf: "2026-11-20"},
		Owners:    []subject.Owner{{Party: "甲", Seller: true, ShareBP: 6000}, {Party: "乙", ShareBP: 4000, Consents: consents}},
		Agreement: &subject.Agreement{Document: "d", Alone: []subject.Mode{subject.NonExclusive}},
		Pledges:   []subject.Pledge{{Pledgee: "行", Until: "2026-01-01", Proceeds: subject.IntoEscrow, Consents: consents}},
		Licences:  []subject.Licence{{Licensee: "丙", Mode: subject.Sole, Scope: scope, Disclosed: true}, {Licensee: "丁", Mode: subject.NonExclusive}},
		Disputes:  []subject.Dispute{{Kind: subject.Litigation, Case: "c", Until: "2026-03-04", Disclosed: "x"}}, EvaluationReport: "r",
		Secrecy: subject.NoSecret, Funding: []subject.Funding{{Programme: "p", Number: "1", Obligations: "o"}}, Export: subject.ExportRestricted, ExportLicence: "l",
	}
	seed := subject.Subject{ID: "S2", Kind: subject.PlantVariety, Number: "CNA20191234.5", Woody: true, PersonalAuthor: true, Published: "2020-01-02",
		Completed: "2020-01-03", FirstUsed: "2020-01-04", Office: "US", ContentHash: "00"}
	s := subject.Sheet{
		TitleZH: "膜", TitleEN: "Film", SummaryZH: "甲\n乙", SummaryEN: "b", Inventors: []string{"沈怀谷 / Shen Huaigu", "李"}, PriceIdeaFen: 123_45,
		PricingBasis: "b", DecisionFile: "f", Dossier: subject.Dossier{
			Subjects: []subject.Subject{right, seed}, CrossBorder: true,
			Offers: []subject.Offer{
				{Mode: subject.Equity, Valuation: "v"}, {Mode: subject.Open, Scope: scope, Fee: "f", Declaration: "d", Improvements: subject.Shared},
				{Mode: subject.Exclusive, Scope: scope, Sublicensing: true, KnowHowTransfer: true, MinimumPerformance: "m", Clauses: []subject.Clause{subject.GrantBack, subject.NoChallenge}},
			},
			Classes: []subject.Class{
				{Field: subject.Field{List: subject.ContractList, Code: "5"}}, {Field: subject.Field{List: subject.PlanFields, Code: "NM"}, Primary: true},
				{Field: subject.Field{List: subject.PlanFields, Code: "AI"}}, {Field: subject.Field{List: subject.IndustryList, Code: "C26"}},
				{Field: subject.Field{List: subject.Classification, Code: "B01D 71/00"}},
			},
			Disclosure: subject.Disclosure{Abstract: "a", Ownership: "o", Defects: "d", Maturity: 4, InventorsConsent: "i", DataRoom: true, AllLicences: true, AllDisputes: true, AllFunding: true},
		},
	}
	var id int
	_, err := fmt.Sscanf(at, "/seller/listings/%d", &id)
	must(t, err)
	version, err := h.market.SaveListing(t.Context(), v, id, 1, s)
	must(t, err)
	f := asShown(t, b.get(at).body)
	if got := b.post(at, f); got.status != http.StatusSeeOther {
		t.Fatalf("%d", got.status)
	}
	l, err := h.market.OwnListing(t.Context(), v, id)
	must(t, err)
	if got := market.SheetOf(l); l.Version != version {
		s.Dossier.Format = subject.DossierFormat
		t.Errorf("the form changed what it showed: %+v", subject.Changes(&s, &got))
	}
}
