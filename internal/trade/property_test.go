package trade

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/calendar"
	"github.com/g60-corridor/corridor/internal/money"
	"pgregory.net/rapid"
)

const day = Instant(24 * 3600 * auction.Second)

// walk is a project that people drive at random, mostly in a sensible direction.
type walk struct {
	t      *rapid.T
	use    given
	regime Regime
	s      *State
	at     Instant
	log    []Entry
	fired  []Elapse
	dice   *rand.Rand
	n      int
}

func newWalk(t *rapid.T) *walk {
	w := &walk{t: t, s: NewState(1), at: moment(2026, 1, 5, 9)}
	w.dice = rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
	w.use = standardGiven(rapid.SampledFrom([]Way{ByAuction, ByListing, ByAgreement}).Draw(t, "way"))
	w.regime = rapid.SampledFrom([]Regime{StateUnit, StateOwned, Private}).Draw(t, "regime")
	if rapid.Bool().Draw(t, "auction law") {
		w.use.procedure = auction.AuctionLaw
	}
	if rapid.Bool().Draw(t, "clause") {
		w.use.terms.Extension = Extension{DaysWD: 5, Cycles: rapid.IntRange(1, 4).Draw(t, "cycles")}
	}
	return w
}

// file is a decision on a price; that of a state-owned enterprise has an appraisal, sometimes a high one.
func (w *walk) file(price money.Fen) DecisionFile {
	f := (&script{}).file(price)
	if w.regime == StateOwned {
		f.Appraisal, f.AppraisalFen = "a", price*money.Fen(90+w.pick(23))/100
		if w.pick(3) == 0 {
			f.Approval = "b"
		}
	}
	return f
}

func (w *walk) price(around money.Fen) money.Fen {
	return around * money.Fen([]int{100, 100, 100, 100, 79, 80, 90, 120}[w.pick(8)]) / 100
}

// sensible are the commands that people would give in this phase.
func (w *walk) sensible() []Command {
	s, u := w.s, w.use
	file := w.file
	offer := s.Offer
	offer.PriceFen = w.price(s.Offer.PriceFen)
	u.terms.Entrance = u.entrance
	u.terms.Entrance.DepositFen = s.Offer.PriceFen / 10
	sale := w.at + Instant(6+w.pick(20))*day
	ann := Announcement{
		Proof: "p", Medium: "m", Place: "h", Formalities: "f", SaleAt: sale, RegisterBy: sale - day, Entrance: u.terms.Entrance,
		PreviewFrom: dayOf(w.at + 2*day), PreviewTo: dayOf(w.at + 3*day),
	}
	switch s.Phase {
	case NoPhase:
		return []Command{Draft{Way: u.way, Offer: u.offer, Regime: w.regime}}
	case InDraft:
		c := []Command{RecordDecision{File: file(s.Offer.PriceFen)}, SubmitForReview{}}
		return append(c, SignCommission{Commission: commission(), Procedure: u.procedure, Licence: u.licence})
	case Decided, Void:
		open := OpenNotice{Content: content(), Rules: u.rules, GatesPassed: true}
		buyer, least := s.deal()
		sign := SignContract{Buyer: buyer, PriceFen: least, Document: "d", PayBy: w.at + 20*day}
		return []Command{open, open, Revise{Offer: offer}, RecordDecision{File: file(s.Offer.PriceFen)}, sign}
	case NoticeOpen, ObjectionReview:
		decided := file(offer.PriceFen)
		return append(w.objections(), ChangeOffer{Offer: offer}, ChangeOffer{Offer: offer, Decision: &decided}, nil, nil, nil)
	case InReview:
		p := PublishListing{Terms: u.terms, Rules: u.rules, GatesPassed: true}
		return []Command{p, p, p, ReturnDraft{Reasons: "r"}}
	case Listed, Qualifying:
		d := file(offer.PriceFen)
		change := ChangeListing{Offer: offer, Terms: s.Terms, Justification: "j", Approval: "a", Decision: &d}
		change.Terms.Entrance.DepositFen, change.Terms.PeriodWD = offer.PriceFen/10, 0
		return append(w.bidders(), change, Suspend{Cause: Dispute, Note: "n"}, nil, nil)
	case Halted:
		return []Command{Resume{}, Resume{}, Terminate{Cause: RightLost, Note: "n"}}
	case Commissioned, Reauctioned:
		return []Command{Announce{Announcement: ann, Rules: u.rules, GatesPassed: true}}
	case Announced, Ready:
		return append(w.bidders(), ConfirmPreview{Document: "d"}, OpenSale{Lot: 1}, nil)
	}
	return w.sensibleAfter(offer)
}

