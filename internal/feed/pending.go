package feed

import (
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/money"
)

// PendingState is where a pending bid stands.
type PendingState string

const (
	Waiting   PendingState = "WAITING"   // for a second person; nothing has been bid
	Confirmed PendingState = "CONFIRMED" // handed to the saleroom: what came of it stands in Row
	Declined  PendingState = "DECLINED"  // by a second person
	Cancelled PendingState = "CANCELLED" // by who proposed it
	Lapsed    PendingState = "LAPSED"    // see Why
)

// PendingBid is a bid above its bidder's authority, as a person of his own company sees it. It is no bid, stands in no log,
// and nobody else ever gets to see it.
type PendingBid struct {
	ID         int               `json:"id"`
	Key        auction.Key       `json:"key"`
	BidKind    auction.BidKind   `json:"bid_kind"`
	AmountFen  money.Fen         `json:"amount_fen"`
	Proposer   auction.Bilingual `json:"proposer"`
	ProposedUS int64             `json:"proposed_us"`
	State      PendingState      `json:"state"`
	Why        string            `json:"why,omitempty"` // why it lapsed
	DecidedBy  auction.Bilingual `json:"decided_by"`    // empty while it waits
	DecidedUS  int64             `json:"decided_us"`
	Row        *OwnRow           `json:"row,omitempty"` // the saleroom's answer; nil until it is known
	Mine       bool              `json:"mine"`          // the reader has proposed it
	Bar        string            `json:"bar,omitempty"` // why the reader may not confirm it; empty if he may
	Approves   bool              `json:"approves"`      // he may decline it
	Approvers  int               `json:"approvers"`     // how many people of the company could confirm it
}
