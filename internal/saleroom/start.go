package saleroom

import (
	"context"
	"fmt"
	"time"

	"github.com/g60-corridor/corridor/internal/auction"
)

// Recover takes up the lots that are open and lets the house live: from now on it leaves signs of life, finds outages
// and looks for lots that others have published. If nobody else serves this log, the time since the last sign of life
// was an outage, and each open lot gets it back before anything else happens to it. It returns when every lot is
// served.
func (f *Floor) Recover(ctx context.Context) error {
	last, alive, err := f.lookAround(ctx)
	if err != nil {
		return fmt.Errorf("open the saleroom: %w", err)
	}
	lots, err := f.log.Unended(ctx)
	if err != nil {
		return fmt.Errorf("open the saleroom: %w", err)
	}
	var away outage
	if !alive {
		now := auction.InstantOf(f.o.Now())
		away = outage{since: now, until: now, note: RestartNote}
		if since := auction.InstantOf(last); last.IsZero() {
			away.since = 0 // each lot's last entry then says until when it was served
		} else {
			away.since = min(since, now)
		}
	}
	for _, lot := range lots {
		f.open(lot, away)
	}
	if err := f.log.Pulse(ctx, f.o.Node, f.wellUntil()); err != nil {
		return fmt.Errorf("open the saleroom: %w", err)
	}
	f.heart.beat.Store(f.o.Now().UnixMicro())
	f.live()
	for _, lot := range lots {
		r := f.room(lot)
		if r == nil {
			return ErrClosed
		}
		select {
		case <-r.up:
		case <-ctx.Done():
			return fmt.Errorf("open the saleroom: take up lot %d: %w", lot, ctx.Err())
		}
	}
	return nil
}

func (f *Floor) live() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.closed {
		f.work.Go(f.pulse)
		f.work.Go(f.poll)
	}
}

// lookAround returns the last sign of life of any node, and whether another one is alive. A sign that is fresh may
// have been left by a node that has just died, so it must be seen to move.
func (f *Floor) lookAround(ctx context.Context) (last time.Time, alive bool, err error) {
	if last, err = f.log.LastPulse(ctx, ""); err != nil {
		return last, false, err
	}
	first, err := f.log.LastPulse(ctx, f.o.Node)
	if err != nil || first.IsZero() {
		return last, false, err
	}
	limit := f.o.Limits.Stall.Duration()
	look := time.NewTicker(f.o.Pulse / 4)
	defer look.Stop()
	for f.o.Now().Sub(first) <= limit {
		select {
		case <-ctx.Done():
			return last, false, ctx.Err()
		case <-look.C:
		}
		now, err := f.log.LastPulse(ctx, f.o.Node)
		if err != nil {
			return last, false, err
		}
		if now.After(first) {
			return last, true, nil
		}
	}
	return last, false, nil
}

// poll opens rooms for open lots that have none here: lots that another node has published, in case it dies.
func (f *Floor) poll() {
	ticker := time.NewTicker(f.o.Poll)
	defer ticker.Stop()
	for {
		select {
		case <-f.stop:
			return
		case <-f.ctx.Done():
			return
		case <-ticker.C:
		}
		ctx, cancel := context.WithTimeout(f.ctx, f.o.LogWait)
		lots, err := f.log.Unended(ctx)
		cancel()
		if err != nil {
			continue // the heart says so
		}
		for _, lot := range lots {
			f.room(lot)
		}
	}
}
