package intake

import (
	"cmp"
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/ident"
	"github.com/g60-corridor/corridor/internal/money"
)

// Most characters of texts, as the catalogue keeps them.
const (
	titleMost   = 400
	summaryMost = 20_000
	wordMost    = 100
	wordsMost   = 50
)

// reader turns the rows of one table into records.
type reader struct {
	columnOf map[Field]int
	headers  []string
	dates    map[Field]dates
	unit     string // of the price column by its name: "", 万, 千, or another currency's sign, which is none of ours

	// of the row that is being read
	row *Row
	rec *Record
}

func newReader(t *Table, m Mapping, c Choices) *reader {
	r := &reader{columnOf: map[Field]int{}, headers: t.Header, dates: map[Field]dates{}}
	for i, f := range m {
		if _, twice := r.columnOf[f]; f == Ignore || twice || i >= len(t.Header) {
			continue
		}
		r.columnOf[f] = i
		switch f {
		case FiledOn, GrantedOn, ExpiresOn:
			r.dates[f] = newDates(t, i, c.Dates)
		case PriceIdea:
			r.unit = unitOf(t.Header[i])
		}
	}
	return r
}

func (r *reader) record(row *Row) *Record {
	rec := &Record{Line: row.Line}
	r.row, r.rec = row, rec
	r.words()
	r.numbers()
	rec.FiledOn, rec.GrantedOn, rec.ExpiresOn = r.date(FiledOn), r.date(GrantedOn), r.date(ExpiresOn)
	if !rec.FiledOn.IsZero() && !rec.GrantedOn.IsZero() && rec.GrantedOn.Before(rec.FiledOn) {
		r.note(GrantedOn, DateOrderOdd, r.cell(GrantedOn), true)
	}
	r.codes()
	rec.Inventors = r.people(Inventors)
	rec.Owners = r.people(Owners)
	rec.Key = rec.key()
	slices.SortStableFunc(rec.Problems, func(a, b Problem) int { return cmp.Compare(a.Column, b.Column) }) // as one reads the row
	return rec
}

func (r *reader) cell(f Field) string {
	at, ok := r.columnOf[f]
	if !ok {
		return ""
	}
	c := r.row.Cells[at]
	if strings.ContainsRune(c, utf8.RuneError) {
		r.note(f, LostText, c, false)
	}
	if utf8.RuneCountInString(c) > cellMost {
		r.note(f, TooLong, c, true)
		return ""
	}
	return nothing(c)
}

// nothing empties cells that say that they say nothing.
func nothing(c string) string {
	switch strings.ToLower(c) {
	case "-", "--", "—", "——", "/", "\\", "n/a", "na", "nil", "null", "none", "无", "暂无", "#n/a", "?":
		return ""
	}
	return c
}

func (r *reader) text(f Field, most int) string {
	c := r.cell(f)
	if n := utf8.RuneCountInString(c); n > most {
		r.note(f, TooLong, c, true)
	}
	return c
}

// words reads titles and summaries; a column of either language gives each text to the language it is in.
func (r *reader) words() {
	rec := r.rec
	rec.Reference = r.text(Reference, wordMost)
	line := func(f Field) string { return strings.Join(strings.Fields(r.text(f, titleMost)), " ") }
	rec.TitleZH, rec.TitleEN = line(TitleZH), line(TitleEN)
	place(&rec.TitleZH, &rec.TitleEN, line(Title))
	rec.SummaryZH, rec.SummaryEN = r.text(SummaryZH, summaryMost), r.text(SummaryEN, summaryMost)
	place(&rec.SummaryZH, &rec.SummaryEN, r.text(Summary, summaryMost))
	if rec.TitleZH == "" && rec.TitleEN == "" {
		for _, f := range []Field{Title, TitleZH, TitleEN} {
			if _, mapped := r.columnOf[f]; mapped || f == TitleEN {
				r.note(f, Required, "", true)
				break
			}
		}
	}
}

func place(zh, en *string, text string) {
	switch {
	case text == "":
	case *zh == "" && (isChinese(text) || *en != ""): // beside a column of the other language it is in this one
		*zh = text
	case *en == "":
		*en = text
	}
}

// isChinese says whether a text has Chinese characters: an English one has none, a Chinese one often has Latin letters.
func isChinese(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) }) >= 0
}

