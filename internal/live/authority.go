package live

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/g60-corridor/corridor/internal/auction"
	refusal "github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/feed"
	"github.com/g60-corridor/corridor/internal/money"
)

// Decision is what somebody makes of a pending bid of his company.
type Decision string

const (
	Confirm Decision = "confirm"
	Decline Decision = "decline"
	Cancel  Decision = "cancel" // by who proposed it
)

// Authority says how far viewers may bind their companies, and keeps the bids above that which wait for a second person.
// A *fault.Error whose problem is a code of this package in upper case is told to the client.
type Authority interface {
	// Company is for whom a viewer proposes and confirms; 0 for nobody.
	Company(ctx context.Context, v Viewer) (int, error)
	// Above says whether a bid needs a second person. It is asked for every bid of a socket and is quick.
	Above(ctx context.Context, company int, person int64, lot auction.LotID, amount money.Fen) (bool, error)
	// Propose keeps a bid aside. price is that of the lot.
	Propose(ctx context.Context, v Viewer, lot auction.LotID, bid auction.PlaceBid, price money.Fen) (feed.PendingBid, error)
	// Decide acts upon a pending bid of the viewer's company in that lot.
	Decide(ctx context.Context, v Viewer, lot auction.LotID, id int, d Decision) (feed.PendingBid, error)
	// InLot lists what the viewer's company has waiting in a lot, the newest first.
	InLot(ctx context.Context, v Viewer, lot auction.LotID) ([]feed.PendingBid, error)
}

// What is said of pending bids, to people of that company alone.
type (
	pendingList struct {
		T    string            `json:"t"` // "pending"
		Lot  auction.LotID     `json:"lot"`
		Bids []feed.PendingBid `json:"bids"`
	}
	pendingOne struct {
		T   string          `json:"t"` // "held": the answer to a bid above one's authority; "decided": to a decision
		Lot auction.LotID   `json:"lot"`
		ID  string          `json:"id,omitempty"`
		Bid feed.PendingBid `json:"bid"`
	}
)

// desk is a company in a lot. Its people's sockets hear of what waits there.
type desk struct {
	company int
	lot     auction.LotID
}

// desks are the sockets at each desk. Most watchers sit at none.
type desks struct {
	mu sync.Mutex
	at map[desk]map[*socket]struct{} // guarded by mu
}

func (d *desks) sit(at desk, s *socket) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.at == nil {
		d.at = map[desk]map[*socket]struct{}{}
	}
	if d.at[at] == nil {
		d.at[at] = map[*socket]struct{}{}
	}
	d.at[at][s] = struct{}{}
}

func (d *desks) rise(at desk, s *socket) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if delete(d.at[at], s); len(d.at[at]) == 0 {
		delete(d.at, at)
	}
}

func (d *desks) sitting(at desk) (found []*socket) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for s := range d.at[at] {
		found = append(found, s)
	}
	return found
}

// PendingChanged tells the people of a company who watch a lot what waits there for a second person now.
func (s *Server) PendingChanged(company int, lot auction.LotID) {
	for _, k := range s.desks.sitting(desk{company, lot}) {
		k.showPending(lot, true)
	}
}

// sit finds out for whom this viewer acts, and shows him what waits there. fresh: he knows nothing of the lot yet.
func (s *socket) sit(ctx context.Context, lot auction.LotID, fresh bool) {
	a := s.server.o.Authority
	if a == nil || s.viewer.Person == 0 {
		return
	}
	company, err := a.Company(ctx, s.viewer)
	if err != nil {
		s.server.complain("find the company", lot, err)
		return
	}
	if company == 0 {
		return
	}
	at := desk{company, lot}
	s.server.desks.sit(at, s)
	s.desks = append(s.desks, at)
	s.showPending(lot, !fresh)
}

// rise leaves the desk in a lot.
func (s *socket) rise(lot auction.LotID) {
	for i, at := range s.desks {
		if at.lot == lot {
			s.server.desks.rise(at, s)
			s.desks = append(s.desks[:i], s.desks[i+1:]...)
			return
		}
	}
}

