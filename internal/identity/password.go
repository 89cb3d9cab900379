package identity

import (
	"context"
	"fmt"

	"github.com/g60-corridor/corridor/ent/personsession"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/store"
)

// NewPassword is what a person gives to have another password.
type NewPassword struct {
	Old   string // not asked of a person without a password
	New   string
	Fresh bool // he signed in just now: enough for one who has none
	Peer  string
}

// ChangePassword gives a viewer another password and ends his other sessions. He is told by letter. It fails as SignIn does
// if the old password is wrong, with fault.Invalid naming "new", and with fault.Forbidden and NOT_FRESH.
func (s *Service) ChangePassword(ctx context.Context, by Viewer, n NewPassword) (Proof, Ended, error) {
	action := didChangePassword
	switch {
	case by.Person == nil:
		return Proof{}, nil, fault.New(fault.SignIn, "", "")
	case by.Person.Demo && !by.Password:
		return Proof{}, nil, fault.OfFields([]fault.Field{{Name: "new", Problem: "DEMO_PERSON"}})
	case by.Password:
		if err := s.Confirm(ctx, by, n.Old, n.Peer); err != nil {
			return Proof{}, nil, err
		}
	case !n.Fresh:
		return Proof{}, nil, fault.New(fault.Forbidden, "NOT_FRESH", "he signed in too long ago")
	default:
		action = didSetPassword
	}
	if err := CheckPassword(n.New); err != nil {
		fault.In(err).Fields[0].Name = "new"
		return Proof{}, nil, err
	}
	hash, err := s.hash(ctx, n.New)
	if err != nil {
		return Proof{}, nil, fmt.Errorf("change password: %w", err)
	}
	var ended Ended
	err = s.db.Tx(ctx, func(tx *store.Tx) error {
		if err := s.keepHash(ctx, tx.Ent(), by.PersonID(), hash); err != nil {
			return err
		}
		if ended, err = endSessions(ctx, tx.Ent(), personsession.PersonID(by.PersonID()), personsession.IDNEQ(by.SessionID())); err != nil {
			return err
		}
		if err := s.note(ctx, tx.Ent(), by.PersonID(), by.OrganisationID(), action, trace(n.Peer, "")); err != nil {
			return err
		}
		return s.warn(ctx, tx, by.Person, "password_changed", nil)
	})
	if err != nil {
		return Proof{}, nil, err
	}
	since, err := s.since(ctx, by.PersonID())
	return Proof{Person: by.PersonID(), Organisation: by.OrganisationID(), Since: since, Session: by.SessionID()}, ended, err
}
