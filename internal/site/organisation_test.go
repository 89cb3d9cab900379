package site_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/internal/depot/depottest"
	"github.com/g60-corridor/corridor/internal/ident"
	"github.com/g60-corridor/corridor/internal/identity"
)

var scan = string(depottest.PDF(1, ""))

// hand sends a form with a document.
func (b *reader) hand(path string, fields map[string]string, part, name, body string) answer {
	b.h.t.Helper()
	var buf bytes.Buffer
	form := multipart.NewWriter(&buf)
	for k, v := range fields {
		must(b.h.t, form.WriteField(k, v))
	}
	if name != "" {
		w, err := form.CreateFormFile(part, name)
		must(b.h.t, err)
		_, err = w.Write([]byte(body))
		must(b.h.t, err)
	}
	must(b.h.t, form.Close())
	req, err := http.NewRequest(http.MethodPost, b.h.server.URL+path, &buf)
	must(b.h.t, err)
	req.Header.Set("Accept-Language", b.lang)
	req.Header.Set("Content-Type", form.FormDataContentType())
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	return b.send(req)
}

var signUpLink = regexp.MustCompile(`/sign-up/[A-Z0-9]+`)

func signUpFields(code string) map[string]string {
	return map[string]string{
		"name": "沈一", "password": password, "kind": "COMPANY", "uscc": code, "name_zh": "新入市公司", "name_en": "Newcomer Ltd", "city": "310117",
		"representative": "李法人", "address": "某路88号", "phone": "021-55550000", "bank": "某银行", "account_name": "新入市公司", "account": "6222 0000 7777 1234",
		"owner_name_0": "王所有", "owner_share_0": "60",
	}
}

func okay(t *testing.T, got answer, status int) answer {
	t.Helper()
	if got.status != status {
		t.Fatalf("%d %s, want %d: %s", got.status, got.location(), status, regexp.MustCompile(`(?s)<p class="(field-)?fault.*?</p>`).FindString(got.body))
	}
	return got
}

