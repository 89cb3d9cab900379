package proof

import (
	"strconv"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/money"
)

// Writers by hand for the three events that come by the thousand. Keys in the order of the canonical form. What is
// secret is committed to on the way.

func (k *LotKeys) appendBidAccepted(b []byte, seq auction.Seq, at auction.Instant, e *auction.BidAccepted) []byte {
	b = append(b, `{"amount_fen":`...)
	if e.Hidden {
		b = k.appendSecretFen(b, seq, "amount_fen", e.AmountFen)
	} else {
		b = strconv.AppendInt(b, int64(e.AmountFen), 10)
	}
	b = append(b, `,"at":`...)
	b = appendInstant(b, at)
	b = append(b, `,"bid_kind":`...)
	b = appendString(b, string(e.BidKind))
	b = append(b, `,"confirmed":`...)
	b = strconv.AppendBool(b, e.Confirmed)
	b = append(b, `,"deadline":`...)
	b = appendInstant(b, e.Deadline)
	b = append(b, `,"hidden":`...)
	b = strconv.AppendBool(b, e.Hidden)
	b = append(b, `,"key":"`...)
	b = appendHex(b, e.Key[:])
	b = append(b, `","kind":"BidAccepted","leader":`...)
	b = appendString(b, string(e.Leader))
	if e.Opened != nil {
		b = append(b, `,"opened":{"maximum_fen":`...)
		b = strconv.AppendInt(b, int64(e.Opened.MaximumFen), 10)
		b = append(b, `,"paddle":`...)
		b = appendString(b, string(e.Opened.Paddle))
		b = append(b, '}')
	}
	b = append(b, `,"own":`...)
	b = strconv.AppendInt(b, e.Own, 10)
	b = append(b, `,"paddle":`...)
	b = appendString(b, string(e.Paddle))
	return k.appendStandingEnd(b, seq, &e.Standing)
}

func (k *LotKeys) appendMaximumRaised(b []byte, seq auction.Seq, at auction.Instant, e *auction.MaximumRaised) []byte {
	b = append(b, `{"at":`...)
	b = appendInstant(b, at)
	b = append(b, `,"confirmed":`...)
	b = strconv.AppendBool(b, e.Confirmed)
	b = append(b, `,"deadline":`...)
	b = appendInstant(b, e.Deadline)
	b = append(b, `,"key":"`...)
	b = appendHex(b, e.Key[:])
	b = append(b, `","kind":"MaximumRaised","leader":`...)
	b = appendString(b, string(e.Leader))
	b = append(b, `,"maximum_fen":`...)
	b = k.appendSecretFen(b, seq, "maximum_fen", e.MaximumFen)
	b = append(b, `,"moved":`...)
	b = strconv.AppendBool(b, e.Moved)
	b = append(b, `,"own":`...)
	b = strconv.AppendInt(b, e.Own, 10)
	b = append(b, `,"paddle":`...)
	b = appendString(b, string(e.Paddle))
	return k.appendStandingEnd(b, seq, &e.Standing)
}

func (k *LotKeys) appendStandingEnd(b []byte, seq auction.Seq, s *auction.Standing) []byte {
	b = append(b, `,"price_fen":`...)
	b = strconv.AppendInt(b, int64(s.PriceFen), 10)
	b = append(b, `,"reserve_met":`...)
	var value [5]byte
	c := commit(k.Salt(seq, "reserve_met"), strconv.AppendBool(value[:0], s.ReserveMet))
	b = appendCommitment(b, c)
	return append(b, '}')
}

func (k *LotKeys) appendBidRefused(b []byte, seq auction.Seq, at auction.Instant, e *auction.BidRefused) []byte {
	b = append(b, `{"amount_fen":`...)
	if e.BidKind == auction.Maximum {
		b = k.appendSecretFen(b, seq, "amount_fen", e.AmountFen)
	} else {
		b = strconv.AppendInt(b, int64(e.AmountFen), 10)
	}
	b = append(b, `,"at":`...)
	b = appendInstant(b, at)
	b = append(b, `,"basis":{"deadline":`...)
	b = appendInstant(b, e.Basis.Deadline)
	b = append(b, `,"minimum_fen":`...)
	b = strconv.AppendInt(b, int64(e.Basis.MinimumFen), 10)
	b = append(b, `,"price_at":`...)
	b = appendInstant(b, e.Basis.PriceAt)
	b = append(b, `,"price_fen":`...)
	b = strconv.AppendInt(b, int64(e.Basis.PriceFen), 10)
	b = append(b, `,"step_fen":`...)
	b = strconv.AppendInt(b, int64(e.Basis.StepFen), 10)
	b = append(b, `},"bid_kind":`...)
	b = appendString(b, string(e.BidKind))
	b = append(b, `,"confirmed":`...)
	b = strconv.AppendBool(b, e.Confirmed)
	b = append(b, `,"key":"`...)
	b = appendHex(b, e.Key[:])
	b = append(b, `","kind":"BidRefused","own":`...)
	b = strconv.AppendInt(b, e.Own, 10)
	b = append(b, `,"paddle":`...)
	b = appendString(b, string(e.Paddle))
	b = append(b, `,"reason":`...)
	b = appendString(b, string(e.Reason))
	return append(b, '}')
}

func (k *LotKeys) appendSecretFen(b []byte, seq auction.Seq, field string, v money.Fen) []byte {
	var value [20]byte
	return appendCommitment(b, commit(k.Salt(seq, field), strconv.AppendInt(value[:0], int64(v), 10)))
}
