package inbox

// Kind is what happened. The list is closed: each has its words in web/locale, notice_<kind>_title and notice_<kind>_body.
type Kind string

const (
	RegistrationQualified Kind = "REGISTRATION_QUALIFIED"
	RegistrationRejected  Kind = "REGISTRATION_REJECTED"
	RegistrationSuspended Kind = "REGISTRATION_SUSPENDED"
	ApplicationsWaiting   Kind = "APPLICATIONS_WAITING"
	LotAnnounced          Kind = "LOT_ANNOUNCED"
	LotPaused             Kind = "LOT_PAUSED"
	LotResumes            Kind = "LOT_RESUMES"
	LotWon                Kind = "LOT_WON"
	LotLost               Kind = "LOT_LOST"
	LotSold               Kind = "LOT_SOLD"
	LotPassed             Kind = "LOT_PASSED"
	LotWithdrawn          Kind = "LOT_WITHDRAWN"
	LotAnnulled           Kind = "LOT_ANNULLED"
	NeedAnswered          Kind = "NEED_ANSWERED"
	NeedMatched           Kind = "NEED_MATCHED"
	NeedExpired           Kind = "NEED_EXPIRED"
	NeedTakenDown         Kind = "NEED_TAKEN_DOWN"
	AnswerAccepted        Kind = "ANSWER_ACCEPTED"
	AnswerDeclined        Kind = "ANSWER_DECLINED"
	ListingMatched        Kind = "LISTING_MATCHED"
	BidWaits              Kind = "BID_WAITS"     // for a second person of the bidder's company
	BidConfirmed          Kind = "BID_CONFIRMED" // its proposer is told, of the next two as well
	BidDeclined           Kind = "BID_DECLINED"
	BidLapsed             Kind = "BID_LAPSED"
	PriceWaits            Kind = "PRICE_WAITS" // the only buyer's word on a price, for a second person of his company; R2.12
	PriceConfirmed        Kind = "PRICE_CONFIRMED"
	PriceDeclined         Kind = "PRICE_DECLINED"
	PriceLapsed           Kind = "PRICE_LAPSED"

	RoomPromised     Kind = "ROOM_PROMISED"  // a seller: somebody has promised secrecy and reads
	RoomRequested    Kind = "ROOM_REQUESTED" // a seller: somebody has promised and waits for an answer
	RoomSigned       Kind = "ROOM_SIGNED"    // a reader: what his organisation has promised
	RoomGranted      Kind = "ROOM_GRANTED"
	RoomRefused      Kind = "ROOM_REFUSED"
	RoomRevoked      Kind = "ROOM_REVOKED"
	RoomTermsChanged Kind = "ROOM_TERMS_CHANGED"
	SearchResults    Kind = "SEARCH_RESULTS"
	SellerResults    Kind = "SELLER_RESULTS"
	WatchedChanged   Kind = "WATCHED_CHANGED"
	QuestionAsked    Kind = "QUESTION_ASKED"
	QuestionAnswered Kind = "QUESTION_ANSWERED"
	QuestionHidden   Kind = "QUESTION_HIDDEN"
	AnswerPublished  Kind = "ANSWER_PUBLISHED"

	AlertOpened             Kind = "ALERT_OPENED" // an operator: something about a bidder is to be looked at; R1.6
	OrganisationSubmitted   Kind = "ORGANISATION_SUBMITTED"
	OrganisationReturned    Kind = "ORGANISATION_RETURNED"
	OrganisationVerified    Kind = "ORGANISATION_VERIFIED"
	OrganisationExpires     Kind = "ORGANISATION_EXPIRES"
	OrganisationExpired     Kind = "ORGANISATION_EXPIRED"
	OrganisationSuspended   Kind = "ORGANISATION_SUSPENDED"
	OrganisationBlacklisted Kind = "ORGANISATION_BLACKLISTED"
	OrganisationLifted      Kind = "ORGANISATION_LIFTED"

	MemberJoined      Kind = "MEMBER_JOINED"
	MemberLeft        Kind = "MEMBER_LEFT"
	MemberRoleChanged Kind = "MEMBER_ROLE_CHANGED"
	MemberRemoved     Kind = "MEMBER_REMOVED"
	MandatesWaiting   Kind = "MANDATES_WAITING"
	MandateAccepted   Kind = "MANDATE_ACCEPTED"
	MandateRejected   Kind = "MANDATE_REJECTED"
	MandateRevoked    Kind = "MANDATE_REVOKED"
	MandateEnds       Kind = "MANDATE_ENDS"
	MandateExpired    Kind = "MANDATE_EXPIRED"
)

// Topic is a group of kinds: by topic people say how they wish to be written to.
type Topic string

const (
	Registrations Topic = "REGISTRATIONS" // one's own, and what became of them
	Sales         Topic = "SALES"         // announcements and the course of sales
	Outcomes      Topic = "OUTCOMES"      // how sales ended
	Needs         Topic = "NEEDS"         // one's needs, answers, and what fits
	Questions     Topic = "QUESTIONS"     // asked of one's listings, and answered
	Rooms         Topic = "ROOMS"         // promises of secrecy and who may read
	Standings     Topic = "STANDINGS"     // how one's organisation stands to the market
	Members       Topic = "MEMBERS"       // one's place in an organisation, its people, powers of attorney
	Work          Topic = "WORK"          // what waits for a decision
	watched       Topic = "WATCHED"       // each search and each watched thing has a wish of its own
)

// Topics lists all topics in the order of pages.
var Topics = []Topic{Registrations, Sales, Outcomes, Needs, Questions, Rooms, Standings, Members, Work}

var topics = map[Kind]Topic{
	RegistrationQualified: Registrations, RegistrationRejected: Registrations, RegistrationSuspended: Registrations,
	LotAnnounced: Sales, LotPaused: Sales, LotResumes: Sales,
	LotWon: Outcomes, LotLost: Outcomes, LotSold: Outcomes, LotPassed: Outcomes, LotWithdrawn: Outcomes, LotAnnulled: Outcomes,
	NeedAnswered: Needs, NeedMatched: Needs, NeedExpired: Needs, NeedTakenDown: Needs, AnswerAccepted: Needs, AnswerDeclined: Needs,
	ListingMatched: Needs,
	QuestionAsked:  Questions, QuestionAnswered: Questions, QuestionHidden: Questions, AnswerPublished: Questions,
	RoomPromised: Rooms, RoomSigned: Rooms, RoomGranted: Rooms, RoomRefused: Rooms, RoomRevoked: Rooms, RoomTermsChanged: Rooms,
	ApplicationsWaiting: Work, BidWaits: Work, BidConfirmed: Work, BidDeclined: Work, BidLapsed: Work, RoomRequested: Work,
	PriceWaits: Work, PriceConfirmed: Work, PriceDeclined: Work, PriceLapsed: Work,
	SearchResults: watched, SellerResults: watched, WatchedChanged: watched,
	AlertOpened: Work, OrganisationSubmitted: Work, OrganisationReturned: Standings, OrganisationVerified: Standings, OrganisationExpires: Standings,
	OrganisationExpired: Standings, OrganisationSuspended: Standings, OrganisationBlacklisted: Standings, OrganisationLifted: Standings,
	MemberJoined: Members, MemberLeft: Members, MemberRoleChanged: Members, MemberRemoved: Members, MandatesWaiting: Work,
	MandateAccepted: Members, MandateRejected: Members, MandateRevoked: Members, MandateEnds: Members, MandateExpired: Members,
}
