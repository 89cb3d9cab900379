package page

import (
	"context"
	"testing"

	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/intake"
	"github.com/g60-corridor/corridor/web/component"
	"github.com/g60-corridor/corridor/web/locale"
)

var (
	editor     = component.Visit{Now: now, Path: "/seller/import", Person: person, Organisation: university, MayList: true}
	sampleFile = ImportFile{Token: "a", Name: "云间大学2026年可转化专利清单（第三批）.xlsx", State: "NEW", At: now}
	// sampleTable has a column without a name, one that is not known and a long cell.
	sampleTable = &intake.Table{
		Format: intake.Delimited, Encoding: "GB18030", Delimiter: ';', Line: 3, Header: []string{"专利名称/Title", "申请号", "申请日", "", "备注"},
		Rows: []intake.Row{
			{Line: 4, Cells: []string{"一种高通量抗污染聚砜中空纤维超滤膜及其制备方法", "201810862228.X", "03/04/2018", "x", "a-very-long-word-without-any-place-to-break-it-in-two-or-three"}},
			{Line: 5, Cells: []string{"A valve", "201711410931.8", "16/06/2017", "", ""}},
		},
	}
)

// sampleRowsPage has a row of each outcome with everything that can stand on it.
func sampleRowsPage(state string) ImportRows {
	records := intake.Records(sampleTable, intake.Guess(sampleTable), intake.Choices{})
	f := sampleFile
	f.State = state
	p := ImportRows{File: f, Counts: map[string]int{"CREATED": 120, "UPDATED": 2, "UNCHANGED": 9, "SKIPPED": 1, "REFUSED": 3}, Total: 135, Page: 2, Pages: 3}
	p.Rows = []ImportRow{
		{Line: 4, Title: records[0].TitleZH, Outcome: "CREATED", Needs: []fault.Problem{"NEEDS_TRANSLATION", "NEEDS_TRL"}, Chosen: true, CanChoose: true},
		{Line: 5, Title: "A valve", Outcome: "REFUSED", Reason: "IMPORT_PROBLEMS", Problems: records[1].Problems},
		{Line: 6, Title: "B", Outcome: "SKIPPED", Reason: "IMPORT_EDITED", Listing: 7, Number: "L-2026-ABCDEFGHIJ"},
		{Line: 7, Title: "C", Outcome: "REFUSED", Reason: "PATENT_OF_ANOTHER", Detail: "201711410931.9"},
		{Line: 8, Title: "D", Outcome: "UNCHANGED", Listing: 8, Number: "L-2026-ABCDEFGHIK", Problems: []intake.Problem{
			{Rule: intake.TwiceInFile, Value: "4"}, {Field: intake.IPC, Column: 28, Rule: intake.NotASymbol, Value: "H99"},
		}},
	}
	return p
}

// What an export calls its columns an import knows again, in both languages.
func TestExportedNamesAreKnownAgain(t *testing.T) {
	for _, l := range locale.Langs {
		ctx := locale.With(context.Background(), l)
		for _, f := range intake.Fields {
			table, err := intake.Read([]byte(ExportLabel(ctx, f)+"\tzzz\na\tb\n"), intake.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if got := intake.Guess(table)[0]; got != f {
				t.Errorf("%s: %q is taken for %q, not %q", l, table.Header[0], got, f)
			}
		}
		for _, p := range []string{"export_number", "export_status"} {
			table, err := intake.Read([]byte(component.T(ctx, p)+"\ttitle\na\tb\n"), intake.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if got := intake.Guess(table)[0]; got != intake.Ignore {
				t.Errorf("%s: %q is taken for %q", l, table.Header[0], got)
			}
		}
	}
}
