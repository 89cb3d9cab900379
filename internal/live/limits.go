package live

import "time"

// Limits bound what one client may cost. The zero value of a field means its default.
type Limits struct {
	MessageBytes      int // longest message from a client; a longer one closes the socket with 1009
	MessagesPerSecond int // messages and pings from a client, on average
	MessageBurst      int // and at once
	FloodMessages     int // messages above the rate, each refused, until the socket is closed with 4008
	BytesPerSecond    int // bytes from a client, whatever they mean, on average
	BytesBurst        int // and at once; above it the socket is closed with 4008

	LotsPerSocket     int // lots watched by one socket
	SocketsPerSession int // sockets of one session
	SocketsPerAddress int // sockets from one address; whole halls sit behind one address
	Sockets           int // sockets in all

	QueueBytes  int // bytes waiting for a socket that reads slowly; above it is closed with 4009
	KernelBytes int // send buffer asked of the kernel; -1 leaves the kernel's own choice

	Heartbeat  time.Duration // how often a ping goes out, and the longest a client should stay silent
	Silence    time.Duration // after which a client that gave no sign is taken for gone (4000)
	WriteWait  time.Duration // the longest that a slow socket may take for what was handed to the kernel
	CloseWait  time.Duration // the longest that a closing handshake may take
	SeatHolds  time.Duration // how long a bidder's code is taken for granted: whose mandate has ended stops bidding after this
	AnswerWait time.Duration // after which a bid without an answer is reported as unknown_outcome
}

// DefaultLimits are the limits of a house that says nothing else. PROTOCOL.md states them.
var DefaultLimits = Limits{
	MessageBytes: 4096, MessagesPerSecond: 20, MessageBurst: 40, FloodMessages: 200,
	BytesPerSecond: 64 << 10, BytesBurst: 256 << 10,
	LotsPerSocket: 64, SocketsPerSession: 16, SocketsPerAddress: 1000, Sockets: 15_000,
	QueueBytes: 256 << 10, KernelBytes: 64 << 10,
	Heartbeat: 20 * time.Second, Silence: 50 * time.Second, WriteWait: 10 * time.Second,
	CloseWait: 3 * time.Second, SeatHolds: 10 * time.Second, AnswerWait: 10 * time.Second,
}

func (l Limits) withDefaults() Limits {
	d := DefaultLimits
	for _, f := range []struct{ have, otherwise *int }{
		{&l.MessageBytes, &d.MessageBytes}, {&l.MessagesPerSecond, &d.MessagesPerSecond},
		{&l.MessageBurst, &d.MessageBurst}, {&l.FloodMessages, &d.FloodMessages},
		{&l.BytesPerSecond, &d.BytesPerSecond}, {&l.BytesBurst, &d.BytesBurst},
		{&l.LotsPerSocket, &d.LotsPerSocket}, {&l.SocketsPerSession, &d.SocketsPerSession},
		{&l.SocketsPerAddress, &d.SocketsPerAddress}, {&l.Sockets, &d.Sockets},
		{&l.QueueBytes, &d.QueueBytes}, {&l.KernelBytes, &d.KernelBytes},
	} {
		if *f.have == 0 {
			*f.have = *f.otherwise
		}
	}
	for _, f := range []struct{ have, otherwise *time.Duration }{
		{&l.Heartbeat, &d.Heartbeat}, {&l.Silence, &d.Silence}, {&l.WriteWait, &d.WriteWait},
		{&l.CloseWait, &d.CloseWait}, {&l.SeatHolds, &d.SeatHolds}, {&l.AnswerWait, &d.AnswerWait},
	} {
		if *f.have == 0 {
			*f.have = *f.otherwise
		}
	}
	return l
}

// bucket is a token bucket that may go into debt: the debt tells a slip from a flood.
type bucket struct {
	tokens float64
	at     int64 // nanoseconds, when tokens was true
}

// take spends n tokens and returns what is left, which is negative once the rate is exceeded.
func (b *bucket) take(now int64, n, perSecond, burst int) float64 {
	if b.at == 0 {
		b.tokens = float64(burst)
	} else if now > b.at {
		b.tokens = min(float64(burst), b.tokens+float64(now-b.at)/1e9*float64(perSecond))
	}
	b.at = max(b.at, now)
	b.tokens -= float64(n)
	return b.tokens
}
