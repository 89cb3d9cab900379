package dataroom

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/document"
	"github.com/g60-corridor/corridor/ent/documentversion"
	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/ent/opening"
	"github.com/g60-corridor/corridor/ent/roomdoor"
	"github.com/g60-corridor/corridor/internal/depot"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/store"
)

// What one room may hold.
const (
	FileMost   = 20 << 20 // bytes of a file
	papersMost = 50
	roomMost   = 300 << 20 // bytes of all versions
	titleMost  = 200       // characters
)

// Paper is what is said of a document beside its file.
type Paper struct {
	Audience         document.Audience // it stays as it was handed in
	Kind             document.Kind
	TitleZH, TitleEN string // empty: as the file was called
}

// File is a file as it comes in.
type File struct {
	Name string // for people to read and nothing else
	Body io.Reader
}

func (p *Paper) check() []fault.Field {
	p.TitleZH, p.TitleEN = strings.Join(strings.Fields(p.TitleZH), " "), strings.Join(strings.Fields(p.TitleEN), " ")
	var faults []fault.Field
	if document.AudienceValidator(p.Audience) != nil {
		faults = append(faults, fault.Field{Name: "audience", Problem: "REQUIRED"})
	}
	if document.KindValidator(p.Kind) != nil {
		faults = append(faults, fault.Field{Name: "kind", Problem: "REQUIRED"})
	}
	for _, t := range []struct{ field, text string }{{"title_zh", p.TitleZH}, {"title_en", p.TitleEN}} {
		faults = append(faults, checkText(t.field, t.text, 4*titleMost)...)
		if n := len([]rune(t.text)); n > titleMost && len(t.text) <= 4*titleMost {
			faults = append(faults, fault.Field{Name: t.field, Problem: "TOO_LONG"})
		}
	}
	return faults
}

// called gives a paper without a title the name of its file.
func (p *Paper) called(name string) {
	if p.TitleZH != "" || p.TitleEN != "" {
		return
	}
	name = depot.Name(name)
	if strings.ContainsFunc(name, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
		p.TitleZH = name
	} else {
		p.TitleEN = name
	}
	if name == "" {
		p.TitleZH, p.TitleEN = "文件", "Document"
	}
}

// Papers are the documents of a listing that a viewer may know of, in the order in which they were handed in: the public
// and the confidential ones for everybody who sees the listing, those for inside for the seller's and the operator's
// people, and those that were removed for them too.
func (s *Service) Papers(ctx context.Context, by identity.Viewer, listingID int) (*Standing, []*ent.Document, error) {
	at, err := s.Room(ctx, by, listingID)
	if err != nil {
		return nil, nil, err
	}
	q := s.db.Ent().Document.Query().Where(document.HasListingWith(listing.ID(listingID))).Order(ent.Asc(document.FieldID)).
		WithVersions(func(q *ent.DocumentVersionQuery) { q.WithPerson().Order(ent.Desc(documentversion.FieldNumber)) })
	if !at.Inside() {
		q.Where(document.RemovedAtIsNil(), document.AudienceNEQ(document.AudienceINTERNAL))
	}
	all, err := q.All(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("list the papers of listing %d: %w", listingID, err)
	}
	if !at.Inside() { // what they were called before, and by whom, is the seller's business
		for _, d := range all {
			d.Edges.Versions = d.Edges.Versions[:min(1, len(d.Edges.Versions))]
			for _, v := range d.Edges.Versions {
				v.Name, v.Key, v.Edges.Person = "", "", nil
				if d.Audience == document.AudienceCONFIDENTIAL && !at.Reads() {
					v.Sha256 = ""
				}
			}
		}
	}
	return at, all, nil
}

// May says whether a viewer may hand papers in, before anything is read of them.
func (s *Service) May(ctx context.Context, by identity.Viewer, listingID int) error {
	at, err := s.Room(ctx, by, listingID)
	switch {
	case err != nil:
		return err
	case at.Barred: // R1.7
		return fault.New(fault.Forbidden, "ROOM_BIDDER", "")
	case !at.Inside():
		return fault.New(fault.NotFound, "", "the listing is of another seller")
	case !at.MayWrite:
		return fault.New(fault.Forbidden, "ROOM_EDITORS_ONLY", "")
	}
	return nil
}

