package form

import (
	"net/url"
	"reflect"
	"testing"
	"time"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/fault"
	"github.com/g60-corridor/corridor/internal/money"
)

var twoPhase = auction.Terms{
	Format: auction.TermsFormat, Name: auction.Bilingual{ZH: "两段竞价", EN: "Two phases"}, Procedure: auction.ExchangeBidding,
	StartFen: 2_000_000_00, Grid: auction.Strict, Reserve: auction.HiddenReserve, AnnounceReserveMet: true,
	Step:        auction.Step{Ladder: []auction.Rung{{BelowFen: 5_000_000_00, StepFen: 50_000_00}, {StepFen: 100_000_00}}},
	Closing:     auction.Closing{Mode: auction.TwoPhase, FreeS: 86400, LimitedS: 240, LimitedRequiresFreeBid: true},
	MaximumBids: true, Priority: auction.Match, Jump: auction.Jump{ConfirmTimes: 3, RefuseTimes: 10}, MinBidders: 2,
	ResumeNoticeS: 1800, LongOutageS: 86400, LongResumeNoticeS: 432000,
}

var soft = auction.Terms{
	Format: auction.TermsFormat, Name: auction.Bilingual{ZH: "单段", EN: "One phase"}, Procedure: auction.ExchangeBidding,
	StartFen: 99_50, Grid: auction.FreeGrid, Reserve: auction.NoReserve, Step: auction.Step{FixedFen: 50},
	Closing:  auction.Closing{Mode: auction.Soft, DurationS: 5400, WindowS: 301, ExtendS: 300},
	Priority: auction.NoPriority, LeaderMayRaise: true, MinBidders: 1, ResumeNoticeS: 10, LongOutageS: 86400, LongResumeNoticeS: 432000,
}

// values is the form as a browser sends it: what is not ticked is not sent.
func values(f Lot) url.Values {
	v := url.Values{}
	set := func(name, value string) { v.Set(name, value) }
	tick := func(name string, on bool) {
		if on {
			v.Set(name, "yes")
		}
	}
	length := func(name string, l Length) { set(name, l.Number); set(name+".unit", l.Unit) }
	set("name.zh", f.NameZH)
	set("name.en", f.NameEN)
	set("start_fen", f.Start)
	set("step", f.StepKind)
	set("step.fixed_fen", f.StepFixed)
	for i, r := range f.Ladder {
		set(LadderField(i, "below_fen"), r.Below)
		set(LadderField(i, "step_fen"), r.Step)
	}
	set("grid", f.Grid)
	set("reserve", f.Reserve)
	set("reserve_fen", f.ReserveFen)
	tick("announce_reserve_met", f.AnnounceReserve)
	set("closing.mode", f.Mode)
	length("closing.free_s", f.Free)
	length("closing.limited_s", f.Limited)
	tick("closing.limited_requires_free_bid", f.NeedsFreeBid)
	length("closing.duration_s", f.Duration)
	length("closing.window_s", f.Window)
	length("closing.extend_s", f.Extend)
	tick("maximum_bids", f.MaximumBids)
	tick("leader_may_raise", f.LeaderMayRaise)
	set("priority", f.Priority)
	set("jump.confirm_times", f.ConfirmTimes)
	set("jump.refuse_times", f.RefuseTimes)
	set("min_bidders", f.MinBidders)
	length("resume_notice_s", f.ResumeNotice)
	set("opens_at", f.OpensAt)
	set("deposit_fen", f.Deposit)
	set("deposit_until", f.DepositUntil)
	return v
}

func TestTermsSurviveTheForm(t *testing.T) {
	for _, terms := range []auction.Terms{twoPhase, soft} {
		f := LotOf(terms)
		if again := ReadLot(values(f)); !reflect.DeepEqual(again, f) {
			t.Errorf("read back\n%+v\nwant\n%+v", again, f)
		}
		sale, faults := f.Sale()
		if len(faults) > 0 || !reflect.DeepEqual(sale.Terms, terms) {
			t.Errorf("%v\n%+v\nwant\n%+v", faults, sale.Terms, terms)
		}
	}
}

func TestNewLotIsSound(t *testing.T) {
	sale, faults := NewLot(1_800_000_00).Sale()
	if len(faults) > 0 || sale.DepositFen != 180_000_00 || sale.Terms.StepAt(1_800_000_00) != 50_000_00 {
		t.Errorf("%v, deposit %d, step %d", faults, sale.DepositFen, sale.Terms.StepAt(1_800_000_00))
	}
}

