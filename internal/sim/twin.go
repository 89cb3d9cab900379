package sim

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/g60-corridor/corridor/internal/auction"
)

// twin is a second engine, as stupid as can be: it keeps every offer, and after each event it sorts them all and works
// out anew who leads at what price. It is written from RULES.md and the rule sheet, not from package auction, and takes
// from there only the names.
type twin struct {
	terms   auction.Terms
	reserve auction.Fen
	sealed  bool
	opensAt auction.Instant

	phase    auction.Phase
	during   auction.Phase // the phase that a pause has interrupted
	deadline auction.Instant
	opened   auction.Instant
	since    auction.Instant
	left     auction.Span
	resumeAt auction.Instant

	ranks   map[auction.Paddle]int
	banned  map[auction.Paddle]bool
	free    map[auction.Paddle]bool // has a valid bid in FREE
	keys    map[auction.Paddle]map[auction.Key]bool
	own     map[auction.Paddle]int64
	offers  []offer
	price   auction.Fen
	priceAt auction.Instant
	leader  auction.Paddle
}

// offer is one bid that counts.
type offer struct {
	paddle auction.Paddle
	rank   int
	kind   auction.BidKind
	amount auction.Fen
	seq    auction.Seq
}

func newTwin() *twin {
	return &twin{
		ranks: map[auction.Paddle]int{}, banned: map[auction.Paddle]bool{}, free: map[auction.Paddle]bool{},
		keys: map[auction.Paddle]map[auction.Key]bool{}, own: map[auction.Paddle]int64{},
	}
}

func (t *twin) open() bool {
	return t.phase == auction.Free || t.phase == auction.Limited || t.phase == auction.Single
}

func (t *twin) step() auction.Fen {
	for _, r := range t.terms.Step.Ladder {
		if t.price < r.BelowFen || r.BelowFen == 0 {
			return r.StepFen
		}
	}
	return t.terms.Step.FixedFen
}

func (t *twin) stepAt(price auction.Fen) auction.Fen {
	u := *t
	u.price = price
	return u.step()
}

// better says whether a right of rank a stands above one of rank b: 1 is the highest, 0 is none. R3.13
func (t *twin) better(a, b int) bool {
	if t.terms.Priority != auction.Match || a == 0 {
		return false
	}
	return b == 0 || a < b
}

// best lists each bidder's highest offer, the leader first: highest amount, then the better right, then the earlier.
func (t *twin) best(offers []offer) []offer {
	highest := map[auction.Paddle]offer{}
	for _, o := range offers {
		if h, ok := highest[o.paddle]; !ok || o.amount > h.amount {
			highest[o.paddle] = o
		}
	}
	var all []offer
	for _, o := range highest {
		all = append(all, o)
	}
	slices.SortFunc(all, func(a, b offer) int {
		switch {
		case a.amount != b.amount:
			return int(b.amount - a.amount)
		case t.better(a.rank, b.rank):
			return -1
		case t.better(b.rank, a.rank):
			return 1
		}
		return int(a.seq - b.seq)
	})
	return all
}

// standing works out leader and price from all offers.
func (t *twin) standing(offers []offer) (leader auction.Paddle, price auction.Fen) {
	all := t.best(offers)
	first := all[0]
	price = t.terms.StartFen
	for _, o := range offers { // what the leader named himself
		if o.paddle == first.paddle && o.kind == auction.Plain {
			price = max(price, o.amount)
		}
	}
	if len(all) > 1 {
		second := all[1]
		enough := second.amount
		if !t.better(first.rank, second.rank) {
			enough += t.stepAt(second.amount)
		}
		price = max(price, min(first.amount, enough))
	}
	return first.paddle, price
}

// minimum is the least amount for a bidder. 0 stands for no rank.
func (t *twin) minimum(p auction.Paddle) auction.Fen {
	switch {
	case len(t.offers) == 0, t.terms.Grid == auction.NoGrid:
		return t.terms.StartFen
	case p != t.leader && t.better(t.ranks[p], t.ranks[t.leader]): // R3.12
		return t.price
	}
	return t.price + t.step()
}

// attempt is a bid as the log tells it.
type attempt struct {
	paddle    auction.Paddle
	key       auction.Key
	kind      auction.BidKind
	amount    auction.Fen
	confirmed bool
}

// refusal is the reason to refuse an attempt, in the published order; "" if it counts.
func (t *twin) refusal(a attempt, at auction.Instant) auction.Reason {
	_, admitted := t.ranks[a.paddle]
	leads := a.paddle == t.leader && len(t.offers) > 0
	mine := auction.Fen(0)
	for _, o := range t.offers {
		if o.paddle == a.paddle {
			mine = max(mine, o.amount)
		}
	}
	j := t.terms.Jump
	for _, rule := range []struct {
		broken bool
		reason auction.Reason
	}{
		{a.kind != auction.Plain && a.kind != auction.Maximum || a.amount <= 0 || a.amount > auction.MaxFen, auction.InvalidCommand},
		{t.phase == auction.Draft || t.phase == auction.Announced, auction.NotYetOpen},
		{t.phase == auction.Closed || t.open() && t.deadline != 0 && at >= t.deadline, auction.AlreadyClosed},
		{t.phase == auction.Paused, auction.LotIsPaused},
		{!admitted, auction.NotAdmitted},
		{t.banned[a.paddle], auction.BidderIsSuspended},
		{t.keys[a.paddle][a.key], auction.KeyReused},
		{t.phase == auction.Limited && t.terms.Closing.LimitedRequiresFreeBid && !t.free[a.paddle], auction.NoFreeBid},
		{a.kind == auction.Maximum && !t.terms.MaximumBids, auction.MaximaNotAllowed},
		{leads && a.kind == auction.Plain && !t.terms.LeaderMayRaise, auction.LeaderMayNotBid},
		{leads && a.kind == auction.Maximum && a.amount <= mine, auction.MaximumNotRaised},
		{t.terms.Grid == auction.Strict && a.amount > t.price && (a.amount-t.price)%t.step() != 0, auction.NotMultiple},
		{a.amount < t.minimum(a.paddle), auction.BelowMinimum},
		{j.RefuseTimes != 0 && a.amount > t.price*auction.Fen(j.RefuseTimes) && a.amount > t.minimum(a.paddle), auction.JumpTooLarge},
		{j.ConfirmTimes != 0 && a.amount >= t.price*auction.Fen(j.ConfirmTimes) && !a.confirmed, auction.NeedsConfirmation},
	} {
		if rule.broken {
			return rule.reason
		}
	}
	return ""
}

