package agenda

import "time"

// Trial opens an agenda with another clock (nil: the real one), whose maintenance begins without a random wait, and which
// takes an errand as lost after so long (0: as ever).
func Trial(o Options, clock func() time.Time, lost time.Duration) (*Agenda, error) {
	return open(o, trial{clock: clock, hurry: true, rescue: lost})
}
