package subject

import (
	"errors"
	"slices"
	"testing"

	"github.com/g60-corridor/corridor/internal/ident"
	"github.com/g60-corridor/corridor/internal/money"
)

func TestTerms(t *testing.T) {
	for _, c := range []struct {
		name    string
		s       Subject
		expires ident.Date
		today   ident.Date
		left    int
	}{
		{"scenario 18", Subject{Kind: Invention, Filed: "2018-03-23"}, "2038-03-23", "2026-01-15", 4450},
		{"dead on the day", Subject{Kind: UtilityModel, Filed: "2016-01-15"}, "2026-01-15", "2026-01-15", 0},
		{"compensated", Subject{Kind: Invention, Filed: "2018-03-23", CompensationDays: 10}, "2038-04-02", "2026-01-15", 4460},
		{"not a model", Subject{Kind: UtilityModel, Filed: "2018-03-23", CompensationDays: 10}, "2028-03-23", "2028-03-22", 1},
		{"an old design", Subject{Kind: Design, Filed: "2021-05-31"}, "2031-05-31", "2031-05-30", 1},
		{"a new design", Subject{Kind: Design, Filed: "2021-06-01"}, "2036-06-01", "2036-06-02", -1},
		{"software lives on its last day", Subject{Kind: Software, Published: "2001-05-04"}, "2051-12-31", "2051-12-31", 1},
		{"software of 1 January", Subject{Kind: Software, Published: "2002-01-01"}, "2052-12-31", "2053-01-01", 0},
		{"software unpublished", Subject{Kind: Software, Completed: "2010-01-01"}, "2060-12-31", "2060-12-31", 1},
		{"software of a person", Subject{Kind: Software, Published: "2001-05-04", PersonalAuthor: true, Expires: "2070-12-31"}, "2070-12-31", "2070-12-30", 2},
		{"a variety before", Subject{Kind: PlantVariety, Granted: "2025-05-31"}, "2040-05-31", "2040-05-30", 1},
		{"a tree before", Subject{Kind: PlantVariety, Granted: "2025-05-31", Woody: true}, "2045-05-31", "2045-05-30", 1},
		{"a variety since", Subject{Kind: PlantVariety, Granted: "2025-06-01"}, "2045-06-01", "2045-05-31", 1},
		{"a tree since", Subject{Kind: PlantVariety, Granted: "2025-06-01", Woody: true}, "2050-06-01", "2050-05-31", 1},
		{"a layout filed", Subject{Kind: ICLayout, Filed: "2020-05-01"}, "2030-05-01", "2030-04-30", 1},
		{"a layout used first", Subject{Kind: ICLayout, Filed: "2020-05-01", FirstUsed: "2019-03-01"}, "2029-03-01", "2029-02-28", 1},
		{"a layout used later", Subject{Kind: ICLayout, Filed: "2020-05-01", FirstUsed: "2021-03-01"}, "2030-05-01", "2030-04-30", 1},
		{"a layout that lay", Subject{Kind: ICLayout, Filed: "2020-05-01", Completed: "2013-01-01"}, "2028-01-01", "2027-12-31", 1},
		{"of another office", Subject{Kind: Invention, Office: "US", Filed: "2018-03-23", Expires: "2036-01-01"}, "2036-01-01", "2035-12-31", 1},
	} {
		term := c.s.Term()
		left, ok := term.DaysLeft(c.today)
		if term.Expires != c.expires || left != c.left || !ok || term.Unlimited || term.Missing != "" {
			t.Errorf("%s: %+v, %d days left", c.name, term, left)
		}
	}
	for _, c := range []struct {
		s       Subject
		missing string
	}{
		{Subject{Kind: Invention}, "filed"}, {Subject{Kind: Design, Filed: "2020"}, "filed"}, {Subject{Kind: Software}, "published"}, {Subject{Kind: Software, PersonalAuthor: true}, "expires"},
		{Subject{Kind: PlantVariety}, "granted"}, {Subject{Kind: ICLayout}, "filed"}, {Subject{Kind: Invention, Office: "US", Filed: "2018-03-23"}, "expires"},
	} {
		if term := c.s.Term(); term.Missing != c.missing || term.Unlimited {
			t.Errorf("%+v: %+v", c.s, term)
		}
	}
	for _, k := range []Kind{Application, PCT, KnowHow, Result} {
		if term := (&Subject{Kind: k}).Term(); !term.Unlimited {
			t.Errorf("%s: %+v", k, term)
		}
	}
}

