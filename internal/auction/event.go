package auction

import "github.com/g60-corridor/corridor/internal/money"

// Event is what became of a command. Fields marked `secret` stand in the public form of the log as
// commitments only; package proof knows how.
type Event interface{ Kind() string }

type (
	LotPublished struct {
		Terms   Terms   `json:"terms"`
		OpensAt Instant `json:"opens_at"` // zero: opened by hand
	}
	ReserveSealed struct {
		ReserveFen money.Fen `json:"reserve_fen" secret:"always"`
	}
	BidderAdmitted struct {
		Paddle   Paddle `json:"paddle"`
		Rank     int    `json:"rank"`
		Identity string `json:"identity" secret:"always"`
	}
	BidderSuspended struct {
		Paddle Paddle `json:"paddle"`
		Note   string `json:"note"`
	}
	LotOpened struct {
		Phase    Phase   `json:"phase"`
		Deadline Instant `json:"deadline"` // zero under MANUAL closing
	}
	// BidAccepted is a bid that counts, whether it leads or is beaten at once by the leader's maximum.
	BidAccepted struct {
		Paddle    Paddle    `json:"paddle"`
		Key       Key       `json:"key"`
		Own       int64     `json:"own"` // this bidder's attempts in this lot, counted from 1
		BidKind   BidKind   `json:"bid_kind"`
		AmountFen money.Fen `json:"amount_fen" secret:"hidden"` // secret if Hidden
		Hidden    bool      `json:"hidden"`                     // a maximum that leads
		Confirmed bool      `json:"confirmed"`
		Standing            // after this bid
		Opened    *Opening  `json:"opened,omitempty"` // the former leader's maximum, now beaten
	}
	// MaximumRaised is the leader raising his own maximum. It moves the price only if the old maximum capped it.
	MaximumRaised struct {
		Paddle     Paddle    `json:"paddle"`
		Key        Key       `json:"key"`
		Own        int64     `json:"own"`
		MaximumFen money.Fen `json:"maximum_fen" secret:"always"`
		Confirmed  bool      `json:"confirmed"`
		Moved      bool      `json:"moved"` // the price changed, so the public sees it
		Standing
	}
	BidRefused struct {
		Paddle    Paddle    `json:"paddle"`
		Key       Key       `json:"key"`
		Own       int64     `json:"own"`
		BidKind   BidKind   `json:"bid_kind"`
		AmountFen money.Fen `json:"amount_fen" secret:"maximum"` // secret if BidKind is MAXIMUM
		Confirmed bool      `json:"confirmed"`
		Reason    Reason    `json:"reason"`
		Basis     Basis     `json:"basis"`
	}
	LimitedStarted struct {
		Deadline Instant `json:"deadline"`
	}
	LotPaused struct {
		Cause PauseCause `json:"cause"`
		Note  string     `json:"note"`
		Since Instant    `json:"since"`
		Left  Span       `json:"left"` // what was left until the deadline at Since, in microseconds
	}
	ResumeAnnounced struct {
		ResumeAt Instant `json:"resume_at"`
	}
	LotResumed struct {
		Deadline Instant `json:"deadline"`
	}
	LotClosed struct {
		Outcome  Outcome   `json:"outcome"`
		Why      PassedWhy `json:"why"` // empty if sold
		Winner   Paddle    `json:"winner"`
		PriceFen money.Fen `json:"price_fen"`
	}
	LotWithdrawn struct {
		Note string `json:"note"`
	}
	LotAnnulled struct {
		Cause PauseCause `json:"cause"`
		Note  string     `json:"note"`
	}
	// CommandRefused is the answer to any other command that the state of the lot does not allow.
	CommandRefused struct {
		Command string `json:"command"`
		Reason  Reason `json:"reason"`
	}
)

// Standing is who leads at what price until when.
type Standing struct {
	PriceFen   money.Fen `json:"price_fen"`
	Leader     Paddle    `json:"leader"`
	Deadline   Instant   `json:"deadline"`
	ReserveMet bool      `json:"reserve_met" secret:"reserve"` // secret unless the terms announce it
}

// Opening shows a beaten maximum.
type Opening struct {
	Paddle     Paddle    `json:"paddle"`
	MaximumFen money.Fen `json:"maximum_fen"`
}