// From the first page to a bid: an organisation enters, hands in its documents, is returned, is verified, and may register.
func TestAnOrganisationEntersByItself(t *testing.T) {
	h := open(t)
	lotID := h.lot()
	b, op := h.visitor(), h.as(h.operator)
	asked := okay(t, b.post("/sign-up", url.Values{"email": {"new@example.org"}}), http.StatusOK)
	known := okay(t, h.visitor().post("/sign-up", url.Values{"email": {h.operator.Person.Email}}), http.StatusOK)
	strip := func(a answer, email string) string { return strings.ReplaceAll(a.body, email, "") }
	clock := regexp.MustCompile(`data-now="\d+"`)
	if one, other := clock.ReplaceAllString(strip(asked, "new@example.org"), ""), clock.ReplaceAllString(strip(known, h.operator.Person.Email), ""); one != other {
		t.Error("the page tells whether an address is known")
	}
	mail := regexp.MustCompile(`/demo/mailbox/\d+`).FindString(h.visitor().get("/demo/mailbox?to=new@example.org").body)
	page := signUpLink.FindString(h.visitor().get(mail).body)
	okay(t, b.get(page), http.StatusOK)
	wrong := okay(t, b.hand(page, signUpFields("12100000485001086F"), "", "", ""), http.StatusUnprocessableEntity)
	for _, kept := range []string{"新入市公司", "某路88号", "王所有", "GB 32100"} {
		if !strings.Contains(wrong.body, kept) {
			t.Errorf("%s is lost", kept)
		}
	}
	okay(t, b.hand(page, signUpFields(h.operator.Organisation.Uscc), "", "", ""), http.StatusUnprocessableEntity)
	code, err := ident.MakeUSCC("91", "310117", "MAE70001")
	must(t, err)
	okay(t, b.hand(page, signUpFields(string(code)), "", "", ""), http.StatusSeeOther)
	okay(t, b.hand(page, signUpFields(string(code)), "", "", ""), http.StatusNotFound) // used up
	org := h.db.Ent().Organisation.Query().Where(organisation.Uscc(string(code))).OnlyX(t.Context())
	file := okay(t, b.get("/organisation"), http.StatusOK)
	if !strings.Contains(file.body, "王所有") || !strings.Contains(file.body, "6222 0000 7777 1234") {
		t.Error("the file does not show what was said")
	}
	if got := b.post(path("/lots/%d/registrations", lotID), url.Values{"accept": {"1"}}); got.status != http.StatusConflict || !strings.Contains(got.body, "not verified") {
		t.Errorf("registers unverified: %d", got.status)
	}
	okay(t, b.post("/organisation/submit", nil), http.StatusConflict)
	for _, kind := range []string{"LICENCE", "REPRESENTATIVE"} {
		okay(t, b.hand("/organisation/papers", map[string]string{"paper_kind": kind}, "file", "扫描件.pdf", scan), http.StatusSeeOther)
	}
	okay(t, b.hand("/organisation/papers", map[string]string{"paper_kind": "LICENCE"}, "file", "x.pdf", "<html>"), http.StatusUnprocessableEntity)
	okay(t, b.hand("/organisation/papers", map[string]string{"paper_kind": "LICENCE"}, "", "", ""), http.StatusUnprocessableEntity)
	okay(t, b.hand("/organisation/papers", map[string]string{"paper_kind": "LICENCE"}, "file", "x.pdf", scan+strings.Repeat("x", identity.PaperMost)), http.StatusUnprocessableEntity)
	okay(t, b.hand("/organisation/papers", map[string]string{"paper_kind": "LICENCE"}, "file", "x.pdf", scan+strings.Repeat("x", identity.PaperMost+3<<20)), http.StatusRequestEntityTooLarge)
	okay(t, b.post("/organisation/submit", nil), http.StatusSeeOther)

	queue := path("/operator/organisations/%d", org.ID)
	if got := op.get("/operator/organisations?standing=SUBMITTED"); !strings.Contains(got.body, "Newcomer Ltd") {
		t.Error("does not stand in the queue")
	}
	okay(t, op.post(queue+"/decide", url.Values{"deed": {"RETURN"}}), http.StatusUnprocessableEntity)
	okay(t, op.post(queue+"/decide", url.Values{"deed": {"RETURN"}, "reasons": {"执照<script>看不清"}}), http.StatusSeeOther)
	if got := b.get("/organisation"); !strings.Contains(got.body, "执照&lt;script&gt;看不清") {
		t.Error("the reasons are not told")
	}
	okay(t, b.post("/organisation/submit", nil), http.StatusSeeOther)
	okay(t, op.post(queue+"/decide", url.Values{"deed": {"VERIFY"}, "until": {"2020-01-01"}}), http.StatusUnprocessableEntity)
	okay(t, op.post(queue+"/decide", url.Values{"deed": {"VERIFY"}, "until": {h.day().AddDate(1, 0, 0).Format("2006-01-02")}}), http.StatusSeeOther)
	okay(t, b.post(path("/lots/%d/registrations", lotID), url.Values{"accept": {"1"}}), http.StatusSeeOther)
	if got := h.visitor().get(path("/organisations/%d", h.seller.ID)); !strings.Contains(got.body, "<strong>Verified</strong>") {
		t.Error("the public page does not say that the seller is verified")
	}
	okay(t, h.visitor().get(path("/organisations/%d", org.ID)), http.StatusNotFound) // it offers nothing
}

