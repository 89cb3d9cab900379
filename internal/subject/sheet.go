package subject

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/g60-corridor/corridor/internal/money"
)

// Sheet is all that a seller says of a result on offer: the texts, the price he thinks of, and the dossier.
type Sheet struct {
	TitleZH      string    `json:"title_zh"`
	TitleEN      string    `json:"title_en"`
	SummaryZH    string    `json:"summary_zh"`
	SummaryEN    string    `json:"summary_en"`
	Inventors    []string  `json:"inventors,omitempty"` // a name may be written in both scripts
	PriceIdeaFen money.Fen `json:"price_idea_fen,omitempty"`
	PricingBasis string    `json:"pricing_basis,omitempty"`
	DecisionFile string    `json:"decision_file,omitempty"` // what names the file of the decision, R2.2
	Dossier      Dossier   `json:"dossier"`
}

// Leaf is one value of a sheet with the path to it: dossier.subjects[0].number.
type Leaf struct{ Path, Text string }

// Leaves are all values that are not empty, in the order of the fields.
func (s *Sheet) Leaves() []Leaf { return leaves(nil, "", reflect.ValueOf(*s)) }

func leaves(to []Leaf, path string, v reflect.Value) []Leaf {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return to
		}
		return leaves(to, path, v.Elem())
	case reflect.Slice:
		for i := range v.Len() {
			to = leaves(to, fmt.Sprintf("%s[%d]", path, i), v.Index(i))
		}
		return to
	case reflect.Struct:
		for i := range v.NumField() {
			name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
			switch {
			case name == "":
				to = leaves(to, path, v.Field(i))
			case path == "":
				to = leaves(to, name, v.Field(i))
			default:
				to = leaves(to, path+"."+name, v.Field(i))
			}
		}
		return to
	}
	if v.IsZero() {
		return to
	}
	return append(to, Leaf{path, fmt.Sprint(v.Interface())})
}

// Change is a value that differs between two sheets; it is empty where there was none.
type Change struct{ Path, Before, After string }

// Changes are what differs between a sheet and a later one, in the order of the fields, what was taken out last.
func Changes(before, after *Sheet) []Change {
	was := map[string]string{}
	old := before.Leaves()
	for _, l := range old {
		was[l.Path] = l.Text
	}
	var changes []Change
	is := map[string]bool{}
	for _, l := range after.Leaves() {
		is[l.Path] = true
		if was[l.Path] != l.Text {
			changes = append(changes, Change{l.Path, was[l.Path], l.Text})
		}
	}
	for _, l := range old {
		if !is[l.Path] {
			changes = append(changes, Change{l.Path, l.Text, ""})
		}
	}
	return changes
}
