package trade

import (
	"slices"

	"github.com/g60-corridor/corridor/internal/money"
)

// State is all that the machines know of a project. It is made by applying the project's entries in order and by
// nothing else. Only Apply changes it; readers may read the exported fields.
type State struct {
	Project ProjectID
	Seq     int64
	LastAt  Instant // time of the last entry; time never runs backwards

	Way         Way
	Phase       Phase
	During      Phase // what is suspended, while Phase is SUSPENDED
	Offer       Offer
	Regime      Regime // R2.1
	Parent      *Parent
	Decision    *DecisionFile // for the offer as it stands
	Rules       RuleSet       // frozen at publication
	PublishedAt Instant
	Round       int // notices opened, listings announced, sales announced

	Clocks []Clock
	Missed []Clock // duties that were not done in time and are still open

	Content    NoticeContent // agreement
	NoticeDays int           // agreement: the full period
	Notice     NoticeStatus  // agreement, and the result notice of a listing
	Objections []Objection

	Terms         ListingTerms // listing
	Cycle         int          // extensions so far
	Registrations []Registration
	Barred        []Party // R2.22

	Procedure    Procedure // auction
	Commission   *Commission
	Licence      *Licence
	Announcement Announcement

	Award    *Award
	Contract *Contract
	Reminded bool  // R2.22
	Cause    Cause // of a suspension, pause or end
	Note     string
}

// NoticeStatus says how a notice stands.
type NoticeStatus string

const (
	NoNotice      NoticeStatus = ""
	NoticeRuns    NoticeStatus = "RUNNING"
	NoticeStands  NoticeStatus = "STOPPED" // an objection is open
	NoticeElapsed NoticeStatus = "OVER"
)

// Objection is one objection and how it ended.
type Objection struct {
	ID      ObjectionID
	By      Party
	Text    string
	Round   int
	Status  ObjectionStatus
	Reasons string
	Papers  []Paper // of the objector
	Answer  []Paper // of the decision
}

type ObjectionStatus string

const (
	ObjectionPending ObjectionStatus = "PENDING"
	ObjectionDenied  ObjectionStatus = "REJECTED"
	ObjectionGranted ObjectionStatus = "UPHELD"
	ObjectionOverrun ObjectionStatus = "LAPSED" // its notice became void for another cause
)

// Registration is one bidder's way through qualification. R2.11
type Registration struct {
	ID         RegistrationID
	Party      Party
	Controller string
	Status     RegistrationStatus
	HeldFen    money.Fen
	DepositBy  ClockKind // the clock that ends the time for the deposit, once accepted
}

type RegistrationStatus string

const (
	Applied     RegistrationStatus = "APPLIED"
	Accepted    RegistrationStatus = "ACCEPTED"
	Qualified   RegistrationStatus = "QUALIFIED"
	Rejected    RegistrationStatus = "REJECTED"
	TakenBack   RegistrationStatus = "WITHDRAWN"
	Unqualified RegistrationStatus = "NOT_QUALIFIED" // time ran out
)

func (r Registration) live() bool {
	return r.Status == Applied || r.Status == Accepted || r.Status == Qualified
}

// Award is who got it at what price.
type Award struct {
	Registration RegistrationID
	Buyer        Party
	PriceFen     money.Fen
}

// Contract is what was signed and what was paid on it.
type Contract struct {
	Buyer    Party
	PriceFen money.Fen
	PaidFen  money.Fen
	Document Document
}

// NewState returns the state of a project before its first entry.
func NewState(p ProjectID) *State { return &State{Project: p} }

// Clone returns an independent copy. What pointers in it show is shared: nothing changes it.
func (s *State) Clone() *State {
	c := *s
	c.Clocks, c.Missed = slices.Clone(s.Clocks), slices.Clone(s.Missed)
	c.Objections, c.Registrations, c.Barred = slices.Clone(s.Objections), slices.Clone(s.Registrations), slices.Clone(s.Barred)
	return &c
}

// Registration returns what is known of a registration.
func (s *State) Registration(id RegistrationID) (Registration, bool) {
	i := s.registration(id)
	if i < 0 {
		return Registration{}, false
	}
	return s.Registrations[i], true
}

func (s *State) registration(id RegistrationID) int {
	return slices.IndexFunc(s.Registrations, func(r Registration) bool { return r.ID == id })
}

// Qualified returns the qualified bidders in the order of their registration.
func (s *State) Qualified() (ids []RegistrationID) {
	for _, r := range s.Registrations {
		if r.Status == Qualified {
			ids = append(ids, r.ID)
		}
	}
	return ids
}

func (s *State) pending(id ObjectionID) int {
	return slices.IndexFunc(s.Objections, func(o Objection) bool { return o.ID == id && o.Status == ObjectionPending })
}

func (s *State) pendings() (n int) {
	for _, o := range s.Objections {
		if o.Status == ObjectionPending {
			n++
		}
	}
	return n
}

// entrance is what bidders must bring in this project.
func (s *State) entrance() Entrance {
	if s.Way == ByAuction {
		return s.Announcement.Entrance
	}
	return s.Terms.Entrance
}

// noticeClock is the kind of clock of the notice that this way to a price has.
func (s *State) noticeClock() ClockKind {
	if s.Way == ByListing {
		return ResultNoticeEnd
	}
	return NoticeEnd
}
