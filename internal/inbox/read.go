package inbox

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/letter"
	"github.com/g60-corridor/corridor/ent/mailpreference"
	"github.com/g60-corridor/corridor/ent/notice"
	"github.com/g60-corridor/corridor/ent/predicate"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/store"
)

// PageNotices is how many notices stand on one page, and letters on one of the mailbox.
const PageNotices = 30

// Found is a page of a person's notices.
type Found struct {
	Notices       []*ent.Notice // the newest first
	Total, Unread int
	Page, Pages   int // pages are counted from 1
}

// Notices lists what a person was told.
func (s *Service) Notices(ctx context.Context, personID, page int) (Found, error) {
	mine := s.db.Ent().Notice.Query().Where(notice.PersonID(personID))
	total, err := mine.Clone().Count(ctx)
	if err != nil {
		return Found{}, fmt.Errorf("count notices: %w", err)
	}
	f := Found{Total: total, Pages: pages(total)}
	f.Page = min(max(1, page), f.Pages)
	if f.Unread, err = s.unread(ctx, personID); err != nil {
		return Found{}, err
	}
	f.Notices, err = mine.Order(ent.Desc(notice.FieldID)).Offset((f.Page - 1) * PageNotices).Limit(PageNotices).All(ctx)
	if err != nil {
		return Found{}, fmt.Errorf("list notices: %w", err)
	}
	return f, nil
}

func pages(total int) int { return max(1, (total+PageNotices-1)/PageNotices) }

func (s *Service) unread(ctx context.Context, personID int) (int, error) {
	n, err := s.db.Ent().Notice.Query().Where(notice.PersonID(personID), notice.ReadAtIsNil()).Count(ctx)
	if err != nil {
		return 0, fmt.Errorf("count unread notices: %w", err)
	}
	return n, nil
}

// UnreadMost is how far Unread counts.
const UnreadMost = 100

// Unread counts what a person has not read, up to UnreadMost: every page asks.
func (s *Service) Unread(ctx context.Context, personID int) (int, error) {
	some, err := s.db.Ent().Notice.Query().Where(notice.PersonID(personID), notice.ReadAtIsNil()).Limit(UnreadMost).IDs(ctx)
	if err != nil {
		return 0, fmt.Errorf("count unread notices: %w", err)
	}
	return len(some), nil
}

// Open marks one of a person's notices as read and returns it.
func (s *Service) Open(ctx context.Context, personID, id int) (*ent.Notice, error) {
	n, err := s.db.Ent().Notice.Query().Where(notice.ID(id), notice.PersonID(personID)).Only(ctx)
	if ent.IsNotFound(err) {
		return nil, fault.New(fault.NotFound, "", "no such notice of this person")
	}
	if err != nil {
		return nil, fmt.Errorf("read notice %d: %w", id, err)
	}
	if n.ReadAt == nil {
		if err := s.read(ctx, notice.ID(id), notice.PersonID(personID)); err != nil {
			return nil, err
		}
	}
	return n, nil
}

// ReadAll marks as read all that a person was told up to a notice: what came since he looked, he has not seen.
func (s *Service) ReadAll(ctx context.Context, personID, upTo int) error {
	return s.read(ctx, notice.PersonID(personID), notice.IDLTE(upTo))
}

// Preferences is how a person wishes to be written to, by topic.
func (s *Service) Preferences(ctx context.Context, personID int) (map[Topic]mailpreference.Mode, error) {
	modes := map[Topic]mailpreference.Mode{}
	for _, t := range Topics {
		modes[t] = mailpreference.DefaultMode
	}
	said, err := s.db.Ent().MailPreference.Query().Where(mailpreference.PersonID(personID)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read mail preferences: %w", err)
	}
	for _, p := range said {
		modes[Topic(p.Topic)] = p.Mode
	}
	return modes, nil
}

// Prefer keeps how a person wishes to be written to. Topics that are not named stay as they are.
func (s *Service) Prefer(ctx context.Context, personID int, wishes map[Topic]mailpreference.Mode) error {
	var faults []fault.Field
	for t, m := range wishes {
		if !slices.Contains(Topics, t) || mailpreference.ModeValidator(m) != nil {
			faults = append(faults, fault.Field{Name: string(t), Problem: "UNKNOWN_VALUE"})
		}
	}
	if err := fault.OfFields(faults); err != nil {
		return err
	}
	return s.db.Tx(ctx, func(tx *store.Tx) error {
		for _, t := range Topics {
			m, said := wishes[t]
			if !said {
				continue
			}
			err := tx.Ent().MailPreference.Create().SetPersonID(personID).SetTopic(string(t)).SetMode(m).
				OnConflictColumns(mailpreference.FieldPersonID, mailpreference.FieldTopic).UpdateMode().Exec(ctx)
			if err != nil {
				return fmt.Errorf("keep mail preference: %w", err)
			}
		}
		return nil
	})
}

// Sent is a letter of the demo's mailbox.
type Sent struct {
	ID                               int
	To, Subject, Text, HTML, Problem string
	Lang                             string
	State                            letter.State
	At                               time.Time
}

// Mailbox lists the letters of the demo, the newest first; to narrows it to one address.
func (s *Service) Mailbox(ctx context.Context, to string, page int) (sent []Sent, current, last int, err error) {
	if !s.demo {
		return nil, 0, 0, fault.New(fault.NotFound, "", "only the demo shows letters")
	}
	all := s.db.Ent().Letter.Query()
	if to != "" {
		all.Where(letter.Address(to))
	}
	total, err := all.Clone().Count(ctx)
	if err != nil {
		return nil, 0, 0, fmt.Errorf("count letters: %w", err)
	}
	last = pages(total)
	current = min(max(1, page), last)
	rows, err := all.Order(ent.Desc(letter.FieldID)).Offset((current - 1) * PageNotices).Limit(PageNotices).All(ctx)
	if err != nil {
		return nil, 0, 0, fmt.Errorf("list letters: %w", err)
	}
	for _, l := range rows {
		sent = append(sent, shown(l))
	}
	return sent, current, last, nil
}

// Sent returns one letter of the demo's mailbox.
func (s *Service) Sent(ctx context.Context, id int) (Sent, error) {
	if !s.demo {
		return Sent{}, fault.New(fault.NotFound, "", "only the demo shows letters")
	}
	l, err := s.db.Ent().Letter.Get(ctx, id)
	if ent.IsNotFound(err) {
		return Sent{}, fault.New(fault.NotFound, "", "no such letter")
	}
	if err != nil {
		return Sent{}, fmt.Errorf("read letter %d: %w", id, err)
	}
	return shown(l), nil
}

func shown(l *ent.Letter) Sent {
	return Sent{l.ID, l.Address, l.Subject, l.Text, l.HTML, l.Error, l.Lang, l.State, l.CreatedAt}
}

func (s *Service) read(ctx context.Context, which ...predicate.Notice) error {
	err := s.db.Ent().Notice.Update().Where(append(which, notice.ReadAtIsNil())...).SetReadAt(s.now()).Exec(ctx)
	if err != nil {
		return fmt.Errorf("mark notices as read: %w", err)
	}
	return nil
}
