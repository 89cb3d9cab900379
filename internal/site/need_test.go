package site_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/ent/need"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/internal/ident"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/matching"
	"github.com/g60-corridor/corridor/internal/money"
	"github.com/g60-corridor/corridor/internal/site"
	"github.com/g60-corridor/corridor/internal/subject"
)

// asking is a company that wishes to stay unknown, and what it looks for.
type asking struct {
	*house
	company   identity.Viewer
	name      []string // by which it would be known
	fits      identity.Viewer
	membrane  *ent.Listing
	uninvited identity.Viewer
}

func ask(t *testing.T, change ...func(*site.Options)) *asking {
	t.Helper()
	a := &asking{house: open(t, change...)}
	a.company = a.member(organisation.KindCOMPANY, membership.RoleAGENT)
	a.company.Organisation = a.company.Organisation.Update().SetNameZh("匿影科技股份").SetNameEn("Veiled Shade Works").SaveX(t.Context())
	a.company.Person = a.company.Person.Update().SetNameZh("藏名氏").SaveX(t.Context())
	o := a.company.Organisation
	a.name = []string{o.NameZh, o.NameEn, o.Uscc, a.company.Person.Email, a.company.Person.NameZh}
	a.fits = a.memberOf(a.seller, membership.RoleADMINISTRATOR)
	a.uninvited = a.member(organisation.KindUNIVERSITY, membership.RoleADMINISTRATOR)
	a.membrane = a.db.Ent().Listing.Create().SetNumber("L-2").SetTitleZh("抗污染聚砜中空纤维超滤膜").SetTitleEn("Antifouling hollow-fibre ultrafiltration membrane").
		SetField(listing.FieldNM).SetTrl(6).SetRights([]string{"ASSIGN"}).SetInventors([]string{"乙"}).SetCity("310117").
		SetSeller(a.seller).SetStatus(listing.StatusPUBLISHED).SetPriceIdeaFen(100).SetDemo(true).SaveX(t.Context())
	a.known("超滤膜", a.membrane.ID)
	return a
}

// known waits until the search finds a listing.
func (h *house) known(text string, id int) {
	h.t.Helper()
	for range 2000 {
		h.search.Ring()
		if words, all, err := h.search.Words(h.t.Context(), text); err == nil {
			ids, err := h.search.Candidates(h.t.Context(), words, all, nil, 50)
			must(h.t, err)
			for _, found := range ids {
				if found == id {
					return
				}
			}
		}
		time.Sleep(10 * time.Millisecond)
	}
	h.t.Fatalf("listing %d is not found", id)
}

// post publishes a need with a title of its own and has it weighed.
func (a *asking) post(title string, secrecy matching.Secrecy, invited ...int) int {
	a.t.Helper()
	ctx := a.t.Context()
	id, err := a.needs.New(ctx, a.company, matching.Wish{
		TitleZH: title, TextZH: "抗污染聚砜中空纤维超滤膜,印染废水。", TextEN: "Antifouling hollow-fibre ultrafiltration membrane.", Field: "NM",
		LevelLeast: 5, BudgetMostFen: 7_654_321 * money.Yuan, Rights: []subject.Mode{subject.Assign}, City: "310117",
		Until: ident.DateOf(time.Now()).Days(30), Secrecy: secrecy, Invited: invited,
	})
	must(a.t, err)
	must(a.t, a.needs.Publish(ctx, a.company, id, 1))
	must(a.t, a.needs.Match(ctx, id))
	return id
}

// everywhere is every page that can be read with a need's number in it, and those that list, find or feed.
func everywhere(ids ...int) (pages []string) {
	for key := range permitted {
		method, pattern, _ := strings.Cut(key, " ")
		// Two pages of the demo show everybody by name, and are there for that: where to sign in, and everybody's mail.
		if method != http.MethodGet || pattern == "/sign-in" || strings.HasPrefix(pattern, "/demo/mailbox") || strings.Contains(pattern, "{upload}") {
			continue
		}
		if !strings.Contains(pattern, "{id}") {
			pages = append(pages, strings.NewReplacer("{notice}", "1").Replace(pattern))
			continue
		}
		for _, id := range ids {
			pages = append(pages, strings.NewReplacer("{id}", fmt.Sprint(id), "{own}", "1").Replace(pattern))
		}
	}
	return append(pages, "/search?q="+url.QueryEscape("超滤膜"), "/search?q=veiled", "/needs?city=310117", "/needs?field=NM", "/seller/matches?listing=2")
}

func (a *asking) reads(who string, b *reader, pages []string, secrets ...string) (found int) {
	a.t.Helper()
	for _, lang := range []string{"zh-CN", "en"} {
		b.lang = lang
		for _, p := range pages {
			got := b.get(p)
			if got.status == http.StatusTooManyRequests {
				a.t.Fatalf("%s has to wait for %s and reads nothing", who, p)
			}
			for _, s := range secrets {
				if strings.Contains(got.body, s) {
					found++
					a.t.Logf("%s reads %s on %s", who, s, p)
				}
			}
		}
	}
	return found
}

