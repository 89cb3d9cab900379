package auction

import (
	"maps"
	"slices"
)

// Clone returns an independent copy of the state. The terms' ladder is shared: nothing changes it.
func (s *State) Clone() *State {
	c := *s
	c.bidders = slices.Clone(s.bidders)
	c.byCode = maps.Clone(s.byCode)
	c.keys = maps.Clone(s.keys)
	return &c
}
