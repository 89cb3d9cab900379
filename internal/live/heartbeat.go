package live

import (
	"context"
	"slices"
	"time"
)

// heartbeat pings the sockets that are silent, closes those that gave no sign of life, and those whose session has ended
// elsewhere. One goroutine for all sockets: a timer for each would cost as much memory as the socket.
func (s *Server) heartbeat() {
	defer s.tasks.Done()
	const parts = 20 // the pings of ten thousand sockets do not go out in one burst
	tick := time.NewTicker(max(s.limits.Heartbeat/parts, time.Millisecond))
	defer tick.Stop()
	for turn := 0; ; turn++ {
		select {
		case <-s.ctx.Done():
			return
		case now := <-tick.C:
			s.beat(now, turn%parts, parts)
		}
		if turn%parts == 0 {
			s.endSessions()
		}
	}
}

// beat pings one part of the sockets.
func (s *Server) beat(now time.Time, part, parts int) {
	for _, k := range s.all(func(k *socket) bool { return k.number%parts == part }) {
		switch silent := time.Duration(now.UnixNano() - k.wire.lastRead.Load()); {
		case silent > s.limits.Silence:
			k.wire.close(CloseSilent)
		case silent > s.limits.Heartbeat/2: // who talks of his own accord needs no ping
			k.wire.send(pingFrame, false)
		}
	}
}

// Recheck asks at once which sessions have ended, for instance after somebody was removed. It does not wait for the answer.
func (s *Server) Recheck() { go s.endSessions() }

// endSessions asks which sessions have ended, and ends their sockets.
func (s *Server) endSessions() {
	if s.o.Ended == nil {
		return
	}
	s.mu.Lock()
	open := make([]string, 0, len(s.sessions))
	for session := range s.sessions {
		open = append(open, session)
	}
	s.mu.Unlock()
	if len(open) == 0 {
		return
	}
	slices.Sort(open)
	ctx, cancel := context.WithTimeout(s.ctx, lookupWait)
	defer cancel()
	ended, err := s.o.Ended(ctx, open)
	if err != nil {
		s.log.Warn("ask which sessions have ended", "error", err)
	}
	for _, session := range ended {
		s.EndSession(session)
	}
}
