package market

import (
	"context"

	"github.com/g60-corridor/corridor/internal/auction"
)

// RelayOnce looks through the outbox as Run does every now and then.
func (s *Service) RelayOnce(ctx context.Context) { s.relayAll(ctx) }

// FollowOnce follows a lot's log as Run does when it rings.
func (s *Service) FollowOnce(ctx context.Context, id auction.LotID) error {
	return s.follower.follow(ctx, id)
}
