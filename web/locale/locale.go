// Package locale holds every text of the pages in Chinese and in English. The language of a request travels in its
// context. It may import nothing of the house.
package locale

import (
	"context"
	"embed"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

//go:embed *.toml
var files embed.FS

// Lang is a language of the pages.
type Lang string

const (
	ZH Lang = "zh"
	EN Lang = "en"
)

// Langs are all languages, the first being the house's own.
var Langs = []Lang{ZH, EN}

// Tag is the language tag for the lang attribute of a page.
func (l Lang) Tag() string {
	if l == ZH {
		return "zh-CN"
	}
	return "en"
}

// texts are one language's messages: plain ones ready to use, all of them through the localizer, and the raw ones
// for scripts.
type texts struct {
	plain     map[string]string
	raw       map[string]string
	localizer *i18n.Localizer
}

var byLang = load()

// load reads the embedded files, named <subject>.<language>.toml. They are part of the program: a fault in them is a
// fault of the build, found by the first test.
func load() map[Lang]*texts {
	bundle := i18n.NewBundle(language.Chinese)
	bundle.RegisterUnmarshalFunc("toml", toml.Unmarshal)
	all := map[Lang]*texts{}
	for _, l := range Langs {
		all[l] = &texts{plain: map[string]string{}, raw: map[string]string{}}
	}
	entries, err := files.ReadDir(".")
	if err != nil {
		panic(fmt.Sprintf("locale: list embedded texts: %v", err))
	}
	for _, e := range entries {
		f, err := bundle.LoadMessageFileFS(files, e.Name())
		if err != nil {
			panic(fmt.Sprintf("locale: read %s: %v", e.Name(), err))
		}
		t := all[Lang(f.Tag.String())]
		for _, m := range f.Messages {
			t.raw[m.ID] = m.Other
			if m.One == "" && !strings.Contains(m.Other, "{{") {
				t.plain[m.ID] = m.Other
			}
		}
	}
	for _, l := range Langs {
		all[l].localizer = i18n.NewLocalizer(bundle, string(l))
	}
	return all
}

type langKey struct{}

// With puts the language of a request into its context.
func With(ctx context.Context, l Lang) context.Context { return context.WithValue(ctx, langKey{}, l) }

// Of is the language of a request, Chinese if none was put there.
func Of(ctx context.Context) Lang {
	if l, ok := ctx.Value(langKey{}).(Lang); ok {
		return l
	}
	return ZH
}

var matcher = language.NewMatcher([]language.Tag{language.Chinese, language.English})

// Choose finds the language to use: what was chosen before (zh or en), else what the browser's Accept-Language asks for.
func Choose(chosen, accept string) Lang {
	if l := Lang(chosen); slices.Contains(Langs, l) {
		return l
	}
	if len(accept) > 200 {
		accept = accept[:200]
	}
	tags, _, err := language.ParseAcceptLanguage(accept)
	if err != nil || len(tags) == 0 {
		return ZH
	}
	_, i, _ := matcher.Match(tags...)
	return Langs[i]
}

// T is the text of a key. args are pairs of a name and a value for the text's placeholders; an int named Count chooses
// the plural. An unknown key is returned as it is: a page with a bare key is better than none.
func T(ctx context.Context, key string, args ...any) string { return In(Of(ctx), key, args...) }

// In is T in a given language.
func In(l Lang, key string, args ...any) string {
	t := byLang[l]
	if len(args) == 0 {
		if s, ok := t.plain[key]; ok {
			return s
		}
	}
	data := make(map[string]any, len(args)/2)
	config := i18n.LocalizeConfig{MessageID: key, TemplateData: data}
	for i := 0; i+1 < len(args); i += 2 {
		name, _ := args[i].(string)
		data[name] = args[i+1]
		if n, ok := args[i+1].(int); ok && name == "Count" {
			config.PluralCount = n
		}
	}
	s, err := t.localizer.Localize(&config)
	if err != nil {
		return key
	}
	return s
}

// Has says whether there is a text of this key.
func Has(key string) bool { _, ok := byLang[ZH].raw[key]; return ok }

// Keys are the keys of a language, sorted.
func Keys(l Lang) []string { return slices.Sorted(maps.Keys(byLang[l].raw)) }

// Texts are the texts whose keys begin with one of the prefixes, with their placeholders {{.Name}} as written: for
// scripts, which fill them in themselves.
func Texts(ctx context.Context, prefixes ...string) map[string]string {
	found := map[string]string{}
	for key, text := range byLang[Of(ctx)].raw {
		if slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(key, p) }) {
			found[key] = text
		}
	}
	return found
}
