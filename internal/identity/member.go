package identity

import (
	"context"
	"fmt"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/mandate"
	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/ent/person"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/inbox"
	"github.com/g60-corridor/corridor/internal/store"
)

// bosses are told what changes among an organisation's people.
var bosses = []membership.Role{membership.RoleADMINISTRATOR}

// Members lists who acts for the viewer's organisation, those of longest standing first.
func (s *Service) Members(ctx context.Context, by Viewer) ([]*ent.Membership, error) {
	if by.OrganisationID() == 0 {
		return nil, fault.New(fault.Forbidden, "", "acts for nobody")
	}
	all, err := s.db.Ent().Membership.Query().Where(membership.HasOrganisationWith(organisation.ID(by.OrganisationID()))).
		WithPerson().Order(ent.Asc(membership.FieldID)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("list members: %w", err)
	}
	return all, nil
}

// SetRole gives a member another role. The last administrator stays one.
func (s *Service) SetRole(ctx context.Context, by Viewer, memberID int, role membership.Role) error {
	if membership.RoleValidator(role) != nil {
		return fault.OfFields([]fault.Field{{Name: "role", Problem: "UNKNOWN_VALUE"}})
	}
	return s.administer(ctx, by, func(tx *store.Tx) error {
		client := tx.Ent()
		m, err := memberOf(ctx, client, by, memberID)
		if err != nil || m.Role == role {
			return err
		}
		if err := keepsAnAdministrator(ctx, client, by, m); err != nil && role != membership.RoleADMINISTRATOR {
			return err
		}
		if err := m.Update().SetRole(role).Exec(ctx); err != nil {
			return fmt.Errorf("change role of member %d: %w", m.ID, err)
		}
		err = s.noteOn(ctx, client, by, "member_role", personSubject(m.Edges.Person.ID), string(m.Role)+" → "+string(role))
		if err != nil {
			return err
		}
		return s.tellMember(ctx, tx, inbox.MemberRoleChanged, by, m.Edges.Person.ID, inbox.Params{"Role_word": "role_" + string(role)})
	})
}

// Remove ends a membership, and what hangs on it: powers of attorney; his sessions act for the organisation no more, as each
// request asks anew. Somebody
// may always remove himself, but the last administrator must find another first.
func (s *Service) Remove(ctx context.Context, by Viewer, memberID int) error {
	return s.among(ctx, by, func(tx *store.Tx) error {
		client := tx.Ent()
		m, err := memberOf(ctx, client, by, memberID)
		if err != nil {
			return err
		}
		if m.Edges.Person.ID != by.PersonID() {
			if err := administersNow(ctx, client, by); err != nil {
				return err
			}
		}
		if err := keepsAnAdministrator(ctx, client, by, m); err != nil {
			return err
		}
		if err := client.Membership.DeleteOne(m).Exec(ctx); err != nil {
			return fmt.Errorf("remove member %d: %w", m.ID, err)
		}
		gone := m.Edges.Person.ID
		err = client.Mandate.Update().Where(mandate.OrganisationID(by.OrganisationID()), mandate.PersonID(gone),
			mandate.StateIn(mandate.StateSUBMITTED, mandate.StateACCEPTED)).
			SetState(mandate.StateREVOKED).SetDecidedBy(by.PersonID()).SetDecidedAt(s.now()).Exec(ctx)
		if err != nil {
			return fmt.Errorf("revoke powers of attorney of person %d: %w", gone, err)
		}
		action, kind := "member_remove", inbox.MemberRemoved
		if gone == by.PersonID() {
			action, kind = "member_leave", inbox.MemberLeft
		}
		if err := s.noteOn(ctx, client, by, action, personSubject(gone), string(m.Role)); err != nil {
			return err
		}
		if kind == inbox.MemberLeft {
			return s.tellBosses(ctx, tx, kind, by.OrganisationID(), fmt.Sprintf("membership:%d", m.ID),
				inbox.Params{"Person_zh": m.Edges.Person.NameZh, "Person_en": m.Edges.Person.NameEn}, "/organisation/members")
		}
		return s.tellMember(ctx, tx, kind, by, gone, nil)
	})
}

