package identity

import (
	"slices"

	"github.com/g60-corridor/corridor/ent/membership"
)

// Right is something that a member may do in his organisation's name.
type Right string

const (
	Bid        Right = "BID"        // place bids; under a power of attorney, see Mandated
	Apply      Right = "APPLY"      // enter the organisation for a lot, lodge an interest in a project
	List       Right = "LIST"       // write, import and offer results
	SeeMoney   Right = "MONEY"      // deposits held and what is owed
	Administer Right = "ADMINISTER" // invite, change and remove members, hand in powers of attorney
	Operate    Right = "OPERATE"    // act for the market operator
)

// Rights lists all rights in the order of pages.
var Rights = []Right{Bid, Apply, List, SeeMoney, Administer, Operate}

// MemberRoles lists the roles of members in the order of pages.
var MemberRoles = []membership.Role{
	membership.RoleADMINISTRATOR, membership.RoleAGENT, membership.RoleEDITOR, membership.RoleFINANCE, membership.RoleVIEWER,
}

// granted is the table of what each role may do; nothing else decides it. A VIEWER looks on.
var granted = map[membership.Role][]Right{
	membership.RoleADMINISTRATOR: {Apply, List, SeeMoney, Administer, Operate},
	membership.RoleAGENT:         {Bid, Apply, SeeMoney, Operate},
	membership.RoleEDITOR:        {List, Operate},
	membership.RoleFINANCE:       {SeeMoney, Operate},
	membership.RoleVIEWER:        {},
}

// belongs says whose organisations a right is about; one that is not named here is everybody's. The neutral bodies of the
// market never bid, and sellers do not here (R1.6, R2.1).
var belongs = map[Right][]Role{
	Bid: {Company}, Apply: {Company}, List: {Seller, Company}, Operate: {Operator},
}

// Grants says whether a role gives a right in an organisation that is of a kind to the market.
func Grants(kind Role, role membership.Role, right Right) bool {
	if kind == Anonymous || !slices.Contains(granted[role], right) {
		return false
	}
	of, some := belongs[right]
	return !some || slices.Contains(of, kind)
}

// May says whether the viewer has a right in the organisation that he acts for.
func (v Viewer) May(r Right) bool { return Grants(v.Role(), v.Membership, r) }
