package subject

import (
	"encoding/json"
	"strings"
)

const today = "2026-01-15"

// good gives a dossier without a fault for each kind, with the modes that the kind can have.
func good(k Kind) *Dossier {
	s := Subject{
		ID: "s1", Kind: k, Owners: []Owner{{Party: "university", Seller: true, ShareBP: 10000}}, Secrecy: NoSecret, Export: ExportFree,
		Status: LegalStatus{Status: InForce, Evidence: "doc-1", AsOf: "2026-01-10"},
	}
	modes := []Mode{Assign, NonExclusive, Equity}
	switch k {
	case Invention:
		s.Number, s.Filed, s.Granted, s.PaidYears = "201810862228.X", "2018-03-23", "2020-06-01", 8
	case UtilityModel:
		s.Number, s.Filed, s.Granted, s.PaidYears, s.EvaluationReport = modelNumber, "2020-05-01", "2020-10-01", 6, "doc-2"
		modes = []Mode{Assign, NonExclusive, Open}
	case Design:
		s.Number, s.Filed, s.Granted, s.PaidYears, s.EvaluationReport = "202230481835.9", "2022-07-26", "2022-12-01", 4, "doc-2"
	case Application:
		s.Number, s.Filed, s.Status.Status = "201810862228.X", "2018-03-23", PublishedApplication
	case PCT:
		s.Number, s.Filed, s.Status.Status = "PCT/CN2024/123456", "2024-11-02", PublishedApplication
	case Software:
		s.Number, s.Published, s.Status = "2019SR0123456", "2019-03-01", LegalStatus{}
	case PlantVariety:
		s.Number, s.Granted = "CNA20161234.5", "2019-05-01"
	case ICLayout:
		s.Number, s.Filed, s.Completed = "BS.205012345", "2020-05-01", "2019-12-01"
	case KnowHow:
		s.Number, s.ContentHash, s.Status = "KH-2024-007", strings.Repeat("0a", 32), LegalStatus{}
	case Result:
		s.Number, s.Status = "9332024Y0123", LegalStatus{}
	}
	d := &Dossier{
		Format: DossierFormat, Subjects: []Subject{s},
		Classes: []Class{{Field{PlanFields, "HEE"}, true}, {Field{IndustryList, "C3484"}, false}, {Field{Classification, "F16H"}, false}},
		Disclosure: Disclosure{
			Abstract: "一种齿轮", Ownership: "学校单独所有", Defects: "未发现", Maturity: 6, InventorsConsent: "doc-3", DataRoom: true,
			AllLicences: true, AllDisputes: true, AllFunding: true,
		},
	}
	for _, m := range modes {
		d.Offers = append(d.Offers, offer(m))
	}
	return d
}

const modelNumber = "202020070547.X"

func offer(m Mode) Offer {
	o := Offer{Mode: m}
	if m.Licence() {
		o.Scope = Scope{Territories: []string{"CN"}, Period: Period{Months: 36}}
	}
	switch m {
	case Exclusive:
		o.MinimumPerformance = "每年销售额不低于100万元"
	case Open:
		o.Fee, o.Declaration = "每年 10 万元,按年支付", "愿意许可任何单位或者个人实施本专利"
	case Equity:
		o.Valuation = "doc-4"
	}
	return o
}

// with gives a good dossier that offers these modes.
func with(k Kind, modes ...Mode) *Dossier {
	d := good(k)
	d.Offers = nil
	for _, m := range modes {
		d.Offers = append(d.Offers, offer(m))
	}
	return d
}

// copied is a dossier of its own, by way of what is stored.
func copied(d *Dossier) *Dossier {
	text, err := json.Marshal(d)
	if err != nil {
		panic(err)
	}
	var other Dossier
	if err := json.Unmarshal(text, &other); err != nil {
		panic(err)
	}
	return &other
}

// short is a finding in a line without its sentence.
func short(f Finding) string {
	s := string(f.Gate) + " " + string(f.Severity) + " " + string(f.Reason) + " " + f.Field
	if f.Mode != "" {
		s += " " + string(f.Mode)
	}
	return s
}
