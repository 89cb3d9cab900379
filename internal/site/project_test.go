package site_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/internal/calendar"
	"github.com/g60-corridor/corridor/internal/depot/depottest"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/trade"
)

// trading is a house in which a seller, the operator and a company go the ways to a price by the forms of the pages.
type trading struct {
	*house
	vendor, official, company *reader
	firm                      identity.Viewer
	page                      string // of the project
}

func trades(t *testing.T) *trading {
	t.Helper()
	p := &trading{house: open(t)}
	p.on("2026-02-26 09:00")
	p.vendor = p.as(p.memberOf(p.seller, membership.RoleADMINISTRATOR))
	p.official = p.as(p.operator)
	p.firm = p.member(organisation.KindCOMPANY, membership.RoleAGENT)
	p.company = p.as(p.firm)
	return p
}

// decides hands the file of a decision in where a listing keeps its papers. R2.2
func (b *reader) decides(listing string) {
	b.h.t.Helper()
	if got := b.handKind(listing+"/documents", "INTERNAL", "DECISION", attachment{"会议纪要.pdf", depottest.PDF(1, "")}); got.status != http.StatusSeeOther {
		b.h.t.Fatalf("hand a decision in: %d %s", got.status, got.body)
	}
}

// on moves the clock of the projects.
func (p *trading) on(text string) {
	p.t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", text, calendar.Zone)
	must(p.t, err)
	p.today.Store(at.UnixMicro())
}

// begin makes a project, and files the decision.
func (p *trading) begin(way trade.Way, price string) {
	p.t.Helper()
	f := url.Values{"listing": {"1"}, "way": {string(way)}, "rights": {"ASSIGN"}, "price_fen": {price}}
	if way == trade.ByAgreement {
		f.Set("buyer", p.firm.Organisation.Uscc)
	}
	got := p.vendor.post("/seller/projects", f)
	if got.status != http.StatusSeeOther || !strings.HasPrefix(got.location(), "/projects/") {
		p.t.Fatalf("begin: %d %s", got.status, got.body)
	}
	p.page = got.location()
	p.vendor.decides("/seller/listings/1")
	p.do(p.vendor, "RecordDecision", decision("decided_fen", price))
}

func decision(field, price string) url.Values {
	return url.Values{
		field: {price}, "decision": {"校长办公会〔2026〕3号"}, "minutes": {"纪要3"}, "basis": {"评估报告"}, "decided_on": {"2026-02-25"},
		"inventors_notified": {"yes"}, "conflicts_declared": {"yes"},
	}
}

func (p *trading) give(b *reader, command string, f url.Values) answer {
	p.t.Helper()
	sent := url.Values{"command": {command}}
	for k, v := range f {
		sent[k] = v
	}
	return b.post(p.page+"/commands", sent)
}

func (p *trading) do(b *reader, command string, f url.Values) {
	p.t.Helper()
	if got := p.give(b, command, f); got.status != http.StatusSeeOther {
		p.t.Fatalf("%s: %d %s", command, got.status, got.body)
	}
}

// refused holds that a command is refused with words.
func (p *trading) refused(b *reader, command string, f url.Values, words string) {
	p.t.Helper()
	if got := p.give(b, command, f); got.status != http.StatusConflict || !strings.Contains(got.body, words) {
		p.t.Fatalf("%s: %d, without %q", command, got.status, words)
	}
}

func (p *trading) shows(b *reader, words ...string) {
	p.t.Helper()
	body := b.get(p.page).body
	for _, w := range words {
		if !strings.Contains(body, w) {
			p.t.Errorf("%s does not show %q", p.page, w)
		}
	}
}

func listingForm(deposit string) url.Values {
	return url.Values{"deposit_fen": {deposit}, "mode": {"demo-short"}, "channels": {"market, newspaper"}}
}

