package hub

import (
	"encoding/json"
	"sync"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/feed"
)

// Message is one JSON text for many clients. Its bytes never change.
type Message struct {
	Text []byte

	once sync.Once
	form any
}

// Form returns what prepare makes of the text, made at the first call and kept: an edge frames and compresses a
// message once, not once for each client. All calls must pass the same function.
func (m *Message) Form(prepare func(text []byte) any) any {
	m.once.Do(func() { m.form = prepare(m.Text) })
	return m.form
}

// Own is sent to all sockets of one bidder when what he holds has changed or attempts of his were decided.
type Own struct {
	T       string        `json:"t"` // "own"
	Lot     auction.LotID `json:"lot"`
	Holding feed.Holding  `json:"holding"`
	Rows    []feed.OwnRow `json:"rows"`
	Omitted int64         `json:"omitted,omitempty"` // attempts before the first of Rows that are left out
}

// Stale is sent when the log of a lot cannot be read: what was shown last may no longer be true. The next frame
// ends it.
type Stale struct {
	T       string        `json:"t"` // "stale"
	Lot     auction.LotID `json:"lot"`
	SinceUS int64         `json:"since_us"` // when the log was read last
}

// encode cannot fail: the types hold nothing that JSON does not know. A test encodes each.
func encode(v any) *Message {
	text, err := json.Marshal(v)
	if err != nil {
		panic("hub: encode a message: " + err.Error())
	}
	return &Message{Text: text}
}
