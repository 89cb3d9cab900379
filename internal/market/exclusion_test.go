package market_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/mandate"
	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/ent/notice"
	"github.com/g60-corridor/corridor/ent/organisation"
	"github.com/g60-corridor/corridor/ent/partyfinding"
	"github.com/g60-corridor/corridor/ent/person"
	"github.com/g60-corridor/corridor/ent/registration"
	"github.com/g60-corridor/corridor/internal/exclusion"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/inbox"
	"github.com/g60-corridor/corridor/internal/store"
)

// confirmed and declared say whether an operator has looked at a link.
const confirmed, declared = true, false

// link enters how an organisation stands to another party, by its administrator's and the operator's hands.
func (h *hall) link(org int, t identity.Tie, confirm bool) {
	h.t.Helper()
	ctx, office := h.t.Context(), h.office()
	by := h.person(h.db.Ent().Organisation.GetX(ctx, org), membership.RoleADMINISTRATOR)
	must(h.t, office.Declare(ctx, by, org, t, "", nil))
	if !confirm {
		return
	}
	file, err := office.File(ctx, h.operator, org)
	must(h.t, err)
	must(h.t, office.DecideTie(ctx, h.operator, org, file.Ties[len(file.Ties)-1].ID, true, ""))
}

func (h *hall) office() *identity.Service {
	h.t.Helper()
	s, err := identity.New(identity.Options{Database: h.db, Now: func() time.Time { return h.clock }, Cost: identity.Cost, Secret: make([]byte, 32)})
	must(h.t, err)
	return s
}

// Scenario 12: a seller holding 60 % of X; Y is owned by the same organ of the state; the inventor.
func TestScenario12(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		ctx := t.Context()
		lotID := h.published(h.draft())
		const sasac = "省国资委"
		x, y, inventor := h.company("X公司"), h.company("Y公司"), h.company("甲的公司")
		h.link(h.seller.ID, identity.Tie{Outward: true, Relation: exclusion.Owns, OtherName: "X公司", ShareBP: 6000}, confirmed)
		h.link(h.seller.ID, identity.Tie{Relation: exclusion.Controls, OtherName: sasac, StateOrgan: true}, confirmed)
		h.link(y.OrganisationID(), identity.Tie{Relation: exclusion.Owns, OtherName: sasac, StateOrgan: true, ShareBP: 10_000}, confirmed)
		h.link(inventor.OrganisationID(), identity.Tie{Relation: exclusion.Owns, OtherName: " 甲 ", ShareBP: 8000}, confirmed)

		err := h.service.Apply(ctx, x, lotID)
		wants(t, err, fault.Forbidden, "EXCLUDED")
		var excluded *identity.Excluded
		if !errors.As(err, &excluded) || len(excluded.Findings) != 1 {
			t.Fatalf("%v does not say why", err)
		}
		f := excluded.Findings[0]
		if f.Reason != exclusion.ControlledBy || f.Role != exclusion.Seller || len(f.Chain) != 1 || f.Chain[0].ShareBP != 6000 ||
			f.Chain[0].From != h.seller.NameZh || f.Chain[0].To != "X公司" {
			t.Errorf("the chain is %+v", f)
		}
		l, err := h.service.Lot(ctx, lotID)
		must(t, err)
		qualify(h, lotID, y)
		if is, err := h.service.Interested(ctx, l); err != nil || is {
			t.Errorf("flagged for Y: %v", err)
		}
		qualify(h, lotID, inventor)
		if is, err := h.service.Interested(ctx, l); err != nil || !is {
			t.Errorf("the inventor is not told to the public: %v", err)
		}
	})
}

func qualify(h *hall, lotID int, v identity.Viewer) {
	h.t.Helper()
	id := h.applied(lotID, v)
	must(h.t, h.service.RecordDeposit(h.t.Context(), h.operator, id, 100_000*100, h.clock))
	must(h.t, h.service.Qualify(h.t.Context(), h.operator, id, 0))
}

