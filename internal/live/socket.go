package live

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"runtime/debug"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"github.com/gorilla/websocket"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/hub"
)

// socket is one client. There may be tens of thousands, so every field is paid for.
type socket struct {
	server *Server

	wire    *wire
	in      *bufio.Reader   // between wire and conn
	conn    *websocket.Conn // for reading; what is written goes through wire
	viewer  Viewer
	address string
	number  int         // counts up; chooses writer and turn of the heartbeat
	up      atomic.Bool // the handshake is over

	// owned by the reader
	lots []*hub.Subscription
	seat seat
	rate bucket

	atDesk
}

// seat is the code under which a socket bids in a lot, as Bidders said last.
type seat struct {
	lot     auction.LotID
	paddle  auction.Paddle
	asked   int64 // nanoseconds
	company int   // for which it bids; 0 where nobody's authority is limited
}

var (
	errBinary  = errors.New("live: binary message")
	errBadText = errors.New("live: message is not UTF-8")
	errDefect  = errors.New("live: a defect")
)

// Deliver takes a message of the hub. It implements hub.Sink.
func (s *socket) Deliver(m *hub.Message) { s.wire.send(prepared(m, s.wire.deflate), false) }

// run greets and begins to read. The goroutine that waits is not the one that works: work needs a stack of 4 KB,
// waiting one of 2 KB, and waiting is what sockets do most of the time. So who has worked and finds nothing more to do
// leaves the waiting to a new goroutine.
func (s *socket) run() {
	s.conn.SetReadLimit(int64(s.server.limits.MessageBytes))
	s.conn.SetPingHandler(s.ping)
	s.up.Store(true)
	s.greet()
	go s.wait()
}

// wait waits for a message, shallow in the stack, and then works. Pongs are dealt with here.
func (s *socket) wait() {
	for s.in.Buffered() == 0 {
		s.wire.awaitInput()
		if !s.skipPong() {
			break
		}
	}
	s.work()
}

// skipPong takes a whole pong out of the input. Between two messages it means nothing but life, which wire has noted.
func (s *socket) skipPong() bool {
	head, err := s.in.Peek(2)
	if err != nil || head[0] != pongOpcode || head[1] < 0x80 || head[1] > 0x80+125 {
		return false // gorilla knows what to make of it
	}
	whole := 2 + 4 + int(head[1]&0x7f)
	if s.in.Buffered() < whole {
		return false
	}
	_, _ = s.in.Discard(whole)
	return true
}

// work handles messages until there is nothing to be done for a while, or the socket ends.
func (s *socket) work() {
	for {
		before := s.rate.at
		if err := s.next(); err != nil {
			s.finish(err)
			return
		}
		if s.in.Buffered() == 0 && s.rate.at-before > int64(time.Second) {
			go s.wait()
			return
		}
	}
}

// next reads one message and acts upon it. An error ends the socket.
func (s *socket) next() error {
	kind, r, err := s.conn.NextReader()
	if err != nil {
		return err
	}
	if kind == websocket.BinaryMessage {
		return errBinary
	}
	buf := s.server.buffers.Get().(*[]byte)
	defer s.server.buffers.Put(buf)
	n, err := readAll(r, *buf)
	if err != nil {
		return err
	}
	return s.message((*buf)[:n])
}

// finish clears up after the last message.
func (s *socket) finish(err error) {
	defer s.server.tasks.Done()
	for _, w := range s.lots {
		w.Cancel()
	}
	for _, at := range s.desks {
		s.server.desks.rise(at, s)
	}
	s.goodbye(err)
	s.server.leave(s)
}

// readAll reads one message; gorilla's limit keeps it within buf, and above that it has closed the socket.
func readAll(r io.Reader, buf []byte) (n int, err error) {
	for {
		if n == len(buf) {
			var one [1]byte
			if m, err := r.Read(one[:]); m > 0 || err == nil {
				return n, websocket.ErrReadLimit // a compressed message may be longer than its frames
			}
			return n, nil
		}
		m, err := r.Read(buf[n:])
		n += m
		if err == io.EOF {
			return n, nil
		}
		if err != nil {
			return n, err
		}
	}
}

