package demo

import (
	"bytes"
	"context"
	"fmt"
	"io"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/stamp"
	"github.com/g60-corridor/corridor/internal/standing"
)

// Office takes in the papers of organisations.
type Office interface {
	AddPaper(ctx context.Context, by identity.Viewer, org int, kind standing.Paper, name string, from io.Reader) (int, error)
	File(ctx context.Context, by identity.Viewer, org int) (*identity.File, error)
}

// specimens are the names of the invented papers.
var specimens = map[standing.Paper][2]string{
	standing.Licence:        {"证照（样本）", "Licence, a specimen"},
	standing.Representative: {"法定代表人授权书（样本）", "Authority of the legal representative, a specimen"},
	standing.AuctionLicence: {"拍卖经营批准证书（样本）", "Auction licence, a specimen"},
}

// PlantPapers hands in what the invented organisations are said to have been verified on, by the same door as everybody: who
// looks at a file as the operator finds papers in it. Where there are some, nothing is added.
func PlantPapers(ctx context.Context, client *ent.Client, office Office) error {
	m, err := client.Membership.Query().Where(membership.RoleEQ(membership.RoleADMINISTRATOR), membership.HasOrganisationWith(
		organisation.Demo(true), organisation.KindEQ(organisation.KindMARKET_OPERATOR))).WithPerson().WithOrganisation().First(ctx)
	if err != nil {
		return fmt.Errorf("find the demo's operator: %w", err)
	}
	by := identity.Viewer{Person: m.Edges.Person, Organisation: m.Edges.Organisation, Membership: m.Role}
	orgs, err := client.Organisation.Query().Where(organisation.Demo(true), organisation.StandingEQ(organisation.StandingVERIFIED)).
		Order(ent.Asc(organisation.FieldID)).All(ctx)
	if err != nil {
		return fmt.Errorf("find the demo's organisations: %w", err)
	}
	for _, o := range orgs {
		if err := plantPapers(ctx, office, by, o); err != nil {
			return fmt.Errorf("plant the papers of %s: %w", o.NameEn, err)
		}
	}
	return nil
}

func plantPapers(ctx context.Context, office Office, by identity.Viewer, o *ent.Organisation) error {
	file, err := office.File(ctx, by, o.ID)
	if err != nil || len(file.Papers) > 0 {
		return err
	}
	for _, kind := range file.Missing {
		name := specimens[kind]
		sheet, err := stamp.Sheet(name[0], name[1], "", o.NameZh, o.NameEn, "统一社会信用代码 USCC "+o.Uscc, "", "演示用，内容纯属虚构。 Invented for the demonstration.")
		if err != nil {
			return err
		}
		if _, err := office.AddPaper(ctx, by, o.ID, kind, name[0]+".pdf", bytes.NewReader(sheet)); err != nil {
			return err
		}
	}
	return nil
}
