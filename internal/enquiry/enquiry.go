// Package enquiry keeps what people ask of a listing and what its seller answers.
//
// Nobody is told who asks, the seller neither: he answers to all. A question is read by others once it is answered, so that
// the seller can say before that it touches what only readers of the data room may know.
//
// It may import fault, identity, inbox, store and ent.
package enquiry

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/ent/listingquestion"
	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/ent/person"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/inbox"
	"github.com/g60-corridor/corridor/internal/store"
)

// Database is where questions stand.
type Database interface {
	Ent() *ent.Client
	Tx(ctx context.Context, f func(*store.Tx) error) error
}

// Herald tells people of something, within the transaction in which it happens.
type Herald interface {
	Tell(ctx context.Context, tx *store.Tx, n inbox.News) error
}

// Service is the desk for questions. It is safe for concurrent use.
type Service struct {
	db     Database
	herald Herald
	room   Room
	now    func() time.Time
}

// Room says who may read what is confidential of a listing.
type Room interface {
	MayRead(ctx context.Context, by identity.Viewer, listingID int) (bool, error)
}

// New returns a desk for questions. Without a room, only the seller's and the operator's people read what is confidential.
func New(db Database, herald Herald, room Room, now func() time.Time) *Service {
	return &Service{db, herald, room, now}
}

// How long texts may be, in characters, and how many questions one person may ask in a day.
const (
	QuestionMost = 1000
	AnswerMost   = 4000
	ReasonMost   = 400
	askedMost    = 10
	shownMost    = 200
)

// Question is a question as somebody may read it.
type Question struct {
	ID, Version           int
	Text, Answer          string
	AskerKind             string // all that is told of the asker
	Own                   bool   // the reader asked it
	Confidential          bool
	Hidden                string // why the operator has hidden it; then Text and Answer are empty for the public
	AskedAt               time.Time
	AnsweredAt            time.Time // zero: not yet
	MayAnswer, MayHide    bool
	MayChooseConfidential bool // with the first answer, and while nobody bids
}

// inside says whether somebody is of the seller's or the operator's people of a listing, which comes with its seller. R1.7:
// one of the seller's who bids himself is not, to him the room is closed.
func (s *Service) inside(ctx context.Context, by identity.Viewer, of *ent.Listing) (bool, error) {
	switch {
	case by.Operates():
		return true, nil
	case of.Edges.Seller == nil || !by.SignedIn() || by.OrganisationID() != of.Edges.Seller.ID:
		return false, nil
	case s.room == nil:
		return true, nil
	}
	return s.room.MayRead(ctx, by, of.ID)
}

// Of lists the questions of a published listing that somebody may read, the newest first.
func (s *Service) Of(ctx context.Context, by identity.Viewer, of *ent.Listing) ([]Question, error) {
	all, err := s.db.Ent().ListingQuestion.Query().Where(listingquestion.HasListingWith(listing.ID(of.ID))).WithAsker().
		Order(ent.Desc(listingquestion.FieldID)).Limit(shownMost).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("list questions: %w", err)
	}
	running := false
	insider, err := s.inside(ctx, by, of)
	if err != nil {
		return nil, err
	}
	reads := insider
	if !reads && s.room != nil {
		if reads, err = s.room.MayRead(ctx, by, of.ID); err != nil {
			return nil, err
		}
	}
	if insider {
		if running, err = s.running(ctx, s.db.Ent(), of.ID); err != nil {
			return nil, err
		}
	}
	var questions []Question
	for _, q := range all {
		own := by.SignedIn() && q.Edges.Asker.ID == by.PersonID()
		if !insider && !own && (q.AnsweredAt == nil || q.Confidential && !reads) {
			continue
		}
		one := Question{
			ID: q.ID, Version: q.Version, Text: q.Text, Answer: q.Answer, AskerKind: q.AskerKind, Own: own, Confidential: q.Confidential,
			Hidden: q.HiddenReason, AskedAt: q.AskedAt,
			MayAnswer:             insider && answers(by, of) && q.HiddenAt == nil,
			MayHide:               by.Operates() && q.HiddenAt == nil,
			MayChooseConfidential: q.AnsweredAt == nil && !running,
		}
		if q.AnsweredAt != nil {
			one.AnsweredAt = *q.AnsweredAt
		}
		if q.HiddenAt != nil && !insider && !own {
			one.Text, one.Answer = "", ""
		}
		questions = append(questions, one)
	}
	return questions, nil
}

// answers says whether somebody answers for a listing's seller.
func answers(by identity.Viewer, of *ent.Listing) bool {
	return by.MayList() && of.Edges.Seller != nil && by.OrganisationID() == of.Edges.Seller.ID
}

