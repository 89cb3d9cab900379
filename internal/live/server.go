package live

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/hub"
)

// Subprotocol is the WebSocket subprotocol that clients must offer.
const Subprotocol = "corridor.v1"

// Viewer is who is behind a socket. The zero value is a visitor who has not signed in.
type Viewer struct {
	Person  int64  // 0: a visitor
	Session string // names the session, so that ending it ends its sockets; never logged
	Locale  string // of error messages: "zh…" is Chinese, all else English
}

// Bidders says under which code a viewer bids in a lot.
type Bidders interface {
	// Paddle returns "" for somebody who does not bid in the lot.
	Paddle(ctx context.Context, v Viewer, lot auction.LotID) (auction.Paddle, error)
}

// Saleroom takes bids.
type Saleroom interface {
	// Bid hands in a bid and returns at once. done is called once, from any goroutine, and must not block: with
	// the entry that answers the bid, or with an error for a bid of which it is not known whether it counts
	// (auction.ErrUnknown) or that was not taken (any other; see Options.CodeOf).
	Bid(lot auction.LotID, bid auction.PlaceBid, done func(e auction.Entry, repeated bool, err error))
}

// Options say whom a server works with. Hub, Saleroom, Bidders and Authenticate are required.
type Options struct {
	Hub      *hub.Hub
	Saleroom Saleroom
	Bidders  Bidders
	// Authority limits bidders; nil: nobody is limited.
	Authority Authority
	// Authenticate finds who is behind a request. An error refuses the socket with 503; a visitor is no error.
	Authenticate func(*http.Request) (Viewer, error)
	// Ended returns which of these sessions are no longer valid. It is asked every Heartbeat, so that a session
	// ended on another node ends its sockets here. Optional.
	Ended func(ctx context.Context, sessions []string) ([]string, error)
	// CodeOf turns an error of the saleroom into what the client is told; "" for one that it does not know.
	CodeOf func(error) Code

	Origins  []string                   // "https://example.org", allowed besides the server's own host
	Address  func(*http.Request) string // the client's address; default: the host of RemoteAddr
	Limits   Limits                     // zero fields: DefaultLimits
	Compress bool                       // offer permessage-deflate; see deflate.go for when it is used
	Writers  int                        // default: GOMAXPROCS
	Log      *slog.Logger
}

// Server serves the sockets. It is an http.Handler for GET /live and must be mounted where the ResponseWriter
// can be hijacked (outside session middleware that wraps it without Unwrap).
type Server struct {
	o        Options
	limits   Limits
	log      *slog.Logger
	upgrader websocket.Upgrader
	writers  []*writer
	buffers  sync.Pool // *[]byte of MessageBytes, for reading one message
	tasks    sync.WaitGroup
	slow     atomic.Int64
	griped   atomic.Int64 // nanoseconds, when complain last wrote
	desks    desks
	ctx      context.Context
	cancel   context.CancelFunc

	mu        sync.Mutex
	sockets   map[*socket]struct{}
	sessions  map[string]int // sockets of each session
	addresses map[string]int
	next      int // number of the next socket
	closed    bool
}

// NewServer returns a server that is ready to be mounted. It must be closed.
func NewServer(o Options) *Server {
	ctx, cancel := context.WithCancel(context.Background())
	s := &Server{
		o: o, limits: o.Limits.withDefaults(), log: o.Log, ctx: ctx, cancel: cancel,
		sockets: map[*socket]struct{}{}, sessions: map[string]int{}, addresses: map[string]int{},
	}
	if s.log == nil {
		s.log = slog.Default()
	}
	s.buffers.New = func() any { b := make([]byte, s.limits.MessageBytes); return &b }
	s.upgrader = websocket.Upgrader{
		WriteBufferPool: &sync.Pool{}, // it reads through socket.in
		Subprotocols:    []string{Subprotocol}, EnableCompression: o.Compress, CheckOrigin: s.allowedOrigin,
	}
	n := o.Writers
	if n <= 0 {
		n = runtime.GOMAXPROCS(0)
	}
	for range n {
		w := newWriter()
		s.writers = append(s.writers, w)
		s.tasks.Add(1)
		go func() { defer s.tasks.Done(); w.run() }()
	}
	s.tasks.Add(1)
	go s.heartbeat()
	return s
}

