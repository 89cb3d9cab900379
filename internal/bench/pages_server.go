package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/dataroom"
	"github.com/g60-corridor/corridor/internal/enquiry"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/market"
	"github.com/g60-corridor/corridor/internal/search"
	"github.com/g60-corridor/corridor/internal/site"
	"github.com/g60-corridor/corridor/internal/store"
)

// servePages serves the real site to visitors. Nobody bids in it, so it has no saleroom.
func servePages(ctx context.Context, settings json.RawMessage) (service, error) {
	var s searchSettings
	if err := json.Unmarshal(settings, &s); err != nil {
		return nil, err
	}
	db, err := store.Open(ctx, s.Database)
	if err != nil {
		return nil, err
	}
	people, err := identity.New(identity.Options{Database: db, Now: time.Now, Cost: identity.Cost})
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	stall, err := market.New(market.Options{Database: db, Secret: make([]byte, 32), Now: time.Now, Log: quiet})
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	found := search.New(search.Options{Database: db, Dir: s.Dir, Now: time.Now})
	running, stop := context.WithCancel(ctx)
	ended := make(chan struct{})
	h := &searchHouse{search: found, began: time.Now()}
	go func() { defer close(ended); found.Run(running) }()
	rooms := dataroom.New(dataroom.Options{Database: db, Now: time.Now})
	front := site.New(site.Options{
		People: people, Market: stall, Search: found, Rooms: rooms, Enquiry: enquiry.New(db, nil, rooms, time.Now), Sessions: strangers{}, Ready: db.Ping, Now: time.Now,
		TrustProxy: true, Log: quiet,
	})
	h.httpService, err = serveHTTP(front, func() { stop(); <-ended; _ = db.Close() })
	return h, err
}

// serveReadymade sends one page from memory.
func serveReadymade(_ context.Context, settings json.RawMessage) (service, error) {
	var page []byte
	if err := json.Unmarshal(settings, &page); err != nil {
		return nil, err
	}
	return serveHTTP(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Length", strconv.Itoa(len(page)))
		_, _ = w.Write(page)
	}), func() {})
}

// plantLots announces lots of the first listings, a third of them live and a third over, so that the first page has
// something to show.
func plantLots(ctx context.Context, db *store.DB, n int) error {
	now := time.Now()
	return db.InTx(ctx, func(client *ent.Client) error {
		operator, err := client.Organisation.Query().FirstID(ctx)
		if err != nil {
			return fmt.Errorf("plant lots: %w", err)
		}
		ids, err := client.Listing.Query().Order(ent.Asc(listing.FieldID)).Limit(n).IDs(ctx)
		if err != nil {
			return fmt.Errorf("plant lots: %w", err)
		}
		var some []*ent.LotCreate
		for i, id := range ids {
			at := now.Add(time.Duration(i+60) * time.Minute)
			l := client.Lot.Create().SetNumber(fmt.Sprintf("G60-BL-%06d", i)).SetListingID(id).SetOperatorID(operator).SetStatus("PUBLISHED").
				SetTerms(auction.Terms{StartFen: 100_000_000, Closing: auction.Closing{Mode: auction.TwoPhase, FreeS: 3600, LimitedS: 300}}).SetDepositFen(10_000_000)
			switch i % 3 {
			case 0:
				l.SetPhase(string(auction.Free)).SetOpenedAt(now).SetDeadline(at).SetHasBid(true).SetBids(12).SetBidders(3).SetPriceFen(120_000_000)
			case 1:
				l.SetPhase(string(auction.Announced)).SetOpensAt(at).SetDepositUntil(at)
			case 2:
				l.SetPhase(string(auction.Closed)).SetOpenedAt(now.Add(-2 * time.Hour)).SetClosedAt(now.Add(-time.Duration(i) * time.Minute)).
					SetOutcome(string(auction.Sold)).SetHasBid(true).SetBids(12).SetBidders(3).SetPriceFen(130_000_000)
			}
			some = append(some, l)
			if len(some) == 300 || i == len(ids)-1 {
				if err := client.Lot.CreateBulk(some...).Exec(ctx); err != nil {
					return fmt.Errorf("plant lots: %w", err)
				}
				some = some[:0]
			}
		}
		return nil
	})
}
