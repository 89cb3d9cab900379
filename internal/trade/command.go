package trade

import (
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/money"
)

// Command is what somebody wants of a project. The time of its arrival is given to Decide beside it.
type Command interface{ command() string }

// Commands of every way.
type (
	// Draft begins a project. Parent is set if it is the next round of another (R2.9).
	Draft struct {
		Way    Way
		Offer  Offer
		Parent *Parent
		Regime Regime
	}
	// Revise changes the offer before it is public.
	Revise struct{ Offer Offer }
	// RecordDecision files the seller's collective decision. R2.2
	RecordDecision struct{ File DecisionFile }
	// Withdraw ends a project that binds nobody yet. Costs must be settled once a house is commissioned (R2.16).
	Withdraw struct {
		Note     string
		CostsFen *money.Fen
	}
	// LodgeObjection objects to a notice or a result. R2.4, R2.13
	LodgeObjection struct {
		Objection ObjectionID
		By        Party
		Text      string
		Papers    []Paper
	}
	// RejectObjection decides an objection with written reasons. R2.4
	RejectObjection struct {
		Objection ObjectionID
		Reasons   string
		Papers    []Paper
	}
	// UpholdObjection decides an objection with written reasons. R2.4
	UpholdObjection struct {
		Objection ObjectionID
		Reasons   string
		Papers    []Paper
	}
	// SignContract files the signed contract.
	SignContract struct {
		Buyer    Party
		PriceFen money.Fen
		Document Document
		PayBy    Instant
	}
	// RecordPayment files money received for the contract.
	RecordPayment struct{ AmountFen money.Fen }
	// RemindPayment gives a buyer who is late one more term. R2.22
	RemindPayment struct{ PayBy Instant }
	// DeclareDefault ends an award that the buyer does not honour. R2.22
	DeclareDefault struct{ Note string }
	// RegisterContract files the number under which contract or title is registered. R2.25
	RegisterContract struct{ Number string }
	// Elapse says that a clock has run out. It names the instant at which it was due.
	Elapse struct {
		Kind ClockKind
		Of   string
		Due  Instant
	}
)

// Commands of an agreement.
type (
	// OpenNotice publishes an agreement. Days 0 is the rule's number. R2.3
	OpenNotice struct {
		Content     NoticeContent
		Days        int
		Rules       RuleSet
		GatesPassed bool
	}
	// ChangeOffer changes a published agreement. A higher price goes on, anything else makes the notice void; with a new
	// decision the new notice opens at once (R2.5).
	ChangeOffer struct {
		Offer    Offer
		Decision *DecisionFile
	}
)

// Commands of a listing.
type (
	// SubmitForReview hands a draft to the operator.
	SubmitForReview struct{}
	// ReturnDraft hands it back with reasons.
	ReturnDraft struct{ Reasons string }
	// PublishListing opens a listing. R2.7
	PublishListing struct {
		Terms       ListingTerms
		Rules       RuleSet
		GatesPassed bool
	}
	// ChangeListing changes a published listing: justified, approved, announced again for the full period. R2.8
	ChangeListing struct {
		Offer         Offer
		Terms         ListingTerms
		Justification string
		Approval      Document
		Decision      *DecisionFile
	}
	// Suspend stops every clock of a listing; Resume lets them run on.
	Suspend struct {
		Cause Cause
		Note  string
	}
	Resume struct{}
	// Terminate ends a listing for a cause that is published.
	Terminate struct {
		Cause Cause
		Note  string
	}
	// Relist opens the next round in a new project. R2.9
	Relist struct {
		Child    ProjectID
		PriceFen money.Fen
		Decision DecisionFile
	}
)

