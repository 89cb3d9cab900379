package agenda

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"regexp"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"

	"github.com/g60-corridor/corridor/internal/store"
)

// Errand is something to be done.
type Errand struct {
	Kind string          // room and deed, such as "inbox.send"
	Args json.RawMessage // whatever he needs to know; nil for nothing
	At   time.Time       // not before; zero: as soon as possible
	Key  string          // of its kind there is one errand with this key; "" for any number
}

// Due is an errand whose time has come.
type Due struct {
	Key     string
	Args    json.RawMessage
	Attempt int // 1 at first
}

// Doer does errands of one kind. What it returns as an error is tried again. Its context ends after a minute, or when the
// house closes.
type Doer func(ctx context.Context, d Due) error

// Options say what an agenda works with.
type Options struct {
	DB  *store.DB
	Now func() time.Time // optional: another clock
	Log *slog.Logger     // optional
}

// Agenda puts errands and sees to them. Put is safe for concurrent use.
type Agenda struct {
	db      *store.DB
	log     *slog.Logger
	insert  putter
	doers   map[string]Doer
	running bool // Run has begun: nobody comes to do errands any more
	trial   trial
}

// trial is what tests change.
type trial struct {
	clock  func() time.Time
	hurry  bool // maintenance begins without a random wait
	rescue time.Duration
}

// putter is River's client for one kind of transaction.
type putter interface {
	put(ctx context.Context, tx *store.Tx, job job, opts *river.InsertOpts) error
}

// New returns an agenda. It can put errands at once; it does them while Run runs.
func New(o Options) (*Agenda, error) { return open(o, trial{clock: o.Now}) }

func open(o Options, t trial) (*Agenda, error) {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	a := &Agenda{db: o.DB, log: o.Log, doers: map[string]Doer{}, trial: t}
	config := a.config()
	config.SkipUnknownJobCheck = true // another node may be the one that does it
	var err error
	if o.DB.IsPostgres() {
		var c postgres
		c.Client, err = river.NewClient(riverpgxv5.New(o.DB.AgendaPool()), config)
		a.insert = c
	} else {
		var c sqlite
		c.Client, err = river.NewClient(riversqlite.New(o.DB.SQL()), config)
		a.insert = c
	}
	if err != nil {
		return nil, fmt.Errorf("open the agenda: %w", err)
	}
	return a, nil
}

var kindForm = regexp.MustCompile(`^[a-z]+\.[a-z_]+$`)

// Handle says who does the errands of a kind. All must be said before Run.
func (a *Agenda) Handle(kind string, do Doer) {
	if a.running || a.doers[kind] != nil || !kindForm.MatchString(kind) {
		panic("agenda: " + kind + " is no kind, is done by somebody already, or is said too late")
	}
	a.doers[kind] = do
}

// Put enters an errand within a transaction. If there is one with its key, nothing changes.
func (a *Agenda) Put(ctx context.Context, tx *store.Tx, e Errand) error {
	if !kindForm.MatchString(e.Kind) {
		return fmt.Errorf("put an errand: %q is no kind", e.Kind)
	}
	opts := &river.InsertOpts{ScheduledAt: e.At, UniqueOpts: river.UniqueOpts{ByArgs: e.Key != ""}}
	if err := a.insert.put(ctx, tx, job{kind: e.Kind, Key: e.Key, Args: e.Args}, opts); err != nil {
		return fmt.Errorf("put errand %s %q: %w", e.Kind, e.Key, err)
	}
	return nil
}

// job is an errand as River stores it.
type job struct {
	kind string
	Key  string          `json:"key,omitempty" river:"unique"`
	Args json.RawMessage `json:"args,omitempty"`
}

// Kind implements river.JobArgs.
func (j job) Kind() string { return j.kind }
