package saleroom

import "github.com/g60-corridor/corridor/internal/auction"

// Notes of the pauses that the house makes by itself, shown to all with the cause. They are words, not sentences: each
// page says them in its reader's language (note_… in web/locale).
const (
	StallNote   = "LOG_SILENT"   // the log did not answer for a while
	FreezeNote  = "HOUSE_FROZEN" // the house stood still for a while
	RestartNote = "HOUSE_CLOSED" // the house was not running for a while
	FaultNote   = "LOT_FAULT"    // a fault in this lot; it stands still until it has been looked into
)

// outage is time that bidders could not use.
type outage struct {
	since, until auction.Instant
	note         string
}

// or joins two outages to one that covers both.
func (o outage) or(p outage) outage {
	switch {
	case o == (outage{}):
		return p
	case p == (outage{}):
		return o
	}
	return outage{min(o.since, p.since), max(o.until, p.until), o.note}
}

// Outage tells the desk of time that bidders could not use. Before anything else that falls into it or after it, the
// lot is paused as of since, and its resumption is announced; the engine gives the time back. R3.15, R3.16
func (d *Desk) Outage(since, until auction.Instant, note string) {
	d.outage = d.outage.or(outage{since, max(since, until), note})
}

// Owed is since when bidders have perhaps lost time that does not stand in the log yet; 0 if they have not. A node that
// dies forgets it, so its signs of life must not be later than this.
func (d *Desk) Owed() auction.Instant {
	switch o := d.outage; {
	case d.broken:
		return 0
	case o == (outage{}):
		return d.trying
	case d.trying == 0:
		return o.since
	default:
		return min(o.since, d.trying)
	}
}

// settle puts pause and resumption for the outage into the proposal.
func (d *Desk) settle() {
	o := d.outage
	s := d.ahead
	d.settled = true
	notice := s.Phase == auction.Paused && s.Interruption.ResumeAt != 0
	if notice && o.until.Sub(s.Interruption.PausedAt) <= d.limits.Stall {
		return // the same outage, noticed twice
	}
	if !notice && !s.IsOpen() {
		return // nothing to lose: not open yet, closed, or standing still until an operator resumes it
	}
	d.count.Outages++
	d.put(o.until, auction.Pause{Cause: auction.PlatformFailure, Note: o.note, Since: o.since})
	d.put(o.until, auction.Resume{})
}
