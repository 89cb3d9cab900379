package identity

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/auditaction"
	"github.com/g60-corridor/corridor/ent/listing"
	"github.com/g60-corridor/corridor/ent/lot"
	"github.com/g60-corridor/corridor/ent/predicate"
	"github.com/g60-corridor/corridor/internal/fault"
)

// What identity writes down of a person. Each has its words in web/locale, did_<action>.
const (
	didSignIn          = "sign_in"
	didSignInByPasskey = "sign_in_passkey"
	didSignInToDemo    = "sign_in_demo"
	didMiss            = "miss"
	didMissByPasskey   = "miss_passkey"
	didMissMany        = "miss_many" // and more, which are not listed
	didSignOut         = "sign_out"
	didEndSession      = "session_end"
	didEndSessions     = "sessions_end"
	didSwitch          = "organisation_switch"
	didChangePassword  = "password_change"
	didSetPassword     = "password_set"
	didAskRecovery     = "recovery_ask"
	didRecover         = "recovery"
	didAddPasskey      = "passkey_add"
	didRenamePasskey   = "passkey_rename"
	didRemovePasskey   = "passkey_remove"
	didClonePasskey    = "passkey_clone"
)

// ActivityKind is a group of what somebody did, by which he may look for it.
type ActivityKind string

const (
	SignIns  ActivityKind = "SIGN_INS"
	Security ActivityKind = "SECURITY" // passwords and passkeys
	Deeds    ActivityKind = "DEEDS"    // what he did in the market
)

// ActivityKinds lists all groups in the order of pages.
var ActivityKinds = []ActivityKind{SignIns, Security, Deeds}

var kindActions = map[ActivityKind][]string{
	SignIns:  {didSignIn, didSignInByPasskey, didSignInToDemo, didMiss, didMissByPasskey, didMissMany, didSignOut, didEndSession, didEndSessions, didSwitch},
	Security: {didChangePassword, didSetPassword, didAskRecovery, didRecover, didAddPasskey, didRenamePasskey, didRemovePasskey, didClonePasskey},
}

// Done is something that a person did, or that was done with his address.
type Done struct {
	Action  string
	Kind    ActivityKind
	Device  string // for sign-ins
	Address string
	Name    string // of a passkey, or an organisation
	Subject string // kind of what it is about: lot, listing, project, organisation, calendar; "" nothing
	ID      int    // of that; 0 none
	Number  string // as people know it, such as G60-7; "" none
	At      time.Time
}

// Activity is a page of what a person did, the newest first.
type Activity struct {
	Done        []Done
	Page, Pages int
}

const activityPage = 40

// Activity shows a person what he did; kind "" is all of it.
func (s *Service) Activity(ctx context.Context, by Viewer, kind ActivityKind, page int) (Activity, error) {
	if by.Person == nil {
		return Activity{}, fault.New(fault.SignIn, "", "")
	}
	which := []predicate.AuditAction{auditaction.PersonID(by.PersonID())}
	switch kind {
	case "":
	case Deeds:
		which = append(which, auditaction.ActionNotIn(slices.Concat(kindActions[SignIns], kindActions[Security])...))
	default:
		if kindActions[kind] == nil {
			return Activity{}, fault.OfFields([]fault.Field{{Name: "kind", Problem: "UNKNOWN_VALUE"}})
		}
		which = append(which, auditaction.ActionIn(kindActions[kind]...))
	}
	q := s.db.Ent().AuditAction.Query().Where(which...)
	n, err := q.Clone().Count(ctx)
	if err != nil {
		return Activity{}, fmt.Errorf("count what person %d did: %w", by.PersonID(), err)
	}
	a := Activity{Pages: max(1, (n+activityPage-1)/activityPage)}
	a.Page = min(max(1, page), a.Pages)
	rows, err := q.Order(ent.Desc(auditaction.FieldID)).Offset((a.Page - 1) * activityPage).Limit(activityPage).All(ctx)
	if err != nil {
		return Activity{}, fmt.Errorf("read what person %d did: %w", by.PersonID(), err)
	}
	for _, r := range rows {
		a.Done = append(a.Done, done(r))
	}
	return a, s.numbers(ctx, a.Done)
}