// Commands about bidders, of listings and auctions.
type (
	// Register declares interest. Exclusion names why the bidder is excluded, empty if he is not (R1.6); Controller is
	// who controls him (R1.8).
	Register struct {
		Registration RegistrationID
		Party        Party
		Controller   string
		Exclusion    string
	}
	// AcceptDocuments and RejectDocuments are the review. Condition is the code of a published condition that is not
	// fulfilled, empty if the papers are incomplete or false. R2.10, R2.11
	AcceptDocuments struct{ Registration RegistrationID }
	RejectDocuments struct {
		Registration RegistrationID
		Condition    string
		Reasons      string
	}
	// ReceiveDeposit files money that arrived for a registration. R2.11
	ReceiveDeposit struct {
		Registration RegistrationID
		AmountFen    money.Fen
	}
	// WithdrawRegistration takes a registration back. R2.21
	WithdrawRegistration struct {
		Registration RegistrationID
		Cause        string
	}
	// ConfirmPrice is the sole bidder's word. R2.12
	ConfirmPrice struct {
		Registration RegistrationID
		PriceFen     money.Fen
	}
	// RecordResult files how the competitive sale or the auction ended.
	RecordResult struct {
		Lot      auction.LotID
		Sold     bool
		Winner   RegistrationID
		PriceFen money.Fen
		Why      PassedWhy // if not sold
	}
)

// Commands of an auction project.
type (
	// SignCommission files the contract with the house. R2.14
	SignCommission struct {
		Commission Commission
		Procedure  Procedure
		Licence    *Licence
	}
	// Announce makes the sale public. R2.15
	Announce struct {
		Announcement Announcement
		Rules        RuleSet
		GatesPassed  bool
	}
	// ConfirmPreview files that the lot could be inspected. R2.15
	ConfirmPreview struct{ Document Document }
	// OpenSale starts the sale. R2.18
	OpenSale struct{ Lot auction.LotID }
	// PauseSale and ResumeSale follow the lot. R3.15, R3.16
	PauseSale struct {
		Cause Cause
		Note  string
	}
	ResumeSale struct{}
	// SignConfirmation files the 成交确认书, and under AUCTION_LAW the record of the auction. R2.23
	SignConfirmation struct {
		Document Document
		Record   Document
		ByBuyer  bool
		ByHouse  bool
	}
	// Reauction opens the next round of a lot that passed or was not paid for. R2.17
	Reauction struct {
		PriceFen money.Fen
		Decision DecisionFile
	}
	// Annul declares a sale void. R3.17
	Annul struct {
		Cause Cause
		Note  string
	}
)

func (Draft) command() string                { return "Draft" }
func (Revise) command() string               { return "Revise" }
func (RecordDecision) command() string       { return "RecordDecision" }
func (Withdraw) command() string             { return "Withdraw" }
func (LodgeObjection) command() string       { return "LodgeObjection" }
func (RejectObjection) command() string      { return "RejectObjection" }
func (UpholdObjection) command() string      { return "UpholdObjection" }
func (SignContract) command() string         { return "SignContract" }
func (RecordPayment) command() string        { return "RecordPayment" }
func (RemindPayment) command() string        { return "RemindPayment" }
func (DeclareDefault) command() string       { return "DeclareDefault" }
func (RegisterContract) command() string     { return "RegisterContract" }
func (Elapse) command() string               { return "Elapse" }
func (OpenNotice) command() string           { return "OpenNotice" }
func (ChangeOffer) command() string          { return "ChangeOffer" }
func (SubmitForReview) command() string      { return "SubmitForReview" }
func (ReturnDraft) command() string          { return "ReturnDraft" }
func (PublishListing) command() string       { return "PublishListing" }
func (ChangeListing) command() string        { return "ChangeListing" }
func (Suspend) command() string              { return "Suspend" }
func (Resume) command() string               { return "Resume" }
func (Terminate) command() string            { return "Terminate" }
func (Relist) command() string               { return "Relist" }
func (Register) command() string             { return "Register" }
func (AcceptDocuments) command() string      { return "AcceptDocuments" }
func (RejectDocuments) command() string      { return "RejectDocuments" }
func (ReceiveDeposit) command() string       { return "ReceiveDeposit" }
func (WithdrawRegistration) command() string { return "WithdrawRegistration" }
func (ConfirmPrice) command() string         { return "ConfirmPrice" }
func (RecordResult) command() string         { return "RecordResult" }
func (SignCommission) command() string       { return "SignCommission" }
func (Announce) command() string             { return "Announce" }
func (ConfirmPreview) command() string       { return "ConfirmPreview" }
func (OpenSale) command() string             { return "OpenSale" }
func (PauseSale) command() string            { return "PauseSale" }
func (ResumeSale) command() string           { return "ResumeSale" }
func (SignConfirmation) command() string     { return "SignConfirmation" }
func (Reauction) command() string            { return "Reauction" }
func (Annul) command() string                { return "Annul" }
