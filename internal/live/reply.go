package live

import (
	"encoding/hex"
	"encoding/json"
	"strconv"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/feed"
)

// What the server says to one socket. What it says to all who watch a lot (snapshot, frame, stale) and to all
// sockets of a bidder (own) is made by package hub.
type (
	hello struct {
		T          string      `json:"t"` // "hello"
		NowUS      int64       `json:"now_us"`
		HeartbeatS int64       `json:"heartbeat_s"`
		SignedIn   bool        `json:"signed_in"`
		Limits     helloLimits `json:"limits"`
	}
	helloLimits struct {
		MessageBytes      int `json:"message_bytes"`
		MessagesPerSecond int `json:"messages_per_s"`
		MessageBurst      int `json:"message_burst"`
		Lots              int `json:"lots"`
	}
	pong struct {
		T     string `json:"t"` // "pong"
		ID    string `json:"id,omitempty"`
		NowUS int64  `json:"now_us"`
	}
	left struct {
		T   string        `json:"t"` // "left"
		Lot auction.LotID `json:"lot"`
	}
	answer struct {
		T   string        `json:"t"` // "answer"
		Lot auction.LotID `json:"lot"`
		ID  string        `json:"id,omitempty"`
		Row feed.OwnRow   `json:"row"`
	}
	failure struct {
		T       string        `json:"t"` // "error"
		ID      string        `json:"id,omitempty"`
		Lot     auction.LotID `json:"lot,omitempty"`
		Code    Code          `json:"code"`
		Field   string        `json:"field,omitempty"`
		Message string        `json:"message"`
	}
)

// reply sends a message to this socket alone, ahead of what others wait for.
func (s *socket) reply(message any) {
	text, err := json.Marshal(message)
	if err != nil {
		s.server.log.Error("encode a reply", "error", err)
		return
	}
	s.wire.send(textFrame(text, false), true)
}

// answered sends the answer to a bid: the one reply that goes out by the thousand, so it is written by hand, behind room
// for the head of its frame.
func (s *socket) answered(a *answer) {
	b := make([]byte, headRoom, answerRoom)
	s.wire.send(framed(a.append(b)), true)
}

// answerRoom holds an answer without growing, but for one with a long id.
const answerRoom = 512

// append writes what encoding/json would. A test holds the two together.
func (a *answer) append(b []byte) []byte {
	b = append(b, `{"t":"answer","lot":`...)
	b = strconv.AppendInt(b, int64(a.Lot), 10)
	if a.ID != "" {
		b = appendText(append(b, `,"id":`...), a.ID)
	}
	r := &a.Row
	b = append(b, `,"row":{"own":`...)
	b = strconv.AppendInt(b, r.Own, 10)
	b = hex.AppendEncode(append(b, `,"key":"`...), r.Key[:])
	b = strconv.AppendInt(append(b, `","at_us":`...), r.AtUS, 10)
	b = appendText(append(b, `,"bid_kind":`...), string(r.BidKind))
	b = strconv.AppendInt(append(b, `,"amount_fen":`...), int64(r.AmountFen), 10)
	b = strconv.AppendBool(append(b, `,"accepted":`...), r.Accepted)
	b = strconv.AppendBool(append(b, `,"leads":`...), r.Leads)
	b = strconv.AppendInt(append(b, `,"price_fen":`...), int64(r.PriceFen), 10)
	if r.Reason != "" {
		b = appendText(append(b, `,"reason":`...), string(r.Reason))
	}
	if basis := r.Basis; basis != nil {
		b = strconv.AppendInt(append(b, `,"basis":{"minimum_fen":`...), int64(basis.MinimumFen), 10)
		b = strconv.AppendInt(append(b, `,"step_fen":`...), int64(basis.StepFen), 10)
		b = strconv.AppendInt(append(b, `,"price_fen":`...), int64(basis.PriceFen), 10)
		b = strconv.AppendInt(append(b, `,"price_at":`...), int64(basis.PriceAt), 10)
		b = append(strconv.AppendInt(append(b, `,"deadline":`...), int64(basis.Deadline), 10), '}')
	}
	b = hex.AppendEncode(append(b, `,"leaf":"`...), r.Leaf[:])
	b = append(b, '"')
	if r.Repeated {
		b = append(b, `,"repeated":true`...)
	}
	return append(b, "}}"...)
}

// appendText writes a JSON string. encoding/json does it where a character needs an escape.
func appendText(b []byte, text string) []byte {
	for i := range len(text) {
		if c := text[i]; c < 0x20 || c > 0x7e || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
			quoted, _ := json.Marshal(text) // a string cannot fail
			return append(b, quoted...)
		}
	}
	return append(append(append(b, '"'), text...), '"')
}

func (s *socket) refuse(r *request, lot auction.LotID, f *fault) {
	s.reply(failure{T: "error", ID: r.id, Lot: lot, Code: f.code, Field: f.field, Message: f.code.Say(s.viewer.Locale)})
}
