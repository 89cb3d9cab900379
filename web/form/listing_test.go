package form_test

import (
	"net/url"
	"reflect"
	"testing"

	"github.com/g60-corridor/corridor/internal/subject"
	"github.com/g60-corridor/corridor/web/form"
)

func whole() subject.Sheet {
	scope := subject.Scope{
		Fields: []subject.Field{{List: subject.PlanFields, Code: "AI"}}, Territories: []string{"CN", "310000"},
		Period: subject.Period{Start: "2026-01-01", Months: 12},
	}
	consents := []subject.Consent{{Modes: []subject.Mode{subject.Assign, subject.Sole}, Document: "书面同意", Given: "2026-02-03"}}
	return subject.Sheet{
		TitleZH: "膜", TitleEN: "Film", SummaryZH: "甲\n乙", Inventors: []string{"沈怀谷 / Shen Huaigu", "李"}, PriceIdeaFen: 123_45, PricingBasis: "b",
		DecisionFile: "f",
		Dossier: subject.Dossier{
			Subjects: []subject.Subject{{
				ID: "S1", Kind: subject.Invention, Number: "201710601862.3", Title: "t", Filed: "2017-07-21", CompensationDays: 3, Woody: true,
				Status: subject.LegalStatus{Status: subject.InForce, Evidence: "e", AsOf: "2026-11-20"}, PaidYears: 9,
				Owners:    []subject.Owner{{Party: "甲", Seller: true, ShareBP: 6000}, {Party: "乙", ShareBP: 4000, Consents: consents}},
				Agreement: &subject.Agreement{Document: "d", Alone: []subject.Mode{subject.NonExclusive}},
				Pledges:   []subject.Pledge{{Pledgee: "行", Proceeds: subject.IntoEscrow, Consents: consents}},
				Licences:  []subject.Licence{{Licensee: "丙", Mode: subject.Sole, Scope: scope, Disclosed: true}},
				Disputes:  []subject.Dispute{{Kind: subject.Litigation, Case: "c", Disclosed: "x"}},
				Secrecy:   subject.NoSecret, Funding: []subject.Funding{{Programme: "p", Number: "1", Obligations: "o"}}, Export: subject.ExportFree,
			}},
			Offers: []subject.Offer{{Mode: subject.Exclusive, Scope: scope, Sublicensing: true, Clauses: []subject.Clause{subject.NoChallenge}}},
			Classes: []subject.Class{
				{Field: subject.Field{List: subject.PlanFields, Code: "NM"}, Primary: true}, {Field: subject.Field{List: subject.Classification, Code: "B01D 71/00"}},
			},
			Disclosure:  subject.Disclosure{Abstract: "a", Maturity: 4, DataRoom: true, AllLicences: true},
			CrossBorder: true,
		},
	}
}

func TestASheetIsReadAsItWasShown(t *testing.T) {
	s := whole()
	got, faults := form.ReadSheet(form.SheetValues(&s))
	if len(faults) > 0 || !reflect.DeepEqual(got, s) {
		t.Errorf("%v: %+v", faults, subject.Changes(&s, &got))
	}
}

func TestWhatASheetCannotRead(t *testing.T) {
	got, faults := form.ReadSheet(url.Values{
		"title_zh": {"膜"}, "price_idea_fen": {"many"}, "dossier.subjects[0].kind": {"INVENTION"}, "dossier.subjects[0].paid_years": {"x"},
		"a[": {"1"}, "dossier.subjects[999].kind": {"DESIGN"}, "dossier..": {"1"}, "]]": {""}, "dossier.subjects[1].owners[0].party": {""},
		"dossier.disclosure.maturity": {"9999999999999999999999"},
	})
	names := map[string]bool{}
	for _, f := range faults {
		names[f.Name] = true
	}
	if got.TitleZH != "膜" || len(got.Dossier.Subjects) != 1 || len(names) != 3 ||
		!names["price_idea_fen"] || !names["dossier.subjects[0].paid_years"] || !names["dossier.disclosure.maturity"] {
		t.Errorf("%v, %+v", faults, got)
	}
}

func FuzzReadSheet(f *testing.F) {
	f.Add("dossier.subjects[0].number", "1", "dossier.offers[59].mode", "ASSIGN")
	f.Add("a[1].b[2]", "1", "dossier.subjects[61].status", "x")
	f.Add("dossier.subjects", "1", "dossier", "x")
	f.Fuzz(func(t *testing.T, a, av, b, bv string) { form.ReadSheet(url.Values{a: {av}, b: {bv}}) })
}