// R1.7: whoever bids for a result of his own sees the seller's side no more.
func TestAnInventorWhoBidsLosesTheSellersSide(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		ctx := t.Context()
		lotID := h.published(h.draft())
		professor := h.person(h.seller, membership.RoleEDITOR)
		professor.Person = professor.Person.Update().SetNameZh("甲").SaveX(ctx)
		if _, err := h.service.OwnListing(ctx, professor, h.listing.ID); err != nil {
			t.Fatal(err)
		}
		other := h.db.Ent().Listing.Create().SetNumber("other").SetTitleZh("膜").SetTitleEn("Membrane").SetField("NM").SetTrl(5).SetRights([]string{"ASSIGN"}).
			SetInventors([]string{"乙"}).SetCity("310000").SetSeller(h.seller).SaveX(ctx)
		exported := func(by identity.Viewer) (ids []int) {
			all, err := h.service.Export(ctx, by)
			must(t, err)
			for _, l := range all {
				ids = append(ids, l.ID)
			}
			return ids
		}
		both := []int{h.listing.ID, other.ID}
		if got := exported(professor); !slices.Equal(got, both) {
			t.Errorf("exported %v", got)
		}
		inventor := h.company("甲的公司")
		h.link(inventor.OrganisationID(), identity.Tie{Relation: exclusion.Owns, OtherName: "甲", ShareBP: 8000}, declared)
		must(t, h.service.Apply(ctx, inventor, lotID)) // what he says of himself is published
		_, err := h.service.OwnListing(ctx, professor, h.listing.ID)
		wants(t, err, fault.Forbidden, "SELLER_SIDE_CLOSED")
		colleague := h.person(h.seller, membership.RoleEDITOR)
		_, err = h.service.OwnListing(ctx, colleague, h.listing.ID)
		must(t, err)
		if a, b := exported(professor), exported(colleague); !slices.Equal(a, []int{other.ID}) || !slices.Equal(b, both) {
			t.Errorf("exported to the bidder %v, to his colleague %v", a, b)
		}
	})
}

// R1.8: of two of one hand one may qualify, asked again at qualification.
func TestOnlyOneOfTheSameHandQualifies(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		ctx := t.Context()
		lotID := h.published(h.draft())
		a, b := h.company("A公司"), h.company("B公司")
		group := identity.Tie{Relation: exclusion.Owns, OtherName: "控股集团", OtherCode: "91310117MA1J00012H", ShareBP: 5001}
		for _, v := range []identity.Viewer{a, b} {
			h.link(v.OrganisationID(), group, confirmed)
		}
		first, second := h.applied(lotID, a), h.applied(lotID, b)
		for _, id := range []int{first, second} {
			must(t, h.service.RecordDeposit(ctx, h.operator, id, 100_000*100, h.clock))
		}
		must(t, h.service.Qualify(ctx, h.operator, first, 0))
		wants(t, h.service.Qualify(ctx, h.operator, second, 0), fault.Forbidden, "EXCLUDED")
		c := h.company("C公司")
		h.link(c.OrganisationID(), identity.Tie{Relation: exclusion.Controls, OtherName: "控股集团", OtherCode: group.OtherCode}, confirmed)
		wants(t, h.service.Apply(ctx, c, lotID), fault.Forbidden, "EXCLUDED")
	})
}

// Two owners of one name are one owner or two: a person looks before the second qualifies. R1.8
func TestTheSameNameIsNotTheSameHand(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		ctx := t.Context()
		lotID := h.published(h.draft())
		a, b := h.company("A公司"), h.company("B公司")
		for _, v := range []identity.Viewer{a, b} {
			h.link(v.OrganisationID(), identity.Tie{Relation: exclusion.Owns, OtherName: "王伟", ShareBP: 9000}, confirmed)
		}
		first, second := h.applied(lotID, a), h.applied(lotID, b)
		for _, id := range []int{first, second} {
			must(t, h.service.RecordDeposit(ctx, h.operator, id, 100_000*100, h.clock))
		}
		must(t, h.service.Qualify(ctx, h.operator, first, 0))
		wants(t, h.service.Qualify(ctx, h.operator, second, 0), fault.Conflict, "ALERTS_OPEN")
		office := h.office()
		alerts, err := office.Alerts(ctx, h.operator, false)
		must(t, err)
		if len(alerts) != 1 || alerts[0].Reason != exclusion.SameController || alerts[0].Unconfirmed {
			t.Fatalf("alerts %+v", alerts)
		}
		must(t, office.DecideAlert(ctx, h.operator, alerts[0].ID, false, "两人同名"))
		must(t, h.service.Qualify(ctx, h.operator, second, 0))
	})
}

