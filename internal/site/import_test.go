package site_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/internal/intake"
	"github.com/g60-corridor/corridor/web/locale"
)

// upload sends a file as a browser does, under any name and of any type.
func (b *reader) upload(name, kind string, data []byte) answer {
	b.h.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	part, err := w.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {fmt.Sprintf(`form-data; name="file"; filename="%s"`, name)}, "Content-Type": {kind},
	})
	must(b.h.t, err)
	_, err = part.Write(data)
	must(b.h.t, err)
	must(b.h.t, w.Close())
	return b.postBody(w.FormDataContentType(), &body)
}

func (b *reader) postBody(kind string, body io.Reader) answer {
	b.h.t.Helper()
	req, err := http.NewRequest(http.MethodPost, b.h.server.URL+"/seller/import", body)
	must(b.h.t, err)
	req.Header.Set("Content-Type", kind)
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	req.Header.Set("Accept-Language", b.lang)
	return b.send(req)
}

func (h *house) editor() *reader { return h.as(h.memberOf(h.seller, membership.RoleEDITOR)) }

// begun uploads a file and returns the path of its columns.
func (b *reader) begun(data string) string {
	b.h.t.Helper()
	got := b.upload("results.csv", "text/csv", []byte(data))
	if got.status != http.StatusSeeOther || !strings.HasPrefix(got.location(), "/seller/import/") {
		b.h.t.Fatalf("upload: %d %s", got.status, got.location())
	}
	return got.location()
}

// taken takes a file and waits for its report.
func (b *reader) taken(at string) answer {
	b.h.t.Helper()
	if got := b.post(at+"/preview", url.Values{"do": {"take"}}); got.status != http.StatusSeeOther || got.location() != at+"/report" {
		b.h.t.Fatalf("take: %d %s", got.status, got.location())
	}
	for range 600 {
		got := b.get(at + "/report")
		if got.header.Get("Refresh") == "" {
			return got
		}
		time.Sleep(50 * time.Millisecond)
	}
	b.h.t.Fatal("the import never ends")
	return answer{}
}

// A real file from upload to report by forms alone, and once more.
func TestImportByForms(t *testing.T) {
	data, err := os.ReadFile("../intake/testdata/nasa-patents-sample.csv")
	must(t, err)
	h := open(t)
	b := h.editor()
	drafts := func() int {
		return h.db.Ent().Listing.Query().Where(listing.StatusEQ(listing.StatusDRAFT)).CountX(t.Context())
	}
	for i, want := range []string{"200 drafts created, 0 updated, 0 unchanged", "0 drafts created, 0 updated, 200 unchanged"} {
		at := b.begun(string(data))
		columns := b.get(at)
		f := formOf(columns.body)
		if f.Get("column-3") != "application_no" || f.Get("column-5") != "expires_on" || f.Get("header_line") != "1" {
			t.Fatalf("guess: %v", f)
		}
		f.Set("do", "preview")
		f.Set("column-0", "") // the owner is known
		if got := b.post(at, f); got.location() != at+"/preview" {
			t.Fatalf("columns: %d %s", got.status, got.location())
		}
		if f := formOf(b.get(at).body); f.Get("column-0") != "" || f.Get("column-1") != "legal_status" {
			t.Errorf("what was chosen is not kept: %v", f)
		}
		if page := b.get(at + "/preview?page=4"); !strings.Contains(page.body, "Page 4 of 4") || strings.Count(page.body, `name="shown"`) != 50*(1-i) {
			t.Errorf("preview: %d boxes", strings.Count(page.body, `name="shown"`))
		}
		if drafts() != 200*i {
			t.Fatal("a preview makes drafts")
		}
		if got := b.taken(at); !strings.Contains(got.body, want) {
			t.Errorf("report: %s", got.body)
		}
		if drafts() != 200 {
			t.Errorf("%d drafts", drafts())
		}
		var report struct{ Counts map[string]int }
		must(t, json.Unmarshal([]byte(b.get(at+"/report.json").body), &report))
		if report.Counts["CREATED"]+report.Counts["UNCHANGED"] != 200 {
			t.Errorf("%v", report)
		}
		for _, step := range []string{"", "/preview"} { // it is over
			if got := b.get(at + step); got.location() != at+"/report" {
				t.Errorf("%q: %d %s", step, got.status, got.location())
			}
		}
	}
	l := h.db.Ent().Listing.Query().Where(listing.StatusEQ(listing.StatusDRAFT)).FirstX(t.Context())
	if got := h.visitor().get("/search?q=" + url.QueryEscape(l.TitleEn)); strings.Contains(got.body, l.Number) {
		t.Error("a draft is found by the public")
	}
}

