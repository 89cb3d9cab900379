package auction

import "github.com/g60-corridor/corridor/internal/money"

// Decide says what becomes of a command that arrived at a given time. It is total, changes nothing, and
// refuses by an event too. A nil result means that nothing happened (a Tick with nothing due).
// Before any command the caller lets due time pass: see NextDue.
func Decide(s *State, at Instant, c Command) []Event { panic("todo") }

// Apply adds an entry to the state. It cannot fail: what Decide made, Apply takes.
func (s *State) Apply(e Entry) { panic("todo") }

// NextDue returns when the next Tick has something to do; zero if never.
func (s *State) NextDue() Instant { panic("todo") }

// StepAt returns the step at a price. R3.3
func (t *Terms) StepAt(price money.Fen) money.Fen { panic("todo") }

// MinimumFor returns the least plain bid that would count for a bidder of this rank now. R3.1, R3.12
func (s *State) MinimumFor(rank int) money.Fen { panic("todo") }

// Validate names every fault of the terms by field.
func (t *Terms) Validate() []FieldError { panic("todo") }

// ParseTerms reads and validates a rules file.
func ParseTerms(data []byte) (Terms, error) { panic("todo") }

// FieldError is one fault of the terms: the field's JSON path and what is wrong with it.
type FieldError struct{ Field, Problem string }
