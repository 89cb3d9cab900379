package identity

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/mandate"
	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/ent/person"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/inbox"
	"github.com/g60-corridor/corridor/internal/store"
)

// Scope is what a power of attorney covers.
type Scope string

const (
	ToBid  Scope = "BID"
	ToList Scope = "LIST"
	ToSign Scope = "SIGN"
)

// Scopes lists all scopes.
var Scopes = []Scope{ToBid, ToList, ToSign}

const (
	mandateLength = 3 * 366 * 24 * time.Hour // from its first day to its last
	reasonMost    = 500
)

// NewMandate is a power of attorney as it is handed in.
type NewMandate struct {
	Agent       int // id of a person
	Scope       []Scope
	From, Until time.Time
	File        io.Reader
}

// check names the fields at fault.
func (p NewMandate) check(now time.Time) error {
	var faults []fault.Field
	say := func(field string, problem fault.Problem) {
		faults = append(faults, fault.Field{Name: field, Problem: problem})
	}
	if len(p.Scope) == 0 {
		say("scope", "REQUIRED")
	}
	for _, sc := range p.Scope {
		if !slices.Contains(Scopes, sc) {
			say("scope", "UNKNOWN_VALUE")
		}
	}
	switch {
	case p.From.IsZero():
		say("valid_from", "REQUIRED")
	case p.Until.IsZero():
	case !p.Until.After(p.From):
		say("valid_until", "MANDATE_ORDER")
	case p.Until.Sub(p.From) > mandateLength:
		say("valid_until", "MANDATE_LONG")
	}
	switch {
	case p.Until.IsZero():
		say("valid_until", "REQUIRED")
	case !p.Until.After(now):
		say("valid_until", "IN_THE_PAST")
	}
	if p.File == nil {
		say("file", "REQUIRED")
	}
	return fault.OfFields(faults)
}

// authorised are the roles of people who act for an organisation under a power of attorney: agents bid, editors offer results.
// An administrator needs none.
var authorised = []membership.Role{membership.RoleAGENT, membership.RoleEDITOR}

// TakesMandate says whether members of a role act under a power of attorney.
func TakesMandate(r membership.Role) bool { return slices.Contains(authorised, r) }

// SubmitMandate hands in the power of attorney of an agent or an editor, by an administrator or by himself. §1.1
func (s *Service) SubmitMandate(ctx context.Context, by Viewer, p NewMandate) (*ent.Mandate, error) {
	if !by.Administers() && !(by.OrganisationID() != 0 && by.PersonID() == p.Agent) {
		return nil, fault.New(fault.Forbidden, "ADMINISTRATORS_OF_IT_ONLY", "no administrator, and not himself")
	}
	if s.depot == nil {
		return nil, fault.New(fault.Unavailable, "", "there is no depot")
	}
	if err := p.check(s.now()); err != nil {
		return nil, err
	}
	agent := func(client *ent.Client) error {
		is, err := client.Membership.Query().Where(membership.HasPersonWith(person.ID(p.Agent)), membership.RoleIn(authorised...),
			membership.HasOrganisationWith(organisation.ID(by.OrganisationID()))).Exist(ctx)
		if err == nil && !is {
			err = fault.OfFields([]fault.Field{{Name: "agent", Problem: "NOT_AN_AGENT"}})
		}
		return err
	}
	if err := agent(s.db.Ent()); err != nil {
		return nil, err
	}
	kept, err := s.takeFile(ctx, p.File, "file")
	if err != nil {
		return nil, err
	}
	var m *ent.Mandate
	err = s.among(ctx, by, func(tx *store.Tx) error {
		client := tx.Ent()
		if err := agent(client); err != nil {
			return err
		}
		var scope []string
		for _, sc := range Scopes { // each once
			if slices.Contains(p.Scope, sc) {
				scope = append(scope, string(sc))
			}
		}
		m, err = client.Mandate.Create().SetOrganisationID(by.OrganisationID()).SetPersonID(p.Agent).SetScope(scope).
			SetValidFrom(p.From.UTC()).SetValidUntil(p.Until.UTC()).SetFileKey(kept.Key).SetFileType(kept.Type).SetFileSize(kept.Size).
			SetFileSha256(kept.SHA256).SetSubmittedBy(by.PersonID()).SetSubmittedAt(s.now()).Save(ctx)
		if err != nil {
			return fmt.Errorf("hand in a power of attorney: %w", err)
		}
		if err := s.noteOn(ctx, client, by, "mandate_submit", personSubject(p.Agent), strings.Join(scope, " ")); err != nil {
			return err
		}
		return s.tellOfHandedIn(ctx, tx, by.Organisation, m)
	})
	if err != nil {
		s.forgetFile(ctx, kept)
		return nil, err
	}
	return m, nil
}

