package site_test

import (
	"bytes"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/internal/depot/depottest"
	"github.com/g60-corridor/corridor/internal/identity"
)

type attachment struct {
	name string
	body []byte
}

// handFiles sends files as a browser does, under any names.
func (b *reader) handFiles(path, audience string, files ...attachment) answer {
	b.h.t.Helper()
	return b.handKind(path, audience, "REPORT", files...)
}

func (b *reader) handKind(path, audience, kind string, files ...attachment) answer {
	b.h.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	must(b.h.t, w.WriteField("audience", audience))
	must(b.h.t, w.WriteField("kind", kind))
	must(b.h.t, w.WriteField("version", "1"))
	for _, f := range files {
		part, err := w.CreatePart(textproto.MIMEHeader{
			"Content-Disposition": {fmt.Sprintf(`form-data; name="file"; filename="%s"`, f.name)}, "Content-Type": {"application/pdf"},
		})
		must(b.h.t, err)
		_, err = part.Write(f.body)
		must(b.h.t, err)
	}
	must(b.h.t, w.Close())
	return b.sendBody(path, w.FormDataContentType(), &body, -1)
}

func (b *reader) sendBody(path, kind string, body io.Reader, length int64) answer {
	b.h.t.Helper()
	req, err := http.NewRequest(http.MethodPost, b.h.server.URL+path, body)
	must(b.h.t, err)
	if length > 0 {
		req.ContentLength = length
	}
	req.Header.Set("Content-Type", kind)
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	req.Header.Set("Accept-Language", b.lang)
	return b.send(req)
}

var (
	papersOf = regexp.MustCompile(`/listings/\d+/documents/(\d+)"`)
	hashOf   = regexp.MustCompile(`name="sha256" value="([0-9a-f]{64})"`)
)

// What is confidential, in words that stand nowhere else.
var (
	secretBody  = []byte("the catalyst holds 7.31 per cent of unobtainium\n")
	insideTitle = "会议纪要第七十三号"
)

// room is a listing with one paper of each audience, and their numbers.
func (h *house) room() (public, secret, inside string) {
	h.t.Helper()
	b := h.editor()
	path := path("/seller/listings/%d/documents", h.listing.ID)
	for audience, f := range map[string]attachment{"PUBLIC": {"说明.txt", []byte("a description\n")}, "CONFIDENTIAL": {"report.txt", secretBody}, "INTERNAL": {insideTitle + ".pdf", depottest.PDF(1, "")}} {
		if got := b.handFiles(path, audience, f); got.status != http.StatusSeeOther {
			h.t.Fatalf("%s: %d", audience, got.status)
		}
	}
	for _, d := range h.db.Ent().Document.Query().AllX(h.t.Context()) {
		at := fmt.Sprintf("/listings/%d/documents/%d", h.listing.ID, d.ID)
		switch d.Audience {
		case "PUBLIC":
			public = at
		case "CONFIDENTIAL":
			secret = at
		default:
			inside = at
		}
	}
	return public, secret, inside
}

func (h *house) signRoom(b *reader, v identity.Viewer) answer {
	h.t.Helper()
	found := hashOf.FindStringSubmatch(b.get(path("/listings/%d/room", h.listing.ID)).body)
	if found == nil {
		h.t.Fatal("nowhere to sign")
	}
	return b.post(path("/listings/%d/room/promise", h.listing.ID), url.Values{"version": {"1"}, "sha256": {found[1]}, "signed_name": {v.Person.NameZh}, "agreed": {"yes"}})
}