// numbers reads the office's numbers. One that has the Chinese form must be right; others are taken as they stand.
func (r *reader) numbers() {
	rec := r.rec
	for _, part := range numbersIn(r.cell(ApplicationNo)) {
		no, err := ident.ParseApplicationNo(part)
		switch {
		case err == nil:
			rec.Numbers = append(rec.Numbers, Number{Chinese: true, Text: string(no)})
		case powers.MatchString(part):
			r.note(ApplicationNo, LostDigits, part, true)
		case looksChinese(part):
			r.note(ApplicationNo, WrongNumber, part, true).Detail = err.Error()
		case utf8.RuneCountInString(part) > 40:
			r.note(ApplicationNo, TooLong, part, true)
		default:
			rec.Numbers = append(rec.Numbers, foreign(part))
		}
	}
	part := r.cell(PatentNo)
	if part == "" {
		return
	}
	if no, err := ident.ParsePublicationNo(part); err == nil {
		rec.PatentNo = string(no)
		return
	}
	no, err := ident.ParseApplicationNo(part)
	var wrong *ident.Error
	switch {
	case err == nil: // 专利号 ZL…: the number of the application
		if len(rec.Numbers) == 0 {
			rec.Numbers = []Number{{Chinese: true, Text: string(no)}}
		}
		return
	case powers.MatchString(part):
		r.note(PatentNo, LostDigits, part, true)
		return
	case errors.As(err, &wrong) && wrong.Fault == ident.WrongCheck && looksChinese(part): // §4.2: no other office has a check there
		r.note(PatentNo, WrongNumber, part, true).Detail = err.Error()
		return
	}
	if utf8.RuneCountInString(part) > 40 {
		r.note(PatentNo, TooLong, part, true)
		return
	}
	rec.PatentNo = foreign(strings.Join(strings.Fields(part), " ")).Text
}

// powers is a number that a spreadsheet has written by powers of ten: its last digits are gone.
var powers = regexp.MustCompile(`^\d(\.\d+)?[eE]\+?\d+$`)

// american is how the office of the United States writes applications, with its series before the stroke.
var american = regexp.MustCompile(`^\d{2}/\d{3},?\d{3}$`)

// foreign is a number of another office: in its normal form if it says which, as it is written otherwise.
func foreign(part string) Number {
	of := ident.Office("")
	if american.MatchString(strings.Join(strings.Fields(narrow(part)), "")) {
		of = "US"
	}
	no, err := ident.ParseForeignNo(of, part)
	if err != nil {
		return Number{Text: part}
	}
	return Number{Office: no.Office(), Text: string(no)}
}

// numbersIn takes a cell with several numbers apart. American ones have commas within: 09/800,309.
func numbersIn(cell string) []string {
	parts := list(cell)
	for _, p := range parts {
		if _, err := ident.ParseApplicationNo(p); err != nil && !looksChinese(p) {
			return split(cell, ";；、|\n")
		}
	}
	return parts
}

var chineseLong = regexp.MustCompile(`^(19|20)\d{2}[12389]\d{7}[0-9X]$`)

// looksChinese says whether a number claims to be one of the Chinese office.
func looksChinese(part string) bool {
	plain := strings.ToUpper(strings.Join(strings.Fields(narrow(part)), ""))
	if strings.HasPrefix(plain, "ZL") || strings.HasPrefix(plain, "CN") {
		return true
	}
	if chineseLong.MatchString(plain) { // without its dot
		return true
	}
	body, check, dotted := strings.Cut(plain, ".")
	return dotted && len(check) == 1 && (len(body) == 8 || len(body) == 12) && strings.Trim(body, "0123456789") == ""
}

func (r *reader) date(f Field) time.Time {
	c := r.cell(f)
	if c == "" {
		return time.Time{}
	}
	day, ok, ambiguous := r.dates[f].read(c)
	switch {
	case !ok:
		r.note(f, NotADate, c, true)
	case ambiguous:
		r.note(f, AmbiguousDate, c, true)
	}
	if !ok || ambiguous {
		return time.Time{}
	}
	return day
}

// people reads names; those of one cell are parted by commas, semicolons or the Chinese stops. "Last, First" cannot be
// told from two people, so a comma parts only where no semicolon does.
func (r *reader) people(f Field) []string {
	c := r.cell(f)
	parts := list(c)
	if strings.ContainsAny(c, ";；|\n") {
		parts = split(c, ";；|\n")
	}
	var all []string
	for _, p := range parts {
		p = strings.Join(strings.Fields(p), " ")
		switch {
		case p == "":
		case utf8.RuneCountInString(p) > wordMost || len(all) == wordsMost:
			r.note(f, TooLong, p, true)
			return all
		default:
			all = append(all, p)
		}
	}
	return all
}

