package site_test

import (
	"bytes"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"maps"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/internal/ident"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/site"
	"github.com/g60-corridor/corridor/internal/trade"
)

// What people type who mean no good, or whose machine does.
const (
	scripted = `<script>alert(1)</script>`
	broken   = `"><img src=x onerror=alert(1)>'`
	turned   = "gpj.\u202etxt\u2066 \u200fx"
)

var hostile = map[string]string{
	"a script": scripted, "broken out of an attribute": broken, "turned around": turned, "a zero": "a\x00b", "no UTF-8": "\xff\xfe\xc3(",
	"beyond the plane": "𠮷😀👩‍🔬\u0301\u0301", "one long word": strings.Repeat("Ж", 5000), "a megabyte": strings.Repeat("长 ", 1<<18),
}

// formed is one form as a browser reads it from a page.
type formed struct {
	page, action string
	values       url.Values
	texts        []string // the fields into which people type
	parts        bool     // it is sent in parts, as forms with files are
	file         string   // the field of its file
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}

func text(n *html.Node) (s string) {
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			s += c.Data
		}
	}
	return s
}

// formsOn are the forms on a page that are posted.
func formsOn(t *testing.T, at string, body string) (all []formed) {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(body))
	must(t, err)
	for n := range doc.Descendants() {
		if n.Data != "form" || !strings.EqualFold(attr(n, "method"), "post") {
			continue
		}
		f := formed{page: at, action: attr(n, "action"), values: url.Values{}, parts: strings.HasPrefix(attr(n, "enctype"), "multipart")}
		for c := range n.Descendants() {
			f.take(c)
		}
		all = append(all, f)
	}
	return all
}

// take reads one field as it would be sent untouched.
func (f *formed) take(n *html.Node) {
	name := attr(n, "name")
	switch {
	case n.Type != html.ElementNode || name == "" || has(n, "disabled"):
	case n.Data == "textarea":
		f.values.Add(name, text(n))
		f.texts = append(f.texts, name)
	case n.Data == "select":
		for c := range n.Descendants() {
			if c.Data == "option" && (has(c, "selected") || !f.values.Has(name)) {
				f.values.Set(name, attr(c, "value"))
			}
		}
	case n.Data == "button":
		if !f.values.Has(name) { // the first button is the one that Enter presses
			f.values.Set(name, attr(n, "value"))
		}
	case n.Data == "input":
		switch attr(n, "type") {
		case "hidden":
			f.values.Add(name, attr(n, "value"))
		case "checkbox", "radio":
			if has(n, "checked") {
				f.values.Add(name, attr(n, "value"))
			}
		case "file":
			f.file = name
		case "submit", "image", "button":
		default:
			f.values.Add(name, attr(n, "value"))
			f.texts = append(f.texts, name)
		}
	}
}

// sent is one answer to a form: what is typed into a field, and all others as they stood on the page.
func (f formed) sent(r *reader, field, typed string) answer {
	sent := url.Values{}
	for k, v := range f.values {
		sent[k] = v
	}
	sent.Set(field, typed)
	if !f.parts {
		return r.post(f.action, sent)
	}
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for k, all := range sent {
		for _, v := range all {
			must(r.h.t, w.WriteField(k, v))
		}
	}
	if f.file != "" {
		part, err := w.CreateFormFile(f.file, "scan.pdf")
		must(r.h.t, err)
		_, err = part.Write([]byte(scan))
		must(r.h.t, err)
	}
	must(r.h.t, w.Close())
	return r.sendBody(f.action, w.FormDataContentType(), &body, -1)
}

// besieged is a market with something in each state of which pages have forms, and everybody who may type into them.
type besieged struct {
	*trading
	readers map[string]*reader
	pages   map[string][]string // of each, that he can read
	was     string              // what was stored after the last answer
	line    *sql.Conn           // tells whether anything has been written since
	written int
}

