package saleroom

import (
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"runtime/debug"

	"github.com/g60-corridor/corridor/internal/auction"
)

func isFenced(err error) bool  { return errors.Is(err, auction.ErrFenced) }
func isUnknown(err error) bool { return errors.Is(err, auction.ErrUnknown) }

// WasRead tells the desk what the log holds, in answer to the read it asked for.
func (d *Desk) WasRead(entries []auction.Entry, err error, now auction.Instant) {
	if err != nil {
		d.count.Failed++
		d.fetching, d.stale = false, true // it is not back before a read has succeeded
		d.failed(now)
		return
	}
	if d.fetching {
		d.fetched(entries)
		return
	}
	if d.away { // and back: what follows is a new attempt
		d.Outage(d.trying, now, StallNote)
		d.trying = now
	}
	if !d.guard(func() { d.catchUp(entries) }) {
		d.reload()
		return
	}
	d.find(entries)
	if len(entries) < d.limits.Page {
		d.stale = false
		d.takenUp(now)
	}
}

// takenUp has read a log to its end for the first time. What was written during an outage proves that it had not
// begun; and a deadline that went by and that nobody made into an event means that nobody served this lot.
func (d *Desk) takenUp(now auction.Instant) {
	if !d.cold {
		return
	}
	d.cold = false
	due := d.state.Deadline
	switch {
	case d.outage != (outage{}):
		d.outage.since = min(max(d.outage.since, d.state.LastAt), d.outage.until)
	case d.state.IsOpen() && due != 0 && now.Sub(due) > d.limits.Stall:
		d.Outage(d.state.LastAt, now, RestartNote)
	}
}

// catchUp applies what others, or this desk without knowing it, have written.
func (d *Desk) catchUp(entries []auction.Entry) {
	for _, e := range entries {
		if e.Seq <= d.state.Position.Seq {
			continue
		}
		if e.Seq != d.state.Position.Seq+1 {
			panic(fmt.Errorf("entry %d of the log follows %d", e.Seq, d.state.Position.Seq))
		}
		before := markOf(d.state)
		d.state.Apply(e)
		before.check(d.state)
		if d.ahead != nil {
			d.ahead.Apply(e)
		}
	}
}

// find answers the items whose entry has been stored after all.
func (d *Desk) find(entries []auction.Entry) {
	kept := d.items[:0]
	var found []func()
	for i := range d.items {
		it := d.items[i]
		e, ok := it.among(entries)
		if !ok {
			kept = append(kept, it)
			continue
		}
		a := Answer{Entry: e, Standing: d.state.Standing, Phase: d.state.Phase}
		found = append(found, func() { it.answer(a, nil) })
	}
	clear(d.items[len(kept):])
	d.items = kept
	for _, tell := range found {
		tell()
	}
}

func (it *item) among(entries []auction.Entry) (auction.Entry, bool) {
	for _, doubt := range it.doubts {
		for _, e := range entries {
			if e.Seq == doubt.Seq && e.At == doubt.At && reflect.DeepEqual(e.Event, doubt.Event) {
				return e, true
			}
		}
	}
	return auction.Entry{}, false
}

// fetched answers a repeated key by its first result. A key that is in use for another bid goes to the engine.
func (d *Desk) fetched(entries []auction.Entry) {
	d.fetching = false
	last := len(d.repeats) - 1
	r := d.repeats[last]
	d.repeats[last] = item{}
	d.repeats = d.repeats[:last]
	if len(entries) == 0 || entries[0].Seq != r.seq {
		d.fault(fmt.Errorf("entry %d is gone from the log", r.seq))
		r.answer(Answer{}, ErrBroken)
		return
	}
	if bid := r.Command.(auction.PlaceBid); !answers(entries[0].Event, bid) {
		r.checked = true
		d.items = append(d.items, r)
		return
	}
	d.count.Repeats++
	r.answer(Answer{Entry: entries[0], Repeated: true, Standing: d.state.Standing, Phase: d.state.Phase}, nil)
}

// reload forgets everything and reads the log from its beginning.
func (d *Desk) reload() {
	d.state, d.ahead = auction.NewState(d.lot), nil
	d.rewind()
	d.stale, d.cold = true, true
}

// guard runs a piece of work on the state. A panic concerns this lot alone.
func (d *Desk) guard(work func()) (ok bool) {
	defer func() {
		if p := recover(); p != nil {
			d.fault(p)
		}
	}()
	work()
	return true
}

const faultsMost = 3

// fault is a broken invariant or a panic. The lot is paused; one that cannot even be paused is given up.
func (d *Desk) fault(p any) {
	d.count.Faults++
	d.faults++
	d.ahead = nil
	d.suspect = true
	d.broken = d.faults >= faultsMost
	slog.Error("saleroom: fault in a lot", "lot", d.lot, "fault", p, "in_a_row", d.faults, "given_up", d.broken, "stack", string(debug.Stack()))
	d.GiveUp(ErrBroken)
}

// stop puts the pause after a fault into the proposal. No resumption is announced: somebody has to look first.
func (d *Desk) stop(at auction.Instant) {
	d.stopping = true
	if s := d.ahead; s.IsOpen() || s.Phase == auction.Paused && s.Interruption.ResumeAt != 0 {
		d.put(at, auction.Pause{Cause: auction.PlatformFailure, Note: FaultNote})
	}
}

// mark is what must never run backwards.
type mark struct {
	seq      auction.Seq
	at       auction.Instant
	price    int64
	phase    auction.Phase
	deadline auction.Instant
}

func markOf(s *auction.State) mark {
	return mark{s.Position.Seq, s.LastAt, int64(s.PriceFen), s.Phase, s.Deadline}
}

// check panics if an entry has broken what must hold of any lot.
func (m mark) check(s *auction.State) {
	switch {
	case s.Position.Seq != m.seq+1:
		panic(fmt.Errorf("entry %d follows %d", s.Position.Seq, m.seq))
	case s.LastAt < m.at:
		panic(fmt.Errorf("time runs back at entry %d", s.Position.Seq))
	case int64(s.PriceFen) < m.price:
		panic(fmt.Errorf("the price falls at entry %d", s.Position.Seq))
	case m.phase == auction.Closed && s.Phase != auction.Closed:
		panic(fmt.Errorf("a closed lot opens again at entry %d", s.Position.Seq))
	case s.IsOpen() && s.Phase == m.phase && s.Deadline < m.deadline:
		panic(fmt.Errorf("the deadline moves back at entry %d", s.Position.Seq))
	}
}
