package search

import (
	"slices"
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
	terms    map[string]bool
	han      bool      // some of the terms are Chinese
	initials [256]bool // of the others
	words    []clause  // to be compared letter by letter, if results are only near
	clauses  []clause
}

func (q question) marker(how Closeness) marker {
	m := marker{terms: map[string]bool{}, clauses: q.clauses}
	for _, c := range q.parts() {
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
	for t := range m.terms {
		m.han = m.han || isHan(t)
		m.initials[t[0]|0x20] = true
	}
	return m
}

// parts are the clauses, and the words of those that are only guessed to be numbers.
func (q question) parts() []clause {
	all := slices.Clone(q.clauses)
	for _, c := range q.clauses {
		all = append(all, c.words...)
	}
	return all
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

// spans finds what was asked for in a text. To take whole texts apart cost more than the search, and nearly all of it was
// for nothing: pairs of Chinese stand in a text as they were asked for, and of the words only those are taken apart that
// begin with a letter that was asked for; endings come off behind it.
func (m marker) spans(text string) (all []span) {
	if len(m.terms) == 0 {
		return nil
	}
	add := func(from, to int) {
		if n := len(all); n > 0 && from <= all[n-1].to {
			all[n-1].to = max(all[n-1].to, to)
		} else {
			all = append(all, span{from, to})
		}
	}
	for at := 0; at < len(text); {
		if text[at] == ' ' || text[at] == '\n' {
			at++
			continue
		}
		end, chinese, plain := piece(text, at)
		switch {
		case chinese:
			m.chinese(text[at:end], func(from, to int) { add(at+from, at+to) })
		case !plain || m.begins(text[at:end]):
			for _, t := range stored.Analyze([]byte(text[at:end])) {
				if t.End <= end-at && m.asked(string(t.Term)) { // behind broken characters places are wrong
					add(at+t.Start, at+t.End)
				}
			}
		}
		at = end
	}
	return all
}

// piece is a run of Chinese, or of what is neither that nor a space; plain if all of it is ASCII.
func piece(text string, at int) (end int, chinese, plain bool) {
	plain = true
	for end = at; end < len(text); {
		if c := text[end]; c < utf8.RuneSelf {
			if chinese || c == ' ' || c == '\n' {
				return end, chinese, plain
			}
			end++
			continue
		}
		r, n := utf8.DecodeRuneInString(text[end:])
		is := han(r)
		if end > at && is != chinese {
			return end, chinese, plain
		}
		chinese, plain = is, false
		end += n
	}
	return end, chinese, plain
}

// chinese finds pairs, and characters that were asked for by themselves, in a run.
func (m marker) chinese(run string, add func(from, to int)) {
	if !m.han {
		return
	}
	for at := 0; at < len(run); {
		_, n := utf8.DecodeRuneInString(run[at:])
		if m.terms[run[at:at+n]] {
			add(at, at+n)
		}
		if _, next := utf8.DecodeRuneInString(run[at+n:]); next > 0 && m.terms[run[at:at+n+next]] {
			add(at, at+n+next)
		}
		at += n
	}
}

// begins says whether a word of a piece, which is plain, begins as one that was asked for.
func (m marker) begins(piece string) bool {
	before := byte(' ')
	for i := range len(piece) {
		c := piece[i] | 0x20 // of letters the small one
		if m.initials[c] && !alphanumeric(before) {
			return true
		}
		before = c
	}
	return false
}

func alphanumeric(c byte) bool { return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' }

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
	if one := l.Dossier.Disclosure.Abstract; strings.ContainsFunc(one, han) {
		if zh := m.fragment(one, fragmentZH); Marked(zh) && !Marked(h.SummaryZH) {
			h.SummaryZH = zh
		}
	} else if en := m.fragment(one, fragmentEN); Marked(en) && !Marked(h.SummaryEN) {
		h.SummaryEN = en
	}
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
