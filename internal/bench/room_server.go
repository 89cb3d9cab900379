package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// roomSettings tell a server process of `bench room` which database it has.
type roomSettings struct {
	Database    string `json:"database"`
	Bidders     int    `json:"bidders"`
	Connections int    `json:"connections"` // of the baseline
}

// serveRoom serves the whole product.
func serveRoom(ctx context.Context, settings json.RawMessage) (service, error) {
	var s roomSettings
	if err := json.Unmarshal(settings, &s); err != nil {
		return nil, err
	}
	h, err := openHouse(ctx, s.Database, s.Bidders)
	if err != nil {
		return nil, err
	}
	return roomHouse{h}, nil
}

type roomHouse struct{ *house }

func (roomHouse) do(context.Context, string) (any, error) { return nil, errors.New("not understood") }

// serveRowLock is the baseline with sockets: a transaction with a locked row for each bid, and every change sent to
// everybody at once, by a goroutine for each socket, as in gorilla's chat example. It speaks the same messages.
func serveRowLock(ctx context.Context, settings json.RawMessage) (service, error) {
	var s roomSettings
	if err := json.Unmarshal(settings, &s); err != nil {
		return nil, err
	}
	lock, err := openRowLock(ctx, s.Database, s.Connections)
	if err != nil {
		return nil, err
	}
	b := &baselineRoom{lock: lock, watchers: map[*baselineSocket]struct{}{}}
	if b.listen, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	b.server = &http.Server{Handler: b, ReadHeaderTimeout: time.Minute}
	go func() { _ = b.server.Serve(b.listen) }()
	return b, nil
}

type baselineRoom struct {
	lock   *rowLock
	listen net.Listener
	server *http.Server

	mu       sync.Mutex
	watchers map[*baselineSocket]struct{}
	bids     int64
}

type baselineSocket struct {
	conn *websocket.Conn
	send chan []byte
}

func (b *baselineRoom) address() string { return b.listen.Addr().String() }

func (b *baselineRoom) do(context.Context, string) (any, error) {
	return nil, errors.New("not understood")
}

func (b *baselineRoom) close() {
	_ = b.server.Close()
	b.lock.pool.Close()
}

func (b *baselineRoom) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	up := websocket.Upgrader{Subprotocols: []string{"corridor.v1"}}
	conn, err := up.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	s := &baselineSocket{conn: conn, send: make(chan []byte, 4096)}
	go func() {
		for text := range s.send {
			if conn.WriteMessage(websocket.TextMessage, text) != nil {
				return
			}
		}
	}()
	b.read(s)
	b.mu.Lock()
	delete(b.watchers, s)
	close(s.send)
	b.mu.Unlock()
	_ = conn.Close()
}

func (b *baselineRoom) read(s *baselineSocket) {
	for {
		var m struct {
			T  string `json:"t"`
			ID string `json:"id"`
		}
		if err := s.conn.ReadJSON(&m); err != nil {
			return
		}
		switch m.T {
		case "watch":
			b.mu.Lock()
			b.watchers[s] = struct{}{}
			b.tell(s, fmt.Appendf(nil, `{"t":"snapshot","lot":1,"cursor":%d}`, b.bids))
			b.mu.Unlock()
		case "bid":
			at := time.Now().UnixMicro()
			accepted, err := b.lock.bid(context.Background(), 1, 1)
			if err != nil {
				return
			}
			b.mu.Lock()
			b.tell(s, fmt.Appendf(nil, `{"t":"answer","lot":1,"id":%q,"row":{"accepted":%v,"at_us":%d}}`, m.ID, accepted, at))
			b.bids++
			frame := fmt.Appendf(nil, `{"t":"frame","lot":1,"from":%d,"cursor":%d,"rows":[{"at_us":%d,"pad":"%0400d"}]}`, b.bids-1, b.bids, at, 0)
			for w := range b.watchers {
				b.tell(w, frame)
			}
			b.mu.Unlock()
		}
	}
}

// tell is called with mu held. Who is 4,096 messages behind misses some.
func (b *baselineRoom) tell(s *baselineSocket, text []byte) {
	select {
	case s.send <- text:
	default:
	}
}
