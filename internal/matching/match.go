package matching

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/g60-corridor/corridor/internal/ident"
	"github.com/g60-corridor/corridor/internal/money"
	"github.com/g60-corridor/corridor/internal/subject"
)

// Reason is one thing that speaks for a pair, or that does not, with what it rests on.
type Reason struct {
	Kind   Kind         `json:"kind"`
	Grade  Grade        `json:"grade"`
	BP     int          `json:"bp"`
	Terms  []string     `json:"terms,omitempty"`  // as they were written in the need
	Code   string       `json:"code,omitempty"`   // IPC: what both begin with; field: that of the need; city: that of the result
	Rights []string     `json:"rights,omitempty"` // offered and wished
	Level  int          `json:"level,omitempty"`  // of the result
	Fen    money.Fen    `json:"fen,omitempty"`    // price: by how much it is over
	List   subject.List `json:"list,omitempty"`
}

// Match is a pair with its score.
type Match struct {
	BP      int
	Reasons []Reason
}

// termsMost is how many shared terms a reason names.
const termsMost = 8

// Weigh compares a need with a result. The same pair has the same reasons for whoever asks.
func Weigh(need, offer *Side, w *Weights) Match {
	var m Match
	for _, find := range []func(need, offer *Side, w *Weights) (Reason, bool){terms, classes, fields, maturity, price, rights, city} {
		if r, ok := find(need, offer, w); ok {
			if r.Kind != OfTerms {
				r.BP = w.GradeBP[r.Kind][r.Grade]
			}
			m.Reasons = append(m.Reasons, r)
			m.BP += r.BP
		}
	}
	return m
}

// Shown says whether a pair is a match at all: it must share some matter, two rare words or a subclass, not a price
// and a city alone.
func (m Match) Shown(w *Weights) bool {
	return m.BP >= w.ShownBP && slices.ContainsFunc(m.Reasons, func(r Reason) bool {
		return r.Kind == OfTerms && r.BP >= 2*w.TermBP[Rare] || r.Kind == OfIPC && r.BP >= w.GradeBP[OfIPC][Subclass]
	})
}

func terms(need, offer *Side, w *Weights) (Reason, bool) {
	theirs := keys(offer.Terms)
	ours := keys(need.Terms)
	shared := map[int]bool{}
	sum := 0
	for i, t := range need.Terms {
		if first, ok := ours[t.Key]; !ok || first != i {
			continue
		}
		at, ok := theirs[t.Key]
		if !ok {
			continue
		}
		shared[i] = true
		sum += w.TermBP[min(t.Rarity, offer.Terms[at].Rarity)]
	}
	if len(shared) == 0 {
		return Reason{}, false
	}
	return Reason{Kind: OfTerms, Grade: Shared, BP: min(sum, w.TermMost), Terms: runs(need.Terms, shared)}, true
}

// runs writes shared terms as people read them: neighbouring pairs of Chinese characters are one word again. The rarest and
// longest come first.
func runs(terms []Term, shared map[int]bool) []string {
	type run struct {
		text   string
		rarity Rarity
	}
	var all []run
	for i := 0; i < len(terms); i++ {
		if !shared[i] {
			continue
		}
		r := run{terms[i].Text, terms[i].Rarity}
		for i+1 < len(terms) && shared[i+1] && terms[i+1].Joined {
			i++
			last, _ := utf8.DecodeLastRuneInString(terms[i].Text)
			r.text += string(last)
			r.rarity = max(r.rarity, terms[i].Rarity)
		}
		all = append(all, r)
	}
	slices.SortStableFunc(all, func(a, b run) int {
		return cmp.Or(cmp.Compare(b.rarity, a.rarity), cmp.Compare(utf8.RuneCountInString(b.text), utf8.RuneCountInString(a.text)))
	})
	var texts []string
	for _, r := range all {
		if !slices.ContainsFunc(texts, func(s string) bool { return strings.EqualFold(s, r.text) }) {
			texts = append(texts, r.text)
		}
	}
	return texts[:min(len(texts), termsMost)]
}

var depths = []Grade{Section, Class, Subclass, MainGroup, Group}

