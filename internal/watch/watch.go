package watch

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/predicate"
	"github.com/g60-corridor/corridor/ent/watch"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/inbox"
	"github.com/g60-corridor/corridor/internal/search"
	"github.com/g60-corridor/corridor/internal/store"
)

// Database is where watches stand.
type Database interface {
	Ent() *ent.Client
	Tx(ctx context.Context, f func(*store.Tx) error) error
	ChangesEnd(ctx context.Context) (store.ChangeCursor, error)
}

// Search says what a question finds, and what has changed.
type Search interface {
	Matching(ctx context.Context, r search.Request) ([]int, error)
	Changed(ctx context.Context, from store.ChangeCursor) (search.Changes, error)
}

// Herald tells people of something, within the transaction in which it happens.
type Herald interface {
	Tell(ctx context.Context, tx *store.Tx, n inbox.News) error
}

// Options say what a watch works with. All are required but Log.
type Options struct {
	Database Database
	Search   Search
	Herald   Herald
	Now      func() time.Time
	Log      *slog.Logger
}

// Service is the watch. It is safe for concurrent use.
type Service struct {
	o    Options
	log  *slog.Logger
	bell chan struct{}

	mu       sync.Mutex         // one round at a time
	cursor   store.ChangeCursor // guarded by mu
	turn     int64              // guarded by mu; the round up to which standing is complete
	written  time.Time          // guarded by mu; when the round was last written down
	standing *stand             // guarded by mu
}

// New returns a watch; Run keeps it looking.
func New(o Options) *Service {
	s := &Service{o: o, log: o.Log, bell: make(chan struct{}, 1), standing: newStand()}
	if s.log == nil {
		s.log = slog.Default()
	}
	return s
}

// Most that one person may have, and how long a name and an address may be.
const (
	searchesMost = 100
	thingsMost   = 300
	NameMost     = 80   // characters
	queryMost    = 2000 // bytes
)

// searches are the kinds that wait for results; the others watch one thing.
var searches = []watch.Kind{watch.KindSEARCH, watch.KindLOTS}

// Save saves a search under a name: kind is watch.KindSEARCH for /search and watch.KindLOTS for /lots, query what stands
// behind the question mark. A search that is saved already gets the new name and is told as is wished now.
func (s *Service) Save(ctx context.Context, by identity.Viewer, kind watch.Kind, query, name string, how watch.How) (id int, err error) {
	a, err := read(kind, query)
	if err != nil {
		return 0, err
	}
	name = strings.TrimSpace(name)
	faults := nameFaults(name)
	if watch.HowValidator(how) != nil {
		faults = append(faults, fault.Field{Name: "how", Problem: "UNKNOWN_VALUE"})
	}
	if a.empty() {
		faults = append(faults, fault.Field{Name: "query", Problem: "SEARCH_EMPTY"})
	}
	if len(a.query) > queryMost {
		faults = append(faults, fault.Field{Name: "query", Problem: "QUERY_TOO_LONG"})
	}
	if err := fault.OfFields(faults); err != nil {
		return 0, err
	}
	client := s.o.Database.Ent()
	had, err := client.Watch.Query().Where(watch.PersonID(by.PersonID()), watch.KindEQ(kind), watch.Mark(a.mark())).OnlyID(ctx)
	if err == nil {
		return had, client.Watch.UpdateOneID(had).SetName(name).SetHow(how).Exec(ctx)
	} else if !ent.IsNotFound(err) {
		return 0, fmt.Errorf("look for a saved search: %w", err)
	}
	since, err := s.o.Database.ChangesEnd(ctx) // before what is found: what comes between is news
	if err != nil {
		return 0, err
	}
	known, err := s.known(ctx, a)
	if err != nil {
		return 0, err
	}
	made := client.Watch.Create().SetPersonID(by.PersonID()).SetKind(kind).SetQuery(a.query).SetMark(a.mark()).SetName(name).SetHow(how).
		SetKnown(known).SetSince(since.At).SetCreatedAt(s.o.Now())
	return s.make(ctx, by, made, searchesMost, "SEARCHES_MOST", watch.KindIn(searches...))
}

// known is what a question finds now, as it is kept.
func (s *Service) known(ctx context.Context, a asked) ([]byte, error) {
	var ids []int
	var err error
	if a.kind == watch.KindSEARCH {
		ids, err = s.o.Search.Matching(ctx, a.request)
		if errors.Is(err, search.ErrBuilding) {
			return nil, fault.New(fault.Unavailable, "INDEX_BUILDING", "what is there already cannot be told from what is new yet")
		}
	} else {
		ids, err = a.present(ctx, s.o.Database.Ent())
	}
	if err != nil {
		return nil, fmt.Errorf("find what is known: %w", err)
	}
	return search.Know(ids).Bytes()
}

// make creates a watch, if its owner has room for it.
func (s *Service) make(ctx context.Context, by identity.Viewer, one *ent.WatchCreate, most int, problem fault.Problem, alike predicate.Watch) (int, error) {
	n, err := s.o.Database.Ent().Watch.Query().Where(watch.PersonID(by.PersonID()), alike).Count(ctx)
	if err != nil {
		return 0, fmt.Errorf("count watches: %w", err)
	}
	if n >= most {
		return 0, fault.New(fault.Conflict, problem, "no room for more")
	}
	made, err := one.Save(ctx)
	if ent.IsConstraintError(err) { // pressed twice
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("keep a watch: %w", err)
	}
	s.Ring()
	return made.ID, nil
}

