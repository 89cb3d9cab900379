package proof

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"strconv"

	"github.com/g60-corridor/corridor/internal/auction"
)

// RecordFormat is the version of the record that this package writes. Records of every version that was ever
// written go on verifying.
const RecordFormat = "corridor-record/1"

// Audience is for whom a record was made.
type Audience string

const (
	Public  Audience = "PUBLIC"  // opens what the sale has made public
	Own     Audience = "BIDDER"  // opens one bidder's own entries as well
	Auditor Audience = "AUDITOR" // opens everything
)

// record is a record in memory. Its bytes are canonical: one line for each entry, fields in a fixed order, and
// exactly one way to write each value.
type record struct {
	rules     string // format of the rules, as in the terms
	lot       auction.LotID
	audience  Audience
	paddle    auction.Paddle // of Own; else empty
	entries   []recordEntry
	head      auction.Hash
	keyID     string
	signature []byte
	publicKey ed25519.PublicKey

	rulesAt, lotAt, paddleAt, headAt, keyIDAt, signatureAt, publicKeyAt int // in the file, when read
}

// recordEntry is one entry: its body, what opens its leaf, and what of its secrets is opened.
type recordEntry struct {
	offset int // of the entry's line in the file, when read
	bodyAt int // of the body in the file, when read
	body   []byte
	blind  Salt
	leaf   auction.Hash
	open   []opening
	parsed *parsed
}

// opening is a secret that a record shows.
type opening struct {
	field *planField
	salt  Salt
	value []byte // canonical JSON

	saltAt, valueAt int // in the file, when read
}

// Record writes the record of a lot for an audience: JSON, canonical, ending in a line feed. entries is the log
// from its first entry up to the one that seal signs, or further; what follows that one is left out. paddle is the
// bidder of an Own record and empty otherwise.
//
// Errors: the log and the signature do not fit together, an unknown audience, a paddle that was never admitted.
func (v *Vault) Record(entries []auction.Entry, seal Signature, audience Audience, paddle auction.Paddle) ([]byte, error) {
	if seal.Seq < 1 || int64(len(entries)) < int64(seal.Seq) {
		return nil, fmt.Errorf("proof: write record of lot %d: %d entries, the signature is under %d", seal.Lot, len(entries), seal.Seq)
	}
	key, err := v.publicKeyOf(seal)
	if err != nil {
		return nil, fmt.Errorf("proof: write record of lot %d: %w", seal.Lot, err)
	}
	rec := &record{
		lot: seal.Lot, audience: audience, paddle: paddle, head: seal.Head,
		keyID: seal.KeyID, signature: seal.Value, publicKey: key,
	}
	k := v.Lot(seal.Lot)
	var head auction.Hash
	events := make([]auction.Event, 0, seal.Seq)
	for i, e := range entries[:seal.Seq] {
		if e.Seq != auction.Seq(i+1) {
			return nil, fmt.Errorf("proof: write record of lot %d: entry %d stands at place %d", seal.Lot, e.Seq, i+1)
		}
		re, err := k.recordEntry(e)
		if err != nil {
			return nil, fmt.Errorf("proof: write record of lot %d: %w", seal.Lot, err)
		}
		head = Chain(head, re.leaf)
		rec.entries = append(rec.entries, re)
		events = append(events, e.Event)
	}
	if head != seal.Head {
		return nil, fmt.Errorf("proof: write record of lot %d: the chain ends in %s, the signature is under %s", seal.Lot, head, seal.Head)
	}
	rights, err := rightsOf(events, audience, paddle)
	if err != nil {
		return nil, fmt.Errorf("proof: write record of lot %d: %w", seal.Lot, err)
	}
	rec.rules = rights.rules
	for i := range rec.entries {
		k.openEntry(&rec.entries[i], entries[i], rights, i)
	}
	return rec.append(nil), nil
}

