package identity

import (
	"context"
	"fmt"
	"time"

	"github.com/g60-corridor/corridor/ent/personsession"
)

// chore is work that is done after the answer that it follows from, so that nobody can tell from the time that an answer
// takes whether the market knows an address.
type chore struct {
	what string
	do   func(ctx context.Context) error
}

const (
	// choresMost bounds what waits: whoever asks faster than that is not attended to.
	choresMost = 256
	choreTime  = 20 * time.Second
	sweepEvery = 10 * time.Minute
)

// Run does the chores, and throws away sessions that have run out, until its context ends; it does what waits then.
func (s *Service) Run(ctx context.Context) {
	sweep := time.NewTicker(sweepEvery)
	defer sweep.Stop()
	for {
		select {
		case c := <-s.chores:
			s.see(ctx, c)
		case <-sweep.C:
			s.see(ctx, chore{"sweep sessions", s.sweep})
		case <-ctx.Done():
			for {
				select {
				case c := <-s.chores:
					s.see(context.WithoutCancel(ctx), c)
				default:
					return
				}
			}
		}
	}
}

func (s *Service) see(ctx context.Context, c chore) {
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), choreTime)
	defer stop()
	if err := c.do(ctx); err != nil {
		s.log.ErrorContext(ctx, c.what, "error", err)
	}
}

// later puts a chore; it says whether there was room for it.
func (s *Service) later(what string, do func(context.Context) error) bool {
	select {
	case s.chores <- chore{what, do}:
		return true
	default:
		return false
	}
}

func (s *Service) sweep(ctx context.Context) error {
	if _, err := s.db.Ent().PersonSession.Delete().Where(personsession.ExpiresAtLT(s.now())).Exec(ctx); err != nil {
		return fmt.Errorf("throw away old sessions: %w", err)
	}
	return nil
}
