// Package auction is one lot under the hammer: what becomes of a command (Decide) and what a lot is after
// its events (Apply). Both are pure: no clock, no randomness, no goroutine, no context, no I/O. Time comes in
// with each command, and the same log always gives the same state.
//
// A refusal is an event too, so that every attempt has its place in the log (R3.5). Bidders appear by paddle
// code alone; who is behind a code never reaches this package, except as an opaque text that it keeps for the
// auditor.
//
// It may import money, and nothing else of the house.
package auction
