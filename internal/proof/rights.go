package proof

import (
	"errors"
	"fmt"
	"reflect"

	"github.com/g60-corridor/corridor/internal/auction"
)

// rights says which secrets of a log a record opens. It is derived from the public fields of the log alone, so
// that the verifier can tell an opening that is missing or too many.
type rights struct {
	audience Audience
	paddle   auction.Paddle
	rules    string

	events   []auction.Event
	announce bool              // met or not met is no secret under these terms
	closed   auction.LotClosed // the result, also of a sale that was annulled afterwards
	beaten   map[int]bool      // entries whose sealed maximum was opened when it was beaten
}

var errNotEnded = errors.New("the lot has not ended")

func rightsOf(events []auction.Event, audience Audience, paddle auction.Paddle) (*rights, error) {
	r := &rights{audience: audience, paddle: paddle, events: events, beaten: map[int]bool{}}
	switch audience {
	case Public, Auditor:
		if paddle != "" {
			return nil, fmt.Errorf("a record for %s has no paddle", audience)
		}
	case Own:
	default:
		return nil, fmt.Errorf("no audience is called %q", audience)
	}
	admitted, ended := false, false
	sealed := map[auction.Paddle]int{} // the sealed maximum that stands for a bidder
	for i, e := range events {
		switch ev := e.(type) {
		case auction.LotPublished:
			r.rules = ev.Terms.Format
			r.announce = ev.Terms.AnnounceReserveMet || ev.Terms.Reserve != auction.HiddenReserve
		case auction.BidderAdmitted:
			admitted = admitted || ev.Paddle == paddle
		case auction.BidAccepted:
			if ev.Opened != nil {
				if at, ok := sealed[ev.Opened.Paddle]; ok {
					r.beaten[at] = true
				}
				delete(sealed, ev.Opened.Paddle)
			}
			if ev.Hidden {
				sealed[ev.Paddle] = i
			}
		case auction.MaximumRaised:
			sealed[ev.Paddle] = i
		case auction.LotClosed:
			r.closed, ended = ev, true
		case auction.LotWithdrawn, auction.LotAnnulled:
			ended = true
		}
	}
	if audience == Own && !admitted {
		return nil, fmt.Errorf("no bidder was admitted as %q", paddle)
	}
	if !ended {
		return nil, errNotEnded
	}
	return r, nil
}

// opens says whether a secret field of entry i (from 0) is opened to the audience.
func (r *rights) opens(i int, f *planField) bool {
	if r.audience == Auditor {
		return true
	}
	if f.secret == "reserve" {
		return r.opensReserveMet(i)
	}
	return r.beaten[i] || r.audience == Own && paddleOf(r.events[i]) == r.paddle
}

// opensReserveMet opens what the rules announce and what the result tells anyway: that a lot which passed below
// its reserve never reached it, and that the price of a sale did. When a sale reached it stays sealed. R3.4
func (r *rights) opensReserveMet(i int) bool {
	switch {
	case r.announce:
		return true
	case r.closed.Outcome == auction.Passed:
		return r.closed.Why == auction.ReserveNotMet
	case r.closed.Outcome == auction.Sold:
		st, ok := standingOf(r.events[i])
		return ok && st.PriceFen == r.closed.PriceFen
	}
	return false
}

func paddleOf(e auction.Event) auction.Paddle {
	switch ev := e.(type) {
	case auction.BidderAdmitted:
		return ev.Paddle
	case auction.BidAccepted:
		return ev.Paddle
	case auction.MaximumRaised:
		return ev.Paddle
	case auction.BidRefused:
		return ev.Paddle
	}
	return ""
}

func standingOf(e auction.Event) (auction.Standing, bool) {
	switch ev := e.(type) {
	case auction.BidAccepted:
		return ev.Standing, true
	case auction.MaximumRaised:
		return ev.Standing, true
	}
	return auction.Standing{}, false
}

func valueOf(e auction.Event) reflect.Value { return reflect.ValueOf(e) }
