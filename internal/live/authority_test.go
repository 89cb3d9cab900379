package live_test

import (
	"context"
	"strings"
	"sync"
	"testing"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/feed"
	"github.com/g60-corridor/corridor/internal/hub/hubtest"
	"github.com/g60-corridor/corridor/internal/live"
	"github.com/g60-corridor/corridor/internal/money"
)

// firm is the authority of one company: sessions "A-…" belong to it, and it lets nobody bid more than limit alone.
type firm struct {
	house *hubtest.House
	limit money.Fen
	rung  func(company int, lot auction.LotID)

	mu    sync.Mutex
	asked int               // guarded by mu
	bids  []feed.PendingBid // guarded by mu
	by    []string          // guarded by mu; who proposed each
}

const company = 5

func (f *firm) Company(_ context.Context, v live.Viewer) (int, error) {
	if strings.HasPrefix(v.Session, "A-") {
		return company, nil
	}
	return 0, nil
}

func (f *firm) Above(_ context.Context, of int, _ int64, _ auction.LotID, amount money.Fen) (bool, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked++
	return of == company && amount > f.limit, nil
}

func (f *firm) Propose(_ context.Context, v live.Viewer, l auction.LotID, bid auction.PlaceBid, price money.Fen) (feed.PendingBid, error) {
	if bid.AmountFen > 10*price && !bid.Confirmed {
		return feed.PendingBid{}, fault.New(fault.Conflict, "NEEDS_CONFIRMATION", "")
	}
	f.mu.Lock()
	f.bids = append(f.bids, feed.PendingBid{ID: len(f.bids) + 1, Key: bid.Key, BidKind: bid.Kind, AmountFen: bid.AmountFen, State: feed.Waiting})
	f.by = append(f.by, v.Session)
	p := f.bids[len(f.bids)-1]
	f.mu.Unlock()
	p.Mine = true
	f.rung(company, l)
	return p, nil
}

func (f *firm) Decide(ctx context.Context, v live.Viewer, l auction.LotID, id int, d live.Decision) (feed.PendingBid, error) {
	if of, _ := f.Company(ctx, v); of != company || id > len(f.bids) {
		return feed.PendingBid{}, fault.New(fault.NotFound, "NO_SUCH_PENDING", "")
	}
	f.mu.Lock()
	p := &f.bids[id-1]
	if p.State != feed.Waiting {
		defer f.mu.Unlock()
		return feed.PendingBid{}, fault.New(fault.Conflict, fault.Problem("PENDING_"+p.State), "")
	}
	p.State = map[live.Decision]feed.PendingState{live.Confirm: feed.Confirmed, live.Decline: feed.Declined, live.Cancel: feed.Cancelled}[d]
	done := *p
	f.mu.Unlock()
	if d == live.Confirm {
		answered := make(chan auction.Entry, 1)
		f.house.Bid(l, auction.PlaceBid{Paddle: "A", Key: p.Key, Kind: p.BidKind, AmountFen: p.AmountFen}, func(e auction.Entry, _ bool, _ error) { answered <- e })
		_, row, _ := feed.OwnRowOf(<-answered)
		done.Row = &row
	}
	f.rung(company, l)
	return done, nil
}

func (f *firm) InLot(_ context.Context, v live.Viewer, _ auction.LotID) ([]feed.PendingBid, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	all := append([]feed.PendingBid(nil), f.bids...)
	for i := range all {
		all[i].Mine = f.by[i] == v.Session
	}
	return all, nil
}

func limited(t *testing.T) (*hall, *firm) {
	f := &firm{limit: 101_000_000}
	h := open(t, func(o *live.Options) { o.Authority = f })
	f.house, f.rung = h.house, h.live.PendingChanged
	return h, f
}

// only reads until a message of the kind comes, and fails on any of the kinds that must not.
func (c *client) only(kind string, never ...string) map[string]any {
	c.t.Helper()
	for {
		m := c.read()
		if m["t"] == kind {
			return m
		}
		for _, n := range never {
			if m["t"] == n {
				c.t.Fatalf("%v came before %s", m, kind)
			}
		}
	}
}

