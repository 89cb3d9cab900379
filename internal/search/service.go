package search

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/ent/lot"
	"github.com/g60-corridor/corridor/ent/project"
	"github.com/g60-corridor/corridor/internal/store"
)

// Database is where the catalogue stands, and what tells of its changes.
type Database interface {
	Ent() *ent.Client
	Changes(ctx context.Context, from store.ChangeCursor) (changes []store.Change, next store.ChangeCursor, more bool, err error)
	ChangesEnd(ctx context.Context) (store.ChangeCursor, error)
	ForgetChanges(ctx context.Context, ofLots, all time.Time) error
	Origin(ctx context.Context) (string, error)
}

// Options say what a search works with. All are required but Dir and Log.
type Options struct {
	Database Database
	Dir      string // where indexes are kept; "" in memory
	Now      func() time.Time
	Log      *slog.Logger
}

// Service is the search. It is safe for concurrent use. It answers from the start; Run fills it and keeps it true.
type Service struct {
	o       Options
	log     *slog.Logger
	columns *columns
	bell    chan struct{}
	current atomic.Pointer[texts] // nil until there is one
	loaded  atomic.Bool           // the columns are whole
	whole   atomic.Bool           // current is whole
	done    atomic.Int64          // listings of the index that is being built
	total   atomic.Int64

	writing sync.Mutex         // what is read of the database is written before anybody reads again, or older would follow newer
	cursor  store.ChangeCursor // guarded by writing
	next    *texts             // guarded by writing; being built
	looked  time.Time          // guarded by writing; when the changes were last read
	labeled time.Time          // guarded by writing
	origin  string             // guarded by writing
}

// New returns a search that has nothing yet.
func New(o Options) *Service {
	s := &Service{o: o, log: o.Log, bell: make(chan struct{}, 1)}
	if s.log == nil {
		s.log = slog.Default()
	}
	s.columns = newColumns(s.today())
	return s
}

func (s *Service) today() int32 { return dayOf(s.o.Now().In(shanghai)) }

// PageResults is how many results stand on a page, PagesMost how many pages anybody turns.
const (
	PageResults = 20
	PagesMost   = 250
)

// Request is a question.
type Request struct {
	Text   string
	Chosen map[string][]string // by facet; any of the values of each
	Order  Order               // "" is by relevance if there is a text, else the newest first
	Page   int                 // from 1
	Most   int                 // results on a page; 0: PageResults
}

// Count is how many results have a value, if nothing else is chosen in its facet.
type Count struct {
	Value  string
	N      int
	Chosen bool
}

// Progress is how much of an index that is being built is there.
type Progress struct{ Done, Total int }

// Result is one page of what was found.
type Result struct {
	Hits               []Hit
	Total, Page, Pages int // Pages is at most PagesMost
	Order              Order
	Facets             map[string][]Count
	Closeness          Closeness
	Common             bool      // the words of the question stand everywhere, so nothing was asked
	Meant              string    // the number as it would be right, if that asked for cannot be
	Building           *Progress // not all is there yet
	Loading            bool      // nor is all that stands beside the texts: without words a part is found as well
}

// Search answers a question.
func (s *Service) Search(ctx context.Context, r Request) (Result, error) {
	s.columns.turn(s.today())
	building, loading := s.building(), !s.loaded.Load() // before anything is looked at: what comes meanwhile may be missed
	q := ask(r.Text)
	text := len(q.clauses) > 0 || q.common
	if r.Order == "" || r.Order == ByRelevance && !text {
		r.Order = ByNewest
		if text {
			r.Order = ByRelevance
		}
	}
	hits, how, err := s.hits(ctx, q, r.Order == ByRelevance)
	if err != nil {
		return Result{}, err
	}
	var chosen [facetsInAll]mask
	for f, facet := range Facets {
		chosen[f] = facet.of(r.Chosen[facet.Name]...)
	}
	p := s.columns.pick(text, hits, chosen, r.Order, r.Page, cmp.Or(r.Most, PageResults))
	found := Result{
		Total: p.total, Page: p.page, Pages: p.pages, Order: r.Order, Closeness: how, Common: q.common && len(q.clauses) == 0,
		Meant: q.meant, Building: cmp.Or(building, s.building()), Loading: loading, Facets: map[string][]Count{},
	}
	for f, facet := range Facets {
		for v, value := range facet.Values {
			found.Facets[facet.Name] = append(found.Facets[facet.Name], Count{value, p.counts[f][v], chosen[f]&(1<<v) != 0})
		}
	}
	found.Hits, err = s.show(ctx, p, q.marker(how))
	return found, err
}

