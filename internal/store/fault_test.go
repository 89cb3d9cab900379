package store_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/store"
	"github.com/g60-corridor/corridor/internal/store/storetest"
)

// What an append says of itself is true, whatever happens to the connection and when.
func TestAppendOverALineThatFails(t *testing.T) {
	const small, large = 3, 1000
	const copyDone = "c\x00\x00\x00\x04"
	for _, c := range []struct {
		name    string
		size    int
		ends    bool   // the lot, which takes a transaction
		trigger string // the fault happens to what first holds this
		fault   lineFault
		stored  bool
		unknown bool
	}{
		{"statement, cut before it arrives", small, false, "", cutBefore, false, true},
		{"statement, cut before its answer", small, false, "", cutAfter, true, true},
		{"statement, answer too late", small, false, "", hold, true, true},
		{"copy, cut before it arrives", large, false, "COPY", cutBefore, false, true},
		{"copy, cut while copying", large, false, "COPY", cutAfter, false, true},
		{"copy, cut before its end arrives", large, false, copyDone, cutBefore, false, true},
		{"copy, cut before its answer", large, false, copyDone, cutAfter, true, true},
		{"copy, answer too late", large, false, copyDone, hold, true, true},
		{"transaction, cut at BEGIN", small, true, "BEGIN", cutBefore, false, false},
		{"transaction, cut at its marks", small, true, "lot_seal", cutAfter, false, false},
		{"transaction, cut before COMMIT arrives", small, true, "COMMIT", cutBefore, false, true},
		{"transaction, cut before the answer to COMMIT", small, true, "COMMIT", cutAfter, true, true},
		{"transaction, answer to COMMIT too late", large, true, "COMMIT", hold, true, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			address := storetest.PostgresURL(t)
			l := newLine(t, address)
			db, err := store.Open(t.Context(), l.url(t, address))
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			if err := db.Migrate(t.Context()); err != nil {
				t.Fatal(err)
			}
			log := db.Log(vault(t), nil)
			first, err := log.Append(t.Context(), 1, auction.Position{}, admitted(0, 1))
			if err != nil {
				t.Fatal(err)
			}
			second, err := log.Append(t.Context(), 1, end(first), admitted(1, c.size)) // prepares the statement
			if err != nil {
				t.Fatal(err)
			}
			pos := end(second)

			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			l.arm(c.trigger, c.fault, cancel)
			batch := admitted(pos.Seq, c.size)
			if c.ends {
				batch[c.size-1].Event = auction.LotAnnulled{Cause: auction.Intrusion}
			}
			_, err = log.Append(ctx, 1, pos, batch)
			l.disarm()
			if err == nil || errors.Is(err, auction.ErrFenced) || errors.Is(err, auction.ErrUnknown) != c.unknown {
				t.Errorf("append: %v", err)
			}
			want := 0
			if c.stored {
				want = c.size
			}
			if got := seen(t, address, pos.Seq, want); got != want {
				t.Errorf("%d entries of %d are stored", got, c.size)
			}
			tail, err := log.Read(t.Context(), 1, pos.Seq, 2*c.size)
			if err != nil {
				t.Fatal(err)
			}
			if len(tail) > 0 {
				pos = end(tail)
			}
			if _, err := log.Append(t.Context(), 1, pos, admitted(pos.Seq, c.size)); err != nil {
				t.Errorf("append when the line is whole again: %v", err)
			}
		})
	}
}

// seen counts the entries after a position, by a connection of its own, once no transaction is left that could add any. A
// server that has not yet read what was sent to it looks idle as well: it is given time to come to what is wanted.
func seen(t *testing.T, address string, after auction.Seq, want int) int {
	t.Helper()
	db, err := store.Open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	log := db.Log(vault(t), nil)
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		var busy int
		err := db.SQL().QueryRow(`SELECT count(*) FROM pg_stat_activity
			WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'`).Scan(&busy)
		if err != nil {
			t.Fatal(err)
		}
		if busy > 0 {
			continue
		}
		entries, err := log.Read(t.Context(), 1, after, 1<<20)
		if err != nil {
			t.Fatal(err)
		}
		if len(entries) == want || time.Now().After(end) {
			return len(entries)
		}
	}
}

type lineFault int

const (
	cutBefore lineFault = iota // what triggers it never arrives
	cutAfter                   // it arrives, and the answer is lost
	hold                       // it arrives, and nobody waits for the answer any longer
)

// line passes bytes between the store and a server until it is told to fail.
type line struct {
	listener net.Listener
	server   string

	mu      sync.Mutex
	armed   bool
	quiet   bool // answers are held back
	trigger []byte
	fault   lineFault
	cancel  func()
	conns   []net.Conn
}

func newLine(t *testing.T, address string) *line {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := &line{listener: listener, server: u.Host}
	go l.serve()
	t.Cleanup(func() {
		listener.Close()
		l.mu.Lock()
		defer l.mu.Unlock()
		for _, c := range l.conns {
			c.Close()
		}
	})
	return l
}

// url is the server's address by way of this line.
func (l *line) url(t *testing.T, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	u.Host = l.listener.Addr().String()
	return u.String()
}

// cancelRequest is how a client that gives up asks the server to stop, over a connection of its own. The line drops it:
// whether it comes in time is luck, and a test has none.
const cancelRequest = 80877102

func (l *line) serve() {
	for {
		client, err := l.listener.Accept()
		if err != nil {
			return
		}
		hello := make([]byte, 8) // length and code of the first message
		if _, err := io.ReadFull(client, hello); err != nil || binary.BigEndian.Uint32(hello[4:]) == cancelRequest {
			client.Close()
			continue
		}
		server, err := net.Dial("tcp", l.server)
		if err != nil {
			client.Close()
			continue
		}
		if _, err := server.Write(hello); err != nil {
			client.Close()
			server.Close()
			continue
		}
		l.mu.Lock()
		l.conns = append(l.conns, client, server)
		l.mu.Unlock()
		go l.toServer(client, server.(*net.TCPConn))
		go l.toClient(client, server)
	}
}

func (l *line) toServer(client net.Conn, server *net.TCPConn) {
	defer server.CloseWrite() // it takes in what it was sent, and then sees the end
	buf := make([]byte, 64<<10)
	for {
		n, err := client.Read(buf)
		if err != nil {
			return
		}
		fault, cancel, now := l.due(buf[:n])
		if now && fault != hold {
			client.Close()
			if fault == cutAfter {
				_, _ = server.Write(buf[:n])
			}
			return
		}
		if _, err := server.Write(buf[:n]); err != nil {
			client.Close()
			return
		}
		if now {
			cancel()
		}
	}
}

func (l *line) toClient(client, server net.Conn) {
	defer server.Close()
	defer client.Close()
	buf := make([]byte, 64<<10)
	for {
		n, err := server.Read(buf)
		if err != nil {
			return
		}
		l.mu.Lock()
		quiet := l.quiet
		l.mu.Unlock()
		if !quiet {
			_, _ = client.Write(buf[:n]) // a client that is gone does not stop the server from being read
		}
	}
}

func (l *line) due(data []byte) (lineFault, func(), bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.armed || !bytes.Contains(data, l.trigger) {
		return 0, nil, false
	}
	l.armed, l.quiet = false, l.fault == hold
	return l.fault, l.cancel, true
}

func (l *line) arm(trigger string, fault lineFault, cancel func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.armed, l.trigger, l.fault, l.cancel = true, []byte(trigger), fault, cancel
}

func (l *line) disarm() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.armed {
		panic(fmt.Sprintf("the line never carried %q", l.trigger))
	}
	l.quiet = false
}
