package exclusion

import (
	"slices"

	"github.com/g60-corridor/corridor/internal/ident"
)

// Judge gives every verdict on a bidder, on a day; none means that nothing is known against him. Blocks come first,
// then alerts, then flags.
func Judge(c Case, today ident.Date) []Verdict {
	j := &judge{c: &c}
	for _, l := range c.Links {
		if l.holds(today) && l.From != l.To {
			j.g = append(j.g, l)
		}
	}
	slices.SortFunc(j.g, order)
	j.g = slices.Compact(j.g)
	involved := j.involved()
	for _, i := range involved {
		j.exclude(i)
	}
	for _, p := range c.Inventors {
		j.flag(p)
	}
	for _, p := range c.Qualified {
		if p != c.Bidder {
			j.rival(p)
			involved = append(involved, interest{party: p, role: OtherBidder})
		}
	}
	j.traces(involved)
	effects := []Effect{Block, Alert, FlagPublic}
	slices.SortStableFunc(j.found, func(a, b Verdict) int { return slices.Index(effects, a.Effect) - slices.Index(effects, b.Effect) })
	return j.found
}

type judge struct {
	c     *Case
	g     graph
	found []Verdict
}

func (j *judge) add(e Effect, r Reason, role Role, p Party, chain []Link) {
	for _, v := range j.found {
		if v.Effect == e && v.Reason == r && v.Role == role && v.Party == p {
			return
		}
	}
	j.found = append(j.found, Verdict{e, r, role, p, chain})
}

// interest is a party that must not bid, and the links that make it one.
type interest struct {
	party Party
	role  Role
	chain []Link
}

// involved are the seller's side and the house's. R1.6
func (j *judge) involved() (all []interest) {
	add := func(p Party, r Role, chain ...Link) {
		if p != "" && !slices.ContainsFunc(all, func(i interest) bool { return i.party == p && i.role == r }) {
			all = append(all, interest{p, r, chain})
		}
	}
	for _, named := range []struct {
		parties []Party
		role    Role
	}{{j.c.Sellers, Seller}, {j.c.Delegates, Delegate}, {j.c.Houses, House}, {j.c.Staff, HouseStaff}, {j.c.Helpers, Helper}} {
		for _, p := range named.parties {
			add(p, named.role)
		}
	}
	for _, l := range j.g {
		switch {
		case l.Relation == ActsFor && slices.Contains(j.c.Sellers, l.To):
			add(l.From, Delegate, l)
		case l.Relation == WorksFor && slices.Contains(j.c.Houses, l.To):
			add(l.From, HouseStaff, l)
		case l.Relation == Helps && (slices.Contains(j.c.Sellers, l.To) || slices.Contains(j.c.Houses, l.To)):
			add(l.From, Helper, l)
		}
	}
	return all
}

// exclude applies R1.6 for one of the parties involved.
func (j *judge) exclude(i interest) {
	bidder := j.c.Bidder
	if i.party == bidder {
		j.add(Block, Is, i.role, i.party, i.chain)
		return
	}
	controls := false
	if chain, ok := j.g.control(i.party, bidder); ok {
		j.add(Block, ControlledBy, i.role, i.party, slices.Concat(i.chain, chain))
		controls = true
	}
	for _, r := range j.relatives(i.party) {
		if r.To == bidder {
			j.add(Block, IsRelative, i.role, i.party, append(slices.Clone(i.chain), r))
		} else if chain, ok := j.g.control(r.To, bidder); ok {
			j.add(Block, ControlledBy, i.role, i.party, slices.Concat(i.chain, []Link{r}, chain))
		}
	}
	if i.role == Seller || i.role == House {
		if chain, ok := j.g.control(bidder, i.party); ok {
			j.add(Block, Controlling, i.role, i.party, chain)
			controls = true
		}
		if chain, ok := j.g.common(bidder, i.party, j.c.State); ok && !controls {
			j.add(Block, SameController, i.role, i.party, chain)
		}
	}
	if held := j.holdings(i.party, bidder); len(held) > 0 && !controls {
		j.add(Alert, HoldsShares, i.role, i.party, slices.Concat(i.chain, held))
	}
}

// relatives gives the links to the close relatives of a party, each turned so that it leads away from it.
func (j *judge) relatives(p Party) (links []Link) {
	for _, l := range j.g {
		switch {
		case l.Relation != Relative:
		case l.From == p:
			links = append(links, l)
		case l.To == p:
			l.From, l.To = l.To, l.From
			links = append(links, l)
		}
	}
	return links
}

// holdings are the shares of either in the other.
func (j *judge) holdings(a, b Party) (links []Link) {
	for _, l := range j.g {
		if l.Relation == Owns && l.ShareBP > 0 && (l.From == a && l.To == b || l.From == b && l.To == a) {
			links = append(links, l)
		}
	}
	return links
}

// flag applies R1.7: an inventor may bid, and the public is told; so with his company, his relatives, and any company
// in which he has a share.
func (j *judge) flag(inventor Party) {
	bidder := j.c.Bidder
	if inventor == "" {
		return
	}
	if inventor == bidder {
		j.add(FlagPublic, Is, Inventor, inventor, nil)
		return
	}
	if chain, ok := j.g.control(inventor, bidder); ok {
		j.add(FlagPublic, ControlledBy, Inventor, inventor, chain)
	} else if held := j.holdings(inventor, bidder); len(held) > 0 {
		j.add(FlagPublic, HoldsShares, Inventor, inventor, held)
	}
	for _, r := range j.relatives(inventor) {
		if r.To == bidder {
			j.add(FlagPublic, IsRelative, Inventor, inventor, []Link{r})
		} else if chain, ok := j.g.control(r.To, bidder); ok {
			j.add(FlagPublic, ControlledBy, Inventor, inventor, slices.Concat([]Link{r}, chain))
		}
	}
}

// rival applies R1.8: of those whom one controls, one may qualify.
func (j *judge) rival(other Party) {
	bidder := j.c.Bidder
	down, controlled := j.g.control(other, bidder)
	up, controls := j.g.control(bidder, other)
	if controlled {
		j.add(Block, ControlledBy, OtherBidder, other, down)
	}
	if controls {
		j.add(Block, Controlling, OtherBidder, other, up)
	}
	if controlled || controls {
		return
	}
	if chain, ok := j.g.common(bidder, other, j.c.State); ok {
		j.add(Block, SameController, OtherBidder, other, chain)
	}
}

// traces applies the last part of R1.6: what is shared is looked at by a person, and blocks nobody by itself.
func (j *judge) traces(involved []interest) {
	reasons := map[TraceKind]Reason{BankAccount: SharedAccount, Agent: SharedAgent, Phone: SharedPhone, Device: SharedDevice, Address: SharedAddress}
	for _, i := range involved {
		if i.party == j.c.Bidder {
			continue
		}
		for _, kind := range []TraceKind{BankAccount, Agent, Phone, Device, Address} {
			for _, t := range j.c.Traces {
				mine := Trace{j.c.Bidder, kind, t.Value}
				if t.Party == i.party && t.Kind == kind && t.Value != "" && slices.Contains(j.c.Traces, mine) {
					j.add(Alert, reasons[kind], i.role, i.party, nil)
				}
			}
		}
	}
}
