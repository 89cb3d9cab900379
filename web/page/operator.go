package page

import (
	"fmt"

	"github.com/a-h/templ"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/money"
	"github.com/g60-corridor/corridor/web/component"
)

// causes are why a sale may stand still or be void, in the order of R3.15.
var causes = []auction.PauseCause{
	auction.AuthorityOrder, auction.MaterialChange, auction.PlatformFailure, auction.Intrusion, auction.ForceMajeure,
}

// consoleURL is an address of the operator's pages of a lot.
func consoleURL(l *ent.Lot, path string) templ.SafeURL {
	return templ.SafeURL(fmt.Sprintf("/operator/lots/%d/%s", l.ID, path))
}

func operatorPage(n int) templ.SafeURL { return templ.SafeURL(fmt.Sprintf("/operator?page=%d", n)) }

func registrationURL(r *ent.Registration, action string) templ.SafeURL {
	return templ.SafeURL(fmt.Sprintf("/operator/registrations/%d/%s", r.ID, action))
}

func viewPrice(p ConsolePage) money.Fen {
	if p.View.PriceFen == 0 {
		return component.PriceOf(p.Lot)
	}
	return p.View.PriceFen
}