// hits are the listings whose texts meet a question as well as any do.
func (s *Service) hits(ctx context.Context, q question, scored bool) ([]hit, Closeness, error) {
	if len(q.clauses) == 1 {
		if h, found := s.columns.lot(q.clauses[0].numbers); found {
			return h, Exact, nil
		}
	}
	var hits []hit
	for _, try := range q.queries() {
		err := s.serving(func(t *texts) (err error) {
			hits, err = t.find(ctx, try.Query, scored)
			return err
		})
		if errors.Is(err, ErrBuilding) {
			return nil, Exact, nil
		}
		if err != nil || len(hits) > 0 {
			return hits, try.Closeness, err
		}
	}
	return nil, Exact, nil
}

// serving asks the index that serves. If it has been closed meanwhile, another serves in its place, and is asked.
func (s *Service) serving(ask func(*texts) error) error {
	for t := s.current.Load(); t != nil; t = s.current.Load() {
		if err := ask(t); !errors.Is(err, errClosed) {
			return err
		}
	}
	return ErrBuilding
}

// lot returns the listing that the number of a lot leads to.
func (c *columns) lot(numbers []string) ([]hit, bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	for _, n := range numbers {
		if at, known := c.lots[n]; known {
			return []hit{{slot: at}}, true
		}
	}
	return nil, false
}

func (s *Service) building() *Progress {
	if s.whole.Load() && s.loaded.Load() {
		return nil
	}
	return &Progress{int(s.done.Load()), int(s.total.Load())}
}

// show reads what a page shows, as it stands in the database now.
func (s *Service) show(ctx context.Context, p picked, m marker) ([]Hit, error) {
	if len(p.listings) == 0 {
		return nil, nil
	}
	client := s.o.Database.Ent()
	found, err := client.Listing.Query().Where(listing.IDIn(p.listings...)).
		WithSeller().WithPatents().All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read what was found: %w", err)
	}
	listings := map[int]*ent.Listing{}
	for _, l := range published(found) {
		listings[l.ID] = l
	}
	lots := map[int]*ent.Lot{}
	if ids := slices.DeleteFunc(slices.Clone(p.lots), func(id int) bool { return id == 0 }); len(ids) > 0 {
		sold, err := client.Lot.Query().Where(lot.IDIn(ids...)).All(ctx)
		if err != nil {
			return nil, fmt.Errorf("read the lots of what was found: %w", err)
		}
		for _, l := range sold {
			lots[l.ID] = l
		}
	}
	projects := map[int]*ent.Project{}
	if ids := slices.DeleteFunc(slices.Clone(p.projects), func(id int) bool { return id == 0 }); len(ids) > 0 {
		open, err := client.Project.Query().Where(project.IDIn(ids...), project.Published(true)).All(ctx)
		if err != nil {
			return nil, fmt.Errorf("read the projects of what was found: %w", err)
		}
		for _, o := range open {
			projects[o.ID] = o
		}
	}
	var hits []Hit
	for i, id := range p.listings {
		if l := listings[id]; l != nil {
			h := m.hit(l, lots[p.lots[i]])
			h.Project = projects[p.projects[i]]
			hits = append(hits, h)
		}
	}
	return hits, nil
}