// Hand takes a paper in. The file lies in the depot before the room knows of it, and goes again if the room refuses.
func (s *Service) Hand(ctx context.Context, by identity.Viewer, listingID int, p Paper, f File) (id int, err error) {
	if err := s.May(ctx, by, listingID); err != nil {
		return 0, err
	}
	if err := fault.OfFields(p.check()); err != nil {
		return 0, err
	}
	p.called(f.Name)
	kept, err := s.take(ctx, p.Audience, f)
	if err != nil {
		return 0, err
	}
	err = s.db.Tx(ctx, func(tx *store.Tx) error {
		at, door, err := s.write(ctx, tx.Ent(), by, listingID)
		if err != nil {
			return err
		}
		if err := s.fits(ctx, tx.Ent(), door, kept.Size, 1); err != nil {
			return err
		}
		if p.Audience == document.AudienceCONFIDENTIAL {
			if err := keepTerms(ctx, tx.Ent(), at, 0); err != nil {
				return err
			}
		}
		d, err := tx.Ent().Document.Create().SetListingID(listingID).SetAudience(p.Audience).SetKind(p.Kind).SetTitleZh(p.TitleZH).
			SetTitleEn(p.TitleEN).SetCreatedAt(s.now()).Save(ctx)
		if err != nil {
			return fmt.Errorf("keep a paper: %w", err)
		}
		id = d.ID
		if err := s.keepVersion(ctx, tx.Ent(), by, d, 1, kept, f.Name); err != nil {
			return err
		}
		return s.record(ctx, tx.Ent(), by, "document_add", listingID, fmt.Sprintf("document:%d %s %s", id, p.Audience, kept.SHA256))
	})
	return id, s.orRemove(ctx, err, kept.Key)
}

// take puts a file into the depot. One that will bear readers' marks has to bear one now.
func (s *Service) take(ctx context.Context, a document.Audience, f File) (depot.Stored, error) {
	kept, err := s.depot.Take(ctx, f.Body, depot.Terms{
		Most: FileMost, Types: depot.Papers, Field: "file", Words: map[fault.Problem]fault.Problem{"FILE_TYPE": "PAPER_TYPE", "FILE_TOO_LARGE": "PAPER_TOO_LARGE"},
	})
	if err != nil || a != document.AudienceCONFIDENTIAL {
		return kept, err
	}
	if err := s.tryMark(ctx, kept); err != nil {
		return kept, s.orRemove(ctx, err, kept.Key)
	}
	return kept, nil
}

// orRemove removes a file that the room did not take; nobody would find it again.
func (s *Service) orRemove(ctx context.Context, err error, key string) error {
	if err == nil {
		return nil
	}
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	if fault.Of(err) == fault.Internal { // perhaps it was committed after all
		if known, failed := s.db.Ent().DocumentVersion.Query().Where(documentversion.Key(key)).Exist(ending); known || failed != nil {
			return err
		}
	}
	return errors.Join(err, s.depot.Remove(ending, key))
}

func (s *Service) fits(ctx context.Context, client *ent.Client, door *ent.RoomDoor, size int64, papers int) error {
	n, err := client.Document.Query().Where(document.HasListingWith(listing.ID(door.ListingID)), document.RemovedAtIsNil()).Count(ctx)
	switch {
	case err != nil:
		return fmt.Errorf("count the papers of listing %d: %w", door.ListingID, err)
	case n+papers > papersMost:
		return fault.OfFields([]fault.Field{{Name: "file", Problem: "ROOM_PAPERS"}})
	case door.Bytes+size > roomMost:
		return fault.OfFields([]fault.Field{{Name: "file", Problem: "ROOM_FULL"}})
	}
	return nil
}

func (s *Service) keepVersion(ctx context.Context, client *ent.Client, by identity.Viewer, d *ent.Document, number int, kept depot.Stored, name string) error {
	err := client.DocumentVersion.Create().SetDocument(d).SetNumber(number).SetKey(kept.Key).SetType(kept.Type).SetSize(kept.Size).
		SetSha256(kept.SHA256).SetName(depot.Name(name)).SetPersonID(by.PersonID()).SetAt(s.now()).Exec(ctx)
	if err != nil {
		return fmt.Errorf("keep version %d of document %d: %w", number, d.ID, err)
	}
	listingID, err := d.QueryListing().OnlyID(ctx)
	if err != nil {
		return fmt.Errorf("read the listing of document %d: %w", d.ID, err)
	}
	return wrap(client.RoomDoor.Update().Where(roomdoor.ListingID(listingID)).AddBytes(kept.Size).Exec(ctx), "count the bytes of a room")
}

// Replace takes a new version of a paper in; the older ones stay. It fails with fault.Conflict if version is not its
// newest, or it was removed.
func (s *Service) Replace(ctx context.Context, by identity.Viewer, listingID, id, version int, f File) error {
	if err := s.May(ctx, by, listingID); err != nil {
		return err
	}
	d, err := s.paper(ctx, s.db.Ent(), listingID, id)
	if err != nil {
		return err
	}
	kept, err := s.take(ctx, d.Audience, f)
	if err != nil {
		return err
	}
	err = s.db.Tx(ctx, func(tx *store.Tx) error {
		_, door, err := s.write(ctx, tx.Ent(), by, listingID)
		if err != nil {
			return err
		}
		d, err := s.current(ctx, tx.Ent(), listingID, id, version)
		if err != nil {
			return err
		}
		if err := s.fits(ctx, tx.Ent(), door, kept.Size, 0); err != nil {
			return err
		}
		if err := tx.Ent().Document.UpdateOneID(id).SetVersion(version + 1).Exec(ctx); err != nil {
			return fmt.Errorf("replace document %d: %w", id, err)
		}
		if err := s.keepVersion(ctx, tx.Ent(), by, d, version+1, kept, f.Name); err != nil {
			return err
		}
		return s.record(ctx, tx.Ent(), by, "document_replace", listingID, fmt.Sprintf("document:%d #%d %s", id, version+1, kept.SHA256))
	})
	return s.orRemove(ctx, err, kept.Key)
}

