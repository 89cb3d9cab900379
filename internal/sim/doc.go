// Package sim plays a sale from a seed: bidders of several temperaments, an operator, two nodes on one log, and all that
// can go wrong between them: crashes, a process that stands still, a log that is away, lost requests, lost replies,
// appends that arrive late, rings that are lost, clocks that differ. The same seed gives the same play.
//
// What comes out is held against a naive twin of the engine, written from the rules and not from the engine, and
// against what was promised: every reply stands in the log, in real-time order; the price never falls; no lot closes on
// time that bidders could not use; watchers see everything once, in order, and nothing they may not see.
package sim

import (
	"container/heap"
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/saleroom/logtest"
)

const (
	theLot      auction.LotID   = 1
	began       auction.Instant = 1_800_000_000_000_000
	millisecond                 = auction.Second / 1000
	stall                       = 2 * auction.Second
	pulseEvery                  = 500 * millisecond
	skewMost                    = 40 * millisecond // between a node's clock and the true one
	longest                     = 40 * 60 * auction.Second
)

// Summary says what a run has tried, so that a test can tell whether the seeds reach everything.
type Summary struct {
	Entries, Replies, Retries, Repeated, Unresolved int
	Fenced, Unknown, Crashes, Freezes, Downs, Stuck int
	Accepted, Refused, Raised, Paused, Outages      int
	Frames, Resumed                                 int
	Reasons                                         map[auction.Reason]int
	Outcome                                         auction.Outcome
}

// world is one run.
type world struct {
	rand  *rand.Rand
	now   auction.Instant
	queue happenings
	made  int

	terms   auction.Terms
	reserve auction.Fen
	log     *logtest.Memory
	down    bool // the log cannot be reached
	stuck   bool // the log of this lot alone fails
	pulse   auction.Instant
	nodes   [2]*node
	people  []*bidder
	ops     []*op
	watch   []*watcher
	truth   *truth
	quiet   bool // no more trouble: let the lot come to its end

	outSince auction.Instant // since when nobody serves the lot; 0: somebody does
	unusable []interval

	err   error
	trace []line
	sum   Summary
}

type interval struct{ from, to auction.Instant }

type happening struct {
	at    auction.Instant
	order int
	do    func()
}

type happenings []happening

func (h happenings) Len() int { return len(h) }
func (h happenings) Less(i, j int) bool {
	return h[i].at < h[j].at || h[i].at == h[j].at && h[i].order < h[j].order
}
func (h happenings) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h *happenings) Push(x any)   { *h = append(*h, x.(happening)) }
func (h *happenings) Pop() any {
	old := *h
	x := old[len(old)-1]
	*h = old[:len(old)-1]
	return x
}

// after lets something happen a while from now.
func (w *world) after(d auction.Span, do func()) {
	w.made++
	heap.Push(&w.queue, happening{w.now.Add(max(0, d)), w.made, do})
}

// between draws a span.
func (w *world) between(least, most auction.Span) auction.Span {
	return least + auction.Span(w.rand.Int64N(int64(most-least)+1))
}

// oneIn says yes once in n times.
func (w *world) oneIn(n int) bool { return w.rand.IntN(n) == 0 }

// fail ends the run. The first failure counts.
func (w *world) fail(format string, a ...any) {
	if w.err == nil {
		w.err = fmt.Errorf(format, a...)
	}
}

const traceLines = 90

// line is written out only if something breaks.
type line struct {
	at     auction.Instant
	format string
	a      []any
}

func (l line) String() string {
	return fmt.Sprintf("%10.3f s  ", float64(l.at-began)/1e6) + fmt.Sprintf(l.format, l.a...)
}

func (w *world) note(format string, a ...any) {
	if len(w.trace) == traceLines {
		w.trace = w.trace[:copy(w.trace, w.trace[1:])]
	}
	w.trace = append(w.trace, line{w.now, format, a})
}

