package identity

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/internal/agenda"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/inbox"
	"github.com/g60-corridor/corridor/internal/standing"
	"github.com/g60-corridor/corridor/internal/store"
)

// Agenda is told what is due when.
type Agenda interface {
	Put(ctx context.Context, tx *store.Tx, e agenda.Errand) error
	Handle(kind string, do agenda.Doer)
}

// Barring stops an organisation that may take part no longer where it is under way, within the transaction that bars it;
// afterwards is called once that is stored.
type Barring func(ctx context.Context, tx *store.Tx, by Viewer, org int, note string) (afterwards func(context.Context), err error)

// WhenBarred says who stops organisations. It is said once, before anybody is served.
func (s *Service) WhenBarred(stop Barring) { s.barring = stop }

// Good says why an organisation may not take part: only a verified one registers for a lot, offers results or begins a
// project (§1.1). The problem names where it stands.
func Good(ctx context.Context, client *ent.Client, org int, now time.Time) error {
	o, err := client.Organisation.Get(ctx, org)
	if ent.IsNotFound(err) {
		return fault.New(fault.NotFound, "", "no such organisation")
	}
	if err != nil {
		return fmt.Errorf("read organisation %d: %w", org, err)
	}
	return InGoodStanding(o, now)
}

// InGoodStanding is Good for an organisation that was just read. The term counts, though the errand that ends it may be late.
func InGoodStanding(o *ent.Organisation, now time.Time) error {
	at := o.Standing
	if at == organisation.StandingVERIFIED && o.ExpiresAt != nil && !now.Before(*o.ExpiresAt) {
		at = organisation.StandingEXPIRED
	}
	if at == organisation.StandingVERIFIED {
		return nil
	}
	return fault.New(fault.Conflict, fault.Problem("STANDING_"+string(at)), "the organisation is not verified")
}

// Decision is what an operator does about an organisation.
type Decision struct {
	Deed     standing.Deed
	Reasons  string
	Until    time.Time // Verify, Extend
	Override int       // Verify: the paper on which a code counts whose check characters are wrong; §7.1
}

// Submit hands the viewer's organisation to the operator.
func (s *Service) Submit(ctx context.Context, by Viewer) error {
	if err := administers(by); err != nil {
		return err
	}
	return s.step(ctx, by, by.OrganisationID(), Decision{Deed: standing.Submit})
}

// DecideOn carries out what an operator decides.
func (s *Service) DecideOn(ctx context.Context, by Viewer, org int, d Decision) error {
	if err := operates(by); err != nil {
		return err
	}
	if d.Deed == standing.Submit || d.Deed == standing.Expire || !slices.Contains(standing.Deeds, d.Deed) {
		return fault.OfFields([]fault.Field{{Name: "deed", Problem: "UNKNOWN_VALUE"}})
	}
	if by.OrganisationID() == org {
		return fault.New(fault.Forbidden, "OWN_ORGANISATION", "nobody decides on himself")
	}
	var faults []fault.Field
	checkReasons(&faults, "reasons", d.Reasons, false)
	if err := fault.OfFields(faults); err != nil {
		return err
	}
	return s.step(ctx, by, org, d)
}

func operates(by Viewer) error {
	switch {
	case !by.SignedIn():
		return fault.New(fault.SignIn, "", "")
	case !by.Operates():
		return fault.New(fault.Forbidden, "OPERATORS_ONLY", "")
	}
	return nil
}

// step does a deed in one transaction with what follows from it.
func (s *Service) step(ctx context.Context, by Viewer, org int, d Decision) error {
	var after func(context.Context)
	err := s.db.Tx(ctx, func(tx *store.Tx) error {
		o, err := holdOrganisation(ctx, tx.Ent(), org)
		if err != nil {
			return err
		}
		after, err = s.stepOf(ctx, tx, by, o, d)
		return err
	})
	if err == nil && after != nil {
		after(ctx)
	}
	return err
}

