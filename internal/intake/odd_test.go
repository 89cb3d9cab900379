package intake_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
	xunicode "golang.org/x/text/encoding/unicode"

	"github.com/g60-corridor/corridor/internal/ident"
	"github.com/g60-corridor/corridor/internal/intake"
	"github.com/g60-corridor/corridor/internal/money"
)

// Names of columns as people write them: two languages, units, notes in brackets.
func TestColumnNames(t *testing.T) {
	for name, want := range map[string]intake.Field{
		"专利名称/Title": intake.Title, "申请号(Application No.)": intake.ApplicationNo, "申请号 Application No.": intake.ApplicationNo, "Title 名称": intake.Title,
		"成果名称（必填）": intake.Title, "*成果名称": intake.Title, "名称（中文）": intake.TitleZH, "名称（英文）": intake.TitleEN, "Title (English)": intake.TitleEN,
		"Title (Chinese)": intake.TitleZH, "专利名称-英文": intake.TitleEN, "Abstract (EN)": intake.SummaryEN, "摘要/Abstract": intake.Summary,
		"价格（单位：万元）": intake.PriceIdea, "挂牌价/万元": intake.PriceIdea, "意向价格(万元)": intake.PriceIdea, "价格（元）": intake.PriceIdea, "Price (CNY)": intake.PriceIdea,
		"申请日\nFiling Date": intake.FiledOn, "申请日期（YYYY-MM-DD）": intake.FiledOn, "Filing Date (dd/mm/yyyy)": intake.FiledOn, "FILING DATE": intake.FiledOn,
		"发明人 / Inventor(s)": intake.Inventors, "TRL（1-9）": intake.TRL, "技术成熟度（TRL）": intake.TRL, "IPC分类号": intake.IPC, "ＴＩＴＬＥ": intake.Title,
		"公开（公告）号": intake.PatentNo, "数量（单位）": intake.Ignore, "Contact (name)": intake.Ignore, "备注": intake.Ignore, "序号": intake.Ignore, "": intake.Ignore,
	} {
		cell := strings.ReplaceAll(name, `"`, `""`)
		table := read(t, "\""+cell+"\"\tzzz\nx\ty\n")
		if got := intake.Guess(table)[0]; got != want {
			t.Errorf("%q is taken for %q, not %q", name, got, want)
		}
	}
}

// Tables that are read rightly, whatever they were made with.
func TestOddTables(t *testing.T) {
	wide := func(order xunicode.Endianness) string {
		text, err := xunicode.UTF16(order, xunicode.IgnoreBOM).NewEncoder().String("title,application number,filing date\nA valve,201810862228.X,2018-08-01\n")
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	rare, err := simplifiedchinese.GB18030.NewEncoder().String("名称,申请号,申请日\n㐀𠀀膜,201810862228.X,2018-08-01\n") // four bytes each
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string]string{
		"UTF-16 without a mark": wide(xunicode.LittleEndian), "the other way round": wide(xunicode.BigEndian), "four bytes": rare,
		"trailing delimiters": "title,application number,filing date,,,\nA valve,201810862228.X,2018-08-01,,,\n",
		"names twice":         "title,title,application number,filing date\nA valve,other,201810862228.X,2018-08-01\n",
		"no names":            "1,A valve for water,201810862228.X,2018-08-01\n2,Another valve,201711410931.9,2017-12-24\n",
		"line 5":              "浙某大学\n\n二〇二六年\n\n名称;申请号;申请日\n甲;201810862228.X;2018.8.1\n",
		"a note above":        "说明：请勿改动表头\n序号|名称|申请号|申请日\n1|甲|ZL201810862228X|2018年8月1日\n",
		"a serial in a text":  "title;application number;filing date\nA valve;201810862228.X;43313\n",
		"fractions":           "title,application number,filing date,TRL\nA valve,201810862228.X,20180801.0,6.0\n",
		"a time behind":       "title,application number,filing date\nA valve,201810862228.X,2018/8/1 0:00:00\n",
		"all quoted, CR":      "\"title\",\"application number\",\"filing date\"\r\"A \"\"valve\"\"\",\"201810862228.X\",\"2018-08-01\"\r",
		"empty columns":       ",title,,application number,,filing date\n,A valve,,201810862228.X,,2018-08-01\n",
		"lines in a cell":     "title\tapplication number\tfiling date\tabstract\nA valve\t201810862228.X\t2018-08-01\t\"one\n\ntwo\"\n",
		"apostrophes":         "title,application number,filing date\nA valve,'201810862228.X,'2018-08-01\n",
		"as formulas":         "title,application number,filing date\nA valve,\"=\"\"201810862228.X\"\"\",2018-08-01\n",
	} {
		all := records(t, data)
		if len(all) == 0 {
			t.Errorf("%s: no rows", name)
			continue
		}
		r := all[0]
		if r.TitleZH+r.TitleEN == "" || r.TitleEN == "other" || len(r.Numbers) != 1 || r.Numbers[0].Text != "201810862228.X" ||
			!r.FiledOn.Equal(time.Date(2018, 8, 1, 0, 0, 0, 0, time.UTC)) || r.Stopped() {
			t.Errorf("%s: %+v", name, r)
		}
	}
	if r := records(t, rare[:0]+"名称,英文名称\n㐀𠀀膜,A membrane\n")[0]; r.TitleZH != "㐀𠀀膜" || r.TitleEN != "A membrane" {
		t.Errorf("%+v", r)
	}
	if all := records(t, "1,A valve for water,201810862228.X\n2,Another valve,201711410931.9\n"); len(all) != 2 || all[0].TitleEN != "A valve for water" || all[0].Line != 1 {
		t.Errorf("without names: %+v", all)
	}
}

