package live

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/feed"
	"github.com/g60-corridor/corridor/internal/hub"
)

// lookupWait is the longest that a socket's reader waits for who bids where.
const lookupWait = 5 * time.Second

func (s *socket) greet() {
	l := &s.server.limits
	s.reply(hello{
		T: "hello", NowUS: time.Now().UnixMicro(), HeartbeatS: int64(l.Heartbeat / time.Second),
		SignedIn: s.viewer.Person != 0,
		Limits: helloLimits{
			MessageBytes: l.MessageBytes, MessagesPerSecond: l.MessagesPerSecond, MessageBurst: l.MessageBurst,
			Lots: l.LotsPerSocket,
		},
	})
}

func (s *socket) handle(r *request) {
	switch r.t {
	case "watch":
		s.watch(r)
	case "leave":
		s.leave(r)
	case "bid":
		s.bid(r)
	case "confirm", "decline", "cancel":
		s.decide(r)
	case "ping":
		s.reply(pong{T: "pong", ID: r.id, NowUS: time.Now().UnixMicro()})
	default:
		s.refuse(r, 0, &fault{UnknownType, "t"})
	}
}

func (s *socket) watching(lot auction.LotID) *hub.Subscription {
	for _, sub := range s.lots {
		if sub.Lot() == lot {
			return sub
		}
	}
	return nil
}

// watch begins to watch a lot, or begins again at another cursor.
func (s *socket) watch(r *request) {
	lot, bad := r.lotID()
	if bad != nil {
		s.refuse(r, 0, bad)
		return
	}
	cursor, own, bad := r.since()
	if bad != nil {
		s.refuse(r, lot, bad)
		return
	}
	if s.watching(lot) != nil {
		s.cancel(lot)
	} else if len(s.lots) >= s.server.limits.LotsPerSocket {
		s.refuse(r, lot, &fault{code: TooManyLots})
		return
	}
	ctx, cancel := context.WithTimeout(s.server.ctx, lookupWait)
	defer cancel()
	paddle, err := s.paddle(ctx, lot)
	if err == nil {
		var sub *hub.Subscription
		sub, err = s.server.o.Hub.Subscribe(ctx, lot, hub.Since{Cursor: cursor, Paddle: paddle, Own: own}, s)
		if err == nil {
			s.lots = append(s.lots, sub)
			s.sit(ctx, lot, cursor == 0)
			return
		}
	}
	s.refuse(r, lot, &fault{code: s.trouble("watch a lot", lot, err)})
}

// paddle finds under which code this viewer bids in a lot.
func (s *socket) paddle(ctx context.Context, lot auction.LotID) (auction.Paddle, error) {
	if s.viewer.Person == 0 {
		return "", nil
	}
	return s.server.o.Bidders.Paddle(ctx, s.viewer, lot)
}

// trouble chooses the code for an error that is not the client's fault, and records it once.
func (s *socket) trouble(what string, lot auction.LotID, err error) Code {
	if errors.Is(err, hub.ErrUnknownLot) {
		return UnknownLot
	}
	s.server.complain(what, lot, err)
	return Unavailable
}

func (s *socket) leave(r *request) {
	lot, bad := r.lotID()
	if bad != nil {
		s.refuse(r, 0, bad)
		return
	}
	s.cancel(lot)
	s.reply(left{T: "left", Lot: lot})
}

func (s *socket) cancel(lot auction.LotID) {
	s.rise(lot)
	for i := range s.lots {
		if s.lots[i].Lot() == lot {
			s.lots[i].Cancel()
			s.lots[i] = s.lots[len(s.lots)-1]
			s.lots[len(s.lots)-1] = nil
			s.lots = s.lots[:len(s.lots)-1]
			return
		}
	}
}

// bid hands a bid in. What is no bid at all is refused here; everything else is decided, and recorded, by the
// engine.
func (s *socket) bid(r *request) {
	lot, bad := r.lotID()
	if bad != nil {
		s.refuse(r, 0, bad)
		return
	}
	bid, bad := r.bid()
	if bad != nil {
		s.refuse(r, lot, bad)
		return
	}
	if bid.Paddle, bad = s.bidder(lot); bad != nil {
		s.refuse(r, lot, bad)
		return
	}
	if s.held(r, lot, bid) {
		return
	}
	id := r.id // what else r holds lies in a buffer that is used again
	var answered atomic.Bool
	timeout := time.AfterFunc(s.server.limits.AnswerWait, func() {
		if answered.CompareAndSwap(false, true) {
			s.refuse(&request{id: id}, lot, &fault{code: UnknownOutcome})
		}
	})
	s.server.o.Saleroom.Bid(lot, bid, func(e auction.Entry, repeated bool, err error) {
		timeout.Stop()
		if !answered.CompareAndSwap(false, true) {
			return
		}
		if err != nil {
			s.refuse(&request{id: id}, lot, &fault{code: s.codeOf(lot, err)})
			return
		}
		paddle, row, ok := feed.OwnRowOf(e)
		switch {
		case !ok || paddle != bid.Paddle: // never show one bidder another's receipt
			s.server.complain("answer a bid", lot, errors.New("the entry is not this bidder's"))
			s.refuse(&request{id: id}, lot, &fault{code: Internal})
		default:
			row.Repeated = repeated
			s.answered(&answer{T: "answer", Lot: lot, ID: id, Row: row})
		}
	})
}

// bidder returns the code under which this socket bids, or why it may not.
func (s *socket) bidder(lot auction.LotID) (auction.Paddle, *fault) {
	if s.viewer.Person == 0 {
		return "", &fault{code: SignInRequired}
	}
	now := time.Now().UnixNano()
	if s.seat.lot == lot && s.seat.paddle != "" && now-s.seat.asked < int64(s.server.limits.SeatHolds) {
		return s.seat.paddle, nil
	}
	ctx, cancel := context.WithTimeout(s.server.ctx, lookupWait)
	defer cancel()
	paddle, err := s.paddle(ctx, lot)
	w := s.watching(lot)
	if err == nil && paddle == "" && w == nil {
		_, err = s.server.o.Hub.Look(ctx, lot, "") // tell "no such lot" from "not your lot"
	}
	if err != nil {
		return "", &fault{code: s.trouble("find the bidder", lot, err)}
	}
	company := 0
	if a := s.server.o.Authority; a != nil && paddle != "" {
		if company, err = a.Company(ctx, s.viewer); err != nil {
			return "", &fault{code: s.trouble("find the company", lot, err)}
		}
	}
	s.seat = seat{lot, paddle, now, company}
	if w != nil { // he may have been admitted, or lost his mandate, while he watched
		w.Seat(paddle)
	}
	if paddle == "" {
		return "", &fault{code: NotABidder}
	}
	return paddle, nil
}

// codeOf says what an error of the saleroom means to the bidder. When in doubt the outcome is unknown: asking
// again with the same key is always safe.
func (s *socket) codeOf(lot auction.LotID, err error) Code {
	if s.server.o.CodeOf != nil {
		if c := s.server.o.CodeOf(err); c != "" {
			return c
		}
	}
	if !errors.Is(err, auction.ErrUnknown) {
		s.server.complain("take a bid", lot, err)
	}
	return UnknownOutcome
}
