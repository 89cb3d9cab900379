package depot_test

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/g60-corridor/corridor/internal/depot"
	"github.com/g60-corridor/corridor/internal/depot/depottest"
	"github.com/g60-corridor/corridor/internal/fault"
)

var (
	pdf = depottest.PDF(12, "")
	png = depottest.PNG(20, 20)
)

func TestWhatIsTakenIsGivenBack(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "depot")
	for _, place := range []string{folder, "file://" + folder + "2", "mem://"} {
		d, err := depot.Open(t.Context(), place)
		if err != nil {
			t.Fatal(err)
		}
		terms := depot.Terms{Most: int64(len(pdf)), Types: depot.Scans, Field: "file"}
		s, err := d.Take(t.Context(), bytes.NewReader(pdf), terms)
		if err != nil || s.Type != "application/pdf" || s.Size != int64(len(pdf)) || len(s.SHA256) != 64 {
			t.Fatalf("%s: %+v, %v", place, s, err)
		}
		r, err := d.Read(t.Context(), s.Key)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(r)
		if err != nil || r.Close() != nil || !bytes.Equal(got, pdf) {
			t.Fatalf("%s: %d bytes come back, %v", place, len(got), err)
		}
		if again, err := d.Take(t.Context(), bytes.NewReader(pdf), terms); err != nil || again.Key == s.Key || again.SHA256 != s.SHA256 {
			t.Errorf("%s: the same file again: %+v, %v", place, again, err)
		}
		if err := d.Remove(t.Context(), s.Key); err != nil {
			t.Fatal(err)
		}
		if _, err := d.Read(t.Context(), s.Key); fault.Of(err) != fault.NotFound {
			t.Errorf("%s: a removed file: %v", place, err)
		}
		if err := d.Remove(t.Context(), s.Key); err != nil {
			t.Errorf("%s: removed twice: %v", place, err)
		}
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestWhatIsNotTaken(t *testing.T) {
	folder := t.TempDir()
	d, err := depot.Open(t.Context(), folder)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		file io.Reader
		want string
	}{
		"nothing":           {strings.NewReader(""), "invalid: file REQUIRED"},
		"a byte too many":   {bytes.NewReader(append(pdf, 'x')), "invalid: file FILE_TOO_LARGE"},
		"a page":            {strings.NewReader("<!DOCTYPE html><script>alert(1)</script>"), "invalid: file FILE_TYPE"},
		"a program":         {strings.NewReader("\x7fELF\x02\x01\x01" + strings.Repeat("\x00", 60)), "invalid: file FILE_TYPE"},
		"an old Office one": {strings.NewReader("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 600)), "invalid: file FILE_TYPE"},
		"a picture in SVG":  {strings.NewReader(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`), "invalid: file FILE_TYPE"},
	} {
		if _, err := d.Take(t.Context(), c.file, depot.Terms{Most: int64(len(pdf)), Types: depot.Scans, Field: "file"}); err == nil || err.Error() != c.want {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
	if _, err := d.Take(t.Context(), io.MultiReader(bytes.NewReader(pdf), broken{}), depot.Terms{Most: 1 << 20, Types: depot.Scans}); err == nil {
		t.Error("half a file was taken")
	}
	if _, err := d.Take(t.Context(), bytes.NewReader(png), depot.Terms{Most: 1 << 20, Types: []string{"application/pdf"}}); fault.Of(err) != fault.Invalid {
		t.Errorf("a picture where a PDF is asked for: %v", err)
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
		t.Errorf("%d files were left behind, %v", len(left), err)
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestKeysOutsideTheDepot(t *testing.T) {
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "secret"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	d, err := depot.Open(t.Context(), filepath.Join(folder, "depot"))
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"../secret", "/etc/passwd", "..\\secret", "%2e%2e/secret", "", "."} {
		if r, err := d.Read(t.Context(), key); err == nil {
			r.Close()
			t.Errorf("%q can be read", key)
		}
	}
}
