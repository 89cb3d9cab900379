package subject_test

import (
	"reflect"
	"testing"

	"github.com/g60-corridor/corridor/internal/subject"
)

func TestChangesBetweenSheets(t *testing.T) {
	before := subject.Sheet{TitleZH: "膜", PriceIdeaFen: 100, Inventors: []string{"甲", "乙"}, Dossier: subject.Dossier{
		Subjects: []subject.Subject{{ID: "S1", Agreement: &subject.Agreement{Document: "d"}, Owners: []subject.Owner{{Party: "甲", Seller: true}}}},
	}}
	after := before
	after.TitleZH, after.SummaryEN, after.Inventors = "网", "A net.", []string{"甲"}
	after.Dossier.Subjects = []subject.Subject{{ID: "S1", Owners: []subject.Owner{{Party: "甲"}}, Status: subject.LegalStatus{Status: subject.InForce}}}
	want := []subject.Change{
		{Path: "title_zh", Before: "膜", After: "网"}, {Path: "summary_en", After: "A net."},
		{Path: "dossier.subjects[0].status.status", After: "IN_FORCE"}, {Path: "inventors[1]", Before: "乙"},
		{Path: "dossier.subjects[0].owners[0].seller", Before: "true"}, {Path: "dossier.subjects[0].agreement.document", Before: "d"},
	}
	if got := subject.Changes(&before, &after); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v", got)
	}
	if got := subject.Changes(&after, &after); got != nil {
		t.Errorf("a sheet differs from itself: %+v", got)
	}
}
