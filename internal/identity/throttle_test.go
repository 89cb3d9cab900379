package identity

import (
	"fmt"
	"sync"
	"testing"
	"time"
)

// Attempts made at once count as much as attempts made one after the other.
func TestThrottleCountsAttemptsMadeAtOnce(t *testing.T) {
	th := newThrottle(5, 2*time.Second, time.Minute)
	now := time.Unix(1_800_000_000, 0)
	var mu sync.Mutex
	var all sync.WaitGroup
	let := 0
	for range 200 {
		all.Go(func() {
			if th.begin("a", now) == 0 {
				mu.Lock()
				let++
				mu.Unlock()
			}
		})
	}
	all.Wait()
	if let != 6 { // five without a wait, and the one that begins it
		t.Fatalf("%d attempts were let through", let)
	}
}

func TestThrottleDoublesUpToItsMostAndForgives(t *testing.T) {
	th := newThrottle(1, time.Second, 8*time.Second)
	now := time.Unix(1_800_000_000, 0)
	th.begin("a", now)
	for _, want := range []time.Duration{1, 2, 4, 8, 8} {
		if wait := th.begin("a", now); wait != 0 {
			t.Fatalf("has to wait %s", wait)
		}
		if wait := th.begin("a", now); wait != want*time.Second {
			t.Fatalf("waits %s, want %ds", wait, want)
		}
		now = now.Add(want * time.Second)
	}
	th.forget("a")
	for range 2 { // the first attempt, and the one that may follow it at once
		if wait := th.begin("a", now); wait != 0 {
			t.Errorf("a success does not clear the name: %s to wait", wait)
		}
	}
}

func TestThrottleKeepsItsSize(t *testing.T) {
	th := newThrottle(0, time.Hour, time.Hour)
	now := time.Unix(1_800_000_000, 0)
	for i := range throttleNames + 1000 {
		th.begin(fmt.Sprint(i), now)
	}
	if n := len(th.misses); n > throttleNames {
		t.Errorf("%d names", n)
	}
}