// R1.6: the people of seller and operator, their close relatives, and who appraises for either. Of people only the name is known:
// somebody looks. A company that appraised for the seller is known by its code, and is out.
func TestPeopleRelativesAndHelpersAreFound(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		ctx, office := t.Context(), h.office()
		lotID := h.published(h.draft())
		named := func(o *ent.Organisation, role membership.Role, zh, en string) {
			h.person(o, role).Person.Update().SetNameZh(zh).SetNameEn(en).ExecX(ctx)
		}
		named(h.operator.Organisation, membership.RoleVIEWER, "周 大明", "Zhou Daming")
		named(h.seller, membership.RoleEDITOR, "吴小丽", "Wu Xiaoli")
		named(h.seller, membership.RoleVIEWER, "朱看看", "Zhu Kankan")
		named(h.seller, membership.RoleEDITOR, "甲", "Jia Yi") // an inventor is not excluded for carrying it on, R1.7
		owned := func(company, owner string) identity.Viewer {
			v := h.company(company)
			h.link(v.OrganisationID(), identity.Tie{Relation: exclusion.Owns, OtherName: owner, ShareBP: 6000}, confirmed)
			return v
		}
		namesake := h.company("同名者的公司") // bears a colleague's name in one script: it is the owner's that counts
		h.person(namesake.Organisation, membership.RoleAGENT).Person.Update().SetNameZh("周达铭").SetNameEn("Zhou Daming").ExecX(ctx)
		h.link(namesake.OrganisationID(), identity.Tie{Relation: exclusion.Owns, OtherName: "Zhou Daming", ShareBP: 6000}, confirmed)
		h.db.Ent().Organisation.Create().SetNameZh("吴小丽").SetNameEn("x").SetKind(organisation.KindCOMPANY).SetUscc("91310117MA1J00044X").
			SetCity("310117").SetStanding(organisation.StandingNEW).ExecX(ctx) // whoever enters under a person's name changes nothing
		h.link(h.seller.ID, identity.Tie{Relation: exclusion.Relative, OwnName: "吴小丽", OtherName: "郑强"}, confirmed)
		h.link(h.seller.ID, identity.Tie{Relation: exclusion.Relative, OwnName: "甲", OtherName: "贾小弟"}, confirmed)
		h.link(h.seller.ID, identity.Tie{Relation: exclusion.Helps, OtherName: "钱评估师"}, confirmed)
		for _, c := range []struct {
			bidder identity.Viewer
			role   exclusion.Role
			told   bool
		}{
			{owned("员工的公司", "周大明"), exclusion.HouseStaff, false}, {namesake, exclusion.HouseStaff, false},
			{owned("经办人的公司", "吴小丽"), exclusion.Delegate, false}, {owned("亲属的公司", "郑 强"), exclusion.Delegate, false},
			{owned("评估师的公司", "钱评估师"), exclusion.Helper, false}, {owned("旁观者的公司", "朱看看"), "", false},
			{owned("完成人的公司", "甲"), "", true}, {owned("完成人亲属的公司", "贾小弟"), "", true}, {owned("无关的公司", "冯远"), "", false},
		} {
			h.applied(lotID, c.bidder)
			var roles []exclusion.Role
			told := false
			for _, f := range h.db.Ent().PartyFinding.Query().Where(partyfinding.OrganisationID(c.bidder.OrganisationID())).AllX(ctx) {
				if f.Effect == partyfinding.EffectALERT {
					roles = append(roles, exclusion.Role(f.Role))
				}
				told = told || f.Effect == partyfinding.EffectFLAG_PUBLIC
			}
			if want := []exclusion.Role{c.role}; c.role == "" && len(roles) > 0 || c.role != "" && !slices.Equal(roles, want) || told != c.told {
				t.Errorf("%s: alerts %v, want %v; the public is told: %v", c.bidder.Organisation.NameZh, roles, want, told)
			}
		}
		// Whose relative bids is not shut out of his own file (R1.7 is of inventors who bid), and whom an alert is about does not clear it.
		inventor := identity.Viewer{Person: &ent.Person{ID: -1, NameZh: "甲"}}
		if closed, err := identity.ClosedTo(ctx, h.db.Ent(), inventor, []int{lotID}, nil); err != nil || !closed {
			t.Errorf("the inventor whose company bids reads on: %v", err)
		}
		h.db.Ent().PartyFinding.Delete().Where(partyfinding.OrganisationID(ownerOf(h, "完成人的公司"))).ExecX(ctx)
		if closed, err := identity.ClosedTo(ctx, h.db.Ent(), inventor, []int{lotID}, nil); err != nil || closed {
			t.Errorf("the inventor whose relative bids is shut out: %v", err)
		}
		alerts, err := office.Alerts(ctx, h.operator, false)
		must(t, err)
		daming := h.operator
		daming.Person = h.db.Ent().Person.Query().Where(person.NameEn("Zhou Daming"), person.HasMembershipsWith(membership.HasOrganisationWith(
			organisation.ID(h.operator.OrganisationID())))).OnlyX(ctx)
		for _, a := range alerts {
			if a.Role == exclusion.HouseStaff {
				wants(t, office.DecideAlert(ctx, daming, a.ID, false, "我不是他"), fault.Forbidden, "OWN_ALERT")
				must(t, office.DecideAlert(ctx, h.operator, a.ID, false, "同名"))
			}
		}
		appraiser := h.company("评估公司")
		h.link(appraiser.OrganisationID(), identity.Tie{Outward: true, Relation: exclusion.Helps, OtherName: h.seller.NameZh, OtherCode: h.seller.Uscc}, confirmed)
		wants(t, h.service.Apply(ctx, appraiser, lotID), fault.Forbidden, "EXCLUDED")
	})
}

