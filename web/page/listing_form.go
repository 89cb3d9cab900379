package page

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/g60-corridor/corridor/internal/subject"
	"github.com/g60-corridor/corridor/web/component"
)

// count is how many entries a list of the sheet has.
func (p SheetPage) count(list string) (n int) {
	reach := func(name string) {
		if rest, ok := strings.CutPrefix(name, list+"["); ok {
			digits, _, _ := strings.Cut(rest, "]")
			if i, err := strconv.Atoi(digits); err == nil && i < 60 {
				n = max(n, i+1)
			}
		}
	}
	for name, values := range p.Values {
		if slices.ContainsFunc(values, func(v string) bool { return v != "" }) { // an empty entry was sent, but is none
			reach(name)
		}
	}
	for name := range p.Gates.Faults {
		reach(name)
	}
	return n
}

func (p SheetPage) v(name string) string { return p.Values.Get(name) }

func (p SheetPage) on(name string) bool { return p.Values.Get(name) != "" }

func (p SheetPage) has(name, value string) bool { return slices.Contains(p.Values[name], value) }

// entries are the places of a list: those that are filled and one to fill.
func (p SheetPage) entries(list string) []string {
	var all []string
	for i := range p.count(list) + 1 {
		all = append(all, fmt.Sprintf("%s[%d]", list, i))
	}
	return all
}

// offerOf is the place of a way among the offers; unchosen ones stand behind those that are chosen.
func (p SheetPage) offerOf(m subject.Mode) string {
	n := p.count("dossier.offers")
	place := n
	for _, other := range subject.Modes {
		found := slices.IndexFunc(slices.Collect(seq(n)), func(i int) bool { return p.v(fmt.Sprintf("dossier.offers[%d].mode", i)) == string(other) })
		if other == m {
			if found >= 0 {
				place = found
			}
			break
		}
		if found < 0 {
			place++
		}
	}
	return fmt.Sprintf("dossier.offers[%d]", place)
}

func seq(n int) func(func(int) bool) {
	return func(yield func(int) bool) {
		for i := range n {
			if !yield(i) {
				return
			}
		}
	}
}

// sheetClass is a place of a class in the form.
type sheetClass struct {
	at   string
	list subject.List
}

var classLists = []subject.List{subject.PlanFields, subject.StrategicList, subject.HighTechList, subject.ContractList, subject.IndustryList, subject.Classification}

// classes are the classes that are chosen, list by list, and a place for each list that has none yet.
func (p SheetPage) classes() (all []sheetClass) {
	n := p.count("dossier.classes")
	next := n
	for _, list := range classLists {
		found := false
		for i := range n {
			at := fmt.Sprintf("dossier.classes[%d]", i)
			if p.v(at+".list") == string(list) {
				all, found = append(all, sheetClass{at, list}), true
			}
		}
		if !found {
			all = append(all, sheetClass{fmt.Sprintf("dossier.classes[%d]", next), list})
			next++
		}
	}
	return all
}

func codesOf(list subject.List) (codes []subject.Code) {
	for _, c := range subject.Codes {
		if c.List == list {
			codes = append(codes, c)
		}
	}
	return codes
}

func codeText(ctx context.Context, c subject.Code) string { return component.Pick(ctx, c.ZH, c.EN) }

func strs[S ~string](all []S) []string {
	texts := make([]string, len(all))
	for i, v := range all {
		texts[i] = string(v)
	}
	return texts
}

// burdened says whether something weighs on a right that the form would otherwise fold away.
func (p SheetPage) burdened(at string) bool {
	return slices.ContainsFunc([]string{".pledges", ".licences", ".disputes", ".funding"}, func(list string) bool { return p.count(at+list) > 0 }) ||
		p.on(at+".agreement.document") || p.count(at+".owners") > 1
}

// consents are the places of somebody's consents; at least one.
func (p SheetPage) consents(of string) []string {
	all := p.entries(of + ".consents")
	return all[:max(1, len(all)-1)]
}

// primary keeps which of several fields of the plan is the main one; a single one is.
func (p SheetPage) primary(at string) string {
	n := 0
	for i := range p.count("dossier.classes") {
		if p.v(fmt.Sprintf("dossier.classes[%d].list", i)) == string(subject.PlanFields) {
			n++
		}
	}
	if n > 1 {
		return p.v(at + ".primary")
	}
	return "true"
}
