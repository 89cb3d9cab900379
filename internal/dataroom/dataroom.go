package dataroom

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/ent/lot"
	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/ent/person"
	"github.com/g60-corridor/corridor/ent/project"
	"github.com/g60-corridor/corridor/ent/projectentry"
	"github.com/g60-corridor/corridor/ent/registration"
	"github.com/g60-corridor/corridor/ent/roomdoor"
	"github.com/g60-corridor/corridor/ent/roompromise"
	"github.com/g60-corridor/corridor/ent/roomreader"
	"github.com/g60-corridor/corridor/ent/roomterms"
	"github.com/g60-corridor/corridor/internal/depot"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/inbox"
	"github.com/g60-corridor/corridor/internal/store"
)

// Herald tells people what happened, in the transaction of what it tells of.
type Herald interface {
	Tell(context.Context, *store.Tx, inbox.News) error
}

// Options say what the rooms work with. All are required but Herald.
type Options struct {
	Database *store.DB
	Depot    *depot.Depot
	Herald   Herald
	Now      func() time.Time
}

// Service keeps the rooms of all listings.
type Service struct {
	db     *store.DB
	depot  *depot.Depot
	herald Herald
	now    func() time.Time
}

// New opens the rooms.
func New(o Options) *Service {
	if o.Herald == nil {
		o.Herald = silence{}
	}
	return &Service{o.Database, o.Depot, o.Herald, o.Now}
}

type silence struct{}

func (silence) Tell(context.Context, *store.Tx, inbox.News) error { return nil }

// Standing is what a viewer is to the room of a listing.
type Standing struct {
	Listing  *ent.Listing  // with its seller
	Seller   bool          // of the seller's people, and on no bidder's side
	Operator bool          // acts for the market operator
	MayWrite bool          // hands papers in, decides on readers
	Eligible bool          // his organisation is of a kind that may promise and read
	Bar      fault.Problem // why it may not as it stands to the market; "" if it may. §1.1
	MaySign  bool          // he may promise for it
	Barred   bool          // R1.7: he belongs to the seller and to a bidder, and sees nothing of the seller's side
	Terms    *ent.RoomTerms
	Promise  *ent.RoomPromise // his organisation's, under the terms as they stand now
	Earlier  *ent.RoomPromise // its newest under older terms
	Reader   *ent.RoomReader  // nil: never asked
	Approval bool             // the seller lets each reader in himself
}

// Inside says whether the viewer is of the seller's or the operator's people.
func (s *Standing) Inside() bool { return s.Seller || s.Operator }

// Reads says whether the viewer may read what is confidential.
func (s *Standing) Reads() bool {
	return s.Inside() || s.Eligible && s.Bar == "" && s.Promise != nil && s.Reader != nil && s.Reader.State == roomreader.StateGRANTED
}

// readingKinds are the organisations that a seller may let into a room. The market's neutral bodies have no business there.
var readingKinds = []organisation.Kind{organisation.KindCOMPANY, organisation.KindBROKERAGE, organisation.KindUNIVERSITY, organisation.KindINSTITUTE}

var signing = []membership.Role{membership.RoleADMINISTRATOR, membership.RoleAGENT}

// Room says what a viewer is to the room of a listing. It fails with fault.NotFound where he may not know of the listing.
func (s *Service) Room(ctx context.Context, by identity.Viewer, listingID int) (*Standing, error) {
	return s.stand(ctx, s.db.Ent(), by, listingID)
}

// MayRead says whether a viewer may read what is confidential about a listing: of the seller's or the operator's people,
// or one whose organisation is verified, has promised the terms as they stand and is let in. A listing that he may not know of is false.
func (s *Service) MayRead(ctx context.Context, by identity.Viewer, listingID int) (bool, error) {
	at, err := s.Room(ctx, by, listingID)
	if fault.Of(err) == fault.NotFound && err != nil {
		return false, nil
	}
	return err == nil && at.Reads(), err
}

