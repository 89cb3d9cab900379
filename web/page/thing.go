package page

import (
	"context"
	"fmt"

	"github.com/a-h/templ"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/money"
	c "github.com/g60-corridor/corridor/web/component"
)

// Things are what pages are about, in the words of schema.org: search engines and other markets read them.

const vocabulary = "https://schema.org/"

// OrganisationURL is the public page of an organisation.
func OrganisationURL(o *ent.Organisation) templ.SafeURL {
	return templ.SafeURL(fmt.Sprintf("/organisations/%d", o.ID))
}

func organisationThing(ctx context.Context, o *ent.Organisation, origin string) map[string]any {
	t := map[string]any{
		"@context": vocabulary, "@type": "Organization", "name": c.Organisation(ctx, o), "taxID": o.Uscc,
		"url": origin + string(OrganisationURL(o)), "areaServed": c.Word(ctx, "city", o.City),
	}
	if other := c.Pick(ctx, o.NameEn, o.NameZh); other != t["name"] {
		t["alternateName"] = other
	}
	return t
}

// saleEvent is a lot: an event with an offer of a result. The price is the last one that everybody has seen.
func saleEvent(ctx context.Context, l *ent.Lot, origin string) map[string]any {
	of := l.Edges.Listing
	at := origin + string(c.LotURL(l))
	t := map[string]any{
		"@context": vocabulary, "@type": "SaleEvent", "name": c.Title(ctx, of), "identifier": l.Number, "url": at,
		"description": c.Pick(ctx, of.SummaryZh, of.SummaryEn), "eventStatus": vocabulary + eventStatus(l),
		"eventAttendanceMode": vocabulary + "OnlineEventAttendanceMode",
		"location":            map[string]any{"@type": "VirtualLocation", "url": at + "/room"},
	}
	if begin := l.OpenedAt; begin != nil {
		t["startDate"] = c.Stamp(*begin)
	} else if l.OpensAt != nil {
		t["startDate"] = c.Stamp(*l.OpensAt)
	}
	if l.ClosedAt != nil {
		t["endDate"] = c.Stamp(*l.ClosedAt)
	}
	if l.Edges.Operator != nil {
		t["organizer"] = organisationThing(ctx, l.Edges.Operator, origin)
	}
	offer := map[string]any{
		"@type": "Offer", "price": money.Fen(l.PriceFen).Decimal(), "priceCurrency": "CNY", "availability": vocabulary + availability(l), "url": at,
		"itemOffered": creativeWork(ctx, of),
	}
	if of.Edges.Seller != nil {
		offer["seller"] = organisationThing(ctx, of.Edges.Seller, origin)
	}
	t["offers"] = offer
	return t
}

func creativeWork(ctx context.Context, l *ent.Listing) map[string]any {
	people := make([]any, len(l.Inventors))
	for i, who := range c.Inventors(ctx, l.Inventors) {
		person := map[string]any{"@type": "Person", "name": who.Name}
		if who.ORCID != "" {
			person["sameAs"] = who.URL()
		}
		people[i] = person
	}
	t := map[string]any{"@type": "CreativeWork", "name": c.Title(ctx, l), "about": c.Word(ctx, "field", l.Field), "creator": people}
	if len(l.Edges.Patents) > 0 {
		numbers := make([]string, len(l.Edges.Patents))
		for i, p := range l.Edges.Patents {
			numbers[i] = p.ApplicationNo
		}
		t["identifier"] = numbers
	}
	return t
}

func eventStatus(l *ent.Lot) string {
	switch auction.Outcome(l.Outcome) {
	case auction.Withdrawn, auction.Annulled:
		return "EventCancelled"
	}
	if l.Phase == string(auction.Paused) {
		return "EventPostponed"
	}
	return "EventScheduled"
}

func availability(l *ent.Lot) string {
	switch {
	case l.Outcome == string(auction.Sold):
		return "SoldOut"
	case c.Ended(l):
		return "OutOfStock"
	case c.Live(l):
		return "InStock"
	}
	return "PreOrder"
}
