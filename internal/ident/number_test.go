package ident

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
)

// row is a printed form and what becomes of it: the normal form, or the message.
type row struct{ text, want string }

func try[T ~string](t *testing.T, parse func(string) (T, error), rows []row) {
	t.Helper()
	for _, r := range rows {
		n, err := parse(r.text)
		got := string(n)
		if err != nil {
			var e *Error
			if !errors.As(err, &e) || got != "" {
				t.Errorf("%q: %#v beside %q", r.text, err, got)
			}
			got = err.Error()
		}
		if got != r.want {
			t.Errorf("%q: %s, want %s", r.text, got, r.want)
		}
	}
}

func TestPublicationNumbers(t *testing.T) {
	form := "publication number: expected the form CN107966475B"
	try(t, ParsePublicationNo, []row{
		{"CN107966475B", "CN107966475B"}, {"cn 107966475 b", "CN107966475B"}, {"CN116926835A", "CN116926835A"}, {"CN-107966475-B", "CN107966475B"}, {"CN202827616U", "CN202827616U"},
		{"CN307000001S", "CN307000001S"}, {"CN1234567C", "CN1234567C"}, {"CN85100001A", "CN85100001A"}, {"CN2123456Y", "CN2123456Y"}, {"CN3123456D", "CN3123456D"}, {"CN100000001C1", "CN100000001C1"},
		{"", "publication number: missing"}, {"107966475B", form}, {"CN107966475BB", form}, {"CN10796B", form}, {"US107966475B", form},
		{"CN101091984", "publication number: kind code missing, expected one of A, B, C"},
		{"CN107966475U", "publication number: kind code U, expected one of A, B, C"}, {"CN202827616A", "publication number: kind code A, expected one of U, Y"},
		{"CN707966475B", `publication number: character "7" at position 3 is not allowed`}, {"CN85700001A", `publication number: character "7" at position 5 is not allowed`},
	})
	for _, c := range []struct {
		n           PublicationNo
		kind        string
		of          PatentType
		application bool
	}{{"CN107966475B", "B", Invention, false}, {"CN116926835A", "A", Invention, true}, {"CN202827616U", "U", UtilityModel, false}, {"CN100000001C1", "C1", Invention, false}, {"", "", Undefined, false}} {
		if c.n.KindCode() != c.kind || c.n.Type() != c.of || c.n.Application() != c.application {
			t.Errorf("%s: %s %s %v", c.n, c.n.KindCode(), c.n.Type(), c.n.Application())
		}
	}
}

func TestInternationalNumbers(t *testing.T) {
	try(t, ParsePCTNo, []row{
		{"PCT/CN2019/123456", "PCT/CN2019/123456"}, {"pct / cn2019 / 123456", "PCT/CN2019/123456"}, {"PCT/CN99/00123", "PCT/CN99/00123"}, {"PCT/US03/12345", "PCT/US03/12345"},
		{"", "PCT application number: missing"}, {"PCT/CN2019/12345", "PCT application number: expected the form PCT/CN2019/123456"},
		{"PCT/CN04/12345", "PCT application number: year 04, expected 78 to 99 or 00 to 03"}, {"PCT/CN2003/123456", "PCT application number: year 2003, expected 2004 or later"},
	})
	try(t, ParsePCTPublicationNo, []row{
		{"WO2019/123456A1", "WO2019/123456A1"}, {"WO 2019123456 A1", "WO2019/123456A1"}, {"wo 2019/123456 a1", "WO2019/123456A1"}, {"WO2019123456-A1", "WO2019/123456A1"},
		{"", "PCT publication number: missing"}, {"WO2019/123456", "PCT publication number: expected the form WO2019/123456A1"}, {"WO1977/123456A1", "PCT publication number: year 1977, expected 1978 or later"},
	})
}

