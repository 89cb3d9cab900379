package intake

import (
	"fmt"
	"strings"

	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/ident"
)

// Most that a table may hold.
const (
	BytesMost   = 32 << 20
	RowsMost    = 50_000
	ColumnsMost = 200
	cellMost    = 40_000    // characters
	unzipMost   = 256 << 20 // bytes that a workbook may unfold to
)

// Format is how a table was written down.
type Format string

const (
	Delimited Format = "delimited"
	Workbook  Format = "workbook"
)

// Table is a file's rows as they stand there.
type Table struct {
	Format    Format
	Encoding  string   // of a delimited text: "UTF-8", "UTF-16" or "GB18030"
	Delimiter rune     // of a delimited text
	Sheet     string   // of a workbook
	Sheets    []string // all that a workbook shows
	Header    []string // one name per column, may be empty
	Line      int      // of the header; 0: there is none
	Rows      []Row
	days1904  bool // the workbook counts its days from 1904
}

// Row is one row. Line is where it begins in the file, counted from 1; in a workbook it is the row's number.
type Row struct {
	Line  int
	Cells []string // as many as the header has
}

// Problem codes of whole files.
const (
	Empty          fault.Problem = "FILE_EMPTY"
	TooLarge       fault.Problem = "FILE_TOO_LARGE"
	OldExcel       fault.Problem = "FILE_OLD_EXCEL" // .xls of before 2007
	Protected      fault.Problem = "FILE_PROTECTED" // a workbook with a password
	WebPage        fault.Problem = "FILE_WEB_PAGE"  // many systems call a page of HTML "xls"
	NotATable      fault.Problem = "FILE_NOT_A_TABLE"
	Damaged        fault.Problem = "FILE_DAMAGED"
	NoHeader       fault.Problem = "FILE_NO_HEADER"
	TooManyRows    fault.Problem = "FILE_TOO_MANY_ROWS"
	TooManyColumns fault.Problem = "FILE_TOO_MANY_COLUMNS"
	QuoteNotClosed fault.Problem = "FILE_QUOTE_NOT_CLOSED"
	NoSuchSheet    fault.Problem = "FILE_NO_SUCH_SHEET"
)

// FileError is a file that cannot be read as a whole. Line is 0 where no line is to blame.
type FileError struct {
	Problem fault.Problem
	Line    int
}

func (e *FileError) Error() string {
	if e.Line > 0 {
		return fmt.Sprintf("file: %s at line %d", e.Problem, e.Line)
	}
	return "file: " + string(e.Problem)
}

// Unwrap gives what an edge answers with: the field "file" and the rule it breaks.
func (e *FileError) Unwrap() error {
	return &fault.Error{Code: fault.Invalid, Fields: []fault.Field{{Name: "file", Problem: e.Problem}}}
}

// Options say which part of a file to read. The zero value lets the file speak for itself.
type Options struct {
	Sheet      string // of a workbook; empty: the first that shows a table
	Delimiter  rune   // of a text; 0: the one that makes the most regular table
	HeaderLine int    // the line of the column names; 0: the one that looks most like it
}

// Read reads a file. What its name says is not believed: only what it holds.
func Read(data []byte, o Options) (*Table, error) {
	if len(data) > BytesMost {
		return nil, &FileError{Problem: TooLarge}
	}
	if len(data) == 0 {
		return nil, &FileError{Problem: Empty}
	}
	if p := otherKind(data); p != "" {
		return nil, &FileError{Problem: p}
	}
	if strings.HasPrefix(string(data[:min(4, len(data))]), "PK\x03\x04") {
		return readWorkbook(data, o)
	}
	return readText(data, o)
}

// magic are beginnings of files that are no tables, or none that can be read here.
var magic = []struct {
	begins  string
	problem fault.Problem
}{
	{"%PDF-", NotATable}, {"\x89PNG", NotATable}, {"\xff\xd8\xff", NotATable}, {"GIF8", NotATable}, {"\x7fELF", NotATable},
	{"MZ", NotATable}, {"\x1f\x8b", NotATable}, {"7z\xbc\xaf\x27\x1c", NotATable}, {"Rar!", NotATable}, {"BZh", NotATable},
	{`{\rtf`, NotATable}, {"SQLite format 3", NotATable}, {"PK\x05\x06", Empty},
}

