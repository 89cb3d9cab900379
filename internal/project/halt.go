package project

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/g60-corridor/corridor/ent/project"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/calendar"
	"github.com/g60-corridor/corridor/internal/market"
	"github.com/g60-corridor/corridor/internal/store"
	"github.com/g60-corridor/corridor/internal/trade"
)

// causes are the words in which lots say why they stand still. What is wrong with the right or the papers is a change of the
// object. R3.15
var causes = map[trade.Cause]auction.PauseCause{
	trade.AuthorityOrder: auction.AuthorityOrder, trade.PlatformFailure: auction.PlatformFailure, trade.ForceMajeure: auction.ForceMajeure,
	trade.RightLost: auction.MaterialChange, trade.FalsePapers: auction.MaterialChange, trade.Dispute: auction.MaterialChange,
	trade.Collusion: auction.MaterialChange, trade.ResultObjection: auction.MaterialChange,
}

// tell posts to a project's lot what an event means for it, in the transaction of the event. It returns the lot if anything
// was posted, else what it was given.
func (s *Service) tell(ctx context.Context, tx *store.Tx, v *View, before *trade.State, e trade.Event, told int) (int, error) {
	if v.Row.LotID == nil {
		return told, nil
	}
	word, why := market.Word(""), market.Reason{}
	selling := before.Phase == trade.Bidding || before.Phase == trade.Open
	switch ev := e.(type) {
	case trade.Suspended:
		if selling {
			word, why = market.WordHalt, market.Reason{Cause: causes[ev.Cause], Note: ev.Note}
		}
	case trade.SalePaused:
		word, why = market.WordHalt, market.Reason{Cause: causes[ev.Cause], Note: ev.Note}
	case trade.Resumed:
		if before.During == trade.Bidding {
			word = market.WordResume
		}
	case trade.SaleResumed:
		word = market.WordResume
	case trade.Terminated:
		word, why = market.WordVoid, market.Reason{Cause: causes[ev.Cause], Note: ev.Note}
	case trade.Annulled:
		word, why = market.WordVoid, market.Reason{Cause: causes[ev.Cause], Note: ev.Note}
	}
	if word == "" {
		return told, nil
	}
	return *v.Row.LotID, s.market.Tell(ctx, tx.Ent(), *v.Row.LotID, word, why)
}

func resumes(c trade.Command) bool {
	switch c.(type) {
	case trade.Resume, trade.ResumeSale:
		return true
	}
	return false
}

// R3.16: whoever waited for longer than a day is told five days ahead when it goes on.
const (
	longHalt       = 24 * time.Hour
	longHaltNotice = 5 * 24 * time.Hour
)

// reopen makes another lot for a project that goes on, if its suspension had the first one withdrawn before it opened. Two
// nodes that find the same make one: the row knows one lot.
func (s *Service) reopen(ctx context.Context, id int) error {
	v, err := s.view(ctx, s.db.Ent(), id)
	if err != nil {
		return err
	}
	if v.Row.LotID == nil || v.State.Phase != trade.Bidding && v.State.Phase != trade.Open {
		return nil
	}
	o, err := s.market.Ending(ctx, *v.Row.LotID)
	if err != nil || !o.Halted {
		return err
	}
	made := 0
	err = s.db.Tx(ctx, func(tx *store.Tx) error {
		if made, err = s.openAgain(ctx, tx, v); err != nil {
			return err
		}
		n, err := tx.Ent().Project.Update().Where(project.ID(id), project.Seq(v.State.Seq), project.LotID(*v.Row.LotID)).SetLotID(made).Save(ctx)
		if err == nil && n == 0 {
			return errCollided
		}
		return err
	})
	switch {
	case errors.Is(err, errCollided):
		return nil // somebody else was first, or the project is elsewhere: it is looked at again
	case err != nil:
		return fmt.Errorf("open the sale of project %d again: %w", id, err)
	}
	s.market.Deliver(ctx, made)
	return nil
}

// openAgain is the lot under the announced rules, for the bidders of the first.
func (s *Service) openAgain(ctx context.Context, tx *store.Tx, v *View) (int, error) {
	cal, err := calendarOf(ctx, tx.Ent())
	if err != nil {
		return 0, err
	}
	entrance := v.State.Terms.Entrance
	if v.State.Way == trade.ByAuction {
		entrance = v.State.Announcement.Entrance
	}
	t, err := terms(entrance.Mode, v.State.Offer.PriceFen)
	if err != nil {
		return 0, err
	}
	if v.State.Way == trade.ByAuction {
		t.Procedure = v.State.Procedure
	}
	since, registered := halted(v)
	orgs, err := bidders(v.State, v.State.Qualified())
	if err != nil {
		return 0, err
	}
	return s.market.OpenSale(ctx, tx.Ent(), market.Sale{
		Listing: v.Row.Edges.Listing.ID, Operator: v.Row.Edges.Operator.ID, Terms: t, OpensAt: againAt(cal, since, s.now()),
		DepositFen: entrance.DepositFen, Registered: registered, Bidders: orgs,
	})
}

// againAt is when the bidding begins after a suspension.
func againAt(cal calendar.Calendar, since, now time.Time) time.Time {
	if now.Sub(since) > longHalt {
		return saleAt(cal, now.Add(longHaltNotice), now.Add(longHaltNotice-saleNotice))
	}
	return saleAt(cal, now, now)
}

// halted is since when a project stood still, and when its sale was first opened.
func halted(v *View) (since, opened time.Time) {
	for _, e := range v.Entries {
		switch e.Event.(type) {
		case trade.Suspended, trade.SalePaused:
			since = e.At.Time()
		case trade.BiddingOpened, trade.SaleOpened:
			opened = e.At.Time()
		}
	}
	return since, opened
}
