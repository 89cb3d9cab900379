package project

import (
	"context"
	"fmt"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/ent/project"
	"github.com/g60-corridor/corridor/internal/trade"
)

// Wanted narrows deadlines. What is empty does not.
type Wanted struct {
	City   string
	Field  listing.Field
	Seller int
	Day    time.Time // on which they are, of Shanghai
	Most   int
}

// Due are the public projects that are open and have a deadline that everybody may know, the nearest first, with listings.
func (s *Service) Due(ctx context.Context, w Wanted) ([]*ent.Project, error) {
	q := s.db.Ent().Project.Query().Where(project.Published(true), project.PhaseIn(trade.Names(trade.OpenPhases)...), project.DueAtNotNil())
	if w.City != "" {
		q.Where(project.HasListingWith(listing.City(w.City)))
	}
	if w.Field != "" {
		q.Where(project.HasListingWith(listing.FieldEQ(w.Field)))
	}
	if w.Seller != 0 {
		q.Where(project.HasSellerWith(organisation.ID(w.Seller)))
	}
	if !w.Day.IsZero() { // what ends with the day is due when it is over
		q.Where(project.DueAtGT(w.Day), project.DueAtLTE(w.Day.AddDate(0, 0, 1)))
	}
	all, err := q.Order(ent.Asc(project.FieldDueAt), ent.Asc(project.FieldID)).Limit(w.Most).WithListing().All(ctx)
	if err != nil {
		return nil, fmt.Errorf("list deadlines: %w", err)
	}
	return all, asPublished(ctx, s.db.Ent(), all...)
}

// OpenOf are the public projects of some listings that are open, by listing: of several the latest.
func (s *Service) OpenOf(ctx context.Context, listings []*ent.Listing) (map[int]*ent.Project, error) {
	ids := make([]int, len(listings))
	for i, l := range listings {
		ids[i] = l.ID
	}
	all, err := s.db.Ent().Project.Query().Where(project.Published(true), project.PhaseIn(trade.Names(trade.OpenPhases)...),
		project.HasListingWith(listing.IDIn(ids...))).Order(ent.Asc(project.FieldID)).
		WithListing(func(q *ent.ListingQuery) { q.Select(listing.FieldID) }).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the open projects of listings: %w", err)
	}
	open := map[int]*ent.Project{}
	for _, p := range all {
		open[p.Edges.Listing.ID] = p
	}
	return open, nil
}