// otherKind names what a file is if it is certainly no table that can be read.
func otherKind(data []byte) fault.Problem {
	if strings.HasPrefix(string(data[:min(8, len(data))]), "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
		if strings.Contains(string(data), utf16Text("EncryptedPackage")) {
			return Protected
		}
		return OldExcel
	}
	begin := string(data[:min(512, len(data))])
	for _, m := range magic {
		if strings.HasPrefix(begin, m.begins) && !(m.begins == "MZ" && !strings.ContainsRune(begin, 0)) {
			return m.problem
		}
	}
	text := strings.ToLower(strings.TrimLeft(strings.TrimPrefix(begin, "\ufeff"), " \t\r\n"))
	switch {
	case strings.HasPrefix(text, "<!doctype html"), strings.HasPrefix(text, "<html"), strings.HasPrefix(text, "<table"):
		return WebPage
	case strings.HasPrefix(text, "<?xml") && strings.Contains(text, "spreadsheet"):
		return OldExcel
	case strings.HasPrefix(text, "<?xml"), strings.HasPrefix(text, "<svg"), strings.HasPrefix(text, "<script"):
		return NotATable
	}
	return ""
}

// utf16Text is a name as the old compound files write it.
func utf16Text(ascii string) string {
	var b strings.Builder
	for i := range len(ascii) {
		b.WriteByte(ascii[i])
		b.WriteByte(0)
	}
	return b.String()
}

// tabulate makes a table of lines: finds the header, evens the rows out, leaves empty ones away.
func tabulate(t *Table, lines []Row, o Options) (*Table, error) {
	head := headerAt(lines, o.HeaderLine)
	if head < 0 {
		return nil, &FileError{Problem: NoHeader, Line: o.HeaderLine}
	}
	width := 0
	for _, l := range lines[head:] {
		width = max(width, filled(l.Cells))
	}
	switch {
	case width > ColumnsMost:
		return nil, &FileError{Problem: TooManyColumns, Line: lines[head].Line}
	case len(lines)-head-1 > RowsMost:
		return nil, &FileError{Problem: TooManyRows, Line: lines[head+1+RowsMost].Line}
	}
	t.Header, t.Line = even(lines[head].Cells, width), lines[head].Line
	if o.HeaderLine == 0 && isData(lines[head].Cells) { // there are no names: it begins with its first row
		t.Header, t.Line = make([]string, width), 0
		head--
	}
	for _, l := range lines[head+1:] {
		if filled(l.Cells) > 0 {
			t.Rows = append(t.Rows, Row{l.Line, even(l.Cells, width)})
		}
	}
	return t, nil
}

// filled counts the cells up to the last that holds something.
func filled(cells []string) int {
	for n := len(cells); n > 0; n-- {
		if cells[n-1] != "" {
			return n
		}
	}
	return 0
}

// even makes cells exactly as many as the table has columns.
func even(cells []string, width int) []string {
	all := make([]string, width)
	copy(all, cells)
	return all
}

// headerSearch is how many rows a file may begin with before its column names.
const headerSearch = 20

// headerAt returns the place of the row with the column names: the one asked for, or the one among the first in which
// the most columns are known by name, or the first that fills two columns; a table of one column begins with its name.
// Titles, notes and dates of printing often stand above it.
func headerAt(lines []Row, asked int) int {
	best, most := -1, 0
	for i, l := range lines {
		if asked > 0 {
			if l.Line == asked && filled(l.Cells) > 0 {
				return i
			}
			continue
		}
		if i >= headerSearch {
			break
		}
		known, several := 0, count(l.Cells) > 1
		for _, c := range l.Cells {
			if several && fieldByName(c) != "" || fieldOfName[plainName(c)] != "" {
				known++
			}
		}
		if known > most {
			best, most = i, known
		}
	}
	if best >= 0 || asked > 0 {
		return best
	}
	for _, least := range []int{2, 1} {
		for i, l := range lines[:min(len(lines), headerSearch)] {
			if count(l.Cells) >= least {
				return i
			}
		}
	}
	return -1
}

// isData says whether a row is no header: it names nothing, and it has a number of the office or a date in it.
func isData(cells []string) bool {
	found := false
	for _, c := range cells {
		if fieldByName(c) != Ignore {
			return false
		}
		if _, err := ident.ParseApplicationNo(c); err == nil {
			found = true
		} else if _, ok, _ := (dates{}).read(c); ok {
			found = true
		}
	}
	return found
}

func count(cells []string) int {
	n := 0
	for _, c := range cells {
		if c != "" {
			n++
		}
	}
	return n
}
