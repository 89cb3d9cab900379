// Package ident reads the numbers of the trade: patent application and publication numbers, classification symbols,
// the numbers of software, plant varieties and IC layouts, of patents of other offices, unified social credit codes,
// ORCIDs, resident identity numbers, LEIs, DOIs, region and industry codes, dates. Each has one type that holds its
// normal form, one Parse function that takes every printed form, and names what is wrong by an *Error. Recognise finds
// them in free text.
//
// It is pure: no clock, no I/O. A date is judged against one that the caller gives. It imports nothing of the house.
package ident