// Scenarios 1 and 2, and an objection: a visitor reads one timeline, and what he may not know is not on it.
func TestAgreementByForms(t *testing.T) {
	p := trades(t)
	p.begin(trade.ByAgreement, "2000000")
	if got := p.visitor().get(p.page); got.status != http.StatusNotFound {
		t.Fatalf("a draft is shown to visitors: %d", got.status)
	}
	p.on("2026-03-02 10:00")
	p.do(p.official, "OpenNotice", url.Values{
		"name": {"石墨烯膜"}, "abstract": {"一种膜"}, "procedure": {"书面提出"}, "in_unit": {"公告栏"}, "on_market": {"本市场"},
	})
	p.shows(p.visitor(), "On public notice", "17 March 2026 24:00", "R2.3", "¥2,000,000", "The public notice began", "书面提出")
	sign := url.Values{"price_fen": {"2000000"}, "document": {"合同1"}, "pay_by": {"2026-04-01"}}
	p.on("2026-03-11 10:00")
	p.do(p.vendor, "ChangeOffer", decision("price_fen", "1800000"))
	p.shows(p.visitor(), "The notice became void", "26 March 2026 24:00", "¥1,800,000")
	p.on("2026-03-12 10:00")
	p.do(p.as(p.member(organisation.KindCOMPANY, membership.RoleAGENT)), "LodgeObjection", url.Values{"text": {"Trade secret of ours"}})
	p.shows(p.visitor(), "Objection under review", "The clock is stopped")
	if body := p.visitor().get(p.page).body; strings.Contains(body, "Trade secret") {
		t.Error("the text of an objection is public")
	}
	p.shows(p.vendor, "Trade secret of ours")
	p.do(p.vendor, "RejectObjection", url.Values{"objection": {"O1"}, "reasons": {"No evidence"}})
	p.refused(p.vendor, "SignContract", sign, "The notice is not over")
	p.on("2026-04-10 10:00")
	sign.Set("price_fen", "1800000")
	sign.Set("pay_by", "2026-05-01")
	p.do(p.vendor, "SignContract", sign)
	p.do(p.official, "RecordPayment", url.Values{"amount_fen": {"1800000"}})
	p.do(p.official, "RegisterContract", url.Values{"number": {"2026310117000001"}})
	p.shows(p.visitor(), "Closed", "2026310117000001")
}

// Scenario 4: no buyer, two extensions, the end, and the next round within the limit.
func TestNoBuyerByForms(t *testing.T) {
	p := trades(t)
	p.begin(trade.ByListing, "3000000")
	p.do(p.vendor, "SubmitForReview", nil)
	p.on("2026-03-02 10:00")
	f := listingForm("300000")
	f.Set("extension_days", "5")
	f.Set("extension_cycles", "2")
	p.do(p.official, "PublishListing", f)
	p.on("2026-06-01 10:00")
	p.refused(p.vendor, "Relist", decision("price_fen", "2300000"), "no more than 20 %")
	p.do(p.vendor, "Relist", decision("price_fen", "2400000"))
	p.shows(p.visitor(), "The listing was extended", "The listing ended", "The next round began")
	p.page = "/projects/2"
	p.shows(p.vendor, "Draft", "¥2,400,000")
}

// R2.8, R2.19: a listing is announced again at a lower price, with a new decision and a deposit that goes with the price.
func TestAListingIsChangedByForms(t *testing.T) {
	p := trades(t)
	p.begin(trade.ByListing, "3000000")
	p.do(p.vendor, "SubmitForReview", nil)
	p.on("2026-03-02 10:00")
	p.do(p.official, "PublishListing", listingForm("600000"))
	change := url.Values{"price_fen": {"2400000"}, "deposit_fen": {"800000"}, "justification": {"市场变化"}, "approval": {"批文1"}}
	p.refused(p.official, "ChangeListing", change, "below the least price decided")
	for field, text := range decision("price_fen", "2400000") {
		change[field] = text
	}
	change.Del("minutes")
	if got := p.give(p.official, "ChangeListing", change); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, `id="c-ChangeListing-minutes-fault"`) {
		t.Fatalf("half a decision: %d", got.status)
	}
	change.Set("minutes", "纪要4")
	p.refused(p.official, "ChangeListing", change, "deposit") // a third of the new price
	change.Set("deposit_fen", "240000")
	p.on("2026-03-03 10:00")
	p.do(p.official, "ChangeListing", change)
	p.shows(p.visitor(), "¥2,400,000", "¥240,000", "17 March 2026 24:00")
}

// Scenarios 3 and 5: the period counts working days; the only buyer confirms the list price.
func TestOneBuyerByForms(t *testing.T) {
	p := trades(t)
	if got := p.official.post("/operator/calendar", url.Values{"date": {"2026-03-03"}, "kind": {"off"}, "reason": {"台风"}}); got.status != http.StatusSeeOther {
		t.Fatalf("calendar: %d", got.status)
	}
	if body := p.official.get("/operator/calendar?year=2026").body; !strings.Contains(body, "台风") || !strings.Contains(body, "Changed by the operator") {
		t.Error("the calendar does not show the operator's day")
	}
	if body := p.official.get("/operator/calendar?year=2027").body; !strings.Contains(body, "provisional") {
		t.Error("2027 is not said to be provisional")
	}
	p.begin(trade.ByListing, "1000000")
	p.do(p.vendor, "SubmitForReview", nil)
	p.on("2026-03-02 10:00")
	p.do(p.official, "PublishListing", listingForm("100000"))
	p.shows(p.visitor(), "10 March 2026 24:00") // 3 March is off, and so is the weekend
	p.do(p.company, "Register", nil)
	p.refused(p.company, "Register", nil, "registered already")
	p.do(p.official, "AcceptDocuments", url.Values{"registration": {"R1"}})
	p.do(p.official, "ReceiveDeposit", url.Values{"registration": {"R1"}, "amount_fen": {"100000"}})
	if body := p.visitor().get(p.page).body; strings.Contains(body, "Body 4") {
		t.Error("a bidder is named in public")
	}
	p.on("2026-03-11 10:00")
	p.refused(p.company, "ConfirmPrice", url.Values{"price_fen": {"950000"}}, "below the noticed, listed or awarded")
	p.do(p.company, "ConfirmPrice", url.Values{"price_fen": {"1000000"}})
	p.shows(p.visitor(), "Awarded, result on notice")
	p.holdsWholeFile()
}

