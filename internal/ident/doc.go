// Package ident reads the numbers of the trade: patent application and publication numbers, classification symbols,
// unified social credit codes, ORCIDs, resident identity numbers, LEIs and region codes. Each has one type that holds
// its normal form, one Parse function that takes every printed form, and names what is wrong by an *Error.
//
// It is pure: no clock, no I/O. A date is judged against one that the caller gives. It imports nothing of the house.
package ident