// §4.2, scenario 18: a Chinese number with a wrong check character stops its row, under whichever heading it stands and with or
// without its dot. What no Chinese number is stays as it is.
func TestWrongCheckCharacters(t *testing.T) {
	for _, heading := range []string{"专利号", "申请号"} {
		for _, cell := range []string{"201810862228.1", "ZL201810862228.1", "2018108622281", "CN 201810862228.1", "ZL89103229.2"} {
			r := records(t, "名称,"+heading+"\n膜,"+cell+"\n")[0]
			if !r.Stopped() || len(r.Problems) != 1 || r.Problems[0].Rule != intake.WrongNumber || r.Problems[0].Column != 2 {
				t.Errorf("%s %s: %+v", heading, cell, r)
			}
		}
	}
	for _, cell := range []string{"ZL201810862228.X", "201810862228X", "CN107354480B", "US9876543B2", "12345"} {
		if r := records(t, "名称,专利号\n膜,"+cell+"\n")[0]; len(r.Problems) != 0 {
			t.Errorf("%s: %+v", cell, r.Problems)
		}
	}
	if r := records(t, "名称,专利号\n膜,2.01811E+12\n")[0]; len(r.Problems) != 1 || r.Problems[0].Rule != intake.LostDigits {
		t.Errorf("digits lost by a spreadsheet: %+v", r.Problems)
	}
}

// Numbers of other offices come to one form; what no office writes stays as it is.
func TestForeignNumbers(t *testing.T) {
	for cell, want := range map[string]intake.Number{
		`"13/033,085"`:         {Office: "US", Text: "US13/033085"},
		"US 9 876 543 B2":      {Office: "US", Text: "US9876543B2"},
		"US2019/0123456 A1":    {Office: "US", Text: "US20190123456A1"},
		"EP 12345678.9":        {Office: "EP", Text: "EP12345678.9"},
		"JP2019-123456A":       {Office: "JP", Text: "JP2019123456A"},
		"PCT/US2020/012345":    {Text: "PCT/US2020/012345"},
		"internal 7":           {Text: "internal 7"},
		"ZL 2018 1 0862228. X": {Chinese: true, Text: "201810862228.X"},
	} {
		r := records(t, "title;application number\na;"+cell+"\n")[0]
		if len(r.Numbers) != 1 || r.Numbers[0] != want {
			t.Errorf("%s: %+v", cell, r.Numbers)
		}
	}
	if r := records(t, "title;application number\na;2.01811E+11\n")[0]; !r.Stopped() || r.Problems[0].Rule != intake.LostDigits {
		t.Errorf("digits that are gone: %+v", r)
	}
}