func (w *world) story() string {
	var b strings.Builder
	for _, l := range w.trace {
		b.WriteString("\n" + l.String())
	}
	return b.String()
}

// Run plays a seed. The error tells what broke, and the last things that happened before.
func Run(seed uint64) (Summary, error) {
	w := &world{rand: rand.New(rand.NewPCG(seed, seed^0x9E3779B97F4A7C15)), now: began, log: &logtest.Memory{}}
	w.sum.Reasons = map[auction.Reason]int{}
	w.terms, w.reserve = w.drawTerms()
	w.truth = newTruth(w)
	w.stage()
	for len(w.queue) > 0 && w.err == nil && w.now.Sub(began) < longest {
		next := heap.Pop(&w.queue).(happening)
		w.now = next.at
		next.do()
		if w.over() {
			break
		}
	}
	if w.err == nil {
		w.finish()
	}
	if w.err != nil {
		return w.sum, fmt.Errorf("seed %d: %w%s", seed, w.err, w.story())
	}
	return w.sum, nil
}

// over says that the lot has ended and everything that was on its way has arrived.
func (w *world) over() bool {
	if w.truth.state.Phase != auction.Closed || w.now.Sub(w.truth.state.ClosedAt) < 30*auction.Second {
		return false
	}
	for _, o := range w.ops {
		if !o.resolved {
			return false
		}
	}
	return true
}

func (w *world) drawTerms() (auction.Terms, auction.Fen) {
	t := auction.Terms{
		Format: auction.TermsFormat, Name: auction.Bilingual{ZH: "规则", EN: "Rules"}, Procedure: auction.ExchangeBidding,
		StartFen: auction.Fen(w.rand.IntN(40)+10) * 1000, Grid: auction.Strict, Reserve: auction.NoReserve,
		MaximumBids: !w.oneIn(5), LeaderMayRaise: w.oneIn(3), Priority: auction.NoPriority, Jump: auction.Jump{ConfirmTimes: 3, RefuseTimes: 10},
		MinBidders: 1 + w.rand.IntN(2), ResumeNoticeS: 3 + w.rand.Int64N(8),
	}
	switch w.rand.IntN(5) {
	case 0, 1:
		t.Grid = auction.FreeGrid
	case 2:
		if w.oneIn(2) {
			t.Grid = auction.NoGrid
		}
	}
	t.Step = auction.Step{FixedFen: 1000}
	if w.oneIn(2) {
		t.Step = auction.Step{Ladder: []auction.Rung{{BelowFen: 30_000, StepFen: 500}, {BelowFen: 60_000, StepFen: 1500}, {StepFen: 4000}}}
	}
	if w.oneIn(2) {
		t.Priority = auction.Match
	}
	if w.oneIn(6) {
		t.Jump = auction.Jump{}
	}
	if w.oneIn(8) {
		t.StartFen = 10 // the least next bid is a hundred times the price
	}
	var reserve auction.Fen
	switch w.rand.IntN(3) {
	case 0:
		t.Reserve = auction.EqualStart
	case 1:
		t.Reserve, t.AnnounceReserveMet = auction.HiddenReserve, w.oneIn(2)
		reserve = t.StartFen + auction.Fen(w.rand.IntN(40_000)/1000*1000+777)
	}
	switch w.rand.IntN(6) {
	case 0, 1:
		d := 20 + w.rand.Int64N(40)
		t.Closing = auction.Closing{Mode: auction.Soft, DurationS: d, WindowS: 10, ExtendS: 10}
	case 2:
		t.Closing = auction.Closing{Mode: auction.Manual}
	default:
		t.Closing = auction.Closing{
			Mode: auction.TwoPhase, FreeS: 15 + w.rand.Int64N(40), LimitedS: 8 + w.rand.Int64N(10), LimitedRequiresFreeBid: w.oneIn(4),
		}
	}
	t.FillDefaults()
	t.LongOutageS, t.LongResumeNoticeS = 60, 20
	return t, reserve
}
