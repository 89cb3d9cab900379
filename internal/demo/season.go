package demo

import (
	"context"
	"fmt"
	"time"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/market"
)

// The season is what stands in the calendar for the coming weeks: lots under the rules of real sales, for which visitors
// register and the operator qualifies by hand. The companies that this package plays have registered already.
const (
	seasonLots    = 24
	seasonSession = 4                // lots that open on one morning
	seasonHour    = 10               // of Shanghai, when the first opens
	seasonApart   = 30 * time.Minute // between two of a session
	seasonFrom    = 24 * time.Hour   // the first session is not sooner than this
	asleep        = time.Minute      // lots that open later than this are left alone
)

// Season sets the terms of the sales that are announced weeks ahead. Without it there are none.
func (d *Director) Season(terms auction.Terms) { d.season = &terms }

// fillSeason announces one more lot of the season, if there are not enough.
func (d *Director) fillSeason(ctx context.Context) error {
	if d.season == nil {
		return nil
	}
	var last time.Time
	n := 0
	for _, st := range d.lots {
		if st.state.Phase != auction.Announced || !d.ofSeason(st) {
			continue
		}
		n++
		if at := st.state.OpensAt.Time(); at.After(last) {
			last = at
		}
	}
	if n >= seasonLots {
		return nil
	}
	listing, start, err := d.house.NextListing(ctx)
	if err != nil {
		return fmt.Errorf("pick a listing for the season: %w", err)
	}
	terms := *d.season
	terms.StartFen = start
	lot, err := d.house.Announce(ctx, listing, terms, 0, slotAfter(last, d.now().Add(seasonFrom)))
	if err != nil {
		return fmt.Errorf("announce listing %d for the season: %w", listing, err)
	}
	codes, err := d.house.Admit(ctx, lot, PlayedOnly)
	if err != nil {
		return fmt.Errorf("admit bidders to lot %d: %w", lot, err)
	}
	d.watch(lot, codes)
	return d.follow(ctx, lot, d.lots[lot])
}

// ofSeason says whether a lot is no part of the play round the clock.
func (d *Director) ofSeason(st *stage) bool {
	return d.season != nil && st.state.Terms.Closing.FreeS == d.season.Closing.FreeS
}

// sleeps says whether a lot opens so late that its log need not be read yet.
func (d *Director) sleeps(st *stage) bool {
	return st.state.Phase == auction.Announced && st.state.OpensAt.Time().After(d.now().Add(asleep))
}

// slotAfter is the next free place in the calendar: sessions are on Tuesdays and Thursdays.
func slotAfter(last, earliest time.Time) time.Time {
	if !last.IsZero() {
		l := last.In(market.Shanghai)
		next := l.Add(seasonApart)
		first := time.Date(l.Year(), l.Month(), l.Day(), seasonHour, 0, 0, 0, market.Shanghai)
		if next.Before(first.Add(seasonSession*seasonApart)) && next.After(earliest) {
			return next.UTC()
		}
		earliest = later(earliest, first.AddDate(0, 0, 1).Add(-seasonHour*time.Hour))
	}
	e := earliest.In(market.Shanghai)
	for day := time.Date(e.Year(), e.Month(), e.Day(), seasonHour, 0, 0, 0, market.Shanghai); ; day = day.AddDate(0, 0, 1) {
		if w := day.Weekday(); (w == time.Tuesday || w == time.Thursday) && !day.Before(earliest) {
			return day.UTC()
		}
	}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
