package subject

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/g60-corridor/corridor/internal/ident"
)

// independent are faults that touch different fields, so that any of them can come together.
var independent = []func(d *Dossier, s *Subject){
	func(_ *Dossier, s *Subject) { s.Status.Evidence = "" },
	func(_ *Dossier, s *Subject) { s.Status.AsOf = "2025-01-01" },
	func(_ *Dossier, s *Subject) { s.Status.Status = Preserved },
	func(_ *Dossier, s *Subject) { s.Number = "" },
	func(_ *Dossier, s *Subject) { s.Owners = append(s.Owners, Owner{Party: "company", ShareBP: 1}) },
	func(_ *Dossier, s *Subject) { s.Pledges = append(s.Pledges, Pledge{Pledgee: "bank"}) },
	func(_ *Dossier, s *Subject) {
		s.Licences = append(s.Licences, Licence{Licensee: "works", Mode: Exclusive})
	},
	func(_ *Dossier, s *Subject) { s.Disputes = append(s.Disputes, Dispute{Kind: Seizure, Case: "c"}) },
	func(_ *Dossier, s *Subject) { s.Funding = append(s.Funding, Funding{Programme: "p"}) },
	func(_ *Dossier, s *Subject) { s.Secrecy = StateSecret },
	func(_ *Dossier, s *Subject) { s.Export = "" },
	func(_ *Dossier, s *Subject) { s.EvaluationReport = "" },
	func(_ *Dossier, s *Subject) { s.PaidYears = 0 },
	func(_ *Dossier, s *Subject) { s.ContentHash = "" },
	func(d *Dossier, _ *Subject) { d.Classes = nil },
	func(d *Dossier, _ *Subject) { d.Disclosure = Disclosure{} },
	func(d *Dossier, _ *Subject) { d.Offers[0].Clauses = []Clause{GrantBack, TiedPurchase} },
	func(d *Dossier, _ *Subject) { d.Offers[0].Scope.Fields = []Field{{"X", "Y"}} },
	func(d *Dossier, _ *Subject) { d.Offers = append(d.Offers, Offer{Mode: "LEASE"}) },
	func(d *Dossier, _ *Subject) { d.Offers = append(d.Offers, Offer{Mode: Exclusive}) },
}

// A dossier without faults has no finding that blocks; another fault never takes away what was found before; the same
// dossier has the same findings, also after it was stored; nothing in it is changed.
func TestFindingsOnlyGrow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := good(rapid.SampledFrom(Kinds).Draw(t, "kind"))
		d.Offers = slices.Delete(d.Offers, 1, 1+rapid.IntRange(0, len(d.Offers)-1).Draw(t, "fewer"))
		if found := Check(d, today); Blocked(found) {
			t.Fatalf("%+v", found)
		}
		faults := rapid.Permutation(independent).Draw(t, "faults")
		for _, wrong := range faults[:rapid.IntRange(1, len(faults)).Draw(t, "n")] {
			before := Check(d, today)
			wrong(d, &d.Subjects[0])
			stored := copied(d)
			after := Check(d, today)
			for _, f := range before {
				if f.Reason == FeeNext { // is no fault, and goes when nobody says what is paid
					continue
				}
				if !slices.ContainsFunc(after, func(g Finding) bool { return g.Reason == f.Reason && g.Field == f.Field && g.Mode == f.Mode }) {
					t.Fatalf("lost: %s", short(f))
				}
			}
			if !slices.Equal(after, Check(stored, today)) || cmp.Diff(stored, copied(d)) != "" {
				t.Fatalf("not the same after storing")
			}
		}
	})
}

// Whatever is stored, Check answers, its findings name known rules and come in the order of the gates.
func FuzzCheck(f *testing.F) {
	for _, k := range Kinds {
		text, _ := json.Marshal(good(k))
		f.Add(text, today)
	}
	f.Add([]byte(`{"subjects":[{"kind":"ICLAYOUT","filed":"9999-12-31","compensation_days":-1}],"offers":[{"mode":"SOLE","scope":{"period":{"months":2147483647}}}]}`), "0000-00-00")
	f.Fuzz(func(t *testing.T, text []byte, day string) {
		var d Dossier
		if json.Unmarshal(text, &d) != nil {
			return
		}
		gate := 0
		for _, f := range Check(&d, ident.Date(day)) {
			at := slices.Index(gates, f.Gate)
			if _, ok := ruleOf[f.Reason]; !ok || at < gate || f.Field == "" || f.Severity == "" {
				t.Fatalf("%+v", f)
			}
			gate = at
		}
	})
}

var update = flag.Bool("update", false, "write the golden files anew")

// The findings of every kind under every mode, with a co-owner, a pledge and a sole licence, as they are stored: names
// and order are a promise.
func TestGoldenFindings(t *testing.T) {
	var b strings.Builder
	for _, k := range Kinds {
		for _, m := range Modes {
			d := with(k, m)
			s := &d.Subjects[0]
			coOwned(d, s)
			pledged(d, s)
			licensed(Sole)(d, s)
			fmt.Fprintf(&b, "%s %s\n", k, m)
			for _, f := range Check(d, today) {
				text, err := json.Marshal(f)
				if err != nil {
					t.Fatal(err)
				}
				fmt.Fprintf(&b, "\t%s\n", text)
			}
		}
	}
	golden(t, "testdata/findings.txt", b.String())
}

// The JSON of a dossier is stored: a name that changes loses what was written.
func TestGoldenDossier(t *testing.T) {
	d := with(Invention, Exclusive, Open, Equity)
	s := &d.Subjects[0]
	coOwned(d, s)
	s.Agreement = &Agreement{"doc-7", []Mode{NonExclusive}}
	s.Owners[1].Consents = []Consent{{[]Mode{Exclusive}, "doc-8", "2025-12-01"}}
	pledged(d, s)
	licensed(NonExclusive)(d, s)
	disputed(Litigation)(d, s)
	s.Pledges[0].Until, s.Disputes[0].Until = "2027-01-01", "2027-01-01"
	s.Funding = []Funding{{"国家重点研发计划", "2018YFB0000000", "优先在境内实施"}}
	s.Family, s.Office, s.Published, s.Completed, s.FirstUsed, s.Expires = "f1", "CN", "2019-01-01", "2018-01-01", "2019-02-01", "2038-03-23"
	s.CompensationDays, s.Woody, s.PersonalAuthor, s.EvaluationReport, s.ContentHash, s.ExportLicence = 30, true, true, "doc-2", "00", "doc-5"
	o := &d.Offers[0]
	o.Sublicensing, o.Improvements, o.KnowHowTransfer, o.Clauses = true, Shared, true, []Clause{NoChallenge}
	o.Scope = Scope{[]Field{{Classification, "F16H"}}, []string{"330000", "US"}, Period{"2026-02-01", "2030-01-31", 48, true}}
	d.CrossBorder = true
	text, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "testdata/dossier.json", string(text)+"\n")
	if diff := cmp.Diff(d, copied(d)); diff != "" {
		t.Error(diff)
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Error(diff)
	}
}
