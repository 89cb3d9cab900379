package watch

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/watch"
	"github.com/g60-corridor/corridor/ent/watchround"
	"github.com/g60-corridor/corridor/internal/search"
	"github.com/g60-corridor/corridor/internal/store"
)

const (
	lookEvery  = time.Second
	retryAfter = 2 * time.Second
	writeEvery = 10 * time.Second // how often it is written down that nothing was news
	freshMost  = 500              // watches taken up in one round
	tellMost   = 100              // watches told in one transaction: on SQLite it keeps everybody else from writing
	readAtOnce = 400
)

// theRound is the one row that says how far the changes have been looked at.
const theRound = 1

// Ring says that something may have changed. It does not block.
func (s *Service) Ring() {
	select {
	case s.bell <- struct{}{}:
	default:
	}
}

// Run looks for news until the context ends.
func (s *Service) Run(ctx context.Context) {
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.bell:
		case <-look.C:
		}
		if err := s.Follow(ctx); err != nil && ctx.Err() == nil {
			s.log.ErrorContext(ctx, "look for what is new to watchers", "error", err)
			select {
			case <-ctx.Done():
				return
			case <-time.After(retryAfter):
			}
		}
	}
}

// Follow looks at all that has changed and tells those to whom it is new.
func (s *Service) Follow(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		more, err := s.round(ctx)
		if errors.Is(err, errOvertaken) {
			continue
		}
		if err != nil || !more {
			return err
		}
	}
}

// errOvertaken says that another node has had the round.
var errOvertaken = errors.New("another node has had the round")

// round looks at one part of what has changed. mu is held.
func (s *Service) round(ctx context.Context) (more bool, err error) {
	client := s.o.Database.Ent()
	now, err := client.WatchRound.Get(ctx, theRound)
	if err != nil {
		return false, fmt.Errorf("read the round of the watch: %w", err)
	}
	if now.Turn != s.turn { // somebody else may have taken up watches that the changes after this were not held against here
		s.cursor = store.ChangeCursor{At: now.At}
	}
	fresh, err := s.load(ctx, now.Turn)
	if err != nil {
		return false, err
	}
	from := s.cursor
	for _, w := range fresh {
		if w.Since < from.At {
			from = store.ChangeCursor{At: w.Since}
		}
	}
	changes, err := s.o.Search.Changed(ctx, from)
	if errors.Is(err, store.ErrChangesLost) {
		return false, s.startOver(ctx, now, err)
	}
	if err != nil {
		return false, err
	}
	news, err := s.news(ctx, changes)
	if err != nil {
		return false, err
	}
	moved, err := s.moved(ctx, changes, fresh)
	if err != nil {
		return false, err
	}
	r := &round{s: s, at: now.At, turn: now.Turn, next: changes.Next.At, fresh: fresh, news: news, moved: moved}
	if len(fresh)+len(news)+len(moved) > 0 || r.next != now.At && s.o.Now().Sub(s.written) > writeEvery {
		if err := r.write(ctx); err != nil {
			return false, err
		}
		s.written = s.o.Now()
		s.turn = r.turn
	}
	s.cursor = changes.Next
	return changes.More || len(fresh) == freshMost, nil
}

// startOver goes on from where the changes are now, after a database was put back from a copy.
func (s *Service) startOver(ctx context.Context, now *ent.WatchRound, why error) error {
	s.log.WarnContext(ctx, "the watch has lost its place and goes on from here", "error", why)
	end, err := s.o.Database.ChangesEnd(ctx)
	if err != nil {
		return err
	}
	s.cursor = end
	_, err = s.o.Database.Ent().WatchRound.Update().Where(watchround.ID(theRound), watchround.Turn(now.Turn)).SetAt(end.At).AddTurn(1).Save(ctx)
	if err != nil {
		return fmt.Errorf("write down the round: %w", err)
	}
	return s.o.Database.Ent().Watch.Update().Where(watch.SinceGT(end.At), watch.Turn(0)).SetTurn(now.Turn + 1).Exec(ctx)
}

// load reads the watches that were taken up since it last looked, and those that none has taken up yet. The numbers of
// rounds are in the order of commits, for each round has the one row.
func (s *Service) load(ctx context.Context, turn int64) (fresh []*ent.Watch, err error) {
	client := s.o.Database.Ent()
	if turn != s.turn {
		taken, err := client.Watch.Query().Where(watch.TurnGT(s.turn), watch.TurnLTE(turn), watch.KindIn(waiting...)).Select(slim...).All(ctx)
		if err != nil {
			return nil, fmt.Errorf("read what stands: %w", err)
		}
		s.stand(taken)
		s.turn = turn
	}
	fresh, err = client.Watch.Query().Where(watch.Turn(0)).Order(ent.Asc(watch.FieldID)).Limit(freshMost).Select(slim...).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read new watches: %w", err)
	}
	s.stand(fresh)
	return fresh, nil
}

// waiting are the kinds that wait for results.
var waiting = []watch.Kind{watch.KindSEARCH, watch.KindLOTS, watch.KindORGANISATION}

func (s *Service) stand(all []*ent.Watch) {
	for _, w := range all {
		if !slices.Contains(waiting, w.Kind) {
			continue
		}
		one := &standing{id: w.ID, kind: w.Kind, seller: w.Subject, settled: map[int]struct{}{}}
		if w.Kind != watch.KindORGANISATION {
			a, err := read(w.Kind, w.Query)
			if err != nil || a.empty() {
				continue // a value that is no more
			}
			one.asked = a
		}
		s.standing.put(one)
	}
}

// news holds listings against what stands. mu is held.
func (s *Service) news(ctx context.Context, changes search.Changes) ([]found, error) {
	by := map[int]*found{}
	for _, l := range changes.Listings {
		sheet := search.Lay(l, changes.Open[l.ID], s.o.Now())
		s.standing.meet(l, &sheet, func(one *standing, subject int) {
			if _, is := one.settled[subject]; is {
				return
			}
			f := by[one.id]
			if f == nil {
				f = &found{standing: one}
				by[one.id] = f
			}
			f.results = append(f.results, result{subject, l})
		})
	}
	return s.unknown(ctx, by)
}

// unknown leaves out what was found when the search was saved.
func (s *Service) unknown(ctx context.Context, by map[int]*found) (news []found, err error) {
	var ids []int
	for id := range by {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for part := range slices.Chunk(ids, readAtOnce) {
		rows, err := s.o.Database.Ent().Watch.Query().Where(watch.IDIn(part...)).Select(watch.FieldID, watch.FieldKnown).All(ctx)
		if err != nil {
			return nil, fmt.Errorf("read what is known: %w", err)
		}
		there := map[int]bool{}
		for _, row := range rows {
			there[row.ID] = true
			known, err := search.ReadKnown(row.Known)
			if err != nil {
				return nil, err
			}
			f := by[row.ID]
			f.results = slices.DeleteFunc(f.results, func(r result) bool {
				if known.Has(r.subject) {
					f.settled[r.subject] = struct{}{}
					return true
				}
				return false
			})
			if len(f.results) > 0 {
				news = append(news, *f)
			}
		}
		for _, id := range part {
			if !there[id] { // its owner has taken it away
				s.standing.drop(id)
			}
		}
	}
	return news, nil
}
