package site_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// found waits until the search has followed, and returns its page.
func (h *house) found(path, holds string) answer {
	h.t.Helper()
	for end := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		got := h.visitor().get(path)
		if strings.Contains(got.body, holds) {
			return got
		}
		if time.Now().After(end) {
			h.t.Fatalf("%s never holds %q: %d\n%s", path, holds, got.status, got.body)
		}
	}
}

func TestSearchPage(t *testing.T) {
	h := open(t)
	hostile := `<script>alert(1)</script> graphene & "膜"`
	h.listing.Update().SetTitleEn(hostile).SetTitleZh(hostile).SaveX(t.Context())
	got := h.found("/search?q=graphene", "<mark>graphene</mark>")
	if strings.Contains(got.body, "<script>alert") || !strings.Contains(got.body, "&lt;script&gt;alert") {
		t.Error("a title is not escaped")
	}
	if !strings.Contains(got.body, `<link rel="canonical" href="/search?q=graphene">`) {
		t.Error("no canonical address")
	}
	for text, status := range map[string]int{
		`"><script>alert(2)</script>`: 200, "\u202e\x00": 200, strings.Repeat("膜", 200): 200, strings.Repeat("膜", 201): 422, "\xff\xfe": 200, "* ? ~ ^ : ( AND": 200, "the": 200,
	} {
		got := h.visitor().get("/search?" + url.Values{"q": {text}}.Encode())
		if got.status != status || strings.Contains(got.body, "<script>alert") {
			t.Errorf("%q: %d", text, got.status)
		}
	}
	// What no facet has does not count, and one search has one address.
	got = h.visitor().get("/search?city=Atlantis&city=310117&trl=99&sort=sideways&way=none&way=none")
	if got.status != http.StatusOK || !strings.Contains(got.body, `<link rel="canonical" href="/search?city=310117&amp;way=none">`) {
		t.Errorf("%d: broken parameters are kept", got.status)
	}
	if !strings.Contains(got.body, h.listing.Number) {
		t.Error("a filter alone finds nothing")
	}
	for _, page := range []string{"0", "-1", "x", "99999999999999999999"} {
		if got := h.visitor().get("/search?page=" + page); got.status != http.StatusUnprocessableEntity {
			t.Errorf("page %s: %d", page, got.status)
		}
	}
	if got := h.visitor().get("/search?page=999"); got.status != http.StatusOK {
		t.Errorf("a page too far: %d", got.status)
	}
}
