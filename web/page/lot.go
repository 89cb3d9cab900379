package page

import (
	"context"
	"net/url"

	"github.com/a-h/templ"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/registration"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/web/component"
	"github.com/g60-corridor/corridor/web/form"
	"github.com/g60-corridor/corridor/web/locale"
)

// otherTitle is a listing's title in the language that the reader has not chosen.
func otherTitle(ctx context.Context, l *ent.Listing) string {
	if component.Chinese(ctx) {
		return l.TitleEn
	}
	return l.TitleZh
}

func otherTag(ctx context.Context) string {
	if component.Chinese(ctx) {
		return locale.EN.Tag()
	}
	return locale.ZH.Tag()
}

// mayEnter says whether the page offers to register: to whom has not, or has taken it back (R2.21).
func (p LotPage) mayEnter() bool {
	return p.Registration == nil || p.Registration.State == registration.StateWITHDRAWN && p.Barred == ""
}

func organisations(ctx context.Context, all []*ent.Organisation) []string {
	names := make([]string, len(all))
	for i, o := range all {
		names[i] = component.Organisation(ctx, o)
	}
	return names
}

func salePriceLabel(l *ent.Lot) string {
	switch {
	case l.Outcome == string(auction.Sold):
		return "lot_sold_at"
	case !l.HasBid:
		return "lot_start"
	case component.Ended(l):
		return "lot_last_price"
	}
	return "lot_price"
}

func deadlineKey(l *ent.Lot) string {
	if l.Phase == string(auction.Free) {
		return "lot_limited_from"
	}
	return "lot_closes"
}

func signInURL(l *ent.Lot) templ.SafeURL {
	return templ.SafeURL("/sign-in?next=" + url.QueryEscape(string(component.LotURL(l))))
}

// outcomeSentence tells in one sentence how a lot ended.
func outcomeSentence(ctx context.Context, l *ent.Lot) string {
	at := component.When(ctx, component.Or(l.ClosedAt))
	switch auction.Outcome(l.Outcome) {
	case auction.Sold:
		key, premium := "out_sold", component.Premium(l.PriceFen, l.Terms.StartFen)
		if premium == "" {
			key = "out_sold_at_start"
		}
		return component.T(ctx, key, "At", at, "Price", component.Short(ctx, l.PriceFen), "Paddle", l.WinnerPaddle, "Premium", premium)
	case auction.Passed:
		return component.T(ctx, "out_passed", "At", at, "Why", component.Word(ctx, "why", l.Why))
	case auction.Withdrawn:
		return component.T(ctx, "out_withdrawn", "At", at)
	}
	return component.T(ctx, "out_annulled", "At", at)
}

// describedBy names the element that tells a field's fault.
func describedBy(f form.Faults, field string) string {
	if f[field] == "" {
		return ""
	}
	return faultID(field)
}

func faultID(field string) string { return fieldID(field) + "-fault" }

func rightsWords(ctx context.Context, l *ent.Listing) []string {
	all := make([]string, len(l.Rights))
	for i, r := range l.Rights {
		all[i] = component.Word(ctx, "rights", r)
	}
	return all
}

// operates says whether the reader runs this sale.
func operates(ctx context.Context, l *ent.Lot) bool {
	v := component.Visiting(ctx)
	return v.Operator && v.Organisation != nil && l.Edges.Operator != nil && v.Organisation.ID == l.Edges.Operator.ID
}
