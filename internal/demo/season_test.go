package demo

import (
	"testing"
	"time"

	"github.com/g60-corridor/corridor/internal/market"
)

func TestSeasonSlots(t *testing.T) {
	at := func(text string) time.Time {
		if text == "" {
			return time.Time{}
		}
		v, err := time.ParseInLocation("2006-01-02 15:04", text, market.Shanghai)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for _, c := range []struct{ name, last, earliest, want string }{
		{"the first, on the next Tuesday", "", "2026-11-28 05:00", "2026-12-01 10:00"},
		{"the day itself is too short notice", "", "2026-12-01 10:01", "2026-12-03 10:00"},
		{"the second of a session", "2026-12-01 10:00", "2026-11-28 05:00", "2026-12-01 10:30"},
		{"the fourth", "2026-12-01 11:00", "2026-11-28 05:00", "2026-12-01 11:30"},
		{"a session is full", "2026-12-01 11:30", "2026-11-28 05:00", "2026-12-03 10:00"},
		{"over the weekend", "2026-12-03 11:30", "2026-11-28 05:00", "2026-12-08 10:00"},
		{"the session has come too near", "2026-12-01 10:00", "2026-12-02 09:00", "2026-12-03 10:00"},
	} {
		if got := slotAfter(at(c.last), at(c.earliest)); !got.Equal(at(c.want)) {
			t.Errorf("%s: %s, want %s", c.name, got.In(market.Shanghai), c.want)
		}
	}
}
