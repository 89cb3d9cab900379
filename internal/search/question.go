package search

import (
	"errors"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/g60-corridor/corridor/internal/ident"
)

// TextMost is how many characters a question may have.
const TextMost = 200

// clausesMost and pairsMost bound the work of one question.
const (
	clausesMost = 24
	pairsMost   = 32
)

// question is what somebody asks for, taken apart. All clauses must be met.
type question struct {
	clauses []clause
	common  bool   // it had words, but only such as stand everywhere
	meant   string // a number as it would be right, if one was asked for whose check character is wrong
}

// clause is one thing that is asked for.
type clause struct {
	numbers []string // exact numbers, any of them
	begins  string   // the beginning of a number
	class   string   // the beginning of a class of the IPC, in normal form
	word    string   // a word of Latin letters, without its ending
	long    int      // how long it was with it
	pairs   []string // of a run of Chinese
	words   []clause // all of them, instead of a number that was only guessed
}

// ask takes a question apart.
func ask(text string) question {
	var q question
	pieces := strings.Fields(fold(text))
	for i := 0; i < len(pieces) && len(q.clauses) < clausesMost; {
		if c, n, found := q.number(pieces[i:]); found {
			q.clauses = append(q.clauses, c)
			i += n
			continue
		}
		before := len(q.clauses)
		q.words(pieces[i])
		if len(q.clauses) == before && strings.ContainsFunc(pieces[i], letter) {
			q.common = true
		}
		i++
	}
	q.clauses = q.clauses[:min(len(q.clauses), clausesMost)]
	return q
}