// A company signs, reads, and stands in the seller's log; what it was told by headers keeps a browser from running anything.
func TestFromPromiseToLog(t *testing.T) {
	h := open(t)
	public, secret, inside := h.room()
	v := h.member(organisation.KindCOMPANY, membership.RoleAGENT)
	b, visitor := h.as(v), h.visitor()
	if got := visitor.get(public); got.status != http.StatusOK || got.body != "a description\n" {
		t.Errorf("a visitor reads what is public: %d", got.status)
	}
	if got := visitor.get(secret); got.status != http.StatusSeeOther || !strings.HasPrefix(got.location(), "/sign-in?next=") {
		t.Errorf("a visitor: %d to %s", got.status, got.location())
	}
	if got := b.get(secret); got.status != http.StatusSeeOther || got.location() != path("/listings/%d/room", h.listing.ID) {
		t.Errorf("before the promise: %d to %s", got.status, got.location())
	}
	if got := b.post(path("/listings/%d/room/promise", h.listing.ID), url.Values{"version": {"1"}, "signed_name": {"x"}}); got.status != http.StatusConflict || !strings.Contains(got.body, `value="x"`) {
		t.Errorf("another text: %d", got.status)
	}
	if got := h.signRoom(b, v); got.status != http.StatusSeeOther {
		t.Fatalf("sign: %d", got.status)
	}
	got := b.get(secret)
	if got.status != http.StatusOK || got.body != string(secretBody) {
		t.Fatalf("%d %q", got.status, got.body)
	}
	disposition, params, err := mime.ParseMediaType(got.header.Get("Content-Disposition"))
	if err != nil || disposition != "attachment" || !strings.HasSuffix(params["filename"], ".txt") {
		t.Errorf("%s %v, %v", disposition, params, err)
	}
	if csp := got.header.Values("Content-Security-Policy"); len(csp) != 1 || csp[0] != "default-src 'none'; sandbox" ||
		!strings.HasPrefix(got.header.Get("Cache-Control"), "no-store") || got.header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("%v", got.header)
	}
	if got := b.do(http.MethodHead, secret, nil); got.status != http.StatusMethodNotAllowed {
		t.Errorf("a HEAD that reads nothing is in the log: %d", got.status)
	}
	if got := b.get(inside); got.status != http.StatusNotFound {
		t.Errorf("what is inside: %d", got.status)
	}
	code := regexp.MustCompile(`-([A-Z2-7]{16})\.txt`).FindStringSubmatch(got.header.Get("Content-Disposition"))
	seller := h.editor()
	seller.lang = "zh-CN"
	log := seller.get(path("/seller/listings/%d/openings?code=%s", h.listing.ID, code[1]))
	if !strings.Contains(log.body, v.Organisation.NameZh) || strings.Count(log.body, "<tr>") != 2 {
		t.Errorf("the code leads to %d rows", strings.Count(log.body, "<tr>")-1)
	}
	if csv := seller.get(path("/seller/listings/%d/openings.csv", h.listing.ID)); !strings.Contains(csv.body, code[1]) || !strings.Contains(csv.body, v.Organisation.Uscc) {
		t.Errorf("%s", csv.body)
	}
	if got := seller.get(path("/seller/listings/%d/openings?from=yesterday", h.listing.ID)); got.status != http.StatusUnprocessableEntity {
		t.Errorf("a day that is none: %d", got.status)
	}
	if text := seller.get(path("/listings/%d/room/promises/1", h.listing.ID)); !strings.Contains(text.body, v.Organisation.Uscc) || !strings.Contains(text.body, "====\n保密承诺") {
		t.Errorf("the promise: %s", text.body)
	}
}

// Good files stay, whatever the others are; each refusal says why; nothing of names is trusted.
func TestFilesAreHandedIn(t *testing.T) {
	h := open(t)
	b, at := h.editor(), path("/seller/listings/%d/documents", h.listing.ID)
	b.lang = "zh-CN"
	got := b.handFiles(at, "INTERNAL", attachment{"../../../etc/好.pdf", depottest.PDF(1, "")}, attachment{"<b>坏</b>.pdf", depottest.PDF(1, "/OpenAction << /S /Launch /F (x) >>")},
		attachment{"page.pdf", []byte("<html><script>alert(1)</script>")}, attachment{"empty.pdf", nil})
	if got.status != http.StatusUnprocessableEntity || strings.Contains(got.body, "<b>坏") {
		t.Errorf("%d", got.status)
	}
	for _, want := range []string{"脚本、宏", "只收 PDF", "必须填写", ">好<"} {
		if !strings.Contains(got.body, want) {
			t.Errorf("the page does not say %s", want)
		}
	}
	if n := h.db.Ent().Document.Query().CountX(t.Context()); n != 1 {
		t.Errorf("%d documents", n)
	}
	if got := b.handFiles(at, "SECRET", attachment{"a.pdf", depottest.PDF(1, "")}); got.status != http.StatusUnprocessableEntity {
		t.Errorf("an audience that is none: %d", got.status)
	}
	if got := b.handFiles(at, "PUBLIC"); got.status != http.StatusUnprocessableEntity {
		t.Errorf("no file: %d", got.status)
	}
	if got := b.sendBody(at, "text/plain", strings.NewReader("x"), -1); got.status != http.StatusBadRequest && got.status != http.StatusUnsupportedMediaType {
		t.Errorf("no form: %d", got.status)
	}
	// Two tabs: the second one's version is another by now.
	one := papersOf.FindStringSubmatch(b.get(at).body)[1]
	if got := b.handFiles(at+"/"+one+"/file", "", attachment{"new.pdf", depottest.PDF(2, "")}); got.status != http.StatusSeeOther {
		t.Errorf("replace: %d", got.status)
	}
	if got := b.handFiles(at+"/"+one+"/file", "", attachment{"late.pdf", depottest.PDF(3, "")}); got.status != http.StatusConflict {
		t.Errorf("replace from another tab: %d", got.status)
	}
	if got := b.post(at+"/"+one, url.Values{"version": {"2"}, "do": {"name"}, "kind": {"DATA"}, "title_zh": {"a\x00b"}, "title_en": {"kept"}}); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, `value="kept"`) {
		t.Errorf("a title with a zero: %d", got.status)
	}
	if got := b.post(at+"/"+one, url.Values{"version": {"2"}, "do": {"name"}, "kind": {"DATA"}, "title_zh": {"反\u202e向"}, "title_en": {"kept"}}); got.status != http.StatusSeeOther || !strings.Contains(b.get(at).body, "反向") {
		t.Errorf("a title turned round: %d", got.status)
	}
	if got := b.post(at+"/"+one, url.Values{"version": {"2"}, "do": {"remove"}}); got.status != http.StatusSeeOther {
		t.Errorf("remove: %d", got.status)
	}
}

