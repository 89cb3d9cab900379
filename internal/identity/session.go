package identity

import (
	"context"
	"fmt"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/personsession"
	"github.com/g60-corridor/corridor/ent/predicate"
	"github.com/g60-corridor/corridor/internal/fault"
)

// Way is how somebody signed in.
type Way = personsession.Way

const (
	ByPassword = personsession.WayPASSWORD
	ByPasskey  = personsession.WayPASSKEY
	ByDemo     = personsession.WayDEMO
)

// Arrival is a sign-in in a browser. The token is the session's secret name; only its digest is kept.
type Arrival struct {
	Token   string
	Way     Way
	Device  string // browser and system, in short
	Address string
	Until   time.Time
	Before  int // the session that the browser had before, which ends; 0 none
}

// Session is a session as its person sees it.
type Session struct {
	ID          int
	Way         Way
	Device      string
	Address     string
	Began, Seen time.Time
	This        bool // it is the one that asks
}

// Ended are sessions that hold nobody any more.
type Ended map[string]bool

// Has says whether a session of this name is among them.
func (e Ended) Has(token string) bool { return e[digest(token)] }

// Begin writes down a session that begins, and that its person signed in. It returns the proof that the session keeps.
func (s *Service) Begin(ctx context.Context, p Proof, a Arrival) (Proof, error) {
	err := s.db.InTx(ctx, func(client *ent.Client) error {
		who, err := client.Person.Get(ctx, p.Person)
		if err != nil {
			return fmt.Errorf("read person %d: %w", p.Person, err)
		}
		if who.Demo {
			a.Address = "" // one invented person is many visitors
		}
		if a.Before != 0 {
			if _, err := endSessions(ctx, client, personsession.ID(a.Before)); err != nil {
				return err
			}
		}
		now := s.now()
		made, err := client.PersonSession.Create().SetPersonID(who.ID).SetDigest(digest(a.Token)).SetWay(a.Way).SetDevice(cut(a.Device, 100)).
			SetAddress(cut(a.Address, 64)).SetCreatedAt(now).SetSeenAt(now).SetExpiresAt(a.Until).Save(ctx)
		if err != nil {
			return fmt.Errorf("begin a session of person %d: %w", who.ID, err)
		}
		p.Session, p.Token = made.ID, a.Token
		return s.note(ctx, client, who.ID, p.Organisation, signedInBy[a.Way], trace(a.Address, a.Device))
	})
	return p, err
}

var signedInBy = map[Way]string{ByPassword: didSignIn, ByPasskey: didSignInByPasskey, ByDemo: didSignInToDemo}

// Renew follows a session to its new name and end.
func (s *Service) Renew(ctx context.Context, session int, token string, until time.Time) error {
	if err := s.db.Ent().PersonSession.UpdateOneID(session).SetDigest(digest(token)).SetExpiresAt(until).Exec(ctx); err != nil {
		return fmt.Errorf("rename session %d: %w", session, err)
	}
	return nil
}

// seenEvery is how often a session's last sign of life is written down.
const seenEvery = 5 * time.Minute

// Seen writes down, sparingly, that a session is in use, and from where.
func (s *Service) Seen(ctx context.Context, by Viewer, address string) error {
	now := s.now()
	if by.session == nil || now.Sub(by.session.SeenAt) < seenEvery {
		return nil
	}
	if by.Person.Demo {
		address = ""
	}
	err := s.db.Ent().PersonSession.Update().Where(personsession.ID(by.session.ID), personsession.SeenAtLTE(now.Add(-seenEvery))).
		SetSeenAt(now).SetAddress(cut(address, 64)).Exec(ctx)
	if err != nil {
		return fmt.Errorf("write down that session %d is in use: %w", by.session.ID, err)
	}
	return nil
}

// SessionID is the session by which a viewer is signed in; 0 for none.
func (v Viewer) SessionID() int {
	if v.session == nil {
		return 0
	}
	return v.session.ID
}

// own picks the sessions that a viewer may see and end: his own. Of an invented person, whom many visitors play, it is the
// asking one alone.
func (v Viewer) own(more ...predicate.PersonSession) []predicate.PersonSession {
	more = append(more, personsession.PersonID(v.PersonID()))
	if v.Person.Demo {
		more = append(more, personsession.ID(v.SessionID()))
	}
	return more
}

// Sessions lists a viewer's sessions, the one last seen first.
func (s *Service) Sessions(ctx context.Context, by Viewer) ([]Session, error) {
	if by.Person == nil {
		return nil, fault.New(fault.SignIn, "", "")
	}
	rows, err := s.db.Ent().PersonSession.Query().Where(by.own(personsession.ExpiresAtGT(s.now()))...).
		Order(ent.Desc(personsession.FieldSeenAt, personsession.FieldID)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("list sessions of person %d: %w", by.PersonID(), err)
	}
	all := make([]Session, 0, len(rows))
	for _, r := range rows {
		all = append(all, Session{
			ID: r.ID, Way: r.Way, Device: r.Device, Address: r.Address, Began: r.CreatedAt, Seen: r.SeenAt, This: r.ID == by.SessionID(),
		})
	}
	return all, nil
}

// EndSession ends one of a viewer's sessions. It fails with fault.NotFound for one that is not his.
func (s *Service) EndSession(ctx context.Context, by Viewer, session int) (Ended, error) {
	ended, err := s.end(ctx, by, didEndSession, personsession.ID(session))
	if err == nil && len(ended) == 0 {
		err = fault.New(fault.NotFound, "", "no session of his")
	}
	return ended, err
}

// EndOthers ends all of a viewer's sessions but the one that asks.
func (s *Service) EndOthers(ctx context.Context, by Viewer) (Ended, error) {
	return s.end(ctx, by, didEndSessions, personsession.IDNEQ(by.SessionID()))
}

// SignOut ends the session that asks.
func (s *Service) SignOut(ctx context.Context, by Viewer) error {
	_, err := s.end(ctx, by, didSignOut, personsession.ID(by.SessionID()))
	return err
}

func (s *Service) end(ctx context.Context, by Viewer, action string, which predicate.PersonSession) (ended Ended, err error) {
	if by.Person == nil {
		return nil, fault.New(fault.SignIn, "", "")
	}
	err = s.db.InTx(ctx, func(client *ent.Client) error {
		rows, err := client.PersonSession.Query().Where(by.own(which)...).All(ctx)
		if err != nil || len(rows) == 0 {
			return err
		}
		if ended, err = endSessions(ctx, client, by.own(which)...); err != nil {
			return err
		}
		detail := ""
		if len(rows) == 1 {
			detail = trace(rows[0].Address, rows[0].Device)
		}
		return s.note(ctx, client, by.PersonID(), by.OrganisationID(), action, detail)
	})
	return ended, err
}

func endSessions(ctx context.Context, client *ent.Client, which ...predicate.PersonSession) (Ended, error) {
	names, err := client.PersonSession.Query().Where(which...).Select(personsession.FieldDigest).Strings(ctx)
	if err != nil {
		return nil, fmt.Errorf("find sessions to end: %w", err)
	}
	if len(names) == 0 {
		return Ended{}, nil
	}
	if _, err := client.PersonSession.Delete().Where(personsession.DigestIn(names...)).Exec(ctx); err != nil {
		return nil, fmt.Errorf("end sessions: %w", err)
	}
	ended := Ended{}
	for _, n := range names {
		ended[n] = true
	}
	return ended, nil
}

// cut shortens a text to so many characters.
func cut(text string, most int) string {
	if r := []rune(text); len(r) > most {
		return string(r[:most])
	}
	return text
}
