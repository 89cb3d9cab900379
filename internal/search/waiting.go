package search

import (
	"math/bits"
	"slices"
)

// Waiting are standing questions, each kept by something that every listing which meets it must have: one of its words,
// numbers, classes or facets' values. So a listing is asked few of them, and those it is not asked it cannot meet.
//
// It is not safe for concurrent use.
type Waiting struct {
	questions map[int]*kept
	behind    map[door][]int // numbers of questions
}

// kept is a question with the doors behind which it waits.
type kept struct {
	Standing
	doors []door
}

// door is something that a listing has; the zero door is open to all.
type door struct {
	in   byte
	text string
	of   [2]uint8 // the facet and its value
}

const (
	textDoor   = 't'
	numberDoor = 'n' // also the beginning of a number
	classDoor  = 'c' // also the beginning of a class
	facetDoor  = 'f'
)

// NewWaiting returns none.
func NewWaiting() *Waiting { return &Waiting{questions: map[int]*kept{}, behind: map[door][]int{}} }

// Put keeps a question under a number; what was kept under it before is dropped.
func (w *Waiting) Put(id int, s Standing) {
	w.Drop(id)
	k := &kept{Standing: s, doors: w.doors(&s)}
	w.questions[id] = k
	for _, d := range k.doors {
		w.behind[d] = append(w.behind[d], id)
	}
}

// Drop forgets a question. There may be none.
func (w *Waiting) Drop(id int) {
	k := w.questions[id]
	if k == nil {
		return
	}
	delete(w.questions, id)
	for _, d := range k.doors {
		w.behind[d] = slices.DeleteFunc(w.behind[d], func(other int) bool { return other == id })
		if len(w.behind[d]) == 0 {
			delete(w.behind, d)
		}
	}
}

// Met are the questions that a listing meets, in the order of their numbers.
func (w *Waiting) Met(l *Sheet) (ids []int) {
	asked := map[int]struct{}{}
	open := func(d door) {
		for _, id := range w.behind[d] {
			if _, before := asked[id]; before {
				continue
			}
			asked[id] = struct{}{}
			if w.questions[id].Meets(l) {
				ids = append(ids, id)
			}
		}
	}
	open(door{})
	for t := range l.terms {
		open(door{in: textDoor, text: t})
	}
	beginnings := func(in byte, all []string) {
		for _, one := range all {
			for n := range len(one) {
				open(door{in: in, text: one[:n+1]})
			}
		}
	}
	beginnings(numberDoor, l.numbers)
	beginnings(numberDoor, l.row.numbers)
	beginnings(classDoor, l.classes)
	for f, values := range l.values {
		for m := values; m != 0; m &= m - 1 {
			open(facetDoorOf(f, m))
		}
	}
	slices.Sort(ids)
	return ids
}

func facetDoorOf(facet int, m mask) door {
	return door{in: facetDoor, of: [2]uint8{uint8(facet), uint8(bits.TrailingZeros32(uint32(m)))}}
}

// doors are those behind which a question waits: all of the clause, or without any of the facet, that has the fewest
// behind them yet. Words that many ask for stand in many listings.
func (w *Waiting) doors(s *Standing) []door {
	var choices [][]door
	for i := range s.clauses {
		choices = append(choices, w.ofClause(&s.clauses[i]))
	}
	if len(choices) == 0 && !s.common { // with words alone that stand everywhere nothing is met
		if s.Empty() {
			return []door{{}}
		}
		for f, chosen := range s.chosen {
			var of []door
			for m := chosen; m != 0; m &= m - 1 {
				of = append(of, facetDoorOf(f, m))
			}
			if of != nil {
				choices = append(choices, of)
			}
		}
	}
	return w.quietest(choices)
}

// quietest are those of some choices of doors that have the fewest behind them.
func (w *Waiting) quietest(choices [][]door) (best []door) {
	for i, of := range choices {
		if i == 0 || w.crowd(of) < w.crowd(best) {
			best = of
		}
	}
	return best
}

// ofClause are doors of which a listing that meets a clause opens one at least. Who has enough of a run's pairs has one
// of any that are so many that the rest is not enough.
func (w *Waiting) ofClause(c *clause) (of []door) {
	for _, n := range c.numbers {
		of = append(of, door{in: numberDoor, text: n})
	}
	if c.begins != "" {
		of = append(of, door{in: numberDoor, text: c.begins})
	}
	if c.class != "" {
		of = append(of, door{in: classDoor, text: c.class})
	}
	if c.word != "" {
		of = append(of, door{in: textDoor, text: c.word})
	}
	var pairs []door
	for _, p := range c.pairs {
		pairs = append(pairs, door{in: textDoor, text: p})
	}
	slices.SortStableFunc(pairs, func(a, b door) int { return len(w.behind[a]) - len(w.behind[b]) })
	if len(pairs) > 0 {
		of = append(of, pairs[:len(pairs)-c.least()+1]...)
	}
	var words [][]door
	for i := range c.words { // of which it has all
		words = append(words, w.ofClause(&c.words[i]))
	}
	return append(of, w.quietest(words)...)
}

// crowd is how many wait behind some doors.
func (w *Waiting) crowd(of []door) (n int) {
	for _, d := range of {
		n += len(w.behind[d])
	}
	return n
}
