package auction

import (
	"encoding/hex"
	"errors"
	"strings"
	"time"
)

// LotID names a lot. It is the lot's key in the catalogue too.
type LotID int64

// Seq is a position in the log of one lot, counted from 1. It is assigned by the engine.
// The raw position is never shown before the close: gaps would tell of sealed and refused bids.
type Seq int64

// Paddle is the code (竞买代码) under which a bidder appears in one lot. The engine knows bidders by
// nothing else.
type Paddle string

// Key makes a command idempotent: the same bidder sending the same key again gets the first result.
type Key [16]byte

// ParseKey reads a key of 32 hexadecimal digits, with or without the hyphens of a UUID.
func ParseKey(s string) (Key, error) {
	var k Key
	h := strings.ReplaceAll(s, "-", "")
	if len(h) != 32 || len(s) > 36 {
		return k, errors.New("auction: a key has 32 hexadecimal digits")
	}
	if _, err := hex.Decode(k[:], []byte(h)); err != nil {
		return Key{}, errors.New("auction: a key has 32 hexadecimal digits")
	}
	return k, nil
}

func (k Key) String() string { return hex.EncodeToString(k[:]) }

// MarshalText writes the key as 32 hexadecimal digits.
func (k Key) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (k *Key) UnmarshalText(b []byte) (err error) { *k, err = ParseKey(string(b)); return err }

// Instant is a moment in microseconds since 1970-01-01 00:00 UTC. The saleroom stamps it; the
// engine only compares and adds.
type Instant int64

// Span is a length of time in microseconds.
type Span int64

// Second is a Span of one second.
const Second Span = 1_000_000

// InstantOf converts a time, dropping what is below a microsecond.
func InstantOf(t time.Time) Instant { return Instant(t.UnixMicro()) }

// Time converts to a time.Time in UTC.
func (i Instant) Time() time.Time { return time.UnixMicro(int64(i)).UTC() }

// Add returns the instant d later.
func (i Instant) Add(d Span) Instant { return i + Instant(d) }

// Sub returns the span from j to i.
func (i Instant) Sub(j Instant) Span { return Span(i - j) }

// Duration converts to a time.Duration.
func (d Span) Duration() time.Duration { return time.Duration(d) * time.Microsecond }

// Hash is a SHA-256 value: a leaf, a commitment or a head of the chain.
type Hash [32]byte

func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// MarshalText writes the hash as 64 hexadecimal digits.
func (h Hash) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (h *Hash) UnmarshalText(b []byte) error {
	if len(b) != 64 {
		return errors.New("auction: a hash has 64 hexadecimal digits")
	}
	_, err := hex.Decode(h[:], b)
	return err
}
