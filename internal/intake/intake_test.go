package intake_test

import (
	"archive/zip"
	"bytes"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
	xunicode "golang.org/x/text/encoding/unicode"

	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/intake"
)

func read(t *testing.T, data string) *intake.Table {
	t.Helper()
	table, err := intake.Read([]byte(data), intake.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func records(t *testing.T, data string) []*intake.Record {
	t.Helper()
	table := read(t, data)
	return intake.Records(table, intake.Guess(table), intake.Choices{})
}

// A real file of two hundred rows: semicolons, a byte order mark, three ways to write a date.
func TestNASA(t *testing.T) {
	data, err := os.ReadFile("testdata/nasa-patents-sample.csv")
	if err != nil {
		t.Fatal(err)
	}
	table := read(t, string(data))
	if table.Delimiter != ';' || table.Encoding != "UTF-8" || len(table.Rows) != 200 {
		t.Fatalf("delimiter %q, %s, %d rows", table.Delimiter, table.Encoding, len(table.Rows))
	}
	got := intake.Guess(table)
	want := intake.Mapping{intake.Owners, intake.LegalStatus, intake.Reference, intake.ApplicationNo, intake.Title, intake.ExpiresOn}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("column %q is taken for %q, not %q", table.Header[i], got[i], want[i])
		}
	}
	stopped, dated := 0, 0
	for _, r := range intake.Records(table, got, intake.Choices{}) {
		if r.Stopped() {
			stopped++
			t.Logf("%d: %+v", r.Line, r.Problems)
		}
		if !r.ExpiresOn.IsZero() {
			dated++
		}
	}
	if stopped != 0 || dated < 150 {
		t.Errorf("%d rows stopped, %d have a date", stopped, dated)
	}
}

const chinese = "序号,专利名称,申请号,申请日,发明人,价格（万元）,法律状态\n" +
	"1,一种干湿球温度计,201711410931.9,2017年12月24日,张三；李四,120,授权\n" +
	"2,一种阀门,ZL 2018 1 0862228.X,2018/8/1,王五,面议,实质审查\n"

func TestEncodings(t *testing.T) {
	gb, err := simplifiedchinese.GB18030.NewEncoder().String(chinese)
	if err != nil {
		t.Fatal(err)
	}
	wide, err := xunicode.UTF16(xunicode.LittleEndian, xunicode.UseBOM).NewEncoder().String(chinese)
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string]string{
		"UTF-8": chinese, "BOM": "\ufeff" + chinese, "GB18030": gb, "UTF-16": wide, "CRLF": strings.ReplaceAll(chinese, "\n", "\r\n"),
		"CR": strings.ReplaceAll(chinese, "\n", "\r"), "tabs": strings.ReplaceAll(chinese, ",", "\t"), "bars": strings.ReplaceAll(chinese, ",", "|"),
		"wide commas": strings.ReplaceAll(chinese, ",", "，"), "sep": "sep=;\n" + strings.ReplaceAll(chinese, ",", ";"),
		"a title above": "浙某大学专利清单（2026年）\n打印日期：2026-11-01\n\n" + chinese,
	} {
		all := records(t, data)
		if len(all) != 2 {
			t.Fatalf("%s: %d records", name, len(all))
		}
		r := all[0]
		if r.TitleZH != "一种干湿球温度计" || len(r.Numbers) != 1 || !r.Numbers[0].Chinese || r.Numbers[0].Text != "201711410931.9" ||
			!r.FiledOn.Equal(time.Date(2017, 12, 24, 0, 0, 0, 0, time.UTC)) || len(r.Inventors) != 2 || r.PriceFen != 120_000_000 ||
			r.Legal != "IN_FORCE" || r.Kind != "INVENTION" || len(r.Problems) != 0 {
			t.Errorf("%s: %+v", name, r)
		}
		if r := all[1]; r.Numbers[0].Text != "201810862228.X" || r.PriceFen != 0 || r.Legal != "PENDING" || r.Stopped() {
			t.Errorf("%s: %+v", name, r)
		}
	}
}

// Cells with newlines, quotes and delimiters within; rows that are too short or too long.
func TestUnevenRows(t *testing.T) {
	all := records(t, "title,abstract,inventors\n\"A \"\"smart\"\" valve, mark 2\",\"two\nlines\",\"Doe, Jane; Roe, R.\"\nshort\n,,,\nlong,a,b,extra,more\n")
	if len(all) != 3 || all[0].TitleEN != `A "smart" valve, mark 2` || all[0].SummaryEN != "two\nlines" || len(all[0].Inventors) != 2 ||
		all[1].TitleEN != "short" || all[1].Line != 4 || all[2].Line != 6 {
		t.Errorf("%+v", all)
	}
}

