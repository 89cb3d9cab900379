package market

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/ent/listingcomment"
	"github.com/g60-corridor/corridor/ent/lot"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/ent/project"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/subject"
)

// stale is a save that rests on a version which somebody has changed since. Nothing was written, and nothing is lost.
func stale() error {
	return fault.New(fault.Conflict, "LISTING_STALE", "the listing was saved by somebody else since")
}

func mayList(by identity.Viewer) error {
	switch {
	case !by.SignedIn():
		return fault.New(fault.SignIn, "", "")
	case !by.MayList():
		return fault.New(fault.Forbidden, "EDITORS_ONLY", "")
	}
	return nil
}

// NewListing begins a draft with a title and a field; everything else is written into it.
func (s *Service) NewListing(ctx context.Context, by identity.Viewer, begin subject.Sheet) (id int, err error) {
	if err := mayList(by); err != nil {
		return 0, err
	}
	settle(&begin)
	faults := CheckSheet(&begin)
	field, known := fieldIn(&begin.Dossier)
	if !known {
		faults = append(faults, fault.Field{Name: "field", Problem: "REQUIRED"})
	}
	if begin.TitleZH == "" && begin.TitleEN == "" {
		faults = append(faults, fault.Field{Name: "title_zh", Problem: "REQUIRED"})
	}
	if err := fault.OfFields(faults); err != nil {
		return 0, err
	}
	err = s.db.InTx(ctx, func(client *ent.Client) error {
		l, err := client.Listing.Create().SetNumber(rand.Text()).SetTitleZh(begin.TitleZH).SetTitleEn(begin.TitleEN).
			SetSummaryZh(begin.SummaryZH).SetSummaryEn(begin.SummaryEN).SetField(field).SetTrl(0).SetRights([]string{}).
			SetInventors([]string{}).SetCity(by.Organisation.City).SetDossier(begin.Dossier).SetSellerID(by.OrganisationID()).
			SetCreatedAt(s.now()).Save(ctx)
		if err != nil {
			return fmt.Errorf("create listing: %w", err)
		}
		id = l.ID
		number := fmt.Sprintf("G60-L-%d-%04d", s.now().In(Shanghai).Year(), id)
		if err := client.Listing.UpdateOneID(id).SetNumber(number).Exec(ctx); err != nil {
			return fmt.Errorf("number listing %d: %w", id, err)
		}
		return s.record(ctx, client, by, "listing_create", listingSubject(id), number)
	})
	return id, err
}

func listingSubject(id int) string { return fmt.Sprintf("listing:%d", id) }

// fieldIn is the primary class, by which the catalogue sorts.
func fieldIn(d *subject.Dossier) (listing.Field, bool) {
	for _, c := range d.Classes {
		if c.Primary && c.List == subject.PlanFields {
			return FieldOf(c.Code)
		}
	}
	return "", false
}

// OwnListings are all of the viewer's organisation, the newest first.
func (s *Service) OwnListings(ctx context.Context, by identity.Viewer) ([]*ent.Listing, error) {
	if !by.Sells() {
		return nil, fault.New(fault.Forbidden, "SELLERS_ONLY", "")
	}
	all, err := s.db.Ent().Listing.Query().Where(listing.HasSellerWith(organisation.ID(by.OrganisationID()))).
		WithSeller().WithLots().Order(ent.Desc(listing.FieldID)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("list own listings: %w", err)
	}
	return all, nil
}

// OwnListing is one of the viewer's organisation, with its comments, newest first. Whose it is not, to him there is none.
func (s *Service) OwnListing(ctx context.Context, by identity.Viewer, id int) (*ent.Listing, error) {
	return ownListing(ctx, s.db.Ent(), by, id)
}

// openTo says why somebody of the seller must not see its side of a listing: he bids for it himself. R1.7
func openTo(ctx context.Context, client *ent.Client, by identity.Viewer, id int) error {
	lots, err := client.Lot.Query().Where(lot.HasListingWith(listing.ID(id))).IDs(ctx)
	if err != nil {
		return fmt.Errorf("read the lots of listing %d: %w", id, err)
	}
	projects, err := client.Project.Query().Where(project.HasListingWith(listing.ID(id))).IDs(ctx)
	if err != nil {
		return fmt.Errorf("read the projects of listing %d: %w", id, err)
	}
	closed, err := identity.ClosedTo(ctx, client, by, lots, projects)
	if err == nil && closed {
		err = fault.New(fault.Forbidden, "SELLER_SIDE_CLOSED", "an inventor who bids")
	}
	return err
}

