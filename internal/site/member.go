package site

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/web/component"
	"github.com/g60-corridor/corridor/web/form"
	"github.com/g60-corridor/corridor/web/locale"
	"github.com/g60-corridor/corridor/web/page"
)

// belonging are those who act for an organisation of any kind.
var belonging = permission{roles: identity.Roles[1:], known: true}

// memberTable holds the pages of an organisation's people and of a person himself.
func (s *Site) memberTable() []route {
	return []route{
		{"GET", "/organisation/members", belonging, s.members},
		{"POST", "/organisation/members/invite", administrators, s.invite},
		{"POST", "/organisation/members/{member}/role", administrators, s.setRole},
		{"POST", "/organisation/members/{member}/remove", belonging, s.removeMember}, // himself, or an administrator
		{"POST", "/organisation/invitations/{invitation}/resend", administrators, s.resendInvitation},
		{"POST", "/organisation/invitations/{invitation}/withdraw", administrators, s.withdrawInvitation},
		{"GET", "/invitations/{secret}", anyone, s.invitation}, // who holds the letter
		{"POST", "/invitations/{secret}", people, s.acceptInvitation},
		{"POST", "/invitations/{secret}/account", anyone, s.joinByInvitation},

		{"GET", "/organisation/mandates", belonging, s.mandates},
		{"POST", "/organisation/mandates", belonging, s.submitMandate},               // an agent his own, or an administrator
		{"POST", "/organisation/mandates/{mandate}/revoke", belonging, s.endMandate}, // likewise
		{"GET", "/organisation/mandates/{mandate}/paper", belonging, s.mandatePaper}, // likewise
		{"GET", "/operator/mandates", operators, s.mandateQueue},
		{"GET", "/operator/mandates/{mandate}/paper", operators, s.mandatePaper},
		{"POST", "/operator/mandates/{mandate}/accept", operators, s.judgeMandate},
		{"POST", "/operator/mandates/{mandate}/reject", operators, s.judgeMandate},
		{"POST", "/operator/mandates/{mandate}/revoke", operators, s.judgeMandate},

		{"POST", "/me/orcid", people, s.setORCID},
	}
}

// lookAgain makes what people hold open elsewhere be looked at again: somebody's standing may be another.
func (s *Site) lookAgain() {
	if s.o.Changed != nil {
		s.o.Changed()
	}
}

func (s *Site) members(w http.ResponseWriter, r *http.Request) error {
	return s.showMembers(w, r, http.StatusOK, page.MembersPage{Role: string(membership.RoleVIEWER)})
}

func (s *Site) showMembers(w http.ResponseWriter, r *http.Request, status int, p page.MembersPage) error {
	ctx, v := r.Context(), visitor(r).viewer
	var err error
	if p.Members, err = s.o.People.Members(ctx, v); err != nil {
		return err
	}
	p.Administers, p.Kind, p.Now = v.Administers(), v.Role(), s.now()
	if p.Administers {
		if p.Invitations, err = s.o.People.Invitations(ctx, v); err != nil {
			return err
		}
	}
	return s.show(w, r, status, page.Members(p))
}

func (s *Site) invite(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	p := page.MembersPage{Email: f.Get("email"), Role: f.Get("role")}
	err = s.o.People.Invite(r.Context(), visitor(r).viewer, p.Email, membership.Role(p.Role), locale.Of(r.Context()))
	return s.afterMember(w, r, err, p, "flash_invited")
}

// afterMember answers a form of the page of members.
func (s *Site) afterMember(w http.ResponseWriter, r *http.Request, err error, p page.MembersPage, flash string) error {
	if err != nil {
		e := fault.In(err)
		faults, ok := faultsOf(r.Context(), err)
		if !ok && e.Code == fault.TooMany {
			faults, ok = form.Faults{"": component.Problem(r.Context(), e.Problem)}, true
		}
		if !ok {
			return err
		}
		p.Faults = faults
		return s.showMembers(w, r, status(e.Code), p)
	}
	s.lookAgain()
	s.flash(w, flash)
	see(w, r, "/organisation/members")
	return nil
}