func TestPricesByUnit(t *testing.T) {
	for text, want := range map[string]int64{
		"价格（万元）;12.5": 12_500_000, "价格（元）;12.5": 1250, "挂牌价/万元;1,200": 1_200_000_000, "价格（千元）;12": 1_200_000, "价格（万元）;12万": 12_000_000, "价格;¥12": 1200,
	} {
		name, cell, _ := strings.Cut(text, ";")
		r := records(t, "名称\t"+name+"\n甲\t"+cell+"\n")[0]
		if int64(r.PriceFen) != want || r.Stopped() {
			t.Errorf("%s: %d %+v", text, r.PriceFen, r.Problems)
		}
	}
	for _, text := range []string{"Price (USD);12", "价格（万美元）;12", "价格;$12"} {
		name, cell, _ := strings.Cut(text, ";")
		r := records(t, "名称\t"+name+"\n甲\t"+cell+"\n")[0]
		if r.PriceFen != 0 || r.Stopped() || len(r.Problems) != 1 || r.Problems[0].Rule != intake.OtherCurrency {
			t.Errorf("%s: %d %+v", text, r.PriceFen, r.Problems)
		}
	}
}

// Merged cells say the same for each row; the second of several sheets may hold the table.
func TestMergedCellsAndSheets(t *testing.T) {
	data := workbook(t, func(f *excelize.File) {
		must := func(err error) {
			if err != nil {
				t.Fatal(err)
			}
		}
		_, err := f.NewSheet("清单")
		must(err)
		must(f.SetSheetRow("清单", "A1", &[]any{"专利名称/Title", "申请日", "发明人", "TRL", "价格（万元）"}))
		must(f.SetSheetRow("清单", "A2", &[]any{"甲", 43313, "张三", 6.0, 0.1 + 0.2}))
		must(f.SetSheetRow("清单", "A3", &[]any{"乙", 43313.75, nil, 6, 1e3}))
		must(f.MergeCell("清单", "C2", "C3"))
		style, err := f.NewStyle(&excelize.Style{NumFmt: 10})
		must(err)
		must(f.SetCellStyle("清单", "E2", "E2", style)) // shown as per cent, kept as a number
	})
	table := read(t, data)
	all := intake.Records(table, intake.Guess(table), intake.Choices{})
	if table.Sheet != "清单" || len(all) != 2 {
		t.Fatalf("sheet %s, %d rows", table.Sheet, len(all))
	}
	day := time.Date(2018, 8, 1, 0, 0, 0, 0, time.UTC)
	for i, r := range all {
		if !r.FiledOn.Equal(day) || len(r.Inventors) != 1 || r.Inventors[0] != "张三" || r.TRL != 6 || r.PriceFen != []money.Fen{300_000, 1_000_000_000}[i] || r.Stopped() {
			t.Errorf("%+v", r)
		}
	}
}

func TestManyRows(t *testing.T) {
	var b bytes.Buffer
	b.WriteString("名称;申请号;申请日\n")
	for i := range 12_000 {
		no, err := ident.MakeApplicationNo(2019, 1, i+1)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "第%d号;%s;2019-01-%02d\n", i, no, i%28+1)
	}
	all := records(t, b.String())
	stopped := 0
	for _, r := range all {
		if r.Stopped() {
			stopped++
		}
	}
	if len(all) != 12_000 || stopped != 0 {
		t.Errorf("%d rows, %d stopped", len(all), stopped)
	}
}

// What is written is read as it was, and holds no formula.
func TestWriteAndRead(t *testing.T) {
	rows := [][]string{{"title", "abstract"}, {"=1+1", "+2"}, {"-3", "@x"}, {"plain, \"quoted\"", "two\nlines"}, {"＝1", "'kept"}}
	for name, write := range map[string]func(*bytes.Buffer) error{
		"CSV": func(b *bytes.Buffer) error { return intake.WriteText(b, rows) }, "XLSX": func(b *bytes.Buffer) error { return intake.WriteWorkbook(b, "x", rows) },
	} {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			t.Fatal(err)
		}
		if name == "CSV" && strings.Contains(b.String(), "\n=") {
			t.Errorf("a formula: %q", b.String())
		}
		table := read(t, b.String())
		for i, r := range table.Rows {
			for j, c := range r.Cells {
				if c != rows[i+1][j] {
					t.Errorf("%s: %q became %q", name, rows[i+1][j], c)
				}
			}
		}
	}
}
