package inbox

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/mailpreference"
	"github.com/g60-corridor/corridor/ent/notice"
	"github.com/g60-corridor/corridor/ent/person"
	"github.com/g60-corridor/corridor/internal/agenda"
	"github.com/g60-corridor/corridor/internal/store"
)

type digestArgs struct {
	Person int    `json:"person"`
	Day    string `json:"day"`
}

func (a digestArgs) json() (json.RawMessage, error) { return json.Marshal(a) }

// digestMost is how many notices one letter tells; those beyond are on the page.
const digestMost = 100

// digest writes the day's letter: what a person wished to be told once a day, was not told yet by mail, and has not read.
// It is one transaction with the notes on the notices, and the letter's key is the day's, so that it is written once.
func (s *Service) digest(ctx context.Context, d agenda.Due) error {
	var args digestArgs
	if err := json.Unmarshal(d.Args, &args); err != nil {
		return fmt.Errorf("read the errand: %w", err)
	}
	return s.db.Tx(ctx, func(tx *store.Tx) error {
		client := tx.Ent()
		p, err := client.Person.Query().Where(person.ID(args.Person)).Only(ctx)
		if ent.IsNotFound(err) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read person %d: %w", args.Person, err)
		}
		kinds, err := s.daily(ctx, client, args.Person)
		if err != nil {
			return err
		}
		wished := notice.Or(notice.MailEQ(notice.MailDAILY), notice.And(notice.MailEQ(notice.MailBY_TOPIC), notice.KindIn(kinds...)))
		due, err := client.Notice.Query().Where(notice.PersonID(p.ID), wished, notice.MailedAtIsNil(), notice.ReadAtIsNil(),
			notice.CreatedAtGT(s.now().Add(-sendFor))). // not what was told while he wished no letters at all
			Order(ent.Asc(notice.FieldID)).Limit(digestMost).All(ctx)
		if err != nil {
			return fmt.Errorf("read notices of person %d: %w", p.ID, err)
		}
		if len(due) == 0 {
			return nil
		}
		if err := s.mailNotices(ctx, tx, p, fmt.Sprintf("digest:%d:%s", p.ID, args.Day), due...); err != nil {
			return err
		}
		var ids []int
		for _, n := range due {
			ids = append(ids, n.ID)
		}
		if err := client.Notice.Update().Where(notice.IDIn(ids...)).SetMailedAt(s.now()).Exec(ctx); err != nil {
			return fmt.Errorf("note the letter on its notices: %w", err)
		}
		return nil
	})
}

// daily lists the kinds of which a person wishes to be told once a day.
func (s *Service) daily(ctx context.Context, client *ent.Client, personID int) ([]string, error) {
	said, err := client.MailPreference.Query().
		Where(mailpreference.PersonID(personID), mailpreference.ModeEQ(mailpreference.ModeDAILY)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read mail preferences: %w", err)
	}
	var kinds []string
	for _, p := range said {
		for kind, topic := range topics {
			if string(topic) == p.Topic {
				kinds = append(kinds, string(kind))
			}
		}
	}
	return kinds, nil
}
