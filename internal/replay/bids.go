package replay

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/money"
)

// RowError is a fault in the input: where it stands and what it is. Column is empty if the fault is of the whole line.
type RowError struct {
	Line   int // counted from 1, the header being line 1
	Column string
	Err    error
}

func (e *RowError) Error() string {
	if e.Column == "" {
		return fmt.Sprintf("line %d: %v", e.Line, e.Err)
	}
	return fmt.Sprintf("line %d, column %s: %v", e.Line, e.Column, e.Err)
}

func (e *RowError) Unwrap() error { return e.Err }

// row is one past bid. Start and reserve are zero where the column is empty, at where the time is unknown.
type row struct {
	line           int
	lot, bidder    string
	amount         money.Fen
	at             auction.Instant
	start, reserve money.Fen
}

const maxText = 400 // bytes of the name of a lot or a bidder; a Chinese character has three

// columns gives the place of each known column; -1 for one that is not there.
type columns struct{ lot, bidder, maximum, at, start, reserve int }

// bids reads rows one by one.
type bids struct {
	csv     *csv.Reader
	columns columns
	header  []string
}

// readHeader reads the first line and says where each column is.
func readHeader(r io.Reader) (*bids, error) {
	in := bufio.NewReader(r)
	if head, err := in.Peek(3); err == nil && bytes.Equal(head, []byte("\ufeff")) {
		_, _ = in.Discard(3) // what spreadsheets put before UTF-8
	}
	c := csv.NewReader(in)
	c.FieldsPerRecord = -1 // judged below, with the line's number
	c.ReuseRecord = true
	header, err := c.Read()
	if errors.Is(err, io.EOF) {
		return nil, errors.New("the file is empty; its first line names the columns")
	}
	if err != nil {
		return nil, lineError(err)
	}
	b := &bids{csv: c, header: slices.Clone(header), columns: columns{-1, -1, -1, -1, -1, -1}}
	known := map[string]*int{
		"lot": &b.columns.lot, "bidder": &b.columns.bidder, "maximum": &b.columns.maximum, "at": &b.columns.at,
		"start": &b.columns.start, "reserve": &b.columns.reserve,
	}
	for i, name := range header {
		place := known[strings.ToLower(strings.TrimSpace(name))]
		if place == nil {
			continue
		}
		if *place >= 0 {
			return nil, &RowError{1, strings.TrimSpace(name), errors.New("the column stands twice")}
		}
		*place = i
	}
	for _, name := range []string{"lot", "bidder", "maximum", "at", "start"} {
		if *known[name] < 0 {
			return nil, &RowError{1, name, errors.New("the column is missing")}
		}
	}
	return b, nil
}

// next reads a row; io.EOF after the last one.
func (b *bids) next() (row, error) {
	fields, err := b.csv.Read()
	for err == nil && blank(fields) { // spreadsheets leave rows of nothing but commas at the end
		fields, err = b.csv.Read()
	}
	if errors.Is(err, io.EOF) {
		return row{}, io.EOF
	}
	if err != nil {
		return row{}, lineError(err)
	}
	line, _ := b.csv.FieldPos(0)
	if n := len(fields); n != len(b.header) {
		column := strconv.Itoa(len(b.header) + 1) // the first that is too many
		if n < len(b.header) {
			column = strings.TrimSpace(b.header[n])
		}
		return row{}, &RowError{line, column, fmt.Errorf("the row has %d columns, the header has %d", n, len(b.header))}
	}
	f := reader{fields: fields, line: line}
	r := row{
		line:    line,
		lot:     f.text(b.columns.lot, "lot"),
		bidder:  f.text(b.columns.bidder, "bidder"),
		amount:  f.amount(b.columns.maximum, "maximum", true),
		at:      f.time(b.columns.at, "at"),
		start:   f.amount(b.columns.start, "start", false),
		reserve: f.amount(b.columns.reserve, "reserve", false),
	}
	return r, f.err
}

func blank(fields []string) bool {
	for _, f := range fields {
		if strings.TrimSpace(f) != "" {
			return false
		}
	}
	return true
}

// reader takes the fields of one row apart and keeps the first fault.
type reader struct {
	fields []string
	line   int
	err    error
}

func (f *reader) fault(column string, err error) {
	if f.err == nil {
		f.err = &RowError{f.line, column, err}
	}
}

func (f *reader) field(i int) string {
	if i < 0 {
		return ""
	}
	return strings.TrimSpace(f.fields[i])
}

func (f *reader) text(i int, column string) string {
	s := f.field(i)
	switch {
	case s == "":
		f.fault(column, errors.New("empty"))
	case len(s) > maxText:
		f.fault(column, fmt.Errorf("%d bytes, %d is the most", len(s), maxText))
	case !utf8.ValidString(s):
		f.fault(column, errors.New("not UTF-8"))
	}
	return strings.Clone(s)
}

func (f *reader) amount(i int, column string, required bool) money.Fen {
	s := f.field(i)
	if s == "" && !required {
		return 0
	}
	n, err := money.ParseDecimal(s)
	if err != nil {
		f.fault(column, err)
	}
	return n
}

// rfc3339 is the form of a time, which time.Parse alone does not hold to: it takes 7:00 and +24:00 too. The day comes
// as a group, since databases and spreadsheets write one that they do not have as 0000-00-00 or 1900-01-00.
var rfc3339 = regexp.MustCompile(`^\d{4}-(\d{2}-\d{2})T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$`)

// time reads an RFC 3339 time, t and z in either case. Zero means that it is unknown: a month or day 00, or a year
// before 1970.
func (f *reader) time(i int, column string) auction.Instant {
	s := f.field(i)
	text := strings.ToUpper(s)
	m := rfc3339.FindStringSubmatchIndex(text)
	if m != nil && (text[m[2]:m[2]+2] == "00" || text[m[3]-2:m[3]] == "00") {
		return 0
	}
	t, err := time.Parse(time.RFC3339, text)
	if m == nil || err != nil {
		f.fault(column, fmt.Errorf("%.40q is no time of the form 2006-01-02T15:04:05Z", s))
		return 0
	}
	return max(0, auction.InstantOf(t))
}

// lineError turns what encoding/csv found into an error of ours.
func lineError(err error) error {
	var p *csv.ParseError
	if errors.As(err, &p) {
		return &RowError{p.Line, "", fmt.Errorf("character %d: %w", p.Column, p.Err)}
	}
	return err
}
