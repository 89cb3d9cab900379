package subject

import (
	"slices"
	"strings"
	"testing"

	"github.com/g60-corridor/corridor/internal/ident"
)

// What a dossier without a fault has to tell, and nothing that blocks or warns.
func TestGoodDossiersPass(t *testing.T) {
	for _, k := range Kinds {
		for _, f := range Check(good(k), today) {
			if f.Severity != Disclose {
				t.Errorf("%s: %s", k, short(f))
			}
		}
	}
	for _, d := range []*Dossier{with(Invention, Exclusive), with(Invention, Sole), with(Design, Open), with(Software, Exclusive, NonExclusive), {}} {
		if len(d.Subjects) > 0 && Blocked(Check(d, today)) {
			t.Errorf("%v: %+v", d.Offers, Check(d, today))
		}
	}
	if findings := Check(&Dossier{}, today); !Blocked(findings) {
		t.Error("an empty dossier passes")
	}
}

// fault is one thing made wrong in a good dossier: what is new among the findings is exactly want.
type fault struct {
	name  string
	base  func() *Dossier
	wrong func(d *Dossier, s *Subject)
	want  []string
}

func of(k Kind) func() *Dossier { return func() *Dossier { return good(k) } }

func offering(k Kind, modes ...Mode) func() *Dossier {
	return func() *Dossier { return with(k, modes...) }
}

func TestEachFaultIsFoundAlone(t *testing.T) {
	covered := map[Reason]bool{}
	for _, f := range slices.Concat(formFaults, rightFaults, holderFaults, openFaults, toldFaults) {
		d := f.base()
		before := Check(d, today)
		f.wrong(d, &d.Subjects[0])
		after := Check(d, today)
		var fresh []string
		for _, finding := range after {
			if !slices.Contains(before, finding) {
				fresh = append(fresh, short(finding))
				covered[finding.Reason] = true
			}
		}
		if !slices.Equal(fresh, f.want) {
			t.Errorf("%s:\n got %s\nwant %s", f.name, strings.Join(fresh, "\n     "), strings.Join(f.want, "\n     "))
		}
	}
	for _, f := range CheckPapers(good(KnowHow), Papers{}, true) { // TestPapers
		covered[f.Reason] = true
	}
	for _, f := range CheckPapers(good(Invention), Papers{}, true) {
		covered[f.Reason] = true
	}
	for _, r := range Reasons() {
		if !covered[r] && r != NothingForSale && r != FeeNext {
			t.Errorf("no row finds %s", r)
		}
	}
}

var formFaults = []fault{
	{"nothing offered", of(Invention), func(d *Dossier, _ *Subject) { d.Offers = nil }, []string{"FORM BLOCKS NOTHING_OFFERED offers"}},
	{"a mode that is none", of(Invention), func(d *Dossier, _ *Subject) { d.Offers = append(d.Offers, Offer{Mode: "LEASE"}) }, []string{"FORM BLOCKS MODE_UNKNOWN offers[3].mode"}},
	{"a kind that is none", of(Result), func(_ *Dossier, s *Subject) { s.Kind = "IDEA" }, []string{"FORM BLOCKS KIND_UNKNOWN subjects[0].kind"}},
	{"no number", of(Invention), func(_ *Dossier, s *Subject) { s.Number = " " }, []string{"FORM BLOCKS NUMBER_MISSING subjects[0].number"}},
	{"a wrong check character", of(Invention), func(_ *Dossier, s *Subject) { s.Number = "201810862228.1" }, []string{"FORM BLOCKS NUMBER_WRONG subjects[0].number"}},
	{"a model's number", of(Invention), func(_ *Dossier, s *Subject) { s.Number = "201420070547.4" }, []string{"FORM BLOCKS NUMBER_OF_OTHER_KIND subjects[0].number"}},
	{"the same twice", of(Software), func(d *Dossier, s *Subject) { d.Subjects = append(d.Subjects, *s) }, []string{"FORM BLOCKS NUMBER_TWICE subjects[1].number"}},
	{"no such day", of(Invention), func(_ *Dossier, s *Subject) { s.Granted = "2020-02-30" }, []string{"FORM BLOCKS DATE_WRONG subjects[0].granted"}},
	{"compensation for a model", of(UtilityModel), func(_ *Dossier, s *Subject) { s.CompensationDays = 5 }, []string{"FORM BLOCKS DATE_WRONG subjects[0].compensation_days"}},
	{"a day to come", of(Invention), func(_ *Dossier, s *Subject) { s.Granted = "2026-01-16" }, []string{"FORM BLOCKS DATE_IN_FUTURE subjects[0].granted"}},
	{"a filing of another year", of(Application), func(_ *Dossier, s *Subject) { s.Filed = "2019-01-01" }, []string{"FORM BLOCKS FILED_CONTRADICTS_NUMBER subjects[0].filed"}},
	{"a class that is none", of(Invention), func(d *Dossier, _ *Subject) { d.Classes[1].Code = "Z99" }, []string{"FORM BLOCKS CLASS_UNKNOWN classes[1]"}},
	{"no primary class", of(Invention), func(d *Dossier, _ *Subject) { d.Classes[0].Primary = false }, []string{"FORM BLOCKS PRIMARY_CLASS_MISSING classes"}},
	{"two primary classes", of(Invention), func(d *Dossier, _ *Subject) { d.Classes[2].Primary = true }, []string{"FORM BLOCKS PRIMARY_CLASS_TWICE classes"}},
}

