package live

import (
	"bytes"
	"encoding/binary"
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

var (
	errFlood  = errors.New("live: more bytes than a client may send")
	errHungUp = errors.New("live: connection is closing")
	pingFrame = []byte{0x89, 0}
)

// wire is the connection under gorilla's: it stands between the two so that gorilla's control frames and the
// messages of the hub go through one queue, and so that what comes in is counted.
//
// Invariant: only whole WebSocket frames are in queue, so frames never tear one another. Bytes that the kernel
// did not take are with drain, the only goroutine that may write while slow is set.
type wire struct {
	net.Conn
	raw    syscall.RawConn // nil where there is no descriptor to write to directly: TLS, pipes
	writer *writer
	server *Server

	deflate bool // permessage-deflate was agreed upon; set before anybody else sees the wire

	mu       sync.Mutex
	queue    [][]byte
	queued   int // bytes in queue
	inUrgent bool
	inNormal bool
	busy     bool // the writer is writing
	slow     bool // drain is writing
	closing  bool // a close frame is queued or sent: nothing may follow it
	hangup   bool // close the connection once all is written
	dead     bool
	guard    *time.Timer // ends a closing handshake that never ends

	lastRead atomic.Int64 // nanoseconds, when the last byte came in
	budget   bucket       // owned by the reader
}

func newWire(conn net.Conn, w *writer, s *Server) *wire {
	c := &wire{Conn: conn, writer: w, server: s}
	c.lastRead.Store(time.Now().UnixNano())
	if tcp, ok := conn.(*net.TCPConn); ok {
		if s.limits.KernelBytes > 0 {
			_ = tcp.SetWriteBuffer(s.limits.KernelBytes) // a wish: the kernel's own size does no harm
		}
		if raw, err := tcp.SyscallConn(); err == nil {
			c.raw = raw
		}
	}
	return c
}

// Read reads for gorilla, and counts: a message of a million empty fragments is a flood too.
func (c *wire) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if n > 0 {
		now := time.Now().UnixNano()
		c.lastRead.Store(now)
		if c.budget.take(now, n, c.server.limits.BytesPerSecond, c.server.limits.BytesBurst) < 0 {
			return 0, errFlood
		}
	}
	return n, err
}

