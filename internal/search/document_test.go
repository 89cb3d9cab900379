package search

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/internal/store/storetest"
	"github.com/g60-corridor/corridor/internal/subject"
)

// fill writes another word into every text of a value.
func fill(v reflect.Value, n *int) {
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), n)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), n)
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), n)
		}
	case reflect.String:
		*n++
		v.SetString(fmt.Sprintf("word%cx%d", 'A'+*n%26, *n))
	}
}

// Of all that a seller writes for the gates, only what the page of the result shows to everybody is found.
func TestOnlyWhatIsShownIsFound(t *testing.T) {
	var sheet subject.Sheet
	n := 0
	fill(reflect.ValueOf(&sheet).Elem(), &n)
	l := &ent.Listing{
		TitleZh: sheet.TitleZH, TitleEn: sheet.TitleEN, SummaryZh: sheet.SummaryZH, SummaryEn: sheet.SummaryEN, Inventors: sheet.Inventors,
		PricingBasis: sheet.PricingBasis, DecisionFile: sheet.DecisionFile, Dossier: sheet.Dossier, ImportRecord: "record", CreatedAt: noon,
	}
	shown := []string{
		"title_zh", "title_en", "summary_zh", "summary_en", "inventors[0]", "dossier.subjects[0].number", "dossier.subjects[0].title",
		"dossier.subjects[0].owners[0].party", "dossier.disclosure.abstract",
	}
	laid, words := Lay(l, nil, noon), 0
	for _, leaf := range sheet.Leaves() {
		if !regexp.MustCompile(`^word[A-Z]x\d+$`).MatchString(leaf.Text) {
			continue
		}
		words++
		stands := Stand(Request{Text: leaf.Text})
		if leaf.Path == "dossier.subjects[0].number" {
			stands.clauses = []clause{{numbers: []string{strings.ToUpper(leaf.Text)}}}
		}
		if got := stands.Meets(&laid); got != slices.Contains(shown, leaf.Path) {
			t.Errorf("%s is found: %v", leaf.Path, got)
		}
	}
	if words < 50 || words != n {
		t.Errorf("%d texts of %d", words, n)
	}
}

// What the page tells of a right that is no patent of the catalogue is found, and marked.
func TestRightsAreFoundByWhatTheirPageTells(t *testing.T) {
	h := newHall(t, storetest.SQLite(t), "").ready()
	h.offer(h.seller("云间大学", "Yunjian University", ""), offer{number: "L-1", zh: "仿真软件", en: "Simulation software"}).Update().SetDossier(subject.Dossier{
		Subjects:   []subject.Subject{{Kind: subject.Software, Number: "2020SR0123456", Title: "湍流求解器", Owners: []subject.Owner{{Party: "淝河研究院"}}}},
		Disclosure: subject.Disclosure{Abstract: "支持非结构网格的并行计算。"},
	}).ExecX(t.Context())
	must(t, h.Follow(t.Context()))
	for _, text := range []string{"湍流求解器", "淝河研究院", "非结构网格"} {
		h.finds(text, "L-1")
	}
	if hit := h.find(Request{Text: "非结构网格"}).Hits[0]; marked(hit.SummaryZH) != "支持[非结构网格]的并行计算。" {
		t.Errorf("marked %s", marked(hit.SummaryZH))
	}
}
