package auction

import "github.com/g60-corridor/corridor/internal/money"

// State is all that the engine knows of a lot. It is made by applying the log's entries in order and by
// nothing else. Only Apply changes it; readers may read the exported fields.
type State struct {
	Lot      LotID
	Position Position
	LastAt   Instant // time of the last entry; time never runs backwards

	Terms   Terms
	OpensAt Instant
	Phase   Phase
	Outcome Outcome   // once Closed
	Why     PassedWhy // once Closed and PASSED

	Standing         // price, leader, deadline, reserve met
	HasBid   bool    // PriceFen is the start price until there is a bid
	PriceAt  Instant // when PriceFen was reached
	OpenedAt Instant
	ClosedAt Instant
	Extended int // how often the deadline was moved by a bid

	Interruption Interruption // while Paused

	ReserveSealed bool
	reserveFen    money.Fen

	bidders []Bidder
	byCode  map[Paddle]int32
	leader  int32 // index into bidders; -1 if none
	second  int32 // best of the others; -1 if none
	keys    map[bidderKey]Seq
}

// Bidder is one admitted bidder. MaximumFen and FloorFen are secret unless opened.
type Bidder struct {
	Paddle     Paddle
	Rank       int // 0 ordinary, 1 the highest priority right
	Suspended  bool
	FreeBid    bool      // has an accepted bid in FREE
	Own        int64     // attempts so far
	MaximumFen money.Fen // the most he offered; 0 before his first accepted bid
	FloorFen   money.Fen // the highest plain bid
	standsAt   Seq       // entry in which MaximumFen was offered; the earlier wins a tie
}

// Interruption is a pause in progress.
type Interruption struct {
	Cause    PauseCause
	Note     string
	Since    Instant
	PausedAt Instant
	Left     Span    // until the deadline, at Since
	During   Phase   // the phase that was interrupted
	ResumeAt Instant // zero until a resumption is announced
}

type bidderKey struct {
	bidder int32
	key    Key
}

// NewState returns the state of a lot before its first entry.
func NewState(lot LotID) *State {
	return &State{Lot: lot, leader: -1, second: -1, byCode: map[Paddle]int32{}, keys: map[bidderKey]Seq{}}
}

// Bidder returns what is known of a code.
func (s *State) Bidder(p Paddle) (Bidder, bool) {
	i, ok := s.byCode[p]
	if !ok {
		return Bidder{}, false
	}
	return s.bidders[i], true
}

// Bidders counts the admitted bidders.
func (s *State) Bidders() int { return len(s.bidders) }

// SeqOf returns the position of the entry that answered this bidder's key.
func (s *State) SeqOf(p Paddle, k Key) (Seq, bool) {
	i, ok := s.byCode[p]
	if !ok {
		return 0, false
	}
	q, ok := s.keys[bidderKey{i, k}]
	return q, ok
}

// ReserveFen is the sealed reserve. Secret: for the auditor and the engine's own tests.
func (s *State) ReserveFen() money.Fen { return s.reserveFen }

// IsOpen says whether bids count in this phase.
func (s *State) IsOpen() bool { return s.Phase == Free || s.Phase == Limited || s.Phase == Single }
