package proof

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"reflect"
	"strconv"

	"github.com/g60-corridor/corridor/internal/auction"
	"github.com/g60-corridor/corridor/internal/money"
)

// errUnwritable is wrapped by Encode for what has no canonical form.
var errUnwritable = errors.New("proof: no canonical form")

// Chain is the head after one more entry: SHA-256(prev ‖ leaf). R3.18
func Chain(prev, leaf auction.Hash) auction.Hash {
	var b [2 * sha256.Size]byte
	copy(b[:], prev[:])
	copy(b[sha256.Size:], leaf[:])
	return sha256.Sum256(b[:])
}

// BodyRoom holds a block and the body of a plain bid without growing.
const BodyRoom = 576

// Encode writes an entry for the log: body is the canonical JSON with commitments for what is secret, sealed the
// secret numbers and texts under the lot's key (nil if there are none), leaf what goes into the chain. The slices
// are the caller's.
//
// Errors: a position below 1, an event of no known kind, an instant outside the years 0 to 9999.
func (k *LotKeys) Encode(seq auction.Seq, at auction.Instant, e auction.Event) (body, sealed []byte, leaf auction.Hash, err error) {
	return k.EncodeInto(make([]byte, 0, BodyRoom), seq, at, e)
}

// EncodeInto is Encode for a caller who is done with one body before he asks for the next: the body lies in the room
// that he gives, if that is enough.
func (k *LotKeys) EncodeInto(room []byte, seq auction.Seq, at auction.Instant, e auction.Event) (body, sealed []byte, leaf auction.Hash, err error) {
	if seq < 1 {
		return nil, nil, leaf, fmt.Errorf("%w: position %d", errUnwritable, seq)
	}
	if err := checkInstants(at, e); err != nil {
		return nil, nil, leaf, err
	}
	// The body is written behind room for the padded key, so that the leaf needs no second copy.
	buf := append(room[:0], make([]byte, sha256.BlockSize)...)
	secretFen, has := money.Fen(0), false
	field := "amount_fen"
	switch ev := e.(type) {
	case auction.BidAccepted:
		buf = k.appendBidAccepted(buf, seq, at, &ev)
		secretFen, has = ev.AmountFen, ev.Hidden
	case auction.BidRefused:
		buf = k.appendBidRefused(buf, seq, at, &ev)
		secretFen, has = ev.AmountFen, ev.BidKind == auction.Maximum
	case auction.MaximumRaised:
		buf = k.appendMaximumRaised(buf, seq, at, &ev)
		secretFen, has, field = ev.MaximumFen, true, "maximum_fen"
	default:
		return k.encodeByPlan(room, seq, at, e)
	}
	body, leaf = k.leafOf(seq, buf)
	if has {
		secrets := append(append([]byte(`{"`), field...), `":`...)
		secrets = append(strconv.AppendInt(secrets, int64(secretFen), 10), '}')
		sealed = k.seal.Seal(nil, k.nonce(leaf), secrets, leaf[:])
	}
	return body, sealed, leaf, nil
}

func (k *LotKeys) encodeByPlan(room []byte, seq auction.Seq, at auction.Instant, e auction.Event) (body, sealed []byte, leaf auction.Hash, err error) {
	if e == nil || plans[e.Kind()] == nil || plans[e.Kind()].typ != reflect.TypeOf(e) {
		return nil, nil, leaf, fmt.Errorf("%w: an event of type %T", errUnwritable, e)
	}
	var secrets []byte
	buf := append(room[:0], make([]byte, sha256.BlockSize)...)
	buf = plans[e.Kind()].appendEvent(buf, at, e, func(f *planField, value []byte) auction.Hash {
		if f.shape != boolShape {
			sep := byte(',')
			if secrets == nil {
				sep = '{'
			}
			secrets = append(append(append(secrets, sep), f.lead...), value...)
		}
		return commit(k.Salt(seq, f.name), value)
	})
	body, leaf = k.leafOf(seq, buf)
	if secrets != nil {
		sealed = k.seal.Seal(nil, k.nonce(leaf), append(secrets, '}'), leaf[:])
	}
	return body, sealed, leaf, nil
}

