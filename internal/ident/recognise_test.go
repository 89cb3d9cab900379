package ident

import (
	"fmt"
	"strings"
	"testing"
	"unicode"
)

func TestRecogniseFindsNumbersInText(t *testing.T) {
	for _, c := range []struct {
		text string
		want string // kind normal[…] of each, in order
	}{
		{"专利号ZL201810862228.X，已授权", "APPLICATION_NUMBER 201810862228.X"},
		{"ＺＬ 2018 1 0862228．ｘ", "APPLICATION_NUMBER 201810862228.X"}, {"zl 2018\u00a01\u00a00862228.x", "APPLICATION_NUMBER 201810862228.X"}, {"2018-1-0862228.X", "APPLICATION_NUMBER 201810862228.X"},
		{"201810862228X", "APPLICATION_NUMBER 201810862228.X"}, {"95115608.X和ZL90101673X", "APPLICATION_NUMBER 95115608.X, APPLICATION_NUMBER 90101673.X"},
		{"ZL201810862228", "APPLICATION_NUMBER 201810862228.…"}, {"ZL 2018 1 0862228 is ours", "APPLICATION_NUMBER 201810862228.…"},
		{"see CN107966475B and CN 107966475 Battery", "PUBLICATION_NUMBER CN107966475B, PUBLICATION_NUMBER CN107966475…"},
		{"(PCT/CN2019/123456; WO 2019/123456 A1)", "PCT_APPLICATION PCT/CN2019/123456, PCT_PUBLICATION WO2019/123456A1"},
		{"登记号：2019SR0123456。", "SOFTWARE_COPYRIGHT 2019SR0123456"}, {"品种权CNA20161234.5", "PLANT_VARIETY CNA20161234.5"}, {"BS.165012345", "IC_LAYOUT BS.165012345"},
		{"中国科学技术大学 12100000485001086e", "USCC 12100000485001086E"}, {"213800KUD8LAJWSQ9D15", "LEI 213800KUD8LAJWSQ9D15"},
		{"https://orcid.org/0000-0002-1694-233x", "ORCID 0000-0002-1694-233X"}, {"见 https://doi.org/10.1038/S41586-020-2649-2，图3", "DOI 10.1038/s41586-020-2649-2"}, {"(10.1038/abc.)", "DOI 10.1038/abc"},
		{"分类号 a61k31/495; H01L 21/00", "CLASSIFICATION A61K 31/495, CLASSIFICATION H01L 21/00"}, {"GR202333001234", "HIGH_TECH_CERTIFICATE GR202333001234"},
		{"US-9,876,543 and U.S. Pat. No. 9,876,543 B2", "FOREIGN_NUMBER US9876543, FOREIGN_NUMBER US9876543B2"}, {"EP 1 234 567 B1", "FOREIGN_NUMBER EP1234567B1"}, {"12/345,678", "FOREIGN_NUMBER US12/345678"},
		{"14-03", "LOCARNO 14-03"}, {" c3913 ", "INDUSTRY C3913"}, {"310117", "REGION 310117"}, {"邮编 310117", ""},
		{"201810862228.1", ""}, {"一种干湿球温度计", ""}, {"", ""}, {"11010519491231002X", ""}, {"call 13812345678 or 2026-01-15", ""}, {"at 5 mm to 100000 mm", ""}, {"\xff\xfe", ""},
		{"x201810862228.X", ""}, {"201810862228.X5", ""},
	} {
		var got []string
		for _, m := range Recognise(c.text) {
			s := fmt.Sprintf("%s %s", m.Kind, m.Normal)
			if m.Partial {
				s += "…"
			}
			got = append(got, s)
		}
		if strings.Join(got, ", ") != c.want {
			t.Errorf("%q: %q, want %q", c.text, strings.Join(got, ", "), c.want)
		}
	}
}

// Every printed form of a valid number is found, wherever it stands, and the place is told.
func TestRecogniseFindsEveryPrintedForm(t *testing.T) {
	for _, want := range validApplications {
		for _, form := range printed(want) {
			form = strings.TrimFunc(form, func(r rune) bool { return unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) })
			if len(want) < 14 && !strings.ContainsAny(form, "ZLzlＺCNcn.．") {
				continue // nine digits alone may be anything
			}
			text := "专利" + form + "，有效"
			found := Recognise(text)
			if len(found) != 1 || found[0].Normal != want || text[found[0].Start:found[0].End] != form {
				t.Errorf("%q: %+v", text, found)
			}
		}
	}
}

func TestRecogniseEndsBehindAFullWidthCharacter(t *testing.T) {
	const number = "ＺＬ２０１８１０８６２２２８．Ｘ"
	text := "见" + number + "号"
	if found := Recognise(text); len(found) != 1 || text[found[0].Start:found[0].End] != number {
		t.Errorf("%+v", found)
	}
}

// Hostile texts cost no more than their length.
func TestRecogniseTakesLongTexts(t *testing.T) {
	for _, s := range []string{"10.1000/(", "1 ", "CN1", "A ", "US ", "２", "10.1000/"} {
		Recognise(strings.Repeat(s, 200_000/len(s)))
	}
	if found := Recognise(strings.Repeat("专利 ", 100_000) + "ZL201810862228.X"); len(found) != 1 {
		t.Errorf("%+v", found)
	}
}

func FuzzRecognise(f *testing.F) {
	for _, s := range []string{"专利号ZL201810862228.X，已授权", "CN 107966475 Battery", "１２/345,678", "10.1038/abc", "\xff1", "310117", strings.Repeat("1 ", 100)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		end := 0
		for _, m := range Recognise(s) {
			if names[m.Kind] == "" || m.Normal == "" || m.Start < 0 || m.End <= m.Start || m.End > len(s) || m.Kind == ResidentNumber {
				t.Fatalf("%q: %+v", s, m)
			}
			if m.Start < end && m.End != end {
				t.Fatalf("%q: %+v overlaps", s, m)
			}
			end = m.End
		}
	})
}
