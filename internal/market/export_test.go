package market

import "context"

// RelayOnce looks through the outbox as Run does every now and then.
func (s *Service) RelayOnce(ctx context.Context) { s.relayAll(ctx) }