var rightFaults = []fault{
	{"abandoned", of(Invention), func(_ *Dossier, s *Subject) { s.Status.Status = Abandoned }, []string{"G1 BLOCKS RIGHT_DEAD subjects[0].status"}},
	{"expired today", of(ICLayout), func(_ *Dossier, s *Subject) { s.FirstUsed, s.Completed = "2016-01-15", "2015-01-01" }, []string{"G1 BLOCKS RIGHT_EXPIRED subjects[0]", "G1 BLOCKS LICENCE_OUTLIVES_RIGHT offers[1].scope.period NONEXCL"}},
	{"no day of grant", of(PlantVariety), func(_ *Dossier, s *Subject) { s.Granted = "" }, []string{"G1 BLOCKS TERM_UNKNOWN subjects[0].granted"}},
	{"a foreign patent without its end", of(Invention), func(_ *Dossier, s *Subject) { s.Office, s.Number = "US", "US9876543B2" }, []string{"G1 BLOCKS TERM_UNKNOWN subjects[0].expires"}},
	{"not granted yet", of(Invention), func(_ *Dossier, s *Subject) { s.Status.Status = PublishedApplication }, []string{"G1 BLOCKS NOT_GRANTED subjects[0].status.status"}},
	{"granted already", of(Application), func(_ *Dossier, s *Subject) { s.Status.Status = InForce }, []string{"G1 WARNS ALREADY_GRANTED subjects[0].status.status"}},
	{"no status", of(Invention), func(_ *Dossier, s *Subject) { s.Status.Status = "" }, []string{"G1 BLOCKS STATUS_MISSING subjects[0].status.status"}},
	{"no extract", of(Invention), func(_ *Dossier, s *Subject) { s.Status.Evidence = "" }, []string{"G1 BLOCKS STATUS_EVIDENCE_MISSING subjects[0].status.evidence"}},
	{"31 days old", of(Invention), func(_ *Dossier, s *Subject) { s.Status.AsOf = "2025-12-15" }, []string{"G1 BLOCKS STATUS_STALE subjects[0].status.as_of"}},
	{"30 days old", of(Invention), func(_ *Dossier, s *Subject) { s.Status.AsOf = "2025-12-16" }, nil},
	{"partly invalidated", of(Invention), func(_ *Dossier, s *Subject) { s.Status.Status = PartiallyInvalidated }, []string{"G1 DISCLOSE PARTLY_INVALIDATED subjects[0].status"}},
	{"a licence to the day of death", offering(Invention, Sole), func(d *Dossier, _ *Subject) { d.Offers[0].Scope.Period = Period{End: "2038-03-23"} }, []string{"G1 BLOCKS LICENCE_OUTLIVES_RIGHT offers[0].scope.period SOLE"}},
	{"a licence to the day before", offering(Invention, Sole), func(d *Dossier, _ *Subject) { d.Offers[0].Scope.Period = Period{End: "2038-03-22"} }, nil},
	{"no fees told", of(Invention), func(_ *Dossier, s *Subject) { s.PaidYears = 0 }, []string{"G7 BLOCKS FEES_UNKNOWN subjects[0].paid_years"}},
	{"a fee late by eleven days", of(Invention), func(_ *Dossier, s *Subject) { s.Filed, s.Number = "2018-01-04", "201810862228.X" }, []string{"G7 DISCLOSE FEE_NEXT subjects[0].paid_years", "G7 WARNS FEE_LATE subjects[0].paid_years"}},
	{"a fee past its grace", of(Invention), func(_ *Dossier, s *Subject) { s.PaidYears = 7 }, []string{"G7 DISCLOSE FEE_NEXT subjects[0].paid_years", "G7 BLOCKS FEE_GRACE_OVER subjects[0].paid_years"}},
	{"no period", offering(Invention, NonExclusive), func(d *Dossier, _ *Subject) { d.Offers[0].Scope.Period = Period{} }, []string{"TERMS BLOCKS PERIOD_MISSING offers[0].scope.period NONEXCL"}},
	{"a period that ends before it begins", offering(Invention, NonExclusive), func(d *Dossier, _ *Subject) {
		d.Offers[0].Scope.Period = Period{Start: "2027-01-01", End: "2026-12-31"}
	}, []string{"TERMS BLOCKS PERIOD_BACKWARDS offers[0].scope.period NONEXCL"}},
	{"a field that is none", offering(Invention, NonExclusive), func(d *Dossier, _ *Subject) { d.Offers[0].Scope.Fields = []Field{{IndustryList, "X1"}} }, []string{"TERMS BLOCKS FIELD_OF_USE_UNKNOWN offers[0].scope.fields[0] NONEXCL"}},
	{"a territory that is none", offering(Invention, NonExclusive), func(d *Dossier, _ *Subject) { d.Offers[0].Scope.Territories = []string{"CN", "China"} }, []string{"TERMS BLOCKS TERRITORY_UNKNOWN offers[0].scope.territories[1] NONEXCL"}},
	{"a clause that monopolises", offering(Invention, NonExclusive), func(d *Dossier, _ *Subject) { d.Offers[0].Clauses = []Clause{NoChallenge} }, []string{"TERMS BLOCKS CLAUSE_FORBIDDEN offers[0].clauses[0] NONEXCL"}},
	{"equity without a value", offering(Invention, Equity), func(d *Dossier, _ *Subject) { d.Offers[0].Valuation = "" }, []string{"TERMS BLOCKS EQUITY_UNVALUED offers[0].valuation EQUITY"}},
	{"an exclusive licensee who may sleep", offering(Invention, Exclusive), func(d *Dossier, _ *Subject) { d.Offers[0].MinimumPerformance = "" }, []string{"TERMS WARNS MINIMUM_PERFORMANCE_MISSING offers[0].minimum_performance EXCLUSIVE"}},
}

