package inbox

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/internal/money"
	"github.com/g60-corridor/corridor/web/locale"
)

// Params are what the words of a notice need to know, by placeholder. The end of a name says what the value is: Title_zh
// and Title_en are two languages' Title, Price_fen an amount, Opens_at a time of RFC 3339, Cause_word the key of a text.
type Params map[string]string

// Fen puts an amount.
func Fen(fen money.Fen) string { return strconv.FormatInt(int64(fen), 10) }

// At puts a time.
func At(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// Title and Body are the words of a notice.
func Title(l locale.Lang, n *ent.Notice) string { return words(l, Kind(n.Kind), "title", n.Params) }

func Body(l locale.Lang, n *ent.Notice) string { return words(l, Kind(n.Kind), "body", n.Params) }

func words(l locale.Lang, k Kind, part string, p Params) string {
	return locale.In(l, "notice_"+string(k)+"_"+part, fill(l, p)...)
}

// fill makes the pairs of name and value that a text takes.
func fill(l locale.Lang, p Params) (args []any) {
	for _, name := range slices.Sorted(maps.Keys(p)) {
		value := p[name]
		plain, kind, typed := cut(name)
		switch {
		case !typed:
			args = append(args, name, value)
		case kind == "fen":
			args = append(args, plain, amount(l, value))
		case kind == "at":
			args = append(args, plain, moment(l, value))
		case kind == "word":
			args = append(args, plain, locale.In(l, value))
		case kind == string(l) && value != "", kind != string(l) && p[plain+"_"+string(l)] == "":
			args = append(args, plain, value) // the other language's if there is none in this one
		}
	}
	return args
}

func cut(name string) (plain, kind string, typed bool) {
	i := strings.LastIndexByte(name, '_')
	if i < 0 {
		return name, "", false
	}
	kind = name[i+1:]
	return name[:i], kind, slices.Contains([]string{"fen", "at", "word", "zh", "en"}, kind)
}

func amount(l locale.Lang, value string) string {
	n, err := strconv.ParseInt(value, 10, 64)
	switch {
	case err != nil:
		return value
	case l == locale.ZH:
		return money.Fen(n).ShortZH()
	}
	return money.Fen(n).Sign()
}

func moment(l locale.Lang, value string) string {
	t, err := time.Parse(time.RFC3339, value)
	switch {
	case err != nil:
		return value
	case l == locale.ZH:
		return t.In(shanghai).Format("2006年1月2日 15:04")
	}
	return t.In(shanghai).Format("2 January 2006, 15:04") + " (UTC+8)"
}

// langOf is the language in which a person is written to: the one that he chose, or the house's.
func langOf(p *ent.Person) locale.Lang { return locale.Choose(p.Locale, "") }