// administer runs f in a transaction that keeps the organisation's people to itself, if the viewer is its administrator
// now: what his request said may have changed while it waited.
func (s *Service) administer(ctx context.Context, by Viewer, f func(*store.Tx) error) error {
	return s.among(ctx, by, func(tx *store.Tx) error {
		if err := administersNow(ctx, tx.Ent(), by); err != nil {
			return err
		}
		return f(tx)
	})
}

func administersNow(ctx context.Context, client *ent.Client, by Viewer) error {
	is, err := client.Membership.Query().Where(membership.HasPersonWith(person.ID(by.PersonID())),
		membership.HasOrganisationWith(organisation.ID(by.OrganisationID())), membership.RoleEQ(membership.RoleADMINISTRATOR)).Exist(ctx)
	if err != nil {
		return fmt.Errorf("look who administers: %w", err)
	}
	if !is {
		return fault.New(fault.Forbidden, "ADMINISTRATORS_OF_IT_ONLY", "no administrator")
	}
	return nil
}

// among runs f in a transaction that keeps the organisation's people to itself.
func (s *Service) among(ctx context.Context, by Viewer, f func(*store.Tx) error) error {
	if !by.SignedIn() {
		return fault.New(fault.SignIn, "", "")
	}
	if by.OrganisationID() == 0 {
		return fault.New(fault.Forbidden, "", "acts for nobody")
	}
	return s.db.Tx(ctx, func(tx *store.Tx) error {
		if _, err := holdOrganisation(ctx, tx.Ent(), by.OrganisationID()); err != nil {
			return err
		}
		return f(tx)
	})
}

func memberOf(ctx context.Context, client *ent.Client, by Viewer, id int) (*ent.Membership, error) {
	m, err := client.Membership.Query().Where(membership.ID(id), membership.HasOrganisationWith(organisation.ID(by.OrganisationID()))).
		WithPerson().Only(ctx)
	if ent.IsNotFound(err) {
		return nil, fault.New(fault.NotFound, "", "no such member of this organisation")
	}
	if err != nil {
		return nil, fmt.Errorf("read member %d: %w", id, err)
	}
	return m, nil
}

// keepsAnAdministrator fails if nobody else administers the organisation.
func keepsAnAdministrator(ctx context.Context, client *ent.Client, by Viewer, m *ent.Membership) error {
	if m.Role != membership.RoleADMINISTRATOR {
		return nil
	}
	others, err := client.Membership.Query().Where(membership.HasOrganisationWith(organisation.ID(by.OrganisationID())),
		membership.RoleEQ(membership.RoleADMINISTRATOR), membership.IDNEQ(m.ID)).Exist(ctx)
	if err != nil {
		return fmt.Errorf("look for other administrators: %w", err)
	}
	if !others {
		return fault.New(fault.Conflict, "LAST_ADMINISTRATOR", "the organisation would have no administrator")
	}
	return nil
}

// noteOn writes down what somebody did, within his transaction.
func (s *Service) noteOn(ctx context.Context, client *ent.Client, by Viewer, action, subject, detail string) error {
	return Record(ctx, client, s.now(), by, action, subject, detail)
}

func personSubject(id int) string { return fmt.Sprintf("person:%d", id) }

// tellMember tells one person what became of his place in the viewer's organisation.
func (s *Service) tellMember(ctx context.Context, tx *store.Tx, k inbox.Kind, by Viewer, person int, p inbox.Params) error {
	if s.herald == nil {
		return nil
	}
	if p == nil {
		p = inbox.Params{}
	}
	p["Organisation_zh"], p["Organisation_en"] = by.Organisation.NameZh, by.Organisation.NameEn
	p["Person_zh"], p["Person_en"] = by.Person.NameZh, by.Person.NameEn
	return s.herald.Tell(ctx, tx, inbox.News{
		Kind: k, Key: fmt.Sprintf("person:%d:%d", person, s.now().UnixMicro()), Organisation: by.OrganisationID(), Person: person, Params: p, Link: "/me",
	})
}

func (s *Service) tellBosses(ctx context.Context, tx *store.Tx, k inbox.Kind, org int, key string, p inbox.Params, link string) error {
	if s.herald == nil {
		return nil
	}
	return s.herald.Tell(ctx, tx, inbox.News{Kind: k, Key: key, Organisation: org, Roles: bosses, Params: p, Link: link})
}
