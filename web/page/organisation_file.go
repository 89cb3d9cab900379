package page

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"github.com/a-h/templ"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/internal/exclusion"
	"github.com/g60-corridor/corridor/internal/ident"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/standing"
	"github.com/g60-corridor/corridor/web/component"
	"github.com/g60-corridor/corridor/web/form"
)

// SignUpPage asks for an address, or says that a letter is on its way.
type SignUpPage struct {
	Email  string
	Sent   bool
	Faults form.Faults
}

// SignUpFormPage asks who somebody is and which organisation he enters.
type SignUpFormPage struct {
	Link, Email string // the end of the address of the page
	Kinds       []string
	Values      url.Values
	Faults      form.Faults
}

// OwnerLines is how many owners the form of a sign-up has place for.
const OwnerLines = 4

// FilePage is what is kept of an organisation: of one's own, or as the operator sees it.
type FilePage struct {
	File     *identity.File
	Operator bool
	Public   bool        // it has a public page: it offers something
	Values   url.Values  // of the form that was sent; else what stands
	Faults   form.Faults // of the form Form
	Form     string      // profile, paper, link, decide, or "link-7"; "" the page itself
}

// RegisterPage is the operator's list of organisations.
type RegisterPage struct {
	Found  identity.Register
	Sought identity.Sought
	Kinds  []string
	Alerts int
}

// AlertsPage is what the operator looks at.
type AlertsPage struct {
	Alerts []identity.Alert
	All    bool
	Values url.Values
	Faults form.Faults
	Form   int // the alert whose form was sent
}

// faults are those of one form of the page.
func (p FilePage) faults(form string) form.Faults {
	if p.Form == form {
		return p.Faults
	}
	return nil
}

// value is what a field of a form shows.
func (p FilePage) value(form, name string) string {
	if p.Form == form {
		return p.Values.Get(name)
	}
	return ""
}

func (p FilePage) base() string {
	if p.Operator {
		return fmt.Sprintf("/operator/organisations/%d", p.File.Organisation.ID)
	}
	return "/organisation"
}

func (p FilePage) url(format string, args ...any) templ.SafeURL {
	return templ.SafeURL(p.base() + fmt.Sprintf(format, args...))
}

func (p FilePage) writable() bool {
	return !p.Operator && standing.MaySubmit(standing.State(p.File.Organisation.Standing))
}

// profileValues are the values of a profile's form.
func (p FilePage) profileValues() url.Values {
	if p.Form == "profile" {
		return p.Values
	}
	return ProfileValues(p.File.ProfileOf())
}

// ProfileValues are a profile as its form says it.
func ProfileValues(f identity.Profile) url.Values {
	v := url.Values{
		"name_zh": {f.NameZH}, "name_en": {f.NameEN}, "city": {f.City}, "representative": {f.Representative}, "address": {f.Address},
		"phone": {f.Phone}, "bank": {f.Bank}, "account_name": {f.AccountName}, "account": {f.Account},
	}
	if _, ok := ident.CityOf(ident.Region(f.City)); !ok {
		v.Set("city", string(ident.External))
		v.Set("region", f.City)
	}
	for name, on := range map[string]bool{"cross_border": f.CrossBorder, "state_established": f.StateEstablished, "soe": f.SOE} {
		if on {
			v.Set(name, "yes")
		}
	}
	return v
}

func marks(ctx context.Context, o *ent.Organisation) string {
	var all []string
	for _, m := range []struct {
		on  bool
		key string
	}{{o.CrossBorder, "org_cross_border"}, {o.StateEstablished, "org_state_established"}, {o.Soe, "org_soe"}} {
		if m.on {
			all = append(all, component.T(ctx, m.key))
		}
	}
	if len(all) == 0 {
		return component.T(ctx, "org_none")
	}
	return component.List(ctx, all)
}

func (p FilePage) who(ctx context.Context, person int) string {
	if person == 0 {
		return component.T(ctx, "org_clock")
	}
	if who := p.File.People[person]; who != nil {
		return component.T(ctx, "org_by", "Name", component.Person(ctx, who))
	}
	return ""
}

// override is the document on which the organisation's code counts; 0 none.
func (p FilePage) override() int {
	for _, s := range p.File.Steps {
		if s.PaperID != 0 {
			return s.PaperID
		}
	}
	return 0
}

