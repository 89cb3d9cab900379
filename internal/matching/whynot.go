package matching

import "slices"

// WhyNot is why somebody does not want a match. The list is closed.
type WhyNot string

const (
	TooDear     WhyNot = "TOO_DEAR"
	NotMature   WhyNot = "NOT_MATURE"
	WrongField  WhyNot = "WRONG_FIELD"
	WrongRights WhyNot = "WRONG_RIGHTS"
	HaveIt      WhyNot = "HAVE_IT"
	TooFar      WhyNot = "TOO_FAR"
	Otherwise   WhyNot = "OTHERWISE" // in words
)

// WhyNots are all of them in the order of a form.
var WhyNots = []WhyNot{TooDear, NotMature, WrongField, WrongRights, HaveIt, TooFar, Otherwise}

// Known reports whether it is one of them.
func (y WhyNot) Known() bool { return slices.Contains(WhyNots, y) }

// blames are the reasons that an answer speaks against. What somebody has, or says in words, teaches nothing of others.
var blames = map[WhyNot]struct {
	kind   Kind
	grades []Grade
}{
	TooDear:     {OfPrice, []Grade{LittleOver, Over}},
	NotMature:   {OfMaturity, []Grade{JustBelow, Below}},
	WrongField:  {OfField, []Grade{Neighbour, Other}},
	WrongRights: {OfRights, []Grade{NotOffered}},
	TooFar:      {OfCity, []Grade{Corridor, Far}},
}

// Said is how often an organisation gave an answer.
type Said struct {
	Why WhyNot
	N   int
}

// Cut is by how much a match counts less for somebody, and why.
type Cut struct {
	Said
	BP int
}

// taughtFrom is how often the same is said before it counts: once is about one match alone.
const taughtFrom = 2

// Cuts are what an organisation's answers take from a match, in the order of WhyNots. Each is bounded.
func Cuts(m Match, said []Said, w *Weights) (cuts []Cut) {
	for _, y := range WhyNots {
		n := 0
		for _, s := range said {
			if s.Why == y {
				n += s.N
			}
		}
		b, teaches := blames[y]
		if !teaches || n < taughtFrom {
			continue
		}
		if slices.ContainsFunc(m.Reasons, func(r Reason) bool { return r.Kind == b.kind && slices.Contains(b.grades, r.Grade) }) {
			cuts = append(cuts, Cut{Said{y, n}, min((n-taughtFrom+1)*w.CutBP, w.CutMost)})
		}
	}
	return cuts
}

// For is what a match counts to an organisation that has said this much.
func For(m Match, said []Said, w *Weights) (bp int, cuts []Cut) {
	cuts = Cuts(m, said, w)
	bp = m.BP
	for _, c := range cuts {
		bp -= c.BP
	}
	return max(0, bp), cuts
}

// Pair names a need and a result as they were when they were compared: the marks change with whatever matters.
type Pair struct {
	Need, Listing         int
	NeedMark, ListingMark string
}

// Declined reports whether somebody has said no to this very pair. It comes back once one of the two has changed.
func Declined(p Pair, before []Pair) bool { return slices.Contains(before, p) }

// Taught is what was said so often that matches of the kind are shown less.
func Taught(said []Said) (all []Said) {
	for _, s := range said {
		if _, teaches := blames[s.Why]; teaches && s.N >= taughtFrom {
			all = append(all, s)
		}
	}
	return all
}
