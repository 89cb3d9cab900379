// Package standing is how an organisation stands to the market: who may take part, from when and until when (§1.1).
//
//	NEW ──submit──▶ SUBMITTED ──verify──▶ VERIFIED ──expire──▶ EXPIRED ──submit──▶ SUBMITTED
//	 ▲                  │                   │  ▲ └extend┘          │
//	 ├─────return───────┘                suspend └─lift─┐          │
//	 │                                       ▼          │       suspend
//	 └───────lift── BLACKLISTED ◀─blacklist─ SUSPENDED ◀┴──────────┘   (blacklist: from any other state but VOID)
//
// An entry that never was verified can be made VOID, from NEW and SUBMITTED, and stays so: the code that it bore is free for the
// organisation whose it is.
//
// It is pure: the moment comes with the deed. It may import nothing of the house.
package standing

import (
	"slices"
	"strings"
	"time"
)

// State is where an organisation stands.
type State string

// The states.
const (
	New         State = "NEW"
	Submitted   State = "SUBMITTED"
	Verified    State = "VERIFIED"
	Expired     State = "EXPIRED"
	Suspended   State = "SUSPENDED"
	Blacklisted State = "BLACKLISTED"
	Voided      State = "VOID"
)

// States lists them in the order of pages.
var States = []State{Submitted, New, Verified, Expired, Suspended, Blacklisted, Voided}

// Deed is what can be done about it.
type Deed string

// The deeds. Submit is the organisation's, Expire the clock's, all others are the operator's.
const (
	Submit    Deed = "SUBMIT"
	Return    Deed = "RETURN"
	Verify    Deed = "VERIFY"
	Extend    Deed = "EXTEND"
	Expire    Deed = "EXPIRE"
	Suspend   Deed = "SUSPEND"
	Blacklist Deed = "BLACKLIST"
	Lift      Deed = "LIFT"
	Void      Deed = "VOID"
)

// Deeds lists them.
var Deeds = []Deed{Submit, Return, Verify, Extend, Expire, Suspend, Blacklist, Lift, Void}

// from says in which states a deed can be done.
var from = map[Deed][]State{
	Submit: {New, Expired}, Return: {Submitted}, Verify: {Submitted}, Extend: {Verified}, Expire: {Verified},
	Suspend: {Verified, Expired}, Blacklist: {New, Submitted, Verified, Expired, Suspended}, Lift: {Suspended, Blacklisted},
	Void: {New, Submitted},
}

// Possible are the operator's deeds in a state.
func Possible(s State) (deeds []Deed) {
	for _, d := range Deeds {
		if d != Submit && d != Expire && slices.Contains(from[d], s) {
			deeds = append(deeds, d)
		}
	}
	return deeds
}

// MaySubmit says whether the organisation may hand in its papers, and write on its file.
func MaySubmit(s State) bool { return slices.Contains(from[Submit], s) }

// Barred says whether a state stops a bidder in the middle of a sale: an end of the term does not.
func Barred(s State) bool { return s == Suspended || s == Blacklisted }

// Paper is a kind of document.
type Paper string

// The kinds.
const (
	Licence        Paper = "LICENCE"         // business licence, or the certificate of a public institution
	Representative Paper = "REPRESENTATIVE"  // authority of the legal representative for whoever acts here
	AuctionLicence Paper = "AUCTION_LICENCE" // R1.1
	CodeProof      Paper = "USCC_PROOF"      // that a code whose check characters are wrong is genuine; §7.1
	Ownership      Paper = "OWNERSHIP"
	Other          Paper = "OTHER"
)

// Papers lists the kinds.
var Papers = []Paper{Licence, Representative, AuctionLicence, CodeProof, Ownership, Other}

// Needed are the papers without which nobody is verified.
func Needed(auctionHouse, codeFails bool) []Paper {
	needed := []Paper{Licence, Representative}
	if auctionHouse {
		needed = append(needed, AuctionLicence)
	}
	if codeFails {
		needed = append(needed, CodeProof)
	}
	return needed
}

// MostYears is how long a verification holds at most.
const MostYears = 5

// Record is how an organisation stands; Until is zero where there is no end.
type Record struct {
	State State
	Until time.Time
}

// Case is a deed and what is known when it is done.
type Case struct {
	Deed      Deed
	At        time.Time
	Reasons   string
	Until     time.Time // Verify, Extend: the new end, exclusive
	Missing   []Paper   // needed, and not there
	Complete  bool      // the file says all that it must
	CodeFails bool
	Override  bool // Verify: a failing code counts, on the paper that proves it
	Was       bool // Void: it was verified once
}

// Refusal is why a deed is not done; "" if it is.
type Refusal string

// The refusals, in their order of precedence.
const (
	WrongState     Refusal = "STANDING_ELSEWHERE"
	NotDue         Refusal = "STANDING_NOT_DUE"
	ReasonsMissing Refusal = "REASONS_MISSING"
	FileIncomplete Refusal = "FILE_INCOMPLETE"
	PapersMissing  Refusal = "PAPERS_MISSING"
	CodeNotProved  Refusal = "CODE_NOT_PROVED"
	UntilWrong     Refusal = "UNTIL_OUT_OF_RANGE"
	OnceVerified   Refusal = "STANDING_ONCE_VERIFIED"
)

// Step does a deed. A refusal leaves the record as it was.
func Step(r Record, c Case) (Record, Refusal) {
	if no := refuses(r, c); no != "" {
		return r, no
	}
	switch c.Deed {
	case Submit:
		return Record{Submitted, time.Time{}}, ""
	case Return:
		return Record{State: New}, ""
	case Verify, Extend:
		return Record{Verified, c.Until}, ""
	case Expire:
		return Record{Expired, r.Until}, ""
	case Suspend:
		return Record{Suspended, r.Until}, ""
	case Blacklist:
		return Record{Blacklisted, time.Time{}}, ""
	case Void:
		return Record{State: Voided}, ""
	}
	switch { // Lift
	case r.State == Blacklisted: // whoever comes back is looked at anew
		return Record{State: New}, ""
	case !r.Until.IsZero() && !c.At.Before(r.Until):
		return Record{Expired, r.Until}, ""
	}
	return Record{Verified, r.Until}, ""
}

func refuses(r Record, c Case) Refusal {
	switch d := c.Deed; {
	case !slices.Contains(from[d], r.State):
		return WrongState
	case d == Expire && (r.Until.IsZero() || c.At.Before(r.Until)):
		return NotDue
	case slices.Contains([]Deed{Return, Suspend, Blacklist, Lift, Void}, d) && strings.TrimSpace(c.Reasons) == "":
		return ReasonsMissing
	case (d == Submit || d == Verify) && !c.Complete:
		return FileIncomplete
	case (d == Submit || d == Verify) && len(c.Missing) > 0:
		return PapersMissing
	case d == Verify && c.CodeFails && !c.Override:
		return CodeNotProved
	case (d == Verify || d == Extend) && (!c.Until.After(c.At) || c.Until.After(c.At.AddDate(MostYears, 0, 1))):
		return UntilWrong
	case d == Void && c.Was:
		return OnceVerified
	}
	return ""
}

// Reminders are the days before the end on which an organisation is told of it.
var Reminders = []int{30, 7, 1}
