package form

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/ident"
	"github.com/g60-corridor/corridor/internal/matching"
	"github.com/g60-corridor/corridor/internal/subject"
)

// ReadNeed takes a need from a form, and names what cannot be read. What was typed is in the values still.
func ReadNeed(v url.Values) (matching.Wish, []fault.Field) {
	get := func(name string) string { return strings.TrimSpace(v.Get("need." + name)) }
	var r reading
	whole := func(name string) int {
		text := get(name)
		if text == "" {
			return 0
		}
		n, err := strconv.Atoi(text)
		if err != nil {
			r.fault("need."+name, "NOT_WHOLE")
		}
		return n
	}
	w := matching.Wish{
		TitleZH: get("title_zh"), TitleEN: get("title_en"), TextZH: get("text_zh"), TextEN: get("text_en"), Field: get("field"),
		LevelLeast: subject.Level(whole("level_least")), LevelMost: subject.Level(whole("level_most")),
		BudgetLeastFen: r.amount("need.budget_least_fen", get("budget_least_fen")), BudgetMostFen: r.amount("need.budget_most_fen", get("budget_most_fen")),
		City: get("city"), Until: ident.Date(get("until")), Secrecy: matching.Secrecy(get("secrecy")),
	}
	if text := get("industry"); text != "" {
		code, err := ident.ParseIndustry(text)
		if err != nil {
			r.fault("need.industry", "NOT_AN_INDUSTRY")
		}
		w.Industry = string(code)
	}
	for _, text := range strings.FieldsFunc(get("ipc"), func(c rune) bool { return strings.ContainsRune(",;，；、\n", c) }) {
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		code, err := symbol(text)
		if err != nil {
			r.fault("need.ipc", "NOT_A_CLASS")
			break
		}
		w.IPC = append(w.IPC, code)
	}
	for _, m := range v["need.rights"] {
		w.Rights = append(w.Rights, subject.Mode(m))
	}
	if w.Secrecy == matching.Invited {
		for _, text := range v["need.invited"] {
			n, err := strconv.Atoi(text)
			if err != nil {
				r.fault("need.invited", "NOT_WHOLE")
				break
			}
			w.Invited = append(w.Invited, n)
		}
	}
	return w, r.faults
}

// symbol reads a class of the IPC or what stands above it: H01M 10/0562, H01M, H01.
func symbol(text string) (string, error) {
	if s, err := ident.ParseSymbol(text); err == nil {
		return string(s), nil
	}
	return ident.ParseSymbolPrefix(text)
}

// NeedValues is a need as the form shows it.
func NeedValues(w *matching.Wish) url.Values {
	v := url.Values{}
	set := func(name, value string) {
		if value != "" {
			v.Set("need."+name, value)
		}
	}
	level := func(l subject.Level) string {
		if l == 0 {
			return ""
		}
		return strconv.Itoa(int(l))
	}
	set("title_zh", w.TitleZH)
	set("title_en", w.TitleEN)
	set("text_zh", w.TextZH)
	set("text_en", w.TextEN)
	set("field", w.Field)
	set("industry", w.Industry)
	set("ipc", strings.Join(w.IPC, ", "))
	set("level_least", level(w.LevelLeast))
	set("level_most", level(w.LevelMost))
	set("budget_least_fen", typed(w.BudgetLeastFen))
	set("budget_most_fen", typed(w.BudgetMostFen))
	set("city", w.City)
	set("until", string(w.Until))
	set("secrecy", string(w.Secrecy))
	for _, m := range w.Rights {
		v.Add("need.rights", string(m))
	}
	for _, o := range w.Invited {
		v.Add("need.invited", strconv.Itoa(o))
	}
	return v
}
