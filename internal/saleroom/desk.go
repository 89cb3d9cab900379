package saleroom

import (
	"fmt"
	"log/slog"
	"runtime/debug"

	"github.com/g60-corridor/corridor/internal/auction"
)

// Limits of a desk. The zero value of a field means its default.
type Limits struct {
	Batch int          // entries per append; default 4096
	Page  int          // entries per read; default 4096
	Stall auction.Span // an append or a fault that lasts longer counts as an outage; default 2 s
}

func (l Limits) withDefaults() Limits {
	if l.Batch == 0 {
		l.Batch = 4096
	}
	if l.Page == 0 {
		l.Page = 4096
	}
	if l.Stall == 0 {
		l.Stall = 2 * auction.Second
	}
	return l
}

// Desk serves one lot, synchronously. It is not safe for concurrent use.
type Desk struct {
	lot    auction.LotID
	limits Limits
	decide func(*auction.State, auction.Instant, auction.Command) []auction.Event

	state *auction.State // what the log holds, as far as this desk has read
	ahead *auction.State // state with the proposal applied; nil: to be cloned from state
	stale bool           // the log has or may have more than state
	cold  bool           // nothing was read yet

	items    []item
	proposal []auction.Entry // what the items have become, if the log takes it
	repeats  []item          // their key has an answer already, at seq, which must be fetched
	fetching bool            // the last of repeats is being fetched

	outage  outage // to be given back to the bidders
	settled bool   // the proposal holds the pause for it

	trying auction.Instant // when the log was first asked for what is not yet stored; 0: nothing is due
	away   bool            // the log cannot be reached

	faults   int  // since the log last took something
	suspect  bool // a fault has happened: pause the lot
	stopping bool // the proposal holds that pause
	broken   bool // the lot is given up

	count Counts
}

// Counts is what a desk has done so far.
type Counts struct {
	Commands, Entries, Batches, Repeats, Fenced, Unknown, Failed, Outages, Faults int64
}

// item is a request in work.
type item struct {
	Request
	entry    int         // index of its entry in the proposal; -1: none
	repeated bool        // the entry answers an earlier request with the same key
	checked  bool        // the key is in use for another bid: let the engine refuse
	seq      auction.Seq // where the first answer to its key stands; 0: none, or not looked for
	err      error
	doubts   []auction.Entry // what it was in proposals of unknown outcome
}

// Work is what a desk wants of the log next: an append, a read, or nothing.
type Work struct {
	Append []auction.Entry // if not empty, right after After
	After  auction.Position
	Read   int // if not 0, read up to so many entries after After.Seq
}

// NewDesk returns a desk that has read nothing yet.
func NewDesk(lot auction.LotID, limits Limits) *Desk {
	return &Desk{
		lot: lot, limits: limits.withDefaults(), decide: auction.Decide,
		state: auction.NewState(lot), stale: true, cold: true,
	}
}

// State is what the log holds, as far as the desk has read it. Read it between calls only.
func (d *Desk) State() *auction.State { return d.state }

// NextDue is when the desk has to look at the clock again; 0 if never.
func (d *Desk) NextDue() auction.Instant {
	if d.broken {
		return 0
	}
	return d.state.NextDue()
}

// Free says how many more requests fit into the batch.
func (d *Desk) Free() int { return max(0, d.limits.Batch-len(d.items)) }

// Idle says that nothing is in work.
func (d *Desk) Idle() bool { return d.broken || len(d.items) == 0 && len(d.repeats) == 0 && !d.suspect }

// Away says whether the log cannot be reached, or the lot is broken: nothing is taken now, and this is why.
func (d *Desk) Away() error {
	switch {
	case d.broken:
		return ErrBroken
	case d.away:
		return ErrUnavailable
	}
	return nil
}

// Ring says that the log has reached seq.
func (d *Desk) Ring(seq auction.Seq) {
	if seq > d.state.Position.Seq {
		d.stale = true
	}
}

// Take adds a request to the batch. Requests come in the order of their stamps.
func (d *Desk) Take(r Request) {
	if err := d.Away(); err != nil {
		r.answer(Answer{}, err)
		return
	}
	d.count.Commands++
	d.items = append(d.items, item{Request: r, entry: -1})
}

