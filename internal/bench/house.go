package bench

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/hub"
	"github.com/g60-corridor/corridor/internal/live"
	"github.com/g60-corridor/corridor/internal/saleroom"
	"github.com/g60-corridor/corridor/internal/store"
)

const hotLot auction.LotID = 1

// house is the product without its pages: log, saleroom, hub and sockets, put together as `corridor serve` does. Only
// the limits on a single client are wider, for here one client is many people.
type house struct {
	db     *store.DB
	floor  *saleroom.Floor
	hub    *hub.Hub
	live   *live.Server
	server *http.Server
	listen net.Listener
	ended  chan struct{}
}

func openHouse(ctx context.Context, url string, bidders int) (*house, error) {
	db, err := store.Open(ctx, url)
	if err != nil {
		return nil, err
	}
	if err := db.Migrate(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	vault, err := newVault()
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	h := &house{db: db, ended: make(chan struct{})}
	log := db.Log(vault, func(lot auction.LotID, seq auction.Seq) { h.hub.Ring(lot, seq) })
	h.hub = hub.New(log, hub.Options{})
	h.floor = saleroom.NewFloor(log, saleroom.Options{})
	const unlimited = 1 << 30
	h.live = live.NewServer(live.Options{
		Hub: h.hub, Saleroom: h.floor, Bidders: h, Log: slog.Default(),
		Authenticate: func(r *http.Request) (live.Viewer, error) {
			c, err := r.Cookie("bidder")
			if err != nil {
				return live.Viewer{}, nil
			}
			return live.Viewer{Person: 1, Session: c.Value}, nil
		},
		Limits: live.Limits{
			MessagesPerSecond: unlimited, MessageBurst: unlimited, BytesPerSecond: unlimited, BytesBurst: unlimited,
			Sockets: unlimited, SocketsPerAddress: unlimited,
		},
	})
	if err := openLot(ctx, h.floor, hotLot, bidders); err != nil {
		return nil, err
	}
	if h.listen, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	h.server = &http.Server{Handler: h.live, ReadHeaderTimeout: time.Minute}
	go func() { defer close(h.ended); _ = h.server.Serve(h.listen) }()
	return h, nil
}

// Paddle implements live.Bidders: the cookie names the code.
func (h *house) Paddle(_ context.Context, v live.Viewer, _ auction.LotID) (auction.Paddle, error) {
	return auction.Paddle(v.Session), nil
}

func (h *house) address() string { return h.listen.Addr().String() }

func (h *house) close() {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	_ = h.live.Close(ctx)
	_ = h.server.Close()
	<-h.ended
	_ = h.floor.Close(ctx)
	h.hub.Close()
	_ = h.db.Close()
}