func ownerOf(h *hall, company string) int {
	return h.db.Ent().Organisation.Query().Where(organisation.NameZh(company)).OnlyIDX(h.t.Context())
}

// What a link to a relative must say.
func TestALinkToARelative(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		by := h.person(h.seller, membership.RoleADMINISTRATOR)
		for name, c := range map[string]struct {
			tie  identity.Tie
			want map[string]fault.Problem
		}{
			"whose":                 {identity.Tie{Relation: exclusion.Relative, OtherName: "郑强"}, map[string]fault.Problem{"own_name": "REQUIRED"}},
			"a body":                {identity.Tie{Relation: exclusion.Relative, OwnName: "吴小丽", OtherName: "郑强", OtherCode: "91310117MA1J00012H"}, map[string]fault.Problem{"other_code": "RELATIVE_HAS_NO_CODE"}},
			"an organ of the state": {identity.Tie{Relation: exclusion.Relative, OwnName: "吴小丽", OtherName: "郑强", StateOrgan: true}, map[string]fault.Problem{"state_organ": "STATE_ORGAN_OWNS"}},
			"whom":                  {identity.Tie{Relation: exclusion.Relative, OwnName: "吴小丽"}, map[string]fault.Problem{"other_name": "REQUIRED"}},
		} {
			got := map[string]fault.Problem{}
			for _, f := range fault.In(h.office().Declare(t.Context(), by, h.seller.ID, c.tie, "", nil)).Fields {
				got[f.Name] = f.Problem
			}
			if !maps.Equal(got, c.want) {
				t.Errorf("%s: %v, want %v", name, got, c.want)
			}
		}
	})
}

// R1.6: what is shared, and what was only declared, is looked at by a person and blocks nobody by itself.
func TestAlertsAreLookedAtBeforeQualification(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		ctx, office := t.Context(), h.office()
		lotID := h.published(h.draft())
		rival := h.company("说谎公司")
		v := h.company("诚实公司")
		// Somebody claims to own a rival's rival: it is not confirmed.
		h.link(rival.OrganisationID(), identity.Tie{Outward: true, Relation: exclusion.Owns, OtherName: "诚实公司", ShareBP: 10_000}, declared)
		h.link(rival.OrganisationID(), identity.Tie{Outward: true, Relation: exclusion.Controls, OtherName: h.seller.NameZh}, declared)
		id := h.applied(lotID, v)
		must(t, h.service.RecordDeposit(ctx, h.operator, id, 100_000*100, h.clock))
		wants(t, h.service.Qualify(ctx, h.operator, id, 0), fault.Conflict, "ALERTS_OPEN")
		alerts, err := office.Alerts(ctx, h.operator, false)
		must(t, err)
		if len(alerts) != 1 || !alerts[0].Unconfirmed || alerts[0].Organisation.ID != v.OrganisationID() || alerts[0].Reason != exclusion.SameController {
			t.Fatalf("alerts %+v", alerts)
		}
		other := h.person(h.organisation(organisation.KindMARKET_OPERATOR, "别的运营方"), membership.RoleADMINISTRATOR)
		if theirs, err := office.Alerts(ctx, other, true); err != nil || len(theirs) != 0 {
			t.Errorf("another operator reads %d alerts, %v", len(theirs), err)
		}
		wants(t, office.DecideAlert(ctx, other, alerts[0].ID, false, "x"), fault.NotFound, "")
		if err := office.DecideAlert(ctx, h.operator, alerts[0].ID, false, " "); fault.Of(err) != fault.Invalid {
			t.Errorf("decided without a note: %v", err)
		}
		must(t, office.DecideAlert(ctx, h.operator, alerts[0].ID, false, "查无此事"))
		wants(t, office.DecideAlert(ctx, h.operator, alerts[0].ID, true, "又"), fault.Conflict, "ALREADY_DECIDED")
		must(t, h.service.Qualify(ctx, h.operator, id, 0))
		if left, err := office.Alerts(ctx, h.operator, false); err != nil || len(left) != 0 {
			t.Errorf("%d alerts left, %v", len(left), err)
		}
	})
}

