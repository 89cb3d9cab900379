package form_test

import (
	"net/url"
	"slices"
	"testing"

	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/trade"
	"github.com/g60-corridor/corridor/web/form"
)

// R2.8: a change of a listing brings a decision or none, and never half of one.
func TestAChangeBringsAWholeDecisionOrNone(t *testing.T) {
	plain := map[string]string{"price_fen": "900000", "deposit_fen": "90000", "justification": "j", "approval": "a"}
	decided := map[string]string{
		"decision": "d", "minutes": "m", "basis": "b", "decided_on": "2026-03-01", "inventors_notified": "yes", "conflicts_declared": "yes",
	}
	appraised := map[string]string{"appraisal": "r", "appraisal_fen": "900000"}
	for name, c := range map[string]struct {
		of     trade.Regime
		typed  []map[string]string
		faults []string
		file   bool
	}{
		"none":                  {trade.StateUnit, []map[string]string{plain}, nil, false},
		"none of an enterprise": {trade.StateOwned, []map[string]string{plain}, nil, false},
		"the whole of one":      {trade.StateUnit, []map[string]string{plain, decided}, nil, true},
		"half of one": {
			trade.StateUnit, []map[string]string{plain, {"minutes": "m", "basis": " "}},
			[]string{"basis", "conflicts_declared", "decided_on", "decision", "inventors_notified"}, true,
		},
		"without its appraisal": {trade.StateOwned, []map[string]string{plain, decided}, []string{"appraisal", "appraisal_fen"}, true},
		"with its appraisal":    {trade.StateOwned, []map[string]string{plain, decided, appraised}, nil, true},
		"an appraisal alone": {
			trade.StateOwned, []map[string]string{plain, appraised},
			[]string{"basis", "conflicts_declared", "decided_on", "decision", "inventors_notified", "minutes"}, true,
		},
		"one of a private seller": {trade.Private, []map[string]string{plain, {"decision": "d"}}, nil, true},
		"no deposit":              {trade.Private, []map[string]string{plain, {"deposit_fen": ""}}, []string{"deposit_fen"}, false},
	} {
		v := url.Values{}
		for _, typed := range c.typed {
			for field, text := range typed {
				v.Set(field, text)
			}
		}
		command, faults := form.Command("ChangeListing", c.of, v)
		var wrong []string
		for _, f := range faults {
			if wrong = append(wrong, f.Name); f.Problem != fault.Problem("REQUIRED") {
				t.Errorf("%s: %v", name, f)
			}
		}
		slices.Sort(wrong)
		change := command.(trade.ChangeListing)
		if !slices.Equal(wrong, c.faults) || (change.Decision != nil) != c.file {
			t.Errorf("%s: %v, %+v", name, wrong, change.Decision)
		}
		if change.Decision != nil && change.Decision.PriceFen != 900_000_00 || change.Offer.PriceFen != 900_000_00 {
			t.Errorf("%s: %+v", name, change)
		}
	}
}
