package project

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/project"
	"github.com/g60-corridor/corridor/ent/projectentry"
	"github.com/g60-corridor/corridor/internal/agenda"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/depot"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/inbox"
	"github.com/g60-corridor/corridor/internal/market"
	"github.com/g60-corridor/corridor/internal/money"
	"github.com/g60-corridor/corridor/internal/store"
	"github.com/g60-corridor/corridor/internal/trade"
)

// Database is where the projects stand.
type Database interface {
	Ent() *ent.Client
	Tx(ctx context.Context, f func(*store.Tx) error) error
}

// Market holds the competitive sales.
type Market interface {
	OpenSale(ctx context.Context, client *ent.Client, sale market.Sale) (lotID int, err error)
	Deliver(ctx context.Context, lotID int)
	Ending(ctx context.Context, lotID int) (market.Ending, error)
	Tell(ctx context.Context, client *ent.Client, lotID int, word market.Word, why market.Reason) error
}

// Agenda is told what is due when.
type Agenda interface {
	Put(ctx context.Context, tx *store.Tx, e agenda.Errand) error
	Handle(kind string, do agenda.Doer)
}

// Herald tells people of something, within the transaction in which it happens.
type Herald interface {
	Tell(ctx context.Context, tx *store.Tx, n inbox.News) error
}

// silence is the herald of a room that tells nobody.
type silence struct{}

func (silence) Tell(context.Context, *store.Tx, inbox.News) error { return nil }

// Depot keeps files.
type Depot interface {
	Take(ctx context.Context, from io.Reader, t depot.Terms) (depot.Stored, error)
	Read(ctx context.Context, key string) (io.ReadCloser, error)
	Remove(ctx context.Context, key string) error
}

// Authority says how far a person binds his company, and keeps aside what goes beyond it.
type Authority interface {
	AboveNow(ctx context.Context, org, person int, lot auction.LotID, amount money.Fen) (bool, error)
	HoldPrice(ctx context.Context, tx *store.Tx, by identity.Viewer, project int, amount money.Fen) error
	Price(ctx context.Context, by identity.Viewer, project, id int) (money.Fen, error)
	ConfirmPrice(ctx context.Context, tx *store.Tx, by identity.Viewer, project, id int) error
	LapsePrices(ctx context.Context, tx *store.Tx, project int) error
}

// Options say what the room works with. All are required but Herald, Depot, Authority, Modes and Log.
type Options struct {
	Database Database
	Market   Market
	Agenda   Agenda
	Herald   Herald       // nil: nobody is told anything
	Depot    Depot        // nil: nothing can be attached to objections
	Modes    []trade.Mode // the sales that can be announced by name; optional
	Now      func() time.Time
	Log      *slog.Logger

	Authority Authority // nil: nobody's word has a limit
}

// Service is the room of the projects. It is safe for concurrent use.
type Service struct {
	db     Database
	market Market
	agenda Agenda
	herald Herald
	depot  Depot
	modes  []trade.Mode
	limits Authority
	now    func() time.Time
	log    *slog.Logger
}

// New returns the room and tells the agenda who sees to its deadlines. Run brings the outcomes of sales back.
func New(o Options) *Service {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Herald == nil {
		o.Herald = silence{}
	}
	s := &Service{
		db: o.Database, market: o.Market, agenda: o.Agenda, herald: o.Herald, depot: o.Depot, modes: o.Modes, limits: o.Authority, now: o.Now, log: o.Log,
	}
	o.Agenda.Handle(deadline, s.due)
	return s
}

// actor is who decides; the zero value is a clock or a lot.
type actor struct {
	person, organisation int
	files                *filing // what comes with the command; nil: nothing
}

// View is a project with everything that happened in it.
type View struct {
	Row     *ent.Project // with listing, its seller and patents, seller and operator
	State   *trade.State
	Entries []Noted

	closed bool // to the viewer, though he is of the seller: he bids himself; R1.7
}

// Noted is an entry with who made it.
type Noted struct {
	trade.Entry
	Raw          string
	Person       int // 0: a clock or the lot
	Organisation int
	StoredAt     time.Time
}

