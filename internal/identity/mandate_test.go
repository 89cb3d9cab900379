package identity_test

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/g60-corridor/corridor/ent/auditaction"
	"github.com/g60-corridor/corridor/ent/mandate"
	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/inbox"
	"github.com/g60-corridor/corridor/internal/store"
	"github.com/g60-corridor/corridor/internal/store/storetest"
)

const day = 24 * time.Hour

func (o *office) paper(agent identity.Viewer) identity.NewMandate {
	return identity.NewMandate{
		Agent: agent.PersonID(), Scope: []identity.Scope{identity.ToBid, identity.ToBid}, From: o.clock.Add(-day), Until: o.clock.Add(60 * day),
		File: strings.NewReader(pdf),
	}
}

func TestMandate(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o, ctx := newOffice(t, db), t.Context()
		firm := o.organisation(organisation.KindCOMPANY)
		boss, agent := o.member(firm, "boss@example.org", membership.RoleADMINISTRATOR), o.member(firm, "agent@example.org", membership.RoleAGENT)
		clerk := o.member(firm, "clerk@example.org", membership.RoleFINANCE)
		rival := o.member(o.organisation(organisation.KindCOMPANY), "rival@example.org", membership.RoleADMINISTRATOR)
		op := o.member(o.organisation(organisation.KindMARKET_OPERATOR), "op@example.org", membership.RoleADMINISTRATOR)
		may := func(from, until time.Time) error {
			return identity.Mandated(ctx, db.Ent(), agent, identity.ToBid, from, until)
		}
		wants(t, may(o.clock, o.clock), fault.Forbidden, "MANDATE_MISSING")
		if err := identity.Mandated(ctx, db.Ent(), boss, identity.ToBid, o.clock, o.clock); err != nil {
			t.Errorf("an administrator represents the organisation himself: %v", err)
		}

		for name, c := range map[string]struct {
			by      identity.Viewer
			change  func(*identity.NewMandate)
			code    fault.Code
			problem fault.Problem
		}{
			"by a colleague":  {clerk, func(*identity.NewMandate) {}, fault.Forbidden, "ADMINISTRATORS_OF_IT_ONLY"},
			"by a rival":      {rival, func(*identity.NewMandate) {}, fault.Invalid, "NOT_AN_AGENT"},
			"for no agent":    {boss, func(p *identity.NewMandate) { p.Agent = clerk.PersonID() }, fault.Invalid, "NOT_AN_AGENT"},
			"for nothing":     {boss, func(p *identity.NewMandate) { p.Scope = nil }, fault.Invalid, "REQUIRED"},
			"for a fancy":     {boss, func(p *identity.NewMandate) { p.Scope = []identity.Scope{"FLY"} }, fault.Invalid, "UNKNOWN_VALUE"},
			"over already":    {boss, func(p *identity.NewMandate) { p.From, p.Until = o.clock.Add(-2*day), o.clock }, fault.Invalid, "IN_THE_PAST"},
			"backwards":       {boss, func(p *identity.NewMandate) { p.From, p.Until = p.Until, p.From }, fault.Invalid, "MANDATE_ORDER"},
			"for ever":        {boss, func(p *identity.NewMandate) { p.Until = o.clock.AddDate(4, 0, 0) }, fault.Invalid, "MANDATE_LONG"},
			"without a paper": {boss, func(p *identity.NewMandate) { p.File = nil }, fault.Invalid, "REQUIRED"},
			"empty":           {boss, func(p *identity.NewMandate) { p.File = strings.NewReader("") }, fault.Invalid, "REQUIRED"},
			"a web page":      {boss, func(p *identity.NewMandate) { p.File = strings.NewReader("<html><script>") }, fault.Invalid, "SCAN_TYPE"},
			"too large": {boss, func(p *identity.NewMandate) {
				p.File = io.MultiReader(strings.NewReader(pdf), bytes.NewReader(make([]byte, 10<<20)))
			}, fault.Invalid, "SCAN_TOO_LARGE"},
		} {
			p := o.paper(agent)
			c.change(&p)
			_, err := o.SubmitMandate(ctx, c.by, p)
			t.Log(name)
			wants(t, err, c.code, c.problem)
		}
		if n := db.Ent().Mandate.Query().CountX(ctx); n != 0 {
			t.Fatalf("%d were taken", n)
		}

		m, err := o.SubmitMandate(ctx, agent, o.paper(agent))
		must(t, err)
		if len(m.Scope) != 1 || o.told(op, inbox.MandatesWaiting) != 1 {
			t.Errorf("scope %v, or the operator is not told", m.Scope)
		}
		wants(t, may(o.clock, o.clock), fault.Forbidden, "MANDATE_MISSING") // nobody has accepted it
		wants(t, o.AcceptMandate(ctx, boss, m.ID), fault.Forbidden, "OPERATORS_ONLY")
		wants(t, o.RejectMandate(ctx, op, m.ID, "  "), fault.Invalid, "REQUIRED")
		must(t, o.AcceptMandate(ctx, op, m.ID))
		wants(t, o.RejectMandate(ctx, op, m.ID, "zu spät"), fault.Conflict, "MANDATE_DECIDED")
		must(t, may(o.clock, m.ValidUntil))
		wants(t, may(o.clock, m.ValidUntil.Add(time.Second)), fault.Forbidden, "MANDATE_ENDS")
		next := db.Ent().Mandate.Create().SetOrganisationID(firm.ID).SetPersonID(agent.PersonID()).SetScope([]string{"BID"}).SetState(mandate.StateACCEPTED).
			SetSubmittedBy(agent.PersonID()).SetValidFrom(m.ValidUntil).SetValidUntil(m.ValidUntil.Add(30 * day)).SaveX(ctx)
		must(t, may(o.clock, m.ValidUntil.Add(29*day))) // the next one follows without a gap
		next.Update().SetValidFrom(m.ValidUntil.Add(time.Second)).ExecX(ctx)
		wants(t, may(o.clock, m.ValidUntil.Add(29*day)), fault.Forbidden, "MANDATE_ENDS")
		next.Update().SetValidFrom(m.ValidUntil).SetScope([]string{"LIST"}).ExecX(ctx)
		wants(t, may(o.clock, m.ValidUntil.Add(29*day)), fault.Forbidden, "MANDATE_ENDS")
		db.Ent().Mandate.DeleteOne(next).ExecX(ctx)
		wants(t, may(m.ValidFrom.Add(-time.Second), m.ValidUntil), fault.Forbidden, "MANDATE_MISSING")
		wants(t, identity.Mandated(ctx, db.Ent(), agent, identity.ToList, o.clock, o.clock), fault.Forbidden, "MANDATE_LIST_MISSING")

		// Its paper is for those alone whom it concerns, and each opening is written down.
		for who, v := range map[string]identity.Viewer{"boss": boss, "agent": agent, "operator": op} {
			_, file, err := o.MandatePaper(ctx, v, m.ID)
			must(t, err)
			if body, _ := io.ReadAll(file); string(body) != pdf {
				t.Errorf("%s reads %q", who, body)
			}
			must(t, file.Close())
		}
		for _, v := range []identity.Viewer{clerk, rival, {}} {
			_, _, err := o.MandatePaper(ctx, v, m.ID)
			wants(t, err, fault.NotFound, "")
			wants(t, o.Revoke(ctx, v, m.ID, "x"), fault.NotFound, "")
		}
		opened := db.Ent().AuditAction.Query().Where(auditaction.Action("mandate_read")).CountX(ctx)
		if opened != 3 {
			t.Errorf("%d openings are written down, of 3", opened)
		}
	})
}