// The operator's people are told of an alert once, when it opens, in whatever transaction finds it; nobody is told of one that
// was not stored. R1.6
func TestTheOperatorIsToldOfAnAlertOnce(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		ctx := t.Context()
		h.withHerald(1)
		h.person(h.operator.Organisation, membership.RoleVIEWER) // decides nothing, and is told nothing
		other := h.person(h.organisation(organisation.KindMARKET_OPERATOR, "别的运营方"), membership.RoleADMINISTRATOR)
		lotID := h.published(h.draft())
		v := h.company("诚实公司")
		colleague := h.person(v.Organisation, membership.RoleADMINISTRATOR)
		h.link(v.OrganisationID(), identity.Tie{Relation: exclusion.Controls, OtherName: h.seller.NameZh}, declared)
		told := func() int {
			n := 0
			for _, k := range h.told(h.operator.OrganisationID()) {
				if k == string(inbox.AlertOpened) {
					n++
				}
			}
			return n
		}
		lacks := h.db.Ent().Mandate.Query().Where(mandate.PersonID(v.PersonID())).OnlyX(ctx)
		lacks.Update().SetState(mandate.StateREVOKED).ExecX(ctx)
		wants(t, h.service.Apply(ctx, v, lotID), fault.Forbidden, "MANDATE_MISSING")
		if told() != 0 || h.db.Ent().PartyFinding.Query().CountX(ctx) != 0 {
			t.Error("told of somebody who has not entered")
		}
		lacks.Update().SetState(mandate.StateACCEPTED).ExecX(ctx)

		var both sync.WaitGroup
		errs := make([]error, 2)
		for i, by := range []identity.Viewer{v, colleague} { // at once: one enters, one is told that he has
			both.Go(func() { errs[i] = h.service.Apply(ctx, by, lotID) })
		}
		both.Wait()
		entered, had := 0, 0
		for _, err := range errs {
			switch {
			case err == nil:
				entered++
			case fault.In(err).Problem == "ALREADY_APPLIED":
				had++
			default:
				t.Errorf("%v", err)
			}
		}
		if entered != 1 || had != 1 {
			t.Errorf("%d entered, %d had", entered, had)
		}
		must(t, h.service.TakeBack(ctx, v, lotID))
		id := h.applied(lotID, v)
		must(t, h.service.RecordDeposit(ctx, h.operator, id, 100_000*100, h.clock))
		wants(t, h.service.Qualify(ctx, h.operator, id, 0), fault.Conflict, "ALERTS_OPEN")
		if told() != 1 || len(h.told(other.OrganisationID())) != 0 {
			t.Errorf("told %d times, another operator %v", told(), h.told(other.OrganisationID()))
		}
		n := h.db.Ent().Notice.Query().Where(notice.Kind(string(inbox.AlertOpened))).OnlyX(ctx)
		if n.Link != "/operator/alerts" || n.Params["Organisation_zh"] != "诚实公司" || n.Params["Number"] == "" {
			t.Errorf("%s %v", n.Link, n.Params)
		}
	})
}

