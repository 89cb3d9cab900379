package enquiry

import (
	"context"
	"fmt"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/ent/listingquestion"
	"github.com/g60-corridor/corridor/ent/lot"
	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/ent/project"
	"github.com/g60-corridor/corridor/ent/projectentry"
	"github.com/g60-corridor/corridor/ent/registration"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/inbox"
	"github.com/g60-corridor/corridor/internal/store"
)

// Answer answers a question, or changes the answer; version is that of the question as it was read. Whether it is
// confidential is said with the first answer and stays so: what was public cannot be taken back, and what was confidential
// is not the seller's alone to publish. While a sale of the listing is on, all bidders must know the same, so nothing is
// answered confidentially.
func (s *Service) Answer(ctx context.Context, by identity.Viewer, id, version int, text string, confidential bool) error {
	text = tidy(text)
	if err := check("answer", text, AnswerMost, "ANSWER_TOO_LONG"); err != nil {
		return err
	}
	return s.change(ctx, id, version, func(tx *store.Tx, q *ent.ListingQuestion, l *ent.Listing) error {
		if !answers(by, l) {
			return fault.New(fault.NotFound, "", "the listing is of another seller")
		}
		if inside, err := s.inside(ctx, by, l); err != nil {
			return err
		} else if !inside { // R1.7
			return fault.New(fault.Forbidden, "SELLER_SIDE_CLOSED", "he bids himself")
		}
		if q.HiddenAt != nil {
			return fault.New(fault.Conflict, "QUESTION_CHANGED", "the question is hidden")
		}
		u := tx.Ent().ListingQuestion.UpdateOneID(id).SetAnswer(text).SetAnswererID(by.PersonID())
		first := q.AnsweredAt == nil
		if first {
			running, err := s.running(ctx, tx.Ent(), l.ID)
			if err != nil {
				return err
			}
			if confidential && running {
				return fault.OfFields([]fault.Field{{Name: "confidential", Problem: "CONFIDENTIAL_DURING_SALE"}})
			}
			u.SetAnsweredAt(s.now()).SetConfidential(confidential)
			q.Confidential = confidential
		}
		if err := u.Exec(ctx); err != nil {
			return fmt.Errorf("keep an answer: %w", err)
		}
		n := news(inbox.QuestionAnswered, l, q)
		n.Person = q.Edges.Asker.ID
		if err := s.herald.Tell(ctx, tx, n); err != nil {
			return err
		}
		if q.Confidential {
			return nil
		}
		return s.tellBidders(ctx, tx, l, q)
	})
}

// tellBidders tells all who have entered for a sale that is on, or have acted in a project that is open, what has been
// answered: all of them at the same time.
func (s *Service) tellBidders(ctx context.Context, tx *store.Tx, l *ent.Listing, q *ent.ListingQuestion) error {
	var acted []int
	err := tx.Ent().ProjectEntry.Query().Where(projectentry.ByOrganisationNotIn(0, l.Edges.Seller.ID), projectentry.HasProjectWith(
		project.HasListingWith(listing.ID(l.ID)), project.Published(true), project.PhaseNotIn(projectOver...))).
		Unique(true).Select(projectentry.FieldByOrganisation).Scan(ctx, &acted)
	if err != nil {
		return fmt.Errorf("list who acts in projects of listing %d: %w", l.ID, err)
	}
	bidders, err := tx.Ent().Organisation.Query().
		Where(organisation.KindNEQ(organisation.KindMARKET_OPERATOR), organisation.Or(organisation.IDIn(acted...), organisation.HasRegistrationsWith(registration.StateNotIn(registration.StateWITHDRAWN, registration.StateREJECTED),
			registration.HasLotWith(lot.HasListingWith(listing.ID(l.ID)), lot.PhaseNotIn(lotOver...))))).
		Order(ent.Asc(organisation.FieldID)).IDs(ctx)
	if err != nil {
		return fmt.Errorf("list who bids for listing %d: %w", l.ID, err)
	}
	n := news(inbox.AnswerPublished, l, q)
	n.Roles = []membership.Role{membership.RoleAGENT, membership.RoleADMINISTRATOR}
	for _, org := range bidders {
		n.Organisation = org
		if err := s.herald.Tell(ctx, tx, n); err != nil {
			return err
		}
	}
	return nil
}