func (s *Service) stepOf(ctx context.Context, tx *store.Tx, by Viewer, o *ent.Organisation, d Decision) (after func(context.Context), err error) {
	client := tx.Ent()
	c := standing.Case{Deed: d.Deed, At: s.now(), Reasons: d.Reasons, Until: d.Until.UTC(), CodeFails: o.CodeFails}
	if d.Deed == standing.Submit || d.Deed == standing.Verify {
		if err := s.lookAtFile(ctx, client, o, d, &c); err != nil {
			return nil, err
		}
	}
	before := standing.Record{State: standing.State(o.Standing)}
	if o.ExpiresAt != nil {
		before.Until = *o.ExpiresAt
	}
	if d.Deed == standing.Void {
		if c.Was, err = onceVerified(ctx, client, o); err != nil {
			return nil, err
		}
	}
	now, no := standing.Step(before, c)
	if no != "" {
		return nil, refused(no)
	}
	u := client.Organisation.UpdateOneID(o.ID).SetStanding(organisation.Standing(now.State)).AddSteps(1)
	if now.Until.IsZero() {
		u.ClearExpiresAt()
	} else {
		u.SetExpiresAt(now.Until)
	}
	if d.Deed == standing.Verify {
		u.SetVerifiedAt(s.now())
	}
	if err := u.Exec(ctx); err != nil {
		return nil, fmt.Errorf("%s organisation %d: %w", d.Deed, o.ID, err)
	}
	step := client.OrganisationStep.Create().SetOrganisationID(o.ID).SetDeed(string(d.Deed)).SetBefore(string(before.State)).SetAfter(string(now.State)).
		SetReasons(d.Reasons).SetPersonID(by.PersonID()).SetByOrganisation(by.OrganisationID()).SetAt(s.now())
	if c.Override {
		step.SetPaperID(d.Override)
	}
	if d.Deed == standing.Verify || d.Deed == standing.Extend {
		step.SetUntil(now.Until)
	}
	made, err := step.Save(ctx)
	if err != nil {
		return nil, fmt.Errorf("write down the step of organisation %d: %w", o.ID, err)
	}
	return s.follow(ctx, tx, by, o, now, made)
}

// refused names the field of the decision's form that a refusal is about.
func refused(no standing.Refusal) error {
	switch no {
	case standing.ReasonsMissing:
		return fault.OfFields([]fault.Field{{Name: "reasons", Problem: fault.Problem(no)}})
	case standing.UntilWrong:
		return fault.OfFields([]fault.Field{{Name: "until", Problem: fault.Problem(no)}})
	case standing.CodeNotProved:
		return fault.OfFields([]fault.Field{{Name: "override", Problem: fault.Problem(no)}})
	}
	return fault.New(fault.Conflict, fault.Problem(no), "")
}

// lookAtFile finds out what a deed has to know of an organisation's papers.
func (s *Service) lookAtFile(ctx context.Context, client *ent.Client, o *ent.Organisation, d Decision, c *standing.Case) error {
	_, said, err := s.private(ctx, client, o.ID)
	if err != nil {
		return err
	}
	c.Complete = said
	papers, err := papersIn(ctx, client, o.ID)
	if err != nil {
		return err
	}
	c.Missing = missing(o, papers)
	if d.Override != 0 && o.CodeFails {
		// §7.1: on this very document, never in silence.
		c.Override = slices.ContainsFunc(papers, func(p Paper) bool { return p.ID == d.Override && p.Kind == standing.CodeProof })
	}
	return nil
}

func missing(o *ent.Organisation, papers []Paper) (kinds []standing.Paper) {
	for _, k := range standing.Needed(o.Kind == organisation.KindAUCTION_HOUSE, o.CodeFails) {
		if !slices.ContainsFunc(papers, func(p Paper) bool { return p.Kind == k }) {
			kinds = append(kinds, k)
		}
	}
	return kinds
}

// told are the kinds of notices by deed.
var told = map[standing.Deed]inbox.Kind{
	standing.Return: inbox.OrganisationReturned, standing.Verify: inbox.OrganisationVerified, standing.Extend: inbox.OrganisationVerified,
	standing.Expire: inbox.OrganisationExpired, standing.Suspend: inbox.OrganisationSuspended, standing.Blacklist: inbox.OrganisationBlacklisted,
	standing.Lift: inbox.OrganisationLifted,
}

// follow sees to what a step has for its consequences.
func (s *Service) follow(ctx context.Context, tx *store.Tx, by Viewer, o *ent.Organisation, now standing.Record, step *ent.OrganisationStep) (after func(context.Context), err error) {
	deed := standing.Deed(step.Deed)
	if err := s.record(ctx, tx.Ent(), by, "organisation_"+lower(step.Deed), o.ID, step.Reasons); err != nil {
		return nil, err
	}
	if kind, ok := told[deed]; ok {
		if err := s.tellAdministrators(ctx, tx, kind, o, fmt.Sprint("step:", step.ID), step.Reasons, now.Until); err != nil {
			return nil, err
		}
	}
	if deed == standing.Submit {
		if err := s.tellOperators(ctx, tx, o, step.ID); err != nil {
			return nil, err
		}
	}
	if now.State == standing.Verified && !now.Until.IsZero() {
		if err := s.putReminders(ctx, tx, o.ID, now.Until); err != nil {
			return nil, err
		}
	}
	if deed == standing.Void {
		return nil, s.dissolve(ctx, tx, by, o, step.Reasons)
	}
	if standing.Barred(now.State) && s.barring != nil {
		return s.barring(ctx, tx, by, o.ID, step.Reasons)
	}
	return nil, nil
}

