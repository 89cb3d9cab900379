// Package project keeps the ways to a price of real listings: each project is a log of trade's entries, written by whoever
// decides with the clock of this house and the operator's calendar, and stepped on by the agenda when a deadline passes.
//
// What holds: two who decide at once collide at the log's next place, and the later decides again on what is there. A
// deadline has its entries once, at the instant at which it was due, however late somebody looks and on whichever node. The
// competitive sale of a listing and the entry that opens it are one transaction, and so are a round and the next one's
// project.
package project