// Ask asks a question of a published listing. It fails with fault.NotFound, Forbidden for the seller's own people, Invalid,
// and TooMany.
func (s *Service) Ask(ctx context.Context, by identity.Viewer, listingID int, text string) (id int, err error) {
	if !by.SignedIn() {
		return 0, fault.New(fault.SignIn, "", "")
	}
	text = tidy(text)
	if err := check("question", text, QuestionMost, "QUESTION_TOO_LONG"); err != nil {
		return 0, err
	}
	kind := "PERSON"
	if by.Organisation != nil {
		kind = string(by.Organisation.Kind)
	}
	err = s.db.Tx(ctx, func(tx *store.Tx) error {
		l, err := published(ctx, tx.Ent(), listingID)
		if err != nil {
			return err
		}
		if l.Edges.Seller.ID == by.OrganisationID() {
			return fault.New(fault.Forbidden, "", "the seller's people do not ask themselves")
		}
		// His own row, held first, makes two questions at once count one after the other.
		if _, err := tx.ExecContext(ctx, fmt.Sprintf("UPDATE persons SET id = id WHERE id = %d", by.PersonID())); err != nil {
			return fmt.Errorf("hold the asker: %w", err)
		}
		n, err := tx.Ent().ListingQuestion.Query().
			Where(listingquestion.HasAskerWith(person.ID(by.PersonID())), listingquestion.AskedAtGT(s.now().Add(-24*time.Hour))).Count(ctx)
		if err != nil {
			return fmt.Errorf("count questions: %w", err)
		}
		if n >= askedMost {
			return fault.New(fault.TooMany, "QUESTIONS_MOST", "")
		}
		made, err := tx.Ent().ListingQuestion.Create().SetListing(l).SetAskerID(by.PersonID()).SetAskedFor(by.OrganisationID()).SetAskerKind(kind).
			SetText(text).SetAskedAt(s.now()).Save(ctx)
		if err != nil {
			return fmt.Errorf("keep a question: %w", err)
		}
		id = made.ID
		told := news(inbox.QuestionAsked, l, made)
		told.Organisation, told.Roles = l.Edges.Seller.ID, answering
		return s.herald.Tell(ctx, tx, told)
	})
	return id, err
}

// answering are the roles of a seller's people who are told of questions.
var answering = []membership.Role{membership.RoleADMINISTRATOR, membership.RoleEDITOR}

func published(ctx context.Context, client *ent.Client, id int) (*ent.Listing, error) {
	l, err := client.Listing.Query().Where(listing.ID(id), listing.StatusEQ(listing.StatusPUBLISHED)).WithSeller().Only(ctx)
	if ent.IsNotFound(err) {
		return nil, fault.New(fault.NotFound, "", "no such listing")
	}
	if err != nil {
		return nil, fmt.Errorf("read listing %d: %w", id, err)
	}
	return l, nil
}

func news(k inbox.Kind, l *ent.Listing, q *ent.ListingQuestion) inbox.News {
	return inbox.News{
		Kind: k, Key: fmt.Sprintf("question:%d:%d", q.ID, q.Version), Link: fmt.Sprintf("/listings/%d#question-%d", l.ID, q.ID),
		Params: inbox.Params{"Number": l.Number, "Title_zh": l.TitleZh, "Title_en": l.TitleEn},
	}
}

// tidy takes the spaces off a text and makes its line ends plain.
func tidy(text string) string { return strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n")) }

func check(field, text string, most int, long fault.Problem) error {
	switch {
	case text == "":
		return fault.OfFields([]fault.Field{{Name: field, Problem: "REQUIRED"}})
	case utf8.RuneCountInString(text) > most:
		return fault.OfFields([]fault.Field{{Name: field, Problem: long}})
	case !utf8.ValidString(text) || strings.ContainsFunc(text, noText):
		return fault.OfFields([]fault.Field{{Name: field, Problem: "BAD_CHARACTERS"}})
	}
	return nil
}

// noText are signs that no text has: controls but the end of a line and the tabulator, and what turns the direction of writing.
func noText(r rune) bool {
	return r != '\n' && r != '\t' && unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\uFEFF'
}

// Phases in which a lot or a project is over, so that nobody bids any more, or has not begun.
var (
	lotOver     = []string{"", "DRAFT", "CLOSED"}
	projectOver = []string{"", "DRAFT", "CLOSED", "ENDED", "WITHDRAWN", "TERMINATED", "SETTLED", "VOID", "ANNULLED", "DEFAULTED", "CONTRACTED"}
)
