package live_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"go.uber.org/goleak"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/hub"
	"github.com/g60-corridor/corridor/internal/hub/hubtest"
	"github.com/g60-corridor/corridor/internal/live"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const lot auction.LotID = 7

// hall is a served lot. A session cookie that begins with a paddle's letter is that bidder: "A-1", "A-2".
type hall struct {
	t      *testing.T
	house  *hubtest.House
	live   *live.Server
	server *httptest.Server
	tls    bool

	mu      sync.Mutex
	ended   []string
	revoked bool // nobody bids any longer
}

// Paddle implements live.Bidders: session "A-…" bids under A in lot 7, session "N-…" nowhere.
func (h *hall) Paddle(_ context.Context, v live.Viewer, l auction.LotID) (auction.Paddle, error) {
	p, _, _ := strings.Cut(v.Session, "-")
	if p == "panics" {
		panic("a defect")
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if l != lot || p == "N" || h.revoked {
		return "", nil
	}
	return auction.Paddle(p), nil
}

func open(t *testing.T, change func(*live.Options)) *hall {
	t.Helper()
	h := &hall{t: t, house: &hubtest.House{}}
	quiet := slog.New(slog.DiscardHandler)
	watching := hub.New(h.house, hub.Options{
		Log: quiet, Gather: 5 * time.Millisecond, Poll: 20 * time.Millisecond, StaleAfter: 40 * time.Millisecond,
	})
	h.house.Ring = watching.Ring
	h.house.Open(lot, "A", "B")
	o := live.Options{
		Hub: watching, Saleroom: h.house, Bidders: h, Log: quiet,
		Authenticate: func(r *http.Request) (live.Viewer, error) {
			c, err := r.Cookie("session")
			if err != nil {
				return live.Viewer{}, nil
			}
			if c.Value == "broken" {
				return live.Viewer{}, errors.New("the session store is down")
			}
			return live.Viewer{Person: 1, Session: c.Value, Locale: r.Header.Get("Accept-Language")}, nil
		},
		Ended: func(context.Context, []string) ([]string, error) {
			h.mu.Lock()
			defer h.mu.Unlock()
			return h.ended, nil
		},
	}
	if change != nil {
		change(&o)
	}
	h.live = live.NewServer(o)
	h.server = httptest.NewUnstartedServer(h.live)
	if h.tls = strings.Contains(t.Name(), "TLS"); h.tls {
		h.server.StartTLS()
	} else {
		h.server.Start()
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		if err := h.live.Close(ctx); err != nil {
			t.Error(err)
		}
		h.server.Close()
		watching.Close()
	})
	return h
}

// client is a client of the protocol, as a stranger might write one.
type client struct {
	t *testing.T
	*websocket.Conn
}

func (h *hall) dial(session string, header ...string) *client {
	h.t.Helper()
	c, response, err := h.tryDial(websocket.Dialer{Subprotocols: []string{live.Subprotocol}}, session, header...)
	if err != nil {
		h.t.Fatalf("connect: %v %v", err, response)
	}
	if m := c.next("hello"); m["signed_in"] != (session != "") {
		h.t.Errorf("hello to %q: %v", session, m)
	}
	return c
}

func (h *hall) tryDial(d websocket.Dialer, session string, header ...string) (*client, *http.Response, error) {
	hd := http.Header{}
	if session != "" {
		hd.Set("Cookie", "session="+session)
	}
	for i := 0; i+1 < len(header); i += 2 {
		hd.Set(header[i], header[i+1])
	}
	if h.tls {
		d.TLSClientConfig = h.server.Client().Transport.(*http.Transport).TLSClientConfig
	}
	conn, response, err := d.Dial("ws"+strings.TrimPrefix(h.server.URL, "http")+"/live", hd)
	if err != nil {
		return nil, response, err
	}
	h.t.Cleanup(func() { conn.Close() })
	return &client{h.t, conn}, response, nil
}

func (c *client) say(format string, args ...any) {
	c.t.Helper()
	if err := c.WriteMessage(websocket.TextMessage, fmt.Appendf(nil, format, args...)); err != nil {
		c.t.Fatal(err)
	}
}

type message map[string]any

// at follows a path of members, "state.leader".
func (m message) at(path string) any {
	var v any = map[string]any(m)
	for _, name := range strings.Split(path, ".") {
		o, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		v = o[name]
	}
	return v
}

// next returns the next message of a type and drops the others.
func (c *client) next(t string) message {
	c.t.Helper()
	for {
		if m := c.read(); m["t"] == t {
			return m
		}
	}
}

func (c *client) read() (m message) {
	c.t.Helper()
	_ = c.SetReadDeadline(time.Now().Add(30 * time.Second))
	_, text, err := c.ReadMessage()
	if err != nil {
		c.t.Fatalf("read: %v", err)
	}
	if err := json.Unmarshal(text, &m); err != nil {
		c.t.Fatalf("%s: %v", text, err)
	}
	return m
}

// closed reads to the end and returns the close code.
func (c *client) closed() int {
	c.t.Helper()
	_ = c.SetReadDeadline(time.Now().Add(30 * time.Second))
	for {
		if _, _, err := c.ReadMessage(); err != nil {
			var closed *websocket.CloseError
			if errors.As(err, &closed) {
				return closed.Code
			}
			c.t.Errorf("ended without a close code: %v", err)
			return 0
		}
	}
}

// alive checks that the socket still works.
func (c *client) alive() {
	c.t.Helper()
	c.say(`{"t":"ping","id":"alive"}`)
	if m := c.next("pong"); m["id"] != "alive" || m["now_us"].(float64) < 1e15 {
		c.t.Errorf("pong: %v", m)
	}
}

func (c *client) watch() message {
	c.t.Helper()
	c.say(`{"t":"watch","lot":7}`)
	return c.next("snapshot")
}

func bid(id string, key int, fen int64) string {
	return fmt.Sprintf(`{"t":"bid","lot":7,"id":%q,"key":%q,"kind":"PLAIN","amount_fen":%d}`, id, hubtest.KeyOf(key), fen)
}

// tcp opens a bare connection and does the handshake by hand.
func (h *hall) tcp(readBuffer int) *net.TCPConn {
	h.t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(h.server.URL, "http://"))
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() { conn.Close() })
	c := conn.(*net.TCPConn)
	if readBuffer > 0 {
		_ = c.SetReadBuffer(readBuffer)
	}
	_, _ = c.Write([]byte("GET /live HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n" +
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: corridor.v1\r\n\r\n"))
	return c
}

// until waits for something that happens elsewhere.
func (h *hall) until(what string, done func() bool) {
	h.t.Helper()
	for range 3000 {
		if done() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	h.t.Fatal("never: " + what)
}
