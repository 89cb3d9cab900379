package proof

import (
	"crypto/ed25519"
	"encoding/hex"
	"fmt"

	"github.com/g60-corridor/corridor/internal/auction"
)

// Verify recomputes a sale from its record: every byte is in canonical form, every leaf belongs to its entry, the
// chain ends in the head, the head is signed, exactly what the audience may see is opened and opens its
// commitment, and every entry is what the engine decides. published are the house's keys as the reader got them
// from elsewhere; without any, the record is held against the key that it brings itself, and the report says so.
//
// VERIFY.md says what no verifier can find. Verify never panics, whatever it is given.
func Verify(data []byte, published ...PublishedKey) Report { return verify(data, published, true) }

// verify leaves out, if it need not explain, the search for the one byte that was changed; that takes up to a
// second.
func verify(data []byte, published []PublishedKey, explain bool) Report {
	rec, fault := readRecord(data)
	if fault != nil {
		return Report{Fault: fault}
	}
	rep := Report{
		Lot: rec.lot, Audience: rec.audience, Paddle: rec.paddle, Entries: len(rec.entries), Head: rec.head, KeyID: rec.keyID,
	}
	checks := []func() *Fault{
		func() *Fault { return rec.checkLeaves(explain) },
		rec.checkOpenings,
		func() *Fault { return rec.checkSignature(published, &rep) },
		rec.checkRights,
		func() *Fault { return rec.replay(&rep) },
	}
	for _, check := range checks {
		if fault := check(); fault != nil {
			rep.Fault = fault
			return rep
		}
	}
	rep.Proved = []string{
		fmt.Sprintf("each of the %d entries belongs to its leaf, and the chain over the leaves ends in the head", len(rec.entries)),
		fmt.Sprintf("the head is signed by the key %s", rec.keyID),
		"every secret that is opened is the value that was committed to, and nothing is opened that should not be",
		"every entry, and so the result, is what the rules in entry 1 demand of the entries before it",
	}
	return rep
}

// checkLeaves compares every entry with its leaf, and the chain over the leaves with the head.
func (rec *record) checkLeaves(explain bool) *Fault {
	var head auction.Hash
	for _, e := range rec.entries {
		head = Chain(head, e.leaf)
	}
	for i := range rec.entries {
		e := &rec.entries[i]
		if leafUnder(e.blind, e.body) == e.leaf {
			continue
		}
		if !explain {
			return &Fault{Entry: i + 1, Byte: e.offset, Problem: "the entry does not belong to its leaf"}
		}
		if head == rec.head { // then the leaf is the one that was signed
			return e.locate(i + 1)
		}
		return e.locateLeaf(i + 1)
	}
	if head != rec.head {
		return &Fault{Field: "head", Byte: -1, Problem: "the chain ends in " + head.String() +
			": entries are missing, added or in another order, or the head was changed"}
	}
	return nil
}

// locateMost bounds the search for one changed byte.
const locateMost = 2048

// locate finds the one byte of body or blinding salt whose change explains that the leaf does not fit.
func (e *recordEntry) locate(entry int) *Fault {
	for i := range 2 * len(e.blind) {
		for d := range byte(16) {
			salt := e.blind
			shift := 4 * (1 - i%2)
			salt[i/2] = salt[i/2]&^(15<<shift) | d<<shift
			if leafUnder(salt, e.body) == e.leaf {
				return &Fault{Entry: entry, Field: "blind", Byte: e.offset + len(`{"blind":"`) + i, Problem: "this digit was " + string(lowerHex[d])}
			}
		}
	}
	body := append([]byte(nil), e.body...)
	for i := range min(len(body), locateMost) {
		was := body[i]
		for d := range 256 {
			body[i] = byte(d)
			if leafUnder(e.blind, body) == e.leaf {
				return &Fault{
					Entry: entry, Field: e.fieldAt(i), Byte: e.bodyAt + i,
					Problem: fmt.Sprintf("this byte is %q and was %q when the entry was written", was, byte(d)),
				}
			}
		}
		body[i] = was
	}
	return &Fault{Entry: entry, Field: "body", Byte: e.bodyAt, Problem: "the body is not the one that the leaf was made of"}
}

// locateLeaf explains an entry that does not fit its leaf in a record whose leaves do not lead to the head: most
// likely the leaf itself was changed.
func (e *recordEntry) locateLeaf(entry int) *Fault {
	want, got := leafUnder(e.blind, e.body).String(), e.leaf.String()
	first, differ := 0, 0
	for i := range want {
		if want[i] != got[i] {
			if differ == 0 {
				first = i
			}
			differ++
		}
	}
	at := e.bodyAt + len(e.body) + len(`,"leaf":"`)
	if differ == 1 {
		return &Fault{Entry: entry, Field: "leaf", Byte: at + first, Problem: "this digit should be " + want[first:first+1]}
	}
	return &Fault{Entry: entry, Field: "leaf", Byte: at, Problem: "the leaf is not that of the body, and the leaves do not lead to the head"}
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

// checkOpenings compares what is opened with its commitments.
func (rec *record) checkOpenings() *Fault {
	for i := range rec.entries {
		e := &rec.entries[i]
		for _, o := range e.open {
			for _, c := range e.parsed.secrets {
				if c.field == o.field && commit(o.salt, o.value) != c.hash {
					return &Fault{Entry: i + 1, Field: "open." + o.field.name, Byte: e.offset, Problem: "this value and salt do not open the commitment"}
				}
			}
		}
	}
	return nil
}

func (rec *record) checkSignature(published []PublishedKey, rep *Report) *Fault {
	if id := keyID(rec.publicKey); id != rec.keyID {
		return &Fault{Field: "signature.key_id", Byte: -1, Problem: "the key in the record has the id " + id}
	}
	pos := auction.Position{Seq: auction.Seq(len(rec.entries)), Head: rec.head}
	if !ed25519.Verify(rec.publicKey, headMessage(rec.lot, pos), rec.signature) {
		return &Fault{Field: "signature.value", Byte: -1, Problem: "this is not a signature of the key under lot, number of entries and head"}
	}
	if len(published) == 0 {
		return nil
	}
	for _, k := range published {
		if k.PublicKey == hex.EncodeToString(rec.publicKey) {
			rep.Checked = true
			return nil
		}
	}
	return &Fault{Field: "public_key", Byte: -1, Problem: "the record is signed by a key that is not among the published ones"}
}

// checkRights demands that exactly what the audience may see is opened.
func (rec *record) checkRights() *Fault {
	events := make([]auction.Event, len(rec.entries))
	for i := range rec.entries {
		events[i] = rec.entries[i].parsed.event()
	}
	rights, err := rightsOf(events, rec.audience, rec.paddle)
	if err != nil {
		return &Fault{Field: "audience", Byte: -1, Problem: err.Error()}
	}
	if rec.rules != rights.rules {
		return &Fault{Field: "rules", Byte: -1, Problem: fmt.Sprintf("the rules in the log are of the format %q", rights.rules)}
	}
	for i := range rec.entries {
		e := &rec.entries[i]
		for _, c := range e.parsed.secrets {
			switch may, is := rights.opens(i, c.field), e.opened(c.field); {
			case may && !is:
				return &Fault{Entry: i + 1, Field: "open." + c.field.name, Byte: e.offset, Problem: "this should be opened to " + string(rec.audience)}
			case is && !may:
				return &Fault{Entry: i + 1, Field: "open." + c.field.name, Byte: e.offset, Problem: "this must not be opened to " + string(rec.audience)}
			}
		}
	}
	return nil
}
