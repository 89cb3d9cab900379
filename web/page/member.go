package page

import (
	"context"
	"fmt"
	"time"

	"github.com/a-h/templ"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/mandate"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/web/component"
	"github.com/g60-corridor/corridor/web/form"
)

// MembersPage is who acts for the reader's organisation.
type MembersPage struct {
	Members     []*ent.Membership // with Person
	Invitations []*ent.Invitation // that wait; for administrators
	Administers bool
	Kind        identity.Role // of the organisation to the market
	Email, Role string        // of the form that invites
	Faults      form.Faults
	Now         time.Time
}

// mine says whether a membership is the reader's own.
func mine(ctx context.Context, m *ent.Membership) bool {
	p := component.Visiting(ctx).Person
	return p != nil && m.Edges.Person.ID == p.ID
}

// rights are those that roles differ in, in an organisation of this kind.
func (p MembersPage) rights() (some []identity.Right) {
	for _, r := range identity.Rights {
		for _, role := range identity.MemberRoles {
			if identity.Grants(p.Kind, role, r) {
				some = append(some, r)
				break
			}
		}
	}
	return some
}

func roleNames() (names []string) {
	for _, r := range identity.MemberRoles {
		names = append(names, string(r))
	}
	return names
}

func memberURL(m *ent.Membership, what string) templ.SafeURL {
	return templ.SafeURL(fmt.Sprintf("/organisation/members/%d/%s", m.ID, what))
}

func invitationURL(i *ent.Invitation, what string) templ.SafeURL {
	return templ.SafeURL(fmt.Sprintf("/organisation/invitations/%d/%s", i.ID, what))
}

// InvitationPage is what the letter of an invitation leads to.
type InvitationPage struct {
	identity.Invited
	Secret string
	Name   string
	Faults form.Faults
}

func (p InvitationPage) path() string { return "/invitations/" + p.Secret }

// theirs says whether the reader is signed in under the address that was invited.
func (p InvitationPage) theirs(ctx context.Context) bool {
	v := component.Visiting(ctx).Person
	return v != nil && v.Email == p.Email
}

// MandatesPage is the powers of attorney of the reader's organisation, or his own.
type MandatesPage struct {
	Mandates []*ent.Mandate // with Person, the newest first
	Agents   []*ent.Person  // for whom the reader may hand one in
	Form     MandateForm
	Faults   form.Faults
	Now      time.Time
}

// MandateForm is what was filled in.
type MandateForm struct {
	Agent       string
	Scope       []string
	From, Until string
}

func scopeNames() (names []string) {
	for _, s := range identity.Scopes {
		names = append(names, string(s))
	}
	return names
}

// MandateQueuePage is what waits for the operator, and his latest decisions.
type MandateQueuePage struct {
	Waiting, Decided []*ent.Mandate // with Person and Organisation
	Asked            int            // whose form has faults
	Reason           string
	Faults           form.Faults
}

func scopeWords(ctx context.Context, m *ent.Mandate) string {
	var words []string
	for _, s := range m.Scope {
		words = append(words, component.Word(ctx, "scope", s))
	}
	return component.List(ctx, words)
}

// finalDay is the last day on which a power of attorney holds.
func finalDay(m *ent.Mandate) time.Time { return m.ValidUntil.Add(-time.Second) }

// mandateState is SUBMITTED to REVOKED; one that has run out is EXPIRED, whenever that is written down.
func mandateState(m *ent.Mandate, now time.Time) mandate.State {
	if m.State == mandate.StateACCEPTED && !m.ValidUntil.After(now) {
		return mandate.StateEXPIRED
	}
	return m.State
}

func endable(m *ent.Mandate, now time.Time) bool {
	s := mandateState(m, now)
	return s == mandate.StateSUBMITTED || s == mandate.StateACCEPTED
}

func mandateURL(under string, m *ent.Mandate, what string) templ.SafeURL {
	return templ.SafeURL(fmt.Sprintf("%s/mandates/%d/%s", under, m.ID, what))
}
