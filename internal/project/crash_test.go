package project_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/g60-corridor/corridor/ent/document"
	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/internal/agenda"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/calendar"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/project"
	"github.com/g60-corridor/corridor/internal/store"
	"github.com/g60-corridor/corridor/internal/store/storetest"
	"github.com/g60-corridor/corridor/internal/trade"
)

// errKilled is what a node's transaction ends with when the node dies in it: before the commit, or just after it.
var errKilled = errors.New("the node was killed")

// queue is an agenda at its worst. It keeps what was committed and nothing else; it delivers late, in any order, more than
// once, and to whichever node comes.
type queue struct {
	mu      sync.Mutex
	pending map[*store.Tx][]agenda.Errand
	open    map[string]agenda.Errand // by key
	all     int
}

func (q *queue) Put(_ context.Context, tx *store.Tx, e agenda.Errand) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.pending[tx] = append(q.pending[tx], e)
	return nil
}

func (q *queue) ended(tx *store.Tx, committed bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, e := range q.pending[tx] {
		if committed {
			q.open[e.Key] = e
			q.all++
		}
	}
	delete(q.pending, tx)
}

func (q *queue) due(now time.Time, dice *rand.Rand) (all []agenda.Errand) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, e := range q.open {
		if !e.At.After(now) {
			all = append(all, e)
		}
	}
	slices.SortFunc(all, func(a, b agenda.Errand) int { return strings.Compare(a.Key, b.Key) })
	dice.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all
}

// mortal is one node: its rooms on the common database, with transactions in which it dies now and then.
type mortal struct {
	*house
	*store.DB
	*queue
	mu     sync.Mutex
	dice   *rand.Rand
	immune bool
	doer   agenda.Doer
}

func (m *mortal) Handle(_ string, do agenda.Doer) { m.doer = do }

func (m *mortal) chance(one, of int) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return !m.immune && m.dice.IntN(of) < one
}

func (m *mortal) Tx(ctx context.Context, f func(*store.Tx) error) error {
	var mine *store.Tx
	before, after := m.chance(1, 6), m.chance(1, 6)
	err := m.DB.Tx(ctx, func(tx *store.Tx) error {
		mine = tx
		if err := f(tx); err != nil {
			return err
		}
		if before {
			return errKilled
		}
		return nil
	})
	m.ended(mine, err == nil)
	if err == nil && after {
		return errKilled
	}
	return err
}

// deliver does what is due. What failed stays; what was done stays too if the node dies before it can say so.
func (m *mortal) deliver(t *testing.T) {
	m.mu.Lock()
	all := m.due(m.clock.now(), m.dice)
	m.mu.Unlock()
	for _, e := range all {
		err := m.doer(t.Context(), agenda.Due{Key: e.Key, Args: e.Args, Attempt: 1})
		if err != nil && !errors.Is(err, errKilled) && fault.Of(err) != fault.Unavailable {
			t.Errorf("errand %s: %v", e.Key, err)
		}
		if err == nil && !m.chance(1, 3) {
			m.queue.mu.Lock()
			delete(m.queue.open, e.Key)
			m.queue.mu.Unlock()
		}
	}
}

// world is a market in which projects of all ways go on at random.
type world struct {
	t     *testing.T
	dice  *rand.Rand
	nodes []*mortal
	ids   []int
}

func newWorld(t *testing.T, seed uint64, dbs ...*store.DB) *world {
	t.Helper()
	w := &world{t: t, dice: rand.New(rand.NewPCG(seed, 3))}
	c := &clock{at: at("2026-01-05 09:00")}
	q := &queue{pending: map[*store.Tx][]agenda.Errand{}, open: map[string]agenda.Errand{}}
	for i, db := range dbs {
		m := &mortal{house: open(t, db, c), DB: db, queue: q, dice: rand.New(rand.NewPCG(seed, uint64(10+i)))}
		m.projects = project.New(project.Options{Database: m, Market: m.market, Agenda: m, Now: c.now, Log: quiet})
		w.nodes = append(w.nodes, m)
	}
	a := w.nodes[0].house
	a.populate()
	for _, m := range w.nodes[1:] {
		m.operator, m.seller, m.buyers, m.floor = a.operator, a.seller, a.buyers, a.floor
	}
	for i, way := range []trade.Way{trade.ByAgreement, trade.ByListing, trade.ByListing, trade.ByListing, trade.ByAuction, trade.ByAuction} {
		l := a.db.Ent().Listing.Create().SetNumber(fmt.Sprint("W-", i)).SetTitleZh("成果").SetTitleEn("Result").SetField(listing.FieldNM).SetTrl(6).
			SetRights([]string{"ASSIGN"}).SetInventors([]string{"甲"}).SetCity("310117").SetSeller(a.seller.Organisation).SetStatus(listing.StatusPUBLISHED).
			SaveX(t.Context())
		a.paper(l, document.KindDECISION)
		w.begin(way, l.ID)
	}
	return w
}