// showPending sends the whole list anew. One at a time, so that an older list never follows a newer one.
func (s *socket) showPending(lot auction.LotID, empty bool) {
	ctx, cancel := context.WithTimeout(s.server.ctx, lookupWait)
	defer cancel()
	s.pending.Lock()
	defer s.pending.Unlock()
	bids, err := s.server.o.Authority.InLot(ctx, s.viewer, lot)
	if err != nil {
		s.server.complain("list pending bids", lot, err)
		return
	}
	if bids == nil {
		bids = []feed.PendingBid{}
	}
	if len(bids) > 0 || empty {
		s.reply(pendingList{T: "pending", Lot: lot, Bids: bids})
	}
}

// held keeps a bid aside that is above its bidder's authority. It returns false for one that is within.
func (s *socket) held(r *request, lot auction.LotID, bid auction.PlaceBid) bool {
	a := s.server.o.Authority
	if a == nil {
		return false
	}
	ctx, cancel := context.WithTimeout(s.server.ctx, lookupWait)
	defer cancel()
	above, err := a.Above(ctx, s.seat.company, s.viewer.Person, lot, bid.AmountFen)
	if err == nil && !above {
		return false
	}
	if err != nil {
		s.refuse(r, lot, &fault{code: s.trouble("ask for the authority", lot, err)})
		return true
	}
	look, err := s.server.o.Hub.Look(ctx, lot, bid.Paddle)
	if err != nil {
		s.refuse(r, lot, &fault{code: s.trouble("look at the lot", lot, err)})
		return true
	}
	for _, row := range look.Rows { // it was within when it was sent first, and this asks for its answer
		if row.Key == bid.Key {
			row.Repeated = true
			s.answered(&answer{T: "answer", Lot: lot, ID: r.id, Row: row})
			return true
		}
	}
	if look.Frame.State.Phase == auction.Closed {
		s.refuse(r, lot, &fault{code: AlreadyClosed})
		return true
	}
	p, err := a.Propose(ctx, s.viewer, lot, bid, look.Frame.State.PriceFen)
	if err != nil {
		s.refuse(r, lot, &fault{code: s.notHeld(lot, err)})
		return true
	}
	s.reply(pendingOne{T: "held", Lot: lot, ID: r.id, Bid: p})
	return true
}

// decide acts upon a pending bid, aside: the saleroom may take its time. One decision at a time.
func (s *socket) decide(r *request) {
	lot, bad := r.lotID()
	if bad != nil {
		s.refuse(r, 0, bad)
		return
	}
	id, bad := r.pendingID()
	switch {
	case bad != nil:
		s.refuse(r, lot, bad)
		return
	case s.viewer.Person == 0:
		s.refuse(r, lot, &fault{code: SignInRequired})
		return
	case s.server.o.Authority == nil:
		s.refuse(r, lot, &fault{code: NoSuchPending})
		return
	case !s.deciding.CompareAndSwap(false, true):
		s.refuse(r, lot, &fault{code: Busy})
		return
	}
	message, what := r.id, Decision(r.t) // what else r holds lies in a buffer that is used again
	s.server.tasks.Add(1)
	go func() {
		defer s.server.tasks.Done()
		defer s.deciding.Store(false)
		ctx, cancel := context.WithTimeout(s.server.ctx, s.server.limits.AnswerWait+time.Second)
		defer cancel()
		p, err := s.server.o.Authority.Decide(ctx, s.viewer, lot, id, what)
		if err != nil {
			s.refuse(&request{id: message}, lot, &fault{code: s.notHeld(lot, err)})
			return
		}
		s.reply(pendingOne{T: "decided", Lot: lot, ID: message, Bid: p})
	}()
}

// notHeld says what an error of the authority means to the client.
func (s *socket) notHeld(lot auction.LotID, err error) Code {
	var e *refusal.Error
	if errors.As(err, &e) {
		if c := Code(strings.ToLower(string(e.Problem))); said[c] != [2]string{} {
			return c
		}
		switch e.Code {
		case refusal.UnknownYet:
			return UnknownOutcome
		case refusal.Unavailable:
			return Busy
		case refusal.SignIn:
			return SignInRequired
		case refusal.Forbidden:
			return NotABidder
		}
	}
	s.server.complain("keep a bid aside", lot, err)
	return Unavailable
}

// atDesk is what a socket needs for pending bids.
type atDesk struct {
	desks    []desk      // owned by the reader
	pending  sync.Mutex  // held while a list is read and sent
	deciding atomic.Bool // a decision is under way
}
