package page

import (
	"testing"

	"github.com/g60-corridor/corridor/internal/subject"
	"github.com/g60-corridor/corridor/web/locale"
)

// TestWhatTheGatesFindHasWords holds that every code of the rules has its words; the two languages hold the same keys by a
// test of their own.
func TestWhatTheGatesFindHasWords(t *testing.T) {
	var keys []string
	add := func(kind string, codes []string) {
		for _, c := range codes {
			keys = append(keys, kind+"_"+c)
		}
	}
	add("finding", strs(subject.Reasons()))
	add("remedy", strs(subject.Remedies()))
	add("gate", strs(subject.Gates()))
	add("severity", strs([]subject.Severity{subject.Blocks, subject.Warns, subject.Disclose}))
	add("skind", strs(subject.Kinds))
	add("rights", strs(subject.Modes))
	add("legal", strs(subject.Statuses))
	add("clause", strs(subject.Clauses))
	add("classlist", strs(classLists))
	add("liststate", strs(listingStates))
	add("secrecy", strs([]subject.Secrecy{subject.NoSecret, subject.StateSecret}))
	add("export", strs([]subject.ExportClass{subject.ExportFree, subject.ExportRestricted, subject.ExportProhibited}))
	add("proceeds", strs([]subject.Proceeds{subject.PrepayDebt, subject.IntoEscrow}))
	add("improve", strs([]subject.Improvements{subject.ImproverOwns, subject.Shared}))
	add("dispute", strs([]subject.DisputeKind{subject.Litigation, subject.Invalidation, subject.Ownership, subject.Seizure}))
	if len(keys) < 150 {
		t.Fatalf("only %d codes", len(keys))
	}
	for _, key := range keys {
		if !locale.Has(key) {
			t.Errorf("no words for %s", key)
		}
	}
}

// TestEveryFieldOfASheetHasItsName fills in a sheet and looks for a field that would be shown by its code.
func TestEveryFieldOfASheetHasItsName(t *testing.T) {
	scope := subject.Scope{Fields: []subject.Field{{List: "PLAN", Code: "AI"}}, Territories: []string{"CN"}, Period: subject.Period{Start: "1", End: "2", Months: 3, UntilExpiry: true}}
	consents := []subject.Consent{{Modes: []subject.Mode{subject.Assign}, Document: "d", Given: "g"}}
	s := subject.Sheet{
		TitleZH: "a", TitleEN: "b", SummaryZH: "c", SummaryEN: "d", Inventors: []string{"e"}, PriceIdeaFen: 1, PricingBasis: "f", DecisionFile: "g",
		Dossier: subject.Dossier{
			Format: "f", CrossBorder: true, Classes: []subject.Class{{Field: scope.Fields[0], Primary: true}},
			Subjects: []subject.Subject{{
				ID: "a", Kind: "b", Number: "c", Title: "d", Family: "e", Office: "f", Filed: "g", Granted: "h", Published: "i", Completed: "j", FirstUsed: "k",
				Expires: "l", CompensationDays: 1, Woody: true, PersonalAuthor: true, Status: subject.LegalStatus{Status: "a", Evidence: "b", AsOf: "c"},
				PaidYears: 1, EvaluationReport: "a", ContentHash: "b", Owners: []subject.Owner{{Party: "a", Seller: true, ShareBP: 1, Consents: consents}},
				Agreement: &subject.Agreement{Document: "d", Alone: consents[0].Modes},
				Pledges:   []subject.Pledge{{Pledgee: "a", Until: "b", Consents: consents, Proceeds: "c"}},
				Licences:  []subject.Licence{{Licensee: "a", Mode: "b", Scope: scope, Disclosed: true}},
				Disputes:  []subject.Dispute{{Kind: "a", Case: "b", Until: "c", Disclosed: "d"}}, Secrecy: "a",
				Funding: []subject.Funding{{Programme: "a", Number: "b", Obligations: "c"}}, Export: "a", ExportLicence: "b",
			}},
			Offers: []subject.Offer{{Mode: "a", Scope: scope, Sublicensing: true, Improvements: "a", KnowHowTransfer: true, MinimumPerformance: "b",
				Clauses: []subject.Clause{"c"}, Fee: "d", Declaration: "e", Valuation: "f"}},
			Disclosure: subject.Disclosure{Abstract: "a", Ownership: "b", Defects: "c", Maturity: 1, InventorsConsent: "d", DataRoom: true,
				AllLicences: true, AllDisputes: true, AllFunding: true},
		},
	}
	all := s.Leaves()
	if len(all) < 90 {
		t.Fatalf("only %d fields are filled in", len(all))
	}
	for _, l := range all {
		if sheetLabel(t.Context(), l.Path) == "" {
			t.Errorf("%s has no name", l.Path)
		}
	}
}
