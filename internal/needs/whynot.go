package needs

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/ent/need"
	"github.com/g60-corridor/corridor/ent/needmatch"
	"github.com/g60-corridor/corridor/ent/needrefusal"
	"github.com/g60-corridor/corridor/ent/predicate"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/matching"
	"github.com/g60-corridor/corridor/internal/store"
)

// Pair is a need and a result that fit, as one side sees it.
type Pair struct {
	Need    *Seen
	Listing *ent.Listing // with Seller
	BP      int          // what it counts to the one who asks
	Reasons []matching.Reason
	Cuts    []matching.Cut
}

// Matches are what fits, the best first, and what the asker's earlier answers change.
type Matches struct {
	Pairs []Pair
	Said  []matching.Said // what an organisation said so often that it counts
}

const (
	readMost  = 200 // matches of a need or of a university, before those that were declined are left out
	shownMost = 40
)

// OfNeed are the results that fit a need of the viewer's company.
func (s *Service) OfNeed(ctx context.Context, v identity.Viewer, id int) (Matches, error) {
	if _, err := s.OwnOne(ctx, v, id); err != nil {
		return Matches{}, err
	}
	return s.matches(ctx, v, needmatch.NeedID(id))
}

// OfSeller are the needs that fit the results of the viewer's university; of one of them, if listing is not 0.
func (s *Service) OfSeller(ctx context.Context, v identity.Viewer, listingID int) (Matches, error) {
	if err := allow(v.Role() == identity.Seller, v); err != nil {
		return Matches{}, err
	}
	where := []predicate.NeedMatch{needmatch.SellerID(v.OrganisationID())}
	if listingID != 0 {
		where = append(where, needmatch.ListingID(listingID))
	}
	return s.matches(ctx, v, where...)
}

// Fitting counts the needs that fit a listing of the viewer's university.
func (s *Service) Fitting(ctx context.Context, v identity.Viewer, listingID int) (int, error) {
	m, err := s.OfSeller(ctx, v, listingID)
	return len(m.Pairs), err
}

func (s *Service) matches(ctx context.Context, v identity.Viewer, of ...predicate.NeedMatch) (Matches, error) {
	visible, err := s.visible(ctx, v)
	if err != nil {
		return Matches{}, err
	}
	client := s.db.Ent()
	rows, err := client.NeedMatch.Query().Where(of...).Where(needmatch.BpGTE(s.weights.ShownBP), needmatch.HasNeedWith(s.open(), visible),
		needmatch.HasListingWith(listing.StatusEQ(listing.StatusPUBLISHED))).Order(ent.Desc(needmatch.FieldBp), ent.Asc(needmatch.FieldID)).
		Limit(readMost).WithNeed(func(q *ent.NeedQuery) { q.WithOwner() }).WithListing(func(q *ent.ListingQuery) { q.WithSeller() }).All(ctx)
	if err != nil {
		return Matches{}, fmt.Errorf("read matches: %w", err)
	}
	declined, said, err := s.answers(ctx, v.OrganisationID())
	if err != nil {
		return Matches{}, err
	}
	needs := make([]*ent.Need, len(rows))
	for i, r := range rows {
		needs[i] = r.Edges.Need
	}
	seen, err := s.seen(ctx, v, needs)
	if err != nil {
		return Matches{}, err
	}
	m := Matches{}
	for i, r := range rows {
		if matching.Declined(pairOf(r), declined) {
			continue
		}
		p := Pair{Need: seen[i], Listing: r.Edges.Listing, Reasons: r.Reasons}
		p.BP, p.Cuts = matching.For(matching.Match{BP: r.Bp, Reasons: r.Reasons}, said, s.weights)
		m.Pairs = append(m.Pairs, p)
	}
	slices.SortStableFunc(m.Pairs, func(a, b Pair) int { return cmp.Compare(b.BP, a.BP) })
	m.Pairs = m.Pairs[:min(len(m.Pairs), shownMost)]
	m.Said = matching.Taught(said)
	return m, nil
}

func pairOf(r *ent.NeedMatch) matching.Pair {
	return matching.Pair{Need: r.NeedID, Listing: r.ListingID, NeedMark: r.NeedMark, ListingMark: r.ListingMark}
}

// answers are the pairs that an organisation has declined, and how often it said why.
func (s *Service) answers(ctx context.Context, org int) (declined []matching.Pair, said []matching.Said, err error) {
	rows, err := s.db.Ent().NeedRefusal.Query().Where(needrefusal.OrganisationID(org)).Order(ent.Desc(needrefusal.FieldID)).Limit(10 * readMost).All(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("read what organisation %d declined: %w", org, err)
	}
	counts := map[matching.WhyNot]int{}
	for _, r := range rows {
		declined = append(declined, matching.Pair{Need: r.NeedID, Listing: r.ListingID, NeedMark: r.NeedMark, ListingMark: r.ListingMark})
		counts[matching.WhyNot(r.Why)]++
	}
	for _, y := range matching.WhyNots {
		if counts[y] > 0 {
			said = append(said, matching.Said{Why: y, N: counts[y]})
		}
	}
	return declined, said, nil
}

// Decline says why a match is not wanted. It counts for the organisation that says so, and for nobody else.
func (s *Service) Decline(ctx context.Context, by identity.Viewer, id, listingID int, why matching.WhyNot, text string) error {
	if err := allow(MayAsk(by) || MayAnswer(by), by); err != nil {
		return err
	}
	if !why.Known() {
		return fault.OfFields([]fault.Field{{Name: "why.why", Problem: "REQUIRED"}})
	}
	if err := words("why.words", text, why == matching.Otherwise); err != nil {
		return err
	}
	if len(text) > 2000 {
		return fault.OfFields([]fault.Field{{Name: "why.words", Problem: "TOO_LONG"}})
	}
	visible, err := s.visible(ctx, by)
	if err != nil {
		return err
	}
	return s.db.Tx(ctx, func(tx *store.Tx) error {
		client := tx.Ent()
		of := needmatch.SellerID(by.OrganisationID())
		if by.Role() == identity.Company {
			of = needmatch.HasNeedWith(need.OwnerID(by.OrganisationID()))
		}
		row, err := client.NeedMatch.Query().Where(needmatch.NeedID(id), needmatch.ListingID(listingID), needmatch.BpGT(0), of, needmatch.HasNeedWith(visible)).Only(ctx)
		if ent.IsNotFound(err) {
			return missing()
		}
		if err != nil {
			return fmt.Errorf("read a match of need %d: %w", id, err)
		}
		err = client.NeedRefusal.Create().SetOrganisationID(by.OrganisationID()).SetNeedID(id).SetListingID(listingID).SetWhy(string(why)).
			SetWords(strings.TrimSpace(text)).SetNeedMark(row.NeedMark).SetListingMark(row.ListingMark).SetAt(s.now()).
			OnConflictColumns(needrefusal.FieldOrganisationID, needrefusal.FieldNeedID, needrefusal.FieldListingID).
			Update(func(u *ent.NeedRefusalUpsert) {
				u.UpdateWhy().UpdateWords().UpdateNeedMark().UpdateListingMark().UpdateAt()
			}).Exec(ctx)
		if err != nil {
			return fmt.Errorf("decline a match of need %d: %w", id, err)
		}
		return s.record(ctx, client, by, "match_decline", id, fmt.Sprintf("listing:%d %s", listingID, why))
	})
}