// view returns a project by its log. It does not ask who may see it.
func (s *Service) view(ctx context.Context, client *ent.Client, id int) (*View, error) {
	row, err := client.Project.Query().Where(project.ID(id)).WithSeller().WithOperator().
		WithListing(func(q *ent.ListingQuery) { q.WithSeller().WithPatents() }).Only(ctx)
	if ent.IsNotFound(err) {
		return nil, fault.New(fault.NotFound, "", "no such project")
	}
	if err != nil {
		return nil, fmt.Errorf("read project %d: %w", id, err)
	}
	rows, err := client.ProjectEntry.Query().Where(projectentry.HasProjectWith(project.ID(id))).
		Order(ent.Asc(projectentry.FieldSeq)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the entries of project %d: %w", id, err)
	}
	v := &View{Row: row, State: trade.NewState(trade.ProjectID(id))}
	for _, r := range rows {
		e, err := trade.Decode([]byte(r.Event))
		if err != nil {
			return nil, fmt.Errorf("entry %d of project %d: %w", r.Seq, id, err)
		}
		v.State.Apply(e)
		v.Entries = append(v.Entries, Noted{Entry: e, Raw: r.Event, Person: r.ByPerson, Organisation: r.ByOrganisation, StoredAt: r.StoredAt})
	}
	return v, nil
}

// errCollided says that somebody else has decided in the meantime.
var errCollided = errors.New("project: another entry came first")

// attempts is how often somebody decides again before he gives up.
const attempts = 20

// step lets due time pass and carries out a command, on what is there when it is stored. prepare completes the command for
// the state; nil: it is complete, or there is none.
func (s *Service) step(ctx context.Context, id int, by actor, prepare func(*View) (trade.Command, error)) error {
	for range attempts {
		err := s.once(ctx, id, by, prepare)
		if !errors.Is(err, errCollided) {
			return err
		}
	}
	return fault.New(fault.Unavailable, "", fmt.Sprintf("project %d is decided by too many at once", id))
}

func (s *Service) once(ctx context.Context, id int, by actor, prepare func(*View) (trade.Command, error)) error {
	v, err := s.view(ctx, s.db.Ent(), id)
	if err != nil {
		return err
	}
	cal, err := s.Calendar(ctx)
	if err != nil {
		return err
	}
	at := auction.InstantOf(s.now())
	var command trade.Command
	var held error
	if prepare != nil {
		// A command is completed for what the project is once due time has passed.
		passed, _ := trade.Step(v.State, at, nil, cal)
		seen := *v
		seen.State = v.State.Clone()
		for _, e := range passed {
			seen.State.Apply(e)
		}
		if command, err = prepare(&seen); errors.Is(err, ErrHeld) {
			command, held = nil, err // what clocks did stands all the same: what waits rests on it
		} else if err != nil {
			return err
		}
	}
	entries, refusal := trade.Step(v.State, at, command, cal)
	if refusal != nil || command == nil {
		by = actor{} // what is stored, clocks did
	}
	if len(entries) > 0 {
		lot := 0
		err = s.db.Tx(ctx, func(tx *store.Tx) error {
			if _, opens := command.(trade.OpenSale); opens && refusal == nil {
				entries, lot, err = s.startSale(ctx, tx, v, at, entries)
				if err != nil {
					return err
				}
			}
			made, err := s.append(ctx, tx, v, entries, by)
			lot = max(lot, made)
			return err
		})
		if err != nil {
			return err
		}
		if lot > 0 {
			s.market.Deliver(ctx, lot)
		}
		if resumes(command) && lot > 0 && refusal == nil {
			if err := s.reopen(ctx, id); err != nil {
				s.log.WarnContext(ctx, "reopen a sale at once; it will be looked for again", "error", err)
			}
		}
	}
	if refusal != nil {
		return Refused(refusal)
	}
	return held
}

