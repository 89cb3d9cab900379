package saleroom

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/g60-corridor/corridor/internal/auction"
)

const (
	backoffLeast = 5 * time.Millisecond
	backoffMost  = 500 * time.Millisecond
	linger       = time.Minute // how long a closed lot keeps its room without being asked
)

// Room is a desk with a mailbox, a timer and a goroutine that alone touches the desk.
type Room struct {
	lot     auction.LotID
	floor   *Floor
	desk    *Desk // owned by run
	mail    mailbox
	timer   *time.Timer  // owned by run
	tries   int          // owned by run: failures of the log in a row
	fences  int          // owned by run: fences in a row
	counted Counts       // owned by run: what the house's counters know already
	owed    atomic.Int64 // Desk.Owed, for the heart
	ready   func()       // the log has been read to its end, or the room is closed
	up      <-chan struct{}
	stop    chan struct{}
}

func newRoom(f *Floor, lot auction.LotID) *Room {
	up := make(chan struct{})
	return &Room{
		lot: lot, floor: f, desk: NewDesk(lot, f.o.Limits), stop: f.stop,
		up: up, ready: sync.OnceFunc(func() { close(up) }),
		mail: mailbox{most: f.o.Mailbox, heart: &f.heart, now: f.o.Now, wake: make(chan struct{}, 1)},
	}
}

// run serves the lot until the house closes or the lot needs nobody any more.
func (r *Room) run() {
	r.timer = time.NewTimer(time.Hour)
	defer r.timer.Stop()
	defer r.ready()
	for !r.leave() {
		// In this order: when the heart beats again, the outage lies in the mailbox already.
		now := r.floor.o.Now()
		held := r.floor.heart.held(now)
		at, more := r.mail.empty(now, r.desk)
		var work Work
		if held { // the house is out of touch with the log: nothing is decided, and no deadline passes
			r.desk.GiveUp(ErrUnavailable)
		} else {
			work = r.desk.Next(at, more)
		}
		r.report()
		switch {
		case len(work.Append) > 0:
			r.append(work)
		case work.Read > 0:
			r.read(work)
		case !more:
			if r.wait(held) && r.floor.retire(r) {
				return
			}
		}
	}
}

// leave says that the house closes and nobody waits here any more. Those who wait for a log that does not answer are
// sent away.
func (r *Room) leave() bool {
	select {
	case <-r.stop:
	default:
		return false
	}
	r.mail.shut(ErrClosed)
	if r.tries > 0 || r.floor.ctx.Err() != nil || r.floor.heart.held(r.floor.o.Now()) {
		r.desk.GiveUp(ErrUnavailable)
		r.turnAway(ErrUnavailable)
		return true
	}
	return r.desk.Idle() && r.mail.isEmpty()
}

func (r *Room) turnAway(why error) {
	for _, q := range r.mail.drop() {
		q.answer(Answer{}, why)
	}
}

func (r *Room) append(w Work) {
	ctx, cancel := context.WithTimeout(r.floor.ctx, r.floor.o.LogWait)
	began := time.Now()
	stored, err := r.floor.log.Append(ctx, r.lot, w.After, w.Append)
	cancel()
	r.floor.stats.appendNanos.Add(int64(time.Since(began)))
	r.desk.Appended(stored, err, auction.InstantOf(r.floor.o.Now()))
	switch {
	case err == nil:
		r.fine()
	case errors.Is(err, auction.ErrFenced):
		r.fences++
		r.rest(time.Duration(rand.Int64N(int64(min(r.fences, 20)) * int64(time.Millisecond))))
	default:
		r.failed("append", err)
	}
}

func (r *Room) read(w Work) {
	ctx, cancel := context.WithTimeout(r.floor.ctx, r.floor.o.LogWait)
	entries, err := r.floor.log.Read(ctx, r.lot, w.After.Seq, w.Read)
	cancel()
	r.desk.WasRead(entries, err, auction.InstantOf(r.floor.o.Now()))
	if err != nil {
		r.failed("read", err)
	}
}

// failed backs off when the log has failed, and says so once.
func (r *Room) failed(what string, err error) {
	if r.tries == 0 && r.floor.ctx.Err() == nil {
		slog.Error("saleroom: the log does not answer", "lot", r.lot, "doing", what, "error", err)
	}
	r.tries++
	if away := r.desk.Away(); away != nil {
		r.mail.shut(away)
		r.turnAway(away)
	}
	r.rest(min(backoffLeast<<min(r.tries, 10), backoffMost))
}

// fine says that the log answers.
func (r *Room) fine() {
	if r.tries > 0 {
		slog.Info("saleroom: the log answers again", "lot", r.lot, "tries", r.tries)
	}
	r.tries, r.fences = 0, 0
	r.mail.shut(r.desk.Away())
}

// rest waits a while, unless the house closes.
func (r *Room) rest(d time.Duration) {
	if d <= 0 {
		return
	}
	r.timer.Reset(d)
	select {
	case <-r.timer.C:
	case <-r.stop:
	case <-r.floor.ctx.Done():
	}
}

// wait sleeps until something comes in or is due. It returns true if the lot needs nobody any more: nothing was ever
// published under its number, or it has closed and a while has gone by without anybody asking.
func (r *Room) wait(held bool) bool {
	sleep := linger
	if !held {
		r.fine()
		r.ready()
		if r.desk.State().Phase == auction.Draft && r.desk.Away() == nil {
			return true
		}
		if due := r.desk.NextDue(); due != 0 {
			sleep = min(sleep, max(0, due.Time().Sub(r.floor.o.Now())))
		}
	}
	r.timer.Reset(sleep)
	select {
	case <-r.mail.wake:
	case <-r.timer.C:
		return r.desk.State().Phase == auction.Closed
	case <-r.stop:
	case <-r.floor.ctx.Done():
	}
	return false
}

// report adds what the desk has done to the counters of the house, and tells the heart what is owed.
func (r *Room) report() {
	r.owed.Store(int64(r.desk.Owed()))
	if now := r.desk.count; now != r.counted {
		r.floor.stats.count(now, r.counted)
		r.counted = now
	}
}
