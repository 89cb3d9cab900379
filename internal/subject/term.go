package subject

import (
	"time"

	"github.com/g60-corridor/corridor/internal/ident"
)

// Term is how long a right lives.
type Term struct {
	Unlimited bool       // while it is secret, or as long as its application is pending: no day is known
	Expires   ident.Date // the day that is shown as the end
	Dead      ident.Date // the first day on which there is no right
	Missing   string     // the field of the subject without which the term is not known
}

// DaysLeft counts the days from today until the right is dead; negative if it is. ok is false if no day is known.
func (t Term) DaysLeft(today ident.Date) (days int, ok bool) { return today.DaysUntil(t.Dead) }

// Years of protection and the days since which they hold.
const (
	softwareYears    = 50
	layoutYears      = 10
	layoutCapYears   = 15
	varietyReform    = ident.Date("2025-06-01")
	woodyYears       = 25
	otherYears       = 20
	woodyYearsBefore = 20
	otherYearsBefore = 15
)

// Term computes when the right ends. §4.1. A patent of another office ends when its owner says: its law is not ours.
func (s *Subject) Term() Term {
	switch s.Kind {
	case Invention, UtilityModel, Design:
		if s.foreign() {
			return until(s.Expires, "expires")
		}
		filed, ok := s.Filed.Time()
		if !ok {
			return Term{Missing: "filed"}
		}
		expiry, _ := ident.PatentType(s.Kind).Expiry(filed)
		end := ident.DateOf(expiry)
		if s.compensated() {
			end = end.Days(s.CompensationDays)
		}
		return until(end, "filed")
	case Software:
		return s.softwareTerm()
	case PlantVariety:
		years := otherYears
		switch before := s.Granted < varietyReform; {
		case s.Woody && before:
			years = woodyYearsBefore
		case s.Woody:
			years = woodyYears
		case before:
			years = otherYearsBefore
		}
		return until(s.Granted.Years(years), "granted")
	case ICLayout:
		return s.layoutTerm()
	}
	return Term{Unlimited: true}
}

// softwareTerm ends with the 31 December of the fiftieth year after the first publication, or after the completion
// of what was never published. If the author is a person the years run from his death, so he has to say the day.
func (s *Subject) softwareTerm() Term {
	if s.PersonalAuthor {
		t := until(s.Expires, "expires")
		t.Dead = t.Expires.Days(1)
		return t
	}
	from := s.Published
	if from == "" {
		from = s.Completed
	}
	day, ok := from.Time()
	if !ok {
		return Term{Missing: "published"}
	}
	last := ident.DateOf(time.Date(day.Year()+softwareYears, time.December, 31, 0, 0, 0, 0, time.UTC))
	return Term{Expires: last, Dead: last.Days(1)}
}

// layoutTerm runs from the filing or the first commercial use, whichever is earlier, and never longer than fifteen
// years from the creation.
func (s *Subject) layoutTerm() Term {
	from := s.Filed
	if s.FirstUsed != "" && (from == "" || s.FirstUsed < from) {
		from = s.FirstUsed
	}
	t := until(from.Years(layoutYears), "filed")
	if last := s.Completed.Years(layoutCapYears); t.Missing == "" && last != "" && last < t.Expires {
		return until(last, "completed")
	}
	return t
}

func until(day ident.Date, field string) Term {
	if !day.Valid() {
		return Term{Missing: field}
	}
	return Term{Expires: day, Dead: day}
}

// mostCompensation is ten years, more than the law gives.
const mostCompensation = 3653

// compensated reports whether the term is longer by days that can be true: only inventions get them.
func (s *Subject) compensated() bool {
	return s.Kind == Invention && s.CompensationDays > 0 && s.CompensationDays <= mostCompensation
}

func (s *Subject) foreign() bool { return s.Office != "" && s.Office != ident.HomeOffice }
