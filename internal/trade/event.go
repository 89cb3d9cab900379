package trade

import (
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/money"
)

// Event is a fact about a project. Rules says under which rules it came about.
type Event interface {
	Kind() string
	Rules() []Rule
}

// Entry is an event at its place and time. An entry that a clock made bears the instant at which the clock was due.
type Entry struct {
	Seq   int64
	At    Instant
	Event Event
}

// Events of every way.
type (
	Drafted struct {
		Way    Way     `json:"way"`
		Offer  Offer   `json:"offer"`
		Parent *Parent `json:"parent,omitempty"`
		Regime Regime  `json:"regime,omitempty"` // R2.1
	}
	OfferRevised struct {
		Offer          Offer `json:"offer"`
		DecisionStands bool  `json:"decision_stands"`
	}
	DecisionRecorded struct {
		File DecisionFile `json:"file"`
	}
	Withdrawn struct {
		Note     string     `json:"note"`
		CostsFen *money.Fen `json:"costs_fen,omitempty"`
	}
	ObjectionLodged struct {
		Objection ObjectionID `json:"objection"`
		By        Party       `json:"by"`
		Text      string      `json:"text"`
		Decide    Clock       `json:"decide"`
		Stopped   *Clock      `json:"stopped,omitempty"` // the clock of the notice, by its first open objection
		Papers    []Paper     `json:"papers,omitempty"`  // what the objector attached
	}
	ObjectionRejected struct {
		Objection ObjectionID `json:"objection"`
		Reasons   string      `json:"reasons"`
		Resumed   *Clock      `json:"resumed,omitempty"` // the clock of the notice, after its last open objection
		Papers    []Paper     `json:"papers,omitempty"`  // what lies with the written decision
	}
	ObjectionUpheld struct {
		Objection ObjectionID `json:"objection"`
		Reasons   string      `json:"reasons"`
		Papers    []Paper     `json:"papers,omitempty"`
	}
	ContractSigned struct {
		Buyer    Party     `json:"buyer"`
		PriceFen money.Fen `json:"price_fen"`
		Document Document  `json:"document"`
		Pay      Clock     `json:"pay"`
	}
	PaymentReceived struct {
		AmountFen money.Fen `json:"amount_fen"`
		PaidFen   money.Fen `json:"paid_fen"` // all of it so far
	}
	Settled struct {
		PaidFen money.Fen `json:"paid_fen"`
	}
	PaymentReminded struct {
		Pay Clock `json:"pay"`
	}
	Defaulted struct {
		By        Party        `json:"by"`
		Why       DefaultedWhy `json:"why"`
		Note      string       `json:"note"`
		Reauction *Clock       `json:"reauction,omitempty"` // auction: until when it may be sold again
	}
	ContractRegistered struct {
		Number string `json:"number"`
	}
	// DeadlineMissed is a duty that was not done in time. It is shown; the project goes on.
	DeadlineMissed struct {
		Clock Clock `json:"clock"`
	}
)

// Events of an agreement.
type (
	NoticeOpened struct {
		Round   int           `json:"round"`
		Offer   Offer         `json:"offer"`
		Content NoticeContent `json:"content"`
		By      RuleSet       `json:"rules"`
		Ends    Clock         `json:"ends"`
	}
	OfferRaised struct {
		PriceFen money.Fen `json:"price_fen"`
	}
	NoticeVoided struct {
		Why   VoidWhy `json:"why"`
		Offer Offer   `json:"offer"` // what is wanted now
	}
	NoticeCompleted struct{}
)

