package auction

import "github.com/g60-corridor/corridor/internal/money"

// Command is what somebody wants of a lot. The time of its arrival is given to Decide beside it.
type Command interface{ command() string }

type (
	// Publish freezes the terms of a lot and announces when it opens.
	Publish struct {
		Terms   Terms
		OpensAt Instant
	}
	// SealReserve puts the hidden reserve into the log. R3.4
	SealReserve struct{ ReserveFen money.Fen }
	// AdmitBidder lets a qualified bidder in under a code. Rank is 0 for an ordinary bidder; 1 is the highest
	// priority right, 2 the next (R3.13). Identity says who is behind the code; it stays secret to the end.
	AdmitBidder struct {
		Paddle   Paddle
		Rank     int
		Identity string
	}
	// SuspendBidder stops further bids under a code. What was bid stays binding (R3.1).
	SuspendBidder struct {
		Paddle Paddle
		Note   string
	}
	// Open begins the bidding ahead of, or without, a published time.
	Open struct{}
	// PlaceBid offers an amount. A PLAIN bid names the price itself, a MAXIMUM the most that the system may
	// bid for the bidder.
	PlaceBid struct {
		Paddle    Paddle
		Key       Key
		Kind      BidKind
		AmountFen money.Fen
		Confirmed bool // the bidder has confirmed a large jump (R3.1)
	}
	// Tick says that time has passed. It makes due deadlines into events and does nothing else.
	Tick struct{}
	// Pause stops clock and bidding. Since is when the lot was last usable; zero means now. R3.15
	Pause struct {
		Cause PauseCause
		Note  string
		Since Instant
	}
	// Resume announces that the bidding goes on after the notice period. R3.16
	Resume struct{}
	// Close ends a lot whose closing mode is MANUAL.
	Close struct{}
	// Withdraw takes the lot back before it opens. R2.16
	Withdraw struct{ Note string }
	// Annul declares the sale void. R3.17
	Annul struct {
		Cause PauseCause
		Note  string
	}
)

func (Publish) command() string       { return "Publish" }
func (SealReserve) command() string   { return "SealReserve" }
func (AdmitBidder) command() string   { return "AdmitBidder" }
func (SuspendBidder) command() string { return "SuspendBidder" }
func (Open) command() string          { return "Open" }
func (PlaceBid) command() string      { return "PlaceBid" }
func (Tick) command() string          { return "Tick" }
func (Pause) command() string         { return "Pause" }
func (Resume) command() string        { return "Resume" }
func (Close) command() string         { return "Close" }
func (Withdraw) command() string      { return "Withdraw" }
func (Annul) command() string         { return "Annul" }

// BidKind tells a plain bid from a maximum.
type BidKind string

const (
	Plain   BidKind = "PLAIN"
	Maximum BidKind = "MAXIMUM"
)

// PauseCause is why a sale stands still or is void (R3.15, R3.17).
type PauseCause string

const (
	AuthorityOrder  PauseCause = "AUTHORITY_ORDER"
	MaterialChange  PauseCause = "MATERIAL_CHANGE"
	PlatformFailure PauseCause = "PLATFORM_FAILURE"
	Intrusion       PauseCause = "INTRUSION"
	ForceMajeure    PauseCause = "FORCE_MAJEURE"
)
