package market

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/outbox"
	"github.com/g60-corridor/corridor/ent/project"
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/fault"
)

// Word is what a project decides about its lot while the lot goes its own way: by the time the word arrives it may have
// opened, or closed. Each word is therefore tried in the forms that a lot knows, one of which fits.
type Word string

const (
	WordHalt   Word = "Halt"   // the lot is paused, or withdrawn if it has not opened. R3.15
	WordResume Word = "Resume" // what was paused is resumed after its notice. R3.16
	WordVoid   Word = "Void"   // the sale is annulled, or withdrawn if it has not opened. R3.17
)

// Reason is why a sale is interrupted or void; it is published.
type Reason struct {
	Cause auction.PauseCause `json:"cause"`
	Note  string             `json:"note"`
}

// Tell posts a project's word to its lot within somebody's transaction; Deliver afterwards hands it to the saleroom. The
// reason belongs to a halt and to the end.
func (s *Service) Tell(ctx context.Context, client *ent.Client, lotID int, word Word, why Reason) error {
	if runes := []rune(why.Note); len(runes) > NoteMost {
		why.Note = string(runes[:NoteMost-1]) + "…"
	}
	payload, err := json.Marshal(why)
	if err != nil {
		return fmt.Errorf("post %s to lot %d: %w", word, lotID, err)
	}
	if err := client.Outbox.Create().SetLotID(lotID).SetCommand(string(word)).SetPayload(payload).SetCreatedAt(s.now()).Exec(ctx); err != nil {
		return fmt.Errorf("post %s to lot %d: %w", word, lotID, err)
	}
	return nil
}

// forms are the commands of which one fits. A lot may open between two of them; then the first fits after all.
func forms(word Word, payload []byte) ([]auction.Command, error) {
	var why Reason
	if err := json.Unmarshal(payload, &why); err != nil {
		return nil, fmt.Errorf("read %s: %w", word, err)
	}
	withdraw := auction.Withdraw{Note: why.Note}
	switch word {
	case WordHalt:
		pause := auction.Pause{Cause: why.Cause, Note: why.Note}
		return []auction.Command{pause, withdraw, pause}, nil
	case WordVoid:
		annul := auction.Annul{Cause: why.Cause, Note: why.Note}
		return []auction.Command{annul, withdraw, annul}, nil
	case WordResume:
		return []auction.Command{auction.Resume{}}, nil
	}
	return nil, fault.New(fault.Internal, "", "unknown command "+string(word)+" in the outbox")
}

// halted says whether a lot that was withdrawn was so because its project was suspended before it opened.
func (s *Service) halted(ctx context.Context, lotID int) (bool, error) {
	yes, err := s.db.Ent().Outbox.Query().Where(outbox.LotID(lotID), outbox.Command(string(WordHalt)), outbox.DoneAtNotNil()).Exist(ctx)
	if err != nil {
		return false, fmt.Errorf("look for what halted lot %d: %w", lotID, err)
	}
	return yes, nil
}

// standsStill are the phases of a project whose lot goes on by the project's word alone.
var standsStill = []string{"SUSPENDED", "PAUSED", "TERMINATED", "ANNULLED"}

// resumable says why a lot may not be resumed: its project is suspended.
func resumable(ctx context.Context, client *ent.Client, lotID int) error {
	held, err := client.Project.Query().Where(project.LotID(lotID), project.PhaseIn(standsStill...)).Exist(ctx)
	if err != nil {
		return fmt.Errorf("look for the project of lot %d: %w", lotID, err)
	}
	if held {
		return fault.New(fault.Conflict, "LOT_HELD_BY_PROJECT", "the project of the lot is suspended")
	}
	return nil
}
