package subject

import (
	"fmt"
	"strings"
)

// promotional are words that praise; an open licence is declared without them. G6
var promotional = []string{
	"国家级", "世界级", "最佳", "最优", "最先进", "最高级", "顶级", "首选", "独一无二", "行业第一", "国内第一", "全球第一", "世界第一", "领先水平", "国际领先", "世界领先", "国内领先", "填补空白", "划时代",
	"world-class", "world class", "world's best", "the best", "number one", "unrivalled", "world-leading", "revolutionary", "state-of-the-art",
}

func praise(text string) string {
	text = strings.ToLower(text)
	for _, word := range promotional {
		if strings.Contains(text, word) {
			return word
		}
	}
	return ""
}

// openLicence is G6.
func (c *check) openLicence(s *Subject, at string) {
	c.offers(func(o *Offer, offer string) {
		facts := Facts{Subject: s.ID, Mode: o.Mode}
		if o.Mode.Alone() && c.offered(Open) {
			c.add(ExclusiveBesideOpen, offer+".mode", facts)
		}
		if o.Mode != Open {
			return
		}
		switch {
		case s.Kind.Pending(), s.Status.Status == Pending, s.Status.Status == PublishedApplication:
			c.add(OpenBeforeGrant, offer+".mode", facts)
		case !s.Kind.Patent() || s.foreign():
			c.add(OpenOnlyPatents, offer+".mode", facts)
		}
		if s.Status.Status == Suspended {
			c.add(OpenWhileSuspended, at+".status", facts)
		}
		if due, ok := NextFee(s.Kind, s.Filed, s.PaidYears, c.today); ok && due.Late && !s.foreign() {
			c.add(OpenFeesUnpaid, at+".paid_years", Facts{Subject: s.ID, Mode: o.Mode, Number: due.Year, Date: due.On})
		}
		if (s.Kind == UtilityModel || s.Kind == Design) && blank(s.EvaluationReport) {
			c.add(ReportMissing, at+".evaluation_report", facts)
		}
	})
}

// openTerms is what G6 asks of the declaration, whatever the subject.
func (c *check) openTerms(o *Offer, at string) {
	if blank(o.Fee) {
		c.add(OpenFeeMissing, at+".fee", Facts{Mode: o.Mode})
	}
	for _, text := range []struct{ name, text string }{{"declaration", o.Declaration}, {"fee", o.Fee}} {
		if word := praise(text.text); word != "" {
			c.add(PromotionalWording, at+"."+text.name, Facts{Mode: o.Mode, Text: word})
		}
	}
}

// fees is G7.
func (c *check) fees(s *Subject, at string) {
	if !s.Kind.Patent() || s.foreign() {
		return
	}
	at += ".paid_years"
	if _, ok := AnnualFee(s.Kind, s.PaidYears); !ok {
		c.add(FeesUnknown, at, Facts{Subject: s.ID})
		return
	}
	due, ok := NextFee(s.Kind, s.Filed, s.PaidYears, c.today)
	if !ok {
		return
	}
	facts := Facts{Subject: s.ID, Number: due.Year, Date: due.On, AmountFen: due.FeeFen}
	c.add(FeeNext, at, facts)
	switch {
	case due.Over:
		facts.Date = due.GraceEnds
		c.add(FeeLapsed, at, facts)
	case due.Late:
		facts.Date, facts.AmountFen = due.GraceEnds, due.FeeFen+due.SurchargeFen
		facts.Days, _ = c.today.DaysUntil(due.GraceEnds)
		c.add(FeeLate, at, facts)
	}
}

// terms is §4.6: what each offer has to say, and must not.
func (c *check) terms() {
	c.offers(func(o *Offer, at string) {
		facts := Facts{Mode: o.Mode}
		if o.Mode == Open {
			c.openTerms(o, at)
		}
		if o.Mode.Licence() {
			first, last := o.Scope.Period.days(c.today)
			switch {
			case !o.Scope.Period.Given():
				c.add(PeriodMissing, at+".scope.period", facts)
			case last != "" && last < first:
				c.add(PeriodBackwards, at+".scope.period", Facts{Mode: o.Mode, Date: last})
			}
		}
		for i, f := range o.Scope.Fields {
			if !f.Known() {
				c.add(FieldUnknown, fmt.Sprintf("%s.scope.fields[%d]", at, i), Facts{Mode: o.Mode, Text: string(f.List) + " " + f.Code})
			}
		}
		for i, place := range o.Scope.Territories {
			if territoryPath(place) == "" {
				c.add(TerritoryUnknown, fmt.Sprintf("%s.scope.territories[%d]", at, i), Facts{Mode: o.Mode, Text: place})
			}
		}
		for i, clause := range o.Clauses {
			c.add(ClauseForbidden, fmt.Sprintf("%s.clauses[%d]", at, i), Facts{Mode: o.Mode, Text: string(clause)})
		}
		if o.Mode == Equity && blank(o.Valuation) {
			c.add(EquityUnvalued, at+".valuation", facts)
		}
		if o.Mode == Exclusive && blank(o.MinimumPerformance) {
			c.add(PerformanceMissing, at+".minimum_performance", facts)
		}
	})
}
