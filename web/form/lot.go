package form

import (
	"errors"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/money"
)

// Rungs is how many steps of a ladder the form offers.
const Rungs = 6

// Lot is the form that makes a lot: every field as it was typed. Times are of Shanghai, as datetime-local writes them.
type Lot struct {
	NameZH, NameEN  string
	Start           string
	StepKind        string // fixed, ladder
	StepFixed       string
	Ladder          [Rungs]Rung
	Grid            string
	Reserve         string
	ReserveFen      string // the amount of a hidden reserve; never shown again once stored
	AnnounceReserve bool
	Mode            string
	Free, Limited   Length
	NeedsFreeBid    bool
	Duration        Length
	Window, Extend  Length
	MaximumBids     bool
	LeaderMayRaise  bool
	Priority        string
	ConfirmTimes    string
	RefuseTimes     string
	MinBidders      string
	ResumeNotice    Length
	OpensAt         string // empty: opened by hand
	Deposit         string
	DepositUntil    string
}

// Rung is one step of a ladder, as typed.
type Rung struct{ Below, Step string }

// Length is a length of time, as typed: a number and a unit (s, m, h, d).
type Length struct{ Number, Unit string }

var unitSeconds = map[string]int64{"s": 1, "m": 60, "h": 3600, "d": 86400}

// lengthOf writes seconds in the largest unit in which they are whole.
func lengthOf(s int64) Length {
	for _, u := range []string{"d", "h", "m"} {
		if s > 0 && s%unitSeconds[u] == 0 {
			return Length{strconv.FormatInt(s/unitSeconds[u], 10), u}
		}
	}
	if s == 0 {
		return Length{"", "m"}
	}
	return Length{strconv.FormatInt(s, 10), "s"}
}

// NewLot is the form as it is first shown, with the rules that most sales use.
func NewLot(start money.Fen) Lot {
	f := LotOf(auction.Terms{
		StartFen: start, Grid: auction.Strict, Reserve: auction.NoReserve, MaximumBids: true, Priority: auction.NoPriority,
		Closing:    auction.Closing{Mode: auction.TwoPhase, FreeS: 86400, LimitedS: 240},
		Jump:       auction.Jump{ConfirmTimes: 3, RefuseTimes: 10},
		MinBidders: 1, ResumeNoticeS: 1800,
		Step: auction.Step{Ladder: []auction.Rung{ // R3.3
			{BelowFen: 100_000_00, StepFen: 1_000_00}, {BelowFen: 1_000_000_00, StepFen: 10_000_00},
			{BelowFen: 5_000_000_00, StepFen: 50_000_00}, {BelowFen: 20_000_000_00, StepFen: 100_000_00},
			{StepFen: 500_000_00},
		}},
	})
	f.NameZH, f.NameEN = "两段竞价", "Two-phase bidding"
	f.Deposit = typed(start / 10) // R2.19
	f.Duration, f.Window, f.Extend = Length{"24", "h"}, Length{"5", "m"}, Length{"5", "m"}
	return f
}

// LotOf shows terms in the form.
func LotOf(t auction.Terms) Lot {
	f := Lot{
		NameZH: t.Name.ZH, NameEN: t.Name.EN, Start: typed(t.StartFen), StepKind: "fixed", StepFixed: typed(t.Step.FixedFen),
		Grid: string(t.Grid), Reserve: string(t.Reserve), AnnounceReserve: t.AnnounceReserveMet,
		Mode: string(t.Closing.Mode), Free: lengthOf(t.Closing.FreeS), Limited: lengthOf(t.Closing.LimitedS),
		NeedsFreeBid: t.Closing.LimitedRequiresFreeBid, Duration: lengthOf(t.Closing.DurationS),
		Window: lengthOf(t.Closing.WindowS), Extend: lengthOf(t.Closing.ExtendS),
		MaximumBids: t.MaximumBids, LeaderMayRaise: t.LeaderMayRaise, Priority: string(t.Priority),
		ConfirmTimes: whole(t.Jump.ConfirmTimes), RefuseTimes: whole(t.Jump.RefuseTimes),
		MinBidders: whole(int64(t.MinBidders)), ResumeNotice: lengthOf(t.ResumeNoticeS),
	}
	if len(t.Step.Ladder) > 0 {
		f.StepKind = "ladder"
	}
	for i, r := range t.Step.Ladder[:min(len(t.Step.Ladder), Rungs)] {
		f.Ladder[i] = Rung{Below: typed(r.BelowFen), Step: typed(r.StepFen)}
	}
	return f
}