func (w *walk) sensibleAfter(offer Offer) []Command {
	s, file := w.s, w.file
	buyer, least := s.deal()
	sign := SignContract{Buyer: buyer, PriceFen: w.price(least), Document: "d", PayBy: w.at + 20*day}
	switch s.Phase {
	case NoticeDone:
		return []Command{sign, sign, ChangeOffer{Offer: offer}}
	case InAward:
		return append(w.objections(), sign, sign, nil, DeclareDefault{})
	case Closed1, Bidding, Open, PausedSale:
		c := []Command{PauseSale{Cause: Dispute}, ResumeSale{}, RecordResult{Lot: 1, Why: NoBids}}
		for _, id := range s.Qualified() {
			c = append(c, ConfirmPrice{Registration: id, PriceFen: w.price(s.Offer.PriceFen)},
				RecordResult{Lot: 1, Sold: true, Winner: id, PriceFen: w.price(s.Offer.PriceFen)})
		}
		return c
	case SoldSale, Confirmed:
		return []Command{SignConfirmation{Document: "d", Record: "r", ByBuyer: true, ByHouse: true}, sign, nil, DeclareDefault{}, Annul{Cause: Dispute, Note: "n"}}
	case Contracted:
		return []Command{RecordPayment{AmountFen: s.Contract.PriceFen / 2}, RemindPayment{PayBy: w.at + 5*day}, DeclareDefault{}, nil}
	case Paid:
		return []Command{RegisterContract{Number: "1"}}
	case PassedSale, InDefault, Ended:
		return []Command{Reauction{PriceFen: offer.PriceFen, Decision: file(offer.PriceFen)}, Relist{Child: 2, PriceFen: offer.PriceFen, Decision: file(offer.PriceFen)}}
	}
	return []Command{nil}
}

func (w *walk) objections() (c []Command) {
	w.n++
	c = append(c, LodgeObjection{Objection: ObjectionID(fmt.Sprint("O", w.n)), By: "X", Text: "t"})
	for _, o := range w.s.Objections {
		if o.Status == ObjectionPending {
			r := RejectObjection{Objection: o.ID, Reasons: "r"}
			c = append(c, r, r, r, UpholdObjection{Objection: o.ID, Reasons: "r"})
		}
	}
	return c
}

func (w *walk) bidders() (c []Command) {
	w.n++
	id := RegistrationID(fmt.Sprint("R", w.n))
	c = append(c, Register{Registration: id, Party: Party([]string{"A", "B", "C"}[w.pick(3)])})
	for _, r := range w.s.Registrations {
		switch r.Status {
		case Applied:
			a := AcceptDocuments{Registration: r.ID}
			c = append(c, a, a, a, RejectDocuments{Registration: r.ID, Reasons: "r"})
		case Accepted:
			need := w.s.entrance().DepositFen
			d := ReceiveDeposit{Registration: r.ID, AmountFen: need}
			c = append(c, d, d, d, ReceiveDeposit{Registration: r.ID, AmountFen: need - 1})
		case Qualified:
			c = append(c, nil, nil, nil, nil, WithdrawRegistration{Registration: r.ID, Cause: "c"})
		}
	}
	return c
}

// pick draws evenly from a seed; rapid prefers small numbers, and a project would hardly leave its first phases.
func (w *walk) pick(n int) int {
	return w.dice.IntN(n)
}

func (w *walk) command() Command {
	switch w.pick(60) {
	case 0:
		return Withdraw{CostsFen: new(money.Fen)}
	case 1, 2:
		return everyCommand()[w.pick(len(everyCommand()))]
	}
	sensible := w.sensible()
	c := sensible[w.pick(len(sensible))]
	if c == nil {
		w.at += 3 * day
	}
	return c
}

