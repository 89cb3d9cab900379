package sim

import (
	"errors"
	"fmt"

	"github.com/g60-corridor/corridor/internal/auction"
)

var errAway = errors.New("sim: the log is away")

func isFenced(err error) bool { return errors.Is(err, auction.ErrFenced) }

// stage sets up nodes, people, watchers and trouble.
func (w *world) stage() {
	for i := range w.nodes {
		w.nodes[i] = &node{w: w, name: fmt.Sprintf("node %d", i+1), skew: w.between(0, skewMost)}
	}
	w.nodes[0].start()
	w.after(w.between(0, 5*auction.Second), w.nodes[1].start)
	w.operator()
	tempers := []temper{steady, steady, sniper, proxy, proxy, jumper, confused}
	for i := range 3 + w.rand.IntN(5) {
		b := &bidder{w: w, code: auction.Paddle(fmt.Sprintf("P%02d", i+1)), temper: tempers[w.rand.IntN(len(tempers))]}
		if w.terms.Priority == auction.Match && w.oneIn(3) {
			b.rank = 1 + w.rand.IntN(2)
		}
		w.people = append(w.people, b)
		b.enter()
	}
	if w.oneIn(3) {
		w.people = append(w.people, &bidder{w: w, code: "X99", temper: steady}) // was never admitted
	}
	for _, b := range w.people {
		w.after(w.between(2*auction.Second, 8*auction.Second), b.look)
	}
	for range 3 {
		v := &watcher{w: w}
		w.watch = append(w.watch, v)
		w.after(w.between(0, 3*auction.Second), v.look)
	}
	for range w.rand.IntN(6) {
		w.after(w.between(4*auction.Second, 90*auction.Second), w.trouble)
	}
	w.after(3*60*auction.Second, func() {
		w.quiet = true
		for _, n := range w.nodes {
			n.start()
		}
	})
}

// trouble is a crash, a process that stands still, or a log that is away.
func (w *world) trouble() {
	if w.quiet {
		return
	}
	n := w.nodes[w.rand.IntN(2)]
	switch w.rand.IntN(5) {
	case 0: // one node
		n.crash()
		w.after(w.between(10*millisecond, 30*auction.Second), n.start)
	case 1: // the house
		for _, n := range w.nodes {
			n.crash()
			w.after(w.between(10*millisecond, 20*auction.Second), n.start)
		}
	case 2:
		d := w.between(millisecond, 10*auction.Second)
		for i, n := range w.nodes {
			if i == 0 || w.oneIn(2) {
				n.freeze(d)
			}
		}
	case 3:
		w.stick()
	case 4:
		if w.down {
			return
		}
		w.down = true
		w.sum.Downs++
		w.note("the log is away")
		w.serving()
		w.after(w.between(millisecond, 15*auction.Second), func() {
			w.down = false
			w.note("the log is back")
			w.serving()
		})
	}
}

// stick lets the log of the lot fail while the house's signs of life go on. Only who asks the log can notice: the time
// is unusable from when every node that serves has asked in vain. What a node has noticed dies with it.
func (w *world) stick() {
	if w.stuck {
		return
	}
	w.stuck = true
	w.sum.Stuck++
	w.note("the log of the lot is stuck")
	w.after(w.between(millisecond, 12*auction.Second), func() {
		w.stuck = false
		w.note("the log of the lot is free again")
		from := auction.Instant(0)
		all := true
		for _, n := range w.nodes {
			if n.alive {
				all = all && n.failing != 0
				from = max(from, n.failing)
			}
			n.failing = 0
		}
		if all && from != 0 && w.now.Sub(from) > stall+pulseEvery {
			w.unusable = append(w.unusable, interval{from, w.now})
		}
	})
}

// serving keeps the book of the time that nobody could use.
func (w *world) serving() {
	now := false
	for _, n := range w.nodes {
		now = now || n != nil && n.alive && !n.frozen && !w.down
	}
	switch {
	case !now && w.outSince == 0:
		w.outSince = w.now
	case now && w.outSince != 0:
		if w.now.Sub(w.outSince) > stall+pulseEvery {
			w.unusable = append(w.unusable, interval{w.outSince, w.now})
		}
		w.outSince = 0
	}
}

// rings tells the nodes of a commit; rings between nodes may be lost or late.
func (w *world) rings(by *node, seq auction.Seq) {
	for _, n := range w.nodes {
		if n == by {
			n.soon(0, func() { n.ring(seq) })
		} else if w.quiet || !w.oneIn(4) {
			n.soon(w.between(millisecond, 60*millisecond), func() { n.ring(seq) })
		}
	}
}

// operator publishes, seals, pauses, resumes, suspends and, where the rules want it, closes.
func (w *world) operator() {
	say := func(at auction.Span, c auction.Command) { w.after(at, func() { w.order(c) }) }
	opens := began.Add(4 * auction.Second)
	if w.oneIn(3) {
		opens = 0
		say(w.between(4*auction.Second, 6*auction.Second), auction.Open{})
	}
	say(100*millisecond, auction.Publish{Terms: w.terms, OpensAt: opens})
	if w.terms.Reserve == auction.HiddenReserve {
		say(w.between(auction.Second, 3*auction.Second), auction.SealReserve{ReserveFen: w.reserve})
	}
	say(50*auction.Second, auction.Open{}) // in case the first one was too early
	for range w.rand.IntN(3) {
		at := w.between(6*auction.Second, 60*auction.Second)
		say(at, auction.Pause{Cause: auction.AuthorityOrder, Note: "halt"})
		say(at+w.between(0, 90*auction.Second), auction.Resume{})
	}
	if w.oneIn(4) {
		say(w.between(6*auction.Second, 40*auction.Second), auction.SuspendBidder{Paddle: "P01"})
	}
	if w.oneIn(30) {
		say(w.between(2*auction.Second, 60*auction.Second), auction.Annul{Cause: auction.Intrusion})
	}
	if w.oneIn(40) {
		say(w.between(auction.Second, 4*auction.Second), auction.Withdraw{Note: "withdrawn"})
	}
	say(w.between(20*auction.Second, 60*auction.Second), auction.Close{})
	var tend func()
	tend = func() { // what stands still goes on in the end
		s := w.truth.state
		switch {
		case s.Phase == auction.Closed:
			return
		case s.Phase == auction.Draft:
			w.order(auction.Publish{Terms: w.terms})
		case s.Phase == auction.Announced && w.terms.Reserve == auction.HiddenReserve && !s.ReserveSealed:
			w.order(auction.SealReserve{ReserveFen: w.reserve})
		case s.Phase == auction.Announced && s.OpensAt == 0:
			w.order(auction.Open{})
		case s.Phase == auction.Paused && s.Interruption.ResumeAt == 0:
			w.order(auction.Resume{})
		case w.terms.Closing.Mode == auction.Manual:
			w.order(auction.Close{})
		}
		w.after(10*auction.Second, tend)
	}
	w.after(100*auction.Second, tend)
}

// order sends a command of the operator.
func (w *world) order(c auction.Command) {
	w.note("operator: %T", c)
	w.send(&op{w: w, command: c, invoked: w.now})
}
