package identity

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/lot"
	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/ent/partyfinding"
	"github.com/g60-corridor/corridor/ent/person"
	"github.com/g60-corridor/corridor/ent/predicate"
	"github.com/g60-corridor/corridor/ent/project"
	"github.com/g60-corridor/corridor/internal/exclusion"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/inbox"
	"github.com/g60-corridor/corridor/internal/store"
)

// Teller tells people, within the transaction of what it tells of.
type Teller interface {
	Tell(ctx context.Context, tx *store.Tx, n inbox.News) error
}

// KeepFindings writes down what was found about a bidder and does not keep him out: what a person is to look at, and what
// the public is told. The same is written once, and what was decided stays decided. The operator's people are told of each
// alert as it opens (R1.6).
func KeepFindings(ctx context.Context, tx *store.Tx, herald Teller, sale Sale, all []Finding, now time.Time) error {
	client := tx.Ent()
	if err := lockSale(ctx, client, sale); err != nil {
		return err
	}
	for _, f := range all {
		if f.Effect == exclusion.Block {
			continue
		}
		sum := sha256.Sum256([]byte(f.key))
		key := fmt.Sprintf("%d:%d:%d:%s", sale.Lot, sale.Project, sale.Bidder, hex.EncodeToString(sum[:16]))
		had, err := client.PartyFinding.Query().Where(partyfinding.Key(key)).Exist(ctx)
		if err != nil {
			return fmt.Errorf("look for a finding: %w", err)
		}
		if had {
			continue
		}
		words, err := f.words()
		if err != nil {
			return err
		}
		made, err := client.PartyFinding.Create().SetLotID(sale.Lot).SetProjectID(sale.Project).SetOperatorID(sale.Operator).SetOrganisationID(sale.Bidder).SetKey(key).
			SetEffect(partyfinding.Effect(f.Effect)).SetReason(string(f.Reason)).SetRole(string(f.Role)).SetWords(words).SetAt(now).Save(ctx)
		if err != nil {
			return fmt.Errorf("write down a finding: %w", err)
		}
		if f.Effect == exclusion.Alert {
			if err := tellOfAlert(ctx, tx, herald, sale, made.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

// lockSale keeps others from writing down the same at the same time: of two, one would fail on the key.
func lockSale(ctx context.Context, client *ent.Client, sale Sale) error {
	err := client.Lot.Update().Where(lot.ID(sale.Lot)).AddLogSeq(0).Exec(ctx)
	if sale.Project != 0 {
		err = client.Project.Update().Where(project.ID(sale.Project)).AddSeq(0).Exec(ctx)
	}
	if err != nil {
		return fmt.Errorf("keep a sale to itself: %w", err)
	}
	return nil
}

// tellOfAlert tells those who can decide on an alert: it keeps a bidder from being qualified until they do.
func tellOfAlert(ctx context.Context, tx *store.Tx, herald Teller, sale Sale, id int) error {
	bidder, err := tx.Ent().Organisation.Get(ctx, sale.Bidder)
	if err != nil {
		return fmt.Errorf("read the bidder: %w", err)
	}
	n := inbox.News{
		Kind: inbox.AlertOpened, Key: fmt.Sprintf("finding:%d", id), Organisation: sale.Operator, Link: "/operator/alerts", Roles: operating,
		Params: inbox.Params{"Organisation_zh": bidder.NameZh, "Organisation_en": bidder.NameEn},
	}
	if sale.Project != 0 {
		p, err := tx.Ent().Project.Get(ctx, sale.Project)
		if err != nil {
			return fmt.Errorf("read project %d: %w", sale.Project, err)
		}
		n.Params["Number"] = p.Number
	} else {
		l, err := tx.Ent().Lot.Get(ctx, sale.Lot)
		if err != nil {
			return fmt.Errorf("read lot %d: %w", sale.Lot, err)
		}
		n.Params["Number"] = l.Number
	}
	return herald.Tell(ctx, tx, n)
}

// operating are the roles of an operator's people who are told what waits for a decision.
var operating = []membership.Role{membership.RoleADMINISTRATOR, membership.RoleEDITOR, membership.RoleAGENT}

func about(sale Sale) predicate.PartyFinding {
	return partyfinding.And(partyfinding.LotID(sale.Lot), partyfinding.ProjectID(sale.Project), partyfinding.OrganisationID(sale.Bidder))
}

// Looked says whether a bidder may be qualified: what was found about him has been looked at, and nobody has decided that it
// keeps him out. R1.6
func Looked(ctx context.Context, client *ent.Client, sale Sale) error {
	all, err := client.PartyFinding.Query().Where(about(sale), partyfinding.EffectEQ(partyfinding.EffectALERT),
		partyfinding.StateNEQ(partyfinding.StateCLEARED)).All(ctx)
	if err != nil {
		return fmt.Errorf("read the findings: %w", err)
	}
	for _, f := range all {
		if f.State == partyfinding.StateEXCLUDED {
			return fault.New(fault.Conflict, "ALERT_EXCLUDES", "")
		}
	}
	if len(all) > 0 {
		return fault.New(fault.Conflict, "ALERTS_OPEN", "")
	}
	return nil
}

// Interested are those of some bidders of whom the public is told that they are inventors, or have an interest. R1.7
func Interested(ctx context.Context, client *ent.Client, lotID, projectID int, bidders []int) (bool, error) {
	if len(bidders) == 0 {
		return false, nil
	}
	where := []predicate.PartyFinding{}
	if lotID != 0 {
		where = append(where, partyfinding.LotID(lotID))
	}
	if projectID != 0 {
		where = append(where, partyfinding.ProjectID(projectID))
	}
	there, err := client.PartyFinding.Query().Where(partyfinding.Or(where...), partyfinding.OrganisationIDIn(bidders...),
		partyfinding.EffectEQ(partyfinding.EffectFLAG_PUBLIC)).Exist(ctx)
	if err != nil {
		return false, fmt.Errorf("read the findings: %w", err)
	}
	return there, nil
}

// ClosedTo says whether somebody must no longer see the seller's side of sales: an inventor who bids himself or through a
// company of his, and whoever belongs to that company. R1.7
func ClosedTo(ctx context.Context, client *ent.Client, by Viewer, lots, projects []int) (bool, error) {
	if by.Person == nil || len(lots)+len(projects) == 0 {
		return false, nil
	}
	rows, err := client.PartyFinding.Query().Where(partyfinding.Or(partyfinding.LotIDIn(lots...), partyfinding.ProjectIDIn(projects...)),
		partyfinding.EffectEQ(partyfinding.EffectFLAG_PUBLIC)).All(ctx)
	if err != nil {
		return false, fmt.Errorf("read the findings: %w", err)
	}
	for _, r := range rows {
		f, err := findingOf(r)
		if err != nil {
			return false, err
		}
		if !f.verdict().ClosesSellerData() {
			continue
		}
		for _, name := range strings.Split(f.Party, "/") {
			if sameName(name, by.Person.NameZh) || sameName(name, by.Person.NameEn) {
				return true, nil
			}
		}
		member, err := client.Membership.Query().Where(membership.HasPersonWith(person.ID(by.PersonID())),
			membership.HasOrganisationWith(organisation.ID(r.OrganisationID))).Exist(ctx)
		if err != nil || member {
			return member, err
		}
	}
	return false, nil
}

// Alert is something about a bidder that an operator looks at.
type Alert struct {
	Finding
	ID           int
	Organisation *ent.Organisation
	Lot, Project int
	State, Note  string
	DecidedBy    int
	DecidedAt    *time.Time
	At           time.Time
}

// Alerts lists what was found, the latest first. Only the people of the operator whose sale it is read it.
func (s *Service) Alerts(ctx context.Context, by Viewer, all bool) ([]Alert, error) {
	if err := operates(by); err != nil {
		return nil, err
	}
	client := s.db.Ent()
	q := client.PartyFinding.Query().Where(partyfinding.EffectEQ(partyfinding.EffectALERT), partyfinding.OperatorID(by.OrganisationID()))
	if !all {
		q = q.Where(partyfinding.StateEQ(partyfinding.StateOPEN))
	}
	const most = 200
	rows, err := q.Order(ent.Desc(partyfinding.FieldID)).Limit(most).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("list alerts: %w", err)
	}
	var ids []int
	for _, r := range rows {
		ids = append(ids, r.OrganisationID)
	}
	orgs, err := client.Organisation.Query().Where(organisation.IDIn(ids...)).All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the bidders: %w", err)
	}
	named := map[int]*ent.Organisation{}
	for _, o := range orgs {
		named[o.ID] = o
	}
	alerts := make([]Alert, len(rows))
	for i, r := range rows {
		a := Alert{
			ID: r.ID, Organisation: named[r.OrganisationID], Lot: r.LotID, Project: r.ProjectID, State: string(r.State), Note: r.Note,
			DecidedBy: r.DecidedBy, DecidedAt: r.DecidedAt, At: r.At,
		}
		if a.Finding, err = findingOf(r); err != nil {
			return nil, err
		}
		alerts[i] = a
	}
	return alerts, nil
}

// DecideAlert notes what came of looking: the bidder is cleared, or kept out. Both have their reason.
func (s *Service) DecideAlert(ctx context.Context, by Viewer, id int, exclude bool, note string) error {
	if err := operates(by); err != nil {
		return err
	}
	var faults []fault.Field
	checkReasons(&faults, "note", note, true)
	if err := fault.OfFields(faults); err != nil {
		return err
	}
	to := partyfinding.StateCLEARED
	if exclude {
		to = partyfinding.StateEXCLUDED
	}
	return s.db.InTx(ctx, func(client *ent.Client) error {
		row, err := client.PartyFinding.Query().Where(partyfinding.ID(id), partyfinding.EffectEQ(partyfinding.EffectALERT),
			partyfinding.OperatorID(by.OrganisationID())).Only(ctx)
		if ent.IsNotFound(err) {
			return fault.New(fault.NotFound, "", "no such alert")
		}
		if err != nil {
			return fmt.Errorf("read alert %d: %w", id, err)
		}
		f, err := findingOf(row)
		if err != nil {
			return err
		}
		if f.names(by.Person) {
			return fault.New(fault.Forbidden, "OWN_ALERT", "")
		}
		n, err := client.PartyFinding.Update().Where(partyfinding.ID(id), partyfinding.StateEQ(partyfinding.StateOPEN)).SetState(to).SetNote(note).
			SetDecidedBy(by.PersonID()).SetDecidedAt(s.now()).Save(ctx)
		if err != nil {
			return fmt.Errorf("decide alert %d: %w", id, err)
		}
		if n == 0 {
			return fault.New(fault.Conflict, "ALREADY_DECIDED", "")
		}
		return s.record(ctx, client, by, "alert_"+lower(string(to)), row.OrganisationID, fmt.Sprintf("#%d %s", id, note))
	})
}

// findingOf reads a finding as it is kept.
func findingOf(row *ent.PartyFinding) (f Finding, err error) {
	if err := json.Unmarshal([]byte(row.Words), &f); err != nil {
		return f, fmt.Errorf("read finding %d: %w", row.ID, err)
	}
	f.Effect, f.Reason, f.Role = exclusion.Effect(row.Effect), exclusion.Reason(row.Reason), exclusion.Role(row.Role)
	return f, nil
}

// names says whether a finding is about somebody, as far as names tell.
func (f Finding) names(p *ent.Person) bool {
	all := []string{f.Party, f.PartyEN}
	for _, l := range f.Chain {
		all = append(all, l.From, l.FromEN, l.To, l.ToEN)
	}
	return slices.ContainsFunc(all, func(name string) bool { return sameName(name, p.NameZh) || sameName(name, p.NameEn) })
}