func TestAnnualFees(t *testing.T) {
	for _, c := range []struct {
		kind     Kind
		from, to int
		fee      money.Fen
	}{
		{Invention, 1, 3, 900_00}, {Invention, 4, 6, 1200_00}, {Invention, 7, 9, 2000_00}, {Invention, 10, 12, 4000_00}, {Invention, 13, 15, 6000_00}, {Invention, 16, 20, 8000_00},
		{UtilityModel, 1, 3, 600_00}, {UtilityModel, 4, 5, 900_00}, {UtilityModel, 6, 8, 1200_00}, {UtilityModel, 9, 10, 2000_00}, {Design, 9, 10, 2000_00}, {Design, 11, 15, 3000_00},
	} {
		for year := c.from; year <= c.to; year++ {
			if fee, ok := AnnualFee(c.kind, year); fee != c.fee || !ok {
				t.Errorf("%s year %d: %d", c.kind, year, fee)
			}
		}
	}
	for _, c := range []struct {
		kind Kind
		year int
	}{{Invention, 0}, {Invention, 21}, {UtilityModel, 11}, {Design, 16}, {Software, 1}} {
		if fee, ok := AnnualFee(c.kind, c.year); ok {
			t.Errorf("%s year %d: %d", c.kind, c.year, fee)
		}
	}
}

func TestNextFee(t *testing.T) {
	for _, c := range []struct {
		today     ident.Date
		late      bool
		surcharge money.Fen
		over      bool
	}{
		{"2026-03-23", false, 0, false}, {"2026-03-24", true, 0, false}, {"2026-04-23", true, 0, false}, {"2026-04-24", true, 100_00, false}, {"2026-05-23", true, 100_00, false}, {"2026-05-24", true, 200_00, false},
		{"2026-08-24", true, 500_00, false}, {"2026-09-23", true, 500_00, false}, {"2026-09-24", true, 500_00, true},
	} {
		due, ok := NextFee(Invention, "2018-03-23", 8, c.today)
		want := Due{Year: 9, FeeFen: 2000_00, On: "2026-03-23", Late: c.late, SurchargeFen: c.surcharge, GraceEnds: "2026-09-23", Over: c.over}
		if due != want || !ok {
			t.Errorf("%s: %+v, want %+v", c.today, due, want)
		}
	}
	for _, c := range []struct {
		kind  Kind
		filed ident.Date
		paid  int
	}{{Invention, "2018-03-23", 20}, {UtilityModel, "2018-03-23", 10}, {Design, "2021-05-31", 10}, {Invention, "2018-03-23", 0}, {Invention, "", 3}, {Software, "2018-03-23", 3}} {
		if due, ok := NextFee(c.kind, c.filed, c.paid, today); ok {
			t.Errorf("%+v: %+v", c, due)
		}
	}
	if due, ok := NextFee(Design, "2021-06-01", 10, today); !ok || due.FeeFen != 3000_00 {
		t.Errorf("%+v", due)
	}
}

func TestNumbersOfEachKind(t *testing.T) {
	for _, c := range []struct {
		kind   Kind
		office ident.Office
		text   string
		want   string
	}{
		{Invention, "", "ZL 2018 1 0862228.x", "201810862228.X"}, {Invention, "US", "9,876,543 B2", "US9876543B2"}, {Application, "US", "12/45,970", "US12/045970"}, {Application, "CN", modelNumber, modelNumber},
		{PCT, "", "WO 2019/123456 A1", "WO2019/123456A1"}, {PCT, "", "pct/cn2019/123456", "PCT/CN2019/123456"}, {Software, "", "2019 sr 0123456", "2019SR0123456"}, {PlantVariety, "", "cna20161234.5", "CNA20161234.5"},
		{ICLayout, "", "BS165012345", "BS.165012345"}, {KnowHow, "", " KH  7 ", "KH 7"}, {Result, "", "9332024Y0123", "9332024Y0123"},
	} {
		if got, err := c.kind.ParseNumber(c.office, c.text); got != c.want || err != nil {
			t.Errorf("%s %q: %q, %v", c.kind, c.text, got, err)
		}
		if got, err := c.kind.ParseNumber(c.office, " "); err == nil {
			t.Errorf("%s: nothing passes as %q", c.kind, got)
		}
	}
	_, err := Invention.ParseNumber("", modelNumber)
	var e *ident.Error
	if !errors.As(err, &e) || e.Fault != ident.KindMismatch || e.Got != "UTILITY_MODEL" {
		t.Error(err)
	}
}

