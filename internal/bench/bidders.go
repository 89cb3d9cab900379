package bench

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// crowd is sockets that bid.
type crowd struct {
	*audience
	members sync.Map // net.Conn → *member
	drawn   atomic.Int64
}

// member is one bidding socket.
type member struct {
	conn  net.Conn
	crowd *crowd
	until atomic.Int64 // nanoseconds: an answer before this is followed by the next bid at once
	key   [16]byte     // begins at random, so that a second run on the same lot has keys of its own

	mu       sync.Mutex
	sent     []int64 // by number of the bid: nanoseconds when it was due; 0 once answered
	took     []int64
	accepted int
	refused  int
	failed   int
}

// assemble opens n sockets, each with the cookie of a bidder of its own.
func assemble(ctx context.Context, address string, n int) (*crowd, error) {
	c := &crowd{}
	var number atomic.Int64
	hello := func(conn net.Conn, r *bufio.Reader) error {
		m := &member{conn: conn, crowd: c}
		_, _ = rand.Read(m.key[:8])
		c.members.Store(conn, m)
		return handshake(conn, r, fmt.Sprintf("Cookie: bidder=%s\r\n", paddle(int(number.Add(1)-1))))
	}
	var err error
	c.audience, err = gather(ctx, address, n, hello, func(_ *audience, conn net.Conn, r *bufio.Reader, seated func()) error {
		seated()
		m, _ := c.members.Load(conn)
		return m.(*member).listen(r)
	})
	return c, err
}

func (m *member) listen(r *bufio.Reader) error {
	var buf []byte
	for {
		_, text, opcode, err := readFrame(r, &buf)
		if err != nil {
			return err
		}
		switch {
		case opcode == 9:
			_, err = m.conn.Write([]byte{0x8a, 0x80, 0, 0, 0, 0})
		case opcode != 1:
			err = fmt.Errorf("closed by the server: %q", text)
		case bytes.HasPrefix(text, []byte(`{"t":"answer"`)):
			err = m.note(number(text, `"id":"`), bytes.Contains(text, []byte(`"accepted":true`)), false)
		case bytes.HasPrefix(text, []byte(`{"t":"error"`)):
			err = m.note(number(text, `"id":"`), false, true)
		}
		if err != nil {
			return err
		}
	}
}

func (m *member) note(id int64, accepted, failed bool) error {
	now := time.Now().UnixNano()
	m.mu.Lock()
	if id >= 0 && id < int64(len(m.sent)) && m.sent[id] != 0 {
		m.took = append(m.took, now-m.sent[id])
		m.sent[id] = 0
	}
	switch {
	case failed:
		m.failed++
	case accepted:
		m.accepted++
	default:
		m.refused++
	}
	m.mu.Unlock()
	if now < m.until.Load() {
		return m.bid(now)
	}
	return nil
}

// bid sends a bid that was due at a time, one step above the last that anybody drew.
func (m *member) bid(due int64) error {
	m.mu.Lock()
	id := len(m.sent)
	m.sent = append(m.sent, due)
	m.mu.Unlock()
	var key [32]byte
	m.key[8], m.key[9], m.key[10], m.key[11] = byte(id>>24), byte(id>>16), byte(id>>8), byte(id)
	hex.Encode(key[:], m.key[:])
	text := make([]byte, 0, 192)
	text = append(text, `{"t":"bid","lot":1,"id":"`...)
	text = strconv.AppendInt(text, int64(id), 10)
	text = append(text, `","key":"`...)
	text = append(text, key[:]...)
	text = append(text, `","kind":"PLAIN","amount_fen":`...)
	text = strconv.AppendInt(text, int64(startFen)+m.crowd.drawn.Add(1)*int64(stepFen), 10)
	return writeText(m.conn, append(text, '}'))
}

func (c *crowd) each(do func(i int, m *member)) {
	var wg sync.WaitGroup
	i := 0
	c.members.Range(func(_, v any) bool {
		n := i
		i++
		wg.Go(func() { do(n, v.(*member)) })
		return true
	})
	wg.Wait()
}

// oneAtATime lets each socket bid again as soon as it has its answer.
func (c *crowd) oneAtATime(span time.Duration) {
	now := time.Now()
	c.each(func(_ int, m *member) {
		m.until.Store(now.Add(span).UnixNano())
		_ = m.bid(now.UnixNano()) // a socket that is broken shows in what has no answer
	})
	time.Sleep(time.Until(now.Add(span)))
}

// steadily sends so many bids a second in all, whether answers come or not. What is late counts from when it was due.
func (c *crowd) steadily(perSecond int, span time.Duration) {
	every := time.Duration(len(c.conns)) * time.Second / time.Duration(perSecond)
	start := time.Now()
	c.each(func(i int, m *member) {
		due := start.Add(every * time.Duration(i) / time.Duration(len(c.conns)))
		for ; due.Before(start.Add(span)); due = due.Add(every) {
			time.Sleep(time.Until(due))
			if m.bid(due.UnixNano()) != nil {
				return
			}
		}
	})
}

// settle waits until all is answered, or nothing comes any more for a while. It returns how many have no answer.
func (c *crowd) settle(patience time.Duration) (open int) {
	for last, since := -1, time.Now(); ; time.Sleep(20 * time.Millisecond) {
		open = 0
		c.members.Range(func(_, v any) bool {
			m := v.(*member)
			m.mu.Lock()
			open += len(m.sent) - m.accepted - m.refused - m.failed
			m.mu.Unlock()
			return true
		})
		if open != last {
			last, since = open, time.Now()
		}
		if open == 0 || time.Since(since) > patience {
			return open
		}
	}
}

// result is what the crowd has got since the last call.
func (c *crowd) result(span time.Duration) (f figures, failed int) {
	var took []int64
	c.members.Range(func(_, v any) bool {
		m := v.(*member)
		m.mu.Lock()
		f.accepted += m.accepted
		f.refused += m.refused
		failed += m.failed
		took = append(took, m.took...)
		m.accepted, m.refused, m.failed, m.took = 0, 0, 0, nil
		m.sent = slices.Clone(m.sent[:0])
		_, _ = rand.Read(m.key[:8])
		m.mu.Unlock()
		return true
	})
	slices.Sort(took)
	f.perSecond = float64(f.accepted) / span.Seconds()
	f.p50, f.p99 = percentile(took, 50), percentile(took, 99)
	return f, failed
}
