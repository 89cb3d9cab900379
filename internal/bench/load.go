package bench

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// figures is what one way reached under one load.
type figures struct {
	accepted, refused int
	perSecond         float64 // accepted bids
	p50, p99          time.Duration
}

// bidder places one bid and waits for its answer. i names the bidder, n counts his bids from 1.
type bidder func(ctx context.Context, i, n int) (accepted bool, err error)

// load lets a number of bidders bid side by side, each with one bid under way, and counts what is answered between
// the end of the warm-up and the end of the span. The first error ends it.
func load(ctx context.Context, bidders int, warmUp, span time.Duration, bid bidder) (figures, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	type tally struct {
		accepted, refused int
		took              []int64 // nanoseconds
	}
	tallies := make([]tally, bidders)
	var measuring, over atomic.Bool
	var wg sync.WaitGroup
	for i := range tallies {
		wg.Go(func() {
			mine := &tallies[i]
			for n := 1; !over.Load(); n++ {
				before := time.Now()
				accepted, err := bid(ctx, i, n)
				if err != nil {
					if !over.Load() {
						cancel(err)
					}
					return
				}
				if !measuring.Load() || over.Load() {
					continue
				}
				mine.took = append(mine.took, int64(time.Since(before)))
				if accepted {
					mine.accepted++
				} else {
					mine.refused++
				}
			}
		})
	}
	pause(ctx, warmUp)
	measuring.Store(true)
	began := time.Now()
	pause(ctx, span)
	over.Store(true)
	elapsed := time.Since(began)
	if err := context.Cause(ctx); err != nil {
		wg.Wait()
		return figures{}, err
	}
	wg.Wait()

	var f figures
	var took []int64
	for i := range tallies {
		f.accepted += tallies[i].accepted
		f.refused += tallies[i].refused
		took = append(took, tallies[i].took...)
	}
	slices.Sort(took)
	f.perSecond = float64(f.accepted) / elapsed.Seconds()
	f.p50, f.p99 = percentile(took, 50), percentile(took, 99)
	return f, nil
}

// percentile of sorted values, by the nearest rank; 0 of none.
func percentile(sorted []int64, p int) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	rank := (len(sorted)*p + 99) / 100
	return time.Duration(sorted[max(rank, 1)-1])
}

func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}