// Remove takes a paper out of the room. One that was opened by anybody or stood on a public page is kept for the record.
func (s *Service) Remove(ctx context.Context, by identity.Viewer, listingID, id, version int) error {
	var keys []string
	err := s.db.Tx(ctx, func(tx *store.Tx) error {
		client := tx.Ent()
		at, _, err := s.write(ctx, client, by, listingID)
		if err != nil {
			return err
		}
		d, err := s.current(ctx, client, listingID, id, version)
		if err != nil {
			return err
		}
		opened, err := client.Opening.Query().Where(opening.HasDocumentWith(document.ID(id))).Exist(ctx)
		if err != nil {
			return fmt.Errorf("look for openings of document %d: %w", id, err)
		}
		if opened || at.Listing.PublishedAt != nil || !slices.Contains([]listing.Status{listing.StatusDRAFT, listing.StatusRETURNED}, at.Listing.Status) {
			err = client.Document.UpdateOneID(id).SetRemovedAt(s.now()).Exec(ctx)
		} else {
			keys, err = s.forget(ctx, client, listingID, d)
		}
		if err != nil {
			return fmt.Errorf("remove document %d: %w", id, err)
		}
		return s.record(ctx, client, by, "document_remove", listingID, fmt.Sprintf("document:%d", id))
	})
	if err != nil {
		return err
	}
	for _, key := range keys { // committed: a file that stays behind is found by nobody
		err = errors.Join(err, s.depot.Remove(context.WithoutCancel(ctx), key))
	}
	return err
}

// forget deletes a paper that nobody has seen, and returns the keys of its files.
func (s *Service) forget(ctx context.Context, client *ent.Client, listingID int, d *ent.Document) (keys []string, err error) {
	versions, err := d.QueryVersions().All(ctx)
	if err != nil {
		return nil, err
	}
	var bytes int64
	for _, v := range versions {
		keys, bytes = append(keys, v.Key), bytes+v.Size
	}
	if _, err := client.DocumentVersion.Delete().Where(documentversion.HasDocumentWith(document.ID(d.ID))).Exec(ctx); err != nil {
		return nil, err
	}
	if err := client.Document.DeleteOneID(d.ID).Exec(ctx); err != nil {
		return nil, err
	}
	return keys, client.RoomDoor.Update().Where(roomdoor.ListingID(listingID)).AddBytes(-bytes).Exec(ctx)
}

// Name gives a paper another title and kind.
func (s *Service) Name(ctx context.Context, by identity.Viewer, listingID, id, version int, p Paper) error {
	p.Audience = document.AudiencePUBLIC // is not changed
	faults := p.check()
	if len(faults) == 0 && p.TitleZH == "" && p.TitleEN == "" {
		faults = append(faults, fault.Field{Name: "title_zh", Problem: "REQUIRED"})
	}
	if err := fault.OfFields(faults); err != nil {
		return err
	}
	return s.db.Tx(ctx, func(tx *store.Tx) error {
		if _, _, err := s.write(ctx, tx.Ent(), by, listingID); err != nil {
			return err
		}
		if _, err := s.current(ctx, tx.Ent(), listingID, id, version); err != nil {
			return err
		}
		err := tx.Ent().Document.UpdateOneID(id).SetKind(p.Kind).SetTitleZh(p.TitleZH).SetTitleEn(p.TitleEN).Exec(ctx)
		if err != nil {
			return fmt.Errorf("name document %d: %w", id, err)
		}
		return s.record(ctx, tx.Ent(), by, "document_name", listingID, fmt.Sprintf("document:%d", id))
	})
}

func (s *Service) paper(ctx context.Context, client *ent.Client, listingID, id int) (*ent.Document, error) {
	d, err := client.Document.Query().Where(document.ID(id), document.HasListingWith(listing.ID(listingID))).Only(ctx)
	if ent.IsNotFound(err) {
		return nil, fault.New(fault.NotFound, "", "no such paper")
	}
	return d, wrap(err, "read a paper")
}

// current is a paper that nobody has changed or removed meanwhile.
func (s *Service) current(ctx context.Context, client *ent.Client, listingID, id, version int) (*ent.Document, error) {
	d, err := s.paper(ctx, client, listingID, id)
	switch {
	case err != nil:
		return nil, err
	case d.RemovedAt != nil:
		return nil, fault.New(fault.Conflict, "PAPER_REMOVED", "")
	case d.Version != version:
		return nil, fault.New(fault.Conflict, "PAPER_CHANGED", "")
	}
	return d, nil
}