func TestASharedAccountIsAnAlertAndMayExclude(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		ctx, office := t.Context(), h.office()
		lotID := h.published(h.draft())
		v := h.company("账户公司")
		for _, o := range []*ent.Organisation{v.Organisation, h.seller} { // the same account, however it is written
			o.Update().SetStanding(organisation.StandingNEW).ExecX(ctx)
			by := h.person(o, membership.RoleADMINISTRATOR)
			must(t, office.SaveProfile(ctx, by, identity.Profile{NameZH: o.NameZh, NameEN: o.NameEn, City: "310117", Private: identity.Private{
				Representative: "李", Address: "某路", Phone: fmt.Sprint("021-5555000", o.ID), Bank: "某银行", AccountName: o.NameZh,
				Account: []string{"6222 0000 1111", "622200001111"}[o.ID%2],
			}}))
			o.Update().SetStanding(organisation.StandingVERIFIED).ExecX(ctx)
		}
		id := h.applied(lotID, v)
		must(t, h.service.RecordDeposit(ctx, h.operator, id, 100_000*100, h.clock))
		alerts, err := office.Alerts(ctx, h.operator, false)
		must(t, err)
		if len(alerts) != 1 || alerts[0].Reason != exclusion.SharedAccount {
			t.Fatalf("alerts %+v", alerts)
		}
		must(t, office.DecideAlert(ctx, h.operator, alerts[0].ID, true, "同一实际控制人"))
		wants(t, h.service.Qualify(ctx, h.operator, id, 0), fault.Conflict, "ALERT_EXCLUDES")
	})
}

// §1.1: who is not verified neither registers nor offers, and the answer names where he stands.
func TestOnlyTheVerifiedTakePart(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		ctx := t.Context()
		lotID := h.published(h.draft())
		v := h.company("新公司")
		for _, s := range []organisation.Standing{"NEW", "SUBMITTED", "EXPIRED", "SUSPENDED", "BLACKLISTED"} {
			v.Organisation.Update().SetStanding(s).ExecX(ctx)
			problem := fault.Problem("STANDING_" + string(s))
			wants(t, h.service.Apply(ctx, v, lotID), fault.Conflict, problem)
			wants(t, h.service.MayApply(ctx, v, lotID), fault.Conflict, problem)
			h.seller.Update().SetStanding(s).ExecX(ctx)
			l, err := h.service.CreateLot(ctx, h.operator, h.other(), h.draft())
			must(t, err)
			wants(t, h.service.Publish(ctx, h.operator, l), fault.Conflict, problem)
		}
		v.Organisation.Update().SetStanding("VERIFIED").ExecX(ctx)
		id := h.applied(lotID, v)
		must(t, h.service.RecordDeposit(ctx, h.operator, id, 100_000*100, h.clock))
		v.Organisation.Update().SetExpiresAt(h.clock).ExecX(ctx) // the errand that ends the term is late
		wants(t, h.service.Qualify(ctx, h.operator, id, 0), fault.Conflict, "STANDING_EXPIRED")
		v.Organisation.Update().ClearExpiresAt().SetStanding("EXPIRED").ExecX(ctx)
		wants(t, h.service.Qualify(ctx, h.operator, id, 0), fault.Conflict, "STANDING_EXPIRED")
	})
}

// other is a further published listing of the seller.
func (h *hall) other() int {
	h.t.Helper()
	n := h.db.Ent().Listing.Query().CountX(h.t.Context())
	l := h.db.Ent().Listing.Create().SetNumber("L-" + string(rune('A'+n))).SetTitleZh("膜").SetTitleEn("Membrane").SetField("NM").SetTrl(6).
		SetRights([]string{"ASSIGN"}).SetInventors([]string{"甲"}).SetCity("310117").SetSeller(h.seller).SetStatus("PUBLISHED").SaveX(h.t.Context())
	return l.ID
}

// A bar stops a qualified bidder on every open lot, within its transaction; an end of the term does not.
func TestABarStopsBidders(t *testing.T) {
	each(t, func(t *testing.T, h *hall) {
		ctx := t.Context()
		lotID := h.published(h.draft())
		v, calm := h.company("被停公司"), h.company("过期公司")
		qualify(h, lotID, v)
		qualify(h, lotID, calm)
		calm.Organisation.Update().SetStanding("EXPIRED").ExecX(ctx)
		var after func() = func() {}
		must(t, h.db.Tx(ctx, func(tx *store.Tx) error {
			then, err := h.service.Bar(ctx, tx, h.operator, v.OrganisationID(), "虚假材料")
			after = func() { then(ctx) }
			return err
		}))
		after()
		states := map[string]registration.State{}
		for _, r := range h.db.Ent().Registration.Query().WithOrganisation().AllX(ctx) {
			states[r.Edges.Organisation.NameZh] = r.State
		}
		if states["被停公司"] != registration.StateSUSPENDED || states["过期公司"] != registration.StateQUALIFIED {
			t.Errorf("states %v", states)
		}
		kinds := h.kinds(lotID)
		if kinds[len(kinds)-1] != "BidderSuspended" {
			t.Errorf("the log says %v", kinds)
		}
	})
}
