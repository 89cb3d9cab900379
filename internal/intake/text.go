package intake

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	xunicode "golang.org/x/text/encoding/unicode"
)

// readText reads a delimited text.
func readText(data []byte, o Options) (*Table, error) {
	text, encoding, err := decode(data)
	if err != nil {
		return nil, err
	}
	t := &Table{Format: Delimited, Encoding: encoding}
	if rest, named, d := separatorLine(text); named {
		text, t.Delimiter = "\n"+rest, d // the line stays counted
	}
	switch {
	case o.Delimiter != 0:
		t.Delimiter = o.Delimiter
	case t.Delimiter == 0:
		t.Delimiter = guessDelimiter(text)
	}
	lines, err := parse(text, t.Delimiter, RowsMost+headerSearch+1)
	if err != nil {
		return nil, err
	}
	return tabulate(t, lines, o)
}

// decode brings a text to UTF-8 with newlines between its lines. What is not valid UTF-8 is read as GB18030.
func decode(data []byte) (text, name string, err error) {
	name = "UTF-8"
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("\xfe\xff")):
		name = "UTF-16"
		data, err = xunicode.UTF16(xunicode.LittleEndian, xunicode.UseBOM).NewDecoder().Bytes(data)
	case wide(data) != nil:
		name = "UTF-16"
		data, err = wide(data).NewDecoder().Bytes(data)
	case !utf8.Valid(data):
		name = "GB18030"
		data, err = simplifiedchinese.GB18030.NewDecoder().Bytes(data)
	}
	if err != nil {
		return "", "", &FileError{Problem: Damaged}
	}
	text = strings.TrimPrefix(string(data), "\ufeff")
	text = strings.ReplaceAll(text, "\r\n", "\n")
	text = strings.ReplaceAll(text, "\r", "\n")
	wrong, line := 0, 1
	for _, r := range text {
		switch {
		case r == '\n':
			line++
		case r == utf8.RuneError:
			wrong++
		case r == 0, r < ' ' && !strings.ContainsRune("\t\n\v\f\x1a\x1e\x1f", r):
			return "", "", &FileError{Problem: NotATable, Line: line}
		}
	}
	if name == "GB18030" && wrong*100 > utf8.RuneCountInString(text) {
		return "", "", &FileError{Problem: Damaged}
	}
	if strings.TrimFunc(text, unicode.IsSpace) == "" {
		return "", "", &FileError{Problem: Empty}
	}
	return text, name, nil
}

// wide is the encoding of a text in UTF-16 that does not say so: every second byte of its Latin letters, delimiters and
// line ends is zero. nil for any other.
func wide(data []byte) encoding.Encoding {
	begin := data[:min(len(data), 4096)&^1]
	var zeros [2]int
	for i, b := range begin {
		if b == 0 {
			zeros[i%2]++
		}
	}
	switch {
	case len(data)%2 != 0 || len(begin) < 4:
	case zeros[0] == 0 && zeros[1]*20 > len(begin):
		return xunicode.UTF16(xunicode.LittleEndian, xunicode.IgnoreBOM)
	case zeros[1] == 0 && zeros[0]*20 > len(begin):
		return xunicode.UTF16(xunicode.BigEndian, xunicode.IgnoreBOM)
	}
	return nil
}

// separatorLine reads the line "sep=;" that spreadsheets write and understand.
func separatorLine(text string) (rest string, named bool, delimiter rune) {
	first, rest, _ := strings.Cut(text, "\n")
	named = len(first) == len("sep=;") && strings.HasPrefix(strings.ToLower(first), "sep=")
	if !named {
		return text, false, 0
	}
	return rest, true, rune(first[len(first)-1])
}

// delimiters are tried in this order; the more regular table wins, the earlier among equals.
var delimiters = []rune{',', ';', '\t', '|', '，', '；', '^', '~', '\x1f', '、', ':'}

// guessRows is how many rows are looked at for a guess.
const guessRows = 200

// guessDelimiter returns the delimiter under which most rows have the same number of columns, and several.
func guessDelimiter(text string) rune {
	best, most := delimiters[0], 0.0
	for _, d := range delimiters {
		if !strings.ContainsRune(text, d) {
			continue
		}
		lines, err := parse(text, d, guessRows)
		if err != nil {
			continue
		}
		if score := regular(lines); score > most*1.05 {
			best, most = d, score
		}
	}
	return best
}

// regular is the share of rows that have the commonest number of columns, weighed by how many columns that is.
func regular(lines []Row) float64 {
	widths := map[int]int{}
	rows := 0
	for _, l := range lines {
		if count(l.Cells) > 0 {
			widths[len(l.Cells)]++
			rows++
		}
	}
	common, times := 0, 0
	for w, n := range widths {
		if n > times || n == times && w > common {
			common, times = w, n
		}
	}
	if common < 2 || rows == 0 {
		return 0
	}
	share := float64(times) / float64(rows)
	return share * share * float64(min(common, 12)+12)
}

// linesOfCell is more than a cell has lines; a longer one is a quote that nobody closed.
const linesOfCell = 400

// parse reads at most limit rows.
func parse(text string, delimiter rune, limit int) ([]Row, error) {
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord, r.LazyQuotes, r.ReuseRecord = delimiter, -1, true, true
	var lines []Row
	for len(lines) < limit {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			return lines, nil
		}
		if err != nil {
			return nil, &FileError{Problem: Damaged, Line: len(lines) + 1}
		}
		line, _ := r.FieldPos(0)
		row := Row{Line: line, Cells: make([]string, len(cells))}
		for i, c := range cells {
			if at, _ := r.FieldPos(i); strings.Count(c, "\n") > linesOfCell {
				return nil, &FileError{Problem: QuoteNotClosed, Line: at}
			}
			row.Cells[i] = tidyCell(c)
		}
		lines = append(lines, row)
	}
	return lines, nil
}

// tidyCell takes off what cannot be seen and the space around: spreadsheets protect numbers by a leading apostrophe or
// as ="…".
func tidyCell(c string) string {
	c = strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || r == '\n':
			return r
		case unicode.Is(unicode.Cc, r), unicode.Is(unicode.Bidi_Control, r), r == '\u200b', r == '\ufeff', r == '\u2060':
			return -1
		case r == '\u00a0' || r == '\u3000':
			return ' '
		}
		return r
	}, c)
	c = strings.TrimFunc(c, unicode.IsSpace)
	if inner, ok := strings.CutPrefix(c, `="`); ok {
		if inner, ok = strings.CutSuffix(inner, `"`); ok {
			c = inner
		}
	}
	if rest, ok := strings.CutPrefix(c, "'"); ok && rest != "" && (rest[0] >= '0' && rest[0] <= '9' || harmless(rest) != rest) {
		c = rest
	}
	return c
}
