package identity

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/mandate"
	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/internal/agenda"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/inbox"
	"github.com/g60-corridor/corridor/internal/store"
)

// Mandated says why somebody may not act within a scope from one moment to another; nil if he may. Whoever is not an
// administrator needs an accepted power of attorney that holds all the time; an administrator represents the organisation
// himself. That a member's role opens the door at all is for the caller to have asked. §1.1
func Mandated(ctx context.Context, client *ent.Client, v Viewer, scope Scope, from, until time.Time) error {
	if v.Membership == membership.RoleADMINISTRATOR {
		return nil
	}
	accepted, err := client.Mandate.Query().Where(mandate.OrganisationID(v.OrganisationID()), mandate.PersonID(v.PersonID()),
		mandate.StateEQ(mandate.StateACCEPTED), mandate.ValidUntilGT(from)).All(ctx)
	if err != nil {
		return fmt.Errorf("read powers of attorney: %w", err)
	}
	slices.SortFunc(accepted, func(a, b *ent.Mandate) int { return a.ValidFrom.Compare(b.ValidFrom) })
	held := from // up to here, without a gap: one may follow upon another
	for _, m := range accepted {
		if slices.Contains(m.Scope, string(scope)) && !m.ValidFrom.After(held) && m.ValidUntil.After(held) {
			held = m.ValidUntil
		}
	}
	switch {
	case held.Equal(from):
		return fault.New(fault.Forbidden, missingMandate[scope], "no power of attorney")
	case held.Before(until):
		return fault.New(fault.Forbidden, "MANDATE_ENDS", "the power of attorney ends too soon")
	}
	return nil
}

// missingMandate names rule and remedy by scope. SIGN is asked for nowhere yet: contracts are signed on paper and only filed here.
var missingMandate = map[Scope]fault.Problem{ToBid: "MANDATE_MISSING", ToList: "MANDATE_LIST_MISSING", ToSign: "MANDATE_SIGN_MISSING"}

// Holds says whether a viewer may act within a scope at this moment, as far as powers of attorney go.
func (s *Service) Holds(ctx context.Context, v Viewer, scope Scope) (bool, error) {
	err := Mandated(ctx, s.db.Ent(), v, scope, s.now(), s.now())
	if err != nil && fault.Of(err) != fault.Forbidden {
		return false, err
	}
	return err == nil, nil
}

// Standing is what a viewer may do for whom at this moment, in one word to compare: where it has changed, what he holds open
// elsewhere must end.
func (s *Service) Standing(ctx context.Context, v Viewer) (string, error) {
	may := true
	if v.MayBid() {
		var err error
		if may, err = s.Holds(ctx, v, ToBid); err != nil {
			return "", err
		}
	}
	return fmt.Sprint(v.PersonID(), " ", v.OrganisationID(), " ", v.Membership, " ", may), nil
}

// mandateReminders come a fortnight and three days before the end.
var mandateReminders = []int{14, 3}

const (
	mandateEndsErrand = "identity.mandate_ends"
	mandateOverErrand = "identity.mandate_over"
)

type mandateArgs struct {
	Mandate int `json:"mandate"`
	Days    int `json:"days,omitempty"`
}

func (s *Service) handleMandates() {
	s.agenda.Handle(mandateEndsErrand, s.remindOfMandate)
	s.agenda.Handle(mandateOverErrand, s.endMandate)
}

// putMandateReminders enters what is due for an accepted power of attorney.
func (s *Service) putMandateReminders(ctx context.Context, tx *store.Tx, m *ent.Mandate) error {
	if s.agenda == nil {
		return nil
	}
	put := func(kind string, at time.Time, a mandateArgs) error {
		args, err := json.Marshal(a)
		if err != nil {
			return err
		}
		return s.agenda.Put(ctx, tx, agenda.Errand{Kind: kind, Key: fmt.Sprintf("%d:%d", a.Mandate, a.Days), At: at, Args: args})
	}
	for _, days := range mandateReminders {
		if at := m.ValidUntil.AddDate(0, 0, -days); at.After(s.now()) {
			if err := put(mandateEndsErrand, at, mandateArgs{m.ID, days}); err != nil {
				return err
			}
		}
	}
	return put(mandateOverErrand, m.ValidUntil, mandateArgs{Mandate: m.ID})
}

func (s *Service) remindOfMandate(ctx context.Context, d agenda.Due) error {
	var a mandateArgs
	if err := json.Unmarshal(d.Args, &a); err != nil {
		return fmt.Errorf("read the errand: %w", err)
	}
	return s.db.Tx(ctx, func(tx *store.Tx) error {
		m, err := mandateByID(ctx, tx.Ent(), a.Mandate)
		if err != nil || m.State != mandate.StateACCEPTED || !m.ValidUntil.After(s.now()) {
			return err
		}
		return s.tellOfMandate(ctx, tx, inbox.MandateEnds, m, fmt.Sprintf(":%d", a.Days))
	})
}

// endMandate notes that a power of attorney has ended. It gave no right from that moment on, whenever this is done.
func (s *Service) endMandate(ctx context.Context, d agenda.Due) error {
	var a mandateArgs
	if err := json.Unmarshal(d.Args, &a); err != nil {
		return fmt.Errorf("read the errand: %w", err)
	}
	return s.db.Tx(ctx, func(tx *store.Tx) error {
		n, err := tx.Ent().Mandate.Update().Where(mandate.ID(a.Mandate), mandate.StateEQ(mandate.StateACCEPTED), mandate.ValidUntilLTE(s.now())).
			SetState(mandate.StateEXPIRED).Save(ctx)
		if err != nil || n == 0 {
			return err
		}
		m, err := mandateByID(ctx, tx.Ent(), a.Mandate)
		if err != nil {
			return err
		}
		if err := s.noteOn(ctx, tx.Ent(), Viewer{}, "mandate_expire", personSubject(m.PersonID), m.Edges.Organisation.Uscc); err != nil {
			return err
		}
		return s.tellOfMandate(ctx, tx, inbox.MandateExpired, m, "")
	})
}

// tellOfMandate tells the agent, and the administrators of his organisation.
func (s *Service) tellOfMandate(ctx context.Context, tx *store.Tx, k inbox.Kind, m *ent.Mandate, suffix string) error {
	if s.herald == nil {
		return nil
	}
	n := inbox.News{
		Kind: k, Key: fmt.Sprintf("mandate:%d%s", m.ID, suffix), Organisation: m.OrganisationID, Link: "/organisation/mandates",
		Params: inbox.Params{
			"Person_zh": m.Edges.Person.NameZh, "Person_en": m.Edges.Person.NameEn, "Until_at": inbox.At(m.ValidUntil),
			"Organisation_zh": m.Edges.Organisation.NameZh, "Organisation_en": m.Edges.Organisation.NameEn, "Reason": strings.TrimSpace(m.Reason),
		},
		Roles: bosses, Besides: m.PersonID,
	}
	return s.herald.Tell(ctx, tx, n)
}
