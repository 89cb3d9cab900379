package component

import (
	"context"
	"testing"
	"time"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/feed"
	"github.com/g60-corridor/corridor/internal/money"
	"github.com/g60-corridor/corridor/web/locale"
)

var (
	zh = locale.With(context.Background(), locale.ZH)
	en = locale.With(context.Background(), locale.EN)
)

type row struct{ got, want string }

func compare(t *testing.T, rows []row) {
	t.Helper()
	for i, r := range rows {
		if r.got != r.want {
			t.Errorf("row %d: got %q, want %q", i, r.got, r.want)
		}
	}
}

func TestAmountsInBothLanguages(t *testing.T) {
	const fen = money.Fen(3_100_000_00)
	compare(t, []row{
		{Short(zh, fen), "310万元"}, {Short(en, fen), "3.1 million yuan"},
		{Money(zh, fen), "310万元"}, {Money(en, fen), "¥3,100,000"},
		{InWords(zh, fen), "叁佰壹拾万元整"}, {InWords(en, fen), "three million one hundred thousand yuan"},
		{Money(zh, int64(fen)), "310万元"}, // the catalogue's columns
	})
	for _, c := range []struct {
		fen    money.Fen
		zh, en Figure
	}{
		{fen, Figure{"", "310", "万元"}, Figure{"¥", "3,100,000", ""}},
		{235_000_000_00, Figure{"", "2.35", "亿元"}, Figure{"¥", "235,000,000", ""}},
		{12_345_678_50, Figure{"", "12,345,678.50", "元"}, Figure{"¥", "12,345,678.50", ""}},
		{0, Figure{"", "0", "元"}, Figure{"¥", "0", ""}},
	} {
		if got := FigureOf(zh, c.fen); got != c.zh {
			t.Errorf("%d: %+v, want %+v", c.fen, got, c.zh)
		}
		if got := FigureOf(en, c.fen); got != c.en {
			t.Errorf("%d: %+v, want %+v", c.fen, got, c.en)
		}
	}
}

// §6.4: 895 → 1230 is 37.43 %, 210 → 537 is 155.7 %.
func TestPremium(t *testing.T) {
	compare(t, []row{
		{Premium(int64(1230), int64(895)), "37.4%"}, {Premium(int64(537), int64(210)), "155.7%"},
		{Premium(int64(100), int64(100)), ""}, {Premium(int64(99), int64(100)), ""}, {Premium(int64(5), int64(0)), ""},
		{Premium(int64(2), int64(1)), "100.0%"}, {Premium(int64(10005), int64(10000)), "0.1%"}, {Premium(int64(10004), int64(10000)), "0.0%"},
		{Premium(int64(1_000_000_000_000_000), int64(1)), "99999999999999900.0%"},
	})
}

func TestTimesAreShanghais(t *testing.T) {
	at := time.Date(2026, 11, 23, 16, 30, 7, 250e6, time.UTC) // half past midnight in Shanghai
	now := WithVisit(zh, Visit{Now: at.Add(-time.Minute)})
	before := WithVisit(en, Visit{Now: at.Add(-time.Hour)})
	compare(t, []row{
		{Date(zh, at), "2026年11月24日"}, {Date(en, at), "24 November 2026"}, {Day(zh, at), "11月24日 周二"}, {Day(en, at), "Tue 24 Nov"},
		{Clock(at), "00:30:07"}, {ClockMilli(at), "00:30:07.250"}, {When(zh, at), "2026年11月24日 00:30"}, {DateKey(at), "2026-11-24"},
		{Stamp(at), "2026-11-23T16:30:07.250Z"}, {Soon(now, at), "00:30"}, {Soon(before, at), "Tue 24 Nov 00:30"},
	})
}

func TestSpans(t *testing.T) {
	compare(t, []row{
		{Span(zh, 28*time.Hour), "1天4小时"}, {Span(en, 28*time.Hour), "1 day 4 hours"}, {Span(en, time.Second), "1 second"},
		{Span(zh, 240*time.Second), "4分钟"}, {Span(en, 120*time.Millisecond), "0.12 s"}, {Span(zh, 9_070*time.Millisecond), "9.07秒"},
		{Span(en, 0), "0 seconds"}, {Span(en, -90*time.Second), "1 minute 30 seconds"}, {Span(en, 24*time.Hour+5*time.Second), "1 day 5 seconds"},
	})
}

// "310 bid, 315 needed, 310 was accepted 0.12 s earlier"
func TestRefusalsExplainThemselves(t *testing.T) {
	at := auction.Instant(1_795_437_667_120_000)
	r := feed.OwnRow{
		AtUS: int64(at), AmountFen: 3_100_000_00, Reason: auction.BelowMinimum,
		Basis: &auction.Basis{MinimumFen: 3_150_000_00, StepFen: 50_000_00, PriceFen: 3_100_000_00, PriceAt: at - 120_000},
	}
	first := r
	first.Basis = &auction.Basis{MinimumFen: 3_150_000_00}
	late := r
	late.Reason, late.Basis = auction.AlreadyClosed, &auction.Basis{Deadline: at - 1_000}
	closed := late
	closed.Basis = nil
	compare(t, []row{
		{Refusal(en, r), "3.1 million yuan bid, 3.15 million yuan needed; 3.1 million yuan was accepted 0.12 s earlier."},
		{Refusal(zh, r), "报价310万元，应不低于315万元；此前0.12秒，310万元已被接受。"},
		{Refusal(en, first), "3.1 million yuan bid, the start price of 3.15 million yuan is needed."},
		{Refusal(en, late), "The deadline was 20:41:07.119; your bid of 3.1 million yuan arrived less than 0.01 s later and does not count."},
		{Refusal(en, closed), "Bidding was over when your bid of 3.1 million yuan arrived; it does not count."},
	})
}

