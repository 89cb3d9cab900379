package ident

import (
	"testing"
)

func TestRegistersOfOtherRights(t *testing.T) {
	software := "software registration number: expected the form 2019SR0123456"
	try(t, ParseSoftwareNo, []row{
		{"2019SR0123456", "2019SR0123456"}, {"2008sr123456", "2008SR123456"}, {" ２０１９ ＳＲ ０１２３４５６", "2019SR0123456"}, {"2019-SR-0123456", "2019SR0123456"}, {"2019\u00a0SR\u00a0012\u20113456", "2019SR0123456"},
		{"", "software registration number: missing"}, {"2019SR12345", software}, {"2019SR12345678", software}, {"19SR123456", software}, {"软著登字第1234567号", software},
		{"1985SR123456", "software registration number: year 1985, expected 1992 or later"},
	})
	variety := "plant variety number: expected the form CNA20161234.5"
	try(t, ParseVarietyNo, []row{
		{"CNA20161234.5", "CNA20161234.5"}, {"cna 2016 1234．5", "CNA20161234.5"}, {"CNA20161000123", "CNA20161000123"}, {"CNB-20161234", "CNB20161234"},
		{"", "plant variety number: missing"}, {"CN20161234.5", variety}, {"CNA2016123", variety}, {"CNA20161234.55", variety},
	})
	layout := "IC layout number: expected the form BS.165012345"
	try(t, ParseLayoutNo, []row{
		{"BS.165012345", "BS.165012345"}, {"bs165012345", "BS.165012345"}, {"ＢＳ．16501234.x", "BS.16501234.X"}, {"BS. 16501-2345", "BS.165012345"},
		{"", "IC layout number: missing"}, {"BS.1650123", layout}, {"165012345", layout},
	})
	certificate := "high-tech certificate number: expected the form GR202333001234"
	try(t, ParseCertificateNo, []row{
		{"GR202333001234", "GR202333001234"}, {"gr 2023 3300 1234", "GR202333001234"}, {"ＧＲ２０２３３３００１２３４", "GR202333001234"},
		{"", "high-tech certificate number: missing"}, {"GR20233300123", certificate}, {"GS202333001234", certificate}, {"GR200733001234", "high-tech certificate number: year 2007, expected 2008 or later"},
	})
	if y := CertificateNo("GR202333001234").Year(); y != 2023 || CertificateNo("").Year() != 0 {
		t.Error(y)
	}
	doi := "DOI: expected the form 10.1038/s41586-020-2649-2"
	try(t, ParseDOI, []row{
		{"10.1038/s41586-020-2649-2", "10.1038/s41586-020-2649-2"}, {"https://doi.org/10.1038/S41586-020-2649-2", "10.1038/s41586-020-2649-2"}, {"doi: 10.1002/(SICI)1097-4571(199806)49:8<693::AID-ASI4>3.0.CO;2-O", "10.1002/(sici)1097-4571(199806)49:8<693::aid-asi4>3.0.co;2-o"},
		{"http://dx.doi.org/１０．1038/abc", "10.1038/abc"}, {"", "DOI: missing"}, {"11.1038/abc", doi}, {"10.10/abc", doi}, {"10.1038/", doi},
	})
}

func TestIndustryCodes(t *testing.T) {
	form := "industry code: expected the form C3913, or the beginning of it"
	try(t, ParseIndustry, []row{
		{"C", "C"}, {"c39", "C39"}, {"C391", "C391"}, {"Ｃ 3913", "C3913"}, {"3913", "C3913"}, {"01", "A01"}, {"T97", "T97"}, {"M73", "M73"},
		{"", "industry code: missing"}, {"U", form}, {"C3", form}, {"C39130", form}, {"D39", "industry code: no class D39"}, {"00", "industry code: no class 00"}, {"98", "industry code: no class 98"},
	})
	for _, c := range []struct{ section, first, last string }{{"A", "01", "05"}, {"C", "13", "43"}, {"P", "83", "83"}, {"T", "97", "97"}, {"", "", ""}, {"U", "", ""}} {
		if first, last := Industry(c.section).Divisions(); first != c.first || last != c.last {
			t.Errorf("%s: %s to %s", c.section, first, last)
		}
	}
	if Industry("C3913").Section() != "C" || Industry("").Section() != "" {
		t.Error("a section is the first letter")
	}
}

