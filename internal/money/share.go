package money

import (
	"errors"
	"math/bits"
)

// Of returns the rate's share of an amount, rounded half up once (away from zero for negative amounts).
//
// Invariant: the result fits an int64. It does for amounts up to Max and rates up to 9,000 times the whole.
func (r BP) Of(f Fen) Fen {
	negative := (f < 0) != (r < 0)
	hi, lo := bits.Mul64(magnitude(int64(f)), magnitude(int64(r)))
	lo, carry := bits.Add64(lo, whole/2, 0)
	hi += carry
	q, _ := bits.Div64(hi%whole, lo, whole)
	if negative {
		return -Fen(q)
	}
	return Fen(q)
}

// Split parts an amount in proportion to the weights. Every share is rounded half up, none takes more than is left,
// and the last takes the remainder, so the shares always add up. The amount must not be negative.
func Split(total Fen, weights []BP) ([]Fen, error) {
	var sum uint64
	for _, w := range weights {
		if w < 0 || w > BP(Max) {
			return nil, errors.New("money: split: a weight out of range")
		}
		sum += uint64(w)
		if sum > uint64(Max) {
			return nil, errors.New("money: split: weights out of range")
		}
	}
	if sum == 0 || total < 0 {
		return nil, errors.New("money: split: nothing to split by, or a negative amount")
	}
	shares := make([]Fen, len(weights))
	left := total
	for i, w := range weights[:len(weights)-1] {
		hi, lo := bits.Mul64(uint64(total), uint64(w))
		lo, carry := bits.Add64(lo, sum/2, 0)
		q, _ := bits.Div64(hi+carry, lo, sum) // hi < sum, since w ≤ sum and total < 2^63
		shares[i] = min(Fen(q), left)
		left -= shares[i]
	}
	shares[len(shares)-1] = left
	return shares, nil
}

func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}
