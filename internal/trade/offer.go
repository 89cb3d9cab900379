package trade

import (
	"encoding/json"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/calendar"
	"github.com/g60-corridor/corridor/internal/money"
)

type (
	// ProjectID names a project: one attempt to find a price for one object in one way.
	ProjectID int64
	// Party is a registered organisation or person, by its key in the catalogue.
	Party string
	// RegistrationID names one registration of interest within a project.
	RegistrationID string
	// ObjectionID names one objection within a project.
	ObjectionID string
	// Document names a stored document by its key or hash.
	Document string
	// Rule is the number of a rule of the trade: R2.3.
	Rule string
	// Instant is a moment in microseconds since 1970-01-01 00:00 UTC, as in the lots' logs.
	Instant = auction.Instant
)

// Way is how a price comes about. R2.1
type Way string

const (
	ByAgreement Way = "AGREEMENT" // 协议定价
	ByListing   Way = "LISTING"   // 挂牌交易
	ByAuction   Way = "AUCTION"   // 拍卖
)

// Offer is what is for sale at what price. A change of it is a change of the project (R2.5, R2.8).
type Offer struct {
	Object   string    `json:"object"`          // the published version of what is sold
	Rights   string    `json:"rights"`          // ASSIGN, EXCLUSIVE, … (§4.6)
	Buyer    Party     `json:"buyer,omitempty"` // the counterparty of an agreement
	PriceFen money.Fen `json:"price_fen"`       // noticed, list or start price
}

func (o Offer) valid(w Way) bool {
	return o.Object != "" && o.Rights != "" && o.PriceFen > 0 && o.PriceFen <= money.Max && (o.Buyer != "") == (w == ByAgreement)
}

// Parent is the project of which another is the next round. FloorFen is the least price allowed there (R2.9).
type Parent struct {
	Project  ProjectID `json:"project"`
	FloorFen money.Fen `json:"floor_fen"`
}

// Paper is one version of a stored file, with the hash by which it is known again.
type Paper struct {
	Document int64  `json:"document"`
	Version  int    `json:"version,omitempty"`
	SHA256   string `json:"sha256"`
}

// DecisionFile is the collective decision of the seller. R2.2
type DecisionFile struct {
	Document          Document      `json:"document"`
	DecidedOn         calendar.Date `json:"decided_on"`
	Minutes           Document      `json:"minutes"`
	Basis             Document      `json:"basis"` // how the price was found
	InventorsNotified bool          `json:"inventors_notified"`
	ConflictsDeclared bool          `json:"conflicts_declared"`
	PriceFen          money.Fen     `json:"price_fen"`               // the least price decided
	Appraisal         Document      `json:"appraisal,omitempty"`     // R2.1, of a state-owned enterprise, and so the next two
	AppraisalFen      money.Fen     `json:"appraisal_fen,omitempty"` // what it found
	Approval          Document      `json:"approval,omitempty"`      // of a price below nine tenths of it
	Papers            []Paper       `json:"papers,omitempty"`        // the file itself, as it lay with the listing then
}

// NoticeContent is what a public notice says besides the offer, and where. R2.3, R2.4
type NoticeContent struct {
	Name               string `json:"name"`
	Abstract           string `json:"abstract"`
	RelatedParty       bool   `json:"related_party"`
	ObjectionProcedure string `json:"objection_procedure"`
	InUnit             string `json:"in_unit"`   // where it hangs in the unit
	OnMarket           string `json:"on_market"` // where it stands on the market
}

// Mode is the competitive sale that was announced. Terms are for whoever runs it; trade only keeps them.
type Mode struct {
	Name  string          `json:"name"`
	Terms json.RawMessage `json:"terms,omitempty"`
}

func (m Mode) valid() bool { return m.Name != "" && (len(m.Terms) == 0 || json.Valid(m.Terms)) }

// Condition is what a buyer must fulfil, with the test by which it is judged. R2.10
type Condition struct {
	Code string `json:"code"`
	Text string `json:"text"`
	Test string `json:"test"`
}

// Entrance is what bidders must bring, for listings and auctions alike.
type Entrance struct {
	DepositFen    money.Fen   `json:"deposit_fen"` // R2.19
	Conditions    []Condition `json:"conditions,omitempty"`
	ForfeitCauses []string    `json:"forfeit_causes,omitempty"` // R2.21
	Mode          Mode        `json:"mode"`
}

// ListingTerms are announced with a listing.
type ListingTerms struct {
	PeriodWD  int       `json:"period_wd"` // 0: the default of the price (R2.7)
	Extension Extension `json:"extension"`
	Channels  []string  `json:"channels"` // where it is announced
	Entrance  Entrance  `json:"entrance"`
}

// Extension is the clause for a listing without qualified buyer. Cycles 0: no clause. R2.9
type Extension struct {
	DaysWD int `json:"days_wd,omitempty"`
	Cycles int `json:"cycles,omitempty"`
}

// Procedure is the legal regime of an auction project. R1.1
type Procedure = auction.Procedure

// Licence is what AUCTION_LAW cannot do without. R1.1
type Licence struct {
	House       string `json:"house"`
	LicenceNo   string `json:"licence_no"`
	Auctioneer  string `json:"auctioneer"`
	Certificate string `json:"certificate"`
}

func (l *Licence) complete() bool {
	return l != nil && l.House != "" && l.LicenceNo != "" && l.Auctioneer != "" && l.Certificate != ""
}

// Commission is the written contract between seller and house. R2.14. The reserve stands in the contract and not here.
type Commission struct {
	Document Document `json:"document"`
	Parties  string   `json:"parties"`
	Lot      string   `json:"lot"`
	Reserve  string   `json:"reserve"` // its mode only: NONE, EQUAL_START, HIDDEN
	Place    string   `json:"place"`   // time and place
	Delivery string   `json:"delivery"`
	Fee      string   `json:"fee"`
	Payment  string   `json:"payment"`
	Breach   string   `json:"breach"`
}

func (c Commission) complete() bool {
	for _, s := range []string{string(c.Document), c.Parties, c.Lot, c.Reserve, c.Place, c.Delivery, c.Fee, c.Payment, c.Breach} {
		if s == "" {
			return false
		}
	}
	return true
}

// Announcement makes a sale public. R2.15
type Announcement struct {
	Proof       Document      `json:"proof"` // the page of the newspaper or medium
	Medium      string        `json:"medium"`
	Place       string        `json:"place"`
	Formalities string        `json:"formalities"`
	SaleAt      Instant       `json:"sale_at"`
	RegisterBy  Instant       `json:"register_by"`
	PreviewFrom calendar.Date `json:"preview_from"`
	PreviewTo   calendar.Date `json:"preview_to"`
	Defects     string        `json:"defects,omitempty"` // the "as is" statement
	MinBidders  int           `json:"min_bidders"`       // 0: the default of the procedure (R2.18)
	Entrance    Entrance      `json:"entrance"`
}