// holdsWholeFile reads the archive and checks it against its own list.
func (p *trading) holdsWholeFile() {
	p.t.Helper()
	if got := p.company.get(p.page + "/file.zip"); got.status != http.StatusForbidden {
		p.t.Errorf("a bidder gets the file: %d", got.status)
	}
	p.room() // one paper lies inside, and belongs to the file; the confidential one does not
	if got := p.vendor.post("/seller/listings/1/documents/1", url.Values{"do": {"remove"}, "version": {"1"}}); got.status != http.StatusSeeOther {
		p.t.Fatalf("take the decision away: %d", got.status)
	}
	got := p.vendor.get(p.page + "/file.zip")
	z, err := zip.NewReader(bytes.NewReader([]byte(got.body)), int64(len(got.body)))
	must(p.t, err)
	pieces := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		must(p.t, err)
		body, err := io.ReadAll(r)
		must(p.t, err)
		pieces[f.Name] = string(body)
	}
	listed := 0
	for line := range strings.Lines(pieces["SHA256SUMS"]) {
		sum, name, _ := strings.Cut(strings.TrimSpace(line), "  ")
		h := sha256.Sum256([]byte(pieces[name]))
		if hex.EncodeToString(h[:]) != sum {
			p.t.Errorf("%s is not what the list says", name)
		}
		listed++
	}
	if listed != len(pieces)-1 || !strings.Contains(pieces["index.html"], "确定受让方") || !strings.Contains(pieces["index.html"], "awarded") {
		p.t.Errorf("%d of %d listed; index: %s", listed, len(pieces), pieces["index.html"])
	}
	inside := 0
	for name, body := range pieces {
		if strings.HasPrefix(name, "documents/") && strings.HasPrefix(body, "%PDF-") {
			inside++
		}
		if strings.Contains(body, "unobtainium") {
			p.t.Errorf("what is confidential is in %s", name)
		}
	}
	minutes := sha256.Sum256(depottest.PDF(1, "")) // R2.2: what was filed is in the file, though it lies in the room no more
	if sum := hex.EncodeToString(minutes[:]); !strings.Contains(pieces["decisions.json"], sum) || !strings.Contains(pieces["SHA256SUMS"], sum) {
		p.t.Errorf("the file of the decision is missing: %s", pieces["decisions.json"])
	}
	if inside != 2 || !strings.Contains(pieces["documents.json"], insideTitle) {
		p.t.Errorf("%d papers in the file; %s", inside, pieces["documents.json"])
	}
	if n := p.db.Ent().Opening.Query().CountX(p.t.Context()); n != 2 {
		p.t.Errorf("%d openings are in the log", n)
	}
	for line := range strings.Lines(pieces["entries.jsonl"]) {
		if _, err := trade.Decode([]byte(line)); err != nil {
			p.t.Errorf("an entry: %v", err)
		}
	}
}

