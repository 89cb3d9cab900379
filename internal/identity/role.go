package identity

import (
	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/ent/organisation"
)

// Role is what somebody is to the market. It follows from the kind of the organisation he acts for.
type Role string

const (
	Anonymous    Role = "anonymous"
	Company      Role = "company"       // 意向受让方, may bid
	Seller       Role = "seller"        // a university or an institute
	Broker       Role = "broker"        // 技术经纪机构
	Operator     Role = "operator"      // 交易场所: reviews, publishes, runs the bidding
	AuctionHouse Role = "auction_house" // 拍卖企业
	JointOffice  Role = "joint_office"  // 联席会议办公室: statistics; no view of live identities or of the reserve
)

// Roles lists all roles.
var Roles = []Role{Anonymous, Company, Seller, Broker, Operator, AuctionHouse, JointOffice}

var roleOf = map[organisation.Kind]Role{
	organisation.KindCOMPANY: Company, organisation.KindUNIVERSITY: Seller, organisation.KindINSTITUTE: Seller,
	organisation.KindBROKERAGE: Broker, organisation.KindMARKET_OPERATOR: Operator,
	organisation.KindAUCTION_HOUSE: AuctionHouse, organisation.KindJOINT_OFFICE: JointOffice,
}

// Viewer is who asks. The zero value is a visitor.
type Viewer struct {
	Person       *ent.Person
	Organisation *ent.Organisation // for which he acts; nil for somebody without a membership
	Membership   membership.Role
	Password     bool // he has one

	session *ent.PersonSession // by which he is signed in; nil where none was begun
}

// SignedIn says whether the viewer is known.
func (v Viewer) SignedIn() bool { return v.Person != nil }

// Role is what the viewer is to the market. Somebody without an organisation is anonymous to it.
func (v Viewer) Role() Role {
	if v.Person == nil || v.Organisation == nil {
		return Anonymous
	}
	if r, ok := roleOf[v.Organisation.Kind]; ok {
		return r
	}
	return Anonymous
}

// PersonID is 0 for a visitor.
func (v Viewer) PersonID() int {
	if v.Person == nil {
		return 0
	}
	return v.Person.ID
}

// OrganisationID is 0 for whoever acts for nobody.
func (v Viewer) OrganisationID() int {
	if v.Organisation == nil {
		return 0
	}
	return v.Organisation.ID
}

// MayBid says whether the viewer's role lets him bid for his company. That he holds its power of attorney, Mandated says.
func (v Viewer) MayBid() bool { return v.May(Bid) }

// MayApply says whether the viewer may enter his company for a lot.
func (v Viewer) MayApply() bool { return v.May(Apply) }

// Operates says whether the viewer may act for the market operator. A VIEWER of it may not.
func (v Viewer) Operates() bool { return v.May(Operate) }

// Sells says whether an organisation of a kind may put results on offer: universities, institutes, and companies that hold
// rights of their own.
func Sells(k organisation.Kind) bool { return roleOf[k] == Seller || roleOf[k] == Company }

// Sells says whether the viewer's organisation may put results on offer.
func (v Viewer) Sells() bool { return v.Role() != Anonymous && Sells(v.Organisation.Kind) }

// MayList says whether the viewer may write what his organisation offers.
func (v Viewer) MayList() bool { return v.May(List) }

// MaySeeMoney says whether the viewer may see what his organisation holds and owes.
func (v Viewer) MaySeeMoney() bool { return v.May(SeeMoney) }