func besiege(t *testing.T) *besieged {
	t.Helper()
	p := &trading{house: open(t, func(o *site.Options) { o.TrustProxy = true })}
	p.proxied = true
	p.on("2026-02-26 09:00")
	v := p.memberOf(p.seller, membership.RoleADMINISTRATOR)
	p.vendor, p.official = p.as(v), p.as(p.operator)
	second := p.published("L-2")
	third := p.published("L-3")
	p.begin(trade.ByListing, "1000000")
	p.do(p.vendor, "SubmitForReview", nil)
	p.on("2026-03-02 10:00")
	p.do(p.official, "PublishListing", listingForm("100000"))
	p.listing = second
	lot := p.lot()
	p.firm = p.bidder(lot)
	p.company = p.as(p.firm)
	p.do(p.company, "Register", nil)
	got := p.vendor.post("/seller/projects", url.Values{"listing": {path("%d", third.ID)}, "way": {string(trade.ByAgreement)}, "rights": {"ASSIGN"},
		"price_fen": {"900000"}, "buyer": {p.firm.Organisation.Uscc}})
	if got.status != http.StatusSeeOther {
		t.Fatalf("the agreement: %d", got.status)
	}
	p.published("L-4")
	p.vendor.began(t)
	p.vendor.begun("名称,申请号\n一种膜,201810862228.X\n")
	firm := p.member(organisation.KindCOMPANY, membership.RoleADMINISTRATOR) // hands in its papers, and the operator decides
	firm.Organisation = firm.Organisation.Update().SetStanding(organisation.StandingNEW).SaveX(t.Context())
	chief := p.as(firm)
	form := url.Values{}
	for k, v := range signUpFields("") {
		form.Set(k, v)
	}
	okay(t, chief.post("/organisation", form), http.StatusSeeOther)
	for _, kind := range []string{"LICENCE", "REPRESENTATIVE"} {
		okay(t, chief.hand("/organisation/papers", map[string]string{"paper_kind": kind}, "file", "a.pdf", scan), http.StatusSeeOther)
	}
	other := p.memberOf(firm.Organisation, membership.RoleADMINISTRATOR)
	okay(t, chief.post("/organisation/submit", nil), http.StatusSeeOther)
	nobody := p.db.Ent().Person.Create().SetEmail("nobody@example.org").SetNameZh("无名").SetDemo(true).SaveX(t.Context())
	b := &besieged{trading: p, pages: map[string][]string{}, readers: map[string]*reader{
		"seller": p.vendor, "operator": p.official, "company": p.company, "person": p.as(identity.Viewer{Person: nobody}), "visitor": p.visitor(),
		"chief": p.as(other),
	}}
	for who, r := range b.readers {
		b.pages[who] = b.walk(r)
	}
	b.readers["entrant"], b.pages["entrant"] = p.visitor(), []string{p.letter("/sign-up", "entrant@example.org", signUpLink)}
	b.readers["forgetful"], b.pages["forgetful"] = p.visitor(), []string{p.letter("/recover", p.real().Person.Email, recoverLink)}
	var err error
	b.line, err = b.db.ReadSQL().Conn(t.Context())
	must(t, err)
	t.Cleanup(func() { _ = b.line.Close() })
	return b
}

// fill fills the form of sign-up in as a new organisation does.
func (h *house) fill(form url.Values) {
	h.t.Helper()
	h.orgs++
	code, err := ident.MakeUSCC("91", "310117", fmt.Sprintf("MAD0%04d", h.orgs))
	must(h.t, err)
	for k, v := range signUpFields(string(code)) {
		form.Set(k, v)
	}
}

var recoverLink = regexp.MustCompile(`/recover/[A-Z2-7]+`)

// letter has a letter sent and returns the link in it.
func (h *house) letter(door, to string, link *regexp.Regexp) (found string) {
	h.t.Helper()
	if got := h.visitor().post(door, url.Values{"email": {to}}); got.status >= http.StatusBadRequest {
		h.t.Fatalf("%s: %d", door, got.status)
	}
	eventually(h.t, "the letter of "+door, func() bool {
		sent, _, _, err := h.inbox.Mailbox(h.t.Context(), to, 1)
		must(h.t, err)
		for _, l := range sent {
			found = link.FindString(l.Text)
		}
		return found != ""
	})
	return found
}

// changed says whether anything that counts has been stored since it was last asked.
func (b *besieged) changed() bool {
	b.t.Helper()
	before := b.written
	must(b.t, b.line.QueryRowContext(b.t.Context(), "PRAGMA data_version").Scan(&b.written))
	if b.written == before { // nothing at all has been written
		return false
	}
	was := b.was
	b.was = b.stored()
	return b.was != was
}

// published is another published listing of the seller.
func (h *house) published(number string) *ent.Listing {
	h.t.Helper()
	l, err := h.db.Ent().Listing.Create().SetNumber(number).SetTitleZh("电解膜").SetTitleEn("Membrane").SetField(listing.FieldNM).SetTrl(3).
		SetRights([]string{"ASSIGN"}).SetInventors([]string{"甲"}).SetCity("310117").SetSeller(h.seller).SetStatus(listing.StatusPUBLISHED).
		SetDemo(true).Save(h.t.Context())
	must(h.t, err)
	return l
}

