package subject

import "slices"

// Reasons, by gate.
const (
	// what the dossier itself lacks
	NothingForSale  Reason = "NOTHING_FOR_SALE"
	NothingOffered  Reason = "NOTHING_OFFERED"
	KindUnknown     Reason = "KIND_UNKNOWN"
	ModeUnknown     Reason = "MODE_UNKNOWN"
	NumberMissing   Reason = "NUMBER_MISSING"
	NumberWrong     Reason = "NUMBER_WRONG"
	NumberOfOther   Reason = "NUMBER_OF_OTHER_KIND"
	NumberTwice     Reason = "NUMBER_TWICE"
	DateWrong       Reason = "DATE_WRONG"
	DateInFuture    Reason = "DATE_IN_FUTURE"
	FiledContradict Reason = "FILED_CONTRADICTS_NUMBER"
	ClassUnknown    Reason = "CLASS_UNKNOWN"
	PrimaryMissing  Reason = "PRIMARY_CLASS_MISSING"
	PrimaryTwice    Reason = "PRIMARY_CLASS_TWICE"
	DecisionLoose   Reason = "DECISION_NOT_ATTACHED"
	// G1
	RightDead         Reason = "RIGHT_DEAD"
	RightExpired      Reason = "RIGHT_EXPIRED"
	TermUnknown       Reason = "TERM_UNKNOWN"
	NotGranted        Reason = "NOT_GRANTED"
	AlreadyGranted    Reason = "ALREADY_GRANTED"
	StatusMissing     Reason = "STATUS_MISSING"
	EvidenceMissing   Reason = "STATUS_EVIDENCE_MISSING"
	EvidenceLoose     Reason = "STATUS_EVIDENCE_NOT_ATTACHED"
	StatusStale       Reason = "STATUS_STALE"
	PartlyInvalidated Reason = "PARTLY_INVALIDATED"
	LicenceTooLong    Reason = "LICENCE_OUTLIVES_RIGHT"
	// G2
	OwnerMissing      Reason = "OWNER_MISSING"
	SellerNotOwner    Reason = "SELLER_NOT_OWNER"
	SharesWrong       Reason = "SHARES_WRONG"
	CoOwnerConsent    Reason = "CO_OWNER_CONSENT_MISSING"
	AgreementUnproved Reason = "AGREEMENT_UNPROVED"
	FeeShared         Reason = "FEE_SHARED_WITH_CO_OWNERS"
	// G3
	PledgeeConsent Reason = "PLEDGEE_CONSENT_MISSING"
	ProceedsUnset  Reason = "PROCEEDS_UNASSIGNED"
	Pledged        Reason = "PLEDGED"
	// G4
	LicencesUndeclared Reason = "LICENCES_NOT_DECLARED"
	LicenceHidden      Reason = "LICENCE_NOT_DISCLOSED"
	LicenceSurvives    Reason = "LICENCE_SURVIVES"
	NotAlone           Reason = "NOT_ALONE"
	// G5
	TakenByLicence Reason = "TAKEN_BY_LICENCE"
	// G6
	OpenOnlyPatents     Reason = "OPEN_ONLY_PATENTS"
	OpenBeforeGrant     Reason = "OPEN_BEFORE_GRANT"
	OpenWhileExclusive  Reason = "OPEN_WHILE_EXCLUSIVE"
	OpenWhileSuspended  Reason = "OPEN_WHILE_SUSPENDED"
	OpenFeesUnpaid      Reason = "OPEN_FEES_UNPAID"
	OpenWhilePledged    Reason = "OPEN_WHILE_PLEDGED"
	ReportMissing       Reason = "EVALUATION_REPORT_MISSING"
	OpenFeeMissing      Reason = "OPEN_FEE_MISSING"
	PromotionalWording  Reason = "PROMOTIONAL_WORDING"
	ExclusiveWhileOpen  Reason = "EXCLUSIVE_WHILE_OPEN"
	ExclusiveBesideOpen Reason = "EXCLUSIVE_BESIDE_OPEN"
	// G7
	FeesUnknown Reason = "FEES_UNKNOWN"
	FeeNext     Reason = "FEE_NEXT"
	FeeLate     Reason = "FEE_LATE"
	FeeLapsed   Reason = "FEE_GRACE_OVER"
	// G8
	DisputesUndeclared Reason = "DISPUTES_NOT_DECLARED"
	Seized             Reason = "SEIZED"
	PreservedByCourt   Reason = "PRESERVED"
	TransferSuspended  Reason = "TRANSFER_SUSPENDED"
	DisputeHidden      Reason = "DISPUTE_NOT_DISCLOSED"
	DisputePending     Reason = "DISPUTE_PENDING"
	// G9
	IsStateSecret    Reason = "STATE_SECRET"
	SecrecyUnchecked Reason = "SECRECY_NOT_REVIEWED"
	AbstractMissing  Reason = "ABSTRACT_MISSING"
	RoomMissing      Reason = "DATA_ROOM_MISSING"
	RoomEmpty        Reason = "DATA_ROOM_EMPTY"
	HashMissing      Reason = "CONTENT_HASH_MISSING"
	Unpublished      Reason = "APPLICATION_UNPUBLISHED"
	// G10
	FundingUndeclared    Reason = "FUNDING_NOT_DECLARED"
	ObligationsMissing   Reason = "FUNDING_OBLIGATIONS_MISSING"
	PubliclyFunded       Reason = "PUBLICLY_FUNDED"
	ExportUnknown        Reason = "EXPORT_CLASS_MISSING"
	ExportForbidden      Reason = "EXPORT_PROHIBITED"
	ExportLicenceMissing Reason = "EXPORT_LICENCE_MISSING"
	ExportLimited        Reason = "EXPORT_RESTRICTED"
	// G11
	OwnershipUntold  Reason = "OWNERSHIP_STATEMENT_MISSING"
	DefectsUntold    Reason = "DEFECTS_STATEMENT_MISSING"
	MaturityMissing  Reason = "MATURITY_MISSING"
	EarlyStage       Reason = "EARLY_STAGE"
	InventorsUnasked Reason = "INVENTORS_CONSENT_MISSING"
	// terms
	PeriodMissing      Reason = "PERIOD_MISSING"
	PeriodBackwards    Reason = "PERIOD_BACKWARDS"
	FieldUnknown       Reason = "FIELD_OF_USE_UNKNOWN"
	TerritoryUnknown   Reason = "TERRITORY_UNKNOWN"
	ClauseForbidden    Reason = "CLAUSE_FORBIDDEN"
	EquityUnvalued     Reason = "EQUITY_UNVALUED"
	PerformanceMissing Reason = "MINIMUM_PERFORMANCE_MISSING"
)

