// Package matching weighs a technology need against a result on offer: a score made of named reasons, each with what it
// rests on, and what "why not" answers change for the one who gave them.
//
// It is pure: no clock, no I/O, no context. It may import money, ident and subject. Texts come to it taken apart, by the
// search, so that what is found and what is matched are one and the same.
package matching
