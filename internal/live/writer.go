package live

import (
	"runtime"
	"sync"
	"syscall"
)

// writer is one of the few goroutines that write to sockets. Each wire belongs to one writer for life, so no
// two writers meet in a connection.
type writer struct {
	mu      sync.Mutex
	some    sync.Cond
	urgent  lane // answers and control frames: they do not wait behind a frame for ten thousand watchers
	normal  lane
	stopped bool

	// owned by run
	join []byte
	call descriptorWrite
}

func newWriter() *writer {
	w := &writer{join: make([]byte, 0, 64<<10)}
	w.some.L = &w.mu
	w.call.init()
	return w
}

func (w *writer) push(c *wire, urgent bool) {
	w.mu.Lock()
	if urgent {
		w.urgent.push(c)
	} else {
		w.normal.push(c)
	}
	w.mu.Unlock()
	w.some.Signal()
}

func (w *writer) stop() {
	w.mu.Lock()
	w.stopped = true
	w.mu.Unlock()
	w.some.Signal()
}

// burst is how many frames a writer writes before it lets others run. Without that, a frame for a thousand watchers
// would keep every processor for milliseconds, and the bids that come in meanwhile would wait: a write that does not block
// gives nobody else a turn.
const burst = 16

func (w *writer) run() {
	for normals := 0; ; {
		w.mu.Lock()
		for w.urgent.empty() && w.normal.empty() && !w.stopped {
			w.some.Wait()
		}
		var c *wire
		urgent := !w.urgent.empty()
		switch {
		case urgent:
			c = w.urgent.pop()
		case !w.normal.empty():
			c = w.normal.pop()
		default:
			w.mu.Unlock()
			return
		}
		w.mu.Unlock()
		w.flush(c, urgent)
		if urgent {
			continue
		}
		if normals++; normals%burst == 0 {
			runtime.Gosched()
		}
	}
}

// flush writes all that waits for c in one call, as far as the kernel takes it without blocking.
func (w *writer) flush(c *wire, urgent bool) {
	data, ok := c.take(w.join[:0], urgent)
	if !ok {
		return
	}
	n := 0
	if c.raw != nil {
		var err error
		if n, err = w.call.write(c.raw, data); err != nil {
			c.fail(err)
			return
		}
	}
	c.wrote(data[n:])
}

// lane is a queue of wires.
type lane struct {
	items []*wire
	head  int
}

func (l *lane) empty() bool { return l.head == len(l.items) }

func (l *lane) push(c *wire) { l.items = append(l.items, c) }

func (l *lane) pop() *wire {
	c := l.items[l.head]
	l.items[l.head] = nil
	l.head++
	if l.head == len(l.items) {
		l.items, l.head = l.items[:0], 0
	} else if l.head > 1024 && l.head > len(l.items)/2 { // a lane that is never empty must not grow for ever
		n := copy(l.items, l.items[l.head:])
		clear(l.items[n:])
		l.items, l.head = l.items[:n], 0
	}
	return c
}

// descriptorWrite makes one write(2) on a non-blocking descriptor. It is kept and used again because a closure
// for each write would be garbage for each frame.
type descriptorWrite struct {
	data []byte
	n    int
	err  error
	once func(fd uintptr) bool
}

func (d *descriptorWrite) init() {
	d.once = func(fd uintptr) bool {
		for {
			d.n, d.err = syscall.Write(int(fd), d.data)
			if d.err != syscall.EINTR {
				return true // never wait here: a slow socket is not this goroutine's business
			}
		}
	}
}

func (d *descriptorWrite) write(raw syscall.RawConn, data []byte) (int, error) {
	d.data = data
	err := raw.Write(d.once)
	d.data = nil
	switch {
	case err != nil:
		return 0, err
	case d.err == syscall.EAGAIN:
		return 0, nil
	case d.err != nil:
		return 0, d.err
	}
	return d.n, nil
}
