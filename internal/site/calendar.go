package site

import (
	"fmt"
	"net/http"
	"time"

	ical "github.com/arran4/golang-ical"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/feed"
	"github.com/g60-corridor/corridor/web/component"
)

// calendar is a lot as an entry of a calendar (RFC 5545). Its UID stays for ever, and SEQUENCE grows with every change, so
// that a calendar that has it already moves it.
func (s *Site) calendar(w http.ResponseWriter, r *http.Request) error {
	l, err := s.asked(r)
	if err != nil {
		return err
	}
	h, err := s.o.Market.History(r.Context(), auction.LotID(l.ID))
	if err != nil {
		return err
	}
	cal := ical.NewCalendarFor("Corridor")
	cal.SetMethod(ical.MethodPublish)
	e := cal.AddEvent(l.Number + "@corridor")
	e.SetSequence(max(0, h.Changes-1))
	e.SetDtStampTime(lastChange(l, h.Rows))
	begin, end := times(l, h.View)
	if begin.IsZero() { // opened by hand: the day is not known yet
		begin = *l.DepositUntil
		end = begin
	}
	e.SetStartAt(begin)
	e.SetEndAt(end)
	title := component.Pick(r.Context(), l.Edges.Listing.TitleZh, l.Edges.Listing.TitleEn)
	e.SetSummary(l.Number + " " + title)
	e.SetURL(s.origin(r) + fmt.Sprintf("/lots/%d", l.ID))
	switch auction.Outcome(l.Outcome) {
	case auction.Withdrawn, auction.Annulled:
		e.SetStatus(ical.ObjectStatusCancelled)
	default:
		e.SetStatus(ical.ObjectStatusConfirmed)
	}
	w.Header().Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", fmt.Sprintf("lot-%d.ics", l.ID)))
	send(w, "text/calendar; charset=utf-8", []byte(cal.Serialize(ical.WithNewLineWindows)))
	return nil
}

// times are when a lot begins and when, as far as is known, it ends.
func times(l *ent.Lot, v feed.View) (begin, end time.Time) {
	switch {
	case l.OpenedAt != nil:
		begin = *l.OpenedAt
	case l.OpensAt != nil:
		begin = *l.OpensAt
	default:
		return begin, end
	}
	c := l.Terms.Closing
	end = begin.Add(time.Duration(c.FreeS+c.LimitedS+c.DurationS) * time.Second)
	switch {
	case l.ClosedAt != nil:
		end = *l.ClosedAt
	case v.DeadlineUS != 0:
		if at := auction.Instant(v.DeadlineUS).Time(); at.After(end) {
			end = at
		}
	}
	if end.Before(begin) {
		end = begin
	}
	return begin, end
}

// lastChange is when the entry was last true anew, so that the same entry has the same bytes.
func lastChange(l *ent.Lot, rows []feed.Row) time.Time {
	at := l.CreatedAt
	for _, row := range rows {
		switch row.Type {
		case "BidAccepted", "MaximumRaised":
		default:
			at = auction.Instant(row.AtUS).Time()
		}
	}
	return at
}

// origin is the address of this site as the visitor knows it.
func (s *Site) origin(r *http.Request) string {
	if s.o.Secure {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}