var holderFaults = []fault{
	{"no owner", of(Invention), func(_ *Dossier, s *Subject) { s.Owners = nil }, []string{"G2 BLOCKS OWNER_MISSING subjects[0].owners"}},
	{"a seller who owns nothing", offering(Invention, NonExclusive), func(_ *Dossier, s *Subject) { s.Owners[0].Seller = false }, []string{"G2 BLOCKS SELLER_NOT_OWNER subjects[0].owners", "G2 DISCLOSE FEE_SHARED_WITH_CO_OWNERS subjects[0].owners NONEXCL"}},
	{"shares that do not add up", of(Invention), func(_ *Dossier, s *Subject) { s.Owners[0].ShareBP = 9999 }, []string{"G2 WARNS SHARES_WRONG subjects[0].owners"}},
	{"a co-owner unasked", of(Invention), coOwned, []string{
		"G2 BLOCKS CO_OWNER_CONSENT_MISSING subjects[0].owners[1].consents ASSIGN", "G2 DISCLOSE FEE_SHARED_WITH_CO_OWNERS subjects[0].owners NONEXCL", "G2 BLOCKS CO_OWNER_CONSENT_MISSING subjects[0].owners[1].consents EQUITY",
	}},
	{"an agreement that lets nobody license", offering(Invention, NonExclusive), func(d *Dossier, s *Subject) { coOwned(d, s); s.Agreement = &Agreement{Document: "doc-7"} }, []string{"G2 BLOCKS CO_OWNER_CONSENT_MISSING subjects[0].owners[1].consents NONEXCL"}},
	{"an agreement that lets each assign", offering(Invention, Assign), func(d *Dossier, s *Subject) { coOwned(d, s); s.Agreement = &Agreement{"doc-7", []Mode{Assign}} }, nil},
	{"an agreement that nobody can see", offering(Invention, Assign), func(d *Dossier, s *Subject) { coOwned(d, s); s.Agreement = &Agreement{"", []Mode{Assign}} }, []string{"G2 BLOCKS AGREEMENT_UNPROVED subjects[0].agreement.document"}},
	{"a consent without a document", offering(Invention, Assign), func(d *Dossier, s *Subject) { coOwned(d, s); s.Owners[1].Consents = []Consent{{Modes: []Mode{Assign}}} }, []string{"G2 BLOCKS CO_OWNER_CONSENT_MISSING subjects[0].owners[1].consents ASSIGN"}},
	{"all consent", offering(Invention, Assign), func(d *Dossier, s *Subject) {
		coOwned(d, s)
		s.Owners[1].Consents = []Consent{{[]Mode{Assign}, "doc-8", ""}}
	}, nil},
	{"pledged", offering(Invention, Assign), pledged, []string{"G3 DISCLOSE PLEDGED subjects[0].pledges[0]", "G3 BLOCKS PLEDGEE_CONSENT_MISSING subjects[0].pledges[0].consents ASSIGN"}},
	{"pledged and allowed", offering(Invention, Assign), func(d *Dossier, s *Subject) {
		pledged(d, s)
		s.Pledges[0].Consents = []Consent{{[]Mode{Assign}, "doc-9", ""}}
	}, []string{"G3 DISCLOSE PLEDGED subjects[0].pledges[0]"}},
	{"a pledge that is over", offering(Invention, Assign), func(d *Dossier, s *Subject) { pledged(d, s); s.Pledges[0].Until = today }, nil},
	{"where the price goes", offering(Invention, Assign), func(d *Dossier, s *Subject) {
		pledged(d, s)
		s.Pledges[0].Consents, s.Pledges[0].Proceeds = []Consent{{[]Mode{Assign}, "doc-9", ""}}, ""
	}, []string{"G3 DISCLOSE PLEDGED subjects[0].pledges[0]", "G3 BLOCKS PROCEEDS_UNASSIGNED subjects[0].pledges[0].proceeds"}},
	{"licences not declared", of(Invention), func(d *Dossier, _ *Subject) { d.Disclosure.AllLicences = false }, []string{"G4 BLOCKS LICENCES_NOT_DECLARED disclosure.all_licences"}},
	{"a licence", of(Invention), licensed(NonExclusive), []string{"G4 DISCLOSE LICENCE_SURVIVES subjects[0].licences[0] ASSIGN", "G4 DISCLOSE LICENCE_SURVIVES subjects[0].licences[0] EQUITY"}},
	{"a licence that is hidden", offering(Invention, NonExclusive), func(d *Dossier, s *Subject) { licensed(NonExclusive)(d, s); s.Licences[0].Disclosed = false }, []string{"G4 BLOCKS LICENCE_NOT_DISCLOSED subjects[0].licences[0].disclosed"}},
	{"not alone", offering(Invention, Exclusive), licensed(""), []string{"G4 WARNS NOT_ALONE offers[0].scope EXCLUSIVE"}},
	{"taken", offering(Invention, NonExclusive), licensed(Sole), []string{"G5 BLOCKS TAKEN_BY_LICENCE offers[0].scope NONEXCL"}},
	{"taken in another place", offering(Invention, NonExclusive), func(d *Dossier, s *Subject) {
		licensed(Exclusive)(d, s)
		s.Licences[0].Scope.Territories = []string{"US"}
	}, nil},
	{"taken in another field", offering(Invention, NonExclusive), func(d *Dossier, s *Subject) {
		licensed(Exclusive)(d, s)
		s.Licences[0].Scope.Fields, d.Offers[0].Scope.Fields = []Field{{IndustryList, "C39"}}, []Field{{IndustryList, "C36"}}
	}, nil},
	{"taken until before", offering(Invention, NonExclusive), func(d *Dossier, s *Subject) {
		licensed(Exclusive)(d, s)
		s.Licences[0].Scope.Period.End, d.Offers[0].Scope.Period.Start = "2026-06-30", "2026-07-01"
	}, nil},
	{"a licence on its last day", offering(Invention, Assign), func(d *Dossier, s *Subject) { licensed(Exclusive)(d, s); s.Licences[0].Scope.Period.End = today }, []string{"G4 DISCLOSE LICENCE_SURVIVES subjects[0].licences[0] ASSIGN"}},
	{"taken, but over", offering(Invention, NonExclusive), func(d *Dossier, s *Subject) { licensed(Exclusive)(d, s); s.Licences[0].Scope.Period.End = "2026-01-14" }, nil},
}