// Remedies.
const (
	AddSubject       Remedy = "ADD_SUBJECT"
	AddOffer         Remedy = "ADD_OFFER"
	FillIn           Remedy = "FILL_IN"
	Correct          Remedy = "CORRECT"
	RemoveSubject    Remedy = "REMOVE_SUBJECT"
	ListAsPending    Remedy = "LIST_AS_APPLICATION"
	ListAsGranted    Remedy = "LIST_AS_PATENT"
	RefreshStatus    Remedy = "REFRESH_STATUS"
	AttachDocument   Remedy = "ATTACH_DOCUMENT"
	ShortenPeriod    Remedy = "SHORTEN_PERIOD"
	GetConsent       Remedy = "GET_CONSENT"
	AssignProceeds   Remedy = "ASSIGN_PROCEEDS"
	DiscloseIt       Remedy = "DISCLOSE"
	Declare          Remedy = "DECLARE"
	NarrowScope      Remedy = "NARROW_SCOPE"
	DropOffer        Remedy = "DROP_OFFER"
	PayFee           Remedy = "PAY_FEE"
	WithdrawOpen     Remedy = "WITHDRAW_OPEN_LICENCE"
	Reword           Remedy = "REWORD"
	EndProceeding    Remedy = "END_PROCEEDING"
	NeverList        Remedy = "NEVER_LIST"
	OpenDataRoom     Remedy = "OPEN_DATA_ROOM"
	HandPapersIn     Remedy = "HAND_PAPERS_IN"
	GetExportLicence Remedy = "GET_EXPORT_LICENCE"
	KeepInside       Remedy = "KEEP_INSIDE_MAINLAND"
	DropClause       Remedy = "DROP_CLAUSE"
	Nothing          Remedy = "NONE" // it only has to be known
)

// rule says of a reason to which gate it belongs, what it does, on what it rests and what settles it.
type rule struct {
	reason   Reason
	gate     Gate
	severity Severity
	law      Law
	articles string
	remedy   Remedy
}