// Reminders come at their times, and the end comes by itself; what was revoked meanwhile is not spoken of again.
func TestMandateEnds(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o, ctx := newOffice(t, db), t.Context()
		firm := o.organisation(organisation.KindCOMPANY)
		boss, agent := o.member(firm, "boss@example.org", membership.RoleADMINISTRATOR), o.member(firm, "agent@example.org", membership.RoleAGENT)
		op := o.member(o.organisation(organisation.KindMARKET_OPERATOR), "op@example.org", membership.RoleADMINISTRATOR)
		m, err := o.SubmitMandate(ctx, boss, o.paper(agent))
		must(t, err)
		must(t, o.AcceptMandate(ctx, op, m.ID))
		for _, c := range []struct {
			before        time.Duration
			ends, expired int
			state         mandate.State
		}{
			{15 * day, 0, 0, "ACCEPTED"}, {14 * day, 1, 0, "ACCEPTED"}, {3 * day, 2, 0, "ACCEPTED"}, {time.Second, 2, 0, "ACCEPTED"}, {0, 2, 1, "EXPIRED"},
		} {
			o.clock = m.ValidUntil.Add(-c.before)
			o.diary.do(t, o.clock)
			if got := db.Ent().Mandate.GetX(ctx, m.ID).State; o.told(agent, inbox.MandateEnds) != c.ends || o.told(boss, inbox.MandateEnds) != c.ends ||
				o.told(agent, inbox.MandateExpired) != c.expired || got != c.state {
				t.Errorf("%v before: %s, reminded %d times, ended %d times", c.before, got, o.told(agent, inbox.MandateEnds), o.told(agent, inbox.MandateExpired))
			}
		}
		m, err = o.SubmitMandate(ctx, boss, o.paper(agent))
		must(t, err)
		must(t, o.AcceptMandate(ctx, op, m.ID))
		v := agent
		before, err := o.Standing(ctx, v)
		must(t, err)
		must(t, o.Revoke(ctx, boss, m.ID, ""))
		if after, err := o.Standing(ctx, v); err != nil || after == before {
			t.Errorf("his standing is the same: %s, %v", after, err)
		}
		told := o.told(agent, inbox.MandateEnds)
		o.clock = m.ValidUntil
		o.diary.do(t, o.clock)
		if got := db.Ent().Mandate.GetX(ctx, m.ID).State; got != mandate.StateREVOKED || o.told(agent, inbox.MandateEnds) != told {
			t.Errorf("%s, and he is reminded of it", got)
		}
	})
}