// running says whether somebody may be bidding for a listing, or about to.
func (s *Service) running(ctx context.Context, client *ent.Client, listingID int) (bool, error) {
	lots, err := client.Lot.Query().Where(lot.HasListingWith(listing.ID(listingID)), lot.StatusEQ(lot.StatusPUBLISHED), lot.PhaseNotIn(lotOver...)).Exist(ctx)
	if err != nil {
		return false, fmt.Errorf("look for sales of listing %d: %w", listingID, err)
	}
	if lots {
		return true, nil
	}
	projects, err := client.Project.Query().Where(project.HasListingWith(listing.ID(listingID)), project.Published(true), project.PhaseNotIn(projectOver...)).Exist(ctx)
	if err != nil {
		return false, fmt.Errorf("look for projects of listing %d: %w", listingID, err)
	}
	return projects, nil
}

// Hide hides a question with its answer. The reason stands in their place.
func (s *Service) Hide(ctx context.Context, by identity.Viewer, id, version int, reason string) error {
	if !by.Operates() {
		return fault.New(fault.Forbidden, "OPERATORS_ONLY", "")
	}
	reason = tidy(reason)
	return s.change(ctx, id, version, func(tx *store.Tx, q *ent.ListingQuestion, l *ent.Listing) error {
		if q.HiddenAt != nil {
			return fault.New(fault.Conflict, "QUESTION_CHANGED", "the question is hidden already")
		}
		if err := check("reason", reason, ReasonMost, "REASON_TOO_LONG"); err != nil {
			return err
		}
		if err := tx.Ent().ListingQuestion.UpdateOneID(id).SetHiddenAt(s.now()).SetHiddenReason(reason).Exec(ctx); err != nil {
			return fmt.Errorf("hide a question: %w", err)
		}
		if err := identity.Record(ctx, tx.Ent(), s.now(), by, "question.hide", fmt.Sprintf("question:%d", id), reason); err != nil {
			return err
		}
		n := news(inbox.QuestionHidden, l, q)
		n.Params["Reason"] = reason
		seller := n
		seller.Organisation, seller.Roles = l.Edges.Seller.ID, answering
		n.Person = q.Edges.Asker.ID
		if err := s.herald.Tell(ctx, tx, n); err != nil {
			return err
		}
		return s.herald.Tell(ctx, tx, seller)
	})
}

// change does something to a question of a published listing, as the one who does it has read it.
func (s *Service) change(ctx context.Context, id, version int, do func(*store.Tx, *ent.ListingQuestion, *ent.Listing) error) error {
	return s.db.Tx(ctx, func(tx *store.Tx) error {
		n, err := tx.Ent().ListingQuestion.Update().Where(listingquestion.ID(id), listingquestion.Version(version)).AddVersion(1).Save(ctx)
		if err != nil {
			return fmt.Errorf("take question %d: %w", id, err)
		}
		q, err := tx.Ent().ListingQuestion.Query().Where(listingquestion.ID(id)).WithAsker().WithListing().Only(ctx)
		if ent.IsNotFound(err) {
			return fault.New(fault.NotFound, "", "no such question")
		}
		if err != nil {
			return fmt.Errorf("read question %d: %w", id, err)
		}
		l, err := published(ctx, tx.Ent(), q.Edges.Listing.ID)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.Conflict, "QUESTION_CHANGED", "somebody was faster")
		}
		return do(tx, q, l)
	})
}

// Listing is the listing that a question is about.
func (s *Service) Listing(ctx context.Context, id int) (int, error) {
	of, err := s.db.Ent().ListingQuestion.Query().Where(listingquestion.ID(id)).QueryListing().OnlyID(ctx)
	if ent.IsNotFound(err) {
		return 0, fault.New(fault.NotFound, "", "no such question")
	}
	return of, err
}
