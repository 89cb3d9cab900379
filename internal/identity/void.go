package identity

import (
	"context"
	"fmt"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/invitation"
	"github.com/g60-corridor/corridor/ent/mandate"
	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/ent/organisationstep"
	"github.com/g60-corridor/corridor/ent/ownershiplink"
	"github.com/g60-corridor/corridor/ent/ticket"
	"github.com/g60-corridor/corridor/internal/inbox"
	"github.com/g60-corridor/corridor/internal/standing"
	"github.com/g60-corridor/corridor/internal/store"
	"github.com/g60-corridor/corridor/web/locale"
)

// onceVerified says whether an organisation has ever been let take part: what it did then stays under its code.
func onceVerified(ctx context.Context, client *ent.Client, o *ent.Organisation) (bool, error) {
	if o.VerifiedAt != nil {
		return true, nil
	}
	was, err := client.OrganisationStep.Query().Where(organisationstep.OrganisationID(o.ID), organisationstep.BeforeIn(
		string(standing.Verified), string(standing.Expired), string(standing.Suspended))).Exist(ctx)
	if err != nil {
		return false, fmt.Errorf("look whether organisation %d was verified: %w", o.ID, err)
	}
	return was, nil
}

// dissolve takes from a void entry what it bore: the credit code, so that the organisation whose it is may enter under it, its
// people, and what it had claimed. Its file and its steps stay for the record. Its people are told by letter, for the pages of
// an organisation are closed to them.
func (s *Service) dissolve(ctx context.Context, tx *store.Tx, by Viewer, o *ent.Organisation, reasons string) error {
	client := tx.Ent()
	if err := client.Organisation.UpdateOneID(o.ID).SetUscc(fmt.Sprintf("VOID-%d", o.ID)).Exec(ctx); err != nil {
		return fmt.Errorf("free the code of organisation %d: %w", o.ID, err)
	}
	if err := s.record(ctx, client, by, "organisation_code_free", o.ID, o.Uscc); err != nil {
		return err
	}
	members, err := client.Membership.Query().Where(membership.HasOrganisationWith(organisation.ID(o.ID))).WithPerson().
		Order(ent.Asc(membership.FieldID)).All(ctx)
	if err != nil {
		return fmt.Errorf("list the people of organisation %d: %w", o.ID, err)
	}
	for _, m := range members {
		if err := client.Membership.DeleteOne(m).Exec(ctx); err != nil {
			return fmt.Errorf("remove member %d: %w", m.ID, err)
		}
		if err := s.writeOfVoid(ctx, tx, m.Edges.Person, o, reasons); err != nil {
			return err
		}
	}
	return s.endClaims(ctx, client, by, o.ID)
}

func (s *Service) writeOfVoid(ctx context.Context, tx *store.Tx, p *ent.Person, o *ent.Organisation, reasons string) error {
	if s.herald == nil {
		return nil
	}
	return s.herald.Write(ctx, tx, inbox.Mail{
		To: p.Email, Lang: locale.Choose(p.Locale, ""), Name: "organisation_void", Path: SignUpPath, Key: fmt.Sprintf("void:%d:%d", o.ID, p.ID),
		Params: inbox.Params{"Organisation_zh": o.NameZh, "Organisation_en": o.NameEn, "Code": o.Uscc, "Reasons": reasons},
	})
}

// endClaims ends what an organisation waits for, and what it has said of others.
func (s *Service) endClaims(ctx context.Context, client *ent.Client, by Viewer, org int) error {
	now := s.now()
	waiting, err := client.Invitation.Query().Where(invitation.OrganisationID(org), invitation.StateEQ(invitation.StateWAITING)).IDs(ctx)
	if err != nil {
		return fmt.Errorf("list the invitations of organisation %d: %w", org, err)
	}
	if err := client.Invitation.Update().Where(invitation.IDIn(waiting...)).SetState(invitation.StateWITHDRAWN).SetDecidedAt(now).Exec(ctx); err != nil {
		return fmt.Errorf("withdraw the invitations of organisation %d: %w", org, err)
	}
	err = client.Ticket.Update().Where(ticket.Purpose(string(forInvitation)), ticket.AboutIn(waiting...), ticket.UsedAtIsNil()).SetUsedAt(now).Exec(ctx)
	if err != nil {
		return fmt.Errorf("void the links of invitations of organisation %d: %w", org, err)
	}
	err = client.Mandate.Update().Where(mandate.OrganisationID(org), mandate.StateIn(mandate.StateSUBMITTED, mandate.StateACCEPTED)).
		SetState(mandate.StateREVOKED).SetDecidedBy(by.PersonID()).SetDecidedAt(now).Exec(ctx)
	if err != nil {
		return fmt.Errorf("revoke the powers of attorney of organisation %d: %w", org, err)
	}
	err = client.OwnershipLink.Update().Where(ownershiplink.OrganisationID(org), ownershiplink.StateIn(ownershiplink.StateDECLARED, ownershiplink.StateCONFIRMED)).
		SetState(ownershiplink.StateENDED).SetDecidedBy(by.PersonID()).SetDecidedAt(now).Exec(ctx)
	if err != nil {
		return fmt.Errorf("end the links of organisation %d: %w", org, err)
	}
	return nil
}
