package auction

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

const goodTerms = `{"format":"corridor-rules/1","name":{"zh":"两段竞价","en":"Two phases"},"procedure":"EXCHANGE_BIDDING",
"start_fen":200000000,"step":{"ladder":[{"below_fen":10000000,"step_fen":100000},{"below_fen":100000000,"step_fen":1000000},{"step_fen":5000000}]},
"grid":"strict","reserve":"HIDDEN","announce_reserve_met":true,"closing":{"mode":"TWO_PHASE","free_s":86400,"limited_s":240},
"maximum_bids":true,"leader_may_raise":false,"priority":"MATCH","jump":{"confirm_times":3,"refuse_times":10},"resume_notice_s":1800}`

func TestTermsAreReadWithDefaults(t *testing.T) {
	terms, err := ParseTerms([]byte(goodTerms))
	if err != nil {
		t.Fatal(err)
	}
	if terms.MinBidders != 1 || terms.LongOutageS != 86400 || terms.LongResumeNoticeS != 432000 {
		t.Errorf("defaults: %+v", terms)
	}
	text, _ := json.Marshal(terms)
	again, err := ParseTerms(text)
	if err != nil || again.StepAt(99_999_999) != 1_000_000 {
		t.Errorf("written and read again: %v, %+v", err, again)
	}
	for _, c := range []struct{ price, step Fen }{{0, 100_000}, {9_999_999, 100_000}, {10_000_000, 1_000_000}, {99_999_999, 1_000_000}, {100_000_000, 5_000_000}, {1e14, 5_000_000}} {
		if got := terms.StepAt(c.price); got != c.step {
			t.Errorf("StepAt(%d) = %d, want %d", c.price, got, c.step)
		}
	}
}

// Each row breaks exactly one thing in good terms.
func TestFaultyTermsAreNamedByField(t *testing.T) {
	for _, c := range []struct{ old, new, want string }{
		{`corridor-rules/1`, `corridor-rules/9`, "format: UNKNOWN_VALUE"},
		{`"两段竞价"`, `""`, "name.zh: REQUIRED"},
		{`"Two phases"`, `""`, "name.en: REQUIRED"},
		{`EXCHANGE_BIDDING`, `AUCTION_LAW`, "procedure: LICENCE_NEEDED"},
		{`EXCHANGE_BIDDING`, `LOTTERY`, "procedure: UNKNOWN_VALUE"},
		{`"start_fen":200000000`, `"start_fen":0`, "start_fen: OUT_OF_RANGE"},
		{`"start_fen":200000000`, `"start_fen":1000000000000001`, "start_fen: OUT_OF_RANGE"},
		{`"step":{"ladder"`, `"step":{"fixed_fen":1,"ladder"`, "step: ONE_OF_TWO"},
		{`"below_fen":100000000,`, `"below_fen":10000000,`, "step.ladder[1].below_fen: NOT_ASCENDING"},
		{`{"step_fen":5000000}`, `{"below_fen":900000000,"step_fen":5000000}`, "step.ladder[2].below_fen: NOT_OPEN_ENDED"},
		{`"step_fen":1000000}`, `"step_fen":0}`, "step.ladder[1].step_fen: OUT_OF_RANGE"},
		{`"grid":"strict"`, `"grid":"loose"`, "grid: UNKNOWN_VALUE"},
		{`"reserve":"HIDDEN"`, `"reserve":"SHOWN"`, "reserve: UNKNOWN_VALUE; announce_reserve_met: NOT_WITH_THIS_MODE"},
		{`"reserve":"HIDDEN"`, `"reserve":"NONE"`, "announce_reserve_met: NOT_WITH_THIS_MODE"},
		{`"limited_s":240`, `"limited_s":0`, "closing.limited_s: OUT_OF_RANGE"},
		{`"limited_s":240`, `"limited_s":240,"window_s":5`, "closing.duration_s: NOT_WITH_THIS_MODE"},
		{`"mode":"TWO_PHASE"`, `"mode":"DUTCH"`, "closing.mode: UNKNOWN_VALUE"},
		{`"mode":"TWO_PHASE"`, `"mode":"MANUAL"`, "closing.mode: NOT_WITH_THIS_MODE"},
		{`{"mode":"TWO_PHASE","free_s":86400,"limited_s":240}`, `{"mode":"SOFT","duration_s":60,"window_s":61,"extend_s":5}`, "closing.window_s: OUT_OF_RANGE"},
		{`"priority":"MATCH"`, `"priority":"ALWAYS"`, "priority: UNKNOWN_VALUE"},
		{`"confirm_times":3`, `"confirm_times":11`, "jump.refuse_times: REFUSE_BELOW_CONFIRM"},
		{`"resume_notice_s":1800`, `"resume_notice_s":0`, "resume_notice_s: OUT_OF_RANGE"},
		{`"resume_notice_s":1800`, `"resume_notice_s":1800,"min_bidders":-1`, "min_bidders: OUT_OF_RANGE"},
	} {
		text := strings.Replace(goodTerms, c.old, c.new, 1)
		_, err := ParseTerms([]byte(text))
		var te *TermsError
		if !errors.As(err, &te) || te.Error() != "auction: invalid rules: "+c.want {
			t.Errorf("%s → %s: got %v, want %s", c.old, c.new, err, c.want)
		}
	}
}

func TestUnreadableTermsAreRefused(t *testing.T) {
	for _, text := range []string{
		"", "{}x", `{"format":1}`, strings.Replace(goodTerms, `"grid"`, `"gird"`, 1), goodTerms + goodTerms,
		strings.Replace(goodTerms, `"grid"`, `"Grid"`, 1), strings.Replace(goodTerms, `"step"`, `"\u017ftep"`, 1),
		strings.Replace(goodTerms, `"grid":"strict"`, `"grid":"strict","grid":"free"`, 1),
		strings.Replace(goodTerms, `"refuse_times":10`, `"refuse_times":10,"refuse_times":0`, 1),
		strings.Replace(goodTerms, "200000000", "2e8", 1), strings.Repeat(" ", 70000),
	} {
		if _, err := ParseTerms([]byte(text)); err == nil {
			t.Errorf("read %.40q", text)
		}
	}
}

func FuzzParseTerms(f *testing.F) {
	f.Add([]byte(goodTerms))
	f.Fuzz(func(t *testing.T, data []byte) {
		terms, err := ParseTerms(data)
		if err == nil {
			if faults := terms.Validate(); len(faults) > 0 {
				t.Fatalf("read invalid terms: %v", faults)
			}
		}
	})
}
