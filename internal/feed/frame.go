// Package feed says what each audience may see of a lot. Render and Snapshot are pure functions of the
// lot's state and log; who is connected is none of their business. It may import money and auction only.
package feed

import (
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/money"
)

// Cursor counts the entries of a lot that change what the public may see, from 1. It is never the raw position.
// An entry that changes a figure without being a line (a bidder admitted) steps it too.
type Cursor int64

// Frame is what a watcher is told: the state after Cursor, and what happened since From.
// A snapshot has From 0 and the last rows only. The same bytes go to everybody who watches; what only one
// bidder may know travels in OwnRow and Holding.
type Frame struct {
	T       string        `json:"t"` // "snapshot" or "frame"
	Lot     auction.LotID `json:"lot"`
	From    Cursor        `json:"from"`
	Cursor  Cursor        `json:"cursor"`
	Head    auction.Hash  `json:"head"`   // of the chain, at the entry that Cursor counts
	NowUS   int64         `json:"now_us"` // server's clock when the frame was made
	State   View          `json:"state"`
	Rows    []Row         `json:"rows"`
	Omitted int           `json:"omitted,omitempty"` // rows between From and the first of Rows that are left out
}

// View is the public state of a lot. Times are microseconds since 1970 UTC, money is fen; 0 means none.
type View struct {
	Phase      auction.Phase  `json:"phase"`
	StartFen   money.Fen      `json:"start_fen"`
	PriceFen   money.Fen      `json:"price_fen"` // the start price until HasBid
	HasBid     bool           `json:"has_bid"`
	PriceAtUS  int64          `json:"price_at_us"`
	Leader     auction.Paddle `json:"leader"`
	LeaderRank int            `json:"leader_rank"` // a priority holder of better rank may bid the current price
	MinimumFen money.Fen      `json:"minimum_fen"` // next bid of an ordinary bidder
	StepFen    money.Fen      `json:"step_fen"`
	OpensAtUS  int64          `json:"opens_at_us"`
	DeadlineUS int64          `json:"deadline_us"`
	Extended   int            `json:"extended"`
	Reserve    ReserveView    `json:"reserve"`
	Bidders    int            `json:"bidders"`
	Bids       int            `json:"bids"` // accepted bids that the public saw
	Pause      *PauseView     `json:"pause,omitempty"`
	Result     *ResultView    `json:"result,omitempty"`
}

// ReserveView is all that is ever told about a reserve.
type ReserveView string

const (
	ReserveNone   ReserveView = "NONE"   // none, announced so
	ReserveStart  ReserveView = "START"  // equal to the start price
	ReserveSecret ReserveView = "SECRET" // there is one; whether it is met is told at the close
	ReserveMet    ReserveView = "MET"
	ReserveNotMet ReserveView = "NOT_MET"
)

// PauseView tells why and since when a lot stands still and when it goes on.
type PauseView struct {
	Cause      auction.PauseCause `json:"cause"`
	Note       string             `json:"note"`
	SinceUS    int64              `json:"since_us"`
	LeftUS     int64              `json:"left_us"`
	During     auction.Phase      `json:"during"`
	ResumeAtUS int64              `json:"resume_at_us"` // 0: not announced
}

// ResultView tells how a lot ended.
type ResultView struct {
	Outcome  auction.Outcome   `json:"outcome"`
	Why      auction.PassedWhy `json:"why"`
	Winner   auction.Paddle    `json:"winner"`
	PriceFen money.Fen         `json:"price_fen"`
	AtUS     int64             `json:"at_us"`
}

// Row is one public happening, a line of the bid history.
type Row struct {
	N         Cursor         `json:"n"`
	AtUS      int64          `json:"at_us"`
	Type      string         `json:"type"` // the event's kind, e.g. "BidAccepted"
	Paddle    auction.Paddle `json:"paddle,omitempty"`
	AmountFen money.Fen      `json:"amount_fen,omitempty"` // what was offered; absent while it is sealed
	Sealed    bool           `json:"sealed,omitempty"`     // a maximum whose amount is sealed
	PriceFen  money.Fen      `json:"price_fen,omitempty"`  // after it
	Leader    auction.Paddle `json:"leader,omitempty"`     // after it
	OpenedFen money.Fen      `json:"opened_fen,omitempty"` // the beaten maximum of the former leader
	Note      string         `json:"note,omitempty"`

	Cause   auction.PauseCause `json:"cause,omitempty"`   // of a pause or an annulment
	Outcome auction.Outcome    `json:"outcome,omitempty"` // of the last line
	Why     auction.PassedWhy  `json:"why,omitempty"`
}

// OwnRow is one attempt of the bidder it is sent to: his receipt.
type OwnRow struct {
	Own       int64           `json:"own"` // his attempts in this lot, from 1
	Key       auction.Key     `json:"key"`
	AtUS      int64           `json:"at_us"`
	BidKind   auction.BidKind `json:"bid_kind"`
	AmountFen money.Fen       `json:"amount_fen"`
	Accepted  bool            `json:"accepted"`
	Leads     bool            `json:"leads"` // this bid led, right after it; never true of a refused one
	PriceFen  money.Fen       `json:"price_fen"`
	Reason    auction.Reason  `json:"reason,omitempty"`
	Basis     *auction.Basis  `json:"basis,omitempty"`
	Leaf      auction.Hash    `json:"leaf"`               // the receipt: auction.Hash.Receipt of the entry's leaf
	Repeated  bool            `json:"repeated,omitempty"` // answer to a key that was answered before
}

// Holding is what a bidder has standing in a lot.
type Holding struct {
	Paddle     auction.Paddle `json:"paddle"`
	Rank       int            `json:"rank"`
	Suspended  bool           `json:"suspended"`
	MaximumFen money.Fen      `json:"maximum_fen"`
	MinimumFen money.Fen      `json:"minimum_fen"` // the least that this bidder may bid next, by his rank
	Own        int64          `json:"own"`
}
