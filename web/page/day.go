package page

import (
	"context"
	"time"

	"github.com/g60-corridor/corridor/internal/calendar"
	c "github.com/g60-corridor/corridor/web/component"
)

// day writes a date that is kept as 2026-11-23 as dates are written everywhere else. What is no date is shown as it stands.
func day[D ~string](ctx context.Context, d D) string {
	t, err := time.ParseInLocation(time.DateOnly, string(d), calendar.Zone)
	if err != nil {
		return string(d)
	}
	return c.Date(ctx, t)
}

// termLeft writes what is left of a term of many days: 13年3个月, 3 months, 20 days. It rounds down, as a buyer must count.
func termLeft(ctx context.Context, days int) string {
	years := days * 4 / 1461 // a year is 365.25 days, a month its twelfth
	months := (days*4 - years*1461) * 12 / 1461
	switch {
	case years > 0 && months > 0:
		return c.T(ctx, "ls_left_years_months", "Years", c.T(ctx, "ls_years", "Count", years), "Months", c.T(ctx, "ls_months", "Count", months))
	case years > 0:
		return c.T(ctx, "ls_left", "Left", c.T(ctx, "ls_years", "Count", years))
	case months > 0:
		return c.T(ctx, "ls_left", "Left", c.T(ctx, "ls_months", "Count", months))
	}
	return c.T(ctx, "ls_left", "Left", c.T(ctx, "span_d", "Count", days))
}
