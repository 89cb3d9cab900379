package market

import (
	"math/rand/v2"
	"testing"
)

func TestPaddlesStayApart(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var taken []string
	for i := range 600 {
		p, err := drawPaddle(taken, r.Uint64)
		if err != nil {
			t.Fatal(err)
		}
		for _, other := range taken {
			if i < 10 && other[0] == p[0] {
				t.Fatalf("%s and %s begin alike among the first %d", other, p, i)
			}
			if i < 300 && distance(other, string(p)) < 2 {
				t.Fatalf("%s and %s differ in one place", other, p)
			}
			if other == string(p) {
				t.Fatalf("%s twice", p)
			}
		}
		taken = append(taken, string(p))
	}
}