// Documents and bank data reach the administrators and the operator, and nobody else; and a document never becomes a page.
func TestDocumentsReachNobodyElse(t *testing.T) {
	h := open(t)
	v := h.member(organisation.KindCOMPANY, membership.RoleADMINISTRATOR)
	v.Organisation.Update().SetStanding(organisation.StandingNEW).ExecX(t.Context())
	b := h.as(v)
	fields := signUpFields("")
	form := url.Values{}
	for k, value := range fields {
		form.Set(k, value)
	}
	okay(t, b.post("/organisation", form), http.StatusSeeOther)
	okay(t, b.hand("/organisation/papers", map[string]string{"paper_kind": "LICENCE"}, "file", "../../\"secret.pdf", string(depottest.PDF(1, "/Note (secret-scan)"))), http.StatusSeeOther)
	id := regexp.MustCompile(`/organisation/papers/(\d+)`).FindStringSubmatch(b.get("/organisation").body)[1]
	own, theirs := "/organisation/papers/"+id, path("/operator/organisations/%d/papers/", v.OrganisationID())+id
	for _, get := range []answer{b.get(own), h.as(h.operator).get(theirs)} {
		okay(t, get, http.StatusOK)
		for header, want := range map[string]string{
			"Content-Type": "application/pdf", "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox",
			"Content-Disposition": "attachment; filename=secret.pdf", "Cache-Control": "no-store",
		} {
			if got := get.header.Get(header); got != want {
				t.Errorf("%s: %q, want %q", header, got, want)
			}
		}
	}
	agent := h.memberOf(v.Organisation, membership.RoleAGENT)
	pages := []string{own, theirs, "/organisation", path("/operator/organisations/%d", v.OrganisationID()), path("/organisations/%d", v.OrganisationID()), "/operator/organisations", "/me", "/"}
	for who, r := range map[string]*reader{
		"visitor": h.visitor(), "his agent": h.as(agent), "another": h.as(h.member(organisation.KindCOMPANY, membership.RoleADMINISTRATOR)),
		"the seller": h.as(h.memberOf(h.seller, membership.RoleADMINISTRATOR)), "who looks on": h.as(h.memberOf(h.operator.Organisation, membership.RoleVIEWER)),
		"joint office": h.as(h.member(organisation.KindJOINT_OFFICE, membership.RoleADMINISTRATOR)),
	} {
		for _, p := range pages {
			for _, secret := range []string{"secret-scan", "6222 0000 7777 1234", "某路88号", "李法人", "55550000"} {
				if body := r.get(p).body; strings.Contains(body, secret) {
					t.Errorf("%s reads %s on %s", who, secret, p)
				}
			}
		}
	}
	for _, secret := range []string{"7777 1234", "secret-scan", "李法人", "secret.pdf"} {
		if strings.Contains(h.log.String(), secret) {
			t.Errorf("the log tells %s", secret)
		}
	}
}

// confirmed declares a link as somebody's administrator and confirms it as the operator.
func (h *house) confirmed(org *ent.Organisation, fields map[string]string) {
	h.t.Helper()
	okay(h.t, h.as(h.memberOf(org, membership.RoleADMINISTRATOR)).hand("/organisation/links", fields, "", "", ""), http.StatusSeeOther)
	op := h.as(h.operator)
	body := op.get(path("/operator/organisations/%d", org.ID)).body
	for _, m := range regexp.MustCompile(`action="(/operator/organisations/\d+/links/\d+)"`).FindAllStringSubmatch(body, -1) {
		okay(h.t, op.post(m[1], url.Values{"do": {"confirm"}}), http.StatusSeeOther)
	}
}

