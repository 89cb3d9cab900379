// Package money holds amounts of Chinese yuan as whole fen, rates as basis points, and the ways
// to read and write them. It is pure: no clock, no I/O, and never a float.
package money

// Fen is an amount of money in 分, a hundredth of a yuan.
type Fen int64

// BP is a rate in basis points, a hundredth of a per cent.
type BP int64
