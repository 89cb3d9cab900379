package project

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/g60-corridor/corridor/ent/project"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/money"
	"github.com/g60-corridor/corridor/internal/trade"
)

// ErrHeld says that the only buyer's word on a price is above the authority of who gave it: it waits for a second person of
// his company, and stands in no log before. R2.12
var ErrHeld = errors.New("project: the price waits for a second person")

// within says ErrHeld of a word that the machine would take and that is above its speaker's authority.
func (s *Service) within(ctx context.Context, by identity.Viewer, v *View, c trade.Command) error {
	word, ok := c.(trade.ConfirmPrice)
	if !ok || s.limits == nil {
		return nil
	}
	above, err := s.limits.AboveNow(ctx, by.OrganisationID(), by.PersonID(), 0, word.PriceFen)
	if err != nil || !above {
		return err
	}
	cal, err := s.Calendar(ctx)
	if err != nil {
		return err
	}
	if _, refusal := trade.Step(v.State, auction.InstantOf(s.now()), word, cal); refusal != nil {
		return nil // the machine says so
	}
	return ErrHeld
}

// hold keeps a word on a price for a second person, while the project still asks for it. Always an error: ErrHeld if it waits.
func (s *Service) hold(ctx context.Context, by identity.Viewer, id int, price money.Fen) error {
	err := s.tx(ctx, func(tx storeTx) error {
		n, err := tx.Ent().Project.Update().Where(project.ID(id), project.Phase(string(trade.Closed1))).AddSeq(0).Save(ctx) // held to the end
		if err != nil {
			return fmt.Errorf("keep project %d to itself: %w", id, err)
		}
		if n == 0 {
			return fault.New(fault.Conflict, problemOf(trade.WrongPhase), "")
		}
		return s.limits.HoldPrice(ctx, tx, by, id, price)
	})
	if err == nil {
		err = ErrHeld
	}
	return err
}

// ConfirmHeld makes a price that waits the company's word, by a second person of it: at this moment, in one transaction. What
// has run out meanwhile has run out.
func (s *Service) ConfirmHeld(ctx context.Context, by identity.Viewer, id, price int) error {
	amount, err := s.limits.Price(ctx, by, id, price)
	if err != nil {
		return err
	}
	return s.do(ctx, by, id, trade.ConfirmPrice{PriceFen: amount}, &filing{price: price, second: by})
}

// awaitsPrice says whether a word on the price is heard, or will be when what is halted goes on.
func awaitsPrice(s *trade.State) bool {
	return s.Phase == trade.Halted || slices.Contains(s.Hears(), "ConfirmPrice")
}
