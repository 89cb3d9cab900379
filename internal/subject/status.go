package subject

import (
	"slices"

	"github.com/g60-corridor/corridor/internal/ident"
)

// Status is the legal status of a right in its register. §4.4
type Status string

const (
	Pending              Status = "PENDING"
	PublishedApplication Status = "PUBLISHED"
	InForce              Status = "IN_FORCE"
	LapsedFee            Status = "LAPSED_FEE"
	Expired              Status = "EXPIRED"
	Abandoned            Status = "ABANDONED"
	Rejected             Status = "REJECTED"
	Withdrawn            Status = "WITHDRAWN"
	Invalidated          Status = "INVALIDATED"
	PartiallyInvalidated Status = "PARTIALLY_INVALIDATED"
	Suspended            Status = "SUSPENDED" // 中止: an action on who owns it is pending
	Preserved            Status = "PRESERVED" // 保全: a court holds it
)

// Statuses are all of them.
var Statuses = []Status{
	Pending, PublishedApplication, InForce, LapsedFee, Expired, Abandoned, Rejected, Withdrawn, Invalidated, PartiallyInvalidated, Suspended, Preserved,
}

// Dead reports whether nothing is left that could be sold. G1
func (s Status) Dead() bool {
	return slices.Contains([]Status{LapsedFee, Expired, Abandoned, Rejected, Withdrawn, Invalidated}, s)
}

// Known reports whether the status is one of Statuses.
func (s Status) Known() bool { return slices.Contains(Statuses, s) }

// LegalStatus is a status with what proves it and the day for which it does.
type LegalStatus struct {
	Status   Status     `json:"status"`
	Evidence string     `json:"evidence"` // a document: an extract of the register
	AsOf     ident.Date `json:"as_of"`
}

// freshDays is how old the proof of a status may be at publication.
const freshDays = 30

// Stale reports whether the status has to be looked up again before publication. §4.4
func (l LegalStatus) Stale(today ident.Date) bool {
	days, ok := l.AsOf.DaysUntil(today)
	return !ok || days > freshDays
}