func TestDates(t *testing.T) {
	day := func(y, m, d int) time.Time { return time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC) }
	column := func(cells ...string) []*intake.Record {
		var b strings.Builder
		b.WriteString("title;filing date\n")
		for i, c := range cells {
			b.WriteString("row " + string(rune('a'+i)) + ";" + c + "\n")
		}
		return records(t, b.String())
	}
	for cell, want := range map[string]time.Time{
		"2020-01-02": day(2020, 1, 2), "2020/1/2": day(2020, 1, 2), "2020.1.2": day(2020, 1, 2), "20200102": day(2020, 1, 2), "2020年1月2日": day(2020, 1, 2),
		"２０２０年１月２日": day(2020, 1, 2), "02 April 2017": day(2017, 4, 2), "Apr 2, 2017": day(2017, 4, 2), "2-Apr-17": day(2017, 4, 2), "2-Apr-85": day(1985, 4, 2),
		"06/16/2024": day(2024, 6, 16), "16/06/2024": day(2024, 6, 16), "16.06.24": day(2024, 6, 16), "2020-01-02 10:11:12": day(2020, 1, 2),
		"2020-01-02T10:11:12Z": day(2020, 1, 2), "05/05/2020": day(2020, 5, 5), "2024-02-29": day(2024, 2, 29),
	} {
		if r := column(cell)[0]; !r.FiledOn.Equal(want) || r.Stopped() {
			t.Errorf("%q: %s %v", cell, r.FiledOn, r.Problems)
		}
	}
	for _, cell := range []string{"2023-02-29", "31/06/2020", "13/13/2020", "soon", "00/10/2020", "1066-10-14", "4.5"} {
		if r := column(cell)[0]; !r.Stopped() || r.Problems[0].Rule != intake.NotADate || r.Problems[0].Header != "filing date" {
			t.Errorf("%q: %s %v", cell, r.FiledOn, r.Problems)
		}
	}
	if r := column("03/04/2020")[0]; !r.Stopped() || r.Problems[0].Rule != intake.AmbiguousDate {
		t.Errorf("alone: %s %v", r.FiledOn, r.Problems)
	}
	if r := column("03/04/2020", "06/16/2024")[0]; !r.FiledOn.Equal(day(2020, 3, 4)) {
		t.Errorf("beside 06/16: %s", r.FiledOn)
	}
	if r := column("03/04/2020", "16/06/2024")[0]; !r.FiledOn.Equal(day(2020, 4, 3)) {
		t.Errorf("beside 16/06: %s", r.FiledOn)
	}
	if r := column("03/04/2020", "16/06/2024", "06/16/2024")[0]; !r.Stopped() {
		t.Errorf("beside both: %s", r.FiledOn)
	}
	table := read(t, "title;filing date\na;03/04/2020\n")
	if r := intake.Records(table, intake.Guess(table), intake.Choices{Dates: intake.DayFirst})[0]; !r.FiledOn.Equal(day(2020, 4, 3)) {
		t.Errorf("as chosen: %s", r.FiledOn)
	}
}

// Each row has one fault, named by its place.
func TestProblems(t *testing.T) {
	head := "title,application number,filing date,grant date,TRL,price,ipc,type\n"
	for row, want := range map[string]struct {
		rule   fault.Problem
		column int
		stops  bool
	}{
		",201711410931.9,,,,,,":                   {intake.Required, 1, true},
		strings.Repeat("长", 401) + ",,,,,,,":      {intake.TooLong, 1, true},
		"a,201711410931.8,,,,,,":                  {intake.WrongNumber, 2, true},
		"a,ZL2017,,,,,,":                          {intake.WrongNumber, 2, true},
		"a," + strings.Repeat("9", 41) + ",,,,,,": {intake.TooLong, 2, true},
		"a,,2020-13-01,,,,,":                      {intake.NotADate, 3, true},
		"a,,2020-01-02,2019-01-01,,,,":            {intake.DateOrderOdd, 4, true},
		"a,,,,10,,,":                              {intake.NotATRL, 5, true},
		"a,,,,,1e9,,":                             {intake.NotAnAmount, 6, true},
		"a,,,,,-5,,":                              {intake.NotAnAmount, 6, true},
		"a,,,,,,H99,":                             {intake.NotASymbol, 7, false},
		"a,,,,,,,trade mark":                      {intake.UnknownValue, 8, false},
		"a,201711410931.9,,,,,,design":            {intake.KindMismatch, 8, true},
	} {
		r := records(t, head+row+"\n")[0]
		if len(r.Problems) != 1 {
			t.Errorf("%s: %+v", row, r.Problems)
			continue
		}
		if p := r.Problems[0]; p.Rule != want.rule || p.Column != want.column || p.Stops != want.stops || p.Line != 2 {
			t.Errorf("%s: %+v", row, p)
		}
	}
	twice := records(t, "title,case number\na,X-1\nb,x 1\n")
	if !twice[1].Stopped() || twice[1].Problems[0].Rule != intake.TwiceInFile || twice[1].Problems[0].Value != "2" {
		t.Errorf("%+v", twice[1])
	}
}

