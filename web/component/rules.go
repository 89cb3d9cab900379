package component

import (
	"context"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/money"
)

// Rule is one rule of a sale in plain words, with its number in the rule sheet of the trade.
type Rule struct {
	No     string
	Text   string
	Ladder []auction.Rung // shown as a table below the text
}

// RuleGroup is a heading and the rules under it.
type RuleGroup struct {
	Title string
	Rules []Rule
}

// ruleBook writes the rules of one sale down.
type ruleBook struct {
	ctx    context.Context
	groups []RuleGroup
}

func (b *ruleBook) group(key string) {
	b.groups = append(b.groups, RuleGroup{Title: T(b.ctx, key)})
}

func (b *ruleBook) add(no, key string, args ...any) {
	g := &b.groups[len(b.groups)-1]
	g.Rules = append(g.Rules, Rule{No: no, Text: T(b.ctx, key, args...)})
}

func (b *ruleBook) money(f money.Fen) string { return Short(b.ctx, f) }

func (b *ruleBook) span(s int64) string { return Seconds(b.ctx, s) }

// Rules tells the terms of a sale in plain words. depositFen is what a bidder pays in, 0 if nothing.
func Rules(ctx context.Context, t *auction.Terms, depositFen money.Fen) []RuleGroup {
	b := &ruleBook{ctx: ctx}
	b.price(t)
	b.time(t)
	b.bids(t)
	b.group("rules_entry")
	if depositFen > 0 {
		b.add("R2.11", "rule_deposit", "Amount", b.money(depositFen))
		b.add("R2.20", "rule_deposit_back")
	} else {
		b.add("R2.11", "rule_no_deposit")
	}
	b.add("R1.6", "rule_excluded")
	if t.MinBidders > 1 {
		b.add("R2.18", "rule_min_bidders", "Count", t.MinBidders)
	}
	b.trouble(t)
	b.group("rules_proof")
	b.add("R3.5", "rule_logged")
	b.add("R3.18", "rule_record")
	return b.groups
}

func (b *ruleBook) price(t *auction.Terms) {
	b.group("rules_price")
	if t.Procedure == auction.ExchangeBidding {
		b.add("R1.1", "rule_exchange")
	}
	b.add("R3.1", "rule_start", "Amount", b.money(t.StartFen))
	if len(t.Step.Ladder) > 0 {
		b.add("R3.3", "rule_ladder")
		g := &b.groups[len(b.groups)-1]
		g.Rules[len(g.Rules)-1].Ladder = t.Step.Ladder
	} else {
		b.add("R3.3", "rule_step", "Amount", b.money(t.Step.FixedFen))
	}
	switch t.Grid {
	case auction.Strict:
		b.add("R3.1", "rule_grid_strict")
	case auction.FreeGrid:
		b.add("R3.1", "rule_grid_free")
	default:
		b.add("R3.1", "rule_grid_none")
	}
	switch {
	case t.Reserve == auction.NoReserve:
		b.add("R3.4", "rule_reserve_none")
	case t.Reserve == auction.EqualStart:
		b.add("R3.4", "rule_reserve_start")
	case t.AnnounceReserveMet:
		b.add("R3.4", "rule_reserve_announced")
	default:
		b.add("R3.4", "rule_reserve_hidden")
	}
}

func (b *ruleBook) time(t *auction.Terms) {
	b.group("rules_time")
	switch c := t.Closing; c.Mode {
	case auction.TwoPhase:
		b.add("R3.6", "rule_free", "Span", b.span(c.FreeS))
		b.add("R3.7", "rule_limited", "Span", b.span(c.LimitedS))
		if c.LimitedRequiresFreeBid {
			b.add("R3.7", "rule_needs_free_bid")
		}
		b.add("R3.8", "rule_limited_silent")
	case auction.Soft:
		b.add("R3.9", "rule_soft", "Span", b.span(c.DurationS), "Window", b.span(c.WindowS), "Extend", b.span(c.ExtendS))
	default:
		b.add("R3.9", "rule_manual")
	}
	b.add("R3.7", "rule_deadline")
	b.add("R3.10", "rule_clock")
}

func (b *ruleBook) bids(t *auction.Terms) {
	b.group("rules_bids")
	b.add("R3.1", "rule_binding")
	if t.LeaderMayRaise {
		b.add("R3.2", "rule_leader_may")
	} else {
		b.add("R3.2", "rule_leader_may_not")
	}
	if t.MaximumBids {
		b.add("R3.2", "rule_maximum")
		b.add("R3.18", "rule_maximum_opened")
	}
	if t.Priority == auction.Match {
		b.add("R3.12", "rule_priority")
		b.add("R3.13", "rule_priority_ranks")
	}
	if t.Jump.ConfirmTimes > 0 {
		b.add("R3.1", "rule_confirm", "Times", t.Jump.ConfirmTimes)
	}
	if t.Jump.RefuseTimes > 0 {
		b.add("R3.1", "rule_refuse", "Times", t.Jump.RefuseTimes)
	}
	b.add("R1.1", "rule_codes")
}

func (b *ruleBook) trouble(t *auction.Terms) {
	b.group("rules_trouble")
	b.add("R3.15", "rule_pause")
	back := "rule_resume_free"
	switch t.Closing.Mode {
	case auction.TwoPhase:
		back = "rule_resume_limited"
	case auction.Soft:
		back = "rule_resume_soft"
	}
	extend := max(t.Closing.LimitedS, t.Closing.ExtendS)
	b.add("R3.16", back, "Notice", b.span(t.ResumeNoticeS), "Long", b.span(t.LongOutageS),
		"LongNotice", b.span(t.LongResumeNoticeS), "Span", b.span(extend))
	b.add("R3.17", "rule_annul")
	b.add("R2.17", "rule_passed")
}
