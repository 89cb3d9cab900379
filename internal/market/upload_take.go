package market

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/g60-corridor/corridor/ent/upload"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/identity"
)

// importing is what is being imported on this node.
type importing struct {
	queue chan taking
	mu    sync.Mutex
	rows  map[string][2]int // done and total by token; guarded by mu
}

// taking is an upload that is to be taken.
type taking struct {
	by    identity.Viewer
	token string
}

const (
	takingsMost = 64               // that wait on one node
	takingDead  = 15 * time.Minute // after which an import that has not ended is taken for dead: its node has gone
)

func (i *importing) progress(token string) (done, total int) {
	i.mu.Lock()
	defer i.mu.Unlock()
	p := i.rows[token]
	return p[0], p[1]
}

func (i *importing) set(token string, done, total int) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.rows[token] = [2]int{done, total}
}

func (i *importing) end(token string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	delete(i.rows, token)
}

// Take begins to make drafts of a file; RunImports does it. To take what is being taken or has been taken is nothing new.
func (s *Service) Take(ctx context.Context, by identity.Viewer, token string) error {
	if err := s.mayImport(by); err != nil {
		return err
	}
	n, err := s.db.Ent().Upload.Update().Where(ofViewer(by), upload.Token(token), upload.ExpiresAtGT(s.now()), upload.Or(
		upload.StateIn(upload.StateNEW, upload.StateFAILED),
		upload.And(upload.StateEQ(upload.StateRUNNING), upload.StartedAtLT(s.now().Add(-takingDead))),
	)).SetState(upload.StateRUNNING).SetStartedAt(s.now()).SetReport("").Save(ctx)
	if err != nil {
		return fmt.Errorf("begin an import: %w", err)
	}
	if n == 0 {
		_, err := s.Uploaded(ctx, by, token)
		return err
	}
	select {
	case s.importing.queue <- taking{by, token}:
		return nil
	default:
	}
	if err := s.ended(ctx, token, upload.StateNEW, nil); err != nil {
		return err
	}
	return fault.New(fault.Unavailable, "IMPORT_QUEUE", "too many imports wait")
}

// RunImports takes files, one after the other, until the context ends. Run does it too.
func (s *Service) RunImports(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case t := <-s.importing.queue:
			s.takeNow(ctx, t)
		}
	}
}

// takeNow makes drafts of a file. What goes wrong stands in its report; a defect ends this import and nothing else.
func (s *Service) takeNow(ctx context.Context, t taking) {
	defer s.importing.end(t.token)
	report, err := s.taken(ctx, t)
	state := upload.StateDONE
	switch {
	case errors.Is(err, errTakenAlready):
		return
	case err != nil:
		state = upload.StateFAILED
		report = ImportReport{Failed: "IMPORT_FAILED"}
		if e := fault.In(err); e.Code != fault.Internal {
			report.Failed = e.Problem
			if len(e.Fields) > 0 {
				report.Failed = e.Fields[0].Problem
			}
		} else {
			s.log.ErrorContext(ctx, "import", "error", err)
		}
	}
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second) // the house may be closing
	defer cancel()
	if err := s.ended(ending, t.token, state, &report); err != nil {
		s.log.ErrorContext(ctx, "import", "error", err)
	}
}

// errTakenAlready: another node took a file that seemed to be forgotten, or it stood in the queue twice.
var errTakenAlready = errors.New("the file has been taken")

func (s *Service) taken(ctx context.Context, t taking) (report ImportReport, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("import: panic: %v", p)
		}
	}()
	u, err := s.Uploaded(ctx, t.by, t.token)
	if err != nil {
		return report, err
	}
	if u.State != upload.StateRUNNING {
		return report, errTakenAlready
	}
	records, err := u.records()
	if err != nil {
		return report, err
	}
	s.importing.set(t.token, 0, len(records))
	return s.Import(ctx, t.by, Import{
		Records: records, Chosen: u.chosen, Progress: func(done, total int) { s.importing.set(t.token, done, total) },
	})
}

// ended writes down how an import ended. The file of one that is done is not needed any more.
func (s *Service) ended(ctx context.Context, token string, state upload.State, report *ImportReport) error {
	update := s.db.Ent().Upload.Update().Where(upload.Token(token), upload.StateEQ(upload.StateRUNNING)).SetState(state)
	if report != nil {
		text, err := json.Marshal(report)
		if err != nil {
			return fmt.Errorf("report an import: %w", err)
		}
		update.SetReport(string(text))
	}
	if state == upload.StateDONE {
		update.SetData([]byte{})
	}
	if err := update.Exec(ctx); err != nil {
		return fmt.Errorf("end an import: %w", err)
	}
	return nil
}
