package identity

import (
	"sync"
	"time"
)

// throttle slows down guessing: after a few misses in a row, each further one doubles the wait. It counts by name (an
// e-mail address or a network address) in this process only; the hash itself slows down the rest.
type throttle struct {
	free  int           // misses without a wait
	first time.Duration // wait after the first miss beyond free
	most  time.Duration

	mu     sync.Mutex
	misses map[string]missed // guarded by mu
}

type missed struct {
	times int
	until time.Time // no attempt before
	last  time.Time
}

// throttleNames bounds the memory: an attacker who makes up names pushes out old ones, not the server.
const throttleNames = 50_000

func newThrottle(free int, first, most time.Duration) *throttle {
	return &throttle{free: free, first: first, most: most, misses: map[string]missed{}}
}

// begin counts an attempt as a miss before its outcome is known, so that attempts made at once count as much as
// attempts made one after the other. It returns the wait, and counts nothing, if the name may not try yet.
func (t *throttle) begin(name string, now time.Time) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	m := t.misses[name]
	if wait := m.until.Sub(now); wait > 0 {
		return wait
	}
	if now.Sub(m.last) > t.most {
		m.times = 0
	}
	if len(t.misses) >= throttleNames {
		t.shed(now)
	}
	m.times++
	m.last = now
	if beyond := m.times - t.free; beyond > 0 {
		m.until = now.Add(min(t.most, t.first<<min(beyond-1, 20)))
	}
	t.misses[name] = m
	return 0
}

// forget clears a name after a success.
func (t *throttle) forget(name string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.misses, name)
}

// shed drops what no longer waits, and then whatever comes first.
func (t *throttle) shed(now time.Time) {
	for name, m := range t.misses {
		if now.After(m.until) {
			delete(t.misses, name)
		}
	}
	for name := range t.misses {
		if len(t.misses) < throttleNames {
			return
		}
		delete(t.misses, name)
	}
}

// counted is a throttle and the name that it counts under.
type counted struct {
	*throttle
	name string
}

func (c counted) begin(now time.Time) time.Duration { return c.throttle.begin(c.name, now) }

func (c counted) forget() { c.throttle.forget(c.name) }