func TestForeignNumbers(t *testing.T) {
	form := "foreign number: expected the form US9876543B2 or US12/345678"
	try(t, func(s string) (ForeignNo, error) { return ParseForeignNo("", s) }, []row{
		{"US-9,876,543", "US9876543"}, {"US 9,876,543 B2", "US9876543B2"}, {"us9876543b2", "US9876543B2"}, {"U.S. Pat. No. 9,876,543", "US9876543"}, {"U.S. Patent 9,876,543 B2", "US9876543B2"},
		{"US 12/345,678", "US12/345678"}, {"US Appl. No. 12/345,678", "US12/345678"}, {"US 2019/0123456 A1", "US20190123456A1"}, {"US20190123456A1", "US20190123456A1"}, {"USD723,456 S", "USD723456S"}, {"US RE45,678 E", "USRE45678E"},
		{"EP 1 234 567 B1", "EP1234567B1"}, {"EP\u00a012345678.9", "EP12345678.9"}, {"ＪＰ2019-123456Ａ", "JP2019123456A"}, {"KR10-2019-0123456", "KR1020190123456"}, {"DE 10 2019 123 456 A1", "DE102019123456A1"}, {"GB2345678A", "GB2345678A"},
		{"", "foreign number: missing"}, {"US", `foreign number: office "US", expected a code of WIPO ST.3`}, {"9,876,543", `foreign number: office "9,", expected a code of WIPO ST.3`}, {"QQ1234567", `foreign number: office "QQ", expected a code of WIPO ST.3`},
		{"CN201810862228.X", `foreign number: office "CN", expected an office other than CN and WO`}, {"WO2019/123456A1", `foreign number: office "WO", expected an office other than CN and WO`},
		{"US 9,87,6543", form}, {"US ABC", form}, {"US 12/34", form}, {"US0000000", form}, {"US1234/5/6", form}, {"US12345678901234567", form},
	})
	// As they stand in a public table of one agency's patents, where a leading nought or the comma may be missing.
	try(t, func(s string) (ForeignNo, error) { return ParseForeignNo("US", s) }, []row{
		{"13/033,085", "US13/033085"}, {"08/543,093", "US08/543093"}, {"09/822470", "US09/822470"}, {"12/45,970", "US12/045970"}, {"11/66,650", "US11/066650"}, {"11/066649", "US11/066649"}, {"09/82,523", "US09/082523"},
		{"9,876,543", "US9876543"}, {"US12/345678", "US12/345678"},
	})
	if _, err := ParseForeignNo("XX", "1"); err == nil || err.Error() != `foreign number: office "XX", expected a code of WIPO ST.3` {
		t.Error(err)
	}
	for _, c := range []struct{ n, office, kind, without string }{{"US9876543B2", "US", "B2", "US9876543"}, {"US12/345678", "US", "", "US12/345678"}, {"USD723456S", "US", "S", "USD723456"}, {"", "", "", ""}} {
		n := ForeignNo(c.n)
		if string(n.Office()) != c.office || n.KindCode() != c.kind || n.WithoutKind() != c.without {
			t.Errorf("%s: %s %s %s", n, n.Office(), n.KindCode(), n.WithoutKind())
		}
	}
	try(t, ParseOffice, []row{{"us", "US"}, {"ＥＰ", "EP"}, {"", "office code: missing"}, {"USA", "office code: expected the form two letters, such as US"}, {"QQ", `office code: office "QQ", expected a code of WIPO ST.3`}})
}

func TestDates(t *testing.T) {
	form := "date: expected the form 2026-01-15"
	try(t, ParseDate, []row{
		{"2026-01-15", "2026-01-15"}, {"2026/1/5", "2026-01-05"}, {"2026.01.15", "2026-01-15"}, {"20260115", "2026-01-15"}, {"2026年1月15日", "2026-01-15"}, {"２０２６－０１－１５", "2026-01-15"}, {"2024-02-29", "2024-02-29"},
		{"", "date: missing"}, {"15/01/2026", form}, {"2026-01", form}, {"2026-02-29", "date: no such date: 2026-02-29"}, {"2026-13-01", "date: no such date: 2026-13-01"}, {"0026-01-01", "date: no such date: 0026-01-01"},
	})
	for _, c := range []struct {
		from   Date
		months int
		want   Date
	}{{"2026-01-31", 1, "2026-02-28"}, {"2024-02-29", 12, "2025-02-28"}, {"2024-02-29", 48, "2028-02-29"}, {"2026-03-31", -1, "2026-02-28"}, {"2025-12-15", 1, "2026-01-15"}, {"", 5, ""}, {"soon", 5, ""}} {
		if got := c.from.Months(c.months); got != c.want {
			t.Errorf("%s and %d months: %s, want %s", c.from, c.months, got, c.want)
		}
	}
	if d := Date("2024-02-28").Days(2); d != "2024-03-01" || Date("").Days(1) != "" || Date("2018-03-23").Years(20) != "2038-03-23" {
		t.Error(d)
	}
	if n, ok := Date("2026-01-15").DaysUntil("2038-03-23"); n != 4450 || !ok {
		t.Error(n, ok)
	}
	if _, ok := Date("2026-01-15").DaysUntil(""); ok || Date("x").Valid() {
		t.Error("no day counts")
	}
}
