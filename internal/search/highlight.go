package search

import (
	"strings"
	"unicode/utf8"

	"github.com/blevesearch/bleve/v2/search"

	"github.com/g60-corridor/corridor/ent"
)

// Piece is a part of a text: marked if it is what was asked for. Texts stay texts here; it is the page that escapes them.
type Piece struct {
	Text   string
	Marked bool
}

// Marked says whether a fragment has anything that was asked for.
func Marked(f []Piece) bool {
	for _, p := range f {
		if p.Marked {
			return true
		}
	}
	return false
}

// marker marks what a question asks for.
type marker struct {
	terms   map[string]bool
	words   []clause // to be compared letter by letter, if results are only near
	clauses []clause
}

func (q question) marker(how Closeness) marker {
	m := marker{terms: map[string]bool{}, clauses: q.clauses}
	for _, c := range q.clauses {
		if c.word != "" {
			m.terms[c.word] = true
			if how != Exact && c.long >= oneSlipFrom {
				m.words = append(m.words, c)
			}
		}
		for _, p := range c.pairs {
			m.terms[p] = true
		}
	}
	return m
}

func (m marker) asked(term string) bool {
	if m.terms[term] {
		return true
	}
	for _, c := range m.words {
		slips := 1
		if c.long >= twoSlipsFrom {
			slips = 2
		}
		if _, far := search.LevenshteinDistanceMax(c.word, term, slips); !far && term[0] == c.word[0] || strings.HasPrefix(term, c.word) {
			return true
		}
	}
	return false
}

// span is a marked stretch of a text, in bytes.
type span struct{ from, to int }

func (m marker) spans(text string) (all []span) {
	if len(m.terms) == 0 {
		return nil
	}
	for _, t := range stored.Analyze([]byte(text)) {
		if !m.asked(string(t.Term)) {
			continue
		}
		if n := len(all); n > 0 && t.Start <= all[n-1].to {
			all[n-1].to = max(all[n-1].to, t.End)
		} else {
			all = append(all, span{t.Start, t.End})
		}
	}
	return all
}

// whole marks a text from its beginning to its end.
func (m marker) whole(text string) []Piece { return cut(text, m.spans(text), 0, len(text)) }

// How long a fragment is: a Chinese character says as much as two or three letters.
const (
	fragmentZH = 88
	fragmentEN = 200
)

// fragment marks the stretch of a text that holds the first of what was asked for, or its beginning.
func (m marker) fragment(text string, runes int) []Piece {
	marks := m.spans(text)
	if utf8.RuneCountInString(text) <= runes {
		return cut(text, marks, 0, len(text))
	}
	from := 0
	if len(marks) > 0 {
		from = back(text, marks[0].from, runes/4)
	}
	to := ahead(text, from, runes)
	if to == len(text) { // rather a little more before it
		from = back(text, to, runes)
	}
	from, to = toWord(text, from, to)
	pieces := cut(text, marks, from, to)
	if from > 0 {
		pieces = append([]Piece{{Text: "…"}}, pieces...)
	}
	if to < len(text) {
		pieces = append(pieces, Piece{Text: "…"})
	}
	return pieces
}

func back(text string, at, runes int) int {
	for ; runes > 0 && at > 0; runes-- {
		_, n := utf8.DecodeLastRuneInString(text[:at])
		at -= n
	}
	return at
}

func ahead(text string, at, runes int) int {
	for ; runes > 0 && at < len(text); runes-- {
		_, n := utf8.DecodeRuneInString(text[at:])
		at += n
	}
	return at
}

// toWord moves the ends of a stretch to spaces, where words have them.
func toWord(text string, from, to int) (int, int) {
	const most = 24
	if from > 0 {
		if i := strings.IndexByte(text[from:min(to, from+most)], ' '); i >= 0 {
			from += i + 1
		}
	}
	if to < len(text) {
		if i := strings.LastIndexByte(text[max(from, to-most):to], ' '); i >= 0 {
			to = max(from, to-most) + i
		}
	}
	return from, to
}

func cut(text string, marks []span, from, to int) (pieces []Piece) {
	add := func(a, b int, marked bool) {
		if a < b {
			pieces = append(pieces, Piece{text[a:b], marked})
		}
	}
	at := from
	for _, s := range marks {
		if s.to <= from || s.from >= to {
			continue
		}
		add(at, max(s.from, at), false)
		add(max(s.from, from), min(s.to, to), true)
		at = min(s.to, to)
	}
	add(at, to, false)
	return pieces
}

// number marks a number, or a class, if it or its beginning was asked for.
func (m marker) number(text string) []Piece {
	short := publication(text)
	for _, c := range m.clauses {
		for _, n := range c.numbers {
			if short != "" && n == short {
				return []Piece{{text, true}}
			}
		}
		if c.begins != "" && strings.HasPrefix(short, c.begins) || c.class != "" && strings.HasPrefix(text, c.class) {
			return []Piece{{text, true}}
		}
	}
	return []Piece{{Text: text}}
}

// Hit is a listing that was found, with what is shown of it.
type Hit struct {
	Listing              *ent.Listing // with seller and patents
	Lot                  *ent.Lot     // the sale that goes on, comes or was the last; nil if there is none
	Project              *ent.Project // the way to a price that is open; nil if there is none
	TitleZH, TitleEN     []Piece
	SummaryZH, SummaryEN []Piece
	Patents              [][]Piece // their numbers
	Classes              [][]Piece // those that were asked for
}

func (m marker) hit(l *ent.Listing, lot *ent.Lot) Hit {
	h := Hit{Listing: l, Lot: lot, TitleZH: m.whole(l.TitleZh), TitleEN: m.whole(l.TitleEn)}
	h.SummaryZH, h.SummaryEN = m.fragment(l.SummaryZh, fragmentZH), m.fragment(l.SummaryEn, fragmentEN)
	for _, p := range l.Edges.Patents {
		h.Patents = append(h.Patents, m.number(p.ApplicationNo))
		if no := m.number(p.PublicationNo); Marked(no) {
			h.Patents = append(h.Patents, no)
		}
		for _, c := range p.Ipc {
			if class := m.number(c); Marked(class) {
				h.Classes = append(h.Classes, class)
			}
		}
		if zh := m.fragment(p.AbstractZh, fragmentZH); Marked(zh) && !Marked(h.SummaryZH) {
			h.SummaryZH = zh
		}
		if en := m.fragment(p.AbstractEn, fragmentEN); Marked(en) && !Marked(h.SummaryEN) {
			h.SummaryEN = en
		}
	}
	return h
}