// R2.4: an objection comes with files, by one form; what is no paper is named and nothing is lost of the text.
func TestAnObjectionWithFilesByForms(t *testing.T) {
	p := trades(t)
	p.begin(trade.ByAgreement, "2000000")
	p.on("2026-03-02 10:00")
	p.do(p.official, "OpenNotice", url.Values{
		"name": {"石墨烯膜"}, "abstract": {"一种膜"}, "procedure": {"书面提出"}, "in_unit": {"公告栏"}, "on_market": {"本市场"},
	})
	lodge := func(b *reader, text string, files ...attachment) answer {
		return b.object(p.page, "LodgeObjection", "text", text, files...)
	}
	other := p.as(p.member(organisation.KindCOMPANY, membership.RoleAGENT))
	program := attachment{"x.pdf", []byte("MZ\x90\x00\x03\x00\x00\x00")}
	got := lodge(other, "价格<b>过低</b>", attachment{"a.pdf", depottest.PDF(1, "")}, program)
	if got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, "价格&lt;b&gt;过低&lt;/b&gt;") || !strings.Contains(got.body, `id="c-LodgeObjection-file-fault"`) {
		t.Fatalf("a program: %d %s", got.status, got.body)
	}
	if strings.Contains(p.vendor.get(p.page).body, "/papers/") {
		t.Fatal("a file of what was refused is filed")
	}
	if got := lodge(other, "价格过低", attachment{"证据\u202e.pdf", depottest.PDF(1, "")}); got.status != http.StatusSeeOther {
		t.Fatalf("lodge: %d %s", got.status, got.body)
	}
	link := p.page + "/papers/1"
	for name, b := range map[string]*reader{"seller": p.vendor, "operator": p.official, "objector": other} {
		if !strings.Contains(b.get(p.page).body, `href="`+link+`"`) {
			t.Errorf("the %s sees no link to the file", name)
		}
		got := b.get(link)
		if got.status != http.StatusOK || !strings.HasPrefix(got.body, "%PDF-") || got.header.Get("Content-Disposition") != `attachment; filename="project-1-O1-1.pdf"` ||
			!strings.Contains(got.header.Get("Content-Security-Policy"), "sandbox") {
			t.Errorf("the %s opens it: %d %v", name, got.status, got.header)
		}
	}
	if got := p.company.get(link); got.status != http.StatusNotFound || strings.Contains(p.company.get(p.page).body, "证据") {
		t.Errorf("a stranger opens it: %d", got.status)
	}
	if got := p.vendor.object(p.page, "RejectObjection", "reasons", "理由", attachment{"书面决定全文.pdf", depottest.PDF(1, "")}); got.status != http.StatusSeeOther {
		t.Fatalf("reject: %d %s", got.status, got.body)
	}
	p.shows(other, "With the written decision", "书面决定全文")
	if strings.Contains(p.visitor().get(p.page).body, "书面决定全文") {
		t.Error("a visitor reads of the file")
	}
	if got := other.object(p.page, "Withdraw", "note", "x", attachment{"a.pdf", depottest.PDF(1, "")}); got.status != http.StatusConflict {
		t.Errorf("another command by this door: %d", got.status)
	}
}

// object sends the form of an objection as a browser does.
func (b *reader) object(page, command, field, text string, files ...attachment) answer {
	b.h.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	must(b.h.t, w.WriteField("command", command))
	must(b.h.t, w.WriteField("objection", "O1"))
	must(b.h.t, w.WriteField(field, text))
	for _, f := range files {
		part, err := w.CreateFormFile("file", f.name)
		must(b.h.t, err)
		_, err = part.Write(f.body)
		must(b.h.t, err)
	}
	must(b.h.t, w.Close())
	return b.sendBody(page+"/objections", w.FormDataContentType(), &body, -1)
}

// R2.12: a word on the price above one's authority waits on the page of the project, for one's own company alone.
func TestAPriceWaitsForASecondPerson(t *testing.T) {
	p := trades(t)
	second := p.memberOf(p.firm.Organisation, membership.RoleADMINISTRATOR)
	ctx, client := t.Context(), p.db.Ent()
	client.Authority.Create().SetOrganisationID(p.firm.OrganisationID()).SetPersonID(p.firm.PersonID()).SetBidFen(1).ExecX(ctx)
	client.Authority.Create().SetOrganisationID(p.firm.OrganisationID()).SetPersonID(second.PersonID()).SetApproves(true).ExecX(ctx)
	p.begin(trade.ByListing, "1000000")
	p.do(p.vendor, "SubmitForReview", nil)
	p.on("2026-03-02 10:00")
	p.do(p.official, "PublishListing", listingForm("100000"))
	p.do(p.company, "Register", nil)
	p.do(p.official, "AcceptDocuments", url.Values{"registration": {"R1"}})
	p.do(p.official, "ReceiveDeposit", url.Values{"registration": {"R1"}, "amount_fen": {"100000"}})
	p.on("2026-03-10 10:00")
	p.do(p.company, "ConfirmPrice", url.Values{"price_fen": {"1000000"}})
	p.shows(p.company, "Waits for a second person of your company", `action="`+p.page+`/prices/1"`)
	for name, b := range map[string]*reader{"operator": p.official, "seller": p.vendor, "visitor": p.visitor()} {
		if strings.Contains(b.get(p.page).body, "/prices/1") {
			t.Errorf("the %s sees what waits", name)
		}
	}
	confirm := url.Values{"decision": {"confirm"}}
	if got := p.company.post(p.page+"/prices/1", confirm); got.status != http.StatusForbidden {
		t.Errorf("the proposer confirms himself: %d", got.status)
	}
	rival := p.as(p.member(organisation.KindCOMPANY, membership.RoleAGENT))
	if got := rival.post(p.page+"/prices/1", confirm); got.status != http.StatusNotFound {
		t.Errorf("another company confirms: %d", got.status)
	}
	if got := p.as(second).post(p.page+"/prices/1", confirm); got.status != http.StatusSeeOther {
		t.Fatalf("confirm: %d %s", got.status, got.body)
	}
	p.shows(p.visitor(), "¥1,000,000", "awarded")
}
