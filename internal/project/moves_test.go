package project_test

import (
	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/calendar"
	"github.com/g60-corridor/corridor/internal/identity"
	"github.com/g60-corridor/corridor/internal/project"
	"github.com/g60-corridor/corridor/internal/trade"
)

// move is what somebody might do.
type move struct {
	by identity.Viewer
	c  trade.Command
}

// moves are what people might do in a project's phase, mostly what leads on.
func (w *world) moves(m *mortal, v *project.View) []move {
	s, seller, operator := v.State, m.seller, m.operator
	price := s.Offer.PriceFen
	terms := listingTerms(w.t, price/10)
	terms.PeriodWD = 12
	if w.dice.IntN(2) == 0 {
		terms.Extension = trade.Extension{DaysWD: 5, Cycles: 2}
	}
	by := func(viewer identity.Viewer, all ...trade.Command) (moves []move) {
		for _, c := range all {
			moves = append(moves, move{viewer, c})
		}
		return moves
	}
	now := m.clock.now()
	soon := auction.InstantOf(now.AddDate(0, 0, 1+w.dice.IntN(20)))
	switch s.Phase {
	case trade.InDraft:
		if s.Decision == nil {
			return by(seller, trade.RecordDecision{File: file(price)})
		}
		return by(seller, trade.SubmitForReview{}, trade.SignCommission{Procedure: auction.ExchangeBidding, Commission: trade.Commission{
			Document: "合同", Parties: "双方", Lot: "成果", Reserve: "NONE", Place: "网络", Delivery: "登记后", Fee: "2%", Payment: "十日", Breach: "约定"}})
	case trade.Decided:
		return by(operator, trade.OpenNotice{Content: content()})
	case trade.Void:
		return by(seller, trade.RecordDecision{File: file(price)})
	case trade.InReview:
		return by(operator, trade.PublishListing{Terms: terms})
	case trade.NoticeOpen, trade.ObjectionReview, trade.InAward:
		var moves []move
		if w.dice.IntN(8) == 0 {
			moves = by(m.buyers[2], trade.LodgeObjection{Text: "异议"})
		}
		if s.Phase == trade.InAward && w.dice.IntN(4) == 0 {
			moves = append(moves, by(seller, trade.SignContract{PriceFen: s.Award.PriceFen, Document: "合同", PayBy: soon})...)
			moves = append(moves, by(operator, trade.DeclareDefault{Note: "未签"})...)
		}
		for _, o := range s.Objections {
			if o.Status == trade.ObjectionPending {
				moves = append(moves, by(seller, trade.RejectObjection{Objection: o.ID, Reasons: "理由"})...)
				moves = append(moves, by(operator, trade.RejectObjection{Objection: o.ID, Reasons: "理由"})...)
			}
		}
		return w.permitted(v, moves)
	case trade.NoticeDone:
		return by(seller, trade.SignContract{PriceFen: price, Document: "合同", PayBy: soon})
	case trade.Commissioned, trade.Reauctioned:
		day := calendar.Of(now)
		return by(operator, trade.Announce{Announcement: trade.Announcement{Proof: "第6版", Medium: "日报", Place: "网络", Formalities: "登记",
			SaleAt: auction.InstantOf(now.AddDate(0, 0, 12)), RegisterBy: auction.InstantOf(now.AddDate(0, 0, 9)),
			PreviewFrom: day.Add(3), PreviewTo: day.Add(5), Entrance: terms.Entrance}})
	}
	return w.permitted(v, w.laterMoves(m, v, by, soon))
}

func (w *world) laterMoves(m *mortal, v *project.View, by func(identity.Viewer, ...trade.Command) []move, soon trade.Instant) (moves []move) {
	s, seller, operator := v.State, m.seller, m.operator
	price := s.Offer.PriceFen
	switch s.Phase {
	case trade.Listed, trade.Qualifying, trade.Announced, trade.Ready:
		for _, b := range m.buyers[:1+w.dice.IntN(2)] {
			moves = append(moves, by(b, trade.Register{})...)
		}
		for _, r := range s.Registrations {
			switch r.Status {
			case trade.Applied:
				moves = append(moves, by(operator, trade.AcceptDocuments{Registration: r.ID})...)
			case trade.Accepted:
				moves = append(moves, by(operator, trade.ReceiveDeposit{Registration: r.ID, AmountFen: price / 10})...)
			}
		}
		moves = append(moves, by(operator, trade.ConfirmPreview{Document: "预展"}, trade.OpenSale{})...)
		if w.dice.IntN(10) == 0 {
			moves = append(moves, by(operator, trade.Suspend{Cause: trade.Dispute, Note: "争议"})...)
		}
	case trade.Halted:
		moves = by(operator, trade.Resume{})
	case trade.Bidding, trade.Open:
		w.bid(m, v)
		if w.dice.IntN(4) == 0 {
			moves = by(operator, trade.Suspend{Cause: trade.Dispute, Note: "争议"}, trade.PauseSale{Cause: trade.PlatformFailure, Note: "停电"})
		}
	case trade.PausedSale:
		moves = by(operator, trade.ResumeSale{})
	case trade.Closed1:
		if w.dice.IntN(2) == 0 {
			moves = append(by(m.buyers[0], trade.ConfirmPrice{PriceFen: price}), by(m.buyers[1], trade.ConfirmPrice{PriceFen: price})...)
		}
	case trade.SoldSale:
		moves = by(operator, trade.SignConfirmation{Document: "确认书", ByBuyer: true, ByHouse: true})
	case trade.Confirmed:
		moves = by(seller, trade.SignContract{PriceFen: s.Award.PriceFen, Document: "合同", PayBy: soon})
	case trade.Contracted:
		moves = by(operator, trade.RecordPayment{AmountFen: s.Contract.PriceFen / 2}, trade.RemindPayment{PayBy: soon}, trade.DeclareDefault{Note: "未付"})
	case trade.PassedSale, trade.InDefault:
		moves = by(seller, trade.Reauction{PriceFen: price * 9 / 10, Decision: file(price * 9 / 10)})
	}
	return moves
}

// permitted leaves out what the viewer may not do here.
func (w *world) permitted(v *project.View, moves []move) (left []move) {
	for _, m := range moves {
		for _, name := range project.Possible(m.by, v) {
			if name == trade.Name(m.c) {
				left = append(left, m)
			}
		}
	}
	return left
}

// bid lets one of the bidders bid in the project's lot.
func (w *world) bid(m *mortal, v *project.View) {
	if v.Row.LotID == nil {
		return
	}
	paddle, err := m.market.Paddle(w.t.Context(), m.buyers[w.dice.IntN(2)], *v.Row.LotID)
	must(w.t, err)
	if paddle == "" {
		return
	}
	key := auction.Key{byte(w.dice.IntN(256)), byte(w.dice.IntN(256))}
	_, err = m.floor.Submit(w.t.Context(), auction.LotID(*v.Row.LotID),
		auction.PlaceBid{Paddle: paddle, Key: key, Kind: auction.Plain, AmountFen: v.State.Offer.PriceFen})
	must(w.t, err)
}
