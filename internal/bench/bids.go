package bench

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/money"
	"github.com/g60-corridor/corridor/internal/proof"
	"github.com/g60-corridor/corridor/internal/saleroom"
	"github.com/g60-corridor/corridor/internal/store"
	"github.com/g60-corridor/corridor/internal/store/pgserver"
)

// Bids are the settings of `corridor bench bids`.
type Bids struct {
	Bidders  []int         `default:"64,1000,10000" help:"How many bid at once, each with one bid under way."`
	Span     time.Duration `default:"5s" help:"How long each cell of the table is measured, after a warm-up."`
	Only     string        `enum:"sqlite,postgres,both" default:"both" help:"Which database: ${enum}."`
	Postgres string        `placeholder:"URL" help:"An empty PostgreSQL database; by default a server is started for the run, with fsync on."`
	Dir      string        `placeholder:"DIR" help:"Where SQLite's file goes; by default a temporary folder."`
	Ours     bool          `help:"Leave the baseline out."`
}

const (
	stepFen  = money.Fen(100)
	startFen = money.Fen(100_000_000)
)

// Run measures accepted bids per second on one hot lot, through the real engine, saleroom and log, and the baseline.
func (o Bids) Run(ctx context.Context, out io.Writer) error {
	dir, err := os.MkdirTemp(o.Dir, "corridor-bench-")
	if err != nil {
		return fmt.Errorf("bench bids: %w", err)
	}
	defer os.RemoveAll(dir)
	fmt.Fprintf(out, "Durable bids on one hot lot: accepted per second, time to the answer. %s\n\n", machine())
	t := table{out: out, columns: []string{"database", "bidders", "Corridor bids/s", "p50", "p99", "refused", "baseline bids/s", "p50", "p99", "ratio"}}
	t.head()
	if o.Only != "postgres" {
		if err := o.onSQLite(ctx, dir, &t); err != nil {
			return fmt.Errorf("bench bids on SQLite: %w", err)
		}
	}
	if o.Only != "sqlite" {
		if err := o.onPostgres(ctx, &t); err != nil {
			return fmt.Errorf("bench bids on PostgreSQL: %w", err)
		}
	}
	fmt.Fprintf(out, "\nBaseline: a transaction per bid that locks the lot's row, inserts the bid and updates the lot.\n%s", t.notes)
	return nil
}

func (o Bids) onSQLite(ctx context.Context, dir string, t *table) error {
	db, err := store.Open(ctx, "sqlite:"+filepath.Join(dir, "bench.db"))
	if err != nil {
		return err
	}
	defer db.Close()
	if err := prepare(ctx, db); err != nil {
		return err
	}
	base, err := openOnePerBid(ctx, db.SQL())
	if err != nil {
		return err
	}
	for i, n := range o.Bidders {
		if err := o.row(ctx, t, "SQLite", db, auction.LotID(i+1), n, base.bid); err != nil {
			return err
		}
	}
	return nil
}

func (o Bids) onPostgres(ctx context.Context, t *table) error {
	url := o.Postgres
	if url == "" {
		server, err := pgserver.Start("on", settledWAL...)
		if err != nil {
			return err
		}
		defer server.Stop()
		url = server.URL
		t.notes += fmt.Sprintf("PostgreSQL: default durability, %s.\n", strings.Join(settledWAL, ", "))
		if o.Span >= time.Second {
			if err := settle(ctx, url); err != nil {
				return err
			}
		}
	}
	db, err := store.Open(ctx, url)
	if err != nil {
		return err
	}
	defer db.Close()
	if err := prepare(ctx, db); err != nil {
		return err
	}
	var base bidder
	if !o.Ours {
		lock, connections, err := bestRowLock(ctx, url, o.Span)
		if err != nil {
			return err
		}
		defer lock.pool.Close()
		base = lock.bid
		t.notes += fmt.Sprintf("On PostgreSQL it used %d connections, the best of %v.\n", connections, baselineConnections)
	}
	for i, n := range o.Bidders {
		if err := o.row(ctx, t, "PostgreSQL", db, auction.LotID(i+1), n, base); err != nil {
			return err
		}
	}
	return nil
}

// A server that has run for a while writes over its old WAL files. A new one makes each file by writing 16 MB of zeros,
// which would be measured instead of the bids; so it is given its files beforehand, and keeps them.
var settledWAL = []string{"min_wal_size=2GB", "max_wal_size=4GB"}

func settle(ctx context.Context, url string) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return fmt.Errorf("settle the server: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	const message = 8 << 20
	for range 1536 << 20 / message {
		if _, err := conn.Exec(ctx, "SELECT pg_logical_emit_message(false, 'settle', repeat('x', $1))", message); err != nil {
			return fmt.Errorf("settle the server: %w", err)
		}
	}
	if _, err := conn.Exec(ctx, "CHECKPOINT"); err != nil {
		return fmt.Errorf("settle the server: %w", err)
	}
	return nil
}

func prepare(ctx context.Context, db *store.DB) error {
	if err := db.Migrate(ctx); err != nil {
		return err
	}
	if _, err := db.SQL().ExecContext(ctx, baselineTables); err != nil {
		return fmt.Errorf("make the baseline's tables: %w", err)
	}
	return nil
}