func ownListing(ctx context.Context, client *ent.Client, by identity.Viewer, id int) (*ent.Listing, error) {
	if !by.Sells() {
		return nil, fault.New(fault.Forbidden, "SELLERS_ONLY", "")
	}
	l, err := oneListing(ctx, client, id)
	if err != nil {
		return nil, err
	}
	if l.Edges.Seller.ID != by.OrganisationID() {
		return nil, fault.New(fault.NotFound, "", "the listing is of another seller")
	}
	return l, openTo(ctx, client, by, id)
}

func oneListing(ctx context.Context, client *ent.Client, id int) (*ent.Listing, error) {
	l, err := client.Listing.Query().Where(listing.ID(id)).WithSeller().WithLots().
		WithPatents(func(q *ent.PatentQuery) { q.WithOwners() }).
		WithComments(func(q *ent.ListingCommentQuery) { q.WithPerson().Order(ent.Desc(listingcomment.FieldID)) }).Only(ctx)
	if ent.IsNotFound(err) {
		return nil, fault.New(fault.NotFound, "", "no such listing")
	}
	if err != nil {
		return nil, fmt.Errorf("read listing %d: %w", id, err)
	}
	return l, nil
}

// writable are the states in which the seller may change what he says.
var writable = []listing.Status{listing.StatusDRAFT, listing.StatusRETURNED}

// SaveListing writes a sheet over the version that the writer has read, and tells the new one. It fails with
// LISTING_STALE if there is a later one, and with LISTING_FROZEN if the listing is not the seller's to change.
func (s *Service) SaveListing(ctx context.Context, by identity.Viewer, id, version int, sheet subject.Sheet) (next int, err error) {
	if err := mayList(by); err != nil {
		return 0, err
	}
	settle(&sheet)
	if err := fault.OfFields(CheckSheet(&sheet)); err != nil {
		return 0, err
	}
	err = s.db.InTx(ctx, func(client *ent.Client) error {
		l, err := ownListing(ctx, client, by, id)
		if err != nil {
			return err
		}
		if before := SheetOf(l); l.Version == version && slices.Contains(writable, l.Status) && len(subject.Changes(&before, &sheet)) == 0 {
			next = version // nothing to write, and no version more for others to trip over
			return nil
		}
		field, known := fieldIn(&sheet.Dossier)
		if !known {
			field = l.Field
		}
		trl := 0
		if m := sheet.Dossier.Disclosure.Maturity; m.Known() {
			trl = int(m)
		}
		inventors := sheet.Inventors
		if inventors == nil {
			inventors = []string{}
		}
		n, err := client.Listing.Update().Where(listing.ID(id), listing.Version(version), listing.StatusIn(writable...)).
			SetTitleZh(sheet.TitleZH).SetTitleEn(sheet.TitleEN).SetSummaryZh(sheet.SummaryZH).SetSummaryEn(sheet.SummaryEN).
			SetInventors(inventors).SetPriceIdeaFen(int64(sheet.PriceIdeaFen)).SetPricingBasis(sheet.PricingBasis).
			SetDecisionFile(sheet.DecisionFile).SetDossier(sheet.Dossier).SetField(field).SetTrl(trl).
			SetRights(rightsOf(&sheet.Dossier)).AddVersion(1).Save(ctx)
		if err != nil {
			return fmt.Errorf("save listing %d: %w", id, err)
		}
		if n == 0 {
			return whyNot(ctx, client, id)
		}
		next = version + 1
		return s.record(ctx, client, by, "listing_save", listingSubject(id), fmt.Sprintf("v%d", next))
	})
	return next, err
}

// whyNot says why a listing was not written: it was read anew, so that who comes second is told what came first.
func whyNot(ctx context.Context, client *ent.Client, id int) error {
	l, err := oneListing(ctx, client, id)
	if err != nil {
		return err
	}
	if slices.Contains(writable, l.Status) {
		return stale()
	}
	return fault.New(fault.Conflict, "LISTING_FROZEN", "the listing is "+string(l.Status))
}

// lockListing makes transactions on one listing wait for each other, as lockLot does.
func lockListing(ctx context.Context, client *ent.Client, id int) error {
	if err := client.Listing.Update().Where(listing.ID(id)).AddVersion(0).Exec(ctx); err != nil {
		return fmt.Errorf("lock listing %d: %w", id, err)
	}
	return nil
}
