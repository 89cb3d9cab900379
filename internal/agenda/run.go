package agenda

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivertype"

	"github.com/g60-corridor/corridor/internal/store"
)

const (
	atOnce   = 8               // errands that a node does at the same time
	pollMost = time.Second     // how late an errand that came without a ring is noticed
	workMost = time.Minute     // an errand's time
	lostFrom = 2 * time.Minute // an errand that has been under way for so long was left by a node that died
	stopMost = 8 * time.Second // errands may end what they are at, then their contexts end
	waitMost = time.Hour       // between two attempts
	tries    = 10_000          // more than a year of them: an errand is not dropped
	retryRun = 5 * time.Second // after the database did not answer at the start
)

type (
	postgres struct{ *river.Client[pgx.Tx] }
	sqlite   struct{ *river.Client[*sql.Tx] }
)

func (c postgres) put(ctx context.Context, tx *store.Tx, j job, opts *river.InsertOpts) error {
	_, err := c.InsertTx(ctx, tx.Postgres(), j, opts)
	return err
}

func (c sqlite) put(ctx context.Context, tx *store.Tx, j job, opts *river.InsertOpts) error {
	_, err := c.InsertTx(ctx, tx.SQLite(), j, opts)
	return err
}

func (a *Agenda) config() *river.Config {
	c := &river.Config{
		Logger: slog.New(warnings{a.log.Handler()}), MaxAttempts: tries, RetryPolicy: patience{a.now}, JobTimeout: workMost, RescueStuckJobsAfter: lostFrom,
		SoftStopTimeout: stopMost, FetchPollInterval: pollMost,
		// SQLite has one writer: River shares it with the bids, and looks for work once a second, without a table of rings.
		PollOnly: !a.db.IsPostgres(),
		// A kind that this node does not know is left to one that does.
		FetchOnlyKnownKinds: true,
		ReindexerSchedule:   river.NeverSchedule(), // the tables stay small: what is done is gone after a day
		TestOnly:            a.trial.hurry,
	}
	if a.trial.rescue != 0 {
		c.RescueStuckJobsAfter, c.JobTimeout = a.trial.rescue, a.trial.rescue/2
	}
	if a.trial.clock != nil {
		c.Test.Time = clock{a.trial.clock}
	}
	return c
}

func (a *Agenda) now() time.Time {
	if a.trial.clock != nil {
		return a.trial.clock()
	}
	return time.Now()
}

// worker is River's client while it works.
type worker interface {
	Start(ctx context.Context) error
	Stop(ctx context.Context) error
	StopAndCancel(ctx context.Context) error
}

// Run does what is due until the context ends; then errands under way may end, for a few seconds. One that does not is
// left, and done again later. It may be called once.
func (a *Agenda) Run(ctx context.Context) error {
	a.running = true
	if len(a.doers) == 0 {
		<-ctx.Done()
		return nil
	}
	w, err := a.worker()
	if err != nil {
		return fmt.Errorf("run the agenda: %w", err)
	}
	going := context.WithoutCancel(ctx) // the end comes by Stop
	for {
		err := w.Start(going)
		if err == nil {
			break
		}
		a.log.ErrorContext(ctx, "begin the agenda; it is tried again", "error", err)
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(retryRun):
		}
	}
	<-ctx.Done()
	ending, cancel := context.WithTimeout(going, stopMost+2*time.Second)
	defer cancel()
	if err := w.Stop(ending); err != nil {
		return fmt.Errorf("stop the agenda: %w", err)
	}
	return nil
}

func (a *Agenda) worker() (worker, error) {
	config := a.config()
	config.Queues = map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: atOnce}}
	config.Workers = river.NewWorkers()
	for kind, do := range a.doers {
		river.AddWorkerArgs(config.Workers, job{kind: kind}, river.WorkFunc(func(ctx context.Context, j *river.Job[job]) error {
			return do(ctx, Due{Key: j.Args.Key, Args: j.Args.Args, Attempt: j.Attempt})
		}))
	}
	if a.db.IsPostgres() {
		return river.NewClient(riverpgxv5.New(a.db.AgendaPool()), config)
	}
	return river.NewClient(riversqlite.New(a.db.SQL()), config)
}

// patience is when an errand that failed is tried again: after a second, then ever later, at most an hour.
type patience struct{ now func() time.Time }

func (p patience) NextRetry(j *rivertype.JobRow) time.Time {
	wait := waitMost
	if n := j.Attempt - 1; n < 12 {
		wait = time.Second << n
	}
	return p.now().Add(wait + time.Duration(rand.Int64N(int64(wait)/8)))
}

// clock is a clock of ours in River's place.
type clock struct{ read func() time.Time }

func (c clock) Now() time.Time       { return c.read() }
func (c clock) NowOrNil() *time.Time { now := c.read(); return &now }

// warnings leaves out what River tells while all is well.
type warnings struct{ slog.Handler }

func (w warnings) Enabled(ctx context.Context, l slog.Level) bool {
	return l >= slog.LevelWarn && w.Handler.Enabled(ctx, l)
}

func (w warnings) WithAttrs(attrs []slog.Attr) slog.Handler {
	return warnings{w.Handler.WithAttrs(attrs)}
}

func (w warnings) WithGroup(name string) slog.Handler { return warnings{w.Handler.WithGroup(name)} }
