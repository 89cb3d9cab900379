package page

import (
	"context"
	"fmt"
	"strings"

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

// actionDetail says more about what an operator did: the codes of causes and of refusals in the reader's words.
func actionDetail(ctx context.Context, a *ent.AuditAction) string {
	code, rest, more := strings.Cut(a.Detail, " ")
	if !more {
		return a.Detail
	}
	switch a.Action {
	case "lot_pause", "lot_annul":
		return component.Word(ctx, "cause", code) + component.T(ctx, "colon") + rest
	case "lot_refused":
		return component.Word(ctx, "op", code) + component.T(ctx, "colon") + component.Problem(ctx, rest)
	}
	return a.Detail
}
