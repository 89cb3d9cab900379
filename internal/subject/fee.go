package subject

import (
	"github.com/g60-corridor/corridor/internal/ident"
	"github.com/g60-corridor/corridor/internal/money"
)

// rung is the annual fee of the years up to and with one.
type rung struct {
	upTo int
	fee  money.Fen
}

// Full fees; reductions for those who are granted them do not lower the surcharge. §4.4
var (
	inventionFees = []rung{{3, 900_00}, {6, 1200_00}, {9, 2000_00}, {12, 4000_00}, {15, 6000_00}, {20, 8000_00}}
	modelFees     = []rung{{3, 600_00}, {5, 900_00}, {8, 1200_00}, {10, 2000_00}}
	designFees    = append(append([]rung{}, modelFees...), rung{15, 3000_00})
)

const (
	graceMonths  = 6
	surchargeBP  = money.BP(500) // for each month
	designReform = ident.Date("2021-06-01")
)

// AnnualFee is the full fee for a year of a patent, counted from its filing; ok is false if there is none.
func AnnualFee(k Kind, year int) (fee money.Fen, ok bool) {
	rungs := modelFees
	switch k {
	case Invention:
		rungs = inventionFees
	case Design:
		rungs = designFees
	case UtilityModel:
	default:
		return 0, false
	}
	if year < 1 {
		return 0, false
	}
	for _, r := range rungs {
		if year <= r.upTo {
			return r.fee, true
		}
	}
	return 0, false
}

// Due is an annual fee that has to be paid. G7
type Due struct {
	Year         int        // of the patent, counted from its filing
	FeeFen       money.Fen  // the full fee
	On           ident.Date // the last day to pay it without being late
	Late         bool
	SurchargeFen money.Fen
	GraceEnds    ident.Date // the last day on which it can still be paid
	Over         bool       // that day has passed: the right has lapsed
}

// NextFee is the fee of the first year that is not paid. The year n is paid in advance, by the day on which the one
// before it ends. Whoever is late pays 5 % of the full fee for each month that is more than over: nothing within the
// first month, a quarter in the sixth. No day is moved for holidays. ok is false if no fee is left, or the dates are
// not known.
func NextFee(k Kind, filed ident.Date, paidYears int, today ident.Date) (due Due, ok bool) {
	year := paidYears + 1
	fee, ok := AnnualFee(k, year)
	if !ok || paidYears < 1 || !filed.Valid() || !today.Valid() {
		return Due{}, false
	}
	if k == Design && filed < designReform && year > 10 {
		return Due{}, false
	}
	due = Due{Year: year, FeeFen: fee, On: filed.Years(year - 1)}
	due.GraceEnds = due.On.Months(graceMonths)
	due.Late = today > due.On
	due.Over = today > due.GraceEnds
	for months := 1; months < graceMonths; months++ {
		if today > due.On.Months(months) {
			due.SurchargeFen = (surchargeBP * money.BP(months)).Of(fee)
		}
	}
	return due, true
}