// ServeHTTP makes a request a socket, or refuses it: 400 for what is no WebSocket of ours, 403 for a foreign
// origin, 429 above the limits per session and address, 503 while closing or full.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !slices.Contains(websocket.Subprotocols(r), Subprotocol) {
		http.Error(w, "offer the WebSocket subprotocol "+Subprotocol, http.StatusBadRequest)
		return
	}
	if !s.allowedOrigin(r) {
		http.Error(w, "this origin may not open sockets here", http.StatusForbidden)
		return
	}
	viewer, err := s.o.Authenticate(r)
	if err != nil {
		s.log.Error("find who opens a socket", "error", err)
		http.Error(w, "not available at the moment", http.StatusServiceUnavailable)
		return
	}
	sock := &socket{server: s, viewer: viewer, address: s.address(r)}
	if status := s.enter(sock); status != 0 {
		w.Header().Set("Retry-After", "5")
		http.Error(w, http.StatusText(status), status)
		return
	}
	hijack := &hijacker{ResponseWriter: w, socket: sock}
	sock.conn, err = s.upgrader.Upgrade(hijack, r, nil)
	if err != nil { // gorilla has answered
		if sock.wire != nil {
			sock.wire.fail(err)
		}
		s.leave(sock)
		s.tasks.Done()
		return
	}
	// A goroutine of its own, so that the one of net/http ends and frees its buffers: two thirds of the memory.
	go sock.run()
}

// enter counts a socket in. Unless it returns a status, the caller owes tasks.Done.
func (s *Server) enter(k *socket) (status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch l := &s.limits; {
	case s.closed || len(s.sockets) >= l.Sockets:
		return http.StatusServiceUnavailable
	case k.viewer.Session != "" && s.sessions[k.viewer.Session] >= l.SocketsPerSession,
		s.addresses[k.address] >= l.SocketsPerAddress:
		return http.StatusTooManyRequests
	}
	s.sockets[k] = struct{}{}
	if k.viewer.Session != "" {
		s.sessions[k.viewer.Session]++
	}
	s.addresses[k.address]++
	k.number = s.next
	s.next++
	s.tasks.Add(1)
	return 0
}

func (s *Server) leave(k *socket) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.sockets, k)
	if k.viewer.Session != "" {
		countDown(s.sessions, k.viewer.Session)
	}
	countDown(s.addresses, k.address)
}

func countDown(m map[string]int, key string) {
	if m[key]--; m[key] <= 0 {
		delete(m, key)
	}
}

// EndSession closes the sockets of a session with 4001: call it at sign-out and when a person is locked out.
func (s *Server) EndSession(session string) {
	if session == "" {
		return
	}
	s.EndSessions(func(of string) bool { return of == session })
}

// EndSessions closes the sockets of all sessions that ended picks, as EndSession does.
func (s *Server) EndSessions(ended func(session string) bool) {
	for _, k := range s.all(func(k *socket) bool { return k.viewer.Session != "" && ended(k.viewer.Session) }) {
		k.wire.close(CloseSignedOut)
	}
}

// complain records an error, at most one a second: with a thousand bidders a broken thing breaks a thousand times.
func (s *Server) complain(what string, lot auction.LotID, err error) {
	now, last := time.Now().UnixNano(), s.griped.Load()
	if s.ctx.Err() != nil || now-last < int64(time.Second) || !s.griped.CompareAndSwap(last, now) {
		return
	}
	s.log.Error(what, "lot", lot, "error", err)
}

// Count returns how many sockets are open.
func (s *Server) Count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.sockets)
}

// all returns the sockets that are up, or those of them that f picks.
func (s *Server) all(f func(*socket) bool) []*socket {
	s.mu.Lock()
	defer s.mu.Unlock()
	found := make([]*socket, 0, len(s.sockets))
	for k := range s.sockets {
		if k.up.Load() && (f == nil || f(k)) {
			found = append(found, k)
		}
	}
	return found
}

// Close ends all sockets with 1012 (service restart) and waits until they are gone or ctx ends.
func (s *Server) Close(ctx context.Context) error {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.cancel()
	// Sockets whose handshake is just ending are found by a second look.
	for s.Count() > 0 {
		for _, k := range s.all(nil) {
			k.wire.close(CloseRestart)
		}
		select {
		case <-ctx.Done():
			for _, k := range s.all(nil) {
				k.wire.fail(ctx.Err())
			}
			return errors.New("live: sockets were still open when the time to close was over")
		case <-time.After(10 * time.Millisecond):
		}
	}
	for _, w := range s.writers {
		w.stop()
	}
	s.tasks.Wait()
	return nil
}

// allowedOrigin keeps foreign pages from opening sockets with our visitors' cookies. A client that is no browser
// sends no Origin and has no cookies but its own.
func (s *Server) allowedOrigin(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" {
		return true
	}
	u, err := url.Parse(origin)
	if err != nil || u.Host == "" {
		return false
	}
	return strings.EqualFold(u.Host, r.Host) || slices.Contains(s.o.Origins, u.Scheme+"://"+u.Host)
}

func (s *Server) address(r *http.Request) string {
	if s.o.Address != nil {
		return s.o.Address(r)
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// Slow counts the sockets that were closed because they read too slowly.
func (s *Server) Slow() int64 { return s.slow.Load() }
