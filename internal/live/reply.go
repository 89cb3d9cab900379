package live

import (
	"encoding/json"

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

func (s *socket) refuse(r *request, lot auction.LotID, f *fault) {
	s.reply(failure{T: "error", ID: r.id, Lot: lot, Code: f.code, Field: f.field, Message: f.code.Say(s.viewer.Locale)})
}
