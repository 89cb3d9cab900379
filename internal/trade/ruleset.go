package trade

import (
	"github.com/g60-corridor/corridor/internal/calendar"
	"github.com/g60-corridor/corridor/internal/money"
)

// RuleSet holds the numbers that law leaves open or custom fixes. The one in force at publication is frozen in it.
type RuleSet struct {
	Version           string          `json:"version"`
	EffectiveFrom     calendar.Date   `json:"effective_from"`
	NoticeDays        int             `json:"notice_days"`         // R2.3
	ObjectionWD       int             `json:"objection_wd"`        // R2.4: working days to decide an objection
	ListingPeriods    []ListingPeriod `json:"listing_periods"`     // R2.7, by rising price; the last has no limit
	ExtensionMinWD    int             `json:"extension_min_wd"`    // R2.9
	ExtensionMax      int             `json:"extension_max"`       // R2.9: cycles
	PriceCutMaxBP     money.BP        `json:"price_cut_max_bp"`    // R2.9, R2.17
	ReviewWD          int             `json:"review_wd"`           // R2.11
	ConfirmWD         int             `json:"confirm_wd"`          // R2.12
	ResultNoticeWD    int             `json:"result_notice_wd"`    // R2.13
	SigningWD         int             `json:"signing_wd"`          // R2.22
	AnnounceDays      int             `json:"announce_days"`       // R2.15
	PreviewDays       int             `json:"preview_days"`        // R2.15
	ReauctionDays     int             `json:"reauction_days"`      // R2.17
	AuctionMinBidders int             `json:"auction_min_bidders"` // R2.18, AUCTION_LAW
	DepositMinBP      money.BP        `json:"deposit_min_bp"`      // R2.19
	DepositMaxBP      money.BP        `json:"deposit_max_bp"`      // R2.19

	DecisionAttached bool `json:"decision_attached,omitempty"` // R2.2: the file itself; sets up to 2026-1 asked for its name alone
}

// ListingPeriod gives the working days of a listing up to a price. UpToFen 0 is every price.
type ListingPeriod struct {
	UpToFen     money.Fen `json:"up_to_fen,omitempty"`
	WorkingDays int       `json:"working_days"`
}

// Standard is the rule set that the market starts with.
func Standard() RuleSet {
	const million = 1_000_000 * money.Yuan
	return RuleSet{
		Version: "2026-2", EffectiveFrom: calendar.On(2026, 1, 1),
		NoticeDays: 15, ObjectionWD: 10,
		ListingPeriods: []ListingPeriod{{million, 5}, {10 * million, 10}, {0, 20}},
		ExtensionMinWD: 5, ExtensionMax: 4, PriceCutMaxBP: 2000,
		ReviewWD: 3, ConfirmWD: 3, ResultNoticeWD: 5, SigningWD: 5,
		AnnounceDays: 7, PreviewDays: 2, ReauctionDays: 30, AuctionMinBidders: 2,
		DepositMinBP: 500, DepositMaxBP: 3000, DecisionAttached: true,
	}
}

// Valid says whether the numbers make sense and keep the floors of the law: R2.3 (Zhejiang), R2.15.
func (r RuleSet) Valid() bool {
	if r.Version == "" || r.NoticeDays < 15 || r.AnnounceDays < 7 || r.PreviewDays < 2 || len(r.ListingPeriods) == 0 {
		return false
	}
	for _, n := range []int{
		r.ObjectionWD, r.ExtensionMinWD, r.ReviewWD, r.ConfirmWD, r.ResultNoticeWD, r.SigningWD, r.ReauctionDays, r.AuctionMinBidders,
	} {
		if n < 1 || n > 366 {
			return false
		}
	}
	for i, p := range r.ListingPeriods {
		last := i == len(r.ListingPeriods)-1
		if p.WorkingDays < 1 || p.WorkingDays > 366 || last != (p.UpToFen == 0) || i > 0 && !last && p.UpToFen <= r.ListingPeriods[i-1].UpToFen {
			return false
		}
	}
	return max(r.NoticeDays, r.AnnounceDays, r.PreviewDays) <= 366 && r.ExtensionMax >= 0 && r.PriceCutMaxBP >= 0 && r.PriceCutMaxBP < 10_000 &&
		r.DepositMinBP >= 0 && r.DepositMinBP <= r.DepositMaxBP && r.DepositMaxBP <= 10_000
}

// InForce returns the latest of the rule sets that is in force on a day.
func InForce(sets []RuleSet, on calendar.Date) (best RuleSet, ok bool) {
	for _, r := range sets {
		if r.EffectiveFrom <= on && (!ok || r.EffectiveFrom >= best.EffectiveFrom) {
			best, ok = r, true
		}
	}
	return best, ok
}

// ListingWD returns the working days of a listing at a price. R2.7
func (r RuleSet) ListingWD(price money.Fen) int {
	for _, p := range r.ListingPeriods {
		if p.UpToFen == 0 || price <= p.UpToFen {
			return p.WorkingDays
		}
	}
	return 0
}

// FloorFen is the least price of the next round after one at a price. R2.9, R2.17. It is never rounded down.
func (r RuleSet) FloorFen(price money.Fen) money.Fen {
	const whole = 10_000
	bp := money.Fen(r.PriceCutMaxBP)
	return price - price/whole*bp - price%whole*bp/whole
}
