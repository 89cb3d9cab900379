package market

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"entgo.io/ent/dialect/sql"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/ent/lot"
	"github.com/g60-corridor/corridor/ent/predicate"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/money"
)

// Shanghai is the time zone in which days begin. It has no summer time.
var Shanghai = time.FixedZone("Asia/Shanghai", 8*3600)

// Stage is where lots stand, as visitors ask for it.
type Stage string

const (
	AnyStage Stage = ""
	Live     Stage = "live" // open or interrupted
	Upcoming Stage = "next"
	Ended    Stage = "ended"
)

var phasesOf = map[Stage][]string{
	AnyStage: {string(auction.Announced), string(auction.Free), string(auction.Limited), string(auction.Single),
		string(auction.Paused), string(auction.Closed)},
	Live:     {string(auction.Free), string(auction.Limited), string(auction.Single), string(auction.Paused)},
	Upcoming: {string(auction.Announced)},
	Ended:    {string(auction.Closed)},
}

// Filter chooses lots. Empty fields do not filter.
type Filter struct {
	City   string
	Field  listing.Field
	Day    time.Time // lots that open or close on this day of Shanghai
	Stage  Stage
	Seller int // the seller's organisation
	Page   int // from 1
}

// PageLots is how many lots stand on one page.
const PageLots = 20

// Found is one page of lots.
type Found struct {
	Lots  []*ent.Lot
	Total int
	Page  int
	Pages int
}

// Home is what the first page shows.
type Home struct {
	Live, Upcoming, Results []*ent.Lot
	Cities, Fields          []Count // of published lots
	Days                    []Count // of lots that open from today on, by day such as 2026-11-23
	Sold                    int
	SoldFen                 money.Fen // sum of the sold lots' prices
	Listings, Sellers       int
}

// Count is how many lots there are of a city, a field or a day.
type Count struct {
	Code string
	N    int
}

const (
	homeLive     = 12
	homeUpcoming = 8
	homeResults  = 8
	homeKept     = 500 * time.Millisecond
)

// Home returns what is live now, what comes next and what was sold last. All visitors within half a second are shown the
// same; nobody may change it.
func (s *Service) Home(ctx context.Context) (Home, error) {
	s.home.mu.Lock()
	defer s.home.mu.Unlock()
	now := s.now()
	if age := now.Sub(s.home.at); age >= 0 && age < homeKept {
		return s.home.page, nil
	}
	h, err := s.readHome(ctx, now)
	if err == nil {
		s.home.page, s.home.at = h, now
	}
	return h, err
}

func (s *Service) readHome(ctx context.Context, now time.Time) (h Home, err error) {
	client := s.db.Ent()
	if h.Live, err = lots(client, phasesOf[Live]).Order(ent.Asc(lot.FieldDeadline), ent.Asc(lot.FieldID)).Limit(homeLive).All(ctx); err != nil {
		return h, fmt.Errorf("list live lots: %w", err)
	}
	if h.Upcoming, err = lots(client, phasesOf[Upcoming]).Where(lot.OpensAtNotNil()).
		Order(ent.Asc(lot.FieldOpensAt), ent.Asc(lot.FieldID)).Limit(homeUpcoming).All(ctx); err != nil {
		return h, fmt.Errorf("list upcoming lots: %w", err)
	}
	if h.Results, err = lots(client, phasesOf[Ended]).Where(lot.OutcomeIn(string(auction.Sold), string(auction.Passed))).
		Order(ent.Desc(lot.FieldClosedAt), ent.Desc(lot.FieldID)).Limit(homeResults).All(ctx); err != nil {
		return h, fmt.Errorf("list results: %w", err)
	}
	if err := lotsAsPublished(ctx, client, h.Live, h.Upcoming, h.Results); err != nil {
		return h, err
	}
	if h.Cities, err = s.countLots(ctx, listing.FieldCity); err != nil {
		return h, err
	}
	if h.Fields, err = s.countLots(ctx, listing.FieldField); err != nil {
		return h, err
	}
	if h.Days, err = s.Days(ctx, now); err != nil {
		return h, err
	}
	return h, s.readFigures(ctx, &h)
}

func (s *Service) readFigures(ctx context.Context, h *Home) (err error) {
	client := s.db.Ent()
	sold := client.Lot.Query().Where(lot.Outcome(string(auction.Sold)))
	if h.Sold, err = sold.Clone().Count(ctx); err != nil {
		return fmt.Errorf("count sold lots: %w", err)
	}
	if h.Sold > 0 {
		sum, err := sold.Aggregate(ent.Sum(lot.FieldPriceFen)).Int(ctx)
		if err != nil {
			return fmt.Errorf("sum sold lots: %w", err)
		}
		h.SoldFen = money.Fen(sum)
	}
	published := client.Listing.Query().Where(listing.StatusEQ(listing.StatusPUBLISHED))
	if h.Listings, err = published.Clone().Count(ctx); err != nil {
		return fmt.Errorf("count listings: %w", err)
	}
	if h.Sellers, err = published.QuerySeller().Count(ctx); err != nil {
		return fmt.Errorf("count sellers: %w", err)
	}
	return nil
}