// bid holds an attempt and what became of it against the rules.
func (t *twin) bid(e auction.Entry, a attempt) error {
	switch {
	case t.open() && t.deadline != 0 && e.At >= t.deadline, t.phase == auction.Paused && t.resumeAt != 0 && e.At >= t.resumeAt,
		t.phase == auction.Announced && t.opensAt != 0 && e.At >= t.opensAt && (t.sealed || t.terms.Reserve != auction.HiddenReserve):
		return fmt.Errorf("something was due in %s before this bid, and no event tells", t.phase)
	}
	want := t.refusal(a, e.At)
	refused, isRefusal := e.Event.(auction.BidRefused)
	if want != "" || isRefusal {
		if refused.Reason != want {
			return fmt.Errorf("refused for %q, twin says %q", refused.Reason, want)
		}
		t.tried(a)
		if _, admitted := t.ranks[a.paddle]; admitted && refused.Own != t.own[a.paddle] {
			return fmt.Errorf("own number %d, twin says %d", refused.Own, t.own[a.paddle])
		}
		if b := refused.Basis; (want == auction.BelowMinimum) && (b.MinimumFen != t.minimum(a.paddle) || b.PriceFen != t.price || b.PriceAt != t.priceAt) {
			return fmt.Errorf("basis %+v, twin says minimum %d, price %d of %d", b, t.minimum(a.paddle), t.price, t.priceAt)
		}
		return nil
	}
	t.tried(a)
	offers := append(slices.Clone(t.offers), offer{a.paddle, t.ranks[a.paddle], a.kind, a.amount, e.Seq})
	leader, price := t.standing(offers)
	price = max(price, t.price)
	moved := leader != t.leader || price != t.price || len(t.offers) == 0
	deadline := t.deadline
	switch cl := t.terms.Closing; {
	case !moved:
	case t.phase == auction.Limited:
		deadline = max(deadline, e.At.Add(auction.Span(cl.LimitedS)*auction.Second)) // R3.7
	case t.phase == auction.Single && cl.Mode == auction.Soft && t.deadline.Sub(e.At) <= auction.Span(cl.WindowS)*auction.Second:
		deadline = max(deadline, e.At.Add(auction.Span(cl.ExtendS)*auction.Second)) // R3.9
	}
	var got auction.Standing
	var opened *auction.Opening
	switch ev := e.Event.(type) {
	case auction.BidAccepted:
		got, opened = ev.Standing, ev.Opened
		if ev.Hidden != (a.kind == auction.Maximum && leader == a.paddle) {
			return fmt.Errorf("hidden: %v, %s leads", ev.Hidden, leader)
		}
	case auction.MaximumRaised:
		got = ev.Standing
		if leader != a.paddle || t.leader != a.paddle || ev.Moved != (price != t.price) {
			return fmt.Errorf("raised by %s, moved %v; twin says leader %s, price %d after %d", a.paddle, ev.Moved, leader, price, t.price)
		}
	}
	if got.Leader != leader || got.PriceFen != price || got.Deadline != deadline {
		return fmt.Errorf("%s leads at %d until %d; twin says %s at %d until %d (before: %s at %d until %d)",
			got.Leader, got.PriceFen, got.Deadline, leader, price, deadline, t.leader, t.price, t.deadline)
	}
	if t.terms.Reserve == auction.HiddenReserve && got.ReserveMet != (price >= t.reserve) {
		return fmt.Errorf("reserve met: %v at %d of %d", got.ReserveMet, price, t.reserve)
	}
	if err := t.openedRightly(opened, leader); err != nil {
		return err
	}
	if price != t.price || len(t.offers) == 0 {
		t.priceAt = e.At
	}
	t.offers, t.leader, t.price, t.deadline = offers, leader, price, deadline
	if t.phase == auction.Free {
		t.free[a.paddle] = true
	}
	return nil
}

// openedRightly: a beaten maximum is opened in the event that beats it, and nothing else ever is.
func (t *twin) openedRightly(opened *auction.Opening, leader auction.Paddle) error {
	var want *auction.Opening
	if len(t.offers) > 0 && leader != t.leader {
		o := t.best(t.offers)[0]
		named := slices.ContainsFunc(t.offers, func(p offer) bool {
			return p.paddle == o.paddle && p.kind == auction.Plain && p.amount == o.amount
		})
		if !named { // else everybody knows it
			want = &auction.Opening{Paddle: o.paddle, MaximumFen: o.amount}
		}
	}
	if !reflect.DeepEqual(opened, want) {
		return fmt.Errorf("opened %+v, twin says %+v", opened, want)
	}
	return nil
}

// tried remembers an attempt and its key.
func (t *twin) tried(a attempt) {
	if _, admitted := t.ranks[a.paddle]; !admitted {
		return
	}
	t.own[a.paddle]++
	if t.keys[a.paddle] == nil {
		t.keys[a.paddle] = map[auction.Key]bool{}
	}
	t.keys[a.paddle][a.key] = true
}