func typed(f money.Fen) string {
	if f == 0 {
		return ""
	}
	return strings.TrimSuffix(f.Grouped(), ".00")
}

func whole(n int64) string { return strconv.FormatInt(n, 10) }

// ReadLot takes the form from a request.
func ReadLot(v url.Values) Lot {
	get := func(name string) string { return strings.TrimSpace(v.Get(name)) }
	length := func(name string) Length { return Length{get(name), get(name + ".unit")} }
	f := Lot{
		NameZH: get("name.zh"), NameEN: get("name.en"), Start: get("start_fen"), StepKind: get("step"),
		StepFixed: get("step.fixed_fen"), Grid: get("grid"), Reserve: get("reserve"), ReserveFen: get("reserve_fen"),
		AnnounceReserve: get("announce_reserve_met") != "", Mode: get("closing.mode"), Free: length("closing.free_s"),
		Limited: length("closing.limited_s"), NeedsFreeBid: get("closing.limited_requires_free_bid") != "",
		Duration: length("closing.duration_s"), Window: length("closing.window_s"), Extend: length("closing.extend_s"),
		MaximumBids: get("maximum_bids") != "", LeaderMayRaise: get("leader_may_raise") != "", Priority: get("priority"),
		ConfirmTimes: get("jump.confirm_times"), RefuseTimes: get("jump.refuse_times"), MinBidders: get("min_bidders"),
		ResumeNotice: length("resume_notice_s"), OpensAt: get("opens_at"), Deposit: get("deposit_fen"),
		DepositUntil: get("deposit_until"),
	}
	for i := range f.Ladder {
		f.Ladder[i] = Rung{get(LadderField(i, "below_fen")), get(LadderField(i, "step_fen"))}
	}
	return f
}

// LadderField names a field of the ladder: step.ladder[2].step_fen.
func LadderField(i int, field string) string { return "step.ladder[" + strconv.Itoa(i) + "]." + field }

// reading gathers the faults of a form while its fields are read.
type reading struct{ faults []fault.Field }

func (r *reading) fault(field string, p fault.Problem) {
	r.faults = append(r.faults, fault.Field{Name: field, Problem: p})
}

// amount reads an amount; one that is left out is zero.
func (r *reading) amount(field, text string) money.Fen {
	if text == "" {
		return 0
	}
	f, err := money.Parse(text)
	if err != nil {
		var e *money.Error
		errors.As(err, &e)
		r.fault(field, fault.Problem(e.Code))
	}
	return f
}

func (r *reading) whole(field, text string) int64 {
	if text == "" {
		return 0
	}
	n, err := strconv.ParseInt(text, 10, 32)
	if err != nil {
		r.fault(field, "NOT_WHOLE")
	}
	return n
}

func (r *reading) seconds(field string, l Length) int64 {
	n := r.whole(field, l.Number)
	unit, ok := unitSeconds[l.Unit]
	if !ok && l.Number != "" {
		r.fault(field, "UNKNOWN_VALUE")
	}
	return n * unit
}

var shanghai = time.FixedZone("UTC+8", 8*3600)

func (r *reading) moment(field, text string) *time.Time {
	if text == "" {
		return nil
	}
	for _, layout := range []string{"2006-01-02T15:04", "2006-01-02T15:04:05"} {
		if t, err := time.ParseInLocation(layout, text, shanghai); err == nil {
			t = t.UTC()
			return &t
		}
	}
	r.fault(field, "NOT_A_TIME")
	return nil
}