// countLots counts the lots that the public may see by a column of their listings.
func (s *Service) countLots(ctx context.Context, column string) ([]Count, error) {
	var rows []struct {
		City  string `json:"city"`
		Field string `json:"field"`
		Count int    `json:"count"`
	}
	phases := make([]any, len(phasesOf[AnyStage]))
	for i, p := range phasesOf[AnyStage] {
		phases[i] = p
	}
	err := s.db.Ent().Listing.Query().Where(func(q *sql.Selector) {
		t := sql.Table(lot.Table)
		q.Join(t).On(q.C(listing.FieldID), t.C(lot.ListingColumn))
		q.Where(sql.And(sql.EQ(t.C(lot.FieldStatus), string(lot.StatusPUBLISHED)), sql.In(t.C(lot.FieldPhase), phases...)))
	}).GroupBy(column).Aggregate(ent.Count()).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("count lots by %s: %w", column, err)
	}
	counts := make([]Count, len(rows))
	for i, r := range rows {
		counts[i] = Count{Code: r.City + r.Field, N: r.Count} // one of the two is empty
	}
	slices.SortFunc(counts, func(a, b Count) int { return cmp.Or(b.N-a.N, cmp.Compare(a.Code, b.Code)) })
	return counts, nil
}

// Days counts the lots that open from today on, by day of Shanghai.
func (s *Service) Days(ctx context.Context, now time.Time) ([]Count, error) {
	y, m, d := now.In(Shanghai).Date()
	today := time.Date(y, m, d, 0, 0, 0, 0, Shanghai).UTC()
	opened, err := lots(s.db.Ent(), phasesOf[AnyStage]).Where(lot.OpenedAtGTE(today)).Count(ctx)
	if err != nil {
		return nil, fmt.Errorf("count today's lots: %w", err)
	}
	var opens []struct {
		At time.Time `json:"opens_at"`
	}
	err = s.db.Ent().Lot.Query().Where(lot.StatusEQ(lot.StatusPUBLISHED), lot.Phase(string(auction.Announced)), lot.OpensAtGTE(today)).
		Order(lot.ByOpensAt()).Limit(1000).Select(lot.FieldOpensAt).Scan(ctx, &opens)
	if err != nil {
		return nil, fmt.Errorf("list the days of lots: %w", err)
	}
	var days []Count
	if opened > 0 {
		days = append(days, Count{now.In(Shanghai).Format(time.DateOnly), opened})
	}
	for _, o := range opens {
		day := o.At.In(Shanghai).Format(time.DateOnly)
		if n := len(days); n > 0 && days[n-1].Code == day {
			days[n-1].N++
		} else {
			days = append(days, Count{day, 1})
		}
	}
	return days, nil
}

// lots is a query for lots that the public may see, with what a line of a list shows.
func lots(client *ent.Client, phases []string, where ...predicate.Lot) *ent.LotQuery {
	return client.Lot.Query().Where(lot.StatusEQ(lot.StatusPUBLISHED), lot.PhaseIn(phases...)).Where(where...).
		WithListing(func(q *ent.ListingQuery) { q.WithSeller() })
}

// predicates are what a filter asks of a lot. It fails with fault.Invalid.
func (f *Filter) predicates() (phases []string, where []predicate.Lot, err error) {
	var known bool
	phases, known = phasesOf[f.Stage]
	if !known {
		return nil, nil, fault.OfFields([]fault.Field{{Name: "state", Problem: "UNKNOWN_VALUE"}})
	}
	if f.City != "" {
		where = append(where, lot.HasListingWith(listing.City(f.City)))
	}
	if f.Field != "" {
		if listing.FieldValidator(f.Field) != nil {
			return nil, nil, fault.OfFields([]fault.Field{{Name: "field", Problem: "UNKNOWN_VALUE"}})
		}
		where = append(where, lot.HasListingWith(listing.FieldEQ(f.Field)))
	}
	if f.Seller != 0 {
		where = append(where, lot.HasListingWith(listing.HasSellerWith(organisationID(f.Seller))))
	}
	if !f.Day.IsZero() {
		y, m, d := f.Day.In(Shanghai).Date()
		from := time.Date(y, m, d, 0, 0, 0, 0, Shanghai).UTC()
		to := from.AddDate(0, 0, 1)
		where = append(where, lot.Or(
			lot.And(lot.OpenedAtGTE(from), lot.OpenedAtLT(to)),
			lot.And(lot.ClosedAtGTE(from), lot.ClosedAtLT(to)),
			lot.And(lot.OpenedAtIsNil(), lot.OpensAtGTE(from), lot.OpensAtLT(to)),
		))
	}
	return phases, where, nil
}