// Events of a listing.
type (
	ReviewRequested struct{}
	DraftReturned   struct {
		Reasons string `json:"reasons"`
	}
	ListingPublished struct {
		Offer Offer        `json:"offer"`
		Terms ListingTerms `json:"terms"`
		By    RuleSet      `json:"rules"`
		Ends  Clock        `json:"ends"`
	}
	ListingChanged struct {
		Offer         Offer         `json:"offer"`
		Terms         ListingTerms  `json:"terms"`
		Justification string        `json:"justification"`
		Approval      Document      `json:"approval"`
		Decision      *DecisionFile `json:"decision,omitempty"`
		Ends          Clock         `json:"ends"`
	}
	// ApplicationsClosed ends a listing while documents are still under review.
	ApplicationsClosed struct {
		Qualify Clock `json:"qualify"`
	}
	ListingClosed struct {
		Qualified []RegistrationID `json:"qualified"`
		Confirm   *Clock           `json:"confirm,omitempty"` // for the only one
	}
	ListingExtended struct {
		Cycle int   `json:"cycle"`
		Ends  Clock `json:"ends"`
	}
	ListingEnded struct {
		Why EndedWhy `json:"why"`
	}
	BiddingOpened struct {
		Mode     Mode             `json:"mode"`
		StartFen money.Fen        `json:"start_fen"`
		Bidders  []RegistrationID `json:"bidders"`
	}
	Awarded struct {
		Registration RegistrationID `json:"registration"`
		Buyer        Party          `json:"buyer"`
		PriceFen     money.Fen      `json:"price_fen"`
		Lot          auction.LotID  `json:"lot,omitempty"` // none if a sole bidder confirmed
		Notice       Clock          `json:"notice"`
	}
	ResultNoticeCompleted struct {
		Sign Clock `json:"sign"`
	}
	Suspended struct {
		Cause  Cause   `json:"cause"`
		Note   string  `json:"note"`
		Clocks []Clock `json:"clocks"`
	}
	Resumed struct {
		Clocks []Clock `json:"clocks"`
	}
	Terminated struct {
		Cause Cause  `json:"cause"`
		Note  string `json:"note"`
	}
	Relisted struct {
		Child    ProjectID    `json:"child"`
		PriceFen money.Fen    `json:"price_fen"`
		FloorFen money.Fen    `json:"floor_fen"`
		Decision DecisionFile `json:"decision"`
	}
)

// Events about bidders.
type (
	RegistrationReceived struct {
		Registration RegistrationID `json:"registration"`
		Party        Party          `json:"party"`
		Controller   string         `json:"controller,omitempty"`
		Review       Clock          `json:"review"`
	}
	DocumentsAccepted struct {
		Registration RegistrationID `json:"registration"`
		DepositBy    ClockKind      `json:"deposit_by"` // the clock that ends the time for the deposit
	}
	DocumentsRejected struct {
		Registration RegistrationID `json:"registration"`
		Condition    string         `json:"condition,omitempty"`
		Reasons      string         `json:"reasons"`
	}
	DepositReceived struct {
		Registration RegistrationID `json:"registration"`
		AmountFen    money.Fen      `json:"amount_fen"`
		HeldFen      money.Fen      `json:"held_fen"` // all of it so far
		Qualified    bool           `json:"qualified"`
	}
	// DepositReturned is money that does not count and goes back.
	DepositReturned struct {
		Registration RegistrationID `json:"registration"`
		AmountFen    money.Fen      `json:"amount_fen"`
		Why          ReturnedWhy    `json:"why"`
	}
	RegistrationWithdrawn struct {
		Registration RegistrationID `json:"registration"`
		Cause        string         `json:"cause"`
		Forfeits     bool           `json:"forfeits"` // the deposit
	}
)

// Events of an auction project.
type (
	CommissionSigned struct {
		Commission Commission `json:"commission"`
		Procedure  Procedure  `json:"procedure"`
		Licence    *Licence   `json:"licence,omitempty"`
	}
	SaleAnnounced struct {
		Round        int          `json:"round"`
		Offer        Offer        `json:"offer"`
		Announcement Announcement `json:"announcement"`
		By           RuleSet      `json:"rules"`
		Register     Clock        `json:"register"`
	}
	RegistrationClosed struct{}
	PreviewHeld        struct {
		Document Document `json:"document"`
	}
	SaleOpened struct {
		Lot     auction.LotID    `json:"lot"`
		Bidders []RegistrationID `json:"bidders"`
	}
	// SoleBidder asks the only bidder to confirm the price instead of a sale. R2.18
	SoleBidder struct {
		Registration RegistrationID `json:"registration"`
		Confirm      Clock          `json:"confirm"`
	}
	SalePaused struct {
		Cause Cause  `json:"cause"`
		Note  string `json:"note"`
	}
	SaleResumed struct{}
	Sold        struct {
		Registration RegistrationID `json:"registration"`
		Buyer        Party          `json:"buyer"`
		PriceFen     money.Fen      `json:"price_fen"`
		Lot          auction.LotID  `json:"lot,omitempty"`
		Sign         Clock          `json:"sign"`
	}
	SalePassed struct {
		Why       PassedWhy `json:"why"`
		Reauction Clock     `json:"reauction"`
	}
	ConfirmationSigned struct {
		Document Document `json:"document"`
		Record   Document `json:"record,omitempty"`
	}
	ReauctionDecided struct {
		PriceFen money.Fen    `json:"price_fen"`
		Decision DecisionFile `json:"decision"`
	}
	SaleEnded struct {
		Why EndedWhy `json:"why"`
	}
	Annulled struct {
		Cause Cause  `json:"cause"`
		Note  string `json:"note"`
	}
)