// tellOfHandedIn tells the people of the market's operators that a power of attorney waits.
func (s *Service) tellOfHandedIn(ctx context.Context, tx *store.Tx, of *ent.Organisation, m *ent.Mandate) error {
	if s.herald == nil {
		return nil
	}
	operators, err := tx.Ent().Organisation.Query().Where(organisation.KindEQ(organisation.KindMARKET_OPERATOR)).IDs(ctx)
	if err != nil {
		return fmt.Errorf("look for operators: %w", err)
	}
	for _, id := range operators {
		err := s.herald.Tell(ctx, tx, inbox.News{
			Kind: inbox.MandatesWaiting, Key: fmt.Sprintf("mandate:%d", m.ID), Organisation: id, Link: "/operator/mandates",
			Roles:  operating,
			Params: inbox.Params{"Organisation_zh": of.NameZh, "Organisation_en": of.NameEn},
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Mandates lists the powers of attorney of the viewer's organisation to its administrators, and to an agent his own.
func (s *Service) Mandates(ctx context.Context, by Viewer) ([]*ent.Mandate, error) {
	if by.OrganisationID() == 0 {
		return nil, fault.New(fault.Forbidden, "", "acts for nobody")
	}
	q := s.db.Ent().Mandate.Query().Where(mandate.OrganisationID(by.OrganisationID()))
	if !by.Administers() {
		q.Where(mandate.PersonID(by.PersonID()))
	}
	all, err := q.WithPerson().Order(ent.Desc(mandate.FieldID)).Limit(200).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("list powers of attorney: %w", err)
	}
	return all, nil
}

// MandateQueue lists what waits for the operator's decision, the oldest first, and then the latest decisions.
func (s *Service) MandateQueue(ctx context.Context, by Viewer) (waiting, decided []*ent.Mandate, err error) {
	if !by.Operates() {
		return nil, nil, fault.New(fault.Forbidden, "OPERATORS_ONLY", "")
	}
	of := func() *ent.MandateQuery { return s.db.Ent().Mandate.Query().WithPerson().WithOrganisation() }
	waiting, err = of().Where(mandate.StateEQ(mandate.StateSUBMITTED)).Order(ent.Asc(mandate.FieldID)).Limit(200).All(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("list powers of attorney that wait: %w", err)
	}
	decided, err = of().Where(mandate.StateNEQ(mandate.StateSUBMITTED), mandate.DecidedAtNotNil()).
		Order(ent.Desc(mandate.FieldDecidedAt), ent.Desc(mandate.FieldID)).Limit(50).All(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("list powers of attorney that were decided: %w", err)
	}
	return waiting, decided, nil
}

// AcceptMandate lets an agent act under a power of attorney; he and the administrators are told, and reminded before it ends.
func (s *Service) AcceptMandate(ctx context.Context, by Viewer, id int) error {
	return s.judge(ctx, by, id, mandate.StateACCEPTED, "")
}

// RejectMandate turns a power of attorney down, for a reason that its organisation is told.
func (s *Service) RejectMandate(ctx context.Context, by Viewer, id int, reason string) error {
	return s.judge(ctx, by, id, mandate.StateREJECTED, reason)
}

func (s *Service) judge(ctx context.Context, by Viewer, id int, to mandate.State, reason string) error {
	if !by.Operates() {
		return fault.New(fault.Forbidden, "OPERATORS_ONLY", "")
	}
	reason, err := checkReason(reason, to == mandate.StateREJECTED)
	if err != nil {
		return err
	}
	return s.db.Tx(ctx, func(tx *store.Tx) error {
		client := tx.Ent()
		n, err := client.Mandate.Update().Where(mandate.ID(id), mandate.StateEQ(mandate.StateSUBMITTED)).
			SetState(to).SetReason(reason).SetDecidedBy(by.PersonID()).SetDecidedAt(s.now()).Save(ctx)
		if err != nil {
			return fmt.Errorf("decide on power of attorney %d: %w", id, err)
		}
		m, err := mandateByID(ctx, client, id)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.Conflict, "MANDATE_DECIDED", "")
		}
		action, kind := "mandate_reject", inbox.MandateRejected
		if to == mandate.StateACCEPTED {
			if !m.ValidUntil.After(s.now()) {
				return fault.New(fault.Conflict, "MANDATE_OVER", "it has ended already")
			}
			action, kind = "mandate_accept", inbox.MandateAccepted
			if err := s.putMandateReminders(ctx, tx, m); err != nil {
				return err
			}
		}
		if err := s.noteOn(ctx, client, by, action, personSubject(m.PersonID), m.Edges.Organisation.Uscc); err != nil {
			return err
		}
		return s.tellOfMandate(ctx, tx, kind, m, "")
	})
}

// Revoke ends a power of attorney: by an administrator of its organisation, the agent himself or the operator.
func (s *Service) Revoke(ctx context.Context, by Viewer, id int, reason string) error {
	reason, err := checkReason(reason, by.Operates())
	if err != nil {
		return err
	}
	return s.db.Tx(ctx, func(tx *store.Tx) error {
		client := tx.Ent()
		m, err := mandateByID(ctx, client, id)
		if err != nil {
			return err
		}
		if !mayRead(by, m) {
			return fault.New(fault.NotFound, "", "no such power of attorney of his")
		}
		n, err := client.Mandate.Update().Where(mandate.ID(id), mandate.StateIn(mandate.StateSUBMITTED, mandate.StateACCEPTED)).
			SetState(mandate.StateREVOKED).SetReason(reason).SetDecidedBy(by.PersonID()).SetDecidedAt(s.now()).Save(ctx)
		if err != nil {
			return fmt.Errorf("revoke power of attorney %d: %w", id, err)
		}
		if n == 0 {
			return fault.New(fault.Conflict, "MANDATE_DECIDED", "")
		}
		m.Reason = reason
		if err := s.noteOn(ctx, client, by, "mandate_revoke", personSubject(m.PersonID), m.Edges.Organisation.Uscc); err != nil {
			return err
		}
		return s.tellOfMandate(ctx, tx, inbox.MandateRevoked, m, "")
	})
}

// MandatePaper opens the scan of a power of attorney, for its organisation's administrators, the agent and the operator.
// Each opening is written down. The caller closes it.
func (s *Service) MandatePaper(ctx context.Context, by Viewer, id int) (*ent.Mandate, io.ReadCloser, error) {
	m, err := mandateByID(ctx, s.db.Ent(), id)
	if err != nil {
		return nil, nil, err
	}
	if !mayRead(by, m) || m.FileKey == "" || s.depot == nil {
		return nil, nil, fault.New(fault.NotFound, "", "no such paper for him")
	}
	file, err := s.depot.Read(ctx, m.FileKey)
	if err != nil {
		return nil, nil, err
	}
	if err := s.noteOn(ctx, s.db.Ent(), by, "mandate_read", personSubject(m.PersonID), m.Edges.Organisation.Uscc); err != nil {
		return nil, nil, errors.Join(err, file.Close())
	}
	return m, file, nil
}

// mayRead says who may see and end a power of attorney. Who left the organisation has no part in its papers.
func mayRead(by Viewer, m *ent.Mandate) bool {
	return by.Operates() || by.OrganisationID() == m.OrganisationID && (by.Administers() || by.PersonID() == m.PersonID)
}

func mandateByID(ctx context.Context, client *ent.Client, id int) (*ent.Mandate, error) {
	m, err := client.Mandate.Query().Where(mandate.ID(id)).WithPerson().WithOrganisation().Only(ctx)
	if ent.IsNotFound(err) {
		return nil, fault.New(fault.NotFound, "", "no such power of attorney")
	}
	if err != nil {
		return nil, fmt.Errorf("read power of attorney %d: %w", id, err)
	}
	return m, nil
}

func checkReason(reason string, must bool) (string, error) {
	reason = strings.TrimSpace(reason)
	switch n := utf8.RuneCountInString(reason); {
	case n == 0 && must:
		return "", fault.OfFields([]fault.Field{{Name: "reason", Problem: "REQUIRED"}})
	case n > reasonMost:
		return "", fault.OfFields([]fault.Field{{Name: "reason", Problem: "TOO_LONG"}})
	case !utf8.ValidString(reason) || strings.ContainsRune(reason, 0):
		return "", fault.OfFields([]fault.Field{{Name: "reason", Problem: "NOT_TEXT"}})
	}
	return reason, nil
}
