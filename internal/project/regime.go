package project

import (
	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/trade"
)

// What a company says of itself when it begins a project and its file does not say it.
const (
	OwnedByState   = "state"
	OwnedPrivately = "private"
)

// RegimeOf is how free a seller is by his file, which the operator has verified; known is false where the file says nothing:
// no operator has ever verified one, and it names neither of the two. R2.1
func RegimeOf(o *ent.Organisation) (r trade.Regime, known bool) {
	company := o.Kind == organisation.KindCOMPANY
	switch {
	case o.VerifiedAt == nil && !company:
		return trade.StateUnit, true // universities and institutes here are state-established unless their file says otherwise
	case o.Soe && company:
		return trade.StateOwned, true
	case o.StateEstablished, o.Soe:
		return trade.StateUnit, true
	case o.VerifiedAt != nil:
		return trade.Private, true
	}
	return "", false
}

// regimeOf is RegimeOf, and asks where the file says nothing. The answer stands in the log from the first entry on, for the
// operator who reviews it to read. What the file says, no answer changes.
func regimeOf(o *ent.Organisation, owned string) (trade.Regime, error) {
	if r, known := RegimeOf(o); known {
		return r, nil
	}
	switch owned {
	case OwnedByState:
		return trade.StateOwned, nil
	case OwnedPrivately:
		return trade.Private, nil
	}
	return "", fault.OfFields([]fault.Field{{Name: "owned", Problem: "REQUIRED"}})
}