// A body of a gigabyte is refused before it is read, whether it says its size or not.
func TestAGigabyteIsNotRead(t *testing.T) {
	h := open(t)
	at := path("/seller/listings/%d/documents", h.listing.ID)
	head := "--b\r\nContent-Disposition: form-data; name=\"audience\"\r\n\r\nPUBLIC\r\n--b\r\nContent-Disposition: form-data; name=\"kind\"\r\n\r\nDATA\r\n" +
		"--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\r\n%PDF-1.7\n"
	for name, length := range map[string]int64{"with its size": 1<<30 + int64(len(head)), "without": -1} {
		z := gigabyte()
		b := h.editor()
		req, err := http.NewRequest(http.MethodPost, h.server.URL+at, io.MultiReader(strings.NewReader(head), z))
		must(t, err)
		if length > 0 {
			req.ContentLength = length
		}
		req.Header.Set("Content-Type", "multipart/form-data; boundary=b")
		req.Header.Set("Sec-Fetch-Site", "same-origin")
		resp, err := b.client.Do(req)
		if err == nil {
			resp.Body.Close()
			if resp.StatusCode != http.StatusRequestEntityTooLarge && resp.StatusCode != http.StatusUnprocessableEntity {
				t.Errorf("%s: %d", name, resp.StatusCode)
			}
		}
		if most := int64(160 << 20); z.read() > most {
			t.Errorf("%s: %d bytes were taken from the line", name, z.read())
		}
	}
	if n := h.db.Ent().Document.Query().CountX(t.Context()); n != 0 {
		t.Errorf("%d documents", n)
	}
}

// No stranger reads a byte of what is confidential or a name of what is inside, on any page, feed or archive.
func TestPapersLeakNowhere(t *testing.T) {
	l := leak(t)
	_, secret, inside := l.room()
	reader := l.member(organisation.KindCOMPANY, membership.RoleAGENT)
	if got := l.signRoom(l.as(reader), reader); got.status != http.StatusSeeOther {
		t.Fatalf("sign: %d", got.status)
	}
	l.as(reader).get(secret)
	l.mustRead(l.as(reader), secret, "unobtainium") // else all of this finds nothing
	l.mustRead(l.editor(), path("/seller/listings/%d/documents", l.listing.ID), insideTitle, reader.Organisation.NameEn)
	id := fmt.Sprint(l.listing.ID)
	pages := append(l.pages(), secret, inside, secret+"?version=1", inside+"?version=1", "/listings/"+id, "/listings/"+id+"/room", "/seller/listings/"+id+"/documents",
		"/seller/listings/"+id+"/openings", "/seller/listings/"+id+"/openings.csv", "/operator/listings/"+id+"/documents", "/operator/listings/"+id+"/openings",
		"/listings/"+id+"/room/promises/1", "/search?q=unobtainium", "/search?q="+url.QueryEscape(insideTitle), "/lots/feed.atom", "/sitemap.xml")
	secrets := []string{"unobtainium", insideTitle, reader.Organisation.Uscc, reader.Organisation.NameEn}
	for who, b := range l.strangers {
		if who == "seller" || who == "another operator" { // the seller's own; and every operator reviews
			continue
		}
		b.get("/search?q=x")
		for _, p := range pages {
			body := b.get(p).body
			for _, s := range secrets {
				if strings.Contains(body, s) && !strings.Contains(p, "q=") { // the question stands in its own field
					t.Errorf("%s reads %s on %s", who, s, p)
				}
			}
		}
	}
}
