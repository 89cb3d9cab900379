package project

import (
	"context"
	"fmt"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/document"
	"github.com/g60-corridor/corridor/ent/documentversion"
	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/internal/trade"
)

// decided fills in the papers of a command's decision: the files that lie with the listing, not what the command says. R2.2
func (s *Service) decided(ctx context.Context, v *View, c trade.Command) (trade.Command, error) {
	papers, err := decisionPapers(ctx, s.db.Ent(), v.Row.Edges.Listing.ID)
	if err != nil {
		return nil, err
	}
	switch c := c.(type) {
	case trade.RecordDecision:
		c.File.Papers = papers
		return c, nil
	case trade.Reauction:
		c.Decision.Papers = papers
		return c, nil
	case trade.ChangeOffer:
		c.Decision = withPapers(c.Decision, papers)
		return c, nil
	case trade.ChangeListing:
		c.Decision = withPapers(c.Decision, papers)
		return c, nil
	}
	return c, nil
}

func withPapers(f *trade.DecisionFile, papers []trade.Paper) *trade.DecisionFile {
	if f == nil {
		return nil
	}
	with := *f
	with.Papers = papers
	return &with
}

// decisionPapers are the decisions that lie with a listing now, each in its newest version.
func decisionPapers(ctx context.Context, client *ent.Client, listingID int) (papers []trade.Paper, err error) {
	all, err := client.Document.Query().Where(document.HasListingWith(listing.ID(listingID)), document.KindEQ(document.KindDECISION),
		document.RemovedAtIsNil()).WithVersions(func(q *ent.DocumentVersionQuery) { q.Order(ent.Desc(documentversion.FieldNumber)) }).
		Order(ent.Asc(document.FieldID)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the decisions of listing %d: %w", listingID, err)
	}
	for _, d := range all {
		if len(d.Edges.Versions) > 0 {
			v := d.Edges.Versions[0]
			papers = append(papers, trade.Paper{Document: int64(d.ID), Version: v.Number, SHA256: v.Sha256})
		}
	}
	return papers, nil
}

// DecisionPapers are the papers that the decisions of a project name, in the order in which they were first named.
func DecisionPapers(v *View) (papers []trade.Paper) {
	known := map[trade.Paper]bool{}
	add := func(f *trade.DecisionFile) {
		if f == nil {
			return
		}
		for _, p := range f.Papers {
			if !known[p] {
				known[p] = true
				papers = append(papers, p)
			}
		}
	}
	for _, e := range v.Entries {
		switch ev := e.Event.(type) {
		case trade.DecisionRecorded:
			add(&ev.File)
		case trade.ListingChanged:
			add(ev.Decision)
		case trade.ReauctionDecided:
			add(&ev.Decision)
		case trade.Relisted:
			add(&ev.Decision)
		}
	}
	return papers
}
