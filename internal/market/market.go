package market

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/store"
)

// Database is where the catalogue stands.
type Database interface {
	Ent() *ent.Client
	InTx(ctx context.Context, f func(*ent.Client) error) error
	Tx(ctx context.Context, f func(*store.Tx) error) error
}

// Saleroom takes commands and answers with the entry that they became.
type Saleroom interface {
	Submit(ctx context.Context, lot auction.LotID, c auction.Command) (auction.Entry, error)
}

// Log reads the entries of a lot after a position, oldest first, at most limit.
type Log interface {
	Read(ctx context.Context, lot auction.LotID, after auction.Seq, limit int) ([]auction.Entry, error)
}

// Options say what a market works with. All are required but Herald and Log.
type Options struct {
	Database Database
	Saleroom Saleroom
	Entries  Log
	Herald   Herald // nil: nobody is told anything
	Secret   []byte // 32 bytes: encrypts reserves until the log has sealed them
	Now      func() time.Time
	Log      *slog.Logger
}

// Service is the market. It is safe for concurrent use.
type Service struct {
	db        Database
	saleroom  Saleroom
	herald    Herald
	safe      *reserves
	now       func() time.Time
	log       *slog.Logger
	relay     relay
	follower  follower
	codes     codes
	importing importing
	home      struct {
		mu   sync.Mutex
		at   time.Time // guarded by mu
		page Home      // guarded by mu
	}
}

// New returns a market; Run keeps its outbox and its projection going.
func New(o Options) (*Service, error) {
	safe, err := newReserves(o.Secret)
	if err != nil {
		return nil, err
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Herald == nil {
		o.Herald = silence{}
	}
	s := &Service{db: o.Database, saleroom: o.Saleroom, herald: o.Herald, safe: safe, now: o.Now, log: o.Log}
	s.relay = relay{db: o.Database, saleroom: o.Saleroom, safe: safe, now: o.Now}
	s.follower = follower{
		db: o.Database, entries: o.Entries, herald: o.Herald, lots: map[auction.LotID]*replica{}, due: make(chan struct{}, 1),
		dirty: map[auction.LotID]struct{}{},
	}
	s.importing.queue, s.importing.rows = make(chan taking, takingsMost), map[string][2]int{}
	return s, nil
}

// Run brings the projection up to the logs, then relays, follows and imports until the context ends.
func (s *Service) Run(ctx context.Context) {
	var all sync.WaitGroup
	all.Go(func() { s.runRelay(ctx) })
	all.Go(func() { s.runFollower(ctx) })
	all.Go(func() { s.RunImports(ctx) })
	all.Wait()
}

// operate checks that the viewer acts for the operator of a lot and returns the lot.
func (s *Service) operate(ctx context.Context, client *ent.Client, by identity.Viewer, id int) (*ent.Lot, error) {
	if !by.SignedIn() {
		return nil, fault.New(fault.SignIn, "", "")
	}
	if !by.Operates() {
		return nil, fault.New(fault.Forbidden, "OPERATORS_ONLY", "")
	}
	l, err := oneLot(ctx, client, id)
	if err != nil {
		return nil, err
	}
	if l.Edges.Operator.ID != by.OrganisationID() {
		return nil, fault.New(fault.Forbidden, "OTHER_OPERATOR", "the lot belongs to another operator")
	}
	return l, nil
}

// record writes down what somebody did, within his transaction.
func (s *Service) record(ctx context.Context, client *ent.Client, by identity.Viewer, action, subject, detail string) error {
	return identity.Record(ctx, client, s.now(), by, action, subject, detail)
}

func lotSubject(id int) string { return fmt.Sprintf("lot:%d", id) }