func (s *Site) setRole(w http.ResponseWriter, r *http.Request) error {
	id, err := number(r, chi.URLParam(r, "member"))
	if err != nil {
		return err
	}
	f, err := readForm(r)
	if err != nil {
		return err
	}
	err = s.o.People.SetRole(r.Context(), visitor(r).viewer, id, membership.Role(f.Get("role")))
	return s.afterMember(w, r, err, page.MembersPage{}, "flash_role")
}

func (s *Site) removeMember(w http.ResponseWriter, r *http.Request) error {
	id, err := number(r, chi.URLParam(r, "member"))
	if err != nil {
		return err
	}
	before := visitor(r).viewer
	if err := s.o.People.Remove(r.Context(), before, id); err != nil {
		return s.afterMember(w, r, err, page.MembersPage{}, "")
	}
	s.lookAgain()
	s.flash(w, "flash_removed")
	now, err := s.o.People.Viewer(r.Context(), s.proof(r.Context()))
	if err != nil {
		return err
	}
	if now.OrganisationID() == 0 { // he has left
		see(w, r, "/me")
		return nil
	}
	see(w, r, "/organisation/members")
	return nil
}

func (s *Site) resendInvitation(w http.ResponseWriter, r *http.Request) error {
	id, err := number(r, chi.URLParam(r, "invitation"))
	if err != nil {
		return err
	}
	err = s.o.People.Resend(r.Context(), visitor(r).viewer, id, locale.Of(r.Context()))
	return s.afterMember(w, r, err, page.MembersPage{}, "flash_invited")
}

func (s *Site) withdrawInvitation(w http.ResponseWriter, r *http.Request) error {
	id, err := number(r, chi.URLParam(r, "invitation"))
	if err != nil {
		return err
	}
	err = s.o.People.Withdraw(r.Context(), visitor(r).viewer, id)
	return s.afterMember(w, r, err, page.MembersPage{}, "flash_invitation_withdrawn")
}

func (s *Site) invitation(w http.ResponseWriter, r *http.Request) error {
	return s.showInvitation(w, r, http.StatusOK, "", nil)
}

func (s *Site) showInvitation(w http.ResponseWriter, r *http.Request, status int, name string, faults form.Faults) error {
	secret := chi.URLParam(r, "secret")
	found, err := s.o.People.Invited(r.Context(), secret)
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	return s.show(w, r, status, page.Invitation(page.InvitationPage{Invited: found, Secret: secret, Name: name, Faults: faults}))
}

// acceptInvitation makes who is signed in a member, and lets him act for the organisation at once.
func (s *Site) acceptInvitation(w http.ResponseWriter, r *http.Request) error {
	org, err := s.o.People.Accept(r.Context(), visitor(r).viewer, chi.URLParam(r, "secret"))
	if err != nil {
		e := fault.In(err)
		if e.Code == fault.Conflict {
			return s.showInvitation(w, r, status(e.Code), "", form.Faults{"": component.Problem(r.Context(), e.Problem)})
		}
		return err
	}
	proof := s.proof(r.Context())
	proof.Organisation = org
	if err := s.readmit(r.Context(), proof); err != nil {
		return err
	}
	s.signedOut(s.Token(r))
	s.flash(w, "flash_joined")
	see(w, r, "/me")
	return nil
}

func (s *Site) joinByInvitation(w http.ResponseWriter, r *http.Request) error {
	f, err := readForm(r)
	if err != nil {
		return err
	}
	proof, err := s.o.People.AcceptNew(r.Context(), chi.URLParam(r, "secret"), f.Get("name"), f.Get("password"))
	if err != nil {
		if faults, ok := faultsOf(r.Context(), err); ok {
			return s.showInvitation(w, r, status(fault.Of(err)), f.Get("name"), faults)
		}
		return err
	}
	s.flash(w, "flash_joined")
	return s.welcome(w, r, proof, identity.ByPassword, "/me")
}
