package trade

import "github.com/g60-corridor/corridor/internal/money"

// Regime says whose property is sold, and so how free the seller is. It is fixed when the project is drafted. R2.1
type Regime string

const (
	StateUnit  Regime = ""        // a state-established university or institute: one of the three ways, after a collective decision
	StateOwned Regime = "SOE"     // a state-owned enterprise: besides, an appraisal and longer listings of equity
	Private    Regime = "PRIVATE" // whoever else: chooses freely
)

func (r Regime) known() bool { return r == StateUnit || r == StateOwned || r == Private }

// equityRights are the rights for which a listing of a state-owned enterprise runs longer.
const equityRights = "EQUITY"

const (
	equityWD         = 20   // R2.1: working days at least
	appraisalFloorBP = 9000 // R2.1: below it somebody must have approved
)

// periodWD is the least number of working days of a listing of this seller. R2.1, R2.7
func (s *State) periodWD(o Offer, by RuleSet) int {
	least := by.ListingWD(o.PriceFen)
	if s.Regime == StateOwned && o.Rights == equityRights {
		least = max(least, equityWD)
	}
	return least
}

// ListingWD is the period of a listing by its price, its rights and its seller. R2.1, R2.7
func ListingWD(r Regime, o Offer, by RuleSet) int { return (&State{Regime: r}).periodWD(o, by) }

// appraisalFloor is the least price that needs no approval, never rounded down.
func appraisalFloor(f *DecisionFile) money.Fen {
	const whole = 10_000
	a := f.AppraisalFen
	return a/whole*appraisalFloorBP + (a%whole*appraisalFloorBP+whole-1)/whole
}

// appraised holds a state-owned enterprise to its appraisal. R2.1
func (f *DecisionFile) appraised() []check {
	enough := f.PriceFen >= appraisalFloor(f)
	return []check{
		unless(f.Appraisal != "" && f.AppraisalFen > 0, AppraisalMissing),
		{!enough && f.Approval == "", Refusal{Reason: BelowAppraisal, MinimumFen: appraisalFloor(f)}},
	}
}
