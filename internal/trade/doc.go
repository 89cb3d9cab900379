// Package trade holds the three lawful ways to a price as one state machine each: agreement with public notice, listing
// and auction (R2.1). Decide says what becomes of a command, Apply what a project is after its events. Both are pure: no
// clock, no randomness, no goroutine, no context, no I/O. Time and calendar come in with each command, and the same
// events always give the same state. STATES.md beside this file has the tables.
//
// Every deadline is a Clock in the state. Its instant is fixed by the event that starts it, with the calendar of that day:
// who was told that a notice ends on 17 March can rely on it. A passed deadline is a command too (Elapse); it takes
// effect at the instant at which it was due, however late it comes.
//
// It may import money, calendar and the words of auction, and nothing else of the house.
package trade
