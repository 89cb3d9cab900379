package web

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func get(t *testing.T, path, encoding string) *http.Response {
	t.Helper()
	r := httptest.NewRequest("GET", path, nil)
	if encoding != "" {
		r.Header.Set("Accept-Encoding", encoding)
	}
	w := httptest.NewRecorder()
	Static().ServeHTTP(w, r)
	return w.Result()
}

func TestFilesOfThisBuildAreKept(t *testing.T) {
	res := get(t, URL("corridor.css"), "")
	if res.StatusCode != 200 || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/css") {
		t.Fatalf("status %d, %s", res.StatusCode, res.Header.Get("Content-Type"))
	}
	if c := res.Header.Get("Cache-Control"); !strings.Contains(c, "immutable") {
		t.Errorf("Cache-Control %q", c)
	}
	if c := get(t, "/static/000000000000/corridor.css", "").Header.Get("Cache-Control"); c != "no-cache" {
		t.Errorf("a file for the page of another build: Cache-Control %q", c)
	}
}

func TestFilesAreZipped(t *testing.T) {
	plain, _ := io.ReadAll(get(t, URL("corridor.css"), "").Body)
	res := get(t, URL("corridor.css"), "gzip, br")
	if res.Header.Get("Content-Encoding") != "gzip" {
		t.Fatal("not zipped")
	}
	z, err := gzip.NewReader(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if text, err := io.ReadAll(z); err != nil || string(text) != string(plain) {
		t.Errorf("unzipped %d bytes of %d: %v", len(text), len(plain), err)
	}
}

func TestNothingElseIsServed(t *testing.T) {
	for _, path := range []string{"/static/", "/static/x", "/static/x/", "/static/x/../embed.go", "/static/x/embed.go", "/static/x/.keep", "/static/x/css/base.css"} {
		if res := get(t, path, ""); res.StatusCode != 404 {
			t.Errorf("%s: status %d", path, res.StatusCode)
		}
	}
}
