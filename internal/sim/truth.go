package sim

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/feed"
	"github.com/g60-corridor/corridor/internal/saleroom"
)

// truth sees everything that the log has ever stored and holds it, and every reply, against what was promised.
type truth struct {
	w       *world
	state   *auction.State
	entries []auction.Entry
	twin    *twin
	ref     *feed.Follower
	rows    []feed.Row // lines of the history
	views   map[feed.Cursor]seen
	replied map[auction.Seq]*op
}

// seen is what the public may see at a cursor.
type seen struct {
	view  feed.View
	head  auction.Hash
	lines int
}

func newTruth(w *world) *truth {
	return &truth{
		w: w, state: auction.NewState(theLot), twin: newTwin(), ref: feed.NewFollower(theLot),
		views: map[feed.Cursor]seen{}, replied: map[auction.Seq]*op{},
	}
}

// committed takes what has just become durable.
func (t *truth) committed(stored []auction.Entry) {
	w := t.w
	for _, e := range stored {
		w.note("%4d  %T %+v", e.Seq, e.Event, e.Event)
		if e.Seq != auction.Seq(len(t.entries)+1) || e.At < t.state.LastAt {
			w.fail("entry %d at %d follows %d at %d", e.Seq, e.At, len(t.entries), t.state.LastAt)
			return
		}
		if err := t.twin.next(e); err != nil {
			w.fail("entry %d, %T: %w", e.Seq, e.Event, err)
			return
		}
		price := t.state.PriceFen
		t.state.Apply(e)
		if t.state.PriceFen < price {
			w.fail("entry %d: the price falls from %d to %d", e.Seq, price, t.state.PriceFen)
		}
		t.entries = append(t.entries, e)
		t.show(e)
		w.sum.Entries++
		switch ev := e.Event.(type) {
		case auction.BidAccepted:
			w.sum.Accepted++
		case auction.MaximumRaised:
			w.sum.Raised++
		case auction.BidRefused:
			w.sum.Refused++
			w.sum.Reasons[ev.Reason]++
		case auction.LotPaused:
			w.sum.Paused++
			if ev.Cause == auction.PlatformFailure {
				w.sum.Outages++
			}
		case auction.LotResumed:
			w.sum.Resumed++
		case auction.LimitedStarted:
			w.usable()
		case auction.LotClosed:
			w.sum.Outcome = ev.Outcome
			w.usable()
		}
	}
}

// show keeps what the public may see at each cursor. An entry that steps no cursor must change nothing of it.
func (t *truth) show(e auction.Entry) {
	before, was := t.ref.Cursor(), t.ref.View()
	if err := t.ref.Apply(e); err != nil {
		t.w.fail("%w", err)
		return
	}
	if t.ref.Cursor() == before {
		if now := t.ref.View(); !reflect.DeepEqual(now, was) {
			t.w.fail("entry %d, %T, is not shown and changes what is shown: %+v to %+v", e.Seq, e.Event, was, now)
		}
		return
	}
	if row, sight := feed.Render(t.state, e); sight == feed.Line {
		row.N = t.ref.Cursor()
		t.rows = append(t.rows, row)
	}
	t.views[t.ref.Cursor()] = seen{t.ref.View(), e.Head, len(t.rows)}
}

