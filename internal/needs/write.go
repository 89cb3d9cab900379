package needs

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/need"
	"github.com/g60-corridor/corridor/ent/needinvitation"
	"github.com/g60-corridor/corridor/ent/needversion"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/internal/agenda"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/inbox"
	"github.com/g60-corridor/corridor/internal/market"
	"github.com/g60-corridor/corridor/internal/matching"
	"github.com/g60-corridor/corridor/internal/store"
)

// How much one company may ask for.
const (
	draftsMost    = 100 // needs that are not closed
	publishedMost = 20  // in a day
)

// New begins a need and returns its number in the catalogue.
func (s *Service) New(ctx context.Context, by identity.Viewer, w matching.Wish) (id int, err error) {
	if err := allow(MayAsk(by), by); err != nil {
		return 0, err
	}
	if err := fault.OfFields(Check(&w)); err != nil {
		return 0, err
	}
	err = s.db.Tx(ctx, func(tx *store.Tx) error {
		client := tx.Ent()
		n, err := client.Need.Query().Where(need.OwnerID(by.OrganisationID()), need.StatusNEQ(need.StatusCLOSED)).Count(ctx)
		if err != nil {
			return fmt.Errorf("count needs: %w", err)
		}
		if n >= draftsMost {
			return fault.New(fault.TooMany, "NEEDS_TOO_MANY", "")
		}
		made, err := client.Need.Create().SetNumber(rand.Text()).SetWish(w).SetOwnerID(by.OrganisationID()).
			SetDemo(by.Organisation.Demo).SetChangedAt(s.now()).SetCreatedAt(s.now()).Save(ctx)
		if err != nil {
			return fmt.Errorf("create need: %w", err)
		}
		id = made.ID
		u := client.Need.UpdateOneID(id).SetNumber(fmt.Sprintf("G60-N-%d-%04d", s.now().In(market.Shanghai).Year(), id))
		if err := s.put(ctx, client, u, id, w); err != nil {
			return err
		}
		return s.record(ctx, client, by, "need_create", id, "")
	})
	return id, err
}

// put writes a wish and the columns that are made of it.
func (s *Service) put(ctx context.Context, client *ent.Client, u *ent.NeedUpdateOne, id int, w matching.Wish) error {
	u.SetWish(w).SetPlanField(w.Field).SetCity(w.City).SetSecrecy(need.Secrecy(w.Secrecy)).SetMark(markOf(&w)).SetChangedAt(s.now())
	if end, ok := endOf(w.Until); ok {
		u.SetEndsAt(end)
	} else {
		u.ClearEndsAt()
	}
	if err := u.Exec(ctx); err != nil {
		return fmt.Errorf("write need %d: %w", id, err)
	}
	if _, err := client.NeedInvitation.Delete().Where(needinvitation.NeedID(id)).Exec(ctx); err != nil {
		return fmt.Errorf("clear invitations of need %d: %w", id, err)
	}
	if w.Secrecy != matching.Invited || len(w.Invited) == 0 {
		return nil
	}
	// Whoever is no university or institute cannot answer and is not invited.
	orgs, err := client.Organisation.Query().Where(organisation.IDIn(w.Invited...), answering).IDs(ctx)
	if err != nil {
		return fmt.Errorf("read the invited of need %d: %w", id, err)
	}
	if len(orgs) != len(w.Invited) {
		return fault.OfFields([]fault.Field{{Name: "need.invited", Problem: "UNKNOWN_VALUE"}})
	}
	all := make([]*ent.NeedInvitationCreate, len(orgs))
	for i, o := range orgs {
		all[i] = client.NeedInvitation.Create().SetNeedID(id).SetOrganisationID(o)
	}
	if err := client.NeedInvitation.CreateBulk(all...).Exec(ctx); err != nil {
		return fmt.Errorf("invite to need %d: %w", id, err)
	}
	return nil
}

var answering = organisation.KindIn(organisation.KindUNIVERSITY, organisation.KindINSTITUTE)

// own returns a need of the viewer's company, for writing.
func (s *Service) own(ctx context.Context, client *ent.Client, by identity.Viewer, id int) (*ent.Need, error) {
	if err := allow(MayAsk(by), by); err != nil {
		return nil, err
	}
	// The update takes the row's lock: who decides next waits.
	if err := lock(ctx, client, id); err != nil {
		return nil, err
	}
	n, err := client.Need.Get(ctx, id)
	if ent.IsNotFound(err) || err == nil && n.OwnerID != by.OrganisationID() {
		return nil, notFound()
	}
	if err != nil {
		return nil, fmt.Errorf("read need %d: %w", id, err)
	}
	return n, nil
}