func (w *walk) step() {
	w.at += Instant(w.pick(9)) * day / 24
	if w.pick(60) == 7 {
		w.at += 40 * day
	}
	c, cal, before := w.command(), calendar.Shipped(), w.s.Clone()
	entries, refusal := Step(w.s, w.at, c, cal)
	if !reflect.DeepEqual(before, w.s) {
		w.t.Fatalf("Step(%+v) changed the state", c)
	}
	// However often and when the clocks were looked at, the same came of it.
	half := w.s.Clone()
	var slow []Entry
	for _, at := range []Instant{w.s.LastAt, (w.s.LastAt + w.at) / 2, w.at} {
		more, _ := Step(half, at, nil, cal)
		for _, e := range more {
			half.Apply(e)
		}
		slow = append(slow, more...)
	}
	if more, _ := Step(half, w.at, c, cal); !reflect.DeepEqual(append(slow, more...), entries) {
		w.t.Fatalf("in steps: %+v\nat once: %+v", append(slow, more...), entries)
	}
	for _, e := range entries {
		w.judge(e)
		w.s.Apply(e)
		w.log = append(w.log, e)
	}
	if refusal != nil && refusal.Reason == DeadlineDue {
		w.t.Fatalf("Step left a deadline unfired: %+v", refusal)
	}
	w.clocks(cal)
}

// clocks tries every clock early and every fired one again: nothing comes of it.
func (w *walk) clocks(cal calendar.Calendar) {
	for _, c := range w.s.Next() {
		if c.Due <= w.at || c.Due <= w.s.LastAt {
			w.t.Fatalf("%+v is due at %d and has not fired", c, w.at)
		}
		e := Elapse{Kind: c.Kind, Of: c.Of, Due: c.Due}
		if entries, refusal := Decide(w.s, c.Due-1, e, cal); c.Due-1 >= w.s.LastAt && (len(entries) > 0 || refusal != nil) {
			w.t.Fatalf("%+v fired early: %+v %+v", e, entries, refusal)
		}
	}
	for _, e := range w.fired {
		if entries, refusal := Decide(w.s, w.at, e, cal); len(entries) > 0 || refusal != nil {
			w.t.Fatalf("%+v fired again: %+v %+v", e, entries, refusal)
		}
	}
}

// judge sees that an event has what the rules want before it, reckoned from the log alone.
func (w *walk) judge(e Entry) {
	if e.Seq != w.s.Seq+1 || e.At < w.s.LastAt || e.At > w.at {
		w.t.Fatalf("entry %d at %d after %d at %d", e.Seq, e.At, w.s.Seq, w.s.LastAt)
	}
	for _, c := range w.s.Next() {
		if c.Due <= e.At {
			w.fired = append(w.fired, Elapse{Kind: c.Kind, Of: c.Of, Due: c.Due})
		}
	}
	switch ev := e.Event.(type) {
	case OfferRaised:
		if ev.PriceFen <= w.s.Offer.PriceFen {
			w.t.Fatal("a price was raised to less")
		}
	case NoticeCompleted:
		w.fullDays(e.At, 15)
	case ContractSigned:
		buyer, least := w.s.deal()
		if ev.PriceFen < least || ev.Buyer != buyer || w.s.noticeRunsOrStands() {
			w.t.Fatalf("signed %+v for a deal with %s at %d", ev, buyer, least)
		}
		free := w.s.Regime == Private && w.s.Phase == Decided // R2.1
		if w.s.Way != ByAuction && !free && w.last("NoticeCompleted", "ResultNoticeCompleted") < 0 {
			w.t.Fatal("signed without a notice")
		}
	case Awarded:
		w.bought(ev.Registration, ev.PriceFen)
	case Sold:
		w.bought(ev.Registration, ev.PriceFen)
	case BiddingOpened:
		if len(ev.Bidders) < 2 {
			w.t.Fatalf("bidding for %v", ev.Bidders)
		}
	case ListingExtended:
		if ev.Cycle > w.s.Terms.Extension.Cycles {
			w.t.Fatalf("extension %d of %d", ev.Cycle, w.s.Terms.Extension.Cycles)
		}
	case SaleAnnounced:
		if dayOf(ev.Announcement.SaleAt)-dayOf(e.At) <= 7 {
			w.t.Fatalf("a sale announced too late: %+v", ev)
		}
	case SaleOpened:
		i, p := w.last("SaleAnnounced"), w.last("PreviewHeld")
		if i < 0 || p < i || dayOf(e.At)-dayOf(w.log[i].At) <= 7 || len(ev.Bidders) < w.s.Announcement.MinBidders {
			w.t.Fatalf("the sale opened too early or for too few: %+v", ev)
		}
	case ListingChanged:
		w.cut(ev.Offer.PriceFen)
	case ReauctionDecided:
		w.cut(ev.PriceFen)
	case Relisted:
		w.cut(ev.PriceFen)
	}
	w.decided(e)
}

