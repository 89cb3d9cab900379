package bench

import (
	"context"
	"errors"
	"fmt"
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
		Hub: h.hub, Saleroom: h.floor, Bidders: h, CodeOf: codeOf,
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
	if err := h.sell(ctx, bidders); err != nil {
		return nil, err
	}
	if h.listen, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	h.server = &http.Server{Handler: h.live, ReadHeaderTimeout: time.Minute}
	go func() { defer close(h.ended); _ = h.server.Serve(h.listen) }()
	return h, nil
}

// sell publishes the lot, admits the bidders and opens it. Any bid from the start price on is accepted: bids of many
// sockets overtake one another on their way, and a lot in which nearly all are refused for that would measure another
// thing than the baseline, whose bids name no amount.
func (h *house) sell(ctx context.Context, bidders int) error {
	terms := hotTerms()
	terms.Grid = auction.NoGrid
	terms.Jump = auction.Jump{}
	commands := []auction.Command{auction.Publish{Terms: terms}}
	for i := range bidders {
		commands = append(commands, auction.AdmitBidder{Paddle: paddle(i), Identity: "load test"})
	}
	for _, c := range append(commands, auction.Open{}) {
		a, err := h.floor.Submit(ctx, hotLot, c)
		if err != nil {
			return fmt.Errorf("open the lot: %w", err)
		}
		if no, refused := a.Entry.Event.(auction.CommandRefused); refused {
			return fmt.Errorf("open the lot: %s: %s", no.Command, no.Reason)
		}
	}
	return nil
}

// codeOf says what an error of the saleroom means to a client.
func codeOf(err error) live.Code {
	switch {
	case errors.Is(err, saleroom.ErrBusy):
		return live.Busy
	case errors.Is(err, saleroom.ErrClosed):
		return live.Unavailable
	}
	return "" // unknown_outcome
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