// done reads one row. What others wrote into its detail is for those who keep the matter, not for this page.
func done(r *ent.AuditAction) Done {
	d := Done{Action: r.Action, Kind: Deeds, At: r.At}
	for kind, actions := range kindActions {
		if slices.Contains(actions, r.Action) {
			d.Kind = kind
		}
	}
	switch {
	case r.Action == didSwitch, strings.HasPrefix(r.Action, "passkey_"):
		d.Name = r.Detail
	case d.Kind != Deeds:
		d.Address, d.Device, _ = strings.Cut(r.Detail, " ")
	}
	subject, id, _ := strings.Cut(r.Subject, ":")
	d.Subject = subject
	d.ID, _ = strconv.Atoi(id) // 0 where it has none
	return d
}

// numbers fills in by which numbers people know what was done to.
func (s *Service) numbers(ctx context.Context, all []Done) error {
	ids := map[string][]int{}
	for _, d := range all {
		ids[d.Subject] = append(ids[d.Subject], d.ID)
	}
	known := map[string]map[int]string{"lot": {}, "listing": {}}
	if len(ids["lot"]) > 0 {
		lots, err := s.db.Ent().Lot.Query().Where(lot.IDIn(ids["lot"]...)).All(ctx)
		if err != nil {
			return fmt.Errorf("read numbers of lots: %w", err)
		}
		for _, l := range lots {
			known["lot"][l.ID] = l.Number
		}
	}
	if len(ids["listing"]) > 0 {
		listings, err := s.db.Ent().Listing.Query().Where(listing.IDIn(ids["listing"]...)).All(ctx)
		if err != nil {
			return fmt.Errorf("read numbers of listings: %w", err)
		}
		for _, l := range listings {
			known["listing"][l.ID] = l.Number
		}
	}
	for i, d := range all {
		all[i].Number = known[d.Subject][d.ID]
	}
	return nil
}

// note writes down what a person did, within his transaction.
func (s *Service) note(ctx context.Context, client *ent.Client, personID, organisationID int, action, detail string) error {
	return record(ctx, client, s.now(), personID, organisationID, action, "", detail)
}

// Switched notes that a person acts for another of his organisations from now on.
func (s *Service) Switched(ctx context.Context, by Viewer, to int) error {
	o, err := s.db.Ent().Organisation.Get(ctx, to)
	if err != nil {
		return fmt.Errorf("read organisation %d: %w", to, err)
	}
	return s.note(ctx, s.db.Ent(), by.PersonID(), to, didSwitch, o.NameZh)
}

// trace is where something was done from: an address, which has no space, and a device.
func trace(address, device string) string { return address + " " + device }

// Misses are noted so many times in a day and no more: whoever guesses must not fill the table.
const (
	missesOfPeer = 5
	missesOfDay  = 50
)

// missed notes a sign-in that failed, if it was somebody's.
func (s *Service) missed(ctx context.Context, whose *ent.PersonQuery, action, peer string) error {
	p, err := whose.Only(ctx)
	if ent.IsNotFound(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("look for who was guessed at: %w", err)
	}
	if p.Demo {
		peer = ""
	}
	today, err := s.db.Ent().AuditAction.Query().Where(auditaction.PersonID(p.ID), auditaction.ActionIn(didMiss, didMissByPasskey, didMissMany),
		auditaction.AtGT(s.now().Add(-24*time.Hour))).Limit(missesOfDay).Select(auditaction.FieldDetail).Strings(ctx)
	if err != nil {
		return fmt.Errorf("count misses of person %d: %w", p.ID, err)
	}
	here := 1
	for _, detail := range today {
		if detail == trace(peer, "") {
			here++
		}
	}
	switch {
	case len(today) >= missesOfDay, here > missesOfPeer:
		return nil
	case len(today)+1 == missesOfDay, here == missesOfPeer:
		return s.note(ctx, s.db.Ent(), p.ID, 0, didMissMany, trace(peer, ""))
	}
	return s.note(ctx, s.db.Ent(), p.ID, 0, action, trace(peer, ""))
}

// Warns says whether this is something that a person should look at.
func (d Done) Warns() bool {
	return slices.Contains([]string{didMiss, didMissByPasskey, didMissMany, didClonePasskey}, d.Action)
}
