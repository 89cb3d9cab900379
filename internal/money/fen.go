// Package money holds amounts of Chinese yuan as whole fen, rates as basis points, and the ways
// to read and write them. It is pure: no clock, no I/O, and never a float. It imports nothing of the house.
package money

// Fen is an amount of money in 分, a hundredth of a yuan.
type Fen int64

// BP is a rate in basis points, a hundredth of a per cent.
type BP int64

const (
	// Yuan is one yuan.
	Yuan Fen = 100
	// Max is the largest amount that Parse and ParseDecimal read: 10 trillion yuan. Sums and small multiples of
	// such amounts stay within int64.
	Max Fen = 1_000_000_000_000_000

	whole = 10_000 // basis points of the whole
)

// parts returns the sign, the whole yuan and the remaining fen of an amount. Every int64 has its parts.
func (f Fen) parts() (negative bool, yuan, fen uint64) {
	n := uint64(f)
	if f < 0 {
		negative, n = true, -n
	}
	return negative, n / 100, n % 100
}