// awaitInput returns when there is something to read, or the connection has ended.
func (c *wire) awaitInput() {
	if c.raw == nil {
		return
	}
	waited := false
	_ = c.raw.Read(func(fd uintptr) bool {
		if waited {
			return true
		}
		waited = true // before waiting, look: what came in earlier is not announced again
		var one [1]byte
		_, _, err := syscall.Recvfrom(int(fd), one[:], syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
		return err != syscall.EAGAIN
	})
}

// Write takes what gorilla writes: the answer to the handshake and control frames, each whole. The bytes are
// gorilla's to use again, so they are copied.
func (c *wire) Write(p []byte) (int, error) {
	frame := append([]byte(nil), p...)
	if bytes.HasPrefix(p, []byte("HTTP/")) {
		c.deflate = bytes.Contains(p, []byte("permessage-deflate"))
	}
	if len(p) > 0 && p[0] == closeOpcode {
		c.sendLast(frame, false)
		return len(p), nil
	}
	if !c.send(frame, true) {
		return 0, errHungUp
	}
	return len(p), nil
}

// Deadlines for writing are kept by drain; gorilla's would meet the writer's.
func (c *wire) SetWriteDeadline(time.Time) error { return nil }
func (c *wire) SetDeadline(time.Time) error      { return nil }

// send queues a frame whose bytes must not change any more. It never blocks.
func (c *wire) send(frame []byte, urgent bool) bool {
	c.mu.Lock()
	if c.closing || c.dead {
		c.mu.Unlock()
		return false
	}
	if c.queued+len(frame) > c.server.limits.QueueBytes {
		c.mu.Unlock()
		c.server.slow.Add(1)
		c.close(CloseSlow)
		return false
	}
	c.queue = append(c.queue, frame)
	c.queued += len(frame)
	c.schedule(urgent)
	return true
}

// schedule is called with mu held and releases it.
func (c *wire) schedule(urgent bool) {
	push := !c.slow && !c.inUrgent && (urgent || !c.inNormal)
	if push && urgent {
		c.inUrgent = true
	} else if push {
		c.inNormal = true
	}
	c.mu.Unlock()
	if push {
		c.writer.push(c, urgent)
	}
}

// close says goodbye with a code and gives the peer CloseWait to answer. A socket that is closed for being slow
// loses what waits for it: it will resume by its cursors.
func (c *wire) close(code CloseCode) { c.sendLast(closeFrame(code), code == CloseSlow) }

// sendLast queues a close frame. Nothing follows it.
func (c *wire) sendLast(frame []byte, instead bool) {
	c.mu.Lock()
	if c.closing || c.dead {
		c.mu.Unlock()
		return
	}
	c.closing = true
	if instead {
		clear(c.queue)
		c.queue, c.queued = c.queue[:0], 0
	}
	c.queue = append(c.queue, frame)
	c.queued += len(frame)
	c.guard = time.AfterFunc(c.server.limits.CloseWait, func() { c.fail(errHungUp) })
	c.schedule(true)
}

// end closes the connection as soon as all that waits is written.
func (c *wire) end() {
	c.mu.Lock()
	c.closing, c.hangup = true, true
	idle := len(c.queue) == 0 && !c.busy && !c.slow
	if !idle && c.guard == nil && !c.dead {
		c.guard = time.AfterFunc(c.server.limits.CloseWait, func() { c.fail(errHungUp) })
	}
	c.mu.Unlock()
	if idle {
		c.fail(errHungUp)
	}
}

// fail closes the connection at once. The reader notices and clears up.
func (c *wire) fail(error) {
	c.mu.Lock()
	already := c.dead
	c.dead, c.closing, c.busy = true, true, false
	clear(c.queue)
	c.queue, c.queued = nil, 0
	if c.guard != nil {
		c.guard.Stop()
	}
	c.mu.Unlock()
	if !already {
		_ = c.Conn.Close()
	}
}

// take hands the writer all that waits, joined in buf where it is more than one frame.
func (c *wire) take(buf []byte, urgent bool) ([]byte, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if urgent {
		c.inUrgent = false
	} else {
		c.inNormal = false
	}
	if c.slow || c.dead || len(c.queue) == 0 {
		return nil, false
	}
	c.busy = true
	return c.joined(buf), true
}

// joined empties the queue into buf. A single frame is passed on as it is. Called with mu held.
func (c *wire) joined(buf []byte) []byte {
	data := c.queue[0]
	if len(c.queue) > 1 {
		data = buf
		for _, f := range c.queue {
			data = append(data, f...)
		}
	}
	clear(c.queue)
	c.queue, c.queued = c.queue[:0], 0
	if cap(c.queue) > 16 {
		c.queue = nil // ten thousand idle sockets should not remember their worst moment
	}
	return data
}

// wrote ends a writer's turn. What the kernel did not take makes the socket slow.
func (c *wire) wrote(rest []byte) {
	c.mu.Lock()
	c.busy = false
	if len(rest) == 0 {
		hangup := c.hangup && len(c.queue) == 0
		c.mu.Unlock()
		if hangup {
			c.fail(errHungUp)
		}
		return
	}
	if c.dead {
		c.mu.Unlock()
		return
	}
	c.slow = true
	c.server.tasks.Add(1)
	c.mu.Unlock()
	go c.drain(append([]byte(nil), rest...)) // rest may lie in the writer's buffer
}

// drain writes to a slow socket until it has caught up.
func (c *wire) drain(rest []byte) {
	defer c.server.tasks.Done()
	for {
		_ = c.Conn.SetWriteDeadline(time.Now().Add(c.server.limits.WriteWait))
		if _, err := c.Conn.Write(rest); err != nil {
			c.fail(err)
			return
		}
		c.mu.Lock()
		if c.dead || len(c.queue) == 0 {
			c.slow = false
			hangup := c.hangup
			c.mu.Unlock()
			_ = c.Conn.SetWriteDeadline(time.Time{})
			if hangup {
				c.fail(errHungUp)
			}
			return
		}
		rest = c.joined(nil)
		c.mu.Unlock()
	}
}

// textFrame is a message as it goes over the wire: one unmasked text frame, RFC 6455 §5.2. deflated sets RSV1.
func textFrame(payload []byte, deflated bool) []byte {
	frame := framed(append(make([]byte, headRoom, headRoom+len(payload)), payload...))
	if deflated {
		frame[0] |= 0x40
	}
	return frame
}

// headRoom holds the longest head of a frame.
const headRoom = 10

// framed makes a text frame of a payload that stands in b behind headRoom free bytes.
func framed(b []byte) []byte {
	const text = 0x81
	switch n := len(b) - headRoom; {
	case n < 126:
		b = b[headRoom-2:]
		b[1] = byte(n)
	case n < 1<<16:
		b = b[headRoom-4:]
		b[1] = 126
		binary.BigEndian.PutUint16(b[2:], uint16(n))
	default:
		b[1] = 127
		binary.BigEndian.PutUint64(b[2:], uint64(n))
	}
	b[0] = text
	return b
}

const ( // first bytes of control frames, FIN set
	closeOpcode = 0x88
	pongOpcode  = 0x8a
)

func closeFrame(code CloseCode) []byte {
	text := code.text()
	b := append(make([]byte, 0, 4+len(text)), closeOpcode, byte(2+len(text)))
	return append(binary.BigEndian.AppendUint16(b, uint16(code)), text...)
}
