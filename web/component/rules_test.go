package component

import (
	"regexp"
	"strings"
	"testing"

	"github.com/g60-corridor/corridor/internal/auction"
)

func ruleText(groups []RuleGroup) string {
	var b strings.Builder
	for _, g := range groups {
		for _, r := range g.Rules {
			b.WriteString(r.No + " " + r.Text + "\n")
		}
	}
	return b.String()
}

// Each row changes one term, and the sentence that must then stand there, or not.
func TestRulesSayWhatTheTermsSay(t *testing.T) {
	base := auction.Terms{
		Procedure: auction.ExchangeBidding, StartFen: 2_000_000_00, Step: auction.Step{FixedFen: 100_000_00}, Grid: auction.Strict,
		Reserve: auction.NoReserve, Closing: auction.Closing{Mode: auction.TwoPhase, FreeS: 86400, LimitedS: 240}, ResumeNoticeS: 1800,
		LongOutageS: 86400, LongResumeNoticeS: 432000, MinBidders: 1,
	}
	for _, c := range []struct {
		change      func(*auction.Terms)
		with, lacks string
	}{
		{func(*auction.Terms) {}, "R3.7 Limited-time quoting follows, in cycles of 4 minutes", "R3.12"},
		{func(*auction.Terms) {}, "R3.6 Bidding begins with the free quoting period of 1 day", "R3.9"},
		{func(*auction.Terms) {}, "R3.2 The leader may not outbid himself.", "maximum"},
		{func(x *auction.Terms) { x.LeaderMayRaise = true }, "R3.2 The leader may raise his own bid.", "outbid himself"},
		{func(x *auction.Terms) { x.MaximumBids = true }, "R3.2 You may leave a maximum", "R3.13"},
		{func(x *auction.Terms) { x.Priority = auction.Match }, "R3.12 The holder of a priority right", "R2.18"},
		{func(x *auction.Terms) { x.MinBidders = 3 }, "R2.18 With fewer than 3 qualified bidders", "R3.12"},
		{func(x *auction.Terms) { x.Reserve = auction.HiddenReserve }, "Whether it was met is told at the close", "shows throughout"},
		{func(x *auction.Terms) { x.Reserve, x.AnnounceReserveMet = auction.HiddenReserve, true }, "the room shows throughout", "There is no reserve"},
		{func(x *auction.Terms) { x.Jump.ConfirmTimes = 3 }, "R3.1 A bid of 3 times", "A bid of more than"},
		{func(x *auction.Terms) { x.Jump.RefuseTimes = 10 }, "R3.1 A bid of more than 10 times", "only once it is confirmed"},
		{func(x *auction.Terms) { x.Closing.LimitedRequiresFreeBid = true }, "R3.7 Only bidders with a valid bid in the free", "R3.9"},
		{func(x *auction.Terms) { x.Grid = auction.FreeGrid }, "R3.1 A raise is at least one increment", "whole multiple"},
		{func(x *auction.Terms) {
			x.Closing = auction.Closing{Mode: auction.Soft, DurationS: 7200, WindowS: 300, ExtendS: 300}
		}, "R3.9 Bidding lasts 2 hours; an accepted bid in the last 5 minutes moves the deadline to 5 minutes", "R3.6"},
	} {
		terms := base
		c.change(&terms)
		text := ruleText(Rules(en, &terms, 200_000_00))
		if !strings.Contains(text, c.with) {
			t.Errorf("%q is missing in\n%s", c.with, text)
		}
		if strings.Contains(text, c.lacks) {
			t.Errorf("%q stands in\n%s", c.lacks, text)
		}
	}
}

func TestRulesHaveNumbersAndNothingOpen(t *testing.T) {
	number := regexp.MustCompile(`^R\d\.\d{1,2}$`)
	terms := auction.Terms{Step: auction.Step{Ladder: []auction.Rung{{StepFen: 1}}}, MaximumBids: true, Priority: auction.Match}
	for _, ctx := range []struct{ groups []RuleGroup }{{Rules(zh, &terms, 1)}, {Rules(en, &terms, 0)}} {
		for _, g := range ctx.groups {
			if len(g.Rules) == 0 || g.Title == "" {
				t.Errorf("an empty group %q", g.Title)
			}
			for _, r := range g.Rules {
				if !number.MatchString(r.No) || strings.Contains(r.Text, "<no value>") || strings.Contains(r.Text, "rule_") {
					t.Errorf("%s %s", r.No, r.Text)
				}
			}
		}
	}
}
