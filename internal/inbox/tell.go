package inbox

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/mailpreference"
	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/ent/notice"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/internal/agenda"
	"github.com/g60-corridor/corridor/internal/store"
)

// News is what an organisation's people are to be told, or one person.
type News struct {
	Kind         Kind
	Key          string // names the happening, for instance "lot:12:4711": for each organisation it is told once
	Organisation int
	Roles        []membership.Role // of its people, who is told
	Only         []int             // of these, by number; nil: all of them
	Person       int               // he alone is told, whatever his roles; 0: the organisation's people
	Besides      int               // who is told too, member or not; 0: nobody
	Mail         notice.Mail       // how letters go out about this very matter; "": as each person wishes for the topic
	Params       Params
	Link         string // path of the page that it is about
}

// Tell writes notices, and letters to those who wish them at once, within the transaction of what they tell of. Whoever was
// told of it before is left alone.
func (s *Service) Tell(ctx context.Context, tx *store.Tx, n News) error {
	topic, known := topics[n.Kind]
	if !known || n.Key == "" {
		return fmt.Errorf("tell: no kind %q, or no key", n.Kind)
	}
	people, err := s.people(ctx, tx.Ent(), n)
	if err != nil || len(people) == 0 {
		return err
	}
	key := fmt.Sprintf("%s:%s:%d", n.Kind, n.Key, n.Organisation)
	told, err := tx.Ent().Notice.Query().Where(notice.Key(key), notice.PersonIDIn(ids(people)...)).All(ctx)
	if err != nil {
		return fmt.Errorf("look who was told of %s: %w", key, err)
	}
	modes, err := modesOf(ctx, tx.Ent(), topic, ids(people))
	if err != nil {
		return err
	}
	for _, p := range people {
		if slices.ContainsFunc(told, func(n *ent.Notice) bool { return n.PersonID == p.ID }) {
			continue
		}
		mode := modes[p.ID]
		if n.Mail != "" && n.Mail != notice.MailBY_TOPIC {
			mode = mailpreference.Mode(n.Mail)
		}
		if err := s.tell(ctx, tx, n, key, p, mode); err != nil {
			return fmt.Errorf("tell person %d of %s: %w", p.ID, key, err)
		}
	}
	return nil
}

func (s *Service) tell(ctx context.Context, tx *store.Tx, n News, key string, p *ent.Person, mode mailpreference.Mode) error {
	now := s.now()
	create := tx.Ent().Notice.Create().SetPersonID(p.ID).SetMail(cmp.Or(n.Mail, notice.DefaultMail)).SetOrganisationID(n.Organisation).SetKind(string(n.Kind)).
		SetParams(n.Params).SetLink(n.Link).SetKey(key).SetCreatedAt(now)
	if mode == mailpreference.ModeAT_ONCE {
		create.SetMailedAt(now)
	}
	made, err := create.Save(ctx)
	if err != nil {
		return err
	}
	switch mode {
	case mailpreference.ModeAT_ONCE:
		return s.mailNotices(ctx, tx, p, fmt.Sprintf("notice:%d", made.ID), made)
	case mailpreference.ModeDAILY:
		return s.putDigest(ctx, tx, p.ID, now)
	}
	return nil
}

// people are those of an organisation who have one of the roles, or the one who is meant.
func (s *Service) people(ctx context.Context, client *ent.Client, n News) ([]*ent.Person, error) {
	if n.Person != 0 {
		p, err := client.Person.Get(ctx, n.Person)
		if err != nil {
			return nil, fmt.Errorf("look whom to tell: %w", err)
		}
		return []*ent.Person{p}, nil
	}
	all, err := client.Membership.Query().
		Where(membership.HasOrganisationWith(organisation.ID(n.Organisation)), membership.RoleIn(n.Roles...)).
		WithPerson().WithOrganisation().Order(ent.Asc(membership.FieldID)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("look whom to tell: %w", err)
	}
	var people []*ent.Person
	for _, m := range all {
		if s.demo && m.Edges.Organisation.Demo && !m.Edges.Person.Demo { // played by the house itself
			continue
		}
		if n.Only != nil && !slices.Contains(n.Only, m.Edges.Person.ID) {
			continue
		}
		people = append(people, m.Edges.Person)
	}
	if n.Besides == 0 || slices.Contains(ids(people), n.Besides) {
		return people, nil
	}
	p, err := client.Person.Get(ctx, n.Besides)
	if err != nil {
		return nil, fmt.Errorf("look whom to tell: %w", err)
	}
	return append(people, p), nil
}

func ids(people []*ent.Person) (ids []int) {
	for _, p := range people {
		ids = append(ids, p.ID)
	}
	return ids
}

// modesOf is how each of the people wishes to be written to about a topic.
func modesOf(ctx context.Context, client *ent.Client, t Topic, people []int) (map[int]mailpreference.Mode, error) {
	modes := map[int]mailpreference.Mode{}
	for _, id := range people {
		modes[id] = mailpreference.DefaultMode
	}
	said, err := client.MailPreference.Query().Where(mailpreference.Topic(string(t)), mailpreference.PersonIDIn(people...)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read mail preferences: %w", err)
	}
	for _, p := range said {
		modes[p.PersonID] = p.Mode
	}
	return modes, nil
}

// digestHour is when the day's letter goes out, in Shanghai.
const digestHour = 8

// putDigest makes sure that a person gets the next daily letter. A decision that takes a minute to commit is not missed.
func (s *Service) putDigest(ctx context.Context, tx *store.Tx, person int, now time.Time) error {
	day := now.Add(time.Minute).In(shanghai)
	at := time.Date(day.Year(), day.Month(), day.Day(), digestHour, 0, 0, 0, shanghai)
	if !at.After(day) {
		at = at.AddDate(0, 0, 1)
	}
	args, err := digestArgs{Person: person, Day: at.Format(time.DateOnly)}.json()
	if err != nil {
		return err
	}
	return s.agenda.Put(ctx, tx, agenda.Errand{
		Kind: digestErrand, Key: fmt.Sprintf("%d:%s", person, at.Format(time.DateOnly)), At: at, Args: args,
	})
}