// Every value that a lot, a registration or a record can hold has a name in both languages.
func TestEveryWordIsThere(t *testing.T) {
	for kind, values := range map[string][]string{
		"phase": {"", "ANNOUNCED", "FREE", "LIMITED", "SINGLE", "PAUSED", "CLOSED"}, "outcome": {"SOLD", "PASSED", "WITHDRAWN", "ANNULLED"},
		"why":   {"NO_BIDS", "RESERVE_NOT_MET", "TOO_FEW_BIDDERS"},
		"cause": {"AUTHORITY_ORDER", "MATERIAL_CHANGE", "PLATFORM_FAILURE", "INTRUSION", "FORCE_MAJEURE"},
		"field": {"AI", "IC", "BIO", "HEE", "NE", "NM", "NEV", "QUANTUM", "BRAIN", "GEN3", "GENE"},
		"city":  {"310117", "320500", "330100", "330400", "330500", "330700", "340100", "340200", "341800", "EXT"},
		"kind":  {"UNIVERSITY", "INSTITUTE", "COMPANY", "BROKERAGE", "MARKET_OPERATOR", "AUCTION_HOUSE", "JOINT_OFFICE"},
		"can":   {"UNIVERSITY", "INSTITUTE", "COMPANY", "BROKERAGE", "MARKET_OPERATOR", "AUCTION_HOUSE", "JOINT_OFFICE"},
		"role":  {"ADMINISTRATOR", "AGENT", "EDITOR", "FINANCE", "VIEWER"}, "patent": {"INVENTION", "UTILITY_MODEL", "DESIGN"},
		"legal": {"PENDING", "PUBLISHED", "IN_FORCE", "LAPSED_FEE", "EXPIRED", "ABANDONED", "REJECTED", "WITHDRAWN", "INVALIDATED",
			"PARTIALLY_INVALIDATED", "SUSPENDED", "PRESERVED"},
		"rights": {"ASSIGN", "EXCLUSIVE", "SOLE", "NONEXCL", "OPEN", "EQUITY"}, "trl": {"1", "2", "3", "4", "5", "6", "7", "8", "9"},
		"state": {"APPLIED", "QUALIFIED", "REJECTED", "WITHDRAWN", "SUSPENDED"}, "bidkind": {"PLAIN", "MAXIMUM"},
		"reserve": {"NONE", "START", "SECRET", "MET", "NOT_MET"}, "closing": {"TWO_PHASE", "SOFT", "MANUAL"},
		"event": {"LotPublished", "ReserveSealed", "BidderAdmitted", "BidderSuspended", "LotOpened", "BidAccepted", "MaximumRaised", "BidRefused",
			"LimitedStarted", "LotPaused", "ResumeAnnounced", "LotResumed", "LotClosed", "LotWithdrawn", "LotAnnulled", "CommandRefused"},
		"reason": {"INVALID_COMMAND", "NOT_YET_OPEN", "ALREADY_CLOSED", "LOT_IS_PAUSED", "WRONG_PHASE", "NOT_ADMITTED", "BIDDER_IS_SUSPENDED",
			"KEY_REUSED", "NO_FREE_BID", "MAXIMA_NOT_ALLOWED", "LEADER_MAY_NOT_BID", "MAXIMUM_NOT_RAISED", "NOT_MULTIPLE", "BELOW_MINIMUM",
			"JUMP_TOO_LARGE", "NEEDS_CONFIRMATION", "RESERVE_MISSING", "RESERVE_TOO_LOW", "ALREADY_ADMITTED"},
		"problem": {"REQUIRED", "UNKNOWN_VALUE", "OUT_OF_RANGE", "ONE_OF_TWO", "NOT_ASCENDING", "NOT_OPEN_ENDED", "NOT_WITH_THIS_MODE",
			"LICENCE_NEEDED", "REFUSE_BELOW_CONFIRM"},
	} {
		for _, v := range values {
			if !locale.Has(kind + "_" + v) {
				t.Errorf("no text for %s_%s", kind, v)
			}
		}
	}
}

func TestNamesInTheReadersLetters(t *testing.T) {
	names := []string{"沈怀谷 / Shen Huaigu", "许令仪", "O. Heaviside"}
	for _, c := range []struct{ got, want string }{
		{List(zh, Names(zh, names)), "沈怀谷、许令仪、O. Heaviside"},
		{List(en, Names(en, names)), "Shen Huaigu, 许令仪, O. Heaviside"},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
}

func TestInventorsWithTheirORCID(t *testing.T) {
	for text, want := range map[string]Inventor{
		"沈怀谷 / Shen Huaigu 0000-0002-1825-0097":      {"Shen Huaigu", "0000-0002-1825-0097"},
		"许令仪（https://orcid.org/0000-0002-1825-0097）": {"许令仪", "0000-0002-1825-0097"},
		"O. Heaviside (ORCID:0000000218250097)":      {"O. Heaviside", "0000-0002-1825-0097"},
		"O. Heaviside 0000-0002-1825-0098":           {"O. Heaviside 0000-0002-1825-0098", ""}, // its check is wrong
		"0000-0002-1825-0097":                        {"0000-0002-1825-0097", ""},
		"x\" onclick=alert(1) javascript:alert(1)":   {"x\" onclick=alert(1) javascript:alert(1)", ""},
		"": {},
	} {
		if got := Inventors(en, []string{text})[0]; got != want {
			t.Errorf("%q is %+v, want %+v", text, got, want)
		}
	}
}