func lock(ctx context.Context, client *ent.Client, id int) error {
	if err := client.Need.Update().Where(need.ID(id)).AddVersion(0).Exec(ctx); err != nil {
		return fmt.Errorf("lock need %d: %w", id, err)
	}
	return nil
}

// Save writes what was typed. One that is published must stay fit to be, and is weighed anew.
func (s *Service) Save(ctx context.Context, by identity.Viewer, id, version int, w matching.Wish) (next int, err error) {
	if err := fault.OfFields(Check(&w)); err != nil {
		return 0, err
	}
	err = s.db.Tx(ctx, func(tx *store.Tx) error {
		n, err := s.own(ctx, tx.Ent(), by, id)
		if err != nil {
			return err
		}
		next, err = s.save(ctx, tx, by, n, version, w)
		return err
	})
	return next, err
}

func (s *Service) save(ctx context.Context, tx *store.Tx, by identity.Viewer, n *ent.Need, version int, w matching.Wish) (int, error) {
	switch {
	case n.Status == need.StatusCLOSED:
		return 0, fault.New(fault.Conflict, "NEED_CLOSED", "")
	case n.Version != version:
		return 0, fault.New(fault.Conflict, "NEED_STALE", "")
	}
	out := n.Status == need.StatusPUBLISHED
	if out {
		if err := fault.OfFields(ready(&w, s.today())); err != nil {
			return 0, err
		}
		if err := identity.Good(ctx, tx.Ent(), by.OrganisationID(), s.now()); err != nil { // §1.1
			return 0, err
		}
	}
	if err := s.put(ctx, tx.Ent(), tx.Ent().Need.UpdateOneID(n.ID).AddVersion(1), n.ID, w); err != nil {
		return 0, err
	}
	if out {
		n.Version++
		if err := s.keep(ctx, tx.Ent(), by, n.ID, needversion.WhatCHANGED, w); err != nil {
			return 0, err
		}
		if err := s.arrange(ctx, tx, n.ID, n.Version, &w); err != nil {
			return 0, err
		}
	}
	return version + 1, s.record(ctx, tx.Ent(), by, "need_save", n.ID, "")
}

func (s *Service) keep(ctx context.Context, client *ent.Client, by identity.Viewer, id int, what needversion.What, w matching.Wish) error {
	n, err := client.NeedVersion.Query().Where(needversion.NeedID(id)).Count(ctx)
	if err != nil {
		return fmt.Errorf("count versions of need %d: %w", id, err)
	}
	err = client.NeedVersion.Create().SetNeedID(id).SetNumber(n + 1).SetWhat(what).SetWish(w).SetPersonID(by.PersonID()).SetAt(s.now()).Exec(ctx)
	if err != nil {
		return fmt.Errorf("keep version %d of need %d: %w", n+1, id, err)
	}
	return nil
}

type needArgs struct {
	Need int `json:"need"`
}

// arrange puts what follows from a need that is out: its weighing, and its end.
func (s *Service) arrange(ctx context.Context, tx *store.Tx, id, version int, w *matching.Wish) error {
	args, err := json.Marshal(needArgs{id})
	if err != nil {
		return fmt.Errorf("write an errand: %w", err)
	}
	err = s.agenda.Put(ctx, tx, agenda.Errand{Kind: matchErrand, Key: fmt.Sprintf("%d:%d", id, version), Args: args, At: s.now()})
	if err != nil {
		return err
	}
	end, _ := endOf(w.Until)
	return s.agenda.Put(ctx, tx, agenda.Errand{Kind: expireErrand, Key: fmt.Sprintf("%d:%s", id, w.Until), Args: args, At: end})
}

// Publish puts a draft out.
func (s *Service) Publish(ctx context.Context, by identity.Viewer, id, version int) error {
	return s.db.Tx(ctx, func(tx *store.Tx) error {
		client := tx.Ent()
		n, err := s.own(ctx, client, by, id)
		if err != nil {
			return err
		}
		switch {
		case n.Status != need.StatusDRAFT:
			return fault.New(fault.Conflict, "NEED_NO_DRAFT", "")
		case n.Version != version:
			return fault.New(fault.Conflict, "NEED_STALE", "")
		}
		if err := fault.OfFields(ready(&n.Wish, s.today())); err != nil {
			return err
		}
		if err := identity.Good(ctx, client, by.OrganisationID(), s.now()); err != nil { // §1.1
			return err
		}
		today, err := client.Need.Query().Where(need.OwnerID(n.OwnerID), need.PublishedAtGT(s.now().Add(-24*time.Hour))).Count(ctx)
		if err != nil {
			return fmt.Errorf("count needs: %w", err)
		}
		if today >= publishedMost {
			return fault.New(fault.TooMany, "NEEDS_TOO_MANY", "")
		}
		err = client.Need.UpdateOneID(id).SetStatus(need.StatusPUBLISHED).SetPublishedAt(s.now()).SetChangedAt(s.now()).AddVersion(1).Exec(ctx)
		if err != nil {
			return fmt.Errorf("publish need %d: %w", id, err)
		}
		if err := s.keep(ctx, client, by, id, needversion.WhatPUBLISHED, n.Wish); err != nil {
			return err
		}
		if err := s.arrange(ctx, tx, id, n.Version+1, &n.Wish); err != nil {
			return err
		}
		return s.record(ctx, client, by, "need_publish", id, n.Number)
	})
}

