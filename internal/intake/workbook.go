package intake

import (
	"archive/zip"
	"bytes"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// readWorkbook reads a sheet of an .xlsx file.
func readWorkbook(data []byte, o Options) (*Table, error) {
	if err := checkZip(data); err != nil {
		return nil, err
	}
	f, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{
		RawCellValue: true, UnzipSizeLimit: unzipMost, UnzipXMLSizeLimit: unzipMost,
	})
	if err != nil {
		return nil, &FileError{Problem: Damaged}
	}
	defer f.Close()
	t := &Table{Format: Workbook}
	if p, err := f.GetWorkbookProps(); err == nil && p.Date1904 != nil {
		t.days1904 = *p.Date1904
	}
	for _, name := range f.GetSheetList() {
		if shown, err := f.GetSheetVisible(name); err == nil && shown {
			t.Sheets = append(t.Sheets, name)
		}
	}
	var last error = &FileError{Problem: Empty}
	for _, name := range t.Sheets {
		if o.Sheet != "" && name != o.Sheet {
			continue
		}
		lines, err := sheetRows(f, name)
		if err != nil {
			return nil, err
		}
		t.Sheet = name
		found, err := tabulate(t, lines, o)
		if err == nil {
			return found, nil
		}
		last = err
	}
	if o.Sheet != "" && t.Sheet != o.Sheet {
		return nil, &FileError{Problem: NoSuchSheet}
	}
	var bad *FileError
	if errors.As(last, &bad) && bad.Problem == NoHeader && o.HeaderLine == 0 {
		return nil, &FileError{Problem: Empty}
	}
	return nil, last
}

// checkZip looks into the archive before anything is unfolded.
func checkZip(data []byte) error {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return &FileError{Problem: Damaged}
	}
	total, book := uint64(0), false
	for _, f := range z.File {
		total += min(f.UncompressedSize64, unzipMost+1)
		book = book || strings.EqualFold(f.Name, "xl/workbook.xml")
	}
	switch {
	case total > unzipMost:
		return &FileError{Problem: TooLarge}
	case !book:
		return &FileError{Problem: NotATable}
	}
	return nil
}

func sheetRows(f *excelize.File, name string) ([]Row, error) {
	rows, err := f.Rows(name)
	if err != nil {
		return nil, &FileError{Problem: Damaged}
	}
	defer rows.Close()
	var lines []Row
	for line := 1; rows.Next(); line++ {
		cells, err := rows.Columns()
		if err != nil {
			return nil, &FileError{Problem: Damaged, Line: line}
		}
		for i, c := range cells {
			cells[i] = tidyCell(plainNumber(c))
		}
		if filled(cells) == 0 {
			continue
		}
		if filled(cells) > ColumnsMost {
			return nil, &FileError{Problem: TooManyColumns, Line: line}
		}
		if lines = append(lines, Row{line, cells}); len(lines) > RowsMost+headerSearch {
			return nil, &FileError{Problem: TooManyRows, Line: line}
		}
	}
	if rows.Error() != nil {
		return nil, &FileError{Problem: Damaged}
	}
	return lines, unmerge(f, name, lines)
}

// unmerge gives the value of cells that are merged downwards to each of their rows, as people read them.
func unmerge(f *excelize.File, name string, lines []Row) error {
	merged, err := f.GetMergeCells(name)
	if err != nil {
		return &FileError{Problem: Damaged}
	}
	for _, m := range merged {
		column, from, err := excelize.CellNameToCoordinates(m.GetStartAxis())
		last, to, err2 := excelize.CellNameToCoordinates(m.GetEndAxis())
		if err != nil || err2 != nil || column != last || from == to || column > ColumnsMost {
			continue
		}
		first, _ := slices.BinarySearchFunc(lines, from, func(l Row, n int) int { return l.Line - n })
		value := ""
		for i := first; i < len(lines) && lines[i].Line <= to; i++ {
			l := &lines[i]
			switch {
			case l.Line == from && len(l.Cells) >= column:
				value = l.Cells[column-1]
			case value != "":
				l.Cells = even(l.Cells, max(len(l.Cells), column))
				l.Cells[column-1] = value
			}
		}
	}
	return nil
}

// spreadsheetDigits is how exactly a spreadsheet keeps a number.
const spreadsheetDigits = 15

// plainNumber writes a stored number the way its author saw it: 2.017106018623E+11 and 201710601862.29999 are both
// 201710601862.3. Other texts stay as they are.
func plainNumber(c string) string {
	exponent := strings.Contains(c, "E+") || strings.Contains(c, "E-")
	if strings.Trim(c, "0123456789.E+-") != "" || !exponent && (len(c) <= spreadsheetDigits+1 || !strings.Contains(c, ".")) {
		return c
	}
	n, err := strconv.ParseFloat(c, 64)
	if err != nil || n > 1e18 || n < -1e18 {
		return c
	}
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(n, 'g', spreadsheetDigits, 64), 64)
	if err != nil {
		return c
	}
	return strconv.FormatFloat(rounded, 'f', -1, 64)
}
