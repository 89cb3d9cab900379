package bench

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
)

// audience is many watchers in this process. They speak just enough of the protocol to watch, so that most of the
// machine is left to the server.
type audience struct {
	conns  []net.Conn
	wg     sync.WaitGroup
	seats  sync.WaitGroup         // those who have not been told yet where the lot stands
	sample atomic.Pointer[[]byte] // one whole frame as it came over the wire, header and all

	counting  atomic.Bool
	delivered atomic.Int64 // frames; one that was joined with others still counts as one
	gaps      atomic.Int64 // frames that did not begin where the one before ended
	broken    atomic.Int64 // sockets that ended before their time
	closing   atomic.Bool

	mu   sync.Mutex
	took []int64 // nanoseconds from the stamp of a bid to each watcher
}

// greet is what a new connection does before it only listens; nil: nothing.
type greet func(net.Conn, *bufio.Reader) error

// reader reads from a connection until it ends. It calls seated once it is ready for what is to be measured.
type reader func(a *audience, c net.Conn, r *bufio.Reader, seated func()) error

// gather opens n connections and reads from each with read until it ends.
func gather(ctx context.Context, address string, n int, hello greet, read reader) (*audience, error) {
	a := &audience{conns: make([]net.Conn, n)}
	var opening errgroup.Group
	opening.SetLimit(64)
	var dialer net.Dialer
	for i := range n {
		opening.Go(func() error {
			conn, err := dialer.DialContext(ctx, "tcp", address)
			if err != nil {
				return fmt.Errorf("watcher %d: %w", i, err)
			}
			a.conns[i] = conn
			r := bufio.NewReaderSize(conn, 4<<10)
			if hello != nil {
				if err := hello(conn, r); err != nil {
					return fmt.Errorf("watcher %d: %w", i, err)
				}
			}
			a.seats.Add(1)
			seated := sync.OnceFunc(a.seats.Done)
			a.wg.Go(func() {
				defer seated()
				if err := read(a, conn, r, seated); err != nil && !a.closing.Load() {
					a.broken.Add(1)
				}
			})
			return nil
		})
	}
	if err := opening.Wait(); err != nil {
		a.leave()
		return nil, err
	}
	a.seats.Wait()
	if n := a.broken.Load(); n > 0 {
		a.leave()
		return nil, fmt.Errorf("%d of %d connections were refused", n, len(a.conns))
	}
	return a, nil
}

func (a *audience) leave() {
	a.closing.Store(true)
	for _, c := range a.conns {
		if c != nil {
			_ = c.Close()
		}
	}
	a.wg.Wait()
}

// watchLot is the handshake of a socket and the request to watch.
func watchLot(cookie string) greet {
	return func(c net.Conn, r *bufio.Reader) error {
		if err := handshake(c, r, cookie); err != nil {
			return err
		}
		return writeText(c, fmt.Appendf(nil, `{"t":"watch","lot":%d}`, hotLot))
	}
}

// handshake makes a connection a WebSocket. cookie is a whole line of the header, or empty.
func handshake(c net.Conn, r *bufio.Reader, cookie string) error {
	_, err := fmt.Fprintf(c, "GET /live HTTP/1.1\r\nHost: bench\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"+
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: corridor.v1\r\n%s\r\n", cookie)
	if err != nil {
		return err
	}
	status, err := r.ReadString('\n')
	if err != nil {
		return err
	}
	if !bytes.HasPrefix([]byte(status), []byte("HTTP/1.1 101")) {
		return errors.New("the server says " + status)
	}
	for line := status; line != "\r\n"; {
		if line, err = r.ReadString('\n'); err != nil {
			return err
		}
	}
	return nil
}

// writeText writes a client's text frame, masked with zeros.
func writeText(w io.Writer, text []byte) error {
	b := append(make([]byte, 0, len(text)+8), 0x81)
	if len(text) < 126 {
		b = append(b, 0x80|byte(len(text)))
	} else {
		b = binary.BigEndian.AppendUint16(append(b, 0x80|126), uint16(len(text)))
	}
	_, err := w.Write(append(append(b, 0, 0, 0, 0), text...))
	return err
}

// readFrame returns the next frame of a server, whole, its payload, and its opcode. Both are good until the next read.
func readFrame(r *bufio.Reader, buf *[]byte) (whole, payload []byte, opcode byte, err error) {
	head, err := r.Peek(2)
	if err != nil {
		return nil, nil, 0, err
	}
	n, start := int(head[1]&0x7f), 2
	switch opcode = head[0] & 0x0f; n {
	case 126:
		if head, err = r.Peek(4); err != nil {
			return nil, nil, 0, err
		}
		n, start = int(binary.BigEndian.Uint16(head[2:])), 4
	case 127:
		return nil, nil, 0, errors.New("a frame above 64 KB")
	}
	*buf = slices.Grow((*buf)[:0], start+n)[:start+n]
	if _, err := io.ReadFull(r, *buf); err != nil {
		return nil, nil, 0, err
	}
	return *buf, (*buf)[start:], opcode, nil
}

// watch reads the frames of a lot.
func watch(a *audience, c net.Conn, r *bufio.Reader, seated func()) error {
	var cursor int64
	var buf []byte
	for {
		whole, text, opcode, err := readFrame(r, &buf)
		if err != nil {
			return err
		}
		switch {
		case opcode == 9:
			if _, err := c.Write([]byte{0x8a, 0x80, 0, 0, 0, 0}); err != nil {
				return err
			}
		case opcode != 1:
			return fmt.Errorf("closed by the server: %q", text)
		case bytes.HasPrefix(text, []byte(`{"t":"snapshot"`)):
			cursor = number(text, `"cursor":`)
			seated()
		case bytes.HasPrefix(text, []byte(`{"t":"error"`)):
			return fmt.Errorf("the server says %s", text)
		case bytes.HasPrefix(text, []byte(`{"t":"frame"`)):
			if number(text, `"from":`) != cursor {
				a.gaps.Add(1)
			}
			cursor = number(text, `"cursor":`)
			if a.sample.Load() == nil {
				kept := bytes.Clone(whole)
				a.sample.CompareAndSwap(nil, &kept)
			}
			a.count(number(text, `"at_us":`)) // the oldest row in it: who waited longest
		}
	}
}

// count notes a delivered frame.
func (a *audience) count(atUS int64) {
	if !a.counting.Load() {
		return
	}
	took := time.Now().UnixMicro() - atUS
	a.delivered.Add(1)
	a.mu.Lock()
	a.took = append(a.took, took*1000)
	a.mu.Unlock()
}

// number reads the integer after the first occurrence of a member's name.
func number(text []byte, member string) int64 {
	_, after, ok := bytes.Cut(text, []byte(member))
	if !ok {
		return -1
	}
	n := 0
	for n < len(after) && after[n] >= '0' && after[n] <= '9' {
		n++
	}
	v, err := strconv.ParseInt(string(after[:n]), 10, 64)
	if err != nil {
		return -1
	}
	return v
}

// percentiles of what has been noted, which is forgotten.
func (a *audience) percentiles() (p50, p99 time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	slices.Sort(a.took)
	p50, p99 = percentile(a.took, 50), percentile(a.took, 99)
	a.took = a.took[:0]
	return p50, p99
}
