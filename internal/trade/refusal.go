package trade

import "github.com/g60-corridor/corridor/internal/money"

// Reason is why a command was refused. The list is closed; its order is the order of precedence.
type Reason string

const (
	InvalidCommand      Reason = "INVALID_COMMAND"  // a name is empty, an amount or instant makes no sense
	WrongWay            Reason = "WRONG_WAY"        // this way to a price has no such command
	DeadlineDue         Reason = "DEADLINE_DUE"     // a deadline that passed before has not fired yet
	ProjectIsOver       Reason = "PROJECT_IS_OVER"  // nothing can be done any more
	ProjectIsSuspended  Reason = "IS_SUSPENDED"     // R2.8
	NoticeNotOver       Reason = "NOTICE_NOT_OVER"  // R2.6, R2.13
	NoticeIsOver        Reason = "NOTICE_IS_OVER"   // R2.4: objections are within the period
	WrongPhase          Reason = "WRONG_PHASE"      // any other command that this phase does not allow
	RulesInvalid        Reason = "RULES_INVALID"    // the rule set breaks a floor of the law
	GatesNotPassed      Reason = "GATES_NOT_PASSED" // §4.4
	DecisionMissing     Reason = "DECISION_MISSING" // R2.2, and so the next six
	DecisionLoose       Reason = "DECISION_NOT_ATTACHED"
	MinutesMissing      Reason = "MINUTES_MISSING"
	BasisMissing        Reason = "BASIS_MISSING"
	InventorsUnnotified Reason = "INVENTORS_NOT_NOTIFIED"
	ConflictsUndeclared Reason = "CONFLICTS_NOT_DECLARED"
	PriceBelowDecision  Reason = "PRICE_BELOW_DECISION"
	AppraisalMissing    Reason = "APPRAISAL_MISSING"           // R2.1
	BelowAppraisal      Reason = "BELOW_APPRAISAL"             // R2.1
	CommissionPartial   Reason = "COMMISSION_INCOMPLETE"       // R2.14
	LicenceMissing      Reason = "LICENCE_MISSING"             // R1.1
	ContentMissing      Reason = "CONTENT_MISSING"             // R2.3, R2.15
	ProcedureMissing    Reason = "OBJECTION_PROCEDURE_MISSING" // R2.4
	ChannelMissing      Reason = "CHANNEL_MISSING"             // R2.3: unit and market; R2.8: the same channels
	ProofMissing        Reason = "PROOF_MISSING"               // R2.15
	PeriodTooShort      Reason = "PERIOD_TOO_SHORT"            // R2.3, R2.7
	AnnouncedTooLate    Reason = "ANNOUNCED_TOO_LATE"          // R2.15
	PreviewTooShort     Reason = "PREVIEW_TOO_SHORT"           // R2.15
	ReauctionTooLate    Reason = "REAUCTION_TOO_LATE"          // R2.17
	MinBiddersTooLow    Reason = "MIN_BIDDERS_TOO_LOW"         // R2.18
	ExtensionNotAllowed Reason = "EXTENSION_NOT_ALLOWED"       // R2.9
	ConditionUntestable Reason = "CONDITION_WITHOUT_TEST"      // R2.10
	DepositOutOfRange   Reason = "DEPOSIT_OUT_OF_RANGE"        // R2.19
	ModeMissing         Reason = "MODE_MISSING"                // R2.12
	PriceCutTooDeep     Reason = "PRICE_CUT_TOO_DEEP"          // R2.9, R2.17
	UnjustifiedChange   Reason = "JUSTIFICATION_MISSING"       // R2.8
	ChangeNotApproved   Reason = "APPROVAL_MISSING"            // R2.8
	CalendarUncovered   Reason = "CALENDAR_UNCOVERED"          // the period runs into a year without known days off
	UnknownObjection    Reason = "UNKNOWN_OBJECTION"           // or one that is decided
	UnknownRegistration Reason = "UNKNOWN_REGISTRATION"        // or one that is over
	ReasonsMissing      Reason = "REASONS_MISSING"             // R2.4: written reasons
	PartyIsExcluded     Reason = "PARTY_IS_EXCLUDED"           // R1.6
	PartyIsBarred       Reason = "PARTY_IS_BARRED"             // R2.22: the defaulter
	AlreadyRegistered   Reason = "ALREADY_REGISTERED"          // R2.11
	SameController      Reason = "SAME_CONTROLLER"             // R1.8
	ConditionUnknown    Reason = "CONDITION_NOT_PUBLISHED"     // R2.10
	AlreadyReviewed     Reason = "ALREADY_REVIEWED"            // R2.11
	NotQualified        Reason = "NOT_QUALIFIED"               // R2.11
	PreviewNotOver      Reason = "PREVIEW_NOT_OVER"            // R2.15
	SaleNotDue          Reason = "SALE_NOT_DUE"                // R2.15
	CostsUnsettled      Reason = "COSTS_UNSETTLED"             // R2.16
	SignatureMissing    Reason = "SIGNATURE_MISSING"           // R2.23
	BuyerDiffers        Reason = "BUYER_DIFFERS"               // R2.5
	PriceTooLow         Reason = "PRICE_TOO_LOW"               // R2.5, R2.12
	DocumentMissing     Reason = "DOCUMENT_MISSING"            // R2.14, R2.25
	NotOverdue          Reason = "NOT_OVERDUE"                 // R2.22
	NotReminded         Reason = "NOT_REMINDED"                // R2.22
)

