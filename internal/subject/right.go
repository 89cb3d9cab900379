package subject

import (
	"slices"
	"strings"

	"github.com/g60-corridor/corridor/internal/ident"
)

// Mode is a way to give a right away or to share it. §4.6
type Mode string

const (
	Assign       Mode = "ASSIGN"    // 转让
	Exclusive    Mode = "EXCLUSIVE" // 独占许可: the licensee alone
	Sole         Mode = "SOLE"      // 排他许可: licensee and licensor
	NonExclusive Mode = "NONEXCL"   // 普通许可
	Open         Mode = "OPEN"      // 开放许可: whoever gives notice and pays the published fee
	Equity       Mode = "EQUITY"    // 作价投资: the right becomes a share in a company
)

// Modes are all of them.
var Modes = []Mode{Assign, Exclusive, Sole, NonExclusive, Open, Equity}

// Known reports whether the mode is one of Modes.
func (m Mode) Known() bool { return slices.Contains(Modes, m) }

// Licence reports whether the right stays with its owner.
func (m Mode) Licence() bool { return m.Known() && m != Assign && m != Equity }

// Alone reports whether the licensor may not license others.
func (m Mode) Alone() bool { return m == Exclusive || m == Sole }

// orDefault reads a licence whose mode is unclear: it is non-exclusive.
func (m Mode) orDefault() Mode {
	if !m.Licence() {
		return NonExclusive
	}
	return m
}

// Clause is a clause that monopolises technology and is void. §4.6
type Clause string

const (
	GrantBack        Clause = "ONE_WAY_GRANT_BACK"    // improvements go back for nothing, or not in both directions
	CompetingBan     Clause = "COMPETING_TECHNOLOGY"  // no technology from competitors
	ExploitationBan  Clause = "HINDERED_EXPLOITATION" // quantity, kind, price or market restrained without reason
	TiedPurchase     Clause = "TIED_PURCHASE"         // things must be bought that are not needed
	SourceRestricted Clause = "RESTRICTED_SOURCE"     // raw material or parts from named sources only
	NoChallenge      Clause = "NO_CHALLENGE"          // validity must not be disputed
)

// Clauses are all of them.
var Clauses = []Clause{GrantBack, CompetingBan, ExploitationBan, TiedPurchase, SourceRestricted, NoChallenge}

// Improvements is who gets what is made better.
type Improvements string

const (
	ImproverOwns Improvements = "IMPROVER" // the default of the law
	Shared       Improvements = "SHARED"
)

// Period is how long a licence lasts: to a day, for some months, or as long as the right. It begins with Start, or at
// the signing.
type Period struct {
	Start       ident.Date `json:"start,omitempty"`
	End         ident.Date `json:"end,omitempty"` // the last day
	Months      int        `json:"months,omitempty"`
	UntilExpiry bool       `json:"until_expiry,omitempty"`
}

const mostMonths = 1200 // longer than any right lives

// days gives the first and the last day; "" for a last one that is not limited.
func (p Period) days(today ident.Date) (first, last ident.Date) {
	first = p.Start
	if !first.Valid() {
		first = today
	}
	switch {
	case p.UntilExpiry:
	case p.End.Valid():
		last = p.End
	case p.Months > 0:
		last = first.Months(min(p.Months, mostMonths)).Days(-1)
	}
	return first, last
}

// Given reports whether it is said how long.
func (p Period) Given() bool { return p.UntilExpiry || p.Months > 0 || p.End.Valid() }

// Scope is what a licence covers.
type Scope struct {
	Fields      []Field  `json:"fields,omitempty"`      // of use; none means all
	Territories []string `json:"territories,omitempty"` // ST.3 codes or regions of six digits; none means everywhere
	Period      Period   `json:"period"`
}

// Overlaps reports whether two scopes have something in common. What cannot be compared, such as codes of different
// lists, is taken to overlap.
func (s Scope) Overlaps(other Scope, today ident.Date) bool {
	return fieldsOverlap(s.Fields, other.Fields) && territoriesOverlap(s.Territories, other.Territories) && periodsOverlap(s.Period, other.Period, today)
}

func fieldsOverlap(a, b []Field) bool {
	if len(a) == 0 || len(b) == 0 {
		return true
	}
	for _, x := range a {
		for _, y := range b {
			if x.List != y.List || x.List == OwnWords || !x.Known() || !y.Known() || oneBegins(fieldCode(x), fieldCode(y)) {
				return true
			}
		}
	}
	return false
}

// fieldCode is a code of which a wider one is the beginning. Codes of the lists without depth end in a stop.
func fieldCode(f Field) string {
	switch f.List {
	case IndustryList:
		if n, err := ident.ParseIndustry(f.Code); err == nil {
			return string(n)
		}
	case Classification:
		if n, err := ident.ParseSymbolPrefix(f.Code); err == nil {
			return n
		}
	default:
		return f.Code + "."
	}
	return ""
}

func territoriesOverlap(a, b []string) bool {
	if len(a) == 0 || len(b) == 0 {
		return true
	}
	for _, x := range a {
		for _, y := range b {
			if oneBegins(territoryPath(x), territoryPath(y)) {
				return true
			}
		}
	}
	return false
}

// territoryPath puts a region below China and drops the noughts at its end: 330000 is CN33, 330100 is CN3301. What is no
// territory may lie anywhere.
func territoryPath(t string) string {
	if region, err := ident.ParseRegion(t); err == nil {
		path := string(region)
		for strings.HasSuffix(path, "00") {
			path = strings.TrimSuffix(path, "00")
		}
		if path == "10" { // 100000 is the whole country
			path = ""
		}
		return string(ident.HomeOffice) + path
	}
	office, err := ident.ParseOffice(t)
	if err != nil {
		return ""
	}
	return string(office)
}

func oneBegins(a, b string) bool { return strings.HasPrefix(a, b) || strings.HasPrefix(b, a) }

func periodsOverlap(a, b Period, today ident.Date) bool {
	firstA, lastA := a.days(today)
	firstB, lastB := b.days(today)
	return (lastB == "" || firstA <= lastB) && (lastA == "" || firstB <= lastA)
}