// leafOf computes the leaf of a body that stands in buf behind one free block, and cuts it off that block.
func (k *LotKeys) leafOf(seq auction.Seq, buf []byte) (body []byte, leaf auction.Hash) {
	salt := k.Salt(seq, leafField)
	m := newMAC(salt[:])
	copy(buf, m.inner[:])
	inner := sha256.Sum256(buf)
	clear(buf[:sha256.BlockSize]) // it holds the salt
	return buf[sha256.BlockSize:len(buf):len(buf)], m.finish(inner)
}

func checkInstants(at auction.Instant, e auction.Event) error {
	out := func(i auction.Instant) bool { return i < minInstant || i > maxInstant }
	bad := out(at)
	switch ev := e.(type) {
	case auction.BidAccepted:
		bad = bad || out(ev.Deadline)
	case auction.MaximumRaised:
		bad = bad || out(ev.Deadline)
	case auction.BidRefused:
		bad = bad || out(ev.Basis.Deadline) || out(ev.Basis.PriceAt)
	case auction.LotPublished:
		bad = bad || out(ev.OpensAt)
	case auction.LotOpened:
		bad = bad || out(ev.Deadline)
	case auction.LimitedStarted:
		bad = bad || out(ev.Deadline)
	case auction.LotPaused:
		bad = bad || out(ev.Since)
	case auction.ResumeAnnounced:
		bad = bad || out(ev.ResumeAt)
	case auction.LotResumed:
		bad = bad || out(ev.Deadline)
	}
	if bad {
		return fmt.Errorf("%w: an instant of a %T outside the years 0 to 9999", errUnwritable, e)
	}
	return nil
}

// Decode reads what Encode wrote for this position, secrets included, and recomputes the leaf. Whatever does not
// fit together (another lot, another position, a changed byte) is an error.
func (k *LotKeys) Decode(seq auction.Seq, body, sealed []byte) (auction.Instant, auction.Event, auction.Hash, error) {
	p, err := parseBody(body)
	if err != nil {
		return 0, nil, auction.Hash{}, fmt.Errorf("proof: read entry %d of lot %d: %w", seq, k.lot, err)
	}
	leaf := leafUnder(k.Salt(seq, leafField), body)
	if err := k.unseal(seq, p, sealed, leaf); err != nil {
		return 0, nil, leaf, fmt.Errorf("proof: read the secrets of entry %d of lot %d: %w", seq, k.lot, err)
	}
	return p.at, p.event(), leaf, nil
}

func leafUnder(salt Salt, body []byte) auction.Hash {
	m := newMAC(salt[:])
	return m.sum(body)
}

func (k *LotKeys) unseal(seq auction.Seq, p *parsed, sealed []byte, leaf auction.Hash) error {
	r := &reader{}
	sep := "{"
	for _, c := range p.secrets {
		salt := k.Salt(seq, c.field.name)
		fv := p.value.FieldByIndex(c.field.index)
		if c.field.shape == boolShape {
			fv.SetBool(commit(salt, []byte("true")) == c.hash)
		} else {
			if r.b == nil {
				text, err := k.seal.Open(nil, k.nonce(leaf), sealed, leaf[:])
				if err != nil {
					return err
				}
				r.b = text
			}
			r.expect(sep)
			r.expect(c.field.lead)
			c.field.readValue(r, fv)
			sep = ","
		}
		if r.err == nil && commit(salt, c.field.appendValue(nil, fv)) != c.hash {
			return fmt.Errorf("the commitment to %s is not to its value", c.field.name)
		}
	}
	if r.b == nil {
		if len(sealed) != 0 {
			return errors.New("something is sealed where nothing is secret")
		}
		return nil
	}
	r.expect("}")
	r.end()
	if r.err != nil {
		return r.err
	}
	return nil
}