func (s *Service) stand(ctx context.Context, client *ent.Client, by identity.Viewer, listingID int) (*Standing, error) {
	l, err := client.Listing.Query().Where(listing.ID(listingID)).WithSeller().Only(ctx)
	if ent.IsNotFound(err) {
		return nil, fault.New(fault.NotFound, "", "no such listing")
	}
	if err != nil {
		return nil, fmt.Errorf("read listing %d: %w", listingID, err)
	}
	at := &Standing{Listing: l}
	at.Operator = by.SignedIn() && by.Operates() && l.Status != listing.StatusDRAFT
	if own := by.SignedIn() && by.OrganisationID() == l.Edges.Seller.ID; own {
		if at.Barred, err = bids(ctx, client, by, l); err != nil {
			return nil, err
		}
		at.Seller, at.MayWrite = !at.Barred, !at.Barred && by.MayList()
	}
	if !at.Inside() && l.Status != listing.StatusPUBLISHED {
		return nil, fault.New(fault.NotFound, "", "the listing is not public")
	}
	if by.SignedIn() && by.Organisation != nil && by.OrganisationID() != l.Edges.Seller.ID {
		at.Eligible = slices.Contains(readingKinds, by.Organisation.Kind)
	}
	if at.Eligible {
		switch err := identity.Good(ctx, client, by.OrganisationID(), s.now()); {
		case fault.Of(err) == fault.Conflict:
			at.Bar = fault.In(err).Problem
		case err != nil:
			return nil, err
		}
		at.MaySign = at.Bar == "" && slices.Contains(signing, by.Membership)
	}
	return at, s.asks(ctx, client, by, at)
}

// asks reads the terms of a room and what the viewer's organisation has to do with them.
func (s *Service) asks(ctx context.Context, client *ent.Client, by identity.Viewer, at *Standing) error {
	id := at.Listing.ID
	door, err := client.RoomDoor.Query().Where(roomdoor.ListingID(id)).Only(ctx)
	if err != nil && !ent.IsNotFound(err) {
		return fmt.Errorf("read the door of listing %d: %w", id, err)
	}
	at.Approval = door != nil && door.Approval
	at.Terms, err = client.RoomTerms.Query().Where(roomterms.ListingID(id)).Order(ent.Desc(roomterms.FieldVersion)).First(ctx)
	if ent.IsNotFound(err) {
		at.Terms = standardTerms(at.Listing, s.now())
	} else if err != nil {
		return fmt.Errorf("read the terms of listing %d: %w", id, err)
	}
	if !at.Eligible {
		return nil
	}
	org := by.OrganisationID()
	promises, err := client.RoomPromise.Query().Where(roompromise.ListingID(id), roompromise.HasOrganisationWith(organisation.ID(org))).
		WithTerms().WithPerson().WithOrganisation().Order(ent.Desc(roompromise.FieldID)).All(ctx)
	if err != nil {
		return fmt.Errorf("read promises: %w", err)
	}
	for _, p := range promises {
		switch {
		case p.Edges.Terms.ID == at.Terms.ID:
			at.Promise = p
		case at.Earlier == nil:
			at.Earlier = p
		}
	}
	at.Reader, err = client.RoomReader.Query().Where(roomreader.ListingID(id), roomreader.HasOrganisationWith(organisation.ID(org))).Only(ctx)
	if err != nil && !ent.IsNotFound(err) {
		return fmt.Errorf("read a reader: %w", err)
	}
	return nil
}

// bids says whether one of the seller's people bids for the listing too: by what was found out about bidders, by names and
// control, or because he belongs to one. R1.7: an inventor may bid; who does sees nothing of the seller's side any more.
func bids(ctx context.Context, client *ent.Client, by identity.Viewer, l *ent.Listing) (bool, error) {
	lots, err := client.Lot.Query().Where(lot.HasListingWith(listing.ID(l.ID))).IDs(ctx)
	if err != nil {
		return false, fmt.Errorf("read the lots of listing %d: %w", l.ID, err)
	}
	projects, err := client.Project.Query().Where(project.HasListingWith(listing.ID(l.ID))).IDs(ctx)
	if err != nil {
		return false, fmt.Errorf("read the projects of listing %d: %w", l.ID, err)
	}
	if is, err := identity.ClosedTo(ctx, client, by, lots, projects); err != nil || is {
		return is, err
	}
	return onAnotherSide(ctx, client, by, l)
}

