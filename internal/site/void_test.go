package site_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/internal/site"
)

// An entry that never was verified is made void on its page, with reasons; who only has entered has no public page.
func TestAnEntryIsMadeVoidByForm(t *testing.T) {
	asked := 0
	h := open(t, func(o *site.Options) { o.Changed = func() { asked++ } })
	v := h.member(organisation.KindUNIVERSITY, membership.RoleADMINISTRATOR)
	b, op := h.as(v), h.as(h.operator)
	public, file := path("/organisations/%d", v.OrganisationID()), path("/operator/organisations/%d", v.OrganisationID())
	okay(t, h.visitor().get(public), http.StatusOK)
	if strings.Contains(op.get(file).body, `value="VOID"`) {
		t.Error("what is verified may be made void")
	}
	v.Organisation.Update().SetStanding(organisation.StandingSUBMITTED).ExecX(t.Context())
	okay(t, h.visitor().get(public), http.StatusNotFound)
	if got := h.visitor().get("/sitemaps/organisations-1.xml"); strings.Contains(got.body, public+"<") {
		t.Error("who has only entered stands in the sitemap")
	}
	body := op.get(file).body
	if !strings.Contains(body, `value="VOID"`) || !strings.Contains(body, "cannot be taken back") {
		t.Error("not offered, or without a warning")
	}
	okay(t, b.post(file+"/decide", url.Values{"deed": {"VOID"}, "reasons": {"x"}}), http.StatusForbidden)
	okay(t, op.post(file+"/decide", url.Values{"deed": {"VOID"}, "reasons": {""}}), http.StatusUnprocessableEntity)
	okay(t, op.post(file+"/decide", url.Values{"deed": {"VOID"}, "reasons": {"代码<b>属于</b>别家"}}), http.StatusSeeOther)
	if asked != 1 {
		t.Errorf("open sockets were looked at %d times", asked)
	}
	okay(t, b.get("/organisation"), http.StatusForbidden)
	okay(t, b.get("/me"), http.StatusOK)
	if got := op.get("/operator/organisations?standing=VOID"); !strings.Contains(got.body, file) {
		t.Error("the operator does not find it any more")
	}
	if got := op.get(file); !strings.Contains(got.body, "代码&lt;b&gt;属于&lt;/b&gt;别家") || strings.Contains(got.body, `name="deed"`) {
		t.Errorf("its page: %d", got.status)
	}
	if got := h.visitor().get("/demo/mailbox?to=" + v.Person.Email); !strings.Contains(got.body, v.Organisation.NameEn) && !strings.Contains(got.body, v.Organisation.NameZh) {
		t.Error("no letter")
	}
}
