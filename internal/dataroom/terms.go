package dataroom

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/ent/roompromise"
	"github.com/g60-corridor/corridor/ent/roomreader"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/inbox"
	"github.com/g60-corridor/corridor/internal/store"
)

// standardVersion names the market's own text. Whoever changes the text gives it another name; rooms that have terms keep
// theirs until their seller takes the new text over.
const standardVersion = "2026-11"

//go:embed standard.zh.txt
var standardZH string

//go:embed standard.en.txt
var standardEN string

const clausesMost = 8000 // bytes, in each language

// standardTerms are the market's text for a listing whose seller has said nothing about it yet.
func standardTerms(l *ent.Listing, at time.Time) *ent.RoomTerms { return termsOf(l, 1, "", "", at) }

func termsOf(l *ent.Listing, version int, clausesZH, clausesEN string, at time.Time) *ent.RoomTerms {
	t := &ent.RoomTerms{ListingID: l.ID, Version: version, Standard: standardVersion, ClausesZh: clausesZH, ClausesEn: clausesEN, At: at}
	t.TextZh, t.TextEn = filled(standardZH, l, l.Edges.Seller.NameZh), filled(standardEN, l, l.Edges.Seller.NameEn)
	if clausesZH != "" {
		t.TextZh += "\n披露方补充条款\n" + clausesZH + "\n"
	}
	if clausesEN != "" {
		t.TextEn += "\nThe disclosing party's own clauses\n" + clausesEN + "\n"
	}
	sum := sha256.Sum256([]byte(Wording(t)))
	t.Sha256 = hex.EncodeToString(sum[:])
	return t
}

func filled(text string, l *ent.Listing, seller string) string {
	return strings.NewReplacer("{{seller}}", seller, "{{uscc}}", l.Edges.Seller.Uscc, "{{number}}", l.Number).Replace(text)
}

// Wording is the text of terms as it is signed: what their SHA-256 is of.
func Wording(t *ent.RoomTerms) string { return t.TextZh + "\n----\n\n" + t.TextEn }

// keepTerms makes a row of the terms as they stand, where there is none yet.
func keepTerms(ctx context.Context, client *ent.Client, at *Standing, person int) error {
	if at.Terms.ID != 0 {
		return nil
	}
	made, err := createTerms(ctx, client, at.Terms, person)
	if err == nil {
		at.Terms = made
	}
	return err
}

func createTerms(ctx context.Context, client *ent.Client, t *ent.RoomTerms, person int) (*ent.RoomTerms, error) {
	made, err := client.RoomTerms.Create().SetListingID(t.ListingID).SetVersion(t.Version).SetStandard(t.Standard).SetTextZh(t.TextZh).
		SetTextEn(t.TextEn).SetClausesZh(t.ClausesZh).SetClausesEn(t.ClausesEn).SetSha256(t.Sha256).SetPersonID(person).SetAt(t.At).Save(ctx)
	return made, wrap(err, "keep terms")
}

// Rules are how a seller keeps his room.
type Rules struct {
	Version              int // of the terms that he has read
	ClausesZH, ClausesEN string
	Approval             bool
}

// SetRules changes them. Another text is a new version, which readers promise anew before they read on; it fails with
// fault.Conflict if somebody was faster.
func (s *Service) SetRules(ctx context.Context, by identity.Viewer, listingID int, r Rules) error {
	r.ClausesZH, r.ClausesEN = tidied(r.ClausesZH), tidied(r.ClausesEN)
	if err := fault.OfFields(slices.Concat(checkText("clauses_zh", r.ClausesZH, clausesMost), checkText("clauses_en", r.ClausesEN, clausesMost),
		bothOrNone(r.ClausesZH, r.ClausesEN))); err != nil {
		return err
	}
	return s.db.Tx(ctx, func(tx *store.Tx) error {
		client := tx.Ent()
		at, door, err := s.write(ctx, client, by, listingID)
		if err != nil {
			return err
		}
		if at.Terms.Version != r.Version {
			return fault.New(fault.Conflict, "TERMS_CHANGED", "")
		}
		if door.Approval != r.Approval {
			if err := client.RoomDoor.UpdateOneID(door.ID).SetApproval(r.Approval).Exec(ctx); err != nil {
				return fmt.Errorf("set the door of listing %d: %w", listingID, err)
			}
		}
		next := termsOf(at.Listing, at.Terms.Version, r.ClausesZH, r.ClausesEN, s.now())
		if next.Sha256 != at.Terms.Sha256 {
			if err := s.changeTerms(ctx, tx, by, at, r); err != nil {
				return err
			}
		}
		return s.record(ctx, client, by, "room_rules", listingID, fmt.Sprintf("terms %d, approval %v", at.Terms.Version, r.Approval))
	})
}

