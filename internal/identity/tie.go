package identity

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/ent/ownershiplink"
	"github.com/g60-corridor/corridor/internal/exclusion"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/ident"
	"github.com/g60-corridor/corridor/internal/standing"
)

// Tie is how an organisation stands to another party, or one of its people to his relative, as somebody says it.
type Tie struct {
	Outward      bool // the organisation owns, controls or acts for the other; else the other does so with it
	Relation     exclusion.Relation
	OwnName      string // Relative: which of the organisation's people
	OtherName    string
	OtherCode    string // credit code; empty: a person, or a body without one
	StateOrgan   bool   // the other holds companies for the state
	ShareBP      int64
	Since, Until ident.Date
}

// TieRow is a link as it is kept.
type TieRow struct {
	Tie
	ID, Organisation  int
	Source, State     string
	Paper, Person     int
	At                time.Time
	Note              string
	DecidedBy         int
	DecidedAt         *time.Time
	OtherOrganisation *ent.Organisation // the other, if it is here
}

func tieOf(l *ent.OwnershipLink) TieRow {
	return TieRow{
		Tie: Tie{
			Outward: l.Outward, Relation: exclusion.Relation(l.Relation), OwnName: l.OwnName, OtherName: l.OtherName, OtherCode: l.OtherCode, StateOrgan: l.StateOrgan,
			ShareBP: l.ShareBp, Since: ident.Date(l.Since), Until: ident.Date(l.Until),
		},
		ID: l.ID, Organisation: l.OrganisationID, Source: string(l.Source), State: string(l.State), Paper: l.PaperID, Person: l.PersonID, At: l.At,
		Note: l.Note, DecidedBy: l.DecidedBy, DecidedAt: l.DecidedAt,
	}
}

func tiesOf(ctx context.Context, client *ent.Client, org int) ([]TieRow, error) {
	rows, err := client.OwnershipLink.Query().Where(ownershiplink.OrganisationID(org)).Order(ent.Asc(ownershiplink.FieldID)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("list the links of organisation %d: %w", org, err)
	}
	all := make([]TieRow, len(rows))
	for i, r := range rows {
		all[i] = tieOf(r)
	}
	return all, nil
}

const tiesMost = 200

func (t *Tie) check() (faults []fault.Field) {
	t.OwnName, t.OtherName, t.OtherCode = strings.TrimSpace(t.OwnName), strings.TrimSpace(t.OtherName), strings.TrimSpace(t.OtherCode)
	checkLine(&faults, "other_name", t.OtherName, 200, true)
	if t.OtherCode != "" {
		code, problem := ReadCode(t.OtherCode)
		if problem != "" && problem != "USCC_CHECK" && problem != "USCC_CHECK_WITHIN" { // it may be a genuine one of §7.1; an operator confirms
			faults = append(faults, fault.Field{Name: "other_code", Problem: problem})
		}
		t.OtherCode = code
	}
	if t.StateOrgan && (t.Outward || t.Relation != exclusion.Owns && t.Relation != exclusion.Controls) {
		faults = append(faults, fault.Field{Name: "state_organ", Problem: "STATE_ORGAN_OWNS"})
	}
	switch t.Relation {
	case exclusion.Owns:
		if t.ShareBP <= 0 || t.ShareBP > 10_000 {
			faults = append(faults, fault.Field{Name: "share", Problem: "OUT_OF_RANGE"})
		}
	case exclusion.Controls, exclusion.ActsFor, exclusion.WorksFor, exclusion.Helps, exclusion.Relative:
		t.ShareBP = 0
	default:
		faults = append(faults, fault.Field{Name: "relation", Problem: "UNKNOWN_VALUE"})
	}
	if t.Relation != exclusion.Relative {
		t.OwnName = ""
	} else if checkLine(&faults, "own_name", t.OwnName, 200, true); t.OtherCode != "" {
		faults = append(faults, fault.Field{Name: "other_code", Problem: "RELATIVE_HAS_NO_CODE"})
	}
	for _, d := range []struct {
		name string
		date ident.Date
	}{{"since", t.Since}, {"until", t.Until}} {
		if d.date != "" && !d.date.Valid() {
			faults = append(faults, fault.Field{Name: d.name, Problem: "NOT_A_DATE"})
		}
	}
	if t.Since.Valid() && t.Until.Valid() && t.Until < t.Since {
		faults = append(faults, fault.Field{Name: "until", Problem: "LINK_ENDS_BEFORE"})
	}
	return faults
}

