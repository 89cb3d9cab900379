package subject

import (
	"strings"

	"github.com/g60-corridor/corridor/internal/ident"
)

// DossierFormat names the JSON of a Dossier; it changes when the meaning of a field does.
const DossierFormat = "corridor-dossier/1"

// Dossier describes an offer as far as the gates have to know it.
type Dossier struct {
	Format      string     `json:"format"`
	Subjects    []Subject  `json:"subjects"`
	Offers      []Offer    `json:"offers"` // each of them on all subjects
	Classes     []Class    `json:"classes"`
	Disclosure  Disclosure `json:"disclosure"`
	CrossBorder bool       `json:"cross_border,omitempty"` // a party from outside the mainland takes part, or may
}

// Subject is one thing for sale.
type Subject struct {
	ID     string `json:"id"` // within the dossier
	Kind   Kind   `json:"kind"`
	Number string `json:"number"`           // normal form
	Title  string `json:"title,omitempty"`  // as its register has it
	Family string `json:"family,omitempty"` // subjects of one family bear the same name here

	Office           ident.Office `json:"office,omitempty"` // of a patent outside China
	Filed            ident.Date   `json:"filed,omitempty"`
	Granted          ident.Date   `json:"granted,omitempty"`
	Published        ident.Date   `json:"published,omitempty"` // software: first publication
	Completed        ident.Date   `json:"completed,omitempty"` // software, IC layout: creation
	FirstUsed        ident.Date   `json:"first_used,omitempty"`
	Expires          ident.Date   `json:"expires,omitempty"` // stated by the owner where it cannot be computed
	CompensationDays int          `json:"compensation_days,omitempty"`
	Woody            bool         `json:"woody,omitempty"`           // plant variety: trees, vines, ornamental trees
	PersonalAuthor   bool         `json:"personal_author,omitempty"` // software: made by a person, not for an organisation

	Status           LegalStatus `json:"status"`
	PaidYears        int         `json:"paid_years,omitempty"`        // the last year of the patent whose fee is paid
	EvaluationReport string      `json:"evaluation_report,omitempty"` // a document: 专利权评价报告
	ContentHash      string      `json:"content_hash,omitempty"`      // know-how: SHA-256 of what is secret

	Owners    []Owner    `json:"owners"`
	Agreement *Agreement `json:"agreement,omitempty"` // of the co-owners
	Pledges   []Pledge   `json:"pledges,omitempty"`
	Licences  []Licence  `json:"licences,omitempty"`
	Disputes  []Dispute  `json:"disputes,omitempty"`

	Secrecy       Secrecy     `json:"secrecy"`
	Funding       []Funding   `json:"funding,omitempty"`
	Export        ExportClass `json:"export"`
	ExportLicence string      `json:"export_licence,omitempty"` // a document
}

// Consent is a permission for some modes, proved by a document; without one it is none.
type Consent struct {
	Modes    []Mode     `json:"modes"`
	Document string     `json:"document"`
	Given    ident.Date `json:"given,omitempty"`
}

func (c Consent) covers(m Mode) bool {
	for _, other := range c.Modes {
		if other == m {
			return !blank(c.Document)
		}
	}
	return false
}

func anyCovers(consents []Consent, m Mode) bool {
	for _, c := range consents {
		if c.covers(m) {
			return true
		}
	}
	return false
}

// Owner is one who holds the right or a part of it.
type Owner struct {
	Party    string    `json:"party"`
	Seller   bool      `json:"seller,omitempty"` // makes this offer
	ShareBP  int64     `json:"share_bp,omitempty"`
	Consents []Consent `json:"consents,omitempty"`
}

// Agreement is what co-owners have agreed: which modes each may use alone.
type Agreement struct {
	Document string `json:"document"`
	Alone    []Mode `json:"alone"`
}

// Pledge is a security on the right.
type Pledge struct {
	Pledgee  string     `json:"pledgee"`
	Until    ident.Date `json:"until,omitempty"` // the day on which it was released; empty while it lasts
	Consents []Consent  `json:"consents,omitempty"`
	Proceeds Proceeds   `json:"proceeds,omitempty"`
}

// Proceeds is where the price of a pledged right goes.
type Proceeds string

const (
	PrepayDebt Proceeds = "PREPAY"
	IntoEscrow Proceeds = "ESCROW"
)

// Licence is a licence that exists.
type Licence struct {
	Licensee  string `json:"licensee"`
	Mode      Mode   `json:"mode"`
	Scope     Scope  `json:"scope"`
	Disclosed bool   `json:"disclosed,omitempty"` // shown on the page of the offer
}

// runs reports whether the licence has not ended.
func (l Licence) runs(today ident.Date) bool {
	_, last := l.Scope.Period.days(today)
	return last == "" || last >= today
}

// DisputeKind is what is disputed, and how.
type DisputeKind string

const (
	Litigation   DisputeKind = "LITIGATION"
	Invalidation DisputeKind = "INVALIDATION"
	Ownership    DisputeKind = "OWNERSHIP"
	Seizure      DisputeKind = "SEIZURE" // 查封、冻结
)

// Dispute is a proceeding about the right.
type Dispute struct {
	Kind      DisputeKind `json:"kind"`
	Case      string      `json:"case"`            // court or office, and number
	Until     ident.Date  `json:"until,omitempty"` // the day on which it ended
	Disclosed string      `json:"disclosed"`       // what the page says of it
}

// Secrecy is what a review for state secrets has found.
type Secrecy string

const (
	NoSecret    Secrecy = "NONE"
	StateSecret Secrecy = "STATE_SECRET"
)

// Funding is public money in the making, and what it obliges to.
type Funding struct {
	Programme   string `json:"programme"`
	Number      string `json:"number"`
	Obligations string `json:"obligations"`
}

// ExportClass is how the export of the technology is regulated.
type ExportClass string

const (
	ExportFree       ExportClass = "FREE"
	ExportRestricted ExportClass = "RESTRICTED"
	ExportProhibited ExportClass = "PROHIBITED"
)

// Offer is a right that is offered.
type Offer struct {
	Mode               Mode         `json:"mode"`
	Scope              Scope        `json:"scope"`
	Sublicensing       bool         `json:"sublicensing,omitempty"`
	Improvements       Improvements `json:"improvements,omitempty"`
	KnowHowTransfer    bool         `json:"know_how_transfer,omitempty"`
	MinimumPerformance string       `json:"minimum_performance,omitempty"`
	Clauses            []Clause     `json:"clauses,omitempty"`     // of the draft contract, that monopolise technology
	Fee                string       `json:"fee,omitempty"`         // open licence: the published fee and how it is paid
	Declaration        string       `json:"declaration,omitempty"` // open licence: its public text
	Valuation          string       `json:"valuation,omitempty"`   // equity: a document
}

// Disclosure is what the seller tells everybody, and declares to be complete.
type Disclosure struct {
	Abstract         string `json:"abstract"`
	Ownership        string `json:"ownership"`
	Defects          string `json:"defects"` // also when none are known
	Maturity         Level  `json:"maturity"`
	InventorsConsent string `json:"inventors_consent"` // a document: notified, and what they said
	DataRoom         bool   `json:"data_room"`         // confidential documents open after a signed promise only
	AllLicences      bool   `json:"all_licences"`      // no other licences exist than those named
	AllDisputes      bool   `json:"all_disputes"`
	AllFunding       bool   `json:"all_funding"`
}

func blank(s string) bool { return strings.TrimSpace(s) == "" }
