package demo

import (
	"context"
	"fmt"
	"hash/fnv"
	"slices"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/ent/mandate"
	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/ent/patent"
	"github.com/g60-corridor/corridor/internal/ident"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/money"
	"github.com/g60-corridor/corridor/seeds"
)

// Database is where the catalogue is planted.
type Database interface {
	InTx(ctx context.Context, f func(*ent.Client) error) error
}

// Plant writes the invented catalogue, all of it marked as demo, in one transaction. A database that has it already
// is left as it is; planted says which.
func Plant(ctx context.Context, db Database, now time.Time) (planted bool, err error) {
	c, err := seeds.Load()
	if err != nil {
		return false, err
	}
	err = db.InTx(ctx, func(client *ent.Client) error {
		there, err := client.Organisation.Query().Where(organisation.Demo(true)).Exist(ctx)
		if err != nil {
			return fmt.Errorf("look for the demo catalogue: %w", err)
		}
		p := planter{ctx: ctx, client: client, now: now, ids: map[string]int{}, names: map[string]string{}, cities: map[string]string{}, kinds: map[string]string{}}
		if there {
			return p.mandate()
		}
		planted = true
		if err := p.plant(c); err != nil {
			return err
		}
		return p.mandate()
	})
	if err != nil {
		return false, fmt.Errorf("plant the demo catalogue: %w", err)
	}
	return planted, nil
}

type planter struct {
	ctx    context.Context
	client *ent.Client
	now    time.Time
	ids    map[string]int // organisations by their seed names
	names  map[string]string
	cities map[string]string
	kinds  map[string]string
}

func (p *planter) plant(c seeds.Catalogue) error {
	for i, o := range c.Organisations {
		if err := p.organisation(i, o); err != nil {
			return fmt.Errorf("%s: %w", o.ID, err)
		}
	}
	for _, person := range c.People {
		if err := p.person(person); err != nil {
			return fmt.Errorf("%s: %w", person.Email, err)
		}
	}
	for i := range c.Listings {
		// Not in the order of the file, which goes from city to city: whoever comes by sees many of them.
		l := c.Listings[i*19%len(c.Listings)]
		if err := p.listing(i, l); err != nil {
			return fmt.Errorf("%s: %w", l.EN, err)
		}
	}
	return nil
}

// authorities are the first two characters of a credit code by kind of organisation (§7.1).
var authorities = map[string]string{"UNIVERSITY": "12", "INSTITUTE": "12", "JOINT_OFFICE": "11"}

func (p *planter) organisation(i int, o seeds.Organisation) error {
	authority := authorities[o.Kind]
	if authority == "" {
		authority = "91"
	}
	// Organisation codes that begin with MAD are not handed out in this form; the check characters are right.
	code, err := ident.MakeUSCC(authority, o.City, fmt.Sprintf("MAD0%04d", i+1))
	if err != nil {
		return err
	}
	saved, err := p.client.Organisation.Create().SetStanding(organisation.StandingVERIFIED).SetNameZh(o.ZH).SetNameEn(o.EN).SetKind(organisation.Kind(o.Kind)).
		SetUscc(string(code)).SetCity(o.City).SetAboutZh(o.AboutZH).SetAboutEn(o.AboutEN).SetDemo(true).Save(p.ctx)
	if err != nil {
		return err
	}
	p.ids[o.ID], p.names[o.ID], p.cities[o.ID], p.kinds[o.ID] = saved.ID, o.ZH, o.City, o.Kind
	return nil
}

func (p *planter) person(n seeds.Person) error {
	saved, err := p.client.Person.Create().SetEmail(n.Email).SetNameZh(n.ZH).SetNameEn(n.EN).SetDemo(!n.Played).Save(p.ctx)
	if err != nil {
		return err
	}
	return p.client.Membership.Create().SetPersonID(saved.ID).SetOrganisationID(p.ids[n.Organisation]).
		SetRole(membership.Role(n.Role)).Exec(p.ctx)
}