const odd = "成果名称;申请日;价格;备注\n甲;03/04/2020;5;x\n乙;2020-01-02;很多;=1+1\n丙;2020-01-02;1;\n丙;2020-01-02;1;\n"

// Every problem stands with its row and column, in both languages; rows can be left out; dates are asked for.
func TestImportShowsEveryProblem(t *testing.T) {
	h := open(t)
	b := h.editor()
	at := b.begun(odd)
	for lang, says := range map[string][]string{
		"en":    {"Column B, 申请日:", "Day and month can be taken", "Column C, 价格:", "no amount of money", "stands in line 4"},
		"zh-CN": {"B 列，申请日：", "日与月可以互换", "C 列，价格：", "不是金额", "已在第 4 行出现"},
	} {
		b.lang = lang
		page := b.get(at + "/preview?only=problems").body
		for _, s := range says {
			if !strings.Contains(page, s) {
				t.Errorf("%s: no %q", lang, s)
			}
		}
		if strings.Count(page, `class="import-row-line"`) != 3 {
			t.Errorf("%s: %d rows", lang, strings.Count(page, `class="import-row-line"`))
		}
	}
	b.lang = "en"
	f := formOf(b.get(at).body)
	if _, asked := f["dates"]; !asked && !strings.Contains(b.get(at).body, `name="dates"`) {
		t.Error("nobody asks how dates are meant")
	}
	f.Set("dates", "dmy")
	f.Set("column-2", "")
	f.Set("do", "preview")
	b.post(at, f)
	page := b.get(at + "/preview")
	if strings.Contains(page.body, "Day and month") || strings.Count(page.body, ` checked`) != 3 {
		t.Errorf("after the choice: %d boxes", strings.Count(page.body, ` checked`))
	}
	got := b.post(at+"/preview", url.Values{"shown": {"2", "3", "4"}, "take": {"2", "3"}, "do": {"keep"}, "only": {"CREATED"}})
	if got.location() != at+"/preview?only=CREATED" {
		t.Errorf("%d %s", got.status, got.location())
	}
	if got := b.taken(at); !strings.Contains(got.body, "2 drafts created") || !strings.Contains(got.body, "Left out by you") {
		t.Errorf("%s", got.body)
	}
	for name, change := range map[string]func(url.Values){
		"no title":   func(f url.Values) { f.Set("column-0", "") },
		"twice":      func(f url.Values) { f.Set("column-1", "title") },
		"no field":   func(f url.Values) { f.Set("column-1", "nothing") },
		"wrong line": func(f url.Values) { f.Set("header_line", "99") },
	} {
		at := b.begun(odd)
		f := formOf(b.get(at).body)
		f.Set("do", "preview")
		change(f)
		got := b.post(at, f)
		if got.status == http.StatusSeeOther {
			got = b.get(got.location())
		}
		if got.status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d %s", name, got.status, got.location())
		}
	}
}

// Another header line makes another table, and its columns are asked for anew.
func TestImportReadAgain(t *testing.T) {
	h := open(t)
	b := h.editor()
	at := b.begun("name,title\nTitle,No\nA valve,1\n")
	f := formOf(b.get(at).body)
	f.Set("header_line", "2")
	f.Set("do", "preview")
	if got := b.post(at, f); got.location() != at {
		t.Fatalf("%d %s", got.status, got.location())
	}
	if f := formOf(b.get(at).body); f.Get("header_line") != "2" || f.Get("column-0") != "title" {
		t.Errorf("%v", f)
	}
}