// reply holds an answer against the log: it is durable, it is this one's, and nobody else's.
func (t *truth) reply(o *op, a saleroom.Answer) {
	w, seq := t.w, a.Entry.Seq
	if seq == 0 || int(seq) > len(t.entries) || !reflect.DeepEqual(t.entries[seq-1], a.Entry) {
		w.fail("%+v was answered by entry %d, which is not in the log like this: %+v", o.command, seq, a.Entry)
		return
	}
	if a.Standing.PriceFen < priceAfter(a.Entry) {
		w.fail("entry %d answered with an older standing", seq)
	}
	if other := t.replied[seq]; other != nil && other != o && !o.shared && !other.shared {
		w.fail("entry %d answers both %+v and %+v", seq, other.command, o.command)
	}
	t.replied[seq] = o
	bid, ok := o.command.(auction.PlaceBid)
	if !ok {
		return
	}
	paddle, row, _ := feed.OwnRowOf(a.Entry)
	if paddle != bid.Paddle || row.Key != bid.Key || row.AmountFen != bid.AmountFen || row.BidKind != bid.Kind {
		w.fail("%+v was answered by %+v", bid, a.Entry)
	}
	if row.Accepted && !row.Leads && a.Entry.Event.(auction.BidAccepted).Leader == bid.Paddle {
		w.fail("%+v: leads %v", a.Entry, row.Leads)
	}
	if o.answered && o.answer.Entry.Seq != seq && row.Own != 0 && row.Reason != auction.KeyReused && !o.shared {
		if _, first, _ := feed.OwnRowOf(o.answer.Entry); first.Own != 0 {
			w.fail("%+v was answered by entries %d and %d", bid, o.answer.Entry.Seq, seq)
		}
	}
	if !o.shared && (a.Entry.At < o.invoked || a.Entry.At > w.now.Add(skewMost)) {
		w.fail("%+v, sent at %d and answered at %d, bears the time %d", bid, o.invoked, w.now, a.Entry.At)
	}
}

func priceAfter(e auction.Entry) auction.Fen {
	if ev, ok := e.Event.(auction.BidAccepted); ok {
		return ev.PriceFen
	}
	return 0
}

func (i interval) String() string {
	return fmt.Sprintf("%.3f to %.3f s", float64(i.from-began)/1e6, float64(i.to-began)/1e6)
}

// finish checks what can be checked only in the end.
func (w *world) finish() {
	w.realTime()
	w.usable()
	w.acknowledged()
	w.recorded()
	for _, v := range w.watch {
		v.finish()
	}
	for _, o := range w.ops {
		if !o.answered {
			w.sum.Unresolved++
		}
	}
	if phase := w.truth.state.Phase; phase != auction.Closed {
		w.fail("the lot is still %q after %v", phase, w.now.Sub(began).Duration())
	}
}

// realTime: who was answered before another asked stands before him in the log.
func (w *world) realTime() {
	var asked []*op
	for _, o := range w.ops {
		if o.answered && !o.shared {
			asked = append(asked, o)
		}
	}
	answered := slices.Clone(asked)
	slices.SortFunc(asked, func(a, b *op) int { return int(a.invoked - b.invoked) })
	slices.SortFunc(answered, func(a, b *op) int { return int(a.replied - b.replied) })
	last, i := auction.Seq(0), 0
	for _, o := range asked {
		for ; answered[i].replied < o.invoked; i++ {
			last = max(last, answered[i].answer.Entry.Seq)
		}
		if o.answer.Entry.Seq <= last {
			w.fail("%+v was sent after entry %d had been answered, and is entry %d", o.command, last, o.answer.Entry.Seq)
		}
	}
}

// acknowledged: what was answered is still in the log, byte for byte, and the log replayed is the state.
func (w *world) acknowledged() {
	stored := w.log.All(theLot)
	if !reflect.DeepEqual(stored, w.truth.entries) {
		w.fail("the log has changed")
	}
	again := auction.NewState(theLot)
	for _, e := range stored {
		again.Apply(e)
	}
	if !reflect.DeepEqual(again, w.truth.state) {
		w.fail("the log replayed is another state")
	}
	for _, n := range w.nodes {
		if !n.alive || n.busy {
			continue
		}
		s := n.desk.State()
		if int(s.Position.Seq) > len(stored) || s.Position.Seq > 0 && stored[s.Position.Seq-1].Head != s.Position.Head {
			w.fail("%s believes in entry %d, which is not in the log", n.name, s.Position.Seq)
		}
	}
}

const slack = 100 * millisecond

