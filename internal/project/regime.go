package project

import (
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/trade"
)

// What a company says of itself when it begins a project.
const (
	OwnedByState   = "state"
	OwnedPrivately = "private"
)

// regimeOf is how free a seller is. Universities and institutes here are state-established; a company says who owns it, which
// stands in the log from the first entry on, for the operator who reviews it to read. R2.1
func regimeOf(by identity.Viewer, owned string) (trade.Regime, error) {
	if by.Role() != identity.Company {
		return trade.StateUnit, nil
	}
	switch owned {
	case OwnedByState:
		return trade.StateOwned, nil
	case OwnedPrivately:
		return trade.Private, nil
	}
	return "", fault.OfFields([]fault.Field{{Name: "owned", Problem: "REQUIRED"}})
}