// message acts upon one message. An error ends the socket. A defect that one message meets ends its socket, not the house.
func (s *socket) message(text []byte) (err error) {
	defer func() {
		if p := recover(); p != nil {
			s.server.log.Error("panic over a message", "panic", p, "stack", string(debug.Stack()))
			err = errDefect
		}
	}()
	if !utf8.Valid(text) {
		return errBadText
	}
	r, bad := parseRequest(text)
	if left := s.spend(); left < 0 { // R3.5 is not touched: this is refused before it is an attempt
		if left < -float64(s.server.limits.FloodMessages) {
			return errFlood
		}
		s.refuse(&r, 0, &fault{code: RateLimited})
		return nil
	}
	if bad != nil {
		s.refuse(&r, 0, bad)
		return nil
	}
	s.handle(&r)
	return nil
}

// spend takes one message from the rate of this socket and returns what is left.
func (s *socket) spend() float64 {
	l := &s.server.limits
	return s.rate.take(time.Now().UnixNano(), 1, l.MessagesPerSecond, l.MessageBurst)
}

// ping answers a ping of the protocol, which counts like a message.
func (s *socket) ping(data string) error {
	left := s.spend()
	if left < -float64(s.server.limits.FloodMessages) {
		return errFlood
	}
	if left >= 0 {
		s.wire.send(append([]byte{0x8a, byte(len(data))}, data...), true)
	}
	return nil
}

// goodbye closes the connection so that the peer learns why.
func (s *socket) goodbye(err error) {
	var closed *websocket.CloseError
	switch {
	case errors.Is(err, errBinary):
		s.wire.close(CloseBinary)
	case errors.Is(err, errBadText):
		s.wire.close(CloseBadText)
	case errors.Is(err, errFlood):
		s.wire.close(CloseFlood)
	case errors.Is(err, errDefect):
		s.wire.close(CloseDefect)
	case errors.Is(err, websocket.ErrReadLimit):
		s.wire.close(CloseTooBig) // gorilla has done so, unless the message was compressed
	case errors.As(err, &closed) && closed.Code != websocket.CloseAbnormalClosure:
		s.wire.end() // the peer said goodbye, and so did we
		return
	case isNetError(err):
		s.wire.fail(err)
		return
	}
	// What the peer has sent already must be read, or the kernel resets the connection and the peer never sees
	// the close code. CloseWait ends it, and so does a peer who goes on and on.
	_, _ = io.CopyN(io.Discard, s.wire.Conn, lingerBytes)
	s.wire.fail(err)
}

const lingerBytes = 8 << 20

func isNetError(err error) bool {
	var n net.Error
	return errors.As(err, &n) || errors.Is(err, io.EOF) || errors.Is(err, net.ErrClosed) ||
		websocket.IsCloseError(err, websocket.CloseAbnormalClosure)
}

// readBuffer holds a bid with its frame. gorilla takes over a reader that is given to it from 257 bytes on.
const readBuffer = 272

// hijacker slips the wire under gorilla.
type hijacker struct {
	http.ResponseWriter
	socket *socket
}

// Hijack implements http.Hijacker.
func (h *hijacker) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(h.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	_ = conn.SetDeadline(time.Time{}) // net/http may have set some
	s := h.socket
	if rw.Reader.Buffered() > 0 {
		return conn, rw, nil // sent before the handshake was over: gorilla will close it
	}
	s.wire = newWire(conn, s.server.writers[s.number%len(s.server.writers)], s.server)
	s.in = bufio.NewReaderSize(s.wire, readBuffer)
	return s.wire, bufio.NewReadWriter(s.in, rw.Writer), nil
}