// Each row breaks one thing in a good form; the fault names its field and nothing else is at fault.
func TestFaultsNameTheirField(t *testing.T) {
	for _, c := range []struct {
		change func(*Lot)
		want   fault.Field
	}{
		{func(f *Lot) { f.Start = "1e9" }, fault.Field{Name: "start_fen", Problem: "EXPONENT"}},
		{func(f *Lot) { f.Start = "１００" }, fault.Field{Name: "start_fen", Problem: "FULL_WIDTH"}},
		{func(f *Lot) { f.Start = "-1" }, fault.Field{Name: "start_fen", Problem: "NEGATIVE"}},
		{func(f *Lot) { f.Start = "" }, fault.Field{Name: "start_fen", Problem: "OUT_OF_RANGE"}},
		{func(f *Lot) { f.NameEN = "" }, fault.Field{Name: "name.en", Problem: "REQUIRED"}},
		{func(f *Lot) { f.Limited.Number = "4.5" }, fault.Field{Name: "closing.limited_s", Problem: "NOT_WHOLE"}},
		{func(f *Lot) { f.Limited.Unit = "y" }, fault.Field{Name: "closing.limited_s", Problem: "UNKNOWN_VALUE"}},
		{func(f *Lot) { f.Ladder[1].Step = "many" }, fault.Field{Name: "step.ladder[1].step_fen", Problem: "NOT_A_NUMBER"}},
		{func(f *Lot) { f.Ladder[1].Below = "1,000" }, fault.Field{Name: "step.ladder[1].below_fen", Problem: "NOT_OPEN_ENDED"}},
		{func(f *Lot) { f.Mode = "DUTCH" }, fault.Field{Name: "closing.mode", Problem: "UNKNOWN_VALUE"}},
		{func(f *Lot) { f.OpensAt = "tomorrow" }, fault.Field{Name: "opens_at", Problem: "NOT_A_TIME"}},
		{func(f *Lot) { f.DepositUntil = "2026-02-30T10:00" }, fault.Field{Name: "deposit_until", Problem: "NOT_A_TIME"}},
		{func(f *Lot) { f.Deposit = "1,00" }, fault.Field{Name: "deposit_fen", Problem: "BAD_GROUPING"}},
		{func(f *Lot) { f.ReserveFen = "1,999,999" }, fault.Field{Name: "reserve_fen", Problem: "RESERVE_TOO_LOW"}},
		{func(f *Lot) { f.RefuseTimes = "2" }, fault.Field{Name: "jump.refuse_times", Problem: "REFUSE_BELOW_CONFIRM"}},
		{func(f *Lot) { f.MinBidders = "9999999999999" }, fault.Field{Name: "min_bidders", Problem: "NOT_WHOLE"}},
	} {
		f := LotOf(twoPhase)
		c.change(&f)
		_, faults := f.Sale()
		if len(faults) != 1 || faults[0] != c.want {
			t.Errorf("got %v, want %v", faults, c.want)
		}
	}
}

func TestMomentsAreShanghais(t *testing.T) {
	f := LotOf(twoPhase)
	f.OpensAt = "2026-11-24T00:30"
	sale, _ := f.Sale()
	want := time.Date(2026, 11, 23, 16, 30, 0, 0, time.UTC)
	if sale.OpensAt == nil || !sale.OpensAt.Equal(want) || Moment(sale.OpensAt) != f.OpensAt {
		t.Errorf("opens at %v, written %s", sale.OpensAt, Moment(sale.OpensAt))
	}
}

func FuzzLot(f *testing.F) {
	f.Add("1,800,000", "4", "m", "2026-11-24T00:30")
	f.Fuzz(func(t *testing.T, amount, number, unit, moment string) {
		x := NewLot(100)
		x.Start, x.Ladder[2].Step, x.Limited, x.OpensAt = amount, amount, Length{number, unit}, moment
		sale, faults := x.Sale()
		if len(faults) == 0 && (len(sale.Terms.Validate()) > 0 || sale.Terms.StartFen > money.Fen(auction.MaxFen)) {
			t.Fatalf("accepted %+v", sale.Terms)
		}
	})
}
