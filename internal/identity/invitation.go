package identity

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/invitation"
	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/ent/person"
	"github.com/g60-corridor/corridor/ent/ticket"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/inbox"
	"github.com/g60-corridor/corridor/internal/store"
	"github.com/g60-corridor/corridor/web/locale"
)

const (
	forInvitation  purpose = "invitation"
	invitationLife         = 7 * 24 * time.Hour
	invitesADay            = 50 // by one organisation: nobody's mail is flooded in its name
	lettersMost            = 5  // of one invitation
	letterPause            = time.Minute
)

// Invitations lists whom the viewer's organisation waits for, also those whose time has run out. It does not tell whether
// an address belongs to anybody.
func (s *Service) Invitations(ctx context.Context, by Viewer) ([]*ent.Invitation, error) {
	if !by.Administers() {
		return nil, fault.New(fault.Forbidden, "ADMINISTRATORS_OF_IT_ONLY", "no administrator")
	}
	all, err := s.db.Ent().Invitation.Query().Where(invitation.OrganisationID(by.OrganisationID()), invitation.StateEQ(invitation.StateWAITING)).
		Order(ent.Desc(invitation.FieldID)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("list invitations: %w", err)
	}
	return all, nil
}

// Invite asks somebody by mail to act for the viewer's organisation. Whether the address has an account changes nothing.
func (s *Service) Invite(ctx context.Context, by Viewer, email string, role membership.Role, lang locale.Lang) error {
	address, err := NormalEmail(email)
	if err != nil {
		return err
	}
	if membership.RoleValidator(role) != nil {
		return fault.OfFields([]fault.Field{{Name: "role", Problem: "UNKNOWN_VALUE"}})
	}
	return s.administer(ctx, by, func(tx *store.Tx) error {
		client, now := tx.Ent(), s.now()
		ours := invitation.OrganisationID(by.OrganisationID())
		member, err := client.Membership.Query().Where(membership.HasOrganisationWith(organisation.ID(by.OrganisationID())),
			membership.HasPersonWith(person.Email(address))).Exist(ctx)
		if err != nil {
			return fmt.Errorf("look for a member: %w", err)
		}
		if member { // who stands on the page of members anyway
			return fault.New(fault.Conflict, "MEMBER_ALREADY", "the address is a member's")
		}
		waiting, err := client.Invitation.Query().Where(ours, invitation.Email(address), invitation.StateEQ(invitation.StateWAITING)).Exist(ctx)
		if err != nil {
			return fmt.Errorf("look for an invitation: %w", err)
		}
		if waiting {
			return fault.New(fault.Conflict, "INVITED_ALREADY", "an invitation waits")
		}
		today, err := client.Invitation.Query().Where(ours, invitation.CreatedAtGT(now.Add(-24*time.Hour))).Count(ctx)
		if err != nil {
			return fmt.Errorf("count invitations: %w", err)
		}
		if today >= invitesADay {
			return fault.New(fault.TooMany, "INVITATIONS_MANY", "too many in a day")
		}
		i, err := client.Invitation.Create().SetOrganisationID(by.OrganisationID()).SetEmail(address).SetRole(invitation.Role(role)).
			SetInvitedBy(by.PersonID()).SetCreatedAt(now).SetSentAt(now).SetExpiresAt(now.Add(invitationLife)).Save(ctx)
		if err != nil {
			return fmt.Errorf("invite: %w", err)
		}
		if err := s.sendInvitation(ctx, tx, by, i, lang); err != nil {
			return err
		}
		return s.noteOn(ctx, client, by, "member_invite", fmt.Sprintf("invitation:%d", i.ID), address+" "+string(role))
	})
}

// sendInvitation writes the letter, with a new secret: the link of an older letter is void.
func (s *Service) sendInvitation(ctx context.Context, tx *store.Tx, by Viewer, i *ent.Invitation, lang locale.Lang) error {
	secret, err := s.issue(ctx, tx.Ent(), forInvitation, i.Email, i.ID, invitationLife)
	if err != nil {
		return err
	}
	if s.herald == nil {
		return fault.New(fault.Unavailable, "", "nobody writes letters")
	}
	return s.herald.Write(ctx, tx, inbox.Mail{
		To: i.Email, Lang: lang, Name: "invitation", Path: "/invitations/" + secret, Key: fmt.Sprintf("invitation:%d:%d", i.ID, i.Letters),
		Params: inbox.Params{
			"Organisation_zh": by.Organisation.NameZh, "Organisation_en": by.Organisation.NameEn, "Person_zh": by.Person.NameZh,
			"Person_en": by.Person.NameEn, "Role_word": "role_" + string(i.Role), "Until_at": inbox.At(i.ExpiresAt),
		},
	})
}