// bestRowLock tries the numbers of connections and returns the best one, open.
func bestRowLock(ctx context.Context, url string, span time.Duration) (*rowLock, int, error) {
	best, rate := 0, 0.0
	for _, n := range baselineConnections {
		lock, err := openRowLock(ctx, url, n)
		if err != nil {
			return nil, 0, err
		}
		f, err := load(ctx, 64, span/5, span/2, lock.bid)
		lock.pool.Close()
		if err != nil {
			return nil, 0, err
		}
		if f.perSecond > rate {
			best, rate = n, f.perSecond
		}
	}
	lock, err := openRowLock(ctx, url, best)
	return lock, best, err
}

func (o Bids) row(ctx context.Context, t *table, name string, db *store.DB, lot auction.LotID, bidders int, base bidder) error {
	ours, err := o.ours(ctx, db, lot, bidders)
	if err != nil {
		return err
	}
	if o.Ours || base == nil {
		t.row(name, count(bidders), rate(ours.perSecond), short(ours.p50), short(ours.p99), share(ours.refused, ours.accepted), "–", "–", "–", "–")
		return nil
	}
	// With thousands in the queue the baseline's answers take seconds: it is measured for longer, so as to have some.
	theirs, err := load(ctx, bidders, o.Span/5, o.Span+time.Duration(bidders)*time.Millisecond, base)
	if err != nil {
		return err
	}
	t.row(name, count(bidders), rate(ours.perSecond), short(ours.p50), short(ours.p99), share(ours.refused, ours.accepted),
		rate(theirs.perSecond), short(theirs.p50), short(theirs.p99), fmt.Sprintf("%.0f×", ours.perSecond/theirs.perSecond))
	return nil
}

// ours sells one lot. Each bid names an amount one step above the last amount that any bidder drew, so nearly all are
// accepted; where two change places on their way, the lower one is refused, which is counted apart.
func (o Bids) ours(ctx context.Context, db *store.DB, lot auction.LotID, bidders int) (figures, error) {
	vault, err := newVault()
	if err != nil {
		return figures{}, err
	}
	floor := saleroom.NewFloor(db.Log(vault, nil), saleroom.Options{})
	defer floor.Close(context.WithoutCancel(ctx))
	if err := floor.Recover(ctx); err != nil {
		return figures{}, err
	}
	if err := openLot(ctx, floor, lot, bidders); err != nil {
		return figures{}, err
	}
	codes := make([]auction.Paddle, bidders)
	for i := range codes {
		codes[i] = paddle(i)
	}
	var drawn atomic.Int64
	f, err := load(ctx, bidders, o.Span/2, o.Span, func(ctx context.Context, i, n int) (bool, error) {
		bid := auction.PlaceBid{Paddle: codes[i], Kind: auction.Plain}
		binary.BigEndian.PutUint64(bid.Key[:], uint64(i))
		binary.BigEndian.PutUint64(bid.Key[8:], uint64(n))
		bid.AmountFen = startFen + money.Fen(drawn.Add(1))*stepFen
		answer, err := floor.Submit(ctx, lot, bid)
		_, accepted := answer.Entry.Event.(auction.BidAccepted)
		return accepted, err
	})
	if err != nil {
		return f, err
	}
	// The next floor is not to take this lot up.
	_, err = floor.Submit(ctx, lot, auction.Annul{Cause: auction.MaterialChange, Note: "load test"})
	return f, err
}

func paddle(i int) auction.Paddle { return auction.Paddle(fmt.Sprintf("P%05d", i)) }

// hotTerms let any amount a step above the price count, and the leader raise himself, so that every bidder may bid all
// the time. After a second the lot is in LIMITED, where each bid moves the deadline.
func hotTerms() auction.Terms {
	return auction.Terms{
		Format: auction.TermsFormat, Name: auction.Bilingual{ZH: "压力测试", EN: "Load test"}, Procedure: auction.ExchangeBidding,
		StartFen: startFen, Step: auction.Step{FixedFen: stepFen}, Grid: auction.FreeGrid, Reserve: auction.NoReserve,
		Closing:     auction.Closing{Mode: auction.TwoPhase, FreeS: 1, LimitedS: 240},
		MaximumBids: true, LeaderMayRaise: true, Priority: auction.NoPriority, Jump: auction.Jump{ConfirmTimes: 3, RefuseTimes: 10},
		MinBidders: 1, ResumeNoticeS: 10, LongOutageS: 86400, LongResumeNoticeS: 432000,
	}
}

func openLot(ctx context.Context, floor *saleroom.Floor, lot auction.LotID, bidders int) error {
	submit := func(c auction.Command) error {
		answer, err := floor.Submit(ctx, lot, c)
		if err != nil {
			return fmt.Errorf("open lot %d: %w", lot, err)
		}
		if no, refused := answer.Entry.Event.(auction.CommandRefused); refused {
			return fmt.Errorf("open lot %d: %s: %s", lot, no.Command, no.Reason)
		}
		return nil
	}
	if err := submit(auction.Publish{Terms: hotTerms()}); err != nil {
		return err
	}
	var admissions errgroup.Group
	admissions.SetLimit(256)
	for i := range bidders {
		admissions.Go(func() error { return submit(auction.AdmitBidder{Paddle: paddle(i), Identity: "load test"}) })
	}
	if err := admissions.Wait(); err != nil {
		return err
	}
	return submit(auction.Open{})
}

func newVault() (*proof.Vault, error) {
	master := make([]byte, 32)
	if _, err := rand.Read(master); err != nil {
		return nil, fmt.Errorf("make keys: %w", err)
	}
	_, sign, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make keys: %w", err)
	}
	return proof.NewVault(master, sign)
}
