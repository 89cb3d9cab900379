package page

import (
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/feed"
)

// RoomPage is the live room of one lot as a viewer first gets it: complete without scripts, and the state from
// which the scripts go on over the socket.
type RoomPage struct {
	Lot    auction.LotID
	Number string            // as printed in the catalogue
	Title  auction.Bilingual // of the listing
	Seller auction.Bilingual
	Terms  auction.Terms

	Frame   feed.Frame // a snapshot: state, newest rows, cursor, server's time
	Earlier []feed.Row // rows before Frame.Rows, oldest first, for chart and history; may be nil

	Access  RoomAccess
	Holding *feed.Holding // of the viewer; nil unless Access is MayBid
	Own     []feed.OwnRow // his attempts, newest first

	Company bool              // he bids or confirms for a company: what waits for a second person of it is shown
	Pending []feed.PendingBid // the newest first

	Form RoomForm
}

// RoomAccess is how far a viewer has come towards bidding in a lot.
type RoomAccess string

const (
	MayBid      RoomAccess = "MAY_BID"      // admitted under a paddle code
	MustSignIn  RoomAccess = "SIGN_IN"      // nobody is signed in
	MayRegister RoomAccess = "REGISTER"     // could still register for this lot
	Awaited     RoomAccess = "AWAITED"      // has registered, not admitted yet
	OnlyWatches RoomAccess = "ONLY_WATCHES" // may not bid here: seller, operator, rejected, too late
)

// RoomForm is what the bid form without scripts holds.
type RoomForm struct {
	Key    auction.Key     // fresh for each page: one page, one bid
	Kind   auction.BidKind // as chosen before, else empty
	Amount string          // as typed before, if the form came back
	Fault  string          // what is wrong with Amount, in the reader's language; empty if nothing
	Answer *feed.OwnRow    // the bid that this form has just made

	Held         *feed.PendingBid // instead of a bid, it has proposed this
	PendingFault string           // why a pending bid could not be decided as asked, in the reader's language
}

// FilmPage replays a closed lot from its public record, which the scripts fetch from /lots/{id}/record.json.
type FilmPage struct {
	Lot    auction.LotID
	Number string
	Title  auction.Bilingual
	Seller auction.Bilingual
	Terms  auction.Terms

	Frame   feed.Frame // the last one: state with its result, newest rows
	Earlier []feed.Row // rows before Frame.Rows, oldest first
}