// Lots returns a page of lots: live ones by their end, others the soonest or the latest first.
func (s *Service) Lots(ctx context.Context, f Filter) (Found, error) {
	phases, where, err := f.predicates()
	if err != nil {
		return Found{}, err
	}
	client := s.db.Ent()
	total, err := lots(client, phases, where...).Count(ctx)
	if err != nil {
		return Found{}, fmt.Errorf("count lots: %w", err)
	}
	found := Found{Total: total, Pages: max(1, (total+PageLots-1)/PageLots)}
	found.Page = min(max(1, f.Page), found.Pages)
	found.Lots, err = lots(client, phases, where...).Order(orderOf(f.Stage)...).
		Offset((found.Page - 1) * PageLots).Limit(PageLots).All(ctx)
	if err != nil {
		return Found{}, fmt.Errorf("list lots: %w", err)
	}
	return found, lotsAsPublished(ctx, client, found.Lots)
}

func orderOf(stage Stage) []lot.OrderOption {
	switch stage {
	case Live:
		return []lot.OrderOption{lot.ByDeadline(), lot.ByID()}
	case Upcoming:
		return []lot.OrderOption{lot.ByOpensAt(), lot.ByID()}
	case Ended:
		return []lot.OrderOption{lot.ByClosedAt(descending()), lot.ByID(descending())}
	}
	return []lot.OrderOption{liveFirst, soonestNext, lot.ByID(descending())}
}

// liveFirst puts what is going on before what comes, and what is over last.
func liveFirst(s *sql.Selector) {
	s.OrderExpr(sql.ExprFunc(func(b *sql.Builder) {
		b.WriteString("CASE ").Ident(s.C(lot.FieldPhase)).WriteString(
			" WHEN 'CLOSED' THEN 2 WHEN 'ANNOUNCED' THEN 1 WHEN '' THEN 1 ELSE 0 END")
	}))
}

// soonestNext orders what comes by its opening.
func soonestNext(s *sql.Selector) {
	s.OrderExpr(sql.ExprFunc(func(b *sql.Builder) {
		b.WriteString("CASE ").Ident(s.C(lot.FieldPhase)).WriteString(" WHEN 'ANNOUNCED' THEN ").Ident(s.C(lot.FieldOpensAt)).WriteString(" END")
	}))
}

// Lot returns a published lot with its listing, seller, patents and operator. It fails with fault.NotFound.
func (s *Service) Lot(ctx context.Context, id int) (*ent.Lot, error) {
	l, err := oneLot(ctx, s.db.Ent(), id)
	if err != nil {
		return nil, err
	}
	if l.Status != lot.StatusPUBLISHED || l.Phase == string(auction.Draft) { // or its log is just about to begin
		return nil, fault.New(fault.NotFound, "", "the lot is not published")
	}
	return l, nil
}

func oneLot(ctx context.Context, client *ent.Client, id int) (*ent.Lot, error) {
	l, err := client.Lot.Query().Where(lot.ID(id)).WithOperator().WithListing(func(q *ent.ListingQuery) {
		q.WithSeller().WithPatents(func(q *ent.PatentQuery) { q.WithOwners() })
	}).Only(ctx)
	if ent.IsNotFound(err) {
		return nil, fault.New(fault.NotFound, "", "no such lot")
	}
	if err != nil {
		return nil, fmt.Errorf("read lot %d: %w", id, err)
	}
	return l, AsPublished(ctx, client, l.Edges.Listing)
}

// Listing returns a published listing with its seller, patents and lots. It fails with fault.NotFound.
func (s *Service) Listing(ctx context.Context, id int) (*ent.Listing, error) {
	l, err := s.db.Ent().Listing.Query().Where(listing.ID(id), listing.StatusEQ(listing.StatusPUBLISHED)).
		WithSeller().WithPatents(func(q *ent.PatentQuery) { q.WithOwners() }).WithLots().Only(ctx)
	if ent.IsNotFound(err) {
		return nil, fault.New(fault.NotFound, "", "no such listing")
	}
	if err != nil {
		return nil, fmt.Errorf("read listing %d: %w", id, err)
	}
	return l, nil
}

// Offerable returns the published listings, from which an operator makes lots. An open lot of a listing bars another.
func (s *Service) Offerable(ctx context.Context) ([]*ent.Listing, error) {
	all, err := s.db.Ent().Listing.Query().
		Where(listing.StatusEQ(listing.StatusPUBLISHED), listing.Not(listing.HasLotsWith(takesListing()))).
		Order(ent.Asc(listing.FieldID)).WithSeller().All(ctx)
	if err != nil {
		return nil, fmt.Errorf("list listings: %w", err)
	}
	return all, nil
}

// takesListing is a lot that is a draft or not over yet, or that was sold.
func takesListing() predicate.Lot {
	return lot.And(lot.Demo(false), lot.Or(lot.PhaseNEQ(string(auction.Closed)), lot.Outcome(string(auction.Sold))))
}
