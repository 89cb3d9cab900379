package project

import (
	"context"
	"errors"
	"slices"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/identity"
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