func TestBidAboveAuthorityIsHeldAndConfirmed(t *testing.T) {
	h, f := limited(t)
	agent, second, rival := h.dial("A-1"), h.dial("A-2"), h.dial("B-1")
	for _, c := range []*client{agent, second, rival} {
		c.say(`{"t":"watch","lot":7}`)
		c.only("own", "pending")
	}
	key := "0123456789abcdef0123456789abcdef"
	agent.say(`{"t":"bid","lot":7,"id":"x","key":%q,"kind":"PLAIN","amount_fen":110000000}`, key)
	held := agent.only("held", "answer", "error")
	if bid := held["bid"].(map[string]any); held["id"] != "x" || bid["state"] != "WAITING" || bid["mine"] != true || bid["key"] != key {
		t.Fatalf("%v", held)
	}
	asked := second.only("pending", "answer", "own")["bids"].([]any)[0].(map[string]any)
	if asked["amount_fen"] != 110_000_000.0 || asked["mine"] != false {
		t.Fatalf("%v", asked)
	}
	second.say(`{"t":"confirm","lot":7,"id":"y","pending":1}`)
	done := second.only("decided", "error")
	if row, _ := done["bid"].(map[string]any)["row"].(map[string]any); row == nil || row["accepted"] != true || row["key"] != key {
		t.Fatalf("%v", done)
	}
	agent.only("own") // the proposer's socket gets the receipt like that of any bid
	second.say(`{"t":"confirm","lot":7,"id":"z","pending":1}`)
	if no := second.only("error"); no["code"] != "pending_confirmed" || no["id"] != "z" {
		t.Fatalf("%v", no)
	}
	// The rival hears of the bid, never of what waited, and decides nothing.
	rival.only("frame", "pending", "held")
	rival.say(`{"t":"confirm","lot":7,"pending":1}`)
	if no := rival.only("error", "pending", "decided"); no["code"] != "no_such_pending" {
		t.Fatalf("%v", no)
	}
	// The same key again, now that it is in the log, gets its answer.
	agent.say(`{"t":"bid","lot":7,"id":"again","key":%q,"kind":"PLAIN","amount_fen":110000000}`, key)
	if row := agent.only("answer", "held", "error")["row"].(map[string]any); row["repeated"] != true || row["accepted"] != true {
		t.Fatalf("%v", row)
	}
	if f.asked != 2 { // nobody asked for the rival, who did not bid
		t.Errorf("asked %d times", f.asked)
	}
}

func TestBidWithinAuthorityIsAnswered(t *testing.T) {
	h, _ := limited(t)
	c := h.dial("A-1")
	c.say(`{"t":"bid","lot":7,"key":"0123456789abcdef0123456789abcdef","kind":"PLAIN","amount_fen":100000000}`)
	if row := c.only("answer", "held", "error")["row"].(map[string]any); row["accepted"] != true {
		t.Fatalf("%v", row)
	}
}

func TestWhatIsNotHeld(t *testing.T) {
	h, _ := limited(t)
	c := h.dial("A-1")
	c.say(`{"t":"bid","lot":7,"key":"0123456789abcdef0123456789abcdef","kind":"MAXIMUM","amount_fen":3000000000}`)
	if no := c.only("error", "held", "answer"); no["code"] != "needs_confirmation" {
		t.Fatalf("%v", no)
	}
	for say, code := range map[string]string{
		`{"t":"confirm","lot":7}`:                   "bad_pending",
		`{"t":"decline","lot":7,"pending":0}`:       "bad_pending",
		`{"t":"cancel","lot":7,"pending":"1"}`:      "bad_pending",
		`{"t":"cancel","lot":0,"pending":1}`:        "bad_lot",
		`{"t":"confirm","lot":7,"pending":9999999}`: "no_such_pending",
	} {
		c.say("%s", say)
		if no := c.only("error"); no["code"] != code {
			t.Errorf("%s: %v", say, no)
		}
	}
	visitor := h.dial("")
	visitor.say(`{"t":"confirm","lot":7,"pending":1}`)
	if no := visitor.only("error"); no["code"] != "sign_in_required" {
		t.Fatalf("%v", no)
	}
}

// Who comes later, or comes back, is shown what waits, and it ends with his watching.
func TestPendingIsShownToWhoComesLater(t *testing.T) {
	h, f := limited(t)
	agent := h.dial("A-1")
	agent.say(`{"t":"bid","lot":7,"key":"0123456789abcdef0123456789abcdef","kind":"PLAIN","amount_fen":110000000}`)
	agent.only("held")
	late := h.dial("A-2")
	late.say(`{"t":"watch","lot":7}`)
	if bids := late.only("pending")["bids"].([]any); len(bids) != 1 {
		t.Fatalf("%v", bids)
	}
	late.say(`{"t":"leave","lot":7}`)
	late.only("left")
	f.rung(company, 7)
	late.say(`{"t":"ping","id":"p"}`)
	late.only("pong", "pending")
}
