package bench

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
)

// tally asks until the span is over and sorts what the answers took by kind of question.
func (o Search) tally(ctx context.Context, ask func(i int) error) (f searchFigures, worst string, err error) {
	type answer struct {
		kind string
		took int64
	}
	var next atomic.Int64
	warm := time.Now().Add(o.Span / 5)
	end := warm.Add(o.Span)
	all := make([][]answer, o.Clients)
	group, ctx := errgroup.WithContext(ctx)
	for c := range all {
		group.Go(func() error {
			for ctx.Err() == nil && time.Now().Before(end) {
				i := int(next.Add(1) - 1)
				before := time.Now()
				if err := ask(i); err != nil {
					return err
				}
				if before.After(warm) {
					all[c] = append(all[c], answer{o.question(i).kind, int64(time.Since(before))})
				}
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return f, "", err
	}
	elapsed := time.Since(warm)
	var took []int64
	kinds := map[string][]int64{}
	for _, a := range slices.Concat(all...) {
		took = append(took, a.took)
		kinds[a.kind] = append(kinds[a.kind], a.took)
	}
	slices.Sort(took)
	f = searchFigures{float64(len(took)) / elapsed.Seconds(), percentile(took, 50), percentile(took, 95)}
	slowest := time.Duration(-1)
	for kind, of := range kinds {
		slices.Sort(of)
		if p := percentile(of, 95); p > slowest {
			slowest, worst = p, fmt.Sprintf("%s %s", kind, short(p))
		}
	}
	return f, worst, nil
}
