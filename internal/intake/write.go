package intake

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"

	"github.com/xuri/excelize/v2"
)

// WriteText writes a table as CSV in UTF-8 with a byte order mark, by which spreadsheets know it.
func WriteText(w io.Writer, rows [][]string) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	for _, r := range rows {
		cells := make([]string, len(r))
		for i, c := range r {
			cells[i] = harmless(c)
		}
		if err := out.Write(cells); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// WriteWorkbook writes a table as .xlsx. All cells are texts.
func WriteWorkbook(w io.Writer, sheet string, rows [][]string) error {
	f := excelize.NewFile()
	defer f.Close()
	if err := f.SetSheetName("Sheet1", sheet); err != nil {
		return fmt.Errorf("name a sheet: %w", err)
	}
	out, err := f.NewStreamWriter(sheet)
	if err != nil {
		return fmt.Errorf("write a workbook: %w", err)
	}
	for i, r := range rows {
		cells := make([]any, len(r))
		for j, c := range r {
			cells[j] = harmless(c)
		}
		at, err := excelize.CoordinatesToCellName(1, i+1)
		if err != nil {
			return fmt.Errorf("write a workbook: %w", err)
		}
		if err := out.SetRow(at, cells); err != nil {
			return fmt.Errorf("write a workbook: %w", err)
		}
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write a workbook: %w", err)
	}
	return f.Write(w)
}

// formula begins what a spreadsheet would calculate.
const formula = "=+-@\t\r＝＋－＠"

// harmless keeps a spreadsheet from taking a text for a formula: an apostrophe in front says that it is a text. Reading
// takes it off again.
func harmless(cell string) string {
	if cell != "" && strings.ContainsAny(string([]rune(cell)[:1]), formula) {
		return "'" + cell
	}
	return cell
}
