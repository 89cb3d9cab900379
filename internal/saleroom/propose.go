package saleroom

import (
	"github.com/g60-corridor/corridor/internal/auction"
)

// propose decides the items in the order of their arrival. Time that has passed is let pass first. It returns false
// after a fault.
func (d *Desk) propose(now auction.Instant, more bool) bool {
	due := d.state.NextDue()
	if len(d.items) == 0 && d.outage == (outage{}) && !d.suspect && (due == 0 || due > now) {
		return true
	}
	return d.guard(func() {
		if d.ahead == nil {
			d.ahead = d.state.Clone()
		}
		d.proposal = make([]auction.Entry, 0, len(d.items)+2)
		if d.suspect {
			d.stop(now)
		}
		parked := 0
		for i := range d.items {
			d.item(&d.items[i])
			if d.items[i].seq != 0 {
				parked++
			}
		}
		if !more {
			d.pass(now)
		}
		if parked > 0 {
			d.park()
		}
	})
}

// park puts aside the items whose first answer has to be fetched.
func (d *Desk) park() {
	kept := d.items[:0]
	for _, it := range d.items {
		if it.seq != 0 {
			d.repeats = append(d.repeats, it)
		} else {
			kept = append(kept, it)
		}
	}
	clear(d.items[len(kept):])
	d.items = kept
}

// item decides one request.
func (d *Desk) item(it *item) {
	it.entry, it.repeated, it.seq, it.err = -1, false, 0, nil
	at := max(it.At, d.ahead.LastAt) // another node may have stamped later
	switch c := it.Command.(type) {
	case auction.PlaceBid:
		if d.repeat(it, c) {
			return // R3.5: the first result stands, whatever has happened since
		}
	case auction.Pause:
		if c.Since != 0 {
			at = min(at, c.Since) // a pause that reaches back comes before the deadline that it swallowed
		}
	}
	if _, ok := it.Command.(auction.Publish); !ok && d.ahead.Phase == auction.Draft {
		it.err = ErrUnknownLot // no lot, no log
		return
	}
	d.pass(at)
	it.entry = d.put(it.At, it.Command)
}

// repeat says whether a bid's key has its answer already: in the proposal, or in the log at it.seq.
func (d *Desk) repeat(it *item, bid auction.PlaceBid) bool {
	if it.checked {
		return false
	}
	seq, known := d.ahead.SeqOf(bid.Paddle, bid.Key)
	if !known {
		return false
	}
	first := int(seq - d.state.Position.Seq - 1)
	if first < 0 {
		it.seq = seq
		return true
	}
	if !answers(d.proposal[first].Event, bid) {
		return false
	}
	it.entry, it.repeated = first, true
	d.count.Repeats++
	return true
}

// pass lets time pass up to an instant: outages and deadlines become events, in the order in which they happened.
func (d *Desk) pass(at auction.Instant) {
	for {
		due := d.ahead.NextDue()
		ticks := due != 0 && due <= at
		if o := d.outage; o != (outage{}) && !d.settled && o.since <= at && (!ticks || o.since <= due) {
			d.settle()
			continue
		}
		if !ticks || d.put(at, auction.Tick{}) < 0 {
			return
		}
	}
}

// put decides a command and adds what becomes of it to the proposal. It returns the index there, -1 if nothing.
func (d *Desk) put(at auction.Instant, c auction.Command) int {
	at = max(at, d.ahead.LastAt)
	index := -1
	for _, event := range d.decide(d.ahead, at, c) {
		before := markOf(d.ahead)
		e := auction.Entry{Seq: before.seq + 1, At: at, Event: event}
		d.ahead.Apply(e)
		before.check(d.ahead)
		d.proposal = append(d.proposal, e)
		index = len(d.proposal) - 1
	}
	return index
}

// answers says whether an event is what became of this very bid. The same key with another amount or kind is
// another bid.
func answers(e auction.Event, bid auction.PlaceBid) bool {
	switch ev := e.(type) {
	case auction.BidAccepted:
		return ev.BidKind == bid.Kind && ev.AmountFen == bid.AmountFen
	case auction.MaximumRaised:
		return bid.Kind == auction.Maximum && ev.MaximumFen == bid.AmountFen
	case auction.BidRefused:
		return ev.BidKind == bid.Kind && ev.AmountFen == bid.AmountFen
	}
	return false
}
