package main

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"

	"github.com/g60-corridor/corridor/internal/depot/depottest"
)

// demoAs signs in as somebody of the demo.
func (p *person) demoAs(email string) {
	p.t.Helper()
	p.form("/demo/sign-in", url.Values{"email": {email}})
}

// form posts a form and returns the page that it leads to.
func (p *person) form(path string, v url.Values) string {
	p.t.Helper()
	resp, err := p.http.PostForm(p.base+path, v)
	return p.body(path, resp, err)
}

func (p *person) page(path string) string {
	p.t.Helper()
	resp, err := p.http.Get(p.base + path)
	return p.body(path, resp, err)
}

func (p *person) body(path string, resp *http.Response, err error) string {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		p.t.Fatalf("%s: %d, %v", path, resp.StatusCode, err)
	}
	return string(b)
}

// hand uploads a file to a listing's documents.
func (p *person) hand(listing, audience, kind, name string, file []byte) {
	p.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	_ = w.WriteField("audience", audience)
	_ = w.WriteField("kind", kind)
	part, err := w.CreateFormFile("file", name)
	if err == nil {
		_, err = part.Write(file)
	}
	if err != nil || w.Close() != nil {
		p.t.Fatal(err)
	}
	resp, err := p.http.Post(p.base+"/seller/listings/"+listing+"/documents", w.FormDataContentType(), &body)
	if got := p.body(name, resp, err); !strings.Contains(got, strings.TrimSuffix(name, ".pdf")) {
		p.t.Fatalf("%s is not among the documents", name)
	}
}

// TestDocumentsInTheBrowser fills a data room, has a company sign and read, and looks at the pages of all sides.
func TestDocumentsInTheBrowser(t *testing.T) {
	axe, err := os.ReadFile("../../web/node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Fatalf("axe-core is not installed (make web): %v", err)
	}
	s := startServer(t, "--demo")
	seller, reader := s.person(t), s.person(t)
	seller.demoAs("university@demo.corridor")
	seller.hand("1", "PUBLIC", "DESCRIPTION", "技术说明.pdf", depottest.PDF(1, ""))
	seller.hand("1", "CONFIDENTIAL", "REPORT", "性能测试报告.pdf", depottest.PDF(2, ""))
	seller.hand("1", "INTERNAL", "DECISION", "会议纪要.pdf", depottest.PDF(1, ""))
	reader.demoAs("lanchuan@demo.corridor")
	room := reader.page("/listings/1/room")
	hash := regexp.MustCompile(`name="sha256" value="([0-9a-f]{64})"`).FindStringSubmatch(room)
	if hash == nil || !strings.Contains(room, "性能测试报告") || strings.Contains(room, "会议纪要") {
		t.Fatalf("the room:\n%s", tail(room, 2000))
	}

	open := newBrowser(t)
	look := func(email string, paths ...string) {
		for _, lang := range []string{"zh-CN", "en"} {
			for _, width := range []int{1440, 390} {
				w := &window{t, open(lang, width, 1800), s.url()}
				w.run(emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-reduced-motion", Value: "reduce"}}))
				if email != "" {
					w.open("/sign-in")
					w.js(fmt.Sprintf(`fetch("/demo/sign-in", {method: "POST", body: new URLSearchParams({email: %q})}).then(r => { window.done = r.status })`, email), nil)
					w.until("signed in", `window.done === 200`)
				}
				for _, path := range paths {
					if status := w.open(path); status != 200 {
						t.Errorf("%s opens %s: %d", email, path, status)
					}
					w.checkPage(lang, width, email+path, string(axe))
				}
			}
		}
	}
	look("", "/listings/1", "/listings/1/room")
	look("lanchuan@demo.corridor", "/listings/1/room")

	name := regexp.MustCompile(`陆知行`).FindString(reader.page("/me"))
	signed := reader.form("/listings/1/room/promise", url.Values{"version": {"1"}, "sha256": {hash[1]}, "signed_name": {name}, "agreed": {"yes"}})
	paper := regexp.MustCompile(`/listings/1/documents/\d+`).FindString(signed)
	if !strings.HasPrefix(reader.page(paper), "%PDF-") {
		t.Error("the paper is none")
	}
	look("lanchuan@demo.corridor", "/listings/1/room?signed")
	look("university@demo.corridor", "/seller/listings/1/documents", "/seller/listings/1/openings")
	look("operator@demo.corridor", "/operator/listings/1/documents", "/operator/listings/1/openings")
}
