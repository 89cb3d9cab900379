package project

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/g60-corridor/corridor/ent/project"
	"github.com/g60-corridor/corridor/internal/agenda"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/store"
	"github.com/g60-corridor/corridor/internal/trade"
)

// deadline is the kind of errand that steps a project when its next clock has run out.
const deadline = "project.deadline"

// errand names the project and the place in its log at which the errand was put.
type errand struct {
	Project int   `json:"project"`
	Seq     int64 `json:"seq"`
}

// remind puts the errand for the next deadline, in the transaction of the entries that set it.
func (s *Service) remind(ctx context.Context, tx *store.Tx, id int, after *trade.State) error {
	next := after.Next()
	if len(next) == 0 {
		return nil
	}
	args, err := json.Marshal(errand{id, after.Seq})
	if err != nil {
		return err
	}
	return s.agenda.Put(ctx, tx, agenda.Errand{Kind: deadline, Args: args, At: next[0].Due.Time(), Key: fmt.Sprintf("%d:%d", id, after.Seq)})
}

// due lets time pass in a project. What had fired already fires no more: the effect depends on the log, not on the errand.
func (s *Service) due(ctx context.Context, d agenda.Due) error {
	var e errand
	if err := json.Unmarshal(d.Args, &e); err != nil {
		return fmt.Errorf("read errand %s: %w", d.Key, err)
	}
	return s.step(ctx, e.Project, actor{}, nil)
}

// lookEvery is how often the ends of sales are looked for.
const lookEvery = 2 * time.Second

// Run brings the outcomes of the sales back to their projects until the context ends.
func (s *Service) Run(ctx context.Context) {
	ticker := time.NewTicker(lookEvery)
	defer ticker.Stop()
	for {
		if err := s.Harvest(ctx); err != nil && ctx.Err() == nil {
			s.log.ErrorContext(ctx, "bring back the outcomes of sales", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// Harvest looks once for sales that have ended. Two nodes that find the same write it once: the later is refused by the
// phase.
func (s *Service) Harvest(ctx context.Context) error {
	rows, err := s.db.Ent().Project.Query().Where(project.LotIDNotNil(), project.PhaseIn(string(trade.Bidding), string(trade.Open))).All(ctx)
	if err != nil {
		return fmt.Errorf("list projects in bidding: %w", err)
	}
	for _, row := range rows {
		if err := s.harvest(ctx, row.ID, *row.LotID); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) harvest(ctx context.Context, id, lot int) error {
	o, err := s.market.Ending(ctx, lot)
	if err != nil || !o.Over {
		return err
	}
	result := trade.RecordResult{Lot: auction.LotID(lot)}
	switch o.How {
	case auction.Sold:
		result.Sold, result.PriceFen = true, o.PriceFen
	case auction.Passed:
		result.Why = trade.PassedWhy(o.Why)
	default: // withdrawn or annulled: people decide what becomes of the project, unless its own suspension took the lot back
		if o.Halted {
			return s.reopen(ctx, id)
		}
		return nil
	}
	err = s.step(ctx, id, actor{}, func(v *View) (trade.Command, error) {
		for _, r := range v.State.Registrations {
			if result.Sold && r.Party == PartyOf(o.Winner) && r.Status == trade.Qualified {
				result.Winner = r.ID
			}
		}
		return result, nil
	})
	if fault.Of(err) == fault.Conflict && fault.In(err).Problem == problemOf(trade.WrongPhase) {
		return nil // another node was first
	}
	return err
}