// Resend writes an invitation's letter once more, with its time from the beginning.
func (s *Service) Resend(ctx context.Context, by Viewer, id int, lang locale.Lang) error {
	return s.administer(ctx, by, func(tx *store.Tx) error {
		i, err := waitingInvitation(ctx, tx.Ent(), by, id)
		if err != nil {
			return err
		}
		now := s.now()
		if i.Letters >= lettersMost || now.Sub(i.SentAt) < letterPause {
			return fault.New(fault.TooMany, "INVITATION_OFTEN", "sent too often or just now")
		}
		i, err = i.Update().SetLetters(i.Letters + 1).SetSentAt(now).SetExpiresAt(now.Add(invitationLife)).Save(ctx)
		if err != nil {
			return fmt.Errorf("send invitation %d again: %w", id, err)
		}
		if err := s.sendInvitation(ctx, tx, by, i, lang); err != nil {
			return err
		}
		return s.noteOn(ctx, tx.Ent(), by, "member_invite_again", fmt.Sprintf("invitation:%d", id), i.Email)
	})
}

// Withdraw takes an invitation back; its link is void.
func (s *Service) Withdraw(ctx context.Context, by Viewer, id int) error {
	return s.administer(ctx, by, func(tx *store.Tx) error {
		client, now := tx.Ent(), s.now()
		i, err := waitingInvitation(ctx, client, by, id)
		if err != nil {
			return err
		}
		if err := i.Update().SetState(invitation.StateWITHDRAWN).SetDecidedAt(now).Exec(ctx); err != nil {
			return fmt.Errorf("withdraw invitation %d: %w", id, err)
		}
		err = client.Ticket.Update().Where(ticket.Purpose(string(forInvitation)), ticket.About(id), ticket.UsedAtIsNil()).SetUsedAt(now).Exec(ctx)
		if err != nil {
			return fmt.Errorf("void the link of invitation %d: %w", id, err)
		}
		return s.noteOn(ctx, client, by, "member_invite_withdraw", fmt.Sprintf("invitation:%d", id), i.Email)
	})
}

func waitingInvitation(ctx context.Context, client *ent.Client, by Viewer, id int) (*ent.Invitation, error) {
	i, err := client.Invitation.Query().Where(invitation.ID(id), invitation.OrganisationID(by.OrganisationID())).Only(ctx)
	switch {
	case ent.IsNotFound(err):
		return nil, fault.New(fault.NotFound, "", "no such invitation")
	case err != nil:
		return nil, fmt.Errorf("read invitation %d: %w", id, err)
	case i.State != invitation.StateWAITING:
		return nil, fault.New(fault.Conflict, "INVITATION_OVER", "answered or withdrawn")
	}
	return i, nil
}

// Invited is an invitation as whoever holds its letter sees it.
type Invited struct {
	Organisation *ent.Organisation
	Inviter      *ent.Person
	Role         membership.Role
	Email        string
	Until        time.Time
	Known        bool // the address has an account: who reads its mail may know
}

// Invited shows the invitation that a secret opens. It fails with fault.NotFound and TICKET_VOID.
func (s *Service) Invited(ctx context.Context, secret string) (Invited, error) {
	client := s.db.Ent()
	t, err := s.look(ctx, client, forInvitation, secret)
	if err != nil {
		return Invited{}, err
	}
	i, err := client.Invitation.Query().Where(invitation.ID(t.About)).WithOrganisation().Only(ctx)
	if err != nil {
		return Invited{}, fmt.Errorf("read invitation %d: %w", t.About, err)
	}
	out := Invited{Organisation: i.Edges.Organisation, Role: membership.Role(i.Role), Email: i.Email, Until: i.ExpiresAt}
	if out.Inviter, err = client.Person.Get(ctx, i.InvitedBy); err != nil {
		return Invited{}, fmt.Errorf("read the inviter: %w", err)
	}
	if out.Known, err = client.Person.Query().Where(person.Email(i.Email)).Exist(ctx); err != nil {
		return Invited{}, fmt.Errorf("look for the invited: %w", err)
	}
	return out, nil
}

// Accept makes the viewer a member; his address must be the one that was invited. It returns the organisation.
func (s *Service) Accept(ctx context.Context, by Viewer, secret string) (org int, err error) {
	if !by.SignedIn() {
		return 0, fault.New(fault.SignIn, "", "")
	}
	err = s.db.Tx(ctx, func(tx *store.Tx) error {
		i, err := s.redeemInvitation(ctx, tx, secret)
		if err != nil {
			return err
		}
		if i.Email != by.Person.Email {
			return fault.New(fault.Forbidden, "OTHER_ADDRESS", "the invitation went to another address")
		}
		org = i.OrganisationID
		return s.join(ctx, tx, i, by.Person)
	})
	return org, err
}

