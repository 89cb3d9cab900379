package trade

func (Drafted) Kind() string               { return "Drafted" }
func (OfferRevised) Kind() string          { return "OfferRevised" }
func (DecisionRecorded) Kind() string      { return "DecisionRecorded" }
func (Withdrawn) Kind() string             { return "Withdrawn" }
func (ObjectionLodged) Kind() string       { return "ObjectionLodged" }
func (ObjectionRejected) Kind() string     { return "ObjectionRejected" }
func (ObjectionUpheld) Kind() string       { return "ObjectionUpheld" }
func (ContractSigned) Kind() string        { return "ContractSigned" }
func (PaymentReceived) Kind() string       { return "PaymentReceived" }
func (Settled) Kind() string               { return "Settled" }
func (PaymentReminded) Kind() string       { return "PaymentReminded" }
func (Defaulted) Kind() string             { return "Defaulted" }
func (ContractRegistered) Kind() string    { return "ContractRegistered" }
func (DeadlineMissed) Kind() string        { return "DeadlineMissed" }
func (NoticeOpened) Kind() string          { return "NoticeOpened" }
func (OfferRaised) Kind() string           { return "OfferRaised" }
func (NoticeVoided) Kind() string          { return "NoticeVoided" }
func (NoticeCompleted) Kind() string       { return "NoticeCompleted" }
func (ReviewRequested) Kind() string       { return "ReviewRequested" }
func (DraftReturned) Kind() string         { return "DraftReturned" }
func (ListingPublished) Kind() string      { return "ListingPublished" }
func (ListingChanged) Kind() string        { return "ListingChanged" }
func (ApplicationsClosed) Kind() string    { return "ApplicationsClosed" }
func (ListingClosed) Kind() string         { return "ListingClosed" }
func (ListingExtended) Kind() string       { return "ListingExtended" }
func (ListingEnded) Kind() string          { return "ListingEnded" }
func (BiddingOpened) Kind() string         { return "BiddingOpened" }
func (Awarded) Kind() string               { return "Awarded" }
func (ResultNoticeCompleted) Kind() string { return "ResultNoticeCompleted" }
func (Suspended) Kind() string             { return "Suspended" }
func (Resumed) Kind() string               { return "Resumed" }
func (Terminated) Kind() string            { return "Terminated" }
func (Relisted) Kind() string              { return "Relisted" }
func (RegistrationReceived) Kind() string  { return "RegistrationReceived" }
func (DocumentsAccepted) Kind() string     { return "DocumentsAccepted" }
func (DocumentsRejected) Kind() string     { return "DocumentsRejected" }
func (DepositReceived) Kind() string       { return "DepositReceived" }
func (DepositReturned) Kind() string       { return "DepositReturned" }
func (RegistrationWithdrawn) Kind() string { return "RegistrationWithdrawn" }
func (CommissionSigned) Kind() string      { return "CommissionSigned" }
func (SaleAnnounced) Kind() string         { return "SaleAnnounced" }
func (RegistrationClosed) Kind() string    { return "RegistrationClosed" }
func (PreviewHeld) Kind() string           { return "PreviewHeld" }
func (SaleOpened) Kind() string            { return "SaleOpened" }
func (SoleBidder) Kind() string            { return "SoleBidder" }
func (SalePaused) Kind() string            { return "SalePaused" }
func (SaleResumed) Kind() string           { return "SaleResumed" }
func (Sold) Kind() string                  { return "Sold" }
func (SalePassed) Kind() string            { return "SalePassed" }
func (ConfirmationSigned) Kind() string    { return "ConfirmationSigned" }
func (ReauctionDecided) Kind() string      { return "ReauctionDecided" }
func (SaleEnded) Kind() string             { return "SaleEnded" }
func (Annulled) Kind() string              { return "Annulled" }

