// Package authority says how far a person may bind his company by a bid: a limit per person and per lot, set by the
// company's administrators. A bid above it is no error and no bid: it is kept aside until a second person of the same
// company confirms it, and only then the very same command goes to the saleroom, which stamps its time.
//
// Invariant: what waits here is read and decided by people of that company alone. It is in no lot's log, and what is
// recorded of it names no lot, for operators read the records of lots.
//
// It may import the rules, ent, identity and inbox; the saleroom comes by an interface.
package authority
