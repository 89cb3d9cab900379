package needs

import (
	"slices"
	"strings"
	"time"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/ident"
	"github.com/g60-corridor/corridor/internal/market"
	"github.com/g60-corridor/corridor/internal/matching"
	"github.com/g60-corridor/corridor/internal/subject"
)

// What one need may hold. Lengths are in bytes: a Chinese character has three.
const (
	titleMost   = 400
	textMost    = 12_000
	wordsMost   = 4_000 // of an answer or a reason
	symbolsMost = 20
	invitedMost = 200
	daysMost    = 730 // that a need may be open from today
)

// Check names every value of a wish that cannot be kept. What is only not ready to be published can be.
func Check(w *matching.Wish) []fault.Field {
	var faults []fault.Field
	add := func(field string, p fault.Problem) {
		faults = append(faults, fault.Field{Name: "need." + field, Problem: p})
	}
	for _, f := range []struct {
		name, value string
		most        int
	}{{"title_zh", w.TitleZH, titleMost}, {"title_en", w.TitleEN, titleMost}, {"text_zh", w.TextZH, textMost}, {"text_en", w.TextEN, textMost}} {
		switch {
		case !market.Decent(f.value):
			add(f.name, "BAD_CHARACTERS")
		case len(f.value) > f.most:
			add(f.name, "TOO_LONG")
		}
	}
	if w.Field != "" && !(subject.Field{List: subject.PlanFields, Code: w.Field}).Known() {
		add("field", "UNKNOWN_VALUE")
	}
	if w.Industry != "" && !(subject.Field{List: subject.IndustryList, Code: w.Industry}).Known() {
		add("industry", "UNKNOWN_VALUE")
	}
	checkSymbols(w, add)
	checkFigures(w, add)
	if slices.ContainsFunc(w.Rights, func(m subject.Mode) bool { return !m.Known() }) {
		add("rights", "UNKNOWN_VALUE")
	}
	if _, err := ident.ParseRegion(w.City); w.City != "" && w.City != string(ident.External) && err != nil {
		add("city", "UNKNOWN_VALUE")
	}
	if w.Until != "" && !w.Until.Valid() {
		add("until", "NOT_A_DAY")
	}
	if !slices.Contains(matching.Secrecies, w.Secrecy) {
		add("secrecy", "UNKNOWN_VALUE")
	}
	if len(w.Invited) > invitedMost {
		add("invited", "TOO_MANY_ENTRIES")
	}
	return faults
}

func checkSymbols(w *matching.Wish, add func(string, fault.Problem)) {
	if len(w.IPC) > symbolsMost {
		add("ipc", "TOO_MANY_ENTRIES")
		return
	}
	for _, c := range w.IPC {
		if _, err := ident.ParseSymbolPrefix(c); err != nil {
			add("ipc", "NOT_A_CLASS")
			return
		}
	}
}

func checkFigures(w *matching.Wish, add func(string, fault.Problem)) {
	level := func(name string, l subject.Level) {
		if l != 0 && !l.Known() {
			add(name, "OUT_OF_RANGE")
		}
	}
	level("level_least", w.LevelLeast)
	level("level_most", w.LevelMost)
	if w.LevelLeast != 0 && w.LevelMost != 0 && w.LevelLeast > w.LevelMost {
		add("level_most", "BELOW_LEAST")
	}
	if w.BudgetLeastFen < 0 || w.BudgetLeastFen > auction.MaxFen {
		add("budget_least_fen", "OUT_OF_RANGE")
	}
	if w.BudgetMostFen < 0 || w.BudgetMostFen > auction.MaxFen {
		add("budget_most_fen", "OUT_OF_RANGE")
	}
	if w.BudgetMostFen > 0 && w.BudgetLeastFen > w.BudgetMostFen {
		add("budget_most_fen", "BELOW_LEAST")
	}
}

// ready names what a wish lacks before it can go out today: a title and a text in one of the languages, a field, a day.
func ready(w *matching.Wish, today ident.Date) []fault.Field {
	var faults []fault.Field
	add := func(field string, p fault.Problem) {
		faults = append(faults, fault.Field{Name: "need." + field, Problem: p})
	}
	if blank(w.TitleZH) && blank(w.TitleEN) {
		add("title_zh", "ONE_LANGUAGE")
	}
	if blank(w.TextZH) && blank(w.TextEN) {
		add("text_zh", "ONE_LANGUAGE")
	}
	if w.Field == "" {
		add("field", "REQUIRED")
	}
	switch {
	case w.Until == "":
		add("until", "REQUIRED")
	case w.Until < today:
		add("until", "PAST_DAY")
	case w.Until > today.Days(daysMost):
		add("until", "DAY_TOO_FAR")
	}
	return faults
}

func blank(s string) bool { return strings.TrimSpace(s) == "" }

// words checks what somebody says in his own words.
func words(field, text string, required bool) error {
	var p fault.Problem
	switch {
	case required && blank(text):
		p = "REQUIRED"
	case !market.Decent(text):
		p = "BAD_CHARACTERS"
	case len(text) > wordsMost:
		p = "TOO_LONG"
	default:
		return nil
	}
	return fault.OfFields([]fault.Field{{Name: field, Problem: p}})
}

// today is the day in Shanghai.
func (s *Service) today() ident.Date { return ident.DateOf(s.now().In(market.Shanghai)) }

// endOf is when a day is over in Shanghai.
func endOf(d ident.Date) (time.Time, bool) {
	day, ok := d.Time()
	if !ok {
		return time.Time{}, false
	}
	return time.Date(day.Year(), day.Month(), day.Day()+1, 0, 0, 0, 0, market.Shanghai).UTC(), true
}