// Scenario 12 through the pages.
func TestScenario12OverHTTP(t *testing.T) {
	h := open(t)
	lotID := h.lot()
	x, y, z := h.member(organisation.KindCOMPANY, membership.RoleAGENT), h.member(organisation.KindCOMPANY, membership.RoleAGENT), h.member(organisation.KindCOMPANY, membership.RoleAGENT)
	h.confirmed(h.seller, map[string]string{"relation": "OWNS", "other_name": x.Organisation.NameZh, "other_code": x.Organisation.Uscc, "share": "60"})
	h.confirmed(h.seller, map[string]string{"relation": "CONTROLLED_BY", "other_name": "省国资委", "state_organ": "yes"})
	h.confirmed(y.Organisation, map[string]string{"relation": "OWNED_BY", "other_name": "省国资委", "state_organ": "yes", "share": "100"})
	h.confirmed(z.Organisation, map[string]string{"relation": "OWNED_BY", "other_name": "甲", "share": "80"})
	register := path("/lots/%d/registrations", lotID)
	accept := url.Values{"accept": {"1"}}
	refused := okay(t, h.as(x).post(register, accept), http.StatusForbidden)
	for _, word := range []string{"R1.6", "60 %", x.Organisation.NameEn, h.seller.NameEn} {
		if !strings.Contains(refused.body, word) {
			t.Errorf("the refusal does not say %s", word)
		}
	}
	okay(t, h.as(y).post(register, accept), http.StatusSeeOther)
	okay(t, h.as(z).post(register, accept), http.StatusSeeOther)
	flag := "受让方为完成人或利害关系人"
	public := h.visitor()
	public.lang = "zh-CN"
	for _, v := range []identity.Viewer{y, z} {
		if strings.Contains(public.get(path("/lots/%d", lotID)).body, flag) {
			t.Error("flagged before the inventor is qualified")
		}
		r, err := h.market.Registration(t.Context(), v, lotID)
		must(t, err)
		must(t, h.market.RecordDeposit(t.Context(), h.operator, r.ID, start/10, h.day()))
		okay(t, h.as(h.operator).post(path("/operator/registrations/%d/qualify", r.ID), nil), http.StatusSeeOther)
	}
	got := public.get(path("/lots/%d", lotID)).body
	if !strings.Contains(got, flag) || strings.Contains(got, z.Organisation.NameZh) {
		t.Error("the public is not told of the inventor, or is told who it is")
	}
}

// What was only declared is looked at on the operator's page, and decided with a note.
func TestAlertsOverHTTP(t *testing.T) {
	h := open(t)
	lotID := h.lot()
	v := h.member(organisation.KindCOMPANY, membership.RoleAGENT)
	okay(t, h.as(h.memberOf(h.seller, membership.RoleADMINISTRATOR)).hand("/organisation/links",
		map[string]string{"relation": "OWNS", "other_name": "<b>某公司</b>", "other_code": v.Organisation.Uscc, "share": "51.5"}, "", "", ""), http.StatusSeeOther)
	okay(t, h.as(v).post(path("/lots/%d/registrations", lotID), url.Values{"accept": {"1"}}), http.StatusSeeOther)
	op := h.as(h.operator)
	body := op.get("/operator/alerts").body
	if !strings.Contains(body, "51.5 %") || strings.Contains(body, "<b>某公司") {
		t.Error("the alert does not say why, or says it as a page")
	}
	alert := regexp.MustCompile(`/operator/alerts/\d+`).FindString(body)
	okay(t, op.post(alert, url.Values{"do": {"clear"}}), http.StatusUnprocessableEntity)
	for _, do := range []string{"", "CLEAR", "x"} { // what no button says decides nothing
		got := okay(t, op.post(alert, url.Values{"do": {do}, "note": {"写过的说明"}}), http.StatusUnprocessableEntity)
		if !strings.Contains(got.body, `value="写过的说明"`) {
			t.Error("the note is lost")
		}
	}
	okay(t, op.post(alert, url.Values{"do": {"clear"}, "note": {"已核实"}}), http.StatusSeeOther)
	if strings.Contains(op.get("/operator/alerts").body, alert) || !strings.Contains(op.get("/operator/alerts?all=1").body, "已核实") {
		t.Error("the decision does not stand")
	}
	other := h.as(h.member(organisation.KindMARKET_OPERATOR, membership.RoleADMINISTRATOR))
	if got := other.get("/operator/alerts?all=1"); strings.Contains(got.body, "51.5") {
		t.Error("another operator reads it")
	}
}