// Who is behind a need without a name, and a need that not everybody may see, reach nobody who may not know them: on no
// page, feed, list, notice, or in the reasons of a match.
func TestNeedsAreSeenByWhomTheyMay(t *testing.T) {
	a := ask(t, atHomeToNobody)
	a.proxied = true
	chosen := a.member(organisation.KindINSTITUTE, membership.RoleAGENT)
	accepted := a.member(organisation.KindUNIVERSITY, membership.RoleADMINISTRATOR)
	declined := a.member(organisation.KindUNIVERSITY, membership.RoleADMINISTRATOR)
	anonymous := a.post("不具名的需求甲", matching.Anonymous)
	forChosen := a.post("仅限受邀的需求乙", matching.Invited, chosen.OrganisationID())
	forFitting := a.post("仅限相配的需求丙", matching.Invited)
	pages := everywhere(anonymous, forChosen, forFitting)

	ctx := t.Context()
	must(t, a.needs.Answer(ctx, accepted, anonymous, 0, "我们能做"))
	must(t, a.needs.Answer(ctx, declined, anonymous, 0, "我们也能"))
	answers := a.db.Ent().NeedAnswer.Query().Order(ent.Asc("id")).AllX(ctx)
	must(t, a.needs.Decide(ctx, a.company, anonymous, answers[0].ID, true, ""))
	must(t, a.needs.Decide(ctx, a.company, anonymous, answers[1].ID, false, "暂不"))

	nobody := a.db.Ent().Person.Create().SetEmail("nobody@example.org").SetNameZh("无名").SetDemo(true).SaveX(ctx)
	readers := map[string]identity.Viewer{
		"visitor": {}, "no organisation": {Person: nobody}, "rival": a.member(organisation.KindCOMPANY, membership.RoleADMINISTRATOR),
		"uninvited": a.uninvited, "declined": declined, "broker": a.member(organisation.KindBROKERAGE, membership.RoleAGENT),
		"auction house":                 a.member(organisation.KindAUCTION_HOUSE, membership.RoleAGENT),
		"joint office":                  a.member(organisation.KindJOINT_OFFICE, membership.RoleADMINISTRATOR),
		"who looks on for the operator": a.memberOf(a.operator.Organisation, membership.RoleVIEWER),
	}
	secrets := append([]string{"仅限受邀的需求乙", "仅限相配的需求丙"}, a.name...)
	for who, v := range readers {
		if n := a.reads(who, a.as(v), pages, secrets...); n > 0 {
			t.Errorf("%s reads %d secrets", who, n)
		}
	}
	// Who may know, knows; else all of this finds nothing.
	for who, c := range map[string]struct {
		v         identity.Viewer
		may, mayn []string
	}{
		"the company":  {a.company, secrets[:4], nil},
		"the operator": {a.operator, secrets[:4], nil},
		"the accepted": {accepted, []string{a.name[0]}, secrets[:2]},
		"the chosen":   {chosen, []string{secrets[0]}, []string{secrets[1]}},
		"the fitting":  {a.fits, []string{secrets[1]}, []string{secrets[0]}},
	} {
		b := a.as(c.v)
		for _, s := range c.may {
			if a.reads(who, b, []string{"/needs", path("/needs/%d", anonymous), path("/needs/%d", forChosen), path("/needs/%d", forFitting)}, s) == 0 {
				t.Errorf("%s does not read %s", who, s)
			}
		}
		for _, s := range c.mayn {
			if a.reads(who, b, pages, s) > 0 {
				t.Errorf("%s reads %s", who, s)
			}
		}
	}
	// The universities that were told of the need without a name were not told the name.
	fitting := a.as(a.fits)
	if got := fitting.get("/me/notices"); !strings.Contains(got.body, "不具名的需求甲") || strings.Contains(got.body, a.name[0]) || strings.Contains(got.body, a.name[1]) {
		t.Error("the notice of a match lacks the need, or tells its company")
	}
	if a.reads("the fitting", fitting, []string{path("/needs/%d", anonymous), "/seller/matches?listing=2"}, a.name...) > 0 {
		t.Error("the page of matches tells the company of a need without a name")
	}
}

