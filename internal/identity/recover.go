package identity

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/person"
	"github.com/g60-corridor/corridor/ent/personsession"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/inbox"
	"github.com/g60-corridor/corridor/internal/store"
	"github.com/g60-corridor/corridor/web/locale"
)

const (
	recovery purpose = "recovery"
	// RecoveryLife is how long the link of a letter leads back in.
	RecoveryLife = 30 * time.Minute
	// RecoverPath is the page that the letter leads to, followed by the secret.
	RecoverPath = "/recover/"
)

// AskRecovery has a letter sent to an address by which its person gets back in. The answer, and all that is done before
// it, is the same whether or not somebody has the address; the letter is written afterwards. It fails with fault.Invalid
// for what is no address, and with *TooSoon. lang is the asker's, for people who have not chosen one.
func (s *Service) AskRecovery(ctx context.Context, email, peer string, lang locale.Lang) error {
	address, err := NormalEmail(email)
	if err != nil {
		return err
	}
	for _, t := range []counted{{s.asking, peer}, {s.asked, address}} {
		if wait := t.begin(s.now()); wait > 0 {
			return &TooSoon{wait}
		}
	}
	if !s.later("write a letter of recovery", func(ctx context.Context) error { return s.writeRecovery(ctx, address, peer, lang) }) {
		return fault.New(fault.Unavailable, "", "too many letters are asked for at once")
	}
	return nil
}

func (s *Service) writeRecovery(ctx context.Context, address, peer string, lang locale.Lang) error {
	return s.db.Tx(ctx, func(tx *store.Tx) error {
		p, err := tx.Ent().Person.Query().Where(person.Email(address)).Only(ctx)
		if ent.IsNotFound(err) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("look for who asks to be let back in: %w", err)
		}
		m := inbox.Mail{To: p.Email, Lang: lang, Name: "recover_demo", Path: "/sign-in", Key: "recovery:" + rand.Text()}
		if locale.Lang(p.Locale) != "" {
			m.Lang = locale.Lang(p.Locale)
		}
		if !p.Demo {
			secret, err := s.issue(ctx, tx.Ent(), recovery, p.Email, p.ID, RecoveryLife)
			if err != nil {
				return err
			}
			m.Name, m.Path, m.Params = "recover", RecoverPath+secret, inbox.Params{"Until_at": inbox.At(s.now().Add(RecoveryLife))}
		} else {
			peer = ""
		}
		if err := s.note(ctx, tx.Ent(), p.ID, 0, didAskRecovery, trace(peer, "")); err != nil {
			return err
		}
		if s.herald == nil {
			return nil
		}
		return s.herald.Write(ctx, tx, m)
	})
}

// LookRecovery returns the address that a link lets back in, without using the link up. It fails with fault.NotFound and
// TICKET_VOID.
func (s *Service) LookRecovery(ctx context.Context, secret string) (email string, err error) {
	t, err := s.look(ctx, s.db.Ent(), recovery, secret)
	if err != nil {
		return "", err
	}
	return t.Email, nil
}

// Recover gives the bearer of a link another password, uses the link up and ends all sessions. The person is told by
// letter. It fails with fault.NotFound and TICKET_VOID, and with fault.Invalid naming "password": then the link is as good
// as before.
func (s *Service) Recover(ctx context.Context, secret, password, peer string) (Ended, error) {
	if _, err := s.LookRecovery(ctx, secret); err != nil {
		return nil, err // before the work of a hash
	}
	hash, err := s.hash(ctx, password)
	if err != nil {
		return nil, err
	}
	var ended Ended
	err = s.db.Tx(ctx, func(tx *store.Tx) error {
		t, err := s.redeem(ctx, tx.Ent(), recovery, secret)
		if err != nil {
			return err
		}
		p, err := tx.Ent().Person.Query().Where(person.ID(t.About), person.Email(t.Email)).Only(ctx)
		if ent.IsNotFound(err) {
			return fault.New(fault.NotFound, "TICKET_VOID", "the address is another's by now")
		}
		if err != nil {
			return fmt.Errorf("read person %d: %w", t.About, err)
		}
		if err := s.keepHash(ctx, tx.Ent(), p.ID, hash); err != nil {
			return err
		}
		if ended, err = endSessions(ctx, tx.Ent(), personsession.PersonID(p.ID)); err != nil {
			return err
		}
		if err := s.note(ctx, tx.Ent(), p.ID, 0, didRecover, trace(peer, "")); err != nil {
			return err
		}
		return s.warn(ctx, tx, p, "password_changed", nil)
	})
	if err != nil {
		return nil, err
	}
	return ended, nil
}

// warn tells a person by letter what was done to the ways in which he signs in: it may have been somebody else.
func (s *Service) warn(ctx context.Context, tx *store.Tx, p *ent.Person, name string, params inbox.Params) error {
	if s.herald == nil || p.Demo {
		return nil
	}
	all := inbox.Params{"Time_at": inbox.At(s.now())}
	for k, v := range params {
		all[k] = v
	}
	return s.herald.Write(ctx, tx, inbox.Mail{
		To: p.Email, Lang: locale.Choose(p.Locale, ""), Name: name, Params: all, Path: "/me/security", Key: name + ":" + rand.Text(),
	})
}
