package auction

import "errors"

// Entry is one fact in the log of a lot. Leaf and Head are filled in by whoever stores it.
type Entry struct {
	Seq   Seq
	At    Instant
	Event Event
	Leaf  Hash // commitment to this entry alone; given to the bidder in his receipt
	Head  Hash // chain over all entries up to and with this one
}

// Position is the end of a log: its last Seq and the head there. The zero Position is before the first entry.
type Position struct {
	Seq  Seq
	Head Hash
}

var (
	// ErrFenced says that an append was not stored because another writer took its positions.
	ErrFenced = errors.New("auction: fenced by another writer")
	// ErrUnknown says that it is not known whether an append was stored. Read the log before anything else.
	ErrUnknown = errors.New("auction: outcome of the append unknown")
)
