package subject

import (
	"errors"
	"fmt"
	"slices"

	"github.com/g60-corridor/corridor/internal/ident"
)

// Check finds everything that is wrong with a dossier or has to be told, on a day as the market's clock shows it. The
// order is that of the gates, within one that of the dossier. Nothing is left out because something else was found.
func Check(d *Dossier, today ident.Date) []Finding {
	c := &check{d: d, today: today}
	c.form()
	for i := range d.Subjects {
		s := &d.Subjects[i]
		at := fmt.Sprintf("subjects[%d]", i)
		c.identity(s, at)
		c.life(s, at)
		c.status(s, at)
		c.owners(s, at)
		c.pledges(s, at)
		c.licences(s, at)
		c.openLicence(s, at)
		c.fees(s, at)
		c.disputes(s, at)
		c.secrecy(s, at)
		c.fundingAndExport(s, at)
	}
	c.disclosure()
	c.terms()
	slices.SortStableFunc(c.found, func(a, b Finding) int { return slices.Index(gates, a.Gate) - slices.Index(gates, b.Gate) })
	return c.found
}

type check struct {
	d     *Dossier
	today ident.Date
	found []Finding
}

func (c *check) add(r Reason, field string, f Facts) {
	c.addOn(Basis{ruleOf[r].law, ruleOf[r].articles}, r, field, f)
}

// addOn adds a finding that rests on another law than the rulebook names: that of the kind.
func (c *check) addOn(b Basis, r Reason, field string, f Facts) {
	rule := ruleOf[r]
	c.found = append(c.found, Finding{rule.gate, rule.severity, r, b, rule.remedy, field, f})
}

// offers calls f for each offer of a mode that is known, with the path to it.
func (c *check) offers(f func(o *Offer, at string)) {
	for i := range c.d.Offers {
		if o := &c.d.Offers[i]; o.Mode.Known() {
			f(o, fmt.Sprintf("offers[%d]", i))
		}
	}
}

func (c *check) offered(m Mode) bool {
	return slices.ContainsFunc(c.d.Offers, func(o Offer) bool { return o.Mode == m })
}

// form is what the dossier as a whole lacks.
func (c *check) form() {
	if len(c.d.Subjects) == 0 {
		c.add(NothingForSale, "subjects", Facts{})
	}
	if len(c.d.Offers) == 0 {
		c.add(NothingOffered, "offers", Facts{})
	}
	for i, o := range c.d.Offers {
		if !o.Mode.Known() {
			c.add(ModeUnknown, fmt.Sprintf("offers[%d].mode", i), Facts{Text: string(o.Mode)})
		}
	}
	primary := 0
	for i, class := range c.d.Classes {
		if class.List == OwnWords || !class.Known() {
			c.add(ClassUnknown, fmt.Sprintf("classes[%d]", i), Facts{Text: string(class.List) + " " + class.Code})
		}
		if class.Primary {
			primary++
		}
	}
	switch {
	case primary == 0:
		c.add(PrimaryMissing, "classes", Facts{})
	case primary > 1:
		c.add(PrimaryTwice, "classes", Facts{Number: primary})
	}
	for i, s := range c.d.Subjects {
		for _, earlier := range c.d.Subjects[:i] {
			if s.Number != "" && s.Number == earlier.Number && s.Kind == earlier.Kind && s.Office == earlier.Office {
				c.add(NumberTwice, fmt.Sprintf("subjects[%d].number", i), Facts{Subject: s.ID, Text: s.Number})
				break
			}
		}
	}
}

