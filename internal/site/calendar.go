package site

import (
	"fmt"
	"net/http"
	"time"

	ical "github.com/arran4/golang-ical"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/web/component"
)

// calendar is a lot as an entry of a calendar (RFC 5545).
func (s *Site) calendar(w http.ResponseWriter, r *http.Request) error {
	l, err := s.asked(r)
	if err != nil {
		return err
	}
	cal := newCalendar()
	s.addEvent(r, cal, l)
	w.Header().Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", fmt.Sprintf("lot-%d.ics", l.ID)))
	send(w, calendarType, []byte(cal.Serialize(ical.WithNewLineWindows)))
	return nil
}

const calendarType = "text/calendar; charset=utf-8"

func newCalendar() *ical.Calendar {
	cal := ical.NewCalendarFor("Corridor")
	cal.SetMethod(ical.MethodPublish)
	return cal
}

// addEvent adds a lot. Its UID stays for ever, and SEQUENCE grows with every change, so that a calendar that has it
// already moves it.
func (s *Site) addEvent(r *http.Request, cal *ical.Calendar, l *ent.Lot) {
	e := cal.AddEvent(l.Number + "@corridor")
	e.SetSequence(max(0, l.Changes-1))
	e.SetDtStampTime(component.Changed(l))
	begin, end := times(l)
	if begin.IsZero() { // opened by hand: the day is not known yet
		begin = *l.DepositUntil
		end = begin
	}
	e.SetStartAt(begin)
	e.SetEndAt(end)
	e.SetSummary(l.Number + " " + component.Title(r.Context(), l.Edges.Listing))
	e.SetURL(s.lotURL(r, l))
	switch auction.Outcome(l.Outcome) {
	case auction.Withdrawn, auction.Annulled:
		e.SetStatus(ical.ObjectStatusCancelled)
	default:
		e.SetStatus(ical.ObjectStatusConfirmed)
	}
}

// times are when a lot begins and when, as far as is known, it ends.
func times(l *ent.Lot) (begin, end time.Time) {
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
	case l.Deadline != nil && l.Deadline.After(end):
		end = *l.Deadline
	}
	if end.Before(begin) {
		end = begin
	}
	return begin, end
}

// origin is the address of this site as the visitor knows it.
func (s *Site) origin(r *http.Request) string {
	if s.o.Secure {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

func (s *Site) lotURL(r *http.Request, l *ent.Lot) string {
	return s.origin(r) + fmt.Sprintf("/lots/%d", l.ID)
}