// Next says what to ask of the log. now is the present, not before the stamp of any request taken; more says that
// further requests wait, so that time may not pass beyond the last one taken.
func (d *Desk) Next(now auction.Instant, more bool) Work {
	for !d.broken {
		if d.stale {
			return Work{Read: d.limits.Page, After: d.state.Position}
		}
		if n := len(d.repeats); n > 0 {
			d.fetching = true
			return Work{Read: 1, After: auction.Position{Seq: d.repeats[n-1].seq - 1}}
		}
		if !d.propose(now, more) {
			continue // a fault: what is left is to pause the lot
		}
		if len(d.proposal) > 0 {
			if d.trying == 0 {
				d.trying = now
			}
			return Work{Append: d.proposal, After: d.state.Position}
		}
		d.done(nil)
		if len(d.repeats) == 0 {
			break
		}
	}
	return Work{}
}

// done ends a batch that is stored, or that needed no entry.
func (d *Desk) done(stored []auction.Entry) {
	if d.settled {
		d.outage = outage{}
	}
	if d.stopping {
		d.suspect = false
	}
	d.settled, d.stopping, d.away, d.trying = false, false, false, 0
	d.answer(stored)
}

// Appended tells the desk what became of its proposal, and when.
func (d *Desk) Appended(stored []auction.Entry, err error, now auction.Instant) {
	if err != nil {
		d.rejected(err, now)
		return
	}
	if len(stored) != len(d.proposal) {
		d.fault(fmt.Errorf("%d entries stored of %d", len(stored), len(d.proposal)))
		d.reload()
		return
	}
	d.count.Batches++
	d.count.Entries += int64(len(stored))
	if !d.guard(func() { d.apply(stored) }) {
		d.reload()
		return
	}
	d.faults = 0
	since := d.trying
	d.done(stored)
	if now.Sub(since) > d.limits.Stall {
		d.Outage(since, now, StallNote)
	}
}

// rejected sorts the ways in which an append can fail.
func (d *Desk) rejected(err error, now auction.Instant) {
	switch {
	case isFenced(err):
		d.count.Fenced++
	case isUnknown(err):
		d.count.Unknown++
		d.doubt()
	default:
		d.count.Failed++
	}
	d.rewind()
	d.stale = true // whatever happened, the log tells
	if !isFenced(err) {
		d.failed(now)
	}
}

// failed is a fault of the log. One that lasts is told to those who wait.
func (d *Desk) failed(now auction.Instant) {
	if d.trying == 0 {
		d.trying = now
	}
	if now.Sub(d.trying) > d.limits.Stall {
		d.GiveUp(ErrUnavailable)
		d.away = true
	}
}

// GiveUp answers all who wait with an error. What they asked for may stand in the log all the same.
func (d *Desk) GiveUp(err error) {
	d.rewind()
	items, repeats := d.items, d.repeats
	d.items, d.repeats, d.fetching = d.items[:0], nil, false
	for i := range items {
		items[i].answer(Answer{}, err)
	}
	for i := range repeats {
		repeats[i].answer(Answer{}, err)
	}
	clear(items)
}

// doubt keeps what each item was in a proposal of unknown outcome, to find it in the log.
func (d *Desk) doubt() {
	for i := range d.items {
		if it := &d.items[i]; it.entry >= 0 && !it.repeated {
			it.doubts = append(it.doubts, d.proposal[it.entry])
		}
	}
}

// rewind forgets the proposal.
func (d *Desk) rewind() {
	if len(d.proposal) > 0 {
		d.ahead = nil
	}
	d.proposal, d.settled, d.stopping = nil, false, false
}

// apply takes stored entries into the state.
func (d *Desk) apply(stored []auction.Entry) {
	for i := range stored {
		d.state.Apply(stored[i])
	}
}

// answer tells everybody in the batch what became of his request.
func (d *Desk) answer(stored []auction.Entry) {
	base := Answer{Standing: d.state.Standing, Phase: d.state.Phase}
	items := d.items
	d.items, d.proposal = d.items[:0], nil
	for i := range items {
		it := &items[i]
		a := base
		if it.entry >= 0 {
			a.Entry, a.Repeated = stored[it.entry], it.repeated
		}
		it.answer(a, it.err)
	}
	clear(items)
}

// answer tells who asked. What he makes of it is no fault of the lot: a panic of his is recorded, and the lot goes on.
func (r *Request) answer(a Answer, err error) {
	if r.Done == nil {
		return
	}
	defer func() {
		if p := recover(); p != nil {
			slog.Error("saleroom: panic of one who was answered", "panic", p, "stack", string(debug.Stack()))
		}
	}()
	r.Done(a, err)
}