// identity is whether kind, number and dates go together.
func (c *check) identity(s *Subject, at string) {
	if !s.Kind.Known() {
		c.add(KindUnknown, at+".kind", Facts{Subject: s.ID, Text: string(s.Kind)})
	}
	c.dates(s, at)
	if blank(s.Number) {
		c.add(NumberMissing, at+".number", Facts{Subject: s.ID})
		return
	}
	if !s.Kind.Known() {
		return
	}
	n, err := s.Kind.ParseNumber(s.Office, s.Number)
	var e *ident.Error
	switch {
	case errors.As(err, &e) && e.Fault == ident.KindMismatch:
		c.add(NumberOfOther, at+".number", Facts{Subject: s.ID, Text: e.Got})
	case errors.As(err, &e):
		c.add(NumberWrong, at+".number", Facts{Subject: s.ID, Text: string(e.Fault)})
	case (s.Kind.Patent() || s.Kind == Application) && !s.foreign():
		if filed, ok := s.Filed.Time(); ok && ident.ApplicationNo(n).CheckFiled(filed) != nil {
			c.add(FiledContradict, at+".filed", Facts{Subject: s.ID, Date: s.Filed})
		}
	}
}

func (c *check) dates(s *Subject, at string) {
	if s.CompensationDays != 0 && !s.compensated() {
		c.add(DateWrong, at+".compensation_days", Facts{Subject: s.ID, Number: s.CompensationDays})
	}
	for _, day := range []struct {
		name string
		day  ident.Date
		past bool
	}{
		{"filed", s.Filed, true}, {"granted", s.Granted, true}, {"published", s.Published, true}, {"completed", s.Completed, true},
		{"first_used", s.FirstUsed, true}, {"expires", s.Expires, false}, {"status.as_of", s.Status.AsOf, true},
	} {
		switch {
		case day.day == "":
		case !day.day.Valid():
			c.add(DateWrong, at+"."+day.name, Facts{Subject: s.ID, Text: string(day.day)})
		case day.past && day.day > c.today:
			c.add(DateInFuture, at+"."+day.name, Facts{Subject: s.ID, Date: day.day})
		}
	}
}

// life is G1 by the calendar: a right that has ended, a licence that would outlive it.
func (c *check) life(s *Subject, at string) {
	term := s.Term()
	if term.Unlimited {
		return
	}
	left, ok := term.DaysLeft(c.today)
	if !ok {
		c.addOn(s.Kind.termBasis(), TermUnknown, at+"."+term.Missing, Facts{Subject: s.ID})
		return
	}
	if left <= 0 {
		c.addOn(s.Kind.termBasis(), RightExpired, at, Facts{Subject: s.ID, Date: term.Expires, Days: -left})
	}
	c.offers(func(o *Offer, offer string) {
		if !o.Mode.Licence() {
			return
		}
		if _, last := o.Scope.Period.days(c.today); last != "" && last >= term.Dead {
			c.add(LicenceTooLong, offer+".scope.period", Facts{Subject: s.ID, Mode: o.Mode, Date: term.Expires, Days: left})
		}
	})
}

// status is G1 by the register.
func (c *check) status(s *Subject, at string) {
	st := s.Status
	at += ".status"
	facts := Facts{Subject: s.ID, Text: string(st.Status)}
	if st.Status.Dead() {
		c.add(RightDead, at, facts)
	}
	if st.Status == PartiallyInvalidated {
		c.add(PartlyInvalidated, at, facts)
	}
	if !s.Kind.Registered() {
		return
	}
	unpublished := st.Status == Pending || st.Status == PublishedApplication
	switch {
	case !st.Status.Known():
		c.add(StatusMissing, at+".status", facts)
	case unpublished && !s.Kind.Pending():
		c.add(NotGranted, at+".status", facts)
	case s.Kind.Pending() && st.Status == InForce:
		c.add(AlreadyGranted, at+".status", facts)
	}
	if blank(st.Evidence) {
		c.add(EvidenceMissing, at+".evidence", facts)
	}
	if st.Stale(c.today) {
		days, _ := st.AsOf.DaysUntil(c.today)
		c.add(StatusStale, at+".as_of", Facts{Subject: s.ID, Date: st.AsOf, Days: days})
	}
}
