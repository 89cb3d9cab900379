package page

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/g60-corridor/corridor/web"
)

// stylesheet is what browsers get.
func stylesheet(t *testing.T) string {
	t.Helper()
	w := httptest.NewRecorder()
	web.Static().ServeHTTP(w, httptest.NewRequest("GET", web.URL("corridor.css"), nil))
	if w.Code != 200 {
		t.Fatalf("the style sheet: status %d", w.Code)
	}
	return w.Body.String()
}

// The layers stand in the order of the cascade.
func TestStylesheetHasItsLayersInOrder(t *testing.T) {
	css := stylesheet(t)
	at := -1
	for _, mark := range []string{"@layer reset,", "@layer reset {", "@layer tokens {", "@layer base {", "@layer layout {", "@layer component {", "@layer page {"} {
		i := strings.Index(css, mark)
		if i <= at {
			t.Errorf("%q does not follow its predecessor", mark)
		}
		at = i
	}
	if n := strings.Count(css, "{") - strings.Count(css, "}"); n != 0 {
		t.Errorf("%d braces too many or too few", n)
	}
}
