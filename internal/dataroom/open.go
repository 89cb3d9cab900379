package dataroom

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/document"
	"github.com/g60-corridor/corridor/ent/documentversion"
	"github.com/g60-corridor/corridor/ent/opening"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/ent/person"
	"github.com/g60-corridor/corridor/ent/predicate"
	"github.com/g60-corridor/corridor/internal/depot"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/stamp"
	"github.com/g60-corridor/corridor/internal/store"
)

var shanghai = time.FixedZone("CST", 8*60*60)

// Opened is a paper on its way to a reader.
type Opened struct {
	Body     io.ReadCloser
	Size     int64 // -1: not known beforehand
	Type     string
	Name     string // ASCII, made here
	Title    string // for names in other scripts, without an ending
	Code     string // of the row in the log; empty for what is public
	Marked   bool   // it bears the reader's mark
	Audience document.Audience
}

// Open opens a paper of a listing for a viewer; version 0 is the newest, and older ones are for the seller's and the
// operator's people. What is not public stands in the log before a byte is read, and bears its reader's mark if it is a PDF
// or a picture and the reader is not the seller's. It fails with fault.NotFound for what the viewer may not know of, with
// fault.SignIn and fault.Forbidden for what he may know of and not read.
func (s *Service) Open(ctx context.Context, by identity.Viewer, address string, listingID, id, version int) (*Opened, error) {
	var o *Opened
	var v *ent.DocumentVersion
	var at *Standing
	err := s.db.Tx(ctx, func(tx *store.Tx) error {
		client := tx.Ent()
		d, err := s.paper(ctx, client, listingID, id)
		if err != nil {
			return err
		}
		if at, err = s.stand(ctx, client, by, listingID); err != nil {
			return err
		}
		if err := at.mayOpen(by, d, version); err != nil {
			return err
		}
		if version == 0 {
			version = d.Version
		}
		v, err = client.DocumentVersion.Query().Where(documentversion.HasDocumentWith(document.ID(id)), documentversion.Number(version)).Only(ctx)
		if ent.IsNotFound(err) {
			return fault.New(fault.NotFound, "", "no such version")
		}
		if err != nil {
			return fmt.Errorf("read version %d of document %d: %w", version, id, err)
		}
		o = &Opened{Size: v.Size, Type: v.Type, Audience: d.Audience, Title: d.TitleZh}
		if o.Title == "" {
			o.Title = d.TitleEn
		}
		o.Name = fmt.Sprintf("%s-D%d-v%d", at.Listing.Number, id, version)
		if d.Audience == document.AudiencePUBLIC {
			return nil
		}
		o.Code = rand.Text()[:16]
		return wrap(client.Opening.Create().SetCode(o.Code).SetListingID(listingID).SetDocument(d).SetNumber(version).SetPersonID(by.PersonID()).
			SetOrganisationID(by.OrganisationID()).SetAddress(address).SetAt(s.now()).Exec(ctx), "log an opening")
	})
	if err != nil {
		return nil, err
	}
	if o.Code != "" && !at.Seller {
		o.Name += "-" + o.Code
	}
	o.Name += depot.Ending(v.Type)
	if o.Body, err = s.depot.Read(ctx, v.Key); err != nil {
		return nil, err
	}
	if o.Audience != document.AudienceCONFIDENTIAL || at.Seller || !stamp.Can(v.Type) {
		return o, nil
	}
	return o, s.mark(ctx, o, by)
}

// mayOpen says why a paper may not be opened; nil if it may.
func (s *Standing) mayOpen(by identity.Viewer, d *ent.Document, version int) error {
	switch {
	case s.Inside():
		return nil
	case d.RemovedAt != nil, d.Audience == document.AudienceINTERNAL, version != 0 && version != d.Version:
		return fault.New(fault.NotFound, "", "not for readers")
	case d.Audience == document.AudiencePUBLIC, s.Reads():
		return nil
	case !by.SignedIn():
		return fault.New(fault.SignIn, "", "")
	}
	return fault.New(fault.Forbidden, s.Closed(), "")
}

// Closed says why what is confidential is closed to somebody who is signed in; "" if it is not.
func (s *Standing) Closed() fault.Problem {
	switch {
	case s.Reads():
		return ""
	case s.Barred:
		return "ROOM_BIDDER" // R1.7
	case !s.Eligible:
		return "ROOM_NOT_FOR_YOU"
	case s.Bar != "":
		return s.Bar
	case s.Promise == nil:
		return "ROOM_PROMISE_FIRST"
	}
	return fault.Problem("ROOM_" + s.Reader.State.String()) // REQUESTED, REFUSED, REVOKED
}