func letter(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// fold makes full-width signs plain and spaces of what is no text: control characters, and marks that turn the
// direction of writing.
func fold(text string) string {
	n := 0
	return strings.Map(func(r rune) rune {
		n++
		switch {
		case n > TextMost:
			return -1
		case r >= '！' && r <= '～':
			return r - '！' + '!'
		case r == utf8.RuneError, unicode.IsControl(r), unicode.Is(unicode.Cf, r), unicode.IsSpace(r):
			return ' '
		}
		return r
	}, text)
}

// A printed number may have up to this many parts: ZL 2018 1 0862228 . X.
const partsMost = 7

// number takes the longest number from the beginning of the pieces and says of how many it is.
func (q *question) number(pieces []string) (c clause, n int, found bool) {
	for n = min(len(pieces), partsMost); n > 0; n-- {
		text := strings.Join(pieces[:n], " ")
		if !strings.ContainsAny(text, "0123456789") {
			continue
		}
		if c, found = q.numberOf(text); found {
			return c, n, true
		}
	}
	return clause{}, 0, false
}

// From so many digits on a text may be the beginning of a number, and up to as many as a number has.
const (
	digitsLeast = 6
	digitsMost  = 13
)

func (q *question) numberOf(text string) (clause, bool) {
	short := plain(text)
	bare := strings.TrimPrefix(strings.TrimPrefix(short, "ZL"), "CN")
	if a, err := ident.ParseApplicationNo(text); err == nil {
		return clause{numbers: []string{plain(string(a))}}, true
	} else if e := (*ident.Error)(nil); errors.As(err, &e) && len(bare) >= 12 && len(bare) <= 13 {
		switch e.Fault {
		case ident.NoCheck:
			return clause{numbers: []string{bare + e.Want}}, true
		case ident.WrongCheck:
			q.meant = bare[:len(bare)-1] + "." + e.Want
			return clause{numbers: []string{bare}}, true
		}
	}
	if c, err := ident.ParseUSCC(text); err == nil {
		return clause{numbers: []string{string(c)}}, true
	}
	for _, parse := range registers {
		if n, err := parse(text); err == nil {
			return clause{numbers: []string{plain(n)}}, true
		}
	}
	for _, form := range []string{text, "CN" + text} {
		p, err := ident.ParsePublicationNo(form)
		e := (*ident.Error)(nil)
		switch {
		case err == nil:
			return clause{numbers: []string{publication(string(p))}}, true
		case errors.As(err, &e) && e.Fault == ident.NoKindCode && form == text:
			return clause{begins: bare}, true
		}
	}
	if class, err := ident.ParseSymbolPrefix(text); err == nil && len(class) >= len("A61K") {
		return clause{class: class}, true
	}
	if c, found := foreign(text); found {
		return c, true
	}
	return q.beginning(text, short, bare)
}

// registers read the numbers of rights that are no patents of China (§4.1), in any printed form.
var registers = []func(string) (string, error){
	func(s string) (string, error) { n, err := ident.ParseSoftwareNo(s); return string(n), err },
	func(s string) (string, error) { n, err := ident.ParseVarietyNo(s); return string(n), err },
	func(s string) (string, error) { n, err := ident.ParseLayoutNo(s); return string(n), err },
	func(s string) (string, error) { n, err := ident.ParsePCTNo(s); return string(n), err },
	func(s string) (string, error) { n, err := ident.ParsePCTPublicationNo(s); return string(n), err },
}

// largeOffices are those whose codes are taken before a space: many others are words, such as at, in and no, or AI.
var largeOffices = []ident.Office{"US", "EP", "JP", "KR", "DE", "GB", "FR"}

// foreign takes the number of a patent of another office. It is a guess: US 2019 100 mm has its form too.
func foreign(text string) (clause, bool) {
	n, err := ident.ParseForeignNo("", text)
	if err != nil || digits(n.WithoutKind()) < digitsLeast || strings.Index(text, " ") == 2 && !slices.Contains(largeOffices, n.Office()) {
		return clause{}, false
	}
	c, short := clause{words: wordsIn(text)}, plain(n.WithoutKind())
	if n.KindCode() == "" {
		c.begins = short
	} else {
		c.numbers = []string{plain(string(n)), short}
	}
	return c, true
}

// beginning takes a single piece with digits: a listing's or a lot's number, or the beginning of a long one. It is a guess:
// COVID-19 looks like a number, and 304 316 are two kinds of steel.
func (q *question) beginning(text, short, bare string) (clause, bool) {
	spaced := strings.Contains(text, " ")
	switch {
	case strings.ContainsFunc(text, han), len(short) < 2, spaced && bare == short:
		return clause{}, false
	case strings.Trim(bare, "0123456789X") == "" && len(bare) >= digitsLeast && len(bare) <= digitsMost:
		return clause{numbers: []string{short}, begins: bare, words: wordsIn(text)}, true
	case strings.Contains(text, "-") && !spaced && strings.ContainsFunc(short, unicode.IsLetter):
		// PD-1 is a word and no number.
		return clause{numbers: []string{short}, words: wordsIn(text)}, strings.Count(text, "-") > 1 || len(short) > digitsLeast
	}
	return clause{}, false
}

func digits(text string) (n int) {
	for _, r := range text {
		if r >= '0' && r <= '9' {
			n++
		}
	}
	return n
}

// wordsIn are the words of what may be a number.
func wordsIn(text string) []clause {
	var q question
	q.words(text)
	return q.clauses[:min(len(q.clauses), clausesMost)]
}

// words takes a piece without spaces apart into runs of Chinese and words.
func (q *question) words(piece string) {
	for piece != "" {
		first, _ := utf8.DecodeRuneInString(piece)
		chinese := han(first)
		end := strings.IndexFunc(piece, func(r rune) bool { return han(r) != chinese })
		if end < 0 {
			end = len(piece)
		}
		run := piece[:end]
		piece = piece[end:]
		if chinese {
			if pairs := terms(run); len(pairs) > 0 {
				q.clauses = append(q.clauses, clause{pairs: pairs[:min(len(pairs), pairsMost)]})
			}
			continue
		}
		for _, t := range asked.Analyze([]byte(run)) {
			if len(t.Term) > 0 && len(t.Term) <= termMost {
				c := clause{word: string(t.Term), long: t.End - t.Start}
				if class, err := ident.ParseSymbolPrefix(run); err == nil && len(class) == len("A61") {
					c.class = class // B12 is a vitamin and looks like a class
				}
				q.clauses = append(q.clauses, c)
			}
		}
	}
}
