package sim

import (
	"flag"
	"testing"

	"github.com/g60-corridor/corridor/internal/auction"
)

var (
	firstSeed = flag.Uint64("sim.seed", 1, "the first seed")
	runs      = flag.Int("sim.runs", 150, "how many seeds to play")
)

// TestSim plays one sale for each seed. A failure names its seed: make sim SEED=… RUNS=1 plays it again.
func TestSim(t *testing.T) {
	all := Summary{Reasons: map[auction.Reason]int{}}
	outcomes := map[auction.Outcome]int{}
	for i := range *runs {
		s, err := Run(*firstSeed + uint64(i))
		if err != nil {
			t.Fatal(err)
		}
		all.add(s)
		outcomes[s.Outcome]++
	}
	t.Log(all, outcomes, all.Reasons)
	if *runs < 100 {
		return
	}
	for what, n := range map[string]int{ // the seeds must reach everything that is to be tested
		"raised maxima": all.Raised, "repeated keys": all.Repeated, "fences": all.Fenced, "unknown outcomes": all.Unknown,
		"crashes": all.Crashes, "freezes": all.Freezes, "logs that are away": all.Downs, "logs that are stuck": all.Stuck, "outages": all.Outages,
		"resumptions": all.Resumed, "sold lots": outcomes[auction.Sold], "passed lots": outcomes[auction.Passed],
	} {
		if n == 0 {
			t.Errorf("no %s in %d runs", what, *runs)
		}
	}
	for _, r := range []auction.Reason{
		auction.InvalidCommand, auction.NotYetOpen, auction.AlreadyClosed, auction.LotIsPaused, auction.NotAdmitted,
		auction.BidderIsSuspended, auction.KeyReused, auction.NoFreeBid, auction.MaximaNotAllowed, auction.LeaderMayNotBid,
		auction.MaximumNotRaised, auction.NotMultiple, auction.BelowMinimum, auction.JumpTooLarge, auction.NeedsConfirmation,
	} {
		if all.Reasons[r] == 0 {
			t.Errorf("no bid was refused for %s in %d runs", r, *runs)
		}
	}
}

// The same seed gives the same play, else a failure could not be played again.
func TestSameSeedSamePlay(t *testing.T) {
	for seed := range uint64(5) {
		a, err := Run(seed)
		if err != nil {
			t.Fatal(err)
		}
		b, err := Run(seed)
		if err != nil || a.String() != b.String() {
			t.Errorf("seed %d:\n%v\n%v", seed, a, b)
		}
	}
}
