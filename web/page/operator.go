package page

import (
	"context"
	"fmt"
	"strings"

	"github.com/a-h/templ"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/lot"
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

// draft says whether a lot is still to be published.
func draft(l *ent.Lot) bool { return l.Status == lot.StatusDRAFT }

// reserveNow is how the reserve stands, of a draft how it is to be.
func reserveNow(ctx context.Context, p ConsolePage) string {
	if p.View.Reserve == "" {
		return component.Word(ctx, "reservemode", p.Lot.Terms.Reserve)
	}
	return component.Word(ctx, "reserve", p.View.Reserve)
}

// actionDetail says more about what was done: the codes of causes, of refusals and of organisations in the reader's words.
func (p ConsolePage) actionDetail(ctx context.Context, a *ent.AuditAction) string {
	code, rest, more := strings.Cut(a.Detail, " ")
	switch {
	case strings.HasPrefix(a.Action, "registration_"):
		return p.bidderDetail(ctx, strings.TrimSuffix(code, ":"), rest)
	case !more:
		return a.Detail
	case a.Action == "lot_pause", a.Action == "lot_annul":
		return component.Word(ctx, "cause", code) + component.T(ctx, "colon") + rest
	case a.Action == "lot_refused":
		return component.Word(ctx, "op", code) + component.T(ctx, "colon") + component.Problem(ctx, rest)
	}
	return a.Detail
}

// bidderDetail is an organisation and what was decided about it; an amount, if there is one, comes before a comma.
func (p ConsolePage) bidderDetail(ctx context.Context, uscc, rest string) string {
	name := uscc
	for _, r := range p.Registrations {
		if o := r.Edges.Organisation; o != nil && o.Uscc == uscc {
			name = component.Organisation(ctx, o)
		}
	}
	if amount, at, ok := strings.Cut(rest, ", "); ok {
		if f, err := money.Parse(amount); err == nil {
			rest = component.Full(f) + " · " + at
		}
	}
	if rest == "" {
		return name
	}
	return name + component.T(ctx, "colon") + rest
}