// recordEntry encodes an entry once more and reads it back.
func (k *LotKeys) recordEntry(e auction.Entry) (recordEntry, error) {
	body, _, leaf, err := k.Encode(e.Seq, e.At, e.Event)
	if err != nil {
		return recordEntry{}, err
	}
	p, err := parseBody(body)
	if err != nil {
		return recordEntry{}, fmt.Errorf("entry %d: %w", e.Seq, err)
	}
	return recordEntry{body: body, blind: k.Salt(e.Seq, leafField), leaf: leaf, parsed: p}, nil
}

func (k *LotKeys) openEntry(re *recordEntry, e auction.Entry, rights *rights, i int) {
	whole := valueOf(e.Event)
	for _, c := range re.parsed.secrets {
		if rights.opens(i, c.field) {
			value := c.field.appendValue(nil, whole.FieldByIndex(c.field.index))
			re.open = append(re.open, opening{field: c.field, salt: k.Salt(e.Seq, c.field.name), value: value})
		}
	}
}

func (rec *record) append(b []byte) []byte {
	b = append(b, `{"format":"`+RecordFormat+`","rules":`...)
	b = appendString(b, rec.rules)
	b = append(b, `,"lot":`...)
	b = strconv.AppendInt(b, int64(rec.lot), 10)
	b = append(b, `,"audience":"`+string(rec.audience)+`","paddle":`...)
	b = appendString(b, string(rec.paddle))
	b = append(b, ",\"entries\":[\n"...)
	for i := range rec.entries {
		if i > 0 {
			b = append(b, ",\n"...)
		}
		b = rec.entries[i].append(b)
	}
	b = append(b, "\n],\"head\":\""...)
	b = appendHex(b, rec.head[:])
	b = append(b, `","signature":{"key_id":"`+rec.keyID+`","algorithm":"`+Algorithm+`","value":"`...)
	b = appendHex(b, rec.signature)
	b = append(b, `"},"public_key":"`...)
	b = appendHex(b, rec.publicKey)
	return append(b, "\"}\n"...)
}

func (re *recordEntry) append(b []byte) []byte {
	b = append(b, `{"blind":"`...)
	b = appendHex(b, re.blind[:])
	b = append(b, `","body":`...)
	b = append(b, re.body...)
	b = append(b, `,"leaf":"`...)
	b = appendHex(b, re.leaf[:])
	b = append(b, '"')
	for i, o := range re.open {
		if i == 0 {
			b = append(b, `,"open":{`...)
		} else {
			b = append(b, ',')
		}
		b = append(b, o.field.lead...)
		b = append(b, `{"salt":"`...)
		b = appendHex(b, o.salt[:])
		b = append(b, `","value":`...)
		b = append(append(b, o.value...), '}')
	}
	if len(re.open) > 0 {
		b = append(b, '}')
	}
	return append(b, '}')
}

// readRecord reads what append wrote; any other byte anywhere is a fault.
func readRecord(data []byte) (*record, *Fault) {
	r := &reader{b: data}
	rec := &record{}
	r.field = "format"
	r.expect(`{"format":"` + RecordFormat + `"`)
	r.field = "rules"
	r.expect(`,"rules":`)
	rec.rulesAt = r.pos
	rec.rules = r.string()
	r.field = "lot"
	r.expect(`,"lot":`)
	rec.lotAt = r.pos
	rec.lot = auction.LotID(r.int())
	r.field = "audience"
	r.expect(`,"audience":"`)
	rec.audience = readAudience(r)
	r.field = "paddle"
	r.expect(`","paddle":`)
	rec.paddleAt = r.pos
	rec.paddle = auction.Paddle(r.string())
	r.field = "entries"
	r.expect(",\"entries\":[\n")
	for r.err == nil {
		r.field = ""
		rec.entries = append(rec.entries, readEntry(r))
		if r.err != nil || r.has("\n]") {
			break
		}
		r.expect(",\n")
	}
	entry := len(rec.entries)
	if r.err == nil {
		entry = 0
		rec.readEnd(r)
	}
	if r.err != nil {
		return nil, &Fault{Entry: entry, Field: r.err.Field, Byte: r.err.Byte, Problem: r.err.Problem}
	}
	return rec, nil
}