func nameFaults(name string) []fault.Field {
	switch {
	case name == "":
		return []fault.Field{{Name: "name", Problem: "REQUIRED"}}
	case utf8.RuneCountInString(name) > NameMost:
		return []fault.Field{{Name: "name", Problem: "TOO_LONG"}}
	case strings.ContainsFunc(name, noText) || !utf8.ValidString(name):
		return []fault.Field{{Name: "name", Problem: "BAD_CHARACTERS"}}
	}
	return nil
}

// noText are signs that no name has: controls, and what turns the direction of writing.
func noText(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) }

// Begin watches a thing that the public may see. It fails with fault.NotFound.
func (s *Service) Begin(ctx context.Context, by identity.Viewer, kind watch.Kind, subject int) error {
	since, err := s.o.Database.ChangesEnd(ctx)
	if err != nil {
		return err
	}
	made := s.o.Database.Ent().Watch.Create().SetPersonID(by.PersonID()).SetKind(kind).SetSubject(subject).SetName("").SetSince(since.At).SetCreatedAt(s.o.Now())
	switch kind {
	case watch.KindORGANISATION:
		known, err := s.offered(ctx, subject)
		if err != nil {
			return err
		}
		made.SetKnown(known)
	case watch.KindLISTING, watch.KindLOT, watch.KindPROJECT:
		t, err := look(ctx, s.o.Database.Ent(), kind, subject)
		if err != nil {
			return err
		}
		if !t.public {
			return fault.New(fault.NotFound, "", "no such thing to watch")
		}
		made.SetState(t.encode())
	default:
		return fault.New(fault.NotFound, "", "no such thing to watch")
	}
	_, err = s.make(ctx, by, made, thingsMost, "WATCHES_MOST", watch.KindNotIn(searches...))
	return err
}

// End ends a watch of a thing. There may be none.
func (s *Service) End(ctx context.Context, by identity.Viewer, kind watch.Kind, subject int) error {
	_, err := s.o.Database.Ent().Watch.Delete().
		Where(watch.PersonID(by.PersonID()), watch.KindEQ(kind), watch.KindNotIn(searches...), watch.Subject(subject)).Exec(ctx)
	if err != nil {
		return fmt.Errorf("end a watch: %w", err)
	}
	return nil
}

// Watches says whether somebody watches a thing.
func (s *Service) Watches(ctx context.Context, by identity.Viewer, kind watch.Kind, subject int) (bool, error) {
	if !by.SignedIn() {
		return false, nil
	}
	is, err := s.o.Database.Ent().Watch.Query().Where(watch.PersonID(by.PersonID()), watch.KindEQ(kind), watch.Subject(subject)).Exist(ctx)
	if err != nil {
		return false, fmt.Errorf("look for a watch: %w", err)
	}
	return is, nil
}

// Change renames one of somebody's watches and says anew how he is told. Things keep their own names.
func (s *Service) Change(ctx context.Context, by identity.Viewer, id int, name string, how watch.How) error {
	w, err := s.own(ctx, by, id)
	if err != nil {
		return err
	}
	u := s.o.Database.Ent().Watch.Update().Where(watch.ID(id), watch.PersonID(by.PersonID())).SetHow(how)
	var faults []fault.Field
	if watch.HowValidator(how) != nil {
		faults = append(faults, fault.Field{Name: "how", Problem: "UNKNOWN_VALUE"})
	}
	if w.Kind == watch.KindSEARCH || w.Kind == watch.KindLOTS {
		name = strings.TrimSpace(name)
		faults = append(faults, nameFaults(name)...)
		u.SetName(name)
	}
	if err := fault.OfFields(faults); err != nil {
		return err
	}
	if _, err := u.Save(ctx); err != nil {
		return fmt.Errorf("change a watch: %w", err)
	}
	return nil
}

// Remove takes one of somebody's watches away.
func (s *Service) Remove(ctx context.Context, by identity.Viewer, id int) error {
	n, err := s.o.Database.Ent().Watch.Delete().Where(watch.ID(id), watch.PersonID(by.PersonID())).Exec(ctx)
	if err != nil {
		return fmt.Errorf("remove a watch: %w", err)
	}
	if n == 0 {
		return fault.New(fault.NotFound, "", "no such watch of this person")
	}
	return nil
}

func (s *Service) own(ctx context.Context, by identity.Viewer, id int) (*ent.Watch, error) {
	w, err := s.o.Database.Ent().Watch.Query().Where(watch.ID(id), watch.PersonID(by.PersonID())).Select(slim...).Only(ctx)
	if ent.IsNotFound(err) {
		return nil, fault.New(fault.NotFound, "", "no such watch of this person")
	}
	if err != nil {
		return nil, fmt.Errorf("read a watch: %w", err)
	}
	return w, nil
}

// slim are the columns of a watch without what it knows.
var slim = []string{
	watch.FieldID, watch.FieldPersonID, watch.FieldKind, watch.FieldSubject, watch.FieldQuery, watch.FieldName, watch.FieldHow, watch.FieldState,
	watch.FieldSince, watch.FieldTurn, watch.FieldCreatedAt,
}
