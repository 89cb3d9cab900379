package site_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/internal/depot/depottest"
	"github.com/g60-corridor/corridor/internal/site"
)

// A door is a form that takes files.
type door struct {
	at     string
	reader *reader
	fields map[string]string
	good   []byte
}

// parts is a form with files as it goes over the line; what stands in name is not escaped.
func (d door) parts(files ...attachment) string {
	var b strings.Builder
	for k, v := range d.fields {
		fmt.Fprintf(&b, "--b\r\nContent-Disposition: form-data; name=\"%s\"\r\n\r\n%s\r\n", k, v)
	}
	for _, f := range files {
		fmt.Fprintf(&b, "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"%s\"\r\n\r\n%s\r\n", f.name, f.body)
	}
	return b.String()
}

func (d door) send(body string) answer {
	return d.reader.sendBody(d.at, "multipart/form-data; boundary=b", strings.NewReader(body), -1)
}

// doors are all forms of the house that take files.
func (h *house) doors() map[string]door {
	h.t.Helper()
	firm := h.member(organisation.KindCOMPANY, membership.RoleADMINISTRATOR)
	firm.Organisation.Update().SetStanding(organisation.StandingNEW).ExecX(h.t.Context())
	return map[string]door{
		"import": {"/seller/import", h.editor(), nil, []byte("名称,申请号\n一种膜,201810862228.X\n")},
		"documents": {path("/seller/listings/%d/documents", h.listing.ID), h.editor(),
			map[string]string{"audience": "PUBLIC", "kind": "REPORT"}, depottest.PDF(1, "")},
		"papers": {"/organisation/papers", h.as(firm), map[string]string{"paper_kind": "LICENCE"}, depottest.PDF(1, "")},
	}
}

// files counts what has been kept.
func (h *house) files() (n int) {
	h.t.Helper()
	must(h.t, h.db.SQL().QueryRow(`SELECT (SELECT count(*) FROM uploads) + (SELECT count(*) FROM documents) + (SELECT count(*) FROM organisation_papers)`).Scan(&n))
	return n
}

func zipped(t *testing.T, name string, megabytes int) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	w, err := z.Create(name)
	must(t, err)
	for range megabytes {
		_, err := w.Write(make([]byte, 1<<20))
		must(t, err)
	}
	must(t, z.Close())
	return out.Bytes()
}

// TestHostileFilesAtEveryDoor hands in, at every door, what no door may keep.
func TestHostileFilesAtEveryDoor(t *testing.T) {
	h := open(t, func(o *site.Options) { o.TrustProxy = true })
	h.proxied = true
	pdf, png, page := string(depottest.PDF(1, "")), string(depottest.PNG(8, 8)), "<!DOCTYPE html><script>alert(1)</script>"
	archive := string(zipped(t, "a.txt", 1))
	bodies := map[string]string{
		"zip bomb": string(zipped(t, "xl/workbook.xml", 300)), "zip": archive, "PDF and a page": pdf + page, "page and a PDF": page + pdf,
		"PDF and a zip": pdf + archive, "picture and a page": png + page, "picture": png[:len(png)/2], "page": page, "empty": "",
		"program": "MZ\x90\x00" + strings.Repeat("\x00", 300), "shell": "\x7fELF\x02\x01\x01" + strings.Repeat("\x00", 300),
		"drawing": `<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`,
	}
	n := 0
	for at, d := range h.doors() {
		for name, body := range bodies {
			n++
			d.reader.from = fmt.Sprintf("198.51.100.%d", n)
			got := d.send(d.parts(attachment{"a.pdf", []byte(body)}) + "--b--\r\n")
			if got.status != http.StatusUnprocessableEntity || !named(t, got.body) || h.files() != 0 {
				t.Errorf("%s at %s: %d, named: %v, kept: %d", name, at, got.status, named(t, got.body), h.files())
			}
		}
		many := door{fields: map[string]string{}}
		for i := range 150 {
			many.fields[fmt.Sprint("x", i)] = "y"
		}
		for name, c := range map[string]struct {
			body   string
			status int
		}{
			"nothing":      {"--b--\r\n", http.StatusUnprocessableEntity},
			"cut off":      {d.parts(attachment{"a.pdf", d.good})[:len(d.parts())+90], http.StatusBadRequest},
			"no end":       {d.parts(attachment{"a.pdf", d.good}), http.StatusBadRequest},
			"many parts":   {many.parts() + d.parts(attachment{"a.pdf", d.good}) + "--b--\r\n", http.StatusRequestEntityTooLarge},
			"a long text":  {door{fields: map[string]string{"x": strings.Repeat("y", 1<<17)}}.parts() + "--b--\r\n", http.StatusRequestEntityTooLarge},
			"other border": {"--c\r\n\r\n--c--\r\n", http.StatusUnprocessableEntity},
		} {
			if got := d.send(c.body); got.status != c.status {
				t.Errorf("%s at %s: %d, want %d", name, at, got.status, c.status)
			}
		}
	}
}

