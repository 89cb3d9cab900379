// Package dataroom keeps the papers of a listing: those for everybody, those that a reader sees after a promise of secrecy,
// and those that only the seller and the operator see. G9: know-how is told in two tiers, an abstract for everybody and the
// rest in a room with a promise and a log.
//
// What holds: whoever opens a paper that is not public stands in the log before a byte is sent; nobody reads a confidential
// paper whose organisation has not promised the terms as they stand now; a promise is kept with the very text that was
// signed; what was opened once is never deleted.
//
// It may import the rules, fault, store, identity, inbox, depot, stamp and ent. It knows nothing of HTTP.
package dataroom
