package identity

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/credential"
	"github.com/g60-corridor/corridor/ent/passkey"
	"github.com/g60-corridor/corridor/ent/person"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/inbox"
	"github.com/g60-corridor/corridor/internal/store"
)

const (
	passkeysMost = 10
	passkeyName  = 60
)

// Key is a passkey as its person sees it.
type Key struct {
	ID        int
	Name      string
	Made      time.Time
	Used      *time.Time // nil: never
	SignCount int64      // as the device last told; 0 for those that do not count
	Cloned    bool       // its count once went back: there may be a copy of it
}

// Passkeys lists a viewer's passkeys, the oldest first.
func (s *Service) Passkeys(ctx context.Context, by Viewer) ([]Key, error) {
	rows, err := s.db.Ent().Passkey.Query().Where(passkey.PersonID(by.PersonID())).Order(ent.Asc(passkey.FieldID)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("list passkeys of person %d: %w", by.PersonID(), err)
	}
	all := make([]Key, 0, len(rows))
	for _, r := range rows {
		all = append(all, Key{ID: r.ID, Name: r.Name, Made: r.CreatedAt, Used: r.UsedAt, SignCount: r.SignCount, Cloned: r.Cloned})
	}
	return all, nil
}

// RenamePasskey gives one of a viewer's passkeys another name. It fails with fault.Invalid naming "name".
func (s *Service) RenamePasskey(ctx context.Context, by Viewer, id int, name string) error {
	name, err := checkPasskeyName(name)
	if err != nil {
		return err
	}
	return s.db.InTx(ctx, func(client *ent.Client) error {
		n, err := client.Passkey.Update().Where(passkey.ID(id), passkey.PersonID(by.PersonID())).SetName(name).Save(ctx)
		if err != nil {
			return fmt.Errorf("rename passkey %d: %w", id, err)
		}
		if n == 0 {
			return fault.New(fault.NotFound, "", "no passkey of his")
		}
		return s.note(ctx, client, by.PersonID(), by.OrganisationID(), didRenamePasskey, name)
	})
}

// RemovePasskey removes one of a viewer's passkeys, and tells him by letter. That he is there himself, and not only his
// browser, is for the caller to have asked. It fails with fault.Conflict and LAST_WAY_IN.
func (s *Service) RemovePasskey(ctx context.Context, by Viewer, id int) error {
	return s.db.Tx(ctx, func(tx *store.Tx) error {
		rows, err := tx.Ent().Passkey.Query().Where(passkey.PersonID(by.PersonID())).All(ctx)
		if err != nil {
			return fmt.Errorf("read passkeys of person %d: %w", by.PersonID(), err)
		}
		name, found := "", false
		for _, r := range rows {
			if r.ID == id {
				name, found = r.Name, true
			}
		}
		if !found {
			return fault.New(fault.NotFound, "", "no passkey of his")
		}
		hasPassword, err := tx.Ent().Credential.Query().Where(credential.HasPersonWith(person.ID(by.PersonID()))).Exist(ctx)
		if err != nil {
			return fmt.Errorf("look for a password of person %d: %w", by.PersonID(), err)
		}
		if len(rows) == 1 && !hasPassword && !by.Person.Demo {
			return fault.New(fault.Conflict, "LAST_WAY_IN", "he could not sign in any more")
		}
		if err := tx.Ent().Passkey.DeleteOneID(id).Exec(ctx); err != nil {
			return fmt.Errorf("remove passkey %d: %w", id, err)
		}
		if err := s.note(ctx, tx.Ent(), by.PersonID(), by.OrganisationID(), didRemovePasskey, name); err != nil {
			return err
		}
		return s.warn(ctx, tx, by.Person, "passkey_removed", inbox.Params{"Name": name})
	})
}

func checkPasskeyName(name string) (string, error) {
	name = strings.TrimSpace(name)
	var faults []fault.Field
	switch {
	case !utf8.ValidString(name), strings.ContainsFunc(name, func(r rune) bool {
		return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == utf8.RuneError
	}):
		faults = append(faults, fault.Field{Name: "name", Problem: "NOT_TEXT"})
	default:
		checkName(&faults, "name", name, passkeyName)
	}
	return name, fault.OfFields(faults)
}
