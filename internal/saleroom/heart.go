package saleroom

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/g60-corridor/corridor/internal/auction"
)

// heart knows when the house was last in touch with the log. If that is too long ago, because the log does not answer
// or because the process stood still, nothing is decided and no deadline passes until it is in touch again; the time
// between is an outage of every lot.
type heart struct {
	limit time.Duration
	beat  atomic.Int64 // microseconds since 1970; 0: the heart does not beat yet, nothing is held
}

func (h *heart) held(now time.Time) bool {
	beat := h.beat.Load()
	return beat != 0 && now.UnixMicro()-beat > h.limit.Microseconds()
}

// pulse lets the heart beat until the house closes.
func (f *Floor) pulse() {
	ticker := time.NewTicker(f.o.Pulse)
	defer ticker.Stop()
	failing := false
	for {
		select {
		case <-f.stop:
			return
		case <-f.ctx.Done():
			return
		case <-ticker.C:
		}
		err := f.beatOnce()
		if err != nil && !failing && f.ctx.Err() == nil {
			slog.Error("saleroom: the house is out of touch with the log", "error", err)
		}
		failing = err != nil
	}
}

// wellUntil is until when every lot has been served, as far as the log knows or need not know: the present, or the
// beginning of an outage that is not stored yet.
func (f *Floor) wellUntil() time.Time {
	now := f.o.Now()
	if f.heart.held(now) { // the outage is found as soon as the log has answered
		now = time.UnixMicro(f.heart.beat.Load())
	}
	f.mu.RLock()
	defer f.mu.RUnlock()
	for _, r := range f.rooms {
		if owed := r.mail.owed(auction.Instant(r.owed.Load())); owed != 0 && owed < auction.InstantOf(now) {
			now = owed.Time()
		}
	}
	return now
}

// beatOnce leaves a sign of life. If the last one is too long ago, every lot gets the outage before anything else.
func (f *Floor) beatOnce() error {
	ctx, cancel := context.WithTimeout(f.ctx, f.o.LogWait)
	defer cancel()
	slept := f.heart.held(f.o.Now())
	if err := f.log.Pulse(ctx, f.o.Node, f.wellUntil()); err != nil {
		return err
	}
	now := f.o.Now()
	if !f.heart.held(now) {
		f.heart.beat.Store(now.UnixMicro())
		return nil
	}
	since := time.UnixMicro(f.heart.beat.Load())
	note := StallNote
	if slept {
		note = FreezeNote
	}
	slog.Error("saleroom: an outage of the house", "since", since.UTC(), "lasted", now.Sub(since))
	f.mu.RLock() // no room is opened between the two
	defer f.mu.RUnlock()
	for _, r := range f.rooms {
		r.mail.putOutage(outage{auction.InstantOf(since), auction.InstantOf(now), note})
	}
	f.heart.beat.Store(now.UnixMicro())
	for _, r := range f.rooms {
		r.mail.poke() // it may have looked before the heart beat again
	}
	return nil
}