func (s *Service) tellAdministrators(ctx context.Context, tx *store.Tx, k inbox.Kind, o *ent.Organisation, key, reasons string, until time.Time) error {
	if s.herald == nil {
		return nil
	}
	if reasons == "" {
		reasons = "—"
	}
	params := inbox.Params{"Organisation_zh": o.NameZh, "Organisation_en": o.NameEn, "Reasons": reasons, "Until_at": inbox.At(until)}
	return s.herald.Tell(ctx, tx, inbox.News{
		Kind: k, Key: fmt.Sprintf("organisation:%d:%s", o.ID, key), Organisation: o.ID, Roles: []membership.Role{membership.RoleADMINISTRATOR},
		Params: params, Link: "/organisation",
	})
}

func (s *Service) tellOperators(ctx context.Context, tx *store.Tx, o *ent.Organisation, step int) error {
	if s.herald == nil {
		return nil
	}
	ids, err := tx.Ent().Organisation.Query().Where(organisation.KindEQ(organisation.KindMARKET_OPERATOR)).IDs(ctx)
	if err != nil {
		return fmt.Errorf("find the operators: %w", err)
	}
	for _, id := range ids {
		err := s.herald.Tell(ctx, tx, inbox.News{
			Kind: inbox.OrganisationSubmitted, Key: fmt.Sprintf("organisation:%d:step:%d", o.ID, step), Organisation: id,
			Roles:  operating,
			Params: inbox.Params{"Organisation_zh": o.NameZh, "Organisation_en": o.NameEn}, Link: fmt.Sprintf("/operator/organisations/%d", o.ID),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

const standingErrand = "identity.standing"

type standingArgs struct {
	Organisation int       `json:"organisation"`
	Until        time.Time `json:"until"`
	Days         int       `json:"days"` // before it; 0: the end itself
}

// putReminders enters what is due until the end of a verification.
func (s *Service) putReminders(ctx context.Context, tx *store.Tx, org int, until time.Time) error {
	if s.agenda == nil {
		return nil
	}
	for _, days := range append(slices.Clone(standing.Reminders), 0) {
		at := until.AddDate(0, 0, -days)
		if days > 0 && !at.After(s.now()) {
			continue
		}
		args, err := json.Marshal(standingArgs{org, until, days})
		if err != nil {
			return err
		}
		err = s.agenda.Put(ctx, tx, agenda.Errand{
			Kind: standingErrand, Key: fmt.Sprintf("%d:%d:%d", org, until.UnixMicro(), days), At: at, Args: args,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// due reminds an organisation of the end, or ends its verification. An end that was moved in the meantime has errands of
// its own; of reminders that were missed the latest is enough.
func (s *Service) due(ctx context.Context, d agenda.Due) error {
	var args standingArgs
	if err := json.Unmarshal(d.Args, &args); err != nil {
		return fmt.Errorf("read the errand: %w", err)
	}
	return s.db.Tx(ctx, func(tx *store.Tx) error {
		o, err := holdOrganisation(ctx, tx.Ent(), args.Organisation)
		if fault.Of(err) == fault.NotFound {
			return nil
		}
		if err != nil {
			return err
		}
		if o.Standing != organisation.StandingVERIFIED || o.ExpiresAt == nil || !o.ExpiresAt.Equal(args.Until) {
			return nil
		}
		if args.Days == 0 {
			_, err = s.stepOf(ctx, tx, Viewer{}, o, Decision{Deed: standing.Expire})
			return err
		}
		later := 0
		for _, days := range standing.Reminders {
			if days < args.Days {
				later = days
				break
			}
		}
		if !s.now().Before(args.Until.AddDate(0, 0, -later)) {
			return nil
		}
		return s.tellAdministrators(ctx, tx, inbox.OrganisationExpires, o, fmt.Sprintf("ends:%d:%d", args.Until.UnixMicro(), args.Days), "", args.Until)
	})
}