func TestNeedByForms(t *testing.T) {
	a := ask(t)
	b := a.as(a.company)
	day := string(ident.DateOf(time.Now()).Days(30))
	form := url.Values{
		"need.title_zh": {"超滤膜"}, "need.text_zh": {"抗污染中空纤维超滤膜"}, "need.field": {"NM"}, "need.ipc": {"b01d71/68, C08J"}, "need.budget_most_fen": {"200万"},
		"need.rights": {"ASSIGN", "SOLE"}, "need.until": {day}, "need.secrecy": {"PUBLIC"}, "need.level_least": {"5"}, "do": {"publish"},
	}
	bad := url.Values{}
	for k, v := range form {
		bad[k] = v
	}
	bad.Set("need.ipc", "nonsense")
	bad.Set("need.budget_most_fen", "a lot")
	bad.Set("need.title_en", "kept <script>alert(1)</script>")
	got := b.post("/company/needs", bad)
	if got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, "nonsense") || !strings.Contains(got.body, "Not a class of the IPC") ||
		!strings.Contains(got.body, "kept &lt;script&gt;") || strings.Contains(got.body, "<script>alert") {
		t.Fatalf("%d: what was typed is lost, or the fault is not named", got.status)
	}
	bad.Set("need.ipc", "")
	bad.Set("need.budget_most_fen", "")
	bad.Set("need.title_zh", "反\x00向")
	if got := b.post("/company/needs", bad); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, "has-fault") {
		t.Errorf("a zero: %d", got.status)
	}
	bad.Set("need.title_zh", strings.Repeat("膜", 1<<20/3))
	if got := b.post("/company/needs", bad); got.status != http.StatusRequestEntityTooLarge {
		t.Errorf("a megabyte: %d", got.status)
	}
	bad.Set("need.title_zh", strings.Repeat("膜", 10_000))
	if got := b.post("/company/needs", bad); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, "This is too long") {
		t.Errorf("a long title: %d", got.status)
	}
	got = b.post("/company/needs", form)
	if got.status != http.StatusSeeOther || got.location() != "/company/needs/1" {
		t.Fatalf("%d to %s: %s", got.status, got.location(), got.body)
	}
	n := a.db.Ent().Need.GetX(t.Context(), 1)
	if n.Status != need.StatusPUBLISHED || n.Wish.BudgetMostFen != 2_000_000*money.Yuan || len(n.Wish.IPC) != 2 || n.Wish.IPC[0] != "B01D 71/68" {
		t.Fatalf("%s %+v", n.Status, n.Wish)
	}
	must(t, a.needs.Match(t.Context(), 1))

	seller := a.as(a.fits)
	page := seller.get("/needs/1")
	for _, want := range []string{`"@type":"Demand"`, "超滤膜", a.name[1], `name="answer.message"`} {
		if !strings.Contains(page.body, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if got := seller.get(path("/listings/%d", a.membrane.ID)); !strings.Contains(got.body, "1 need fits this") {
		t.Error("the result's page does not lead to the need")
	}
	if got := a.visitor().get(path("/listings/%d", a.membrane.ID)); strings.Contains(got.body, "fits this") {
		t.Error("everybody is told what fits")
	}
	if got := seller.post("/needs/1/answers", url.Values{"answer.message": {" "}, "answer.listing": {"2"}}); got.status != http.StatusUnprocessableEntity ||
		!strings.Contains(got.body, `<option value="2" selected>`) {
		t.Errorf("an empty message: %d", got.status)
	}
	hostile := `<img src=x onerror=alert(1)> "'&`
	if got := seller.post("/needs/1/answers", url.Values{"answer.message": {hostile}, "answer.listing": {"2"}}); got.status != http.StatusSeeOther {
		t.Fatalf("answer: %d %s", got.status, got.body)
	}
	if got := seller.post("/needs/1/answers", url.Values{"answer.message": {"noch einmal"}, "answer.listing": {"2"}}); got.status != http.StatusConflict || !strings.Contains(got.body, "noch einmal") {
		t.Errorf("twice: %d", got.status)
	}
	own := b.get("/company/needs/1")
	if strings.Contains(own.body, "<img src=x") || !strings.Contains(own.body, "&lt;img src=x") {
		t.Error("an answer is not shown as it was written")
	}
	if got := b.post("/company/needs/1/answers", url.Values{"answer": {"1"}, "do": {"decline"}}); got.status != http.StatusUnprocessableEntity {
		t.Errorf("declined without a reason: %d", got.status)
	}
	fits := b.get("/company/needs/1/matches")
	if !strings.Contains(fits.body, "Shared terms") || !strings.Contains(fits.body, "Same field: New materials") {
		t.Errorf("no reasons: %s", fits.body)
	}
	if got := b.post("/company/needs/1/why-not", url.Values{"listing": {"2"}, "need": {"1"}}); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, "This is needed") {
		t.Errorf("no reason: %d", got.status)
	}
	if got := b.post("/company/needs/1/why-not", url.Values{"listing": {"2"}, "need": {"1"}, "why": {"HAVE_IT"}}); got.status != http.StatusSeeOther {
		t.Errorf("why not: %d", got.status)
	}
	if got := b.get("/company/needs/1/matches"); strings.Contains(got.body, "Shared terms") {
		t.Error("what was declined is there")
	}
	op := a.as(a.operator)
	if got := op.post("/operator/needs/1/take-down", url.Values{}); got.status != http.StatusUnprocessableEntity {
		t.Errorf("taken down without a reason: %d", got.status)
	}
	if got := op.post("/operator/needs/1/take-down", url.Values{"take.reason": {"test"}}); got.status != http.StatusSeeOther {
		t.Errorf("take down: %d", got.status)
	}
	if got := a.visitor().get("/needs/1"); got.status != http.StatusNotFound {
		t.Errorf("taken down: %d", got.status)
	}
}