// Declare enters a link: declared by an administrator for his own organisation, and to be confirmed; or by an operator with
// the document that shows it.
func (s *Service) Declare(ctx context.Context, by Viewer, org int, t Tie, name string, paper io.Reader) error {
	if err := manages(by, org); err != nil {
		return err
	}
	own := by.Administers() && by.OrganisationID() == org
	faults := t.check()
	if !own && paper == nil {
		faults = append(faults, fault.Field{Name: "file", Problem: "REQUIRED"})
	}
	if err := fault.OfFields(faults); err != nil {
		return err
	}
	var stored file
	if paper != nil {
		var err error
		if stored, err = s.takeFile(ctx, paper, "file"); err != nil {
			return err
		}
	}
	err := s.db.InTx(ctx, func(client *ent.Client) error {
		o, err := holdOrganisation(ctx, client, org)
		if err != nil {
			return err
		}
		if o.Standing == organisation.StandingVOID {
			return fault.New(fault.Conflict, fault.Problem(standing.WrongState), "")
		}
		if t.OtherCode == o.Uscc {
			return fault.OfFields([]fault.Field{{Name: "other_code", Problem: "SAME_ORGANISATION"}})
		}
		id := 0
		if stored.Key != "" {
			if id, err = s.keepPaper(ctx, client, by, org, standing.Ownership, name, stored); err != nil {
				return err
			}
		}
		_, err = s.keepTie(ctx, client, by, org, t, id)
		return err
	})
	if err != nil {
		s.forgetFile(ctx, stored)
	}
	return err
}

func (s *Service) keepTie(ctx context.Context, client *ent.Client, by Viewer, org int, t Tie, paper int) (int, error) {
	n, err := client.OwnershipLink.Query().Where(ownershiplink.OrganisationID(org)).Count(ctx)
	if err != nil {
		return 0, fmt.Errorf("count the links of organisation %d: %w", org, err)
	}
	if n >= tiesMost {
		return 0, fault.New(fault.Conflict, "TOO_MANY_LINKS", "")
	}
	c := client.OwnershipLink.Create().SetOrganisationID(org).SetOutward(t.Outward).SetRelation(ownershiplink.Relation(t.Relation)).
		SetOwnName(t.OwnName).SetOtherName(t.OtherName).SetOtherCode(t.OtherCode).SetStateOrgan(t.StateOrgan).SetShareBp(t.ShareBP).SetSince(string(t.Since)).
		SetUntil(string(t.Until)).SetPaperID(paper).SetPersonID(by.PersonID()).SetAt(s.now()).SetSource(ownershiplink.SourceDECLARED)
	if by.Operates() && by.OrganisationID() != org {
		c.SetSource(ownershiplink.SourceOPERATOR).SetState(ownershiplink.StateCONFIRMED).SetDecidedBy(by.PersonID()).SetDecidedAt(s.now())
	}
	l, err := c.Save(ctx)
	if err != nil {
		return 0, fmt.Errorf("keep a link of organisation %d: %w", org, err)
	}
	return l.ID, s.record(ctx, client, by, "organisation_link", org, fmt.Sprintf("#%d %s %s %d", l.ID, t.Relation, t.OtherCode, t.ShareBP))
}

// DecideTie confirms or rejects what an organisation has declared.
func (s *Service) DecideTie(ctx context.Context, by Viewer, org, id int, confirm bool, note string) error {
	if err := operates(by); err != nil {
		return err
	}
	var faults []fault.Field
	checkReasons(&faults, "note", note, !confirm)
	if err := fault.OfFields(faults); err != nil {
		return err
	}
	to := ownershiplink.StateREJECTED
	if confirm {
		to = ownershiplink.StateCONFIRMED
	}
	return s.moveTie(ctx, by, org, id, to, note, ownershiplink.StateDECLARED)
}

