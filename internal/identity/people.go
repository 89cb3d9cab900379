package identity

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/ent/person"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/ident"
)

// NewOrganisation is an organisation to be recorded.
type NewOrganisation struct {
	NameZH, NameEN string
	Kind           organisation.Kind
	USCC           string // in any printed form
	City           string // region code
}

// NewPerson is a person to be recorded with his role in an organisation.
type NewPerson struct {
	Email, NameZH, NameEN string
	Role                  membership.Role
	Password              string
}

// CreateOrganisation records an organisation. It fails with fault.Invalid naming the fields at fault and with
// fault.Conflict if the code is taken.
func (s *Service) CreateOrganisation(ctx context.Context, n NewOrganisation) (*ent.Organisation, error) {
	return s.createOrganisation(ctx, s.db.Ent(), n)
}

func (s *Service) createOrganisation(ctx context.Context, client *ent.Client, n NewOrganisation) (*ent.Organisation, error) {
	var faults []fault.Field
	n.NameZH, n.NameEN = strings.TrimSpace(n.NameZH), strings.TrimSpace(n.NameEN)
	checkName(&faults, "name_zh", n.NameZH, 200)
	checkName(&faults, "name_en", n.NameEN, 200)
	if organisation.KindValidator(n.Kind) != nil {
		faults = append(faults, fault.Field{Name: "kind", Problem: "UNKNOWN_VALUE"})
	}
	uscc, err := ident.ParseUSCC(n.USCC)
	if err != nil {
		faults = append(faults, fault.Field{Name: "uscc", Problem: "NOT_A_USCC"})
	}
	if _, err := ident.ParseRegion(n.City); err != nil {
		faults = append(faults, fault.Field{Name: "city", Problem: "UNKNOWN_VALUE"})
	}
	if err := fault.OfFields(faults); err != nil {
		return nil, err
	}
	o, err := client.Organisation.Create().SetNameZh(n.NameZH).SetNameEn(n.NameEN).SetKind(n.Kind).SetUscc(string(uscc)).
		SetCity(n.City).SetStanding(standingOf(n.Kind)).Save(ctx)
	if ent.IsConstraintError(err) {
		return nil, fault.New(fault.Conflict, "USCC_TAKEN", "another organisation has this code")
	}
	if err != nil {
		return nil, fmt.Errorf("create organisation: %w", err)
	}
	return o, nil
}

// standingOf: whoever enters operators and the joint office, from the command line, has looked at them.
func standingOf(k organisation.Kind) organisation.Standing {
	if k == organisation.KindMARKET_OPERATOR || k == organisation.KindJOINT_OFFICE {
		return organisation.StandingVERIFIED
	}
	return organisation.StandingNEW
}

// CreatePerson records a person with a password and his role in an organisation.
func (s *Service) CreatePerson(ctx context.Context, org int, n NewPerson) (p *ent.Person, err error) {
	err = s.db.InTx(ctx, func(client *ent.Client) error {
		p, err = s.createPerson(ctx, client, org, n)
		return err
	})
	return p, err
}

func (s *Service) createPerson(ctx context.Context, client *ent.Client, org int, n NewPerson) (*ent.Person, error) {
	email, err := NormalEmail(n.Email)
	if err != nil {
		return nil, err
	}
	var faults []fault.Field
	n.NameZH = strings.TrimSpace(n.NameZH)
	checkName(&faults, "name", n.NameZH, 100)
	if err := fault.OfFields(faults); err != nil {
		return nil, err
	}
	p, err := client.Person.Create().SetEmail(email).SetNameZh(n.NameZH).SetNameEn(strings.TrimSpace(n.NameEN)).Save(ctx)
	if ent.IsConstraintError(err) {
		return nil, fault.New(fault.Conflict, "EMAIL_TAKEN", "another person has this address")
	}
	if err != nil {
		return nil, fmt.Errorf("create person: %w", err)
	}
	if err := s.setPassword(ctx, client, p.ID, n.Password); err != nil {
		return nil, err
	}
	if err := client.Membership.Create().SetPersonID(p.ID).SetOrganisationID(org).SetRole(n.Role).Exec(ctx); err != nil {
		return nil, fmt.Errorf("create membership of person %d: %w", p.ID, err)
	}
	return p, nil
}

// CreateOperator records a person of a market operator, and the operator itself if nobody has its code yet. It is how
// production begins, from the command line.
func (s *Service) CreateOperator(ctx context.Context, o NewOrganisation, n NewPerson) (p *ent.Person, err error) {
	o.Kind = organisation.KindMARKET_OPERATOR
	err = s.db.InTx(ctx, func(client *ent.Client) error {
		uscc, err := ident.ParseUSCC(o.USCC)
		if err != nil {
			return fault.OfFields([]fault.Field{{Name: "uscc", Problem: "NOT_A_USCC"}})
		}
		org, err := client.Organisation.Query().Where(organisation.Uscc(string(uscc))).Only(ctx)
		switch {
		case ent.IsNotFound(err):
			if org, err = s.createOrganisation(ctx, client, o); err != nil {
				return err
			}
		case err != nil:
			return fmt.Errorf("look for the operator: %w", err)
		case org.Kind != organisation.KindMARKET_OPERATOR:
			return fault.New(fault.Conflict, "NOT_AN_OPERATOR", "the organisation with this code is no market operator")
		}
		p, err = s.createPerson(ctx, client, org.ID, n)
		return err
	})
	return p, err
}

// DemoPeople lists the invented people as whom a visitor of the demo may sign in, with whom they act for.
func (s *Service) DemoPeople(ctx context.Context) ([]*ent.Membership, error) {
	people, err := s.db.Ent().Membership.Query().Where(membership.HasPersonWith(person.Demo(true))).
		Order(ent.Asc(membership.FieldID)).WithPerson().WithOrganisation().All(ctx)
	if err != nil {
		return nil, fmt.Errorf("list demo people: %w", err)
	}
	return people, nil
}

// SignInDemo signs a visitor in as an invented person, by his address. Only the demo may call it.
func (s *Service) SignInDemo(ctx context.Context, email string) (Proof, error) {
	p, err := s.db.Ent().Person.Query().Where(person.Email(email), person.Demo(true)).Only(ctx)
	if ent.IsNotFound(err) {
		return Proof{}, fault.New(fault.NotFound, "", "no demo person has this address")
	}
	if err != nil {
		return Proof{}, fmt.Errorf("sign in to the demo: %w", err)
	}
	return s.prove(ctx, p)
}

// SetLocale keeps the language that a person chose.
func (s *Service) SetLocale(ctx context.Context, personID int, locale string) error {
	if err := s.db.Ent().Person.UpdateOneID(personID).SetLocale(locale).Exec(ctx); err != nil {
		return fmt.Errorf("set language of person %d: %w", personID, err)
	}
	return nil
}

func checkName(faults *[]fault.Field, field, value string, most int) {
	switch n := utf8.RuneCountInString(value); {
	case n == 0:
		*faults = append(*faults, fault.Field{Name: field, Problem: "REQUIRED"})
	case n > most:
		*faults = append(*faults, fault.Field{Name: field, Problem: "TOO_LONG"})
	}
}