func (Drafted) Rules() []Rule               { return []Rule{"R2.1"} }
func (OfferRevised) Rules() []Rule          { return []Rule{"R2.2"} }
func (DecisionRecorded) Rules() []Rule      { return []Rule{"R2.2"} }
func (ObjectionLodged) Rules() []Rule       { return []Rule{"R2.4"} }
func (ObjectionRejected) Rules() []Rule     { return []Rule{"R2.4"} }
func (ObjectionUpheld) Rules() []Rule       { return []Rule{"R2.4"} }
func (ContractSigned) Rules() []Rule        { return []Rule{"R2.5", "R2.6"} }
func (PaymentReceived) Rules() []Rule       { return []Rule{"R2.24"} }
func (Settled) Rules() []Rule               { return []Rule{"R2.24"} }
func (PaymentReminded) Rules() []Rule       { return []Rule{"R2.22"} }
func (Defaulted) Rules() []Rule             { return []Rule{"R2.22"} }
func (ContractRegistered) Rules() []Rule    { return []Rule{"R2.25"} }
func (NoticeOpened) Rules() []Rule          { return []Rule{"R2.3", "R2.4"} }
func (OfferRaised) Rules() []Rule           { return []Rule{"R2.5"} }
func (NoticeCompleted) Rules() []Rule       { return []Rule{"R2.3", "R2.6"} }
func (ReviewRequested) Rules() []Rule       { return []Rule{"R2.2"} }
func (DraftReturned) Rules() []Rule         { return []Rule{"R2.2"} }
func (ListingPublished) Rules() []Rule      { return []Rule{"R2.7"} }
func (ListingChanged) Rules() []Rule        { return []Rule{"R2.8"} }
func (ApplicationsClosed) Rules() []Rule    { return []Rule{"R2.11"} }
func (ListingClosed) Rules() []Rule         { return []Rule{"R2.7", "R2.12"} }
func (ListingExtended) Rules() []Rule       { return []Rule{"R2.9"} }
func (BiddingOpened) Rules() []Rule         { return []Rule{"R2.12"} }
func (Awarded) Rules() []Rule               { return []Rule{"R2.12", "R2.13"} }
func (ResultNoticeCompleted) Rules() []Rule { return []Rule{"R2.13"} }
func (Suspended) Rules() []Rule             { return []Rule{"§2.2"} }
func (Resumed) Rules() []Rule               { return []Rule{"§2.2"} }
func (Terminated) Rules() []Rule            { return []Rule{"§2.2"} }
func (Relisted) Rules() []Rule              { return []Rule{"R2.9"} }
func (RegistrationReceived) Rules() []Rule  { return []Rule{"R2.11"} }
func (DocumentsAccepted) Rules() []Rule     { return []Rule{"R2.11"} }
func (DocumentsRejected) Rules() []Rule     { return []Rule{"R2.10", "R2.11"} }
func (DepositReceived) Rules() []Rule       { return []Rule{"R2.11", "R2.19"} }
func (DepositReturned) Rules() []Rule       { return []Rule{"R2.11", "R2.20"} }
func (RegistrationWithdrawn) Rules() []Rule { return []Rule{"R2.21"} }
func (CommissionSigned) Rules() []Rule      { return []Rule{"R1.1", "R2.14"} }
func (SaleAnnounced) Rules() []Rule         { return []Rule{"R2.15"} }
func (RegistrationClosed) Rules() []Rule    { return []Rule{"R2.11"} }
func (PreviewHeld) Rules() []Rule           { return []Rule{"R2.15"} }
func (SaleOpened) Rules() []Rule            { return []Rule{"R2.18"} }
func (SoleBidder) Rules() []Rule            { return []Rule{"R2.12", "R2.18"} }
func (SalePaused) Rules() []Rule            { return []Rule{"R3.15"} }
func (SaleResumed) Rules() []Rule           { return []Rule{"R3.16"} }
func (Sold) Rules() []Rule                  { return []Rule{"R2.18"} }
func (SalePassed) Rules() []Rule            { return []Rule{"R2.17"} }
func (ConfirmationSigned) Rules() []Rule    { return []Rule{"R2.23"} }
func (ReauctionDecided) Rules() []Rule      { return []Rule{"R2.17"} }
func (SaleEnded) Rules() []Rule             { return []Rule{"R2.17"} }
func (Annulled) Rules() []Rule              { return []Rule{"R3.17"} }

// Rules of a withdrawal: costs are due once a house is commissioned.
func (e Withdrawn) Rules() []Rule {
	if e.CostsFen != nil {
		return []Rule{"R2.16"}
	}
	return []Rule{"R2.1"}
}

// Rules of a missed deadline are those of its clock.
func (e DeadlineMissed) Rules() []Rule { return []Rule{e.Clock.Kind.Rule()} }

// Rules of a void notice: an upheld objection, or a material change.
func (e NoticeVoided) Rules() []Rule {
	if e.Why == AfterObjection {
		return []Rule{"R2.4"}
	}
	return []Rule{"R2.5"}
}

// Rules of an end: without bidder or quote, or without the sole bidder's word.
func (e ListingEnded) Rules() []Rule {
	if e.Why == NoQualifiedBuyer {
		return []Rule{"R2.9"}
	}
	return []Rule{"R2.12"}
}
