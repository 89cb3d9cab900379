package exclusion

import (
	"cmp"
	"slices"
)

// majorityBP must be exceeded by those who control by votes.
const majorityBP = 5000

// graph is the links that hold, in an order of their own, so that no verdict hangs on the order in which they came.
type graph []Link

func order(a, b Link) int {
	return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To), cmp.Compare(a.Relation, b.Relation), cmp.Compare(b.ShareBP, a.ShareBP),
		cmp.Compare(a.Since, b.Since), cmp.Compare(a.Until, b.Until))
}

// held is a party that another one controls, with the links through which it does.
type held struct {
	party Party
	via   []Link
}

// controlled gives all whom a party controls, itself first: by actual control, or with more than half of the votes, its
// own and those of all whom it controls put together. A circle of holdings adds nothing. Every link into a party of the
// list comes from one before it. Nothing is followed beyond the parties of stop.
func (g graph) controlled(by Party, stop []Party) []held {
	members := []held{{party: by}}
	known := map[Party]bool{by: true}
	votes := map[Party]int64{}
	via := map[Party][]Link{}
	for i := 0; i < len(members); i++ {
		if slices.Contains(stop, members[i].party) {
			continue
		}
		for _, l := range g.from(members[i].party) {
			if known[l.To] {
				continue
			}
			switch {
			case l.Relation == Controls:
				via[l.To] = []Link{l}
			case l.Relation == Owns && l.ShareBP > 0:
				votes[l.To] += min(l.ShareBP, 2*majorityBP)
				via[l.To] = append(via[l.To], l)
			default:
				continue
			}
			if l.Relation == Controls || votes[l.To] > majorityBP {
				known[l.To] = true
				members = append(members, held{l.To, via[l.To]})
			}
		}
	}
	return members
}

// from gives the links that begin at a party; the graph is sorted by it.
func (g graph) from(p Party) []Link {
	first, _ := slices.BinarySearchFunc(g, p, func(l Link, p Party) int { return cmp.Compare(l.From, p) })
	last := first
	for last < len(g) && g[last].From == p {
		last++
	}
	return g[first:last]
}

func holder(members []held, p Party) int {
	return slices.IndexFunc(members, func(m held) bool { return m.party == p })
}

// control gives the links by which one party controls another, from it downwards; ok is false if it does not.
func (g graph) control(by, of Party) (chain []Link, ok bool) {
	if by == of || by == "" || of == "" {
		return nil, false
	}
	members := g.controlled(by, nil)
	if holder(members, of) < 0 {
		return nil, false
	}
	return chainTo(members, of), true
}

// chainTo collects the links that lead to some of the members, those nearest to the controller first.
func chainTo(members []held, of ...Party) (chain []Link) {
	needed := map[Party]bool{}
	for _, p := range of {
		needed[p] = true
	}
	for i := len(members) - 1; i > 0; i-- {
		if needed[members[i].party] {
			for _, l := range members[i].via {
				needed[l.From] = true
			}
		}
	}
	for _, m := range members {
		if needed[m.party] {
			chain = append(chain, m.via...)
		}
	}
	return chain
}

// common finds a party that controls both and is no organ of the state: companies are not affiliated merely because
// the state controls both (Company Law, art 265). The chain leads to both.
func (g graph) common(a, b Party, state []Party) (chain []Link, ok bool) {
	for _, p := range g.parties() {
		if p == a || p == b {
			continue
		}
		members := g.controlled(p, state)
		if holder(members, a) >= 0 && holder(members, b) >= 0 {
			return chainTo(members, a, b), true
		}
	}
	return nil, false
}

// parties are those who hold anything.
func (g graph) parties() (all []Party) {
	for _, l := range g {
		if (l.Relation == Owns || l.Relation == Controls) && (len(all) == 0 || all[len(all)-1] != l.From) {
			all = append(all, l.From)
		}
	}
	return all
}
