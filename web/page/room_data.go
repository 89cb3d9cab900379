package page

import (
	"context"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/feed"
	"github.com/g60-corridor/corridor/web/locale"
)

// scriptTexts are the beginnings of the keys of all texts that the scripts use.
var scriptTexts = []string{
	"room_", "film_", "phase_", "reserve_", "cause_", "note_", "outcome_", "why_", "event_", "reason_", "amount_", "bidkind_", "pending_", "problem_OWN_BID", "problem_NOT_AN_APPROVER", "problem_ABOVE_AUTHORITY",
}

// roomData is what the scripts begin with.
type roomData struct {
	Lang    locale.Lang              `json:"lang"`
	Title   string                   `json:"title"`
	Frame   feed.Frame               `json:"frame"`
	Earlier []feed.Row               `json:"earlier"`
	Holding *feed.Holding            `json:"holding"`
	Own     []feed.OwnRow            `json:"own"`
	Pending []feed.PendingBid        `json:"pending"`
	Rules   roomRules                `json:"rules"`
	Notes   map[auction.Phase]string `json:"notes"` // explanation of each phase
	Texts   map[string]string        `json:"texts"`
}

// roomRules are the rules that the bid pad applies before the server does.
type roomRules struct {
	Strict         bool  `json:"strict"`
	Maxima         bool  `json:"maxima"`
	LeaderMayRaise bool  `json:"leaderMayRaise"`
	ConfirmTimes   int64 `json:"confirmTimes"`
	RefuseTimes    int64 `json:"refuseTimes"`
	CycleS         int64 `json:"cycleS"` // how much time a late bid gives; 0: none
}

func (p RoomPage) data(ctx context.Context) roomData {
	t := p.Terms
	d := roomData{
		Lang: locale.Of(ctx), Title: p.title(ctx), Frame: p.Frame, Earlier: nonNil(p.Earlier[max(0, len(p.Earlier)-rowsSent):]), Holding: p.Holding,
		Own: nonNil(p.Own), Pending: nonNil(p.Pending), Notes: map[auction.Phase]string{}, Texts: locale.Texts(ctx, scriptTexts...),
		Rules: roomRules{
			Strict: t.Grid == auction.Strict, Maxima: t.MaximumBids, LeaderMayRaise: t.LeaderMayRaise,
			ConfirmTimes: t.Jump.ConfirmTimes, RefuseTimes: t.Jump.RefuseTimes,
			CycleS: max(t.Closing.LimitedS, t.Closing.ExtendS),
		},
	}
	d.Frame.Rows = nonNil(d.Frame.Rows)
	for _, phase := range []auction.Phase{auction.Free, auction.Limited, auction.Single} {
		d.Notes[phase] = p.phaseNote(ctx, phase)
	}
	return d
}

func nonNil[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}
