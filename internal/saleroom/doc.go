// Package saleroom serves the lots: it stamps the time of a command, puts commands in order, decides them, stores the
// outcome in the lot's log and only then answers.
//
// A Desk is the synchronous core of one lot. It does no I/O and reads no clock: it says what it wants of the log (Next)
// and is told what became of it (Appended, WasRead). The simulator drives it step by step. A Room is a desk with a
// goroutine, a mailbox and a timer; the Floor is all rooms of the house.
//
// Any number of nodes may serve a lot. Whoever writes second is fenced, reads what the other wrote and decides again.
//
// It may import auction and nothing else of the house; never ent, pgx, hub, live or site.
package saleroom

import (
	"context"
	"errors"
	"time"

	"github.com/g60-corridor/corridor/internal/auction"
)

// Log is where the facts of all lots are kept.
type Log interface {
	// Append stores a batch in one commit right after a position and returns it with Leaf and Head filled in.
	// auction.ErrFenced says that another writer was there first, auction.ErrUnknown that nobody knows whether it
	// was stored; after any other error it was not.
	Append(ctx context.Context, lot auction.LotID, after auction.Position, batch []auction.Entry) ([]auction.Entry, error)
	// Read returns up to limit entries after a position, oldest first.
	Read(ctx context.Context, lot auction.LotID, after auction.Seq, limit int) ([]auction.Entry, error)
	// Unended lists the lots that have a log and no end.
	Unended(ctx context.Context) ([]auction.LotID, error)
	// Pulse leaves a sign of life of a node.
	Pulse(ctx context.Context, node string, at time.Time) error
	// LastPulse returns the last sign of life of any node but one; zero if there is none.
	LastPulse(ctx context.Context, except string) (time.Time, error)
}

// Errors of Submit. None of them says that a bid was refused: a refusal is an entry of the log.
var (
	// ErrBusy says that the mailbox of the lot is full. The command was not taken.
	ErrBusy = errors.New("saleroom: too many commands are waiting")
	// ErrUnavailable says that the log cannot be reached. Whether a bid counts is not known: ask again with the same key.
	ErrUnavailable = errors.New("saleroom: the log cannot be reached; ask again with the same key")
	// ErrBroken says that something is wrong with this lot; it stands still until somebody has looked at it.
	// Whether a bid counts is told by asking again with the same key.
	ErrBroken = errors.New("saleroom: this lot is out of order")
	// ErrUnknownLot says that no lot was published under this number.
	ErrUnknownLot = errors.New("saleroom: no such lot")
	// ErrClosed says that the house is closing. The command was not taken.
	ErrClosed = errors.New("saleroom: the house is closing")
)

// Answer is what became of a command.
type Answer struct {
	Entry    auction.Entry    // the fact in the log; its Seq is 0 for a command that changed nothing (Tick)
	Repeated bool             // the key was answered before; Entry is that first answer
	Standing auction.Standing // of the lot when the answer was given, which may be later than Entry
	Phase    auction.Phase
}

// Request is a command on its way: stamped on arrival, answered once.
type Request struct {
	At      auction.Instant
	Command auction.Command
	Done    func(Answer, error) // must not block; nil if nobody waits
}

// Stamp gives each command the time of its arrival; it never runs backwards.
type Stamp struct{ last auction.Instant }

// At returns the stamp for something that arrives now.
func (s *Stamp) At(now time.Time) auction.Instant {
	s.last = max(s.last, auction.InstantOf(now))
	return s.last
}
