package dataroom

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/roompromise"
	"github.com/g60-corridor/corridor/ent/roomreader"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/inbox"
	"github.com/g60-corridor/corridor/internal/store"
)

const reasonMost = 2000 // bytes

// Reader is an organisation that asked to read.
type Reader struct {
	*ent.RoomReader
	Promises []*ent.RoomPromise // its own, the newest first
	Current  bool               // it has promised the terms as they stand now
}

// Readers are all who asked to read, those who wait first. The seller's people and the operator may see them.
func (s *Service) Readers(ctx context.Context, by identity.Viewer, listingID int) ([]Reader, error) {
	at, err := s.inside(ctx, by, listingID)
	if err != nil {
		return nil, err
	}
	rows, err := s.db.Ent().RoomReader.Query().Where(roomreader.ListingID(listingID)).WithOrganisation().Order(ent.Desc(roomreader.FieldChangedAt)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("list readers: %w", err)
	}
	promises, err := s.db.Ent().RoomPromise.Query().Where(roompromise.ListingID(listingID)).WithOrganisation().WithPerson().WithTerms().
		Order(ent.Desc(roompromise.FieldID)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("list promises: %w", err)
	}
	readers := make([]Reader, len(rows))
	for i, row := range rows {
		readers[i].RoomReader = row
		for _, p := range promises {
			if p.Edges.Organisation.ID == row.Edges.Organisation.ID {
				readers[i].Promises = append(readers[i].Promises, p)
				readers[i].Current = readers[i].Current || p.Edges.Terms.ID == at.Terms.ID
			}
		}
	}
	slices.SortStableFunc(readers, func(a, b Reader) int { return waiting(b) - waiting(a) })
	return readers, nil
}

func waiting(r Reader) int {
	if r.State == roomreader.StateREQUESTED {
		return 1
	}
	return 0
}

// inside is Room for the seller's and the operator's people.
func (s *Service) inside(ctx context.Context, by identity.Viewer, listingID int) (*Standing, error) {
	at, err := s.Room(ctx, by, listingID)
	switch {
	case err != nil:
		return nil, err
	case at.Barred: // R1.7
		return nil, fault.New(fault.Forbidden, "ROOM_BIDDER", "")
	case !at.Inside():
		return nil, fault.New(fault.NotFound, "", "not of the seller's people")
	}
	return at, nil
}

// decisions are what a seller may make of a reader, by what the reader is.
var decisions = map[roomreader.State][]roomreader.State{
	roomreader.StateREQUESTED: {roomreader.StateGRANTED, roomreader.StateREFUSED},
	roomreader.StateGRANTED:   {roomreader.StateREVOKED},
	roomreader.StateREFUSED:   {roomreader.StateGRANTED},
	roomreader.StateREVOKED:   {roomreader.StateGRANTED},
}

// Possible are the decisions on a reader, in the order of buttons.
func Possible(r roomreader.State) []roomreader.State { return decisions[r] }

var tidings = map[roomreader.State]inbox.Kind{
	roomreader.StateGRANTED: inbox.RoomGranted, roomreader.StateREFUSED: inbox.RoomRefused, roomreader.StateREVOKED: inbox.RoomRevoked,
}

// Decide lets an organisation in, turns it away or puts it out; the latter two with a reason, which it is told. It fails
// with fault.Conflict if that is not possible as things stand.
func (s *Service) Decide(ctx context.Context, by identity.Viewer, listingID, readerID int, to roomreader.State, reason string) error {
	reason = tidied(reason)
	faults := checkText("reason", reason, reasonMost)
	if reason == "" && to != roomreader.StateGRANTED {
		faults = append(faults, fault.Field{Name: "reason", Problem: "REQUIRED"})
	}
	if err := fault.OfFields(faults); err != nil {
		return err
	}
	return s.db.Tx(ctx, func(tx *store.Tx) error {
		client := tx.Ent()
		at, _, err := s.write(ctx, client, by, listingID)
		if err != nil {
			return err
		}
		r, err := client.RoomReader.Query().Where(roomreader.ID(readerID), roomreader.ListingID(listingID)).WithOrganisation().Only(ctx)
		if ent.IsNotFound(err) {
			return fault.New(fault.NotFound, "", "no such reader")
		}
		if err != nil {
			return fmt.Errorf("read reader %d: %w", readerID, err)
		}
		if r.State == to { // the other tab
			return nil
		}
		if !slices.Contains(decisions[r.State], to) {
			return fault.New(fault.Conflict, "READER_ELSEWHERE", "the reader is "+string(r.State))
		}
		now := s.now()
		if err := client.RoomReader.UpdateOneID(r.ID).SetState(to).SetReason(reason).SetDecidedBy(by.PersonID()).SetChangedAt(now).Exec(ctx); err != nil {
			return fmt.Errorf("decide on reader %d: %w", readerID, err)
		}
		key := fmt.Sprintf("reader:%d:%d", r.ID, now.UnixNano())
		if err := s.tell(ctx, tx, at, tidings[to], key, r.Edges.Organisation, roomPath(listingID), inbox.Params{"Note": reason}); err != nil {
			return err
		}
		return s.record(ctx, client, by, "room_"+strings.ToLower(string(to)), listingID, fmt.Sprintf("organisation:%d", r.Edges.Organisation.ID))
	})
}