func (w *walk) cut(price money.Fen) {
	if price*5 < w.s.Offer.PriceFen*4 {
		w.t.Fatalf("a cut from %d to %d", w.s.Offer.PriceFen, price)
	}
}

func (w *walk) bought(id RegistrationID, price money.Fen) {
	r, _ := w.s.Registration(id)
	if r.Status != Qualified || r.HeldFen < w.s.entrance().DepositFen || price < w.s.Offer.PriceFen {
		w.t.Fatalf("%+v bought at %d what was offered at %d", r, price, w.s.Offer.PriceFen)
	}
}

// decided sees that nothing becomes public below what was decided, and that no public price falls without a restart.
func (w *walk) decided(e Entry) {
	after := w.s.Clone()
	after.Apply(e)
	switch e.Event.(type) {
	case NoticeOpened, ListingPublished, ListingChanged, SaleAnnounced:
		d := after.Decision
		if d == nil && after.Regime != Private || d != nil && after.Offer.PriceFen < d.PriceFen {
			w.t.Fatalf("%s at %d: %+v", e.Event.Kind(), after.Offer.PriceFen, d)
		}
		if after.Regime == StateOwned && (d.AppraisalFen == 0 || d.PriceFen*10 < d.AppraisalFen*9 && d.Approval == "") {
			w.t.Fatalf("%s without an appraisal, or too far below it: %+v", e.Event.Kind(), d)
		}
	case NoticeVoided, OfferRevised, ReauctionDecided, Drafted:
	default:
		if after.Offer.PriceFen < w.s.Offer.PriceFen {
			w.t.Fatalf("%s lowered the price", e.Event.Kind())
		}
	}
}

func (w *walk) last(kinds ...string) int {
	for i := len(w.log) - 1; i >= 0; i-- {
		for _, k := range kinds {
			if w.log[i].Event.Kind() == k {
				return i
			}
		}
	}
	return -1
}

// fullDays counts the full days on which the notice ran undisturbed.
func (w *walk) fullDays(end Instant, want int) {
	days, from := 0, Instant(0)
	run := func(to Instant) {
		if from != 0 {
			days += max(0, int(dayOf(to)-dayOf(from))-1)
		}
		from = 0
	}
	for _, e := range w.log[max(0, w.last("NoticeOpened")):] {
		switch ev := e.Event.(type) {
		case NoticeOpened:
			from = e.At
		case ObjectionLodged:
			run(e.At)
		case ObjectionRejected:
			if ev.Resumed != nil {
				from = e.At
			}
		}
	}
	if run(end); days < want {
		w.t.Fatalf("the notice ran %d full days", days)
	}
}

func TestPropertiesOfProjects(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWalk(t)
		for range rapid.IntRange(20, 120).Draw(t, "steps") {
			w.step()
		}
		again := NewState(1)
		for _, e := range w.log {
			text, err := Encode(e)
			if err != nil {
				t.Fatal(err)
			}
			read, err := Decode(text)
			if err != nil || !reflect.DeepEqual(read, e) {
				t.Fatalf("%s was read as %+v, want %+v: %v", text, read, e, err)
			}
			again.Apply(read)
		}
		if !reflect.DeepEqual(again, w.s) {
			t.Fatalf("the log read and replayed differs:\n%+v\n%+v", again, w.s)
		}
	})
}