// onAnotherSide says whether one of the seller's people belongs to a bidder for the listing too.
func onAnotherSide(ctx context.Context, client *ent.Client, by identity.Viewer, l *ent.Listing) (bool, error) {
	others, err := client.Organisation.Query().Where(organisation.IDNEQ(l.Edges.Seller.ID),
		organisation.KindIn(organisation.KindCOMPANY, organisation.KindBROKERAGE),
		organisation.HasMembershipsWith(membership.HasPersonWith(person.ID(by.PersonID())))).IDs(ctx)
	if err != nil || len(others) == 0 {
		return false, wrap(err, "look for other memberships")
	}
	bids, err := client.Registration.Query().Where(registration.HasOrganisationWith(organisation.IDIn(others...)),
		registration.StateIn(registration.StateAPPLIED, registration.StateQUALIFIED, registration.StateSUSPENDED),
		registration.HasLotWith(lot.HasListingWith(listing.ID(l.ID)))).Exist(ctx)
	if err != nil || bids {
		return bids, wrap(err, "look for registrations")
	}
	// Whoever has once registered in a project of the listing has left a fact in its log.
	acts, err := client.ProjectEntry.Query().Where(projectentry.ByOrganisationIn(others...),
		projectentry.HasProjectWith(project.HasListingWith(listing.ID(l.ID)))).Exist(ctx)
	return acts, wrap(err, "look for registrations in projects")
}

func wrap(err error, doing string) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", doing, err)
}

// enter locks the room of a listing for a change, and says what the viewer is to it.
func (s *Service) enter(ctx context.Context, client *ent.Client, by identity.Viewer, listingID int) (*Standing, *ent.RoomDoor, error) {
	if !by.SignedIn() {
		return nil, nil, fault.New(fault.SignIn, "", "")
	}
	if _, err := s.stand(ctx, client, by, listingID); err != nil {
		return nil, nil, err
	}
	err := client.RoomDoor.Create().SetListingID(listingID).OnConflictColumns(roomdoor.FieldListingID).Ignore().Exec(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("make the door of listing %d: %w", listingID, err)
	}
	if err := client.RoomDoor.Update().Where(roomdoor.ListingID(listingID)).AddBytes(0).Exec(ctx); err != nil { // the lock
		return nil, nil, fmt.Errorf("lock the door of listing %d: %w", listingID, err)
	}
	door, err := client.RoomDoor.Query().Where(roomdoor.ListingID(listingID)).Only(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("read the door of listing %d: %w", listingID, err)
	}
	at, err := s.stand(ctx, client, by, listingID) // as it is behind the lock
	return at, door, err
}

// write is enter for those who keep the room.
func (s *Service) write(ctx context.Context, client *ent.Client, by identity.Viewer, listingID int) (*Standing, *ent.RoomDoor, error) {
	at, door, err := s.enter(ctx, client, by, listingID)
	if err != nil {
		return nil, nil, err
	}
	switch {
	case !at.Inside():
		return nil, nil, fault.New(fault.NotFound, "", "the listing is of another seller")
	case !at.MayWrite:
		return nil, nil, fault.New(fault.Forbidden, "ROOM_EDITORS_ONLY", "")
	}
	return at, door, nil
}

func (s *Service) record(ctx context.Context, client *ent.Client, by identity.Viewer, action string, listingID int, detail string) error {
	return identity.Record(ctx, client, s.now(), by, action, fmt.Sprintf("listing:%d", listingID), detail)
}
