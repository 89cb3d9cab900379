// Package page holds the pages. Each takes one struct that bears its name, filled in by the site; the reader's
// language and visit come with the context. Nothing here queries.
package page

import (
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/feed"
	"github.com/g60-corridor/corridor/internal/money"
	"github.com/g60-corridor/corridor/web/form"
)

// Lots come with their Listing and its Seller loaded wherever a page shows them; LotPage and AnnouncementPage also
// with Patents (and their Owners) and Operator.

// HomePage is the front page: what is live, what comes next, what was decided.
type HomePage struct {
	Live, Next, Results    []*ent.Lot
	Fields, Cities, Days   []Count // published lots by code; Days are keys such as 2026-11-23, in order
	SoldInAll              int
	SoldFen                money.Fen // sum of the sold lots' prices
	ListingsInAll, Sellers int
	Needs                  []Need // the newest that everybody may see
	NeedsInAll             int
}

// Count is how many lots there are of one kind.
type Count struct {
	Code string
	N    int
}

// Filter narrows the list of lots. Its fields are the query parameters of /lots; empty means all.
type Filter struct {
	State  string // live, next, ended
	City   string // region code
	Field  string
	Date   string // 2026-11-23: opens or closes on that day in Shanghai
	Seller string // number of the seller's organisation
}

// LotsPage is the list of lots.
type LotsPage struct {
	Filter             Filter
	Lots               []*ent.Lot
	Total, Page, Pages int // pages are counted from 1
	Days               []Count
}

// LotPage is one lot: the result, the rules, the documents, registration, and what became of it.
type LotPage struct {
	Lot          *ent.Lot
	Registration *ent.Registration // of the reader's organisation; nil if none
	Barred       string            // why the reader's organisation may not bid here; "" if it may
	Interested   bool              // a bidder, or the buyer, is an inventor or has an interest; R1.7
	Faults       form.Faults       // of the registration form
	Head         string            // head of the log's chain once the lot is closed, hex
	KeyID        string            // key that signed it
	Origin       string            // address of the site, for what machines read
	Watch        WatchPanel
	Questions    QuestionsPanel
}

// OrganisationPage is what the public may know of an organisation.
type OrganisationPage struct {
	Organisation *ent.Organisation
	Lots         []*ent.Lot     // live ones first
	Total        int            // of its lots
	Listings     []*ent.Listing // results that are in no lot
	Origin       string
	Watch        WatchPanel
}

// AnnouncementPage is the announcement for print.
type AnnouncementPage struct{ Lot *ent.Lot }

// SignInPage asks for a password, or in the demo for a click.
type SignInPage struct {
	Email  string
	Next   string // path to go to afterwards
	Fault  string // text key; "" none
	People []*ent.Membership

	Passkeys bool // there are passkeys in this market
}

// AccountPage is what the market knows of the reader.
type AccountPage struct {
	Memberships   []*ent.Membership   // with Organisation
	Registrations []*ent.Registration // with Lot, Listing; newest first
	Orcid         string              // as it was entered
	Faults        form.Faults         // of the form with it
}

// BidsPage is the reader's own bids with their receipts.
type BidsPage struct {
	Lots    []OwnLot
	Pending []PendingLot // waiting for a second person of the reader's company
}

// OwnLot is one lot in which the reader's organisation has bid.
type OwnLot struct {
	Lot     *ent.Lot
	Holding feed.Holding
	Rows    []feed.OwnRow // newest first
	Leads   bool
}

// ConfirmPage asks again before a bid far above the price counts, and reads it back in words. It needs no script.
type ConfirmPage struct {
	Lot       *ent.Lot
	Key       auction.Key // a fresh one: the first attempt was refused under its own
	Kind      auction.BidKind
	AmountFen money.Fen
	Row       feed.OwnRow // the refusal that asks for it
}

// ReceiptPage is the answer to a bid made by form.
type ReceiptPage struct {
	Lot     *ent.Lot
	Row     feed.OwnRow
	Holding feed.Holding
}

// OperatorPage is the operator's list of lots.
type OperatorPage struct {
	Lots        []*ent.Lot  // newest first
	Waiting     map[int]int // registrations to be decided, by lot
	Page, Pages int         // pages are counted from 1
}

// LotFormPage creates a lot from a listing, or changes a draft's rules, with a preview in plain words.
type LotFormPage struct {
	Lot      *ent.Lot       // nil: a new one
	Listing  *ent.Listing   // the chosen one; nil: choose from Listings
	Listings []*ent.Listing // that may be sold
	Form     form.Lot
	Faults   form.Faults
	Preview  *auction.Terms // the rules as they would be published; nil while there are faults
}

// RegistrationsPage is the queue of those who wish to bid in a lot.
type RegistrationsPage struct {
	Lot           *ent.Lot
	Registrations []*ent.Registration // with Organisation
	Faults        map[int]form.Faults // by registration
	Now           time.Time
}

// ConsolePage is where the operator runs a sale.
type ConsolePage struct {
	Lot           *ent.Lot
	View          feed.View
	Rows          []feed.Row // newest first
	Ask           string     // the action to be confirmed: "open", "pause", "annul", "withdraw"; "" none
	Cause         auction.PauseCause
	Note          string
	Faults        form.Faults
	Actions       []*ent.AuditAction  // newest first
	Registrations []*ent.Registration // whom the actions are about
}

// ErrorPage says what went wrong and what to do.
type ErrorPage struct {
	Status    int
	Code      string // text key error_<Code>; falls back to the status
	Message   string // a sentence in the reader's language; may be empty
	RequestID string
}
