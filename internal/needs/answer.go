package needs

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/ent/need"
	"github.com/g60-corridor/corridor/ent/needanswer"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/inbox"
	"github.com/g60-corridor/corridor/internal/store"
)

// answersMost is how often one organisation answers in a day.
const answersMost = 30

// Answer answers a need with one of the university's published results (0: with words alone). To one need each result is
// offered once.
func (s *Service) Answer(ctx context.Context, by identity.Viewer, id, listingID int, message string) error {
	if err := allow(MayAnswer(by), by); err != nil {
		return err
	}
	if err := words("answer.message", message, true); err != nil {
		return err
	}
	if _, err := s.View(ctx, by, id); err != nil {
		return err
	}
	return s.db.Tx(ctx, func(tx *store.Tx) error {
		client := tx.Ent()
		if err := lock(ctx, client, id); err != nil {
			return err
		}
		n, err := client.Need.Query().Where(need.ID(id), s.open()).Only(ctx)
		if ent.IsNotFound(err) {
			return fault.New(fault.Conflict, "NEED_CLOSED", "")
		}
		if err != nil {
			return fmt.Errorf("read need %d: %w", id, err)
		}
		if err := identity.Good(ctx, client, by.OrganisationID(), s.now()); err != nil { // §1.1
			return err
		}
		if err := s.mayStill(ctx, client, by); err != nil {
			return err
		}
		create := client.NeedAnswer.Create().SetNeedID(id).SetOrganisationID(by.OrganisationID()).SetPersonID(by.PersonID()).
			SetMessage(strings.TrimSpace(message)).SetAt(s.now())
		key := fmt.Sprintf("%d:o%d", id, by.OrganisationID())
		if listingID != 0 {
			if err := offers(ctx, client, by, listingID); err != nil {
				return err
			}
			create.SetListingID(listingID)
			key = fmt.Sprintf("%d:l%d", id, listingID)
		}
		if there, err := client.NeedAnswer.Query().Where(needanswer.Key(key)).Exist(ctx); err != nil {
			return fmt.Errorf("look for an answer: %w", err)
		} else if there {
			return fault.New(fault.Conflict, "ANSWERED_ALREADY", "")
		}
		made, err := create.SetKey(key).Save(ctx)
		if err != nil {
			return fmt.Errorf("answer need %d: %w", id, err)
		}
		if err := s.record(ctx, client, by, "need_answer", id, fmt.Sprintf("answer:%d", made.ID)); err != nil {
			return err
		}
		p := params(n)
		p["Organisation_zh"], p["Organisation_en"] = by.Organisation.NameZh, by.Organisation.NameEn
		return s.tellOwner(ctx, tx, n, inbox.NeedAnswered, fmt.Sprintf("answer:%d", made.ID), p, "#answers")
	})
}

func (s *Service) mayStill(ctx context.Context, client *ent.Client, by identity.Viewer) error {
	n, err := client.NeedAnswer.Query().Where(needanswer.OrganisationID(by.OrganisationID()), needanswer.AtGT(s.now().Add(-24*time.Hour))).Count(ctx)
	if err != nil {
		return fmt.Errorf("count answers: %w", err)
	}
	if n >= answersMost {
		return fault.New(fault.TooMany, "ANSWERS_TOO_MANY", "")
	}
	return nil
}

// offers says whether a listing is on offer by the viewer's organisation.
func offers(ctx context.Context, client *ent.Client, by identity.Viewer, id int) error {
	there, err := client.Listing.Query().Where(listing.ID(id), listing.StatusEQ(listing.StatusPUBLISHED),
		listing.HasSellerWith(organisation.ID(by.OrganisationID()))).Exist(ctx)
	if err != nil {
		return fmt.Errorf("read listing %d: %w", id, err)
	}
	if !there {
		return fault.OfFields([]fault.Field{{Name: "answer.listing", Problem: "UNKNOWN_VALUE"}})
	}
	return nil
}

// Decide accepts or declines an answer to a need of the viewer's company. Who is accepted is told who the company is.
func (s *Service) Decide(ctx context.Context, by identity.Viewer, id, answer int, accept bool, reason string) error {
	if err := words("decide.reason", reason, !accept); err != nil {
		return err
	}
	return s.db.Tx(ctx, func(tx *store.Tx) error {
		client := tx.Ent()
		n, err := s.own(ctx, client, by, id)
		if err != nil {
			return err
		}
		a, err := client.NeedAnswer.Query().Where(needanswer.ID(answer), needanswer.NeedID(id)).Only(ctx)
		if ent.IsNotFound(err) {
			return notFound()
		}
		if err != nil {
			return fmt.Errorf("read answer %d: %w", answer, err)
		}
		if a.State != needanswer.StateWAITING {
			return fault.New(fault.Conflict, "ANSWER_DECIDED", "")
		}
		state, kind := needanswer.StateDECLINED, inbox.AnswerDeclined
		p := params(n)
		if accept {
			state, kind = needanswer.StateACCEPTED, inbox.AnswerAccepted
			p["Organisation_zh"], p["Organisation_en"] = by.Organisation.NameZh, by.Organisation.NameEn
		}
		p["Note"] = strings.TrimSpace(reason)
		err = client.NeedAnswer.UpdateOne(a).SetState(state).SetReason(strings.TrimSpace(reason)).SetDecidedAt(s.now()).Exec(ctx)
		if err != nil {
			return fmt.Errorf("decide answer %d: %w", answer, err)
		}
		if err := s.record(ctx, client, by, "need_answer_"+strings.ToLower(string(state)), id, fmt.Sprintf("answer:%d", answer)); err != nil {
			return err
		}
		return s.tellSeller(ctx, tx, a.OrganisationID, kind, fmt.Sprintf("answer:%d", answer), p, fmt.Sprintf("/needs/%d", id))
	})
}