func TestClassificationSymbols(t *testing.T) {
	form := "classification symbol: expected the form A61K 31/495"
	try(t, ParseSymbol, []row{
		{"A61K 31/495", "A61K 31/495"}, {"a61k31/495", "A61K 31/495"}, {"A61K   31/495", "A61K 31/495"}, {"A61K 031/495", "A61K 31/495"}, {"A61K 31/495 (2006.01)", "A61K 31/495"}, {"A61K31/495(2006.01)I", "A61K 31/495"}, {"A61K\u00ad 31/495", "A61K 31/495"},
		{"Y02E 10/50", "Y02E 10/50"}, {"H01L\u300021/00", "H01L 21/00"}, {"G06F 17/302345", "G06F 17/302345"},
		{"", "classification symbol: missing"}, {"A61K", form}, {"I61K 31/495", form}, {"A61K 31/4", form}, {"A61K 31-495", form}, {"A61 K31/495", form},
		{"A00K 1/00", "classification symbol: no class A00K 1/00"}, {"A61K 0/00", "classification symbol: no class A61K 0/00"},
	})
	s := Symbol("A61K 31/495")
	if got := fmt.Sprintf("%s %s %s %s", s.Section(), s.Class(), s.Subclass(), s.MainGroup()); got != "A A61 A61K A61K 31" || s.CPC() || !Symbol("Y02E 10/50").CPC() {
		t.Error(got)
	}
	prefix := "classification symbol: expected the form A61K 31/495, or the beginning of it"
	try(t, ParseSymbolPrefix, []row{
		{"a", "A"}, {"A61", "A61"}, {"a61k", "A61K"}, {"A61K 31", "A61K 31/"}, {"A61K31/4", "A61K 31/4"}, {"A61K 31/495", "A61K 31/495"}, {"A61K 031/", "A61K 31/"},
		{"", "classification symbol: missing"}, {"AK", prefix}, {"A 31", prefix}, {"A61 31/00", prefix}, {"Z", prefix}, {"31/495", prefix},
	})
	try(t, ParseLocarno, []row{
		{"14-03", "14-03"}, {"LOC(13)Cl.14-03", "14-03"}, {"LOC (13) Cl. 14-03", "14-03"}, {"１４-03", "14-03"},
		{"", "Locarno class: missing"}, {"14.03", "Locarno class: expected the form 14-03"}, {"33-01", "Locarno class: no class 33-01"}, {"00-01", "Locarno class: no class 00-01"}, {"14-00", "Locarno class: no class 14-00"},
	})
}

// Every prefix begins exactly the symbols below it.
func TestPrefixesBeginTheirSymbols(t *testing.T) {
	for _, c := range []struct {
		prefix, symbol string
		want           bool
	}{{"A61K", "A61K 31/495", true}, {"A61K 3", "A61K 31/495", false}, {"A61K 31", "A61K 31/495", true}, {"A61K31/4", "A61K 31/495", true}, {"A61K31/5", "A61K 31/495", false}} {
		p, err1 := ParseSymbolPrefix(c.prefix)
		s, err2 := ParseSymbol(c.symbol)
		if err1 != nil || err2 != nil || strings.HasPrefix(string(s), p) != c.want {
			t.Errorf("%q begins %q: want %v (%v, %v)", p, s, c.want, err1, err2)
		}
	}
}

func TestORCID(t *testing.T) {
	form := "ORCID: expected the form 0000-0002-1825-0097"
	try(t, ParseORCID, []row{
		{"0000-0002-1825-0097", "0000-0002-1825-0097"}, {"0000-0002-1694-233X", "0000-0002-1694-233X"}, {"0000-0002-6378-6229", "0000-0002-6378-6229"},
		{"000000021694233x", "0000-0002-1694-233X"}, {"https://orcid.org/0000-0002-1825-0097", "0000-0002-1825-0097"}, {"0000 0002 1825 0097", "0000-0002-1825-0097"}, {"0000\u20110002\u20111825\u20110097", "0000-0002-1825-0097"}, {"0000–0002–1694–233Ⅹ", "0000-0002-1694-233X"},
		{"0000-0002-1825-0098", "ORCID: check character 8, expected 7"}, {"0000-0002-1694-2330", "ORCID: check character 0, expected X"},
		{"", "ORCID: missing"}, {"0000-0002-1825-009", form}, {"0000-0002-1825-009Y", form},
	})
}

func TestLEI(t *testing.T) {
	try(t, ParseLEI, []row{
		{"213800KUD8LAJWSQ9D15", "213800KUD8LAJWSQ9D15"}, {"0YPKKE5F0QW6RC51HE09", "0YPKKE5F0QW6RC51HE09"}, {"2138 001c y61h dfj5 za27", "2138001CY61HDFJ5ZA27"},
		{"213800KUD8LAJWSQ9D16", "LEI: check character 16, expected 15"}, {"213800KUD8LAJWSQ9E15", "LEI: check character 15, expected 12"},
		{"", "LEI: missing"}, {"213800KUD8LAJWSQ9D1", "LEI: 19 characters, expected 20"}, {"213800KUD8LAJWSQ9D1_", `LEI: character "_" at position 20 is not allowed`}, {"大", `LEI: character "大" at position 1 is not allowed`},
	})
}

