package matching

import (
	"slices"
	"strings"

	"github.com/g60-corridor/corridor/internal/ident"
	"github.com/g60-corridor/corridor/internal/money"
	"github.com/g60-corridor/corridor/internal/subject"
)

// Secrecy is who may know of a need, and of who is behind it.
type Secrecy string

const (
	Public    Secrecy = "PUBLIC"    // everybody, with the company's name
	Anonymous Secrecy = "ANONYMOUS" // everybody; the name is told to those alone whose answer is accepted
	Invited   Secrecy = "INVITED"   // those alone who are chosen or whose results fit
)

// Secrecies are all of them.
var Secrecies = []Secrecy{Public, Anonymous, Invited}

// Wish is all that a company says of what it needs.
type Wish struct {
	TitleZH        string         `json:"title_zh,omitempty"`
	TitleEN        string         `json:"title_en,omitempty"`
	TextZH         string         `json:"text_zh,omitempty"`
	TextEN         string         `json:"text_en,omitempty"`
	Field          string         `json:"field,omitempty"` // of the plan's list
	Industry       string         `json:"industry,omitempty"`
	IPC            []string       `json:"ipc,omitempty"` // symbols or the beginnings of some, in normal form
	LevelLeast     subject.Level  `json:"level_least,omitempty"`
	LevelMost      subject.Level  `json:"level_most,omitempty"`
	BudgetLeastFen money.Fen      `json:"budget_least_fen,omitempty"`
	BudgetMostFen  money.Fen      `json:"budget_most_fen,omitempty"`
	Rights         []subject.Mode `json:"rights,omitempty"`
	City           string         `json:"city,omitempty"`
	Until          ident.Date     `json:"until,omitempty"` // the last day on which it is open
	Secrecy        Secrecy        `json:"secrecy,omitempty"`
	Invited        []int          `json:"invited,omitempty"` // organisations; none: those whose results fit
}

// Term is a word as the search knows it, with how rare it is.
type Term struct {
	Key    string // what is compared
	Text   string // as it was written
	Joined bool   // the last character of the term before is its first: pairs of Chinese characters
	Rarity Rarity
}

// Rarity is how much it says that two texts share a term.
type Rarity int

const (
	Everywhere Rarity = iota // says nothing
	Frequent
	Uncommon
	Rare
)

// Side is what of a need or of a result is compared.
type Side struct {
	Terms                []Term
	Fields               []subject.Field
	IPC                  []string
	LevelLeast, Most     subject.Level // of a result both are its own level; 0: not said
	PriceLeast, PriceFen money.Fen     // of a need its budget, of a result its price; 0: not said
	Rights               []subject.Mode
	City                 string
}

// Side is a need as it is compared. Its terms come from the search.
func (w *Wish) Side(terms []Term) Side {
	s := Side{
		Terms: terms, IPC: w.IPC, LevelLeast: w.LevelLeast, Most: w.LevelMost, PriceLeast: w.BudgetLeastFen,
		PriceFen: w.BudgetMostFen, Rights: w.Rights, City: w.City,
	}
	if w.Field != "" {
		s.Fields = append(s.Fields, subject.Field{List: subject.PlanFields, Code: w.Field})
	}
	if w.Industry != "" {
		s.Fields = append(s.Fields, subject.Field{List: subject.IndustryList, Code: w.Industry})
	}
	return s
}

// keys are the different keys of terms that say something, each with its first place.
func keys(terms []Term) map[string]int {
	at := map[string]int{}
	for i, t := range terms {
		if _, there := at[t.Key]; !there && t.Rarity > Everywhere && !slices.Contains(empty, t.Key) && !hinge(t.Key) {
			at[t.Key] = i
		}
	}
	return at
}

// hinges join words and are none: a pair of Chinese characters with one of them is no word that two texts can share.
const hinges = "的了与及其之"

// hinge says whether a term is such a pair. 不 joins as well, but for 不锈钢.
func hinge(key string) bool {
	r := []rune(key)
	return len(r) == 2 && (strings.ContainsAny(key, hinges) || r[1] == '不' || r[0] == '不' && r[1] != '锈')
}