// Close ends a need of the viewer's company: it was fulfilled, or it is wanted no more.
func (s *Service) Close(ctx context.Context, by identity.Viewer, id int, how need.Outcome) error {
	if how != need.OutcomeFULFILLED && how != need.OutcomeWITHDRAWN {
		return fault.OfFields([]fault.Field{{Name: "need.outcome", Problem: "UNKNOWN_VALUE"}})
	}
	return s.db.Tx(ctx, func(tx *store.Tx) error {
		n, err := s.own(ctx, tx.Ent(), by, id)
		if err != nil {
			return err
		}
		return s.end(ctx, tx, by, n, how, "")
	})
}

func (s *Service) end(ctx context.Context, tx *store.Tx, by identity.Viewer, n *ent.Need, how need.Outcome, reason string) error {
	if n.Status == need.StatusCLOSED {
		return fault.New(fault.Conflict, "NEED_CLOSED", "")
	}
	err := tx.Ent().Need.UpdateOneID(n.ID).SetStatus(need.StatusCLOSED).SetOutcome(how).SetReason(reason).SetChangedAt(s.now()).AddVersion(1).Exec(ctx)
	if err != nil {
		return fmt.Errorf("close need %d: %w", n.ID, err)
	}
	if err := s.keep(ctx, tx.Ent(), by, n.ID, needversion.WhatCLOSED, n.Wish); err != nil {
		return err
	}
	return s.record(ctx, tx.Ent(), by, "need_close", n.ID, string(how))
}

// TakeDown ends a need by the operator, with a reason that its company is told.
func (s *Service) TakeDown(ctx context.Context, by identity.Viewer, id int, reason string) error {
	if err := allow(by.Operates(), by); err != nil {
		return err
	}
	if err := words("take.reason", reason, true); err != nil {
		return err
	}
	if len(reason) > 2000 {
		return fault.OfFields([]fault.Field{{Name: "take.reason", Problem: "TOO_LONG"}})
	}
	return s.db.Tx(ctx, func(tx *store.Tx) error {
		if err := lock(ctx, tx.Ent(), id); err != nil {
			return err
		}
		n, err := tx.Ent().Need.Get(ctx, id)
		if ent.IsNotFound(err) || err == nil && n.Status == need.StatusDRAFT {
			return notFound()
		}
		if err != nil {
			return fmt.Errorf("read need %d: %w", id, err)
		}
		if err := s.end(ctx, tx, by, n, need.OutcomeTAKEN_DOWN, strings.TrimSpace(reason)); err != nil {
			return err
		}
		p := params(n)
		p["Note"] = strings.TrimSpace(reason)
		return s.tellOwner(ctx, tx, n, inbox.NeedTakenDown, fmt.Sprintf("need:%d:down", id), p, "")
	})
}

// expire ends a need when its last day is over; a day that was moved meanwhile has an errand of its own.
func (s *Service) expire(ctx context.Context, d agenda.Due) error {
	var args needArgs
	if err := json.Unmarshal(d.Args, &args); err != nil {
		return fmt.Errorf("read the errand: %w", err)
	}
	return s.db.Tx(ctx, func(tx *store.Tx) error {
		if err := lock(ctx, tx.Ent(), args.Need); err != nil {
			return err
		}
		n, err := tx.Ent().Need.Get(ctx, args.Need)
		if err != nil {
			return fmt.Errorf("read need %d: %w", args.Need, err)
		}
		if n.Status != need.StatusPUBLISHED || n.EndsAt == nil || n.EndsAt.After(s.now()) {
			return nil
		}
		if err := s.end(ctx, tx, identity.Viewer{}, n, need.OutcomeEXPIRED, ""); err != nil {
			return err
		}
		return s.tellOwner(ctx, tx, n, inbox.NeedExpired, fmt.Sprintf("need:%d:%s", n.ID, n.Wish.Until), params(n), "")
	})
}