func coOwned(_ *Dossier, s *Subject) {
	s.Owners = []Owner{{Party: "university", Seller: true, ShareBP: 6000}, {Party: "company", ShareBP: 4000}}
}

func pledged(_ *Dossier, s *Subject) { s.Pledges = []Pledge{{Pledgee: "bank", Proceeds: IntoEscrow}} }

func licensed(m Mode) func(*Dossier, *Subject) {
	return func(_ *Dossier, s *Subject) {
		s.Licences = []Licence{{Licensee: "works", Mode: m, Scope: Scope{Territories: []string{"CN"}, Period: Period{Start: "2024-01-01", End: "2030-12-31"}}, Disclosed: true}}
	}
}

var openFaults = []fault{
	{"an open licence of software", offering(Software, NonExclusive), func(d *Dossier, _ *Subject) { d.Offers[0] = offer(Open) }, []string{"G6 BLOCKS OPEN_ONLY_PATENTS offers[0].mode OPEN"}},
	{"an open licence of a foreign patent", func() *Dossier {
		d := with(Invention, NonExclusive)
		d.Subjects[0].Office, d.Subjects[0].Number, d.Subjects[0].Expires = "US", "US9876543B2", "2036-01-01"
		return d
	}, func(d *Dossier, _ *Subject) { d.Offers[0] = offer(Open) }, []string{"G6 BLOCKS OPEN_ONLY_PATENTS offers[0].mode OPEN"}},
	{"an open licence of an application", offering(Application, NonExclusive), func(d *Dossier, _ *Subject) { d.Offers[0] = offer(Open) }, []string{"G6 BLOCKS OPEN_BEFORE_GRANT offers[0].mode OPEN"}},
	{"open and exclusive elsewhere", offering(Invention, Open), func(d *Dossier, s *Subject) {
		licensed(Exclusive)(d, s)
		s.Licences[0].Scope.Territories = []string{"US"}
	}, []string{"G6 BLOCKS OPEN_WHILE_EXCLUSIVE offers[0].mode OPEN"}},
	{"suspended", of(UtilityModel), func(_ *Dossier, s *Subject) { s.Status.Status = Suspended }, []string{"G6 BLOCKS OPEN_WHILE_SUSPENDED subjects[0].status OPEN", "G8 WARNS TRANSFER_SUSPENDED subjects[0].status ASSIGN"}},
	{"open and a fee late", offering(Invention, Open), func(_ *Dossier, s *Subject) { s.Filed = "2018-01-14" }, []string{"G6 BLOCKS OPEN_FEES_UNPAID subjects[0].paid_years OPEN", "G7 DISCLOSE FEE_NEXT subjects[0].paid_years", "G7 WARNS FEE_LATE subjects[0].paid_years"}},
	{"open and pledged", offering(Invention, Open), pledged, []string{"G3 DISCLOSE PLEDGED subjects[0].pledges[0]", "G3 BLOCKS PLEDGEE_CONSENT_MISSING subjects[0].pledges[0].consents OPEN", "G6 BLOCKS OPEN_WHILE_PLEDGED subjects[0].pledges[0].consents OPEN"}},
	{"a model without a report", of(UtilityModel), func(_ *Dossier, s *Subject) { s.EvaluationReport = "" }, []string{"G6 BLOCKS EVALUATION_REPORT_MISSING subjects[0].evaluation_report OPEN"}},
	{"no published fee", offering(Invention, Open), func(d *Dossier, _ *Subject) { d.Offers[0].Fee = "" }, []string{"G6 BLOCKS OPEN_FEE_MISSING offers[0].fee OPEN"}},
	{"praise", offering(Invention, Open), func(d *Dossier, _ *Subject) { d.Offers[0].Declaration = "国际领先的技术" }, []string{"G6 BLOCKS PROMOTIONAL_WORDING offers[0].declaration OPEN"}},
	{"sole while open", offering(Invention, Sole), func(d *Dossier, s *Subject) { licensed(Open)(d, s); s.Licences[0].Scope.Territories = []string{"US"} }, []string{"G6 BLOCKS EXCLUSIVE_WHILE_OPEN offers[0].mode SOLE"}},
	{"exclusive beside open", offering(Invention, Exclusive, NonExclusive), func(d *Dossier, _ *Subject) { d.Offers[1] = offer(Open) }, []string{"G6 BLOCKS EXCLUSIVE_BESIDE_OPEN offers[0].mode EXCLUSIVE"}},
}