func (s *Service) changeTerms(ctx context.Context, tx *store.Tx, by identity.Viewer, at *Standing, r Rules) error {
	version := at.Terms.Version
	if at.Terms.ID != 0 { // nobody has read the standard text before it was kept
		version++
	}
	made, err := createTerms(ctx, tx.Ent(), termsOf(at.Listing, version, r.ClausesZH, r.ClausesEN, s.now()), by.PersonID())
	if err != nil {
		return err
	}
	at.Terms = made
	readers, err := tx.Ent().RoomReader.Query().Where(roomreader.ListingID(at.Listing.ID), roomreader.StateIn(roomreader.StateGRANTED, roomreader.StateREQUESTED)).
		WithOrganisation().All(ctx)
	if err != nil {
		return fmt.Errorf("list readers: %w", err)
	}
	for _, reader := range readers {
		if err := s.tell(ctx, tx, at, inbox.RoomTermsChanged, fmt.Sprint(made.Version), reader.Edges.Organisation, roomPath(at.Listing.ID), nil); err != nil {
			return err
		}
	}
	return nil
}

// Signature is how somebody promises for his organisation.
type Signature struct {
	Version int    // of the terms that he has read
	SHA256  string // and of their text
	Name    string // as he typed it
	Agreed  bool
	Address string // of the network
}

// Sign keeps a promise. Where the seller lets each reader in himself, it is a request too. It fails with fault.Conflict if
// the terms are not those that were read.
func (s *Service) Sign(ctx context.Context, by identity.Viewer, listingID int, sig Signature) error {
	return s.db.Tx(ctx, func(tx *store.Tx) error {
		client := tx.Ent()
		at, door, err := s.enter(ctx, client, by, listingID)
		switch {
		case err != nil:
			return err
		case at.Terms.Version != sig.Version || at.Terms.Sha256 != sig.SHA256:
			return fault.New(fault.Conflict, "TERMS_CHANGED", "")
		case !at.Eligible:
			return fault.New(fault.Forbidden, "ROOM_NOT_FOR_YOU", "")
		case at.Bar != "": // §1.1
			return fault.New(fault.Forbidden, at.Bar, "")
		case !at.MaySign:
			return fault.New(fault.Forbidden, "ROOM_SIGNERS_ONLY", "")
		case at.Promise != nil: // from another tab, or by a colleague
			return nil
		}
		if err := fault.OfFields(checkSignature(by, sig)); err != nil {
			return err
		}
		if err := keepTerms(ctx, client, at, 0); err != nil {
			return err
		}
		_, err = client.RoomPromise.Create().SetListingID(listingID).SetTerms(at.Terms).SetSha256(at.Terms.Sha256).SetOrganisationID(by.OrganisationID()).
			SetPersonID(by.PersonID()).SetTypedName(strings.Join(strings.Fields(sig.Name), " ")).SetAddress(sig.Address).SetAt(s.now()).Save(ctx)
		if err != nil {
			return fmt.Errorf("keep a promise: %w", err)
		}
		if err := s.admit(ctx, tx, by, at, door); err != nil {
			return err
		}
		return s.record(ctx, client, by, "room_promise", listingID, fmt.Sprintf("terms %d %s", at.Terms.Version, at.Terms.Sha256))
	})
}

func checkSignature(by identity.Viewer, sig Signature) (faults []fault.Field) {
	typed := strings.Join(strings.Fields(sig.Name), " ")
	switch {
	case typed == "":
		faults = append(faults, fault.Field{Name: "signed_name", Problem: "REQUIRED"})
	case typed != by.Person.NameZh && !strings.EqualFold(typed, strings.Join(strings.Fields(by.Person.NameEn), " ")):
		faults = append(faults, fault.Field{Name: "signed_name", Problem: "NAME_DIFFERS"})
	}
	if !sig.Agreed {
		faults = append(faults, fault.Field{Name: "agreed", Problem: "MUST_AGREE"})
	}
	return faults
}