func TestFilesThatAreNoTables(t *testing.T) {
	zipBomb := bomb(t)
	for name, c := range map[string]struct {
		data string
		want fault.Problem
	}{
		"nothing":        {"", intake.Empty},
		"spaces":         {" \n\t\n", intake.Empty},
		"old Excel":      {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 600), intake.OldExcel},
		"with password":  {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e\x00", intake.Protected},
		"page as xls":    {"<html><table><tr><td>1</td></tr></table></html>", intake.WebPage},
		"PDF":            {"%PDF-1.7\n1 0 obj", intake.NotATable},
		"picture":        {"\x89PNG\r\n\x1a\n", intake.NotATable},
		"zeros":          {strings.Repeat("\x00", 100), intake.NotATable},
		"zip":            {"PK\x03\x04 and nothing else", intake.Damaged},
		"zip bomb":       {zipBomb, intake.TooLarge},
		"open quote":     {"title,note\na,\"" + strings.Repeat("x,y\n", 500), intake.QuoteNotClosed},
		"too many cells": {"title" + strings.Repeat(",x", 300) + "\na\n", intake.TooManyColumns},
		"too many rows":  {"title\n" + strings.Repeat("a\n", intake.RowsMost+1), intake.TooManyRows},
		"too many bytes": {strings.Repeat("a", intake.BytesMost+1), intake.TooLarge},
	} {
		_, err := intake.Read([]byte(c.data), intake.Options{})
		var e *fault.Error
		if e = fault.In(err); err == nil || e.Code != fault.Invalid || e.Fields[0].Problem != c.want {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}

func workbook(t *testing.T, fill func(f *excelize.File)) string {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	fill(f)
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// bomb is an archive that would unfold to more than a market has memory for.
func bomb(t *testing.T) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create("xl/workbook.xml")
	if err != nil {
		t.Fatal(err)
	}
	for range 300 {
		if _, err := w.Write(make([]byte, 1<<20)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestWorkbook(t *testing.T) {
	data := workbook(t, func(f *excelize.File) {
		must := func(err error) {
			if err != nil {
				t.Fatal(err)
			}
		}
		must(f.SetSheetRow("Sheet1", "A1", &[]any{"高校成果清单"}))
		must(f.MergeCell("Sheet1", "A1", "E1"))
		must(f.SetSheetRow("Sheet1", "A3", &[]any{"成果名称", "申请号", "申请日", "成熟度", "挂牌价（万元）"}))
		must(f.SetSheetRow("Sheet1", "A4", &[]any{"一种阀门", 201810862228.0, time.Date(2018, 8, 1, 0, 0, 0, 0, time.UTC), "TRL 6", 88.5}))
		must(f.SetSheetRow("Sheet1", "A5", &[]any{"一种水泵", 201710601862.3, "2017-07-21", 4, "1.2亿"}))
		_, err := f.NewSheet("说明")
		must(err)
	})
	table := read(t, data)
	if table.Format != intake.Workbook || table.Sheet != "Sheet1" || len(table.Sheets) != 2 {
		t.Fatalf("%+v", table)
	}
	all := intake.Records(table, intake.Guess(table), intake.Choices{})
	if len(all) != 2 {
		t.Fatalf("%d records", len(all))
	}
	if r := all[0]; r.Line != 4 || r.TitleZH != "一种阀门" || !r.FiledOn.Equal(time.Date(2018, 8, 1, 0, 0, 0, 0, time.UTC)) || r.TRL != 6 || r.PriceFen != 88_500_000 {
		t.Errorf("%+v", r)
	}
	if r := all[1]; len(r.Numbers) != 1 || r.Numbers[0].Text != "201710601862.3" || r.PriceFen != 12_000_000_000 || r.Stopped() {
		t.Errorf("%+v", r)
	}
	if _, err := intake.Read([]byte(data), intake.Options{Sheet: "none"}); fault.In(err).Fields[0].Problem != intake.NoSuchSheet {
		t.Errorf("a sheet that is not there: %v", err)
	}
	if _, err := intake.Read([]byte(data[:len(data)/2]), intake.Options{}); fault.In(err).Fields[0].Problem != intake.Damaged {
		t.Errorf("half a file: %v", err)
	}
}

// The same rows have the same keys at each reading, however the numbers are printed.
func TestKeys(t *testing.T) {
	a := records(t, "title,application number\nx,ZL201810862228.X\n")
	b := records(t, "申请号;名称\n2018 1 0862228 . x;Y\n")
	if a[0].Key != b[0].Key {
		t.Errorf("%s, %s", a[0].Key, b[0].Key)
	}
}

// Nothing that a file holds ends the reading.
func FuzzRead(f *testing.F) {
	f.Add([]byte(chinese))
	f.Add([]byte("a;b\n\"x;1\n"))
	f.Add([]byte("\xff\xfea\x00"))
	f.Add([]byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, data []byte) {
		table, err := intake.Read(data, intake.Options{})
		if err != nil {
			if fault.Of(err) != fault.Invalid {
				t.Fatal(err)
			}
			return
		}
		for _, r := range intake.Records(table, intake.Guess(table), intake.Choices{}) {
			if r.Key == "" {
				t.Fatal("a record without a key")
			}
		}
	})
}
