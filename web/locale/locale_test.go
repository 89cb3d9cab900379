package locale

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"
)

func TestLanguagesHaveTheSameKeys(t *testing.T) {
	zh, en := Keys(ZH), Keys(EN)
	for _, k := range zh {
		if !slices.Contains(en, k) {
			t.Errorf("no English text for %s", k)
		}
	}
	for _, k := range en {
		if !slices.Contains(zh, k) {
			t.Errorf("no Chinese text for %s", k)
		}
	}
}

// A key in two files would have whichever text was read last.
func TestKeysStandInOneFile(t *testing.T) {
	for _, l := range Langs {
		in := map[string]string{}
		names, err := filepath.Glob("*." + string(l) + ".toml")
		if err != nil || len(names) == 0 {
			t.Fatal(names, err)
		}
		for _, name := range names {
			var keys map[string]any
			if _, err := toml.DecodeFile(name, &keys); err != nil {
				t.Fatal(err)
			}
			for key := range keys {
				if other := in[key]; other != "" {
					t.Errorf("%s stands in %s and in %s", key, other, name)
				}
				in[key] = name
			}
		}
	}
}

var placeholder = regexp.MustCompile(`{{\.\w+}}`)

func TestTextsHaveTheSamePlaceholders(t *testing.T) {
	for key, zh := range byLang[ZH].raw {
		en := byLang[EN].raw[key]
		for _, p := range placeholder.FindAllString(zh, -1) {
			if !strings.Contains(en, p) {
				t.Errorf("%s: the English text lacks %s", key, p)
			}
		}
		for _, p := range placeholder.FindAllString(en, -1) {
			if !strings.Contains(zh, p) {
				t.Errorf("%s: the Chinese text lacks %s", key, p)
			}
		}
	}
}

func TestChinesePunctuation(t *testing.T) {
	half := regexp.MustCompile(`\p{Han}[,;:!?()]|[,;:!?()]\p{Han}`)
	for key, text := range byLang[ZH].raw {
		if at := half.FindString(text); at != "" {
			t.Errorf("%s: half-width punctuation beside Chinese in %q", key, at)
		}
	}
}

var literalKey = regexp.MustCompile(`\bT\(ctx, "([a-zA-Z0-9_]+)"[,)]`)

// Every key that a page names must have its text.
func TestNamedKeysExist(t *testing.T) {
	var found int
	for _, pattern := range []string{"../page/*.templ", "../component/*.templ", "../page/*.go", "../component/*.go"} {
		names, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			if strings.HasSuffix(name, "_templ.go") {
				continue
			}
			source, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range literalKey.FindAllStringSubmatch(string(source), -1) {
				found++
				if !Has(m[1]) {
					t.Errorf("%s: no text for %s", filepath.Base(name), m[1])
				}
			}
		}
	}
	if found < 100 {
		t.Errorf("only %d keys found in the sources", found)
	}
}

func TestChoose(t *testing.T) {
	for _, c := range []struct {
		chosen, accept string
		want           Lang
	}{
		{"", "", ZH}, {"", "en-GB,en;q=0.9", EN}, {"", "zh-TW", ZH}, {"", "zh-CN,zh;q=0.9,en;q=0.8", ZH},
		{"", "de,en;q=0.5", EN}, {"en", "zh", EN}, {"zh", "en", ZH}, {"xx", "en", EN}, {"", "not a header;;;", ZH},
		{"", strings.Repeat("en,", 10000), EN}, {"../etc", "", ZH},
	} {
		if got := Choose(c.chosen, c.accept); got != c.want {
			t.Errorf("Choose(%q, %.30q) = %s, want %s", c.chosen, c.accept, got, c.want)
		}
	}
}

func TestTextsAreFilledIn(t *testing.T) {
	en := With(context.Background(), EN)
	for _, c := range []struct{ got, want string }{
		{T(en, "lots_found", "Count", 1), "1 lot"},
		{T(en, "lots_found", "Count", 12), "12 lots"},
		{T(context.Background(), "lots_found", "Count", 12), "12个标的"},
		{T(en, "no_such_key"), "no_such_key"},
		{T(en, "lot_opens", "At", "<b>"), "Opens <b>"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}
