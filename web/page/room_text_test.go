package page_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/g60-corridor/corridor/web/locale"
)

// TestScriptsSayWhatIsThere holds that every text that a script asks for by name exists.
func TestScriptsSayWhatIsThere(t *testing.T) {
	scripts, err := filepath.Glob("../ts/*.ts")
	if err != nil || len(scripts) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	key := regexp.MustCompile(`"((?:room|film|phase|reserve|cause|outcome|why|event|reason|amount|bidkind)_[A-Za-z_]+)"`)
	said := 0
	for _, name := range scripts {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range key.FindAllStringSubmatch(string(text), -1) {
			k := m[1]
			if k[len(k)-1] == '_' || regexp.MustCompile(`^(amount_fen|price_fen|reason_)$`).MatchString(k) {
				continue
			}
			said++
			if !locale.Has(k) && !fields[k] {
				t.Errorf("%s: there is no text %s", name, k)
			}
		}
	}
	if said < 60 {
		t.Errorf("only %d texts found: the scripts name them in another way now", said)
	}
}

// fields are members of the record that look like keys of texts.
var fields = map[string]bool{"reserve_met": true, "reserve_fen": true}