// TestHostileNamesAtEveryDoor hands in good files under names that are none.
func TestHostileNamesAtEveryDoor(t *testing.T) {
	h := open(t, func(o *site.Options) { o.TrustProxy = true })
	h.proxied = true
	for at, d := range h.doors() {
		for i, name := range []string{
			`../../etc/passwd`, `..\\..\\boot.ini`, `C:\\x.pdf`, "a\x00b.pdf", "\u202efdp.exe", strings.Repeat("长", 300) + ".pdf", "a.pdf.exe",
			"<script>alert(1)</script>.pdf", "\xff\xfe.pdf", "..", "a.pdf\u2066",
		} {
			d.reader.from = fmt.Sprintf("198.51.100.%d", 20*len(at)+i)
			got := d.send(d.parts(attachment{name, d.good}) + "--b--\r\n")
			if got.status != http.StatusSeeOther && got.status != http.StatusUnprocessableEntity && got.status != http.StatusBadRequest {
				t.Errorf("%q at %s: %d", name, at, got.status)
			}
		}
		where := d.at
		if at == "papers" {
			where = "/organisation"
		}
		body := d.reader.get(where).body
		for _, bad := range []string{"etc/passwd", `\boot`, "\u202e", "\u2066", "\x00", "<script>alert", ".exe", strings.Repeat("长", 260)} {
			if strings.Contains(body, bad) && !(at == "import" && bad == ".exe") { // what is imported is never sent out again
				t.Errorf("%q stands on the page of %s", bad, at)
			}
		}
		if what := turnedOn(t, body); what != "" {
			t.Errorf("%q turns on the page of %s", what, at)
		}
	}
	if h.files() == 0 {
		t.Error("no door kept a good file")
	}
}

// TestAGigabyteAtEveryDoor holds that it is refused before it is read where it says its size, and else at the limit; and that
// the house does not grow by it.
func TestAGigabyteAtEveryDoor(t *testing.T) {
	h := open(t)
	for at, d := range h.doors() {
		head := d.parts() + "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\r\n%PDF-1.7\n"
		for how, length := range map[string]int64{"with its size": 1<<30 + int64(len(head)), "without": -1} {
			z := gigabyte()
			req, err := http.NewRequest(http.MethodPost, h.server.URL+d.at, io.MultiReader(strings.NewReader(head), z))
			must(t, err)
			if length > 0 {
				req.ContentLength = length
			}
			req.Header.Set("Content-Type", "multipart/form-data; boundary=b")
			req.Header.Set("Sec-Fetch-Site", "same-origin")
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			resp, err := d.reader.client.Do(req)
			if err == nil { // the client may meet the closed connection before it has read the answer
				resp.Body.Close()
				if resp.StatusCode != http.StatusRequestEntityTooLarge && resp.StatusCode != http.StatusUnprocessableEntity {
					t.Errorf("%s %s: %d", at, how, resp.StatusCode)
				}
			}
			runtime.ReadMemStats(&after)
			most := uint64(160 << 20)
			if length > 0 {
				most = 16 << 20 // what lay on the line
			}
			if uint64(z.read()) > most {
				t.Errorf("%s %s: %d MB were taken from the line", at, how, z.read()>>20)
			}
			if grown := after.TotalAlloc - before.TotalAlloc; grown > 2*most {
				t.Errorf("%s %s: %d MB were allocated", at, how, grown>>20)
			}
		}
	}
	if n := h.files(); n != 0 {
		t.Errorf("%d were kept", n)
	}
}
