package needs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/internal/agenda"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/inbox"
	"github.com/g60-corridor/corridor/internal/matching"
	"github.com/g60-corridor/corridor/internal/search"
	"github.com/g60-corridor/corridor/internal/store"
)

// Database is where needs stand, and what tells of the catalogue's changes.
type Database interface {
	Ent() *ent.Client
	Tx(ctx context.Context, f func(*store.Tx) error) error
	Changes(ctx context.Context, from store.ChangeCursor) (changes []store.Change, next store.ChangeCursor, more bool, err error)
	ChangesEnd(ctx context.Context) (store.ChangeCursor, error)
	Origin(ctx context.Context) (string, error)
}

// Search takes texts apart and finds what may fit.
type Search interface {
	Split(texts ...string) []search.Word
	Words(ctx context.Context, texts ...string) (words []search.Word, all int, err error)
	Count(ctx context.Context, words []search.Word) (all int, err error)
	Candidates(ctx context.Context, words []search.Word, all int, classes []string, most int) ([]int, error)
}

// Agenda is what is due when.
type Agenda interface {
	Handle(kind string, do agenda.Doer)
	Put(ctx context.Context, tx *store.Tx, e agenda.Errand) error
}

// Herald tells people of something, within the transaction in which it happens.
type Herald interface {
	Tell(ctx context.Context, tx *store.Tx, n inbox.News) error
}

// Options say what it works with. All are required but Log.
type Options struct {
	Database Database
	Search   Search
	Agenda   Agenda
	Herald   Herald
	Now      func() time.Time
	Log      *slog.Logger
}

// Service keeps needs. It is safe for concurrent use.
type Service struct {
	db      Database
	search  Search
	agenda  Agenda
	herald  Herald
	now     func() time.Time
	log     *slog.Logger
	weights *matching.Weights

	lexicon lexicon

	mu     sync.Mutex
	newest struct { // guarded by mu
		at    time.Time
		needs []*Seen
		inAll int
	}
}

// Errands of the needs.
const (
	matchErrand  = "needs.match"
	expireErrand = "needs.expire"
	lookErrand   = "needs.look"
)

// New returns a service and enters what it does into the agenda.
func New(o Options) *Service {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	s := &Service{db: o.Database, search: o.Search, agenda: o.Agenda, herald: o.Herald, now: o.Now, log: o.Log, weights: &matching.Current}
	s.agenda.Handle(matchErrand, s.matchNeed)
	s.agenda.Handle(expireErrand, s.expire)
	s.agenda.Handle(lookErrand, s.look)
	return s
}

// asking are the people of a company who write its needs; the same are told of answers and matches.
var asking = []membership.Role{membership.RoleADMINISTRATOR, membership.RoleEDITOR, membership.RoleAGENT}

// MayAsk says whether somebody may write what his company needs.
func MayAsk(v identity.Viewer) bool {
	return v.Role() == identity.Company && slices.Contains(asking, v.Membership)
}

// MayAnswer says whether somebody may answer needs for his university or institute.
func MayAnswer(v identity.Viewer) bool {
	return v.Role() == identity.Seller && slices.Contains(asking, v.Membership)
}

func allow(ok bool, v identity.Viewer) error {
	switch {
	case !v.SignedIn():
		return fault.New(fault.SignIn, "", "")
	case !ok:
		return fault.New(fault.Forbidden, "", "")
	}
	return nil
}

func notFound() error { return fault.New(fault.NotFound, "", "no such need, or none for this reader") }

func (s *Service) record(ctx context.Context, client *ent.Client, by identity.Viewer, action string, id int, detail string) error {
	return identity.Record(ctx, client, s.now(), by, action, fmt.Sprintf("need:%d", id), detail)
}

// later turns an error of the search, which is being built, into one that the agenda tries again.
func later(err error) error {
	if errors.Is(err, search.ErrBuilding) {
		return fault.New(fault.Unavailable, "", err.Error())
	}
	return err
}