var toldFaults = []fault{
	{"disputes not declared", of(Invention), func(d *Dossier, _ *Subject) { d.Disclosure.AllDisputes = false }, []string{"G8 BLOCKS DISPUTES_NOT_DECLARED disclosure.all_disputes"}},
	{"seized", of(Invention), disputed(Seizure), []string{"G8 BLOCKS SEIZED subjects[0].disputes[0]", "G8 DISCLOSE DISPUTE_PENDING subjects[0].disputes[0]"}},
	{"preserved", of(Invention), func(_ *Dossier, s *Subject) { s.Status.Status = Preserved }, []string{"G8 BLOCKS PRESERVED subjects[0].status"}},
	{"invalidation, hidden", of(Invention), func(d *Dossier, s *Subject) { disputed(Invalidation)(d, s); s.Disputes[0].Disclosed = "" }, []string{"G8 BLOCKS DISPUTE_NOT_DISCLOSED subjects[0].disputes[0].disclosed", "G8 DISCLOSE DISPUTE_PENDING subjects[0].disputes[0]"}},
	{"a dispute that is over", of(Invention), func(d *Dossier, s *Subject) { disputed(Seizure)(d, s); s.Disputes[0].Until = "2025-12-31" }, nil},
	{"a state secret", of(KnowHow), func(_ *Dossier, s *Subject) { s.Secrecy = StateSecret }, []string{"G9 BLOCKS STATE_SECRET subjects[0].secrecy"}},
	{"not reviewed", of(KnowHow), func(_ *Dossier, s *Subject) { s.Secrecy = "" }, []string{"G9 BLOCKS SECRECY_NOT_REVIEWED subjects[0].secrecy"}},
	{"no abstract", of(Invention), func(d *Dossier, _ *Subject) { d.Disclosure.Abstract = "" }, []string{"G9 BLOCKS ABSTRACT_MISSING disclosure.abstract"}},
	{"know-how in one tier", of(KnowHow), func(d *Dossier, _ *Subject) { d.Disclosure.DataRoom = false }, []string{"G9 BLOCKS DATA_ROOM_MISSING disclosure.data_room"}},
	{"know-how without its hash", of(KnowHow), func(_ *Dossier, s *Subject) { s.ContentHash = "later" }, []string{"G9 BLOCKS CONTENT_HASH_MISSING subjects[0].content_hash"}},
	{"an application that nobody has seen", of(Application), func(d *Dossier, s *Subject) { s.Status.Status, d.Disclosure.DataRoom = Pending, false }, []string{"G9 WARNS APPLICATION_UNPUBLISHED disclosure.data_room"}},
	{"funding not declared", of(Invention), func(d *Dossier, _ *Subject) { d.Disclosure.AllFunding = false }, []string{"G10 BLOCKS FUNDING_NOT_DECLARED disclosure.all_funding"}},
	{"funding", of(Invention), func(_ *Dossier, s *Subject) {
		s.Funding = []Funding{{"国家重点研发计划", "2018YFB0000000", ""}}
	}, []string{"G10 DISCLOSE PUBLICLY_FUNDED subjects[0].funding[0]", "G10 BLOCKS FUNDING_OBLIGATIONS_MISSING subjects[0].funding[0].obligations"}},
	{"no export class", of(Invention), func(_ *Dossier, s *Subject) { s.Export = "" }, []string{"G10 BLOCKS EXPORT_CLASS_MISSING subjects[0].export"}},
	{"prohibited", of(Invention), func(d *Dossier, s *Subject) { s.Export, d.CrossBorder = ExportProhibited, true }, []string{"G10 DISCLOSE EXPORT_RESTRICTED subjects[0].export", "G10 BLOCKS EXPORT_PROHIBITED subjects[0].export"}},
	{"restricted", of(Invention), func(d *Dossier, s *Subject) { s.Export, d.CrossBorder = ExportRestricted, true }, []string{"G10 DISCLOSE EXPORT_RESTRICTED subjects[0].export", "G10 BLOCKS EXPORT_LICENCE_MISSING subjects[0].export_licence"}},
	{"no word on ownership", of(Invention), func(d *Dossier, _ *Subject) { d.Disclosure.Ownership = "" }, []string{"G11 BLOCKS OWNERSHIP_STATEMENT_MISSING disclosure.ownership"}},
	{"no word on defects", of(Invention), func(d *Dossier, _ *Subject) { d.Disclosure.Defects = "" }, []string{"G11 BLOCKS DEFECTS_STATEMENT_MISSING disclosure.defects"}},
	{"no maturity", of(Invention), func(d *Dossier, _ *Subject) { d.Disclosure.Maturity = 10 }, []string{"G11 BLOCKS MATURITY_MISSING disclosure.maturity"}},
	{"an early stage", of(Invention), func(d *Dossier, _ *Subject) { d.Disclosure.Maturity = 3 }, []string{"G11 DISCLOSE EARLY_STAGE disclosure.maturity"}},
	{"inventors unasked", of(Invention), func(d *Dossier, _ *Subject) { d.Disclosure.InventorsConsent = "" }, []string{"G11 BLOCKS INVENTORS_CONSENT_MISSING disclosure.inventors_consent"}},
}