// A file is its owner's alone: for everybody else it does not exist.
func TestUploadsAreTheirOwnersOwn(t *testing.T) {
	h := open(t)
	b := h.editor()
	at := b.begun("title\na\n")
	for who, other := range map[string]*reader{
		"a colleague": h.editor(), "another seller": h.as(h.member(organisation.KindCOMPANY, membership.RoleEDITOR)),
	} {
		for _, step := range []string{"", "/preview", "/report", "/report.json"} {
			if got := other.get(at + step); got.status != http.StatusNotFound {
				t.Errorf("%s reads %q: %d", who, step, got.status)
			}
		}
		for _, step := range []string{"", "/preview", "/discard"} {
			if got := other.post(at+step, url.Values{"do": {"take"}}); got.status != http.StatusNotFound {
				t.Errorf("%s acts on %q: %d", who, step, got.status)
			}
		}
		if strings.Contains(other.get("/seller/import").body, at) {
			t.Errorf("%s sees the file", who)
		}
	}
	if got := b.get("/seller/import"); !strings.Contains(got.body, at) {
		t.Error("the owner does not see his file")
	}
	b.post(at+"/discard", nil)
	if got := b.get(at); got.status != http.StatusNotFound {
		t.Errorf("a deleted file: %d", got.status)
	}
}

// What people send who mean no good, or do not know what they send.
func TestHostileUploads(t *testing.T) {
	h := open(t)
	b := h.editor()
	var bomb bytes.Buffer
	z := zip.NewWriter(&bomb)
	w, err := z.Create("xl/workbook.xml")
	must(t, err)
	for range 300 {
		_, err := w.Write(make([]byte, 1<<20))
		must(t, err)
	}
	must(t, z.Close())
	for name, c := range map[string]struct{ data, kind, says string }{
		"zip bomb":            {bomb.String(), "text/csv", "FILE_TOO_LARGE"},
		"script as a table":   {"<!DOCTYPE html><script>alert(1)</script>", "text/csv", "FILE_WEB_PAGE"},
		"PDF that is a zip":   {"%PDF-1.7\n" + bomb.String(), "text/csv", "FILE_NOT_A_TABLE"},
		"picture with a name": {"\x89PNG\r\n\x1a\ntitle,b\n1,2\n", "text/csv", "FILE_NOT_A_TABLE"},
		"old Excel":           {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 600), "application/vnd.ms-excel", "FILE_OLD_EXCEL"},
		"empty":               {"", "text/csv", "FILE_EMPTY"},
		"zeros":               {strings.Repeat("\x00", 1000), "text/csv", "FILE_NOT_A_TABLE"},
	} {
		got := b.upload("a.csv", c.kind, []byte(c.data))
		if got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, locale.In(locale.EN, "problem_"+c.says)) {
			t.Errorf("%s: %d", name, got.status)
		}
	}
	for _, name := range []string{`../../etc/passwd`, `..\..\boot.ini`, "C:\\\\x.csv", "a%00.csv", strings.Repeat("长", 3000), "<script>.csv", "\u202evsc.exe", ""} {
		got := b.upload(name, "image/png", []byte("title\na\n"))
		if got.status >= 500 {
			t.Errorf("%q: %d", name, got.status)
		}
		if got.status == http.StatusSeeOther {
			if page := b.get(got.location()).body; strings.Contains(page, "<script>.csv") || strings.Contains(page, "etc/passwd") || strings.Contains(page, "\u202e") {
				t.Errorf("%q stands on the page", name)
			}
		}
	}
	for name, c := range map[string]struct{ kind, body string }{
		"no form": {"text/csv", "title\na\n"}, "no boundary": {"multipart/form-data", "x"}, "cut off": {"multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\ntitle"},
	} {
		if got := b.postBody(c.kind, strings.NewReader(c.body)); got.status != http.StatusBadRequest {
			t.Errorf("%s: %d", name, got.status)
		}
	}
	if got := b.postBody("multipart/form-data; boundary=b", strings.NewReader("--b--\r\n")); got.status != http.StatusUnprocessableEntity {
		t.Errorf("a form without a file: %d", got.status)
	}
}