// mandate gives the invented agents of companies the powers of attorney that the rules ask of them (§1.1), without papers;
// also where the catalogue was planted before there were any.
func (p *planter) mandate() error {
	agents, err := p.client.Membership.Query().Where(membership.RoleEQ(membership.RoleAGENT), membership.HasOrganisationWith(
		organisation.Demo(true), organisation.KindEQ(organisation.KindCOMPANY))).WithPerson().WithOrganisation().All(p.ctx)
	if err != nil {
		return fmt.Errorf("find the demo's agents: %w", err)
	}
	for _, m := range agents {
		person, org := m.Edges.Person.ID, m.Edges.Organisation.ID
		has, err := p.client.Mandate.Query().Where(mandate.PersonID(person), mandate.OrganisationID(org)).Exist(p.ctx)
		if err != nil || has {
			if err != nil {
				return fmt.Errorf("look for the power of attorney of person %d: %w", person, err)
			}
			continue
		}
		err = p.client.Mandate.Create().SetPersonID(person).SetOrganisationID(org).
			SetScope([]string{string(identity.ToBid), string(identity.ToList), string(identity.ToSign)}).
			SetValidFrom(p.now.AddDate(-1, 0, 0)).SetValidUntil(p.now.AddDate(3, 0, 0)).SetState(mandate.StateACCEPTED).
			SetSubmittedBy(person).SetSubmittedAt(p.now).SetDecidedAt(p.now).Exec(p.ctx)
		if err != nil {
			return fmt.Errorf("give person %d a power of attorney: %w", person, err)
		}
	}
	return nil
}

// listing records a result with one patent: granted if its application is old enough, published otherwise.
func (p *planter) listing(i int, l seeds.Listing) error {
	draw := fnv.New32a()
	draw.Write([]byte(l.EN)) //nolint:errcheck // a hash cannot fail
	n := int(draw.Sum32() >> 1)
	number, err := ident.MakeApplicationNo(l.Year, 1, 9_000_000+n%1_000_000)
	if err != nil {
		return err
	}
	ipc := make([]string, len(l.IPC))
	for j, text := range l.IPC {
		symbol, err := ident.ParseSymbol(text)
		if err != nil {
			return err
		}
		ipc[j] = string(symbol)
	}
	filed := time.Date(l.Year, time.Month(1+n%12), 1+n/12%28, 0, 0, 0, 0, time.UTC)
	create := p.client.Patent.Create().SetApplicationNo(string(number)).SetKind(patent.KindINVENTION).
		SetTitleZh(l.ZH).SetTitleEn(l.EN).SetAbstractZh(l.SummaryZH).SetAbstractEn(l.SummaryEN).SetIpc(ipc).
		SetFiledOn(filed).SetStatusAsOf(p.now.AddDate(0, 0, -n%20)).SetDemo(true).AddOwnerIDs(p.ids[l.Seller])
	if granted := filed.AddDate(2, 5+n%9, n%25); granted.Before(p.now) && !slices.Contains(l.Rights, "NONEXCL") {
		create.SetGrantedOn(granted).SetLegalStatus(patent.LegalStatusIN_FORCE).SetPublicationNo(fmt.Sprintf("CN1%08dB", 90_000_000+n%10_000_000))
	} else {
		create.SetLegalStatus(patent.LegalStatusPUBLISHED).SetPublicationNo(fmt.Sprintf("CN1%08dA", 90_000_000+n%10_000_000))
	}
	pat, err := create.Save(p.ctx)
	if err != nil {
		return err
	}
	dossier := p.dossier(l, pat, ipc, p.now)
	return p.client.Listing.Create().SetNumber(fmt.Sprintf("G60-D-%04d", i+1)).SetDossier(dossier).SetPublishedAt(p.now).SetTitleZh(l.ZH).SetTitleEn(l.EN).
		SetSummaryZh(l.SummaryZH).SetSummaryEn(l.SummaryEN).SetField(listing.Field(l.Field)).SetTrl(l.TRL).SetRights(l.Rights).
		SetInventors(l.Inventors).SetCity(p.cities[l.Seller]).SetSellerID(p.ids[l.Seller]).AddPatents(pat).
		SetPriceIdeaFen(int64(money.Fen(l.StartWan) * 1_000_000)).SetStatus(listing.StatusPUBLISHED).SetDemo(true).Exec(p.ctx)
}
