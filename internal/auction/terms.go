package auction

import "github.com/g60-corridor/corridor/internal/money"

// TermsFormat is the version of the rules format that this engine writes.
const TermsFormat = "corridor-rules/1"

// Terms are the rules of one sale. They are published with the lot and frozen from then on.
// RULES.md beside this file documents every field.
type Terms struct {
	Format    string    `json:"format"`
	Name      Bilingual `json:"name"`
	Procedure Procedure `json:"procedure"` // R1.1

	StartFen           money.Fen   `json:"start_fen"`
	Step               Step        `json:"step"`
	Grid               Grid        `json:"grid"`
	Reserve            ReserveMode `json:"reserve"`
	AnnounceReserveMet bool        `json:"announce_reserve_met"` // R3.4: else only at the close
	Closing            Closing     `json:"closing"`

	MaximumBids    bool         `json:"maximum_bids"`
	LeaderMayRaise bool         `json:"leader_may_raise"` // R3.2: the leader may make a plain bid over himself
	Priority       PriorityMode `json:"priority"`
	Jump           Jump         `json:"jump"`
	MinBidders     int          `json:"min_bidders"` // R2.18: admitted bidders without whom the lot passes

	ResumeNoticeS     int64 `json:"resume_notice_s"`      // R3.16, outages up to LongOutageS
	LongOutageS       int64 `json:"long_outage_s"`        // default 24 h
	LongResumeNoticeS int64 `json:"long_resume_notice_s"` // default 5 days
}

// Bilingual is a text in Chinese and in English.
type Bilingual struct {
	ZH string `json:"zh"`
	EN string `json:"en"`
}

// Step is the raise from one price to the next: a fixed step, or a ladder by current price (R3.3).
type Step struct {
	FixedFen money.Fen `json:"fixed_fen,omitempty"`
	Ladder   []Rung    `json:"ladder,omitempty"`
}

// Rung gives the step for prices below BelowFen. The last rung has BelowFen 0: all prices above.
type Rung struct {
	BelowFen money.Fen `json:"below_fen,omitempty"`
	StepFen  money.Fen `json:"step_fen"`
}

// Closing says how the bidding ends.
type Closing struct {
	Mode                   ClosingMode `json:"mode"`
	FreeS                  int64       `json:"free_s,omitempty"`    // TWO_PHASE: length of FREE, R3.6
	LimitedS               int64       `json:"limited_s,omitempty"` // TWO_PHASE: cycle T, R3.7
	LimitedRequiresFreeBid bool        `json:"limited_requires_free_bid,omitempty"`
	DurationS              int64       `json:"duration_s,omitempty"` // SOFT: length without extension
	WindowS                int64       `json:"window_s,omitempty"`   // SOFT: a bid this close to the end extends, R3.9
	ExtendS                int64       `json:"extend_s,omitempty"`   // SOFT: to this long after the bid
}

// Jump guards against slips of the finger (R3.1). A zero switches its guard off.
type Jump struct {
	ConfirmTimes int64 `json:"confirm_times"` // from this multiple of the current price on, confirm
	RefuseTimes  int64 `json:"refuse_times"`  // above this multiple, refuse
}

type (
	Procedure    string
	Grid         string
	ReserveMode  string
	ClosingMode  string
	PriorityMode string
)

const (
	ExchangeBidding Procedure = "EXCHANGE_BIDDING" // 竞价
	AuctionLaw      Procedure = "AUCTION_LAW"      // 拍卖

	Strict   Grid = "strict" // a raise is a whole multiple of the step
	FreeGrid Grid = "free"   // any amount from the minimum on
	NoGrid   Grid = "none"   // no minimum but the start price; for replaying history

	NoReserve     ReserveMode = "NONE"
	EqualStart    ReserveMode = "EQUAL_START"
	HiddenReserve ReserveMode = "HIDDEN"

	TwoPhase ClosingMode = "TWO_PHASE"
	Soft     ClosingMode = "SOFT"
	Manual   ClosingMode = "MANUAL" // closed by command; replay closes after a lot's last row

	NoPriority PriorityMode = "NONE"
	Match      PriorityMode = "MATCH" // R3.12
)
