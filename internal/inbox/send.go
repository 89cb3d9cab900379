package inbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/letter"
	"github.com/g60-corridor/corridor/ent/notice"
	"github.com/g60-corridor/corridor/ent/person"
	"github.com/g60-corridor/corridor/internal/agenda"
	"github.com/g60-corridor/corridor/internal/store"
	"github.com/g60-corridor/corridor/web/locale"
)

type sendArgs struct {
	Letter int `json:"letter"`
}

const (
	sendFor  = 3 * 24 * time.Hour // then a letter is given up: what it says is old
	markMost = 10 * time.Second
)

// errTaken says that somebody else has the letter in hand.
var errTaken = errors.New("the letter is in other hands")

// send brings one letter to the postman: WAITING → SENDING → SENT, or back to WAITING, or FAILED. A letter found SENDING
// was left by a node that died; whether the server has it nobody knows, so it goes out again, under the same Message-ID.
func (s *Service) send(ctx context.Context, d agenda.Due) error {
	var args sendArgs
	if err := json.Unmarshal(d.Args, &args); err != nil {
		return fmt.Errorf("read the errand: %w", err)
	}
	l, err := s.db.Ent().Letter.Get(ctx, args.Letter)
	if ent.IsNotFound(err) {
		return nil // swept
	}
	if err != nil {
		return fmt.Errorf("read letter %d: %w", args.Letter, err)
	}
	if l.State == letter.StateSENT || l.State == letter.StateFAILED {
		return nil
	}
	if s.now().Sub(l.CreatedAt) > sendFor {
		return s.mark(ctx, l, letter.StateFAILED, "given up: "+l.Error)
	}
	n, err := s.db.Ent().Letter.Update().Where(letter.ID(l.ID), letter.Attempts(l.Attempts), letter.StateEQ(l.State)).
		SetState(letter.StateSENDING).AddAttempts(1).Save(ctx)
	if err != nil {
		return fmt.Errorf("take letter %d: %w", l.ID, err)
	}
	if n == 0 {
		return errTaken
	}
	err = s.postman.Send(ctx, Message{
		ID: s.messageID(l.Key), To: l.Address, Subject: l.Subject, Text: l.Text, HTML: l.HTML, Language: locale.Lang(l.Lang).Tag(),
	})
	switch {
	case err == nil:
		return s.mark(ctx, l, letter.StateSENT, "")
	case errors.Is(err, ErrRefused):
		s.log.WarnContext(ctx, "a letter was refused", "letter", l.ID, "error", err)
		return s.mark(ctx, l, letter.StateFAILED, err.Error())
	}
	return errors.Join(fmt.Errorf("send letter %d: %w", l.ID, err), s.mark(ctx, l, letter.StateWAITING, err.Error()))
}

// mark notes what became of a letter, even if the house is closing: a letter that went out must not go again.
func (s *Service) mark(ctx context.Context, l *ent.Letter, state letter.State, why string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), markMost)
	defer cancel()
	if r := []rune(why); len(r) > 500 {
		why = string(r[:500])
	}
	u := s.db.Ent().Letter.UpdateOneID(l.ID).SetState(state).SetError(why)
	if state == letter.StateSENT {
		u.SetSentAt(s.now())
	}
	if err := u.Exec(ctx); err != nil {
		return fmt.Errorf("mark letter %d as %s: %w", l.ID, state, err)
	}
	return nil
}

const (
	sweepEvery = time.Hour
	demoKeeps  = 6 * time.Hour
)

// KeepTidy makes the demo throw away what is old, every hour. Elsewhere nothing is thrown away.
func (s *Service) KeepTidy(ctx context.Context) error {
	return s.db.Tx(ctx, func(tx *store.Tx) error { return s.putSweep(ctx, tx) })
}

func (s *Service) putSweep(ctx context.Context, tx *store.Tx) error {
	at := s.now().Truncate(sweepEvery).Add(sweepEvery)
	return s.agenda.Put(ctx, tx, agenda.Errand{Kind: sweepErrand, At: at, Key: at.UTC().Format(time.RFC3339)})
}

func (s *Service) sweep(ctx context.Context, _ agenda.Due) error {
	return s.db.Tx(ctx, func(tx *store.Tx) error {
		before := s.now().Add(-demoKeeps)
		if _, err := tx.Ent().Notice.Delete().Where(notice.CreatedAtLT(before), notice.HasPersonWith(person.Demo(true))).Exec(ctx); err != nil {
			return fmt.Errorf("sweep notices: %w", err)
		}
		if _, err := tx.Ent().Letter.Delete().Where(letter.CreatedAtLT(before)).Exec(ctx); err != nil {
			return fmt.Errorf("sweep letters: %w", err)
		}
		return s.putSweep(ctx, tx)
	})
}
