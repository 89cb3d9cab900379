package authority

import "context"

// LapseOnce ends what waits in lots that have ended, as Follow does every now and then.
func (s *Service) LapseOnce(ctx context.Context) error { return s.lapse(ctx) }
