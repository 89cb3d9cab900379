package trade

import (
	"time"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/calendar"
)

func instantOf(t time.Time) Instant { return auction.InstantOf(t) }

// dayOf is the day in the corridor to which an instant belongs.
func dayOf(at Instant) calendar.Date { return calendar.Of(at.Time()) }

// dayBefore is the last day of a period that ends at an instant: 24:00 of a day is 00:00 of the next.
func dayBefore(due Instant) calendar.Date { return dayOf(due - 1) }