func TestResidentID(t *testing.T) {
	id, err := ParseResidentID("11010519491231002x")
	if err != nil || id.Reveal() != "11010519491231002X" {
		t.Fatalf("%v, %v", id, err)
	}
	text, _ := json.Marshal(struct{ ID ResidentID }{id})
	for _, shown := range []string{fmt.Sprint(id), fmt.Sprintf("%+v %#v %s", id, id, id), string(text)} {
		if !strings.Contains(shown, "002X") || strings.Contains(shown, "1002X") {
			t.Errorf("it shows %s", shown)
		}
	}
	if got := (ResidentID{}).String(); got != "" {
		t.Error(got)
	}
	for _, c := range []row{
		{"110105194912310021", "resident ID: check character 1, expected X"}, {"110105194913310021", "resident ID: no such date: characters 7 to 14"},
		{"110105190002290021", "resident ID: no such date: characters 7 to 14"}, {"", "resident ID: missing"}, {"110105491231002", "resident ID: 15 characters, expected 18"},
		{"01010519491231002X", "resident ID: expected the form seventeen digits and a check character"}, {"1101051949123100X2", "resident ID: expected the form seventeen digits and a check character"},
	} {
		_, err := ParseResidentID(c.text)
		if err == nil || err.Error() != c.want {
			t.Errorf("%s: %v, want %s", c.text, err, c.want)
		}
	}
}

func TestCorridor(t *testing.T) {
	if len(Cities) != 9 {
		t.Errorf("%d cities", len(Cities))
	}
	for _, c := range Cities {
		if got := c.Code.Corridor(); got != c.Code {
			t.Errorf("%s belongs to %s", c.Code, got)
		}
		if found, ok := CityOf(c.Code); !ok || found != c || c.ZH == "" || c.EN == "" {
			t.Errorf("%s: %v %v", c.Code, found, ok)
		}
	}
	for code, want := range map[Region]Region{
		"310117": "310117", "310115": External, "310100": External, "320583": "320500", "330110": "330100", "330782": "330700", "341822": "341800", "340123": "340100",
		"340222": "340200", "330483": "330400", "330523": "330500", "110000": External, "310118": External, "": External, "3205": External, "EXT": External,
	} {
		if got := code.Corridor(); got != want {
			t.Errorf("%s belongs to %s, want %s", code, got, want)
		}
	}
	try(t, ParseRegion, []row{
		{"310117", "310117"}, {" 320583 ", "320583"}, {"", "region code: missing"}, {"31011", "region code: expected the form 310117"}, {"EXT", "region code: expected the form 310117"}, {"910000", "region code: expected the form 310117"},
	})
	if _, ok := CityOf("310115"); ok {
		t.Error("Pudong is a city of the corridor")
	}
}

// FuzzParse: nothing panics, a normal form is read as itself, an error is one of ours and never quotes much.
func FuzzParse(f *testing.F) {
	for _, s := range append(validApplications, "CN107966475B", "PCT/CN2019/123456", "WO2019/123456A1", "A61K 31/495", "LOC(13)Cl.14-03", "12100000485001086E", "0000-0002-1694-233X",
		"11010519491231002X", "213800KUD8LAJWSQ9D15", "310117", "2019SR0123456", "CNA20161234.5", "BS.165012345", "GR202333001234", "10.1038/abc", "US9876543B2", "US12/345,678", "C3913", "2026年1月15日", "\xff", "ＺＬ", "") {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		stable(t, s, ParseApplicationNo)
		stable(t, s, ParsePublicationNo)
		stable(t, s, ParsePCTNo)
		stable(t, s, ParsePCTPublicationNo)
		stable(t, s, ParseSymbol)
		stable(t, s, ParseLocarno)
		stable(t, s, ParseUSCC)
		stable(t, s, ParseORCID)
		stable(t, s, ParseLEI)
		stable(t, s, ParseRegion)
		stable(t, s, ParseSoftwareNo)
		stable(t, s, ParseVarietyNo)
		stable(t, s, ParseLayoutNo)
		stable(t, s, ParseCertificateNo)
		stable(t, s, ParseDOI)
		stable(t, s, ParseIndustry)
		stable(t, s, ParseOffice)
		stable(t, s, ParseDate)
		stable(t, s, func(s string) (ForeignNo, error) { return ParseForeignNo("", s) })
		if id, err := ParseResidentID(s); err == nil && strings.Contains(fmt.Sprint(id), id.Reveal()) {
			t.Fatalf("%q shows itself", s)
		}
		n := ApplicationNo(s) // whatever a database may hold
		_, _, _ = n.Year(), n.Type(), n.ViaPCT()
		_, _, _ = Symbol(s).Class(), Symbol(s).MainGroup(), PublicationNo(s).KindCode()
		_, _, _ = ForeignNo(s).Office(), ForeignNo(s).KindCode(), Date(s).Years(3)
		_, _ = ParseForeignNo(Office(s), s)
		_, _ = USCC(s).Organisation(), Region(s).Corridor()
	})
}

func stable[T ~string](t *testing.T, s string, parse func(string) (T, error)) {
	n, err := parse(s)
	if err != nil {
		var e *Error
		if !errors.As(err, &e) || names[e.Kind] == "" || len(e.Error()) > 250 {
			t.Fatalf("%q: %#v", s, err)
		}
		return
	}
	if again, err := parse(string(n)); err != nil || again != n {
		t.Fatalf("%q: %q, read again %q, %v", s, n, again, err)
	}
}