// rulebook has one row for each reason. R4.4, R4.6
var rulebook = []rule{
	{NothingForSale, Form, Blocks, MarketRules, "", AddSubject},
	{NothingOffered, Form, Blocks, MarketRules, "", AddOffer},
	{KindUnknown, Form, Blocks, MarketRules, "", Correct},
	{ModeUnknown, Form, Blocks, MarketRules, "", Correct},
	{NumberMissing, Form, Blocks, MarketRules, "", FillIn},
	{NumberWrong, Form, Blocks, MarketRules, "", Correct},
	{NumberOfOther, Form, Blocks, MarketRules, "", Correct},
	{NumberTwice, Form, Blocks, MarketRules, "", RemoveSubject},
	{DateWrong, Form, Blocks, MarketRules, "", Correct},
	{DateInFuture, Form, Blocks, MarketRules, "", Correct},
	{FiledContradict, Form, Blocks, MarketRules, "", Correct},
	{ClassUnknown, Form, Blocks, MarketRules, "", Correct},
	{DecisionLoose, Form, Blocks, MarketRules, "", HandPapersIn},
	{PrimaryMissing, Form, Blocks, MarketRules, "", FillIn},
	{PrimaryTwice, Form, Blocks, MarketRules, "", Correct},

	{RightDead, G1, Blocks, CivilCode, "865", RemoveSubject},
	{RightExpired, G1, Blocks, PatentLaw, "42", RemoveSubject},
	{TermUnknown, G1, Blocks, PatentLaw, "42", FillIn},
	{NotGranted, G1, Blocks, PatentLaw, "10", ListAsPending},
	{AlreadyGranted, G1, Warns, PatentLaw, "10", ListAsGranted},
	{StatusMissing, G1, Blocks, MarketRules, "", RefreshStatus},
	{EvidenceMissing, G1, Blocks, MarketRules, "", AttachDocument},
	{EvidenceLoose, G1, Warns, MarketRules, "", HandPapersIn},
	{StatusStale, G1, Blocks, MarketRules, "", RefreshStatus},
	{PartlyInvalidated, G1, Disclose, AuctionLaw, "18", Nothing},
	{LicenceTooLong, G1, Blocks, CivilCode, "865", ShortenPeriod},

	{OwnerMissing, G2, Blocks, AuctionLaw, "6", FillIn},
	{SellerNotOwner, G2, Blocks, AuctionLaw, "6", Correct},
	{SharesWrong, G2, Warns, MarketRules, "", Correct},
	{CoOwnerConsent, G2, Blocks, PatentLaw, "14", GetConsent},
	{AgreementUnproved, G2, Blocks, PatentLaw, "14", AttachDocument},
	{FeeShared, G2, Disclose, PatentLaw, "14", Nothing},

	{PledgeeConsent, G3, Blocks, CivilCode, "444", GetConsent},
	{ProceedsUnset, G3, Blocks, CivilCode, "444", AssignProceeds},
	{Pledged, G3, Disclose, CivilCode, "444", Nothing},

	{LicencesUndeclared, G4, Blocks, ContractOpinion, "24", Declare},
	{LicenceHidden, G4, Blocks, ContractOpinion, "24", DiscloseIt},
	{LicenceSurvives, G4, Disclose, ContractOpinion, "24", Nothing},
	{NotAlone, G4, Warns, ContractOpinion, "25", NarrowScope},

	{TakenByLicence, G5, Blocks, ContractOpinion, "25", NarrowScope},

	{OpenOnlyPatents, G6, Blocks, PatentLaw, "50", DropOffer},
	{OpenBeforeGrant, G6, Blocks, PatentRules, "85-86", DropOffer},
	{OpenWhileExclusive, G6, Blocks, PatentRules, "85-86", DropOffer},
	{OpenWhileSuspended, G6, Blocks, PatentRules, "85-86", EndProceeding},
	{OpenFeesUnpaid, G6, Blocks, PatentRules, "85-86", PayFee},
	{OpenWhilePledged, G6, Blocks, PatentRules, "85-86", GetConsent},
	{ReportMissing, G6, Blocks, PatentLaw, "50", AttachDocument},
	{OpenFeeMissing, G6, Blocks, PatentLaw, "50", FillIn},
	{PromotionalWording, G6, Blocks, PatentRules, "85-86", Reword},
	{ExclusiveWhileOpen, G6, Blocks, PatentLaw, "51", WithdrawOpen},
	{ExclusiveBesideOpen, G6, Blocks, PatentLaw, "51", DropOffer},

	{FeesUnknown, G7, Blocks, MarketRules, "", FillIn},
	{FeeNext, G7, Disclose, MarketRules, "", Nothing},
	{FeeLate, G7, Warns, MarketRules, "", PayFee},
	{FeeLapsed, G7, Blocks, MarketRules, "", RefreshStatus},

	{DisputesUndeclared, G8, Blocks, AuctionLaw, "27", Declare},
	{Seized, G8, Blocks, AuctionLaw, "6", EndProceeding},
	{PreservedByCourt, G8, Blocks, AuctionLaw, "6", EndProceeding},
	{TransferSuspended, G8, Warns, PatentLaw, "10", EndProceeding},
	{DisputeHidden, G8, Blocks, AuctionLaw, "27", DiscloseIt},
	{DisputePending, G8, Disclose, AuctionLaw, "18", Nothing},

	{IsStateSecret, G9, Blocks, MarketRules, "", NeverList},
	{SecrecyUnchecked, G9, Blocks, MarketRules, "", Declare},
	{AbstractMissing, G9, Blocks, MarketRules, "", FillIn},
	{RoomMissing, G9, Blocks, MarketRules, "", OpenDataRoom},
	{RoomEmpty, G9, Blocks, MarketRules, "", HandPapersIn},
	{HashMissing, G9, Blocks, MarketRules, "", FillIn},
	{Unpublished, G9, Warns, MarketRules, "", OpenDataRoom},

	{FundingUndeclared, G10, Blocks, MarketRules, "", Declare},
	{ObligationsMissing, G10, Blocks, MarketRules, "", FillIn},
	{PubliclyFunded, G10, Disclose, MarketRules, "", Nothing},
	{ExportUnknown, G10, Blocks, TradeRules, "28-37", FillIn},
	{ExportForbidden, G10, Blocks, TradeRules, "28-37", KeepInside},
	{ExportLicenceMissing, G10, Blocks, TradeRules, "28-37", GetExportLicence},
	{ExportLimited, G10, Disclose, TradeRules, "28-37", Nothing},

	{OwnershipUntold, G11, Blocks, AuctionLaw, "6", FillIn},
	{DefectsUntold, G11, Blocks, AuctionLaw, "27", FillIn},
	{MaturityMissing, G11, Blocks, MarketRules, "", FillIn},
	{EarlyStage, G11, Disclose, MarketRules, "", Nothing},
	{InventorsUnasked, G11, Blocks, ConversionLaw, "19", AttachDocument},

	{PeriodMissing, Terms, Blocks, CivilCode, "865", FillIn},
	{PeriodBackwards, Terms, Blocks, MarketRules, "", Correct},
	{FieldUnknown, Terms, Blocks, MarketRules, "", Correct},
	{TerritoryUnknown, Terms, Blocks, MarketRules, "", Correct},
	{ClauseForbidden, Terms, Blocks, ContractOpinion, "10", DropClause},
	{EquityUnvalued, Terms, Blocks, CompanyLaw, "48", AttachDocument},
	{PerformanceMissing, Terms, Warns, MarketRules, "", FillIn},
}

// gates are in the order in which findings come.
var gates = []Gate{Form, G1, G2, G3, G4, G5, G6, G7, G8, G9, G10, G11, Terms}

var ruleOf = func() map[Reason]rule {
	of := make(map[Reason]rule, len(rulebook))
	for _, r := range rulebook {
		of[r.reason] = r
	}
	return of
}()

// Reasons are all of them, for who has to have a sentence for each.
func Reasons() []Reason {
	all := make([]Reason, len(rulebook))
	for i, r := range rulebook {
		all[i] = r.reason
	}
	return all
}

// Remedies are all of them, for who has to have a sentence for each.
func Remedies() []Remedy {
	var all []Remedy
	for _, r := range rulebook {
		if !slices.Contains(all, r.remedy) {
			all = append(all, r.remedy)
		}
	}
	return all
}

// Gates are all of them in their order.
func Gates() []Gate { return slices.Clone(gates) }