// Reasons lists every reason in order of precedence.
var Reasons = []Reason{
	InvalidCommand, WrongWay, DeadlineDue, ProjectIsOver, ProjectIsSuspended, NoticeNotOver, NoticeIsOver, WrongPhase, RulesInvalid,
	GatesNotPassed, DecisionMissing, DecisionLoose, MinutesMissing, BasisMissing, InventorsUnnotified, ConflictsUndeclared, PriceBelowDecision,
	AppraisalMissing, BelowAppraisal, CommissionPartial, LicenceMissing, ContentMissing, ProcedureMissing, ChannelMissing, ProofMissing, PeriodTooShort, AnnouncedTooLate,
	PreviewTooShort, ReauctionTooLate, MinBiddersTooLow, ExtensionNotAllowed, ConditionUntestable, DepositOutOfRange, ModeMissing,
	PriceCutTooDeep, UnjustifiedChange, ChangeNotApproved, CalendarUncovered, UnknownObjection, UnknownRegistration, ReasonsMissing,
	PartyIsExcluded, PartyIsBarred, AlreadyRegistered, SameController, ConditionUnknown, AlreadyReviewed, NotQualified, PreviewNotOver,
	SaleNotDue, CostsUnsettled, SignatureMissing, BuyerDiffers, PriceTooLow, DocumentMissing, NotOverdue, NotReminded,
}

func (r Reason) rank() int {
	for i, known := range Reasons {
		if known == r {
			return i
		}
	}
	return len(Reasons)
}

// Refusal is the answer to a command that the rules do not allow, with the figures it rests on.
type Refusal struct {
	Reason     Reason
	MinimumFen money.Fen // the least amount that would have been accepted; 0 if that is not the point
	NotBefore  Instant   // when it would have been early enough or late enough; 0 if that is not the point
	Clock      *Clock    // the deadline that must fire first
}

// check is one thing that may be wrong with a command.
type check struct {
	wrong   bool
	refusal Refusal
}

func unless(fine bool, r Reason) check { return check{!fine, Refusal{Reason: r}} }

func unlessAtLeast(fen, minimum money.Fen, r Reason) check {
	return check{fen < minimum, Refusal{Reason: r, MinimumFen: minimum}}
}

func unlessFrom(at, notBefore Instant, r Reason) check {
	return check{at < notBefore, Refusal{Reason: r, NotBefore: notBefore}}
}

// first returns the refusal that precedes all others, nil if nothing is wrong.
func first(checks ...check) (found *Refusal) {
	for i := range checks {
		c := &checks[i]
		if c.wrong && (found == nil || c.refusal.Reason.rank() < found.Reason.rank()) {
			found = &c.refusal
		}
	}
	return found
}
