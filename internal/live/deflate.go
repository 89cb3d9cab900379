package live

import (
	"bytes"
	"compress/flate"
	"sync"

	"github.com/g60-corridor/corridor/internal/hub"
)

// deflateFrom is the length from which a message is compressed where that was agreed upon. A frame with one new
// row has about 700 bytes: compressing it saves less than a packet and costs every phone a wake-up of its
// inflater. A snapshot has some thousands, and is mostly the same words again and again.
const deflateFrom = 1400

// frames are the two shapes of a message: plain, and deflated if that pays.
type frames struct{ plain, deflated []byte }

// prepared returns a message as it goes over the wire. Each shape is made once for all sockets, and there is no
// context between messages (server_no_context_takeover), so a socket needs no memory of its own for it.
func prepared(m *hub.Message, deflate bool) []byte {
	f := m.Form(prepare).(*frames)
	if deflate && f.deflated != nil {
		return f.deflated
	}
	return f.plain
}

func prepare(text []byte) any {
	f := &frames{plain: textFrame(text, false)}
	if len(text) >= deflateFrom {
		if d := deflated(text); len(d) < len(text)*3/4 {
			f.deflated = textFrame(d, true)
		}
	}
	return f
}

var deflaters = sync.Pool{New: func() any {
	w, _ := flate.NewWriter(nil, flate.BestSpeed) // errs for levels out of range only
	return w
}}

// deflated compresses a message by RFC 7692 §7.2.1: without the four bytes that end a flush.
func deflated(text []byte) []byte {
	var b bytes.Buffer
	w := deflaters.Get().(*flate.Writer)
	defer deflaters.Put(w)
	w.Reset(&b)
	_, _ = w.Write(text) // a bytes.Buffer takes everything
	_ = w.Flush()
	return bytes.TrimSuffix(b.Bytes(), []byte{0, 0, 0xff, 0xff})
}
