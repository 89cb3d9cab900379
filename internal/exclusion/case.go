package exclusion

import (
	"slices"

	"github.com/g60-corridor/corridor/internal/ident"
)

// Party is an organisation or a person.
type Party string

// Relation is how one party stands to another.
type Relation string

const (
	Owns     Relation = "OWNS"      // From holds ShareBP of the votes in To
	Controls Relation = "CONTROLS"  // From controls To by agreement or in another way, whatever its share
	ActsFor  Relation = "ACTS_FOR"  // From is a delegate or agent of To
	WorksFor Relation = "WORKS_FOR" // From is on the staff of To
	Helps    Relation = "HELPS"     // From appraises or scores for To
	Relative Relation = "RELATIVE"  // close relatives; holds both ways
)

// Link is a relation with the days for which it holds: both count, "" is open.
type Link struct {
	From     Party      `json:"from"`
	To       Party      `json:"to"`
	Relation Relation   `json:"relation"`
	ShareBP  int64      `json:"share_bp,omitempty"`
	Since    ident.Date `json:"since,omitempty"`
	Until    ident.Date `json:"until,omitempty"`
}

func (l Link) holds(today ident.Date) bool {
	return (!l.Since.Valid() || l.Since <= today) && (!l.Until.Valid() || today <= l.Until)
}

// TraceKind is something that two parties may have in common and that proves nothing by itself. R1.6
type TraceKind string

const (
	BankAccount TraceKind = "BANK_ACCOUNT"
	Agent       TraceKind = "AGENT"
	Phone       TraceKind = "PHONE"
	Device      TraceKind = "DEVICE"
	Address     TraceKind = "IP"
)

// Trace is one such thing. Values are compared as they are: a digest does as well as the number.
type Trace struct {
	Party Party     `json:"party"`
	Kind  TraceKind `json:"kind"`
	Value string    `json:"value"`
}

// Case is a bidder on a lot and what is known of all who have to do with it.
type Case struct {
	Bidder    Party   `json:"bidder"`
	Sellers   []Party `json:"sellers"`
	Delegates []Party `json:"delegates,omitempty"` // of the sellers: technology-transfer office, agents, officers in charge
	Houses    []Party `json:"houses"`              // operator and auction house
	Staff     []Party `json:"staff,omitempty"`     // of the houses
	Helpers   []Party `json:"helpers,omitempty"`   // appraisers, scoring experts
	Inventors []Party `json:"inventors,omitempty"`
	Qualified []Party `json:"qualified,omitempty"` // other bidders on the lot
	State     []Party `json:"state,omitempty"`     // organs of the state that hold companies for it: what they have in common is no affiliation
	Links     []Link  `json:"links,omitempty"`
	Traces    []Trace `json:"traces,omitempty"`
}

// Effect is what a verdict does.
type Effect string

const (
	Block      Effect = "BLOCK"       // must not bid
	Alert      Effect = "ALERT"       // a person has to look at it
	FlagPublic Effect = "FLAG_PUBLIC" // the page says: 受让方为完成人或利害关系人
)

// Role is what the other party has to do with the lot.
type Role string

const (
	Seller      Role = "SELLER"
	Delegate    Role = "DELEGATE"
	House       Role = "HOUSE"
	HouseStaff  Role = "HOUSE_STAFF"
	Helper      Role = "HELPER"
	Inventor    Role = "INVENTOR"
	OtherBidder Role = "OTHER_BIDDER"
)

// Reason is how the bidder stands to the other party. The list is closed.
type Reason string

const (
	Is             Reason = "IS"              // the bidder is that party
	IsRelative     Reason = "RELATIVE"        // of that party
	ControlledBy   Reason = "CONTROLLED_BY"   // that party, or a relative of it
	Controlling    Reason = "CONTROLLING"     // that party
	SameController Reason = "SAME_CONTROLLER" // a third party controls both
	HoldsShares    Reason = "HOLDS_SHARES"    // one in the other, without control
	SharedAccount  Reason = "SHARED_BANK_ACCOUNT"
	SharedAgent    Reason = "SHARED_AGENT"
	SharedPhone    Reason = "SHARED_PHONE"
	SharedDevice   Reason = "SHARED_DEVICE"
	SharedAddress  Reason = "SHARED_IP"
)

// Verdict is one thing that follows for a bidder.
type Verdict struct {
	Effect Effect `json:"effect"`
	Reason Reason `json:"reason"`
	Role   Role   `json:"role"`
	Party  Party  `json:"party"`           // the other one
	Chain  []Link `json:"chain,omitempty"` // the links on which it rests, from where control comes
}

// Blocked reports whether any verdict keeps the bidder out.
func Blocked(verdicts []Verdict) bool {
	return slices.ContainsFunc(verdicts, func(v Verdict) bool { return v.Effect == Block })
}

// ClosesSellerData reports whether the bidder must no longer see the seller's side of the lot: an inventor who bids
// himself, or through a company of his, and not one whose relative does. R1.7
func (v Verdict) ClosesSellerData() bool {
	return v.Role == Inventor && (v.Reason == Is || v.Reason == ControlledBy) && !v.ByRelative()
}

// ByRelative reports whether a verdict rests on somebody's relative and not on himself.
func (v Verdict) ByRelative() bool {
	return slices.ContainsFunc(v.Chain, func(l Link) bool { return l.Relation == Relative })
}
