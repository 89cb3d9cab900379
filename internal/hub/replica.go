package hub

import (
	"time"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/feed"
)

// replica is a lot as this node knows it: what the public sees, and the newest attempts of each bidder.
type replica struct {
	*feed.Follower
	shown feed.Cursor // the cursor that the watchers were told last
	own   map[auction.Paddle]*attempts
}

// attempts are the newest attempts of one bidder: a ring once there are ownRowsKept.
type attempts struct {
	rows []feed.OwnRow
	n    int // attempts so far
}

func (a *attempts) add(row feed.OwnRow) {
	if len(a.rows) < ownRowsKept {
		a.rows = append(a.rows, row)
	} else {
		a.rows[a.n%ownRowsKept] = row
	}
	a.n++
}

func newReplica(lot auction.LotID) *replica {
	return &replica{Follower: feed.NewFollower(lot), own: map[auction.Paddle]*attempts{}}
}

// apply takes the next entry. It returns whom the entry concerns besides the public, and how many attempts of his
// it holds. The error is a gap in the log.
func (r *replica) apply(e auction.Entry) (paddle auction.Paddle, count int, err error) {
	if e.Seq <= r.Seq() {
		return "", 0, nil
	}
	if err := r.Apply(e); err != nil {
		return "", 0, err
	}
	switch ev := e.Event.(type) {
	case auction.BidderAdmitted:
		return ev.Paddle, 0, nil
	case auction.BidderSuspended:
		return ev.Paddle, 0, nil
	}
	paddle, row, ok := feed.OwnRowOf(e)
	if !ok {
		return "", 0, nil
	}
	a := r.own[paddle]
	if a == nil {
		if _, admitted := r.State().Bidder(paddle); !admitted {
			return "", 0, nil // an attempt under a code that was never admitted is nobody's
		}
		a = &attempts{}
		r.own[paddle] = a
	}
	a.add(row)
	return paddle, 1, nil
}

// ownRows returns the newest attempts of a bidder, at most count, oldest first.
func (r *replica) ownRows(p auction.Paddle, count int) []feed.OwnRow {
	rows := []feed.OwnRow{}
	if a := r.own[p]; a != nil {
		for i := max(0, a.n-ownRowsKept, a.n-count); i < a.n; i++ {
			rows = append(rows, a.rows[i%ownRowsKept])
		}
	}
	return rows
}

// holding is what a bidder has standing; only the code is set if it was not admitted.
func (r *replica) holding(p auction.Paddle) feed.Holding {
	h, ok := feed.HoldingOf(r.State(), p)
	if !ok {
		h.Paddle = p
	}
	return h
}

func instant(t time.Time) auction.Instant { return auction.InstantOf(t) }
