package sim

import (
	"context"
	"slices"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/feed"
	"github.com/g60-corridor/corridor/internal/saleroom"
)

// node is one process that serves the lot: what Room and Floor do with goroutines, step by step.
type node struct {
	w      *world
	name   string
	skew   auction.Span // of its clock
	epoch  int          // counts its lives: what was on its way to an earlier one is lost
	alive  bool
	frozen bool
	late   []func() // what happens when it thaws

	desk    *saleroom.Desk
	stamp   saleroom.Stamp
	waiting []saleroom.Request
	rung    auction.Seq
	busy    bool
	beat    auction.Instant // by its clock: the last time it was in touch with the log
	tries   int
	failing auction.Instant // the first failure while the log of this lot is stuck

	follower *feed.Follower
}

func (n *node) clock() auction.Instant { return n.w.now.Add(n.skew) }

// soon lets something happen to this life of the node; later, if it stands still then.
func (n *node) soon(d auction.Span, do func()) {
	life := n.epoch
	var run func()
	run = func() {
		switch {
		case n.epoch != life || !n.alive:
		case n.frozen:
			n.late = append(n.late, run)
		default:
			do()
		}
	}
	n.w.after(d, run)
}

func (n *node) held() bool { return n.clock().Sub(n.beat) > stall }

// start brings the node up as Floor.Recover does.
func (n *node) start() {
	w := n.w
	if n.alive {
		return
	}
	if w.down {
		w.after(300*millisecond, n.start)
		return
	}
	n.epoch++
	n.alive, n.frozen, n.late, n.busy, n.tries, n.waiting, n.failing = true, false, nil, false, 0, nil, 0
	n.desk = saleroom.NewDesk(theLot, saleroom.Limits{Batch: 1 + w.rand.IntN(20), Page: 1 + w.rand.IntN(50), Stall: stall})
	n.stamp = saleroom.Stamp{}
	n.follower = feed.NewFollower(theLot)
	other := false
	for _, o := range w.nodes {
		other = other || o != n && o.alive && !o.frozen && !o.held() && o.desk.Owed() == 0 // its sign of life moves
	}
	if !other && w.pulse != 0 {
		n.desk.Outage(min(w.pulse, n.clock()), n.clock(), saleroom.RestartNote)
	}
	n.beat = n.clock()
	n.sign(n.beat)
	w.note("%s starts, other alive: %v", n.name, other)
	w.serving()
	n.soon(pulseEvery, n.pulse)
	n.soon(2*auction.Second, n.poll)
	n.step()
}

func (n *node) crash() {
	if !n.alive {
		return
	}
	n.alive, n.frozen = false, false
	n.w.sum.Crashes++
	n.w.note("%s crashes", n.name)
	n.w.serving()
}

func (n *node) freeze(d auction.Span) {
	if !n.alive || n.frozen {
		return
	}
	n.frozen = true
	n.w.sum.Freezes++
	n.w.note("%s stands still for %v", n.name, d.Duration())
	n.w.serving()
	life := n.epoch
	n.w.after(d, func() {
		if n.epoch != life || !n.alive {
			return
		}
		n.frozen = false
		n.w.note("%s goes on", n.name)
		n.w.serving()
		late := n.late
		n.late = nil
		n.w.rand.Shuffle(len(late), func(i, j int) { late[i], late[j] = late[j], late[i] }) // all timers fire at once
		for _, do := range late {
			n.w.after(0, do)
		}
	})
}

// pulse leaves a sign of life and finds outages.
func (n *node) pulse() {
	w := n.w
	at := n.clock()
	if n.held() {
		at = n.beat
	}
	n.soon(w.between(millisecond, 20*millisecond), func() {
		n.soon(pulseEvery, n.pulse)
		if w.down {
			return
		}
		n.sign(at)
		if n.held() {
			w.note("%s finds an outage of %v", n.name, n.clock().Sub(n.beat).Duration())
			n.desk.Outage(n.beat, n.clock(), saleroom.StallNote)
		}
		n.beat = n.clock()
		n.step()
	})
}

// sign leaves a sign of life: all was well until then.
func (n *node) sign(at auction.Instant) {
	if owed := n.desk.Owed(); owed != 0 {
		at = min(at, owed)
	}
	n.w.pulse = max(n.w.pulse, at)
}

// poll covers lost rings.
func (n *node) poll() {
	n.soon(2*auction.Second, n.poll)
	n.follow()
	n.step()
}

// ring says that the log has reached seq.
func (n *node) ring(seq auction.Seq) {
	n.rung = max(n.rung, seq)
	n.follow()
	n.step()
}

// follow lets the node's gallery read what is new.
func (n *node) follow() {
	if n.w.down || n.w.stuck {
		return
	}
	for {
		entries, _ := n.w.log.Read(context.Background(), theLot, n.follower.Seq(), 100)
		for _, e := range entries {
			if err := n.follower.Apply(e); err != nil {
				n.w.fail("%s: %w", n.name, err)
			}
		}
		if len(entries) < 100 {
			return
		}
	}
}