// walk finds what somebody can read: the pages of the table of routes, and whatever they lead to.
func (b *besieged) walk(r *reader) (found []string) {
	b.t.Helper()
	queue, seen := []string{}, map[string]bool{}
	for key := range permitted {
		if method, pattern, _ := strings.Cut(key, " "); method == http.MethodGet && !strings.Contains(pattern, "{upload}") {
			queue = append(queue, strings.NewReplacer("{id}", "1", "{own}", "1", "{notice}", "1", "{letter}", "1").Replace(pattern))
		}
	}
	slices.Sort(queue)
	const most = 250
	for len(queue) > 0 && len(found) < most {
		at := queue[0]
		queue = queue[1:]
		if seen[at] {
			continue
		}
		seen[at] = true
		got := r.get(at)
		if got.status != http.StatusOK {
			continue
		}
		found = append(found, at)
		if strings.HasPrefix(got.header.Get("Content-Type"), "text/html") {
			queue = append(queue, linksOn(b.t, got.body)...)
		}
	}
	return found
}

func linksOn(t *testing.T, body string) (links []string) {
	doc, err := html.Parse(strings.NewReader(body))
	must(t, err)
	for n := range doc.Descendants() {
		href := attr(n, "href")
		if n.Data == "a" && strings.HasPrefix(href, "/") && !strings.HasPrefix(href, "//") && !strings.HasPrefix(href, "/static/") {
			link, _, _ := strings.Cut(href, "#")
			if query := strings.Index(link, "?"); query >= 0 && strings.HasPrefix(link, "/search") {
				link = link[:query] // as many addresses as there are searches
			}
			links = append(links, link)
		}
	}
	return links
}

var ticketed = regexp.MustCompile(`/[0A-Z]{20,}`)

var digits = regexp.MustCompile(`[0-9]+`)

