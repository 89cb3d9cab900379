package market

import (
	"context"
	"fmt"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/ent/listingversion"
	"github.com/g60-corridor/corridor/internal/subject"
)

// AsPublished gives listings the words under which they were last published. One that was withdrawn can be opened again and
// written anew, for its seller's eyes; its lots and projects of before stay public as what they were. A nil listing is
// passed over, and so is one that was not written here, which cannot be written anew.
func AsPublished(ctx context.Context, client *ent.Client, listings ...*ent.Listing) error {
	var ids []int
	for _, l := range listings {
		if l != nil && l.Status != listing.StatusPUBLISHED {
			ids = append(ids, l.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	versions, err := client.ListingVersion.Query().Where(listingversion.HasListingWith(listing.IDIn(ids...)), listingversion.WhatEQ(listingversion.WhatPUBLISHED)).
		Order(ent.Asc(listingversion.FieldNumber)).WithListing(func(q *ent.ListingQuery) { q.Select(listing.FieldID) }).All(ctx)
	if err != nil {
		return fmt.Errorf("read what was published: %w", err)
	}
	last := map[int]*subject.Sheet{}
	for _, v := range versions {
		last[v.Edges.Listing.ID] = &v.Sheet
	}
	for _, l := range listings {
		if l != nil && last[l.ID] != nil && l.Status != listing.StatusPUBLISHED {
			write(l, last[l.ID])
		}
	}
	return nil
}

// write puts a sheet over what a listing says now, in memory alone.
func write(l *ent.Listing, s *subject.Sheet) {
	l.TitleZh, l.TitleEn, l.SummaryZh, l.SummaryEn = s.TitleZH, s.TitleEN, s.SummaryZH, s.SummaryEN
	l.Inventors, l.PriceIdeaFen, l.PricingBasis, l.DecisionFile = s.Inventors, int64(s.PriceIdeaFen), s.PricingBasis, s.DecisionFile
	l.Dossier, l.Rights = s.Dossier, rightsOf(&s.Dossier)
	if field, known := fieldIn(&s.Dossier); known {
		l.Field = field
	}
	if m := s.Dossier.Disclosure.Maturity; m.Known() {
		l.Trl = int(m)
	}
}

// lotsAsPublished is AsPublished for the listings of lots.
func lotsAsPublished(ctx context.Context, client *ent.Client, lots ...[]*ent.Lot) error {
	var all []*ent.Listing
	for _, some := range lots {
		for _, l := range some {
			all = append(all, l.Edges.Listing)
		}
	}
	return AsPublished(ctx, client, all...)
}