// mark puts the reader's mark on a paper. A paper that cannot be marked is not given away.
func (s *Service) mark(ctx context.Context, o *Opened, by identity.Viewer) error {
	body, err := io.ReadAll(io.LimitReader(o.Body, FileMost+1))
	if closed := o.Body.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return fmt.Errorf("read a paper: %w", err)
	}
	marked, err := stamp.On(ctx, o.Type, body, stamp.Mark{
		Organisation: by.Organisation.NameZh, USCC: by.Organisation.Uscc, Person: by.Person.NameZh, Code: o.Code,
		Time: s.now().In(shanghai).Format("2006-01-02 15:04:05 MST"),
	})
	if err != nil {
		return fault.New(fault.Unavailable, "PAPER_UNMARKED", err.Error())
	}
	o.Body, o.Size, o.Marked = io.NopCloser(bytes.NewReader(marked)), int64(len(marked)), true
	return nil
}

// tryMark finds out whether a paper will bear marks.
func (s *Service) tryMark(ctx context.Context, kept depot.Stored) error {
	if !stamp.Can(kept.Type) {
		return nil
	}
	r, err := s.depot.Read(ctx, kept.Key)
	if err != nil {
		return err
	}
	defer r.Close()
	body, err := io.ReadAll(r)
	if err != nil {
		return fmt.Errorf("read a paper: %w", err)
	}
	if _, err := stamp.On(ctx, kept.Type, body, stamp.Mark{Organisation: "试", USCC: "0", Person: "试", Code: "0", Time: "0"}); err != nil {
		return fault.OfFields([]fault.Field{{Name: "file", Problem: "FILE_UNMARKABLE"}})
	}
	return nil
}

// Search narrows the log of a room. The zero value finds everything.
type Search struct {
	Document, Organisation int
	Code                   string    // as it stands on a page
	From, Until            time.Time // Until is not included
	Most                   int       // 0: all
}

// Log is who opened what of a listing, the newest first. It is for the seller's and the operator's people.
func (s *Service) Log(ctx context.Context, by identity.Viewer, listingID int, f Search) (*Standing, []*ent.Opening, error) {
	at, err := s.inside(ctx, by, listingID)
	if err != nil {
		return nil, nil, err
	}
	rows, err := s.openings(ctx, listingID, f)
	return at, rows, err
}

// Openers are the organisations that stand in the log of a room.
func (s *Service) Openers(ctx context.Context, by identity.Viewer, listingID int) ([]*ent.Organisation, error) {
	if _, err := s.inside(ctx, by, listingID); err != nil {
		return nil, err
	}
	var ids []int
	err := s.db.Ent().Opening.Query().Where(opening.ListingID(listingID)).Unique(true).Select(opening.FieldOrganisationID).Scan(ctx, &ids)
	if err != nil {
		return nil, fmt.Errorf("list openers: %w", err)
	}
	all, err := s.db.Ent().Organisation.Query().Where(organisation.IDIn(ids...)).Order(ent.Asc(organisation.FieldID)).All(ctx)
	return all, wrap(err, "list openers")
}

// Own is what the viewer has opened of a listing, for the organisation for which he acts now, the newest first.
func (s *Service) Own(ctx context.Context, by identity.Viewer, listingID, most int) ([]*ent.Opening, error) {
	if !by.SignedIn() {
		return nil, nil
	}
	rows, err := s.openings(ctx, listingID, Search{Organisation: by.OrganisationID(), Most: most}, opening.HasPersonWith(person.ID(by.PersonID())))
	return rows, err
}

func (s *Service) openings(ctx context.Context, listingID int, f Search, where ...predicate.Opening) ([]*ent.Opening, error) {
	q := s.db.Ent().Opening.Query().Where(opening.ListingID(listingID)).Where(where...).WithDocument().WithOrganisation().WithPerson().
		Order(ent.Desc(opening.FieldID))
	if f.Document != 0 {
		q.Where(opening.HasDocumentWith(document.ID(f.Document)))
	}
	if f.Organisation != 0 {
		q.Where(opening.OrganisationID(f.Organisation))
	}
	if f.Code != "" {
		q.Where(opening.Code(f.Code))
	}
	if !f.From.IsZero() {
		q.Where(opening.AtGTE(f.From))
	}
	if !f.Until.IsZero() {
		q.Where(opening.AtLT(f.Until))
	}
	if f.Most > 0 {
		q.Limit(f.Most)
	}
	rows, err := q.All(ctx)
	return rows, wrap(err, "list openings")
}
