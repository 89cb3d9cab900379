package tidy

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"
)

var placeholder = regexp.MustCompile(`\{\{\s*\.(\w+)\s*\}\}`)

// Both languages have the same keys with the same placeholders, and no text is empty.
func TestBothLanguagesSayTheSame(t *testing.T) {
	chinese, err := filepath.Glob(filepath.Join(root, "web/locale/*.zh.toml"))
	if err != nil || len(chinese) == 0 {
		t.Fatalf("no texts found: %v", err)
	}
	english, err := filepath.Glob(filepath.Join(root, "web/locale/*.en.toml"))
	if err != nil || len(english) != len(chinese) {
		t.Errorf("%d files in Chinese, %d in English: %v", len(chinese), len(english), err)
	}
	for _, name := range chinese {
		zh, en := texts(t, name), texts(t, strings.TrimSuffix(name, ".zh.toml")+".en.toml")
		subject := filepath.Base(strings.TrimSuffix(name, ".zh.toml"))
		for _, key := range sortedKeys(zh, en) {
			z, inZH := zh[key]
			e, inEN := en[key]
			switch {
			case !inZH:
				t.Errorf("%s: %s is not in Chinese", subject, key)
			case !inEN:
				t.Errorf("%s: %s is not in English", subject, key)
			case strings.TrimSpace(z) == "" || strings.TrimSpace(e) == "":
				t.Errorf("%s: %s is empty", subject, key)
			case !slices.Equal(placeholders(z), placeholders(e)):
				t.Errorf("%s: %s has %v in Chinese and %v in English", subject, key, placeholders(z), placeholders(e))
			}
		}
	}
}

// texts reads a file of messages. Of one with plurals, the general form counts.
func texts(t *testing.T, name string) map[string]string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	var raw map[string]any
	if err := toml.Unmarshal(data, &raw); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	flat := map[string]string{}
	flatten("", raw, flat)
	return flat
}

func flatten(prefix string, raw map[string]any, into map[string]string) {
	for key, v := range raw {
		switch v := v.(type) {
		case string:
			into[prefix+key] = v
		case map[string]any:
			if other, ok := v["other"].(string); ok {
				into[prefix+key] = other
				continue
			}
			flatten(prefix+key+".", v, into)
		}
	}
}

func placeholders(text string) (names []string) {
	for _, m := range placeholder.FindAllStringSubmatch(text, -1) {
		names = append(names, m[1])
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func sortedKeys(maps ...map[string]string) (keys []string) {
	for _, m := range maps {
		for k := range m {
			keys = append(keys, k)
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}