func disputed(k DisputeKind) func(*Dossier, *Subject) {
	return func(_ *Dossier, s *Subject) {
		s.Disputes = []Dispute{{Kind: k, Case: "(2025)沪73民初1号", Disclosed: "见说明"}}
	}
}

// Acceptance scenario 17.
func TestScenario17(t *testing.T) {
	d := with(UtilityModel, Open, NonExclusive)
	d.Subjects[0].EvaluationReport = ""
	if f := Check(d, today); !BlockedFor(f, Open) || BlockedFor(f, NonExclusive) {
		t.Errorf("a model without a report: %+v", f)
	}
	d = with(Invention, Assign, NonExclusive)
	pledged(d, &d.Subjects[0])
	if f := Check(d, today); !BlockedFor(f, Assign) || !BlockedFor(f, NonExclusive) {
		t.Errorf("a pledge without consent: %+v", f)
	}
	d = with(Invention, Assign, NonExclusive)
	coOwned(d, &d.Subjects[0])
	if f := Check(d, today); !BlockedFor(f, Assign) || BlockedFor(f, NonExclusive) {
		t.Errorf("a co-owner alone: %+v", f)
	}
}

func TestFactsOfFindings(t *testing.T) {
	find := func(d *Dossier, day ident.Date, r Reason) Finding {
		for _, f := range Check(d, day) {
			if f.Reason == r {
				return f
			}
		}
		t.Errorf("no %s", r)
		return Finding{}
	}
	d := with(Invention, NonExclusive)
	if f := find(d, today, FeeNext); f.Number != 9 || f.Date != "2026-03-23" || f.AmountFen != 2000_00 {
		t.Errorf("%+v", f)
	}
	d.Subjects[0].Status.AsOf = "2026-05-20"
	if f := find(d, "2026-05-24", FeeLate); f.Date != "2026-09-23" || f.AmountFen != 2200_00 || f.Days != 122 { // two months and a day late: 10 %
		t.Errorf("%+v", f)
	}
	if f := find(d, "2026-09-24", FeeLapsed); f.Date != "2026-09-23" {
		t.Errorf("%+v", f)
	}
	old := with(ICLayout, Assign)
	old.Subjects[0].Filed = "2016-01-10"
	coOwned(old, &old.Subjects[0])
	if f := find(old, today, RightExpired); f.Basis != (Basis{LayoutRules, "12"}) || f.Days != 5 {
		t.Errorf("%+v", f)
	}
	if f := find(old, today, CoOwnerConsent); f.Basis.Law != MarketRules {
		t.Errorf("%+v", f)
	}
	d.Offers[0].Scope.Period = Period{Months: 1200}
	if f := find(d, today, LicenceTooLong); f.Days != 4450 || f.Date != "2038-03-23" || f.Basis != (Basis{CivilCode, "865"}) || f.Remedy != ShortenPeriod {
		t.Errorf("%+v", f)
	}
}