// begin opens a project; a node that dies in it leaves none, or one that nobody was told of.
func (w *world) begin(way trade.Way, of int) {
	w.t.Helper()
	a := w.nodes[0]
	o := project.Opening{Listing: of, Way: way, Rights: "ASSIGN", PriceFen: 1_000_000 * yuan}
	if way == trade.ByAgreement {
		o.Buyer = a.buyers[0].Organisation.Uscc
	}
	for range 50 {
		_, err := a.projects.Open(w.t.Context(), a.seller, o)
		if err == nil || fault.Of(err) == fault.Conflict { // it was there: the node had died after the commit
			w.ids = a.db.Ent().Project.Query().IDsX(w.t.Context())
			return
		}
		if !errors.Is(err, errKilled) {
			w.t.Fatal(err)
		}
	}
	w.t.Fatal("the node never lives long enough")
}

// act lets somebody do something that fits a project's phase.
func (w *world) act(m *mortal) {
	w.t.Helper()
	id := w.ids[w.dice.IntN(len(w.ids))]
	moves := w.moves(m, m.view(id))
	if len(moves) == 0 {
		return
	}
	move := moves[w.dice.IntN(len(moves))]
	err := m.projects.Do(w.t.Context(), move.by, id, move.c)
	if err != nil && !errors.Is(err, errKilled) && !slices.Contains([]fault.Code{fault.Conflict, fault.Unavailable}, fault.Of(err)) {
		w.t.Fatalf("%T in %s: %v", move.c, m.view(id).State.Phase, err)
	}
}

// pass lets time go by: mostly hours, sometimes the days of an outage. Lots go on meanwhile.
func (w *world) pass() {
	w.t.Helper()
	c := w.nodes[0].clock
	by := time.Duration(w.dice.IntN(40)) * time.Hour
	if w.dice.IntN(8) == 0 {
		by += time.Duration(w.dice.IntN(25)) * 24 * time.Hour
	}
	c.set(c.now().Add(by))
	if w.dice.IntN(3) == 0 {
		return
	}
	w.sales()
}

// sales lets the lots run, and brings their outcomes back.
func (w *world) sales() {
	w.t.Helper()
	m := w.nodes[w.dice.IntN(len(w.nodes))]
	for _, l := range m.db.Ent().Lot.Query().AllX(w.t.Context()) {
		for range 3 {
			_, err := m.floor.Submit(w.t.Context(), auction.LotID(l.ID), auction.Tick{})
			must(w.t, err)
		}
	}
	if err := m.projects.Harvest(w.t.Context()); err != nil && !errors.Is(err, errKilled) {
		w.t.Fatal(err)
	}
}

// calm lets a node live for as long as it takes to do what is due. Then, whoever looks, no deadline is left unfired: nobody
// but the errands sees to that.
func (w *world) calm() {
	w.t.Helper()
	m := w.nodes[w.dice.IntN(len(w.nodes))]
	m.mu.Lock()
	m.immune = true
	m.mu.Unlock()
	for range 100 { // what is done may be due again at once
		if len(m.due(m.clock.now(), w.dice)) == 0 {
			break
		}
		m.deliver(w.t)
	}
	for _, id := range w.ids {
		if next := m.view(id).State.Next(); len(next) > 0 && !next[0].Due.Time().After(m.clock.now()) {
			w.t.Errorf("project %d: nobody came for %+v, due at %v; it is %v", id, next[0], next[0].Due.Time(), m.clock.now())
		}
	}
	m.mu.Lock()
	m.immune = false
	m.mu.Unlock()
}

// fires are the events that clocks alone bring about.
var fires = []string{"NoticeCompleted", "DeadlineMissed", "ApplicationsClosed", "ListingClosed", "ListingExtended", "BiddingOpened",
	"ResultNoticeCompleted", "RegistrationClosed", "SaleEnded"}