// append stores entries after those of the view, with what follows from them: the row for lists, the errand for the next
// deadline, the lot of a competitive sale.
func (s *Service) append(ctx context.Context, tx *store.Tx, v *View, entries []trade.Entry, by actor) (lot int, err error) {
	after, told := v.State.Clone(), 0
	creates := make([]*ent.ProjectEntryCreate, 0, len(entries))
	commanded := entries[len(entries)-1].At
	for _, e := range entries {
		if told, err = s.tell(ctx, tx, v, after, e.Event, told); err != nil {
			return 0, err
		}
		after.Apply(e)
		raw, err := trade.Encode(e)
		if err != nil {
			return 0, err
		}
		c := tx.Ent().ProjectEntry.Create().SetProjectID(v.Row.ID).SetSeq(e.Seq).SetAt(e.At.Time()).SetEvent(string(raw)).SetStoredAt(s.now())
		if e.At == commanded && !byClock(e.Event) {
			c.SetByPerson(by.person).SetByOrganisation(by.organisation)
		}
		creates = append(creates, c)
	}
	u := tx.Ent().Project.Update().Where(project.ID(v.Row.ID), project.Seq(v.State.Seq)).SetSeq(after.Seq).
		SetPhase(string(after.Phase)).SetPriceFen(int64(priceOf(after))).SetPublished(published(after))
	next := after.Next()
	if len(next) > 0 {
		u.SetNextAt(next[0].Due.Time()).SetNextKind(string(next[0].Kind)).SetNextRule(string(next[0].Kind.Rule()))
	} else {
		u.ClearNextAt().SetNextKind("").SetNextRule("")
	}
	setDue(u, v.Row, next, commanded)
	for _, e := range entries {
		switch ev := e.Event.(type) {
		case trade.BiddingOpened:
			if lot, err = s.openBidding(ctx, tx, v, after, ev, e.At); err != nil {
				return 0, err
			}
			u.SetLotID(lot)
		case trade.SaleOpened:
			u.SetLotID(int(ev.Lot))
		}
	}
	n, err := u.Save(ctx)
	if err != nil {
		return 0, fmt.Errorf("write project %d: %w", v.Row.ID, err)
	}
	if n == 0 {
		return 0, errCollided
	}
	if err := tx.Ent().ProjectEntry.CreateBulk(creates...).Exec(ctx); err != nil {
		if ent.IsConstraintError(err) {
			return 0, errCollided
		}
		return 0, fmt.Errorf("write the log of project %d: %w", v.Row.ID, err)
	}
	if err := s.keepFiles(ctx, tx.Ent(), v.Row.ID, by); err != nil {
		return 0, err
	}
	if by.files != nil && by.files.price != 0 {
		if err := s.limits.ConfirmPrice(ctx, tx, by.files.second, v.Row.ID, by.files.price); err != nil {
			return 0, err
		}
	}
	if s.limits != nil && !awaitsPrice(after) && awaitsPrice(v.State) {
		if err := s.limits.LapsePrices(ctx, tx, v.Row.ID); err != nil {
			return 0, err
		}
	}
	return max(lot, told), s.remind(ctx, tx, v.Row.ID, after)
}

// setDue writes the next deadline that everybody may know, and counts its changes, so that a calendar that has it moves it.
func setDue(u *ent.ProjectUpdate, was *ent.Project, next []trade.Clock, at trade.Instant) {
	i := slices.IndexFunc(next, func(c trade.Clock) bool { return c.Kind.Told() })
	switch {
	case i < 0 && was.DueAt == nil:
		return
	case i < 0:
		u.ClearDueAt().SetDueKind("")
	case was.DueAt != nil && was.DueAt.Equal(next[i].Due.Time()) && was.DueKind == string(next[i].Kind):
		return
	default:
		u.SetDueAt(next[i].Due.Time()).SetDueKind(string(next[i].Kind))
	}
	u.AddDueChanges(1).SetDueChangedAt(at.Time())
}

// byClock says whether an event can come from a clock alone.
func byClock(e trade.Event) bool {
	switch e.(type) {
	case trade.NoticeCompleted, trade.DeadlineMissed, trade.ApplicationsClosed, trade.ListingClosed, trade.ListingExtended,
		trade.BiddingOpened, trade.ResultNoticeCompleted, trade.RegistrationClosed, trade.SaleEnded, trade.ListingEnded:
		return true
	}
	return false
}

// published says whether the public may see a project: once it was announced, it stays visible.
func published(s *trade.State) bool { return s.PublishedAt != 0 }