// stored is a fingerprint of all that the market keeps: not what it writes down about attempts (a lot's log has a place for
// each, and its row follows) and who opens papers, nor what is to be done.
func (b *besieged) stored() string {
	b.t.Helper()
	tables, err := b.db.SQL().Query(`SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'river%' AND name NOT LIKE 'sqlite%'
		AND name NOT IN ('audit_actions', 'pulse', 'goose_db_version', 'lot_log', 'lots', 'openings') ORDER BY name`)
	must(b.t, err)
	var names []string
	for tables.Next() {
		var name string
		must(b.t, tables.Scan(&name))
		names = append(names, name)
	}
	must(b.t, tables.Close())
	sum := sha256.New()
	for _, name := range names {
		rows, err := b.db.SQL().Query(`SELECT * FROM "` + name + `"`)
		must(b.t, err)
		columns, err := rows.Columns()
		must(b.t, err)
		cells := make([]any, len(columns))
		for i := range cells {
			cells[i] = new(any)
		}
		for rows.Next() {
			must(b.t, rows.Scan(cells...))
			for _, c := range cells {
				fmt.Fprintf(sum, "%v|", *c.(*any))
			}
		}
		must(b.t, rows.Close())
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// evil is what of the hostile texts stands in a document as it must not; "" if nothing does.
func evil(kind, body string) string {
	switch {
	case !utf8.ValidString(body):
		return "no UTF-8"
	case strings.ContainsRune(body, 0):
		return "a zero"
	case !strings.Contains(kind, "json") && (strings.Contains(body, scripted) || strings.Contains(body, "<img src=x")):
		return "a script"
	case !strings.Contains(kind, "html") && strings.ContainsFunc(body, turns):
		return "a text that turns"
	}
	return ""
}

func turns(r rune) bool { return unicode.Is(unicode.Bidi_Control, r) }

// turned finds a text on a page that turns what stands around it. What somebody has typed comes back in his own field, which
// nothing leaves.
func turnedOn(t *testing.T, body string) string {
	doc, err := html.Parse(strings.NewReader(body))
	must(t, err)
	for n := range doc.Descendants() {
		if n.Type == html.TextNode && strings.ContainsFunc(n.Data, turns) && (n.Parent == nil || n.Parent.Data != "textarea") {
			return n.Data
		}
	}
	return ""
}

// named says whether a page that refuses a form marks a field of it, or says in words what is wrong.
func named(t *testing.T, body string) bool {
	doc, err := html.Parse(strings.NewReader(body))
	must(t, err)
	for n := range doc.Descendants() {
		class := strings.Fields(attr(n, "class"))
		if attr(n, "aria-invalid") == "true" || slices.Contains(class, "has-fault") || slices.Contains(class, "field-fault") || slices.Contains(class, "fault") {
			return true
		}
	}
	return false
}

// TestHostileTextInEveryField types it into every field of every form that anybody finds, one field at a time. Nothing breaks,
// what is refused changes nothing and says in which field, and what is taken stands on no page as anything but text.
func TestHostileTextInEveryField(t *testing.T) {
	b := besiege(t)
	b.changed()
	tried, requests := map[string]bool{}, 0
	outcome := map[string]int{}
	for _, who := range []string{"visitor", "person", "company", "chief", "seller", "operator", "entrant", "forgetful"} {
		r := b.readers[who]
		var forms []formed
		for _, at := range b.pages[who] {
			if got := r.get(at); strings.HasPrefix(got.header.Get("Content-Type"), "text/html") {
				forms = append(forms, formsOn(t, at, got.body)...)
			}
		}
		for _, f := range forms {
			if strings.HasPrefix(f.action, "/sign-up/") {
				b.fill(f.values)
			}
			for _, field := range f.texts {
				key := who + " " + digits.ReplaceAllString(f.action, "0") + " " + f.values.Get("command") + " " + field
				if tried[key] {
					continue
				}
				tried[key] = true
				for n, name := range slices.Sorted(maps.Keys(hostile)) {
					if (n+len(tried))%2 != 0 && name != "a megabyte" { // every other text, by turns: each meets hundreds of fields
						continue
					}
					typed := hostile[name]
					whole := who + " " + ticketed.ReplaceAllString(digits.ReplaceAllString(f.action, "0"), "/")
					if name == "a megabyte" && tried[whole] { // a form is too large in whichever field
						continue
					}
					tried[whole] = tried[whole] || name == "a megabyte"
					if requests++; requests%400 == 0 || who == "entrant" || who == "forgetful" { // as many addresses as one may not ask from at once
						r.from = fmt.Sprintf("198.51.%d.%d", requests/200, requests%200)
					}
					got := f.sent(r, field, typed)
					outcome[fmt.Sprint(name, " ", got.status)]++
					b.answered(fmt.Sprintf("%s types %s into %q of %s (%s)", who, name, field, f.action, f.values.Get("command")), got,
						f.action == "/company/needs")
					if got.status == http.StatusSeeOther && strings.HasPrefix(f.action, "/sign-up/") { // the ticket is used up
						r.client.Jar, f.action = b.visitor().client.Jar, b.letter("/sign-up", fmt.Sprintf("entrant%d@example.org", requests), signUpLink)
						b.fill(f.values)
						b.changed()
					}
					if strings.Contains(b.log.String(), "panic") {
						t.Fatalf("%s panics at %s in %q of %s", who, name, field, f.action)
					}
				}
			}
		}
	}
	t.Logf("%d fields and forms: %v", len(tried), outcome)
	if len(tried) < 80 {
		t.Errorf("only %d fields were found", len(tried))
	}
	for who, r := range b.readers {
		r.from = "192.0.2.7" + fmt.Sprint(len(who))
		for _, at := range append(b.walk(r), "/search?q=alert", "/search?q="+url.QueryEscape(turned+scripted+broken)) {
			got := r.get(at)
			if what := evil(got.header.Get("Content-Type"), got.body); what != "" && got.header.Get("Content-Type") != "application/pdf" && !strings.HasSuffix(at, ".xlsx") && !strings.HasSuffix(at, ".zip") {
				t.Errorf("%s reads %s on %s", who, what, at)
			}
			if strings.HasPrefix(got.header.Get("Content-Type"), "text/html") {
				if what := turnedOn(t, got.body); what != "" {
					t.Errorf("%s reads a text that turns on %s: %q", who, at, what)
				}
			}
		}
	}
}

// answered judges one answer. keeps says that the form keeps a draft of what it does not carry out.
func (b *besieged) answered(did string, got answer, keeps bool) {
	b.t.Helper()
	if got.status >= http.StatusInternalServerError {
		b.t.Errorf("%s: %d", did, got.status)
	}
	if what := evil("html", got.body); what != "" {
		b.t.Errorf("%s: the answer holds %s", did, what)
	}
	if b.changed() && got.status >= http.StatusBadRequest && !keeps {
		b.t.Errorf("%s: refused with %d, and yet something has changed", did, got.status)
	}
	if got.status == http.StatusUnprocessableEntity && !named(b.t, got.body) {
		b.t.Errorf("%s: refused without naming the field", did)
	}
}