// Basis is what a refusal rests on: the figures that were in force when the bid arrived.
type Basis struct {
	MinimumFen money.Fen `json:"minimum_fen"` // the least amount that would have been accepted; 0 if none
	StepFen    money.Fen `json:"step_fen"`
	PriceFen   money.Fen `json:"price_fen"` // current price, or the start price before the first bid
	PriceAt    Instant   `json:"price_at"`  // when that price was reached; zero before the first bid
	Deadline   Instant   `json:"deadline"`
}

func (LotPublished) Kind() string    { return "LotPublished" }
func (ReserveSealed) Kind() string   { return "ReserveSealed" }
func (BidderAdmitted) Kind() string  { return "BidderAdmitted" }
func (BidderSuspended) Kind() string { return "BidderSuspended" }
func (LotOpened) Kind() string       { return "LotOpened" }
func (BidAccepted) Kind() string     { return "BidAccepted" }
func (MaximumRaised) Kind() string   { return "MaximumRaised" }
func (BidRefused) Kind() string      { return "BidRefused" }
func (LimitedStarted) Kind() string  { return "LimitedStarted" }
func (LotPaused) Kind() string       { return "LotPaused" }
func (ResumeAnnounced) Kind() string { return "ResumeAnnounced" }
func (LotResumed) Kind() string      { return "LotResumed" }
func (LotClosed) Kind() string       { return "LotClosed" }
func (LotWithdrawn) Kind() string    { return "LotWithdrawn" }
func (LotAnnulled) Kind() string     { return "LotAnnulled" }
func (CommandRefused) Kind() string  { return "CommandRefused" }

// Phase is where a lot stands.
type Phase string

const (
	Draft     Phase = ""          // nothing published yet
	Announced Phase = "ANNOUNCED" // terms published, not open
	Free      Phase = "FREE"      // 自由报价期, R3.6
	Limited   Phase = "LIMITED"   // 限时报价期, R3.7
	Single    Phase = "SINGLE"    // one phase with soft close (R3.9), or closed by hand
	Paused    Phase = "PAUSED"    // R3.15
	Closed    Phase = "CLOSED"    // State.Outcome says how
)

// Outcome is how a lot ended.
type Outcome string

const (
	Sold      Outcome = "SOLD"
	Passed    Outcome = "PASSED" // 流拍
	Withdrawn Outcome = "WITHDRAWN"
	Annulled  Outcome = "ANNULLED"
)

// PassedWhy is why a lot passed (R2.17, R2.18).
type PassedWhy string

const (
	NoBids        PassedWhy = "NO_BIDS"
	ReserveNotMet PassedWhy = "RESERVE_NOT_MET"
	TooFewBidders PassedWhy = "TOO_FEW_BIDDERS"
)

// Reason is why a command was refused. The list is closed; the order is the order of precedence.
type Reason string

const (
	InvalidCommand    Reason = "INVALID_COMMAND" // the terms are invalid, a code is empty, an amount out of range
	NotYetOpen        Reason = "NOT_YET_OPEN"
	AlreadyClosed     Reason = "ALREADY_CLOSED" // also a bid at or after the deadline
	LotIsPaused       Reason = "LOT_IS_PAUSED"
	WrongPhase        Reason = "WRONG_PHASE" // any other command that this phase does not allow
	NotAdmitted       Reason = "NOT_ADMITTED"
	BidderIsSuspended Reason = "BIDDER_IS_SUSPENDED"
	KeyReused         Reason = "KEY_REUSED" // the same key with another amount or kind
	NoFreeBid         Reason = "NO_FREE_BID"
	MaximaNotAllowed  Reason = "MAXIMA_NOT_ALLOWED"
	LeaderMayNotBid   Reason = "LEADER_MAY_NOT_BID"
	MaximumNotRaised  Reason = "MAXIMUM_NOT_RAISED"
	NotMultiple       Reason = "NOT_MULTIPLE"
	BelowMinimum      Reason = "BELOW_MINIMUM"
	JumpTooLarge      Reason = "JUMP_TOO_LARGE"
	NeedsConfirmation Reason = "NEEDS_CONFIRMATION"
	ReserveMissing    Reason = "RESERVE_MISSING" // opening without the sealed reserve
	ReserveTooLow     Reason = "RESERVE_TOO_LOW" // reserve below the start price
	AlreadyAdmitted   Reason = "ALREADY_ADMITTED"
)