func (p FilePage) proofs() (all []identity.Paper) {
	for _, paper := range p.File.Papers {
		if paper.Kind == standing.CodeProof {
			all = append(all, paper)
		}
	}
	return all
}

func kinds(ctx context.Context, all []standing.Paper) string {
	names := make([]string, len(all))
	for i, k := range all {
		names[i] = component.Word(ctx, "paper", k)
	}
	return component.List(ctx, names)
}

func sizeOf(bytes int64) string {
	if bytes < 1<<20 {
		return fmt.Sprintf("%d KB", (bytes+1023)>>10)
	}
	tenths := (bytes*10 + 1<<19) >> 20
	return fmt.Sprintf("%d.%d MB", tenths/10, tenths%10)
}

// ties are the relations as the form offers them, seen from the organisation: some are one relation in its two directions.
var ties = []struct {
	choice   string
	relation exclusion.Relation
	outward  bool
}{
	{"OWNED_BY", exclusion.Owns, false}, {"CONTROLLED_BY", exclusion.Controls, false}, {"REPRESENTED_BY", exclusion.ActsFor, false},
	{"OWNS", exclusion.Owns, true}, {"CONTROLS", exclusion.Controls, true}, {"ACTS_FOR", exclusion.ActsFor, true},
	{"HELPED_BY", exclusion.Helps, false}, {"HELPS", exclusion.Helps, true}, {"RELATIVE", exclusion.Relative, false},
	{employs, exclusion.WorksFor, false},
}

const employs = "EMPLOYS"

// TieOf is what a choice of the form says; of one that it does not offer the relation is "".
func TieOf(choice string) (relation exclusion.Relation, outward bool) {
	for _, t := range ties {
		if t.choice == choice {
			return t.relation, t.outward
		}
	}
	return "", false
}

func choiceOf(row identity.TieRow) string {
	for _, t := range ties {
		if t.relation == row.Relation && t.outward == row.Outward {
			return t.choice
		}
	}
	return string(row.Relation)
}

// tieChoices are those that fit the organisation: staff counts of houses only. R1.6
func (p FilePage) tieChoices() (all []string) {
	house := p.File.Organisation.Kind == organisation.KindMARKET_OPERATOR || p.File.Organisation.Kind == organisation.KindAUCTION_HOUSE
	for _, t := range ties {
		if house || t.choice != employs {
			all = append(all, t.choice)
		}
	}
	return all
}

// lastDay is the last day of a term that ends at a moment, exclusive.
func lastDay(ctx context.Context, until time.Time) string {
	return component.Date(ctx, until.Add(-time.Second))
}

func registerURL(q identity.Sought, page int) string {
	v := url.Values{}
	for name, value := range map[string]string{"standing": string(q.Standing), "kind": string(q.Kind), "q": q.Words} {
		if value != "" {
			v.Set(name, value)
		}
	}
	if page > 1 {
		v.Set("page", fmt.Sprint(page))
	}
	if len(v) == 0 {
		return "/operator/organisations"
	}
	return "/operator/organisations?" + v.Encode()
}

func standingCount(ctx context.Context, r identity.Register, s standing.State) string {
	return fmt.Sprintf("%s (%d)", component.Word(ctx, "standing", s), r.Counts[s])
}

func alertURL(a identity.Alert) templ.SafeURL {
	if a.Project != 0 {
		return templ.SafeURL(fmt.Sprintf("/projects/%d", a.Project))
	}
	return templ.SafeURL(fmt.Sprintf("/operator/lots/%d/registrations", a.Lot))
}

// alertsOpen says how many related parties nobody has looked at yet.
func alertsOpen(ctx context.Context, n int) string {
	return fmt.Sprintf("%s (%d)", component.T(ctx, "al_title"), n)
}

// noteOf is what was typed into an alert's form and could not be kept.
func (p AlertsPage) noteOf(a identity.Alert) string {
	if p.Form == a.ID {
		return p.Values.Get("note")
	}
	return ""
}

// formOf are the faults of an alert's form.
func (p AlertsPage) formOf(a identity.Alert) form.Faults {
	if p.Form == a.ID {
		return p.Faults
	}
	return nil
}
