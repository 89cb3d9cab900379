package trade

// Phase is where a project stands. STATES.md has the tables.
type Phase string

const (
	NoPhase    Phase = "" // nothing happened yet
	InDraft    Phase = "DRAFT"
	Withdrew   Phase = "WITHDRAWN"
	Contracted Phase = "CONTRACTED"
	Paid       Phase = "SETTLED"
	Closed     Phase = "CLOSED"
	InDefault  Phase = "DEFAULTED"

	Decided         Phase = "DECIDED" // agreement
	NoticeOpen      Phase = "NOTICE_OPEN"
	ObjectionReview Phase = "OBJECTION_REVIEW"
	NoticeDone      Phase = "NOTICE_DONE"
	Void            Phase = "VOID"

	InReview   Phase = "REVIEW" // listing
	Listed     Phase = "LISTED"
	Qualifying Phase = "QUALIFYING" // applications are closed, the last ones are being reviewed
	Closed0    Phase = "CLOSED_0"
	Closed1    Phase = "CLOSED_1" // an auction with a sole bidder too
	ClosedN    Phase = "CLOSED_N"
	Bidding    Phase = "BIDDING"
	InAward    Phase = "AWARDED"
	Ended      Phase = "ENDED"
	Relisting  Phase = "RELISTED"
	Halted     Phase = "SUSPENDED"
	Terminal   Phase = "TERMINATED"

	Commissioned Phase = "COMMISSIONED" // auction
	Announced    Phase = "ANNOUNCED"
	Ready        Phase = "READY"
	Open         Phase = "OPEN"
	PausedSale   Phase = "PAUSED"
	SoldSale     Phase = "SOLD"
	PassedSale   Phase = "PASSED"
	Confirmed    Phase = "CONFIRMED"
	Reauctioned  Phase = "REAUCTION"
	AnnulledSale Phase = "ANNULLED"
)

// Over says that no command can move the project on.
func (p Phase) Over() bool {
	switch p {
	case Withdrew, Closed, Relisting, Terminal, AnnulledSale:
		return true
	}
	return false
}

// Cause is why a project is suspended, paused, terminated or annulled.
type Cause string

const (
	AuthorityOrder  Cause = "AUTHORITY_ORDER"
	RightLost       Cause = "RIGHT_LOST"
	FalsePapers     Cause = "FALSE_PAPERS"
	Dispute         Cause = "DISPUTE"
	PlatformFailure Cause = "PLATFORM_FAILURE"
	Collusion       Cause = "COLLUSION"
	ForceMajeure    Cause = "FORCE_MAJEURE"
	ResultObjection Cause = "OBJECTION_UPHELD" // given by the machine
)

func (c Cause) known() bool {
	switch c {
	case AuthorityOrder, RightLost, FalsePapers, Dispute, PlatformFailure, Collusion, ForceMajeure:
		return true
	}
	return false
}

// terminates says whether a listing may be ended for this cause.
func (c Cause) terminates() bool { return c == AuthorityOrder || c == RightLost || c == FalsePapers }

// VoidWhy is why a notice is void. R2.4, R2.5
type VoidWhy string

const (
	ObjectChanged  VoidWhy = "OBJECT_CHANGED"
	RightsChanged  VoidWhy = "MODE_CHANGED"
	BuyerChanged   VoidWhy = "COUNTERPARTY_CHANGED"
	PriceLowered   VoidWhy = "PRICE_LOWERED"
	AfterObjection VoidWhy = "OBJECTION_UPHELD"
)

// EndedWhy is why a listing or the attempts to auction ended without a sale.
type EndedWhy string

const (
	NoQualifiedBuyer EndedWhy = "NO_QUALIFIED_BUYER" // R2.9
	NotConfirmed     EndedWhy = "NOT_CONFIRMED"      // R2.12
	NoQuote          EndedWhy = "NO_QUOTE"           // R2.12
	ReauctionLapsed  EndedWhy = "REAUCTION_LAPSED"   // R2.17
)

// PassedWhy is why a lot passed (流拍). R2.17, R2.18
type PassedWhy string

const (
	NoBidders      PassedWhy = "NO_BIDDERS"
	TooFewBidders  PassedWhy = "TOO_FEW_BIDDERS"
	NoBids         PassedWhy = "NO_BIDS"
	ReserveNotMet  PassedWhy = "RESERVE_NOT_MET"
	SoleBidderGone PassedWhy = "NOT_CONFIRMED"
)

// DefaultedWhy is what the buyer did not do. R2.22
type DefaultedWhy string

const (
	NotSigned DefaultedWhy = "NOT_SIGNED"
	NotPaid   DefaultedWhy = "NOT_PAID"
)

// ReturnedWhy is why a deposit does not count. R2.11
type ReturnedWhy string

const (
	DepositLate      ReturnedWhy = "LATE"
	DepositUnasked   ReturnedWhy = "DOCUMENTS_NOT_ACCEPTED"
	DepositComplete  ReturnedWhy = "ALREADY_COMPLETE"
	RegistrationOver ReturnedWhy = "REGISTRATION_OVER"
)

// OpenPhases are those in which the public may still do something: object, register, bid, or wait for a result.
var OpenPhases = []Phase{NoticeOpen, ObjectionReview, Listed, Qualifying, Closed1, Bidding, InAward, Announced, Ready, Open, PausedSale}

// OverPhases are those in which a project keeps its listing no longer.
var OverPhases = []Phase{Withdrew, Ended, Relisting, Terminal, InDefault, AnnulledSale}

// Names writes phases as they are stored.
func Names(phases []Phase) []string {
	names := make([]string, len(phases))
	for i, p := range phases {
		names[i] = string(p)
	}
	return names
}