// levelsOf are a class and what stands above it: A, A61, A61K, A61K 9, A61K 9/16.
func levelsOf(symbol string) []string {
	s := ident.Symbol(symbol)
	if _, err := ident.ParseSymbol(symbol); err != nil { // the beginning of one
		var all []string
		for _, n := range []int{1, 3, 4} {
			if len(symbol) >= n {
				all = append(all, symbol[:n])
			}
		}
		if len(symbol) > 4 {
			all = append(all, strings.TrimSuffix(symbol, "/"))
		}
		return all
	}
	return []string{s.Section(), s.Class(), s.Subclass(), s.MainGroup(), symbol}
}

func classes(need, offer *Side, w *Weights) (Reason, bool) {
	best := Reason{Kind: OfIPC}
	deepest := -1
	for _, a := range need.IPC {
		for _, b := range offer.IPC {
			x, y := levelsOf(a), levelsOf(b)
			for i := range min(len(x), len(y)) {
				if x[i] != y[i] {
					break
				}
				if i > deepest || i == deepest && x[i] < best.Code {
					deepest, best.Code = i, x[i]
				}
			}
		}
	}
	if deepest < 0 {
		return Reason{}, false
	}
	best.Grade = depths[min(deepest, len(depths)-1)]
	return best, true
}

func fields(need, offer *Side, _ *Weights) (Reason, bool) {
	if len(need.Fields) == 0 || len(offer.Fields) == 0 {
		return Reason{}, false
	}
	best := Reason{Kind: OfField, Grade: Other, Code: need.Fields[0].Code, List: need.Fields[0].List}
	for _, a := range need.Fields {
		for _, b := range offer.Fields {
			switch {
			case a.List != b.List:
			case a.Code == b.Code || a.List == subject.IndustryList && industryMeets(a.Code, b.Code):
				best.Code, best.List, best.Grade = a.Code, a.List, Same
				return best, true
			case a.List == subject.PlanFields && border(a.Code, b.Code):
				best.Code, best.List, best.Grade = a.Code, a.List, Neighbour
			}
		}
	}
	return best, true
}

// industryMeets says whether one of two codes holds the other, below the section: C26 holds C2614.
func industryMeets(a, b string) bool {
	return min(len(a), len(b)) >= 3 && (strings.HasPrefix(a, b) || strings.HasPrefix(b, a))
}

func border(a, b string) bool {
	return slices.Contains(neighbours, [2]string{a, b}) || slices.Contains(neighbours, [2]string{b, a})
}

func maturity(need, offer *Side, _ *Weights) (Reason, bool) {
	level := offer.LevelLeast
	if level == 0 || need.LevelLeast == 0 && need.Most == 0 {
		return Reason{}, false
	}
	r := Reason{Kind: OfMaturity, Grade: Within, Level: int(level)}
	switch {
	case level < need.LevelLeast-1:
		r.Grade = Below
	case level < need.LevelLeast:
		r.Grade = JustBelow
	case need.Most != 0 && level > need.Most:
		r.Grade = Mature
	}
	return r, true
}

// price: what costs less than the budget's lower end is within it as well.
func price(need, offer *Side, _ *Weights) (Reason, bool) {
	if need.PriceFen <= 0 || offer.PriceFen <= 0 {
		return Reason{}, false
	}
	over := offer.PriceFen - need.PriceFen
	switch {
	case over <= 0:
		return Reason{Kind: OfPrice, Grade: Within}, true
	case over <= need.PriceFen/10_000*littleOverBP:
		return Reason{Kind: OfPrice, Grade: LittleOver, Fen: over}, true
	}
	return Reason{Kind: OfPrice, Grade: Over, Fen: over}, true
}

func rights(need, offer *Side, _ *Weights) (Reason, bool) {
	if len(need.Rights) == 0 || len(offer.Rights) == 0 {
		return Reason{}, false
	}
	r := Reason{Kind: OfRights, Grade: NotOffered}
	for _, m := range subject.Modes {
		if slices.Contains(need.Rights, m) && slices.Contains(offer.Rights, m) {
			r.Grade, r.Rights = Offered, append(r.Rights, string(m))
		}
	}
	return r, true
}

func city(need, offer *Side, _ *Weights) (Reason, bool) {
	if need.City == "" || offer.City == "" {
		return Reason{}, false
	}
	r := Reason{Kind: OfCity, Grade: Far, Code: offer.City}
	_, ours := ident.CityOf(ident.Region(need.City))
	_, theirs := ident.CityOf(ident.Region(offer.City))
	switch {
	case need.City == offer.City:
		r.Grade = Same
	case ours && theirs:
		r.Grade = Corridor
	}
	return r, true
}
