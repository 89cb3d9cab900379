package proof

import (
	"crypto/ed25519"
	"encoding/hex"
	"errors"
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

// verify leaves out, if it need not explain, the search for the one byte that was changed; that takes up to a few
// seconds.
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
		func() *Fault { return rec.checkOpenings(explain) },
		func() *Fault { return rec.checkSignature(published, &rep, explain) },
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
		return rec.locateHead(head)
	}
	return nil
}

// checkOpenings compares what is opened with its commitments.
func (rec *record) checkOpenings(explain bool) *Fault {
	for i := range rec.entries {
		e := &rec.entries[i]
		for _, o := range e.open {
			for _, c := range e.parsed.secrets {
				if c.field == o.field && commit(o.salt, o.value) != c.hash {
					return o.locate(i+1, c.hash, explain)
				}
			}
		}
	}
	return nil
}

func (rec *record) checkSignature(published []PublishedKey, rep *Report, explain bool) *Fault {
	pos := auction.Position{Seq: auction.Seq(len(rec.entries)), Head: rec.head}
	signed := ed25519.Verify(rec.publicKey, headMessage(rec.lot, pos), rec.signature)
	if id := keyID(rec.publicKey); id != rec.keyID {
		return rec.locateKey(id, signed, explain)
	}
	if !signed {
		return rec.locateSignature(pos, explain)
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
	switch {
	case errors.Is(err, errNotEnded):
		return &Fault{Field: "entries", Byte: -1, Problem: err.Error()}
	case err != nil:
		return &Fault{Field: "paddle", Byte: rec.paddleAt, Problem: err.Error()}
	}
	if rec.rules != rights.rules {
		return &Fault{Field: "rules", Byte: rec.rulesAt, Problem: fmt.Sprintf("the rules in the log are of the format %q", rights.rules)}
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
