package intake

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/ident"
	"github.com/g60-corridor/corridor/internal/money"
)

// Problem is what is wrong with a cell. Stops says that the row cannot be taken as it is; the others are for a look.
type Problem struct {
	Line   int           `json:"line"`
	Column int           `json:"column"` // from 1; 0 where the whole row is meant
	Header string        `json:"header"`
	Field  Field         `json:"field"`
	Rule   fault.Problem `json:"rule"`
	Value  string        `json:"value"` // its beginning
	Detail string        `json:"detail,omitempty"`
	Stops  bool          `json:"stops"`
}

// Rules that cells break.
const (
	Required      fault.Problem = "REQUIRED"
	TooLong       fault.Problem = "TOO_LONG"
	NotADate      fault.Problem = "NOT_A_DATE"
	AmbiguousDate fault.Problem = "AMBIGUOUS_DATE"
	NotAnAmount   fault.Problem = "NOT_AN_AMOUNT"
	NotATRL       fault.Problem = "NOT_A_TRL"
	NotASymbol    fault.Problem = "NOT_A_SYMBOL"
	UnknownValue  fault.Problem = "UNKNOWN_VALUE"
	WrongNumber   fault.Problem = "WRONG_NUMBER" // a number of the office's form whose check character is wrong
	TwiceInFile   fault.Problem = "TWICE_IN_FILE"
	LostText      fault.Problem = "LOST_TEXT"   // characters that no decoding could save
	LostDigits    fault.Problem = "LOST_DIGITS" // a number that a spreadsheet has rounded
	OtherCurrency fault.Problem = "OTHER_CURRENCY"
	KindMismatch  fault.Problem = "KIND_MISMATCH"
	DateOrderOdd  fault.Problem = "FILED_AFTER_GRANT"
)

// Number is an application or publication number: in normal form of the Chinese office's or of another's, or as it was
// written where it is neither.
type Number struct {
	Chinese bool         `json:"chinese"`
	Office  ident.Office `json:"office,omitempty"` // of another office, if the number is well formed
	Text    string       `json:"text"`
}

// Record is what a row says. What a row does not say is empty.
type Record struct {
	Line      int          `json:"line"`
	Key       string       `json:"key"` // the same for the same result at each import
	Reference string       `json:"reference,omitempty"`
	TitleZH   string       `json:"title_zh,omitempty"`
	TitleEN   string       `json:"title_en,omitempty"`
	SummaryZH string       `json:"summary_zh,omitempty"`
	SummaryEN string       `json:"summary_en,omitempty"`
	Numbers   []Number     `json:"numbers,omitempty"`
	PatentNo  string       `json:"patent_no,omitempty"`
	Kind      string       `json:"kind,omitempty"` // INVENTION, UTILITY_MODEL, DESIGN
	FiledOn   time.Time    `json:"filed_on,omitzero"`
	GrantedOn time.Time    `json:"granted_on,omitzero"`
	ExpiresOn time.Time    `json:"expires_on,omitzero"`
	Legal     string       `json:"legal_status,omitempty"` // of rule sheet §4.4
	IPC       []string     `json:"ipc,omitempty"`
	Inventors []string     `json:"inventors,omitempty"`
	Owners    []string     `json:"owners,omitempty"`
	PlanField string       `json:"field,omitempty"`
	TRL       int          `json:"trl,omitempty"`
	Rights    []string     `json:"rights,omitempty"`
	PriceFen  money.Fen    `json:"price_fen,omitempty"`
	City      ident.Region `json:"city,omitempty"`
	Problems  []Problem    `json:"problems,omitempty"`
}

// Stopped says whether the record cannot be taken as it is.
func (r *Record) Stopped() bool {
	return slices.ContainsFunc(r.Problems, func(p Problem) bool { return p.Stops })
}

// Choices are what the user decides beside the mapping.
type Choices struct {
	Dates DateOrder
}

// Records reads every row of a table. The mapping must have a field per column.
func Records(t *Table, m Mapping, c Choices) []*Record {
	read := newReader(t, m, c)
	all := make([]*Record, len(t.Rows))
	first := map[string]int{}
	for i := range t.Rows {
		r := read.record(&t.Rows[i])
		if line, twice := first[r.Key]; twice {
			read.note(Ignore, TwiceInFile, strconv.Itoa(line), true)
		} else {
			first[r.Key] = r.Line
		}
		all[i] = r
	}
	return all
}

// key names the result that a record is about: by its office number, by its owner's number, else by its words.
func (r *Record) key() string {
	switch {
	case len(r.Numbers) > 0:
		return "no:" + plainName(r.Numbers[0].Text)
	case r.PatentNo != "":
		return "no:" + plainName(r.PatentNo)
	case r.Reference != "":
		return "ref:" + plainName(r.Reference)
	}
	sum := sha256.Sum256([]byte(plainName(r.TitleZH) + "|" + plainName(r.TitleEN)))
	return "title:" + hex.EncodeToString(sum[:12])
}

// beginning is as much of a value as an answer shows.
func beginning(value string) string {
	const most = 60
	value = strings.Join(strings.Fields(value), " ")
	if runes := []rune(value); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return value
}
