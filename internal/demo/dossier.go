package demo

import (
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/internal/ident"
	"github.com/g60-corridor/corridor/internal/subject"
	"github.com/g60-corridor/corridor/seeds"
)

// dossier is what the seller of an invented result has filled in: it passes the gates as others must.
func (p *planter) dossier(l seeds.Listing, pat *ent.Patent, ipc []string, today time.Time) subject.Dossier {
	s := subject.Subject{
		ID: "s1", Kind: subject.Application, Number: pat.ApplicationNo, Title: l.ZH, Filed: ident.DateOf(pat.FiledOn),
		Status: subject.LegalStatus{
			Status: subject.Status(pat.LegalStatus), Evidence: "专利登记簿副本", AsOf: ident.DateOf(pat.StatusAsOf),
		},
		Owners:  []subject.Owner{{Party: p.names[l.Seller], Seller: true, ShareBP: 10_000}},
		Secrecy: subject.NoSecret, Export: subject.ExportFree,
	}
	if pat.GrantedOn != nil {
		s.Kind, s.Granted = subject.Invention, ident.DateOf(*pat.GrantedOn)
		s.PaidYears = today.Year() - pat.FiledOn.Year() + 1 // the year that runs, whatever its day
	}
	d := subject.Dossier{
		Format: subject.DossierFormat, Subjects: []subject.Subject{s},
		Classes: []subject.Class{{Field: subject.Field{List: subject.PlanFields, Code: l.Field}, Primary: true}},
		Disclosure: subject.Disclosure{
			Abstract: l.SummaryZH, Ownership: "由" + p.names[l.Seller] + "单独所有。", Defects: "未发现。", Maturity: subject.Level(l.TRL),
			InventorsConsent: "完成人知情同意书", AllLicences: true, AllDisputes: true, AllFunding: true,
		},
	}
	for _, c := range ipc {
		d.Classes = append(d.Classes, subject.Class{Field: subject.Field{List: subject.Classification, Code: c}})
	}
	for _, right := range l.Rights {
		o := subject.Offer{Mode: subject.Mode(right)}
		if o.Mode.Licence() {
			o.Scope = subject.Scope{Territories: []string{"CN"}, Period: subject.Period{Months: 60}}
		}
		d.Offers = append(d.Offers, o)
	}
	return d
}
