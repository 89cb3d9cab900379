package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/money"
)

// serveWatch serves one lot to watchers: the whole product, with a durable log in SQLite.
func serveWatch(ctx context.Context, _ json.RawMessage) (service, error) {
	dir, err := os.MkdirTemp("", "corridor-bench-")
	if err != nil {
		return nil, err
	}
	h, err := openHouse(ctx, "sqlite:"+filepath.Join(dir, "bench.db"), 2)
	if err != nil {
		return nil, err
	}
	return &watchHouse{house: h, dir: dir}, nil
}

type watchHouse struct {
	*house
	dir  string
	bids int
}

func (w *watchHouse) close() {
	w.house.close()
	_ = os.RemoveAll(w.dir)
}

// do understands "bid RATE SECONDS": so many bids a second, evenly, each acknowledged before the next.
func (w *watchHouse) do(ctx context.Context, line string) (any, error) {
	perSecond, span, err := pace(line, "bid")
	if err != nil {
		return nil, err
	}
	done := 0
	err = evenly(ctx, perSecond, span, func() error {
		w.bids++
		done++
		bid := auction.PlaceBid{
			Paddle: paddle(w.bids % 2), Kind: auction.Plain, AmountFen: startFen + money.Fen(w.bids)*stepFen,
		}
		copy(bid.Key[:], strconv.Itoa(w.bids))
		a, err := w.floor.Submit(ctx, hotLot, bid)
		if err != nil {
			return err
		}
		if _, ok := a.Entry.Event.(auction.BidAccepted); !ok {
			return fmt.Errorf("a bid was not accepted: %#v", a.Entry.Event)
		}
		return nil
	})
	return map[string]int{"done": done}, err
}

// pace reads "VERB PER-SECOND SECONDS".
func pace(line, verb string) (perSecond float64, span time.Duration, err error) {
	f := strings.Fields(line)
	if len(f) != 3 || f[0] != verb {
		return 0, 0, fmt.Errorf("not understood: %q", line)
	}
	if perSecond, err = strconv.ParseFloat(f[1], 64); err != nil {
		return 0, 0, err
	}
	seconds, err := strconv.ParseFloat(f[2], 64)
	return perSecond, time.Duration(seconds * float64(time.Second)), err
}

// evenly does something so many times a second. What is late is done at once, and not made up for.
func evenly(ctx context.Context, perSecond float64, span time.Duration, do func() error) error {
	every := time.Duration(float64(time.Second) / perSecond)
	end := time.Now().Add(span)
	for next := time.Now(); next.Before(end) && ctx.Err() == nil; {
		pause(ctx, time.Until(next))
		if err := do(); err != nil {
			return err
		}
		if next = next.Add(every); time.Now().After(next) {
			next = time.Now()
		}
	}
	return ctx.Err()
}

// serveBare is the floor under all of it: a loop that writes the same bytes to each of as many TCP sockets.
func serveBare(_ context.Context, settings json.RawMessage) (service, error) {
	b := &bare{}
	if err := json.Unmarshal(settings, &b.settings); err != nil {
		return nil, err
	}
	var err error
	if b.listen, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		return nil, err
	}
	b.at = bytes.Index(b.settings.Frame, []byte(`"at_us":`)) + len(`"at_us":`)
	if b.at < len(`"at_us":`) {
		return nil, fmt.Errorf("no time in the frame %q", b.settings.Frame)
	}
	go b.accept()
	return b, nil
}

type bareSettings struct {
	Frame []byte `json:"frame"` // one frame of the product, to be sent with the time of sending in it
}

type bare struct {
	settings bareSettings
	at       int // where the 16 digits of the time stand
	listen   net.Listener

	mu    sync.Mutex
	conns []net.Conn
}

func (b *bare) accept() {
	for {
		c, err := b.listen.Accept()
		if err != nil {
			return
		}
		b.mu.Lock()
		b.conns = append(b.conns, c)
		b.mu.Unlock()
	}
}

func (b *bare) address() string { return b.listen.Addr().String() }

// do understands "write RATE SECONDS".
func (b *bare) do(ctx context.Context, line string) (any, error) {
	perSecond, span, err := pace(line, "write")
	if err != nil {
		return nil, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	done := 0
	frame := b.settings.Frame
	err = evenly(ctx, perSecond, span, func() error {
		done++
		copy(frame[b.at:], strconv.FormatInt(time.Now().UnixMicro(), 10))
		here := b.conns[:0]
		for _, c := range b.conns {
			if _, err := c.Write(frame); err != nil {
				_ = c.Close() // the peer has gone
				continue
			}
			here = append(here, c)
		}
		b.conns = here
		return nil
	})
	return map[string]int{"done": done}, err
}

func (b *bare) close() {
	_ = b.listen.Close()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, c := range b.conns {
		_ = c.Close()
	}
}
