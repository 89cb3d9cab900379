package site_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/internal/trade"
)

// firmSells makes the seller of a house a company, with a published listing of its own.
func firmSells(t *testing.T, rights string) *trading {
	t.Helper()
	p := trades(t)
	p.vendor.decides("/seller/listings/1")
	owner := p.member(organisation.KindCOMPANY, membership.RoleADMINISTRATOR)
	p.vendor = p.as(owner)
	must(t, p.db.Ent().Listing.Update().Where(listing.ID(1)).SetSeller(owner.Organisation).SetRights([]string{rights}).Exec(t.Context()))
	return p
}

func (p *trading) opens(f url.Values) {
	p.t.Helper()
	got := p.vendor.post("/seller/projects", f)
	if got.status != http.StatusSeeOther {
		p.t.Fatalf("begin: %d %s", got.status, got.body)
	}
	p.page = got.location()
}

// R2.1: a private company says so, and signs an agreement without a notice and without the files of a state unit.
func TestAPrivateCompanySellsFreely(t *testing.T) {
	p := firmSells(t, "ASSIGN")
	f := url.Values{"listing": {"1"}, "way": {string(trade.ByAgreement)}, "rights": {"ASSIGN"}, "price_fen": {"500000"}, "buyer": {p.firm.Organisation.Uscc}}
	if got := p.vendor.post("/seller/projects", f); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, `value="500000"`) {
		t.Fatalf("who owns it was not asked: %d", got.status)
	}
	f.Set("owned", "private")
	p.opens(f)
	p.do(p.vendor, "RecordDecision", url.Values{"decided_fen": {"500000"}, "decision": {"股东决定1"}})
	p.do(p.vendor, "SignContract", url.Values{"price_fen": {"500000"}, "document": {"合同1"}, "pay_by": {"2026-05-01"}})
	p.shows(p.vendor, "The contract was signed", "chooses freely")
	if got := p.visitor().get(p.page); got.status != http.StatusNotFound {
		t.Errorf("an agreement that was never announced is public: %d", got.status)
	}
}

// R2.1: a state-owned enterprise brings an appraisal, and lists its equity for twenty working days.
func TestAStateOwnedCompanySells(t *testing.T) {
	p := firmSells(t, "EQUITY")
	p.opens(url.Values{"listing": {"1"}, "way": {string(trade.ByListing)}, "rights": {"EQUITY"}, "price_fen": {"800000"}, "owned": {"state"}})
	d := decision("decided_fen", "800000")
	if got := p.give(p.vendor, "RecordDecision", d); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, `id="c-RecordDecision-appraisal_fen-fault"`) {
		t.Fatalf("no appraisal was asked: %d", got.status)
	}
	d.Set("appraisal", "评报字1")
	d.Set("appraisal_fen", "1000000")
	p.refused(p.vendor, "RecordDecision", d, "90 %")
	d.Set("price_approval", "国资批1")
	p.do(p.vendor, "RecordDecision", d)
	p.do(p.vendor, "SubmitForReview", nil)
	p.on("2026-03-02 10:00")
	p.do(p.official, "PublishListing", listingForm("80000"))
	p.shows(p.visitor(), "30 March 2026 24:00", "State-owned enterprise")
	// The next round keeps the kind of seller: an appraisal is asked again.
	p.on("2026-04-20 10:00")
	if got := p.give(p.vendor, "Relist", decision("price_fen", "700000")); got.status != http.StatusUnprocessableEntity {
		t.Errorf("the next round without an appraisal: %d", got.status)
	}
}

// What the period of a listing would be follows from price, rights and seller, and is worked out for whoever asks.
func TestThePeriodBeforeTheProject(t *testing.T) {
	p := firmSells(t, "EQUITY")
	ends := func(query string) string {
		body := p.vendor.get("/seller/projects/new?listing=1&" + query).body
		_, rest, ok := strings.Cut(body, `data-ends="LISTING"`)
		if !ok {
			t.Fatalf("no period in %s", body)
		}
		end, _, _ := strings.Cut(rest, "</span>")
		return strings.TrimSpace(end[strings.Index(end, ">")+1:])
	}
	five, ten, owned := ends("price_fen=900000&rights=EQUITY"), ends("price_fen=2000000&rights=EQUITY"), ends("price_fen=900000&rights=EQUITY&owned=state")
	if five == ten || five == owned || ten == owned || five == "" {
		t.Errorf("%q, %q, %q", five, ten, owned)
	}
	if got := ends("price_fen=much"); got != "" {
		t.Errorf("a period for no price: %q", got)
	}
}

// R2.1: what the operator has verified decides; the form says so and does not ask.
func TestTheFileDecidesForTheForm(t *testing.T) {
	p := firmSells(t, "EQUITY")
	l := p.db.Ent().Listing.GetX(t.Context(), 1)
	seller := l.QuerySeller().OnlyX(t.Context())
	form := func() string {
		return p.vendor.get("/seller/projects/new?listing=1&price_fen=900000&rights=EQUITY").body
	}
	asked := form()
	if !strings.Contains(asked, `name="owned"`) {
		t.Fatal("a company whose file says nothing is not asked")
	}
	seller.Update().SetSoe(true).SetVerifiedAt(p.db.Ent().Listing.GetX(t.Context(), 1).CreatedAt).ExecX(t.Context())
	told := form()
	if strings.Contains(told, `name="owned"`) || !strings.Contains(told, "As the verified file") || !strings.Contains(told, "A state-owned enterprise") {
		t.Errorf("its file is not followed: %s", told)
	}
	p.opens(url.Values{"listing": {"1"}, "way": {string(trade.ByListing)}, "rights": {"EQUITY"}, "price_fen": {"800000"}, "owned": {"private"}})
	p.shows(p.vendor, "State-owned enterprise")
}
