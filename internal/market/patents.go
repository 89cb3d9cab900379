package market

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/ent/patent"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/ident"
	"github.com/g60-corridor/corridor/internal/subject"
)

// catalogued is the number and kind of a subject that the catalogue has a row for: a patent of China, or an application.
func catalogued(x *subject.Subject) (number string, kind patent.Kind, ok bool) {
	if x.Office != "" && x.Office != ident.HomeOffice || !x.Kind.Patent() && x.Kind != subject.Application {
		return "", "", false
	}
	n, err := ident.ParseApplicationNo(x.Number)
	if err != nil {
		return "", "", false
	}
	kind = patent.Kind(x.Kind)
	if x.Kind == subject.Application {
		kind = patent.Kind(n.Type())
	}
	_, dated := x.Filed.Time()
	_, looked := x.Status.AsOf.Time()
	return string(n), kind, patent.KindValidator(kind) == nil && dated && looked
}

// othersPatents refuses a number that stands in the catalogue as the right of somebody else alone.
func othersPatents(ctx context.Context, client *ent.Client, l *ent.Listing) error {
	for i := range l.Dossier.Subjects {
		number, _, ok := catalogued(&l.Dossier.Subjects[i])
		if !ok {
			continue
		}
		others, err := client.Patent.Query().Where(patent.ApplicationNo(number), patent.HasOwners(),
			patent.Not(patent.HasOwnersWith(organisation.ID(l.Edges.Seller.ID)))).Exist(ctx)
		if err != nil {
			return fmt.Errorf("look for the owners of %s: %w", number, err)
		}
		if others {
			return fault.OfFields([]fault.Field{{Name: fmt.Sprintf("dossier.subjects[%d].number", i), Problem: "PATENT_OF_OTHER"}})
		}
	}
	return nil
}

// keepPatents brings the catalogue's patents in step with a dossier that was reviewed; before, it is one seller's word.
func (s *Service) keepPatents(ctx context.Context, client *ent.Client, l *ent.Listing) error {
	var ids []int
	for i := range l.Dossier.Subjects {
		x := &l.Dossier.Subjects[i]
		number, kind, ok := catalogued(x)
		if !ok {
			continue
		}
		id, err := keepPatent(ctx, client, l, x, number, kind)
		if err != nil {
			return fmt.Errorf("keep patent %s: %w", number, err)
		}
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	if err := client.Listing.UpdateOneID(l.ID).ClearPatents().Exec(ctx); err != nil {
		return fmt.Errorf("clear patents of listing %d: %w", l.ID, err)
	}
	if err := client.Listing.UpdateOneID(l.ID).AddPatentIDs(ids...).Exec(ctx); err != nil {
		return fmt.Errorf("set patents of listing %d: %w", l.ID, err)
	}
	return nil
}

func keepPatent(ctx context.Context, client *ent.Client, l *ent.Listing, x *subject.Subject, number string, kind patent.Kind) (int, error) {
	filed, _ := x.Filed.Time()
	asOf, _ := x.Status.AsOf.Time()
	owners, err := ownersOf(ctx, client, l, x)
	if err != nil {
		return 0, err
	}
	found, err := client.Patent.Query().Where(patent.ApplicationNo(number)).Only(ctx)
	if ent.IsNotFound(err) {
		title := x.Title
		if title == "" {
			title = l.TitleZh
		}
		made, err := client.Patent.Create().SetApplicationNo(number).SetKind(kind).SetTitleZh(cut(title)).SetIpc(symbols(&l.Dossier)).
			SetFiledOn(filed).SetNillableGrantedOn(dayOf(x.Granted)).SetLegalStatus(patent.LegalStatus(x.Status.Status)).
			SetStatusAsOf(asOf).AddOwnerIDs(owners...).Save(ctx)
		if err != nil {
			return 0, err
		}
		return made.ID, nil
	}
	if err != nil {
		return 0, err
	}
	u := client.Patent.UpdateOne(found).SetKind(kind).SetFiledOn(filed).SetLegalStatus(patent.LegalStatus(x.Status.Status)).
		SetStatusAsOf(asOf).ClearOwners()
	if x.Title != "" {
		u.SetTitleZh(cut(x.Title))
	}
	if day := dayOf(x.Granted); day != nil {
		u.SetGrantedOn(*day)
	}
	if err := u.Exec(ctx); err != nil {
		return 0, err
	}
	return found.ID, client.Patent.UpdateOneID(found.ID).AddOwnerIDs(owners...).Exec(ctx)
}

// ownersOf are the seller, and those of the other owners whom the market knows by the name that is given.
func ownersOf(ctx context.Context, client *ent.Client, l *ent.Listing, x *subject.Subject) ([]int, error) {
	ids := []int{l.Edges.Seller.ID}
	for _, o := range x.Owners {
		if o.Seller || o.Party == "" {
			continue
		}
		id, err := client.Organisation.Query().Where(organisation.StandingNEQ(organisation.StandingVOID), organisation.Or(organisation.NameZh(o.Party), organisation.NameEn(o.Party),
			organisation.Uscc(o.Party))).Order(ent.Asc(organisation.FieldID)).FirstID(ctx)
		if err != nil && !ent.IsNotFound(err) {
			return nil, err
		}
		if err == nil && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

// symbols are the classification symbols of a dossier.
func symbols(d *subject.Dossier) []string {
	all := []string{}
	for _, c := range d.Classes {
		if n, err := ident.ParseSymbol(c.Code); c.List == subject.Classification && err == nil {
			all = append(all, string(n))
		}
	}
	return all
}

func dayOf(d ident.Date) *time.Time {
	t, ok := d.Time()
	if !ok {
		return nil
	}
	return &t
}

// cut keeps a title within what the catalogue holds, at the end of a character.
func cut(title string) string {
	if len(title) <= titleMost {
		return title
	}
	end := 0
	for i := range title {
		if i > titleMost {
			break
		}
		end = i
	}
	return title[:end]
}
