package project

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/workingday"
	"github.com/g60-corridor/corridor/internal/calendar"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/identity"
)

// Calendar is the shipped calendar with the operator's own days.
func (s *Service) Calendar(ctx context.Context) (calendar.Calendar, error) {
	return calendarOf(ctx, s.db.Ent())
}

func calendarOf(ctx context.Context, client *ent.Client) (calendar.Calendar, error) {
	rows, err := client.WorkingDay.Query().Order(ent.Asc(workingday.FieldDate)).All(ctx)
	if err != nil {
		return calendar.Calendar{}, fmt.Errorf("read the operator's days: %w", err)
	}
	days := make([]calendar.Day, 0, len(rows))
	for _, r := range rows {
		d, err := calendar.Parse(r.Date)
		if err != nil {
			return calendar.Calendar{}, fmt.Errorf("the operator's day %s: %w", r.Date, err)
		}
		days = append(days, calendar.Day{Date: d, Working: r.Working, Reason: r.Reason})
	}
	return calendar.Shipped().With(days...), nil
}

// SetDay makes a day a working day or a day off, for a reason. Clocks that run keep their instants.
func (s *Service) SetDay(ctx context.Context, by identity.Viewer, date string, working bool, reason string) error {
	if !by.Operates() {
		return fault.New(fault.Forbidden, "OPERATORS_ONLY", "")
	}
	var faults []fault.Field
	d, err := calendar.Parse(strings.TrimSpace(date))
	if err != nil {
		faults = append(faults, fault.Field{Name: "date", Problem: "NOT_A_DAY"})
	}
	reason = strings.TrimSpace(reason)
	const most = 200
	switch n := utf8.RuneCountInString(reason); {
	case n == 0:
		faults = append(faults, fault.Field{Name: "reason", Problem: "REQUIRED"})
	case n > most || !utf8.ValidString(reason):
		faults = append(faults, fault.Field{Name: "reason", Problem: "TOO_LONG"})
	}
	if err := fault.OfFields(faults); err != nil {
		return err
	}
	return s.tx(ctx, func(tx storeTx) error {
		err := tx.Ent().WorkingDay.Create().SetDate(d.String()).SetWorking(working).SetReason(reason).SetByPerson(by.PersonID()).
			SetChangedAt(s.now()).OnConflictColumns(workingday.FieldDate).UpdateNewValues().Exec(ctx)
		if err != nil {
			return fmt.Errorf("set day %s: %w", d, err)
		}
		return s.record(ctx, tx.Ent(), by, "calendar_set", d.String()+" "+reason)
	})
}

// ClearDay takes an own day of the operator back: what is shipped counts again.
func (s *Service) ClearDay(ctx context.Context, by identity.Viewer, date string) error {
	if !by.Operates() {
		return fault.New(fault.Forbidden, "OPERATORS_ONLY", "")
	}
	return s.tx(ctx, func(tx storeTx) error {
		n, err := tx.Ent().WorkingDay.Delete().Where(workingday.Date(date)).Exec(ctx)
		if err != nil {
			return fmt.Errorf("clear day %s: %w", date, err)
		}
		if n == 0 {
			return fault.New(fault.NotFound, "", "no such day")
		}
		return s.record(ctx, tx.Ent(), by, "calendar_clear", date)
	})
}

func (s *Service) record(ctx context.Context, client *ent.Client, by identity.Viewer, action, detail string) error {
	return identity.Record(ctx, client, s.now(), by, action, "calendar", detail)
}