func TestCodeLists(t *testing.T) {
	count := map[List]int{}
	future := 0
	for i, c := range Codes {
		count[c.List]++
		if c.Future {
			future++
		}
		if c.ZH == "" || c.EN == "" || slices.ContainsFunc(Codes[:i], func(o Code) bool { return o.List == c.List && (o.Code == c.Code || o.ZH == c.ZH || o.EN == c.EN) }) {
			t.Errorf("%+v", c)
		}
		if found, ok := Lookup(c.List, c.Code); found != c || !ok {
			t.Errorf("%+v: %+v", c, found)
		}
	}
	for list, n := range map[List]int{PlanFields: 11, StrategicList: 9, HighTechList: 8, ContractList: 11, IndustryList: 20} {
		if count[list] != n {
			t.Errorf("%s has %d", list, count[list])
		}
	}
	if future != 4 {
		t.Errorf("%d fields of the future", future)
	}
	for f, want := range map[Field]bool{
		{PlanFields, "AI"}: true, {PlanFields, "XX"}: false, {IndustryList, "C3913"}: true, {IndustryList, "D39"}: false, {Classification, "A61K 31/4"}: true, {Classification, "?"}: false, {OwnWords, "齿轮"}: true, {OwnWords, " "}: false, {"", ""}: false,
	} {
		if f.Known() != want {
			t.Errorf("%+v", f)
		}
	}
	for i, l := range Levels {
		if int(l.Level) != i+1 || l.Code == "" || l.ZH == "" || l.EN == "" || l.Level.Early() != (i < 3) {
			t.Errorf("%+v", l)
		}
	}
	if Level(0).Known() || Level(10).Known() || Level(0).Early() {
		t.Error("a level that is none")
	}
	for _, r := range rulebook {
		if !slices.ContainsFunc(Laws, func(l LawName) bool { return l.Law == r.law }) || !slices.Contains(gates, r.gate) || (r.law == MarketRules) != (r.articles == "") {
			t.Errorf("%+v", r)
		}
	}
	if len(ruleOf) != len(rulebook) {
		t.Error("a reason has two rows")
	}
}

func TestScopesOverlap(t *testing.T) {
	industry := func(codes ...string) (s Scope) {
		for _, c := range codes {
			s.Fields = append(s.Fields, Field{IndustryList, c})
		}
		return s
	}
	in := func(places ...string) Scope { return Scope{Territories: places} }
	for _, c := range []struct {
		a, b Scope
		want bool
	}{
		{Scope{}, Scope{}, true}, {industry("C39"), Scope{}, true}, {industry("C39"), industry("C3913"), true}, {industry("C39"), industry("C36", "A"), false}, {industry("C"), industry("3913"), true},
		{industry("C39"), Scope{Fields: []Field{{Classification, "F16H"}}}, true},
		{Scope{Fields: []Field{{Classification, "A61K 3"}}}, Scope{Fields: []Field{{Classification, "A61K 31/00"}}}, false},
		{Scope{Fields: []Field{{ContractList, "1"}}}, Scope{Fields: []Field{{ContractList, "10"}}}, false},
		{Scope{Fields: []Field{{OwnWords, "a"}}}, Scope{Fields: []Field{{OwnWords, "b"}}}, true},
		{in("CN"), in("China"), true}, {in("100000"), in("330100"), true}, {in("100000"), in("US"), false}, {Scope{Fields: []Field{{IndustryList, "C39"}}}, Scope{Fields: []Field{{IndustryList, "?"}}}, true},
		{in("CN"), in("330100"), true}, {in("330000"), in("330100"), true}, {in("330100"), in("330200"), false}, {in("310117"), in("310000"), true}, {in("CN"), in("US"), false}, {in("us"), in("US", "JP"), true},
		{Scope{Period: Period{Start: "2026-01-01", End: "2026-06-30"}}, Scope{Period: Period{Start: "2026-07-01", UntilExpiry: true}}, false},
		{Scope{Period: Period{Start: "2026-01-01", End: "2026-06-30"}}, Scope{Period: Period{Start: "2026-06-30", Months: 1}}, true},
		{Scope{Period: Period{Start: "2026-01-01", Months: 6}}, Scope{Period: Period{Start: "2026-07-01"}}, false},
	} {
		if c.a.Overlaps(c.b, today) != c.want || c.b.Overlaps(c.a, today) != c.want {
			t.Errorf("%+v and %+v: want %v", c.a, c.b, c.want)
		}
	}
}
