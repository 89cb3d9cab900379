package form

import (
	"cmp"
	"errors"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/go-playground/form/v4"

	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/money"
	"github.com/g60-corridor/corridor/internal/subject"
)

// mostEntries is how long a list in a form may be; the market keeps fewer.
const mostEntries = 60

// path is how the fields of a sheet are named: dossier.subjects[0].number. Others are not read.
var path = regexp.MustCompile(`^[a-z_]+(\[\d{1,2}\])?(\.[a-z_]+(\[\d{1,2}\])?){0,6}$`)

// inLine are lists of words that are written in one line.
var inLine = []string{"inventors", "territories"}

var separators = regexp.MustCompile(`[,，、;；\n]+`)

var sheets = func() *form.Decoder {
	d := form.NewDecoder()
	d.SetTagName("json")
	d.SetMaxArraySize(mostEntries)
	d.RegisterCustomTypeFunc(func(v []string) (any, error) {
		if strings.TrimSpace(v[0]) == "" {
			return money.Fen(0), nil
		}
		return money.Parse(v[0])
	}, money.Fen(0))
	return d
}()

// ReadSheet reads what a seller has typed. Entries that are empty do not count. A fault names the field; everything else
// was read.
func ReadSheet(typed url.Values) (subject.Sheet, []fault.Field) {
	values := url.Values{}
	for name, all := range typed {
		if !path.MatchString(name) {
			continue
		}
		for _, text := range all {
			text = strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))
			if slices.Contains(inLine, name[strings.LastIndex(name, ".")+1:]) {
				for _, word := range separators.Split(text, -1) {
					if word = strings.TrimSpace(word); word != "" {
						values.Add(name, word)
					}
				}
			} else if text != "" {
				values.Add(name, text)
			}
		}
	}
	var s subject.Sheet
	var faults []fault.Field
	err := sheets.Decode(&s, values)
	var wrong form.DecodeErrors
	if errors.As(err, &wrong) {
		for name, e := range wrong {
			p := fault.Problem("NOT_WHOLE")
			var m *money.Error
			if errors.As(e, &m) {
				p = fault.Problem(m.Code)
			}
			faults = append(faults, fault.Field{Name: name, Problem: p})
		}
		slices.SortFunc(faults, func(a, b fault.Field) int { return cmp.Compare(a.Name, b.Name) })
	} else if err != nil {
		faults = append(faults, fault.Field{Problem: "TOO_MANY_ENTRIES"})
	}
	prune(&s.Dossier)
	return s, faults
}

// prune drops the entries of lists that the form offers to be filled in and that were not.
func prune(d *subject.Dossier) {
	d.Classes = slices.DeleteFunc(d.Classes, func(c subject.Class) bool { return c.Code == "" })
	d.Offers = slices.DeleteFunc(d.Offers, func(o subject.Offer) bool { return o.Mode == "" })
	for i := range d.Offers {
		pruneScope(&d.Offers[i].Scope)
	}
	d.Subjects = slices.DeleteFunc(d.Subjects, func(s subject.Subject) bool { return s.Kind == "" && s.Number == "" && s.Title == "" })
	for i := range d.Subjects {
		s := &d.Subjects[i]
		for j := range s.Owners {
			pruneConsents(&s.Owners[j].Consents)
		}
		s.Owners = slices.DeleteFunc(s.Owners, func(o subject.Owner) bool { return o.Party == "" })
		for j := range s.Pledges {
			pruneConsents(&s.Pledges[j].Consents)
		}
		s.Pledges = slices.DeleteFunc(s.Pledges, func(p subject.Pledge) bool { return p.Pledgee == "" })
		for j := range s.Licences {
			pruneScope(&s.Licences[j].Scope)
		}
		s.Licences = slices.DeleteFunc(s.Licences, func(l subject.Licence) bool { return l.Licensee == "" })
		s.Disputes = slices.DeleteFunc(s.Disputes, func(x subject.Dispute) bool { return x.Kind == "" && x.Case == "" })
		s.Funding = slices.DeleteFunc(s.Funding, func(f subject.Funding) bool { return f.Programme == "" && f.Number == "" })
		if a := s.Agreement; a != nil && a.Document == "" && len(a.Alone) == 0 {
			s.Agreement = nil
		}
	}
}

func pruneScope(s *subject.Scope) {
	s.Fields = slices.DeleteFunc(s.Fields, func(f subject.Field) bool { return f.Code == "" })
}

func pruneConsents(all *[]subject.Consent) {
	*all = slices.DeleteFunc(*all, func(c subject.Consent) bool { return len(c.Modes) == 0 && c.Document == "" })
}

// SheetValues are a sheet as its form shows it.
func SheetValues(s *subject.Sheet) url.Values {
	values := url.Values{}
	for _, l := range s.Leaves() {
		if name, rest, ok := lastIndex(l.Path); ok && rest == "" { // ways and words: one name with many values
			if slices.Contains(inLine, name[strings.LastIndex(name, ".")+1:]) && values.Has(name) {
				values.Set(name, values.Get(name)+"、"+l.Text)
			} else {
				values.Add(name, l.Text)
			}
			continue
		}
		values.Set(l.Path, l.Text)
	}
	if s.PriceIdeaFen != 0 {
		values.Set("price_idea_fen", typed(s.PriceIdeaFen))
	}
	return values
}

func lastIndex(path string) (name, rest string, ok bool) {
	open := strings.LastIndexByte(path, '[')
	if open < 0 {
		return path, "", false
	}
	end := strings.IndexByte(path[open:], ']')
	return path[:open], path[open+end+1:], true
}