func readAudience(r *reader) Audience {
	for _, a := range []Audience{Public, Own, Auditor} {
		if r.has(string(a)) {
			return a
		}
	}
	r.fail(r.pos, "expected PUBLIC, BIDDER or AUDITOR")
	return ""
}

func (rec *record) readEnd(r *reader) {
	r.field = "head"
	r.expect(`,"head":`)
	rec.headAt = r.pos + 1
	r.hex(rec.head[:])
	r.field = "signature.key_id"
	r.expect(`,"signature":{"key_id":`)
	rec.keyIDAt = r.pos + 1
	id := make([]byte, 8)
	r.hex(id)
	rec.keyID = string(appendHex(nil, id))
	r.field = "signature.algorithm"
	r.expect(`,"algorithm":"` + Algorithm + `"`)
	r.field = "signature.value"
	r.expect(`,"value":`)
	rec.signatureAt = r.pos + 1
	rec.signature = make([]byte, ed25519.SignatureSize)
	r.hex(rec.signature)
	r.field = "public_key"
	r.expect(`},"public_key":`)
	rec.publicKeyAt = r.pos + 1
	rec.publicKey = make([]byte, ed25519.PublicKeySize)
	r.hex(rec.publicKey)
	r.field = ""
	r.expect("}\n")
	r.end()
}

func readEntry(r *reader) recordEntry {
	re := recordEntry{offset: r.pos}
	r.field = "blind"
	r.expect(`{"blind":`)
	r.hex(re.blind[:])
	r.field = "body"
	r.expect(`,"body":`)
	re.bodyAt = r.pos
	re.parsed = readBody(r)
	re.body = r.b[re.bodyAt:r.pos]
	if r.err != nil {
		return re
	}
	r.field = "leaf"
	r.expect(`,"leaf":`)
	r.hex(re.leaf[:])
	r.field = "open"
	if r.has(`,"open":{`) {
		re.readOpenings(r)
	}
	r.expect("}")
	return re
}

// readOpenings reads the opened secrets, in the order of the body.
func (re *recordEntry) readOpenings(r *reader) {
	for _, c := range re.parsed.secrets {
		if r.err != nil {
			return
		}
		start := r.pos
		if len(re.open) > 0 && !r.has(",") {
			break
		}
		if !r.has(c.field.lead) {
			r.pos = start
			continue
		}
		r.field = "open." + c.field.name
		o := opening{field: c.field}
		r.expect(`{"salt":`)
		o.saltAt = r.pos + 1
		r.hex(o.salt[:])
		r.expect(`,"value":`)
		o.valueAt = r.pos
		c.field.readValue(r, re.parsed.value.FieldByIndex(c.field.index))
		o.value = r.b[o.valueAt:r.pos]
		r.expect("}")
		re.open = append(re.open, o)
	}
	r.field = "open"
	if len(re.open) == 0 {
		r.fail(r.pos, "nothing is opened")
	}
	r.expect("}")
}

func (re *recordEntry) opened(f *planField) bool {
	for _, o := range re.open {
		if o.field == f {
			return true
		}
	}
	return false
}

// ErrNoReceipt says that a record does not hold the entry of a receipt.
var ErrNoReceipt = errors.New("proof: no entry of this record has that receipt")

// FindReceipt looks in a record for the attempt that a bidder has the receipt of. It returns the number of the
// entry, from 1, and its body. It does not verify the record; see Verify. A record that cannot be read is a *Fault;
// ErrNoReceipt means that the attempt is missing, which is what receipts are for.
func FindReceipt(data []byte, receipt auction.Hash) (entry int, body []byte, err error) {
	rec, fault := readRecord(data)
	if fault != nil {
		return 0, nil, fault
	}
	for i, e := range rec.entries {
		if e.leaf.Receipt() == receipt {
			return i + 1, append([]byte(nil), e.body...), nil
		}
	}
	return 0, nil, ErrNoReceipt
}