// admit says what a promise makes of a reader, and tells both sides of it.
func (s *Service) admit(ctx context.Context, tx *store.Tx, by identity.Viewer, at *Standing, door *ent.RoomDoor) error {
	id, state := at.Listing.ID, roomreader.StateGRANTED
	if door.Approval {
		state = roomreader.StateREQUESTED
	}
	switch {
	case at.Reader == nil:
		err := tx.Ent().RoomReader.Create().SetListingID(id).SetOrganisationID(by.OrganisationID()).SetState(state).SetChangedAt(s.now()).Exec(ctx)
		if err != nil {
			return fmt.Errorf("let a reader in: %w", err)
		}
	default: // whoever was let in, turned away or put out stays so under new terms
		state = at.Reader.State
	}
	kind := inbox.RoomPromised
	if state == roomreader.StateREQUESTED {
		kind = inbox.RoomRequested
	}
	key := fmt.Sprintf("%d:%d", at.Terms.Version, by.OrganisationID())
	if err := s.tell(ctx, tx, at, kind, key, at.Listing.Edges.Seller, documentsPath(id), reading(by.Organisation)); err != nil {
		return err
	}
	return s.tell(ctx, tx, at, inbox.RoomSigned, key, by.Organisation, roomPath(id), reading(by.Organisation))
}

func roomPath(id int) string      { return fmt.Sprintf("/listings/%d/room", id) }
func documentsPath(id int) string { return fmt.Sprintf("/seller/listings/%d/documents", id) }

// reading names the reader that something is about.
func reading(o *ent.Organisation) inbox.Params {
	return inbox.Params{"Reader_zh": o.NameZh, "Reader_en": o.NameEn}
}

// tell tells an organisation's people of something in a room.
func (s *Service) tell(ctx context.Context, tx *store.Tx, at *Standing, kind inbox.Kind, key string, to *ent.Organisation, link string, more inbox.Params) error {
	roles := []membership.Role{membership.RoleADMINISTRATOR, membership.RoleAGENT}
	if to.ID == at.Listing.Edges.Seller.ID {
		roles = []membership.Role{membership.RoleADMINISTRATOR, membership.RoleEDITOR}
	}
	params := inbox.Params{"Number": at.Listing.Number, "Title_zh": at.Listing.TitleZh, "Title_en": at.Listing.TitleEn, "Version": fmt.Sprint(at.Terms.Version)}
	if at.Listing.Status != listing.StatusPUBLISHED && to.ID != at.Listing.Edges.Seller.ID { // it may be written anew, for the seller's eyes
		params["Title_zh"], params["Title_en"] = at.Listing.Number, at.Listing.Number
	}
	maps.Copy(params, more)
	return s.herald.Tell(ctx, tx, inbox.News{
		Kind: kind, Key: fmt.Sprintf("room:%d:%s", at.Listing.ID, key), Organisation: to.ID, Roles: roles, Params: params, Link: link,
	})
}

// Promise returns a promise with its terms, for its two sides and the operator. Nobody else learns that there is one.
func (s *Service) Promise(ctx context.Context, by identity.Viewer, listingID, id int) (*ent.RoomPromise, *ent.Listing, error) {
	p, err := s.db.Ent().RoomPromise.Query().Where(roompromise.ID(id), roompromise.ListingID(listingID)).WithTerms().WithOrganisation().WithPerson().Only(ctx)
	if ent.IsNotFound(err) {
		return nil, nil, fault.New(fault.NotFound, "", "no such promise")
	}
	if err != nil {
		return nil, nil, fmt.Errorf("read promise %d: %w", id, err)
	}
	l, err := s.db.Ent().Listing.Get(ctx, listingID)
	if err != nil {
		return nil, nil, fmt.Errorf("read listing %d: %w", listingID, err)
	}
	if by.SignedIn() && by.OrganisationID() == p.Edges.Organisation.ID { // also after the listing was withdrawn
		return p, l, nil
	}
	at, err := s.Room(ctx, by, listingID)
	if err != nil {
		return nil, nil, err
	}
	if !at.Inside() {
		return nil, nil, fault.New(fault.NotFound, "", "another's promise")
	}
	return p, l, nil
}

// tidied is a text without what surrounds it, with line ends of one kind.
func tidied(text string) string {
	return strings.TrimSpace(strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n"))
}

func bothOrNone(zh, en string) []fault.Field {
	switch {
	case zh == "" && en != "":
		return []fault.Field{{Name: "clauses_zh", Problem: "BOTH_LANGUAGES"}}
	case en == "" && zh != "":
		return []fault.Field{{Name: "clauses_en", Problem: "BOTH_LANGUAGES"}}
	}
	return nil
}

// checkText refuses what is no text, what makes a page show it in another order than it stands, and what is too long.
func checkText(field, text string, most int) []fault.Field {
	bad := func(r rune) bool {
		return r != '\n' && r != '\t' && unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == utf8.RuneError
	}
	switch {
	case !utf8.ValidString(text) || strings.ContainsFunc(text, bad):
		return []fault.Field{{Name: field, Problem: "BAD_CHARACTERS"}}
	case len(text) > most:
		return []fault.Field{{Name: field, Problem: "TOO_LONG"}}
	}
	return nil
}
