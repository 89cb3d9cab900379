package project

import (
	"context"
	"slices"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/trade"
)

// side is who decides something in a project.
type side string

const (
	sellers   side = "seller"   // whoever writes what the seller offers; see allowed
	operators side = "operator" // whoever acts for the project's operator
	bidding   side = "company"  // an agent or administrator of a company
	signedIn  side = "person"   // whoever is signed in
)

// permitted says who may give which command. What is not here is for clocks and lots alone: Draft, Elapse, RecordResult.
var permitted = map[string][]side{
	"Revise": {sellers}, "RecordDecision": {sellers}, "Withdraw": {sellers}, "SubmitForReview": {sellers},
	"ChangeOffer": {sellers}, "SignContract": {sellers}, "Relist": {sellers}, "SignCommission": {sellers}, "Reauction": {sellers},

	// R2.4: the unit decides on objections to its own notice, R2.13: the operator on those to a result.
	"RejectObjection": {sellers, operators}, "UpholdObjection": {sellers, operators},

	"OpenNotice": {operators}, "ReturnDraft": {operators}, "PublishListing": {operators}, "ChangeListing": {operators},
	"Suspend": {operators}, "Resume": {operators}, "Terminate": {operators}, "AcceptDocuments": {operators},
	"RejectDocuments": {operators}, "ReceiveDeposit": {operators}, "RecordPayment": {operators}, "RemindPayment": {operators},
	"DeclareDefault": {operators}, "RegisterContract": {operators}, "Announce": {operators}, "ConfirmPreview": {operators},
	"OpenSale": {operators}, "PauseSale": {operators}, "ResumeSale": {operators}, "SignConfirmation": {operators}, "Annul": {operators},

	"Register": {bidding}, "WithdrawRegistration": {bidding}, "ConfirmPrice": {bidding},
	"LodgeObjection": {signedIn},
}

// is says whether a viewer stands on a side of a project.
func (w side) is(by identity.Viewer, v *View) bool {
	switch w {
	case sellers:
		return by.MayList() && by.OrganisationID() == v.Row.Edges.Seller.ID
	case operators:
		return by.Operates() && by.OrganisationID() == v.Row.Edges.Operator.ID
	case bidding:
		return by.MayApply()
	case signedIn:
		return by.SignedIn()
	}
	return false
}

// decides narrows the sides of those commands that belong to one in each way.
func decides(name string, w trade.Way) []side {
	if name == "RejectObjection" || name == "UpholdObjection" {
		if w == trade.ByAgreement {
			return []side{sellers}
		}
		return []side{operators}
	}
	return permitted[name]
}

// may says why a viewer may not give a command; nil if he may.
func may(by identity.Viewer, v *View, name string) error {
	if !visible(by, v) {
		return fault.New(fault.NotFound, "", "the project is not public")
	}
	if slices.ContainsFunc(decides(name, v.State.Way), func(w side) bool { return w.is(by, v) }) {
		return nil
	}
	return fault.New(fault.Forbidden, "NOT_YOURS_TO_DECIDE", name)
}

// allowed is may, and for what is decided in the seller's name the power of attorney that this takes. §1.1
func (s *Service) allowed(ctx context.Context, client *ent.Client, by identity.Viewer, v *View, name string) error {
	if err := may(by, v, name); err != nil || !slices.Contains(decides(name, v.State.Way), sellers) || !sellers.is(by, v) {
		return err
	}
	return identity.Mandated(ctx, client, by, identity.ToList, s.now(), s.now())
}

// insider says whether a viewer sees the whole file: people of the seller and of the operator.
func insider(by identity.Viewer, v *View) bool {
	org := by.OrganisationID()
	return by.SignedIn() && org != 0 && !v.closed && (org == v.Row.Edges.Seller.ID || org == v.Row.Edges.Operator.ID && by.Operates())
}

// visible says whether a viewer may see a project at all.
func visible(by identity.Viewer, v *View) bool { return published(v.State) || insider(by, v) }

// Possible are the commands that the viewer may give now, in the order of the table of states. Bidders are offered only what
// fits their registration.
func Possible(by identity.Viewer, v *View) (names []string) {
	party := PartyOf(by.OrganisationID())
	id := own(v.State, party)
	r, _ := v.State.Registration(id)
	live := r.Status == trade.Applied || r.Status == trade.Accepted || r.Status == trade.Qualified
	for _, name := range v.State.Hears() {
		if may(by, v, name) != nil {
			continue
		}
		switch name {
		case "Register":
			if live || insider(by, v) {
				continue
			}
		case "WithdrawRegistration":
			if !live {
				continue
			}
		case "SignContract":
			if v.State.Phase == trade.Decided && v.State.Regime != trade.Private { // R2.1
				continue
			}
		case "ConfirmPrice":
			if r.Status != trade.Qualified {
				continue
			}
		case "LodgeObjection":
			if insider(by, v) || v.State.Notice == trade.NoticeElapsed {
				continue
			}
		}
		names = append(names, name)
	}
	return names
}