// EndTie says that a link holds no longer. What was confirmed only an operator ends: it may keep somebody from bidding.
func (s *Service) EndTie(ctx context.Context, by Viewer, org, id int) error {
	if err := manages(by, org); err != nil {
		return err
	}
	from := []ownershiplink.State{ownershiplink.StateDECLARED}
	if by.Operates() {
		from = append(from, ownershiplink.StateCONFIRMED)
	}
	return s.moveTie(ctx, by, org, id, ownershiplink.StateENDED, "", from...)
}

func (s *Service) moveTie(ctx context.Context, by Viewer, org, id int, to ownershiplink.State, note string, from ...ownershiplink.State) error {
	return s.db.InTx(ctx, func(client *ent.Client) error {
		there, err := client.OwnershipLink.Query().Where(ownershiplink.ID(id), ownershiplink.OrganisationID(org)).Exist(ctx)
		if err != nil {
			return fmt.Errorf("read link %d: %w", id, err)
		}
		if !there {
			return fault.New(fault.NotFound, "", "no such link")
		}
		u := client.OwnershipLink.Update().Where(ownershiplink.ID(id), ownershiplink.StateIn(from...)).SetState(to).SetDecidedBy(by.PersonID()).
			SetDecidedAt(s.now())
		if note != "" {
			u.SetNote(note)
		}
		n, err := u.Save(ctx)
		if err != nil {
			return fmt.Errorf("decide on link %d: %w", id, err)
		}
		if n == 0 {
			return fault.New(fault.Conflict, "LINK_DECIDED", "")
		}
		return s.record(ctx, client, by, "organisation_link_"+lower(string(to)), org, strings.TrimSpace(fmt.Sprintf("#%d %s", id, note)))
	})
}

// sameName compares names as people write them: case, width and spaces do not count.
func sameName(a, b string) bool { return nameKey(a) == nameKey(b) && nameKey(a) != "" }

func nameKey(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.IsPunct(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFKC.String(name))
}

// organisationParty is an organisation that is here; codeParty and nameParty are others.
func organisationParty(id int) exclusion.Party { return exclusion.Party(fmt.Sprint("org:", id)) }

// partyOf tells who the other party of a link is: an organisation here by its code, another body by its code, else a name.
func (m *matter) partyOf(l *ent.OwnershipLink, here *known) exclusion.Party {
	p := exclusion.Party("code:" + l.OtherCode)
	switch {
	case here.byCode[l.OtherCode] != nil:
		return organisationParty(here.byCode[l.OtherCode].ID)
	case l.OtherCode == "" && here.byName[nameKey(l.OtherName)] != nil:
		return organisationParty(here.byName[nameKey(l.OtherName)].ID)
	case l.OtherCode == "":
		return m.person(l.OtherName)
	}
	if _, known := m.names[p]; !known {
		m.names[p] = [2]string{l.OtherName, l.OtherName}
	}
	return p
}

// known are the organisations that are here, by code and by name.
type known struct{ byCode, byName map[string]*ent.Organisation }

// knownOf tells organisations apart, the oldest of one name first. By name only those count whom an operator has verified: else
// whoever entered under the name of a bidder, or of a person, would draw to himself what was confirmed of that one.
func knownOf(all []*ent.Organisation) *known {
	k := &known{map[string]*ent.Organisation{}, map[string]*ent.Organisation{}}
	for _, o := range all {
		k.byCode[o.Uscc] = o
		for _, name := range []string{nameKey(o.NameZh), nameKey(o.NameEn)} {
			if name != "" && k.byName[name] == nil && proven(o) {
				k.byName[name] = o
			}
		}
	}
	return k
}

func proven(o *ent.Organisation) bool {
	return o.VerifiedAt != nil || o.Standing != organisation.StandingNEW && o.Standing != organisation.StandingSUBMITTED
}