// zeros is a body that nobody has the memory for, and counts what was read of it. The client may still send of it when it has
// its answer.
type zeros struct {
	all  int64
	sent atomic.Int64
}

func gigabyte() *zeros { return &zeros{all: 1 << 30} }

func (z *zeros) Read(p []byte) (int, error) {
	n := min(int64(len(p)), z.all-z.sent.Load())
	if n == 0 {
		return 0, io.EOF
	}
	clear(p[:n])
	z.sent.Add(n)
	return int(n), nil
}

func (z *zeros) read() int64 { return z.sent.Load() }

// A gigabyte is refused at the limit, not read to its end.
func TestAGigabyteIsRefusedAtTheLimit(t *testing.T) {
	h := open(t)
	b := h.editor()
	head := "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\n"
	body := gigabyte()
	req, err := http.NewRequest(http.MethodPost, h.server.URL+"/seller/import", io.MultiReader(strings.NewReader(head), body))
	must(t, err)
	req.Header.Set("Content-Type", "multipart/form-data; boundary=b")
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	resp, err := b.client.Do(req)
	if err == nil { // the client may meet the closed connection before it has read the answer
		resp.Body.Close()
		if resp.StatusCode != http.StatusRequestEntityTooLarge {
			t.Errorf("%d", resp.StatusCode)
		}
	}
	if read := body.read(); read > 2*intake.BytesMost {
		t.Errorf("%d MB were read", read>>20)
	}
	if got := b.upload("a.csv", "text/csv", make([]byte, intake.BytesMost+1)); got.status != http.StatusRequestEntityTooLarge {
		t.Errorf("a byte too much: %d", got.status)
	}
	if got := b.post("/seller/import/none", url.Values{"x": {strings.Repeat("y", 1<<20)}}); got.status == http.StatusSeeOther {
		t.Errorf("a megabyte elsewhere: %d", got.status)
	}
}

// What goes out comes in again as it was, and no cell is a formula.
func TestExport(t *testing.T) {
	h := open(t)
	b := h.editor()
	at := b.begun("名称,英文名称,申请号,申请日,领域,成熟度,价格（元）,摘要\n=cmd|' /C calc'!A0,@SUM(1),201810862228.X,2018-08-01,新材料,4,12.50,-1 与 +2\n")
	if got := b.taken(at); !strings.Contains(got.body, "1 drafts created") {
		t.Fatal(got.body)
	}
	for _, lang := range []string{"zh-CN", "en"} {
		b.lang = lang
		for _, kind := range []string{"csv", "xlsx"} {
			got := b.get("/seller/listings." + kind)
			table, err := intake.Read([]byte(got.body), intake.Options{})
			must(t, err)
			if strings.Contains(got.body, ",=cmd") || strings.Contains(got.body, "<f>") {
				t.Errorf("%s: a formula", kind)
			}
			all := intake.Records(table, intake.Guess(table), intake.Choices{})
			if len(all) != 2 { // one was there before
				t.Fatalf("%s %s: %d rows", lang, kind, len(all))
			}
			r := all[1]
			if r.TitleZH+r.TitleEN == "" || r.TitleEN != "@SUM(1)" || r.Numbers[0].Text != "201810862228.X" || r.PlanField != "NM" || r.TRL != 4 ||
				r.PriceFen != 1250 || r.SummaryZH != "-1 与 +2" || r.FiledOn.IsZero() || r.Legal != "PENDING" {
				t.Errorf("%s %s: %+v", lang, kind, r)
			}
		}
	}
	var out []struct {
		TitleZH string `json:"title_zh"`
		Patents []struct {
			No string `json:"application_no"`
		}
	}
	must(t, json.Unmarshal([]byte(b.get("/seller/listings.json").body), &out))
	if len(out) != 2 || out[1].Patents[0].No != "201810862228.X" {
		t.Errorf("%+v", out)
	}
	if got := h.as(h.member(organisation.KindCOMPANY, membership.RoleVIEWER)).get("/seller/listings.csv"); strings.Contains(got.body, "201810862228") {
		t.Error("another organisation's listings")
	}
}
