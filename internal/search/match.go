package search

import (
	"github.com/blevesearch/bleve/v2/search/query"
)

// Closeness is how well the results meet the question.
type Closeness string

const (
	Exact Closeness = "exact" // all words, as they were written but for their endings
	Near  Closeness = "near"  // all words, some of them spelt another way
	Some  Closeness = "some"  // at least half of the words
)

// queries are tried one after the other until one finds something.
func (q question) queries() []struct {
	Closeness
	query.Query
} {
	type try = struct {
		Closeness
		query.Query
	}
	if len(q.clauses) == 0 {
		return nil
	}
	strict, near := each(q.clauses, clause.strict), each(q.clauses, clause.near)
	tries := []try{{Exact, all(strict)}, {Near, all(near)}}
	if n := len(near); n > 1 {
		tries = append(tries, try{Some, atLeast(float64((n+1)/2), near)})
	}
	return tries
}

func each(of []clause, query func(clause) query.Query) (all []query.Query) {
	for _, c := range of {
		all = append(all, query(c))
	}
	return all
}

func all(of []query.Query) query.Query {
	if len(of) == 1 {
		return of[0]
	}
	return query.NewConjunctionQuery(of)
}

func atLeast(n float64, of []query.Query) query.Query {
	if len(of) == 1 {
		return of[0]
	}
	q := query.NewDisjunctionQuery(of)
	q.SetMin(n)
	return q
}

func term(field, text string) query.Query {
	q := query.NewTermQuery(text)
	q.SetField(field)
	return q
}

func beginsWith(field, text string) query.Query {
	q := query.NewPrefixQuery(text)
	q.SetField(field)
	return q
}

// fixed is what of a clause must be met to the letter.
func (c clause) fixed() (any []query.Query) {
	for _, n := range c.numbers {
		any = append(any, term(inNumber, n))
	}
	if c.begins != "" {
		any = append(any, beginsWith(inNumber, c.begins))
	}
	switch {
	case c.class == "":
	case c.deep():
		any = append(any, beginsWith(inClass, c.class))
	default:
		any = append(any, term(inClass, c.class)) // these stand in the index as they are
	}
	return any
}

// deep says that a class is asked for of which only the beginning is written down.
func (c *clause) deep() bool {
	n := len(c.class)
	return n != len("A61") && n != len("A61K") && c.class[n-1] != '/'
}

// least is how many pairs of a run of Chinese must be there.
func (c *clause) least() int {
	if len(c.pairs) == 2 {
		return 2
	}
	return enough(len(c.pairs))
}

// In a run of Chinese three of five pairs are enough: who writes two words without a space between them makes a pair that
// stands nowhere.
func enough(pairs int) int { return (pairs*3 + 4) / 5 }

func (c clause) strict() query.Query {
	any := c.fixed()
	if c.word != "" {
		any = append(any, term(inText, c.word))
	}
	if len(c.pairs) > 0 {
		any = append(any, c.chinese(float64(c.least())))
	}
	if len(c.words) > 0 {
		any = append(any, all(each(c.words, clause.strict)))
	}
	return atLeast(1, any)
}

func (c clause) chinese(least float64) query.Query {
	var of []query.Query
	for _, p := range c.pairs {
		of = append(of, term(inText, p))
	}
	if int(least) == len(of) {
		return all(of)
	}
	return atLeast(least, of)
}

// Shorter words are other words with one letter changed.
const (
	oneSlipFrom  = 4
	twoSlipsFrom = 8
	startFrom    = 4
)

func (c clause) near() query.Query {
	any := c.fixed()
	if c.word != "" {
		any = append(any, term(inText, c.word))
		if c.long >= oneSlipFrom && !isHan(c.word) {
			f := query.NewFuzzyQuery(c.word)
			f.SetField(inText)
			f.SetPrefix(1)
			f.SetFuzziness(1)
			if c.long >= twoSlipsFrom {
				f.SetFuzziness(2)
			}
			any = append(any, f)
		}
		if c.long >= startFrom {
			any = append(any, beginsWith(inText, c.word))
		}
	}
	if n := len(c.pairs); n > 0 {
		any = append(any, c.chinese(float64(max(1, n/2))))
	}
	if len(c.words) > 0 {
		any = append(any, all(each(c.words, clause.near)))
	}
	return atLeast(1, any)
}
