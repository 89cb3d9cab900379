package site

import (
	"fmt"
	"net/http"
	"strings"
	"time"
	"unicode"

	ical "github.com/arran4/golang-ical"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/market"
	"github.com/g60-corridor/corridor/internal/trade"
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
	}
	e.SetStartAt(begin)
	if end.Unix() > begin.Unix() { // an end is later than the beginning, in whole seconds, or there is none (RFC 5545 §3.8.2.2)
		e.SetEndAt(end)
	}
	e.SetSummary(calendarText(l.Number + " " + component.Title(r.Context(), l.Edges.Listing)))
	e.SetURL(s.lotURL(r, l))
	switch auction.Outcome(l.Outcome) {
	case auction.Withdrawn, auction.Annulled:
		e.SetStatus(ical.ObjectStatusCancelled)
	default:
		e.SetStatus(ical.ObjectStatusConfirmed)
	}
}

// addDeadline adds the next deadline of a project that everybody may know. Its UID is the project's; SEQUENCE grows when the
// deadline is moved, or another takes its place. A period that ends with a day is an entry of that whole day.
func (s *Site) addDeadline(r *http.Request, cal *ical.Calendar, p *ent.Project) {
	ctx := r.Context()
	e := cal.AddEvent(p.Number + "@corridor")
	e.SetSequence(max(0, p.DueChanges-1))
	e.SetDtStampTime(*p.DueChangedAt)
	if due := p.DueAt.In(market.Shanghai); due.Hour() == 0 && due.Minute() == 0 && due.Second() == 0 {
		e.SetAllDayStartAt(due.AddDate(0, 0, -1))
		e.SetAllDayEndAt(due)
	} else {
		e.SetStartAt(*p.DueAt) // a moment: it has no end
	}
	e.SetSummary(calendarText(component.Word(ctx, "clock", p.DueKind) + " · " + p.Number + " " + component.Title(ctx, p.Edges.Listing)))
	e.SetDescription(calendarText(component.Word(ctx, "way", p.Way) + " · " + string(trade.ClockKind(p.DueKind).Rule())))
	e.SetURL(s.projectURL(r, p))
	e.SetStatus(ical.ObjectStatusConfirmed)
}

// calendarText is a text as a calendar may hold it: of all control characters line breaks alone, which the library writes as \n
// (RFC 5545 §3.3.11). A bare CR would begin a line of its own in some readers.
func calendarText(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' {
			return ' '
		}
		return r
	}, text)
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

func (s *Site) projectURL(r *http.Request, p *ent.Project) string {
	return s.origin(r) + fmt.Sprintf("/projects/%d", p.ID)
}
