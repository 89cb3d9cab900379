package page

import (
	"context"
	"fmt"
	"strings"

	"github.com/a-h/templ"

	"github.com/g60-corridor/corridor/ent"
	"github.com/g60-corridor/corridor/internal/money"
	c "github.com/g60-corridor/corridor/web/component"
	"github.com/g60-corridor/corridor/web/form"
)

// AuthorityPage is how far each person may bind the reader's company by a bid.
type AuthorityPage struct {
	Company *ent.Organisation
	Edit    bool // the reader administers the company
	Always  bool
	Version int
	Fault   string // of the rule for everybody
	Members []AuthorityMember
	Changes []AuthorityChange
}

// AuthorityMember is one person and his authority, with what stands in his forms.
type AuthorityMember struct {
	Membership *ent.Membership
	Bids       bool // his role lets him bid
	Bid        Bound
	Approves   bool
	Approve    Bound
	Lots       []AuthorityLot
	Version    int

	Typed  *AuthorityTyped // what came back; nil: what is stored
	Faults form.Faults
}

// AuthorityTyped is a form as it was sent.
type AuthorityTyped struct {
	Bid, Approve, Lot, LotBid string
	Approves                  bool
}

// AuthorityLot is a limit in one lot.
type AuthorityLot struct {
	Lot *ent.Lot
	Bid Bound
}

// AuthorityChange is one line of the record.
type AuthorityChange struct {
	Deed   AuthorityDeed
	Action *ent.AuditAction
	By     *ent.Person // nil: somebody who is gone
}

// AuthorityDeed is what it laid down.
type AuthorityDeed struct {
	Who, Lot string
	Always   bool
	Bid      *Bound // of a lot, nil: as elsewhere
	Approves bool
	Approve  Bound
}

func (a AuthorityChange) says(ctx context.Context) string {
	d := a.Deed
	switch {
	case a.Action.Action == "authority_rule" && d.Always:
		return c.T(ctx, "authority_always_on")
	case a.Action.Action == "authority_rule":
		return c.T(ctx, "authority_always_off")
	case d.Lot != "" && d.Bid == nil:
		return c.T(ctx, "authority_did_clear", "Name", d.Who, "Lot", d.Lot)
	case d.Lot != "":
		return c.T(ctx, "authority_did_lot", "Name", d.Who, "Lot", d.Lot, "Limit", d.Bid.says(ctx))
	case d.Bid == nil:
		return d.Who
	}
	member := AuthorityMember{Approves: d.Approves, Approve: d.Approve}
	return c.T(ctx, "authority_did_member", "Name", d.Who, "Limit", d.Bid.says(ctx), "Approves", member.approvesSays(ctx))
}

// Bound is the most that somebody may do alone.
type Bound struct {
	None bool      `json:"none,omitempty"`
	Fen  money.Fen `json:"fen,omitempty"`
}

// typed is how it stands in a form.
func (b Bound) typed() string {
	if b.None {
		return ""
	}
	return strings.TrimPrefix(b.Fen.Sign(), "¥")
}

func (b Bound) says(ctx context.Context) string {
	switch {
	case b.None:
		return c.T(ctx, "authority_no_limit")
	case b.Fen == 0:
		return c.T(ctx, "authority_never")
	}
	return c.Money(ctx, b.Fen)
}

func (m AuthorityMember) approvesSays(ctx context.Context) string {
	switch {
	case !m.Approves:
		return c.T(ctx, "authority_approves_no")
	case m.Approve.None:
		return c.T(ctx, "authority_approves_all")
	}
	return c.T(ctx, "authority_approves_to", "Amount", c.Money(ctx, m.Approve.Fen))
}

// Form is what the member's forms hold.
func (m AuthorityMember) Form() AuthorityTyped {
	if m.Typed != nil {
		return *m.Typed
	}
	return AuthorityTyped{Bid: m.Bid.typed(), Approves: m.Approves, Approve: m.Approve.typed()}
}

func (m AuthorityMember) path(rest string) templ.SafeURL {
	return templ.SafeURL(fmt.Sprintf("/me/authority/people/%d%s", m.Membership.Edges.Person.ID, rest))
}

// field is the id of a field of this member: there are as many forms as people.
func (m AuthorityMember) field(name string) string {
	return fmt.Sprintf("f-%s-%d", name, m.Membership.Edges.Person.ID)
}

// unapproved says whether limits would hold bids for which nobody is there.
func (p AuthorityPage) unapproved() bool {
	limited := p.Always
	for _, m := range p.Members {
		limited = limited || m.Bids && !m.Bid.None
		for _, l := range m.Lots {
			limited = limited || !l.Bid.None
		}
		if m.Approves {
			return false
		}
	}
	return limited
}
