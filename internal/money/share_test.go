package money

import (
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

func TestRatesRoundHalfUpOnce(t *testing.T) {
	for _, c := range []struct {
		rate    BP
		f, want Fen
	}{
		{1000, 200_000_000, 20_000_000}, {1, 5_000, 1}, {1, 4_999, 0}, {3, 500_000_000, 150_000}, {7000, 473_850_000, 331_695_000},
		{5000, 1, 1}, {5000, -1, -1}, {-5000, 1, -1}, {10_000, Max, Max}, {0, Max, 0},
	} {
		if got := c.rate.Of(c.f); got != c.want {
			t.Errorf("%d bp of %d = %d, want %d", c.rate, c.f, got, c.want)
		}
	}
}

func TestRatesAgreeWithExactArithmetic(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := rapid.Int64Range(0, int64(Max)).Draw(t, "amount")
		r := rapid.Int64Range(0, 9000*whole).Draw(t, "rate")
		n := new(big.Int).Mul(big.NewInt(f), big.NewInt(r))
		n.Add(n, big.NewInt(whole/2)).Div(n, big.NewInt(whole))
		if got := BP(r).Of(Fen(f)); big.NewInt(int64(got)).Cmp(n) != 0 {
			t.Fatalf("%d bp of %d = %d, want %s", r, f, got, n)
		}
	})
}

func TestSplit(t *testing.T) {
	shares, err := Split(331_695_000, []BP{8000, 1500, 500})
	if err != nil || shares[0] != 265_356_000 || shares[1] != 49_754_250 || shares[2] != 16_584_750 {
		t.Errorf("the pool of the worked example: %v, %v", shares, err)
	}
	shares, err = Split(3, []BP{1, 1, 1, 1, 1, 1})
	if err != nil || shares[5] != 0 || shares[0] != 1 {
		t.Errorf("three fen for six: %v, %v", shares, err)
	}
	for _, weights := range [][]BP{nil, {}, {0, 0}, {-1, 2}, {BP(Max), 1}} {
		if s, err := Split(100, weights); err == nil {
			t.Errorf("split by %v: %v", weights, s)
		}
	}
	if s, err := Split(-1, []BP{1}); err == nil {
		t.Errorf("split of a debt: %v", s)
	}
}

func TestSharesAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		total := Fen(rapid.Int64Range(0, int64(Max)).Draw(t, "total"))
		weights := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) BP { return BP(rapid.IntRange(0, 10_000).Draw(t, "weight")) }), 1, 12).Draw(t, "weights")
		weights[0]++
		shares, err := Split(total, weights)
		if err != nil || len(shares) != len(weights) {
			t.Fatalf("%v, %v", shares, err)
		}
		var sum Fen
		for _, s := range shares {
			if s < 0 {
				t.Fatalf("a negative share: %v", shares)
			}
			sum += s
		}
		if sum != total {
			t.Fatalf("%v add up to %d, not %d", shares, sum, total)
		}
	})
}