func (w *world) lost(from, to auction.Instant) (sum auction.Span) {
	for _, u := range w.unusable {
		sum += max(0, min(u.to, to).Sub(max(u.from, from)))
	}
	return sum
}

// usable: no phase ends on time that bidders could not use.
func (w *world) usable() {
	var notice interval                // from the announcement of a resumption until it was due
	var from, deadline auction.Instant // of the stretch of open time that is running
	var free auction.Span              // usable time of FREE, or of a single phase, before that stretch
	var phase, during auction.Phase
	cl := w.terms.Closing
	end := func(e auction.Entry, owed auction.Span) {
		if got := free + deadline.Sub(from) - w.lost(from, deadline); got < owed-slack {
			w.fail("entry %d ends %s after %v of usable time, %v were owed; unusable: %v", e.Seq, phase, got.Duration(), owed.Duration(), w.unusable)
		}
	}
	last := func(e auction.Entry, t auction.Span) {
		if lost := w.lost(max(from, deadline.Add(-t)), deadline); lost > slack {
			w.fail("entry %d ends %s though bidders could not use the last %v: %v were lost; unusable: %v",
				e.Seq, phase, t.Duration(), lost.Duration(), w.unusable)
		}
	}
	for _, e := range w.truth.entries {
		switch ev := e.Event.(type) {
		case auction.LotOpened:
			phase, from, deadline = ev.Phase, e.At, ev.Deadline
		case auction.BidAccepted:
			deadline = ev.Deadline
		case auction.MaximumRaised:
			deadline = ev.Deadline
		case auction.LimitedStarted:
			end(e, seconds(cl.FreeS))
			phase, from, deadline, free = auction.Limited, max(from, deadline), ev.Deadline, 0
		case auction.LotPaused:
			if phase != auction.Paused {
				free += ev.Since.Sub(from) - w.lost(from, ev.Since)
				phase, during = auction.Paused, phase
			}
		case auction.ResumeAnnounced:
			notice = interval{e.At, ev.ResumeAt}
		case auction.LotResumed:
			if lost := w.lost(notice.from, notice.to); lost > stall+pulseEvery+slack {
				w.fail("entry %d resumes after a notice of which %v could not be read", e.Seq, lost.Duration())
			}
			phase, from, deadline = during, e.At, ev.Deadline
		case auction.LotClosed:
			switch {
			case phase == auction.Limited:
				last(e, seconds(cl.LimitedS))
			case cl.Mode == auction.Soft:
				end(e, seconds(cl.DurationS))
				last(e, seconds(cl.ExtendS))
			}
		}
	}
}

func (s Summary) String() string {
	return fmt.Sprintf("%d entries (%d accepted, %d raised, %d refused), %d replies (%d repeated, %d retries, %d unresolved), "+
		"%d fenced, %d unknown, %d crashes, %d freezes, log away %d times, stuck %d times, %d pauses (%d outages), %d frames; %s",
		s.Entries, s.Accepted, s.Raised, s.Refused, s.Replies, s.Repeated, s.Retries, s.Unresolved,
		s.Fenced, s.Unknown, s.Crashes, s.Freezes, s.Downs, s.Stuck, s.Paused, s.Outages, s.Frames, s.Outcome)
}

func (s *Summary) add(o Summary) {
	s.Entries += o.Entries
	s.Replies += o.Replies
	s.Retries += o.Retries
	s.Repeated += o.Repeated
	s.Unresolved += o.Unresolved
	s.Fenced += o.Fenced
	s.Unknown += o.Unknown
	s.Crashes += o.Crashes
	s.Freezes += o.Freezes
	s.Downs += o.Downs
	s.Stuck += o.Stuck
	s.Outages += o.Outages
	s.Accepted += o.Accepted
	s.Refused += o.Refused
	s.Raised += o.Raised
	s.Paused += o.Paused
	s.Frames += o.Frames
	s.Resumed += o.Resumed
	for r, n := range o.Reasons {
		s.Reasons[r] += n
	}
}