// AcceptNew makes an account for the invited address, and its person a member. The address is proved by the letter.
func (s *Service) AcceptNew(ctx context.Context, secret, name, password string) (Proof, error) {
	var faults []fault.Field
	name = strings.TrimSpace(name)
	checkName(&faults, "name", name, 100)
	if err := CheckPassword(password); err != nil {
		faults = append(faults, fault.In(err).Fields...)
	}
	if err := fault.OfFields(faults); err != nil {
		return Proof{}, err
	}
	if _, err := s.look(ctx, s.db.Ent(), forInvitation, secret); err != nil { // no work for who has no letter
		return Proof{}, err
	}
	hash, err := s.hash(ctx, password) // before the transaction: it takes long, and SQLite has one writer
	if err != nil {
		return Proof{}, err
	}
	var p *ent.Person
	var org int
	err = s.db.Tx(ctx, func(tx *store.Tx) error {
		client := tx.Ent()
		i, err := s.redeemInvitation(ctx, tx, secret)
		if err != nil {
			return err
		}
		taken, err := client.Person.Query().Where(person.Email(i.Email)).Exist(ctx)
		if err != nil {
			return fmt.Errorf("look for the address: %w", err)
		}
		if taken {
			return fault.New(fault.Conflict, "EMAIL_TAKEN", "the address has an account")
		}
		if p, err = client.Person.Create().SetEmail(i.Email).SetNameZh(name).Save(ctx); err != nil {
			return fmt.Errorf("create the invited person: %w", err)
		}
		if err := client.Credential.Create().SetPersonID(p.ID).SetPasswordHash(hash).SetChangedAt(s.now()).Exec(ctx); err != nil {
			return fmt.Errorf("give the invited person a password: %w", err)
		}
		org = i.OrganisationID
		return s.join(ctx, tx, i, p)
	})
	if err != nil {
		return Proof{}, err
	}
	since, err := s.since(ctx, p.ID)
	return Proof{Person: p.ID, Organisation: org, Since: since}, err
}

func (s *Service) redeemInvitation(ctx context.Context, tx *store.Tx, secret string) (*ent.Invitation, error) {
	client := tx.Ent()
	t, err := s.look(ctx, client, forInvitation, secret)
	if err != nil {
		return nil, err
	}
	of, err := client.Invitation.Get(ctx, t.About)
	if err != nil {
		return nil, fmt.Errorf("read invitation %d: %w", t.About, err)
	}
	// The organisation first, as whoever withdraws an invitation does: else the two would wait for each other.
	if _, err := holdOrganisation(ctx, client, of.OrganisationID); err != nil {
		return nil, err
	}
	if _, err := s.redeem(ctx, client, forInvitation, secret); err != nil {
		return nil, err
	}
	i, err := client.Invitation.Query().Where(invitation.ID(t.About)).WithOrganisation().Only(ctx)
	if err != nil {
		return nil, fmt.Errorf("read invitation %d: %w", t.About, err)
	}
	if i.State != invitation.StateWAITING {
		return nil, fault.New(fault.NotFound, "TICKET_VOID", "answered or withdrawn")
	}
	return i, nil
}

func (s *Service) join(ctx context.Context, tx *store.Tx, i *ent.Invitation, p *ent.Person) error {
	client := tx.Ent()
	err := client.Membership.Create().SetPersonID(p.ID).SetOrganisationID(i.OrganisationID).SetRole(membership.Role(i.Role)).Exec(ctx)
	if ent.IsConstraintError(err) {
		return fault.New(fault.Conflict, "MEMBER_ALREADY", "is a member")
	}
	if err != nil {
		return fmt.Errorf("join organisation %d: %w", i.OrganisationID, err)
	}
	if err := i.Update().SetState(invitation.StateACCEPTED).SetDecidedAt(s.now()).Exec(ctx); err != nil {
		return fmt.Errorf("accept invitation %d: %w", i.ID, err)
	}
	v := Viewer{Person: p, Organisation: i.Edges.Organisation}
	if err := s.noteOn(ctx, client, v, "member_join", personSubject(p.ID), string(i.Role)); err != nil {
		return err
	}
	return s.tellBosses(ctx, tx, inbox.MemberJoined, i.OrganisationID, fmt.Sprintf("invitation:%d", i.ID),
		inbox.Params{"Person_zh": p.NameZh, "Person_en": p.NameEn, "Role_word": "role_" + string(i.Role)}, "/organisation/members")
}