// take is the mailbox: the time is stamped on arrival.
func (n *node) take(c auction.Command, done func(saleroom.Answer, error)) {
	switch {
	case n.held():
		done(saleroom.Answer{}, saleroom.ErrUnavailable)
	case n.desk.Away() != nil:
		done(saleroom.Answer{}, n.desk.Away())
	case len(n.waiting) > 30:
		done(saleroom.Answer{}, saleroom.ErrBusy)
	default:
		n.waiting = append(n.waiting, saleroom.Request{At: n.stamped(), Command: c, Done: done})
		n.step()
	}
}

func (n *node) stamped() auction.Instant { return n.stamp.At(n.clock().Time()) }

// step does what a room does between two calls of the log.
func (n *node) step() {
	if n.busy || !n.alive || n.frozen {
		return
	}
	at := n.stamped()
	n.desk.Ring(n.rung)
	many := min(len(n.waiting), n.desk.Free())
	for _, r := range n.waiting[:many] {
		n.desk.Take(r)
	}
	n.waiting = slices.Delete(n.waiting, 0, many)
	if n.held() {
		n.desk.GiveUp(saleroom.ErrUnavailable)
		return // the pulse will come back to it
	}
	work := n.desk.Next(at, len(n.waiting) > 0)
	switch {
	case len(work.Append) > 0:
		n.busy = true
		n.append(work)
	case work.Read > 0:
		n.busy = true
		n.read(work)
	default:
		n.tries = 0
		if due := n.desk.NextDue(); due != 0 {
			n.soon(due.Sub(n.clock()), n.step)
		}
	}
}

// idle comes back to the desk after a call of the log.
func (n *node) idle(err error) {
	wait := auction.Span(0)
	if err != nil {
		n.tries++
		wait = n.w.between(0, min(auction.Span(n.tries)*10*millisecond, 300*millisecond))
		if away := n.desk.Away(); away != nil {
			waiting := n.waiting
			n.waiting = nil
			for _, r := range waiting {
				r.Done(saleroom.Answer{}, away)
			}
		}
	}
	n.soon(wait, func() { n.busy = false; n.step() })
}

// refused says that the log of the lot does not answer this node now.
func (n *node) refused() bool {
	if n.w.stuck && n.failing == 0 {
		n.failing = n.w.now
	}
	return n.w.down || n.w.stuck
}

func (n *node) read(work saleroom.Work) {
	w := n.w
	n.soon(w.between(0, 3*millisecond), func() {
		var entries []auction.Entry
		var err error
		if n.refused() || !w.quiet && w.oneIn(200) {
			err = errAway
		} else {
			entries, err = w.log.Read(context.Background(), theLot, work.After.Seq, work.Read)
		}
		n.desk.WasRead(entries, err, n.clock())
		n.idle(err)
	})
}

// append sends a batch to the log. The commit happens at its own time, whatever becomes of the node; the reply may be
// lost, and a request that was given up may arrive all the same.
func (n *node) append(work saleroom.Work) {
	w := n.w
	batch := slices.Clone(work.Append)
	var stored []auction.Entry
	var err error
	commit := func() {
		if n.refused() {
			err = errAway
			return
		}
		if stored, err = w.log.Append(context.Background(), theLot, work.After, batch); err == nil {
			w.truth.committed(stored)
			w.rings(n, stored[len(stored)-1].Seq)
		}
	}
	answer := func(d auction.Span, how func() ([]auction.Entry, error)) {
		n.soon(d, func() {
			entries, err := how()
			switch {
			case err == nil:
			case isFenced(err):
				w.sum.Fenced++
			default:
				w.sum.Unknown++
			}
			n.desk.Appended(entries, err, n.clock())
			n.idle(err)
		})
	}
	way := w.between(millisecond/2, 5*millisecond)
	back := way + w.between(millisecond/2, 5*millisecond)
	unknown := func() ([]auction.Entry, error) { return nil, auction.ErrUnknown }
	trouble := w.rand.IntN(100)
	if w.quiet {
		trouble = 99
	}
	switch {
	case trouble < 4: // the request is lost
		answer(back, unknown)
	case trouble < 8: // the reply is lost
		w.after(way, commit)
		answer(back, unknown)
	case trouble < 11: // given up, and yet it arrives
		w.after(back+w.between(0, 40*millisecond), commit)
		answer(back, unknown)
	case trouble < 13: // refused
		answer(back, func() ([]auction.Entry, error) { return nil, errAway })
	case trouble < 14: // slow
		back += w.between(100*millisecond, 4*auction.Second)
		w.after(back-millisecond, commit)
		answer(back, func() ([]auction.Entry, error) { return stored, err })
	default:
		w.after(way, commit)
		answer(back, func() ([]auction.Entry, error) { return stored, err })
	}
}
