package proof

import (
	"crypto/ed25519"
	"fmt"
	"strconv"

	"github.com/g60-corridor/corridor/internal/auction"
)

// locateMost bounds the search for one changed byte in a body. The longest that the house writes, the rules with a
// full ladder, stays below it.
const locateMost = 8192

// changedDigit looks for the one hexadecimal digit of b whose change back makes things fit. It returns the place and
// what stood there; b is as before afterwards.
func changedDigit(b []byte, fits func() bool) (at int, was string, ok bool) {
	for i := range 2 * len(b) {
		now, shift := b[i/2], 4*(1-i%2)
		for d := range byte(16) {
			b[i/2] = now&^(15<<shift) | d<<shift
			if fits() {
				b[i/2] = now
				return i, lowerHex[d : d+1], true
			}
		}
		b[i/2] = now
	}
	return 0, "", false
}

// changedByte is changedDigit for a text: any byte that canonical JSON can have. A digit for a digit is tried first, for
// that is what a forger changes, and it takes a twentieth of the time.
func changedByte(b []byte, fits func() bool) (at int, was byte, ok bool) {
	isDigit := func(c byte) bool { return c >= '0' && c <= '9' }
	for _, digits := range []bool{true, false} {
		for i := range min(len(b), locateMost) {
			now := b[i]
			for d := byte(' '); d <= 0xf4; d++ {
				if d == 0x7f || digits != (isDigit(now) && isDigit(d)) {
					continue
				}
				if b[i] = d; fits() {
					b[i] = now
					return i, d, true
				}
			}
			b[i] = now
		}
	}
	return 0, 0, false
}

// locate finds the one byte of body or blinding salt whose change explains that the leaf does not fit.
func (e *recordEntry) locate(entry int) *Fault {
	salt := e.blind
	if i, was, ok := changedDigit(salt[:], func() bool { return leafUnder(salt, e.body) == e.leaf }); ok {
		return &Fault{Entry: entry, Field: "blind", Byte: e.offset + len(`{"blind":"`) + i, Problem: "this digit was " + was}
	}
	body := append([]byte(nil), e.body...)
	if i, was, ok := changedByte(body, func() bool { return leafUnder(e.blind, body) == e.leaf }); ok {
		return &Fault{
			Entry: entry, Field: e.fieldAt(i), Byte: e.bodyAt + i,
			Problem: fmt.Sprintf("this byte is %q and was %q when the entry was written", body[i], was),
		}
	}
	return &Fault{Entry: entry, Field: "body", Byte: e.bodyAt, Problem: "the body is not the one that the leaf was made of"}
}

// locateLeaf explains an entry that does not fit its leaf in a record whose leaves do not lead to the head: most
// likely the leaf itself was changed.
func (e *recordEntry) locateLeaf(entry int) *Fault {
	at := e.bodyAt + len(e.body) + len(`,"leaf":"`)
	want := leafUnder(e.blind, e.body).String()
	if first, ok := oneDiffers(want, e.leaf.String()); ok {
		return &Fault{Entry: entry, Field: "leaf", Byte: at + first, Problem: "this digit should be " + want[first:first+1]}
	}
	return &Fault{Entry: entry, Field: "leaf", Byte: at, Problem: "the leaf is not that of the body, and the leaves do not lead to the head"}
}

// locateHead explains a chain that does not end in the head.
func (rec *record) locateHead(chain auction.Hash) *Fault {
	want := chain.String()
	if first, ok := oneDiffers(want, rec.head.String()); ok {
		return &Fault{Field: "head", Byte: rec.headAt + first, Problem: "this digit should be " + want[first:first+1]}
	}
	return &Fault{Field: "head", Byte: -1, Problem: "the chain ends in " + want +
		": entries are missing, added or in another order, or the head was changed"}
}

// oneDiffers returns the place in which alone two texts of the same length differ.
func oneDiffers(a, b string) (at int, ok bool) {
	differ := 0
	for i := range a {
		if a[i] != b[i] {
			at = i
			differ++
		}
	}
	return at, differ == 1
}

// locate explains an opening that does not open its commitment.
func (o opening) locate(entry int, want auction.Hash, explain bool) *Fault {
	f := &Fault{
		Entry: entry, Field: "open." + o.field.name, Byte: o.saltAt, Problem: "this value and salt do not open the commitment",
	}
	if !explain {
		return f
	}
	salt, value := o.salt, append([]byte(nil), o.value...)
	if i, was, ok := changedDigit(salt[:], func() bool { return commit(salt, value) == want }); ok {
		f.Byte, f.Problem = o.saltAt+i, "this digit of the salt was "+was
	} else if i, was, ok := changedByte(value, func() bool { return commit(o.salt, value) == want }); ok {
		f.Byte, f.Problem = o.valueAt+i, fmt.Sprintf("this byte is %q and was %q when it was committed to", value[i], was)
	}
	return f
}

// locateKey explains a key and an id that do not go together. A key that verifies the signature is the right one.
func (rec *record) locateKey(id string, signed, explain bool) *Fault {
	f := &Fault{Field: "signature.key_id", Byte: rec.keyIDAt, Problem: "the key in the record has the id " + id}
	if first, ok := oneDiffers(id, rec.keyID); ok {
		f.Byte += first
	}
	if signed || !explain {
		return f
	}
	key := append(ed25519.PublicKey(nil), rec.publicKey...)
	if i, was, ok := changedDigit(key, func() bool { return keyID(key) == rec.keyID }); ok {
		return &Fault{Field: "public_key", Byte: rec.publicKeyAt + i, Problem: "this digit was " + was}
	}
	return f
}

// locateSignature explains a signature that does not verify, where the chain ends in the head.
func (rec *record) locateSignature(pos auction.Position, explain bool) *Fault {
	f := &Fault{
		Field: "signature.value", Byte: rec.signatureAt,
		Problem: "this is not a signature of the key under lot, number of entries and head",
	}
	if !explain {
		return f
	}
	signature := append([]byte(nil), rec.signature...)
	message := headMessage(rec.lot, pos)
	if i, was, ok := changedDigit(signature, func() bool { return ed25519.Verify(rec.publicKey, message, signature) }); ok {
		return &Fault{Field: f.Field, Byte: rec.signatureAt + i, Problem: "this digit was " + was}
	}
	lot := []byte(strconv.FormatInt(int64(rec.lot), 10))
	if i, was, ok := changedByte(lot, func() bool {
		n, err := strconv.ParseInt(string(lot), 10, 64)
		return err == nil && ed25519.Verify(rec.publicKey, headMessage(auction.LotID(n), pos), rec.signature)
	}); ok {
		return &Fault{Field: "lot", Byte: rec.lotAt + i, Problem: fmt.Sprintf("the signature is for a lot in whose number %q stands here", was)}
	}
	return f
}

// fieldAt names the field of the body in which a byte stands.
func (e *recordEntry) fieldAt(at int) string {
	name := ""
	for i := range e.parsed.plan.fields {
		f := &e.parsed.plan.fields[i]
		if pos := indexOf(e.body, f.lead); pos >= 0 && pos <= at {
			name = f.name
		}
	}
	return name
}

// indexOf finds a key at the top level of a body; the same name may stand in a nested object.
func indexOf(body []byte, lead string) int {
	depth, text := 0, false
	for i := 0; i < len(body); i++ {
		switch c := body[i]; {
		case text && c == '\\':
			i++
		case c == '"':
			if !text && depth == 1 && len(body)-i >= len(lead) && string(body[i:i+len(lead)]) == lead {
				return i
			}
			text = !text
		case text:
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			depth--
		}
	}
	return -1
}