// Moment writes a time as datetime-local fields hold it.
func Moment(t *time.Time) string {
	if t == nil {
		return ""
	}
	return t.In(shanghai).Format("2006-01-02T15:04")
}

// Sale is what a form without faults means.
type Sale struct {
	Terms        auction.Terms
	ReserveFen   money.Fen // 0: none typed
	OpensAt      *time.Time
	DepositFen   money.Fen
	DepositUntil *time.Time
}

// Sale reads the form. The faults are those of the typing and those of the terms; the sale is complete if there are
// none.
func (f Lot) Sale() (Sale, []fault.Field) {
	var r reading
	t := auction.Terms{
		Format: auction.TermsFormat, Name: auction.Bilingual{ZH: f.NameZH, EN: f.NameEN},
		Procedure: auction.ExchangeBidding, StartFen: r.amount("start_fen", f.Start), Step: f.step(&r),
		Grid: auction.Grid(f.Grid), Reserve: auction.ReserveMode(f.Reserve), Closing: f.closing(&r),
		AnnounceReserveMet: f.AnnounceReserve && f.Reserve == string(auction.HiddenReserve),
		MaximumBids:        f.MaximumBids, LeaderMayRaise: f.LeaderMayRaise, Priority: auction.PriorityMode(f.Priority),
		Jump: auction.Jump{
			ConfirmTimes: r.whole("jump.confirm_times", f.ConfirmTimes),
			RefuseTimes:  r.whole("jump.refuse_times", f.RefuseTimes),
		},
		MinBidders:    int(r.whole("min_bidders", f.MinBidders)),
		ResumeNoticeS: r.seconds("resume_notice_s", f.ResumeNotice),
	}
	t.FillDefaults()
	s := Sale{
		Terms: t, OpensAt: r.moment("opens_at", f.OpensAt), DepositFen: r.amount("deposit_fen", f.Deposit),
		DepositUntil: r.moment("deposit_until", f.DepositUntil),
	}
	if f.Reserve == string(auction.HiddenReserve) {
		s.ReserveFen = r.amount("reserve_fen", f.ReserveFen)
		if s.ReserveFen != 0 && s.ReserveFen < t.StartFen {
			r.fault("reserve_fen", "RESERVE_TOO_LOW") // R3.4
		}
	}
	known := map[string]bool{}
	for _, x := range r.faults {
		known[x.Name] = true
	}
	for _, x := range t.Validate() {
		if !known[x.Field] { // what could not be read is out of range too
			r.fault(x.Field, fault.Problem(x.Problem))
		}
	}
	return s, r.faults
}

func (f Lot) step(r *reading) auction.Step {
	if f.StepKind != "ladder" {
		return auction.Step{FixedFen: r.amount("step.fixed_fen", f.StepFixed)}
	}
	var s auction.Step
	for i, rung := range f.Ladder {
		if rung.Step == "" && rung.Below == "" {
			continue
		}
		s.Ladder = append(s.Ladder, auction.Rung{
			BelowFen: r.amount(LadderField(i, "below_fen"), rung.Below),
			StepFen:  r.amount(LadderField(i, "step_fen"), rung.Step),
		})
	}
	return s
}

// closing reads only the fields of the chosen mode: the form shows the others too where there are no scripts.
func (f Lot) closing(r *reading) auction.Closing {
	c := auction.Closing{Mode: auction.ClosingMode(f.Mode)}
	switch c.Mode {
	case auction.TwoPhase:
		c.FreeS = r.seconds("closing.free_s", f.Free)
		c.LimitedS = r.seconds("closing.limited_s", f.Limited)
		c.LimitedRequiresFreeBid = f.NeedsFreeBid
	case auction.Soft:
		c.DurationS = r.seconds("closing.duration_s", f.Duration)
		c.WindowS = r.seconds("closing.window_s", f.Window)
		c.ExtendS = r.seconds("closing.extend_s", f.Extend)
	}
	return c
}
