package component

import (
	"context"
	"fmt"
	"strings"

	"github.com/g60-corridor/corridor/internal/exclusion"
	"github.com/g60-corridor/corridor/internal/identity"
)

// Blocked says to a bidder why he may not bid: the rule, and the chain of links on which it rests. Who another bidder is
// stays with the operator until the bidding has ended.
func Blocked(ctx context.Context, e *identity.Excluded) string {
	var parts []string
	for _, f := range e.Findings {
		rule, why := "R1.6", ""
		if f.Role == exclusion.OtherBidder {
			rule, why = "R1.8", T(ctx, "ex_rival")
		} else {
			why = Found(ctx, f)
		}
		parts = append(parts, T(ctx, "ex_blocked", "Rule", rule, "Why", why))
	}
	return strings.Join(parts, " ")
}

// Found says what was found about a bidder, with the chain of links.
func Found(ctx context.Context, f identity.Finding) string {
	role := T(ctx, "ex_role_"+string(f.Role))
	if f.Reason == exclusion.ControlledBy && f.ByRelative() {
		role = T(ctx, "ex_relative_of", "Role", role)
	}
	text := T(ctx, "ex_reason_"+string(f.Reason), "Role", role, "Party", Pick(ctx, f.Party, f.PartyEN))
	if len(f.Chain) == 0 {
		return text
	}
	links := make([]string, len(f.Chain))
	for i, l := range f.Chain {
		links[i] = T(ctx, "ex_link_"+string(l.Relation), "From", Pick(ctx, l.From, l.FromEN), "To", Pick(ctx, l.To, l.ToEN), "Share", Percent(l.ShareBP))
	}
	return text + " " + T(ctx, "ex_chain", "Links", strings.Join(links, T(ctx, "ex_link_and")))
}

// Percent writes basis points as a share.
func Percent(bp int64) string {
	s := fmt.Sprintf("%d.%02d", bp/100, bp%100)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".") + " %"
}