// once replays a project's log by the pure machine: where a clock was due, there stand the machine's own entries at the
// instant at which it was due; nowhere else has a clock fired; and none that was due is missing. It returns what fired.
func (w *world) once(id int) (fired []trade.Clock) {
	w.t.Helper()
	m := w.nodes[0]
	v, s, cal := m.view(id), trade.NewState(trade.ProjectID(id)), calendar.Shipped()
	for i := 0; i < len(v.Entries); {
		e := v.Entries[i].Entry
		next := s.Next()
		if len(next) == 0 || next[0].Due > e.At {
			if slices.Contains(fires, e.Event.Kind()) {
				w.t.Errorf("project %d: %s fired at %v; next was %+v", id, e.Event.Kind(), e.At.Time(), next)
			}
			s.Apply(e)
			i++
			continue
		}
		due := next[0]
		want, refused := trade.Decide(s, due.Due, trade.Elapse{Kind: due.Kind, Of: due.Of, Due: due.Due}, cal)
		if refused != nil || len(want) == 0 || i+len(want) > len(v.Entries) {
			w.t.Fatalf("project %d: %+v brings %d entries, %+v", id, due, len(want), refused)
		}
		for _, x := range want {
			if got := v.Entries[i].Entry; !reflect.DeepEqual(got, x) || v.Entries[i].Person != 0 {
				w.t.Errorf("project %d: at %+v there is %+v, want %+v", id, due, got, x)
			}
			s.Apply(x)
			i++
		}
		fired = append(fired, due)
	}
	row := v.Row
	switch next := s.Next(); {
	case len(next) > 0 && !next[0].Due.Time().After(m.clock.now()):
		w.t.Errorf("project %d: %+v was due and has not fired", id, next[0])
	case len(next) > 0 && (row.NextAt == nil || !row.NextAt.Equal(next[0].Due.Time()) || row.NextRule != string(next[0].Kind.Rule())):
		w.t.Errorf("project %d: the row says %v under %s, the clock %+v", id, row.NextAt, row.NextRule, next[0])
	case due(next) != nil && (row.DueAt == nil || !row.DueAt.Equal(due(next).Due.Time()) || row.DueKind != string(due(next).Kind)), due(next) == nil && row.DueAt != nil:
		w.t.Errorf("project %d: the public is told %s %v, the clocks are %+v", id, row.DueKind, row.DueAt, next)
	case len(next) == 0 && row.NextAt != nil:
		w.t.Errorf("project %d: the row says %v, no clock runs", id, row.NextAt)
	}
	return fired
}

// Each deadline fires exactly once, at its instant and under its rule, whatever dies when: nodes in the middle of a
// transaction or right after its commit, for hours or for weeks, one on SQLite and two at a time on PostgreSQL.
func TestEachDeadlineFiresOnceUnderCrashes(t *testing.T) {
	const steps = 400
	kinds := map[trade.ClockKind]int{}
	run := func(t *testing.T, seed uint64, dbs ...*store.DB) {
		w := newWorld(t, seed, dbs...)
		for n := range steps {
			if n%25 == 0 {
				w.pass()
				w.calm()
			}
			m := w.nodes[w.dice.IntN(len(w.nodes))]
			switch w.dice.IntN(5) {
			case 0:
				w.pass()
			case 1:
				var all sync.WaitGroup
				for _, m := range w.nodes { // all at once
					all.Go(func() { m.deliver(t) })
				}
				all.Wait()
			default:
				w.act(m)
			}
		}
		w.calm()
		for _, id := range w.ids {
			for _, c := range w.once(id) {
				if len(dbs) == 1 { // alone, a seed always brings the same
					kinds[c.Kind]++
				}
			}
		}
		if t.Failed() {
			t.Logf("seed %d", seed)
		}
	}
	for seed := range uint64(8) {
		t.Run(fmt.Sprint("sqlite ", seed), func(t *testing.T) { run(t, seed, storetest.SQLite(t)) })
	}
	for seed := range uint64(2) {
		t.Run(fmt.Sprint("postgres ", seed), func(t *testing.T) {
			url := storetest.PostgresURL(t)
			node := func() *store.DB {
				db, err := store.Open(t.Context(), url)
				must(t, err)
				t.Cleanup(func() { db.Close() })
				must(t, db.Migrate(t.Context()))
				return db
			}
			run(t, 100+seed, node(), node())
		})
	}
	t.Logf("fired: %v", kinds)
	for _, k := range []trade.ClockKind{trade.DocumentReview, trade.NoticeEnd, trade.ListingEnd, trade.ConfirmationEnd, trade.ResultNoticeEnd,
		trade.SigningDue, trade.PaymentDue, trade.RegistrationEnd, trade.ReauctionEnd, trade.ObjectionDecision, trade.QualificationEnd} {
		if kinds[k] == 0 {
			t.Errorf("%s never fired: the projects prove nothing about it", k)
		}
	}
}

// due is the next clock that everybody may know.
func due(next []trade.Clock) *trade.Clock {
	for i := range next {
		if next[i].Kind.Told() {
			return &next[i]
		}
	}
	return nil
}