// codes reads what has a closed list.
func (r *reader) codes() {
	rec := r.rec
	rec.Kind = r.code(Kind, kindWords)
	if rec.Kind == "" {
		rec.Kind = kindOfNumbers(rec)
	} else if k := kindOfNumbers(rec); k != "" && k != rec.Kind {
		r.note(Kind, KindMismatch, r.cell(Kind), true)
	}
	rec.Legal = r.code(LegalStatus, statusWords)
	rec.PlanField = r.code(PlanField, fieldWords)
	for _, part := range list(r.cell(Rights)) {
		if code, ok := lookUp(rightWords, part); ok {
			rec.Rights = append(rec.Rights, code)
		} else {
			r.note(Rights, UnknownValue, part, false)
		}
	}
	for _, part := range list(r.cell(IPC)) {
		if s, err := ident.ParseSymbol(part); err == nil {
			rec.IPC = append(rec.IPC, string(s))
		} else {
			r.note(IPC, NotASymbol, part, false)
		}
	}
	if c := r.cell(TRL); c != "" {
		c = strings.TrimSuffix(c, ".0") // a number that some program kept as a fraction
		digits := strings.TrimRight(strings.TrimLeft(strings.ToUpper(narrow(c)), "TRL :-级第"), " 级")
		if n, err := strconv.Atoi(digits); err == nil && n >= 1 && n <= 9 {
			rec.TRL = n
		} else {
			r.note(TRL, NotATRL, c, true)
		}
	}
	rec.PriceFen = r.price()
	rec.City = r.city()
}

func (r *reader) code(f Field, words map[string]string) string {
	c := r.cell(f)
	if c == "" {
		return ""
	}
	code, ok := lookUp(words, c)
	if !ok {
		r.note(f, UnknownValue, c, false)
	}
	return code
}

func (r *reader) price() money.Fen {
	c := r.cell(PriceIdea)
	switch strings.TrimSpace(c) {
	case "", "面议", "协商", "待定", "negotiable", "Negotiable", "open":
		return 0
	}
	text := narrow(c)
	if r.unit == otherCurrency || strings.ContainsAny(text, "$€£") || unitOf(text) == otherCurrency {
		r.note(PriceIdea, OtherCurrency, c, false)
		return 0
	}
	bare := !strings.ContainsAny(text, "万亿千元¥￥")
	if bare && r.unit == "万" {
		text += "万"
	}
	fen, err := money.Parse(text)
	if err == nil && bare && r.unit == "千" {
		if fen > 1<<53 {
			err = errors.New("too large")
		}
		fen *= 1000
	}
	if err != nil {
		r.note(PriceIdea, NotAnAmount, c, true)
		return 0
	}
	return fen
}

const otherCurrency = "other"

// unitOf says in what a column of prices counts.
func unitOf(name string) string {
	plain := strings.ToLower(narrow(name))
	for _, other := range []string{"usd", "美元", "美金", "eur", "欧元", "gbp", "英镑", "jpy", "日元", "hkd", "港币", "港元", "$", "€", "£"} {
		if strings.Contains(plain, other) {
			return otherCurrency
		}
	}
	switch {
	case strings.Contains(plain, "万"), strings.Contains(plain, "10k"), strings.Contains(plain, "10,000"), strings.Contains(plain, "wan"):
		return "万"
	case strings.Contains(plain, "千元"):
		return "千"
	}
	return ""
}

func (r *reader) city() ident.Region {
	c := r.cell(City)
	if c == "" {
		return ""
	}
	if code, err := ident.ParseRegion(c); err == nil && code.Corridor() != ident.External {
		return code.Corridor()
	}
	plain := strings.TrimSuffix(plainName(c), "市")
	for _, city := range ident.Cities {
		if plain == plainName(city.ZH) || strings.HasPrefix(plainName(city.EN), plain) || strings.Contains(city.ZH, strings.TrimSuffix(plain, "区")) {
			return city.Code
		}
	}
	r.note(City, UnknownValue, c, false)
	return ""
}

// note writes down a problem of the row's cell in a field.
func (r *reader) note(f Field, rule fault.Problem, value string, stops bool) *Problem {
	p := Problem{Line: r.row.Line, Field: f, Rule: rule, Value: beginning(value), Stops: stops}
	if at, ok := r.columnOf[f]; ok && f != Ignore {
		p.Column, p.Header = at+1, r.headers[at]
	}
	r.rec.Problems = append(r.rec.Problems, p)
	return &r.rec.Problems[len(r.rec.Problems)-1]
}
