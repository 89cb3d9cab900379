// Package calendar counts days as the law does: working days of the corridor with make-up days (调休), and periods
// with the instant at which they end. It is pure: no clock, no I/O; it imports nothing of the house.
//
// The days off are those of the State Council's yearly notices, shipped as text (shipped.go) and corrected by the
// operator's overrides. A day belongs to the corridor's time, UTC+8 all year, so no time zone data is needed.
//
// A year that is not shipped is Uncovered: its days are reckoned by weekends alone and every result says so. A year
// whose notice was not seen by whoever shipped it is Provisional, and results say that too.
package calendar
